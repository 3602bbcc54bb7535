"""A plugin's own clean-up: what it registers with ``atexit`` runs when the plugin is unloaded."""

from __future__ import annotations

import atexit
import threading
from types import ModuleType

from hotplug.boundaries.inline.activation import class_name, kind_of, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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
        """Call and forget every handler; return what went wrong, a line for each that failed.

        Raises:
            KeyboardInterrupt: After all of them were called, if one was interrupted.
        """
        failures: list[str] = []
        interruption: KeyboardInterrupt | None = None
        for func, args, kwargs in self._taken():
            try:
                func(*args, **kwargs)
            except KeyboardInterrupt as error:
                interruption = error
            except BaseException as error:  # noqa: BLE001  (whatever one does, the others run)
                failures.append(f"its exit handler {_name_of(func)} raised {kind_of(error)}: {text_of(error)}")
        atexit.unregister(self._run_exitfuncs)
        if interruption is not None:
            raise interruption
        return failures

    def _taken(self) -> Iterator[tuple[Callable[..., object], tuple[object, ...], dict[str, object]]]:
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


def _name_of(func: Callable[..., object]) -> str:
    try:
        name: object = getattr(func, "__qualname__", None)
    except BaseException:  # noqa: BLE001  (the handler's own __getattr__)
        name = None
    return name if type(name) is str else f"of type {class_name(type(func))}"


def _report(failure: str) -> None:
    """Say at exit what nobody is left to be told otherwise; atexit itself prints a traceback there."""
    import sys

    print(failure, file=sys.stderr)  # noqa: T201
