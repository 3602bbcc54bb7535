"""Digests, and what is remembered of files from one run to the next."""

from __future__ import annotations

import hashlib
import os
import time

import pytest

import hotplug
from hotplug.artifacts import NEVER, locate, memory
from hotplug.artifacts import digest as digest_module
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return a list to which everything that is hashed is added."""
    seen: list[bytes] = []
    real = digest_module.sha256

    def sha256(data: bytes) -> str:
        seen.append(data)
        return real(data)

    monkeypatch.setattr(digest_module, "sha256", sha256)
    monkeypatch.setattr("hotplug.artifacts.memory._RACY", -(10**18))  # ctime cannot be set back
    return seen


def test_the_digest_of_a_file_is_that_of_its_bytes(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("a.py", "value = 1")
    assert locate(path).digest() == f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def test_the_digest_of_a_folder_is_that_of_its_paths_and_contents(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("a", {"__init__.py": b"x", "b/c.txt": b"y"})
    lines = b"".join(
        name + b"\0" + hashlib.sha256(content).hexdigest().encode() + b"\n"
        for name, content in ((b"__init__.py", b"x"), (b"b/c.txt", b"y"))
    )
    assert locate(path).digest() == f"sha256:{hashlib.sha256(lines).hexdigest()}"


def test_caches_version_control_environments_and_build_output_do_not_count(make_plugin: PluginMaker) -> None:
    files = {"a.py": b"x", "pyproject.toml": b"[project]\nname = 'a'"}
    path = make_plugin.folder("a", files)
    before = locate(path).digest()
    noise = [
        "__pycache__/a.pyc",
        ".git/config",
        "env/pyvenv.cfg",
        "env/lib/x.py",
        "dist/a.whl",
        "a.egg-info/PKG-INFO",
        "b.pyc",
    ]
    for each in noise:
        (path / each).parent.mkdir(parents=True, exist_ok=True)
        (path / each).write_bytes(b"noise")
    assert locate(path).digest() == before
    (path / "build").mkdir()
    (path / "build" / "__init__.py").write_bytes(b"")  # a package that happens to be called build
    assert locate(path).digest() != before


@pytest.mark.parametrize("kind", ["module", "folder", "wheel"])
def test_what_did_not_change_is_not_hashed_again(kind: str, make_plugin: PluginMaker, hashed: list[bytes]) -> None:
    if kind == "module":
        path = make_plugin.module("a.py", "value = 1")
    elif kind == "folder":
        path = make_plugin.folder("a", {"__init__.py": "value = 1"})
    else:
        path = make_plugin.wheel("a", {"a.py": "value = 1"})
    first = locate(path).digest()
    assert hashed
    hashed.clear()
    assert locate(path).digest() == first
    assert not hashed
    if path.is_dir():
        (path / "__init__.py").write_text("value = 2")
    else:
        path.write_bytes(path.read_bytes() + b" ")
    assert locate(path).digest() != first


def test_what_is_too_young_to_be_told_from_its_next_edit_is_not_remembered(
    make_plugin: PluginMaker, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for window in ("_RACY", "_FINE"):
        monkeypatch.setattr(f"hotplug.artifacts.memory.{window}", 10**18)
    path = make_plugin.module("a.py", "value = 1")
    locate(path).digest()
    assert not list(empty_cache.rglob("digests/*"))


@pytest.mark.parametrize(
    ("changed", "age", "young"),
    [
        (5_000_000_000, 1_900_000_000, True),  # a file system that counts in seconds
        (5_000_000_000, 2_100_000_000, False),
        (5_120_000_000, 1_900_000_000, True),  # or in hundredths of one
        (5_123_456_789, 1_900_000_000, False),
        (5_123_456_789, 210_000_000, False),
        (5_123_456_789, 190_000_000, True),
    ],
)
def test_how_long_a_file_is_young_depends_on_how_its_file_system_counts(
    changed: int, age: int, young: bool
) -> None:
    assert memory.is_young((1, 2, 3, changed, 4), changed + age) is young
    assert memory.is_young((1, 2, 3, 4, changed), changed + age) is young


def test_nothing_is_remembered_while_any_of_several_files_is_young(empty_cache: Path) -> None:
    """An answer may come from several file systems, of which one counts in seconds."""
    coarse, fine = (1, 1, 1, 1, 99_000_000_000), (2, 2, 2, 2, 99_500_000_001)
    for begun, kept in ((100_000_000_000, False), (101_000_000_001, True)):
        stamp = memory.youngest([coarse, fine])
        memory.remember("answers", "question", "stamps", "answer", stamp=stamp, begun=begun)
        assert memory.recall("answers", "question", "stamps") == ("answer" if kept else None)
    assert memory.youngest([]) == NEVER


def test_a_memory_that_is_damaged_is_not_believed(
    make_plugin: PluginMaker, empty_cache: Path, hashed: list[bytes]
) -> None:
    path = make_plugin.folder("a", {"__init__.py": "value = 1", "b.py": ""})
    right = locate(path).digest()
    (kept,) = empty_cache.rglob("digests/*")
    for damage in (b"", b"\xff\xfe", kept.read_bytes()[:-20].rpartition(b"\n")[0]):
        kept.write_bytes(damage)
        assert locate(path).digest() == right


def test_without_a_cache_everything_works(
    make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HOTPLUG_CACHE", str(tmp_path / "file" / "no folder"))
    with hotplug.open(make_plugin.wheel("a", {"a.py": "value = 1"})) as plugin:
        assert plugin.lookup("value") == 1


def test_a_wheel_is_unpacked_once_for_the_user_alone(make_plugin: PluginMaker, empty_cache: Path) -> None:
    path = make_plugin.wheel("a", {"a/__init__.py": "value = 1", "a/data.txt": "x"})
    for _ in range(2):
        with hotplug.open(path) as plugin:
            assert plugin.lookup("value") == 1
    (unpacked,) = (empty_cache / "unpacked").iterdir()
    assert unpacked.name == f"sha256-{hashlib.sha256(path.read_bytes()).hexdigest()}"
    assert (unpacked.stat().st_mode & 0o777, empty_cache.stat().st_mode & 0o077) == (0o700, 0)
    # what an interrupted run left is mended
    (unpacked / "manifest").unlink()
    with hotplug.open(path) as plugin:
        assert plugin.lookup("value") == 1


def test_a_wheel_that_is_edited_in_the_cache_does_not_run(make_plugin: PluginMaker, empty_cache: Path) -> None:
    path = make_plugin.wheel("a", {"a.py": "value = 1"})
    with hotplug.open(path):
        pass
    (module,) = empty_cache.rglob("a.py")
    module.write_text("value = 2")
    os.utime(module, ns=(time.time_ns(), time.time_ns()))
    with pytest.raises(hotplug.ActivationError, match=r"a\.py changed on disk"):
        hotplug.open(path)
