"""What calls that are running hold, which the garbage collector does not see: their local variables."""

from __future__ import annotations

import sys
import threading
from time import monotonic, sleep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import FrameType

_OPTIMIZED = 0x1
"""The flag of code whose local variables are in no dict."""


def running_calls(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield a frame and those that called it."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def all_running_calls() -> Iterator[FrameType]:
    """Yield the frames of all threads."""
    # documented, whatever the underscore says; there is no other way to see them
    for frame in sys._current_frames().values():  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        yield from running_calls(frame)


def wait_for_calls(owns: Callable[[object], bool], seconds: float) -> bool:
    """Wait until no other thread runs a plugin's code, for so many seconds; say whether that was reached.

    Args:
        owns: Tells whether a module's name is one of the plugin's.
        seconds: How long.
    """
    own = threading.get_ident()
    until = monotonic() + seconds
    pause = 0.0005
    while True:
        frames = sys._current_frames()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        running = any(
            owns(call.f_globals.get("__name__"))
            for thread, frame in frames.items()
            if thread != own
            for call in running_calls(frame)
        )
        del frames
        left = until - monotonic()
        if not running or left <= 0:
            return not running
        sleep(min(pause, left))
        pause = min(pause * 2, 0.02)


def local_variables(frame: FrameType) -> list[tuple[str, object]]:
    """Return the local variables of a call; none where they are not to be had without a trace.

    Before Python 3.13 to ask for them leaves a copy in the frame, which would keep what it holds. It is emptied;
    but while a call is traced, what is done to the copy is done to the variables.
    """
    if not frame.f_code.co_flags & _OPTIMIZED:
        return []
    if sys.version_info >= (3, 13):
        return list(frame.f_locals.items())
    if sys.gettrace() is not None or threading.gettrace() is not None:
        return []
    variables = frame.f_locals
    found = list(variables.items())
    variables.clear()
    return found


def held_by_calls(frames: Iterable[FrameType]) -> Iterator[object]:
    """Yield the frames and what they hold."""
    for frame in frames:
        yield frame
        yield frame.f_globals
        yield from (value for _, value in local_variables(frame))
