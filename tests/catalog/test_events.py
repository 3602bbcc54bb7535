"""Events: what happens to plugins is told to listeners and to ``logging``, and never stops anything."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import hotplug
from greeter import Greeter
from hotplug.events import Event, listen
from hotplug.testing import PluginMaker

Make = Callable[..., hotplug.Catalog[Greeter]]
Write = Callable[[str], None]


def speaking(words: str, before: str = "") -> str:
    return f"{before}\nclass Greeting:\n    def greet(self) -> str: return {words!r}\nGreeter = Greeting()\n"


@pytest.fixture
def events() -> Iterator[list[Event]]:
    heard: list[Event] = []
    stop = listen(heard.append)
    yield heard
    stop()


def told(events: list[Event]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = [(event.kind, event.plugin) for event in events]
    events.clear()
    return found


def test_the_life_of_a_plugin_is_told(events: list[Event], french: Write, folder: Make) -> None:
    french(speaking("a"))
    with folder() as found:
        found.load("french")
        assert found.load("french").greet() == "a"
        assert told(events) == [("found", "french"), ("opened", "french")]
        assert not found.refresh()
        assert told(events) == []
        french(speaking("b"))
        found.reload("french")
        assert told(events) == [("opened", "french"), ("closed", "french"), ("reloaded", "french")]
        french("Greeter = 3")
        with pytest.raises(hotplug.ContractError) as caught:
            found.reload("french")
        *_, refused = events
        assert (refused.kind, refused.error, refused.reason) == ("refused", caught.value, caught.value.reason)
        events.clear()
    assert told(events) == [("closed", "french")]


def test_what_is_refused_is_told_once_with_its_reason(
    events: list[Event], make_plugin: PluginMaker, folder: Make
) -> None:
    make_plugin.module("p/french.py", "def broken(:")
    with folder() as found:
        assert list(found) == ["french"]
        found.refresh()
    assert [(event.kind, event.path, event.error is not None) for event in events] == [
        ("refused", str(make_plugin.root / "p" / "french.py"), True)
    ]
    assert "invalid syntax" in events[0].reason


def test_a_crash_is_told_without_anybody_asking(french: Write, folder: Make) -> None:
    french(speaking("a", "import os\ndef die() -> None: os._exit(3)\n"))
    crashed: list[Event] = []
    heard = threading.Event()

    def listener(event: Event) -> None:
        if event.kind == "crashed":
            crashed.append(event)
            heard.set()

    stop = listen(listener)
    with folder(boundary="process") as found, found.open("french") as plugin:
        die = plugin.lookup("die")
        assert callable(die)
        with pytest.raises(hotplug.PluginCrashed):
            die()
        assert heard.wait(30)
    stop()
    assert [(event.plugin, "3" in event.reason) for event in crashed] == [("french", True)]


@pytest.mark.parametrize("ends", [KeyboardInterrupt, SystemExit])
def test_a_listener_that_ends_the_program_leaves_no_plugin_open(
    ends: type[BaseException], make_plugin: PluginMaker
) -> None:
    path = make_plugin.module("french.py", speaking("a"))

    def listener(event: Event) -> None:
        if event.kind == "opened":
            raise ends

    stop = listen(listener)
    with pytest.raises(ends):
        hotplug.open(path)
    stop()
    assert hotplug.open(path).close().unloaded


def test_where_nobody_set_up_logging_a_crash_is_one_line_that_names_the_plugin(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("french.py", "import os\ndef die() -> None: os._exit(3)\n")
    code = (
        "import hotplug, hotplug.events, threading\n"
        "heard = threading.Event()\n"
        "hotplug.events.listen(lambda event: event.kind == 'crashed' and heard.set())\n"
        f"with hotplug.open({str(path)!r}, boundary='process') as plugin:\n"
        "    try:\n"
        "        plugin.lookup('die')()\n"
        "    except hotplug.PluginCrashed:\n"
        "        assert heard.wait(30)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "plugin french crashed: its worker process exited with status 3\n"


def test_a_listener_that_fails_stops_nothing_and_one_that_left_hears_nothing(
    french: Write, folder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    french(speaking("a"))
    failures: list[BaseException | None] = []

    def hook(failure: sys.UnraisableHookArgs) -> None:
        failures.append(failure.exc_value)

    monkeypatch.setattr(sys, "unraisablehook", hook)
    heard: list[Event] = []

    def fails(event: Event) -> None:
        heard.append(event)
        raise ValueError(event.kind)

    stop = listen(fails)
    with folder() as found:
        assert found.load("french").greet() == "a"
        stop()
        stop()
    assert [str(each) for each in failures] == ["found", "opened"]
    assert len(heard) == 2


def test_a_listener_that_fails_is_told_of_by_the_interpreters_own_hook(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("french.py", "word = 'salut'\n")
    code = (
        "import hotplug, hotplug.events\n"
        "hotplug.events.listen(lambda event: 1 // 0)\n"
        f"with hotplug.open({str(path)!r}) as plugin:\n"
        "    print(plugin.lookup('word'))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "salut\n"
    assert done.stderr.count("Exception ignored in a listener: <function <lambda>") == 2
    assert done.stderr.count("\nZeroDivisionError: ") == 2


def test_no_name_of_a_plugin_makes_a_line_of_a_log(
    make_plugin: PluginMaker, folder: Make, caplog: pytest.LogCaptureFixture
) -> None:
    make_plugin.module("p/fr\nERROR:root:\x1b[31mch%s.py", speaking("a"))
    with caplog.at_level(logging.DEBUG, "hotplug"), folder() as found:
        assert len(found) == 1
    (record,) = caplog.records
    assert record.name == r"hotplug.fr\nERROR:root:\x1b[31mch%s"
    assert record.message.startswith(r"plugin fr\nERROR:root:\x1b[31mch%s found, ")
    assert record.message.isprintable()
    assert str(Event("refused", "fr", None, "1\n0", "one\ntwo\x1b")) == "plugin fr 1\\n0 refused: one\ntwo\\x1b"


def test_what_happens_to_a_plugin_with_a_dot_is_logged_where_its_output_is(
    make_plugin: PluginMaker, folder: Make, caplog: pytest.LogCaptureFixture
) -> None:
    make_plugin.module("p/fr.ch.py", speaking("a"))
    with caplog.at_level(logging.DEBUG, "hotplug"), folder() as found:
        assert list(found) == ["fr.ch"]
    assert [each.name for each in caplog.records] == ["hotplug.fr_ch"]


def test_who_listens_twice_with_one_function_hears_twice_and_leaves_twice(french: Write, folder: Make) -> None:
    french(speaking("a"))
    heard: list[Event] = []
    listener = heard.append
    stops = [listen(listener) for _ in range(2)]
    with folder() as found:
        assert list(found) == ["french"]
        assert told(heard) == [("found", "french")] * 2
        stops[0]()
        stops[0]()
        found.load("french")
        assert told(heard) == [("opened", "french")]
        stops[1]()
    assert told(heard) == []


def test_what_is_not_there_any_more_is_forgotten_and_told_anew_when_it_comes_back(
    events: list[Event], french: Write, folder: Make, tmp_path: Path
) -> None:
    """A catalog that lives long, over files whose names change, keeps nothing of those that went."""
    french(speaking("a"))
    with folder() as found:
        assert list(found) == ["french"]
        for number in range(3):
            place = tmp_path / "p" / f"german{number}.py"
            place.write_text(speaking("b"))
            found.refresh()
            place.unlink()
            found.refresh()
        assert told(events) == [("found", "french"), *(("found", f"german{number}") for number in range(3))]
        (tmp_path / "p" / "german0.py").write_text(speaking("b"))
        found.refresh()
        found.refresh()
        assert told(events) == [("found", "german0")]


def test_a_listener_may_ask_the_catalog_and_wait_for_a_thread_that_does(french: Write, folder: Make) -> None:
    """No lock of the catalog is held where it is called: not its order's, not that of refreshes."""
    asked: list[tuple[str, list[str]]] = []

    def listener(event: Event) -> None:
        other = threading.Thread(target=lambda: asked.append((event.kind, list(found))), daemon=True)
        other.start()
        other.join(30)
        if event.plugin == "german":
            assert not found.refresh()  # the outer one has it already

    french(speaking("a"))
    with folder() as found:
        stop = listen(listener)
        try:
            assert list(found) == ["french"]
            (Path(found["french"].path).parent / "german.py").write_text(speaking("b"))
            assert found.refresh().added == ("german",)
            found.reload("german")
        finally:
            stop()
    assert asked == [
        ("found", ["french"]),
        ("found", ["french", "german"]),
        ("opened", ["french", "german"]),
        ("reloaded", ["french", "german"]),
    ]


