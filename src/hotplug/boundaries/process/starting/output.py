"""What a worker prints, from its pipes to the host's logging.

The service reads, and a thread of its own logs: a logging handler that is slow, waits for the plugin or fails must
neither keep a worker from printing nor the host from seeing that a worker has ended.
"""

from __future__ import annotations

import os
import sys
import threading
from queue import SimpleQueue

from hotplug.boundaries.process.starting.forks import keep_from_forks
from hotplug.boundaries.process.starting.lines import LAST, PENDING, Budget, Lines, readable
from hotplug.boundaries.process.starting.watching import service
from hotplug.errors import logger_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_CHUNK = 65536
_INFO, _WARNING = 20, 30  # logging's, which is imported when there is something to log


class Output:
    """The output of one worker, from its first line until both its streams are at their end.

    Args:
        plugin: Whose; its lines are logged under ``hotplug.<plugin>``.
        stdout: The file descriptor to read; this closes it.
        stderr: As above.
    """

    def __init__(self, plugin: str, stdout: int, stderr: int) -> None:
        self._logger = logger_of(plugin)
        self._put = self._logged = 0  # each counted by one thread only
        self._budget = Budget(lambda: self._put - self._logged)
        self._telling = False
        self._out = Lines(self._budget, lambda line: self._log(_INFO, line))
        self._err = Lines(self._budget, lambda line: self._log(_WARNING, line), last=LAST)
        self._open: dict[int, Lines] = {stdout: self._out, stderr: self._err}
        self._read = threading.Event()
        self._told = threading.Event()
        keep_from_forks(self)

    def start(self) -> None:
        """Begin to read."""
        _Log.start()
        for file in self._open:
            if sys.platform == "win32":  # which cannot tell of pipes whether they can be read
                threading.Thread(
                    target=self._keep_reading, args=(file,), name="hotplug reads", daemon=True
                ).start()
            else:
                os.set_blocking(file, False)
                service().watch(file, lambda file=file: self._ready(file))  # type: ignore[misc]

    def last_lines(self) -> tuple[str, ...]:
        """Return the last lines of stderr."""
        return self._err.last()

    def read_what_is_there(self) -> None:
        """Read what the worker left in its pipes; on the service thread."""
        if sys.platform == "win32":
            return
        for file in list(self._open):
            for _ in range(32):  # more than a pipe holds, unless someone still writes
                if not self._read_once(file):
                    break

    def finish(self) -> None:
        """Read no more; on the service thread."""
        for file in list(self._open):
            self._end(file)

    def wait(self, timeout: float | None) -> bool:
        """Wait until all was read, and a little for the host's logging to have had it."""
        if not self._read.wait(timeout):
            return False
        if threading.current_thread() is not _Log.thread:
            self._told.wait(1.0 if timeout is None else min(1.0, timeout))
        return True

    def close(self) -> None:
        """Let go of the pipes, in a fork of the host or where no worker came to be."""
        files, self._open = list(self._open), {}
        for file in files:
            os.close(file)

    def _ready(self, file: int) -> None:
        if file in self._open and self._read_once(file) is not None:
            service().watch(file, lambda: self._ready(file))

    def _read_once(self, file: int) -> bool | None:
        """Read once; tell whether there may be more now, None if there will never be."""
        try:
            data = os.read(file, _CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        return self._take(file, data)

    def _keep_reading(self, file: int) -> None:
        """Read until the end, on a thread of its own; a piece is taken before the next is read."""
        data = b"\0"
        while data:
            taken = threading.Event()
            try:
                data = os.read(file, _CHUNK)
            except OSError:
                data = b""
            service().soon(lambda data=data: self._take(file, data))  # type: ignore[misc]
            service().soon(taken.set)
            taken.wait()

    def _take(self, file: int, data: bytes) -> bool | None:
        if not data:
            self._end(file)
            return None
        if file not in self._open:
            return None
        self._open[file].feed(data)
        if self._budget.dropped and not self._telling:
            self._telling = True
            service().later(self._budget.renewed(), self._tell_dropped)
        return True

    def _end(self, file: int) -> None:
        lines = self._open.pop(file, None)
        if lines is None:
            return
        service().forget(file)
        os.close(file)
        lines.end()
        if not self._open:
            self._tell_dropped()
            self._read.set()
            _Log.put(self._told.set)

    def _tell_dropped(self) -> None:
        self._telling = self._put - self._logged >= PENDING and bool(self._open)
        if self._telling:  # the host's logging does not move
            service().later(1.0, self._tell_dropped)
            return
        dropped, self._budget.dropped = self._budget.dropped, 0
        if dropped:
            self._log(_WARNING, b"... %d line%s dropped" % (dropped, b"" if dropped == 1 else b"s"))

    def _log(self, level: int, line: bytes) -> None:
        self._put += 1
        _Log.put(lambda: self._hand_over(level, line))

    def _hand_over(self, level: int, line: bytes) -> None:
        import logging

        self._logged += 1
        logging.getLogger(self._logger).log(level, "%s", readable(line))


class _Log:
    """The thread that hands lines to the host's logging."""

    lock = threading.Lock()
    thread: threading.Thread | None = None
    queue: SimpleQueue[Callable[[], object]] = SimpleQueue()

    @classmethod
    def start(cls) -> None:
        with cls.lock:
            if cls.thread is None:
                cls.thread = threading.Thread(target=cls._run, args=(cls.queue,), name="hotplug log", daemon=True)
                cls.thread.start()

    @classmethod
    def put(cls, call: Callable[[], object]) -> None:
        cls.queue.put(call)

    @staticmethod
    def _run(queue: SimpleQueue[Callable[[], object]]) -> None:
        while True:
            call = queue.get()
            try:
                call()
            except BaseException:  # noqa: BLE001, S112  (a handler's that does not even handle its own errors)
                continue


def _after_in_child() -> None:
    _Log.lock = threading.Lock()
    _Log.thread = None
    _Log.queue = SimpleQueue()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_in_child)
