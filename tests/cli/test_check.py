"""``hotplug check`` as authors meet it: exit codes, texts, JSON, and that nothing of the plugin runs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from hotplug.cli import main
from hotplug.contract.static import checkers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotplug.testing import PluginMaker

    Run = Callable[..., "tuple[int, str, str]"]

FRENCH = """
class French:
    def greet(self) -> str:
        return "Bonjour l'univers"

Greeter = French()
"""
SILENT = """
class Silent:
    def greet(self, name: str) -> bytes:
        return b""

Greeter = Silent()
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str | Path, contract: str = "greeter:Greeter") -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main(["check", *[str(each) for each in arguments], "--contract", contract], prog_name="hotplug")
        out, err = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, out, err

    return command


def test_success_is_one_short_line(make_plugin: PluginMaker, run: Run) -> None:
    code, out, err = run(make_plugin.module("french.py", FRENCH))
    assert (code, err) == (0, "")
    assert out == "Greeter (an instance of french.French) satisfies greeter.Greeter\n"


def test_a_refusal_names_every_difference_with_file_and_line(make_plugin: PluginMaker, run: Run) -> None:
    path = make_plugin.module("silent.py", SILENT)
    code, out, _ = run(path)
    assert code == 1
    assert out.splitlines() == [
        "Greeter (an instance of silent.Silent) does not satisfy greeter.Greeter:",
        f"  - greet(name): expected no further required parameter, found name, which is required  ({path}:2)",
        f"  - greet.return: expected str, found bytes  ({path}:2)",
    ]


def test_what_is_missing_has_the_place_of_the_class(make_plugin: PluginMaker, run: Run) -> None:
    path = make_plugin.module("mute.py", "\n\nclass Mute: ...\nGreeter = Mute()")
    code, out, _ = run(path)
    assert code == 1
    assert f"greet: expected a method greet() -> str, found nothing of that name  ({path}:2)" in out


def test_undecided_is_exit_code_3_with_the_reason_and_its_place(make_plugin: PluginMaker, run: Run) -> None:
    path = make_plugin.module("made.py", FRENCH.replace("Greeter = French()", "def make(): ...\nGreeter = make()"))
    code, out, err = run(path)
    assert (code, err) == (3, "")
    assert out.splitlines() == [
        "made:Greeter: the source does not tell whether it satisfies greeter.Greeter:",
        f"  - value computed by a call of make()  ({path}:6)",
    ]


