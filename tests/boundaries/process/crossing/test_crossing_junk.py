"""What comes from the other side is not believed: of whatever it is comes a value that fits, or a `Misfit`."""

from __future__ import annotations

import array
import collections
import datetime as dt
import pathlib
import tracemalloc
import uuid
import zoneinfo
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, NoReturn

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hotplug.boundaries.process.crossing import Misfit
from hotplug.boundaries.process.crossing.wire import class_of
from hotplug.contract.shapes import fits, shapes_of

from . import kitchen
from .conftest import Message, came, plan_of, sent
from .kitchen import Color, Json, Loose, Node, Options, Point, Rights, Row, Slotted, Strict
from .laws import Made, made

FORMS: list[object] = [
    None,
    bool,
    int,
    Annotated[int, "u8"],
    float,
    complex,
    str,
    bytes,
    bytearray,
    memoryview,
    range,
    array.array,
    dt.date,
    dt.datetime,
    dt.time,
    dt.timedelta,
    dt.timezone,
    dt.tzinfo,
    zoneinfo.ZoneInfo,
    Decimal,
    Fraction,
    uuid.UUID,
    pathlib.Path,
    pathlib.PurePath,
    list[int],
    list[Point],
    set[Any],
    frozenset[tuple[int, ...]],
    collections.deque[int],
    tuple[int, str],
    "tuple[int, *tuple[str, ...], bytes]",
    dict[str, int],
    dict[tuple[Any, ...], Any],
    collections.defaultdict[str, int],
    collections.OrderedDict[str, int],
    collections.Counter[str],
    Point,
    Slotted,
    Node,
    Row,
    Options,
    Color,
    Rights,
    Loose,
    Strict,
    Literal["a", 1, Color.RED],
    int | str | None,
    list[int] | list[str] | Point,
    Json,
    Any,
    Callable[[], None],
    Iterator[int],
    Iterable[int],
    NoReturn,
]

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.integers(-2, 20)
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=20)
    | st.sampled_from(
        ["RED", "B", "d", "list", "PosixPath", "UTC", "Europe/Berlin", "Africa", "tzdata", "1.5", "depth"]
    )
)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.tuples(st.integers(0, 15), inner).map(list)
        | st.dictionaries(st.sampled_from(["depth", "names", "a"]) | st.text(max_size=3), inner, max_size=3)
        | st.dictionaries(st.integers(0, 3), inner, max_size=2)
    ),
    max_leaves=12,
)