def test_events_are_logged_under_the_plugins_name(
    french: Write, folder: Make, caplog: pytest.LogCaptureFixture
) -> None:
    french(speaking("a"))
    with caplog.at_level(logging.DEBUG, "hotplug"), folder() as found:
        found.load("french")
    assert [(each.name, each.levelname, each.message.partition(",")[0]) for each in caplog.records] == [
        ("hotplug.french", "DEBUG", "plugin french found"),
        ("hotplug.french", "DEBUG", "plugin french opened"),
        ("hotplug.french", "DEBUG", "plugin french closed"),
    ]


@pytest.mark.parametrize("logs", ["", "import logging; "])
def test_a_host_that_does_not_listen_imports_nothing_for_it(logs: str, make_plugin: PluginMaker) -> None:
    path = make_plugin.module("french.py", speaking("a"))
    code = (
        f"{logs}import hotplug, sys; hotplug.open({str(path)!r}).close(); print('hotplug.events' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("ask", "heard"),
    [
        ("", False),
        ("logging.basicConfig()", False),
        ("logging.getLogger('other').setLevel(logging.DEBUG)", False),
        ("logging.getLogger('hotplug').setLevel(logging.INFO)", False),
        ("logging.basicConfig(level=logging.DEBUG)", True),
        ("logging.basicConfig(level=logging.DEBUG); logging.disable()", False),
        ("logging.basicConfig(); logging.getLogger('hotplug').setLevel(logging.DEBUG)", True),
        ("logging.basicConfig(); logging.getLogger('hotplug.quiet').setLevel(logging.DEBUG)", True),
    ],
)
def test_a_host_that_logs_hears_what_it_has_asked_for(ask: str, heard: bool, make_plugin: PluginMaker) -> None:
    path = make_plugin.module("quiet.py", "x = 1")
    code = f"import logging, sys\n{ask}\nimport hotplug\nhotplug.open({str(path)!r}).close()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = [f"DEBUG:hotplug.quiet:plugin quiet {kind}, {path}" for kind in ("opened", "closed")]
    assert done.stderr.splitlines() == (lines if heard else [])
    assert not done.stdout
