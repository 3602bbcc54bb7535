"""The host stays as it was: what hotplug puts into the interpreter, and what others have put there."""

from __future__ import annotations

import builtins
import importlib
import sys
import threading
from typing import Any

import pytest

import hotplug
from hotplug.boundaries.inline.finding import Folder
from hotplug.testing import MISBEHAVING, PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

BOOTSTRAP: Any = sys.modules["_frozen_importlib"]
FILES: dict[str, str | bytes] = {
    "own/__init__.py": "import importlib, threading, atexit, pickle, sys\nsys.path.append('/nowhere')",
    "own/words.py": "said = 'plugin'",
    "own/portion/it.py": "",
}


def installed_hooks() -> list[object]:
    return [
        BOOTSTRAP._find_and_load,
        BOOTSTRAP._gcd_import,
        importlib.import_module,
        builtins.__import__,
        threading.Thread.start,
        *sys.meta_path,
        *sys.path_hooks,
        *sys.path,
        *vars(builtins),
        [path for path, finder in sys.path_importer_cache.items() if isinstance(finder, Folder)],
    ]


def use(plugin: hotplug.Plugin) -> None:
    assert plugin.lookup("own.words:said") == "plugin"
    assert plugin.lookup("own.portion.it:")


def test_nothing_is_left_after_the_last_close(make_plugin: PluginMaker) -> None:
    paths = [make_plugin.folder(name, FILES) for name in ("one", "two")]
    before = installed_hooks()
    first, second = map(hotplug.open, paths)
    use(first)
    use(second)
    assert installed_hooks() != before
    first.close()
    use(second)
    assert len(sys.meta_path) == len(set(map(id, sys.meta_path)))
    second.close()
    assert installed_hooks() == before
    assert not any("__hp" in name for name in sys.modules)


@pytest.mark.parametrize("kind", ["raises", "exits", "syntax_error", "missing_import", "raises_late"])
@pytest.mark.parametrize("alone", [True, False])
def test_nothing_is_left_after_a_failure(kind: str, alone: bool, make_plugin: PluginMaker) -> None:
    other = make_plugin.folder("other", FILES)
    path = make_plugin.folder("bad", {**FILES, "own/__init__.py": f"import own.portion.it\n{MISBEHAVING[kind]}"})
    before = installed_hooks()
    kept = None if alone else hotplug.open(other)
    with pytest.raises(hotplug.ActivationError):
        hotplug.open(path)
    if kept is not None:
        use(kept)
        kept.close()
    assert installed_hooks() == before
    assert not any("__hp" in name for name in sys.modules)


@pytest.mark.parametrize("kind", ["wrong_tag", "missing_dependency", "record_mismatch", "missing"])
def test_a_refusal_puts_nothing_in(kind: str, make_plugin: PluginMaker) -> None:
    path = make_plugin.broken(kind)
    before = installed_hooks()
    with pytest.raises(hotplug.PluginError):
        hotplug.open(path)
    assert installed_hooks() == before


def wrapped(entry: Callable[..., Any], calls: list[str]) -> Callable[..., Any]:
    def wrapper(name: str, import_: object) -> Any:
        calls.append(name)
        return entry(name, import_)

    return wrapper


