"""What every command does alike: how it fails, how it is interrupted, how much it loads."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import hotplug
from hotplug import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.testing import PluginMaker

    Run = Callable[..., tuple[int, str, str]]

COMMANDS = (
    *("build", "check", "disable", "doctor", "enable", "inspect"),
    *("list", "lock", "new", "open", "verify"),
)


def test_every_command_is_there_with_its_exit_codes(hotplug_command: Run) -> None:
    code, out, _ = hotplug_command("--help")
    assert code == 0
    listed = [line.split()[0] for line in out.partition("Commands:\n")[2].splitlines()]
    assert listed == sorted(COMMANDS)
    assert "..." not in out.partition("Commands:\n")[2]  # each is said in full
    for command in COMMANDS:
        code, out, _ = hotplug_command(command, "--help")
        assert code == 0
        assert "Exit codes:" in out
        assert re.search(r"^ +2 +wrong usage", out, re.MULTILINE)


def test_every_kind_of_error_has_a_way_out() -> None:
    for name in (
        "ArtifactError",
        "BuildError",
        "CompatibilityError",
        "SymbolNotFound",
        "ActivationError",
        "PolicyError",
    ):
        kind = getattr(hotplug, name)
        error = kind([]) if name == "CompatibilityError" else kind("it is so")
        assert errors.way_out(error)
        error.remedy = "its own"
        assert errors.way_out(error) == "its own"


def test_a_failure_without_a_remedy_of_its_own_says_what_to_do(
    make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    path = make_plugin.wheel("far", {"far.py": ""}, requires_python=">=99")
    code, out, err = hotplug_command("open", path, "x")
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == f"  {errors.way_out(hotplug.CompatibilityError([]))}"


@pytest.mark.parametrize("boundary", ["inline", "process"])
def test_ctrl_c_ends_it_with_130_and_one_line(boundary: str, make_plugin: PluginMaker) -> None:
    source = "import time\ndef wait() -> None:\n    while True: time.sleep(60)\n"
    path = make_plugin.module("sleepy.py", source)
    begun = make_plugin.root / "begun"
    path.write_text(source.replace("    while", f"    open({str(begun)!r}, 'w').close()\n    while"))
    script = (
        "import signal, sys\nfrom hotplug.cli import main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\nmain(sys.argv[1:], prog_name='hotplug')\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, "open", str(path), "wait", "--boundary", boundary],
        stderr=subprocess.PIPE,
        text=True,
    )
    while not begun.exists():
        assert process.poll() is None
        os.sched_yield()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "hotplug: interrupted\n")


@pytest.mark.parametrize("arguments", [["lsit"], ["list", "--grup", "x"], ["open"]])
def test_wrong_usage_is_2_and_points_to_the_help(arguments: list[str], hotplug_command: Run) -> None:
    code, out, err = hotplug_command(*arguments)
    assert (code, out) == (2, "")
    assert "--help' for help" in err or "-h' for help" in err


def test_letters_that_a_terminal_lacks_are_shown_as_numbers(make_plugin: PluginMaker) -> None:
    make_plugin.module("p/中文.py", "Greeter = 1\n")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "hotplug.cli", "list", "--group", "g", "--contract", "x:Greeter"),
            *("--no-installed", "--path", str(make_plugin.root / "p")),
        ],
        env={**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"\\u4e2d\\u6587" in done.stdout
