"""A hook of a plugin that raises ends nobody else's call, where the host asks for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy
import pytest

import hotplug
from hotplug.bridges.pluggy import Registered, register
from hotplug.events import Event, listen

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug import Catalog
    from hotplug.testing import PluginMaker

HEAD = "import pluggy\nhookimpl = pluggy.HookimplMarker('host')\n"
hookimpl = pluggy.HookimplMarker("host")


class Own:
    """A plugin of the host's own, called before and after those of the catalog."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error

    @hookimpl(trylast=True)
    def words(self, name: str) -> str:
        if self.error is not None:
            raise self.error
        return f"Hello {name}"

    @hookimpl(trylast=True)
    def first(self, name: str) -> str:
        return f"Hello {name}"


@pytest.fixture
def bridged(
    make_plugin: PluginMaker, manager: pluggy.PluginManager, folder: Callable[..., Catalog[object]]
) -> Any:
    """Return what registers one plugin of some source, and what the events told."""
    events: list[Event] = []
    stop = listen(events.append)
    opened: list[tuple[Registered, Catalog[object]]] = []

    def make(source: str, *, contain: bool = True) -> list[Event]:
        points = {"host.plugins": {"bad": "bad"}}
        make_plugin.wheel("bad", {"bad.py": HEAD + source}, entry_points=points, into="p")
        catalog = folder()
        opened.append((register(manager, catalog, contain=contain), catalog))
        assert list(opened[-1][0].plugins) == ["bad"]
        events.clear()
        return events

    yield make
    for registered, catalog in opened:
        registered.close()
        catalog.close()
    stop()


def raised(events: list[Event]) -> list[str]:
    assert {event.kind for event in events} <= {"raised"}
    assert all(isinstance(event.error, hotplug.PluginRaised) and event.plugin == "bad" for event in events)
    return [event.reason for event in events]


FUNCTIONS = {
    "a function": "@hookimpl\ndef words(name): raise ValueError(name)",
    "the first to be called": "@hookimpl(tryfirst=True)\ndef words(name): raise ValueError(name)",
    "by another name": "@hookimpl(specname='words')\ndef my_words(name): raise ValueError(name)",
    "a wrapper before": "@hookimpl(wrapper=True)\ndef words(name):\n    raise ValueError(name)\n    yield",
    "a wrapper after": "@hookimpl(wrapper=True)\ndef words(name):\n    yield\n    raise ValueError(name)",
    "an old wrapper before": "@hookimpl(hookwrapper=True)\ndef words(name):\n    raise ValueError(name); yield",
    "an old wrapper after": "@hookimpl(hookwrapper=True)\ndef words(name):\n    yield\n    raise ValueError(name)",
}


@pytest.mark.parametrize("how", FUNCTIONS)
def test_a_hook_that_raises_is_as_one_that_is_not_there(
    how: str, bridged: Any, manager: pluggy.PluginManager, caplog: pytest.LogCaptureFixture
) -> None:
    manager.register(Own())
    events = bridged(FUNCTIONS[how])
    assert manager.hook.words(name="world") == ["Hello world"]
    assert raised(events) == ["its words raised ValueError: world"]
    assert "bad.py" in events[0].error.traceback
    assert [record.levelname for record in caplog.records if record.name == "hotplug.bad"] == ["WARNING"]


@pytest.mark.parametrize("how", FUNCTIONS)
def test_without_being_asked_to_it_contains_nothing(
    how: str, bridged: Any, manager: pluggy.PluginManager, recwarn: pytest.WarningsRecorder
) -> None:
    manager.register(Own())
    events = bridged(FUNCTIONS[how], contain=False)
    with pytest.raises(ValueError, match="^world$"):
        manager.hook.words(name="world")
    assert events == []


def test_where_the_first_result_counts_the_next_one_is_asked(bridged: Any, manager: pluggy.PluginManager) -> None:
    manager.register(Own())
    events = bridged("@hookimpl(tryfirst=True)\ndef first(name): raise OSError(5, 'gone')")
    assert manager.hook.first(name="x") == "Hello x"
    assert raised(events) == ["its first raised OSError: [Errno 5] gone"]


WRAPPERS = {
    "wrapper": """
@hookimpl(wrapper=True)
def words(name):
    try:
        said = yield
    except ValueError as error:
        if name == 'again': raise
        if name == 'other': raise LookupError('other') from error
        return ['instead']
    if name == 'raise': raise KeyError(name)
    if name == 'twice': yield
    return [f'<{each}>' for each in said]
""",
    "old": """
@hookimpl(hookwrapper=True)
def words(name):
    outcome = yield
    if outcome.exception is not None and name != 'again':
        if name == 'other': raise LookupError('other')
        outcome.force_result(['instead'])
    if name == 'raise': raise KeyError(name)
    if name == 'twice': yield
    outcome.force_result([f'<{each}>' for each in outcome.get_result()] if outcome.get_result() != ['instead']
                         else ['instead'])
""",
}


