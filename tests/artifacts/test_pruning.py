"""The cache is kept small, and only what hotplug wrote itself is ever removed from it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from hotplug.artifacts import locate, pruning
from hotplug.artifacts.code_cache import code_folder, make_code_folder
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

DAY = 24 * 60 * 60  # seconds


@pytest.fixture(autouse=True)
def old_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file be old enough to be remembered; its time of change cannot be set back."""
    monkeypatch.setattr("hotplug.artifacts.memory._RACY", -(10**18))


def wheel(make_plugin: PluginMaker, name: str, *, days: float, size: int = 0) -> Path:
    """Unpack a wheel that was last opened so many days ago, and return its folder in the cache."""
    path = make_plugin.wheel(name, {f"{name}.py": "value = 1", f"{name}.bin": os.urandom(size)})
    entry = Path(locate(path).tree().root).parent
    aged(entry / "manifest", days)
    aged(entry, days + 1)
    return entry


def aged(path: Path, days: float) -> None:
    then = time.time() - days * DAY
    os.utime(path, (then, then))


def age(path: Path) -> float:
    return (time.time() - path.stat().st_mtime) / DAY


def test_a_wheel_that_was_not_opened_for_a_month_goes_when_another_is_unpacked(make_plugin: PluginMaker) -> None:
    old, new = wheel(make_plugin, "old", days=31), wheel(make_plugin, "new", days=29)
    wheel(make_plugin, "last", days=0)
    assert (old.exists(), new.exists()) == (False, True)
    assert not list(new.parent.glob("draft-*"))
    assert wheel(make_plugin, "old", days=0) == old  # unpacked again
    assert old.exists()


def test_to_open_a_wheel_is_noted_once_a_day(make_plugin: PluginMaker) -> None:
    entry = wheel(make_plugin, "one", days=0)
    for days, noted in ((0.9, False), (1.1, True), (40, True)):
        aged(entry / "manifest", days)
        assert "one.py" in locate(make_plugin.root / "one-1.0-py3-none-any.whl").tree().files
        assert (age(entry / "manifest") < days / 2) == noted


