"""Values to begin with, of types for which one is plain to see."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from hotplug.authoring.layout import expression

if TYPE_CHECKING:
    from collections.abc import Mapping

_EMPTY: Mapping[str, object] = {"str": "", "bytes": b"", "int": 0, "float": 0.0, "complex": 0j, "bool": False}
_EMPTY_TEXT = {"list": "[]", "dict": "{}", "tuple": "()", "set": "set()", "frozenset": "frozenset()"}
MUTABLE = {"[]", "{}", "set()"}
"""Values of which each instance needs its own."""


def empty_value(kind: ast.expr) -> str | None:
    """Return a value of a type that is plain to see, None where there is none."""
    if isinstance(kind, ast.BinOp) and isinstance(kind.op, ast.BitOr):
        sides = [kind.left, kind.right]
        return "None" if any(_is_none(each) for each in sides) else empty_value(kind.left)
    if _is_none(kind):
        return "None"
    name = expression(kind).partition("[")[0].rpartition(".")[2]
    if isinstance(kind, ast.Name) and name in _EMPTY:
        return repr(_EMPTY[name]).replace("'", '"')
    if name == "Optional" or name in {"Any", "object"}:
        return "None"
    if name == "Literal" and isinstance(kind, ast.Subscript):
        first = kind.slice.elts[0] if isinstance(kind.slice, ast.Tuple) else kind.slice
        return expression(first)
    if name == "tuple" and isinstance(kind, ast.Subscript) and not expression(kind).endswith(", ...]"):
        return None
    return _EMPTY_TEXT.get(name)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
