"""A catalog with a lock runs what is locked, and nothing else; what is refused never runs."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from greeter import Greeter
from hotplug import Catalog, Lock, TrustError
from hotplug.artifacts.folder import Folder
from hotplug.artifacts.module import Module
from hotplug.artifacts.wheel import Wheel
from hotplug.trust.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Literal

    from hotplug.testing import PluginMaker

GROUP = "greeter.plugins"
POINTS = {GROUP: {"own": "own:Greeter"}}
BOUNDARIES = ("inline", "process")


def speaking(word: str, before: str = "") -> str:
    return f"{before}\nclass G:\n    def greet(self) -> str:\n        return {word!r}\nGreeter = G()\n"


def remembered(digest: str) -> Callable[[object], str]:
    """Return a method that gives a digest, whatever the bytes are."""
    return lambda _: digest


class Place:
    """A folder of one plugin of every kind, and its lock."""

    def __init__(self, make: PluginMaker) -> None:
        self.make = make
        files = {"own.py": speaking("own", make.tripwire("own"))}
        make.wheel("own", files, entry_points=POINTS, into="p")
        make.module("p/file.py", speaking("file", make.tripwire("file")))
        make.folder("p/package", {"__init__.py": speaking("package", make.tripwire("package"))})
        make.project("project", {"src/project.py": speaking("project", make.tripwire("project"))}, into="p")
        points = {GROUP: {"there": "there:Greeter"}}
        site = {"there.py": speaking("there", make.tripwire("there"))}
        self.site = make.installed("there", site, entry_points=points).site
        self.folder, self.path = make.root / "p", make.root / "hotplug.lock"
        self.write()

    def catalog(self, **options: Any) -> Catalog[Greeter]:
        return Catalog(GROUP, Greeter, paths=[self.folder], **options)

    def locked(self, **options: Any) -> Catalog[Greeter]:
        return self.catalog(lock=self.path, **options)

    def write(self) -> None:
        Lock.of(self.catalog().entries()).write(self.path)

    def change(self, name: str) -> None:
        """Put another plugin in the place of one."""
        files = {"own.py": speaking("evil", self.make.tripwire("evil"))}
        if name == "own":
            self.make.wheel("own", files, entry_points=POINTS, into="p")
            return
        places = {
            "file": self.folder / "file.py",
            "package": self.folder / "package/__init__.py",
            "project": self.folder / "project/src/project.py",
            "there": self.site / "there.py",
        }
        places[name].write_text(files["own.py"])


NAMES = ("file", "own", "package", "project", "there")


@pytest.fixture
def place(make_plugin: PluginMaker) -> Place:
    return Place(make_plugin)


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_what_is_locked_is_run_from_a_copy(
    place: Place, boundary: Literal["inline", "process"], empty_cache: Path
) -> None:
    with place.locked(boundary=boundary) as catalog:
        assert [(entry.name, entry.status) for entry in catalog.entries()] == [(name, "ready") for name in NAMES]
        assert {name: catalog.load(name).greet() for name in catalog} == {name: name for name in NAMES}
        for name in catalog:
            with catalog.open(name) as plugin:
                assert plugin.artifact.verified
                assert plugin.artifact.tree().root.startswith(str(empty_cache))


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("name", NAMES)
def test_what_was_changed_is_refused_and_the_others_run(
    place: Place, name: str, boundary: Literal["inline", "process"]
) -> None:
    place.change(name)
    with place.locked(boundary=boundary) as catalog:
        listed = {entry.name: entry.status for entry in catalog.entries()}
        assert listed.pop(name).startswith("refused: ")
        assert set(listed.values()) == {"ready"}
        loads = catalog.load_all()
        assert set(loads.loaded) == {*NAMES} - {name}
        error = loads.failed[name]
        assert isinstance(error, TrustError)
        locked = Lock.read(place.path).named(name)
        assert locked is not None
        assert error.expected == locked.digest
        for part in (name, error.expected, error.found, str(place.path), "hotplug lock"):
            assert str(part) in str(error)
        assert not place.make.ran("evil")
        place.write()
        catalog.refresh()
        assert catalog.load(name).greet() == "evil"


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("name", ["file", "own", "package", "project"])
def test_a_replaced_artifact_is_not_reloaded_until_it_is_locked(
    place: Place, name: str, boundary: Literal["inline", "process"]
) -> None:
    with place.locked(boundary=boundary) as catalog:
        greeter = catalog.load(name)
        place.change(name)
        with pytest.raises(TrustError):
            catalog.reload(name)
        assert catalog.load(name) is greeter
        assert greeter.greet() == name
        assert name in catalog.refresh().changed
        assert catalog[name].status.startswith("refused: ")
        assert not place.make.ran("evil")
        place.write()
        assert catalog.reload(name).greet() == "evil"


def test_what_is_not_locked_is_refused(place: Place) -> None:
    place.make.module("p/new.py", speaking("new", place.make.tripwire("new")))
    with place.locked() as catalog:
        with pytest.raises(TrustError, match=r"new: .*new\.py is not in .*hotplug\.lock\n  .*run: hotplug lock"):
            catalog.load("new")
        assert catalog["new"].status == f"refused: {place.folder / 'new.py'} is not in {place.path}"
    assert not place.make.ran("new")


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_what_shadows_a_locked_plugin_is_refused_and_the_locked_one_runs(
    place: Place, boundary: Literal["inline", "process"]
) -> None:
    source = speaking("evil", place.make.tripwire("evil"))
    place.make.module("before/file.py", source)
    place.make.wheel("aaa", {"aaa.py": source}, entry_points={GROUP: {"own": "aaa:Greeter"}}, into="p")
    place.make.wheel("own", {"own.py": source}, entry_points=POINTS, version="2.0", into="p")
    paths = [place.make.root / "before", place.folder]
    with Catalog(GROUP, Greeter, paths=paths, lock=place.path, boundary=boundary) as catalog:
        errors = {entry.path: entry.error for entry in catalog.entries() if entry.error}
        assert sorted(map(os.path.basename, errors)) == [
            "aaa-1.0-py3-none-any.whl",
            "file.py",
            "own-2.0-py3-none-any.whl",
        ]
        for error in errors.values():
            assert isinstance(error, TrustError)
            assert "is not what is locked under this name" in error.reason
        assert catalog.load("file").greet() == "file"
        assert catalog.load("own").greet() == "own"
        (place.folder / "file.py").unlink()
        catalog.refresh()
        catalog.unload("file")
        with pytest.raises(TrustError, match="p/file.py, which is not there any more"):
            catalog.load("file")
    assert not place.make.ran("evil")


def test_what_is_gone_is_told(place: Place) -> None:
    (place.folder / "file.py").unlink()
    shutil.rmtree(place.site / "there-1.0.dist-info")
    with place.locked() as catalog:
        for name, where in (("file", "file.py"), ("there", "the installed distribution there")):
            with pytest.raises(TrustError, match=f"{where} is in .*hotplug.lock, and not there any more"):
                catalog.load(name)
            assert name in catalog
        assert {*catalog.load_all().failed} == {"file", "there"}
        assert [entry.name for entry in catalog.entries() if not entry.ready] == ["file", "there"]


def test_a_lock_does_not_give_an_artifact_another_name(place: Place) -> None:
    lock = Lock.read(place.path)
    renamed = [each._replace(names=("other",)) if each.names == ("file",) else each for each in lock.artifacts]
    Lock(renamed).write(place.path)
    with place.locked() as catalog, pytest.raises(TrustError, match="under other names only: other"):
        catalog.load("file")


def test_nothing_ran_of_what_was_listed_under_a_lock(place: Place) -> None:
    with place.locked() as catalog:
        assert len([entry.status for entry in catalog.entries()]) == len(NAMES)
    assert not any(map(place.make.ran, NAMES))


def test_a_list_of_names_reads_no_digest(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: object) -> str:
        raise AssertionError("a digest was computed")

    monkeypatch.setattr(Folder, "digest", fail)
    with place.locked() as catalog:
        assert list(catalog) == [*NAMES]
        assert [entry.name for entry in catalog.entries()] == [*NAMES]


def test_a_remembered_digest_lists_and_does_not_load(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has changed a file, and what is remembered of it, is listed, and not run."""
    locked = Lock.read(place.path).named("file")
    assert locked is not None
    monkeypatch.setattr(Module, "digest", remembered(locked.digest))
    place.change("file")
    with place.locked() as catalog:
        assert catalog["file"].status == "ready"
        with pytest.raises(TrustError):
            catalog.load("file")
        assert catalog["file"].status.startswith("refused: ")
    assert not place.make.ran("evil")


