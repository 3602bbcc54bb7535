"""That an artifact fits is remembered, and never for longer than it is true."""

from __future__ import annotations

import os
import sys

import pytest

from hotplug.artifacts import locate
from hotplug.artifacts.compatibility import objections
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotplug.testing.installation import Installation

OLD = 10**18  # nanoseconds since the epoch: 2001


def aged(folder: Path) -> None:
    """Set a folder's time back, so that the next change in it shows, however soon it comes."""
    os.utime(folder, ns=(OLD, OLD))


def host(make_plugin: PluginMaker, version: str = "1.0", *requires: str) -> Installation:
    installation = make_plugin.installed("some-host", {"some_host.py": ""}, version=version, requires=requires)
    aged(installation.site)
    return installation


def test_an_artifact_that_fits_is_looked_into_once(make_plugin: PluginMaker, decided: list[str]) -> None:
    host(make_plugin)
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host>=1"], requires_python=">=3.11")
    assert [objections(locate(path), {}) for _ in range(3)] == [[], [], []]
    assert decided == ["picky"]


@pytest.mark.parametrize("kind", ["folder", "module", "wheel"])
def test_an_artifact_that_needs_nothing_is_not_looked_into(
    kind: str, make_plugin: PluginMaker, decided: list[str], empty_cache: Path
) -> None:
    make: dict[str, Callable[[], Path]] = {
        "folder": lambda: make_plugin.folder("easy", {"easy.py": ""}),
        "module": lambda: make_plugin.module("easy.py", ""),
        "wheel": lambda: make_plugin.wheel("easy", {"easy.py": ""}),
    }
    assert objections(locate(make[kind]()), {}) == []
    assert not decided
    assert not list(empty_cache.glob("verdicts/*"))


def test_a_refusal_is_made_anew_with_what_can_be_done_now(make_plugin: PluginMaker) -> None:
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host>=1"])
    missing = "it needs some-host>=1, which is not installed"
    assert objections(locate(path), {}) == [missing]
    sibling = make_plugin.wheel("some-host", {"some_host.py": ""})
    assert objections(locate(path), {}) == [f"{missing}; {sibling.name} lies beside it: pip install {sibling}"]


def removed(installation: Installation) -> str:
    installation.dist_info.rename(installation.dist_info.with_suffix(".gone"))
    return ", which is not installed"


def downgraded(installation: Installation) -> str:
    installation.dist_info.rename(installation.dist_info.with_name("some_host-0.5.dist-info"))
    return ", installed is some-host 0.5"


def taken_off_the_path(installation: Installation) -> str:
    sys.path.remove(str(installation.site))
    return ", which is not installed"


@pytest.mark.parametrize("change", [removed, downgraded, taken_off_the_path])
def test_a_change_of_what_is_installed_shows(
    change: Callable[[Installation], str], make_plugin: PluginMaker
) -> None:
    installation = host(make_plugin)
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host>=1"])
    assert objections(locate(path), {}) == []
    reason = change(installation)
    assert objections(locate(path), {}) == [f"it needs some-host>=1{reason}"]


def test_what_is_installed_in_front_of_the_fitting_one_shows(make_plugin: PluginMaker) -> None:
    front, behind = make_plugin.installed("front", {"front.py": ""}), host(make_plugin)
    sys.path.remove(str(front.site))
    sys.path.insert(sys.path.index(str(behind.site)), str(front.site))
    aged(front.site)
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host>=1"])
    assert objections(locate(path), {}) == []
    (front.site / "some_host-0.5.dist-info").mkdir()
    assert objections(locate(path), {}) == ["it needs some-host>=1, installed is some-host 0.5"]


def test_a_change_of_order_on_the_path_shows(make_plugin: PluginMaker) -> None:
    old, new = host(make_plugin, "0.5"), host(make_plugin, "1.0")
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host>=1"])
    assert objections(locate(path), {}) == []
    sys.path.remove(str(old.site))
    sys.path.insert(0, str(old.site))
    assert sys.path[1] == str(new.site)
    assert objections(locate(path), {}) == ["it needs some-host>=1, installed is some-host 0.5"]


def test_an_editable_installation_that_is_replaced_shows(make_plugin: PluginMaker) -> None:
    installation = make_plugin.installed("some-host", {"some_host.py": ""}, editable=True)
    for folder in (installation.site, installation.source):
        aged(folder)
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host>=1"])
    assert objections(locate(path), {}) == []
    assert downgraded(installation) in objections(locate(path), {})[0]


