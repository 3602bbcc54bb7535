"""Plugins by name: which artifact a name means, what is shadowed or refused, and that listing runs nothing."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

import hotplug
from greeter import Greeter
from hotplug import Catalog
from hotplug.testing import BROKEN, PluginMaker

GROUP = "greeter.plugins"


def speaking(words: str) -> str:
    return f"class Greeting:\n    def greet(self) -> str: return {words!r}\nGreeter = Greeting()\n"


def catalog(*paths: Path, **options: object) -> Catalog[Greeter]:
    options = {"installed": False, **options}
    return Catalog(GROUP, Greeter, paths=paths, **options)  # type: ignore[arg-type]


def test_artifacts_without_entry_points_are_offered_under_their_stem(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    make_plugin.module("p/french.py", speaking("a"))
    make_plugin.folder("p/my dutch", {"__init__.py": speaking("b")})
    make_plugin.folder("p/greek", {"greek.py": speaking("c")})
    make_plugin.wheel("Old-Norse", {"old_norse.py": speaking("d")}, into="p")
    make_plugin.module("p/_hidden.py", speaking("e"))
    make_plugin.folder("p/.hidden", {"__init__.py": speaking("f")})
    make_plugin.module("p/unrelated.py", "value = 1")
    (tmp_path / "p" / "README.txt").write_text("words")
    with catalog(tmp_path / "p") as found:
        assert {name: found.load(name).greet() for name in found} == {
            "french": "a",
            "my dutch": "b",
            "greek": "c",
            "old_norse": "d",
        }


def test_entry_points_give_the_names_and_the_symbols(make_plugin: PluginMaker, tmp_path: Path) -> None:
    points = {GROUP: {"uno": "two:one", "due": "two:Other.two [extra]"}, "else.where": {"tre": "two:three"}}
    source = speaking("1") + "one = Greeter\nclass Other:\n    two = Greeter\n"
    make_plugin.project("two", {"two.py": source}, entry_points=points, version="3.1", into="p")
    make_plugin.wheel(
        "else", {"else_.py": speaking("3")}, entry_points={"else.where": {"x": "else_:Greeter"}}, into="p"
    )
    with catalog(tmp_path / "p") as found:
        assert list(found) == ["uno", "due"]
        assert (found["due"].symbol, found["due"].version, found["due"].status) == (
            "two:Other.two",
            "3.1",
            "ready",
        )
        assert found.load("uno") is found.load("due")


def test_paths_come_before_installed_and_installed_before_fallback(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    for folder in ("first", "second", "last"):
        for name in ("one", "two", "three", "four"):
            if (folder, name) not in {
                ("first", "two"),
                ("first", "three"),
                ("first", "four"),
                ("second", "three"),
                ("second", "four"),
            }:
                make_plugin.module(f"{folder}/{name}.py", speaking(f"{folder} {name}"))
    make_plugin.installed(
        "site",
        {"site_three.py": speaking("installed three")},
        entry_points={GROUP: {"three": "site_three:Greeter", "one": "site_three:Greeter"}},
    )
    with catalog(tmp_path / "first", tmp_path / "second", installed=True, fallback=[tmp_path / "last"]) as found:
        assert [found.load(name).greet() for name in ("one", "two", "three", "four")] == [
            "first one",
            "second two",
            "installed three",
            "last four",
        ]
        shadowed = [(entry.name, entry.status) for entry in found.entries() if entry.status.startswith("shadowed")]
        assert [name for name, _ in shadowed] == ["one", "one", "one", "three", "two"]
        assert all(status.startswith(f"shadowed by {tmp_path}") for _, status in shadowed)


def test_in_one_folder_the_highest_compatible_version_wins(make_plugin: PluginMaker, tmp_path: Path) -> None:
    for version in ("1.9", "1.10", "2.0"):
        make_plugin.wheel(
            "french",
            {"french.py": speaking(version)},
            version=version,
            entry_points={GROUP: {"french": "french:Greeter"}},
            requires=["host>=2"] if version == "2.0" else [],
            into="p",
        )
    with catalog(tmp_path / "p", provides={"host": "1.0"}) as found:
        assert found.load("french").greet() == found["french"].version == "1.10"
        by_version = {entry.version: entry.status for entry in found.entries()}
        assert by_version["1.9"] == f"shadowed by {found['french'].path}"
        assert by_version["2.0"] == "refused: does not fit this host: it needs host>=2, the host gives host 1.0"


def test_of_two_distributions_in_one_folder_the_first_file_name_wins(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    for name in ("b-french", "a-french"):
        make_plugin.project(
            name,
            {"words.py": speaking(name)},
            version="1.0" if name[0] == "a" else "9.0",
            entry_points={GROUP: {"french": "words:Greeter"}},
            into="p",
        )
    with catalog(tmp_path / "p") as found:
        assert found.load("french").greet() == "a-french"


def test_a_refused_plugin_hides_none_that_can_be_loaded(make_plugin: PluginMaker, tmp_path: Path) -> None:
    make_plugin.module("first/french.py", "def broken(:\n")
    make_plugin.module("last/french.py", speaking("fine"))
    with catalog(tmp_path / "first", tmp_path / "last") as found:
        assert found.load("french").greet() == "fine"
        assert [entry.status.partition(":")[0] for entry in found.entries()] == ["refused", "ready"]


def test_a_refused_plugin_that_nothing_stands_in_for_says_why_when_it_is_loaded(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    make_plugin.module("p/french.py", "def broken(:\n")
    with catalog(tmp_path / "p") as found:
        assert "french" in found
        for _ in range(2):
            with pytest.raises(hotplug.ArtifactError, match=r"french\.py:1") as caught:
                found.load("french")
            assert caught.value is not found["french"].error


def test_a_symbol_nearly_right_is_refused_with_the_right_one(make_plugin: PluginMaker, tmp_path: Path) -> None:
    make_plugin.module("p/french.py", "greeter = 1")
    with (
        catalog(tmp_path / "p") as found,
        pytest.raises(hotplug.ArtifactError, match="no 'Greeter', did you mean 'greeter'"),
    ):
        found.load("french")


def test_an_unknown_name_is_answered_with_those_there_are(make_plugin: PluginMaker, tmp_path: Path) -> None:
    make_plugin.module("p/french.py", speaking("a"))
    make_plugin.module("p/dutch.py", speaking("b"))
    with catalog(tmp_path / "p") as found:
        with pytest.raises(hotplug.PluginNotFound, match="no plugin 'klingon'\n  there are: dutch, french"):
            found["klingon"]
        with pytest.raises(KeyError, match="did you mean 'french'"):
            found.load("frnch")
        assert "klingon" not in found
        assert found.get("klingon") is None
        assert len(found) == 2
    with (
        catalog(tmp_path / "nowhere") as found,
        pytest.raises(hotplug.PluginNotFound, match="there is none at all"),
    ):
        found.load("french")


def test_listing_runs_no_plugin(make_plugin: PluginMaker, tmp_path: Path) -> None:
    make_plugin.module("p/one.py", f"{make_plugin.tripwire('one')}\n{speaking('a')}")
    make_plugin.project(
        "two",
        {"two.py": f"{make_plugin.tripwire('two')}\n{speaking('b')}", "setup.py": make_plugin.tripwire("setup")},
        entry_points={GROUP: {"two": "two:Greeter"}},
        into="p",
    )
    make_plugin.installed(
        "three",
        {"three.py": f"{make_plugin.tripwire('three')}\n{speaking('c')}"},
        entry_points={GROUP: {"three": "three:Greeter"}},
    )
    with catalog(tmp_path / "p", installed=True) as found:
        assert {"one", "two", "three"} <= set(found)
        assert all(entry.version or entry.name == "one" for entry in found.entries())
        found.load("two")
    assert [make_plugin.ran(name) for name in ("one", "two", "three", "setup")] == [False, True, False, False]


def test_every_broken_artifact_is_listed_with_its_reason_and_stops_no_other(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    folders = {str(make_plugin.broken(kind)).rpartition("/")[0]: kind for kind in BROKEN}
    make_plugin.module("p/french.py", speaking("fine"))
    with catalog(*map(Path, folders), tmp_path / "p") as found:
        assert found.load("french").greet() == "fine"
        refused = {folders[entry.path.rpartition("/")[0]]: entry for entry in found.entries() if not entry.ready}
    # of the others there is nothing in the folder, no Python, or a sound module that binds no Greeter
    nothing_there = {"missing", "nul_in_path", "empty_folder", "unknown"}
    sound = {kind for kind, fault in BROKEN.items() if fault.error is hotplug.CompatibilityError}
    assert BROKEN.keys() - refused.keys() == nothing_there | sound
    for kind, entry in refused.items():
        assert entry.error is not None
        assert entry.status == f"refused: {entry.error.reason}"
        assert BROKEN[kind].explained_by(entry.error), entry.status
    assert not any(make_plugin.ran(kind) for kind in BROKEN)


def _not_wanted(*_: object) -> object:
    pytest.fail("it looked further")


def test_only_the_places_up_to_the_name_are_read(
    make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plugin.module("p/french.py", speaking("a"))
    with catalog(tmp_path / "p", installed=True) as found:
        monkeypatch.setattr("hotplug.catalog.installed.Site", _not_wanted)
        found.load("french")


def test_a_catalog_is_a_snapshot(make_plugin: PluginMaker, tmp_path: Path) -> None:
    make_plugin.module("p/french.py", speaking("a"))
    with catalog(tmp_path / "p") as found:
        assert list(found) == ["french"]
        make_plugin.module("p/dutch.py", speaking("b"))
        assert list(found) == ["french"]
    with catalog(tmp_path / "p") as found:
        assert list(found) == ["dutch", "french"]


def test_a_name_that_was_loaded_gives_the_same_value_until_it_is_unloaded(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    make_plugin.module("p/french.py", f"{make_plugin.tripwire('french')}\n{speaking('a')}")
    with catalog(tmp_path / "p") as found:
        assert found.load("french") is found.load("french")
        with found.open("french") as plugin:
            assert plugin.lookup("Greeter") is found.load("french")
        assert found.unload("french").unloaded
        assert found.unload("french").reason == "it was not loaded"
        assert found.load("french").greet() == "a"
    assert make_plugin.runs("french") == 2
    assert not any("__hp" in name for name in sys.modules)
    with pytest.raises(hotplug.PluginClosed, match="the catalog was closed"):
        found.load("french")


def test_a_plugin_that_fails_its_contract_is_closed_again(make_plugin: PluginMaker, tmp_path: Path) -> None:
    make_plugin.module("p/french.py", "Greeter = 3")
    with catalog(tmp_path / "p") as found:
        with pytest.raises(hotplug.ContractError, match="greet"):
            found.load("french")
        assert not any("__hp" in name for name in sys.modules)


def test_threads_that_load_one_name_get_one_value(make_plugin: PluginMaker, tmp_path: Path) -> None:
    make_plugin.module("p/french.py", f"{make_plugin.tripwire('french')}\n{speaking('a')}")
    values: list[object] = []
    together = threading.Barrier(16)
    with catalog(tmp_path / "p") as found:

        def load() -> None:
            together.wait()
            values.append(found.load("french"))

        threads = [threading.Thread(target=load) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(values) == 16
        assert len(set(map(id, values))) == 1
        values.clear()
    assert make_plugin.runs("french") == 1


def test_a_contract_without_a_name_needs_the_symbol() -> None:
    with pytest.raises(TypeError, match="has no name: say which symbol plugins export"):
        Catalog(GROUP, int | str)


def test_an_installed_distribution_with_damaged_metadata_is_listed_and_stops_no_other(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    broken = make_plugin.installed("bad", {"bad.py": ""}, entry_points={GROUP: {"bad": "bad:Greeter"}})
    (broken.dist_info / "METADATA").unlink()
    make_plugin.module("p/french.py", speaking("fine"))
    with catalog(tmp_path / "p", installed=True) as found:
        assert found["bad"].status.startswith("refused: is not there: the installation is damaged")
        assert found.load("french").greet() == "fine"
