"""Workers killed at random points under load, and opened and closed over and over: nothing wrong, nothing left."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import random
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import psutil  # type: ignore[import-untyped]
import pytest

import hotplug
from hotplug.boundaries.process.starting import launching
from hotplug.testing import PluginMaker

from .contract import Works

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotplug.boundaries.process.starting import Worker

    Poll = Callable[[Callable[[], object], str], None]

SOAK = bool(os.environ.get("HOTPLUG_SOAK"))
KILLS = 1000 if SOAK else 30
CYCLES = 2000 if SOAK else 50
LANES = 3  # plugins at once
CALLERS = 4  # threads that call each
PATIENCE = 60.0
FEW = 100  # objects
LONGEST = 0.15  # seconds from a worker's start until it is killed, at most
HOST: Any = vars(launching)["_Host"]

SOURCE = """
import asyncio, os, sys
from collections.abc import Callable, Iterator
class Works:
    def square(self, number: int) -> int: return number * number
    def echo(self, data: bytes) -> bytes: return data
    def calls(self, given: Callable[[int], int], number: int) -> int: return given(number) + given(number + 1)
    def counts(self, most: int) -> Iterator[int]: yield from range(most)
    async def adds(self, one: int, other: int) -> int:
        await asyncio.sleep(0)
        return one + other
    def prints(self, number: int) -> int:
        print("line", number)
        print("line", number, file=sys.stderr)
        return number
    def has_child(self, number: int) -> int:
        if not os.fork():
            while True: number += 1
        return number
works = Works()
"""


def ask(works: Works, number: int) -> None:
    """Ask one of all kinds of things, and check the answer."""
    kind = number % 16
    if kind == 0:
        data = number.to_bytes(8) * (1 << 15)
        assert works.echo(data) == data
    elif kind == 1:
        assert works.calls(lambda given: given * 3, number) == 6 * number + 3
    elif kind == 2:
        assert list(works.counts(9)) == list(range(9))
    elif kind == 3:
        assert asyncio.run(several(works, number)) == [number + each for each in range(4)]
    elif kind == 4:
        assert works.prints(number) == number
    elif kind == 5 and not number % 5:
        assert works.has_child(number) == number
    else:
        assert works.square(number) == number * number


async def several(works: Works, number: int) -> list[int]:
    return await asyncio.gather(*(works.adds(number, each) for each in range(4)))


class Killer:
    """Kills every worker that is started, each after a moment of its own."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - the same in every run
        self._due: dict[Worker, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        while not self._over.wait(0.0005):  # its pace
            now = time.monotonic()
            workers = HOST.workers.copy()
            self._due = {each: self._due.get(each) or self._moment(now) for each in workers}
            for worker, due in self._due.items():
                if due <= now:
                    worker.kill()

    def _moment(self, now: float) -> float:
        return now + LONGEST * self._random.random() ** 2


class Lane(NamedTuple):
    """One who opens a plugin over and over, and calls it from several threads until it is gone."""

    path: Path
    number: int
    seen: Counter[str]

    def run(self, rounds: int) -> None:
        with ThreadPoolExecutor(CALLERS) as pool:
            for each in range(rounds):
                self._round(pool, self.number + each * LANES)

    def _round(self, pool: ThreadPoolExecutor, seed: int) -> None:
        limits = hotplug.Limits(concurrency=1 + seed % 3, deadline=PATIENCE)
        try:
            plugin = hotplug.open(self.path, boundary="process", limits=limits)
        except hotplug.PluginCrashed as error:
            self._crashed(error)
            return
        try:
            with plugin:
                works = plugin.lookup("works", Works)
                calls = [pool.submit(self._calls, works, seed + each * 7919) for each in range(CALLERS)]
                for each in calls:
                    self._crashed(each.result(PATIENCE))
                with pytest.raises(hotplug.PluginCrashed):
                    works.square(3)
                with pytest.raises(hotplug.PluginCrashed):
                    plugin.lookup("works", Works)
        except hotplug.PluginCrashed as error:
            self._crashed(error)

    def _calls(self, works: Works, number: int) -> hotplug.PluginCrashed:
        asked = 0
        while True:
            try:
                ask(works, number + asked)
            except hotplug.PluginCrashed as error:
                return error
            asked += 1
            self.seen["answers"] += 1

    def _crashed(self, error: hotplug.PluginCrashed) -> None:
        assert "its worker process was ended by SIGKILL; " in error.reason
        assert (error.signal, error.exit_code, error.plugin) == (9, None, self.path.stem)
        self.seen[error.phase] += 1


def files() -> list[str]:
    return sorted(
        os.readlink(f"/proc/self/fd/{each}").partition(":")[0]
        for each in os.listdir("/proc/self/fd")
        if os.path.exists(f"/proc/self/fd/{each}")
    )


def resident() -> int:
    """Return the memory of this process that is in use, in bytes."""
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def settle(condition: Callable[[], bool]) -> None:
    """Wait, not for ever, until something is so: the output of a worker is let go of a second after its end."""
    end = time.monotonic() + 10
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)


