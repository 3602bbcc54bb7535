"""The zygote: a process of one thread that has imported what workers need, and forks them when the host asks.

It is the parent of all workers, and the one to which the system gives whatever a dead worker leaves running. So it
knows how each ended, ends what it left, and when the host ends it ends everything. It runs no plugin's code.
"""

from __future__ import annotations

import errno
import gc
import os
import select
import signal
import socket
import sys

from hotplug.boundaries.process.starting import prctl
from hotplug.boundaries.process.starting.boot import Job, make_streams, reset_signals, work
from hotplug.boundaries.process.starting.orders import ANSWER, FORK, KILL, ORDER, REPORT, receive
from hotplug.light import import_module, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

PRELOADED = (
    "msgspec",
    "typing",
    "hotplug.boundaries.process.inside.serving",
    "hotplug.boundaries.process.inside.rehearsal",
)
"""Imported before the first worker is forked."""

PRELOADED_WHEN_IDLE = ("dataclasses", "inspect", "logging", "datetime", "pathlib", "asyncio")
"""Imported one by one while nobody waits, for the workers that come later: asyncio alone takes 25 ms.

Only while no worker lives: whatever the zygote touches, a worker that shared it has for itself from then on, 5 MB
for these. And no more than these: each MB makes every later fork some 30 microseconds slower.
"""

_IDLE = 20  # milliseconds without an order, until the next is imported
_PATIENCE = 2000  # milliseconds that a killed process may take to be gone


def main(requests: int, reports: int, host: int) -> None:
    """Serve a host until it ends; in a worker, return when the worker has done its work.

    Args:
        requests: The file descriptor of the socket that orders come by, and answers go.
        reports: That of the socket that endings are told by.
        host: The host's process id.
    """
    _as_a_fresh_process()
    for name in PRELOADED:
        _preload(name)
    zygote = _Zygote(socket.socket(fileno=requests), socket.socket(fileno=reports), host)
    job = zygote.serve()
    del zygote
    work(job)


def _as_a_fresh_process() -> None:
    """Be what a worker is to be like, whatever the host happened to be."""
    reset_signals()
    # Pipes are what a worker will have there, and a stream asks its file once whether it is one.
    reading, writing = os.pipe()
    os.dup2(writing, 1)
    os.dup2(writing, 2)
    os.close(reading)
    os.close(writing)
    make_streams()
    prctl.adopt_orphans()
    prctl.name_process(b"hotplug")
    gc.disable()


def _preload(name: str) -> None:
    with suppress(Exception):  # whoever needs it will be told
        import_module(name)


