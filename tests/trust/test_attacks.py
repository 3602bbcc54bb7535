"""Whoever changes what is pinned, at whatever moment, does not get it run."""

from __future__ import annotations

import importlib.util
import marshal
import os
import random
import shutil
import stat
import sys
import threading
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import hotplug
from hotplug import ActivationError, ArtifactError, PluginError, TrustError, artifacts, boundaries
from hotplug.artifacts import code_cache, memory
from hotplug.boundaries.inline import bytecode
from hotplug.trust import verified
from hotplug.trust.pins import digest_of

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Literal

    from hotplug import Plugin
    from hotplug.testing import PluginMaker

    Boundary = Literal["inline", "process"]

KINDS = ("folder", "package", "project", "module", "wheel", "installed", "private", "editable")
COPIED = ("folder", "package", "project", "wheel", "installed", "private", "editable")
Later = Callable[[], str]

every_kind = pytest.mark.parametrize("kind", KINDS)
every_boundary = pytest.mark.parametrize("boundary", ["inline", "process"])


def evil(make: PluginMaker) -> str:
    return f"{make.tripwire('evil')}\nword = 'evil'\ndef later() -> str:\n    return 'evil'\n"


def evil_code(make: PluginMaker, filename: str) -> Any:
    return compile(evil(make), filename, "exec")


def root_of(plugin: Plugin) -> Path:
    return Path(plugin.artifact.tree().root)


def init_of(root: Path) -> Path:
    """Return the root module's source in the copy."""
    return next(path for path in sorted(root.rglob("*.py")) if path.name in ("__init__.py", "own.py"))


@contextmanager
def swapping(*steps: Callable[[], object]) -> Generator[None]:
    """Do the steps one after the other, for ever, in a thread."""
    end = threading.Event()
    started = threading.Event()
    rests = random.Random(7)  # noqa: S311  (now and then one state lasts long enough for everything else)

    def swap() -> None:
        while not end.is_set():
            for step in steps:
                step()
                if rests.random() < 0.5:
                    end.wait(rests.random() / 50)
            started.set()

    thread = threading.Thread(target=swap)
    thread.start()
    started.wait()
    try:
        yield
    finally:
        end.set()
        thread.join()


def opened_meanwhile(source: Any, pin: str, boundary: Boundary, times: int) -> tuple[int, int]:
    """Open a source again and again, and return how often that was done and how often refused."""
    done = refused = 0
    while done + refused < times or not (done and refused):
        assert done + refused < 2000
        try:
            with hotplug.open(source, pin=pin, boundary=boundary) as plugin:
                assert plugin.lookup("word") == "good"
                done += 1
        except (TrustError, ArtifactError):
            refused += 1
    return done, refused


@every_boundary
@pytest.mark.parametrize("kind", ["module", "wheel", "folder"])
def test_a_file_that_is_swapped_all_the_time_is_the_good_one_or_refused(
    kind: str, boundary: Boundary, made: Callable[..., Any], make_plugin: PluginMaker, tmp_path: Path
) -> None:
    source, file = made(kind)
    pin, good = digest_of(source), file.read_bytes()
    bad = evil(make_plugin).encode()
    if kind == "wheel":
        bad = make_plugin.wheel("own", {"own/__init__.py": evil(make_plugin)}, into="bad").read_bytes()

    def put(data: bytes) -> None:
        draft = tmp_path / "draft"
        draft.write_bytes(data)
        os.replace(draft, file)

    with swapping(lambda: put(bad), lambda: put(good)):
        opened_meanwhile(source, pin, boundary, 40 if boundary == "inline" else 8)
    assert not make_plugin.ran("evil")


