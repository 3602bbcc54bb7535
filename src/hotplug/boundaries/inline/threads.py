"""Which threads a private plugin started: a thread outlives the modules that started it.

While any namespace is in use, ``threading.Thread.start`` notes for whom it is called. It hands on to whatever it
was before, and is put back only if nobody else has replaced it meanwhile.
"""

from __future__ import annotations

import sys
from _weakref import ref

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from types import FrameType

STARTER = "_hotplug_starter"
"""The attribute of a thread that holds the module of the plugin that started it."""
POOL = "_hotplug_pool"
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
            setattr(thread, STARTER, name)
            if pool is not None:
                setattr(thread, POOL, ref(pool))

    def _starter(self, frame: FrameType) -> str | None:
        name = frame.f_globals.get("__name__")
        if self._owned(name):
            return str(name)
        from hotplug.boundaries.inline.hooks import in_use

        for namespace in in_use():  # code that the plugin compiled has its builtins, under any name
            if namespace.builtins is frame.f_builtins:
                return next(iter(namespace.private.values()), None)
        return None
