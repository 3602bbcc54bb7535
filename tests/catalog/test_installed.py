"""Installed distributions: what an interrupted update, a build or an editable install left; and the index."""

from __future__ import annotations

import builtins
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

import pytest

import hotplug
from greeter import Greeter
from hotplug.artifacts.environment import find
from hotplug.artifacts.memory import FORMAT
from hotplug.catalog import index
from hotplug.testing import PluginMaker

if TYPE_CHECKING:
    from pathlib import Path

GROUP = "greeter.plugins"
Make = Callable[..., hotplug.Catalog[Greeter]]
DAY = 86_400 * 10**9


def speaking(words: str) -> str:
    return f"class Greeting:\n    def greet(self) -> str: return {words!r}\nGreeter = Greeting()\n"


def info(site: Path, name: str, *, metadata: bool = True, points: str = "") -> Path:
    """Write a folder of metadata by hand."""
    folder = site / name
    folder.mkdir(parents=True)
    distribution, version = name.rsplit(".", 1)[0].rsplit("-", 1)
    if metadata:
        file = "PKG-INFO" if name.endswith(".egg-info") else "METADATA"
        (folder / file).write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
    if points:
        (folder / "entry_points.txt").write_text(f"[{GROUP}]\n{points}\n")
    return folder


@pytest.mark.parametrize("leftover", ["french-0.9.dist-info", "french-9.0.dist-info"])
def test_a_hollow_dist_info_of_another_version_hides_nothing(
    leftover: str, make_plugin: PluginMaker, folder: Make
) -> None:
    points = {GROUP: {"french": "french_h:Greeter"}}
    place = make_plugin.installed("french", {"french_h.py": speaking("a")}, entry_points=points)
    info(place.site, leftover, metadata=False)
    with folder(installed=True) as found:
        assert (found["french"].version, found["french"].status) == ("1.0", "ready")
        assert found.load("french").greet() == "a"
    assert find("french").path == str(place.dist_info)  # type: ignore[union-attr]


def test_of_several_whole_ones_the_highest_version_counts_and_the_others_say_that_they_are_left_over(
    make_plugin: PluginMaker, folder: Make
) -> None:
    points = {GROUP: {"french": "french_s:Greeter"}}
    place = make_plugin.installed("french", {"french_s.py": speaking("a")}, version="1.10", entry_points=points)
    old = info(place.site, "french-1.9.dist-info", points="french = french_s:Old\ngone = french_s:Gone")
    (old / "RECORD").write_text("")
    with folder(installed=True) as found:
        assert found["french"].version == "1.10"
        assert found.load("french").greet() == "a"
        gone = found["gone"]
        assert gone.status == f"refused: is left over from another version: {place.dist_info} is what is installed"
        with pytest.raises(hotplug.ArtifactError, match="remove the folder"):
            found.load("gone")


def test_the_egg_info_of_a_build_in_a_checkout_hides_nothing(
    make_plugin: PluginMaker, tmp_path: Path, folder: Make, on_path: Callable[[Path], None]
) -> None:
    points = {GROUP: {"french": "french_e:Greeter"}}
    place = make_plugin.installed("french", {"french_e.py": speaking("a")}, entry_points=points)
    info(tmp_path / "checkout", "french-0.1.egg-info", points="french = french_e:Greeter")
    on_path(tmp_path / "checkout")
    with folder(installed=True) as found:
        assert found["french"].path == str(place.dist_info)
        assert len([entry for entry in found.entries() if entry.name == "french"]) == 1
        assert found.load("french").greet() == "a"


def test_a_checkout_on_the_path_is_what_its_egg_info_says(
    tmp_path: Path, folder: Make, on_path: Callable[[Path], None]
) -> None:
    info(tmp_path / "checkout", "french_d-0.1.egg-info", points="french = french_d:Greeter")
    (tmp_path / "checkout" / "french_d.py").write_text(speaking("a"))
    on_path(tmp_path / "checkout")
    with folder(installed=True) as found:
        assert (found["french"].version, found.load("french").greet()) == ("0.1", "a")
    sys.modules.pop("french_d", None)


