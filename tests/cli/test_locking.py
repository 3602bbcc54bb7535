"""``hotplug lock`` and ``hotplug verify``: what was locked, and what is there."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hotplug.trust.lock import Lock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotplug.testing import PluginMaker

    Run = Callable[..., tuple[int, str, str]]

POLICY = 'group = "g.g"\ncontract = "builtins:str"\nsymbol = "Greeter"\npaths = ["p"]\ninstalled = false\n'


@pytest.fixture
def folder(make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("french", "german"):
        make_plugin.module(f"p/{name}.py", f"{make_plugin.tripwire()}Greeter = {name!r}\n")
    make_plugin.module("hotplug.toml", POLICY)
    monkeypatch.chdir(make_plugin.root)
    return make_plugin.root


def test_what_is_locked_is_verified(folder: Path, make_plugin: PluginMaker, hotplug_command: Run) -> None:
    code, out, err = hotplug_command("lock")
    assert (code, out) == (0, f"{folder}/hotplug.lock: 2 artifacts\n")
    assert f'next: write lock = "hotplug.lock" into {folder}/hotplug.toml' in err
    assert {each.names for each in Lock.read(folder / "hotplug.lock").artifacts} == {("french",), ("german",)}
    code, out, err = hotplug_command("verify")
    assert (code, err) == (0, "")
    assert [line.split()[:2] for line in out.splitlines()] == [
        ["NAME", "STATUS"],
        ["french", "same"],
        ["german", "same"],
    ]
    assert not make_plugin.ran()


def test_what_differs_is_named_and_the_exit_code_is_1(
    folder: Path, make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    hotplug_command("lock")
    make_plugin.module("p/french.py", "Greeter = 'changed'\n")
    (folder / "p" / "german.py").unlink()
    make_plugin.module("p/italian.py", "Greeter = 'new'\n")
    code, out, err = hotplug_command("verify", "--json")
    data = json.loads(out)
    assert (code, err, data["same"], data["lock"]) == (1, "", False, f"{folder}/hotplug.lock")
    assert {each["name"]: each["status"] for each in data["findings"]} == {
        "french": "differs",
        "german": "missing",
        "italian": "new",
    }
    code, out, err = hotplug_command("verify")
    assert code == 1
    assert "3 of 3 are not as they were locked" in err
    assert "hotplug lock" in err
    assert not make_plugin.ran()


def test_what_is_refused_shadowed_or_disabled_with_the_bytes_that_were_locked_is_the_same(
    folder: Path, make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    for name in ("far", "off"):
        make_plugin.wheel(
            name,
            {f"{name}.py": "Greeter = 'x'\n"},
            requires=["giver==1"],
            entry_points={"g.g": {name: f"{name}:Greeter"}},
            into="p",
        )
    assert hotplug_command("lock", "--provides", "giver=1")[0] == 0
    make_plugin.module("hotplug.toml", f"{POLICY}plugins.off.enabled = false\n")
    make_plugin.module("before/junk.py", "def broken(:\n")
    listed = json.loads(hotplug_command("list", "--path", folder / "before", "--json")[1])["plugins"]
    assert {each["name"]: each["status"] for each in listed} == {
        "far": "refused",
        "french": "ready",
        "german": "ready",
        "off": "disabled",
        "junk": "refused",
    }
    code, out, _ = hotplug_command("verify", "--path", folder / "before", "--json")
    found = {each["name"]: each["status"] for each in json.loads(out)["findings"]}
    assert (code, found) == (0, dict.fromkeys(("far", "french", "german", "off"), "same"))
    make_plugin.module("first/french.py", "Greeter = 'first'\n")
    make_plugin.module("hotplug.toml", POLICY.replace('["p"]', '["first", "p"]'))
    code, out, _ = hotplug_command("verify", "--json")
    rows = [(each["name"], each["status"]) for each in json.loads(out)["findings"]]
    assert (code, sorted(rows)) == (
        1,
        [("far", "same"), ("french", "new"), ("french", "same"), ("german", "same"), ("off", "same")],
    )


def test_what_cannot_be_locked_is_told(folder: Path, make_plugin: PluginMaker, hotplug_command: Run) -> None:
    make_plugin.module("p/junk.whl", "junk")
    code, out, _ = hotplug_command("lock", "--json")
    assert code == 0
    data = json.loads(out)
    assert [each["names"] for each in data["artifacts"]] == [["french"], ["german"]]
    assert [(each["name"], each["status"].partition(":")[0]) for each in data["left_out"]] == [("junk", "refused")]
    assert "not locked: junk: refused" in hotplug_command("lock")[2]


def test_the_lock_of_the_policy_is_written_and_holds(
    folder: Path, make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    make_plugin.module("hotplug.toml", POLICY + 'lock = "locks/mine.lock"\n')
    (folder / "locks").mkdir()
    code, out, err = hotplug_command("lock")
    assert (code, out, err) == (0, f"{folder}/locks/mine.lock: 2 artifacts\n", "")
    assert hotplug_command("open", "french", "Greeter")[1] == "french\n"
    make_plugin.module("p/french.py", "Greeter = 'changed'\n")
    statuses = {
        each["name"]: each["status"] for each in json.loads(hotplug_command("list", "--json")[1])["plugins"]
    }
    assert statuses == {"french": "refused", "german": "ready"}
    code, out, _ = hotplug_command("inspect", "french", "--json")
    found = json.loads(out)
    assert (code, found["locked"], found["status"]) == (1, True, "refused")
    assert "is not what was locked" in found["reasons"][0]
    code, _, err = hotplug_command("open", "french", "Greeter")
    assert code == 1
    assert "is not what was locked" in err
    assert hotplug_command("lock")[0] == 0  # the change is accepted
    assert hotplug_command("open", "french", "Greeter")[1] == "changed\n"


def test_what_is_disabled_is_told_with_its_line_whatever_the_command_line_adds(
    folder: Path, make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    make_plugin.module("hotplug.toml", POLICY + 'lock = "hotplug.lock"\n[plugins.french]\nenabled = false\n')
    said = f"french: disabled: by {folder}/hotplug.toml, line 8\n  hotplug enable --policy {folder}/hotplug.toml"
    assert f"not locked: {said}" in hotplug_command("lock")[2]
    assert said in hotplug_command("list", "--no-installed")[1]


def test_out_names_another_file(folder: Path, hotplug_command: Run) -> None:
    assert hotplug_command("lock", "-o", "other.lock")[0] == 0
    assert hotplug_command("verify", "--lock", "other.lock")[0] == 0
    assert not (folder / "hotplug.lock").exists()


def test_a_lock_that_is_not_there_or_damaged_is_refused(folder: Path, hotplug_command: Run) -> None:
    code, _, err = hotplug_command("verify")
    assert code == 1
    assert "the lock is not there" in err
    assert "hotplug lock" in err
    (folder / "hotplug.lock").write_text("version = 99\n")
    code, _, err = hotplug_command("verify")
    assert code == 1
    assert "line 1" in err


def test_doctor_names_a_lock_that_cannot_be_read(
    folder: Path, make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    make_plugin.module("hotplug.toml", POLICY + 'lock = "nowhere.lock"\n')
    code, out, _ = hotplug_command("doctor", "--json")
    bad = [each for each in json.loads(out)["findings"] if each["area"] == "lock"]
    assert code == 1
    assert [(each["state"], "nowhere.lock" in each["what"]) for each in bad] == [("problem", True)]


def test_progress_is_shown_on_a_terminal_only_and_not_on_standard_output(folder: Path) -> None:
    master, slave = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "hotplug.cli", "verify", "--lock", "x.lock"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=slave,
        env={**os.environ, "TERM": "xterm"},
        check=False,
    )
    assert done.returncode == 1
    done = subprocess.run(
        [sys.executable, "-m", "hotplug.cli", "lock"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=slave,
        env={**os.environ, "TERM": "xterm"},
        check=False,
    )
    os.close(slave)
    shown = b""
    try:
        while data := os.read(master, 4096):
            shown += data
    except OSError:  # Linux says so at the end
        pass
    os.close(master)
    assert done.stdout == f"{folder}/hotplug.lock: 2 artifacts\n".encode()
    assert b"reading" in shown
