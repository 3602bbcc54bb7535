"""What a close report says of what is left: what it is, and who holds it. Nothing of the plugin runs for that."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import hotplug
from hotplug.boundaries.inline.holders import held_unseen
from hotplug.testing import PluginMaker

HERE = __name__
HANDLERS: dict[object, Any] = {}
LISTED: list[Any] = []

ENG = """
class Greeter:
    def __init__(self): self.words = ["hello"]
    def greet(self): return self.words[0]
class Marker: pass
def greet(): return helper()
def helper(): return "hello"
def count():
    yield 1
    yield 2
def fails(): raise ValueError("no")
async def later(): return 1
"""


def module_of(each: object) -> object:
    """Return the module that an object says it is of; some of other tests answer nothing."""
    try:
        return getattr(each, "__module__", None)
    except Exception:  # noqa: BLE001 - whatever they raise
        return None


def ignore(*given: object) -> None:
    """Trace nothing."""


class Registry:
    """What a host may keep values in."""

    __slots__ = ("__dict__", "slot")

    slot: Any

    kept: Any


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    yield
    HANDLERS.clear()
    LISTED.clear()
    Registry.kept = None


@pytest.fixture
def untraced() -> Iterator[None]:
    """Have the locals of calls read where coverage is measured, too; before 3.13 they are not under a trace."""
    trace, of_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    yield
    sys.settrace(trace)
    threading.settrace(of_threads)


def survivors(plugin: hotplug.Plugin) -> tuple[str, ...]:
    report = plugin.close()
    assert report.unloaded == (not report.survivors)
    return report.survivors


def eng(make_plugin: PluginMaker, more: str = "") -> hotplug.Plugin:
    return hotplug.open(make_plugin.module("eng.py", ENG + more))


def test_only_what_the_host_holds_is_listed_with_its_holder(make_plugin: PluginMaker) -> None:
    plugin = eng(make_plugin)
    HANDLERS["english"] = plugin.lookup("greet")
    assert survivors(plugin) == (f"function eng.greet, held by {HERE}.HANDLERS['english']",)
    greet: Any = HANDLERS["english"]
    assert greet() == "hello"


@pytest.mark.parametrize(
    ("symbol", "what"),
    [
        ("Greeter", "class eng.Greeter"),
        ("Marker", "class eng.Marker"),  # has no function, and so holds no module
        ("eng:", "module eng"),
        ("eng:__dict__", "the variables of eng"),
    ],
)
def test_classes_and_modules_are_named(symbol: str, what: str, make_plugin: PluginMaker) -> None:
    plugin = eng(make_plugin)
    LISTED.append(plugin.lookup(symbol))
    assert survivors(plugin) == (f"{what}, held by {HERE}.LISTED[0]",)


@pytest.mark.parametrize(
    ("made", "what"),
    [
        ("Greeter()", "an instance of eng.Greeter"),
        ("Marker()", "an instance of eng.Marker"),
        ("Greeter().greet", "method eng.Greeter.greet"),
        ("count()", "generator eng.count"),
        ("later()", "coroutine eng.later"),
    ],
)
def test_what_is_made_from_the_plugins_code_is_named(made: str, what: str, make_plugin: PluginMaker) -> None:
    plugin = eng(make_plugin, f"def make(): return {made}")
    make: Any = plugin.lookup("make")
    Registry.kept = make()
    del make
    assert survivors(plugin) == (f"{what}, held by {HERE}.Registry.kept",)
    close: Any = getattr(vars(Registry)["kept"], "close", int)
    close()


def test_attributes_slots_closures_and_defaults_are_named(make_plugin: PluginMaker) -> None:
    plugin = eng(make_plugin)
    HANDLERS["registry"] = registry = Registry()
    registry.slot = plugin.lookup("greet")
    registry.__dict__["more"] = {1: (plugin.lookup("helper"),)}

    def make(fails: Any, count: Any) -> None:
        def closes(greeter: Any = count) -> Any:
            return greeter, fails

        LISTED.append(closes)

    make(plugin.lookup("fails"), plugin.lookup("count"))
    del registry
    name = f"{HERE}.test_attributes_slots_closures_and_defaults_are_named.<locals>.make.<locals>.closes"
    assert list(survivors(plugin)) == [
        f"function eng.count, held by {name} (as a default)",
        f"function eng.fails, held by {name} (in a variable that it closes over)",
        f"function eng.greet, held by {HERE}.HANDLERS['registry'].slot",
        f"function eng.helper, held by {HERE}.HANDLERS['registry'].more[1][0]",
    ]


def test_a_local_variable_is_named_with_its_call_and_no_copy_of_it_is_left(
    untraced: None, make_plugin: PluginMaker
) -> None:
    def hold() -> tuple[str, ...]:
        greet = plugin.lookup("greet")
        found = survivors(plugin)
        del greet
        gc.collect()
        assert not [each for each in gc.get_objects() if module_of(each) == private]
        return found

    plugin = eng(make_plugin)
    private = plugin.lookup("eng:__name__")
    name = f"{HERE}.test_a_local_variable_is_named_with_its_call_and_no_copy_of_it_is_left.<locals>.hold"
    assert hold() == (f"function eng.greet, held by the local variable greet of {name}",)


def test_an_exception_that_is_being_handled_holds_the_call_that_raised_it(make_plugin: PluginMaker) -> None:
    with pytest.raises(ValueError, match="no"), eng(make_plugin) as plugin:
        plugin.lookup("fails")()  # type: ignore[operator]
    assert plugin.close().survivors == (
        "a call of eng.fails, held by the exception that is being handled (its traceback)",
    )


def test_a_plugin_that_is_closed_by_its_own_call_says_that_the_call_goes_on(make_plugin: PluginMaker) -> None:
    plugin = eng(make_plugin, "def call(function): return function()")
    report = plugin.lookup("call", Callable[..., hotplug.CloseReport])(plugin.close)
    assert report.survivors == ("a call of eng.call, which goes on",)


def test_what_no_module_leads_to_is_named_by_what_it_lies_in(make_plugin: PluginMaker) -> None:
    plugin = eng(make_plugin)
    held = iter([plugin.lookup("greet")])  # an iterator on the stack alone

    def wait(values: Any, report: Any) -> Any:
        return report

    trace = sys.gettrace()
    sys.settrace(ignore)  # so that no local variable is looked into, as under a debugger
    try:
        found = wait(held, survivors(plugin))
    finally:
        sys.settrace(trace)
    if sys.version_info < (3, 13):
        assert found == ("function eng.greet, held by a list that no module leads to",)


def test_what_is_generated_with_other_names_is_the_plugins_too(make_plugin: PluginMaker) -> None:
    source = """
    space = {"__name__": "generated"}
    exec("def made(): return 1", space)
    made = space["made"]
    """
    plugin = hotplug.open(make_plugin.module("maker.py", source))
    LISTED.append(plugin.lookup("maker:made"))
    assert survivors(plugin) == (f"function generated.made, held by {HERE}.LISTED[0]",)


def test_no_code_of_the_plugin_runs_to_tell_what_is_left(make_plugin: PluginMaker) -> None:
    source = """
    ran = []
    class Meta(type):
        def __getattribute__(cls, name): ran.append(name); return super().__getattribute__(name)
        def __eq__(cls, other): ran.append("=="); return True
        def __hash__(cls): ran.append("hash"); return 1
        def __instancecheck__(cls, other): ran.append("isinstance"); return True
        def __subclasscheck__(cls, other): ran.append("issubclass"); return True
    class Hostile(metaclass=Meta):
        def __getattribute__(self, name): ran.append(name); return super().__getattribute__(name)
        def __eq__(self, other): ran.append("=="); return True
        def __hash__(self): ran.append("hash"); return 1
        def __repr__(self): ran.append("repr"); return ""
        def __bool__(self): ran.append("bool"); return False
        __dict__ = property(lambda self: ran.append("dict") or {})
        __class__ = property(lambda self: ran.append("class") or int)
        @property
        def __call__(self): ran.append("call")
    class Name(str):
        def __format__(self, spec): ran.append("format"); return ""
        def __str__(self): ran.append("str"); return ""
        def partition(self, by): ran.append("partition"); return ("",) * 3
    hostile = Hostile()
    Meta.__setattr__(Hostile, "__module__", Name(__name__))
    def function(): pass
    function.__module__ = Name("x")
    function.__qualname__ = Name("spelt")
    """
    plugin = hotplug.open(make_plugin.module("hostile.py", source))
    ran = plugin.lookup("hostile:ran")
    LISTED.extend(plugin.lookup(f"hostile:{symbol}") for symbol in ("hostile", "Hostile", "function"))
    HANDLERS["first"] = LISTED[0]
    assert isinstance(ran, list)
    ran.clear()
    lines = survivors(plugin)
    assert ran == []
    assert f"function x.spelt, held by {HERE}.LISTED[2]" in lines
    LISTED.clear()
    HANDLERS.clear()


MANY = """
made = []
for _ in range(62):
    def make(): pass
    made.append(make)
