"""Several plugins of one name at once, the same one anew, and what a plugin can still do when it is closed."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import pytest

import hotplug
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = """
import importlib, pickle
from own import words
class Thing: pass
def told(): return words.said, importlib.import_module("own.late").said, pickle.loads(pickle.dumps(Thing)) is Thing
"""


def files(said: str) -> dict[str, str | bytes]:
    return {
        "own/__init__.py": PACKAGE,
        "own/words.py": f"said = {said!r}",
        "own/late.py": f"said = 'late ' + {said!r}",
    }


def test_versions_of_one_distribution_do_not_mix(make_plugin: PluginMaker) -> None:
    paths = [make_plugin.wheel("own", files(version), version=version) for version in ("1.0", "2.0")]
    make_plugin.installed("own", files("3.0"), version="3.0")
    with (
        hotplug.open(paths[0]) as first,
        hotplug.open(paths[1]) as second,
        hotplug.open(hotplug.installed("own", private=True)) as third,
        hotplug.open(hotplug.installed("own")) as shared,
    ):
        plugins = [first, second, third, shared]
        assert [plugin.version for plugin in plugins] == ["1.0", "2.0", "3.0", "3.0"]
        told: list[Any] = [plugin.lookup("told") for plugin in plugins]
        expected = [(version, f"late {version}", True) for version in ("1.0", "2.0", "3.0", "3.0")]
        assert [each() for each in told] == expected
        assert len({plugin.lookup("Thing") for plugin in plugins}) == 4
        assert sys.modules["own"] is shared.lookup("own:")
        first.close()
        assert [each() for each in told[1:]] == expected[1:]


def test_the_same_folder_for_two_hosts_is_two_plugins(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("root", {**files("it"), "own/state.py": "calls = []"})
    with hotplug.open(path) as plain, hotplug.open(path, provides={"host": "1"}) as provided:
        calls: Any = plain.lookup("own.state:calls")
        calls.append(1)
        assert plain != provided
        assert provided.lookup("own.state:calls") == []
        told: Any = provided.lookup("told")
        plain.close()
        assert told() == ("it", "late it", True)


def test_what_is_opened_again_after_a_change_is_what_is_there_now(make_plugin: PluginMaker) -> None:
    for said in ("first", "other", "first"):
        with hotplug.open(make_plugin.folder("root", files(said))) as plugin:
            told: Any = plugin.lookup("told")
            assert told() == (said, f"late {said}", True)
            del told
        assert plugin.close().unloaded


def test_a_changed_folder_is_opened_beside_what_was_opened_before(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("root", files("before"))
    with hotplug.open(path) as before:
        assert before.lookup("own.late:said") == "late before"
        make_plugin.folder("root", files("after"))
        with hotplug.open(path) as after:
            assert (after == before, after.digest == before.digest) == (False, False)
            for plugin, said in ((before, "before"), (after, "after")):
                told: Any = plugin.lookup("told")
                assert told() == (said, f"late {said}", True)


LATE = """
import importlib, threading
from importlib import import_module
def statement():
    import own.late
def from_statement():
    from own import late
def relative():
    from . import late
def relative_module():
    from .late import said
def by_name(): return import_module("own.late")
def by_relative_name(): return importlib.import_module(".late", __package__)
def dunder(): return __import__("own.late")
def generated(): exec("import own.late", {})
def in_a_thread():
    found = []
    def work():
        try: import own.late
        except BaseException as error: found.append(error)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    if found: raise found[0]
"""
WAYS = [line.split()[1].partition("(")[0] for line in LATE.splitlines() if line.startswith("def ")]


@pytest.mark.parametrize("way", WAYS)
def test_a_file_that_changed_is_not_imported_late(way: str, make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("own", {"__init__.py": LATE, "late.py": "said = 1"})
    with hotplug.open(path) as plugin:
        late: Any = plugin.lookup(way)
        (path / "late.py").write_text(make_plugin.tripwire("changed"))
        with pytest.raises(hotplug.ActivationError) as caught:
            late()
        assert caught.value.reason == "late.py changed on disk since the plugin was opened"
        assert (caught.value.plugin, caught.value.remedy) == (
            "own",
            "reload the plugin: close it and open it again",
        )
        assert not make_plugin.ran("changed")
        (path / "late.py").write_text("said = 1")
        late()  # its content is what it was


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["folder", "wheel"])
def test_a_closed_plugin_imports_nothing_late_and_is_named(way: str, kind: str, make_plugin: PluginMaker) -> None:
    contents: dict[str, str | bytes] = {"own/__init__.py": LATE, "own/late.py": make_plugin.tripwire("late")}
    path = (
        make_plugin.folder("own-plugin", contents)
        if kind == "folder"
        else make_plugin.wheel("own-plugin", contents)
    )
    plugin = hotplug.open(path)
    late: Any = plugin.lookup(way)
    plugin.close()
    with pytest.raises(hotplug.PluginClosed) as caught:
        late()
    assert caught.value.plugin == "own-plugin"
    assert caught.value.reason.startswith("was closed; it can no longer import ")
    assert (
        caught.value.remedy == "import at the top of the module, or keep the plugin open while its values are used"
    )
    assert not make_plugin.ran("late")
    assert not any("__hp" in name for name in sys.modules)


def test_a_closed_plugin_is_not_given_another_ones_modules(make_plugin: PluginMaker) -> None:
    source = "def late():\n    import own_words\n    return own_words.said"
    paths = [
        make_plugin.folder(name, {f"{name}.py": source, "own_words.py": f"said = {name!r}"})
        for name in ("one", "two")
    ]
    make_plugin.installed("own-words", {"own_words.py": "said = 'host'"})
    importlib.import_module("own_words")
    one, two = map(hotplug.open, paths)
    first, second = (plugin.lookup("late") for plugin in (one, two))
    one.close()
    with pytest.raises(hotplug.PluginClosed, match="^one: was closed; it can no longer import own_words"):
        first()  # type: ignore[operator]
    assert second() == "two"  # type: ignore[operator]
    two.close()


def test_values_of_a_closed_plugin_work(make_plugin: PluginMaker) -> None:
    source = """
    import dataclasses, json, sys, typing
    from . import words
    @dataclasses.dataclass
    class Item:
        name: str
        def text(self) -> str: return json.dumps(dataclasses.asdict(self)) + words.said
    def generate():
        for number in range(3):
            import json.decoder
            yield number, __name__, words.said
    def host():
        import json.tool
        return json.tool, sys.modules["json"], sys.path is not None
    def names(): return __name__, Item.__module__, [each for each in sys.modules if each.startswith("own")]
    def known():
        import own.words
        return own.words is words
    """
    plugin = hotplug.open(make_plugin.folder("own", {"__init__.py": source, "words.py": "said = '!'"}))
    item, generate, host, names, known = (
        plugin.lookup(f"own:{name}", Any) for name in ("Item", "generate", "host", "names", "known")
    )

    running: Iterator[tuple[int, str, str]] = generate()
    assert next(running)[0] == 0
    report = plugin.close()
    assert not report.unloaded
    assert item("a").text() == '{"name": "a"}!'
    rest: list[object] = list(running)
    assert rest == [(1, "own", "!"), (2, "own", "!")]
    assert host()[1] is sys.modules["json"]
    assert names() == ("own", "own", [])
    with pytest.raises(hotplug.PluginClosed, match="can no longer import own.words"):
        known()
