"""What the zygote does in advance, while it is idle: it makes its memory ready, and forks one worker, the spare.

The spare has done all that takes no settings, and waits for its job. A fork takes longer than all else that a
start takes.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from importlib.machinery import FileFinder, PathFinder
from time import time

from hotplug.boundaries.process.starting import prctl
from hotplug.boundaries.process.starting.boot import job_of
from hotplug.boundaries.process.starting.orders import FORK, ORDER, receive, send
from hotplug.light import import_module, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.boundaries.process.inside.rehearsal import Stage
    from hotplug.boundaries.process.starting.boot import Job

REHEARSAL = "hotplug.boundaries.process.inside.rehearsal"
PACKING = "hotplug.boundaries.process.starting.packing"

_OWN = frozenset(
    f"hotplug.boundaries.process.starting.{each}" for each in ("boot", "orders", "prctl", "spare", "zygote")
)
"""The modules whose functions run in every worker, though in no rehearsal."""

_REHEARSALS = 20  # after so many runs the interpreter has made of code what it will
_NUMBER = 0  # the spare's: the host's begin with 1
_TICK = 3.0  # seconds: no file system's clock is coarser


class Spare:
    """The zygote's spare, or the place where one may be.

    Attributes:
        file: The pidfd of the spare; None while there is none.
    """

    def __init__(self) -> None:
        self.file: int | None = None
        self._wire: socket.socket | None = None
        self._fleeting: list[str] = []

    def fork(self, become_child: Callable[[], None], watch: Callable[[int, int, int], None]) -> Job | None:
        """Have a spare, if the system allows it; returns a job in the spare only, when that has it.

        Args:
            become_child: Makes a worker of what was just forked.
            watch: Is told in the zygote of the spare's pidfd, its process id and its number.
        """
        if self.file is not None:
            return None
        try:
            mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        except OSError:
            return None
        with its:
            try:
                _forget(self._fleeting)
                self._fleeting = _places()
                stage = _stage()
                pid = forked()
                if not pid:
                    mine.close()
                    become_child()
                    return self._await_job(its, stage)
                if stage is not None:
                    stage.close()
                file = pidfd(pid)
            except OSError:
                mine.close()
                return None
        watch(file, pid, _NUMBER)
        self.file, self._wire = file, mine
        return None

    def living(self) -> int | None:
        """Return the pidfd of the spare, if there is one that has not ended."""
        if self.file is None or os.waitid(os.P_PIDFD, self.file, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return None
        return self.file

    def give(self, number: int, files: list[int]) -> None:
        """Give the spare its job; afterwards it is to be let go of.

        Raises:
            OSError: If it has ended.
        """
        assert self._wire is not None  # noqa: S101 - there is one
        send(self._wire, number, files)

    def let_go(self) -> None:
        """Have no spare; one that has no job then ends."""
        if self._wire is not None:
            self._wire.close()
        self.file = self._wire = None

    def _await_job(self, wire: socket.socket, stage: Stage | None) -> Job:
        """Be the spare."""
        prctl.name_process(b"hotplug spare")
        if stage is not None:
            with suppress(Exception):  # whatever fails here is told where it is really done
                stage.play()
            stage.close()
        files: list[int] = []
        order = 0
        while order != FORK:
            data, more, cut = receive(wire, ORDER.size)
            if not data or cut:  # the zygote has no use for it; or files are missing, which this tells its host
                os._exit(1)
            order, _ = ORDER.unpack(data)
            files += more
        wire.close()
        _forget(self._fleeting)
        return job_of(files)


def make_ready() -> None:
    """Do once what makes a worker write to less of the memory that it shares with the zygote."""
    gc.unfreeze()
    gc.collect()
    with suppress(Exception):
        packing = import_module(PACKING)
        _play()
        packing.pack(_play, _OWN)
        for _ in range(_REHEARSALS):
            _play()
        gc.collect()
        packing.fill_holes()


def forked() -> int:
    """Fork, and return the process id of the child; 0 in that."""
    gc.freeze()
    return os.fork()


def pidfd(pid: int) -> int:
    """Return the system's own handle for a child that was just forked.

    Raises:
        OSError: If there is none to be had; the child has been ended.
    """
    try:
        return os.pidfd_open(pid)
    except OSError:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise


def _stage() -> Stage | None:
    with suppress(Exception):  # the spare can do without
        stage: Stage = import_module(REHEARSAL).Stage()
        return stage
    return None


def _play() -> None:
    stage = import_module(REHEARSAL).Stage()
    try:
        stage.play()
    finally:
        stage.close()


def _places() -> list[str]:
    """Look into the folders on the path, and return what a spare is to forget once it has its job.

    Of a folder the interpreter sees itself whether it has changed since, if its time tells: twice within one tick
    of a clock would look like once. It does not see it of an archive, nor of what is not there, nor where a
    relative path leads to.
    """
    places = sys.path_importer_cache
    with suppress(Exception):  # whatever a host has put on its path
        PathFinder.find_spec("hotplug no module")
    return [path for path, finder in places.items() if type(finder) is not FileFinder or not _is_settled(path)]


def _is_settled(folder: str) -> bool:
    try:
        return os.path.isabs(folder) and time() - os.stat(folder).st_mtime > _TICK
    except OSError:
        return False


def _forget(places: list[str]) -> None:
    for each in places:
        sys.path_importer_cache.pop(each, None)
