"""Data of every kind goes to a plugin's process and comes back as it was: equal, of the same exact classes."""

from __future__ import annotations

import array
import collections
import datetime as dt
import math
import os
import pathlib
import uuid
import zoneinfo
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import hotplug

from ..crossing.conftest import same  # noqa: TID252
from .contract import Box, Course, Diet, Grams, Guest, Pan, Pantry, Pot, Recipe, Stars, Taste

if TYPE_CHECKING:
    from .conftest import Open

SOAK = bool(os.environ.get("HOTPLUG_SOAK"))
LARGE = (100 if SOAK else 10) * 2**20

SOURCE = """
class Gives:
    def same(self, value):
        return value

for name, each in list(vars(Pantry).items()):
    if callable(each) and not name.startswith("_"):
        setattr(Gives, name, Gives.same)
pantry = Gives()

class LessPot(Pot): pass

def makes(what: str) -> Any:
    return eval(what)

from functools import reduce

class Wrong:
    pot = lambda self, value: eval(value.holds[0])
    integers = lambda self, value: ["one"]
    table = lambda self, value: {(1, 2): ["x", None]}
    course = lambda self, value: Course(1, Pan("wide"))
    recipe = lambda self, value: Recipe("a", [Recipe("b"), Recipe(3)])
    text = lambda self, value: 7
    floats = lambda self, value: value.astype("f4")
    size = lambda self, value: "huge"
    json = lambda self, value: {"a": [object()]}
    anything = lambda self, value: iter(())
    for name, each in list(vars(Pantry).items()):
        if callable(each) and not name.startswith("_") and name not in vars():
            vars()[name] = Gives.same
wrong = Wrong()
"""


@pytest.fixture(scope="module")
def plugin(shared: Open) -> hotplug.Plugin:
    return shared("pantry", SOURCE)


@pytest.fixture(scope="module")
def pantry(plugin: hotplug.Plugin) -> Pantry:
    return plugin.lookup("pantry", Pantry)