def test_a_path_below_the_working_directory_is_shown_from_there(
    make_plugin: PluginMaker, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_plugin.folder("silent", {"__init__.py": SILENT})
    monkeypatch.chdir(folder.parent)
    assert "(silent/__init__.py:2)" in run("silent")[1]


def test_the_contract_itself_is_recognised(make_plugin: PluginMaker, run: Run) -> None:
    path = make_plugin.module("itself.py", "from greeter import Greeter\n")
    code, out, _ = run(path)
    assert code == 1
    assert out.startswith(
        "`Greeter` is the contract itself, imported from greeter: export an object that satisfies it"
    )
    assert f"({path}:1)" in out


def test_a_class_in_the_place_of_an_instance_is_recognised(make_plugin: PluginMaker, run: Run) -> None:
    path = make_plugin.module("classy.py", FRENCH.replace("Greeter = French()", "Greeter = French"))
    code, out, _ = run(path)
    assert code == 1
    assert "a class was exported where an instance is wanted: export `Greeter = French()`" in out


def test_an_unknown_symbol_is_answered_with_the_nearest(make_plugin: PluginMaker, run: Run) -> None:
    code, out, err = run(make_plugin.module("french.py", FRENCH), "--symbol", "Greter")
    assert (code, out) == (1, "")
    assert err.startswith("hotplug: french: french exports no 'Greter', did you mean 'Greeter'?")


def test_a_name_that_is_only_imported_is_not_exported(make_plugin: PluginMaker, run: Run) -> None:
    code, _, err = run(make_plugin.module("borrowed.py", "from collections import OrderedDict as Greeter"))
    assert code == 1
    assert "borrowed exports no 'Greeter': it only imports it" in err
    assert "export an object of the plugin's own under that name: Greeter = …" in err


def test_a_syntax_error_is_a_broken_artifact(make_plugin: PluginMaker, run: Run) -> None:
    path = make_plugin.module("broken.py", "x = 1\ndef\n")
    code, out, err = run(path)
    assert (code, out) == (1, "")
    assert f"({path}:2)" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("kind", ["project", "package", "root", "module", "wheel", "installed"])
def test_every_kind_of_artifact_is_read(kind: str, make_plugin: PluginMaker, run: Run) -> None:
    offered = {"greeter.plugins": {"french": "french_one:spoken"}}
    source = FRENCH.replace("Greeter =", "spoken =")
    files = {"french_one/__init__.py": "from .speech import spoken\n", "french_one/speech.py": source}
    arguments: dict[str, Callable[[], list[str | Path]]] = {
        "project": lambda: [make_plugin.project("french-one", files, entry_points=offered)],
        "package": lambda: [
            make_plugin.folder("french_one", {each.partition("/")[2]: text for each, text in files.items()}),
            "--symbol",
            "spoken",
        ],
        "root": lambda: [make_plugin.folder("root", files), "--symbol", "french_one:spoken"],
        "module": lambda: [make_plugin.module("french.py", source), "--symbol", "spoken"],
        "wheel": lambda: [make_plugin.wheel("french-one", files, entry_points=offered)],
        "installed": lambda: [_install(make_plugin, files, offered), "--installed"],
    }
    code, out, err = run(*arguments[kind]())
    assert (code, err) == (0, "")
    assert "satisfies greeter.Greeter" in out


def _install(make_plugin: PluginMaker, files: dict[str, str], offered: dict[str, dict[str, str]]) -> str:
    make_plugin.installed("french-one", files, entry_points=offered)
    return "french-one"


def test_places_in_a_wheel_are_named_after_the_wheel(make_plugin: PluginMaker, run: Run) -> None:
    wheel = make_plugin.wheel("silent", {"silent.py": SILENT})
    assert f"({wheel.name}/silent.py:2)" in run(wheel)[1]


def test_every_entry_point_of_the_group_is_checked(make_plugin: PluginMaker, run: Run) -> None:
    offered = {
        "greeter.plugins": {"french": "both:Good", "silent": "both:Bad"},
        "console_scripts": {"tool": "both:main"},
        "other.plugins": {"other": "both:main"},
    }
    source = FRENCH.replace("Greeter =", "Good =") + SILENT.replace("Greeter =", "Bad =") + "def main(): ...\n"
    code, out, _ = run(make_plugin.project("both", {"both.py": source}, entry_points=offered))
    assert code == 1
    assert "Good (an instance of both.French) satisfies greeter.Greeter" in out
    assert "Bad (an instance of both.Silent) does not satisfy greeter.Greeter" in out
    assert "main" not in out


def test_json_is_for_programs(make_plugin: PluginMaker, run: Run) -> None:
    path = make_plugin.module("silent.py", SILENT)
    code, out, err = run(path, "--json")
    data: Any = json.loads(out)
    assert (code, err, data["artifact"]) == (1, "", str(path))
    (result,) = data["results"]
    assert (result["symbol"], result["contract"], result["answer"]) == (
        "silent:Greeter",
        "greeter:Greeter",
        "refused",
    )
    assert result["differences"][1] == {
        "path": "greet.return",
        "expected": "str",
        "actual": "bytes",
        "file": str(path),
        "line": 2,
    }
    assert result["undecided"] == result["unchecked"] == result["checkers"] == []


def test_json_of_what_is_undecided_has_reasons_with_places(make_plugin: PluginMaker, run: Run) -> None:
    path = make_plugin.module("made.py", "import elsewhere\nGreeter = elsewhere.make()")
    code, out, _ = run(path, "--json")
    data: Any = json.loads(out)
    reason = "value computed by a call of elsewhere.make()"
    assert code == 3
    assert data["results"][0]["undecided"] == [{"reason": reason, "file": str(path), "line": 2}]


def test_nothing_of_the_plugin_runs(make_plugin: PluginMaker, run: Run) -> None:
    before = set(sys.modules)
    path = make_plugin.module("wired.py", make_plugin.tripwire("wired") + FRENCH)
    run(path)
    assert not make_plugin.ran("wired")
    assert "wired" not in set(sys.modules) - before


@pytest.mark.parametrize(
    ("contract", "reason"),
    [
        ("greeter", "'greeter' is not an object reference such as greeter:Greeter"),
        ("greeter:Greetr", "greeter has no 'Greetr', did you mean 'Greeter'?"),
        ("no_such_host:Greeter", "there is no module 'no_such_host'; install the host beside hotplug"),
        ("greeter:__version__", "a contract must be a type"),
    ],
)
def test_a_contract_that_is_none_is_wrong_usage(
    contract: str, reason: str, make_plugin: PluginMaker, run: Run
) -> None:
    code, _, err = run(make_plugin.module("french.py", FRENCH), contract=contract)
    assert code == 2
    assert reason in " ".join(err.split())


def test_strict_asks_the_type_checkers_too(make_plugin: PluginMaker, run: Run) -> None:
    pytest.importorskip("mypy")
    code, out, _ = run(make_plugin.module("french.py", FRENCH), "--strict")
    assert code == 0
    assert "mypy: satisfied" in out.splitlines()


def test_strict_refuses_what_a_type_checker_refuses(make_plugin: PluginMaker, run: Run) -> None:
    pytest.importorskip("mypy")
    # the class says nothing of its result, which the check takes for Any and a checker infers
    path = make_plugin.module("told.py", "class Told:\n    greet: str = ''\nGreeter: Told = Told()\n")
    code, out, _ = run(path, "--strict")
    assert code == 1
    assert "mypy: refused" in out.splitlines()
    assert 'Incompatible types in assignment (expression has type "Told", variable has type "Greeter")' in out


def test_strict_without_a_type_checker_names_the_install_command(
    make_plugin: PluginMaker, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkers, "installed_checkers", tuple)
    code, _, err = run(make_plugin.module("french.py", FRENCH), "--strict")
    assert code == 2
    assert "--strict needs mypy or pyright, and neither is installed: pip install mypy" in " ".join(err.split())


def test_help_says_what_the_exit_codes_mean(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert "3  undecided: the source does not tell; not a yes" in out
