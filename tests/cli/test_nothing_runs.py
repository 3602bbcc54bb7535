"""A search path with everything broken in it: each command does its work, and runs none of it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hotplug.testing import PluginMaker
    from hotplug.testing.zoo import Zoo

SOURCE = "class Greeting:\n    def greet(self) -> str: return 'Bonjour'\nGreeter = Greeting()\n"


@pytest.fixture
def zoo(make_plugin: PluginMaker) -> Zoo:
    return make_plugin.zoo("french", SOURCE)


def run(zoo: Zoo, *arguments: str, catalog: bool = True) -> subprocess.CompletedProcess[str]:
    options: Sequence[str] = ()
    if catalog:
        paths = [option for folder in zoo.folders for option in ("--path", str(folder))]
        options = ("--group", "greeter.plugins", "--contract", "greeter:Greeter", "--no-installed", *paths)
    return subprocess.run(
        [sys.executable, "-m", "hotplug.cli", *arguments, *options],
        env=zoo.watched(),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["list"], 0),
        (["list", "--json"], 0),
        (["inspect", "french"], 0),
        (["doctor", "--json"], 1),
    ],
    ids=str,
)
def test_a_command_that_only_looks_runs_nothing(arguments: list[str], code: int, zoo: Zoo) -> None:
    done = run(zoo, *arguments)
    assert (done.returncode, done.stderr) == (code, "")
    assert zoo.told() == zoo.ran() == []
    if arguments == ["list", "--json"]:
        plugins = json.loads(done.stdout)["plugins"]
        assert [each["status"] for each in plugins if each["name"] == "french"][-1] == "ready"
        assert sum(each["status"] == "refused" for each in plugins) > len(zoo.kinds) // 3


def test_what_an_operator_does_runs_nothing(zoo: Zoo, tmp_path: Path) -> None:
    policy = tmp_path / "policy" / "hotplug.toml"
    policy.parent.mkdir()
    paths = json.dumps([str(each) for each in zoo.folders])
    policy.write_text(
        f'group = "greeter.plugins"\ncontract = "greeter:Greeter"\npaths = {paths}\ninstalled = false\n'
    )

    def operate(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run(zoo, *arguments, "--policy", str(policy), catalog=False)

    assert operate("lock").returncode == 0
    assert operate("verify").returncode == 0
    disabled = operate("disable", "french")
    assert (disabled.returncode, disabled.stdout) == (0, f"french: disabled in {policy}\n")
    listed = json.loads(operate("list", "--json").stdout)["plugins"]
    assert {each["status"] for each in listed if each["name"] == "french"} == {"disabled"}
    assert operate("inspect", "french").stdout.splitlines()[1].split() == ["status", "disabled"]
    assert zoo.told() == zoo.ran() == []


def test_each_of_them_is_inspected_and_none_runs(zoo: Zoo) -> None:
    listed = json.loads(run(zoo, "list", "--json").stdout)["plugins"]
    for each in [plugin for plugin in listed if plugin["status"] == "refused"][:12]:
        done = run(zoo, "inspect", each["path"], catalog=False)
        assert done.returncode == 1, (each, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
    assert zoo.told() == zoo.ran() == []


def test_the_good_one_greets_and_that_is_seen(zoo: Zoo) -> None:
    done = run(zoo, "open", "french", "Greeter.greet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Bonjour\n", "")
    assert any("french.py" in line for line in zoo.told())  # the watch sees what runs
    assert zoo.ran() == []
