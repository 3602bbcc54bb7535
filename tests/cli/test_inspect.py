"""``hotplug inspect``: all that can be said of a plugin, also of one that is refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from hotplug.testing import BROKEN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotplug.testing import PluginMaker

    Run = Callable[..., tuple[int, str, str]]

SPEAKS = """
import os
from french.words import WORD
from collections import OrderedDict

class Greeting:
    def greet(self) -> str: return WORD

def _hidden(): ...

Greeter = Greeting()
"""
FILES = {"french/__init__.py": SPEAKS, "french/words.py": "WORD = 'Bonjour'\n"}
POINTS = {"greeter.plugins": {"french": "french:Greeter"}}


def data(result: tuple[int, str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result[1])
    return found


@pytest.mark.parametrize("kind", ["wheel", "project", "folder", "installed"])
def test_every_kind_of_artifact_is_described(kind: str, make_plugin: PluginMaker, hotplug_command: Run) -> None:
    options: list[str | Path] = []
    if kind == "wheel":
        options.append(make_plugin.wheel("french", FILES, entry_points=POINTS, requires=["packaging>=1"]))
    elif kind == "project":
        options.append(make_plugin.project("french", FILES, entry_points=POINTS, requires=["packaging>=1"]))
    elif kind == "folder":
        options.append(make_plugin.folder("own/french", {"__init__.py": SPEAKS, "words.py": "WORD = ''\n"}))
    else:
        make_plugin.installed("french", FILES, entry_points=POINTS, requires=["packaging>=1"])
        options += ["--installed", "french"]
    result = hotplug_command("inspect", *options, "--json")
    found = data(result)
    assert (result[0], found["status"], found["reasons"]) == (0, "ready", [])
    assert found["digest"].startswith("sha256:")
    assert (found["modules"], found["root"]) == (["french"], "french")
    assert found["symbols"] == ["WORD", "Greeting", "Greeter"]
    if kind != "folder":
        assert found["version"] == "1.0"
        assert found["needs"] == [{"what": "packaging>=1", "reasons": []}]
        assert found["entry_points"] == [{"group": "greeter.plugins", "name": "french", "value": "french:Greeter"}]


def test_what_is_needed_has_a_verdict_each(make_plugin: PluginMaker, hotplug_command: Run) -> None:
    path = make_plugin.wheel("far", {"far.py": ""}, requires=["nowhere>=1", "packaging"], requires_python=">=99")
    code, out, _ = hotplug_command("inspect", path)
    assert code == 1
    assert "Python >=99: not met" in out
    assert "nowhere>=1: not met" in out
    assert "packaging: met" in out
    assert "it needs nowhere>=1, which is not installed" in out
    assert out.startswith("status        refused\n")


def test_written_out_all_is_what_is_exported(make_plugin: PluginMaker, hotplug_command: Run) -> None:
    path = make_plugin.module(
        "m.py", "from os import path\n__all__ = ['path']\n__all__ += ['f']\ndef f(): ...\nx = 1\n"
    )
    assert data(hotplug_command("inspect", path, "--json"))["symbols"] == ["path", "f"]


def test_hazards_are_told(make_plugin: PluginMaker, hotplug_command: Run) -> None:
    path = make_plugin.module("m.py", "import signal\nsignal.signal(signal.SIGUSR1, lambda *_: None)\n")
    found = data(hotplug_command("inspect", path, "--json"))
    assert [each["rule"] for each in found["warnings"]]
    assert "a private namespace does not hold this" in hotplug_command("inspect", path)[1]


@pytest.mark.parametrize("kind", BROKEN)
def test_of_what_is_broken_it_says_why_and_all_that_can_be_said(
    kind: str, make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    path = make_plugin.broken(kind)
    code, out, err = hotplug_command("inspect", str(path), "--json")
    if code == 2:
        pytest.skip(f"no argument can be that: {err}")
    found = json.loads(out)
    assert (code, err) == (1, "")
    assert found["status"] == "refused"
    assert found["reasons"]
    assert not make_plugin.ran(kind)
    code, text, _ = hotplug_command("inspect", str(path))
    assert code == 1
    assert "why " in text
    assert "Traceback" not in text


def test_a_name_of_the_catalog_with_what_the_policy_says_of_it(
    make_plugin: PluginMaker, tmp_path: Path, hotplug_command: Run
) -> None:
    make_plugin.wheel("french", FILES, entry_points=POINTS, into="p")
    policy = tmp_path / "hotplug.toml"
    policy.write_text(
        'group = "greeter.plugins"\npaths = ["p"]\ninstalled = false\n'
        '[plugins.french]\nboundary = "process"\nlimits = { deadline = 2.5 }\n'
    )
    code, out, _ = hotplug_command("inspect", "french", "--policy", policy, "--json")
    found = json.loads(out)
    assert (code, found["name"], found["symbol"]) == (0, "french", "french:Greeter")
    assert found["policy"]["boundary"] == "process"
    assert found["policy"]["limits"]["deadline"] == 2.5
    assert found["boundary"] == "process"
    text = hotplug_command("inspect", "french", "--policy", policy)[1]
    assert "limits: deadline = 2.5" in text
    assert re.search(r"^runs +process$", text, re.MULTILINE)


def test_the_boundary_that_the_environment_forces_is_told_and_counts(
    make_plugin: PluginMaker, tmp_path: Path, hotplug_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plugin.wheel("french", {**FILES, "native.abi3.so": ""}, entry_points=POINTS, into="p")
    policy = tmp_path / "hotplug.toml"
    policy.write_text(
        'group = "greeter.plugins"\npaths = ["p"]\ninstalled = false\n[plugins.french]\nboundary = "process"\n'
    )
    asked = ("inspect", "french", "--policy", policy)
    found = json.loads(hotplug_command(*asked, "--json")[1])
    assert (found["status"], found["boundary"]) == ("ready", "process")
    monkeypatch.setenv("HOTPLUG_BOUNDARY", "inline")
    found = json.loads(hotplug_command(*asked, "--json")[1])
    assert (found["status"], found["boundary"], found["policy"]["boundary"]) == ("refused", "inline", "process")
    assert any("native modules" in reason for need in found["needs"] for reason in need["reasons"])
    assert re.search(r"^runs +inline$", hotplug_command(*asked)[1], re.MULTILINE)


def test_where_nobody_says_where_a_plugin_runs_that_is_left_open(
    make_plugin: PluginMaker, hotplug_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plugin.wheel("french", FILES, entry_points=POINTS, into="p")
    asked = ("inspect", "french", "--group", "greeter.plugins", "--no-installed", "--path", make_plugin.root / "p")
    assert json.loads(hotplug_command(*asked, "--json")[1])["boundary"] is None
    assert "runs" not in hotplug_command(*asked)[1]
    monkeypatch.setenv("HOTPLUG_BOUNDARY", "inline")
    assert json.loads(hotplug_command(*asked, "--json")[1])["boundary"] == "inline"


def test_a_name_that_is_not_there_is_answered_with_the_nearest(
    make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    make_plugin.wheel("french", FILES, entry_points=POINTS, into="p")
    options = ("--group", "greeter.plugins", "--no-installed", "--path", make_plugin.root / "p")
    code, out, err = hotplug_command("inspect", "frensh", *options)
    assert (code, out) == (1, "")
    assert "did you mean 'french'?" in err


def test_a_path_is_taken_where_no_name_is_like_it(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch, hotplug_command: Run
) -> None:
    make_plugin.folder("alone", {"__init__.py": "x = 1\n"})
    monkeypatch.chdir(make_plugin.root)
    assert data(hotplug_command("inspect", "alone", "--json"))["kind"] == "folder"
    assert data(hotplug_command("inspect", "alone", "--group", "g.g", "--json"))["kind"] == "folder"


def test_what_the_policy_provides_comes_before_what_the_command_line_does(
    make_plugin: PluginMaker, hotplug_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plugin.wheel("french", FILES, entry_points=POINTS, requires=["my-host>=2"], into="p")
    policy = 'group = "greeter.plugins"\npaths = ["p"]\ninstalled = false\n[provides]\nmy_host = "1.0"\n'
    make_plugin.module("hotplug.toml", policy)
    monkeypatch.chdir(make_plugin.root)
    given = ("--provides", "My-Host=2.0", "--json")
    listed = data(hotplug_command("list", *given))["plugins"][0]["status"]
    assert (listed, data(hotplug_command("inspect", "french", *given))["status"]) == ("refused", "refused")
    found = data(hotplug_command("inspect", "french", *given))
    assert [each["reasons"] for each in found["needs"]] == [["it needs my-host>=2, the host gives my-host 1.0"]]
