"""The worker that a zygote forks in advance, and how a forked worker ends."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from boundaries.process.starting.conftest import Started

    Start = Callable[..., Started]
    Poll = Callable[[Callable[[], object], str], None]


@pytest.fixture
def spare(start: Start, poll: Poll) -> Callable[[], psutil.Process]:
    """Return what waits for the spare of the zygote, and returns it."""
    one = start("wait")
    zygote = psutil.Process(one.hear()).parent()
    assert zygote is not None

    def found() -> list[psutil.Process]:
        return [each for each in zygote.children() if each.name() == "hotplug spare"]

    def spare() -> psutil.Process:
        poll(found, "there is to be a spare")
        return found()[0]

    return spare


def test_the_next_worker_is_the_spare_and_another_takes_its_place(
    start: Start, spare: Callable[[], psutil.Process]
) -> None:
    first = spare()
    assert start("wait").hear() == first.pid
    assert spare() != first


def test_a_spare_is_what_the_host_is_when_it_gets_its_job(
    start: Start,
    spare: Callable[[], psutil.Process],
    words: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waiting = spare()
    monkeypatch.setenv("ADDED", "a=b")
    monkeypatch.chdir(tmp_path)
    words.write_text('WORD = "changed"\n')
    before = os.umask(0o027)
    try:
        told = start("state").hear()
    finally:
        os.umask(before)
    assert told["pid"] == told["group"] == waiting.pid
    assert told["environment"] == dict(os.environ)
    assert (told["folder"], told["umask"], told["word"]) == (str(tmp_path), 0o027, "changed")
    assert told["files"] == [0, 1, 2, told["wire"]]


def test_a_spare_that_was_killed_is_done_without(
    start: Start, spare: Callable[[], psutil.Process], until_gone: Callable[..., None]
) -> None:
    killed = spare()
    killed.kill()
    until_gone(killed)
    assert start("wait").hear() != killed.pid
    spare()


def test_a_spare_ends_with_its_zygote(
    start: Start, spare: Callable[[], psutil.Process], until_gone: Callable[..., None]
) -> None:
    waiting = spare()
    zygote = waiting.parent()
    assert zygote is not None
    zygote.kill()
    until_gone(waiting)


def test_the_rehearsal_goes_to_its_end() -> None:
    # a spare goes on without it, and nobody would be told
    code = (
        "import signal, sys; from hotplug.boundaries.process.inside.rehearsal import Stage\n"
        "def state(): return sys.path[:], sys.meta_path[:], sys.path_hooks[:], signal.getsignal(signal.SIGUSR2)\n"
        "before = state()\n"
        "for _ in range(2):\n"
        "    stage = Stage()\n"
        "    stage.play()\n"
        "    assert state() == before and 'part' not in sys.modules\n"
        "    assert stage.answers() == [[4, None], [4, [[0, 1], None]], [4, 'Universe'], [4, None]]\n"
        "    stage.close()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_a_plugin_leaves_to_the_end_is_done(
    start: Start, how: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    folder = tmp_path / "left"
    folder.mkdir()
    one = start("leaves_things", how=how)
    one.say(str(folder))
    assert len(one.hear()) == 2
    assert one.end() == "exited with status 0"
    assert [each.name for each in folder.iterdir()] == ["written"]
    assert (folder / "written").read_text() == "not flushed"
    printed = [each.getMessage() for each in caplog.records]
    assert "ValueError: at exit" in printed
    assert printed.index("at exit") < printed.index("deleted")
