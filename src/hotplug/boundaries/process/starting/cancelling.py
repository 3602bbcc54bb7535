"""The signal of the polite cancel, and what it calls in a worker.

There is one handler from a worker's first moment on: to set another one would have the signal module make enums of
numbers, and a worker write to a hundred kilobytes of memory that it shares.
"""

from __future__ import annotations

import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

SIGNAL = getattr(signal, "SIGUSR2", None)
"""None where the system has no such signal."""


def _nothing() -> None:
    """Take no notice."""


_called: Callable[[], object] = _nothing


def listen() -> None:
    """Take the signal from now on; it does nothing until there is something to be called."""
    if SIGNAL is not None:
        signal.signal(SIGNAL, _take)


def call(function: Callable[[], object]) -> None:
    """Have the signal call a function, on the main thread."""
    global _called  # noqa: PLW0603 - a process has one handler of a signal
    _called = function


def stop_calling() -> None:
    """Have the signal do nothing again."""
    call(_nothing)


def _take(number: int, frame: object) -> None:
    del number, frame
    _called()
