"""The contract test of an author: each step shows apart, says all that is wrong, and one fault is one failure."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from hotplug.testing import PluginMaker, contract_test

if TYPE_CHECKING:
    from pathlib import Path

STEPS = ["reads", "hazards", "fits", "inline", "process", "leaves-nothing"]
OF_A_PROJECT = [*(f"source-{each}" for each in STEPS), "wheel-builds", *(f"wheel-{each}" for each in STEPS)]
GROUP = "greeter.plugins"
GOOD = "class French:\n    def greet(self) -> str:\n        return 'Bonjour'\n\nGreeter = French()\n"
TEST = "from greeter import Greeter\nfrom hotplug.testing import contract_test\n"


class Outcome(NamedTuple):
    output: str
    passed: list[str]
    failed: list[str]
    skipped: int


def run(folder: Path, line: str) -> Outcome:
    """Run pytest on a file with one line, below a folder, in a process of its own."""
    tests = folder / "tests"
    tests.mkdir(exist_ok=True)
    (tests / "test_it.py").write_text(f"{TEST}{line}\n")
    command = [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", "-c", "/dev/null", "--tb=short"]
    done = subprocess.run(
        [*command, "--rootdir", str(folder), str(tests)], capture_output=True, text=True, check=False, cwd=folder
    )
    output = done.stdout + done.stderr

    def steps(word: str) -> list[str]:
        return re.findall(rf"^{word} .*::test_plugin\[([\w-]+)\]", output, re.MULTILINE)

    skipped = re.search(r"(\d+) skipped", output)
    return Outcome(output, steps("PASSED"), steps("FAILED"), int(skipped[1]) if skipped else 0)


def test_a_good_project_passes_in_one_line_as_source_and_as_wheel(make_plugin: PluginMaker) -> None:
    points = {GROUP: {"french": "french:Greeter"}}
    project = make_plugin.project("french", {"french.py": GOOD}, entry_points=points)
    found = run(project, "test_plugin = contract_test(Greeter)")
    assert (found.passed, found.failed, found.skipped) == (OF_A_PROJECT, [], 0), found.output
    assert "13 passed" in found.output


def test_what_is_no_project_has_no_wheel(make_plugin: PluginMaker) -> None:
    make_plugin.module("french.py", GOOD)
    found = run(make_plugin.root, "test_plugin = contract_test(Greeter, source='../french.py')")
    assert (found.passed, found.failed, found.skipped) == (STEPS, [], 0), found.output


WRONG = {
    "nothing there": (None, "source='../gone.py'", ["reads"], "gone.py: there is no such file or folder"),
    "no python": ("def greet(:", "", ["hazards", "inline", "process"], "SyntaxError: invalid syntax"),
    "a hazard": (
        f"import json\n{GOOD}\njson.odd = 1\n",
        "boundaries=['inline']",
        ["hazards"],
        "host-patch: json.odd",
    ),
    "wrong": (
        GOOD.replace("self) -> str", "self, name, loud) -> int"),
        "",
        ["inline", "process"],
        "greet(name): expected no further required parameter, found name, which is required",
    ),
    "no symbol": (GOOD, "symbol='Greter'", ["inline", "process"], "exports no 'Greter', did you mean 'Greeter'?"),
    "fails to start": (f"{GOOD}\nraise OSError('no words')", "", ["inline", "process"], "OSError: no words"),
    "ends its process": (
        f"import os\n{GOOD}\nif __name__ == 'french': os._exit(7)",
        "boundaries=['process']",
        ["process"],
        "exited with status 7",
    ),
    "leaves": (
        GOOD.replace("return", "kept.append(Kept()); return") + "class Kept: ...\nkept = []\n",
        "use=lambda greeter: kept.append(greeter)",
        ["leaves-nothing"],
        "what the last close could not free",
    ),
    "raises when used": (
        GOOD.replace("return", "raise LookupError('gone');"),
        "use=lambda greeter: greeter.greet()",
        ["inline", "process"],
        "LookupError: gone",
    ),
    "is not what its author expects": (
        GOOD,
        "use=lambda greeter: [][0], boundaries=['inline']",
        ["inline"],
        "IndexError: list index out of range",
    ),
    "raises its own when used": (
        GOOD.replace("return", "raise Own('gone');") + "class Own(Exception): ...\n",
        "use=lambda greeter: greeter.greet(), boundaries=['process']",
        ["process"],
        "in greet",
    ),
    "offers nothing": (
        GOOD,
        f"group={GROUP!r}",
        ["reads"],
        "declares no entry point in the group 'greeter.plugins'; it has no entry points at all",
    ),
}  # fmt: skip


def _left_out(options: str) -> set[str]:
    if "boundaries" not in options:
        return set()
    return {"process"} if "inline" in options else {"hazards", "inline", "leaves-nothing"}


@pytest.mark.parametrize("kind", WRONG)
def test_each_fault_fails_its_steps_with_the_whole_reason(kind: str, make_plugin: PluginMaker) -> None:
    source, options, steps, reason = WRONG[kind]
    if source is not None:
        make_plugin.module("french.py", source)
    given = options if "source=" in options else f"source='../french.py', {options}"
    found = run(make_plugin.root, f"kept = []\ntest_plugin = contract_test(Greeter, {given})")
    assert found.failed == steps, found.output
    assert reason in found.output
    assert len(found.passed) + len(found.failed) + found.skipped == len(set(STEPS) - _left_out(options))


def test_every_difference_is_named_at_once(make_plugin: PluginMaker) -> None:
    make_plugin.module("french.py", WRONG["wrong"][0] or "")
    found = run(make_plugin.root, "test_plugin = contract_test(Greeter, source='../french.py')")
    for difference in ("greet(name): ", "greet(loud): ", "greet.return: expected str, found int"):
        assert found.output.count(difference) == 2
    assert "not tried, since 'inline' fails: french: Greeter (an instance of french.French)" in found.output


def test_a_hazard_that_is_accepted_is_none(make_plugin: PluginMaker) -> None:
    make_plugin.module("french.py", f"import json\n{GOOD}\njson.odd = 1\n")
    line = "test_plugin = contract_test(Greeter, source='../french.py', allow=['host-patch'])"
    found = run(make_plugin.root, f"{line}\n")
    assert "hazards" in found.passed, found.output


def test_where_there_are_hazards_the_plugin_is_run_all_the_same(make_plugin: PluginMaker) -> None:
    make_plugin.module("french.py", f"import json\n{GOOD}\njson.odd = 1\n")
    options = "source='../french.py', boundaries=['inline']"
    found = run(make_plugin.root, f"test_plugin = contract_test(Greeter, {options})\n")
    assert "hazards" in found.failed, found.output
    assert (found.passed[:3], found.skipped) == (["reads", "fits", "inline"], 0), found.output


def test_what_the_host_needs_and_does_not_have_is_one_failure(make_plugin: PluginMaker) -> None:
    project = make_plugin.project("french", {"french.py": GOOD}, requires=["hotplug-greeter>=3", "no-such-thing"])
    found = run(project, "test_plugin = contract_test(Greeter)")
    assert found.failed == ["source-fits", "wheel-fits"], found.output
    assert "  - it needs no-such-thing, which is not installed" in found.output
    given = "provides={'hotplug-greeter': '3', 'no-such-thing': '1'}"
    found = run(project, f"test_plugin = contract_test(Greeter, {given})")
    assert found.passed == OF_A_PROJECT, found.output


def test_a_wheel_that_lacks_what_the_source_has_fails_as_a_wheel(make_plugin: PluginMaker) -> None:
    files = {"french.py": f"import french_words\n{GOOD}", "french_words.py": ""}
    project = make_plugin.project("french", files)
    pyproject = project / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace('["french.py", "french_words.py"]', '["french.py"]'))
    found = run(project, "test_plugin = contract_test(Greeter)")
    assert found.failed == ["wheel-inline", "wheel-process"], found.output
    assert found.output.count("No module named 'french_words'") >= 2


def test_what_cannot_be_built_is_not_tried_as_a_wheel(make_plugin: PluginMaker) -> None:
    project = make_plugin.project("french", {"french.py": GOOD})
    pyproject = project / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("hatchling.build", "no_such_backend"))
    found = run(project, "test_plugin = contract_test(Greeter)")
    assert (found.failed, found.skipped) == (["wheel-builds"], len(STEPS)), found.output
    assert "no_such_backend" in found.output


def test_the_entry_points_of_the_group_are_what_is_looked_up(make_plugin: PluginMaker) -> None:
    files = {"french/__init__.py": "", "french/one.py": GOOD, "french/two.py": GOOD.replace("-> str", "-> int")}
    points = {GROUP: {"one": "french.one:Greeter", "two": "french.two:Greeter"}}
    project = make_plugin.project("french", files, entry_points=points)
    found = run(project, f"test_plugin = contract_test(Greeter, group={GROUP!r}, boundaries=['process'])")
    assert found.failed == ["source-process", "wheel-process"], found.output
    assert "Greeter (an instance of french.two.French) does not satisfy" in found.output
    assert "french.one" not in found.output
    found = run(project, "test_plugin = contract_test(Greeter, group='other', boundaries=['process'])")
    assert "declares no entry point in the group 'other'; it has groups greeter.plugins" in found.output


def test_the_users_environment_and_cache_do_not_count(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch, empty_cache: Path
) -> None:
    monkeypatch.setenv("HOTPLUG_BOUNDARY", "inline")
    make_plugin.wheel("french", {"french.py": f"import os\n{GOOD}"})
    check = "def use(greeter):\n    assert type(greeter).__name__ != 'French'\n"
    options = "source='../french-1.0-py3-none-any.whl', use=use, boundaries=['process']"
    found = run(make_plugin.root, f"{check}test_plugin = contract_test(Greeter, {options})")
    assert found.passed == ["reads", "fits", "process"], found.output
    assert list(empty_cache.glob("**/french.py")) == []


def test_a_contract_without_a_name_needs_a_symbol() -> None:
    with pytest.raises(TypeError, match=r"has no name: say which symbol the host looks up"):
        contract_test(int | str)
    assert callable(contract_test(int | str, "value", source="gone.py"))
