"""A worker on Windows: sockets are given by `socket.share`, and a job object ends all that belongs to a worker.

Written after the documentation of Windows and never run there.
"""

from __future__ import annotations

import ctypes
import marshal
import os
import socket
import subprocess
import sys
import threading
from ctypes import wintypes

from hotplug.boundaries.process.starting.boot import Settings, become, enter, make_streams, reset_signals
from hotplug.boundaries.process.starting.interpreter import command
from hotplug.boundaries.process.starting.watching import service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotplug.boundaries.process.starting.worker import Worker

assert sys.platform == "win32"  # noqa: S101  (for type checkers: what follows is not there elsewhere)

_CODE = """\
import marshal, sys
settings, shares = marshal.load(sys.stdin.buffer)
sys.path[:] = settings["path"]
from hotplug.boundaries.process.starting.windows import work
work(settings, shares)
"""
_KILL_ON_CLOSE = 0x2000
_EXTENDED_LIMITS = 9


class _Limits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", wintypes.DWORD),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("processes", wintypes.DWORD),
        ("affinity", ctypes.c_size_t),
        ("priority", wintypes.DWORD),
        ("scheduling", wintypes.DWORD),
        ("counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


def spawn(worker: Worker, settings: Settings, stdout: int, stderr: int, sockets: Sequence[socket.socket]) -> None:
    """Start an interpreter for a worker; as `hotplug.boundaries.process.starting.spawned.spawn`."""
    process = subprocess.Popen(  # noqa: S603  (this interpreter, our own code)
        command(_CODE),
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=stderr,
        creationflags=subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW,
    )
    control, theirs = socket.socketpair()
    try:
        with theirs:
            handle = _Process(process, control)
            shares = [each.share(process.pid) for each in (theirs, *sockets)]
            assert process.stdin is not None  # noqa: S101
            process.stdin.write(marshal.dumps(({**settings}, shares)))
            process.stdin.flush()
            threading.Thread(target=handle.await_end, args=(worker,), name="hotplug waits", daemon=True).start()
            control.recv(1)  # what is shared must stay open until it was taken; at its end the worker has ended
    except BaseException:
        process.kill()
        control.close()
        raise
    worker.begin(process.pid, handle)


def work(settings: Settings, shares: list[bytes]) -> None:
    """Do a worker's work; its stdin is the pipe whose end says that the host has ended."""
    host = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    control, *sockets = map(socket.fromshare, shares)
    control.send(b"\0")
    reset_signals()
    become(settings)
    make_streams()
    threading.Thread(target=_end_with, args=(host,), name="hotplug", daemon=True).start()
    enter(settings["entry"], sockets, control)


def _end_with(host: int) -> None:
    os.read(host, 1)
    os._exit(1)


class _Process:
    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket) -> None:
        self._process = process
        self._control = control
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.CreateJobObjectW.argtypes = (ctypes.c_void_p, ctypes.c_wchar_p)
        kernel.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD)
        kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
        kernel.TerminateJobObject.argtypes = (wintypes.HANDLE, wintypes.UINT)
        kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
        self._kernel = kernel
        # The system closes the job with the host, however that ends.
        self._job = kernel.CreateJobObjectW(None, None)
        limits = _Limits(flags=_KILL_ON_CLOSE)
        if not (
            self._job
            and kernel.SetInformationJobObject(
                self._job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
            )
            and kernel.AssignProcessToJobObject(self._job, int(process._handle))  # noqa: SLF001
        ):
            raise ctypes.WinError(ctypes.get_last_error())

    def interrupt(self) -> None:
        """Do nothing: Windows has no signal that would reach the worker's main thread alone."""

    def kill(self) -> None:
        """End it and what it started."""
        self._kernel.TerminateJobObject(self._job, 1)

    def close(self) -> None:
        """Let go of it."""
        self._control.close()
        self._kernel.CloseHandle(self._job)  # which ends what the worker left

    def await_end(self, worker: Worker) -> None:
        """Wait until it ends, and tell the worker; on a thread of its own."""
        code = self._process.wait()
        assert self._process.stdin is not None  # noqa: S101
        self._process.stdin.close()
        service().soon(lambda: worker.finish(code))
