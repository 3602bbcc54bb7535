"""What must hold for a long time: shortened here, in full by `make soak`."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Callable

import pytest

import hotplug
from hotplug.testing import PluginMaker

SOAK = bool(os.environ.get("HOTPLUG_SOAK"))
SMALL = {
    "__init__.py": "from . import words\nclass Kept: pass\nkept = [Kept(), words.Word('a')]\ndef f(): return 7",
    "words.py": "import dataclasses\n@dataclasses.dataclass\nclass Word:\n    text: str",
}


def resident() -> int:
    """Return the memory of this process that is in use, in bytes."""
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def private_modules() -> list[str]:
    return [name for name in sys.modules if "__hp" in name]


@pytest.mark.soak
def test_cycles_of_open_and_close_leave_nothing(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("small", SMALL)

    def cycle() -> None:
        with hotplug.open(path) as plugin:
            assert plugin.lookup("f", Callable[[], int])() == 7

    for _ in range(500 if SOAK else 20):  # until the allocator has its arenas
        cycle()
    gc.collect()
    modules, objects, memory = set(sys.modules), len(gc.get_objects()), resident() if SOAK else 0
    for count in range(2000 if SOAK else 50):
        cycle()
        if count % 50 == 0:
            gc.collect()  # closing collects the young; a busy host's collector comes to the old now and then
    gc.collect()
    assert set(sys.modules) == modules
    assert len(gc.get_objects()) - objects < 50  # fewer is what earlier tests left, and was freed meanwhile
    if SOAK:
        assert resident() - memory < 2 * 1024**2


@pytest.mark.soak
def test_64_threads_that_open_close_and_call_meet_no_error_and_leave_nothing(make_plugin: PluginMaker) -> None:
    paths = [make_plugin.folder(f"small{number}", SMALL) for number in range(3)]
    wheel = make_plugin.wheel("packed", {f"packed/{name}": source for name, source in SMALL.items()})
    errors: list[BaseException] = []
    calls: list[int] = []
    end = time.monotonic() + (60 if SOAK else 1)

    def work(number: int) -> None:
        count = 0
        try:
            while not count or time.monotonic() < end:
                with hotplug.open([*paths, wheel][(number + count) % 4]) as plugin:
                    assert plugin.lookup("f", Callable[[], int])() == 7
                count += 1
        except BaseException as error:  # noqa: BLE001
            errors.append(error)
        calls.append(count)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(calls) == 64
    assert all(calls)
    assert not private_modules()
    assert not any("hotplug" in repr(finder) for finder in sys.meta_path)
