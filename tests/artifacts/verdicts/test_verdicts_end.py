"""A verdict counts no longer than it is true, however what is installed changes."""

from __future__ import annotations

import os
import sys

import pytest

from hotplug.artifacts import locate, needs
from hotplug.artifacts.compatibility import objections
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

OLD = 10**18  # nanoseconds since the epoch: 2001


def aged(folder: Path) -> None:
    """Set a folder's time back, so that the next change in it shows, however soon it comes."""
    os.utime(folder, ns=(OLD, OLD))


def info(folder: Path, name: str, **files: str) -> Path:
    """Make a folder of metadata with these files in it."""
    made = folder / name
    made.mkdir(parents=True, exist_ok=True)
    for each, text in files.items():
        (made / each).write_text(text)
    return made


def test_a_working_folder_that_is_gone_is_in_nobodys_way(
    make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["packaging>=1"])
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    monkeypatch.setattr(sys, "path", ["", "below", *sys.path])
    (tmp_path / "gone").rmdir()
    artifact = locate(path)
    assert [objections(artifact, {}) for _ in range(2)] == [[], []]


def test_what_lies_above_a_folder_that_a_link_leads_to_is_looked_at(
    make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real" / "deep")
    good = info(tmp_path / "real" / "lib", "some_host-1.0.dist-info")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "link" / ".." / "lib"), *sys.path])
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host>=1"])
    assert objections(locate(path), {}) == []
    good.rename(good.with_name("some_host-0.5.dist-info"))
    assert objections(locate(path), {}) == ["it needs some-host>=1, installed is some-host 0.5"]


def test_a_link_that_leads_to_another_folder_is_another(
    make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for release, needed in (("one", "packaging"), ("two", "nowhere-to-be-found")):
        text = f'Name: some-host\nVersion: 1.0\nRequires-Dist: {needed}; extra == "more"\n'
        info(tmp_path / release, "some_host-1.0.dist-info", METADATA=text)
    current = tmp_path / "current"
    current.symlink_to("one")
    monkeypatch.setattr(sys, "path", [str(current), *sys.path])
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host[more]>=1"])
    assert objections(locate(path), {}) == []
    current.unlink()
    current.symlink_to("two")
    assert objections(locate(path), {}) == [
        "it needs some-host[more]>=1, which needs nowhere-to-be-found, which is not installed"
    ]


@pytest.mark.parametrize("folder", ["site-packages", "lib"])
def test_of_several_versions_the_one_that_becomes_whole_counts(
    folder: str, make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / folder
    info(site, "some_host-1.0.dist-info", METADATA="Name: some-host\nVersion: 1.0\n", RECORD="")
    begun = info(site, "some_host-2.0.dist-info")
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host<2"])
    assert objections(locate(path), {}) == []
    aged(begun)
    info(site, begun.name, METADATA="Name: some-host\nVersion: 2.0\n", RECORD="")
    assert objections(locate(path), {}) == ["it needs some-host<2, installed is some-host 2.0"]


def test_what_a_build_left_counts_once_it_lists_what_it_installed(
    make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, decided: list[str]
) -> None:
    left = info(tmp_path / "checkout", "some_host-0.5.egg-info", **{"PKG-INFO": "Name: some-host\nVersion: 0.5\n"})
    info(tmp_path / "site-packages", "some_host-1.0.dist-info")
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host>=1"])
    monkeypatch.setattr(sys, "path", [str(left.parent), str(tmp_path / "site-packages"), *sys.path])
    assert [objections(locate(path), {}) for _ in range(2)] == [[], []]
    assert decided == ["picky"]
    aged(left)
    info(left.parent, left.name, RECORD="")
    assert objections(locate(path), {}) == ["it needs some-host>=1, installed is some-host 0.5"]


@pytest.mark.parametrize("what", ["program", "site-packages", "sys.path"])
def test_what_came_while_it_was_decided_is_not_remembered(
    what: str, make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["some-host>=1"])
    info(tmp_path / "elsewhere", "some_host-1.0.dist-info")
    (tmp_path / "program").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path / each) for each in ("program", "site-packages")] + sys.path)
    real = needs.Needs.unmet

    def unmet(self: needs.Needs) -> list[str]:
        if what == "sys.path":
            sys.path.insert(0, str(tmp_path / "elsewhere"))
        else:
            info(tmp_path / what, "some_host-1.0.dist-info")
        return real(self)

    with monkeypatch.context() as patched:
        patched.setattr(needs.Needs, "unmet", unmet)
        assert objections(locate(path), {}) == []
    if what == "sys.path":
        del sys.path[0]
    else:
        (tmp_path / what / "some_host-1.0.dist-info").rmdir()
        if what == "site-packages":  # which was not there
            (tmp_path / what).rmdir()
    assert objections(locate(path), {}) == ["it needs some-host>=1, which is not installed"]
