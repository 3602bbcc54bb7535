"""Which threads a private plugin started, and which run its code: a thread outlives the modules that started it.

While any namespace is in use, ``threading.Thread.start`` notes for whom it is called. It hands on to whatever it
was before, and is put back only if nobody else has replaced it meanwhile.

The threads of a ``ThreadPoolExecutor`` are started when work is handed to it, so who hands it says nothing of
whose pool it is. They end with their pool; a pool that lives on once the plugin is unloaded is the plugin's if the
host cannot reach it but by way of the plugin.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from _weakref import ref

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator
    from types import FrameType

    from hotplug.boundaries.inline.owning import Owner

_STARTER = "_hotplug_starter"
"""The attribute of a thread that holds the module of the plugin that started it."""
_POOL = "_hotplug_pool"
"""The attribute of a thread that refers to the pool that it belongs to, where a plugin handed it work first."""
_POOLS = "concurrent.futures.thread"


class StartWatch:
    """Notes the threads that plugins start.

    Args:
        owned: Tells whether a module's name is some plugin's.
    """

    def __init__(self, owned: Callable[[object], bool]) -> None:
        import threading

        self._owned = owned
        self._class = threading.Thread
        self._former = former = threading.Thread.start

        def start(thread: threading.Thread) -> None:
            self._note(thread, sys._getframe(1))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            former(thread)

        self._ours = start
        setattr(threading.Thread, "start", start)  # noqa: B010  (a checker takes an assignment for a mistake)

    def leave(self) -> None:
        """Stop watching."""
        if self._class.start is self._ours:
            setattr(self._class, "start", self._former)  # noqa: B010

    def _note(self, thread: threading.Thread, frame: FrameType | None) -> None:
        while frame is not None and frame.f_globals.get("__name__") == "threading":
            frame = frame.f_back
        pool: object = None
        if frame is not None and frame.f_globals.get("__name__") == _POOLS:
            pool = frame.f_locals.get("self")
            while frame is not None and frame.f_globals.get("__name__") == _POOLS:
                frame = frame.f_back
        name = None if frame is None else self._starter(frame)
        if name is not None:
            setattr(thread, _STARTER, name)
            if pool is not None:
                setattr(thread, _POOL, ref(pool))

    def _starter(self, frame: FrameType) -> str | None:
        name = frame.f_globals.get("__name__")
        if self._owned(name):
            return str(name)
        from hotplug.boundaries.inline.hooks import in_use

        for namespace in in_use():  # code that the plugin compiled has its builtins, under any name
            if namespace.builtins is frame.f_builtins:
                return next(iter(namespace.private.values()), None)
        return None


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
        pool = getattr(thread, _POOL, None)
        if inside:
            self.lines.append(f"{name}, running {inside[0].f_code.co_qualname}")
            self.frames += inside
        elif thread is None or not owner.has_module(getattr(thread, _STARTER, None)):
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
