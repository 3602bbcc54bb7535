"""A plugin's own clean-up: what it registers with ``atexit`` runs when the plugin is unloaded."""

from __future__ import annotations

import atexit
import threading
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec, TypeVar

    P = ParamSpec("P")
    T = TypeVar("T")


class ExitHandlers(ModuleType):
    """What a private plugin gets for ``import atexit``: the same functions, over handlers of its own.

    They run when the plugin is unloaded, last registered first, at the latest when the interpreter exits.
    """

    def __init__(self) -> None:
        super().__init__("atexit", atexit.__doc__)
        self._lock = threading.Lock()
        self._handlers: list[tuple[Callable[..., object], tuple[object, ...], dict[str, object]]] = []

    def register(self, func: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Callable[P, T]:
        """Register a function to be called at unload, and return it, as ``atexit.register`` does."""
        with self._lock:
            if not self._handlers:
                atexit.register(self._run_exitfuncs)
            self._handlers.append((func, args, kwargs))
        return func

    def unregister(self, func: Callable[..., object], /) -> None:
        """Forget a function, as ``atexit.unregister`` does."""
        with self._lock:
            self._handlers = [each for each in self._handlers if each[0] != func]

    def run(self) -> list[str]:
        """Call and forget every handler; return what went wrong, a line for each that failed."""
        failures: list[str] = []
        while True:
            with self._lock:
                if not self._handlers:
                    break
                func, args, kwargs = self._handlers.pop()
            try:
                func(*args, **kwargs)
            except (Exception, SystemExit) as error:  # noqa: BLE001  (one that fails must not stop the others)
                name = getattr(func, "__qualname__", repr(func))
                failures.append(f"its exit handler {name} raised {type(error).__name__}: {error}")
        atexit.unregister(self._run_exitfuncs)
        return failures

    def _run_exitfuncs(self) -> None:
        for failure in self.run():
            _report(failure)


def _report(failure: str) -> None:
    """Say at exit what nobody is left to be told otherwise; atexit itself prints a traceback there."""
    import sys

    print(failure, file=sys.stderr)  # noqa: T201
