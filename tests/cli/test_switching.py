"""``hotplug enable`` and ``hotplug disable``: one line of the policy file, and what is said of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from hotplug.policy.file import Policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotplug.testing import PluginMaker

    Run = Callable[..., tuple[int, str, str]]

TEXT = '# ours\ngroup = "g.g"\ncontract = "x:Greeter"  # nobody imports it\npaths = ["p"]\ninstalled = false\n'


@pytest.fixture
def policy(make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_plugin.module("p/french.py", make_plugin.tripwire() + "Greeter = 1\n")
    monkeypatch.chdir(make_plugin.root)
    return make_plugin.module("hotplug.toml", TEXT.encode())


def test_a_plugin_is_disabled_and_enabled_again(
    policy: Path, make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    assert hotplug_command("disable", "french") == (0, f"french: disabled in {policy}\n", "")
    assert Policy.read(policy).of("french").enabled is False
    assert policy.read_text().startswith(TEXT)
    assert hotplug_command("disable", "french")[1] == f"french: disabled in {policy}, as it was before\n"
    assert hotplug_command("enable", "french") == (0, f"french: enabled in {policy}\n", "")
    assert Policy.read(policy).of("french").enabled is True
    assert not make_plugin.ran()


def test_several_at_once_as_json(policy: Path, hotplug_command: Run) -> None:
    code, out, err = hotplug_command("disable", "french", "frensh", "--json")
    assert (code, err) == (0, "hotplug: there is no plugin 'frensh', did you mean 'french'?\n")
    assert json.loads(out) == {
        "policy": str(policy),
        "plugins": [
            {"name": "french", "enabled": False, "changed": True, "known": True},
            {"name": "frensh", "enabled": False, "changed": True, "known": False},
        ],
    }


def test_a_disabled_plugin_is_listed_as_such(policy: Path, hotplug_command: Run) -> None:
    hotplug_command("disable", "french")
    code, out, _ = hotplug_command("list", "--json")
    (plugin,) = json.loads(out)["plugins"]
    assert (code, plugin["status"]) == (0, "disabled")
    assert f"{policy}, line" in plugin["reason"]
    assert "hotplug enable" in plugin["remedy"]
    code, out, _ = hotplug_command("inspect", "french", "--json")
    assert (code, json.loads(out)["status"]) == (0, "disabled")
    code, _, err = hotplug_command("open", "french", "Greeter", "--contract", "builtins:int")
    assert code == 1
    assert "disabled" in err


def test_the_working_folder_must_have_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hotplug_command: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = hotplug_command("disable", "french")
    assert (code, out) == (1, "")
    assert "there is no hotplug.toml in the working folder" in err
    assert "hotplug disable french --policy FILE" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", ["option", "variable"])
def test_a_file_that_is_named_is_made(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hotplug_command: Run
) -> None:
    place = tmp_path / "new" / "mine.toml"
    if how == "variable":
        monkeypatch.setenv("HOTPLUG_POLICY", str(place))
    code, out, err = hotplug_command("disable", "french", *(["--policy", place] if how == "option" else []))
    assert (code, out) == (0, f"french: disabled in {place}\n")
    assert f"{place} was made" in err
    assert Policy.read(place).of("french").enabled is False


def test_a_file_that_is_wrong_is_left_as_it_is(policy: Path, hotplug_command: Run) -> None:
    policy.write_text("group = 3\n")
    code, _, err = hotplug_command("disable", "french")
    assert code == 1
    assert "line 1" in err
    assert policy.read_text() == "group = 3\n"


def test_what_is_wrong_with_the_catalog_keeps_nobody_from_disabling(policy: Path, hotplug_command: Run) -> None:
    policy.write_text(TEXT + 'lock = "nowhere.lock"\n')
    assert hotplug_command("disable", "french")[0] == 0
    assert Policy.read(policy).of("french").enabled is False


def test_what_the_environment_disables_stays_so(
    policy: Path, monkeypatch: pytest.MonkeyPatch, hotplug_command: Run
) -> None:
    monkeypatch.setenv("HOTPLUG_DISABLE", "german, french")
    code, _, err = hotplug_command("enable", "french")
    assert code == 0
    assert "HOTPLUG_DISABLE=german, french still disables it" in err
