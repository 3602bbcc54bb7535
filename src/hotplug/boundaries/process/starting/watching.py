"""The one thread of the host that watches all its workers: their ends, their output, and what others ask for."""

from __future__ import annotations

import heapq
import os
import selectors
import socket
import threading
from itertools import count
from time import monotonic

from hotplug.boundaries.process.starting.forks import keep_from_forks
from hotplug.light import unraisable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Service:
    """A daemon thread that calls functions when a file can be read, or at a time. Its methods are thread-safe.

    A function must return soon, since all others wait for it; one that raises is told of by `sys.unraisablehook`.
    It may be called in vain, where a file descriptor was closed and its number used again.
    """

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        # Where the system itself keeps what is watched, what is added while the thread waits counts at once.
        self._live = type(self._selector).__name__ in {"EpollSelector", "KqueueSelector", "DevpollSelector"}
        self._lock = threading.RLock()  # a finalizer may close a plugin, wherever the collector runs
        self._times: list[tuple[float, int, Callable[[], object]]] = []
        self._order = count()
        self._inner, self._outer = socket.socketpair()
        self._inner.setblocking(False)
        self._outer.setblocking(False)
        self._selector.register(self._inner, selectors.EVENT_READ, self._awake)
        keep_from_forks(self)
        self._thread = threading.Thread(target=self._run, name="hotplug", daemon=True)
        self._thread.start()

    def watch(self, file: socket.socket | int, call: Callable[[], object]) -> None:
        """Call a function once, on this thread, when a file can be read or is at its end."""
        number = file if isinstance(file, int) else file.fileno()
        with self._lock:
            try:
                self._selector.register(number, selectors.EVENT_READ, call)
            except KeyError:  # its number was another's, which was closed without being forgotten
                self._selector.unregister(number)
                self._selector.register(number, selectors.EVENT_READ, call)
        if not self._live:
            self._wake()

    def forget(self, file: socket.socket | int) -> None:
        """Watch a file no longer, if it is watched; to be called before it is closed."""
        number = file if isinstance(file, int) else file.fileno()
        if number >= 0:
            with self._lock:
                self._forget(number)

    def later(self, seconds: float, call: Callable[[], object]) -> None:
        """Call a function on this thread after so many seconds."""
        with self._lock:
            heapq.heappush(self._times, (monotonic() + seconds, next(self._order), call))
        self._wake()

    def soon(self, call: Callable[[], object]) -> None:
        """Call a function on this thread as soon as may be."""
        self.later(0.0, call)

    def here(self) -> bool:
        """Tell whether this is the thread that asks."""
        return threading.get_ident() == self._thread.ident

    def close(self) -> None:
        """Let go of its files, in a fork of the host: the thread is not there."""
        self._selector.close()
        self._inner.close()
        self._outer.close()

    def _run(self) -> None:
        while True:
            for call in self._due():
                try:
                    call()
                except BaseException as error:  # noqa: BLE001  (whatever it is, the thread is everyone's)
                    unraisable(error, "Exception ignored on the thread that watches hotplug's workers, in", call)

    def _due(self) -> list[Callable[[], object]]:
        """Wait, and return what is to be called now."""
        wait = max(0.0, self._times[0][0] - monotonic()) if self._times else None
        ready = self._selector.select(wait)
        calls: list[Callable[[], object]] = []
        with self._lock:
            for key, _ in ready:
                if key.fd != self._inner.fileno() and not self._forget(key.fd):
                    continue  # another thread forgot it meanwhile
                calls.append(key.data)
            now = monotonic()
            while self._times and self._times[0][0] <= now:
                calls.append(heapq.heappop(self._times)[2])
        return calls

    def _forget(self, number: int) -> bool:
        try:
            self._selector.unregister(number)
        except (KeyError, ValueError, OSError):
            return False
        return True

    def _wake(self) -> None:
        if not self.here():
            try:
                self._outer.send(b"\0")
            except OSError:  # it is full: the thread will wake
                return

    def _awake(self) -> None:
        try:
            self._inner.recv(4096)
        except OSError:
            return


class _The:
    service: Service | None = None
    lock = threading.Lock()


def service() -> Service:
    """Return the service of this process; it starts with the first worker."""
    found = _The.service
    if found is None:
        with _The.lock:
            found = _The.service
            if found is None:
                found = _The.service = Service()
    return found


def _after_in_child() -> None:
    _The.service = None
    _The.lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_in_child)
