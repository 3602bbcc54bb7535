"""What ``pkg_resources`` tells a plugin about itself, and keeps from the host."""

from __future__ import annotations

import importlib
import sys
import warnings
from typing import Any

import pytest

import hotplug
from hotplug.testing import PluginMaker

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # newer ones say that it is deprecated
    pytest.importorskip("pkg_resources")

SOURCE = """
import pkg_resources
from pkg_resources import Requirement, get_distribution, iter_entry_points, resource_string

at_import = get_distribution("own-words").version
def by_name(): return pkg_resources.get_distribution(__name__.replace("_", "-")).version
def required(): return [(each.key, each.version) for each in pkg_resources.require("own-words>=1")]
def listed(): return [each.version for each in pkg_resources.working_set if each.key == "own-words"]
def points(): return [(each.name, each.load()) for each in iter_entry_points("own.group")]
def loaded(): return pkg_resources.load_entry_point("own-words", "own.group", "said")
def grouped(): return sorted(pkg_resources.get_entry_map("own-words", "own.group"))
def data():
    spelt = pkg_resources.resource_string("own_words", "data.txt")
    with pkg_resources.resource_stream(__name__, "data.txt") as stream:
        return {spelt, stream.read(), resource_string(Requirement.parse("own-words"), "own_words/data.txt")}
def folder(): return sorted(pkg_resources.resource_listdir("own_words", ""))[:2]
def missing():
    try:
        pkg_resources.require("own-words>2")
    except pkg_resources.VersionConflict as error:
        return error.report()
def of_host(): return pkg_resources.get_distribution("pytest").version
def late(): return __import__("importlib").import_module("pkg_resources").get_distribution("own-words").version
"""
CONTENTS: dict[str, str | bytes] = {
    "own_words/__init__.py": SOURCE,
    "own_words/words.py": "said = 'words'",
    "own_words/data.txt": "data",
}
DECLARED: dict[str, Any] = {"version": "1.5", "entry_points": {"own.group": {"said": "own_words.words:said"}}}


@pytest.mark.parametrize("kind", ["wheel", "project"])
def test_a_plugin_finds_itself_in_its_working_set(kind: str, make_plugin: PluginMaker) -> None:
    make = make_plugin.wheel if kind == "wheel" else make_plugin.project
    host: Any = importlib.import_module("pkg_resources")
    with hotplug.open(make("own-words", CONTENTS, **DECLARED)) as plugin:
        call: Any = plugin.lookup("own_words:")
        assert call.at_import == call.by_name() == call.late() == "1.5"
        assert call.required() == [("own-words", "1.5")]
        assert call.listed() == ["1.5"]
        assert call.points() == [("said", "words")]
        assert call.loaded() == "words"
        assert call.grouped() == ["said"]
        assert call.data() == {b"data"}
        assert call.folder() == ["__init__.py", "data.txt"]
        assert "own-words 1.5" in call.missing()
        assert call.of_host() == host.get_distribution("pytest").version
        assert "own-words" not in {each.key for each in host.working_set}
        with pytest.raises(host.DistributionNotFound):
            host.get_distribution("own-words")
        assert "own_words" not in sys.modules
        del call
        assert plugin.close().unloaded


def test_a_plugin_may_bring_a_working_set_of_its_own(make_plugin: PluginMaker) -> None:
    files: dict[str, str | bytes] = {
        "pkg_resources/__init__.py": "mine = 'mine'",
        "own.py": "import importlib, pkg_resources\nfrom pkg_resources import mine\n"
        "found = mine, importlib.import_module('pkg_resources') is pkg_resources",
    }
    with hotplug.open(make_plugin.folder("root", files)) as plugin:
        assert plugin.lookup("own:found") == ("mine", True)
