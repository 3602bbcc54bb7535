"""Hosts for the tests to end: each function starts a worker and says which on stdout."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time

from hotplug.boundaries.process.starting import Worker, launch


def start(entry: str, *, zygote: bool = True) -> tuple[Worker, socket.socket]:
    mine, theirs = socket.socketpair()
    worker = launch("eng", [theirs], until=None, _entry=f"starting_entries:{entry}", _zygote=zygote)
    return worker, mine


def tell(**told: object) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def waits(entry: str, how: str) -> None:
    """Start a worker, and live until the test ends it."""
    worker, wire = start(entry, zygote=how == "zygote")
    tell(worker=worker.pid, said=json.loads(wire.makefile().readline()))
    sys.stdin.read()


def ends(entry: str, how: str) -> None:
    """Start a worker, and end when told to, without having closed anything."""
    waits(entry, how)


def interrupted(entry: str, how: str) -> None:
    """Survive Ctrl-C, then say whether the worker did."""
    worker, wire = start(entry, zygote=how == "zygote")
    said = json.loads(wire.makefile().readline())
    try:
        tell(worker=worker.pid, said=said)
        sys.stdin.read()
    except KeyboardInterrupt:
        wire.sendall(b'"still there?"\n')
        ended = worker.wait(20)
        tell(ended=str(ended))


def forks(entry: str, how: str) -> None:
    """Fork; the child says what it has of the worker, ends, and the parent says how the worker is."""
    worker, wire = start(entry, zygote=how == "zygote")
    said = json.loads(wire.makefile().readline())
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        before = [
            os.readlink(f"/proc/self/fd/{each}")
            for each in os.listdir("/proc/self/fd")
            if int(each) > 2 and os.path.exists(f"/proc/self/fd/{each}")
        ]
        worker.kill()  # not this process's: nothing happens
        worker.interrupt()
        wire.close()
        own, own_wire = start("wait")
        own_said = json.loads(own_wire.makefile().readline())
        own.kill()
        ended = own.wait(20)
        os.write(writing, json.dumps([before, worker.foreign, own_said == own.pid, str(ended)]).encode() + b"\n")
        sys.exit()  # with all that runs at exit
    os.close(writing)
    with open(reading, "rb") as file:
        told = json.loads(file.readline())
    os.waitpid(child, 0)
    wire.sendall(b'"end"\n')
    tell(worker=worker.pid, said=said, child=told, ended=str(worker.wait(20)))


def child_holds_on(entry: str, how: str) -> None:
    """Leave a forked child behind that outlives this host."""
    worker, wire = start(entry, zygote=how == "zygote")
    said = json.loads(wire.makefile().readline())
    child = os.fork()
    if not child:
        time.sleep(600)
    tell(worker=worker.pid, said=said, child=child)
    sys.stdin.read()


def odd(entry: str, how: str) -> None:
    """Be a host that ignores and blocks signals, and has files that a new process would inherit."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGUSR2, signal.SIGINT])
    os.set_inheritable(os.open("/dev/null", os.O_RDONLY), True)
    worker, wire = start(entry, zygote=how == "zygote")
    said = json.loads(wire.makefile().readline())
    tell(worker=worker.pid, said=said, ended=str(worker.wait(20)))


def without_stdio(entry: str, how: str) -> None:
    """Be a host whose standard files were closed, as a daemon may be."""
    told = os.dup(1)
    for file in range(3):
        os.close(file)
    worker, wire = start(entry, zygote=how == "zygote")
    said = json.loads(wire.makefile().readline())
    os.write(told, json.dumps({"worker": worker.pid, "said": said}).encode() + b"\n")
    worker.wait(20)
    os._exit(0)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
