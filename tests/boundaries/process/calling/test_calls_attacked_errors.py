"""Exceptions that are not what their class makes of them, and openings and ends that fail half way."""

from __future__ import annotations

import os
import socket
import traceback
from typing import TYPE_CHECKING, Any

import pytest

import hotplug
from hotplug.boundaries.process import instance
from hotplug.boundaries.process.carrying import Carrier
from hotplug.boundaries.process.crossing import Plan
from hotplug.boundaries.process.raising import BUILTIN, GROUP, Raising
from hotplug.boundaries.process.session import Session
from hotplug.contract.shapes import Shapes
from hotplug.contract.shapes.shape import UNTYPED

from . import contract_errors
from .contract_errors import Attacked, GuardedError, MixedError, MoreSlottedError, PathError, SlottedError

if TYPE_CHECKING:
    from .conftest import Open

NAME = contract_errors.__name__
FAR = 10**12


SOURCE = f"""
from {NAME} import *

def made(how):
    if how == "decode":
        error = UnicodeDecodeError("utf-8", b"a", 0, 1, "x")
        error.args = ("utf-8", b"a", -{FAR}, -{FAR} + 1, "x")
        return error
    if how == "syntax":
        error = SyntaxError("bad", ("f.py", 1, 2, "text"))
        error.args = ("bad", ("f.py", 1, 2, 7))
        return error
    if how == "group": return ExceptionGroup("several", [made("decode"), KeyError("k")])
    if how == "path": return PathError("/x")
    if how == "mixed": return MixedError(5, "mixed")
    if how == "guarded": return GuardedError(5, "guarded", "/z")
    if how == "slotted": return SlottedError(3)
    if how == "slotted object": return SlottedError(object())
    if how == "more":
        error = MoreSlottedError(4)
        error.more = ["m"]
        error.beside = 1
        return error
    if how == "dunder":
        error = RuntimeError("dunder")
        error.__more__ = 1
        return error

class Attacking:
    def fail(self, how): raise made(how)
    def call(self, function): return function()
attacked = Attacking()
"""


@pytest.fixture(scope="module")
def attacked(shared: Open) -> Attacked:
    return shared("attacked", SOURCE).lookup("attacked", Attacked)


UNFIT: list[tuple[str, list[Any], dict[str, Any]]] = [
    ("UnicodeDecodeError", ["utf-8", b"a", -FAR, -FAR + 1, "x"], {}),
    ("UnicodeDecodeError", ["utf-8", b"a", -1, 0, "x"], {}),
    ("UnicodeDecodeError", ["utf-8", b"a", 0, 2, "x"], {}),
    ("UnicodeDecodeError", ["utf-8", b"abc", 2, 1, "x"], {}),
    ("UnicodeDecodeError", ["utf-8", b"a", 10**30, 10**30, "x"], {}),
    ("UnicodeDecodeError", ["utf-8", b"a", False, True, "x"], {}),
    ("UnicodeDecodeError", ["utf-8", "a", 0, 1, "x"], {}),
    ("UnicodeDecodeError", [7, b"a", 0, 1, "x"], {}),
    ("UnicodeDecodeError", ["utf-8", b"a", 0, 1, None], {}),
    ("UnicodeDecodeError", [], {}),
    ("UnicodeEncodeError", ["utf-8", "a", -FAR, -FAR + 1, "x"], {}),
    ("UnicodeEncodeError", ["a", 0, 1, "x"], {}),
    ("UnicodeTranslateError", ["a", FAR, FAR + 1, "x"], {}),
    ("UnicodeTranslateError", ["utf-8", "a", 0, 1, "x"], {}),
    ("SyntaxError", [7], {}),
    ("SyntaxError", ["bad", 7], {}),
    ("SyntaxError", ["bad", ["f.py", 1, 2]], {}),
    ("SyntaxError", ["bad", ["f.py", "1", 2, "text"]], {}),
    ("SyntaxError", ["bad", ["f.py", 1, 2, 7]], {}),
    ("SyntaxError", ["bad", [b"f.py", 1, 2, "text"]], {}),
    ("IndentationError", ["bad", ["f.py", 1, 2, "text", 1, FAR]], {}),
    ("ImportError", [7], {}),
    ("ImportError", ["no"], {"name": 7}),
    ("ModuleNotFoundError", ["no"], {"path": [1]}),
    ("NameError", ["no"], {"name": 7}),
    ("AttributeError", ["no"], {"name": b"x"}),
]
FIT: list[tuple[type[Exception], list[Any]]] = [
    (UnicodeDecodeError, ["utf-8", b"\xff", 0, 1, "x"]),
    (UnicodeDecodeError, ["utf-8", b"", 0, 0, "x"]),
    (UnicodeEncodeError, ["ascii", "\udc80", 0, 1, "x"]),
    (UnicodeTranslateError, ["a", 0, 1, "x"]),
    (UnicodeError, ["anything", 1]),
    (SyntaxError, []),
    (SyntaxError, ["bad"]),
    (SyntaxError, ["bad", [None, None, None, None]]),
    (IndentationError, ["bad", ["f.py", 1, 2, "text", 1, 3]]),
    (ImportError, []),
    (ImportError, ["no", 1]),
]


