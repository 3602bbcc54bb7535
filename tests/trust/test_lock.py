"""The file of a lock: what it says, how it is damaged, and that it is written whole or not at all."""

from __future__ import annotations

import os
import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greeter import Greeter
from hotplug import Catalog, Lock, TrustError
from hotplug.trust import lockfile
from hotplug.trust.lock import Locked

if TYPE_CHECKING:
    from pathlib import Path

    from hotplug.testing import PluginMaker

DIGEST = "sha256:" + "0" * 64
ONE = Locked(("b", "a"), "/p/one.py", "module", "one", None, DIGEST)
WHOLE = f"""version = 1

[[artifact]]
names = ["one"]
path = "p/one.py"
kind = "module"
distribution = "one"
digest = "{DIGEST}"

[[artifact]]
names = ["two"]
kind = "installed"
distribution = "two"
version = "1.0"
digest = "{DIGEST}"
"""


def test_what_it_says_is_for_people_and_for_diffs(make_plugin: PluginMaker) -> None:
    make_plugin.module("p/zwei.py", "Greeter = None")
    points = {"greeter.plugins": {"b": "own:Greeter", "a": "own:Greeter"}}
    make_plugin.wheel("own", {"own.py": "Greeter = None"}, entry_points=points, version="1.5", into="p")
    make_plugin.installed("there", {"there.py": ""}, entry_points={"greeter.plugins": {"there": "there:Greeter"}})
    catalog = Catalog("greeter.plugins", Greeter, paths=[make_plugin.root / "p"])
    lock = Lock.of(catalog.entries())
    path = make_plugin.root / "hotplug.lock"
    lock.write(path)
    text = path.read_text()
    digests = [each.digest for each in lock.artifacts]
    assert (
        text
        == f"""\
# The artifacts that a catalog may run. Run `hotplug lock` again to accept a change.
version = 1

[[artifact]]
names = ["a", "b"]
path = "p/own-1.5-py3-none-any.whl"
kind = "wheel"
distribution = "own"
version = "1.5"
digest = "{digests[0]}"

[[artifact]]
names = ["there"]
kind = "installed"
distribution = "there"
version = "1.0"
digest = "{digests[1]}"

[[artifact]]
names = ["zwei"]
path = "p/zwei.py"
kind = "module"
distribution = "zwei"
digest = "{digests[2]}"
"""
    )
    assert Lock.read(path) == lock
    Lock.of(reversed(catalog.entries())).write(path)
    assert path.read_text() == text


names = st.text(min_size=1, max_size=20).filter(lambda text: "\0" not in text and text.isprintable())


def at(path: str, version: str | None, digits: str) -> Locked:
    return Locked((), f"/p/{path.replace('/', '')}.py", "module", "d", version, f"sha256:{digits}")


digits = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(st.dictionaries(names, st.builds(at, names, st.none() | names, digits), max_size=4))
def test_whatever_is_locked_is_read_as_it_was(found: dict[str, Locked]) -> None:
    places = {each.path: each._replace(names=(name,)) for name, each in found.items()}
    lock = Lock(places.values())
    text = lockfile.text_of(lock.artifacts, "/elsewhere")
    assert Lock(lockfile.parsed(text, "/elsewhere/hotplug.lock")) == lock
    assert tomllib.loads(text)["version"] == 1


