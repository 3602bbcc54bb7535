"""How a worker ended: the host learns the reason at once, whatever the worker left behind."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]
import pytest

from hotplug.boundaries.process.starting import Ending, service

if TYPE_CHECKING:
    from collections.abc import Callable

    from boundaries.process.starting.conftest import Started

    Start = Callable[..., Started]
    Poll = Callable[[Callable[[], object], str], None]

PATIENCE = 20.0


@pytest.mark.parametrize(
    ("ends", "number", "ending", "said", "last"),
    [
        ("return", 0, Ending(0, None), "exited with status 0", "last words"),
        ("exit", 0, Ending(0, None), "exited with status 0", "last words"),
        ("exit", 3, Ending(3, None), "exited with status 3", "last words"),
        ("os._exit", 255, Ending(255, None), "exited with status 255", "last words"),
        ("raise", 0, Ending(1, None), "exited with status 1", "ValueError: that was it"),
        ("fault", 0, Ending(None, signal.SIGSEGV), "was ended by SIGSEGV", "string_at"),
        ("signal", signal.SIGKILL, Ending(None, signal.SIGKILL), "was ended by SIGKILL", "last words"),
        ("signal", signal.SIGTERM, Ending(None, signal.SIGTERM), "was ended by SIGTERM", "last words"),
        ("signal", signal.SIGABRT, Ending(None, signal.SIGABRT), "was ended by SIGABRT", "ends"),
        ("signal", signal.SIGINT, Ending(None, signal.SIGINT), "was ended by SIGINT", "KeyboardInterrupt"),
        ("signal", signal.SIGRTMIN + 1, Ending(None, signal.SIGRTMIN + 1), "was ended by signal 35", "last words"),
    ],
)
def test_the_reason_is_told(
    start: Start, how: str, ends: str, number: int, ending: Ending, said: str, last: str
) -> None:
    one = start("ends", how=how)
    one.say([ends, number])
    assert one.end() == said
    ended = one.worker.ended
    assert ended is not None
    assert (ended.exit_code, ended.signal) == (ending.exit_code, ending.signal)
    assert any(last in line for line in ended.stderr)
    assert one.worker.last_lines() == ended.stderr


def test_nobody_can_tell() -> None:
    assert str(Ending(None, None)) == "ended, nobody can tell how"


def test_any_thread_can_end_a_worker(start: Start, how: str) -> None:
    one = start("ends_in_thread", how=how)
    assert one.end() == "exited with status 7"


def test_kill_ends_a_worker_that_is_stopped_and_ignores_every_signal(start: Start, how: str, poll: Poll) -> None:
    one = start("ignores_everything", how=how)
    process = psutil.Process(one.hear())
    poll(lambda: process.status() == psutil.STATUS_STOPPED, "the worker is to stop")
    one.worker.kill()
    assert one.end() == "was ended by SIGKILL"


def test_who_asked_is_called_once_on_the_service_s_thread(start: Start, how: str) -> None:
    one = start("wait", how=how)
    one.hear()
    called: list[tuple[Ending, str]] = []
    both = threading.Barrier(2)

    def note(ending: Ending) -> None:
        called.append((ending, threading.current_thread().name))
        if len(called) == 2:
            both.wait(PATIENCE)

    one.worker.on_end(note)
    one.worker.on_end(note)
    assert called == []
    one.worker.kill()
    both.wait(PATIENCE)
    assert called == [(one.worker.ended, "hotplug")] * 2
    one.worker.on_end(note)
    assert called[2:] == [(one.worker.ended, "MainThread")]


def test_a_callback_that_fails_or_waits_for_the_worker_stops_nothing(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = start("wait")
    one.hear()
    ignored: list[BaseException | None] = []

    def note(told: sys.UnraisableHookArgs) -> None:
        ignored.append(told.exc_value)

    monkeypatch.setattr(sys, "unraisablehook", note)
    waited: list[object] = []
    called = threading.Event()
    one.worker.on_end(lambda _: 1 // 0)
    one.worker.on_end(lambda _: waited.append(one.worker.wait(None)))
    one.worker.on_end(lambda _: called.set())
    one.worker.kill()
    assert called.wait(PATIENCE)
    assert waited == [one.worker.ended]
    assert [type(each) for each in ignored] == [ZeroDivisionError]
    assert start("wait").hear()


def test_the_end_is_told_though_a_child_holds_every_file_of_the_worker(
    start: Start, how: str, until_gone: Callable[..., None]
) -> None:
    for ends, said in (("exit", "exited with status 5"), ("kill", "was ended by SIGKILL")):
        one = start("forks_and_ends", how=how)
        child = psutil.Process(one.hear())
        one.say(ends)
        if ends == "kill":
            one.worker.kill()
        assert one.end() == said
        until_gone(child)


def test_a_fork_of_the_worker_has_no_wire(start: Start, how: str) -> None:
    one = start("child_uses_wire", how=how)
    assert one.hear() == ["", "BrokenPipeError"]
    one.say("end")
    assert one.end() == "exited with status 0"


def test_a_worker_that_closes_its_files_is_watched_on(start: Start, how: str) -> None:
    one = start("closes_files", how=how)
    process = psutil.Process(one.hear())
    one.say("close them")
    assert one.wire.recv(1) == b""
    if how == "zygote":  # a spawned one ends, since its tie to the host is cut
        assert one.worker.ended is None
        assert process.is_running()
        one.worker.kill()
        assert one.end() == "was ended by SIGKILL"
    else:
        one.worker.kill()
        one.end()


def test_an_end_of_one_worker_is_no_other_s_matter(start: Start) -> None:
    others = [start("wait") for _ in range(3)]
    for each in others:
        each.hear()
    doomed = start("family")
    doomed.hear()
    doomed.worker.kill()
    assert doomed.end() == "was ended by SIGKILL"
    for each in others:
        each.say("end")
        assert each.end() == "exited with status 0"


def test_a_stopped_zygote_keeps_nobody_from_knowing_that_a_worker_ended(start: Start) -> None:
    one = start("wait")
    pid = one.hear()
    zygote = psutil.Process(psutil.Process(pid).ppid())
    zygote.suspend()
    try:
        os.kill(pid, signal.SIGKILL)
        assert one.end() == "ended, nobody can tell how"
    finally:
        zygote.resume()


def test_the_service_calls_at_a_time_and_when_a_file_can_be_read() -> None:
    reading, writing = os.pipe()
    order: list[str] = []
    done = threading.Event()
    service().watch(reading, lambda: order.append("read"))
    service().later(0.2, done.set)
    service().later(0.1, lambda: order.append("later"))
    service().soon(lambda: order.append("soon"))
    service().soon(lambda: os.write(writing, b"x"))
    assert done.wait(PATIENCE)
    assert order == ["soon", "read", "later"]  # once, though it can still be read
    service().watch(reading, lambda: order.append("again"))
    service().forget(reading)
    service().forget(reading)
    os.close(reading)
    os.close(writing)
