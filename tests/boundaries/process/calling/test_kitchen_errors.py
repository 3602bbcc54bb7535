"""Exceptions: as themselves where that says everything, else as `PluginRaised`; a host's own come home."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import traceback
import weakref
from typing import TYPE_CHECKING, Any

import pytest

import hotplug

from .contract import BurntError, Errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Open

SOURCE = """
class OwnError(Exception): pass
class Worst(BaseException): pass
class Evil(Exception):
    def __str__(self): raise SystemExit(3)
    __repr__ = __str__
    def __getattribute__(self, name): raise KeyboardInterrupt
    def __reduce__(self): raise ZeroDivisionError
class EvilText(Exception):
    def __str__(self): return 7
Pretended = type("ValueError", (ValueError,), {"__module__": "builtins"})

def raised(how):
    if how == "key": raise KeyError("pan")
    if how == "os":
        raise FileNotFoundError(2, "No such file", "a.txt", None, "b.txt")
    if how == "unicode": b"\\xff".decode()
    if how == "name": undefined
    if how == "attribute": object().undefined
    if how == "import": import no.such
    if how == "syntax": compile("a b", "file.py", "exec")
    if how == "attributes":
        error = RuntimeError("with", 1, (2, None))
        error.code, error.words = 7, ["a"]
        raise error
    if how == "notes":
        error = ValueError("noted")
        error.add_note("first note")
        raise error
    if how == "group":
        raise ExceptionGroup("several", [ValueError(1), ExceptionGroup("inner", [KeyError("k"), OwnError("own")])])
    if how == "timeout": raise TimeoutError("own")
    if how == "burnt":
        raise BurntError("soup", minutes=9)
    if how == "very burnt": raise VeryBurntError("soup", minutes=10)
    if how == "burnt with more":
        error = BurntError("soup", minutes=9)
        error.more = object()
        raise error
    if how == "own": raise OwnError("mine", 1)
    if how == "worst": raise Worst("worst")
    if how == "exit": raise SystemExit(3)
    if how == "interrupt": raise KeyboardInterrupt
    if how == "generator exit": raise GeneratorExit
    if how == "stop": raise StopIteration(4)
    if how == "base group": raise BaseExceptionGroup("base", [KeyboardInterrupt()])
    if how == "evil": raise Evil
    if how == "evil text": raise EvilText
    if how == "pretended": raise Pretended("pretended")
    if how == "not copied": raise RuntimeError(object())
    if how == "subclassed": raise KeyError(Stars.ONE)
    if how == "chained":
        try:
            raise OwnError("cause")
        except OwnError as cause:
            raise KeyError("chained") from cause
    if how == "circular":
        error = ValueError("circular")
        error.args = (error,)
        raise error
    if how == "surrogate": raise ValueError("\\udc80")
    if how == "long": raise RuntimeError("x" * 1_000_000)
    if how == "deep": raised(how)
    if how == "terminal": raise OwnError("\\x1b[31mred")

class Raises:
    state_error = None
    def cook(self, how): raised(how)
    def fail(self, how): raised(how)
    def call(self, function):
        try:
            return str(function())
        except KeyError:
            return "caught"
    @property
    def state(self): raise BurntError("state", minutes=1)
errors = Raises()

def again(function: Callable[[], object]) -> None:
    try:
        function()
    except BaseException as error:
        raise error
def wrapped(function: Callable[[], object]) -> None:
    try:
        function()
    except BaseException as error:
        raise RuntimeError("wrapped") from error
