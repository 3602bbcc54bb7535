"""How a forked worker ends when its work is done: as the interpreter would, without taking that itself apart.

It would take ten milliseconds, most of them to copy what is the zygote's only to free it. What the plugin made is
let go of as it is anywhere, in the interpreter's own order.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import io
import sys
import threading
from weakref import ref

from hotplug.light import ModuleType, suppress

_FILES = (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom, io.BufferedRWPair)


def leave() -> None:
    """End this process with status 0, after all that the plugin may have left to be done at its end.

    That is done by its threads, its exit handlers, the objects in its modules, its files, and what its libraries
    have told C to do. Returns where that is not this simple: then the interpreter is to end as it always does.
    """
    try:
        threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType, reportAttributeAccessIssue]
        atexit._run_exitfuncs()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        sys.stdout.flush()
        sys.stderr.flush()
        if len(sys._current_frames()) > 1:  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            return  # a daemon thread must not see what comes now
        _let_go()
    except BaseException:  # noqa: BLE001  (the interpreter will meet it, and say so)
        return
    ctypes.PyDLL(None).exit(0)


def _let_go() -> None:
    """Let go of the plugin's modules, and of whatever these alone hold."""
    _flush()  # first, too: of a file in a cycle the garbage collector may close the inner part before the outer
    left = [ref(each) for each in reversed(_out_of_reach())]
    gc.collect()
    for each in left:
        _empty(each())
    gc.collect()
    _flush()


def _flush() -> None:
    for file in gc.get_objects():
        if issubclass(type(file), _FILES):
            with suppress(Exception):
                file.flush()


def _out_of_reach() -> list[ModuleType]:
    """Return the modules that were made here, which nobody can import any more."""
    # The garbage collector knows nothing of what was there before the fork.
    modules: list[ModuleType] = [each for each in gc.get_objects() if issubclass(type(each), ModuleType)]
    for each in modules:
        name = vars(each).get("__name__")
        if type(name) is str and sys.modules.get(name) is each:
            del sys.modules[name]
    return modules


def _empty(module: ModuleType | None) -> None:
    """Set a module's names to None, as the interpreter does: libraries' last steps ask whether these still are."""
    if module is None:
        return
    names = vars(module)
    for name in sorted(names, key=_is_public):
        if name != "__builtins__":
            names[name] = None


def _is_public(name: str) -> bool:
    return name[:1] != "_" or name[1:2] == "_"