def wire(name: str, arguments: list[Any], attributes: dict[str, Any]) -> list[Any]:
    content = Plan(Shapes(UNTYPED, {})).codec(UNTYPED).out([arguments, attributes], carrier())
    return [BUILTIN, [name, content], [], "its trace"]


def carrier() -> Carrier:
    return Carrier(Session("liar", trusting=False))


@pytest.mark.parametrize(("name", "arguments", "attributes"), UNFIT)
@pytest.mark.parametrize("grouped", [False, True])
def test_a_builtin_exception_with_what_its_class_does_not_expect_is_not_made(
    name: str, arguments: list[Any], attributes: dict[str, Any], *, grouped: bool
) -> None:
    sent = wire(name, arguments, attributes)
    if grouped:
        sent = [GROUP, ["several", [sent]], [], ""]
    error: Any = Raising("liar", trusting=False).made([None, None, sent], carrier())
    if grouped:
        assert type(error) is ExceptionGroup
        (error,) = error.exceptions
    assert isinstance(error, hotplug.PluginRaised)
    assert (error.kind, error.plugin, error.traceback) == (name, "liar", "its trace")
    assert "can be made here" in error.said
    assert "".join(traceback.format_exception(error))


@pytest.mark.parametrize(("cls", "arguments"), FIT)
def test_a_builtin_exception_with_what_its_class_expects_is_made(
    cls: type[Exception], arguments: list[Any]
) -> None:
    error = Raising("liar", trusting=False).made([None, None, wire(cls.__name__, arguments, {})], carrier())
    assert type(error) is cls
    assert str(error) == str(cls(*arguments))
    assert "".join(traceback.format_exception(error))


@pytest.mark.parametrize(("how", "kind"), [("decode", "UnicodeDecodeError"), ("syntax", "SyntaxError")])
def test_an_exception_whose_arguments_were_changed_arrives_as_plugin_raised(
    how: str, kind: str, attacked: Attacked
) -> None:
    with pytest.raises(hotplug.PluginRaised) as caught:
        attacked.fail(how)
    assert caught.value.kind == kind
    assert str(caught.value)


def test_so_it_does_in_a_group(attacked: Attacked) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        attacked.fail("group")
    inner, other = caught.value.exceptions
    assert isinstance(inner, hotplug.PluginRaised)
    assert isinstance(other, KeyError)
    assert str(inner)


def test_an_exception_with_an_attribute_that_is_not_filled_arrives_as_plugin_raised(attacked: Attacked) -> None:
    with pytest.raises(hotplug.PluginRaised, match="dunder"):
        attacked.fail("dunder")