def test_what_was_not_opened_longest_goes_while_the_cache_is_too_large(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = {"a": 5, "b": 4, "c": 3, "d": 2, "e": 0.5}
    entries = {name: wheel(make_plugin, name, days=each, size=10_000) for name, each in days.items()}
    code = code_folder("/some/where")
    assert code is not None
    assert make_code_folder(code)
    Path(code, "it").write_bytes(bytes(10_000))
    (entries["b"] / "code").mkdir()
    (entries["b"] / "code" / "it").write_bytes(bytes(10_000))
    aged(Path(code), 4.5)
    pruning.prune()
    assert all(entry.exists() for entry in entries.values())
    # 7 times 10,000 bytes and the metadata: two wheels, the code folder, and what is beside the second wheel
    monkeypatch.setattr(pruning, "_TOTAL_LIMIT", 35_000)
    pruning.prune()
    assert [name for name, entry in entries.items() if entry.exists()] == ["c", "d", "e"]
    assert not Path(code).exists()
    monkeypatch.setattr(pruning, "_TOTAL_LIMIT", 0)
    pruning.prune()
    assert [name for name, entry in entries.items() if entry.exists()] == ["e"]


def test_a_wheel_that_is_opened_while_it_goes_stays(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = wheel(make_plugin, "one", days=31)
    real = os.rename

    def rename(source: str, target: str) -> None:
        if source == str(entry):
            os.utime(entry / "manifest")  # another process opens it
        real(source, target)

    monkeypatch.setattr(os, "rename", rename)
    pruning.prune()
    assert (entry / "content" / "one.py").read_text() == "value = 1"


def test_a_wheel_that_another_process_removes_first_is_no_error(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = wheel(make_plugin, "one", days=31)

    def rename(source: str, target: str) -> None:
        raise FileNotFoundError(source)

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", rename)
        pruning.prune()
    assert entry.exists()
    pruning.prune()
    assert not entry.exists()


@pytest.mark.parametrize("days", [0.5, 1.5])
def test_what_an_interrupted_run_left_goes_after_a_day(
    days: float, make_plugin: PluginMaker, empty_cache: Path
) -> None:
    wheel(make_plugin, "one", days=0)
    draft = empty_cache / "unpacked" / "draft-abc"
    (draft / "content").mkdir(parents=True)
    broken = empty_cache / "unpacked" / f"sha256-{'0' * 64}"
    broken.mkdir()
    aged(draft, days)
    aged(broken, 31)
    pruning.prune()
    assert draft.exists() == (days < 1)
    assert not broken.exists()


def test_facts_that_were_not_recalled_for_a_month_go(make_plugin: PluginMaker, empty_cache: Path) -> None:
    paths = [make_plugin.module(f"{name}.py", f"value = {name!r}") for name in ("one", "two", "three")]
    facts: list[Path] = []
    for path in paths:
        before = set(empty_cache.glob("digests/*"))
        locate(path).digest()
        facts += set(empty_cache.glob("digests/*")) - before
    for fact, days in zip(facts, (31, 29, 31), strict=True):
        aged(fact, days)
    locate(paths[2]).digest()  # it is recalled, and so is young again
    pruning.prune()
    assert [fact.exists() for fact in facts] == [False, True, True]


def test_what_hotplug_did_not_write_stays(
    make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    mine = ["notes.txt", "digests/notes.txt", "digests/0123456789abcdef-12", "unpacked/mine/it", "code/mine/it"]
    mine += [
        "unpacked/sha256-abc/it",
        "code/draft/it",
        "src/0123456789abcdef-12/it",
        "src/xyz-12",
        "src/12345678-x",
    ]
    for each in mine:
        (home / each).parent.mkdir(parents=True, exist_ok=True)
        (home / each).write_text("mine")
        aged(home / each, 400)
        aged((home / each).parent, 400)
    monkeypatch.setenv("HOTPLUG_CACHE", str(home))
    pruning.prune()
    assert [each for each in mine if not (home / each).exists()] == []


def test_drafts_of_facts_go_after_a_day(empty_cache: Path) -> None:
    folder = empty_cache / "digests"
    folder.mkdir()
    names = ("0123456789abcdef-12.77.1", "0123456789abcdef-12.77.2")
    for name, days in zip(names, (0.5, 1.5), strict=True):
        (folder / name).write_text("hotpl")
        aged(folder / name, days)
    pruning.prune()
    assert [each.name for each in folder.iterdir()] == [names[0]]


def test_drafts_of_bytecode_go_after_a_day(make_plugin: PluginMaker, empty_cache: Path) -> None:
    kept = [Path(code_folder(str(make_plugin.root)) or ""), wheel(make_plugin, "one", days=0) / "code"]
    names = [f"one.py.cpython-311-0-12{end}" for end in ("", ".123.456", ".123.457", ".beta.2")]
    for folder in kept:
        assert make_code_folder(str(folder))
        for name in names:
            (folder / name).write_bytes(b"code")
        for name in (names[0], names[1], names[3]):
            aged(folder / name, 2)
    pruning.prune()
    for folder in kept:
        assert sorted(each.name for each in folder.iterdir() if each.name.startswith("one")) == [
            names[0],
            names[2],
            names[3],
        ]


def test_a_cache_that_others_can_write_is_not_pruned(make_plugin: PluginMaker, empty_cache: Path) -> None:
    entry = wheel(make_plugin, "one", days=31)
    empty_cache.chmod(0o777)
    pruning.prune()
    assert entry.exists()


def test_what_cannot_be_removed_stays(make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = wheel(make_plugin, "one", days=31)

    def refuse(*arguments: object) -> None:
        raise PermissionError

    with monkeypatch.context() as patched:
        for name in ("rename", "unlink", "listdir", "scandir", "utime"):
            patched.setattr(os, name, refuse)
        pruning.prune()
        pruning.prune_daily()
    assert entry.exists()


class TestCode:
    """The folder for the bytecode of what runs where it lies."""

    def test_each_artifact_has_its_own_and_keeps_it(self, make_plugin: PluginMaker, empty_cache: Path) -> None:
        one, two = make_plugin.module("one.py", ""), make_plugin.module("two.py", "")
        folder, project = make_plugin.folder("three", {"__init__.py": ""}), make_plugin.project("p", {"p.py": ""})
        make_plugin.installed("four", {"four.py": ""})
        from hotplug.artifacts.installed import installed

        artifacts = [*map(locate, (one, two, folder, project)), installed("four"), installed("four", private=True)]
        codes = [artifact.tree().code for artifact in artifacts]
        assert codes[4] == codes[5]
        assert len(set(codes)) == 5
        assert all(Path(code or "").parent == empty_cache / "code" for code in codes)
        assert codes[0] == locate(one).tree().code
        assert not (empty_cache / "code").exists()  # until something is kept

    def test_it_is_made_for_the_user_alone_with_all_above_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOTPLUG_CACHE", str(tmp_path / "new" / "cache"))
        code = code_folder("/a.py")
        assert code is not None
        assert make_code_folder(code)
        assert make_code_folder(code)
        made = [Path(code), *Path(code).parents][:4]
        assert [each.name for each in made[1:]] == ["code", "cache", "new"]
        assert [each.stat().st_mode & 0o777 for each in made] == [0o700] * 4

    @pytest.mark.parametrize("loose", ["", "code", "code/leaf"])
    def test_there_is_none_where_others_can_write(self, loose: str, empty_cache: Path) -> None:
        code = code_folder("/a.py")
        assert code is not None
        assert make_code_folder(code)
        place = Path(code) if loose == "code/leaf" else empty_cache / loose
        place.chmod(0o777)
        assert code_folder("/a.py") is None
        if place == Path(code):
            assert not make_code_folder(code)

    @pytest.mark.parametrize("in_the_way", ["cache", "code"])
    def test_there_is_none_where_a_file_is_in_the_way(
        self, in_the_way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOTPLUG_CACHE", str(tmp_path / "cache"))
        code = code_folder("/a.py")
        assert code is not None
        place = tmp_path / "cache" if in_the_way == "cache" else tmp_path / "cache" / "code"
        place.parent.mkdir(exist_ok=True)
        place.write_text("")
        assert not make_code_folder(code)
        assert code_folder("/a.py") is None

    def test_to_open_it_is_noted_once_a_day(self) -> None:
        code = code_folder("/a.py")
        assert code is not None
        make_code_folder(code)
        for days, noted in ((0.9, False), (1.1, True)):
            aged(Path(code), days)
            assert code_folder("/a.py") == code
            assert (age(Path(code)) < 0.5) == noted

    def test_one_that_was_not_opened_for_a_month_goes_when_another_is_made(
        self, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made: list[Path] = []
        for name in ("/a.py", "/b.py", "/c.py"):
            code = code_folder(name)
            assert code is not None
            assert make_code_folder(code)
            made.append(Path(code))
            aged(made[0], 31)
        assert made[0].exists()  # the cache was pruned today
        aged(empty_cache / "pruned", 2)
        make_code_folder(code_folder("/d.py") or "")
        assert [each.exists() for each in made] == [False, True, True]

    def test_that_of_an_unpacked_wheel_goes_with_it(self, make_plugin: PluginMaker) -> None:
        entry = wheel(make_plugin, "one", days=0)
        code = locate(make_plugin.root / "one-1.0-py3-none-any.whl").tree().code
        assert code == str(entry / "code")
        assert code is not None
        assert make_code_folder(code)
        aged(entry / "manifest", 31)
        pruning.prune()
        assert not entry.exists()


@pytest.mark.parametrize("lose", [os.unlink, os.truncate])
def test_a_wheel_whose_manifest_is_lost_takes_part_all_the_same(
    lose: Callable[..., None], make_plugin: PluginMaker
) -> None:
    entry = wheel(make_plugin, "one", days=2)
    if lose is os.truncate:
        os.truncate(entry / "manifest", 0)
        aged(entry / "manifest", 31)
    else:
        (entry / "manifest").unlink()
        aged(entry, 31)
    pruning.prune()
    assert not entry.exists()
