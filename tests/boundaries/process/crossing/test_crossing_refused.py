"""What cannot cross is refused with its place and the reason, whatever it is, and no other exception escapes."""

from __future__ import annotations

import array
import collections
import datetime as dt
import decimal
import pathlib
import warnings
import zoneinfo
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, Literal, Protocol, cast

import pytest

from hotplug.boundaries.process.crossing import Misfit
from hotplug.contract.shapes import fits, shapes_of

from . import kitchen
from .conftest import Message, plan_of, refused
from .kitchen import (
    Box,
    Color,
    Node,
    One,
    Options,
    Point,
    Rights,
    Row,
    Slotted,
    Wide,
)

pytestmark = pytest.mark.filterwarnings("ignore:The 'u' type code:DeprecationWarning")


class Text(str):
    __slots__ = ()


class Whole(int): ...


class Listed(list[int]): ...


class Keyed(dict[str, int]): ...


class Zone(dt.tzinfo):
    def utcoffset(self, _: object) -> dt.timedelta:
        return dt.timedelta()

    def dst(self, _: object) -> None:
        return None

    def tzname(self, _: object) -> str:
        return "ours"


class Deeper(Point): ...


class Hostile:
    """An object whose every question is answered by an error."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError("it was asked")

    def __eq__(self, other: object) -> bool:
        raise AssertionError("it was compared")

    def __hash__(self) -> int:
        raise AssertionError("it was hashed")

    def __bool__(self) -> bool:
        raise AssertionError("it was weighed")


def _with(value: Any, name: str, content: object) -> Any:
    setattr(value, name, content)
    return value


def _without(value: Any, name: str) -> Any:
    object.__delattr__(value, name)
    return value


def _released() -> memoryview:
    view = memoryview(b"a")
    view.release()
    return view


NOON = dt.datetime(2024, 1, 1)  # noqa: DTZ001 - naive ones cross too
TUPLE: Any = tuple


def CHARACTERS(*given: str) -> Any:  # noqa: N802 - a type code that Python 3.13 warns of
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return array.array(*given)  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownVariableType]


HALVES = collections.Counter[str]()
cast("Any", HALVES)["a"] = 1.5

REFUSED: list[tuple[object, object, str, str]] = [
    (Text("a"), str, "", "exact class Text does not fit str"),
    (Whole(1), int, "", "exact class Whole does not fit int"),
    (Whole(1), float, "", "exact class Whole does not fit float"),
    (1.5, int, "", "exact class float does not fit int"),
    (1, bool, "", "exact class int does not fit bool"),
    (1, None, "", "exact class int does not fit None"),
    ("a", bytes, "", "exact class str does not fit bytes"),
    (b"a", bytearray, "", "exact class bytes"),
    (256, Annotated[int, "u8"], "", "256 is not in int[0..255]"),
    (-(1 << 100_000), Annotated[int, "u8"], "", "an int of 100001 bits is not in"),
    (Hostile(), int, "", "exact class Hostile"),
    (Hostile(), Literal[1], "", "exact class Hostile"),
    (Hostile(), str | None, "", "exact class Hostile"),
    (Hostile(), Point, "", "exact class Hostile"),
    (Hostile(), Any, "", "exact class Hostile"),
    (Hostile(), Color, "", "exact class Hostile"),
    ([1, Hostile()], list[int], "[1]", "exact class Hostile"),
    ([1, 2, "a"], list[int], "[2]", "exact class str"),
    ([[1], [2, None]], list[list[int]], "[1][1]", "exact class NoneType"),
    (Listed([1]), list[int], "", "exact class Listed"),
    ((1,), list[int], "", "exact class tuple"),
    ((1, 2), tuple[int], "", "a tuple of 2 items does not fit"),
    ((), tuple[int, str], "", "a tuple of 0 items does not fit"),
    ((1, 2), tuple[int, str], "[1]", "exact class int"),
    ({1, "a"}, set[int], "{}", "exact class str"),
    (collections.deque([1, ""]), collections.deque[int], "[1]", "exact class str"),
    (Keyed(a=1), dict[str, int], "", "exact class Keyed"),
    ({"a": None}, dict[str, int], "['a']", "exact class NoneType"),
    ({1: 2}, dict[str, int], " key", "exact class int"),
    ({1: {(2,): None}}, dict[int, dict[tuple[int, ...], int]], "[1][a tuple]", "exact class NoneType"),
    ({1 << 100_000: ""}, dict[int, int], "[a large int]", "exact class str"),
    (collections.defaultdict(lambda: 1), collections.defaultdict[str, int], "", "its default_factory"),
    (collections.defaultdict(Text), collections.defaultdict[str, int], "", "its default_factory"),
    (_with(collections.Counter(), "x", 1), collections.Counter[str], "", "its attribute x would be lost"),
    (HALVES, collections.Counter[str], "['a']", "exact class float"),
    ({"depth": "a"}, Options, "['depth']", "exact class str"),
    ({}, Options, "", "the key 'depth' is missing"),
    ({"depth": 1, "x": 1}, Options, "", "the key ['x'] is not in the TypedDict"),
    ({"depth": 1, Hostile: 1}, Options, "", "the key [a type] is not in the TypedDict"),
    (Deeper(1), Point, "", "exact class Deeper"),
    (Point("a"), Point, ".x", "exact class str"),  # type: ignore[arg-type]
    (_without(Point(1), "x"), Point, ".x", "the field has no value"),
    (_without(Slotted("a"), "at"), Slotted, ".at", "the field has no value"),
    (_with(Point(1), "z", 1), Point, "", "its attribute z is no field, and would be lost"),
    (_with(One(), "z", 1), One, "", "its attribute z"),
    (_with(kitchen.Nothing(), "z", 1), kitchen.Nothing, "", "its attribute z"),
    (_with(kitchen.HalfSlotted(1, 2), "z", 1), kitchen.HalfSlotted, "", "its attribute z"),
    (_with(Wide("a"), "z", 1), Wide, "", "its attribute z"),
    (Node(1, [Node(2, [Node(None)])]), Node, ".children[0].children[0].value", "NoneType"),  # type: ignore[arg-type]
    (Row("a", 3), Row, ".at", "exact class int"),  # type: ignore[arg-type]
    (TUPLE.__new__(Row, ("a",)), Row, "", "exact class Row"),
    (("a", None), Row, "", "exact class tuple"),
    (Box("a"), Box[int], ".content", "exact class str"),
    (Color.RED, Rights, "", "exact class Color"),
    ("RED", Color, "", "exact class str"),
    (Color.GREEN, Literal[Color.RED], "", "does not fit literal"),
    (True, Literal[1], "", "does not fit literal"),
    ([], Literal[1], "", "does not fit literal"),
    (NOON, dt.time, "", "exact class datetime"),
    (NOON.date(), dt.datetime, "", "exact class date"),
    (NOON.replace(tzinfo=Zone()), dt.datetime, "", "its time zone has no name"),
    (Zone(), dt.tzinfo, "", "its time zone has no name"),
    (dt.UTC, zoneinfo.ZoneInfo, "", "does not fit zoneinfo.ZoneInfo"),
    (None, dt.timezone, "", "does not fit datetime.timezone"),
    (type("D", (decimal.Decimal,), {})(1), decimal.Decimal, "", "exact class D"),
    (pathlib.PurePosixPath("a"), pathlib.Path, "", "exact class PurePosixPath"),
    (_released(), memoryview, "", "released"),
    (memoryview(CHARACTERS("u", "a")), memoryview, "", "no memoryview of format"),
    (memoryview(CHARACTERS("u")), memoryview, "", "no memoryview of format"),
    (Point(1), Any, "", "exact class Point does not fit untyped"),
    ([{"a": (1, Color.RED)}], Any, "[0]['a'][1]", "exact class Color does not fit untyped"),
    (Point, Point, "", "exact class type"),
    (3.5, Callable[[], None] | int, "", "exact class float"),
    ([1], Iterator[int], "", "a list has no __next__"),
    (["a"], list[int] | list[bytes], "", "exact class list does not fit"),
    ([Point(1), None], list[Point] | Point, "[1]", "exact class NoneType"),
]


@pytest.mark.parametrize(("value", "form", "path", "reason"), REFUSED, ids=map(str, range(len(REFUSED))))
def test_what_does_not_fit_is_refused_with_its_place(value: object, form: object, path: str, reason: str) -> None:
    problem = refused(value, form, kitchen)
    assert problem.path == path
    assert reason in problem.reason
    assert str(problem) == (f"{path}: {problem.reason}" if path else problem.reason)
    assert len(str(problem)) < 400


@pytest.mark.parametrize(("value", "form", "path", "reason"), REFUSED, ids=map(str, range(len(REFUSED))))
def test_what_the_boundary_refuses_fits_nowhere(value: object, form: object, path: str, reason: str) -> None:
    known = ("its attribute", "released", "no memoryview")
    if any(each in reason for each in known):
        pytest.skip("only making the copy finds it")
    shapes = shapes_of(form, scope=kitchen)
    assert not fits(value, shapes.root, shapes)


def test_a_failed_branch_leaves_no_segments() -> None:
    plan, message = plan_of(list[bytes | int] | list[bytes | str]), Message()
    codec = plan.codec(plan.shapes.root)
    wire = codec.out([bytes(70_000), "a"], message)
    assert len(message.segments) == 1
    assert codec.back(wire, message) == [bytes(70_000), "a"]


class Listener(Protocol):
    def __call__(self, x: int) -> None: ...


def test_a_failed_branch_lends_nothing() -> None:
    plan, message = plan_of(list[Listener] | list[int | str]), Message()
    codec = plan.codec(plan.shapes.root)
    assert codec.back(codec.out([1, "a"], message), message) == [1, "a"]
    assert codec.back(codec.out([print], message), message) == [print]
    assert message.lent == [print]


def test_what_can_be_copied_is_and_what_cannot_goes_as_a_stream() -> None:
    message, plan = Message(), plan_of(Iterable[int])
    codec = plan.codec(plan.shapes.root)
    numbers = iter([1])
    for value in ([1], {1}, range(2)):
        codec.out(value, message)
    assert not message.lent
    assert codec.back(codec.out(numbers, message), message) is numbers
    with pytest.raises(Misfit, match="has no __iter__"):
        codec.out(3, message)
