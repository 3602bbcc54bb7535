"""Plugins in workers that are to fail, hosts that are to be killed, and a look at what either leaves running."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import psutil  # type: ignore[import-untyped]
import pytest

import hotplug
from hotplug.testing import PluginMaker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = os.path.dirname(__file__)
ROOT = os.path.abspath(os.path.join(HERE, *[os.pardir] * 4))
PATIENCE = 20.0


@pytest.fixture(autouse=True)
def contract_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the contract's module where a worker finds it under the name that it has here."""
    monkeypatch.setattr(sys, "path", [*sys.path, ROOT])


@pytest.fixture
def poll() -> Callable[[Callable[[], object], str], None]:
    """Return what waits until something is so."""

    def poll(condition: Callable[[], object], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"in vain: {what}"
            time.sleep(0.002)

    return poll


@pytest.fixture
def until_gone(poll: Callable[[Callable[[], object], str], None]) -> Callable[..., None]:
    """Return what waits until processes have ended."""

    def ended(process: psutil.Process) -> bool:
        try:
            # One whose parent has ended is a zombie until init finds the time.
            return bool(process.status() == psutil.STATUS_ZOMBIE and process.ppid() == 1)
        except psutil.NoSuchProcess:
            return True

    def wait(*processes: psutil.Process) -> None:
        for each in processes:
            poll(lambda each=each: ended(each), f"{each} is to end")  # type: ignore[misc]

    return wait


@pytest.fixture
def running() -> Callable[[], list[str]]:
    """Return what lists this host's workers, and whatever these started."""

    def names() -> Iterator[str]:
        for each in psutil.Process().children(recursive=True):
            try:
                name = each.name()
            except psutil.NoSuchProcess:
                continue
            if not name.startswith("hotplug"):  # the zygote, and the worker that it has in advance
                yield name

    return lambda: list(names())


@pytest.fixture(autouse=True)
def nothing_runs_on(
    running: Callable[[], list[str]], poll: Callable[[Callable[[], object], str], None]
) -> Iterator[None]:
    """Fail a test that leaves a worker, or what one started."""
    yield
    poll(lambda: not running(), "what the test started is to end")


@pytest.fixture
def opened(make_plugin: PluginMaker) -> Iterator[Callable[..., hotplug.Plugin]]:
    """Return what opens a source in a worker, with limits by name; what is still open is closed after the test."""
    plugins: list[hotplug.Plugin] = []

    def opened(source: str, name: str = "eng", **limits: Any) -> hotplug.Plugin:
        path = make_plugin.module(f"{name}.py", source)
        plugin = hotplug.open(path, boundary="process", limits=hotplug.Limits(**limits) if limits else None)
        plugins.append(plugin)
        return plugin

    yield opened
    for each in plugins:
        each.close()


class Host(NamedTuple):
    """A program that opened a plugin in a worker, in a process of its own."""

    process: subprocess.Popen[bytes]
    told: dict[str, Any]

    def worker(self) -> psutil.Process:
        return psutil.Process(self.told["worker"])

    def hear(self) -> dict[str, Any]:
        """Return what it says next."""
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], PATIENCE)[0], "the host says nothing"
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told


@pytest.fixture
def run_host() -> Iterator[Callable[..., Host]]:
    """Return what runs a function of `faults_hosts` in a new process, until it tells of its worker."""
    hosts: list[subprocess.Popen[bytes]] = []

    def run(name: str, *arguments: str, start_new_session: bool = False, stderr: int | None = None) -> Host:
        process = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "faults_hosts.py"), name, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            start_new_session=start_new_session,
            stderr=stderr,
        )
        hosts.append(process)
        host = Host(process, {})
        host.told.update(host.hear())
        return host

    yield run
    for process in hosts:
        process.kill()
        process.communicate()
