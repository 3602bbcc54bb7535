"""The page on the contract check: its pairs are really checked, its list of disagreements is what was recorded."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent.parent
PAGE = CHECKOUT / "docs" / "contract.md"
RUNNER = Path(__file__).parent / "run_page.py"
CORPUS = CHECKOUT / "tests" / "contract" / "corpus"
SIDES = re.compile(r"^\| (?P<checker>mypy|pyright), (?P<answer>accepts|refuses) \| (?P<situations>.*) \| .* \|$")
LEAST_PAIRS = 40


def stated() -> dict[tuple[str, str], bool]:
    """Return what the corpus states, read as text: part of it is in the syntax of later Pythons."""
    found: dict[tuple[str, str], bool] = {}
    for path in CORPUS.glob("*.py"):
        calls = re.findall(r"^(accept|refuse)\((\".*?\"|'.*?'),", path.read_text("utf-8"), re.MULTILINE)
        for verb, why in calls:
            found[path.stem, ast.literal_eval(why)] = verb == "accept"
    return found


def recorded() -> dict[str, tuple[str, str]]:
    """Return, for each situation of which the checkers disagree, whom the check sides with and what it says."""
    verdicts: dict[str, dict[str, tuple[bool, bool]]] = json.loads((CORPUS / "verdicts.json").read_text("utf-8"))
    corpus = stated()
    found: dict[str, tuple[str, str]] = {}
    for module, situations in verdicts.items():
        for why, (mypy, pyright) in situations.items():
            if mypy == pyright:
                continue
            assert why not in found, f"two situations are called {why!r}"
            accepted = corpus[module, why]
            found[why] = ("mypy" if mypy == accepted else "pyright", "accepts" if accepted else "refuses")
    return found


def listed() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for row in filter(None, map(SIDES.match, PAGE.read_text("utf-8").splitlines())):
        for why in row["situations"].replace("`", "").split("; "):
            assert why not in found, f"{why!r} is listed twice"
            found[why] = (row["checker"], row["answer"])
    return found


def test_the_list_of_disagreements_is_what_the_checkers_said() -> None:
    assert listed() == recorded()


def test_the_numbers_of_the_list_are_those_of_the_record() -> None:
    said = re.search(r"Of the (\d+) situations .* answer these (\d+)", PAGE.read_text("utf-8").replace("\n", " "))
    assert said is not None
    verdicts = json.loads((CORPUS / "verdicts.json").read_text("utf-8"))
    assert (int(said[1]), int(said[2])) == (sum(map(len, verdicts.values())), len(recorded()))


def test_most_of_the_page_is_pairs() -> None:
    text = PAGE.read_text("utf-8")
    for verb in ("accepted", "refused"):
        assert len(re.findall(rf"^ *{verb}\(", text, re.MULTILINE)) >= LEAST_PAIRS


WRONG = {
    "accepted for refused": ("\nrefused([1], Hashable)", "\naccepted([1], Hashable)"),
    "refused for accepted": ("\naccepted(get, Get)", "\nrefused(get, Get)"),
    "another path": (
        '\nrefused(wrong_text, Get, "__call__.return")',
        '\nrefused(wrong_text, Get, "__call__(key)")',
    ),
    "accepted for unchecked": ('\nunchecked(untyped, Get, "__call__: no annotation")', "\naccepted(untyped, Get)"),
}


@pytest.mark.parametrize(("right", "wrong"), WRONG.values(), ids=list(WRONG))
def test_a_wrong_pair_fails_the_page(right: str, wrong: str, tmp_path: Path) -> None:
    text = PAGE.read_text("utf-8")
    assert text.count(right) == 1
    page = tmp_path / "page.md"
    page.write_text(text.replace(right, wrong), "utf-8")
    done = subprocess.run(
        [sys.executable, str(RUNNER), str(page)],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "raised AssertionError" in done.stderr