def test_a_folder_that_a_pth_file_adds_counts(make_plugin: PluginMaker, tmp_path: Path) -> None:
    added = tmp_path / "added"
    (added / "some_host-1.0.dist-info").mkdir(parents=True)
    aged(added)
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host>=1"])
    sys.path.append(str(added))  # as site does for a line of a .pth file
    try:
        assert objections(locate(path), {}) == []
        (added / "some_host-1.0.dist-info").rmdir()
        assert objections(locate(path), {}) == ["it needs some-host>=1, which is not installed"]
    finally:
        sys.path.remove(str(added))


def test_the_current_folder_counts_where_it_is_on_the_path(
    make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, version in (("one", "1.0"), ("two", "0.5")):
        (tmp_path / name / f"some_host-{version}.dist-info").mkdir(parents=True)
        aged(tmp_path / name)
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host>=1"])
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    monkeypatch.chdir(tmp_path / "one")
    assert objections(locate(path), {}) == []
    monkeypatch.chdir(tmp_path / "two")
    assert objections(locate(path), {}) == ["it needs some-host>=1, installed is some-host 0.5"]


def test_what_the_host_provides_is_part_of_the_question(make_plugin: PluginMaker, decided: list[str]) -> None:
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host>=1"])
    assert objections(locate(path), {"some-host": "1.0"}) == []
    assert objections(locate(path), {"Some_Host": "1.0"}) == []
    assert decided == ["picky"]
    assert objections(locate(path), {"some-host": "0.5"}) == [
        "it needs some-host>=1, the host gives some-host 0.5"
    ]
    assert objections(locate(path), {}) == ["it needs some-host>=1, which is not installed"]


def test_what_the_artifact_declares_is_part_of_the_question(make_plugin: PluginMaker) -> None:
    host(make_plugin)
    for version, reasons in ((1, []), (2, ["it needs some-host>=2, installed is some-host 1.0"])):
        path = make_plugin.wheel("picky", {"picky.py": ""}, requires=[f"some-host>={version}"])
        assert objections(locate(path), {}) == reasons


@pytest.mark.parametrize("what", ["sys.version", "sys.platform", "hotplug.__version__", "os.uname"])
def test_another_interpreter_platform_or_hotplug_asks_again(
    what: str, make_plugin: PluginMaker, decided: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires_python=">=3.11")
    assert objections(locate(path), {}) == []
    monkeypatch.setattr(what, (lambda: ("a", "b", "c")) if what == "os.uname" else "another")
    assert objections(locate(path), {}) == []
    assert decided == ["picky", "picky"]


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder on sys.path that is called as those that installers fill."""
    folder = tmp_path / "site-packages"
    (folder / "some_host-1.0.dist-info").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    return folder


def test_nothing_is_remembered_while_a_folder_that_installers_fill_is_young(
    make_plugin: PluginMaker,
    decided: list[str],
    monkeypatch: pytest.MonkeyPatch,
    empty_cache: Path,
    filled: Path,
) -> None:
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host>=1"])
    for window in ("_RACY", "_FINE"):
        monkeypatch.setattr(f"hotplug.artifacts.memory.{window}", 10**18)
    for _ in range(2):
        assert objections(locate(path), {}) == []
    assert decided == ["picky", "picky"]
    assert not list(empty_cache.glob("verdicts/*"))
    monkeypatch.setattr("hotplug.artifacts.memory._RACY", -(10**18))
    aged(filled)
    for _ in range(2):
        assert objections(locate(path), {}) == []
    assert decided == ["picky", "picky", "picky"]
    (filled / "unrelated.py").touch()
    assert objections(locate(path), {}) == []
    assert decided == ["picky"] * 4


@pytest.mark.parametrize("racy", [2_000_000_000, -(10**18)])
def test_files_that_come_and_go_in_the_programs_folder_change_nothing(
    racy: int, make_plugin: PluginMaker, decided: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    host(make_plugin)
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host>=1"])
    own = tmp_path / "program"
    own.mkdir()
    monkeypatch.setattr("hotplug.artifacts.memory._RACY", racy)
    with monkeypatch.context() as patched:
        patched.setattr(sys, "path", [str(own), *sys.path])
        for number in range(3):
            (own / f"{number}.log").touch()
            assert objections(locate(path), {}) == []
        assert decided == ["picky"]
        (own / "some_host-0.5.dist-info").mkdir()
        assert objections(locate(path), {}) == ["it needs some-host>=1, installed is some-host 0.5"]
        (own / "some_host-0.5.dist-info").rmdir()
        assert objections(locate(path), {}) == []


def test_a_program_that_lies_elsewhere_each_time_asks_the_same(
    make_plugin: PluginMaker, decided: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    host(make_plugin)
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host>=1"])
    for number in range(3):
        (tmp_path / str(number)).mkdir()
        with monkeypatch.context() as patched:
            patched.setattr(sys, "path", [str(tmp_path / str(number)), *sys.path])
            assert objections(locate(path), {}) == []
    assert decided == ["picky"]


def test_another_working_folder_with_the_same_names_is_another(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, version in (("good", "1.0"), ("bad", "0.5")):
        info = tmp_path / name / "some_host.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Name: some-host\nVersion: {version}\n")
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host>=1"])
    monkeypatch.chdir(tmp_path / "good")
    assert objections(locate(path), {}) == []
    monkeypatch.chdir(tmp_path / "bad")
    assert objections(locate(path), {}) == ["it needs some-host>=1, installed is some-host 0.5"]


@pytest.mark.parametrize("name", ["some_host.egg-info", "some_host.dist-info"])
def test_a_version_that_stands_in_a_file_is_read_each_time(
    name: str, make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "site" / name
    info.mkdir(parents=True)
    file = info / ("METADATA" if name.endswith("dist-info") else "PKG-INFO")
    file.write_text("Name: some-host\nVersion: 1.0\n")
    monkeypatch.setattr(sys, "path", [str(info.parent), *sys.path])
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host>=1"])
    assert objections(locate(path), {}) == []
    file.write_text("Name: some-host\nVersion: 0.5\n")
    assert objections(locate(path), {}) == ["it needs some-host>=1, installed is some-host 0.5"]


def test_the_metadata_that_an_extra_was_read_from_counts(make_plugin: PluginMaker, decided: list[str]) -> None:
    installation = host(make_plugin, "1.0", 'other; extra == "more"')
    make_plugin.installed("other", {"other.py": ""})
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host[more]>=1"])
    assert [objections(locate(path), {}) for _ in range(2)] == [[], []]
    assert decided == ["picky"]
    metadata = installation.dist_info / "METADATA"
    metadata.write_text(metadata.read_text().replace("other;", "another;"))
    assert objections(locate(path), {}) == [
        "it needs some-host[more]>=1, which needs another, which is not installed"
    ]
    metadata.unlink()
    assert objections(locate(path), {}) == []  # it declares nothing any more
    metadata.write_text('Name: some-host\nVersion: 1.0\nRequires-Dist: another; extra == "more"\n')
    assert objections(locate(path), {}) == [
        "it needs some-host[more]>=1, which needs another, which is not installed"
    ]


def test_what_fits_a_platform_is_looked_into_each_time(
    make_plugin: PluginMaker, decided: list[str], empty_cache: Path
) -> None:
    from packaging.tags import sys_tags

    tag = str(next(sys_tags()))
    path = make_plugin.wheel("picky", {"picky.py": ""}, tag=tag)
    assert [objections(locate(path), {}) for _ in range(2)] == [[], []]
    assert decided == ["picky", "picky"]
    assert not list(empty_cache.glob("verdicts/*"))


def test_what_fits_a_version_of_python_alone_is_remembered(make_plugin: PluginMaker, decided: list[str]) -> None:
    tag = f"py3{sys.version_info.minor}-none-any"
    path = make_plugin.wheel("picky", {"picky.py": ""}, tag=tag)
    assert [objections(locate(path), {}) for _ in range(2)] == [[], []]
    assert decided == ["picky"]


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"1:2:3:4:5 /nowhere\n"])
def test_a_damaged_verdict_is_not_believed(
    damage: bytes, make_plugin: PluginMaker, decided: list[str], empty_cache: Path
) -> None:
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires_python=">=3.11")
    assert objections(locate(path), {}) == []
    (verdict,) = empty_cache.glob("verdicts/*")
    verdict.write_bytes(damage)
    assert objections(locate(path), {}) == []
    assert decided == ["picky", "picky"]


def test_what_is_no_folder_on_the_path_is_in_nobodys_way(
    make_plugin: PluginMaker, decided: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", ["/nowhere", "nul\0", *sys.path])
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["packaging>=1"])
    assert [objections(locate(path), {}) for _ in range(2)] == [[], []]
    assert decided == ["picky"]
