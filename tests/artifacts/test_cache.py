"""The cache is the user's own or none; what is damaged in it heals, and what cannot be written is done without."""

from __future__ import annotations

import builtins
import errno
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from textwrap import dedent

import pytest

import hotplug
from hotplug.artifacts import locate, memory, unpacking, wheel
from hotplug.artifacts.code_cache import code_folder, make_code_folder
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.artifacts import Tree

SOMEBODY = 54_321  # a user that is not this one
FILES = {"sly/__init__.py": "value = 1", "sly/late.py": "value = 2", "sly/data.txt": "x"}


@pytest.fixture(autouse=True)
def no_temporary_folder_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "_temporary", None)


@pytest.fixture
def old_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file be old enough to be remembered; its time of change cannot be set back."""
    monkeypatch.setattr(memory, "_RACY", -(10**18))


def value_of(path: Path) -> tuple[object, str]:
    """Return what the wheel's module holds, and the folder that it was unpacked into."""
    with hotplug.open(path) as plugin:
        return plugin.lookup("sly.late:value"), plugin.artifact.tree().root


def write_to(folder: Path) -> None:
    folder.chmod(0o770)


def write_for_all(folder: Path) -> None:
    folder.chmod(0o707)


def give_away(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(folder, SOMEBODY, -1)


@pytest.mark.usefixtures("old_files")
@pytest.mark.parametrize("loosen", [write_to, write_for_all, give_away])
def test_a_cache_that_others_can_write_is_neither_read_nor_written(
    loosen: Callable[[Path], None], make_plugin: PluginMaker, empty_cache: Path
) -> None:
    path, other = make_plugin.wheel("sly", FILES), make_plugin.module("other.py", "value = 3")
    digest = locate(other).digest()
    (digest_fact,) = empty_cache.glob("digests/*")
    assert value_of(path)[1].startswith(str(empty_cache))
    facts = sorted(empty_cache.rglob("*"))
    (wheel_fact,) = empty_cache.glob("wheels/*")
    loosen(empty_cache)
    for fact in (wheel_fact, digest_fact):
        fact.unlink()
    value, root = value_of(path)
    assert value == 2
    assert root.startswith(os.path.join(tempfile.gettempdir(), "hotplug-"))
    assert locate(other).digest() == digest
    assert sorted(empty_cache.rglob("*")) == [each for each in facts if each not in (wheel_fact, digest_fact)]


@pytest.mark.usefixtures("old_files")
@pytest.mark.parametrize("loosen", [write_to, write_for_all, give_away])
def test_what_others_could_have_written_is_not_believed(
    loosen: Callable[[Path], None], make_plugin: PluginMaker, empty_cache: Path
) -> None:
    path = make_plugin.module("a.py", "value = 1")
    stamp = memory.stamp_of(path.stat())
    memory.remember(
        "digests", str(path), memory.stamp_text(stamp), "sha256:forged", stamp=stamp, begun=time.time_ns()
    )
    assert locate(path).digest() == "sha256:forged"
    loosen(empty_cache)
    assert locate(path).digest() != "sha256:forged"


@pytest.mark.parametrize("loosen", [write_to, write_for_all, give_away])
def test_a_folder_of_unpacked_wheels_that_others_can_write_is_not_used(
    loosen: Callable[[Path], None], make_plugin: PluginMaker, empty_cache: Path
) -> None:
    (empty_cache / "unpacked").mkdir()
    loosen(empty_cache / "unpacked")
    value, root = value_of(make_plugin.wheel("sly", FILES))
    assert value == 2
    assert not root.startswith(str(empty_cache))
    assert not list((empty_cache / "unpacked").iterdir())


@pytest.mark.usefixtures("old_files")
def test_every_folder_of_the_cache_is_made_for_the_user_alone(
    make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTPLUG_CACHE", str(tmp_path / "cache"))
    value_of(make_plugin.wheel("sly", FILES))
    value_of(make_plugin.project("sly", FILES, requires_python=">=3"))
    assert make_code_folder(code_folder(str(make_plugin.module("a.py", ""))) or "")
    made = [tmp_path / "cache", *(each for each in (tmp_path / "cache").iterdir() if each.is_dir())]
    names = {each.name for each in made}
    assert names >= {"cache", "code", "digests", "projects", "unpacked", "verdicts", "wheels"}
    assert [each.stat().st_mode & 0o777 for each in made] == [0o700] * len(made)


def test_the_temporary_folder_is_the_users_alone_serves_once_and_goes_at_exit(
    make_plugin: PluginMaker, empty_cache: Path, tmp_path: Path
) -> None:
    empty_cache.chmod(0o777)
    code = """
    import os, sys, hotplug
    for path in sys.argv[1:]:
        with hotplug.open(path) as plugin:
            print(os.path.dirname(os.path.dirname(os.path.dirname(plugin.artifact.tree().root))))
    print(oct(os.stat(os.path.dirname(os.path.dirname(plugin.artifact.tree().root))).st_mode & 0o777))
    """
    (tmp_path / "tmp").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", dedent(code), make_plugin.wheel("one", FILES), make_plugin.wheel("two", FILES)],
        env={**os.environ, "TMPDIR": str(tmp_path / "tmp")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(tmp_path / "tmp")] * 2 + ["0o700"]
    assert not list((tmp_path / "tmp").iterdir())


def emptied(data: bytes) -> bytes:
    return b""


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def without_its_last_file(data: bytes) -> bytes:
    return data[:-80]


def of_another_format(data: bytes) -> bytes:
    return data.replace(b"hotplug-unpacked-3", b"hotplug-unpacked-2")


def with_another_hash(data: bytes) -> bytes:
    return data[:-80] + bytes([data[-80] ^ 1]) + data[-79:]


def with_another_path(data: bytes) -> bytes:
    return data.replace(b"sly/late.py", b"sly/tale.py")


def noise(data: bytes) -> bytes:
    return b"\xff\xfe\0" * 99


@pytest.mark.parametrize(
    "damage",
    [emptied, cut, without_its_last_file, of_another_format, with_another_hash, with_another_path, noise],
)
def test_a_damaged_manifest_is_not_believed_and_is_mended(
    damage: Callable[[bytes], bytes], make_plugin: PluginMaker, empty_cache: Path
) -> None:
    path = make_plugin.wheel("sly", FILES)
    _, root = value_of(path)
    files = locate(path).tree().files
    (manifest,) = empty_cache.glob("unpacked/*/manifest")
    sound = manifest.read_bytes()
    manifest.write_bytes(damage(sound))
    assert manifest.read_bytes() != sound
    assert value_of(path) == (2, root)
    mended = locate(path).tree()
    assert {name: file.sha256 for name, file in mended.files.items()} == {
        name: file.sha256 for name, file in files.items()
    }
    assert [each.name for each in (empty_cache / "unpacked").iterdir()] == [Path(root).parent.name]


@pytest.mark.parametrize("file", ["__init__.py", "late.py"])
@pytest.mark.parametrize("deleted", [True, False])
def test_a_damaged_file_in_the_cache_is_said_once_and_mended_by_the_next_open(
    file: str, deleted: bool, make_plugin: PluginMaker
) -> None:
    path = make_plugin.wheel("sly", FILES)
    _, root = value_of(path)
    module = Path(root, "sly", file)
    module.unlink()
    if not deleted:
        module.write_text("value = 3")
    said = "cannot be read any more: No such file" if deleted else "changed on disk since the plugin was opened"
    with pytest.raises(hotplug.ActivationError, match=f"sly/{file} {said}") as caught:
        value_of(path)
    assert caught.value.remedy == "reload the plugin: close it and open it again"
    assert value_of(path) == (2, root)


def refuse_below(folder: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """Let no file be opened for writing, or no folder be made, below a folder: the disk is full."""
    open_file, make_folder = builtins.open, os.mkdir

    def full(path: str) -> None:
        if path.startswith(str(folder)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)

    def opened(path: str, mode: str) -> object:
        if "r" not in mode:
            full(path)
        return open_file(path, mode)

    def made(path: str, mode: int = 0o777) -> None:
        full(path)
        make_folder(path, mode)

    if where == "folders":
        monkeypatch.setattr(os, "mkdir", made)
    else:
        monkeypatch.setattr(f"hotplug.artifacts.{where}.open", opened, raising=False)


@pytest.mark.parametrize("where", ["folders", "zipped", "unpacking"])
def test_a_disk_that_is_full_is_done_without(
    where: str, make_plugin: PluginMaker, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_plugin.wheel("sly", FILES)
    with monkeypatch.context() as patched:
        refuse_below(empty_cache, patched, where)
        value, root = value_of(path)
    assert value == 2
    assert root.startswith(os.path.join(tempfile.gettempdir(), "hotplug-"))
    assert not list(empty_cache.glob("unpacked/*"))


def test_where_nothing_at_all_can_be_written_the_reason_is_given(
    make_plugin: PluginMaker, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_plugin.wheel("sly", FILES)
    with monkeypatch.context() as patched:
        refuse_below(Path("/"), patched, "zipped")
        with pytest.raises(hotplug.ArtifactError, match="cannot be unpacked into .*: No space left on device"):
            hotplug.open(path)
    assert not list(empty_cache.glob("unpacked/*"))
    assert value_of(path)[0] == 2


def test_a_file_in_the_way_of_the_cache_is_gone_around(
    make_plugin: PluginMaker, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_plugin.wheel("sly", FILES)
    (empty_cache / "unpacked").write_text("in the way")
    assert value_of(path)[0] == 2
    monkeypatch.setenv("HOTPLUG_CACHE", str(empty_cache / "unpacked"))
    assert value_of(path)[0] == 2
    assert (empty_cache / "unpacked").read_text() == "in the way"


def test_a_wheel_that_cannot_be_unpacked_leaves_no_draft(make_plugin: PluginMaker, empty_cache: Path) -> None:
    with pytest.raises(hotplug.ArtifactError):
        hotplug.open(make_plugin.broken("record_mismatch"))
    assert not list(empty_cache.glob("unpacked/*"))


def test_processes_that_unpack_at_once_end_with_one_folder(make_plugin: PluginMaker, empty_cache: Path) -> None:
    path = make_plugin.wheel("sly", FILES)
    code = """
    import sys, hotplug
    sys.stdin.read()  # until all of them are there
    with hotplug.open(sys.argv[1]) as plugin: print(plugin.lookup("sly.late:value"), plugin.artifact.tree().root)
    """
    begin, written = os.pipe()
    command = [sys.executable, "-c", dedent(code), str(path)]
    started = [
        subprocess.Popen(command, stdin=begin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(20)
    ]
    os.close(begin)
    os.close(written)
    said = {process.communicate(timeout=60)[0] for process in started}
    (folder,) = (empty_cache / "unpacked").iterdir()
    assert said == {f"2 {folder / 'content'}\n"}


@pytest.mark.usefixtures("old_files")
@pytest.mark.parametrize("kind", ["wheels", "digests", "projects"])
def test_a_fact_that_is_not_whole_is_not_believed(kind: str, make_plugin: PluginMaker, empty_cache: Path) -> None:
    if kind == "wheels":
        path = make_plugin.wheel("sly", FILES, requires=["packaging>=1"], entry_points={"a.b": {"c": "sly:value"}})
    else:
        path = make_plugin.project("sly", FILES, entry_points={"a.b": {"c": "sly:value"}})
    right = locate(path).metadata, locate(path).digest()
    (fact,) = empty_cache.glob(f"{kind}/*")
    whole = fact.read_bytes()
    for damaged in (
        *(whole[:length] for length in range(0, len(whole), 9)),
        whole + b"x",
        whole[:-1] + bytes([whole[-1] ^ 1]),
    ):
        fact.write_bytes(damaged)
        found = locate(path)
        assert (found.metadata, found.digest()) == right
        assert fact.read_bytes() == whole


@pytest.mark.usefixtures("old_files")
def test_a_fact_that_cannot_be_kept_leaves_no_draft(
    make_plugin: PluginMaker, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: str, target: str) -> None:
        raise OSError(errno.ENOSPC, "full")

    path = make_plugin.module("a.py", "value = 1")
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", refuse)
        digest = locate(path).digest()
    assert not list(empty_cache.glob("digests/*"))
    assert locate(path).digest() == digest
    assert list(empty_cache.glob("digests/*"))


def edited_after(path: Path, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """Edit a file as soon as a module has looked at its stamp."""
    real = memory.stamp_of
    edits = iter([b"value = 22"])

    def stamp_of(status: os.stat_result) -> memory.Stamp:
        found = real(status)
        if status.st_ino == path.stat().st_ino and status.st_size == path.stat().st_size:
            path.write_bytes(next(edits, path.read_bytes()))
        return found

    monkeypatch.setattr(f"hotplug.artifacts.{module}.stamp_of", stamp_of)


@pytest.mark.usefixtures("old_files")
@pytest.mark.parametrize("module", ["module", "digest"])
def test_a_file_that_is_edited_while_it_is_opened_is_refused(
    module: str, make_plugin: PluginMaker, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_plugin.module("news.py", "value = 1")
    with monkeypatch.context() as patched:
        edited_after(path, patched, module)
        with pytest.raises(hotplug.ArtifactError, match="changed while it was being opened\n  open it again"):
            hotplug.open(path)
    assert not list(empty_cache.glob("digests/*"))
    with hotplug.open(path) as plugin:
        assert plugin.lookup("value") == 22


@pytest.mark.parametrize("when", ["wheel", "unpack"])
def test_a_wheel_that_is_replaced_while_it_is_opened_is_refused(
    when: str, make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_plugin.wheel("sly", {"sly.py": "value = 1"})
    other = make_plugin.wheel("sly", {"sly.py": "value = 22"}, into="other")
    real = wheel.unpack

    def unpack(path_: str, digest: str, distribution: str) -> Tree:
        path.write_bytes(other.read_bytes())
        return real(path_, digest, distribution)

    with monkeypatch.context() as patched:
        if when == "wheel":
            edited_after(path, patched, "wheel")
        else:
            patched.setattr("hotplug.artifacts.wheel.unpack", unpack)
        with pytest.raises(hotplug.ArtifactError, match="changed while it was being opened\n  open it again"):
            hotplug.open(path)
    path.write_bytes(other.read_bytes())
    with hotplug.open(path) as plugin:
        assert plugin.lookup("value") == 22


@pytest.mark.usefixtures("old_files")
def test_what_changes_while_a_folder_is_read_is_not_remembered(
    make_plugin: PluginMaker, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_plugin.folder("news", {"__init__.py": "value = 1", "other.py": ""})
    with monkeypatch.context() as patched:
        edited_after(path / "__init__.py", patched, "scanning")
        first = locate(path).digest()
    assert not list(empty_cache.glob("digests/*"))
    assert locate(path).digest() == first
    assert len(list(empty_cache.glob("digests/*"))) == 1
    with hotplug.open(path) as plugin:
        assert plugin.lookup("value") == 22
