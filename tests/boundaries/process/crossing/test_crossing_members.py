"""What crosses by reference is lent and borrowed; its members are those of its contract, or of its protocol."""

from __future__ import annotations

import contextlib
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Generator,
    Iterable,
    Iterator,
)
from typing import Any, Protocol

import pytest

from hotplug.boundaries.process.crossing import Misfit, Plan, members_of
from hotplug.contract.shapes import Function, Refusal, Shapes, Stream, shapes_of

from .conftest import Message, crossed, plan_of, refused, sent
from .kitchen import Point


class Greeter(Protocol):
    name: str

    def greet(self, who: str) -> str: ...


class English:
    name = "english"

    def greet(self, who: str) -> str:
        return f"Hello {who}"


class Mute:
    name = "mute"


class Torn:
    def __bool__(self) -> bool:
        raise ValueError("who knows")


LEFT = "positional exc_type:raised,required positional exc_value:raised,required positional traceback:raised"
THROWN = "required positional typ:raised,positional val:raised,positional tb:raised"
MEMBERS: list[tuple[object, list[str]]] = [
    (int, []),
    (Point, []),
    (Callable[[int], str], ["__call__ method method(required positional :int)->str"]),
    (Iterator[int], ["__next__ method method()->int"]),
    (AsyncIterator[int], ["__anext__ async async()->int"]),
    (AsyncIterable[int], ["__aiter__ generator generator()->async iterator[int;;]"]),
    (
        Generator[int, str, bytes],
        [
            "__next__ method method()->int",
            "send method method(required positional value:str)->int",
            f"throw method method({THROWN})->int",
            "close method method()->dropped",
        ],
    ),
    (
        AsyncGenerator[int, str],
        [
            "__anext__ async async()->int",
            "asend async async(required positional value:str)->int",
            f"athrow async async({THROWN})->int",
            "aclose async async()->dropped",
        ],
    ),
    (
        contextlib.AbstractContextManager[int],
        ["__enter__ method method()->int", f"__exit__ method method(required {LEFT})->truth"],
    ),
    (
        contextlib.AbstractAsyncContextManager[int],
        ["__aenter__ async async()->int", f"__aexit__ async async(required {LEFT})->truth"],
    ),
]


@pytest.mark.parametrize(("form", "expected"), MEMBERS, ids=[f"{form!s:.40}" for form, _ in MEMBERS])
def test_what_crosses_by_reference_has_members(form: object, expected: list[str]) -> None:
    shapes = shapes_of(form)
    assert [f"{each.name} {each.kind} {each.shape}" for each in members_of(shapes.root, shapes)] == expected


def test_the_members_of_a_protocol_and_of_an_iterable_are_those_that_were_read() -> None:
    shapes = shapes_of(Greeter)
    assert [each.name for each in members_of(shapes.root, shapes)] == ["greet", "name"]
    shapes = shapes_of(Iterable[int])
    [member] = members_of(Stream("iterable", shapes_of(int).root), shapes)
    assert str(member) == "generator __iter__:generator()->iterator[int;;]"


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (English(), Greeter),
        ([English(), None], list[Greeter | None]),
        ({"a": print}, dict[str, Callable[[int], None]]),
        ((iter([1]), 3), tuple[Iterator[int], int]),
        (contextlib.nullcontext(), contextlib.AbstractContextManager[None]),
        (print, Callable[..., Any] | int | None),
        (English(), Greeter | str),
    ],
)
def test_a_reference_is_lent_and_comes_home(value: object, form: object) -> None:
    plan, message = plan_of(form), Message()
    codec = plan.codec(plan.shapes.root)
    made = codec.back(sent(codec.out(value, message)), message)
    assert made == value
    assert message.lent


def test_what_has_not_the_members_is_not_lent() -> None:
    assert refused(Mute(), Greeter).reason == "a Mute has no greet"
    assert refused([English(), Mute()], list[Greeter]).path == "[1]"
    assert refused(3, Callable[[], None]).reason.startswith("a value of the exact class int")
    assert "has no __enter__, __exit__" in refused(3, contextlib.AbstractContextManager[None]).reason


def test_what_ends_a_with_block_is_told_of_exceptions_and_says_whether_it_took_care() -> None:
    shapes = shapes_of(contextlib.AbstractContextManager[int])
    plan, message = Plan(shapes), Message()
    leave = members_of(shapes.root, shapes)[1].shape
    assert isinstance(leave, Function)
    error = ValueError("x")
    arguments = plan.arguments(leave, "__exit__")
    wires, _ = arguments.out((ValueError, error, None), {}, message)
    assert arguments.back(sent(wires), None, message) == ([ValueError, error, None], {})
    result = plan.codec(leave.result)
    values: list[tuple[object, bool]] = [(None, False), ([1], True), (True, True), ("", False)]
    for value, expected in values:
        assert result.back(sent(result.out(value, message)), message) is expected
    with pytest.raises(Misfit, match=r"cannot be told: ValueError\('who knows'\)"):
        result.out(Torn(), message)
    with pytest.raises(Misfit):
        result.back(1, message)


def test_a_plan_names_all_that_cannot_cross() -> None:
    shapes = shapes_of(list[Point])
    without = Shapes(shapes.root, shapes.definitions, (Refusal("x", "no"),))
    plan = Plan(without)
    name = next(iter(shapes.definitions))
    assert plan.refusals == (Refusal("x", "no"), Refusal("", f"the class {name} is not known here"))
    with pytest.raises(Misfit, match="no value can cross here"):
        plan.codec(without.root).out([Point(1)], Message())
    assert crossed([], list[Point]) == []


def test_equal_shapes_have_one_codec() -> None:
    plan = plan_of(dict[str, list[int]])
    assert plan.codec(shapes_of(list[int]).root) is plan.codec(shapes_of(list[int]).root)
