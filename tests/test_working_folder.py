"""A program whose working folder was deleted: what names whole paths works, what does not says why."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Literal

import pytest

import greeter.driver
import hotplug
from hotplug.authoring.project import make_project
from hotplug.build import build_wheel
from hotplug.cli.catalogs import Selection
from hotplug.doctor.machine import cache
from hotplug.errors import ArtifactError, BuildError, PluginError, PolicyError, TrustError
from hotplug.policy.editing import set_enabled
from hotplug.policy.file import find
from hotplug.testing import PluginMaker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

GROUP = "greeter.plugins"
SELECTION = Selection(policy=None, group=None, contract=None, paths=(), fallback=(), installed=True, provides={})


@pytest.fixture
def gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The working folder is deleted; the interpreter finds modules there, as it does with ``-c``."""
    here = os.getcwd()
    (tmp_path / "gone").mkdir()
    monkeypatch.delenv("HOTPLUG_POLICY", raising=False)
    sys.path[:0] = odd = ["", "relative"]
    os.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(FileNotFoundError):
        os.getcwd()
    yield
    os.chdir(here)
    for each in odd:
        sys.path.remove(each)


RELATIVE: dict[str, tuple[type[PluginError], Callable[[], object]]] = {
    "a folder that is searched": (ArtifactError, lambda: hotplug.Catalog(GROUP, object, paths=["named"])),
    "one that is searched last": (ArtifactError, lambda: hotplug.Catalog(GROUP, object, fallback=["named"])),
    "the lock of a catalog": (TrustError, lambda: hotplug.Catalog(GROUP, object, lock="named")),
    "the policy of a catalog": (PolicyError, lambda: hotplug.Catalog(GROUP, object, policy="named")),
    "a policy that is read": (PolicyError, lambda: hotplug.Policy.read("named")),
    "a policy that is found": (PolicyError, lambda: find("named", working_folder=False)),
    "a policy that is changed": (PolicyError, lambda: set_enabled("named", "french", False)),
    "a lock that is read": (TrustError, lambda: hotplug.Lock.read("named")),
    "a lock that is written": (TrustError, lambda: hotplug.Lock(()).write("named")),
    "what is built": (ArtifactError, lambda: build_wheel("named", "/nowhere")),
    "what is new": (BuildError, lambda: make_project("named", "greeter:Greeter", greeter.Greeter)),
    "a folder of made plugins": (PluginError, lambda: PluginMaker("named")),
    "a lock that the command is told": (TrustError, lambda: SELECTION.lock_place("named")),
}


@pytest.mark.usefixtures("gone")
@pytest.mark.parametrize("what", RELATIVE)
def test_what_is_relative_is_an_error_that_names_it(what: str) -> None:
    kind, name_it = RELATIVE[what]
    with pytest.raises(kind) as caught:
        name_it()
    assert type(caught.value) is kind
    assert str(caught.value) == (
        "named: is looked for in the working folder, which is not there any more\n"
        "  change to a folder that is there (cd), or name the whole path"
    )


def test_where_wheels_go_is_named(make_plugin: PluginMaker, request: pytest.FixtureRequest) -> None:
    folder = make_plugin.folder("french", {"__init__.py": ""})
    request.getfixturevalue("gone")
    with pytest.raises(BuildError, match="^wheels: is looked for in the working folder, which is not there"):
        build_wheel(folder, "wheels")


@pytest.mark.parametrize("boundary", ["inline", "process"])
@pytest.mark.parametrize("cache", [None, "relative"])
def test_whole_paths_and_what_is_installed_are_opened_all_the_same(
    cache: str | None,
    boundary: Literal["inline", "process"],
    make_plugin: PluginMaker,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    points = {GROUP: {"french": "french:word"}}
    wheel = make_plugin.wheel("french", {"french.py": "word: str = 'salut'"}, entry_points=points, into="drop")
    make_plugin.installed(
        "dutch", {"dutch.py": "word: str = 'dag'"}, entry_points={GROUP: {"dutch": "dutch:word"}}
    )
    request.getfixturevalue("gone")
    if cache is not None:
        monkeypatch.setenv("HOTPLUG_CACHE", cache)
    for source, word in ((wheel, "salut"), (hotplug.installed("dutch"), "dag")):
        with hotplug.open(source, boundary=boundary) as plugin:
            assert plugin.lookup("word", str) == word
    with hotplug.Catalog(GROUP, str, paths=[wheel.parent], boundary=boundary) as catalog:
        assert {"dutch", "french"} <= set(catalog)
        assert [catalog.load("dutch"), catalog.load("french")] == ["dag", "salut"]


@pytest.mark.usefixtures("gone")
def test_the_greeter_greets_and_says_which_folder_cannot_be_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert greeter.driver.main(["english"]) == 0
    assert capsys.readouterr() == ("Hello Universe\n", "")
    monkeypatch.setenv("GREETER_PLUGINS", "named")
    assert greeter.driver.main(["english"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("named: is looked for in the working folder, which is not there any more\n  change to")


@pytest.mark.usefixtures("gone")
def test_the_doctor_says_that_a_relative_cache_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTPLUG_CACHE", "relative")
    (finding,) = cache()
    assert finding.state == "problem"
    assert "relative is not there, and cannot be made: it is looked for in the working folder" in finding.what
