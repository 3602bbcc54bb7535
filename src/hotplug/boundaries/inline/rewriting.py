"""What is rewritten in a plugin's source when it is compiled: the few places where a private name would show.

``sys.modules["eng.words"]`` reads a dict by a name that a private plugin's module does not have. No hook can see
that, so the attribute ``modules`` of whatever is, at run time, the module ``sys`` is asked of the plugin's
namespace instead; likewise the others in ``REACHED``. All other objects with such an attribute answer as ever.
What becomes of names: ``hotplug.boundaries.inline.renaming``.

The code does not depend on the number of the plugin, so it can be kept for the next time: whoever changes what is
rewritten raises ``bytecode.VERSION``.
"""

from __future__ import annotations

import ast
from copy import deepcopy

from hotplug.boundaries.inline.bytecode import GIVEN, REACH, REACHED
from hotplug.boundaries.inline.renaming import Renaming, Rewriter, asked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from types import CodeType
    from typing import TypeGuard

_OF_SYS = frozenset({"path", "meta_path"})
"""Attributes that other objects have, too, in places where every nanosecond counts: only ``sys.`` is looked at."""
_ATTRIBUTES = frozenset(name for names in REACHED.values() for name in names) - _OF_SYS
_MARKS = tuple(
    name.encode()
    for name in [*_ATTRIBUTES, *(f"sys.{name}" for name in _OF_SYS), "__name__", "__module__", "__package__"]
)


def compiled(source: bytes, filename: str, tops: Collection[str]) -> tuple[CodeType, bool]:
    """Compile a module of a plugin.

    Args:
        source: Its bytes.
        filename: What tracebacks are to show.
        tops: The plugin's own top-level names.

    Returns:
        The code, and whether it may be kept: not where calls are nested so deep at the moment that the source
        could not be walked through.

    Raises:
        SyntaxError, ValueError: If it is not Python, as the compiler says it.
    """
    marks = [*_MARKS, *(quote + top.encode() for top in tops for quote in (b"'", b'"'))]
    if any(mark in source for mark in marks):
        try:
            tree = ast.parse(source, filename)
            annotations = _taken_out(tree) if _are_text(tree) else []
            for rewriter in (Renaming(tops), _Reaching()):
                rewriter.visit(tree)
            for node, place, annotation in annotations:
                setattr(node, place, annotation)
            return compile(tree, filename, "exec", dont_inherit=True), True
        except RecursionError:
            return compile(source, filename, "exec", dont_inherit=True), False
    return compile(source, filename, "exec", dont_inherit=True), True


def _are_text(tree: ast.Module) -> bool:
    """Tell whether annotations are kept as the text that they were written in, for all to read."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(each.name == "annotations" for each in node.names)
        for node in tree.body
    )


def _taken_out(tree: ast.Module) -> list[tuple[ast.AST, str, ast.expr]]:
    """Take the annotations out of a module, and return where each of them belongs."""
    places = [
        (node, place, annotation)
        for node in ast.walk(tree)
        for place in ("annotation", "returns")
        if isinstance(annotation := getattr(node, place, None), ast.expr)
    ]
    for node, place, annotation in places:
        setattr(node, place, ast.copy_location(ast.Constant(None), annotation))
    return places


class _Reaching(Rewriter, ast.NodeTransformer):
    """Rewrites what reaches for the plugin's modules otherwise than by an import statement."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Store) and _is_list(node):
            return _whole(node)
        if not isinstance(node.ctx, ast.Load) or (node.attr not in _ATTRIBUTES and not _is_list(node)):
            return node
        return asked(REACH, node.value, ast.Constant(node.attr), at=node)

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        self.generic_visit(node)
        for target in node.targets:
            if isinstance(target, ast.Attribute) and target.attr in _ATTRIBUTES and _is_path(target.value):
                node.value = asked(GIVEN, node.value, deepcopy(target.value), at=node.value)
        return node


def _is_path(node: ast.expr) -> bool:
    """Tell whether an expression is a name, or attributes of one: what may be evaluated twice."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _is_list(node: ast.expr) -> TypeGuard[ast.Attribute]:
    """Tell whether an expression is one of the lists of ``sys``."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr in _OF_SYS
        and isinstance(node.value, ast.Name)
        and node.value.id in ("sys", "_sys")
    )


def _whole(node: ast.Attribute) -> ast.Subscript:
    """Return the target of an assignment to all that is in a list."""
    of = asked(REACH, node.value, ast.Constant(node.attr), at=node)
    target = ast.Subscript(of, ast.Slice(), ast.Store())
    return ast.fix_missing_locations(ast.copy_location(target, node))
