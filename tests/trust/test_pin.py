"""A pin is held to the bytes that are there, and these run: for every kind of artifact, in every boundary."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

import hotplug
from hotplug.artifacts import locate, memory
from hotplug.trust.pins import digest_of

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Literal

    from hotplug.testing import PluginMaker

    Boundary = Literal["inline", "process"]

KINDS = ("folder", "package", "project", "module", "wheel", "installed", "private", "editable")
BOUNDARIES = ("inline", "process")
Later = Callable[[], str]
Data = Callable[[], list[str]]
OTHER = "sha256:" + "0" * 64

every_kind = pytest.mark.parametrize("kind", KINDS)
every_boundary = pytest.mark.parametrize("boundary", BOUNDARIES)


@every_kind
@every_boundary
def test_the_right_pin_opens_the_bytes_in_a_copy(
    kind: str, boundary: Boundary, made: Callable[..., Any], empty_cache: Path
) -> None:
    source = made(kind).source
    pin = digest_of(source)
    with hotplug.open(source, pin=pin, boundary=boundary) as plugin:
        assert plugin.lookup("word") == "good"
        assert plugin.lookup("later", Later)() == "late"
        assert plugin.digest == pin
        assert plugin.artifact.kind == locate(source).kind
        assert plugin.artifact.path == locate(source).path
        file = str(plugin.lookup("own:__file__"))
        assert file.startswith(str(empty_cache))


@every_kind
def test_the_digest_of_a_pin_is_the_one_that_a_plugin_tells(kind: str, made: Callable[..., Any]) -> None:
    source = made(kind).source
    with hotplug.open(source) as plugin:
        assert plugin.digest == digest_of(source)


@every_kind
@every_boundary
def test_a_wrong_pin_is_refused_with_both_digests_before_any_code_runs(
    kind: str, boundary: Boundary, made: Callable[..., Any], make_plugin: PluginMaker, empty_cache: Path
) -> None:
    source = made(kind).source
    found = digest_of(source)
    with pytest.raises(hotplug.TrustError) as caught:
        hotplug.open(source, pin=OTHER, boundary=boundary)
    error = caught.value
    assert (error.expected, error.found, error.phase) == (OTHER, found, "check")
    assert OTHER in str(error)
    assert found in str(error)
    assert str(getattr(source, "path", source)) in str(error)
    assert error.remedy is not None
    assert "pin what was found" in error.remedy
    assert not make_plugin.ran()
    assert not list(empty_cache.glob("unpacked/*"))


@every_kind
@every_boundary
def test_what_was_changed_since_it_was_pinned_is_refused(
    kind: str, boundary: Boundary, made: Callable[..., Any], make_plugin: PluginMaker
) -> None:
    source, file = made(kind)
    pin = digest_of(source)
    hotplug.open(source, pin=pin, boundary=boundary).close()
    runs = make_plugin.runs()
    times = file.stat()
    data = file.read_bytes()
    file.write_bytes(data.replace(b"good", b"evil") if b"good" in data else data[:-1] + b"x")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(hotplug.TrustError):
        hotplug.open(source, pin=pin, boundary=boundary)
    assert make_plugin.runs() == runs


@every_boundary
@pytest.mark.parametrize(
    ("pin", "error"),
    [
        ("", ValueError),
        ("sha256:", ValueError),
        ("0" * 64, ValueError),
        ("md5:" + "0" * 64, ValueError),
        ("sha256:" + "0" * 63, ValueError),
        ("sha256:" + "0" * 65, ValueError),
        ("sha256:" + "A" * 64, ValueError),
        ("sha256:" + "g" * 64, ValueError),
        (" sha256:" + "0" * 64, ValueError),
        ("sha256:" + "0" * 64 + "\n", ValueError),
        (b"sha256:" + b"0" * 64, TypeError),
        (7, TypeError),
        (True, TypeError),
    ],
)
def test_what_is_no_digest_is_refused_before_anything_is_read(
    pin: Any, error: type[Exception], boundary: Boundary
) -> None:
    with pytest.raises(error, match="pin is"):
        hotplug.open("/there/is/nothing", pin=pin, boundary=boundary)


def test_a_remembered_digest_is_not_believed(make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_RACY", -(10**18))
    path = make_plugin.module("own.py", "word = 'evil'")
    stamp = memory.stamp_of(path.stat())
    memory.remember("digests", str(path), memory.stamp_text(stamp), OTHER, stamp=stamp, begun=time.time_ns())
    assert locate(path).digest() == OTHER
    with pytest.raises(hotplug.TrustError):
        hotplug.open(path, pin=OTHER)


@every_kind
def test_a_pinned_plugin_is_one_for_all_who_pin_it(
    kind: str, made: Callable[..., Any], make_plugin: PluginMaker
) -> None:
    source = made(kind).source
    pin = digest_of(source)
    with hotplug.open(source, pin=pin) as one, hotplug.open(source, pin=pin) as other:
        assert one == other
        assert one.lookup("later") is other.lookup("later")
    assert make_plugin.runs() == 1


@pytest.mark.parametrize("kind", ["folder", "module", "wheel", "private"])
@pytest.mark.parametrize("pinned_first", [True, False])
def test_what_runs_in_place_is_another_plugin_than_what_was_pinned(
    kind: str, pinned_first: bool, made: Callable[..., Any], empty_cache: Path
) -> None:
    source = made(kind).source
    pin = digest_of(source)
    with (
        hotplug.open(source, pin=pin if pinned_first else None) as one,
        hotplug.open(source, pin=None if pinned_first else pin) as other,
    ):
        assert one != other
        assert one.digest == other.digest == pin
        pinned = one if pinned_first else other
        assert pinned.artifact.verified
        assert str(pinned.lookup("own:__file__")).startswith(str(empty_cache))


def test_an_artifact_that_was_opened_can_be_pinned_again(made: Callable[..., Any]) -> None:
    source = made("wheel").source
    with hotplug.open(source) as plugin, hotplug.open(plugin.artifact, pin=plugin.digest) as pinned:
        assert pinned.artifact.path == plugin.artifact.path
        with hotplug.open(pinned.artifact) as again:
            assert again == plugin


def test_opening_without_a_pin_imports_nothing_of_trust(made: Callable[..., Any]) -> None:
    program = (
        "import sys, hotplug\n"
        "with hotplug.open(sys.argv[1]): pass\n"
        "print(*(name for name in sys.modules if name.startswith(('hotplug.trust', 'tomlkit', 'tomllib'))))\n"
    )
    path = made("wheel").source
    run = subprocess.run([sys.executable, "-c", program, path], check=True, capture_output=True, text=True)
    assert not run.stdout.strip()


def test_data_beside_the_code_is_that_of_the_copy(make_plugin: PluginMaker) -> None:
    source = """
        from pathlib import Path
        from importlib.resources import files
        from pkgutil import get_data, iter_modules
        import own
        def data() -> list[str]:
            here = Path(__file__).with_name("data.txt").read_text()
            names = sorted(each.name for each in iter_modules(own.__path__))
            resource = files("own").joinpath("data.txt").read_text()
            return [here, resource, get_data("own", "data.txt").decode(), *names]
    """
    files = {
        "own/__init__.py": source,
        "own/data.txt": "good",
        "own/sub/deep.py": "word = 'deep'",
        "own/mod.py": "",
        "own/package/__init__.py": "",
    }
    folder, site = make_plugin.folder("root", files), make_plugin.installed("own", files).site
    for artifact, place in ((folder, folder), (hotplug.installed("own"), site)):
        with hotplug.open(artifact, pin=digest_of(artifact)) as plugin:
            (place / "own/data.txt").write_text("evil")
            (place / "own/mod.py").write_text("word = 'evil'")
            assert plugin.lookup("data", Data)() == ["good"] * 3 + ["mod", "package"]
            assert plugin.lookup("own.sub.deep:word") == "deep"
            assert not hasattr(plugin.lookup("own.mod:"), "word")
