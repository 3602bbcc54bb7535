"""``hotplug doctor``: what works here, and what should be mended."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from hotplug.boundaries.process.starting import launching

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotplug.testing import PluginMaker

    Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [each for each in os.environ if each.startswith("HOTPLUG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOTPLUG_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


def findings(result: tuple[int, str, str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for each in json.loads(result[1])["findings"]:
        found.setdefault(each["area"], []).append(each)
    return found


def test_a_healthy_machine_is_well(hotplug_command: Run) -> None:
    result = hotplug_command("doctor", "--json")
    assert (result[0], result[2]) == (0, "")
    assert json.loads(result[1])["well"] is True
    found = findings(result)
    said = [each["what"] for each in found["boundary"]]
    assert said[0].startswith("inline: works")
    assert said[1].startswith("process: works, ")
    assert said[2].startswith("sandbox: is not built yet")
    assert found["limits"][0]["what"] == "process: start, deadline and concurrency are held to"


def test_the_text_has_a_row_for_each(hotplug_command: Run) -> None:
    code, out, err = hotplug_command("doctor")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].split() == ["AREA", "STATE", "FOUND"]
    assert any(line.split()[:3] == ["boundary", "ok", "process:"] for line in out.splitlines())


def test_a_worker_that_cannot_be_started_is_a_problem(
    monkeypatch: pytest.MonkeyPatch, hotplug_command: Run
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(launching, "_begin", refused)
    result = hotplug_command("doctor", "--json")
    assert result[0] == 1
    bad = next(each for each in findings(result)["boundary"] if each["state"] == "problem")
    assert "could not be started: Resource temporarily unavailable" in bad["what"]
    assert "ulimit" in bad["remedy"]


def test_without_a_zygote_it_says_how_workers_start(monkeypatch: pytest.MonkeyPatch, hotplug_command: Run) -> None:
    monkeypatch.setattr(launching, "_can_fork", lambda: False)
    monkeypatch.setattr(vars(launching)["_Host"], "zygote", None)
    result = hotplug_command("doctor", "--json")
    assert result[0] == 0
    found = next(each for each in findings(result)["boundary"] if each["what"].startswith("process"))
    assert (found["state"], "as a fresh interpreter" in found["what"]) == ("note", True)


def test_a_forced_boundary_is_noted(monkeypatch: pytest.MonkeyPatch, hotplug_command: Run) -> None:
    monkeypatch.setenv("HOTPLUG_BOUNDARY", "inline")
    found = findings(hotplug_command("doctor", "--json"))
    assert found["boundary"][1]["what"] == "process: is not used, HOTPLUG_BOUNDARY=inline"
    assert any("HOTPLUG_BOUNDARY=inline" in each["what"] for each in found["environment"])


def test_a_variable_that_nobody_reads_is_a_problem(monkeypatch: pytest.MonkeyPatch, hotplug_command: Run) -> None:
    monkeypatch.setenv("HOTPLUG_DISABEL", "french")
    result = hotplug_command("doctor", "--json")
    assert result[0] == 1
    bad = [each for each in findings(result)["environment"] if each["state"] == "problem"]
    assert ["did you mean 'HOTPLUG_DISABLE'" in each["what"] for each in bad] == [True]


def test_a_cache_that_others_can_write_is_a_problem(tmp_path: Path, hotplug_command: Run) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(0o777)
    result = hotplug_command("doctor", "--json")
    assert result[0] == 1
    found = findings(result)["cache"]
    assert [each["state"] for each in found] == ["problem"]
    assert "chmod 700" in found[0]["remedy"]


def test_plugins_that_are_refused_are_problems_with_the_way_out(
    make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    make_plugin.broken("garbage")
    make_plugin.module("p/fine.py", "Greeter = 1\n")
    options = ("--group", "greeter.plugins", "--contract", "x:Greeter", "--no-installed")
    result = hotplug_command(
        "doctor", *options, "--path", "p", "--path", make_plugin.root / "broken-garbage", "--json"
    )
    assert result[0] == 1
    states = {each["state"]: each["what"] for each in findings(result)["plugins"]}
    assert states["ok"] == "1 ready in greeter.plugins: fine"
    assert "refused: " in states["problem"]


def test_a_policy_file_that_is_wrong_is_a_problem_and_no_end(tmp_path: Path, hotplug_command: Run) -> None:
    (tmp_path / "hotplug.toml").write_text("group = 3\n")
    result = hotplug_command("doctor", "--json")
    assert result[0] == 1
    assert "line 1" in findings(result)["policy"][0]["what"]


def test_names_of_the_policy_that_mean_nothing_are_problems(
    tmp_path: Path, make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch, hotplug_command: Run
) -> None:
    make_plugin.module("p/french.py", "Greeter = 1\n")
    (tmp_path / "hotplug.toml").write_text(
        'group = "g.g"\ncontract = "x:Greeter"\npaths = ["p"]\ninstalled = false\n\n'
        "[plugins.frensh]\nenabled = false\n[plugins.french]\nenabled = true\n"
    )
    monkeypatch.setenv("HOTPLUG_DISABLE", "fench")
    result = hotplug_command("doctor", "--json")
    assert result[0] == 1
    bad = [each["what"] for each in findings(result)["policy"] if each["state"] == "problem"]
    assert len(bad) == 2
    assert bad[0].startswith("HOTPLUG_DISABLE: 'fench' is no plugin that is there, did you mean 'french'?")
    assert "line 6: 'frensh' is no plugin that is there, did you mean 'french'?" in bad[1]


def test_folders_of_the_policy_that_are_not_there_are_noted(
    tmp_path: Path, make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    make_plugin.module("p/french.py", "Greeter = 1\n")
    (tmp_path / "hotplug.toml").write_text('group = "g.g"\npaths = ["p", "plugns"]\ninstalled = false\n')
    found = findings(hotplug_command("doctor", "--json"))["policy"]
    assert [each["what"] for each in found if each["state"] == "note"] == [
        f"{tmp_path}/hotplug.toml, line 2: there is no folder {tmp_path}/plugns, so nothing is found in it"
    ]


@pytest.mark.parametrize("value", ["0", "yes"])
def test_safe_mode_that_is_not_on_is_not_said_to_be(
    value: str, monkeypatch: pytest.MonkeyPatch, hotplug_command: Run
) -> None:
    monkeypatch.setenv("HOTPLUG_SAFE_MODE", value)
    result = hotplug_command("doctor", "--group", "g.g", "--json")
    assert not [each for each in findings(result)["environment"] if "HOTPLUG_SAFE_MODE" in each["what"]]
    assert result[0] == (0 if value == "0" else 1)
