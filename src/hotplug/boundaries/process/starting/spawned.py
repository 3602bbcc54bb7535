"""A worker as a fresh interpreter, where there is no zygote: macOS, an old or restricted Linux.

It takes longer to start, and what it leaves running is ended only as far as that stayed in its process group.
"""

from __future__ import annotations

import marshal
import os
import signal
import socket
import tempfile
import threading

from hotplug.boundaries.process.starting.forks import keep_from_forks
from hotplug.boundaries.process.starting.interpreter import start
from hotplug.boundaries.process.starting.watching import service
from hotplug.light import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

    from hotplug.boundaries.process.starting.boot import Settings
    from hotplug.boundaries.process.starting.worker import Worker

_CODE = """\
import marshal, sys
with open(int(sys.argv[1]), "rb") as file:
    file.seek(0)
    settings = marshal.load(file)
sys.path[:] = settings["path"]
from hotplug.boundaries.process.starting.boot import work_spawned
work_spawned(settings, *map(int, sys.argv[1:]))
"""


def spawn(worker: Worker, settings: Settings, stdout: int, stderr: int, sockets: Sequence[socket.socket]) -> None:
    """Start an interpreter for a worker.

    Args:
        worker: The worker; it is told of its process, and of its end.
        settings: What the process is to be like.
        stdout: The file descriptor that it prints to.
        stderr: As above.
        sockets: Its sockets.

    Raises:
        OSError: If the system refuses it.
    """
    control, theirs = socket.socketpair()
    keep_from_forks(control, theirs)
    with theirs, tempfile.TemporaryFile() as file:
        file.write(marshal.dumps({**settings}))
        file.flush()
        given = [file.fileno(), theirs.fileno(), *(each.fileno() for each in sockets)]
        try:
            process = start(_CODE, given, stdout=stdout, stderr=stderr)
        except BaseException:
            control.close()
            raise
    handle = _Process(process, control)
    worker.begin(process.pid, handle)
    threading.Thread(target=handle.await_end, args=(worker,), name="hotplug waits", daemon=True).start()


class _Process:
    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket) -> None:
        self._process = process
        self._control = control
        self._lock = threading.Lock()

    def interrupt(self) -> None:
        """Send it SIGUSR2."""
        self._process.send_signal(signal.SIGUSR2)

    def kill(self) -> None:
        """End it and its process group."""
        with self._lock:
            if self._process.returncode is None:
                self._end_group()
                self._process.kill()

    def close(self) -> None:
        """Let go of it."""
        self._control.close()
        if self._process.returncode is None:
            self._process.returncode = 0  # in a fork of the host: it is not this process's child

    def await_end(self, worker: Worker) -> None:
        """Wait until it ends, and tell the worker; on a thread of its own."""
        if hasattr(os, "waitid"):  # not on macOS before Python 3.13
            with suppress(OSError):
                os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
                with self._lock:  # its group's number is nobody else's until it is reaped
                    self._end_group()
        code = self._process.wait()
        service().soon(lambda: worker.finish(code))

    def _end_group(self) -> None:
        with suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
