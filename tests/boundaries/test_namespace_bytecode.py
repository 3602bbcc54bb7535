"""The bytecode that is kept of plugins: what it is taken for, and what it is never taken for."""

from __future__ import annotations

import marshal
import os
import py_compile
import sys
from importlib.util import MAGIC_NUMBER
from typing import Any

import pytest

import hotplug
from hotplug.boundaries.inline import bytecode
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

HEAD = len(MAGIC_NUMBER) + 4 + 32 + len("own")


@pytest.fixture(autouse=True)
def all_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no file be too young to be told from its next edit: its time of change cannot be set back."""
    monkeypatch.setattr("hotplug.artifacts.memory._RACY", -(10**18))


FILES: dict[str, str | bytes] = {
    "own/__init__.py": "from own.words import said\nname = __name__",
    "own/words.py": "said = 'source'",
}


def artifact(kind: str, make_plugin: PluginMaker) -> Any:
    return make_plugin.folder("plugin", FILES) if kind == "folder" else make_plugin.wheel("plugin", FILES)


def kept(cache: Path, name: str = "own%words.py") -> Path:
    """Return the one file that is kept of a module."""
    (place,) = (each for each in cache.rglob("*") if each.name.startswith(f"{name}."))
    return place


def poison(place: Path, said: str = "'kept'") -> None:
    """Put code of another source, with the head that was there, into the place of what is kept."""
    data = place.read_bytes()
    code: Any = marshal.loads(data[HEAD:])  # noqa: S302
    place.write_bytes(data[:HEAD] + marshal.dumps(compile(f"said = {said}", code.co_filename, "exec")))


def said(path: Any) -> object:
    with hotplug.open(path) as plugin:
        assert plugin.lookup("own:name") == "own"
        return plugin.lookup("own.words:said")


@pytest.mark.parametrize("kind", ["folder", "wheel"])
def test_what_is_kept_is_used_from_the_second_time_on(
    kind: str, make_plugin: PluginMaker, empty_cache: Path
) -> None:
    path = artifact(kind, make_plugin)
    assert said(path) == "source"
    poison(kept(empty_cache))
    assert said(path) == "kept"
    kept(empty_cache).unlink()
    assert said(path) == "source"
    assert kept(empty_cache).exists()


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (
            "folder",
            "source",
        ),  # its stamp may be that of other bytes: so it is read, and found to be what was opened
        ("wheel", "kept"),  # where it was unpacked nobody but hotplug writes: so it need not be read again
    ],
)
def test_a_source_that_is_too_young_is_read_but_not_what_was_unpacked(
    kind: str, answer: str, make_plugin: PluginMaker, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = artifact(kind, make_plugin)
    assert said(path) == "source"
    poison(kept(empty_cache))
    for window in ("_RACY", "_FINE"):
        monkeypatch.setattr(f"hotplug.artifacts.memory.{window}", 10**18)
    assert said(path) == answer


def test_what_is_kept_of_another_source_is_not_used(make_plugin: PluginMaker, empty_cache: Path) -> None:
    path = artifact("folder", make_plugin)
    assert said(path) == "source"
    place = kept(empty_cache)
    poison(place)
    stale = place.read_bytes()
    make_plugin.folder("plugin", {"own/words.py": "said = 'edited'"})
    assert said(path) == "edited"
    assert place.read_bytes() != stale  # what is there is of the new source
    place.write_bytes(stale)
    assert said(path) == "edited"
    make_plugin.folder("plugin", {"own/words.py": "said = 'source'"})
    place.write_bytes(stale)
    assert said(path) == "kept"  # the head is that of the first source again


def damaged(kind: str, data: bytes) -> bytes:
    head, code = data[:HEAD], data[HEAD:]
    other = marshal.dumps(compile("said = 'kept'", "/elsewhere.py", "exec"))
    return {
        "empty": b"",
        "head cut": data[:7],
        "code cut": data[:-3],
        "no code": head,
        "another magic": b"\0\0\r\n" + data[4:],
        "another digest": head[:-1] + bytes([head[-1] ^ 1]) + code,
        "no code object": head + marshal.dumps("no code"),
        "garbage": head + b"\xff" * 40,
        "code of another file": head + other,
    }[kind]


DAMAGE = ["empty", "head cut", "code cut", "no code", "another magic", "another digest"]


@pytest.mark.parametrize("kind", [*DAMAGE, "no code object", "garbage", "code of another file"])
def test_what_is_damaged_or_of_another_is_not_used(kind: str, make_plugin: PluginMaker, empty_cache: Path) -> None:
    path = artifact("folder", make_plugin)
    assert said(path) == "source"
    place = kept(empty_cache)
    whole = place.read_bytes()
    poison(place)
    place.write_bytes(damaged(kind, place.read_bytes()))
    assert said(path) == "source"
    assert place.read_bytes() == whole  # and it is mended


def test_what_another_interpreter_keeps_stands_beside(
    make_plugin: PluginMaker, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = artifact("folder", make_plugin)
    assert said(path) == "source"
    place = kept(empty_cache)
    tag = f".{sys.implementation.cache_tag}-{sys.flags.optimize}-{bytecode.VERSION}"
    assert place.name == f"own%words.py{tag}"
    poison(place)
    for other in (tag.replace("cpython", "other"), tag.replace("-0-", "-2-"), f"{tag}0"):
        monkeypatch.setattr(bytecode, "_SUFFIX", other)
        assert said(path) == "source"
        assert place.with_name(f"own%words.py{other}").exists()
    monkeypatch.undo()
    monkeypatch.setenv("HOTPLUG_CACHE", str(empty_cache))
    monkeypatch.setattr("hotplug.artifacts.memory._RACY", -(10**18))
    assert said(path) == "kept"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="users' folders are their own there")
@pytest.mark.parametrize("kind", ["folder", "wheel"])
def test_a_folder_that_others_can_write_is_neither_read_nor_written(
    kind: str, make_plugin: PluginMaker, empty_cache: Path
) -> None:
    path = artifact(kind, make_plugin)
    assert said(path) == "source"
    place = kept(empty_cache)
    poison(place)
    place.parent.chmod(0o777)
    poisoned = place.read_bytes()
    assert said(path) == "source"
    assert not place.exists() or place.read_bytes() == poisoned
    if place.exists():
        place.unlink()
        place.parent.chmod(0o777)
        assert said(path) == "source"
        assert not place.exists()


def test_it_is_kept_where_the_interpreter_keeps_none(make_plugin: PluginMaker, empty_cache: Path) -> None:
    former, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        path = artifact("folder", make_plugin)
        assert said(path) == "source"
        poison(kept(empty_cache))
        assert said(path) == "kept"
    finally:
        sys.dont_write_bytecode = former


@pytest.mark.parametrize("without", [True, False])
def test_nothing_is_written_beside_the_sources(
    without: bool, make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", without)
    late = "import importlib, own.portion.it\nfrom own import words\nimportlib.reload(words)\nsaid = words.said"
    path = make_plugin.folder("plugin", {**FILES, "own/late.py": late, "own/portion/it.py": ""})
    before = sorted(each.relative_to(path) for each in path.rglob("*"))
    for _ in range(2):
        with hotplug.open(path) as plugin:
            assert plugin.lookup("own.late:said") == "source"
    assert sorted(each.relative_to(path) for each in path.rglob("*")) == before
    module = make_plugin.module("alone/single.py", "value = 1")
    with hotplug.open(module) as plugin:
        assert plugin.lookup("value") == 1
    assert [each.name for each in module.parent.iterdir()] == ["single.py"]


def test_bytecode_that_lies_beside_a_source_is_not_run(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("plugin", FILES)
    other = make_plugin.module("words.py", "said = 'beside'")
    status = (path / "own/words.py").stat()
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    place = path / f"own/__pycache__/words.{sys.implementation.cache_tag}.pyc"
    py_compile.compile(str(other), str(place), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    assert said(path) == "source"


def test_what_cannot_be_kept_is_compiled(
    make_plugin: PluginMaker, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replace(*given: object) -> None:
        raise OSError(28, "No space left on device")

    path = artifact("folder", make_plugin)
    monkeypatch.setattr("hotplug.boundaries.inline.bytecode.os.replace", replace)
    assert said(path) == "source"
    monkeypatch.undo()
    assert not list(empty_cache.rglob("own%*"))  # no draft is left


def test_code_that_is_kept_is_the_same_for_every_plugin_that_it_is_opened_as(
    make_plugin: PluginMaker, empty_cache: Path
) -> None:
    source = """
    import sys
    class Thing: pass
    def told(): return __name__, Thing.__module__, sys.modules[__name__].Thing is Thing, 'own' == __name__
    """
    path = make_plugin.module("own.py", source)
    stored: set[bytes] = set()
    for _ in range(3):
        with hotplug.open(path) as plugin, hotplug.open(path, provides={"a": "1"}) as beside:
            for each in (plugin, beside):
                told: Any = each.lookup("told")
                assert told() == ("own", "own", True, True)
        stored.add(kept(empty_cache, "own.py").read_bytes())
    assert len(stored) == 1
    assert b"__hp" not in stored.pop()
