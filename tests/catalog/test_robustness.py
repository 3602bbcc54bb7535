"""One odd artifact never stops a catalog, and what turns out to be broken makes way for the next of its name."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import hotplug
from greeter import Greeter
from hotplug import Catalog
from hotplug.artifacts import locate
from hotplug.build.wheel import Wheel, archive
from hotplug.catalog.places import Search
from hotplug.testing import BROKEN, FATAL, MISBEHAVING, PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.catalog.entry import Entry

GROUP = "greeter.plugins"
POINTS = {GROUP: {"french": "french:Greeter"}}


def speaking(words: str) -> str:
    return f"class Greeting:\n    def greet(self) -> str: return {words!r}\nGreeter = Greeting()\n"


def catalog(*paths: Path, **options: object) -> Catalog[Greeter]:
    options = {"installed": False, **options}
    return Catalog(GROUP, Greeter, paths=paths, **options)  # type: ignore[arg-type]


def states(found: Catalog[Greeter]) -> list[tuple[str, str | None, str]]:
    """Return name, version and the first word of the status of every entry, in order."""
    return [(entry.name, entry.version, re.split(r"\W", entry.status)[0]) for entry in found.entries()]


def torn(folder: Path, version: str = "1.0") -> None:
    """Write a wheel whose module is not that of its RECORD; only who reads all of it can see that."""
    wheel = Wheel(
        name="french", version=version, files={"french.py": speaking("torn").encode()}, entry_points=POINTS
    )
    members = wheel.members()
    members["french.py"] += b"# changed"
    folder.mkdir(exist_ok=True)
    (folder / wheel.filename).write_bytes(archive(members))


NOT_LISTED = {"missing", "nul_in_path", "unknown", "empty_folder"}
"""What no file name in a folder leads to, or what nobody would take for a plugin."""


def test_whatever_lies_in_the_search_path_is_listed_with_its_reason_and_the_good_one_loads(
    make_plugin: PluginMaker,
) -> None:
    zoo = make_plugin.zoo("french", speaking("good"))
    with catalog(*zoo.folders) as found:
        by_folder = {Path(entry.path).parent.name: entry for entry in found.entries() if entry.name != "outside"}
        assert set(by_folder) == {*zoo.kinds, "good"} - NOT_LISTED
        for kind, entry in by_folder.items():
            if kind in BROKEN:
                assert entry.error is not None, kind
                assert BROKEN[kind].explained_by(entry.error), (kind, entry.status)
            elif kind == "syntax_error":
                assert entry.status.startswith("refused: invalid syntax (")
            else:
                assert kind in {*MISBEHAVING, *FATAL, "odd names", "good"}
                assert entry.status == "ready"
        assert zoo.ran() == []
        assert found.load("french").greet() == "good"
        assert zoo.ran() == []


def test_a_wheel_that_fails_its_record_makes_way_for_the_next_of_its_name(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    make_plugin.wheel("french", {"french.py": speaking("1.0")}, version="1.0", entry_points=POINTS, into="p")
    for version in ("2.0", "3.0"):
        torn(tmp_path / "p", version)
    with catalog(tmp_path / "p") as found:
        assert states(found) == [
            ("french", "1.0", "shadowed"),
            ("french", "2.0", "shadowed"),
            ("french", "3.0", "ready"),
        ]
        assert found.load("french").greet() == "1.0"
        assert states(found) == [
            ("french", "1.0", "ready"),
            ("french", "2.0", "refused"),
            ("french", "3.0", "refused"),
        ]
        refused = found.entries()[2]
        assert refused.error is not None
        assert refused.status == f"refused: {refused.error.reason}"
        assert refused.error.reason.startswith("does not match its RECORD: french.py has ")
        assert found["french"].version == "1.0"


def test_a_wheel_that_fails_its_record_makes_way_for_a_place_that_was_not_read_yet(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    torn(tmp_path / "first")
    make_plugin.module("last/french.py", speaking("b"))
    with catalog(tmp_path / "first", fallback=[tmp_path / "last"]) as found:
        with found.open("french") as plugin:
            assert plugin.artifact.kind == "module"
        assert found.load("french").greet() == "b"


def test_a_wheel_that_fails_its_record_and_has_no_rival_says_so_each_time(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    torn(tmp_path / "p")
    make_plugin.module("p/dutch.py", speaking("b"))
    with catalog(tmp_path / "p") as found:
        for _ in range(2):
            with pytest.raises(hotplug.ArtifactError, match="does not match its RECORD: french.py has "):
                found.load("french")
            assert states(found) == [("dutch", None, "ready"), ("french", "1.0", "refused")]
        assert found.load("dutch").greet() == "b"


def test_code_that_fails_makes_way_for_none_for_it_ran(make_plugin: PluginMaker, tmp_path: Path) -> None:
    make_plugin.module("first/french.py", f"{speaking('a')}raise ValueError('no words')")
    make_plugin.module("last/french.py", speaking("b"))
    with catalog(tmp_path / "first", tmp_path / "last") as found:
        for _ in range(2):
            with pytest.raises(hotplug.ActivationError, match="no words"):
                found.load("french")
        assert states(found) == [("french", None, "ready"), ("french", None, "shadowed")]


@pytest.mark.parametrize(
    "reference", ["", ":Greeter", "french:Greeter:more", "1st:Greeter", "a..b:c", "french:a b-c"]
)
@pytest.mark.parametrize("kind", ["project", "installed"])
def test_an_entry_point_that_is_no_reference_is_refused_and_hides_none(
    reference: str, kind: str, make_plugin: PluginMaker, tmp_path: Path
) -> None:
    points = {GROUP: {"french": reference, "dutch": "french:Greeter"}}
    files = {"french.py": speaking("a")}
    if kind == "project":
        make_plugin.project("french", files, entry_points=points, into="p")
    else:
        make_plugin.installed("french", files, entry_points=points)
    make_plugin.module("last/french.py", speaking("b"))
    with catalog(tmp_path / "p", installed=kind == "installed", fallback=[tmp_path / "last"]) as found:
        refused = next(entry for entry in found.entries() if not entry.ready)
        reason = f"its entry point french = {reference} is not of the form module:attribute"
        assert (refused.name, refused.status) == ("french", f"refused: {reason}")
        assert refused.error is not None
        assert refused.error.plugin == "french"
        assert [found.load(name).greet() for name in ("dutch", "french")] == ["a", "b"]


@pytest.mark.parametrize(
    "error", [ValueError("odd"), RecursionError("deep"), MemoryError(), KeyError("x"), OSError(5, "I/O")]
)
@pytest.mark.parametrize("place", ["locate", "objections", "Search._binds"])
def test_whatever_one_artifact_raises_is_its_own_refusal(
    error: Exception, place: str, make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plugin.module("p/bad.py", speaking("bad"))
    make_plugin.module("p/fine.py", speaking("fine"))
    make_plugin.module("p/_bad.py", speaking("hidden"))
    owner = Search if "." in place else __import__("hotplug.catalog.places", fromlist=["places"])
    name = place.rpartition(".")[2]
    real = getattr(owner, name)

    def fails(*arguments: object, **named: object) -> object:
        if any("bad.py" in str(getattr(each, "path", each)) for each in arguments):
            raise error
        return real(*arguments, **named)

    monkeypatch.setattr(owner, name, fails)
    with catalog(tmp_path / "p") as found:
        assert [entry.name for entry in found.entries()] == ["bad", "fine"]
        assert found.load("fine").greet() == "fine"
        refused = found["bad"]
        assert refused.status == f"refused: cannot be read: {type(error).__name__}: {error}"
        with pytest.raises(hotplug.ArtifactError) as caught:
            found.load("bad")
        assert caught.value.__cause__ is error
        assert caught.value.plugin == str(tmp_path / "p" / "bad.py")


@pytest.mark.parametrize("source", ["x = 1\0", "a" + ".b" * 20_000, "-" * 20_000 + "1", "(" * 5000 + ")" * 5000])
def test_a_source_that_no_parser_takes_is_refused_and_stops_no_other(
    source: str, make_plugin: PluginMaker, tmp_path: Path
) -> None:
    make_plugin.module("p/bad.py", source)
    make_plugin.module("p/fine.py", speaking("fine"))
    with catalog(tmp_path / "p") as found:
        assert found.load("fine").greet() == "fine"
        assert re.match(
            r"refused: (cannot be parsed: \w|.*(null bytes|too many nested paren).*)", found["bad"].status
        )


def test_whatever_one_installed_distribution_raises_is_its_own_refusal(
    make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hotplug.artifacts.installed import Installed

    make_plugin.installed("bad", {"bad.py": ""}, entry_points={GROUP: {"french": "bad:Greeter"}})
    make_plugin.installed("fine", {"fine.py": speaking("fine")}, entry_points={GROUP: {"dutch": "fine:Greeter"}})
    real = Installed.__init__

    def fails(self: Installed, path: str, *, private: bool = False) -> None:
        real(self, path, private=private)
        if "bad-" in path:
            raise ZeroDivisionError("odd")

    monkeypatch.setattr(Installed, "__init__", fails)
    with catalog(installed=True) as found:
        assert found["french"].status == "refused: cannot be read: ZeroDivisionError: odd"
        assert found.load("dutch").greet() == "fine"


def test_a_place_whose_reading_was_interrupted_is_read_again(
    make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plugin.module("p/french.py", speaking("a"))

    def interrupted(path: str) -> object:
        raise KeyboardInterrupt

    with catalog(tmp_path / "p") as found:
        with monkeypatch.context() as patched:
            patched.setattr("hotplug.catalog.places.locate", interrupted)
            for _ in range(2):
                with pytest.raises(KeyboardInterrupt):
                    list(found)
        assert states(found) == [("french", None, "ready")]
        assert found.load("french").greet() == "a"


def test_a_search_path_that_is_no_folder_is_refused_and_stops_no_other(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    wrong = make_plugin.module("p/french.py", speaking("a"))
    make_plugin.module("last/dutch.py", speaking("b"))
    with catalog(wrong, tmp_path / "nowhere", Path("nul\0"), tmp_path / "last") as found:
        file, nul, fine = found.entries()
        assert file.status == "refused: the folder cannot be read: Not a directory"
        assert file.error is not None
        assert file.error.remedy == "a search path is made of folders: name the one that it lies in"
        assert re.match(r"refused: the folder cannot be read: .*embedded null", nul.status)
        assert nul.error is not None
        assert nul.error.remedy is None
        assert (fine.name, fine.status) == ("dutch", "ready")


def test_what_is_hidden_is_offered_only_if_it_says_so_itself(make_plugin: PluginMaker, tmp_path: Path) -> None:
    for name in ("_one", ".two"):
        point = name[1:]
        files = {"words.py": speaking(point), "pyproject.toml": f"[project]\nname = '{point}'\nversion = '1'\n"}
        files["pyproject.toml"] += f"[project.entry-points.'{GROUP}']\n{point} = 'words:Greeter'\n"
        make_plugin.folder(f"p/{name}", files)
        make_plugin.folder(f"p/{name}-not", {"__init__.py": speaking("no")})
        make_plugin.module(f"p/{name}-torn.py", "def broken(:")
    with catalog(tmp_path / "p") as found:
        assert {name: found.load(name).greet() for name in found} == {"one": "one", "two": "two"}


def test_folders_without_python_and_files_of_other_kinds_are_not_listed(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    make_plugin.folder("p/words", {"README.txt": "", "deep/data.json": ""})
    make_plugin.folder("p/empty", {})
    make_plugin.folder("p/cache", {"node_modules/it.py": speaking("no")})
    make_plugin.folder("p", {"notes.txt": "", "french.pyc": b"", "Makefile": ""})
    make_plugin.module("p/french.py", speaking("a"))
    with catalog(tmp_path / "p") as found:
        assert states(found) == [("french", None, "ready")]


def test_a_file_beside_a_folder_without_init_is_what_is_offered(make_plugin: PluginMaker, tmp_path: Path) -> None:
    files = {"french.py": speaking("file"), "french/words.py": "", "french/__main__.py": "def broken(:"}
    make_plugin.folder("p/root", files)
    path = make_plugin.wheel("french", files, into="p")
    assert locate(path).root_source() == str(Path(locate(path).tree().root, "french.py"))
    with catalog(tmp_path / "p") as found:
        assert {name: found.load(name).greet() for name in found} == {"french": "file", "root": "file"}


@pytest.mark.parametrize("argument", ["paths", "fallback"])
@pytest.mark.parametrize("value", ["plugins", Path("plugins")])
def test_one_path_in_place_of_a_list_is_a_type_error(argument: str, value: object) -> None:
    with pytest.raises(TypeError, match=r"^paths and fallback are lists of folders, not "):
        Catalog(GROUP, Greeter, **{argument: value})  # type: ignore[arg-type]


def test_what_is_no_name_is_in_no_catalog(make_plugin: PluginMaker, tmp_path: Path) -> None:
    make_plugin.module("p/5.py", speaking("a"))
    odd: list[object] = [5, None, b"5"]
    with catalog(tmp_path / "p") as found:
        for name in odd:
            assert name not in found
            assert found.get(name) is None  # type: ignore[call-overload]
            with pytest.raises(hotplug.PluginNotFound, match=f"^there is no plugin {name!r}$"):
                found[name]  # type: ignore[index]
        assert "5" in found


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir(mode=0)
    with catalog(tmp_path / "p") as found:
        (entry,) = found.entries()
        assert entry.status == "refused: the folder cannot be read: Permission denied"


def test_an_unload_that_is_interrupted_keeps_no_other_plugin_open(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    for name in ("a", "b", "c"):
        stop = "import atexit\ndef stop(): raise KeyboardInterrupt\natexit.register(stop)\n" if name == "b" else ""
        make_plugin.module(f"p/{name}.py", stop + speaking(name))
    found = catalog(tmp_path / "p")
    for name in ("a", "b", "c"):
        found.load(name)
    with pytest.raises(KeyboardInterrupt):
        found.close()
    assert [found.unload(name).reason for name in ("a", "b", "c")] == ["it was not loaded"] * 3


def test_an_entry_is_not_ready_because_it_was_refused(make_plugin: PluginMaker, tmp_path: Path) -> None:
    make_plugin.module("p/french.py", "def broken(:")
    with catalog(tmp_path / "p") as found:
        entry: Entry = found["french"]
        assert (entry.ready, entry.artifact, entry.path) == (False, None, str(tmp_path / "p" / "french.py"))