@pytest.mark.parametrize(
    ("how", "cls", "said"),
    [
        ("path", PathError, (2, "no such", "/x", None)),
        ("guarded", GuardedError, (5, "guarded", "/z", None)),
    ],
)
def test_a_declared_os_error_keeps_what_it_tells(
    how: str, cls: type[OSError], said: tuple[Any, ...], attacked: Attacked
) -> None:
    with pytest.raises(cls) as caught:
        attacked.fail(how)
    error = caught.value
    assert (error.errno, error.strerror, error.filename, error.filename2) == said
    assert error.args == said[:2]
    if isinstance(error, PathError):
        assert error.path == "/x"


def test_a_declared_exception_of_two_builtin_classes_is_made_by_that_which_is_in_memory(
    attacked: Attacked,
) -> None:
    with pytest.raises(MixedError) as caught:
        attacked.fail("mixed")
    assert caught.value.args == (5, "mixed")
    assert caught.value.errno is None  # as it was: ValueError comes first, and fills nothing


def test_a_declared_exception_keeps_what_is_in_its_slots(attacked: Attacked) -> None:
    with pytest.raises(SlottedError) as caught:
        attacked.fail("slotted")
    error: Any = caught.value
    assert (error.code, error._secret, error.args) == (3, None, ("slotted",))
    assert not hasattr(error, "never")
    assert not {"code", "_secret"}.intersection(vars(caught.value))
    with pytest.raises(MoreSlottedError) as more:
        attacked.fail("more")
    error = more.value
    assert (error.code, error.more, error.beside) == (4, ["m"], 1)


def test_one_whose_slots_cannot_cross_arrives_as_plugin_raised(attacked: Attacked) -> None:
    with pytest.raises(hotplug.PluginRaised, match="slotted"):
        attacked.fail("slotted object")


def test_connections_that_the_system_refuses_are_said_so_and_none_is_left(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[socket.socket] = []
    pair = socket.socketpair

    def few() -> tuple[socket.socket, socket.socket]:
        if len(made) == 6:
            raise OSError(24, os.strerror(24))
        made.extend(pair())
        return made[-2], made[-1]

    monkeypatch.setattr(socket, "socketpair", few)
    with pytest.raises(hotplug.ActivationError) as caught:
        opened("", name="crowded", concurrency=10**6)
    assert caught.value.plugin == "crowded"
    assert "Too many open files" in str(caught.value)
    assert "Limits(concurrency=...)" in str(caught.value.remedy)
    assert "ulimit -n" in str(caught.value.remedy)
    assert len(made) == 6
    assert all(each.fileno() == -1 for each in made)


def test_an_interrupt_while_connections_are_made_leaves_none(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[socket.socket] = []
    pair = socket.socketpair

    def few() -> tuple[socket.socket, socket.socket]:
        if made:
            raise KeyboardInterrupt
        made.extend(pair())
        return made[0], made[1]

    monkeypatch.setattr(socket, "socketpair", few)
    with pytest.raises(KeyboardInterrupt):
        opened("")
    assert [each.fileno() for each in made] == [-1, -1]


class Ending:
    """Stands for an open plugin when the interpreter ends."""

    ended = False

    def __init__(self, *, failing: bool) -> None:
        self.failing = failing
        self.told: list[str] = []

    def abandon(self) -> None:
        self.told.append("abandon")
        if self.failing:
            raise AttributeError("_life")

    def wait(self, _seconds: float) -> None:
        self.told.append("wait")
        if self.failing:
            raise OSError


def test_one_that_fails_at_exit_keeps_no_other_from_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    every = [Ending(failing=failing) for failing in (True, False, True, False)]
    monkeypatch.setattr(instance, "_living", every)
    instance._end_all()  # pyright: ignore[reportPrivateUsage]
    assert all(each.told == ["abandon", "wait"] for each in every)


def test_only_what_can_be_ended_is_ended_at_exit(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    complete: list[bool] = []

    def registered(process: Any) -> None:
        complete.append(process.ended)

    monkeypatch.setattr(instance, "_end_politely_at_exit", registered)
    opened("")
    assert complete == [False]
