"""Where the output cannot go: a full disk, a stream that is closed, a reader that has enough."""

from __future__ import annotations

import gc
import json
import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hotplug.cli.progress import working

if TYPE_CHECKING:
    from pathlib import Path

    from hotplug.testing import PluginMaker

COMMANDS = ("list", "list --json", "doctor", "inspect french", "lock", "verify", "disable french", "open french f")
FULL = "/dev/full"


@pytest.fixture
def folder(make_plugin: PluginMaker) -> Path:
    make_plugin.module("p/french.py", "Greeter = 'Bonjour'\ndef f() -> str:\n    return 'f'\n")
    make_plugin.module("hotplug.toml", 'group = "g.g"\nsymbol = "Greeter"\npaths = ["p"]\ninstalled = false\n')
    shell(make_plugin.root, "lock")
    return make_plugin.root


def shell(folder: Path, command: str, redirection: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", f"exec {shlex.quote(sys.executable)} -m hotplug.cli {command} {redirection}"],
        cwd=folder,
        env={**os.environ, "PYTHONUNBUFFERED": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_a_contract_prints_is_not_the_result(folder: Path, make_plugin: PluginMaker) -> None:
    make_plugin.module("noisy.py", "from typing import Protocol\nprint('noise')\nclass Word(Protocol): ...\n")
    command = "check p/french.py --contract noisy:Word --symbol Greeter --json"
    done = subprocess.run(
        [sys.executable, "-m", "hotplug.cli", *command.split()],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "noise\n")
    assert json.loads(done.stdout)


@pytest.mark.skipif(not os.path.exists(FULL), reason=f"there is no {FULL}")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_is_told_in_words(command: str, folder: Path) -> None:
    done = shell(folder, command, f">{FULL}")
    assert done.returncode == 1
    assert done.stderr == "hotplug: the system refuses it: No space left on device\n  --debug shows where\n"
    assert "Traceback" in shell(folder, f"--debug {command}", f">{FULL}").stderr


@pytest.mark.parametrize("redirection", [">&-", "2>&-", ">&- 2>&-"])
@pytest.mark.parametrize("command", COMMANDS)
def test_streams_that_are_closed_are_no_matter(command: str, redirection: str, folder: Path) -> None:
    done = shell(folder, command, redirection)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("sought", [True, False])
def test_no_garbage_is_sought_while_sources_are_read(sought: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if sought else gc.disable)()
        with working("reading"):
            assert not gc.isenabled()
        assert gc.isenabled() is sought
    finally:
        (gc.enable if before else gc.disable)()
