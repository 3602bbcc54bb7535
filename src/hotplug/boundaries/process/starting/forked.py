"""The host's side of a zygote: have it started, have workers forked, be told how they ended."""

from __future__ import annotations

import errno
import marshal
import os
import select
import signal
import socket
import subprocess
import threading
from itertools import count
from time import monotonic

from hotplug.boundaries.process.starting.forks import keep_from_forks
from hotplug.boundaries.process.starting.interpreter import import_path, start
from hotplug.boundaries.process.starting.orders import ANSWER, KILL, ORDER, REPORT, receive, send
from hotplug.boundaries.process.starting.watching import service
from hotplug.light import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.boundaries.process.starting.worker import Worker

_CODE = """\
import marshal, sys
with open(int(sys.argv[1]), "rb") as file:
    file.seek(0)
    sys.path[:] = marshal.load(file)
from hotplug.boundaries.process.starting.zygote import main
main(*map(int, sys.argv[2:]))
"""

_LONGEST = 86_400.0
"""Seconds of one wait: the system takes no more than some weeks."""

_UNTOLD = 0.5
"""Seconds after a worker's end within which its zygote must tell how it ended."""


class NoZygote(Exception):
    """There is none, or it ended without having answered: a worker is to be had otherwise."""


class TooLate(Exception):
    """The zygote did not answer in time."""


class Zygote:
    """A zygote that was started for this process.

    Raises:
        OSError: If the system refuses what it takes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._workers: dict[int, Worker] = {}
        self._retired = self._left = False
        self.lives = True
        self._requests, requests = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._reports, reports = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        keep_from_forks(self, self._requests, self._reports, requests, reports)
        with requests, reports:
            try:
                path = in_memory(marshal.dumps(import_path()))
                try:
                    files = (path, requests.fileno(), reports.fileno())
                    null = subprocess.DEVNULL
                    self._process = start(_CODE, files, os.getpid(), stdout=null, stderr=null)
                finally:
                    os.close(path)
            except BaseException:
                self._requests.close()
                self._reports.close()
                raise
        service().watch(self._reports, self._told)

    def fork(self, worker: Worker, files: list[int], until: float | None) -> None:
        """Have a worker forked.

        Args:
            worker: The worker; it is told of its process, and of its end.
            files: What it is given: settings, current directory, stdout, stderr, its sockets.
            until: When to give up, as `time.monotonic` counts.

        Raises:
            NoZygote: If the zygote has ended.
            TooLate: If it did not answer in time.
            OSError: If it could not fork.
        """
        number = next(self._numbers)
        if not self._lock.acquire(timeout=-1 if until is None else max(0.0, until - monotonic())):
            raise TooLate
        if not self.lives:
            self._lock.release()
            raise NoZygote
        try:
            self._workers[number] = worker
            try:
                try:
                    send(self._requests, number, files)
                except (BrokenPipeError, ConnectionResetError):
                    raise NoZygote from None
                pid, handle = self._answer(number, until)
            except BaseException:
                self._workers.pop(number, None)
                with suppress(OSError):
                    self._requests.send(ORDER.pack(KILL, number))
                service().soon(self._leave)
                raise
        finally:
            self._lock.release()
        watched = Pidfd(os.dup(handle))  # the worker's own is closed when the zygote has told of its end
        keep_from_forks(watched)
        worker.begin(pid, Pidfd(handle))
        service().watch(watched.file, lambda: self._gone(number, watched))

    def retire(self) -> None:
        """End it when its last worker has ended."""
        self._retired = True
        service().soon(self._leave)

    def close(self) -> None:
        """Let go of it, in a fork of the host."""
        self.lives = False
        self._workers = {}
        self._process.returncode = 0  # it is not this process's child

    def end(self, timeout: float) -> None:
        """End it and all its workers."""
        self.lives = False
        for each in (self._requests, self._reports):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout)

    def _answer(self, number: int, until: float | None) -> tuple[int, int]:
        """Return the process id and a pidfd for it; answers to orders that were given up are passed over."""
        poll = select.poll()
        poll.register(self._requests, select.POLLIN)
        while True:
            left = _LONGEST if until is None else until - monotonic()
            if not poll.poll(max(0.0, min(left, _LONGEST)) * 1000):
                if left > _LONGEST or until is None:
                    continue
                raise TooLate
            try:
                data, files, _ = receive(self._requests, ANSWER.size)
            except ConnectionResetError:
                data, files = b"", []
            if not data:
                raise NoZygote
            answered, pid = ANSWER.unpack(data)
            if answered != number:
                for file in files:
                    os.close(file)
            elif pid < 0:
                raise OSError(-pid, os.strerror(-pid))
            elif not files:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            else:
                return pid, files[0]

    def _told(self) -> None:
        """Take a report of the zygote; on the service thread."""
        try:
            data = self._reports.recv(REPORT.size, socket.MSG_DONTWAIT)
        except BlockingIOError:
            data = None
        except OSError:
            data = b""
        if data == b"":
            self.lives = False
            for worker in list(self._workers.values()):
                worker.kill()  # they end with it; this is for a system where they do not
            self._leave()
            return
        service().watch(self._reports, self._told)
        if data is not None:
            number, status = REPORT.unpack(data)
            self._finish(number, status)

    def _gone(self, number: int, watched: Pidfd) -> None:
        """Know that a worker has ended; on the service thread. The zygote has told how, or will."""
        watched.close()
        if number in self._workers:
            service().later(_UNTOLD if self.lives else 0.0, lambda: self._finish(number, None))

    def _finish(self, number: int, status: int | None) -> None:
        worker = self._workers.pop(number, None)
        if worker is not None:
            worker.finish(None if status is None else os.waitstatus_to_exitcode(status))
        self._leave()

    def _leave(self) -> None:
        """Let go of the zygote if nothing is to be had of it any more; on the service thread."""
        if self._left or self._workers or (self.lives and not self._retired):
            return
        self.lives = False
        self._left = True
        service().forget(self._reports)
        self._reports.close()
        with self._lock:
            self._requests.close()
        self._reap()

    def _reap(self) -> None:
        if self._process.poll() is None:
            service().later(0.05, self._reap)


class Pidfd:
    """A process by the system's own handle for it."""

    def __init__(self, file: int) -> None:
        self.file = file

    def interrupt(self) -> None:
        """Send it SIGUSR2."""
        self._signal(signal.SIGUSR2)

    def kill(self) -> None:
        """Send it SIGKILL; the zygote ends what it started."""
        self._signal(signal.SIGKILL)

    def close(self) -> None:
        """Let go of it; again does nothing, since the number may be another file's by then."""
        file, self.file = self.file, -1
        if file >= 0:
            os.close(file)

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.file, number)


def in_memory(data: bytes) -> int:
    """Return the file descriptor of a file that has these contents and no name."""
    file = os.memfd_create("hotplug", os.MFD_CLOEXEC)
    try:
        written = 0
        while written < len(data):
            written += os.write(file, data[written:])
    except BaseException:
        os.close(file)
        raise
    return file
