"""Calls that change the whole process, and whose change stays after close unless the plugin takes it back."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from hotplug.artifacts.hazards.found import Hazard
from hotplug.artifacts.hazards.restoring import puts_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotplug.artifacts.hazards.source import Module, Spot

RULE = "outlives-close"
_INSTEAD = "leave it to the host, or put it back in an atexit handler: that is run at close"
_HOOKS = {
    "signal.signal": "a signal handler is set",
    "sys.settrace": "a trace function is set",
    "sys.setprofile": "a profile function is set",
    "threading.settrace": "a trace function is set for new threads",
    "threading.setprofile": "a profile function is set for new threads",
    "sys.addaudithook": "an audit hook is added, which nothing can remove",
}
"""Whenever they are called; a call that sets what was there before takes it back."""
_AT_IMPORT = {
    "os.chdir": "the working directory is changed",
    "os.fchdir": "the working directory is changed",
    "os.umask": "the umask is changed",
    "os.putenv": "the environment is changed",
    "locale.setlocale": "the locale is changed",
    "socket.setdefaulttimeout": "the timeout of all sockets is changed",
    "sys.setrecursionlimit": "the recursion limit is changed",
    "sys.setswitchinterval": "the switch interval of threads is changed",
    "sys.set_int_max_str_digits": "the limit for integers as text is changed",
    "faulthandler.enable": "the fault handler is enabled",
    "asyncio.set_event_loop_policy": "the event loop policy is changed",
    "multiprocessing.set_start_method": "the start method of all processes is set",
    "gc.disable": "the garbage collector is disabled",
    "gc.freeze": "the garbage collector's objects are frozen",
    "gc.set_threshold": "the garbage collector's thresholds are changed",
    "tracemalloc.start": "memory tracing is started",
    "resource.setrlimit": "a limit of the process is changed",
    "urllib.request.install_opener": "the opener of all URLs is changed",
    "logging.disable": "levels of all loggers are disabled",
    "logging.captureWarnings": "warnings are sent to logging",
    "logging.setLogRecordFactory": "the log record factory is replaced",
    "warnings.simplefilter": "a filter of warnings is added",
    "warnings.filterwarnings": "a filter of warnings is added",
    "warnings.resetwarnings": "all filters of warnings are removed",
}
_FILTERS = ("warnings.simplefilter", "warnings.filterwarnings")
_CHANGES = frozenset({"setdefault", "update", "pop", "clear", "popitem", "__setitem__"})
_ASKED = frozenset(
    {"signal.signal", "signal.getsignal", "sys.gettrace", "sys.getprofile", "threading.gettrace"}
    | {"threading.getprofile", "os.getcwd", "os.umask", "locale.setlocale", "locale.getlocale"}
    | {"socket.getdefaulttimeout", "sys.getrecursionlimit", "sys.getswitchinterval", "resource.getrlimit"}
    | {"asyncio.get_event_loop_policy", "gc.get_threshold", "logging.getLogRecordFactory"}
)
"""What returns what was there before."""
_SIGNAL = "signal.signal"
_DEFAULTS = frozenset({"signal.SIG_DFL", "signal.default_int_handler"})
_UNDONE = {
    "faulthandler.disable": "faulthandler.enable",
    "gc.enable": "gc.disable",
    "gc.unfreeze": "gc.freeze",
    "tracemalloc.stop": "tracemalloc.start",
}


def hazards(module: Module) -> Iterator[Hazard]:
    """Yield what a module changes of the whole process, and does not put back."""
    saved = {
        ast.unparse(target)
        for target, value, spot in module.targets
        if isinstance(value, ast.Call) and spot.scope.dotted(value.func) in _ASKED
    }
    changes = [each for each in module.calls if each[1] in _HOOKS or each[1] in _AT_IMPORT]
    restored = {_UNDONE[name] for _, name, _ in module.calls if name in _UNDONE}
    restored |= {name for call, name, spot in changes if _takes_back(call, name, spot, saved)}
    handlers = {spot.scope.dotted(call.args[-1]) for call, name, spot in changes if name == _SIGNAL and call.args}
    if len(handlers) > 1 and handlers & _DEFAULTS:
        restored.add(_SIGNAL)
    for call, name, spot in changes:
        if name in restored or spot.function in module.run_elsewhere:
            continue
        if name in _HOOKS and call.args:
            message = f"{_HOOKS[name]} {module.when(spot)}, and stays after close"
            yield Hazard(RULE, module.path, call.lineno, message, _INSTEAD)
        elif name in _AT_IMPORT and module.at_import(spot) and not _is_harmless(module, call, name, spot):
            yield Hazard(RULE, module.path, call.lineno, f"{_AT_IMPORT[name]} at import, and stays so", _INSTEAD)
    yield from _environment(module)


def _takes_back(call: ast.Call, name: str, spot: Spot, saved: set[str]) -> bool:
    """Tell whether a call takes a change back."""
    if name == "sys.addaudithook" or name in _FILTERS or not call.args:
        return False
    value = call.args[-1]
    if isinstance(value, ast.Constant) and (value.value is None or value.value is False):
        return True
    same = isinstance(value, ast.Call) and spot.scope.dotted(value.func) in _ASKED
    return same or puts_back(value, spot, saved)


def _is_harmless(module: Module, call: ast.Call, name: str, spot: Spot) -> bool:
    """Tell whether a call changes nothing that stays."""
    if any(
        isinstance(each, ast.With | ast.AsyncWith) and "catch_warnings" in _items(each) for each in spot.around
    ):
        return True
    if name == "locale.setlocale":  # asks, without a second argument
        return len(call.args) + len(call.keywords) < 2  # noqa: PLR2004
    if name not in _FILTERS:
        return False
    given = {each.arg: each.value for each in call.keywords}
    place = 2 if name == "warnings.filterwarnings" else 1
    category = given.get("category", call.args[place] if len(call.args) > place else None)
    more = call.args[3:4] if name == "warnings.filterwarnings" else []
    pattern = given.get("module", more[0] if more else None)
    about = "builtins.Warning" if category is None else spot.scope.dotted(category) or ""
    foreign = hasattr(builtins, about.removeprefix("builtins.")) if about.startswith("builtins.") else bool(about)
    if not foreign or module.owns(about):
        return True
    # it is taken out at close, too, if it names the plugin's modules as they are called here
    return pattern is not None and any(
        isinstance(each, ast.Name) and each.id == "__name__" for each in ast.walk(pattern)
    )


def _items(node: ast.With | ast.AsyncWith) -> str:
    return " ".join(ast.unparse(each.context_expr) for each in node.items)


def _environment(module: Module) -> Iterator[Hazard]:
    """Yield where environment variables are changed at import, and not all taken back."""
    changed: list[tuple[str | None, ast.expr]] = []
    taken_back: set[str | None] = set()
    for target, value, spot in module.targets:
        if not isinstance(target, ast.Subscript) or spot.scope.dotted(target.value) != "os.environ":
            continue
        if value is None or not module.at_import(spot):
            taken_back.add(ast.unparse(target.slice))
        else:
            changed.append((ast.unparse(target.slice), target))
    for spot in module.spots:
        node = spot.node
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in _CHANGES or spot.scope.dotted(node.func.value) != "os.environ":
            continue
        name = ast.unparse(node.args[0]) if node.args and node.func.attr != "update" else None
        if module.at_import(spot) and node.func.attr != "pop":
            changed.append((name, node))
        else:
            taken_back.add(name)
    for name, node in changed:
        if name not in taken_back:
            message = f"os.environ{'' if name is None else f'[{name}]'} is set at import, and stays so"
            yield Hazard(RULE, module.path, node.lineno, message, _INSTEAD)
