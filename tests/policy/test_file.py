"""The policy file: what it says, where it is found, and that whatever is wrong with it is named with its line."""

from __future__ import annotations

import os

import pytest

from hotplug import PolicyError
from hotplug.policy.file import PluginPolicy, Policy, find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

WHOLE = """\
group = "greeter.plugins"
contract = "greeter:Greeter"
symbol = "Greeter"
paths = ["plugins", "/srv/plugins"]
fallback = ["../last"]
installed = false
lock = "hotplug.lock"
boundary = "process"

[limits]
deadline = 1.0

[provides]
hotplug-greeter = "1.0"

[plugins.russian]
enabled = false

[plugins.french]
limits = { deadline = 2.5, concurrency = 4 }
pin = "sha256:0000000000000000000000000000000000000000000000000000000000000000"

[plugins.french.config]
loud = true

[plugins."my dutch"]
boundary = "inline"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hotplug.toml"


def test_what_a_file_says(path: Path) -> None:
    path.write_text(WHOLE)
    policy = Policy.read(path)
    assert policy.path == str(path)
    assert (policy.group, policy.contract, policy.symbol) == ("greeter.plugins", "greeter:Greeter", "Greeter")
    assert policy.paths == (str(path.parent / "plugins"), "/srv/plugins")
    assert policy.fallback == (str(path.parent.parent / "last"),)
    assert policy.installed is False
    assert policy.lock == str(path.parent / "hotplug.lock")
    assert (policy.boundary, policy.limits) == ("process", {"deadline": 1.0})
    assert policy.provides == {"hotplug-greeter": "1.0"}
    assert list(policy.plugins) == ["russian", "french", "my dutch"]
    assert policy.of("russian") == PluginPolicy(enabled=False, boundary="process", limits={"deadline": 1.0})
    assert policy.of("french") == PluginPolicy(
        boundary="process",
        limits={"deadline": 2.5, "concurrency": 4},
        pin="sha256:" + "0" * 64,
        config={"loud": True},
    )
    assert policy.of("my dutch") == PluginPolicy(boundary="inline")
    assert policy.of("another") == PluginPolicy(boundary="process", limits={"deadline": 1.0})


def test_where_it_says_it(path: Path) -> None:
    path.write_text(WHOLE)
    policy = Policy.read(path)
    assert policy.line("plugins", "russian", "enabled") == 17
    assert policy.line("plugins", "french", "limits", "concurrency") == 20
    assert policy.line("plugins", "my dutch") == 26
    assert policy.line("nothing") is None
    assert policy.place("plugins", "russian", "enabled") == f"{path}, line 17"


def test_an_empty_file_says_nothing(path: Path) -> None:
    path.write_text("")
    policy = Policy.read(path)
    assert policy == Policy(path=str(path))
    assert policy.of("any") == PluginPolicy()


def test_every_wrong_place_is_named_with_its_line(path: Path) -> None:
    path.write_text('pahts = []\n\n[plugins.french]\nenabled = "no"\n')
    with pytest.raises(PolicyError) as caught:
        Policy.read(path)
    assert str(caught.value).splitlines()[:3] == [
        f"{path}:",
        "  - line 1: pahts is not known, did you mean 'paths'?",
        "  - line 4: plugins.french.enabled is true or false, not a text",
    ]


def test_what_was_named_is_found_before_the_environment_and_that_before_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("given", "environment", "here"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "hotplug.toml").write_text(f'group = "{name}"')
    monkeypatch.chdir(tmp_path / "here")

    def found(given: str | None = None, *, working_folder: bool = True) -> str | None:
        policy = find(given, working_folder=working_folder)
        return None if policy is None else policy.group

    monkeypatch.setenv("HOTPLUG_POLICY", os.path.join("..", "environment", "hotplug.toml"))
    assert found("../given/hotplug.toml") == "given"
    assert found() == found(working_folder=False) == "environment"
    monkeypatch.setenv("HOTPLUG_POLICY", "")
    assert found() == "here"
    assert found(working_folder=False) is None
    monkeypatch.chdir(tmp_path)
    assert found() is None
