"""The corpus: what is stated of each situation is what the check says, and what the checkers agree on."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

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


def _situations() -> list[object]:
    """Load every module of the corpus; those of later syntax only where the interpreter knows it."""
    package = _load(CORPUS / "__init__.py", "corpus")
    found: list[object] = []
    for path in sorted(CORPUS.glob("*.py")):
        if path.stem == "__init__" or path.stem.startswith("sample_") or not _readable(path.stem):
            continue
        package.STATED.clear()
        _load(path, f"corpus.{path.stem}")
        found += [
            pytest.param(path.stem, each, id=f"{path.stem}: {each.why}") for each in package.STATED
        ]
    return found


SITUATIONS = _situations()
VERDICTS = json.loads((CORPUS / "verdicts.json").read_text())


@pytest.mark.parametrize(("module", "situation"), SITUATIONS)
def test_the_check_says_what_is_stated(module: str, situation: object) -> None:
    why, value, contract, accepted = situation  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    report = check(value, contract)
    assert bool(report) is accepted, str(report)
