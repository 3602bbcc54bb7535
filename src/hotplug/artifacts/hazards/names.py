"""Own names where the namespace does not translate them: what shows a private name, or looks for a real one."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from hotplug.artifacts.hazards.found import Hazard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotplug.artifacts.hazards.source import Module, Spot

RULE = "own-name"
_FINDS = frozenset({"inspect.getmodule", "importlib.import_module"})
_TRANSLATED = re.compile(r"(^|_)(module|mod|package|pkg)$")
"""How variables are called whose ``__name__`` is read as the real name."""
_MARK = "__hp1_"
_MODULES = "sys.modules, spelled out: the attribute is translated, the dict is not"


def hazards(module: Module) -> Iterator[Hazard]:
    """Yield where a module meets private names, or looks for real ones that are not there."""
    for spot in module.spots:
        node = spot.node
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield from _read(module, node, spot)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _written(module, node)
        elif isinstance(node, ast.Subscript) and _is_table_of_sys(node, spot):
            yield _hazard(module, node, "sys.modules has your modules under private names", _MODULES)
    for call, name, _ in module.calls:
        texts = [module.text(each) for each in call.args]
        if name == "builtins.getattr" and texts[1:2] == ["modules"] and _.scope.dotted(call.args[0]) == "sys":
            yield _hazard(module, call, "sys.modules has your modules under private names", _MODULES)
        elif name == "operator.attrgetter" and {"__module__", "__package__"}.intersection(texts):
            message = "attrgetter reads private names"
            yield _hazard(module, call, message, "lambda value: value.__module__, which is read as the real one")
        elif name == "warnings.filterwarnings":
            yield from _filtered(module, call)


def _hazard(module: Module, node: ast.expr, message: str, instead: str) -> Hazard:
    return Hazard(RULE, module.path, node.lineno, message, instead)


def _read(module: Module, node: ast.Attribute, spot: Spot) -> Iterator[Hazard]:
    """Yield where the private name of a module is read."""
    if node.attr not in ("__name__", "name") or not _is_text(module.parents.get(node)):
        return
    if node.attr == "name" and isinstance(node.value, ast.Name) and node.value.id == "__spec__":
        yield _hazard(module, node, "__spec__.name is a private name", "__name__")
    if node.attr == "name":
        return
    value = node.value
    if isinstance(value, ast.Call):
        function = spot.scope.dotted(value.func) or ""
        first = module.text(value.args[0]) if value.args else None
        if function in _FINDS and (function == "inspect.getmodule" or module.owns(first)):
            yield _hazard(module, node, f"{function}(…).__name__ of a module of yours is a private name", _SHOWN)
    elif isinstance(value, ast.Name | ast.Attribute) and (real := spot.scope.dotted(value)) in module.modules:
        written = value.attr if isinstance(value, ast.Attribute) else value.id
        if _TRANSLATED.search(written) is None:
            yield _hazard(module, node, f"{ast.unparse(node)} is a private name", f"{real!r}, spelled out")
    elif (
        isinstance(value, ast.Subscript)
        and spot.scope.dotted(value.value) == "sys.modules"
        and module.owns(module.text(value.slice))
    ):
        yield _hazard(module, node, "sys.modules[…].__name__ of a module of yours is a private name", _SHOWN)


_SHOWN = "call the variable that holds it module: its __name__ is read as the real one then"


def _is_text(parent: ast.AST | None) -> bool:
    """Tell whether a name becomes part of a text, or is taken apart; to find the module, either name will do."""
    return isinstance(parent, ast.FormattedValue | ast.BinOp) or (
        isinstance(parent, ast.Attribute | ast.Subscript) and getattr(parent, "attr", "") != "startswith"
    )


def _written(module: Module, node: ast.Constant) -> Iterator[Hazard]:
    match = re.match(r"<(?:class|module) '(?P<name>[\w.]+)", str(node.value))
    if match is not None and module.owns(match["name"]):
        message = f"what is shown as {match[0]}…> when it is installed has a private name"
        yield _hazard(module, node, message, "compare __module__ and __qualname__")


def _is_table_of_sys(node: ast.Subscript, spot: Spot) -> bool:
    table = node.value
    if not isinstance(node.slice, ast.Constant) or node.slice.value != "modules":
        return False
    if isinstance(table, ast.Call):
        return (
            spot.scope.dotted(table.func) == "builtins.vars"
            and bool(table.args)
            and spot.scope.dotted(table.args[0]) == "sys"
        )
    return spot.scope.dotted(table) == "sys.__dict__"


def _filtered(module: Module, call: ast.Call) -> Iterator[Hazard]:
    """Yield a filter of warnings whose pattern fits modules of the plugin by their real names only."""
    given = [each.value for each in call.keywords if each.arg == "module"] or call.args[3:4]
    if not given or any(isinstance(each, ast.Name) for each in ast.walk(given[0])):
        return
    try:
        pattern = re.compile(module.text(given[0]) or r"\Z.")
    except re.error:
        return
    private = [f"{top}{_MARK}{dot}{rest}" for top, dot, rest in (each.partition(".") for each in module.modules)]
    if any(map(pattern.match, module.modules)) and not any(map(pattern.match, private)):
        message = f"the filter for {pattern.pattern!r} fits no module of yours"
        yield _hazard(module, call, message, "a pattern that begins with re.escape(__name__)")
