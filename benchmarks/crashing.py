"""How soon a host knows that its worker was killed, and a worker ends whose host was; ``make bench``.

A worker is killed while a thread of the host waits for its answer; taken is the time from the signal until that
thread has its `hotplug.PluginCrashed`. Then hosts, each a process of its own, are killed while their worker
computes; taken is the time from the signal until the system says that the worker has ended. Writes a table to
``benchmarks/results``.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import hotplug

if TYPE_CHECKING:
    from collections.abc import Callable

RESULTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "results")
PATIENCE = 30.0  # seconds
CALLERS = 8

PLUGIN = """
import os, time
from collections.abc import Callable
def pid() -> int: return os.getpid()
def sleeps(told: Callable[[], None]) -> None:
    told()
    time.sleep(600)
def computes(told: Callable[[], None]) -> None:
    told()
    while True: sum(range(1000))
def family(told: Callable[[], None]) -> int:
    child = os.fork()
    if not child:
        os.setsid()
        while True: sum(range(1000))
    return child
"""
HOST = """
import os, sys, hotplug
plugin = hotplug.open(sys.argv[1], boundary="process")
pid, child = plugin.lookup("pid")(), 0
if sys.argv[2] == "family":
    child = plugin.lookup("family")(lambda: None)
def told():
    os.write(1, b"%d\\n" % (child or pid))
plugin.lookup("sleeps" if sys.argv[2] == "idle" else "computes")(told)
"""


class Goal(NamedTuple):
    """How long it may take."""

    called: str
    of: Callable[[list[float]], float]
    most: float


class Row(NamedTuple):
    """The times of one kind of end, in milliseconds."""

    what: str
    times: list[float]
    goal: Goal | None

    def cells(self) -> str:
        """Return the line of the table."""
        shown = (statistics.median(self.times), ninety_nine(self.times), max(self.times))
        return f"| {self.what} | {' | '.join(f'{each:.2f}' for each in shown)} |"

    def verdict(self, goal: Goal) -> str:
        """Return the line of the table of goals."""
        measured = goal.of(self.times)
        met = "yes" if measured <= goal.most else "**no**"
        return f"| {self.what}, {goal.called} | {goal.most:g} ms | {measured:.2f} ms | {met} |"


def ninety_nine(times: list[float]) -> float:
    """Return the time that 99 of 100 do not exceed."""
    return sorted(times)[int((len(times) - 1) * 0.99)]


TOLD = Goal("median", statistics.median, 10.0)
GONE = Goal("99 of 100", ninety_nine, 100.0)


def main() -> None:
    """Measure, and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="how many workers of each kind are killed (100)")
    rounds: int = parser.parse_args().rounds
    logging.getLogger("hotplug").setLevel(logging.ERROR)  # hundreds of crashes are what is wanted here
    with tempfile.TemporaryDirectory(prefix="hotplug-bench-") as folder:
        path = os.path.join(folder, "plugin.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(PLUGIN)
        kinds: list[tuple[str, Callable[[], float], Goal | None]] = [
            ("kill to PluginCrashed, the worker sleeps", lambda: crashed(path, "sleeps", 1), TOLD),
            ("kill to PluginCrashed, the worker computes", lambda: crashed(path, "computes", 1), TOLD),
            (f"the same, the last of {CALLERS} callers", lambda: crashed(path, "computes", CALLERS), None),
            ("kill of the host to its idle worker's end", lambda: orphaned(path, "idle"), GONE),
            ("kill of the host to its busy worker's end", lambda: orphaned(path, "busy"), GONE),
            ("... of what that had started, in a session of its own", lambda: orphaned(path, "family"), None),
        ]
        times: dict[str, list[float]] = {what: [] for what, _, _ in kinds}
        for number in range(-2, rounds):  # twice to warm up
            for what, measure, _ in kinds:
                took = measure()
                if number >= 0:
                    times[what].append(took)
    text = report([Row(what, times[what], goal) for what, _, goal in kinds], rounds)
    os.makedirs(RESULTS, exist_ok=True)
    with open(os.path.join(RESULTS, "crashing.md"), "w", encoding="utf-8") as file:
        file.write(text)
    print(text)


def crashed(path: str, name: str, callers: int) -> float:
    """Return the milliseconds from a worker's kill until the last of its callers knows."""
    begun = threading.Semaphore(0)
    ends: list[float] = []
    with hotplug.open(path, boundary="process", limits=hotplug.Limits(concurrency=callers)) as plugin:
        pid: Any = plugin.lookup("pid")
        call: Any = plugin.lookup(name)
        worker = pid()

        def wait() -> None:
            try:
                call(begun.release)
            except hotplug.PluginCrashed as error:
                if error.signal == signal.SIGKILL:
                    ends.append(time.perf_counter())

        threads = [threading.Thread(target=wait, daemon=True) for _ in range(callers)]
        for each in threads:
            each.start()
        for _ in threads:
            begun.acquire()
        start = time.perf_counter()
        os.kill(worker, signal.SIGKILL)
        for each in threads:
            each.join(PATIENCE)
    if len(ends) != callers:
        raise SystemExit(f"{callers - len(ends)} of {callers} callers were not told of the kill")
    return (max(ends) - start) * 1000


def orphaned(path: str, kind: str) -> float:
    """Return the milliseconds from a host's kill until its worker, or what that started, is gone."""
    with subprocess.Popen([sys.executable, "-c", HOST, path, kind], stdout=subprocess.PIPE) as host:
        assert host.stdout is not None  # noqa: S101 - it is a pipe
        gone = os.pidfd_open(int(host.stdout.readline()))
        try:
            poll = select.poll()
            poll.register(gone, select.POLLIN)
            start = time.perf_counter()
            host.kill()
            if not poll.poll(PATIENCE * 1000):
                raise SystemExit(f"the worker of a killed host runs on ({kind})")
            return (time.perf_counter() - start) * 1000
        finally:
            os.close(gone)


def report(rows: list[Row], rounds: int) -> str:
    """Return the page."""
    return "\n".join(
        [
            "# When a worker or its host is killed",
            "",
            (
                f"`make bench` wrote this page: CPython {platform.python_version()}, {platform.system()} "
                f"{platform.machine()}, {os.cpu_count()} processors; {rounds} kills of each kind, in turn. "
                "Milliseconds."
            ),
            "",
            "| | median | 99 of 100 | most |",
            "| --- | ---: | ---: | ---: |",
            *(each.cells() for each in rows),
            "",
            "| goal | at most | measured | met |",
            "| --- | ---: | ---: | --- |",
            *(each.verdict(each.goal) for each in rows if each.goal is not None),
            "",
        ]
    )


if __name__ == "__main__":
    main()
