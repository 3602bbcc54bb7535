"""What the way of ``open`` needs of the standard library, without what importing it there costs.

``typing`` takes 5 ms to import, ``threading`` 3, ``contextlib`` 2: each longer than opening a small plugin. To a
type checker these are the standard library's own.
"""

from __future__ import annotations

import sys
from _thread import allocate_lock

_BOOTSTRAP: Any = sys.modules["_frozen_importlib"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import suppress as suppress  # noqa: PLC0414  (exported)
    from types import BuiltinFunctionType as BuiltinFunctionType  # noqa: PLC0414
    from types import CodeType as CodeType  # noqa: PLC0414
    from types import FunctionType as FunctionType  # noqa: PLC0414
    from types import ModuleType as ModuleType  # noqa: PLC0414
    from typing import Any
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
