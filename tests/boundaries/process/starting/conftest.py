"""Workers that run the entries of `starting_entries`, and hosts that are to be killed."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import psutil  # type: ignore[import-untyped]
import pytest

from hotplug.boundaries.process.starting import Worker, launch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HERE = os.path.dirname(__file__)
PATIENCE = 20.0


class Started(NamedTuple):
    """A worker, and the test's end of its wire."""

    worker: Worker
    wire: socket.socket

    def say(self, value: object) -> None:
        self.wire.sendall(json.dumps(value).encode() + b"\n")

    def hear(self) -> Any:
        data = b""
        while not data.endswith(b"\n"):
            more = self.wire.recv(65536)
            assert more, f"the worker {self.worker} said nothing more, stderr: {self.worker.last_lines()}"
            data += more
        return json.loads(data)

    def end(self) -> str:
        """Wait until the worker ended, and return how."""
        ended = self.worker.wait(PATIENCE)
        assert ended is not None, "the worker runs on"
        return str(ended)


SPARE = "hotplug spare"


@pytest.fixture
def below() -> Callable[[psutil.Process], list[bool]]:
    """Return what tells of each process below a zygote whether it is a spare, which is no worker yet."""

    def below(zygote: psutil.Process) -> list[bool]:
        return sorted(each.name() == SPARE for each in zygote.children(recursive=True))

    return below


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
    """Return what waits until processes have ended and were reaped."""

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
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a module that the entries import, in a folder on the host's path."""
    module = tmp_path / "words" / "starting_words.py"
    module.parent.mkdir()
    module.write_text('WORD = "first"\n')
    monkeypatch.setattr(sys, "path", [HERE, str(module.parent), *sys.path])
    return module


@pytest.fixture(params=["zygote", "spawn"])
def how(request: pytest.FixtureRequest) -> str:
    """Both ways to start a worker."""
    way: str = request.param
    return way


@pytest.fixture
def start(words: Path) -> Iterator[Callable[..., Started]]:
    """Return what starts a worker with an entry; all are ended after the test."""
    started: list[Started] = []

    def start(entry: str, *, how: str = "zygote", plugin: str = "eng") -> Started:
        mine, theirs = socket.socketpair()
        mine.settimeout(PATIENCE)
        worker = launch(
            plugin,
            [theirs],
            until=time.monotonic() + PATIENCE,
            _entry=f"starting_entries:{entry}",
            _zygote=how == "zygote",
        )
        started.append(Started(worker, mine))
        return started[-1]

    yield start
    for each in started:
        each.worker.kill()
        each.wire.close()
    for each in started:
        assert each.worker.wait(PATIENCE) is not None


class Host(NamedTuple):
    """A program that opened a worker, in a process of its own."""

    process: subprocess.Popen[bytes]
    told: dict[str, Any]

    def worker(self) -> psutil.Process:
        return psutil.Process(self.told["worker"])


@pytest.fixture
def run_host(words: Path) -> Iterator[Callable[..., Host]]:
    """Return what runs a function of `starting_hosts` in a new process, until it tells of its worker."""
    hosts: list[subprocess.Popen[bytes]] = []

    def run(name: str, *arguments: str, start_new_session: bool = False, stderr: int | None = None) -> Host:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        process = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "starting_hosts.py"), name, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=start_new_session,
            stderr=stderr,
        )
        hosts.append(process)
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], PATIENCE)[0]
        return Host(process, json.loads(process.stdout.readline()))

    yield run
    for process in hosts:
        process.kill()
        process.communicate()
