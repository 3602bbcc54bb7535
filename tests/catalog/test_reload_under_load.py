"""A reload under load: every answer is of the old version or the new one, and nothing piles up."""

from __future__ import annotations

import gc
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal

import psutil  # type: ignore[import-untyped]
import pytest

import hotplug
from greeter import Greeter
from hotplug import Catalog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOAK = bool(os.environ.get("HOTPLUG_SOAK"))
VERSIONS = 200 if SOAK else 20
CALLERS = 8
BROKEN = ("def broken(:", "Greeter = 1\nraise ValueError('no words')", "Greeter = 3", "words = 1", "")
SOURCE = """
class Greeting:
    kept = bytearray(100_000)
    def greet(self) -> str:
        return "{0}" + " " + words()
def words() -> str:
    return "{0}"
Greeter = Greeting()
"""


def resident() -> int:
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def replace(path: Path, source: str) -> None:
    draft = path.with_name(".draft")
    draft.write_text(source)
    os.replace(draft, path)


@pytest.fixture
def _quick_switches() -> Iterator[None]:
    """Have threads take turns ten times as often: else one that loads waits 5 ms for each that only calls."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(before / 10)
    yield
    sys.setswitchinterval(before)


@pytest.mark.soak
@pytest.mark.usefixtures("_quick_switches")
@pytest.mark.parametrize("boundary", ["inline", "process"])
def test_a_file_that_is_replaced_while_others_call_gives_only_whole_versions(
    boundary: Literal["inline", "process"], tmp_path: Path
) -> None:
    (tmp_path / "p").mkdir()
    path = tmp_path / "p" / "french.py"
    latest = 0
    """The version that was reloaded last; one more may be in place already."""
    done = threading.Event()
    memory: list[tuple[int, int]] = []

    def call() -> int:
        count = 0
        newest = 0
        while not done.is_set():
            least = latest
            try:
                said = catalog.load("french").greet()
            except hotplug.PluginClosed:
                assert boundary == "process"
                continue  # released between the load and the call
            first, second = map(int, said.split())
            assert first == second
            assert max(least, newest) <= first <= latest + 2
            assert first == 0 or first % 10
            newest = first
            count += 1
        return count

    replace(path, SOURCE.format(0))
    with (
        Catalog("greeter.plugins", Greeter, paths=[path.parent], installed=False, boundary=boundary) as catalog,
        ThreadPoolExecutor(CALLERS) as pool,
    ):
        catalog.load("french")
        callers = [pool.submit(call) for _ in range(CALLERS)]
        try:
            for version in range(1, VERSIONS + 1):
                if version % 10 == 0:
                    replace(path, BROKEN[version // 10 % len(BROKEN)])
                    with pytest.raises(hotplug.PluginError):
                        catalog.reload("french")
                else:
                    replace(path, SOURCE.format(version))
                    assert catalog.reload("french").greet().startswith(f"{version} ")
                    latest = version
                if version % (VERSIONS // 10) == 0:
                    gc.collect()
                    memory.append((resident(), len(gc.get_objects())))
        finally:
            done.set()
        assert all(each.result(60) for each in callers)
        assert len(psutil.Process().children(recursive=False)) <= 3  # the worker, and what starts and watches it
        assert len([name for name in sys.modules if "__hp" in name]) == (boundary == "inline")
    assert not [name for name in sys.modules if "__hp" in name]
    if SOAK:
        (before, objects), (after, now) = memory[4], memory[-1]  # the allocator has its arenas by then
        assert now - objects < 500, memory
        assert after - before < 4 * 1024**2, memory
