"""Runs in a process of its own: imports a wheel's modules, installed or opened, and writes down what they are.

Its only argument is the path of a request as JSON; what it finds is appended to ``output``, one JSON object a
line, so that what is known is not lost when a module ends the process. It imports nothing but the standard
library, and hotplug where it opens. Values are described after everything was imported: which names a package has
depends on which of its modules are imported, whoever did it, and reading an attribute may import more.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import re
import site
import sys
import traceback
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Load = Callable[[str], object]

_PRIVATE = re.compile(r"__hp\d+_")
_PRIVATE_KEY = re.compile(r"[^.]+__hp\d+_(\.|$)")
_LAST_LINES = 14


class Notes:
    """The file that everything is written to."""

    def __init__(self, path: str) -> None:
        self._path = path

    def write(self, **line: object) -> None:
        """Append a line; it is on disk when this returns."""
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def main() -> None:
    """Do what the request asks for."""
    with open(sys.argv.pop(), encoding="utf-8") as file:
        request: dict[str, Any] = json.load(file)
    notes = Notes(request["output"])
    site.addsitedir(request["folder"])
    sys.path.extend(request["host"])
    if request["mode"] == "installed":
        describe_all(request["modules"], importlib.import_module, notes)
        notes.write(own=sorted(key for key in sys.modules if _owned(key, request["roots"])))
    else:
        opened(request, notes)
    notes.write(end=True)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # threads that a module started may never end


def opened(request: dict[str, Any], notes: Notes) -> None:
    """Open the wheel, look up its modules, close it, and tell what was in ``sys.modules`` before and after."""
    import hotplug

    before = set(sys.modules)
    hooks = [*map(id, sys.meta_path), *map(id, sys.path_hooks)]
    try:
        plugin = hotplug.open(request["wheel"])
    except hotplug.CompatibilityError as error:
        notes.write(refused=list(error.reasons))
        return
    except BaseException as error:  # noqa: BLE001  (whatever happens is the result)
        notes.write(failed=_last_lines(error))
        return
    try:
        describe_all(request["modules"], lambda name: plugin.lookup(f"{name}:"), notes)
        keys = set(sys.modules) - before
        private = sorted(key for key in keys if _PRIVATE_KEY.match(key))
        notes.write(own=[key for key in map(_readable, private) if _owned(key, request["roots"])])
        notes.write(leaked=leaked(keys, request))
        beside = os.path.join(request["folder"], "")
        notes.write(copies=[key for key in request["roots"] if key in keys and _file(key).startswith(beside)])
    finally:
        gc.collect()
        notes.write(begin="closing")
        report = plugin.close()
    notes.write(closed={name: getattr(report, name) for name in ("unloaded", "still_open", "survivors", "reason")})
    keys = set(sys.modules) - before
    notes.write(left=[*(key for key in sorted(keys) if _PRIVATE_KEY.match(key)), *leaked(keys, request)])
    notes.write(
        hooked=[*hooked("sys.meta_path", sys.meta_path, hooks), *hooked("sys.path_hooks", sys.path_hooks, hooks)]
    )


def leaked(keys: Iterable[str], request: dict[str, Any]) -> list[str]:
    """Return what is the plugin's own but stands in ``sys.modules`` under a name that is not private.

    A module under one of the wheel's own names is the plugin's, unless the host has a module of that root: one
    that hotplug needs itself, or the copy installed beside.
    """
    unpacked = os.path.join(os.environ["HOTPLUG_CACHE"], "unpacked") + os.sep
    elsewhere = tuple(os.path.join(each, "") for each in [*request["host"], request["folder"]])
    of_host = [root for root in request["roots"] if _file(root).startswith(elsewhere)]
    return sorted(
        key
        for key in keys
        if not _PRIVATE_KEY.match(key)
        and (_file(key).startswith(unpacked) or (_owned(key, request["roots"]) and not _owned(key, of_host)))
    )


def hooked(where: str, entries: Iterable[object], before: list[int]) -> list[str]:
    """Return the plugin's own import hooks that are still there."""
    found: list[str] = []
    for entry in entries:
        kind = entry if isinstance(entry, type | FunctionType) else type(entry)
        if id(entry) not in before and "__hp" in kind.__module__:
            found.append(_readable(f"{kind.__module__}.{kind.__qualname__} in {where}"))
    return found


def describe_all(modules: list[str], load: Load, notes: Notes) -> None:
    """Import every module, then write down what each of them has."""
    found: dict[str, object] = {}
    for name in modules:
        notes.write(begin=name)
        try:
            found[name] = load(name)
        except BaseException as error:  # noqa: BLE001  (whatever happens is the result)
            notes.write(module=name, error=_last_lines(error))
            error.__traceback__ = None
    for name, module in found.items():
        notes.write(begin=name)
        notes.write(module=name, **describe(module))


def describe(module: object) -> dict[str, object]:
    """Return the public names of a module with the kinds of their values, its ``__all__`` and its version."""
    names = sorted({name for name in map(str, dir(module)) if not name.startswith("_")})
    exported = _attribute(module, "__all__", None)
    declared = cast("list[object]", exported) if isinstance(exported, list | tuple) else None
    version = _attribute(module, "__version__", None)
    return {
        "names": {name: kind_of(module, name) for name in names},
        "all": None if declared is None else sorted(map(_listed, declared)),
        "version": _readable(version) if isinstance(version, str) else None,
    }


def kind_of(module: object, name: str) -> str:
    """Return what an attribute is, with the names that the author gave: ``class flask.app.Flask``."""
    try:
        value: object = getattr(module, name)
    except BaseException as error:  # noqa: BLE001  (a lazy attribute may do anything)
        return f"raises {type(error).__name__}"
    kind = type(value)
    if issubclass(kind, ModuleType):
        return _readable(f"module {_attribute(value, '__name__', '?')}")
    for name_of_kind, kinds in (("class", type), ("function", FunctionType), ("builtin", BuiltinFunctionType)):
        if issubclass(kind, kinds):
            place = _attribute(value, "__module__", "?")
            place = place if isinstance(place, str) else "?"  # a property, in the pure wrapt
            return _readable(f"{name_of_kind} {place}.{_attribute(value, '__qualname__', '?')}")
    return _readable(f"instance of {kind.__module__}.{kind.__qualname__}")


def _attribute(value: object, name: str, default: object) -> object:
    with contextlib.suppress(BaseException):  # a proxy may raise anything
        return getattr(value, name)
    return default


def _listed(entry: object) -> str:
    """Return an entry of ``__all__``, which may be no name at all, as in attrs 20."""
    return entry if isinstance(entry, str) else f"instance of {type(entry).__qualname__}"


def _readable(text: str) -> str:
    return _PRIVATE.sub("", text)


def _owned(key: str, roots: Iterable[str]) -> bool:
    return any(key == root or key.startswith(f"{root}.") for root in roots)


def _file(key: str) -> str:
    place = _attribute(sys.modules.get(key), "__file__", "")
    return place if isinstance(place, str) else ""


def _last_lines(error: BaseException) -> str:
    lines = "".join(traceback.format_exception(error.__cause__ or error)).splitlines()[-_LAST_LINES:]
    return "\n".join([*lines, f"{type(error).__name__}: {error}"] if error.__cause__ else lines)


main()
