from __future__ import annotations

import importlib
import importlib.metadata
import json
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from hotplug.testing import PluginMaker

POINTS = {"greeter.plugins": {"french": "french_for_a_test:Greeter"}}
FILES = {"french_for_a_test/__init__.py": "class Greeter: ...\n", "french_for_a_test/words.py": ""}


def names_in_group() -> set[str]:
    return set(importlib.metadata.entry_points(group="greeter.plugins").names)


@pytest.mark.parametrize("editable", [False, True], ids=["ordinary", "editable"])
def test_it_is_there_until_the_maker_is_closed(make_plugin: PluginMaker, editable: bool) -> None:
    before = list(sys.path), set(sys.modules)
    made = make_plugin.installed("french-for-a-test", FILES, version="1.2", entry_points=POINTS, editable=editable)
    assert sys.path[0] == str(made.site)
    assert importlib.metadata.version("French_for.a-test") == "1.2"
    assert "french" in names_in_group()
    module = importlib.import_module("french_for_a_test.words")
    assert module.__file__ == str(made.source / "french_for_a_test" / "words.py")
    make_plugin.close()
    assert (list(sys.path), set(sys.modules)) == before
    assert find_spec("french_for_a_test") is None
    assert "french" not in names_in_group()


def test_what_was_imported_under_its_name_is_back_afterwards(make_plugin: PluginMaker) -> None:
    theirs = importlib.import_module("colorsys")
    make_plugin.installed("colorsys", {"colorsys.py": "mine = True"})
    assert importlib.import_module("colorsys").mine
    make_plugin.close()
    assert sys.modules["colorsys"] is theirs


def test_record_lists_every_file_with_its_hash(make_plugin: PluginMaker) -> None:
    made = make_plugin.installed("french-for-a-test", FILES, entry_points=POINTS)
    listed = importlib.metadata.distribution("french-for-a-test").files or []
    on_disk = {str(path.relative_to(made.site)) for path in made.site.rglob("*") if path.is_file()}
    assert {str(path) for path in listed} == on_disk
    assert {path.name for path in listed if path.hash is None} == {"RECORD"}
    assert made.dist_info.name == "french_for_a_test-1.0.dist-info"
    assert (made.dist_info / "INSTALLER").read_text() == "hotplug.testing\n"


def test_an_editable_one_points_to_its_source(make_plugin: PluginMaker) -> None:
    made = make_plugin.installed("french-for-a-test", FILES, editable=True)
    direct_url = json.loads((made.dist_info / "direct_url.json").read_text())
    assert direct_url == {"url": made.source.as_uri(), "dir_info": {"editable": True}}
    assert not (made.site / "french_for_a_test").exists()
    (pth,) = made.site.glob("*.pth")
    assert pth.read_text() == f"{made.source}\n"


def test_a_later_one_of_the_same_name_goes_first(make_plugin: PluginMaker) -> None:
    make_plugin.installed("french-for-a-test", FILES, version="1.0")
    make_plugin.installed("french-for-a-test", FILES, version="2.0")
    assert importlib.metadata.version("french-for-a-test") == "2.0"


def test_leaving_twice_is_leaving_once(make_plugin: PluginMaker) -> None:
    made = make_plugin.installed("french-for-a-test", FILES)
    before = list(sys.path)
    made.leave()
    made.leave()
    assert sys.path == before[1:]


@pytest.mark.skipif(find_spec("pip") is None, reason="pip is not installed")
def test_pip_takes_it_for_installed(make_plugin: PluginMaker) -> None:
    made = make_plugin.installed("french-for-a-test", FILES, version="1.2")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "inspect", "--path", str(made.site)], check=True, capture_output=True, encoding="utf-8"
    )
    (found,) = json.loads(done.stdout)["installed"]
    assert (found["metadata"]["name"], found["metadata"]["version"]) == ("french-for-a-test", "1.2")
    assert found["installer"] == "hotplug.testing"