def test_a_symbol_is_that_of_the_bytes_that_were_hashed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wheel that was another one while it was listed must not have chosen what is looked up."""
    locked = Lock.read(place.path).named("own")
    assert locked is not None
    path = place.folder / "own-1.0-py3-none-any.whl"
    good = path.read_bytes()
    other = {GROUP: {"own": "own:G"}}
    place.make.wheel("own", {"own.py": speaking("own")}, entry_points=other, into="p")
    with place.locked() as catalog, monkeypatch.context() as patch:
        patch.setattr(Wheel, "digest", remembered(locked.digest))  # what was remembered of it is forged
        assert catalog["own"].symbol == "own:G"
        path.write_bytes(good)
        with pytest.raises(TrustError, match="was listed as offering own:G, and does not"):
            catalog.load("own")
        catalog.refresh()
        assert catalog.load("own").greet() == "own"


def test_a_lock_is_moved_with_its_plugins(place: Place, tmp_path: Path) -> None:
    shutil.copytree(place.folder, tmp_path / "moved" / "p")
    shutil.copy(place.path, tmp_path / "moved")
    with Catalog(
        GROUP, Greeter, paths=[tmp_path / "moved/p"], installed=False, lock=tmp_path / "moved/hotplug.lock"
    ) as catalog:
        assert catalog.load("file").greet() == "file"


def test_a_damaged_lock_stops_the_catalog_and_not_one_that_runs(place: Place) -> None:
    with place.locked() as catalog:
        greeter = catalog.load("file")
        place.path.write_text("version = 2\n")
        with pytest.raises(TrustError, match="line 1"):
            catalog.refresh()
        with pytest.raises(TrustError, match="line 1"):
            catalog.reload("file")
        assert catalog.load("file") is greeter
        assert catalog.load("own").greet() == "own"
        with pytest.raises(TrustError, match="line 1"):
            place.locked()
        place.path.unlink()
        with pytest.raises(TrustError, match="the lock is not there\n  write it: hotplug lock"):
            place.locked()


def test_a_lock_may_be_given_as_a_value(place: Place) -> None:
    lock = Lock.read(place.path)
    place.path.unlink()
    with place.catalog(lock=lock) as catalog:
        place.change("file")
        assert catalog.load("own").greet() == "own"
        with pytest.raises(TrustError, match="is not what was locked in"):
            catalog.load("file")


def test_verify_tells_what_became_of_each(place: Place, make_plugin: PluginMaker) -> None:
    place.change("file")
    shutil.rmtree(place.folder / "package")
    place.make.module("p/new.py", speaking("new"))
    lock = Lock.read(place.path)
    found = {each.name: each for each in verify(lock, place.catalog().entries())}
    assert {name: each.status for name, each in found.items()} == {
        "file": "differs",
        "own": "same",
        "package": "missing",
        "project": "same",
        "there": "same",
        "new": "new",
    }
    assert found["file"].expected != found["file"].found
    assert found["package"].where.endswith("/package")
    assert found["new"].expected is None
    assert not any(map(make_plugin.ran, [*NAMES, "evil"]))


def test_what_is_disabled_is_verified_too(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTPLUG_DISABLE", ",".join(NAMES))
    found = {each.name: each for each in verify(Lock.read(place.path), place.catalog().entries())}
    assert {name: each.status for name, each in found.items()} == dict.fromkeys(NAMES, "same")
    place.change("there")
    found = {each.name: each for each in verify(Lock.read(place.path), place.catalog().entries())}
    assert found["there"].status == "differs"


def test_verify_tells_of_what_cannot_be_read_and_of_what_takes_a_name(place: Place) -> None:
    (place.folder / "own-1.0-py3-none-any.whl").write_bytes(b"PK broken")
    place.make.module("before/file.py", speaking("evil"))
    catalog = Catalog(GROUP, Greeter, paths=[place.make.root / "before", place.folder])
    found = [(each.status, each.name, each.where) for each in verify(Lock.read(place.path), catalog.entries())]
    assert ("new", "file", str(place.make.root / "before/file.py")) in found
    assert ("same", "file", str(place.folder / "file.py")) in found
    assert ("differs", "own", str(place.folder / "own-1.0-py3-none-any.whl")) in found


def policy_of(place: Place, *lines: str) -> Path:
    path = place.make.root / "hotplug.toml"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_a_policy_names_the_lock(place: Place) -> None:
    policy = policy_of(place, 'lock = "hotplug.lock"')
    with place.catalog(policy=policy) as catalog:
        assert catalog.load("file").greet() == "file"
        place.change("own")
        with pytest.raises(TrustError, match="is not what was locked"):
            catalog.load("own")
    assert not place.make.ran("evil")


def test_a_policy_pins_one(place: Place) -> None:
    locked = Lock.read(place.path).named("file")
    assert locked is not None
    policy = policy_of(place, "[plugins.file]", f'pin = "{locked.digest}"')
    with place.catalog(policy=policy) as catalog, catalog.open("file") as plugin, catalog.open("own") as other:
        assert plugin.artifact.verified
        assert not other.artifact.verified
        place.change("file")
        with pytest.raises(TrustError, match=r"is not what was pinned in .*hotplug.toml, line 2"):
            catalog.open("file")
        place.change("own")
        catalog.refresh()
        assert catalog.load("own").greet() == "evil"


def test_a_pin_and_a_lock_must_agree(place: Place) -> None:
    policy = policy_of(place, 'lock = "hotplug.lock"', "[plugins.file]", f'pin = "sha256:{"0" * 64}"')
    with (
        place.catalog(policy=policy) as catalog,
        pytest.raises(TrustError, match=r"hotplug.toml, line 3 pins another digest than .*hotplug.lock has"),
    ):
        catalog.load("file")
    assert not place.make.ran("file")
