"""The zygote: a process of one thread that has imported what workers need, and forks them when the host asks.

It is the parent of all workers, and the one to which the system gives whatever a dead worker leaves running. So it
knows how each ended, ends what it left, and when the host ends it ends everything. It runs no plugin's code.

What it does while it is idle, for the workers that come later, is in `spare`.
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
from hotplug.boundaries.process.starting.boot import job_of, make_streams, reset_signals, work
from hotplug.boundaries.process.starting.leaving import leave
from hotplug.boundaries.process.starting.orders import ANSWER, FORK, KILL, ORDER, REPORT, receive
from hotplug.boundaries.process.starting.spare import REHEARSAL, Spare, forked, make_ready, pidfd
from hotplug.light import import_module, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from hotplug.boundaries.process.starting.boot import Job

PRELOADED = ("msgspec", "typing", "hotplug.boundaries.process.inside.serving", REHEARSAL)
"""Imported before the first worker is forked."""

PRELOADED_WHEN_IDLE = ("dataclasses", "inspect", "logging", "datetime", "pathlib", "asyncio")
"""Imported one by one while nobody waits, for the workers that come later: asyncio alone takes 25 ms.

Only while no worker lives: whatever the zygote touches, a worker that shared it has for itself from then on, 5 MB
for these. And no more than these: each MB makes every later fork some 30 microseconds slower.
"""

_IDLE = 20  # milliseconds without an order, until the next is imported
_SOON = 5  # milliseconds without an order, until a spare is forked
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
    work(zygote.serve())
    leave()


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
        self._spare = Spare()
        self._may_spare = False  # one is forked after each order, and none in the place of one that died
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
            events = self._poll.poll(self._patience())
            if not events:
                job = self._use_idleness()
                if job is not None:
                    return job
            for file, _ in events:
                if file == self._requests.fileno():
                    job = self._obey()
                    if job is not None:
                        return job
                elif file == self._host:
                    self._end()
                else:
                    self._ended(file)

    def _patience(self) -> int | None:
        """Return for how many milliseconds there must be nothing to do until something is done in advance."""
        if self._later and not self._workers():
            return _IDLE
        return _SOON if self._may_spare else None

    def _workers(self) -> int:
        return len(self._processes) - (self._spare.file is not None)

    def _use_idleness(self) -> Job | None:
        """Import a module or fork the spare; returns in the spare only, when that has its job."""
        if not self._later or self._workers():
            return self._fork_spare()
        if self._spare.file is not None:  # it would be without the module, and keep what importing it changes
            _kill(self._spare.file)
            self._spare.let_go()
        _preload(self._later.pop())
        if not self._later:
            make_ready()
        self._may_spare = True
        return None

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
        """Have a worker: the spare, or one that is forked now; returns in the worker only."""
        self._may_spare = True
        spare = None if gathered.cut else self._spare.living()
        if spare is not None:
            self._give_spare(spare, number, gathered.files)
            return None
        try:
            if gathered.cut:
                raise OSError(errno.EMFILE, "")  # noqa: TRY301
            sys.path_importer_cache.clear()
            pid = forked()
            if not pid:
                self._become_child()
                return job_of(gathered.files)
            file = pidfd(pid)
        except OSError as error:
            self._tell(self._requests, ANSWER.pack(number, -(error.errno or errno.EAGAIN)))
        else:
            self._watch(file, pid, number)
            self._tell(self._requests, ANSWER.pack(number, pid), [file])
        _close(gathered.files)
        return None

    def _give_spare(self, file: int, number: int, files: list[int]) -> None:
        """Give a job to the spare."""
        pid, _ = self._processes[file]
        self._processes[file] = pid, number
        # The host first: the spare, once awake, may take this processor.
        self._tell(self._requests, ANSWER.pack(number, pid), [file])
        try:
            self._spare.give(number, files)
        except OSError:  # it was killed just now; and so the host will see it
            _kill(file)
        self._spare.let_go()
        _close(files)

    def _fork_spare(self) -> Job | None:
        self._may_spare = False
        return self._spare.fork(self._become_child, self._watch)

    def _become_child(self) -> None:
        """Be a worker: end with the zygote, adopt the orphans among what is started, hold none of its files."""
        os.setpgid(0, 0)  # no session: the scheduler groups those apart, which costs every call a microsecond
        prctl.end_with_parent(signal.SIGKILL)
        if os.getppid() != self._pid:
            os._exit(1)
        prctl.adopt_orphans()
        self._spare.let_go()
        self._requests.close()
        self._reports.close()
        os.close(self._host)
        for file in self._processes:
            os.close(file)
        for file in self._gathered.files:
            os.close(file)
        gc.enable()

    def _watch(self, file: int, pid: int, number: int | None) -> None:
        self._processes[file] = (pid, number)
        self._poll.register(file, select.POLLIN)

    def _ended(self, file: int) -> None:
        """Tell the host how a worker ended, then end what it left."""
        pid, number = self._processes.pop(file)
        self._poll.unregister(file)
        if self._spare.file == file:
            self._spare.let_go()
        os.close(file)
        if number is not None:
            # As long as its leader has not been reaped, the group's number is nobody else's.
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            with suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        if number:
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
