"""What ``importlib.metadata`` tells a plugin about itself, and keeps from the host."""

from __future__ import annotations

import importlib
import sys
from importlib import metadata
from typing import Any

import pytest

import hotplug
from hotplug.testing import PluginMaker

SOURCE = """
import importlib.metadata
from importlib.metadata import PackageNotFoundError, distribution, entry_points, version

at_import = version("own-words")
def told():
    metadata = importlib.metadata.metadata("own-words")
    return metadata["Name"], metadata["Version"], importlib.metadata.requires("Own.Words")
def points():
    return [(each.name, each.value, each.load()) for each in entry_points(group="own.group")]
def points_of_distribution():
    return [(each.group, each.name, each.load()) for each in distribution("own_words").entry_points]
def files():
    return sorted(str(each) for each in importlib.metadata.files("own-words") or () if each.suffix == ".py")
def text():
    (found,) = [each for each in importlib.metadata.files("own-words") if each.name == "words.py"]
    return found.read_text(), found.locate().read_bytes()
def listed():
    return [each.version for each in importlib.metadata.distributions() if each.name == "own-words"]
def missing(name):
    try:
        version(name)
    except PackageNotFoundError as error:
        return str(error)
def of_host():
    return version("pytest")
"""
CONTENTS: dict[str, str | bytes] = {"own_words/__init__.py": SOURCE, "own_words/words.py": "said = 'words'"}
POINTS = {"own.group": {"said": "own_words.words:said"}}
DECLARED = {"version": "1.5", "requires": ["pytest>=1"], "entry_points": POINTS}


def artifact(kind: str, make_plugin: PluginMaker) -> Any:
    declared: Any = DECLARED
    if kind == "project":
        return make_plugin.project("own-words", CONTENTS, **declared)
    if kind == "wheel":
        return make_plugin.wheel("own-words", CONTENTS, **declared)
    make_plugin.installed("own-words", CONTENTS, **declared)
    return hotplug.installed("own-words", private=kind == "private")


@pytest.mark.parametrize("kind", ["installed", "private", "wheel", "project"])
def test_a_plugin_reads_its_own_metadata(kind: str, make_plugin: PluginMaker) -> None:
    with hotplug.open(artifact(kind, make_plugin)) as plugin:
        call: Any = plugin.lookup("own_words:")
        assert call.at_import == "1.5"
        name, version, requires = call.told()
        assert (name.replace("_", "-"), version, requires) == ("own-words", "1.5", ["pytest>=1"])
        assert call.points() == [("said", "own_words.words:said", "words")]
        assert call.points_of_distribution() == [("own.group", "said", "words")]
        assert "1.5" in call.listed()
        assert call.missing("no-such-distribution") == "No package metadata was found for no-such-distribution"
        assert call.of_host() == metadata.version("pytest")


@pytest.mark.parametrize("kind", ["installed", "private", "wheel"])
def test_a_plugin_reads_what_files_it_has(kind: str, make_plugin: PluginMaker) -> None:
    with hotplug.open(artifact(kind, make_plugin)) as plugin:
        call: Any = plugin.lookup("own_words:")
        assert call.files() == ["own_words/__init__.py", "own_words/words.py"]
        assert call.text() == ("said = 'words'", b"said = 'words'")


@pytest.mark.parametrize("kind", ["wheel", "project"])
def test_the_host_is_not_told_about_a_plugin(kind: str, make_plugin: PluginMaker) -> None:
    with hotplug.open(artifact(kind, make_plugin)) as plugin:
        call: Any = plugin.lookup("own_words:")
        assert call.listed() == ["1.5"]
        with pytest.raises(metadata.PackageNotFoundError):
            metadata.version("own-words")
        assert not metadata.entry_points(group="own.group")
        assert not [each for each in metadata.distributions() if each.name == "own-words"]
        other = make_plugin.module("other.py", "from importlib.metadata import entry_points, version")
        with hotplug.open(other) as stranger:
            theirs: Any = stranger.lookup("other:")
            # a function of the standard library belongs to whoever calls it
            assert theirs.version is metadata.version


