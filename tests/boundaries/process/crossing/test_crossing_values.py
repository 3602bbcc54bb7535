"""A value of each shape arrives as it was: equal, and of the same exact classes all the way down."""

from __future__ import annotations

import array
import collections
import datetime as dt
import math
import pathlib
import sys
import uuid
import warnings
import zoneinfo
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, Union

import pytest

from hotplug.boundaries.process.crossing import Misfit

from . import kitchen
from .conftest import Message, came, crossed, plan_of, same, sent
from .kitchen import (
    Base,
    Box,
    Color,
    Frozen,
    HalfSlotted,
    Json,
    Level,
    Loose,
    Node,
    Nothing,
    One,
    Options,
    Point,
    Rights,
    Row,
    Slotted,
    Strict,
    Wide,
    Word,
)

SURROGATE = "a\ud83d\x00é"
HUGE = 1 << 5000


def CHARACTERS(*given: str) -> Any:  # noqa: N802 - a type code that Python 3.13 warns of
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return array.array(*given)  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownVariableType]


pytestmark = pytest.mark.filterwarnings("ignore:The 'u' type code:DeprecationWarning")


BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
NOON = dt.datetime(2024, 10, 27, 2, 30, 1, 999_999)  # noqa: DTZ001 - naive ones cross too
PLUS = dt.timezone(dt.timedelta(hours=5, minutes=30, microseconds=-1))
NAMED = dt.timezone(-dt.timedelta(hours=1), "né\ud800")
VIEW = memoryview(array.array("d", [1.5, -0.0, math.nan, 4.0])).cast("B")

