"""Refreshing: what is new, gone or another is told, and what is loaded stays as it is."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

import hotplug
from greeter import Greeter
from hotplug import Changes
from hotplug.testing import PluginMaker

if TYPE_CHECKING:
    from pathlib import Path

Make = Callable[..., hotplug.Catalog[Greeter]]
Write = Callable[[str], None]

NOTHING = Changes((), (), ())


def speaking(words: str) -> str:
    return f"class Greeting:\n    def greet(self) -> str: return {words!r}\nGreeter = Greeting()\n"


def test_what_came_went_and_changed_is_told_once(
    make_plugin: PluginMaker, tmp_path: Path, french: Write, folder: Make
) -> None:
    french(speaking("a"))
    for name in ("dutch", "greek"):
        make_plugin.module(f"p/{name}.py", speaking(name))
    with folder() as found:
        assert list(found) == ["dutch", "french", "greek"]
        french(speaking("b"))
        make_plugin.module("p/old norse.py", speaking("c"))
        (tmp_path / "p" / "dutch.py").unlink()
        assert found.refresh() == Changes(("old norse",), ("dutch",), ("french",))
        assert found.refresh() == NOTHING
        assert not found.refresh()
        assert list(found) == ["french", "greek", "old norse"]


def test_what_is_loaded_stays_loaded(
    tmp_path: Path, make_plugin: PluginMaker, french: Write, folder: Make
) -> None:
    french(speaking("a"))
    make_plugin.module("p/dutch.py", speaking("d"))
    with folder() as found:
        loaded = found.load_all().loaded
        french(speaking("b"))
        (tmp_path / "p" / "dutch.py").unlink()
        assert found.refresh() == Changes((), ("dutch",), ("french",))
        assert {name: found.load(name) for name in loaded} == loaded
        assert found.refresh() == Changes((), (), ("french",))  # not what is loaded, until it is reloaded
        assert found.reload("french").greet() == "b"
        assert found.refresh() == NOTHING
        found.unload("dutch")
        with pytest.raises(hotplug.PluginNotFound, match="no plugin 'dutch'"):
            found.load("dutch")


def test_a_place_that_nobody_looked_at_is_no_change(
    make_plugin: PluginMaker, tmp_path: Path, french: Write, folder: Make
) -> None:
    french(speaking("a"))
    make_plugin.module("last/dutch.py", speaking("d"))
    with folder(fallback=[tmp_path / "last"]) as found:
        assert found["french"].ready
        make_plugin.module("p/greek.py", speaking("g"))
        assert found.refresh() == Changes(("greek",), (), ())
        (tmp_path / "p" / "french.py").unlink()
        make_plugin.module("last/french.py", speaking("last"))
        assert found.refresh() == Changes((), (), ("french",))
        assert found.load("french").greet() == "last"


def test_a_plugin_that_breaks_or_is_mended_has_changed(french: Write, folder: Make) -> None:
    french(speaking("a"))
    with folder() as found:
        assert found["french"].ready
        french("def broken(:")
        assert found.refresh().changed == ("french",)
        assert found["french"].status.startswith("refused: ")
        assert not found.refresh()
        french(speaking("b"))
        assert found.refresh().changed == ("french",)
        assert found.load("french").greet() == "b"


def test_an_edit_that_keeps_size_and_time_is_seen(tmp_path: Path, french: Write, folder: Make) -> None:
    path = tmp_path / "p" / "french.py"
    french(speaking("a"))
    then = path.stat()
    with folder() as found:
        assert list(found) == ["french"]
        path.write_text(speaking("b"))
        os.utime(path, ns=(then.st_atime_ns, then.st_mtime_ns))
        assert found.refresh().changed == ("french",)


def test_files_of_every_kind_of_artifact_count(make_plugin: PluginMaker, tmp_path: Path, folder: Make) -> None:
    points = {"greeter.plugins": {"dutch": "dutch:Greeter"}}
    make_plugin.folder("p/french", {"__init__.py": speaking("a"), "words.py": ""})
    make_plugin.project("dutch", {"dutch.py": speaking("a"), "words.py": ""}, entry_points=points, into="p")
    points = {"greeter.plugins": {"greek": "greek_i:Greeter"}}
    site = make_plugin.installed("greek", {"greek_i.py": speaking("a")}, entry_points=points)
    with folder(installed=True) as found:
        assert {"french", "dutch", "greek"} <= set(found)
        for name in ("french", "dutch"):
            (tmp_path / "p" / name / "words.py").write_text("more = 1\n")
            assert found.refresh() == Changes((), (), (name,))
        offers = site.dist_info / "entry_points.txt"
        offers.write_text(offers.read_text() + "norse = greek_i:Greeter\n")
        assert found.refresh() == Changes(("norse",), (), ("greek",))


def test_load_all_gives_what_works_and_the_reasons_of_the_rest(
    make_plugin: PluginMaker, french: Write, folder: Make
) -> None:
    french(speaking("a"))
    make_plugin.module("p/broken.py", "def broken(:")
    make_plugin.module("p/late.py", f"{speaking('b')}raise ValueError('no words')")
    make_plugin.module("p/wrong.py", "Greeter = 3")
    with folder() as found:
        loads = found.load_all()
        assert {name: each.greet() for name, each in loads.loaded.items()} == {"french": "a"}
        assert {name: type(error) for name, error in loads.failed.items()} == {
            "broken": hotplug.ArtifactError,
            "late": hotplug.ActivationError,
            "wrong": hotplug.ContractError,
        }
