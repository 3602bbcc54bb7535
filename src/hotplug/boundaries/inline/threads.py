"""Which threads a private plugin started, and which run its code: a thread outlives the modules that started it.

While any namespace is in use, ``threading.Thread.start`` notes for whom it is called. It hands on to whatever it
was before, and is put back only if nobody else has replaced it meanwhile.
"""

from __future__ import annotations

import sys
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_STARTER = "_hotplug_starter"
"""The attribute of a thread that holds the module of the plugin that started it."""


class StartWatch:
    """Notes the threads that plugins start.

    Args:
        owned: Tells whether a module's name is some plugin's.
    """

    def __init__(self, owned: Callable[[object], bool]) -> None:
        self._owned = owned
        self._former = former = threading.Thread.start

        def start(thread: threading.Thread) -> None:
            self._note(thread, sys._getframe(1))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            former(thread)

        self._ours = start
        setattr(threading.Thread, "start", start)  # noqa: B010  (a checker takes an assignment for a mistake)

    def leave(self) -> None:
        """Stop watching."""
        if threading.Thread.start is self._ours:
            setattr(threading.Thread, "start", self._former)  # noqa: B010

    def _note(self, thread: threading.Thread, frame: FrameType | None) -> None:
        while frame is not None and frame.f_globals.get("__name__") == threading.__name__:
            frame = frame.f_back
        name = None if frame is None else frame.f_globals.get("__name__")
        if self._owned(name):  # a host's pool that a plugin only hands work to is the host's
            setattr(thread, _STARTER, name)


def threads_of(owns: Callable[[object], bool]) -> list[str]:
    """Return a line for each thread that a plugin started or whose code it runs, but for this thread.

    Args:
        owns: Tells whether a module's name is the plugin's.
    """
    # documented, whatever the underscore says; there is no other way to see them
    frames = sys._current_frames()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    found: list[str] = []
    for thread in threading.enumerate():
        if thread is threading.current_thread():
            continue
        inside = _inside(frames.get(thread.ident or 0), owns)
        if inside is not None:
            found.append(f"thread {thread.name!r}, running {inside}")
        elif owns(getattr(thread, _STARTER, None)):
            found.append(f"thread {thread.name!r}, which it started")
    return found


def _inside(frame: FrameType | None, owns: Callable[[object], bool]) -> str | None:
    while frame is not None:
        if owns(frame.f_globals.get("__name__")):
            return frame.f_code.co_qualname
        frame = frame.f_back
    return None
