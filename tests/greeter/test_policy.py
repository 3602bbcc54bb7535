"""The greeter's policy: in its config folder, named on the command line or in the environment; and followed."""

from __future__ import annotations

import pytest

from greeter.driver import languages, main

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

DISABLED = "[plugins.russian]\nenabled = false\n"


@pytest.fixture(autouse=True)
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The policy in the user's config folder, which is not there yet."""
    monkeypatch.delenv("GREETER_PLUGINS", raising=False)
    monkeypatch.delenv("HOTPLUG_POLICY", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "config" / "greeter"
    folder.mkdir(parents=True)
    return folder / "hotplug.toml"


def greeter(*arguments: str | Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    status = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, out, err


def test_a_language_that_is_disabled_says_so_in_a_line(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own.write_text(DISABLED)
    assert greeter("russian", capsys=capsys) == (1, "", f"russian: is disabled by {own}, line 2\n")
    assert greeter("english", capsys=capsys) == (0, "Hello Universe\n", "")


def test_the_list_shows_what_is_disabled(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own.write_text(DISABLED)
    status, out, err = greeter("--list", capsys=capsys)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("russian"))
    assert lines[at + 1].strip() == f"disabled: by {own}, line 2"


def test_what_is_named_comes_before_the_environment_and_that_before_the_users_own(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own.write_text(DISABLED)
    (tmp_path / "named").write_text("plugins.swedish.enabled = false")
    (tmp_path / "environment").write_text("plugins.chinese.enabled = false")
    assert greeter("--policy", tmp_path / "named", "russian", capsys=capsys)[0] == 0
    assert greeter("--policy", tmp_path / "named", "swedish", capsys=capsys)[0] == 1
    monkeypatch.setenv("HOTPLUG_POLICY", str(tmp_path / "environment"))
    assert greeter("chinese", capsys=capsys)[0] == 1
    assert greeter("russian", capsys=capsys)[0] == 0
    assert greeter("--policy", tmp_path / "named", "chinese", capsys=capsys)[0] == 0
    monkeypatch.chdir(tmp_path / "config" / "greeter")
    assert greeter("russian", capsys=capsys)[0] == 0  # no working folder counts


@pytest.mark.parametrize("named", ["nowhere.toml", "", "."])
def test_what_is_named_must_be_there(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = greeter("--policy", named, capsys=capsys)
    assert (status, out) == (1, "")
    assert err.startswith(str(tmp_path))


def test_a_policy_that_is_wrong_stops_the_greeter(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own.write_text("plugin = 1\n")
    status, out, err = greeter("english", capsys=capsys)
    assert (status, out) == (1, "")
    assert err.startswith(f"{own}, line 1: plugin is not known, did you mean 'plugins'?\n")


def test_the_policy_beats_the_command_line(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own.write_text('boundary = "process"\n[plugins.english]\nboundary = "inline"\n')
    assert greeter("--boundary", "inline", "swedish", capsys=capsys) == (0, "Hejsan Världen!\n", "")
    with languages(boundary="inline", policy=str(own)) as catalog:
        for name, boundary in {"english": "inline", "swedish": "process"}.items():
            with catalog.open(name) as plugin:
                assert plugin.boundary == boundary


def test_the_environment_in_an_emergency(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data" / "greeter" / "plugins"
    folder.mkdir(parents=True)
    (folder / "french.py").write_text("raise SystemExit")
    monkeypatch.setenv("HOTPLUG_DISABLE", "swedish")
    assert greeter("swedish", capsys=capsys) == (1, "", "swedish: is disabled by HOTPLUG_DISABLE\n")
    monkeypatch.setenv("HOTPLUG_SAFE_MODE", "1")
    assert greeter("french", capsys=capsys) == (1, "", "french: is disabled by HOTPLUG_SAFE_MODE\n")
    assert greeter("russian", capsys=capsys)[0] == 0
