"""What a worker is when its entry begins, and what of the host it has."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import psutil  # type: ignore[import-untyped]
import pytest

from hotplug import ActivationError, DeadlineExceeded
from hotplug.boundaries.process.starting import launch, launching

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from boundaries.process.starting.conftest import Host, Started

    Start = Callable[..., Started]
    Poll = Callable[[Callable[[], object], str], None]

PATIENCE = 20.0


def the_zygote() -> psutil.Process:
    return psutil.Process(vars(launching)["_Host"].zygote._process.pid)


def test_a_worker_runs_its_entry_and_ends_when_it_returns(start: Start, how: str) -> None:
    one = start("wait", how=how)
    assert one.hear() == one.worker.pid != os.getpid()
    assert one.worker.ended is None
    assert one.worker.wait(0) is None
    assert repr(one.worker) == f"<worker {one.worker.pid} of 'eng': running>"
    one.say("end")
    assert one.end() == "exited with status 0"
    assert repr(one.worker) == f"<worker {one.worker.pid} of 'eng': exited with status 0>"


def test_a_forked_worker_is_a_child_of_the_zygote_and_a_spawned_one_of_the_host(start: Start) -> None:
    forked, spawned = start("wait"), start("wait", how="spawn")
    assert psutil.Process(forked.hear()).ppid() == the_zygote().pid
    assert the_zygote().ppid() == os.getpid()
    assert psutil.Process(spawned.hear()).ppid() == os.getpid()


def test_a_worker_is_a_process_of_its_own(start: Start, how: str) -> None:
    told = start("state", how=how).hear()
    assert told["group"] == told["pid"]
    assert told["main thread"]
    assert told["threads"] == (1 if how == "zygote" else 2)
    assert told["stdin"] == ""
    assert told["ignored"] == ["SIGPIPE", "SIGXFSZ"]
    assert told["interrupt"]
    assert told["blocked"] == []
    assert told["inheritable"] == [False]


def test_a_forked_worker_has_no_files_but_its_own(start: Start) -> None:
    others = [start("wait") for _ in range(3)]
    for each in others:
        each.hear()
    told = start("state").hear()
    assert told["files"] == [0, 1, 2, told["wire"]]


def test_a_worker_has_the_host_as_it_is_now(
    start: Start, how: str, words: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start("wait").hear()  # the zygote is there
    monkeypatch.setenv("ADDED", "w\N{LATIN SMALL LETTER O WITH DIAERESIS}rd \udcff")
    monkeypatch.setenv("TZ", "XYZ-3")
    monkeypatch.delenv("PATH")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["a host", "and its arguments"])
    words.write_text('WORD = "changed"\n')
    before = os.umask(0o027)
    try:
        told = start("state", how=how).hear()
    finally:
        os.umask(before)
    assert told["environment"] == dict(os.environ)
    assert told["zone"] == "XYZ"
    assert told["folder"] == str(tmp_path)
    assert told["path"] == sys.path
    assert told["argv"] == ["a host"]
    assert told["umask"] == 0o027
    assert told["word"] == "changed"


def test_a_module_written_after_the_zygote_looked_is_found(start: Start, words: Path) -> None:
    words.unlink()
    failing = start("state")
    assert failing.end() == "exited with status 1"
    assert "No module named 'starting_words'" in failing.worker.last_lines()[-1]
    words.write_text('WORD = "late"\n')
    assert start("state").hear()["word"] == "late"


def test_a_folder_that_no_path_leads_to_any_more(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    monkeypatch.chdir(old)
    old.rename(new)
    assert start("state").hear()["folder"] == str(new)


def test_what_the_host_ignores_blocks_and_leaves_open_is_not_the_worker_s(
    run_host: Callable[..., Host], how: str
) -> None:
    told = run_host("odd", "state", how).told
    assert told["said"]["ignored"] == ["SIGPIPE", "SIGXFSZ"]
    assert told["said"]["interrupt"]
    assert told["said"]["blocked"] == []
    if how == "zygote":
        assert told["said"]["files"] == [0, 1, 2, told["said"]["wire"]]
        assert told["ended"] == "exited with status 0"


def test_a_host_without_stdin_and_stdout_has_workers_with_both(run_host: Callable[..., Host], how: str) -> None:
    told = run_host("without_stdio", "state", how).told
    assert told["said"]["pid"] == told["worker"]
    assert told["said"]["stdin"] == ""


def test_sockets_arrive_in_order_however_many(words: Path) -> None:
    kinds = [socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET]
    pairs = [socket.socketpair(socket.AF_UNIX, kinds[number % 3]) for number in range(450)]
    worker = launch("eng", [theirs for _, theirs in pairs], until=None, _entry="starting_entries:every_socket")
    for number, (mine, theirs) in enumerate(pairs):
        mine.settimeout(PATIENCE)
        assert json.loads(mine.recv(100)) == [number, socket.AF_UNIX, kinds[number % 3]]
        assert theirs.fileno() == -1
        mine.close()
    assert str(worker.wait(PATIENCE)) == "exited with status 0"


def test_many_threads_start_workers_at_once(start: Start) -> None:
    found: list[bool] = []

    def work() -> None:
        one = start("wait")
        found.append(one.hear() == one.worker.pid)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == [True] * 16


def test_an_interrupt_is_for_the_worker_s_main_thread_and_ends_no_worker_that_is_not_ready(
    start: Start, how: str
) -> None:
    one = start("interrupted", how=how)
    assert one.hear() == "no handler yet"
    one.worker.interrupt()
    one.say("go on")
    assert one.hear() == "ready"
    one.worker.interrupt()
    assert one.hear() == "cancelled"
    one.say("end")
    assert one.end() == "exited with status 0"
    one.worker.interrupt()  # and nothing happens
    one.worker.kill()


def test_a_zygote_that_does_not_answer_in_time_is_said(
    start: Start, words: Path, poll: Poll, below: Callable[[psutil.Process], list[bool]]
) -> None:
    start("wait").hear()
    zygote = the_zygote()
    zygote.suspend()
    try:
        poll(lambda: zygote.status() == psutil.STATUS_STOPPED, "the zygote is to stop")
        mine, theirs = socket.socketpair()
        with mine, pytest.raises(DeadlineExceeded) as caught:
            launch("eng", [theirs], until=time.monotonic() + 0.05, _entry="starting_entries:wait")
        assert str(caught.value) == (
            "eng: its worker process did not start in time\n"
            "  give it more: a longer Limits(start=...), or a later deadline"
        )
        assert caught.value.phase == "open"
        assert theirs.fileno() == -1
    finally:
        zygote.resume()
    one = start("wait")  # the same zygote, and no answer is taken for another
    assert one.hear() == one.worker.pid
    assert the_zygote() == zygote
    poll(lambda: below(zygote).count(False) == 2, "the worker that nobody waits for is to end")


def test_a_zygote_that_was_killed_takes_its_workers_along_and_another_is_started(start: Start) -> None:
    one = start("busy")
    one.hear()
    the_zygote().kill()
    assert one.end() in {"was ended by SIGKILL", "ended, nobody can tell how"}
    other = start("wait")
    assert other.hear() == other.worker.pid


def test_a_zygote_that_cannot_be_started_is_done_without(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    from hotplug.boundaries.process.starting import forked

    host = vars(launching)["_Host"]
    monkeypatch.setattr(forked, "_CODE", "raise SystemExit('no')")
    monkeypatch.setattr(host, "zygote", None)
    monkeypatch.setattr(host, "without", None)
    for _ in range(2):
        one = start("wait")
        assert psutil.Process(one.hear()).ppid() == os.getpid()


def test_a_host_that_gives_up_privileges_forks_from_no_old_zygote(
    start: Start, monkeypatch: pytest.MonkeyPatch, poll: Poll
) -> None:
    one = start("wait")
    one.hear()
    old = the_zygote()
    monkeypatch.setattr(os, "getgroups", lambda: [12345])
    other = start("wait")
    other.hear()
    assert psutil.Process(other.worker.pid).ppid() == the_zygote().pid != old.pid
    one.say("end")  # the old one stays for its workers
    assert one.end() == "exited with status 0"
    poll(lambda: not old.is_running(), "the old zygote is to end with its last worker")


def test_a_host_without_file_descriptors_is_told(words: Path) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    mine, theirs = socket.socketpair()
    resource.setrlimit(resource.RLIMIT_NOFILE, (theirs.fileno() + 1, hard))
    try:
        with mine, pytest.raises(ActivationError) as caught:
            launch("eng", [theirs], until=None, _entry="starting_entries:wait")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert str(caught.value) == (
        "eng: its worker process could not be started: Too many open files\n"
        "  close files that the host has open, or raise how many it may have (ulimit -n)"
    )
    assert theirs.fileno() == -1


def test_a_program_without_an_interpreter_is_told(words: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(ActivationError) as caught:
        launch("eng", [], until=None)
    assert str(caught.value) == (
        "eng: needs a worker process, and this program has no Python interpreter to start one with\n"
        '  open it with boundary="inline"'
    )


def test_signals_of_the_host_s_thread_do_not_spoil_a_start(start: Start) -> None:
    came: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _: came.append(number))
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
    try:
        workers: list[Any] = [start("wait") for _ in range(20)]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert came
    assert all(each.hear() == each.worker.pid for each in workers)
