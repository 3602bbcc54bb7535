"""``hotplug open``: a symbol of a plugin, called from a shell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotplug.testing import PluginMaker

    Run = Callable[..., tuple[int, str, str]]

SOURCE = """
import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date

@dataclass
class Day:
    name: str
    date: date

def add(one: int, other: int = 2) -> int: return one + other
def say(*words: str) -> str: return repr(words)
async def later(word: str) -> str:
    await asyncio.sleep(0)
    return word * 2
def count(to: int) -> Iterator[int]: yield from range(to)
async def acount(to: int) -> AsyncIterator[int]:
    for each in range(to): yield each
def fail() -> None: raise ValueError("no \\x1b[31m red")
def leave() -> None: raise SystemExit(3)
def silent() -> None: ...
def day() -> Day: return Day("one", date(2026, 1, 2))
class Worse(Exception):
    def __str__(self): raise ValueError
def worse() -> None: raise Worse
def last() -> None: raise type("Last", (BaseException,), {})("no more")
def loud() -> str:
    print("not the result")
    return "loud"
def odd() -> object: return {(1, 2): float("nan")}
def infinite() -> float: return float("inf")
def circle() -> object:
    found = []
    found.append(found)
    return found
def endless() -> None:
    while True: pass
WORD = "word"
class Greeting:
    def greet(self) -> str: return "Bonjour"
