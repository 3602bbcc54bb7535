from __future__ import annotations

import importlib
import subprocess
import sys
import threading
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from hotplug.testing import Host

if TYPE_CHECKING:
    from collections.abc import Generator
    from importlib.machinery import ModuleSpec
    from pathlib import Path

    from hotplug.testing import PluginMaker


class Finder:
    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return None


@contextmanager
def on_path(folder: Path) -> Generator[None]:
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    yield
    sys.path.remove(str(folder))


def test_nothing_changed_is_nothing_to_say() -> None:
    assert Host.now().restore() == []


@pytest.mark.parametrize("which", ["path", "meta_path", "path_hooks"])
def test_what_was_put_into_the_import_system_is_named_and_gone(which: str) -> None:
    before = Host.now()
    place: list[object] = getattr(sys, which)
    was = list(place)
    place.insert(0, "/nowhere" if which == "path" else Finder())
    (difference,) = before.restore()
    assert difference.startswith(f"sys.{which} gained [")
    assert place == was


def test_what_was_taken_and_turned_round_is_named_and_back() -> None:
    before = Host.now()
    was = list(sys.path)
    last = sys.path.pop()
    assert before.restore() == [f"sys.path lost [{last!r}]"]
    sys.path.reverse()
    assert before.restore() == ["sys.path has another order"]
    assert sys.path == was


def test_a_module_from_nowhere_is_named_and_gone() -> None:
    before = Host.now()
    sys.modules["left_behind"] = ModuleType("left_behind")
    sys.modules["left_behind.inside"] = ModuleType("left_behind.inside")
    assert before.restore() == [
        "sys.modules gained left_behind: <module 'left_behind'>",
        "sys.modules gained left_behind.inside: <module 'left_behind.inside'>",
    ]
    assert "left_behind" not in sys.modules


def test_a_module_of_hotplug_that_no_file_has_is_a_leak() -> None:
    before = Host.now()
    sys.modules["hotplug.left_behind"] = ModuleType("hotplug.left_behind")
    assert before.restore() == ["sys.modules gained hotplug.left_behind: <module 'hotplug.left_behind'>"]


def test_a_plugins_module_is_named_and_gone(make_plugin: PluginMaker) -> None:
    folder = make_plugin.folder("root", {"left_behind/__init__.py": "", "left_behind/inside.py": ""})
    before = Host.now()
    with on_path(folder):
        importlib.import_module("left_behind.inside")
    assert [line.partition(":")[0] for line in before.restore()] == [
        "sys.modules gained left_behind",
        "sys.modules gained left_behind.inside",
    ]


def test_a_plugin_under_the_name_of_the_hosts_own_module_is_found_out(
    make_plugin: PluginMaker,
) -> None:
    folder = make_plugin.folder("root", {"chunk_of.py": ""})
    host = make_plugin.folder("host", {"chunk_of.py": ""})
    with on_path(host):
        before = Host.now()
        with on_path(folder):
            importlib.import_module("chunk_of")
        (difference,) = before.restore()
        assert f"sys.modules gained chunk_of: <module 'chunk_of' from '{folder}" in difference
        importlib.import_module("chunk_of")
        assert before.restore() == []
        del sys.modules["chunk_of"]


def test_a_module_of_the_host_may_be_imported_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    before = Host.now()
    importlib.import_module("colorsys")
    assert before.restore() == []


def test_a_module_that_was_lost_or_replaced_is_back() -> None:
    import colorsys

    before = Host.now()
    del sys.modules["colorsys"]
    assert before.restore() == ["sys.modules lost colorsys"]
    sys.modules["colorsys"] = ModuleType("another")
    assert before.restore() == ["sys.modules has another colorsys: <module 'another'>"]
    assert sys.modules["colorsys"] is colorsys


def test_a_thread_that_runs_on_is_named_and_one_that_ends_is_not() -> None:
    before = Host.now()
    stop = threading.Event()
    left = threading.Thread(target=stop.wait, name="left behind")
    ends = threading.Thread(target=lambda: None)
    left.start()
    ends.start()
    (difference,) = before.restore()
    assert difference.startswith("a thread runs on: <Thread(left behind, started ")
    stop.set()
    left.join()
    assert before.restore() == []


def test_the_threads_that_serve_workers_are_no_difference_and_their_names_prove_nothing(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        """
import threading
from collections.abc import Callable
import hotplug
from hotplug.events import listen
from hotplug.testing import Host

before = Host.now()
with hotplug.open("asks.py", boundary="process") as plugin:
    ask = plugin.lookup("ask", Callable[[Callable[[], int]], int])
    assert ask(lambda: 3) == 3
    print(sorted({thread.name for thread in threading.enumerate()}))
    print(before.restore())
    crashed = threading.Event()
    listen(lambda event: crashed.set() if event.kind == "crashed" else None)
    try:
        plugin.lookup("leave", Callable[[], None])()
    except hotplug.PluginCrashed:
        crashed.wait()
    print(before.restore())
print(before.restore())
stop = threading.Event()
threading.Thread(target=stop.wait, name="hotplug log").start()
print(before.restore())
stop.set()
"""
    )
    (tmp_path / "asks.py").write_text(
        """
import os
import threading

def ask(call):
    said = []
    thread = threading.Thread(target=lambda: said.append(call()))
    thread.start()
    thread.join()
    return said[0]

def leave():
    os._exit(3)
"""
    )
    done = subprocess.run([sys.executable, str(program)], cwd=tmp_path, check=True, capture_output=True, text=True)
    threads, asked, crashed, closed, named = done.stdout.splitlines()
    assert threads == "['MainThread', 'hotplug', 'hotplug asks callbacks', 'hotplug log']"
    assert [asked, crashed, closed] == ["[]"] * 3
    assert named.startswith("['a thread runs on: <Thread(hotplug log, started ")
