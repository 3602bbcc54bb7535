"""The pluggable greeting system, as its user meets it: a command, its output and its exit status."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from greeter.driver import main
from hotplug.testing import BROKEN, PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

SPOKEN = {
    "english": "Hello Universe",
    "chinese": "你好宇宙",
    "swedish": "Hejsan Världen!",
    "russian": "Здравствуй, вселенная!",
}
FRENCH = 'class French:\n    def greet(self) -> str:\n        return "Bonjour Univers"\n\nGreeter = French()\n'


@pytest.fixture(autouse=True)
def nothing_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GREETER_PLUGINS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def greeter(*arguments: str | Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    status = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, out, err


@pytest.mark.parametrize("language", SPOKEN)
def test_the_four_languages_are_spoken(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert greeter(language, capsys=capsys) == (0, f"{SPOKEN[language]}\n", "")


def test_english_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert greeter(capsys=capsys) == (0, "Hello Universe\n", "")


def test_an_unknown_language_is_not_spoken(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = greeter("klingon", capsys=capsys)
    assert (status, out) == (1, "don't speak that language\n")
    assert err == "languages spoken: chinese, english, russian, swedish\n"


def test_the_command_works_as_a_process_of_its_own(tmp_path: Path) -> None:
    for command in (["greeter"], [sys.executable, "-m", "greeter"]):
        command[0] = os.path.join(os.path.dirname(sys.executable), command[0])
        done = subprocess.run(
            [*command, "swedish"], capture_output=True, encoding="utf-8", check=False, cwd=tmp_path
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "Hejsan Världen!\n", "")
        done = subprocess.run(
            [*command, "klingon"], capture_output=True, encoding="utf-8", check=False, cwd=tmp_path
        )
        assert (done.returncode, done.stdout) == (1, "don't speak that language\n")


@pytest.mark.parametrize("kind", ["module", "folder", "wheel", "project", "installed"])
@pytest.mark.parametrize("way", ["option", "environment", "data folder"])
def test_a_language_that_appears_is_spoken(
    kind: str,
    way: str,
    make_plugin: PluginMaker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = "data/greeter/plugins" if way == "data folder" else "drop"
    (tmp_path / place).mkdir(parents=True)
    points = {"greeter.plugins": {"french": "french:Greeter"}}
    match kind:
        case "module":
            make_plugin.module(f"{place}/french.py", FRENCH)
        case "folder":
            make_plugin.folder(f"{place}/french", {"__init__.py": FRENCH})
        case "wheel":
            make_plugin.wheel(
                "french",
                {"french.py": FRENCH},
                entry_points=points,
                requires=["hotplug-greeter>=1,<2"],
                into=place,
            )
        case "project":
            make_plugin.project(
                "fra", {"french.py": FRENCH}, entry_points=points, requires=["hotplug-greeter>=1,<2"], into=place
            )
        case _:
            make_plugin.installed("french", {"french.py": FRENCH}, entry_points=points)
    options = ["--plugins", str(tmp_path / place)] if way == "option" else []
    if way == "environment":
        monkeypatch.setenv("GREETER_PLUGINS", f"{tmp_path / 'nowhere'}{os.pathsep}{tmp_path / place}")
    assert greeter(*options, "french", capsys=capsys) == (0, "Bonjour Univers\n", "")
    assert greeter(*options, "english", capsys=capsys) == (0, "Hello Universe\n", "")


def test_broken_plugins_are_reported_by_name_and_reason_and_stop_no_other(
    make_plugin: PluginMaker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_plugin.module("drop/french.py", FRENCH)
    make_plugin.module("drop/raises.py", f'{FRENCH}\nraise RuntimeError("out of words")')
    make_plugin.module("drop/wants.py", FRENCH.replace("self", "self, name: str"))
    make_plugin.module("drop/fails.py", FRENCH.replace("return", "raise OSError(5) #"))
    make_plugin.module("drop/counts.py", FRENCH.replace('"Bonjour Univers"', "3").replace(" -> str", ""))
    wheel = make_plugin.wheel("torn", {"torn.py": FRENCH}, into="drop")
    wheel.write_bytes(wheel.read_bytes()[:100])
    drop = ["--plugins", str(tmp_path / "drop")]

    status, out, err = greeter(*drop, "raises", capsys=capsys)
    assert (status, out) == (1, "")
    assert "raises: failed to start: RuntimeError: out of words" in err
    assert "raises.py:7" in err
    assert "Traceback" not in err

    status, out, err = greeter(*drop, "wants", capsys=capsys)
    assert (status, out) == (1, "unexpected type from module symbol\n")
    assert "wants" in err
    assert "greet" in err
    assert "name" in err

    status, out, err = greeter(*drop, "torn", capsys=capsys)
    assert (status, out) == (1, "")
    assert "torn" in err
    assert "is damaged, or not a wheel" in err

    assert greeter(*drop, "fails", capsys=capsys) == (1, "", "fails: its greet() raised OSError: 5\n")
    assert greeter(*drop, "counts", capsys=capsys) == (1, "", "counts: greet() returned int, not words\n")

    for language, words in {**SPOKEN, "french": "Bonjour Univers"}.items():
        assert greeter(*drop, language, capsys=capsys) == (0, f"{words}\n", "")

    status, out, _ = greeter(*drop, "--list", capsys=capsys)
    assert status == 0
    listed = out.splitlines()
    torn = next(index for index, line in enumerate(listed) if line.startswith("torn"))
    assert listed[torn].endswith(str(wheel))
    assert listed[torn + 1].strip().startswith("refused: is damaged")
    assert {line.split()[0] for line in listed if not line.startswith(" ")} >= {
        *SPOKEN,
        "french",
        "raises",
        "wants",
        "torn",
    }


def test_debug_shows_the_traceback(make_plugin: PluginMaker, tmp_path: Path) -> None:
    make_plugin.module("drop/raises.py", f'{FRENCH}\nraise RuntimeError("out of words")')
    with pytest.raises(Exception, match="out of words"):
        main(["--plugins", str(tmp_path / "drop"), "--debug", "raises"])


def test_list_tells_name_version_and_place_and_runs_no_plugin(
    make_plugin: PluginMaker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_plugin.module("drop/french.py", f"{make_plugin.tripwire('french')}\n{FRENCH}")
    make_plugin.module("drop/english.py", f"{make_plugin.tripwire('english')}\n{FRENCH}")
    status, out, err = greeter("--plugins", tmp_path / "drop", "--list", capsys=capsys)
    assert (status, err) == (0, "")
    rows = [line.split(maxsplit=2) for line in out.splitlines() if not line.startswith(" ")]
    assert rows[0] == ["english", "-", str(tmp_path / "drop" / "english.py")]
    assert [row[:2] for row in rows if row[0] != "french"] == [
        ["english", "-"],
        ["chinese", "1.0"],
        ["english", "1.0"],
        ["russian", "1.0"],
        ["swedish", "1.0"],
    ]
    assert f"shadowed by {tmp_path / 'drop' / 'english.py'}" in out
    assert not make_plugin.ran("french")
    assert not make_plugin.ran("english")


def test_with_everything_broken_in_the_search_path_it_lists_and_greets_and_runs_none_of_it(
    make_plugin: PluginMaker,
) -> None:
    zoo = make_plugin.zoo("french", FRENCH)
    options = [option for folder in zoo.folders for option in ("--plugins", str(folder))]

    def run(*arguments: str) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "greeter", *options, *arguments]
        done = subprocess.run(command, env=zoo.watched(), capture_output=True, encoding="utf-8", check=False)
        return done.returncode, done.stdout, done.stderr

    status, out, err = run("--list")
    assert (status, err) == (0, "")
    assert zoo.told() == zoo.ran() == []
    rows = [line for line in out.splitlines() if not line.startswith(" ")]
    assert f"french       -        {zoo.folders[-1] / 'french.py'}" in rows
    assert out.count(" refused: ") >= len(BROKEN) - len(zoo.skipped) - 4
    assert "\x1b" not in out

    assert run("french") == (0, "Bonjour Univers\n", "")
    assert zoo.told() == [f"ran <module> of {str(zoo.folders[-1] / 'french.py')!r}"]
    assert run("english") == (0, "Hello Universe\n", "")
    assert zoo.told() == zoo.ran() == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = greeter("--plugins", tmp_path / "nowhere", "english", capsys=capsys)
    assert (status, err) == (1, f"greeter: {tmp_path / 'nowhere'} is not there\n")


def test_a_plugin_for_another_version_of_the_greeter_is_refused(
    make_plugin: PluginMaker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    points = {"greeter.plugins": {"french": "french:Greeter"}}
    make_plugin.wheel(
        "french", {"french.py": FRENCH}, entry_points=points, requires=["hotplug-greeter>=2"], into="drop"
    )
    status, _, err = greeter("--plugins", tmp_path / "drop", "french", capsys=capsys)
    assert status == 1
    assert "it needs hotplug-greeter>=2, the host gives hotplug-greeter 1.0" in err
