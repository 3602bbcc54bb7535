"""The first steps of a worker, forked or spawned: it becomes what the host is now, then it runs its entry."""

from __future__ import annotations

import faulthandler
import io
import marshal
import os
import signal
import socket
import sys
from typing import NamedTuple, TypedDict

from hotplug.boundaries.process.starting import cancelling
from hotplug.light import import_module, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Settings(TypedDict):
    """What a worker is to be like; the host writes it with `marshal`, and only the host is ever read."""

    plugin: str
    entry: str
    path: list[str]
    argv: list[str]
    environment: bytes
    """As `packed` has it."""
    umask: int | None
    dont_write_bytecode: bool
    pycache_prefix: str | None
    sockets: list[tuple[int, int, int]]
    """Each one's family, type and protocol."""


class Job(NamedTuple):
    """The file descriptors that a forked worker was given."""

    settings: int
    folder: int
    stdout: int
    stderr: int
    sockets: list[int]


def job_of(files: list[int]) -> Job:
    """Return the job that these files are, in the order in which the host sends them."""
    settings, folder, stdout, stderr, *sockets = files
    return Job(settings, folder, stdout, stderr, sockets)


def work(job: Job) -> None:
    """Do a forked worker's work; when this returns, the interpreter ends as it always does."""
    os.dup2(job.stdout, 1)
    os.dup2(job.stderr, 2)
    os.close(job.stdout)
    os.close(job.stderr)
    os.fchdir(job.folder)
    os.close(job.folder)
    data = os.pread(job.settings, os.fstat(job.settings).st_size, 0)
    os.close(job.settings)
    settings: Settings = marshal.loads(data)  # noqa: S302  (the host's)
    become(settings)
    with suppress(OSError):
        from hotplug.boundaries.process.starting.prctl import name_process

        name_process(b"hp " + settings["plugin"].encode(errors="replace"))
    enter(settings["entry"], _sockets(settings, job.sockets), None)


def work_spawned(settings: Settings, given: int, control: int, *files: int) -> None:
    """Do a spawned worker's work.

    Args:
        settings: What it is to be like.
        given: The file that the settings were in.
        control: The socket whose end says that the host has ended.
        files: Its sockets.
    """
    del given  # it was closed when the settings were read
    reset_signals()
    for file in (control, *files):
        os.set_inheritable(file, False)
    become(settings)
    make_streams()
    host = socket.socket(fileno=control)
    from threading import Thread

    Thread(target=_end_with, args=(host,), name="hotplug", daemon=True).start()
    enter(settings["entry"], _sockets(settings, files), host)


def reset_signals() -> None:
    """Have the signals as Python has them in a program that a user starts, whatever the host ignores or blocks.

    Ctrl-C does not reach a worker, in its process group of its own; who sends it SIGINT by its number has the
    KeyboardInterrupt that he expects. The signal of the polite cancel does nothing until there is a handler. A
    fault is told on stderr before it ends the process.
    """
    faulthandler.disable()  # its signals too are to be as they were
    if sys.platform == "win32":
        faulthandler.enable()
        return
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        with suppress(OSError, ValueError):
            ignored = number in {signal.SIGPIPE, signal.SIGXFSZ}  # as Python has them
            signal.signal(number, signal.SIG_IGN if ignored else signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    cancelling.listen()
    faulthandler.enable()


def _sockets(settings: Settings, files: Sequence[int]) -> list[socket.socket]:
    return [
        socket.socket(family, kind, protocol, fileno=file)
        for (family, kind, protocol), file in zip(settings["sockets"], files, strict=True)
    ]


def _end_with(host: socket.socket) -> None:
    """End this process and its group when the host has ended."""
    with suppress(OSError):
        host.recv(1)
    os.killpg(os.getpid(), signal.SIGKILL)


def packed(environment: Mapping[bytes, bytes]) -> bytes:
    """Return an environment as bytes, the same for equal ones."""
    return b"\0".join(sorted([b"%b=%b" % each for each in environment.items()]))


_AT_FIRST = packed(os.environb) if os.supports_bytes_environ else b""
"""The environment of this process until it becomes another: what it has is not read again to be compared."""


def become(settings: Settings) -> None:
    """Have the host's environment, import path and the like, as they were when it asked for this worker."""
    if os.supports_bytes_environ and settings["environment"] != _AT_FIRST:
        environment = dict(each.split(b"=", 1) for each in settings["environment"].split(b"\0") if each)
        zone = os.environb.get(b"TZ")
        for name in [name for name in os.environb if name not in environment]:
            del os.environb[name]
        for name, value in environment.items():
            if os.environb.get(name) != value:
                os.environb[name] = value
        if os.environb.get(b"TZ") != zone:
            import time

            time.tzset()
    sys.path[:] = settings["path"]
    sys.argv[:] = settings["argv"]
    sys.dont_write_bytecode = settings["dont_write_bytecode"]
    sys.pycache_prefix = settings["pycache_prefix"]
    if settings["umask"] is not None:
        os.umask(settings["umask"])


def make_streams() -> None:
    """Have stdout and stderr as the host reads them: lines of UTF-8, in which anything can be printed."""
    for file, name in ((1, "stdout"), (2, "stderr")):
        stream = _stream(file, f"<{name}>")
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _stream(file: int, name: str) -> io.TextIOWrapper:
    raw = io.FileIO(file, "w", closefd=False)
    raw.name = name
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace", newline="\n", line_buffering=True
    )


def enter(entry: str, sockets: list[socket.socket], control: socket.socket | None) -> None:
    """Run the entry, ``module:function``, with the sockets, none of which a fork of this worker has."""
    if hasattr(os, "register_at_fork"):
        wires = [(each.fileno(), os.fstat(each.fileno()).st_ino) for each in sockets]
        os.register_at_fork(after_in_child=lambda: _cut(wires))
    module, _, function = entry.partition(":")
    main: Callable[[list[socket.socket], socket.socket | None], None]
    main = getattr(import_module(module), function)
    main(sockets, control)


def _cut(wires: list[tuple[int, int]]) -> None:
    """Put a socket whose other end is closed in place of each: two processes cannot answer the host's calls."""
    dead, other = socket.socketpair()
    other.close()
    for file, inode in wires:
        with suppress(OSError):  # the plugin closed it
            if os.fstat(file).st_ino == inode:  # and it is not something else by now
                os.dup2(dead.fileno(), file, inheritable=False)
    dead.close()