VALUES: list[tuple[object, list[object]]] = [
    (None, [None]),
    (bool, [True, False]),
    (int, [0, -1, True, 2**63, -(2**63), 2**64 - 1, 2**64, -(2**63) - 1, HUGE, -HUGE]),
    (Annotated[int, "u8"], [0, 255, True]),
    (Annotated[int, "s64"], [-(2**63), 2**63 - 1]),
    (float, [0.0, -0.0, 1e308, math.inf, -math.inf, math.nan, 5e-324, 3, False, HUGE]),
    (complex, [1 + 2j, complex(-0.0, math.nan), 1.5, 3, True, -HUGE]),
    (str, ["", "abc", "äöü", "🐍", SURROGATE, "\udfff" * 3, "x" * 100_000]),
    (bytes, [b"", b"abc", bytes(65_535), bytes(65_536), bytes(200_000)]),
    (bytearray, [bytearray(), bytearray(b"abc"), bytearray(100_000)]),
    (
        memoryview,
        [
            memoryview(b""),
            memoryview(b"abc"),
            memoryview(bytearray(b"abc")),
            memoryview(bytearray()),
            memoryview(array.array("d")),
            memoryview(b"abcdef")[::2],
            memoryview(b"abcdef")[::-1],
            VIEW.cast("d"),
            VIEW.cast("B", [4, 8]),
            VIEW.cast("h", [2, 2, 4]),
            VIEW.cast("c"),
            memoryview(b"a").cast("B", []),
            memoryview(bytes(70_000)).cast("I"),
            memoryview(bytes(200_000))[::2],
        ],
    ),
    (range, [range(0), range(3), range(10, 0, -3), range(HUGE), range(-HUGE, HUGE, HUGE - 1)]),
    (
        array.array,
        [
            array.array("d"),
            array.array("b", [-1]),
            array.array("Q", [2**64 - 1]),
            CHARACTERS("u", "aé🐍"),
            array.array("d", [0.5] * 10_000),
        ],
    ),
    (dt.date, [dt.date.min, dt.date.max, dt.date(2024, 2, 29), NOON, NOON.replace(tzinfo=BERLIN, fold=1)]),
    (
        dt.datetime,
        [
            NOON,
            NOON.replace(fold=1),
            NOON.replace(tzinfo=dt.UTC),
            NOON.replace(tzinfo=BERLIN),
            NOON.replace(tzinfo=BERLIN, fold=1),
            NOON.replace(tzinfo=PLUS),
            NOON.replace(tzinfo=NAMED),
            dt.datetime.min,  # noqa: DTZ901 - as above
            dt.datetime.max,  # noqa: DTZ901
        ],
    ),
    (dt.time, [dt.time(), dt.time(1, 2, 3, 4), dt.time(1, fold=1), dt.time(2, tzinfo=BERLIN), dt.time.max]),
    (dt.timedelta, [dt.timedelta(), dt.timedelta(-1, 5, 6), dt.timedelta.max, dt.timedelta.min]),
    (dt.timezone, [dt.UTC, PLUS, NAMED]),
    (dt.tzinfo, [dt.UTC, BERLIN]),
    (zoneinfo.ZoneInfo, [BERLIN, zoneinfo.ZoneInfo("Etc/GMT+5"), zoneinfo.ZoneInfo("UTC")]),
    (Decimal, [*map(Decimal, ["0", "-0", "1.10", "1E+999999", "NaN", "-sNaN123", "Infinity", "1" * 5000])]),
    (Fraction, [Fraction(0), Fraction(-1, 3), Fraction(HUGE, HUGE - 1)]),
    (
        uuid.UUID,
        [
            uuid.UUID(int=0),
            uuid.UUID(int=2**128 - 1),
            uuid.uuid4(),
            uuid.UUID(int=5, is_safe=uuid.SafeUUID.safe),
        ],
    ),
    (pathlib.Path, [pathlib.Path(), pathlib.Path("/a/b c"), pathlib.Path("é\udcff")]),
    (pathlib.PurePath, [pathlib.PurePosixPath("//a"), pathlib.PureWindowsPath("c:/x"), pathlib.Path("x")]),
    (pathlib.PurePosixPath, [pathlib.PurePosixPath("a"), pathlib.Path("a")]),
    (pathlib.PureWindowsPath, [pathlib.PureWindowsPath("\\\\host\\share\\x")]),
    (list[int], [[], [1, True, -1], [1, HUGE], [[1][0]] * 1000]),
    (list[str], [[], ["a", "é"], ["a", SURROGATE], ["\ud83d", "\ude00"]]),
    (list[bytes], [[b"a"], [b"a", bytes(70_000), b"c", bytes(70_001)]]),
    (list[float], [[1.0, 2, True, math.nan], [1.0, HUGE]]),
    (list[str | None], [["a", None, SURROGATE], [None]]),
    (list[Point], [[], [Point(1), Point(2, math.inf)]]),
    (set[int], [set[int](), {1, 2}, {1, HUGE}]),
    (set[tuple[int, str]], [{(1, "a"), (2, "b")}]),
    (frozenset[str], [frozenset("abc"), frozenset([SURROGATE])]),
    (collections.deque[int], [collections.deque([1, 2]), collections.deque([1], 3), collections.deque(maxlen=0)]),
    (tuple[int, ...], [(), (1, 2), (HUGE,)]),
    (tuple[int, str], [(1, "a")]),
    (tuple[()], [()]),
    ("tuple[int, *tuple[str, ...], bytes]", [(1, b""), (1, "a", SURROGATE, bytes(70_000))]),
    (dict[str, int], [{}, {"b": 1, "a": 2}, {"a": HUGE}, {SURROGATE: 1}]),
    (dict[int, str], [{1: "a", HUGE: "b"}]),
    (dict[tuple[int, int], Point], [{(1, 2): Point(1)}]),
    (dict[str | int, bytes], [{"a": b"", 1: bytes(70_000)}, {"a": b""}]),
    (dict[Literal["a", "b"], int], [{"a": 1}]),
    (
        collections.defaultdict[str, list[int]],
        [collections.defaultdict(list, {"a": [1]}), collections.defaultdict(None, {"a": [1]})],
    ),
    (collections.OrderedDict[str, int], [collections.OrderedDict([("b", 1), ("a", 2)])]),
    (collections.Counter[str], [collections.Counter("abca"), collections.Counter(a=-1)]),
    (Mapping[str, int], [{"a": 1}, collections.OrderedDict(a=1), collections.Counter("a")]),
    (Sequence[int], [[1], (1,), collections.deque([1]), b"ab", range(4)]),
    (Sequence[str], [["a"], ("a",), "abc", SURROGATE]),
    (Collection[int], [[1], {1}, frozenset([1]), b"a"]),
    (Iterable[int], [[1], (1,), {1}, range(3), b"a"]),
    (Point, [Point(1), Point(True, 3), Point(HUGE, math.nan)]),
    (Slotted, [Slotted("a"), Slotted(SURROGATE, Point(1))]),
    (Frozen, [Frozen((1, 2))]),
    (Node, [Node(1, [Node(2), Node(3, [Node(4)])])]),
    (Box[int], [Box(1), Box[int](HUGE)]),
    (Box[Box[str]], [Box(Box("a"))]),
    (Nothing, [Nothing()]),
    (One, [One("é")]),
    (Base, [Base(1)]),
    (HalfSlotted, [HalfSlotted(1, 2)]),
    (Row, [Row("a"), Row("b", Point(1))]),
    (Wide, [Wide("a", Point(1))]),
    (Options, [{"depth": 1}, {"names": ["a"], "depth": HUGE}]),
    (Color, [Color.RED, Color.GREEN, Color.ROT]),
    (Level, [Level.LOW]),
    (Word, [Word.YES]),
    (Rights, [Rights.READ, Rights(0), Rights.READ | Rights.WRITE, ~Rights.READ, Rights.FAR]),
    (Loose, [Loose.A | Loose.B, Loose(64), Loose(HUGE), Loose(0)]),
    (Strict, [Strict.A | Strict.B, Strict(0)]),
    (Literal["a", 1, True, b"x", Color.RED] | None, ["a", 1, True, b"x", Color.RED, None]),
    (int | str | None, [1, "a", None, HUGE, SURROGATE, True]),
    (Union[Annotated[int, "u8"], float, None], [1, 300, 1.5, None, HUGE]),  # noqa: UP007 - pyright knows no other
    (Union[Annotated[int, "u8"], str], [255, True, "a"]),  # noqa: UP007 - as above
    (bytes | str, [b"a", "a", bytes(70_000), SURROGATE]),
    (bytes | bytearray | memoryview, [b"a", bytearray(b"a"), memoryview(b"a"), bytearray(70_000)]),
    (Point | Slotted | Row | Options | Color, [Point(1), Slotted("a"), Row("a"), {"depth": 1}, Color.RED]),
    (list[int] | list[str] | tuple[int, ...] | set[str], [[], [1], ["a"], (1,), {"a"}, [HUGE], [SURROGATE]]),
    (list[bytes] | list[bytearray | int], [[bytes(70_000)], [bytearray(70_000), 1]]),
    (dict[str, int] | dict[int, str] | Options, [{"a": 1}, {1: "a"}, {"depth": 2, "names": []}]),
    (Box[int] | Box[str], [Box(1), Box("a")]),
    (dt.date | dt.datetime | dt.time, [NOON.date(), NOON, NOON.time()]),
    (complex | None, [1j, None, 1, 2.5]),
    (Json, [None, 1.5, [1, [True, {"a": [None, SURROGATE, HUGE]}]], {"a": {"b": {}}}]),
    (
        Any,
        [
            None,
            SURROGATE,
            HUGE,
            bytes(70_000),
            [1, (2, [3.5]), {"a": {4}}, frozenset([b"x"]), range(3), 1j, bytearray(b"y"), memoryview(b"z")],
            {1: {(2,): None}, "b": []},
            {"a": {"b": [1, 2]}},
            ((), [], {}, set[int]()),
        ],
    ),
    (list[Any], [[1, "a", [b""]], []]),
    (object, [[1]]),
]


