"""Hosts for the tests to end: each function opens a plugin in a worker and tells of it on stdout."""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any

import hotplug

SOURCE = """
import os, sys, time
from collections.abc import Callable
def pid() -> int: return os.getpid()
def busy() -> None:
    while True: sum(range(10000))
def waits(told: Callable[[], None]) -> None:
    told()
    time.sleep(600)
def family() -> list[int]:
    found = [os.getpid()]
    for away in (False, True):
        reading, writing = os.pipe()
        if not os.fork():
            if away: os.setsid()
            os.write(writing, b"%d" % os.getpid())
            while True: time.sleep(600)
        found.append(int(os.read(reading, 100)))
    return found
"""


def tell(**told: object) -> None:
    """Say something on one line."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def opened(folder: str, **limits: Any) -> hotplug.Plugin:
    """Open the plugin that all of these hosts have."""
    path = os.path.join(folder, "eng.py")
    if not os.path.exists(path):
        with open(path, "w", encoding="utf-8") as file:
            file.write(SOURCE)
    return hotplug.open(path, boundary="process", limits=hotplug.Limits(**limits) if limits else None)


def idle(folder: str) -> None:
    """Have a worker that waits, and wait."""
    pid: Any = opened(folder).lookup("pid")
    tell(worker=pid())
    sys.stdin.read()


def busy(folder: str) -> None:
    """Have a worker that computes, and wait for it."""
    plugin = opened(folder, concurrency=2)
    pid: Any = plugin.lookup("pid")
    call: Any = plugin.lookup("busy")
    threading.Thread(target=call, daemon=True).start()
    tell(worker=pid())
    sys.stdin.read()


def family(folder: str) -> None:
    """Have a worker with children, which computes."""
    plugin = opened(folder)
    children: Any = plugin.lookup("family")
    worker, *others = children()
    call: Any = plugin.lookup("busy")
    threading.Thread(target=call, daemon=True).start()
    tell(worker=worker, others=others)
    sys.stdin.read()


def exits(folder: str, how: str) -> None:
    """End without having closed anything, in the middle of a call."""
    plugin = opened(folder, concurrency=2)
    pid: Any = plugin.lookup("pid")
    call: Any = plugin.lookup("busy")

    def wait() -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001
            os.write(2, type(error).__name__.encode())

    threading.Thread(target=wait, daemon=True).start()
    tell(worker=pid())
    sys.stdin.read()
    if how == "raise":
        raise SystemExit(3)
    if how == "os._exit":
        os._exit(3)


def interrupted(folder: str) -> None:
    """Be interrupted in a call; say whether the worker answers afterwards, and is the same."""
    plugin = opened(folder)
    pid: Any = plugin.lookup("pid")
    waits: Any = plugin.lookup("waits")
    first = pid()
    said = "nothing was raised"
    try:
        waits(lambda: tell(worker=first))
    except KeyboardInterrupt:
        said = "KeyboardInterrupt"
    again = pid()
    report = plugin.close()
    tell(said=said, same=again == first, closed=repr(report))


def forks(folder: str) -> None:
    """Fork in the middle of a call; the child says what it has of the plugin, and opens it for itself."""
    plugin = opened(folder)
    pid: Any = plugin.lookup("pid")
    waits: Any = plugin.lookup("waits")
    worker = pid()
    begun = threading.Event()
    error: list[str] = []

    def wait() -> None:
        try:
            waits(begun.set)
        except hotplug.PluginError as problem:
            error.append(type(problem).__name__)

    thread = threading.Thread(target=wait)
    thread.start()
    begun.wait()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        told: list[object] = []
        for ask in (pid, plugin.symbols, lambda: plugin.lookup("pid")):
            try:
                told.append(ask())
            except hotplug.PluginError as problem:
                told.append([type(problem).__name__, str(problem)])
        own = opened(folder)
        own_pid: Any = own.lookup("pid")
        told += [own == plugin, own_pid() not in {worker, os.getpid()}, own.close().reason, plugin.close().reason]
        os.write(writing, json.dumps(told).encode() + b"\n")
        sys.exit()  # with all that runs at exit
    os.close(writing)
    with open(reading, "rb") as file:
        told = json.loads(file.readline())
    os.waitpid(child, 0)
    tell(worker=worker, child=told, called=error, waits=thread.is_alive())
    report = plugin.close()
    thread.join()
    tell(called=error, closed=repr(report))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
