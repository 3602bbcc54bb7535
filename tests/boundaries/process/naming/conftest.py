"""A host with contracts in modules or in a script, and another interpreter that is told of them."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hotplug.boundaries.process.naming import shapes_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hotplug.contract.shapes import Shapes

    Contracts = Callable[[Mapping[str, str]], Any]
    Told = Callable[..., Any]

SOURCE = str(Path(importlib.import_module("hotplug").__path__[0]).parent)
WORKER = """
import json, sys
from hotplug.boundaries.process.naming import Unnameable, form_of
from hotplug.contract.shapes import shapes_of

told = []
for data in json.loads(sys.stdin.read()):
    try:
        form = form_of(data)
        told.append([repr(form), shapes_of(form).wire_fingerprint])
    except Unnameable as error:
        told.append([error.reason, error.remedy])
print(json.dumps([told, sorted(vars(sys.modules["__main__"]))]))
"""


def sent(shapes: Shapes) -> Any:
    """Return what the other side receives of shapes."""
    return json.loads(json.dumps(shapes_data(shapes)))


def ran(*command: str, said: str = "", path: Path | None = None) -> str:
    """Return what a fresh interpreter prints, with a folder on its ``sys.path``."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, filter(None, [SOURCE, path])))}
    done = subprocess.run(
        [sys.executable, *command], input=said, env=env, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def contracts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Contracts]:
    """Return what writes modules below one folder of ``sys.path``, and imports the last of them."""
    folder = tmp_path / "host"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))  # pyright: ignore[reportUnknownMemberType]
    before = set(sys.modules)

    def make(sources: Mapping[str, str]) -> Any:
        for name, source in sources.items():
            file = folder / f"{name.replace('.', '/')}.py"
            file.parent.mkdir(exist_ok=True)
            file.write_text(textwrap.dedent(source))
        importlib.invalidate_caches()
        return importlib.import_module(list(sources)[-1])

    yield make
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(folder)):
            del sys.modules[name]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Return what tells another interpreter of forms: it says what it made of them, or why not."""

    def tell(*data: object) -> Any:
        found, _ = json.loads(ran("-c", WORKER, said=json.dumps(data), path=tmp_path / "host"))
        return found

    return tell
