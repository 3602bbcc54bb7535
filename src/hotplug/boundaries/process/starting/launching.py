"""Starting a worker: from a zygote where the system has what that takes, as a fresh interpreter elsewhere."""

from __future__ import annotations

import atexit
import errno
import marshal
import os
import sys
import threading
from time import monotonic

from hotplug.boundaries.process.starting.interpreter import import_path
from hotplug.boundaries.process.starting.output import Output
from hotplug.boundaries.process.starting.watching import service
from hotplug.boundaries.process.starting.worker import Worker
from hotplug.errors import ActivationError, DeadlineExceeded, PluginError
from hotplug.replacing import told_umask

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence
    from typing import Literal

    from hotplug.boundaries.process.starting.boot import Settings
    from hotplug.boundaries.process.starting.forked import Zygote

_ENTRY = "hotplug.boundaries.process.inside.serving:main"
_AT_EXIT = 1.0  # seconds that workers may take to be gone when the host's interpreter ends


class _Host:
    """What this process has started."""

    lock = threading.Lock()
    zygote: Zygote | None = None
    circumstances: object = None
    without: object = None
    """The circumstances in which a fresh zygote ended at once: no other is tried."""
    workers: set[Worker] = set()  # noqa: RUF012  (the one there is)
    registered = False


def launch(
    plugin: str,
    sockets: Sequence[socket.socket],
    *,
    until: float | None,
    _entry: str = _ENTRY,
    _zygote: bool = True,
) -> Worker:
    """Start a worker process, which runs ``serving.main`` with the sockets; returns once the process is there.

    The worker has the host's environment, current directory, import path and umask as they are now. Its stdin is
    empty, what it prints goes to the logger ``hotplug.<plugin>``. It is in a process group of its own and ends
    when the host does.

    Args:
        plugin: The plugin's name, for logging and messages.
        sockets: The worker's ends; given away, and closed here in any case.
        until: When to give up, as `time.monotonic` counts; None is never.

    Raises:
        DeadlineExceeded: If the process was not there in time.
        ActivationError: If the system refuses it.
    """
    try:
        return _launch(plugin, sockets, until, _entry, _zygote)
    except PluginError:  # one of them is a TimeoutError, and so an OSError
        raise
    except OSError as error:
        raise _refused(plugin, error) from error
    finally:
        for each in sockets:
            each.close()


def way() -> Literal["zygote", "spawn"]:
    """Return how the last worker was started: forked from a zygote, or as a fresh interpreter."""
    return "spawn" if _Host.zygote is None or not _Host.zygote.lives else "zygote"


def _launch(
    plugin: str, sockets: Sequence[socket.socket], until: float | None, entry: str, zygote: bool
) -> Worker:
    if getattr(sys, "frozen", False) or not sys.executable:
        raise ActivationError(
            "needs a worker process, and this program has no Python interpreter to start one with",
            plugin=plugin,
            remedy='open it with boundary="inline"',
        )
    with _Host.lock:
        if not _Host.registered:
            _Host.registered = True
            atexit.register(_end_all)
    stdout, worker_stdout = os.pipe()
    try:
        stderr, worker_stderr = os.pipe()
    except OSError:
        os.close(stdout)
        os.close(worker_stdout)
        raise
    output = Output(plugin, stdout, stderr)
    output.start()
    worker = Worker(plugin, output)
    try:
        _begin(
            worker,
            _settings(plugin, sockets, entry),
            stdout=worker_stdout,
            stderr=worker_stderr,
            sockets=sockets,
            until=until,
            zygote=zygote,
        )
    except BaseException:
        worker.kill()
        service().soon(output.finish)
        raise
    finally:
        os.close(worker_stdout)
        os.close(worker_stderr)
    _Host.workers.add(worker)
    worker.on_end(lambda _: _Host.workers.discard(worker))
    return worker


def _begin(
    worker: Worker,
    settings: Settings,
    *,
    stdout: int,
    stderr: int,
    sockets: Sequence[socket.socket],
    until: float | None,
    zygote: bool,
) -> None:
    """Start the process in the best way that there is."""
    if sys.platform == "win32":
        from hotplug.boundaries.process.starting.windows import spawn
    else:
        files = [stdout, stderr, *(each.fileno() for each in sockets)]
        if zygote and _can_fork() and _forked(worker, settings, files, until):
            return
        from hotplug.boundaries.process.starting.spawned import spawn
    spawn(worker, settings, stdout, stderr, sockets)


