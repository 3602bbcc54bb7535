"""A worker process, as the host sees it."""

from __future__ import annotations

import threading
from time import monotonic

from hotplug.boundaries.process.starting.ending import Ending
from hotplug.boundaries.process.starting.forks import keep_from_forks
from hotplug.boundaries.process.starting.watching import service
from hotplug.light import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from hotplug.boundaries.process.starting.output import Output

    class Handle(Protocol):
        """The system's means to speak of one process, and of none that has its number later."""

        def interrupt(self) -> None:
            """Send it the signal of the polite cancel."""

        def kill(self) -> None:
            """End it and what it started."""

        def close(self) -> None:
            """Let go of it."""


_GRACE = 1.0
"""Seconds for which the output is read after a worker's end, where something outlived it that holds its pipes."""


class Worker:
    """One worker process, from its start until it ended and all it printed was read. Its methods are thread-safe.

    Attributes:
        plugin: The plugin's name, for messages.
        pid: Its process id; once it has ended the number may be another's.
        ended: How it ended; None while it runs. Set once, on the service thread.
        foreign: This is a fork of the host that started it: it runs on, and belongs to the other process.
    """

    def __init__(self, plugin: str, output: Output) -> None:
        self.plugin = plugin
        self.pid = 0
        self.ended: Ending | None = None
        self.foreign = False
        self._output = output
        self._handle: Handle | None = None
        self._lock = threading.RLock()  # a finalizer may close a plugin, wherever the collector runs
        self._calls: list[Callable[[Ending], object]] = []
        self._done = threading.Event()
        keep_from_forks(self)

    def __repr__(self) -> str:
        state = "another process's" if self.foreign else str(self.ended or "running")
        return f"<worker {self.pid} of {self.plugin!r}: {state}>"

    def begin(self, pid: int, handle: Handle) -> None:
        """Take the process that was started for it."""
        with self._lock:
            self.pid = pid
            if self.ended is None:
                self._handle = handle
                return
        handle.close()  # it ended before its start was told

    def on_end(self, call: Callable[[Ending], object]) -> None:
        """Have a function called when it ends, on the service thread; at once and here if it has ended."""
        with self._lock:
            ended = self.ended
            if ended is None:
                self._calls.append(call)
                return
        call(ended)

    def interrupt(self) -> None:
        """Ask the worker's main thread to give up what it does; nothing if the worker has ended."""
        with self._lock:
            if self._handle is not None:
                self._handle.interrupt()

    def kill(self) -> None:
        """End the worker and all that it started; returns at once."""
        with self._lock:
            if self._handle is not None:
                self._handle.kill()

    def wait(self, timeout: float | None) -> Ending | None:
        """Wait until it ended and its output was read to the end; None if it still runs after so many seconds.

        On the service thread it does not wait.
        """
        until = None if timeout is None else monotonic() + timeout
        if not self.foreign and not service().here() and self._done.wait(timeout):
            self._output.wait(None if until is None else max(0.0, until - monotonic()))
        return self.ended

    def last_lines(self) -> tuple[str, ...]:
        """Return the last lines that it wrote to stderr, harmless to a terminal and bounded."""
        return self._output.last_lines()

    def finish(self, code: int | None) -> None:
        """Learn how it ended, once; on the service thread.

        Args:
            code: Its exit status, the negative number of the signal that ended it, None where nobody can tell.
        """
        if self.ended is not None:
            return
        self._output.read_what_is_there()
        ending = Ending.of_code(code, self._output.last_lines())
        with self._lock:
            self.ended = ending
            calls, self._calls = self._calls, []
            handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()
        service().later(_GRACE, self._output.finish)
        self._done.set()
        for call in calls:
            service().soon(lambda call=call: call(ending))  # type: ignore[misc]

    def close(self) -> None:
        """Let go of it, in a fork of the host."""
        self.foreign = True
        self._lock = threading.RLock()
        handle, self._handle = self._handle, None
        self._calls = []
        if handle is not None:
            with suppress(OSError):
                handle.close()