Greeter = Greeting()
"""


@pytest.fixture
def plugin(make_plugin: PluginMaker) -> Path:
    return make_plugin.module("p/mine.py", SOURCE)


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["add", "1", "3"], "4\n"),
        (["add", "1"], "3\n"),
        (["say", "a", "1", '"1"', '{"b": [null]}'], "('a', 1, '1', {'b': [None]})\n"),
        (["add", "1", "--", "-5"], "-4\n"),
        (["later", "ab"], "abab\n"),
        (["count", "3"], "0\n1\n2\n"),
        (["acount", "2"], "0\n1\n"),
        (["silent"], ""),
        (["WORD"], "word\n"),
        (["Greeter.greet"], "Bonjour\n"),
        (["mine:Greeter.greet"], "Bonjour\n"),
    ],
)
def test_a_symbol_is_called_and_its_result_printed(
    arguments: list[str], printed: str, plugin: Path, hotplug_command: Run
) -> None:
    assert hotplug_command("open", plugin, *arguments) == (0, printed, "")


def test_without_a_symbol_they_are_listed(plugin: Path, hotplug_command: Run) -> None:
    code, out, err = hotplug_command("open", plugin)
    assert code == 0
    assert out.splitlines()[:3] == ["Day", "add", "say"]
    assert "name one to call it" in err
    assert json.loads(hotplug_command("open", plugin, "--json")[1])["symbols"][0] == "Day"


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        (["add", "1"], 3),
        (["count", "3"], [0, 1, 2]),
        (["acount", "1"], [0]),
        (["day"], {"name": "one", "date": "2026-01-02"}),
        (["silent"], None),
        (["loud"], "loud"),
        (["odd"], "{(1, 2): nan}"),
        (["infinite"], "inf"),
        (["circle"], "[[...]]"),
    ],
)
def test_json_is_the_result_in_one_shape(
    arguments: list[str], result: object, plugin: Path, hotplug_command: Run
) -> None:
    code, out, _ = hotplug_command("open", plugin, *arguments, "--json")
    assert code == 0
    assert json.loads(out) == {"plugin": "mine", "version": None, "symbol": arguments[0], "result": result}


def test_a_name_without_a_catalog_is_wrong_usage(hotplug_command: Run) -> None:
    for command in ("open", "inspect"):
        code, out, err = hotplug_command(command, "french")
        assert (code, out) == (2, "")
        assert "'french' is no file or folder" in err
        assert "--policy" in err


@pytest.mark.parametrize("boundary", ["inline", "process"])
def test_an_exception_of_the_plugin_is_told_in_short(boundary: str, plugin: Path, hotplug_command: Run) -> None:
    code, out, err = hotplug_command("open", plugin, "fail", "--boundary", boundary)
    assert (code, out) == (1, "")
    assert f"{plugin}: fail raised ValueError: no \\x1b[31m red\n" in err
    assert "Traceback" not in err
    assert "--debug shows the whole traceback" in err
    if boundary == "inline":
        assert f"{plugin}:19, in fail" in err
        assert "tell its author" in err


def test_debug_lets_the_exception_through(plugin: Path, hotplug_command: Run) -> None:
    with pytest.raises(ValueError, match="red"):
        hotplug_command("open", plugin, "fail", "--debug")


@pytest.mark.parametrize("symbol", ["leave", "worse", "last"])
def test_nothing_that_a_plugin_does_is_a_traceback(symbol: str, plugin: Path, hotplug_command: Run) -> None:
    code, out, err = hotplug_command("open", plugin, symbol)
    assert (code, out) == (1, "")
    assert "Traceback" not in err
    assert symbol in err


def test_a_call_with_a_deadline_runs_in_a_process_and_is_ended(plugin: Path, hotplug_command: Run) -> None:
    code, out, err = hotplug_command("open", plugin, "endless", "--deadline", "0.2")
    assert (code, out) == (1, "")
    assert "endless() did not end before its deadline" in err


def test_a_deadline_that_could_not_be_kept_is_refused_before_anything_runs(
    make_plugin: PluginMaker, hotplug_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plugin.module("p/mine.py", f"{make_plugin.tripwire()}WORD = 'word'\n")
    policy = 'group = "g.g"\nsymbol = "WORD"\npaths = ["p"]\ninstalled = false\nboundary = "inline"\n'
    make_plugin.module("hotplug.toml", policy)
    monkeypatch.chdir(make_plugin.root)
    code, _, err = hotplug_command("open", "mine", "WORD", "--deadline", "1")
    assert (code, "has this plugin run inline" in err, make_plugin.ran()) == (2, True, False)
    assert hotplug_command("open", "mine", "WORD")[1] == "word\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["endless", "--deadline", "1", "--boundary", "inline"], "an inline plugin is not interrupted"),
        (["endless", "--deadline", "-1"], "positive"),
        (["WORD", "1"], "it takes no arguments"),
        (["add", "1", "--bundary", "process"], "No such option"),
        (["WORD", "--boundary", "moon"], "'moon' is not one of"),
    ],
)
def test_wrong_usage_is_2(arguments: list[str], reason: str, plugin: Path, hotplug_command: Run) -> None:
    code, out, err = hotplug_command("open", plugin, *arguments)
    assert (code, out) == (2, "")
    assert reason in err


def test_an_unknown_symbol_is_answered(plugin: Path, hotplug_command: Run) -> None:
    code, _, err = hotplug_command("open", plugin, "ad")
    assert code == 1
    assert "did you mean 'add'?" in err


def test_arguments_that_do_not_fit_are_no_fault_of_the_plugin(plugin: Path, hotplug_command: Run) -> None:
    code, _, err = hotplug_command("open", plugin, "silent", "1")
    assert code == 1
    assert "takes 0 positional arguments but 1 was given" in err
    assert "author" not in err


def test_the_contract_is_checked(make_plugin: PluginMaker, hotplug_command: Run) -> None:
    path = make_plugin.module(
        "bad.py", "class Greeter:\n    def greet(self) -> int: return 1\nGreeter = Greeter()\n"
    )
    code, out, err = hotplug_command("open", path, "Greeter.greet", "--contract", "greeter:Greeter")
    assert (code, out) == (1, "")
    assert "greet.return: expected str, found int" in err


@pytest.mark.parametrize("boundary", ["inline", "process"])
def test_a_name_of_the_catalog_with_the_contract_of_its_policy(
    boundary: str, plugin: Path, tmp_path: Path, hotplug_command: Run
) -> None:
    policy = tmp_path / "hotplug.toml"
    policy.write_text(
        'group = "greeter.plugins"\ncontract = "greeter:Greeter"\npaths = ["p"]\ninstalled = false\n'
    )
    options = ("--policy", policy, "--boundary", boundary)
    assert hotplug_command("open", "mine", "Greeter.greet", *options) == (0, "Bonjour\n", "")
    assert hotplug_command("open", "mine", "add", "2", *options) == (0, "4\n", "")
    code, _, err = hotplug_command("open", "nobody", "Greeter.greet", *options)
    assert code == 1
    assert "there is no plugin 'nobody'" in err