def test_another_plugin_is_not_told_about_a_plugin(make_plugin: PluginMaker) -> None:
    source = (
        "from importlib.metadata import entry_points\ndef found(): return list(entry_points(group='own.group'))"
    )
    with (
        hotplug.open(artifact("wheel", make_plugin)) as plugin,
        hotplug.open(make_plugin.module("other.py", source)) as other,
    ):
        own: Any = plugin.lookup("points")
        theirs: Any = other.lookup("found")
        assert (len(own()), theirs()) == (1, [])


def test_each_of_two_versions_reads_its_own(make_plugin: PluginMaker) -> None:
    source = "from importlib.metadata import version\ndef told(): return version('own')\nat_import = told()"
    paths = [make_plugin.wheel("own", {"own.py": source}, version=version) for version in ("1.0", "2.0")]
    make_plugin.installed("own", {"own.py": source}, version="3.0")
    with hotplug.open(paths[0]) as first, hotplug.open(paths[1]) as second:
        for plugin, version in ((first, "1.0"), (second, "2.0")):
            told: Any = plugin.lookup("told")
            assert (told(), plugin.lookup("at_import")) == (version, version)
        assert metadata.version("own") == "3.0"


def test_a_folder_into_which_several_were_unpacked_has_the_metadata_of_each(make_plugin: PluginMaker) -> None:
    source = "from importlib.metadata import version\nfound = version('first'), version('second-part')"
    files = {
        "first.py": source,
        "second_part.py": "",
        "first-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: first\nVersion: 1.0\n",
        "second_part-2.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: second-part\nVersion: 2.0\n",
    }
    with hotplug.open(make_plugin.folder("first", files)) as plugin:
        assert plugin.lookup("first:found") == ("1.0", "2.0")


def test_a_folder_without_a_version_has_no_metadata(make_plugin: PluginMaker) -> None:
    source = """
    from importlib.metadata import PackageNotFoundError, version
    try: found = version("own")
    except PackageNotFoundError: found = None
    """
    with hotplug.open(make_plugin.folder("own", {"__init__.py": source})) as plugin:
        assert plugin.lookup("found") is None


def test_a_closed_plugin_is_told_nothing_any_more(make_plugin: PluginMaker) -> None:
    plugin = hotplug.open(artifact("wheel", make_plugin))
    missing: Any = plugin.lookup("missing")
    assert missing("own-words") is None
    plugin.close()
    assert missing("own-words") == "No package metadata was found for own-words"
    assert not any("__hp" in name for name in sys.modules)


TOLD = """
import importlib.metadata
import library
def told(): return library.version_of("own-words")
def listed(): return library.listed()
def named(): return library.version_of(__name__)
"""
LIBRARY = """
import importlib.metadata
def version_of(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
def listed():
    return "own-words" in [each.name for each in importlib.metadata.distributions()]
"""


@pytest.mark.parametrize(
    ("requires", "installed", "version"),
    [
        (["library"], None, "1.5"),
        ([], None, "1.5"),
        (["library"], "1.0", "1.5"),
        ([], "1.0", "1.0"),
    ],
)
def test_a_library_that_is_told_the_name_of_a_plugin_finds_it(
    requires: list[str], installed: str | None, version: str, make_plugin: PluginMaker
) -> None:
    make_plugin.installed("library", {"library.py": LIBRARY})
    if installed is not None:
        make_plugin.installed("own-words", {"own_words.py": ""}, version=installed)
    library = importlib.import_module("library")
    path = make_plugin.wheel("own-words", {"own_words.py": TOLD}, version="1.5", requires=requires)
    with hotplug.open(path) as plugin:
        call: Any = plugin.lookup("own_words:")
        assert call.told() == version
        assert call.listed() is (installed is not None)  # it might keep them
        assert library.version_of("own-words") == installed
        assert library.version_of(call.__name__) == "1.5"  # by its private name nobody else can be meant
    assert library.version_of("own-words") == installed
    assert library.version_of(call.__name__) is None