@pytest.mark.parametrize("kind", WRAPPERS)
def test_wrappers_keep_their_meaning(kind: str, bridged: Any, manager: pluggy.PluginManager) -> None:
    own = Own()
    manager.register(own)
    events = bridged(WRAPPERS[kind])
    assert manager.hook.words(name="x") == ["<Hello x>"]
    own.error = ValueError("own")
    assert manager.hook.words(name="x") == ["instead"]
    assert raised(events) == []
    with pytest.raises(ValueError, match="^own$") as caught:  # it lets the other's exception through: not its own
        manager.hook.words(name="again")
    assert caught.value is own.error
    assert raised(events) == []
    with pytest.raises(ValueError, match="^own$") as caught:
        manager.hook.words(name="other")
    assert caught.value is own.error
    assert (caught.value.__cause__, caught.value.__suppress_context__) == (None, False)
    assert raised(events) == ["its words raised LookupError: other"]


@pytest.mark.parametrize("kind", WRAPPERS)
def test_a_wrapper_that_fails_leaves_the_result_as_it_was(
    kind: str, bridged: Any, manager: pluggy.PluginManager
) -> None:
    manager.register(Own())
    events = bridged(WRAPPERS[kind])
    assert manager.hook.words(name="raise") == ["Hello raise"]
    assert manager.hook.words(name="twice") == ["Hello twice"]
    assert raised(events) == [
        "its words raised KeyError: 'raise'",
        "its words raised RuntimeError: it yielded a second time",
    ]


def test_a_wrapper_that_does_not_yield_and_one_that_cannot_be_closed(
    bridged: Any, manager: pluggy.PluginManager
) -> None:
    manager.register(Own())
    events = bridged("""
@hookimpl(wrapper=True)
def words(name):
    if name == 'never': return
    yield
    try:
        yield
    finally:
        raise OSError('again')
""")
    assert manager.hook.words(name="never") == ["Hello never"]
    assert manager.hook.words(name="x") == ["Hello x"]
    assert raised(events) == [
        "its words raised RuntimeError: it did not yield",
        "its words raised RuntimeError: it yielded a second time",
        "its words raised OSError: again",
    ]


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, GeneratorExit])
@pytest.mark.parametrize("how", ["function", "before", "after"])
def test_what_asks_the_program_to_end_passes(
    error: type[BaseException], how: str, bridged: Any, manager: pluggy.PluginManager
) -> None:
    ends = f"raise {error.__name__}(3)"
    body = {"function": ends, "before": f"{ends}; yield", "after": f"yield; {ends}"}[how]
    options = "" if how == "function" else "(wrapper=True)"
    events = bridged(f"@hookimpl{options}\ndef words(name): {body}")
    with pytest.raises(error, match="^3$"):
        manager.hook.words(name="x")
    assert raised(events) == []


def test_the_exception_of_another_that_stops_iteration_is_not_the_wrappers(
    bridged: Any, manager: pluggy.PluginManager
) -> None:
    manager.register(Own(StopIteration("own")))
    events = bridged("@hookimpl(wrapper=True)\ndef words(name): return (yield)")
    with pytest.raises(StopIteration, match="^own$"):
        manager.hook.words(name="x")
    assert raised(events) == []


def test_an_exception_that_cannot_say_what_it_is_stops_nobody(bridged: Any, manager: pluggy.PluginManager) -> None:
    manager.register(Own())
    source = "class Odd(Exception):\n    def __str__(self): raise OSError\n@hookimpl\ndef words(name): raise Odd"
    events = bridged(source)
    assert manager.hook.words(name="x") == ["Hello x"]
    assert raised(events) == ["its words raised Odd: (its __str__ raised OSError)"]


def test_historic_hooks_are_called_late_and_contained(
    bridged: Any, make_plugin: PluginMaker, manager: pluggy.PluginManager
) -> None:
    said: list[str] = []
    events = bridged("@hookimpl\ndef began(said):\n    said.append('bad')\n    raise ValueError")
    manager.hook.began.call_historic(kwargs={"said": said})
    assert said == ["bad"]
    assert raised(events) == ["its began raised ValueError"]


def test_specifications_that_come_later_are_held_against_the_plugins_own_function(
    bridged: Any, manager: pluggy.PluginManager
) -> None:
    bridged("@hookimpl\ndef later(volume, name): ...")

    class Later:
        @pluggy.HookspecMarker("host")
        def later(self, name: str) -> None:
            raise NotImplementedError

    with pytest.raises(pluggy.PluginValidationError, match=r"later\(volume, name\)(?s:.*)\{'volume'\}"):
        manager.add_hookspecs(Later)
