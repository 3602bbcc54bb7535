"""Threads that a plugin starts while it is imported, and does not end: they run on after close."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from hotplug.artifacts.hazards.found import Hazard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotplug.artifacts.hazards.source import Module, Spot

RULE = "thread-at-import"
_THREADS = frozenset({"threading.Thread", "threading.Timer"})
_STARTS = frozenset({"_thread.start_new_thread", "threading._start_new_thread"})
_INSTEAD = "start it on first use, and end it in an atexit handler: that is run at close"


def hazards(module: Module) -> Iterator[Hazard]:
    """Yield where a module starts a thread when it is imported; not if it registers any exit handler."""
    if any(name == "atexit.register" for _, name, _ in module.calls) or _decorates(module):
        return
    classes = _own_threads(module)
    made = {
        ast.unparse(target)
        for target, value, spot in module.targets
        if value is not None and _is_thread(value, spot, classes)
    }
    for spot in module.spots:
        node = spot.node
        if not isinstance(node, ast.Call) or not module.at_import(spot):
            continue
        begins = isinstance(node.func, ast.Attribute) and node.func.attr == "start"
        holder = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        by_object = begins and (_is_thread(holder, spot, classes) or ast.unparse(holder) in made)
        if by_object or spot.scope.dotted(node.func) in _STARTS:
            message = "a thread is started at import, and runs on after close"
            yield Hazard(RULE, module.path, node.lineno, message, _INSTEAD)


def _decorates(module: Module) -> bool:
    return any(
        spot.scope.dotted(each) == "atexit.register"
        for spot in module.spots
        if isinstance(spot.node, ast.FunctionDef)
        for each in spot.node.decorator_list
    )


def _own_threads(module: Module) -> set[str]:
    """Return the names of the module's own classes of threads."""
    return {
        spot.node.name
        for spot in module.spots
        if isinstance(spot.node, ast.ClassDef)
        and any(spot.scope.dotted(base) in _THREADS for base in spot.node.bases)
    }


def _is_thread(node: ast.expr, spot: Spot, classes: set[str]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    by_name = isinstance(node.func, ast.Name) and node.func.id in classes
    return by_name or spot.scope.dotted(node.func) in _THREADS
