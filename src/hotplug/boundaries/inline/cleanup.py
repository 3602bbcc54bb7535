"""A plugin's own clean-up, run when it is unloaded: what it registers with ``atexit``, then its finalizers."""

from __future__ import annotations

import atexit
import sys
import threading
from types import ModuleType

from hotplug.boundaries.activation import class_name, kind_of, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, ParamSpec, TypeVar

    from hotplug.boundaries.inline.owning import Owner

    P = ParamSpec("P")
    T = TypeVar("T")
    Call = tuple[Callable[..., object], tuple[Any, ...], Mapping[str, Any]]

_waiting: list[ExitHandlers] = []
"""Those with handlers, of the plugins that are open; the interpreter runs them if it exits first."""
_registered: list[bool] = []
_lock = threading.RLock()
"""Held while the list of those that wait is changed."""


class ExitHandlers(ModuleType):
    """What a private plugin gets for ``import atexit``: the same functions, over handlers of its own.

    They run when the plugin is unloaded, last registered first. Where the interpreter exits before that, they run
    then, of the plugin first that was opened last.
    """

    def __init__(self) -> None:
        super().__init__("atexit", atexit.__doc__)
        self._lock = threading.Lock()
        self._handlers: list[Call] = []

    def register(self, func: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Callable[P, T]:
        """Register a function to be called at unload, and return it, as ``atexit.register`` does."""
        with self._lock:
            if not self._handlers:
                with _lock:
                    _waiting.append(self)
                if not _registered:  # once: what is unregistered leaves its place in the interpreter's table empty
                    _registered.append(True)
                    atexit.register(_run_exitfuncs)
            self._handlers.append((func, args, kwargs))
        return func

    def unregister(self, func: Callable[..., object], /) -> None:
        """Forget a function, as ``atexit.unregister`` does."""
        with self._lock:
            self._handlers = [each for each in self._handlers if each[0] != func]

    def run(self) -> list[str]:
        """Call and forget every handler; return what went wrong, a line for each that failed.

        Raises:
            KeyboardInterrupt: After all of them were called, if one was interrupted.
        """
        try:
            return _failures("exit handler", self._taken())
        finally:
            with _lock:
                _waiting[:] = [each for each in _waiting if each is not self]

    def _taken(self) -> Iterator[Call]:
        """Yield and forget the handlers, last registered first; then, once, those registered by them."""
        for _ in range(2):
            with self._lock:
                handlers, self._handlers = self._handlers, []
            yield from reversed(handlers)
        with self._lock:
            self._handlers.clear()

    def _run_exitfuncs(self) -> None:
        for failure in self.run():
            _report(failure)


def run_finalizers(owner: Owner) -> list[str]:
    """Call a plugin's functions that ``weakref.finalize`` would call at exit, the latest first.

    Their objects may be alive still; at exit, that is the same.

    Returns:
        What went wrong, a line for each that failed.

    Raises:
        KeyboardInterrupt: After all of them were called, if one was interrupted.
    """

    def taken() -> Iterator[Call]:
        registry = weakref.finalize._registry  # noqa: SLF001  (as its own function for exit does)
        for _ in range(2):
            own = [
                (info.index, each)
                for each, info in list(registry.items())
                if info.atexit and owner.has_callable(info.func)
            ]
            for _, each in sorted(own, key=lambda pair: pair[0], reverse=True):
                info = registry.pop(each, None)
                if info is not None:
                    yield info.func, info.args, info.kwargs or {}

    weakref: Any = sys.modules.get("weakref")
    return [] if weakref is None else _failures("finalizer", taken())


def _failures(kind: str, calls: Iterable[Call]) -> list[str]:
    failures: list[str] = []
    interruption: KeyboardInterrupt | None = None
    for func, args, kwargs in calls:
        try:
            func(*args, **kwargs)
        except KeyboardInterrupt as error:
            interruption = error
        except BaseException as error:  # noqa: BLE001  (whatever one does, the others run)
            failures.append(f"its {kind} {_name_of(func)} raised {kind_of(error)}: {text_of(error)}")
    if interruption is not None:
        raise interruption
    return failures


def _run_exitfuncs() -> None:
    from hotplug.boundaries.inline.hooks import in_use

    interruption: KeyboardInterrupt | None = None
    while _waiting:
        opened = [namespace.exit_handlers for namespace in in_use()]
        last = next((each for each in reversed(opened) if each in _waiting), _waiting[-1])
        try:
            for failure in last.run():
                _report(failure)
        except KeyboardInterrupt as error:
            interruption = error
    if interruption is not None:
        raise interruption


def _name_of(func: Callable[..., object]) -> str:
    try:
        name: object = getattr(func, "__qualname__", None)
    except BaseException:  # noqa: BLE001  (the handler's own __getattr__)
        name = None
    return name if type(name) is str else f"of type {class_name(type(func))}"


def _report(failure: str) -> None:
    """Say at exit what nobody is left to be told otherwise; atexit itself prints a traceback there."""
    print(failure, file=sys.stderr)  # noqa: T201
