"""The corpus: what is stated of each situation is what the check says, and what the checkers agree on."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hotplug.contract import check

if TYPE_CHECKING:
    from types import ModuleType

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"


def _load(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _readable(stem: str) -> bool:
    """Say whether the interpreter knows the module's syntax: ``from_3_12_syntax`` names its version."""
    parts = stem.split("_")
    return parts[0] != "from" or sys.version_info >= (int(parts[1]), int(parts[2]))


def _situations() -> list[Any]:
    """Load every module of the corpus; those of later syntax only where the interpreter knows it."""
    package = _load(CORPUS / "__init__.py", "corpus")
    found: list[Any] = []
    for path in sorted(CORPUS.glob("*.py")):
        if path.stem == "__init__" or path.stem.startswith("sample_") or not _readable(path.stem):
            continue
        package.STATED.clear()
        _load(path, f"corpus.{path.stem}")
        found += [pytest.param(path.stem, each, id=f"{path.stem}: {each.why}") for each in package.STATED]
    return found


SITUATIONS = _situations()
VERDICTS: dict[str, dict[str, tuple[bool, bool]]] = json.loads((CORPUS / "verdicts.json").read_text())
# Both checkers accept what fails when it is called: the check does not follow them.
UNSOUND = {("callables", "a partial of one keyword leaves no second position")}


@pytest.mark.parametrize(("module", "situation"), SITUATIONS)
def test_the_check_says_what_is_stated(module: str, situation: Any) -> None:
    report = check(situation.value, situation.contract)
    assert bool(report) is situation.accepted, str(report)


@pytest.mark.parametrize(("module", "situation"), SITUATIONS)
def test_what_is_stated_is_what_the_checkers_agree_on(module: str, situation: Any) -> None:
    mypy, pyright = VERDICTS[module][situation.why]
    if mypy == pyright and (module, situation.why) not in UNSOUND:
        assert situation.accepted is mypy


def test_the_corpus_is_large_and_most_of_it_undisputed() -> None:
    verdicts = [each for module in VERDICTS.values() for each in module.values()]
    assert len(verdicts) > 700
    assert sum(mypy == pyright for mypy, pyright in verdicts) > len(verdicts) * 0.9
