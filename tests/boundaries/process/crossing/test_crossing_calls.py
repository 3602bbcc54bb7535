"""The arguments of a call cross as they were given; what the signature does not admit is Python's own error."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NotRequired, Protocol, Required, TypedDict, Unpack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotplug.boundaries.process.crossing import Arguments, Misfit, Plan
from hotplug.contract.shapes import Function, Interface, shapes_of

from .conftest import Message, sent
from .kitchen import Point


class Style(TypedDict, total=False):
    colour: Required[str]
    width: int


class Loud(TypedDict):
    loud: NotRequired[bool]


def greet(name: str, times: int = 1, *rest: int, loud: bool = False, **more: float) -> None: ...
def only(first: int, /, second: int, *, third: int) -> None: ...
def none() -> None: ...
def one(name: str) -> None: ...
def two(a: int, b: int = 0) -> None: ...
def keywords(*, b: int, a: int = 0) -> None: ...
def shadowed(x: int = 0, /, **more: str) -> None: ...
def everything(*args: int, **more: int) -> None: ...
def styled(text: str, **style: Unpack[Style]) -> None: ...
def unstyled(**style: Unpack[Loud]) -> None: ...
def untyped(a, *b, c=1, **d) -> None: ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002, ANN003
def hidden(a: int, __b: int, c: int = 0) -> None: ...  # pyright: ignore[reportGeneralTypeIssues]
def points(first: Point, *others: Point, **named: list[Point]) -> None: ...


def arguments_of(function: Any, name: str = "", *, bound: bool = False) -> Arguments:
    shapes = shapes_of(function)
    assert not shapes.refusals
    assert isinstance(shapes.root, Function)
    return Plan(shapes).arguments(shapes.root, name, bound=bound)


def crossed(function: Any, *args: Any, **named: Any) -> tuple[list[Any], dict[str, Any]]:
    there, message = arguments_of(function), Message()
    positional, keyword = there.out(args, named, message)
    return arguments_of(function).back(sent(positional), sent(keyword), message.arrived())


CALLS: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = [
    (none, (), {}),
    (one, ("a",), {}),
    (one, ("a\ud800",), {}),
    (one, (), {"name": "a"}),
    (two, (1,), {}),
    (two, (1, 2), {}),
    (two, (1,), {"b": 2}),
    (two, (), {"b": 2, "a": 1 << 100}),
    (greet, ("a",), {}),
    (greet, ("a", 2, 3, 4), {"loud": True, "x": 1.5}),
    (greet, (), {"times": 2, "name": "a"}),
    (greet, ("a",), {"é": 1}),
    (only, (1, 2), {"third": 3}),
    (only, (1,), {"third": 3, "second": 2}),
    (keywords, (), {"b": 1}),
    (shadowed, (), {"x": "a"}),
    (shadowed, (1,), {"x": "a"}),
    (everything, (1, 2), {"args": 1, "more": 2}),
    (styled, ("a",), {"colour": "red"}),
    (styled, ("a",), {"width": 1, "colour": "red"}),
    (unstyled, (), {}),
    (untyped, (1, [2], "x"), {"c": (1,), "z": None}),
    (hidden, (1, 2), {"c": 3}),
    (points, (Point(1), Point(2)), {"x": [Point(3)]}),
]


@pytest.mark.parametrize(("function", "args", "named"), CALLS)
def test_arguments_arrive_as_they_were_given(function: Any, args: tuple[Any, ...], named: dict[str, Any]) -> None:
    positional, keyword = crossed(function, *args, **named)
    assert (positional, keyword) == (list(args), named)
    assert list(keyword) == list(named)


WRONG: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = [
    (none, (1,), {}),
    (none, (), {"x": 1}),
    (one, (), {}),
    (one, (1, 2), {}),
    (one, (1,), {"name": 1}),
    (one, (), {"nam": 1}),
    (two, (), {}),
    (two, (1, 2, 3), {}),
    (two, (1,), {"a": 1}),
    (greet, (), {}),
    (greet, (), {"loud": True}),
    (only, (), {}),
    (only, (1, 2), {}),
    (only, (1, 2, 3), {"third": 3}),
    (only, (), {"first": 1, "second": 2, "third": 3}),
    (keywords, (), {}),
    (keywords, (1,), {"b": 1}),
    (keywords, (), {"a": 1}),
    (shadowed, (1, 2), {}),
]


@pytest.mark.parametrize(("function", "args", "named"), WRONG)
def test_a_call_that_does_not_fit_is_pythons_own_error(
    function: Any, args: tuple[Any, ...], named: dict[str, Any]
) -> None:
    with pytest.raises(TypeError) as expected:
        function(*args, **named)
    with pytest.raises(TypeError) as found:
        arguments_of(function, function.__qualname__).out(args, named, Message())
    assert str(found.value) == str(expected.value)
    with pytest.raises(Misfit) as sent_anyway:
        arguments_of(function, function.__qualname__).back(list(args), named or None, Message())
    assert str(sent_anyway.value) == str(expected.value)


class Greeter(Protocol):
    def greet(self, name: str, times: int = 1) -> str: ...


class English:
    def greet(self, name: str, times: int = 1) -> str:
        return name * times


def test_of_a_bound_method_python_counts_the_instance() -> None:
    shapes = shapes_of(Greeter)
    known = shapes.resolved(shapes.root)
    assert isinstance(known, Interface)
    shape = known.members[0].shape
    assert isinstance(shape, Function)
    plan = Plan(shapes)
    arguments = plan.arguments(shape, "English.greet", bound=True)
    assert plan.arguments(shape, "English.greet", bound=True) is arguments
    wrong: list[Any] = [(), (1, 2, 3)]
    for args in wrong:
        with pytest.raises(TypeError) as expected:
            English().greet(*args)
        with pytest.raises(TypeError) as found:
            arguments.out(args, {}, Message())
        assert str(found.value) == str(expected.value)


def test_the_keys_of_options_are_keyword_arguments() -> None:
    arguments = arguments_of(styled, "styled")
    for named, reason in (
        ({}, "styled() missing 1 required keyword-only argument: 'colour'"),
        ({"colour": "red", "x": 1}, "styled() got an unexpected keyword argument 'x'"),
    ):
        with pytest.raises(TypeError, match=re.escape(reason)):
            arguments.out(("a",), named, Message())
    with pytest.raises(Misfit) as problem:
        arguments.out(("a",), {"colour": 3}, Message())
    assert problem.value.path == "(colour)"


PATHS: list[tuple[Any, tuple[Any, ...], dict[str, Any], str]] = [
    (one, (1,), {}, "(name)"),
    (one, (), {"name": 1}, "(name)"),
    (two, (1, "a"), {}, "(b)"),
    (greet, ("a", 1, 2, "x"), {}, "(rest)[1]"),
    (greet, ("a",), {"x": "y"}, "(more)['x']"),
    (points, (Point(1), Point("a")), {}, "(others)[0].x"),  # type: ignore[arg-type]
    (points, (Point(1),), {"b": [Point(1), None]}, "(named)['b'][1]"),
]


@pytest.mark.parametrize(("function", "args", "named", "path"), PATHS)
def test_what_does_not_fit_is_told_by_its_place(
    function: Any, args: tuple[Any, ...], named: dict[str, Any], path: str
) -> None:
    with pytest.raises(Misfit) as problem:
        arguments_of(function).out(args, named, Message())
    assert problem.value.path == path


def test_callables_have_parameters_without_names_or_any() -> None:
    form: Any = Callable[[int, str], None]
    assert crossed(form, 1, "a") == ([1, "a"], {})
    with pytest.raises(Misfit) as problem:
        arguments_of(form).out((1, 2), {}, Message())
    assert problem.value.path == "(1)"
    with pytest.raises(TypeError, match=r"run\(\) takes 2 positional arguments but 3 were given"):
        arguments_of(form, "run").out((1, "a", 2), {}, Message())
    with pytest.raises(TypeError, match=r"run\(\) missing 1 required positional argument"):
        arguments_of(form, "run").out((1,), {}, Message())
    free: Any = Callable[..., None]
    assert crossed(free, 1, [2], x=(3,)) == ([1, [2]], {"x": (3,)})
    with pytest.raises(Misfit) as problem:
        arguments_of(free).out((1,), {"x": Point(1)}, Message())
    assert problem.value.path == "(kwargs)['x']"


def test_names_of_arguments_are_plain_text() -> None:
    class Name(str):
        __slots__ = ()

    wires, named = arguments_of(everything).out((), {Name("x"): 1}, Message())
    assert (wires, named) == ([], {"x": 1})
    assert {type(name) for name in named or {}} == {str}
    with pytest.raises(Misfit, match="lone surrogates"):
        arguments_of(everything).out((), {"\ud800": 1}, Message())


JUNK = st.none() | st.integers() | st.text(max_size=3) | st.lists(st.integers() | st.text(max_size=2), max_size=4)
KEYS = st.sampled_from(["name", "times", "loud", "x", "first", "second", "third", "colour"]) | st.integers()


@given(
    function=st.sampled_from([greet, only, none, one, keywords, shadowed, everything, styled, untyped, hidden]),
    positional=JUNK,
    named=JUNK | st.dictionaries(KEYS, JUNK, max_size=3),
)
def test_of_junk_come_arguments_that_the_signature_admits_or_a_misfit(
    function: Any, positional: object, named: object
) -> None:
    try:
        args, keyword = arguments_of(function).back(positional, named, Message())
    except Misfit:
        return
    function(*args, **keyword)
