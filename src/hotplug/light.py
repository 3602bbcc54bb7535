"""What the way of ``open`` needs of other libraries, without what importing it there costs.

``platformdirs`` takes 8 ms to import, ``typing`` 5, ``threading`` 3, ``contextlib`` 2: each longer than opening a
small plugin. To a type checker what is the standard library's is its own; the user's folders are held to
platformdirs by a test.
"""

from __future__ import annotations

import os
import sys
from _thread import TIMEOUT_MAX, allocate_lock
from time import monotonic

_BOOTSTRAP: Any = sys.modules["_frozen_importlib"]

DEBUG, INFO, WARNING = 10, 20, 30
"""How much it matters what happens, as ``logging`` counts."""
_XDG = {
    "cache": ("XDG_CACHE_HOME", ".cache"),
    "config": ("XDG_CONFIG_HOME", ".config"),
    "data": ("XDG_DATA_HOME", ".local/share"),
}

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import suppress as suppress  # noqa: PLC0414  (exported)
    from importlib.machinery import ModuleSpec
    from types import BuiltinFunctionType as BuiltinFunctionType  # noqa: PLC0414
    from types import CodeType as CodeType  # noqa: PLC0414
    from types import FunctionType as FunctionType  # noqa: PLC0414
    from types import ModuleType as ModuleType  # noqa: PLC0414
    from typing import Any, Literal
    from typing import cast as cast  # noqa: PLC0414
    from typing import overload as overload  # noqa: PLC0414
else:

    def cast(kind: object, value: object) -> object:
        """Return the value: the type is for checkers."""
        del kind
        return value

    def overload(function: object) -> object:
        """Return the function: one of several signatures, for checkers."""
        return function

    class suppress:  # noqa: N801  (contextlib's name)
        """Passes over exceptions of some classes, as ``contextlib.suppress`` does."""

        __slots__ = ("_classes",)

        def __init__(self, *classes: type[BaseException]) -> None:
            self._classes = classes

        def __enter__(self) -> None:
            pass

        def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> bool:
            return kind is not None and issubclass(kind, self._classes)

    ModuleType = type(sys)
    FunctionType = type(cast)
    CodeType = type(cast.__code__)
    BuiltinFunctionType = type(len)


def import_module(name: str) -> ModuleType:
    """Import a module, as ``importlib.import_module`` does."""
    module: ModuleType = _BOOTSTRAP._gcd_import(name)  # noqa: SLF001
    return module


def top_level_spec(name: str) -> ModuleSpec | None:
    """Return what ``importlib.util.find_spec`` does for a name without a dot; None in place of an error."""
    if name in sys.modules:
        return getattr(sys.modules[name], "__spec__", None)
    spec: ModuleSpec | None = _BOOTSTRAP._find_spec(name, None)  # noqa: SLF001
    return spec


def heard(level: int) -> bool:
    """Tell whether anybody may hear what happens: who listens has a module loaded, who logs has a level set.

    Args:
        level: How much it matters.
    """
    if "hotplug.events" in sys.modules:
        return True
    logging: Any = sys.modules.get("logging")
    if not hasattr(logging, "root"):  # nobody has imported it, or all of it
        return False
    # who has asked for none of our loggers gets what the root lets through
    return logging.root.isEnabledFor(level) or any(
        name.startswith("hotplug") for name in list(logging.Logger.manager.loggerDict)
    )


def unraisable(error: BaseException, said: str, source: object) -> None:
    """Tell ``sys.unraisablehook`` of an exception that there is nobody to raise it for.

    The interpreter's own hook takes nothing but what it is given by the interpreter, a type without a public name.

    Args:
        error: The exception.
        said: What became of it, to stand before where it comes from.
        source: Where it comes from.
    """
    kinds = cast("list[Any]", tuple.__subclasses__())
    kind = next((each for each in kinds if each.__name__ == "UnraisableHookArgs"), None)
    with suppress(BaseException):  # as the interpreter does with what a hook raises
        if kind is None:  # not CPython
            sys.excepthook(type(error), error, error.__traceback__)
        else:
            sys.unraisablehook(kind((type(error), error, error.__traceback__, said, source)))


class Gate:
    """Lets threads wait until something is done, as ``threading.Event`` does."""

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._lock.acquire()

    def open(self) -> None:
        """Let all pass who wait now, or come later."""
        if self._lock.locked():
            self._lock.release()

    def wait(self) -> None:
        """Wait until the gate is open; Ctrl-C ends the waiting."""
        with self._lock:
            pass

    def wait_until(self, time: float | None) -> bool:
        """Do the same, but only until a time as ``time.monotonic`` counts it; tell whether the gate is open."""
        if time is None:
            self.wait()
            return True
        if not self._lock.acquire(timeout=min(max(0.0, time - monotonic()), TIMEOUT_MAX)):
            return False
        self._lock.release()
        return True


def may_be_there(path: str) -> bool:
    """Tell whether there is something at a path, or nobody may look: that is not known to be missing."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass
    return True


def user_folder(kind: Literal["cache", "config", "data"], application: str) -> str:
    """Return the folder in which an application keeps the user's files of one kind.

    Args:
        kind: "cache" for what can be made again, "config" for what the user decided, "data" for what the user
            put there.
        application: The application's name.

    Returns:
        An absolute path; nothing is created.
    """
    # on Linux the rule is three lines of the XDG base directory specification
    platform: str = sys.platform  # a checker would take what follows for unreachable
    if platform == "linux":
        variable, below_home = _XDG[kind]
        folder = os.environ.get(variable, "")
        if not os.path.isabs(folder):  # the specification: a relative path is to be ignored
            folder = os.path.join(os.path.expanduser("~"), below_home)
        return os.path.join(folder, application)
    return _asked(kind, application)


def _asked(kind: Literal["cache", "config", "data"], application: str) -> str:
    import platformdirs

    if kind == "cache":
        return platformdirs.user_cache_dir(application, appauthor=False)
    if kind == "config":
        return platformdirs.user_config_dir(application, appauthor=False)
    return platformdirs.user_data_dir(application, appauthor=False)
