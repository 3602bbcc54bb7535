"""The search path with everything broken, and the watch on who runs something of it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hotplug.testing import BROKEN, FATAL, MISBEHAVING

if TYPE_CHECKING:
    from hotplug.testing import PluginMaker, Zoo

SOURCE = "def greet():\n    return 'good'\n"


@pytest.fixture
def zoo(make_plugin: PluginMaker) -> Zoo:
    return make_plugin.zoo("french", SOURCE)


def run(zoo: Zoo, program: str, *options: str) -> str:
    command = [sys.executable, *options, "-c", program]
    done = subprocess.run(command, env=zoo.watched(), check=True, capture_output=True, text=True)
    return done.stdout


def test_it_holds_every_fault_and_the_good_one_last(zoo: Zoo) -> None:
    assert {*zoo.kinds, *zoo.skipped} == {*BROKEN, *MISBEHAVING, *FATAL, "odd names"}
    assert not {*zoo.kinds} & {*zoo.skipped}
    assert zoo.folders[:-1] == tuple(zoo.kinds.values())
    assert (zoo.folders[-1] / "french.py").read_text() == SOURCE
    assert len(list(zoo.kinds["odd names"].iterdir())) > 1


def test_who_only_reads_is_not_told_of(zoo: Zoo) -> None:
    path = zoo.kinds["raises"] / "raises.py"
    run(zoo, f"import ast; ast.parse(open({str(path)!r}).read(), {str(path)!r})")
    assert zoo.told() == []
    assert zoo.ran() == []


@pytest.mark.parametrize("kind", ["prints", "outside"])
def test_who_runs_something_is_told_of_by_the_hook_and_by_the_trace(zoo: Zoo, kind: str) -> None:
    path = zoo.kinds["prints" if kind == "prints" else "link_out_of_folder"] / f"{kind}.py"
    run(zoo, f"import sys; sys.path.insert(0, {str(path.parent)!r}); import {kind}")
    assert zoo.told() == [f"ran <module> of {str(path)!r}"]
    assert zoo.ran() == [kind if kind == "prints" else "broken"]


def test_what_a_watched_process_starts_is_watched(zoo: Zoo) -> None:
    path = zoo.kinds["prints"] / "prints.py"
    run(zoo, f"import subprocess, sys; subprocess.run([sys.executable, {str(path)!r}], check=True)")
    assert f"ran <module> of {str(path)!r}" in zoo.told()


def test_a_process_that_escapes_the_watch_shows_nothing(zoo: Zoo) -> None:
    run(zoo, "pass", "-I")
    with pytest.raises(AssertionError, match="no process was watched"):
        zoo.told()


@pytest.mark.parametrize("kind", FATAL)
def test_a_fatal_source_ends_its_interpreter_or_never_comes_back(make_plugin: PluginMaker, kind: str) -> None:
    resource = pytest.importorskip("resource")
    path = make_plugin.module("fatal.py", FATAL[kind])

    def bounded() -> None:
        seconds = 1 if kind == "loops" else 60  # to fill memory takes longer on a machine that is busy
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    command = [sys.executable, "-c", f"import runpy; runpy.run_path({str(path)!r}); print('survived')"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, preexec_fn=bounded)
    assert "survived" not in done.stdout
    ended = {"loops": {-9, -24}, "leaves": {7}, "segfaults": {-11}, "eats_memory": {1}}[kind]
    assert done.returncode in ended, done.stderr
    assert kind != "eats_memory" or "MemoryError" in done.stderr
