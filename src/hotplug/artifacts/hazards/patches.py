"""What is assigned to an attribute of a module or class of the host's, and not put back: it stays after close."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from hotplug.artifacts.hazards.found import Hazard
from hotplug.artifacts.hazards.restoring import puts_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotplug.artifacts.hazards.source import Module, Spot

RULE = "host-patch"
_INSTEAD = "put back what was there, in an atexit handler: it is run at close"
_OWN_LISTS = frozenset({"sys.path", "sys.meta_path", "sys.modules"})
"""A private plugin has its own of these."""


def hazards(module: Module) -> Iterator[Hazard]:
    """Yield where a module replaces what is the host's."""
    patched: list[tuple[str, ast.expr, ast.expr | None, Spot]] = []
    saved: dict[str, set[str]] = {}
    for target, value, spot in module.targets:
        if isinstance(target, ast.Attribute) and _is_host(module, target, spot):
            patched.append((spot.scope.dotted(target) or "", target, value, spot))
        before = _looked_at(value, spot)
        if before is not None:
            saved.setdefault(before, set()).add(ast.unparse(target))
    for call, function, spot in module.calls:
        name = _set(module, call, spot) if function == "builtins.setattr" else None
        if name is not None:
            patched.append((name, call, call.args[2], spot))
        if function.startswith(("gevent.monkey.patch_", "eventlet.monkey_patch")):
            message = f"{function}() changes the standard library for the whole process, {module.when(spot)}"
            yield Hazard(RULE, module.path, call.lineno, message, "leave it to the host, or install the plugin")
    back = {
        name for name, _, value, spot in patched if value is None or puts_back(value, spot, saved.get(name, set()))
    }
    for name, node, value, spot in patched:
        if name not in back and value is not None and spot.function not in module.run_elsewhere:
            message = f"{name} is replaced {module.when(spot)}, for the whole process, and stays so after close"
            yield Hazard(RULE, module.path, node.lineno, message, _INSTEAD)


def _is_host(module: Module, target: ast.Attribute, spot: Spot) -> bool:
    """Tell whether what is assigned to is an attribute of a module or class that is not the plugin's."""
    holder = spot.scope.dotted(target.value) or ""
    top = holder.partition(".")[0]
    if module.owns(holder) or top in ("builtins", "ctypes") or f"{holder}.{target.attr}" in _OWN_LISTS or not top:
        return False
    last = holder.rpartition(".")[2]
    is_class = last[:1].isupper() and not last.isupper() and "." in holder
    return top in spot.scope.modules and (holder in spot.scope.modules or is_class)


def _set(module: Module, call: ast.Call, spot: Spot) -> str | None:
    """Return what ``setattr`` replaces, if it is the host's and spelled out."""
    if len(call.args) < 3 or not isinstance(call.args[1], ast.Constant):  # noqa: PLR2004  (object, name, value)
        return None
    target = ast.Attribute(call.args[0], str(call.args[1].value), ast.Store())
    return spot.scope.dotted(target) if _is_host(module, target, spot) else None


def _looked_at(value: ast.expr | None, spot: Spot) -> str | None:
    """Return the dotted name of what a value is taken from, as it is or by ``getattr``."""
    if isinstance(value, ast.Call) and spot.scope.dotted(value.func) == "builtins.getattr" and len(value.args) > 1:
        name = value.args[1].value if isinstance(value.args[1], ast.Constant) else None
        holder = spot.scope.dotted(value.args[0])
        return f"{holder}.{name}" if holder is not None and isinstance(name, str) else None
    return None if value is None else spot.scope.dotted(value)