pytestmark = pytest.mark.filterwarnings("ignore:The 'u' type code:DeprecationWarning")


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form!s:.40}")
@given(wire=TREES)
@example(wire=[])
@example(wire=[10, [1]])
@example(wire={})
def test_of_junk_comes_a_value_that_fits_or_a_misfit(form: object, wire: Any) -> None:
    shapes = shapes_of(form, scope=kitchen)
    plan, message = plan_of(form, kitchen), Message([print, iter(())])
    message.segments = [b"", b"abc", bytes(8)]
    try:
        value = plan.codec(plan.shapes.root).back(sent(wire), message)
    except Misfit as problem:
        assert problem.reason  # noqa: PT017 - either is right
    else:
        assert fits(value, shapes.root, shapes) or form in {Callable[[], None], Iterator[int], Iterable[int]}


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Return each container in the tree with each of its indexes or keys."""
    inner: list[tuple[Any, Any]] = []
    if class_of(tree) is list:
        inner += zip(range(len(tree)), tree, strict=True)
    if class_of(tree) is dict:
        inner += tree.items()
    return [(tree, key) for key, _ in inner] + [place for _, each in inner for place in _places(each)]


@settings(max_examples=1000, deadline=None)
@given(data=st.data(), made=made)
def test_of_a_message_that_was_tampered_with_too(data: st.DataObject, made: Made) -> None:
    form, values = made
    shapes, plan, message = shapes_of(form), plan_of(form), Message()
    codec = plan.codec(shapes.root)
    tree = [sent(codec.out(data.draw(values), message))]
    where, key = data.draw(st.sampled_from(_places(tree)))
    if data.draw(st.booleans()):
        where[key] = data.draw(TREES)
    elif class_of(where[key]) is list:
        where[key] = where[key][:-1] if data.draw(st.booleans()) else where[key] * 2
    else:
        del where[key]
    try:
        value = codec.back(sent(tree)[0] if tree else None, message.arrived())
    except Misfit:
        return
    assert fits(value, shapes.root, shapes)


JUNK: list[tuple[object, object, str]] = [
    ([0, 0, 0], range, "what came for range"),
    ([0, 5, True], range, "what came for int"),
    ([1, 0], Fraction, "what came for fractions.Fraction"),
    ("1.5.2", Decimal, "what came for decimal.Decimal"),
    (b"\xff", str, "what came for str"),
    (256, Annotated[int, "u8"], "256 is not in"),
    ((1 << 100_000).to_bytes(20_000, "little"), Annotated[int, "u8"], "an int of 100001 bits is not in"),
    (0, dt.date, "what came for datetime.date"),
    (10**9, dt.date, "what came for datetime.date"),
    ([2024, 2, 30, 0, 0, 0, 0], dt.datetime, "day"),
    ([2024, 2, 1, 0, 0, 0, 0, 2, None], dt.datetime, "fold"),
    ([2024, 2, 1, 0, 0, 0, 0.5], dt.datetime, "what came for datetime.datetime"),
    ([b"\x07\xe8\x02\x1e\x00\x00\x00\x00\x00\x00"], dt.datetime, "what came for datetime.datetime"),
    ([25, 0, 0, 0], dt.time, "hour"),
    ([10**10, 0, 0], dt.timedelta, "datetime.timedelta"),
    ([[2, 0, 0]], dt.timezone, "what came for datetime.timezone"),
    ("../../etc/passwd", dt.tzinfo, "what came for datetime.tzinfo"),
    ("/etc/localtime", dt.tzinfo, "what came for datetime.tzinfo"),
    ("os.path/x", dt.tzinfo, "what came for datetime.tzinfo"),
    ("Europe", dt.tzinfo, "the time zone Europe is not known here"),
    ("Europe/Atlantis", dt.tzinfo, "is not known here"),
    ([b"", "d", [0, 3], True], memoryview, "memoryview"),
    ([b"abc", "i", [1], True], memoryview, "memoryview"),
    ([b"abcd", "i", [2], True], memoryview, "memoryview"),
    ([b"abcd", "B", [2, -2], True], memoryview, "memoryview"),
    ([b"abcd", "P", [4], True], memoryview, "memoryview"),
    ([b"abcd", "B", [4, 1, 10**18], True], memoryview, "memoryview"),
    ([b"abcd", "B", [1] * 70 + [4], True], memoryview, "memoryview"),
    (["d", b"abc"], array.array, "array.array"),
    (["O", b"abc"], array.array, "array.array"),
    (["u", b"\xff\xff\xff\xff"], array.array, "array.array"),
    ([2**63, [1]], collections.deque[int], "what came for collections.deque"),
    ([-1, [1]], collections.deque[int], "collections.deque"),
    ([1, [1, 2]], collections.deque[int], "at most 1 items came with 2"),
    (["eval", {}], collections.defaultdict[str, int], "defaultdict"),
    ([1, 1], set[int], "an item came twice"),
    ([[10, []]], set[Any], "{}: it cannot be an item of a set"),
    ([[10, []], 1], dict[Any, Any], " key: it cannot be a key of a dict"),
    ([1, 2, 1, 3], dict[int, int], "a key came twice"),
    ([1], dict[int, int], "what came for dict"),
    ({"a": "b"}, dict[str, int], "['a']: what came for int"),
    ({"x": 1}, Options, "the key ['x'] is not in the TypedDict"),
    ({}, Options, "the key 'depth' is missing"),
    ([1], Point, "what came for @"),
    ([1, 1.0, 2], Point, "what came for @"),
    ([1, "a"], Point, ".y: what came for int"),
    ([1, [[2, [[None, []]]]]], Node, ".children[0].children[0].value: what came for int"),
    ("BLUE", Color, "'BLUE' is no member"),
    ("__class__", Color, "is no member"),
    ("ROT", Color, "is no member"),
    (4, Rights, "4 is no combination"),
    (-1, Rights, "is no combination"),
    (2, Strict, "is no combination"),
    (7, Literal["a", 1], "what came for literal"),
    (-1, Literal["a", 1], "what came for literal"),
    ([5, 1], int | list[int], "what came for (int,list[int])"),
    ([True, 1], int | list[int], "what came for (int,list[int])"),
    ([-1, [1]], int | list[int], "what came for (int,list[int])"),
    (1, list[int], "what came for list[int]"),
    (1, set[int], "what came for set[int]"),
    (1, tuple[int, ...], "what came for tuple"),
    (1, tuple[int, str], "what came for tuple"),
    ([1, "a", 2], tuple[int, str], "a tuple of 3 items does not fit"),
    ([None, 1], collections.deque[int], "what came for collections.deque"),
    (1, Options, "what came for a TypedDict"),
    ({"depth": "a"}, Options, "['depth']: what came for int"),
    (b"", Row, "what came for @"),
    (["a", "b"], Row, ".at: what came for"),
    (1, None, "what came for None"),
    (1, bool, "what came for bool"),
    ("a", Annotated[int, "u8"], "what came for int[0..255]"),
    ([1, 2], complex, "what came for complex"),
    ([1], array.array, "what came for array.array"),
    (1, NoReturn, "no value can cross here"),
    (["WindowsPathological", "a"], pathlib.PurePath, "pathlib.PurePath"),
    ([b"\0" * 16, "unsafest"], uuid.UUID, "uuid.UUID"),
    (b"\0" * 15, uuid.UUID, "uuid.UUID"),
]


@pytest.mark.parametrize(("wire", "form", "reason"), JUNK, ids=map(str, range(len(JUNK))))
def test_junk_is_refused_with_the_reason(wire: object, form: object, reason: str) -> None:
    with pytest.raises(Misfit) as caught:
        came(wire, form, scope=kitchen)
    assert reason in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_segment_is_taken_once() -> None:
    large = bytes(70_000)
    assert came([0], list[bytes], [large])[0] is large
    for wire in ([0, 0], [1], [-1], [True]):
        with pytest.raises(Misfit, match="neither bytes nor a segment that is still there"):
            came(wire, list[bytes], [large])


def test_a_small_message_makes_no_large_value() -> None:
    tracemalloc.start()
    try:
        for wire, form in (
            ([0, 2**60, 1], range),
            ([2**62, [1]], collections.deque[int]),
            ([b"", "B", [2**40], True], memoryview),
            ("1E+999999999", Decimal),
            (2**40, Loose),
        ):
            try:
                came(wire, form)
            except Misfit:
                continue
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_an_item_whose_class_cannot_be_hashed_is_a_misfit() -> None:
    with pytest.raises(Misfit, match="cannot be an item of a set: unhashable type: 'Point'"):
        came([[1, 2.0]], set[Point])
    with pytest.raises(Misfit, match="cannot be a key of a dict: unhashable type: 'Point'"):
        came([[1, 2.0], 1], dict[Point, int])