def of_zygote() -> int:
    zygote = psutil.Process(HOST.zygote._process.pid)
    return int(zygote.num_fds())


@pytest.mark.soak
def test_workers_killed_at_random_points_under_load(
    make_plugin: PluginMaker, empty_cache: Path, poll: Poll, running: Callable[[], list[str]]
) -> None:
    paths = [make_plugin.module(f"eng{number}.py", SOURCE) for number in range(LANES)]
    seen: Counter[str] = Counter()
    lanes = [Lane(path, number, seen) for number, path in enumerate(paths)]

    def run(rounds: int) -> None:
        with Killer(rounds), ThreadPoolExecutor(LANES) as pool:
            for each in [pool.submit(lane.run, rounds) for lane in lanes]:
                each.result(KILLS * 2 + PATIENCE)

    def remembered() -> bool:
        """Open each until the cache has all about it: a file that is a second old is not trusted to stay."""
        for path in paths:
            hotplug.open(path, boundary="process").close()
        return all(len(list(empty_cache.glob(each))) == LANES for each in ("digests/*", "code/*/*"))

    poll(remembered, "digest and bytecode are to be kept")
    kept = sorted(empty_cache.rglob("*"))
    poll(lambda: not running(), "the workers of before are to end")
    threads, before = threading.active_count(), Counter(files())  # those of the zygote with them
    run(-(-KILLS // LANES))
    poll(lambda: not running(), "the workers are to end, and all that they started")
    # the last is told of, and forgotten, by another thread a moment after it is gone
    settle(lambda: not (Counter(files()) - before or HOST.workers) and threading.active_count() == threads)
    assert not Counter(files()) - before
    assert threading.active_count() == threads
    assert sorted(empty_cache.rglob("*")) == kept
    assert not HOST.workers
    assert seen["call"] + seen["open"] + seen["lookup"] >= KILLS
    assert seen["answers"] > KILLS
    assert seen["call"]


@pytest.fixture
def nothing_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what workers print go nowhere: pytest keeps every record."""
    monkeypatch.setattr(logging.getLogger("hotplug.eng"), "disabled", True)


@pytest.mark.soak
@pytest.mark.usefixtures("nothing_is_logged")
@pytest.mark.parametrize("how", ["in turn", "at once"])
def test_opened_and_closed_over_and_over_leaves_nothing(
    how: str, make_plugin: PluginMaker, running: Callable[[], list[str]]
) -> None:
    path = make_plugin.module("eng.py", SOURCE)
    os.utime(path, (1, 1))

    def cycle(number: int) -> None:
        with hotplug.open(path, boundary="process") as plugin:
            ask(plugin.lookup("works", Works), number)

    def cycles(count: int) -> None:
        if how == "in turn":
            for number in range(count):
                cycle(number)
            return
        with ThreadPoolExecutor(8) as pool:
            for _ in pool.map(cycle, range(count), timeout=count + PATIENCE):
                pass

    threads, open_files = threading.active_count(), Counter(files())
    cycles(200 if SOAK else 32)
    settle(lambda: not running())
    gc.collect()
    modules, objects, memory, of_the_zygote = set(sys.modules), len(gc.get_objects()), resident(), of_zygote()

    def grown() -> list[object]:
        gc.collect()
        more = [Counter(files()) - open_files, set(sys.modules) - modules, threading.active_count() - threads]
        found, ours = len(gc.get_objects()) - objects, of_zygote() - of_the_zygote
        # of the zygote's two, if any, are the spare's
        return [*filter(None, more), *([found] if found > FEW else []), *([ours] if ours > 2 else [])]

    cycles(CYCLES)
    settle(lambda: not running() and not grown())
    assert grown() == []
    if SOAK:
        assert resident() - memory < 4 * 1024**2