"""


@pytest.fixture(scope="module")
def plugin(shared: Open) -> hotplug.Plugin:
    return shared("errors", SOURCE)


@pytest.fixture
def errors(plugin: hotplug.Plugin) -> Errors:
    return plugin.lookup("errors", Errors)


BUILTIN: dict[str, tuple[type[Exception], Callable[[Any], bool]]] = {
    "key": (KeyError, lambda error: error.args == ("pan",)),
    "os": (
        FileNotFoundError,
        lambda error: (
            (error.errno, error.strerror, error.filename, error.filename2) == (2, "No such file", "a.txt", "b.txt")
        ),
    ),
    "unicode": (UnicodeDecodeError, lambda error: (error.object, error.start, error.end) == (b"\xff", 0, 1)),
    "name": (NameError, lambda error: error.name == "undefined"),
    "attribute": (AttributeError, lambda error: error.name == "undefined"),
    "import": (ModuleNotFoundError, lambda error: error.name == "no"),
    "syntax": (SyntaxError, lambda error: (error.filename, error.lineno, error.text) == ("file.py", 1, "a b\n")),
    "attributes": (
        RuntimeError,
        lambda error: (error.args, error.code, error.words) == (("with", 1, (2, None)), 7, ["a"]),
    ),
    "notes": (ValueError, lambda error: error.__notes__ == ["first note"]),
    "timeout": (TimeoutError, lambda error: not isinstance(error, hotplug.DeadlineExceeded)),
    "chained": (KeyError, lambda error: "OwnError: cause" in str(error.__cause__)),
    "surrogate": (ValueError, lambda error: error.args == ("\udc80",)),
    "long": (RuntimeError, lambda error: len(error.args[0]) == 1_000_000),
    "deep": (RecursionError, lambda error: "maximum recursion depth" in str(error)),
}


@pytest.mark.parametrize("how", BUILTIN)
def test_a_builtin_exception_arrives_as_itself(how: str, errors: Errors) -> None:
    expected, holds = BUILTIN[how]
    with pytest.raises(expected) as caught:
        errors.fail(how)
    assert type(caught.value) is expected
    assert holds(caught.value)
    printed = "".join(traceback.format_exception(caught.value))
    assert "In errors:\nTraceback (most recent call last)" in printed
    assert ", in raised" in printed
    assert "hotplug/boundaries/process/conversation.py" not in str(caught.value.__cause__)


def test_a_group_arrives_with_its_exceptions(errors: Errors) -> None:
    with pytest.raises(ExceptionGroup, match="several") as caught:
        errors.fail("group")
    exceptions: Any = caught.value.exceptions
    first, inner = exceptions
    assert (type(first), first.args) == (ValueError, (1,))
    assert isinstance(inner, ExceptionGroup)
    assert isinstance(exceptions[1].exceptions[0], KeyError)
    other = exceptions[1].exceptions[1]
    assert isinstance(other, hotplug.PluginRaised)
    assert other.kind == "errors.OwnError"


def test_a_declared_exception_arrives_as_itself_with_its_attributes(errors: Errors) -> None:
    with pytest.raises(BurntError) as caught:
        errors.cook("burnt")
    assert type(caught.value) is BurntError
    assert (caught.value.args, caught.value.minutes) == (("soup",), 9)
    with pytest.raises(BurntError, match="state"):
        _ = errors.state


OTHER: dict[str, tuple[str, str]] = {
    "own": ("errors.OwnError", "('mine', 1)"),
    "burnt": (f"{BurntError.__module__}.BurntError", "soup"),
    "worst": ("errors.Worst", "worst"),
    "exit": ("SystemExit", "3"),
    "interrupt": ("KeyboardInterrupt", ""),
    "generator exit": ("GeneratorExit", ""),
    "stop": ("StopIteration", "4"),
    "base group": ("BaseExceptionGroup", "base (1 sub-exception)"),
    "not copied": ("RuntimeError", "<object object at"),
    "subclassed": ("KeyError", "<Stars.ONE: 1>"),
    "circular": ("ValueError", "RecursionError"),
    "evil": ("errors.Evil", ""),
    "evil text": ("errors.EvilText", ""),
    "terminal": ("errors.OwnError", "\x1b[31mred"),
}


@pytest.mark.parametrize("how", OTHER)
def test_any_other_exception_arrives_as_plugin_raised(how: str, errors: Errors) -> None:
    kind, said = OTHER[how]
    with pytest.raises(hotplug.PluginRaised) as caught:
        errors.fail(how)
    assert caught.value.kind == kind
    assert said in caught.value.said
    assert caught.value.plugin == "errors"
    assert "Traceback" in caught.value.traceback or "it cannot be printed" in caught.value.traceback
    assert str(caught.value).startswith(f"errors: raised {kind}")
    assert "\x1b" not in str(caught.value)
    with pytest.raises(KeyError):  # the worker is as healthy as before
        errors.fail("key")


@pytest.mark.parametrize("how", ["very burnt", "burnt with more"])
def test_a_declared_exception_that_would_lose_something_arrives_as_plugin_raised(how: str, errors: Errors) -> None:
    with pytest.raises(hotplug.PluginRaised, match="BurntError: soup"):
        errors.cook(how)


def test_a_class_that_pretends_to_be_builtin_is_not_taken_for_it(errors: Errors) -> None:
    with pytest.raises(hotplug.PluginRaised, match="ValueError: pretended"):
        errors.fail("pretended")


class HostError(Exception):
    """Not known to the plugin, and not to be copied."""

    def __reduce__(self) -> Any:
        raise TypeError("not copied")

    def __str__(self) -> str:
        raise ZeroDivisionError


HOST = [
    KeyError("host"),
    HostError(object()),
    KeyboardInterrupt(),
    SystemExit(5),
    GeneratorExit(),
    StopIteration(3),
    asyncio.CancelledError(),
    BaseExceptionGroup("host", [KeyboardInterrupt()]),
    ExceptionGroup("host", [HostError()]),
    hotplug.PluginClosed("host's own"),
]


@pytest.mark.parametrize("error", HOST, ids=[type(each).__name__ for each in HOST])
@pytest.mark.parametrize("how", ["again", "through"])
def test_a_callback_s_own_exception_returns_unchanged_to_its_caller(
    error: BaseException, how: str, plugin: hotplug.Plugin, errors: Errors
) -> None:
    again: Any = plugin.lookup("again")

    def function() -> object:
        raise error

    if isinstance(error, KeyError) and how == "through":
        assert errors.call(function) == "caught"
        return
    with pytest.raises(type(error)) as caught:
        again(function) if how == "again" else errors.call(lambda: errors.call(function))
    assert caught.value is error
    with pytest.raises(KeyError):
        errors.fail("key")


def test_what_a_plugin_makes_of_a_callback_s_exception_tells_of_it(plugin: hotplug.Plugin) -> None:
    wrapped: Any = plugin.lookup("wrapped")

    def function() -> object:
        raise LookupError("of the host")

    with pytest.raises(RuntimeError, match="wrapped") as caught:
        wrapped(function)
    assert "LookupError: of the host" in str(caught.value.__cause__)


def test_a_plugin_s_exception_passes_a_callback_of_the_host(errors: Errors) -> None:
    assert errors.call(lambda: errors.fail("key")) == "caught"
    with pytest.raises(hotplug.PluginRaised) as caught:
        errors.call(lambda: errors.fail("own"))
    assert caught.value.kind == "errors.OwnError"


def test_nothing_of_an_exception_is_kept_after_its_call(errors: Errors) -> None:
    made: list[weakref.ref[HostError]] = []

    def function() -> object:
        error = HostError()
        made.append(weakref.ref(error))
        raise error

    with contextlib.suppress(HostError):
        errors.call(function)
    gc.collect()
    assert made[0]() is None