class _Gathered:
    """The file descriptors for a worker that came so far."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.files: list[int] = []
        self.cut = False


class _Zygote:
    def __init__(self, requests: socket.socket, reports: socket.socket, host: int) -> None:
        self._requests = requests
        self._reports = reports
        self._pid = os.getpid()
        self._host_ended = False
        self._processes: dict[int, tuple[int, int | None]] = {}  # pidfd -> pid, and a worker's number
        self._gathered = _Gathered(0)
        self._later = list(reversed(PRELOADED_WHEN_IDLE))
        self._poll = select.poll()
        self._poll.register(requests, select.POLLIN)
        # Not only its sockets tell that the host has ended: what it forked may hold them.
        self._host = os.pidfd_open(host)
        self._poll.register(self._host, select.POLLIN)
        if os.getppid() != host:
            self._end()

    def serve(self) -> Job:
        """Do what the host orders, until it ends; returns in a worker only, with its job."""
        while True:
            idle = self._later and not self._processes
            events = self._poll.poll(_IDLE if idle else None)
            if not events:
                _preload(self._later.pop())
            for file, _ in events:
                if file == self._requests.fileno():
                    job = self._obey()
                    if job is not None:
                        return job
                elif file == self._host:
                    self._end()
                else:
                    self._ended(file)

    def _obey(self) -> Job | None:
        try:
            data, files, cut = receive(self._requests, ORDER.size)
        except OSError:
            self._end()
        if not data:
            self._end()
        order, number = ORDER.unpack(data)
        if order == KILL:
            for file, (_, worker) in self._processes.items():
                if worker == number:
                    _kill(file)
            return None
        begun = self._gathered
        if begun.number != number:  # the host gave up in the middle of another
            _close(begun.files)
            begun = self._gathered = _Gathered(number)
        begun.files += files
        begun.cut |= cut
        if order == FORK:
            self._gathered = _Gathered(0)
            return self._fork(number, begun)
        return None

    def _fork(self, number: int, gathered: _Gathered) -> Job | None:
        sys.path_importer_cache.clear()  # folders change after the zygote has looked at them
        gc.freeze()
        try:
            if gathered.cut:
                raise OSError(errno.EMFILE, "")  # noqa: TRY301
            pid = os.fork()
            if not pid:
                return self._child(gathered.files)
            file = _pidfd(pid)
        except OSError as error:
            self._tell(self._requests, ANSWER.pack(number, -(error.errno or errno.EAGAIN)))
        else:
            self._watch(file, pid, number)
            self._tell(self._requests, ANSWER.pack(number, pid), [file])
        _close(gathered.files)
        return None

    def _child(self, files: list[int]) -> Job:
        """Be a worker: end with the zygote, adopt the orphans among what is started, hold no one else's files."""
        os.setpgid(0, 0)  # no session: the scheduler groups those apart, which costs every call a microsecond
        prctl.end_with_parent(signal.SIGKILL)
        if os.getppid() != self._pid:
            os._exit(1)
        prctl.adopt_orphans()
        self._requests.close()
        self._reports.close()
        kept = {0, 1, 2, *files}
        _close([file for file in map(int, os.listdir("/proc/self/fd")) if file not in kept])
        gc.enable()
        settings, folder, stdout, stderr, *sockets = files
        return Job(settings, folder, stdout, stderr, sockets)

    def _watch(self, file: int, pid: int, number: int | None) -> None:
        self._processes[file] = (pid, number)
        self._poll.register(file, select.POLLIN)

    def _ended(self, file: int) -> None:
        """Tell the host how a worker ended, then end what it left."""
        pid, number = self._processes.pop(file)
        self._poll.unregister(file)
        os.close(file)
        if number is not None:
            # As long as its leader has not been reaped, the group's number is nobody else's.
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            with suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        if number is not None:
            self._tell(self._reports, REPORT.pack(number, status))
        self._sweep()

    def _sweep(self) -> None:
        """End the children that nobody ordered: what dead workers, and what these had started, left running.

        Each worker adopts its own orphans while it lives. What is started below a process that is ended here
        becomes a child of the zygote in turn.
        """
        known = {pid for pid, _ in self._processes.values()}
        for pid in _children(self._pid):
            if pid not in known:
                with suppress(OSError):  # another user's, or there are no file descriptors left
                    os.kill(pid, signal.SIGKILL)
                    self._watch(os.pidfd_open(pid), pid, None)

    def _tell(self, to: socket.socket, message: bytes, files: list[int] | None = None) -> None:
        if not self._host_ended:
            try:
                socket.send_fds(to, [message], files or [])
            except OSError:
                self._end()

    def _end(self) -> NoReturn:
        """End all workers and what they left, then this process: the host has ended."""
        self._host_ended = True
        for file in (self._requests, self._host):
            with suppress(KeyError):
                self._poll.unregister(file)
        for file in self._processes:
            _kill(file)
        self._sweep()
        while self._processes:
            events = self._poll.poll(_PATIENCE)
            if not events:
                break
            for file, _ in events:
                self._ended(file)
        os._exit(0)


def _pidfd(pid: int) -> int:
    try:
        return os.pidfd_open(pid)
    except OSError:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise


def _children(pid: int) -> list[int]:
    """Return the children of this process, those that have ended and were not reaped too."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", "rb") as file:
            return [int(each) for each in file.read().split()]
    except OSError:  # a kernel without that file
        found: list[int] = []
        for each in filter(str.isdecimal, os.listdir("/proc")):
            with suppress(OSError), open(f"/proc/{each}/stat", "rb") as file:
                if int(file.read().rpartition(b")")[2].split()[1]) == pid:
                    found.append(int(each))
        return found


def _kill(file: int) -> None:
    with suppress(OSError):  # it ended, or is another user's now
        signal.pidfd_send_signal(file, signal.SIGKILL)


def _close(files: list[int]) -> None:
    for file in files:
        with suppress(OSError):
            os.close(file)
