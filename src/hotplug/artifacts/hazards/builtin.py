"""What is put into ``builtins``: a private plugin's modules have builtins of their own."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from hotplug.artifacts.hazards.found import Hazard
from hotplug.artifacts.hazards.restoring import puts_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotplug.artifacts.hazards.source import Module, Spot

RULE = "builtins"
_IMPORT = "import what you need where you need it"
_NAME = "define it in a module of yours, and import it from there"


def hazards(module: Module) -> Iterator[Hazard]:
    """Yield where a module puts something into ``builtins``."""
    saved = {
        ast.unparse(target)
        for target, value, spot in module.targets
        if isinstance(value, ast.Attribute) and _is_builtins(value.value, spot)
    }
    for target, value, spot in module.targets:
        name = _assigned(target, spot)
        if name is not None and value is not None and not puts_back(value, spot, saved):
            yield _hazard(module, target, name)
    for call, function, spot in module.calls:
        is_set = function == "builtins.setattr" and len(call.args) > 1
        if is_set and _is_builtins(call.args[0], spot):
            yield _hazard(module, call, module.text(call.args[1]))
        elif function == "gettext.install":
            yield _hazard(module, call, "_", "from gettext import gettext as _")


def _assigned(target: ast.expr, spot: Spot) -> str | None:
    """Return which name of ``builtins`` is assigned to."""
    if isinstance(target, ast.Attribute):
        return target.attr if _is_builtins(target.value, spot) else None
    if not isinstance(target, ast.Subscript) or not isinstance(target.slice, ast.Constant):
        return None
    table = target.value
    is_vars = isinstance(table, ast.Call) and spot.scope.dotted(table.func) == "builtins.vars" and table.args
    holder = (
        table.args[0]
        if isinstance(table, ast.Call) and is_vars
        else table.value
        if isinstance(table, ast.Attribute) and table.attr == "__dict__"
        else None
    )
    return str(target.slice.value) if holder is not None and _is_builtins(holder, spot) else None


def _is_builtins(node: ast.expr, spot: Spot) -> bool:
    return spot.scope.dotted(node) == "builtins" and "builtins" in spot.scope.modules


def _hazard(module: Module, node: ast.expr, name: str | None, instead: str = _NAME) -> Hazard:
    if name == "__import__":
        message = "builtins.__import__ is given your modules' private names, and the host's imports too"
        return Hazard(RULE, module.path, node.lineno, message, _IMPORT)
    if name is not None and hasattr(builtins, name):
        message = f"builtins.{name} is replaced for the host, not for your modules"
    else:
        message = f"builtins.{name or '…'} is no builtin of your modules that are imported already"
    return Hazard(RULE, module.path, node.lineno, message, instead)