"""


def test_no_more_than_50_lines_are_made(make_plugin: PluginMaker) -> None:
    plugin = hotplug.open(make_plugin.module("many.py", MANY))
    LISTED.extend(plugin.lookup("many:made", list[Any]))
    lines = survivors(plugin)
    assert len(lines) == 51
    assert lines[0] == f"function many.make, held by {HERE}.LISTED[0]"
    assert lines[-1] == "and 12 more"


def test_the_report_holds_nothing_of_the_plugin(make_plugin: PluginMaker) -> None:
    plugin = eng(make_plugin)
    private = plugin.lookup("eng:__name__")
    LISTED.append(plugin.lookup("greet"))
    report = plugin.close()
    LISTED.clear()
    gc.collect()
    assert not [each for each in gc.get_objects() if module_of(each) == private]
    assert report.survivors


def test_what_was_frozen_is_told_of_like_all_else(make_plugin: PluginMaker) -> None:
    plugin = eng(make_plugin)
    LISTED.append(plugin.lookup("greet"))
    gc.freeze()
    try:
        assert survivors(plugin) == (f"function eng.greet, held by {HERE}.LISTED[0]",)
    finally:
        gc.unfreeze()


def test_a_look_at_every_object_disturbs_no_thread_that_makes_a_tuple() -> None:
    class Sought:
        pass

    sought, over, made, failed = Sought(), threading.Event(), 0, list[SystemError]()

    def make() -> None:
        nonlocal made
        while not over.is_set():
            try:
                made += len(tuple(each for each in range(20)))
            except SystemError as error:
                failed.append(error)

    thread = threading.Thread(target=make)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    thread.start()
    try:
        for _ in range(10):
            held_unseen([sought])
    finally:
        over.set()
        thread.join()
        sys.setswitchinterval(interval)
    assert made
    assert failed == []
