"""No worker outlives its host, and none is disturbed by what was meant for the host alone."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from boundaries.process.faults.conftest import Host

    RunHost = Callable[..., Host]
    Gone = Callable[..., None]

PATIENCE = 20.0


@pytest.mark.parametrize("kind", ["idle", "busy", "family"])
def test_a_killed_host_leaves_nothing(run_host: RunHost, kind: str, tmp_path: Path, until_gone: Gone) -> None:
    host = run_host(kind, str(tmp_path))
    worker = host.worker()
    zygote = psutil.Process(worker.ppid())
    others = [psutil.Process(each) for each in host.told.get("others", [])]
    assert len(others) == (2 if kind == "family" else 0)
    host.process.kill()
    assert host.process.wait(PATIENCE) == -signal.SIGKILL
    until_gone(worker, zygote, *others)


@pytest.mark.parametrize(("how", "code"), [("return", 0), ("raise", 3), ("os._exit", 3)])
def test_a_host_that_ends_without_closing_leaves_nothing(
    run_host: RunHost, how: str, code: int, tmp_path: Path, until_gone: Gone
) -> None:
    host = run_host("exits", str(tmp_path), how, stderr=-1)
    worker = host.worker()
    zygote = psutil.Process(worker.ppid())
    _, errors = host.process.communicate(b"", PATIENCE)
    assert host.process.returncode == code
    assert errors in {b"", b"PluginClosed"}  # what a daemon thread is still told
    until_gone(worker, zygote)


def test_ctrl_c_to_the_group_interrupts_the_call_and_not_the_worker(run_host: RunHost, tmp_path: Path) -> None:
    host = run_host("interrupted", str(tmp_path), start_new_session=True)
    os.killpg(host.process.pid, signal.SIGINT)
    assert host.hear() == {
        "said": "KeyboardInterrupt",
        "same": True,
        "closed": "CloseReport(unloaded=True, still_open=0, survivors=(), reason='')",
    }
    assert host.process.wait(PATIENCE) == 0


@pytest.mark.filterwarnings("ignore")
def test_a_fork_of_the_host_opens_for_itself_and_leaves_the_worker_alone(
    run_host: RunHost, tmp_path: Path
) -> None:
    host = run_host("forks", str(tmp_path))
    call, symbols, lookup, same, own_worker, own_close, close = host.told["child"]
    for (kind, said), what in ((call, "pid()"), (symbols, "its symbols"), (lookup, "the lookup of 'pid'")):
        assert kind == "PluginClosed"
        assert said == (
            "eng: was opened in another process, of which this one is a fork; it cannot be asked for "
            f"{what}\n  open it in this process"
        )
    assert (same, own_worker, own_close) == (False, True, "")
    assert close == "its worker belongs to the process that this one was forked from"
    assert (host.told["called"], host.told["waits"]) == ([], True)  # the parent's call goes on
    ended = host.hear()
    assert ended["called"] == ["PluginClosed"]
    assert "calls were in flight" in ended["closed"]
    assert host.process.wait(PATIENCE) == 0