def _forked(worker: Worker, settings: Settings, files: list[int], until: float | None) -> bool:
    """Have a zygote fork it; tell whether there is one that can."""
    from hotplug.boundaries.process.starting.forked import NoZygote, TooLate, in_memory

    data = in_memory(marshal.dumps({**settings}))
    try:
        folder = os.open(".", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for _ in range(2):  # one that was there may have been killed
                zygote, fresh = _the_zygote(worker.plugin, until)
                if zygote is None:
                    return False
                try:
                    zygote.fork(worker, [data, folder, *files], until)
                except NoZygote:
                    if fresh:
                        _Host.without = _circumstances()
                        return False
                except TooLate:
                    raise _too_late(worker.plugin) from None
                else:
                    return True
            return False
        finally:
            os.close(folder)
    finally:
        os.close(data)


def _the_zygote(plugin: str, until: float | None) -> tuple[Zygote | None, bool]:
    """Return the zygote for the host as it is, and whether it was just started; None if none can be."""
    from hotplug.boundaries.process.starting.forked import Zygote

    if not _Host.lock.acquire(timeout=-1 if until is None else max(0.0, until - monotonic())):
        raise _too_late(plugin)
    try:
        now = _circumstances()
        if _Host.without == now:
            return None, False
        old = _Host.zygote
        if old is not None and old.lives and _Host.circumstances == now:
            return old, False
        if old is not None:
            old.retire()
        try:
            _Host.zygote = Zygote()
        except OSError:
            _Host.zygote, _Host.without = None, now
            return None, False
        _Host.circumstances = now
        return _Host.zygote, True
    finally:
        _Host.lock.release()


def _circumstances() -> tuple[object, ...]:
    """Return what a zygote keeps from its start: a host that gave up its privileges must not fork from them."""
    root = os.stat("/")
    return (sys.executable, os.getresuid(), os.getresgid(), os.getgroups(), root.st_dev, root.st_ino)


def _can_fork() -> bool:
    """Tell whether the system has what a zygote is made of."""
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:  # an old kernel, or a sandbox around the host
        return False
    return True


def _settings(plugin: str, sockets: Sequence[socket.socket], entry: str) -> Settings:
    return {
        "plugin": plugin,
        "entry": entry,
        "path": import_path(),
        "argv": sys.argv[:1],
        "environment": _environment(),
        "umask": told_umask(),
        "dont_write_bytecode": sys.dont_write_bytecode,
        "pycache_prefix": sys.pycache_prefix,
        "sockets": [(int(each.family), int(each.type), each.proto) for each in sockets],
    }


def _environment() -> bytes:
    if not os.supports_bytes_environ:
        return b""  # a spawned worker has it
    from hotplug.boundaries.process.starting.boot import packed

    while True:
        try:
            return packed(dict(os.environb))
        except RuntimeError:  # another thread changes it
            continue


def _too_late(plugin: str) -> PluginError:
    error = DeadlineExceeded(
        "its worker process did not start in time",
        plugin=plugin,
        remedy="give it more: a longer Limits(start=...), or a later deadline",
    )
    error.phase = "open"
    return error


def _refused(plugin: str, error: OSError) -> PluginError:
    remedy = None
    if error.errno in {errno.EMFILE, errno.ENFILE}:
        remedy = "close files that the host has open, or raise how many it may have (ulimit -n)"
    elif error.errno in {errno.EAGAIN, errno.ENOMEM}:
        remedy = "end other processes, or raise how many this user may have (ulimit -u) and how much memory"
    return ActivationError(
        f"its worker process could not be started: {error.strerror or error}", plugin=plugin, remedy=remedy
    )


def _end_all() -> None:
    """End all workers, when the host's interpreter ends; what they printed is still logged."""
    until = monotonic() + _AT_EXIT
    workers = list(_Host.workers)
    for worker in workers:
        worker.kill()
    for worker in workers:
        worker.wait(max(0.0, until - monotonic()))
    if _Host.zygote is not None:
        _Host.zygote.end(max(0.1, until - monotonic()))


def _after_in_child() -> None:
    _Host.lock = threading.Lock()
    _Host.zygote = _Host.circumstances = _Host.without = None
    _Host.workers = set()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_in_child)
