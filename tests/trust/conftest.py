"""What tests of trust begin with: an artifact of every kind, and an interpreter that forgets what was pinned."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path  # noqa: TC003  (a field of a NamedTuple)
from typing import TYPE_CHECKING, NamedTuple

import pytest

import hotplug
from hotplug import Artifact
from hotplug.boundaries.inline import shared
from hotplug.boundaries.inline.vouched import Vouched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotplug.testing import PluginMaker


class Made(NamedTuple):
    """What is opened, and the file of it whose change changes the digest."""

    source: Path | Artifact
    file: Path


KINDS = ("folder", "package", "project", "module", "wheel", "installed", "private", "editable")
BOUNDARIES = ("inline", "process")
DIGITS = "sha256:" + "0" * 64


@pytest.fixture(autouse=True)
def nothing_is_vouched_for() -> Iterator[None]:
    """Let no test see what another one has pinned in this interpreter: it stays until the program ends."""
    yield
    for finder in [each for each in sys.meta_path if isinstance(each, Vouched)]:
        sys.meta_path.remove(finder)
        for folder in [each for each in sys.path_importer_cache if each.startswith(finder.tree.root)]:
            del sys.path_importer_cache[folder]
    shared._imported.clear()  # pyright: ignore[reportPrivateUsage]
    shared._copies.clear()  # pyright: ignore[reportPrivateUsage]


@pytest.fixture(scope="session", autouse=True)
def first_worker(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Have the threads that serve every worker started before a test looks at the threads."""
    path = tmp_path_factory.mktemp("first") / "first.py"
    path.write_text("print('hello')")
    hotplug.open(path, boundary="process").close()


Make = Callable[..., Made]


@pytest.fixture
def made(make_plugin: PluginMaker) -> Make:
    """Return what makes an artifact of a kind, with a root module ``own`` whose ``word`` is given."""

    def make(kind: str, word: str = "good", *, version: str = "1.0", late: str = "late") -> Made:
        begin = f"{make_plugin.tripwire()}\nword = {word!r}\ndef later() -> str:\n    "
        root = f"{begin}from own import late\n    return late.word\n"
        files = {"own/__init__.py": root, "own/late.py": f"word = {late!r}", "own/data.txt": "data"}
        if kind == "folder":
            place = make_plugin.folder("root", files)
            return Made(place, place / "own/__init__.py")
        if kind == "package":
            place = make_plugin.folder("own", {path.removeprefix("own/"): text for path, text in files.items()})
            return Made(place, place / "__init__.py")
        if kind == "project":
            place = make_plugin.project("own", {f"src/{path}": text for path, text in files.items()})
            return Made(place, place / "src/own/__init__.py")
        if kind == "module":
            place = make_plugin.module("own.py", f"{begin}return {late!r}\n")
            return Made(place, place)
        if kind == "wheel":
            place = make_plugin.wheel("own", files, version=version)
            return Made(place, place)
        installation = make_plugin.installed("own", files, version=version, editable=kind == "editable")
        return Made(hotplug.installed("own", private=kind == "private"), installation.source / "own/__init__.py")

    return make
