"""Loggers: ``getLogger(__name__)`` has the private name, and is not below the logger that is named in a string."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from hotplug.artifacts.hazards.found import Hazard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hotplug.artifacts.hazards.source import Module, Spot

RULE = "logger-name"
_GET = "logging.getLogger"
_STAYS = "outlives-close"
_INSTEAD = "name loggers by __name__ or __package__, everywhere"
_MISSED = "what is set for the logger {!r} is not set for getLogger(__name__)"
_SET = frozenset({"setLevel", "addHandler"})
_ASSIGNED = frozenset({"propagate", "level", "handlers"})
_CONFIGURED = frozenset({"logging.config.dictConfig", "logging.dictConfig"})


def hazards(module: Module) -> Iterator[Hazard]:
    """Yield handlers and levels that stay on the host's loggers, where they were set at import."""
    yield from _left(module)


def names_itself(module: Module) -> bool:
    """Tell whether a module has a logger that is named after it."""
    return any(_is_named_after(call, name) for call, name, _ in module.calls)


def configured(module: Module) -> Iterator[tuple[str, Hazard]]:
    """Yield the names of loggers that a module sets up, with what is to be said if others are below them."""
    for name, line, message in _set_up(module):
        if module.owns(name):
            yield name, Hazard(RULE, module.path, line, message.format(name), _INSTEAD)


def are_below(name: str, modules: Iterable[str]) -> bool:
    """Tell whether loggers that are named after some modules would be at or below a name."""
    return any(f"{each}.".startswith(f"{name}.") for each in modules)


def _is_named_after(call: ast.Call, name: str) -> bool:
    """Tell whether a call is ``getLogger(__name__)``."""
    return name == _GET and any(
        isinstance(each, ast.Name) and each.id in ("__name__", "__package__")
        for argument in call.args
        for each in ast.walk(argument)
    )


def _set_up(module: Module) -> Iterator[tuple[str, int, str]]:
    for call, line in _configured(module):
        yield from _spelled(call.args[0] if call.args else None, line, _MISSED)
    for call, name, _ in module.calls:
        first = call.args[0] if call.args else None
        if name == "logging.Filter":
            yield from _spelled(first, call.lineno, "no record of getLogger(__name__) passes a filter for {!r}")
        elif name in _CONFIGURED and isinstance(first, ast.Dict):
            for table in _tables(first):
                for key in table.keys:
                    yield from _spelled(key, getattr(key, "lineno", call.lineno), _MISSED)


def _spelled(node: ast.expr | None, line: int, message: str) -> Iterator[tuple[str, int, str]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value, line, message


def _tables(table: ast.Dict) -> Iterator[ast.Dict]:
    """Yield what a configuration has under ``loggers``."""
    for key, value in zip(table.keys, table.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == "loggers" and isinstance(value, ast.Dict):
            yield value


def _left(module: Module) -> Iterator[Hazard]:
    instead = "leave it to the host; a NullHandler on getLogger(__name__) is taken away at close"
    for spot in module.spots:
        node = spot.node
        if not isinstance(node, ast.Call) or not module.at_import(spot):
            continue
        name = spot.scope.dotted(node.func)
        if name == "logging.basicConfig":
            message = "the root logger is given a handler at import, and keeps it"
            yield Hazard(_STAYS, module.path, node.lineno, message, instead)
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in ("addHandler", "setLevel"):
            continue
        logger = _logger(module, node.func.value, spot)
        if logger is None or _is_own(node, spot) or _is_named_after(logger, _GET):
            continue
        text = module.text(logger.args[0]) if logger.args else "root"
        what = "a handler" if node.func.attr == "addHandler" else "a level"
        if node.func.attr == "setLevel" and module.owns(text):
            continue  # nobody else minds
        if text is not None and not _removed(module):
            message = f"the logger {text!r} is given {what} at import, and keeps it"
            yield Hazard(_STAYS, module.path, node.lineno, message, instead)


def _removed(module: Module) -> bool:
    return any(isinstance(each.node, ast.Attribute) and each.node.attr == "removeHandler" for each in module.spots)


def _is_own(call: ast.Call, spot: Spot) -> bool:
    """Tell whether a handler does nothing, or its class may be the plugin's: then it is taken away at close."""
    if not call.args or not isinstance(call.func, ast.Attribute) or call.func.attr != "addHandler":
        return False
    handler = call.args[0]
    name = spot.scope.dotted(handler.func) if isinstance(handler, ast.Call) else None
    return name is None or not name.startswith("logging.") or name.endswith(".NullHandler")


def _configured(module: Module) -> Iterator[tuple[ast.Call, int]]:
    """Yield the calls of ``getLogger`` whose logger is set up, each with the line of that."""
    for spot in module.spots:
        node = spot.node
        holder: ast.expr | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SET:
            holder = node.func.value
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in _ASSIGNED:
            holder = node.value
        logger = None if holder is None else _logger(module, holder, spot)
        if logger is not None and isinstance(node, ast.expr):
            yield logger, node.lineno


def _logger(module: Module, node: ast.expr, spot: Spot) -> ast.Call | None:
    """Return the call of ``getLogger`` that an expression stands for."""
    if isinstance(node, ast.Call):
        return node if spot.scope.dotted(node.func) == _GET else None
    if not isinstance(node, ast.Name):
        return None
    found = [
        value
        for target, value, at in module.targets
        if isinstance(target, ast.Name) and target.id == node.id and at.function in (None, spot.function)
    ]
    if len(found) != 1 or not isinstance(found[0], ast.Call):
        return None
    return found[0] if spot.scope.dotted(found[0].func) == _GET else None