@pytest.mark.parametrize(
    ("form", "value"),
    [(form, value) for form, values in VALUES for value in values],
    ids=[f"{form!s:.40}-{index}" for form, values in VALUES for index, _ in enumerate(values)],
)
def test_a_value_arrives_as_it_was(form: object, value: object) -> None:
    assert same(crossed(value, form, kitchen), value)


def test_large_bytes_are_not_copied() -> None:
    plan, message = plan_of(bytes), Message()
    codec = plan.codec(plan.shapes.root)
    large = bytes(100_000_000)
    wire = sent(codec.out(large, message))
    assert wire == 0
    assert message.segments[0] is large
    assert codec.back(wire, message) is large


def test_what_can_be_written_to_goes_out_without_a_copy_and_arrives_as_memory_of_its_own() -> None:
    plan, message = plan_of(list[bytearray | memoryview]), Message()
    codec = plan.codec(plan.shapes.root)
    mine = bytearray(100_000)
    wire = sent(codec.out([mine, memoryview(mine)], message))
    assert message.segments[0] is mine
    view = message.segments[1]
    assert isinstance(view, memoryview)
    assert view.obj is mine
    one, other = codec.back(wire, message.arrived())
    one[0], other[0] = 1, 2
    assert (mine[0], one[0], other[0]) == (0, 1, 2)
    del view, one, other