def test_an_editable_install_is_loaded_from_its_source(make_plugin: PluginMaker, folder: Make) -> None:
    points = {GROUP: {"french": "french_ed:Greeter"}}
    make_plugin.installed("french", {"french_ed.py": speaking("a")}, entry_points=points, editable=True)
    with folder(installed=True) as found:
        assert found.load("french").greet() == "a"


@pytest.fixture
def on_path() -> Iterator[Callable[[Path], None]]:
    """Return what puts a folder first on ``sys.path`` until the test ends."""
    folders: list[str] = []

    def put(folder: Path) -> None:
        folders.append(str(folder))
        sys.path.insert(0, str(folder))

    yield put
    for folder in folders:
        sys.path.remove(folder)
        sys.path_importer_cache.pop(folder, None)


@pytest.fixture
def many(tmp_path: Path, on_path: Callable[[Path], None]) -> Path:
    """Return a site folder with a hundred plugins, a day old as far as files can tell."""
    site = tmp_path / "site"
    for number in range(100):
        info(site, f"plugin_{number:03}-1.0.dist-info", points=f"name{number} = plugin_{number:03}:Greeter")
    on_path(site)
    return site


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what lets a day pass."""
    real = time.time_ns

    def pass_day() -> None:
        monkeypatch.setattr("hotplug.artifacts.memory.time.time_ns", lambda: real() + DAY)

    return pass_day


def opened(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> list[str]:
    """Return whose files of entry points are opened meanwhile, of the many; others on sys.path may have some."""
    paths: list[str] = []
    real: Any = builtins.open
    real_os: Any = os.open

    def watched(file: Any, *arguments: Any, **named: Any) -> object:
        paths.append(str(file))
        return real(file, *arguments, **named)

    def watched_os(file: Any, *arguments: Any, **named: Any) -> object:
        paths.append(str(file))
        return real_os(file, *arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(builtins, "open", watched)
        patched.setattr(os, "open", watched_os)
        act()
    found = [os.path.basename(os.path.dirname(path)) for path in paths if path.endswith("entry_points.txt")]
    return list(dict.fromkeys(each for each in found if each.startswith("plugin_")))


def test_the_index_spares_the_reading_of_what_did_not_change(
    many: Path, later: Callable[[], None], folder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    later()
    sought = "plugin_007-1.0.dist-info"
    assert len(opened(monkeypatch, lambda: folder(installed=True)["name7"])) >= 100
    assert opened(monkeypatch, lambda: folder(installed=True)["name7"]) == [sought]
    assert opened(monkeypatch, lambda: list(folder(installed=True))) == []
    assert set(folder(installed=True)) >= {f"name{number}" for number in range(100)}


def test_an_edit_that_the_index_has_not_seen_is_seen(
    many: Path, later: Callable[[], None], folder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    later()
    assert "name7" in folder(installed=True)
    path = many / "plugin_050-1.0.dist-info" / "entry_points.txt"
    path.write_text(path.read_text().replace("name50", "name7x"))
    assert "name50" not in folder(installed=True)
    assert "name7x" in folder(installed=True)
    assert opened(monkeypatch, lambda: list(folder(installed=True))) == []  # the index was kept up to date
    path.unlink()
    assert "name7x" not in folder(installed=True)
    path.write_text(f"[{GROUP}]\nback = plugin_050:Greeter\n")
    shutil.rmtree(many / "plugin_051-1.0.dist-info")
    info(many, "new-1.0.dist-info", points="new = new:Greeter")
    names = set(folder(installed=True))
    assert {"back", "new"} <= names
    assert "name51" not in names


def test_an_edit_in_the_second_of_the_one_before_is_seen(many: Path, folder: Make) -> None:
    path = many / "plugin_050-1.0.dist-info" / "entry_points.txt"
    before = path.stat()
    for words in ("aa", "bb", "cc"):
        path.write_text(f"[{GROUP}]\n{words} = plugin_050:Greeter\n")
        os.utime(path, ns=(before.st_mtime_ns, before.st_mtime_ns))
        assert words in folder(installed=True)


@pytest.mark.parametrize("junk", [b"", b"junk", f"{FORMAT}\n'x'\n\n".encode()])
def test_a_damaged_index_is_made_anew(
    junk: bytes, many: Path, later: Callable[[], None], folder: Make, empty_cache: Path
) -> None:
    later()
    assert "name7" in folder(installed=True)
    kept = [path for path in (empty_cache / "offers").iterdir() if b"plugin_007" in path.read_bytes()]
    assert len(kept) == 1
    kept[0].write_bytes(junk)
    assert "name7" in folder(installed=True)
    assert b"plugin_007" in kept[0].read_bytes()


@pytest.mark.parametrize("size", [None, 1 << 42])
def test_what_cannot_be_the_index_is_not_read(
    size: int | None, many: Path, later: Callable[[], None], folder: Make, empty_cache: Path
) -> None:
    later()
    assert "name7" in folder(installed=True)
    kept = next(path for path in (empty_cache / "offers").iterdir() if b"plugin_007" in path.read_bytes())
    whole = kept.read_bytes()
    if size is None:
        kept.unlink()
        kept.mkdir()
    else:
        os.truncate(kept, size)  # more than there is memory
    free = lowest_free()
    assert "name7" in folder(installed=True)
    assert lowest_free() == free
    assert kept.is_dir() or kept.read_bytes() == whole


def lowest_free() -> int:
    """Return the number that the next file gets which is opened; one that was not closed raises it."""
    number = os.dup(0)
    os.close(number)
    return number


def test_a_pipe_in_the_place_of_a_file_keeps_nobody_waiting(tmp_path: Path) -> None:
    site = tmp_path / "site"
    for number in range(64):
        info(site, f"plugin_{number}-1.0.dist-info", points=f"name{number} = plugin_{number}:Greeter")
    for place in ("plugin_1-1.0.dist-info/entry_points.txt", "plugin_2-1.0.dist-info/METADATA"):
        (site / place).unlink()
        os.mkfifo(site / place)
    (tmp_path / "look.py").write_text(f"""
