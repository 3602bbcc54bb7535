"""Where mypy and pyright agree on a pair of random annotations, the check agrees with them."""

from __future__ import annotations

import ast
import json
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hotplug.contract import check

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent


@pytest.fixture
def namespace() -> Iterator[dict[str, Any]]:
    """Return the namespace of a module that has the names of which the annotations speak."""
    source = (HERE / "annotation_pairs.py").read_text()
    preamble = next(
        ast.literal_eval(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PREAMBLE"
    )
    module = types.ModuleType("annotation_preamble")
    sys.modules[module.__name__] = module
    exec(compile(preamble, "<preamble>", "exec", dont_inherit=True), vars(module))  # noqa: S102 - our own text
    yield vars(module)
    del sys.modules[module.__name__]


def test_the_check_sides_with_mypy_and_pyright_where_they_agree(namespace: dict[str, Any]) -> None:
    recorded: list[tuple[str, str, bool, bool]] = json.loads((HERE / "annotation_pairs.json").read_text())
    wrong: list[str] = []
    agreed = 0
    for wanted, given, mypy, pyright in recorded:
        if mypy != pyright:
            continue
        agreed += 1
        source = f"class Wanted(Protocol):\n def get(self) -> {wanted}: ...\n"
        source += f"class Given:\n def get(self) -> {given}: raise NotImplementedError\n"
        exec(source, namespace)  # noqa: S102 - annotations of our own
        if bool(check(namespace["Given"](), namespace["Wanted"])) != mypy:
            wrong.append(f"wanted {wanted}, given {given}: both checkers say {mypy}")
    assert agreed > 1000
    assert len(wrong) <= agreed * 0.005, "\n".join(wrong)
