"""Reloading: the new one is checked before the old one is let go, and nobody ever gets a broken one."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

import hotplug
from greeter import Greeter
from hotplug.testing import PluginMaker

if TYPE_CHECKING:
    from pathlib import Path

Make = Callable[..., hotplug.Catalog[Greeter]]
Write = Callable[[str], None]

BOUNDARIES = ["inline", "process"]
BROKEN = {
    "syntax": ("def broken(:", hotplug.ArtifactError, "invalid syntax"),
    "raises": ("Greeter = 1\nraise ValueError('no words')", hotplug.ActivationError, "no words"),
    "symbol": ("words = 1", hotplug.ArtifactError, "offers it no more"),
    "contract": ("Greeter = 3", hotplug.ContractError, "greet"),
}


def speaking(words: str, before: str = "") -> str:
    return f"{before}\nclass Greeting:\n    def greet(self) -> str: return {words!r}\nGreeter = Greeting()\n"


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_reload_gives_what_the_artifact_is_now(boundary: str, french: Write, folder: Make) -> None:
    french(speaking("old"))
    with folder(boundary=boundary) as found:
        old = found.load("french")
        french(speaking("new"))
        assert found.load("french") is old
        new = found.reload("french")
        assert (new.greet(), found.load("french")) == ("new", new)
        if boundary == "inline":
            assert old.greet() == "old"
        else:
            with pytest.raises(hotplug.PluginClosed):
                old.greet()


def test_the_old_one_is_unloaded(french: Write, folder: Make) -> None:
    french(speaking("old"))
    with folder() as found:
        found.load("french")
        for words in ("new", "newer", "newest"):
            french(speaking(words))
            assert found.reload("french").greet() == words
            assert len([name for name in sys.modules if "__hp" in name]) == 1


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("kind", BROKEN)
def test_a_new_one_that_is_broken_leaves_the_old_one_and_says_why(
    kind: str, boundary: str, french: Write, folder: Make
) -> None:
    source, error, reason = BROKEN[kind]
    french(speaking("old"))
    with folder(boundary=boundary) as found:
        old = found.load("french")
        french(source)
        for _ in range(2):
            with pytest.raises(hotplug.PluginError, match=reason) as caught:
                found.reload("french")
            assert type(caught.value) is error
            assert found.load("french") is old
            assert old.greet() == "old"
        french(speaking("mended"))
        assert found.reload("french").greet() == "mended"


def test_an_artifact_that_did_not_change_does_not_run_again(
    make_plugin: PluginMaker, french: Write, folder: Make
) -> None:
    french(speaking("a", make_plugin.tripwire("french")))
    with folder() as found:
        old = found.load("french")
        assert found.reload("french") is old
        assert found.unload("french").survivors
        assert make_plugin.runs("french") == 1


def test_what_was_not_loaded_is_loaded_and_what_is_not_there_is_not_found(french: Write, folder: Make) -> None:
    french(speaking("a"))
    with folder() as found:
        assert found.reload("french").greet() == "a"
        with pytest.raises(hotplug.PluginNotFound, match="did you mean 'french'"):
            found.reload("frnch")


def test_a_file_that_is_gone_leaves_the_old_one(tmp_path: Path, french: Write, folder: Make) -> None:
    french(speaking("old"))
    with folder() as found:
        old = found.load("french")
        (tmp_path / "p" / "french.py").unlink()
        with pytest.raises(hotplug.ArtifactError, match=r"refresh\(\) the catalog"):
            found.reload("french")
        assert found.load("french") is old


def test_one_that_was_refused_is_read_again(french: Write, folder: Make) -> None:
    french("def broken(:")
    with folder() as found:
        with pytest.raises(hotplug.ArtifactError):
            found.load("french")
        french(speaking("mended"))
        with pytest.raises(hotplug.ArtifactError):
            found.load("french")
        assert found.reload("french").greet() == "mended"
        assert found["french"].status == "ready"


def test_a_wheel_is_reloaded_with_its_new_symbol_and_version(
    make_plugin: PluginMaker, tmp_path: Path, folder: Make
) -> None:
    def wheel(version: str, module: str) -> Path:
        points = {"greeter.plugins": {"french": f"{module}:Greeter"}}
        return make_plugin.wheel(
            "french", {f"{module}.py": speaking(version)}, version=version, entry_points=points
        )

    (tmp_path / "p").mkdir()
    place = tmp_path / "p" / "french-1-py3-none-any.whl"
    os.replace(wheel("1", "words"), place)
    with folder() as found:
        assert found.load("french").greet() == "1"
        later = make_plugin.root / "later"
        later.mkdir()
        os.replace(wheel("1.0", "others"), place)
        assert found.reload("french").greet() == "1.0"
        assert (found["french"].version, found["french"].symbol) == ("1.0", "others:Greeter")


def test_a_handle_of_the_callers_own_keeps_the_old_one_open(french: Write, folder: Make) -> None:
    french(speaking("old"))
    with folder(boundary="process") as found:
        old = found.load("french")
        with found.open("french"):
            french(speaking("new"))
            assert found.reload("french").greet() == "new"
            assert old.greet() == "old"
        with pytest.raises(hotplug.PluginClosed):
            old.greet()


def test_calls_in_flight_end_before_the_old_one_does(tmp_path: Path, french: Write, folder: Make) -> None:
    begun, end = tmp_path / "begun", tmp_path / "end"
    os.mkfifo(begun)
    os.mkfifo(end)
    waits = f"    open({str(begun)!r}, 'w').close(); open({str(end)!r}).close()"
    french(speaking("old").replace("str: return", f"str:\n    {waits}\n        return"))
    with folder(boundary="process") as found, ThreadPoolExecutor(2) as pool:
        old = found.load("french")
        call = pool.submit(old.greet)
        begun.open().close()  # the worker is in the call
        french(speaking("new"))
        reloaded = pool.submit(found.reload, "french")
        while found.load("french") is old:
            os.sched_yield()
        assert found.load("french").greet() == "new"
        assert not call.done()
        end.open("w").close()
        assert call.result(30) == "old"
        assert reloaded.result(30).greet() == "new"


def test_a_plugin_whose_worker_crashed_is_opened_anew_by_the_next_load(french: Write, folder: Make) -> None:
    french(speaking("a", "import os\ndef die() -> None: os._exit(3)\n"))
    with folder(boundary="process") as found:
        old = found.load("french")
        with found.open("french") as plugin:
            worker = plugin.lookup("die")
            assert callable(worker)
            with pytest.raises(hotplug.PluginCrashed):
                worker()
            assert plugin.ended
        new = found.load("french")
        assert new is not old
        assert new.greet() == "a"
        with pytest.raises(hotplug.PluginClosed):
            old.greet()
        assert found.load("french") is new


def test_a_failed_start_of_a_worker_is_no_end_of_the_old_one(french: Write, folder: Make) -> None:
    french(speaking("old"))
    with folder(boundary="process") as found:
        old = found.load("french")
        french(f"import os\nos.kill(os.getpid(), {int(signal.SIGKILL)})\n" + speaking("never"))
        with pytest.raises(hotplug.PluginCrashed):
            found.reload("french")
        assert found.load("french") is old
        assert old.greet() == "old"


def test_an_installed_plugin_that_changed_asks_for_a_restart_and_stays(
    make_plugin: PluginMaker, folder: Make
) -> None:
    points = {"greeter.plugins": {"french": "french_i:Greeter"}}
    place = make_plugin.installed("french", {"french_i.py": speaking("old")}, entry_points=points)
    with folder(installed=True) as found:
        old = found.load("french")
        (place.site / "french_i.py").write_text(speaking("new"))
        with pytest.raises(hotplug.PolicyError, match="restart the program"):
            found.reload("french")
        assert found.load("french") is old


@pytest.mark.parametrize("what", ["load", "open", "reload"])
def test_a_closed_catalog_opens_nothing(what: str, french: Write, folder: Make) -> None:
    french(speaking("a"))
    found = folder()
    found.load("french")
    assert found.close()["french"].unloaded
    assert found.close() == {}
    with pytest.raises(hotplug.PluginClosed, match="the catalog was closed"):
        getattr(found, what)("french")
    with pytest.raises(hotplug.PluginClosed, match="the catalog was closed"):
        found.load_all()
    assert found["french"].ready
    assert not found.refresh()
    assert not [name for name in sys.modules if "__hp" in name]


def test_64_threads_that_do_everything_at_once_get_a_whole_plugin_or_none(
    make_plugin: PluginMaker, french: Write, folder: Make
) -> None:
    french(speaking("0"))
    make_plugin.module("p/dutch.py", speaking("d"))
    together = threading.Barrier(64)
    said: list[str] = []

    def work(number: int) -> None:
        together.wait(60)
        for _ in range(4):
            match number % 8:
                case 0:
                    french(speaking(str(number)))
                    said.append(found.reload("french").greet())
                case 1:
                    found.unload("french")
                case 2:
                    found.refresh()
                case 3:
                    said.extend(each.greet() for each in found.load_all().loaded.values())
                case 4:
                    with found.open("french") as plugin:
                        assert plugin.symbols()
                case _:
                    said.append(found.load("french").greet())

    with folder() as found, ThreadPoolExecutor(64) as pool:
        for each in [pool.submit(work, number) for number in range(64)]:
            each.result(120)
    assert set(said) <= {"0", "d", *(str(number) for number in range(0, 64, 8))}
    assert not [name for name in sys.modules if "__hp" in name]