def test_an_instance_is_made_without_code_of_its_class() -> None:
    value = object.__new__(kitchen.Refusing)
    object.__setattr__(value, "x", 3)
    made = crossed(value, kitchen.Refusing)
    assert type(made) is kitchen.Refusing
    assert object.__getattribute__(made, "x") == 3


def test_what_is_computed_from_the_fields_is_left_out() -> None:
    value = Frozen((1, 2))
    assert value.total == 3
    made = crossed(value, Frozen)
    assert vars(made) == {"values": (1, 2), "made": 7}
    assert made.total == 3


def test_a_default_that_only_the_class_holds_is_a_value_too() -> None:
    value = Point(1)
    del value.y
    assert same(crossed(value, Point), Point(1))


def test_the_members_of_enums_and_time_zones_are_those_of_this_interpreter() -> None:
    assert crossed(Color.GREEN, Color) is Color.GREEN
    assert crossed(Color.RED, Literal[Color.RED]) is Color.RED
    assert crossed(BERLIN, dt.tzinfo) is BERLIN
    assert crossed(dt.UTC, dt.timezone) is dt.UTC


def test_a_record_takes_the_room_that_it_took() -> None:
    made = crossed(Slotted("a"), Slotted)
    assert not hasattr(made, "__dict__")
    assert hash(made) == hash(Slotted("a"))


def test_both_sides_need_not_have_made_their_codecs_in_the_same_order() -> None:
    scope = kitchen
    there, here = plan_of(list[Json], scope), plan_of(list[Json], scope)
    for shape in reversed(list(here.shapes.definitions.values())):
        here.codec(shape)
    value = [{"a": [1, "b", None]}, 2, [SURROGATE]]
    wire = sent(there.codec(there.shapes.root).out(value, Message()))
    assert same(here.codec(here.shapes.root).back(wire, Message()), value)


def test_plain_values_are_their_own_wire() -> None:
    plan = plan_of(list[int | str | None])
    wire = plan.codec(plan.shapes.root).out([1, "a", None], Message())
    assert wire == [1, "a", None]
    assert came(wire, list[int | str | None]) is wire


@pytest.mark.skipif(sys.platform == "win32", reason="a WindowsPath can be made there")
def test_a_path_of_another_system_is_refused_with_pythons_own_words() -> None:
    with pytest.raises(Misfit, match="WindowsPath"):
        came(["WindowsPath", "c:/"], pathlib.PurePath)
