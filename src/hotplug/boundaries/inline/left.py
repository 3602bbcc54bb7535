"""The threads that a private plugin leaves: that run its code, that it started, that wait in a pool that it made.

The threads of a ``ThreadPoolExecutor`` are started when work is handed to it, so who hands it says nothing of
whose pool it is. They end with their pool; a pool that lives on once the plugin is unloaded is the plugin's if the
host cannot reach it but by way of the plugin.
"""

from __future__ import annotations

import sys
from _thread import get_ident

from hotplug.boundaries.inline.threads import POOL, STARTER

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from _weakref import ref
    from collections.abc import Callable, Iterator
    from types import FrameType

    from hotplug.boundaries.inline.owning import Owner


class Left:
    """The threads of a plugin that are alive when it is unloaded, but for the current one.

    Args:
        owner: Tells what is the plugin's.
    """

    def __init__(self, owner: Owner) -> None:
        self.lines: list[str] = []
        self.names: list[str] = []
        self.frames: list[FrameType] = []
        self._pooled: list[tuple[threading.Thread, ref[object]]] = []
        # documented, whatever the underscore says; there is no other way to see them
        frames = sys._current_frames()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        frames.pop(get_ident(), None)
        module = sys.modules.get("threading")
        threads: list[threading.Thread] = [] if module is None else module.enumerate()
        for thread in threads:
            if thread.ident != get_ident():
                self._look(owner, thread, f"thread {thread.name!r}", frames.pop(thread.ident or 0, None))
        for frame in frames.values():  # started by _thread, without a name
            self._look(owner, None, "thread", frame)

    def _look(self, owner: Owner, thread: threading.Thread | None, name: str, frame: FrameType | None) -> None:
        inside = [each for each in _stack(frame) if owner.has_frame(each)]
        pool = getattr(thread, POOL, None)
        if inside:
            self.lines.append(f"{name}, running {inside[0].f_code.co_qualname}")
            self.frames += inside
        elif thread is None or not owner.has_module(getattr(thread, STARTER, None)):
            return
        elif pool is not None:
            self._pooled.append((thread, pool))
            return
        else:
            self.lines.append(f"{name}, which it started")
        self.names.append(name)

    def idle(self, reachable: Callable[[object], bool | None]) -> list[str]:
        """Return a line for each thread that waits for work in a pool that the plugin made.

        Args:
            reachable: Tells whether the host can reach a pool but by way of the plugin; None if that is unknown.
        """
        found: list[str] = []
        for thread, pool in self._pooled:
            alive = pool()
            known = alive is None or reachable(alive)
            if not known:
                perhaps = "perhaps " if known is None else ""
                found.append(f"thread {thread.name!r}, {perhaps}of a pool that it made")
            del alive
        return found


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