def test_an_entry_that_somebody_wrapped_stays_wrapped(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("root", FILES)
    original, calls = BOOTSTRAP._find_and_load, list[str]()
    try:
        plugin = hotplug.open(path)
        theirs = BOOTSTRAP._find_and_load = wrapped(BOOTSTRAP._find_and_load, calls)
        use(plugin)
        plugin.close()
        assert BOOTSTRAP._find_and_load is theirs
        for name in ("no_such_module_anywhere", "own"):
            with pytest.raises(ModuleNotFoundError, match=name):
                importlib.import_module(name)  # what hotplug left below it only hands on
            assert name in calls
        with hotplug.open(path) as again:
            use(again)
            assert BOOTSTRAP._find_and_load is not theirs
        assert BOOTSTRAP._find_and_load is theirs
    finally:
        BOOTSTRAP._find_and_load = original


def test_an_entry_that_somebody_replaced_stays_replaced(make_plugin: PluginMaker) -> None:
    original = BOOTSTRAP._find_and_load
    try:
        with hotplug.open(make_plugin.folder("root", FILES)) as plugin:
            BOOTSTRAP._find_and_load = theirs = wrapped(original, [])
            use(plugin)  # an import statement needs no more than the plugin's own builtins
        assert BOOTSTRAP._find_and_load is theirs
    finally:
        BOOTSTRAP._find_and_load = original


def test_a_finder_that_somebody_put_in_front_stays(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Theirs:
        @staticmethod
        def find_spec(name: str, path: object = None, target: object = None) -> None:
            asked.append(name)

    asked: list[str] = []
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    before = list(sys.meta_path)
    with hotplug.open(make_plugin.folder("root", FILES)) as plugin:
        sys.meta_path.insert(0, Theirs)
        use(plugin)
    assert sys.meta_path == [Theirs, *before]
    assert any(name.endswith(".words") for name in asked)


def test_a_meta_path_that_somebody_replaced_is_followed(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    before = list(sys.meta_path)
    with hotplug.open(make_plugin.folder("root", FILES)) as plugin:
        sys.meta_path = list(sys.meta_path)
        use(plugin)
    assert sys.meta_path == before


def test_an_import_of_builtins_that_somebody_wrapped_is_handed_on_to(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, calls = builtins.__import__, list[str]()

    def theirs(name: str, *given: Any, **named: Any) -> Any:
        calls.append(name)
        return original(name, *given, **named)

    source = "def late():\n    import own.words, json\n    return own.words.said"
    with hotplug.open(make_plugin.folder("root", {**FILES, "own/late.py": source})) as plugin:
        late: Any = plugin.lookup("own.late:late")
        monkeypatch.setattr(builtins, "__import__", theirs)
        assert late() == "plugin"
        monkeypatch.undo()
    assert [name.partition("__hp")[0] for name in calls if name == "json" or "__hp" in name] == ["own", "json"]


OWN_IMPORT = """
import builtins
former = {former}
calls = []
def counting(name, *given, **named):
    calls.append(name)
    return former(name, *given, **named)
def put():
    builtins.__import__ = counting
def back():
    builtins.__import__ = original
def late():
    import own.words
    from own import words
    import json
    return own.words is words
"""


@pytest.mark.parametrize("former", ["builtins.__import__", "__import__"])
def test_an_import_that_a_plugin_puts_in_place_works_for_it_and_for_the_host(
    former: str, make_plugin: PluginMaker
) -> None:
    original = builtins.__import__
    path = make_plugin.folder("root", {**FILES, "own/puts.py": OWN_IMPORT.replace("{former}", former)})
    try:
        plugin = hotplug.open(path)
        put: Any = plugin.lookup("own.puts:put")
        late: Any = plugin.lookup("own.puts:late")
        calls: Any = plugin.lookup("own.puts:calls")
        put()
        assert late() is True
        import json

        assert json.__name__ == "json"
        assert "json" in calls
        report = plugin.close()
        assert "builtins.__import__: own.puts.counting" in report.survivors
    finally:
        builtins.__import__ = original


def test_builtins_that_appear_later_are_seen_from_the_next_module_that_starts(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(builtins, "_", raising=False)  # what sys.displayhook leaves behind
    files = {
        "own/__init__.py": "import gettext\ndef early(): return _('early')\ndef install(): gettext.install('own')",
        "own/user.py": "said = _('hello')",
    }
    try:
        with hotplug.open(make_plugin.folder("root", files)) as plugin:
            early: Any = plugin.lookup("own:early")
            install: Any = plugin.lookup("own:install")
            with pytest.raises(NameError, match="name '_' is not defined"):
                early()
            install()
            assert plugin.lookup("own.user:said") == "hello"
            assert early() == "early"
    finally:
        del builtins._  # type: ignore[attr-defined]