def test_paths_below_the_lock_are_relative_and_others_absolute(tmp_path: Path) -> None:
    folder = tmp_path.resolve()
    inside, outside = ONE._replace(path=str(folder / "a/b.py")), ONE._replace(path="/p/o.py", names=("o",))
    Lock([inside, outside]).write(folder / "hotplug.lock")
    text = (folder / "hotplug.lock").read_text()
    assert 'path = "a/b.py"' in text
    assert 'path = "/p/o.py"' in text
    (folder / "link").symlink_to(folder)
    assert Lock.read(folder / "link/hotplug.lock").named("a") == inside._replace(names=("a", "b"))


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("version = 1", "version = 2", 1, "it is of version 2, and this hotplug knows 1 only"),
        ("version = 1", 'version = "1"', 1, "it has no version"),
        ("version = 1", "", 1, "it has no version"),
        ("version = 1", "version = 1\nmore = 3", 2, "'more' is nothing that a lock has"),
        ('kind = "module"', 'kind = "zip"', 6, "there is no kind 'zip'"),
        ('kind = "module"', "", 3, "kind is not there"),
        ('kind = "module"', 'kind = "module"\nsize = 3', 7, "'size' is nothing that an artifact has"),
        ('names = ["one"]', "names = []", 4, "names is a list of at least one name"),
        ('names = ["one"]', 'names = "one"', 4, "names is a list of at least one name"),
        ('names = ["one"]', "names = [1]", 4, "a name is a text, not 1"),
        ('names = ["one"]', 'names = ["one", "one"]', 4, "the name 'one' is locked twice"),
        ('names = ["two"]', 'names = ["one"]', 11, "the name 'one' is locked twice"),
        ('path = "p/one.py"', "path = 3", 5, "path is a text, not 3"),
        ('path = "p/one.py"', "", 3, "path is not there"),
        ('distribution = "two"', 'distribution = "two"\npath = "/p"', 14, "an installed distribution has no path"),
        (f'digest = "{DIGEST}"', 'digest = "sha256:12"', 8, "the digest is none"),
        (f'digest = "{DIGEST}"', "", 3, "digest is not there"),
        ('version = "1.0"', "version = 1.0", 14, "version is a text, not 1.0"),
        ('kind = "module"', "kind = ", 6, "line 6"),
        ("[[artifact]]", "[artifact]", 3, "artifacts are tables"),
        ("[[artifact]]", "[[artifact", 3, "line 3"),
    ],
)
def test_damage_is_told_with_file_line_and_reason(
    old: str, new: str, line: int, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "hotplug.lock"
    assert old in WHOLE
    text = WHOLE.replace(old, new, 1)
    if new == "[artifact]":
        text = text.partition("\n[[")[0]
    path.write_text(text)
    with pytest.raises(TrustError) as caught:
        Lock.read(path)
    error = caught.value
    assert error.plugin == str(path)
    assert f"line {line}" in error.reason
    assert reason in error.reason
    assert error.remedy == "mend it, or write it anew: hotplug lock"


@pytest.mark.parametrize("data", [b"\xff\xfe", b"", b"[[[", b"x" * 10_000, b"version = 1\x00", b"[" * 100_000])
def test_whatever_is_in_the_file_is_a_trust_error(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "hotplug.lock"
    path.write_bytes(data)
    with pytest.raises(TrustError, match="the lock is damaged"):
        Lock.read(path)


def test_a_place_is_locked_once(tmp_path: Path) -> None:
    path = tmp_path / "hotplug.lock"
    again = WHOLE[WHOLE.index("[[") : WHOLE.rindex("[[")].replace('"one"]', '"three"]')
    path.write_text(WHOLE + again)
    with pytest.raises(TrustError, match="p/one.py is locked twice"):
        Lock.read(path)


def test_a_lock_that_is_not_there_or_no_file(tmp_path: Path) -> None:
    with pytest.raises(TrustError, match="the lock is not there\n  write it: hotplug lock"):
        Lock.read(tmp_path / "hotplug.lock")
    with pytest.raises(TrustError, match="the lock cannot be read"):
        Lock.read(tmp_path)
    with pytest.raises(TrustError, match="the lock cannot be written"):
        Lock([]).write(tmp_path / "no" / "hotplug.lock")


def test_a_pipe_is_not_waited_for_nor_replaced(tmp_path: Path) -> None:
    path = tmp_path / "hotplug.lock"
    os.mkfifo(path)
    with pytest.raises(TrustError, match="the lock is no regular file"):
        Lock.read(path)
    with pytest.raises(TrustError, match="cannot be written: that is no regular file"):
        Lock([]).write(path)
    assert path.is_fifo()


def test_a_name_that_is_no_text_is_told_and_what_was_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "hotplug.lock"
    one = ONE._replace(names=("a", "b"))
    Lock([one]).write(path)
    odd = ONE._replace(names=("odd",), path="/p/\udcff.py")
    with pytest.raises(TrustError, match=r'is no text: path = "/p/.udcff.py"\n  rename that file'):
        Lock([one, odd]).write(path)
    assert Lock.read(path).artifacts == (one,)


def test_a_lock_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "hotplug.lock"
    Lock([ONE]).write(path)
    before = path.read_bytes()

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(TrustError, match="cannot be written: No space left"):
            Lock([]).write(path)
    assert path.read_bytes() == before
    assert [*tmp_path.iterdir()] == [path]
    path.chmod(0o640)
    Lock([]).write(path)
    assert path.stat().st_mode & 0o777 == 0o640
    assert Lock.read(path).artifacts == ()


def test_a_name_means_one_artifact() -> None:
    with pytest.raises(ValueError, match="is locked twice"):
        Lock([ONE, ONE._replace(path="/p/two.py")])