import os, pathlib, sys
from hotplug import Catalog
from hotplug.artifacts import memory
sys.path.insert(0, {str(site)!r})
memory._RACY = -(10**18)
def look():
    return {{name: entry.status for name, entry in Catalog("{GROUP}", object, symbol="G").items()}}
found = look()
assert len([name for name in found if name.startswith("name")]) == 63, found
assert "name1" not in found
assert found["name2"] == "refused: is no regular file", found["name2"]
offers = pathlib.Path(os.environ["HOTPLUG_CACHE"], "offers")
(kept,) = [path for path in offers.iterdir() if b"plugin_3" in path.read_bytes()]
kept.unlink()
os.mkfifo(kept)
assert look() == found
""")
    subprocess.run([sys.executable, tmp_path / "look.py"], check=True, timeout=60)


def test_what_was_young_when_the_look_at_it_began_is_not_remembered(
    many: Path, folder: Make, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that sleeps, or is slow, takes longer to read than an edit of that moment is young."""
    for window in ("_RACY", "_FINE"):
        monkeypatch.setattr(f"hotplug.artifacts.memory.{window}", DAY // 2)
    real, past = time.time_ns, 0
    near: Any = vars(index)["_Near"]
    read = near.read

    def slowly(self: Any, name: str) -> tuple[str, list[str]]:
        nonlocal past
        past = DAY
        return cast("tuple[str, list[str]]", read(self, name))

    monkeypatch.setattr(time, "time_ns", lambda: real() + past)
    monkeypatch.setattr(near, "read", slowly)
    assert "name7" in folder(installed=True)
    offers = empty_cache / "offers"
    assert not offers.exists() or not any(b"plugin_007" in path.read_bytes() for path in offers.iterdir())
    assert "name7" in folder(installed=True)  # a day later
    assert any(b"plugin_007" in path.read_bytes() for path in offers.iterdir())


def test_what_is_no_folder_on_the_path_is_passed_over_as_the_interpreter_does(
    many: Path, folder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd: list[Any] = [None, b"/tmp", 5, "a\0b", "\ud800", many / "x"]
    with monkeypatch.context() as patched:
        patched.setattr(sys, "path", [*odd, *sys.path])
        assert folder(installed=True)["name7"].symbol == "plugin_007:Greeter"
        assert "none of that name" not in folder(installed=True)
        assert find("plugin-007") is not None
        assert find("none of that name") is None


def test_metadata_of_no_name_stops_nothing(many: Path, folder: Make) -> None:
    for name in (".dist-info", ".egg-info"):
        (many / name).mkdir()
    info(many, ".dist-1.0.dist-info", points="hidden = hidden:Greeter")  # has the name that was made of that
    found = folder(installed=True)
    assert found["hidden"].status == "ready"
    assert found["name7"].status == "ready"


@pytest.mark.skipif(sys.platform == "win32", reason="no file has such a name there")
def test_metadata_with_a_line_feed_in_its_name_is_refused_and_hides_nothing(
    many: Path, later: Callable[[], None], folder: Make
) -> None:
    points = "odd = odd:Greeter\nname7 = odd:Other\n[other.group]\nelse = odd:Greeter"
    odd = info(many, "o\ndd-1.0.dist-info", points=points)
    later()
    for _ in range(2):  # with an index that was kept, were one kept
        for found in (folder(installed=True), folder(installed=True)):
            assert found["odd"].status == "refused: has a line feed in its name, which no installer makes"
            assert found["odd"].path == str(odd)
            assert found["name7"].status == "ready"
            assert "else" not in found
            listed = [entry for entry in found.entries() if entry.path == str(odd)]
            assert sorted(entry.name for entry in listed) == ["name7", "odd"]
            assert not any(entry.ready for entry in listed)
            with pytest.raises(hotplug.ArtifactError, match=r"o\\ndd-1.0.*\n  remove the folder, and install"):
                found.load("odd")
    shutil.rmtree(odd)
    assert "odd" not in folder(installed=True)


def test_what_no_file_can_hold_is_no_name_and_no_group(many: Path) -> None:
    group = f"{GROUP}\0name7"  # in the index, a group and a name in it
    for name in ("plugin_007-1.0.dist-info", "name7\0plugin_007-1.0.dist-info", "name7\n"):
        assert name not in hotplug.Catalog(group, Greeter)
        assert name not in hotplug.Catalog(GROUP, Greeter)


def test_without_a_cache_folder_everything_is_found(
    many: Path, later: Callable[[], None], folder: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HOTPLUG_CACHE", str(tmp_path / "file" / "no"))
    for _ in range(2):
        assert len([name for name in folder(installed=True) if name.startswith("name")]) == 100


def test_one_name_among_many_is_found_by_a_look_at_its_own_file(
    many: Path, later: Callable[[], None], folder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    later()
    assert "name7" in folder(installed=True)
    looked: list[str] = []
    real = os.stat

    def watched(path: Any, *arguments: Any, **named: Any) -> os.stat_result:
        looked.append(str(path))
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, "stat", watched)
    assert folder(installed=True)["name7"].symbol == "plugin_007:Greeter"
    mine = [path for path in looked if path.startswith(str(many)) and path.endswith("/entry_points.txt")]
    assert {os.path.basename(os.path.dirname(path)) for path in mine} == {"plugin_007-1.0.dist-info"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_in_the_place_of_entry_points_is_not_waited_for(many: Path, folder: Make) -> None:
    place = many / "plugin_007-1.0.dist-info" / "entry_points.txt"
    place.unlink()
    os.mkfifo(place)
    assert "name7" not in folder(installed=True)
    assert "name8" in folder(installed=True)