@every_boundary
@pytest.mark.parametrize("kind", ["module", "wheel", "package", "folder"])
def test_a_link_that_is_turned_all_the_time_leads_to_the_good_one_or_is_refused(
    kind: str, boundary: Boundary, made: Callable[..., Any], make_plugin: PluginMaker, tmp_path: Path
) -> None:
    source = made(kind).source
    bad = {
        "module": lambda: make_plugin.module("bad/own.py", evil(make_plugin)),
        "wheel": lambda: make_plugin.wheel("own", {"own/__init__.py": evil(make_plugin)}, into="bad"),
        "package": lambda: make_plugin.folder("bad/own", {"__init__.py": evil(make_plugin)}),
        "folder": lambda: make_plugin.folder("bad/root", {"own/__init__.py": evil(make_plugin)}),
    }[kind]()
    pin = digest_of(source)
    link = tmp_path / "links" / source.name
    link.parent.mkdir()

    def turn(target: Path) -> None:
        draft = tmp_path / "draft"
        draft.symlink_to(target)
        os.replace(draft, link)

    with swapping(lambda: turn(bad), lambda: turn(source)):
        opened_meanwhile(link, pin, boundary, 40 if boundary == "inline" else 8)
    assert not make_plugin.ran("evil")


@every_boundary
@every_kind
def test_what_is_replaced_after_it_was_hashed_is_not_what_runs(
    kind: str,
    boundary: Boundary,
    made: Callable[..., Any],
    make_plugin: PluginMaker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source, file = made(kind)
    pin = digest_of(source)
    bad = evil(make_plugin).encode()
    if kind == "wheel":
        bad = make_plugin.wheel("own", {"own/__init__.py": evil(make_plugin)}, into="bad").read_bytes()
    reading = verified.reading

    def read_and_replace(source: Any) -> Any:
        found = reading(source)
        file.write_bytes(bad)
        return found

    monkeypatch.setattr("hotplug.trust.pins.reading", read_and_replace)
    if kind in ("module", "wheel"):  # which are read once
        with hotplug.open(source, pin=pin, boundary=boundary) as plugin:
            assert plugin.lookup("word") == "good"
    else:
        with pytest.raises(ArtifactError, match="changed while it was being opened"):
            hotplug.open(source, pin=pin, boundary=boundary)
    assert not make_plugin.ran("evil")


@every_boundary
@every_kind
def test_what_is_replaced_in_place_while_it_runs_is_not_seen(
    kind: str, boundary: Boundary, made: Callable[..., Any], make_plugin: PluginMaker
) -> None:
    source, file = made(kind)
    with hotplug.open(source, pin=digest_of(source), boundary=boundary) as plugin:
        file.unlink()
        late = file.with_name("late.py")
        if late.exists():
            late.write_text(evil(make_plugin))
        assert plugin.lookup("later", Later)() == "late"
    assert not make_plugin.ran("evil")


def overwrite(root: Path, make: PluginMaker) -> None:
    init_of(root).write_text(evil(make))


def overwrite_data(root: Path, make: PluginMaker) -> None:
    next(path for path in root.rglob("*") if path.is_file() and path != init_of(root)).write_text("evil")


def keep_the_times(root: Path, make: PluginMaker) -> None:
    file = init_of(root)
    status, data = file.stat(), file.read_bytes()
    file.write_bytes(evil(make).encode().ljust(len(data), b"\n"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def put_a_link(root: Path, make: PluginMaker) -> None:
    file = init_of(root)
    file.unlink()
    file.symlink_to(make.module("elsewhere.py", evil(make)))


def add_a_module(root: Path, make: PluginMaker) -> None:
    (init_of(root).parent / "late.cpython-00.py").write_text(evil(make))


def add_bytecode(root: Path, make: PluginMaker) -> None:
    """Put bytecode beside the source that the interpreter would take without a look at the source."""
    for file in list(root.rglob("*.py")):
        place = Path(importlib.util.cache_from_source(str(file)))
        place.parent.mkdir(exist_ok=True)
        head = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8)  # PEP 552: unchecked
        place.write_bytes(head + marshal.dumps(evil_code(make, str(file))))


def remove(root: Path, make: PluginMaker) -> None:
    init_of(root).unlink()


def remove_all(root: Path, make: PluginMaker) -> None:
    shutil.rmtree(root)


def put_a_pipe(root: Path, make: PluginMaker) -> None:
    file = init_of(root)
    file.unlink()
    os.mkfifo(file)


def spoil_the_manifest(root: Path, make: PluginMaker) -> None:
    place = next(each for each in root.parents if (each / "manifest").exists())
    (place / "manifest").write_bytes(b"\xff" * 100)


def remove_the_manifest(root: Path, make: PluginMaker) -> None:
    place = next(each for each in root.parents if (each / "manifest").exists())
    (place / "manifest").unlink()
    overwrite(root, make)


def keep_bytecode(root: Path, make: PluginMaker) -> None:
    """Put bytecode where hotplug keeps its own, for the very bytes of the source."""
    place = next(each for each in root.parents if (each / "manifest").exists())
    code = place / "code"
    code_cache.make_code_folder(str(code))
    for file in list(root.rglob("*.py")):
        path = file.relative_to(root).as_posix()
        for tops in ("own", ""):
            edition = bytes.fromhex(bytecode_digest(file)) + tops.encode()
            for kept in (path, f"process//{path}"):
                bytecode.keep(str(code), kept, edition, evil_code(make, str(file)))


def bytecode_digest(file: Path) -> str:
    import hashlib

    return hashlib.sha256(file.read_bytes()).hexdigest()


TAMPERING = (
    *(overwrite, overwrite_data, keep_the_times, put_a_link, add_a_module, add_bytecode, remove, remove_all),
    *(put_a_pipe, spoil_the_manifest, remove_the_manifest, keep_bytecode),
)


@every_boundary
@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda each: each.__name__)
@pytest.mark.parametrize("kind", ["folder", "module", "wheel", "private"])
def test_a_copy_that_was_tampered_with_is_made_anew(
    kind: str,
    tamper: Callable[[Path, PluginMaker], None],
    boundary: Boundary,
    made: Callable[..., Any],
    make_plugin: PluginMaker,
) -> None:
    if kind == "module" and tamper is overwrite_data:
        pytest.skip("it has no data")
    source = made(kind).source
    pin = digest_of(source)
    with hotplug.open(source, pin=pin, boundary=boundary) as plugin:
        root = root_of(plugin)
        assert plugin.lookup("later", Later)() == "late"
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    tamper(root, make_plugin)
    with hotplug.open(source, pin=pin, boundary=boundary) as plugin:
        assert root_of(plugin) == root
        assert plugin.lookup("word") == "good"
        assert plugin.lookup("later", Later)() == "late"
        assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
        assert root.stat().st_mode & 0o022 == 0
    assert not make_plugin.ran("evil")


@every_boundary
@every_kind
def test_a_copy_that_is_changed_after_it_was_checked_is_refused_by_the_import(
    kind: str,
    boundary: Boundary,
    made: Callable[..., Any],
    make_plugin: PluginMaker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = made(kind).source
    start = boundaries.start

    def tamper_and_start(artifact: Any, *rest: Any) -> Any:
        add_bytecode(Path(artifact.tree().root), make_plugin)
        keep_the_times(Path(artifact.tree().root), make_plugin)
        return start(artifact, *rest)

    monkeypatch.setattr("hotplug.plugin.start", tamper_and_start)
    with pytest.raises(ActivationError, match="changed on disk since the plugin was opened"):
        hotplug.open(source, pin=digest_of(source), boundary=boundary)
    assert not make_plugin.ran("evil")


@every_boundary
@pytest.mark.parametrize("kind", COPIED)
def test_a_late_import_from_a_copy_is_held_to_the_pin(
    kind: str, boundary: Boundary, made: Callable[..., Any], make_plugin: PluginMaker
) -> None:
    source = made(kind).source
    with hotplug.open(source, pin=digest_of(source), boundary=boundary) as plugin:
        late = next(root_of(plugin).rglob("late.py"))
        late.write_text(evil(make_plugin))
        with pytest.raises(ActivationError, match="late.py changed on disk"):
            plugin.lookup("own.late:word")
    assert not make_plugin.ran("evil")


def test_bytecode_that_was_kept_for_a_plugin_in_place_is_not_that_of_a_pinned_one(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the documentation says of the cache of a plugin without a pin, and that a pin is the way out."""
    monkeypatch.setattr(memory, "_RACY", -(10**18))
    path = make_plugin.module("own.py", "word = 'good'\n")
    folder = code_cache.code_folder(str(path))
    assert folder is not None
    edition = bytes.fromhex(bytecode_digest(path)) + b"own"
    bytecode.keep(folder, "own.py", edition, evil_code(make_plugin, str(path)))
    with hotplug.open(path, pin=digest_of(path)) as plugin:
        assert plugin.lookup("word") == "good"
    assert not make_plugin.ran("evil")
    with hotplug.open(path) as plugin:
        assert plugin.lookup("word") == "evil"


@every_boundary
def test_a_cache_that_others_can_write_holds_no_copy(
    boundary: Boundary, made: Callable[..., Any], empty_cache: Path
) -> None:
    source = made("wheel").source
    empty_cache.chmod(0o770)
    with hotplug.open(source, pin=digest_of(source), boundary=boundary) as plugin:
        assert plugin.lookup("word") == "good"
        assert empty_cache not in root_of(plugin).parents
    assert not list(empty_cache.glob("unpacked/*"))


def test_a_copy_is_for_the_user_alone(made: Callable[..., Any], empty_cache: Path) -> None:
    source = made("folder").source
    with hotplug.open(source, pin=digest_of(source)) as plugin:
        places = [*root_of(plugin).relative_to(empty_cache).parents]
        above = [empty_cache / each for each in places]
        assert any(stat.S_IMODE(each.stat().st_mode) == 0o700 for each in above)


@pytest.mark.parametrize("kind", ["module", "wheel"])
def test_a_pipe_in_the_place_of_a_file_is_refused_and_not_waited_for(
    kind: str, made: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = made(kind).source
    pin = digest_of(source)
    find = artifacts.find

    def find_and_replace(source: Any) -> tuple[str, str]:
        found = find(source)
        Path(found[0]).unlink()
        os.mkfifo(found[0])
        return found

    monkeypatch.setattr("hotplug.trust.verified.find", find_and_replace)
    with pytest.raises(ArtifactError, match="is no regular file"):
        hotplug.open(source, pin=pin)


def test_many_open_what_is_tampered_with_all_the_time(made: Callable[..., Any], make_plugin: PluginMaker) -> None:
    source = made("folder").source
    pin = digest_of(source)
    with hotplug.open(source, pin=pin) as plugin:
        file = init_of(root_of(plugin))
    results: list[str] = []

    def tamper() -> None:
        try:
            file.write_text(evil(make_plugin))
        except OSError:  # it is being made anew
            return

    def open_it() -> None:
        for _ in range(20):
            try:
                with hotplug.open(source, pin=pin) as plugin:
                    results.append(str(plugin.lookup("word")))
            except PluginError as error:
                results.append(type(error).__name__)

    with swapping(tamper):
        threads = [threading.Thread(target=open_it) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {*results} <= {"good", "ActivationError", "ArtifactError"}
    assert not make_plugin.ran("evil")
    with hotplug.open(source, pin=pin) as plugin:
        assert plugin.lookup("word") == "good"


def test_the_folder_of_a_worker_is_no_way_around_the_copy(
    made: Callable[..., Any], make_plugin: PluginMaker
) -> None:
    """The original is on the host's ``sys.path``, and so on the worker's."""
    source, file = made("installed")
    pin = digest_of(source)
    with hotplug.open(source, pin=pin, boundary="process") as plugin:
        file.with_name("late.py").write_text(evil(make_plugin))
        file.with_name("more.py").write_text(evil(make_plugin))
        assert plugin.lookup("own.late:word") == "late"
        with pytest.raises(hotplug.SymbolNotFound):
            plugin.lookup("own.more:word")
    assert not make_plugin.ran("evil")
    assert str(file.parent.parent) in sys.path
