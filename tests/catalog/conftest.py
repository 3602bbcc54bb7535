"""What tests of a catalog begin with: a plugin that says a word, and a catalog of a few folders."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from greeter import Greeter
from hotplug import Catalog

if TYPE_CHECKING:
    from pathlib import Path

GROUP = "greeter.plugins"
Write = Callable[[str], None]
Make = Callable[..., Catalog[Greeter]]


def speaking(words: str, before: str = "") -> str:
    """Return the source of a plugin."""
    return f"""{before}
class Greeting:
    def greet(self) -> str:
        return {words!r}
Greeter = Greeting()
"""


@pytest.fixture
def french(tmp_path: Path) -> Write:
    """Return what puts another source in the place of ``p/french.py``, at once."""
    (tmp_path / "p").mkdir(exist_ok=True)

    def write(source: str) -> None:
        draft = tmp_path / f".draft-{threading.get_ident()}"
        draft.write_text(source)
        os.replace(draft, tmp_path / "p" / "french.py")

    return write


@pytest.fixture
def folder(tmp_path: Path) -> Make:
    """Return what makes a catalog of the folder ``p``."""

    def make(**options: object) -> Catalog[Greeter]:
        given = {"paths": [tmp_path / "p"], "installed": False, **options}
        return Catalog(GROUP, Greeter, **given)  # type: ignore[arg-type]

    return make