ZONED = dt.datetime(2024, 10, 27, 2, 30, 0, 999999, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"), fold=1)
RECIPE = Recipe("stew", [Recipe("stock", [Recipe("bones")]), Recipe("roots")])
SIGNALLING = Decimal("sNaN123")

EVERY: dict[str, list[Any]] = {
    "nothing": [None],
    "truth": [True, False],
    "integer": [0, -1, 2**63, -(2**63), 2**64, -(10**400), True],
    "bounded": [7],
    "grams": [Grams(250)],
    "number": [0.1, -0.0, math.inf, -math.inf, math.nan, 3, True, 5e-324],
    "imaginary": [1 - 2j, complex(math.nan, -0.0)],
    "text": ["", "Grüße 🍲", "a\0b", "\ud800 alone", "x" * 100_000],
    "blob": [b"", b"\0\xff", b"x" * 65_536],
    "buffer": [bytearray(), bytearray(b"abc")],
    "window": [memoryview(b"abc"), memoryview(array.array("d", [1.5, 2.5])).toreadonly()],
    "blobs": [[], [b"a", bytearray(b"b" * 70_000), b"c" * 80_000]],
    "machine": [array.array("q", [1, -1]), array.array("B")],
    "floats": [np.array([[1.5, math.nan]]), np.zeros((0, 3)), np.asfortranarray(np.eye(3))],
    "any_array": [
        np.array(["a", "long"]),
        np.arange(5, dtype=">i2"),
        np.array(["2024-01-01"], dtype="datetime64[D]"),
        np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        np.array(True),
    ],
    "decimal": [Decimal("1.20"), Decimal("-Infinity"), SIGNALLING],
    "fraction": [Fraction(10**30, 3)],
    "identifier": [uuid.UUID(int=2**128 - 1)],
    "date": [dt.date.min, dt.datetime(2024, 1, 2, 3, 4)],  # noqa: DTZ001
    "moment": [
        ZONED,
        dt.datetime.max.replace(tzinfo=dt.UTC),
        dt.datetime(2024, 1, 1, tzinfo=dt.timezone(dt.timedelta(minutes=7))),
    ],
    "time": [dt.time(23, 59, 59, 999_999, fold=1)],
    "duration": [dt.timedelta.min, dt.timedelta(microseconds=-1)],
    "path": [pathlib.Path("/a/b c"), pathlib.Path()],
    "numbers": [range(10, -10, -3)],
    "integers": [[], [1, 2**70, True]],
    "pair": [(1, "one")],
    "row": [(), (1,), (1, 2, 3)],
    "distinct": [set(), {1, "1"}, {True, "x"}],
    "frozen": [frozenset({b"a", b"b"})],
    "queue": [collections.deque([1, 2], maxlen=2), collections.deque()],
    "table": [{}, {(1, 2): ["a"], (3, 4): []}],
    "grouped": [collections.defaultdict(list, a=[1])],
    "ordered": [collections.OrderedDict([("b", 1), ("a", 2)])],
    "counted": [collections.Counter("abca")],
    "sequence": [[1], (1, 2), range(3), collections.deque([1])],
    "mapping": [{"a": 1}, collections.OrderedDict(a=1)],
    "pot": [Pot(1.5, ["water"])],
    "recipe": [RECIPE],
    "box": [Box([1, 2])],
    "course": [Course(1), Course(2, Pan(20)), Course(3, Pot(1))],
    "order": [{"table": 1}, {"table": 2, "courses": [Course(1, Pan(1))]}],
    "guest": [Guest("Ada"), Guest("Bo", 2**80)],
    "taste": [*Taste],
    "stars": [Stars.TWO],
    "diet": [Diet(0), Diet.NO_MEAT, Diet.NO_MEAT | Diet.NO_GLUTEN],
    "size": ["small", 2, Taste.SOUR],
    "vessel": [Pot(1), Pan(2)],
    "either": [[1], (1, 2), {"a": 1}, {1, 2}, Pot(2), None, [], ()],
    "said": [b"a", "a", 1, True],
    "json": [None, {"a": [1, 2.5, {"b": [True, None, "c"]}]}],
    "anything": [None, 1, "a", [1, ("b", {2, 3})], {"a": b"c"}, b"d", 1.5, 2**100],
}
CASES = [(name, value) for name, values in EVERY.items() for value in values]


def test_every_member_of_the_contract_is_given_values() -> None:
    assert {name for name, each in vars(Pantry).items() if callable(each) and name[0] != "_"} == set(EVERY)


@pytest.mark.parametrize(
    ("name", "value"), CASES, ids=[f"{name}-{index}" for index, (name, _) in enumerate(CASES)]
)
def test_a_value_comes_back_as_it_was(name: str, value: Any, pantry: Pantry) -> None:
    assert same(getattr(pantry, name)(value), value)


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 2**20, LARGE])
def test_buffers_of_any_size_come_back(size: int, pantry: Pantry) -> None:
    content = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    assert pantry.blob(content) == content
    assert pantry.buffer(bytearray(content)) == content
    assert pantry.window(memoryview(content)) == content
    assert pantry.anything([content, bytearray(content)]) == [content, bytearray(content)]
    numbers = np.frombuffer(content[: size // 8 * 8], dtype="f8")
    assert pantry.floats(numbers).tobytes() == numbers.tobytes()


def test_what_is_given_is_a_copy(pantry: Pantry) -> None:
    pot = Pot(1.0, ["water"])
    back = pantry.pot(pot)
    assert back == pot
    assert back is not pot
    assert back.holds is not pot.holds
    assert pantry.taste(Taste.SWEET) is Taste.SWEET


WRONG_ARGUMENTS: list[tuple[str, Any, str]] = [
    ("integer", "7", "Pantry.integer(value): "),
    ("integers", [1, "2"], "Pantry.integers(value)[1]: "),
    ("table", {(1, 2): ["a", 3]}, "Pantry.table(value)"),
    ("recipe", Recipe("a", [Recipe("b"), Recipe(3)]), "Pantry.recipe(value).parts[1].name: "),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ("any_array", np.array([object()]), "Pantry.any_array(value): "),
    ("floats", np.zeros(2, dtype="f4"), "Pantry.floats(value): "),
    ("size", "huge", "Pantry.size(value): "),
    ("anything", object(), "Pantry.anything(value): "),
    ("anything", [Taste.SWEET], "Pantry.anything(value)[0]: "),
]


@pytest.mark.parametrize(("name", "value", "where"), WRONG_ARGUMENTS, ids=[each[0] for each in WRONG_ARGUMENTS])
def test_a_wrong_argument_is_refused_with_its_place(name: str, value: Any, where: str, pantry: Pantry) -> None:
    with pytest.raises(hotplug.TransferError) as caught:
        getattr(pantry, name)(value)
    assert caught.value.reason.startswith(where)
    assert caught.value.plugin == "pantry"
    assert pantry.integer(1) == 1


WRONG_RESULTS: list[tuple[str, Any, str]] = [
    ("integers", [], "Pantry.integers()[0]: "),
    ("table", {}, "Pantry.table()"),
    ("course", Course(1), "Pantry.course().dish.wide: "),
    ("recipe", RECIPE, "Pantry.recipe().parts[1].name: "),
    ("text", "", "Pantry.text(): "),
    ("floats", np.zeros(1), "Pantry.floats(): "),
    ("size", 2, "Pantry.size(): "),
    ("json", 1, "Pantry.json()"),
    ("anything", 1, "Pantry.anything(): "),
]


@pytest.mark.parametrize(("name", "value", "where"), WRONG_RESULTS, ids=[each[0] for each in WRONG_RESULTS])
def test_a_wrong_result_is_refused_with_its_place(
    name: str, value: Any, where: str, plugin: hotplug.Plugin
) -> None:
    wrong = plugin.lookup("wrong", Pantry)
    with pytest.raises(hotplug.TransferError) as caught:
        getattr(wrong, name)(value)
    assert caught.value.reason.startswith(where)
    assert len(caught.value.reason) > len(where) + 5
    assert wrong.integer(1) == 1


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ("LessPot(1.0)", "LessPot"),
        ("setattr(value, 'more', 1) or value", "its attribute more is no field, and would be lost"),
        ("value.holds.append(value) or value", "[1]"),
        ("7", "int"),
    ],
)
def test_a_value_that_would_lose_something_is_refused(made: str, reason: str, plugin: hotplug.Plugin) -> None:
    wrong = plugin.lookup("wrong", Pantry)
    with pytest.raises(hotplug.TransferError) as caught:
        wrong.pot(Pot(1.0, [made]))
    assert caught.value.reason.startswith("Pantry.pot()")
    assert reason in caught.value.reason


def test_circular_and_deep_values_are_refused_on_both_sides(pantry: Pantry, plugin: hotplug.Plugin) -> None:
    circle: list[Any] = []
    circle.append(circle)
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    for value in (circle, deep):
        with pytest.raises(hotplug.TransferError, match="itself|deep"):
            pantry.anything(value)
    makes: Any = plugin.lookup("makes")
    for what in ("(l := []).append(l) or l", "reduce(lambda inner, _: [inner], range(100_000), [])"):
        with pytest.raises(hotplug.TransferError, match="itself|deep"):
            makes(what)
    assert pantry.integer(1) == 1
    while deep:
        deep = deep.pop()
