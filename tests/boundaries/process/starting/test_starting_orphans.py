"""Nothing outlives what it belongs to: workers the host, what workers started the worker."""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from boundaries.process.starting.conftest import Host, Started

    Start = Callable[..., Started]
    RunHost = Callable[..., Host]
    Gone = Callable[..., None]


@pytest.mark.parametrize("ends", ["kill", "return", "its own kill"])
def test_all_that_a_worker_started_ends_with_it(start: Start, ends: str, until_gone: Gone) -> None:
    one = start("family")
    family = [psutil.Process(pid) for pid in one.hear()]
    assert len(family) == 8
    assert len({os.getsid(each.pid) for each in family}) > 3
    if ends == "kill":
        one.worker.kill()
    elif ends == "return":
        one.say("end")
    else:
        os.kill(one.worker.pid, signal.SIGKILL)
    assert one.end() == ("exited with status 0" if ends == "return" else "was ended by SIGKILL")
    until_gone(*family)


def test_daemons_live_as_long_as_their_worker(start: Start) -> None:
    one, other = start("family"), start("wait")
    family = [psutil.Process(pid) for pid in one.hear()]
    other.hear()
    other.worker.kill()
    assert other.end() == "was ended by SIGKILL"  # what it left was looked for, and found nothing
    assert all(each.is_running() for each in family)
    daemons = family[2:4]
    assert {each.ppid() for each in daemons} == {one.worker.pid}


@pytest.mark.parametrize("entry", ["wait", "busy", "family"])
def test_a_killed_host_leaves_no_worker(run_host: RunHost, entry: str, how: str, until_gone: Gone) -> None:
    if how == "spawn" and entry == "family":
        pytest.skip("what left the process group of a spawned worker is not found")
    host = run_host("waits", entry, how)
    worker = host.worker()
    family = [psutil.Process(pid) for pid in host.told["said"]] if entry == "family" else []
    zygote = [psutil.Process(worker.ppid())] if how == "zygote" else []
    host.process.kill()
    assert host.process.wait() == -signal.SIGKILL
    until_gone(worker, *family, *zygote)


def test_a_host_killed_together_with_its_zygote_leaves_no_worker(run_host: RunHost, until_gone: Gone) -> None:
    host = run_host("waits", "busy", "zygote")
    worker = host.worker()
    zygote = psutil.Process(worker.ppid())
    zygote.suspend()
    host.process.kill()
    zygote.kill()
    until_gone(worker, zygote)


def test_a_killed_host_whose_child_lives_on_leaves_no_worker(run_host: RunHost, until_gone: Gone) -> None:
    host = run_host("child_holds_on", "busy", "zygote")
    child, worker = psutil.Process(host.told["child"]), host.worker()
    try:
        host.process.kill()
        until_gone(worker)
        assert child.is_running()
    finally:
        child.kill()


def test_ctrl_c_to_the_host_s_group_is_not_the_worker_s(run_host: RunHost, how: str) -> None:
    host = run_host("interrupted", "wait", how, start_new_session=True)
    os.killpg(host.process.pid, signal.SIGINT)
    assert host.process.stdout is not None
    assert json.loads(host.process.stdout.readline()) == {"ended": "exited with status 0"}
    assert host.process.wait() == 0


def test_a_host_that_ends_without_closing_leaves_no_worker(run_host: RunHost, how: str, until_gone: Gone) -> None:
    host = run_host("ends", "busy", how, stderr=-1)
    worker = host.worker()
    zygote = [psutil.Process(worker.ppid())] if how == "zygote" else []
    _, errors = host.process.communicate()
    assert host.process.returncode == 0
    assert errors == b""
    until_gone(worker, *zygote)


@pytest.mark.filterwarnings("ignore")
def test_a_fork_of_the_host_has_workers_of_its_own_and_leaves_the_others_alone(
    run_host: RunHost, how: str
) -> None:
    told = run_host("forks", "wait", how).told
    files, foreign, has_own, own_ended = told["child"]
    assert foreign
    assert has_own
    assert own_ended == "was ended by SIGKILL"
    assert told["ended"] == "exited with status 0"
    wires = [each for each in files if each.startswith("socket:")]
    assert len(wires) == 1, f"its own end of the wire alone, which the host closes: {files}"
    assert sys.platform != "linux" or "anon_inode:[pidfd]" not in files
