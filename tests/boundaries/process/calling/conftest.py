"""Workers that the tests of a module share: a module of plugin code, opened once."""

from __future__ import annotations

import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import hotplug
from hotplug.testing import PluginMaker

ROOT = str(Path(__file__).parents[4])
CONTRACT = f"{__package__}.contract"
PATIENCE = 20.0
SOON = 0.5
"""Seconds in which a call has begun, wherever else the machine is busy; what never ends is late after them."""

Open = Callable[..., hotplug.Plugin]
Wait = Callable[[Callable[[], object], str], None]


@pytest.fixture(scope="module", autouse=True)
def contract_can_be_imported() -> Iterator[None]:
    """Have the contract's module where a worker finds it under the name that it has here."""
    sys.path.append(ROOT)
    yield
    sys.path.remove(ROOT)


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PluginMaker]:
    with PluginMaker(tmp_path_factory.mktemp("plugins")) as made:
        yield made


WARM = """
import threading
def in_a_thread(call):
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
"""


def written(maker: PluginMaker, name: str, source: str) -> Path:
    """Return a module of plugin code that has all the names of the contract."""
    return maker.module(f"{name}.py", f"from {CONTRACT} import *\n{WARM}{textwrap.dedent(source)}")


@pytest.fixture(scope="module")
def shared(maker: PluginMaker) -> Iterator[Callable[..., hotplug.Plugin]]:
    """Return what opens a plugin of some source in a worker; it is closed after the module's last test."""
    opened: list[hotplug.Plugin] = []

    def open_(name: str, source: str, **limits: Any) -> hotplug.Plugin:
        given = hotplug.Limits(**limits) if limits else None
        plugin = hotplug.open(written(maker, name, source), boundary="process", limits=given)
        opened.append(plugin)
        return plugin

    yield open_
    for each in opened:
        each.close()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., hotplug.Plugin]]:
    """Return what opens a plugin for one test."""
    every: list[hotplug.Plugin] = []

    def open_(source: str, name: str = "plug", **limits: Any) -> hotplug.Plugin:
        given = hotplug.Limits(**limits) if limits else None
        path = written(PluginMaker(tmp_path), name, source)
        every.append(hotplug.open(path, boundary="process", limits=given))
        return every[-1]

    yield open_
    for each in every:
        each.close()


@pytest.fixture
def until() -> Wait:
    """Return what waits until something is so."""

    def until(condition: Callable[[], object], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"in vain: {what}"
            time.sleep(0.002)

    return until


class Told(list[str]):
    """Words that are told from another process or thread, and waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = threading.Condition()

    def __call__(self, word: str) -> None:
        with self._changed:
            self.append(word)
            self._changed.notify_all()

    def wait(self, count: int = 1) -> list[str]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self) >= count, PATIENCE), f"only {list(self)} was told"
            return list(self)
