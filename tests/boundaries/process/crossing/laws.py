"""Types with the values that fit them, of all kinds that can be told apart by equality."""

from __future__ import annotations

import collections
import datetime as dt
import zoneinfo
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, Union

from hypothesis import strategies as st

from .kitchen import Box, Color, Level, Node, Point, Rights, Row, Slotted

Made = tuple[Any, st.SearchStrategy[Any]]

texts = st.text(st.characters(exclude_categories=()), max_size=20)
integers = st.integers() | st.booleans() | st.integers(-(1 << 200), 1 << 200)
floats = st.floats() | integers
zones = st.none() | st.sampled_from([dt.UTC, zoneinfo.ZoneInfo("Europe/Berlin"), dt.timezone(dt.timedelta(1) / 3)])
points = st.builds(Point, integers, floats)
nodes = st.recursive(
    st.builds(Node, integers), lambda inner: st.builds(Node, integers, st.lists(inner, max_size=3))
)
untyped = st.recursive(
    st.none() | integers | st.floats() | st.complex_numbers() | texts | st.binary() | st.binary().map(bytearray),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(texts | integers, inner, max_size=4)
        | st.frozensets(texts | integers, max_size=4)
        | st.sets(st.floats(allow_nan=False) | st.tuples(texts), max_size=4)
    ),
)
LEAVES: list[Made] = [
    (int, integers),
    (Annotated[int, "u8"], st.integers(0, 255)),
    (bool, st.booleans()),
    (float, floats),
    (complex, st.complex_numbers() | floats),
    (str, texts),
    (bytes, st.binary()),
    (bytearray, st.binary().map(bytearray)),
    (memoryview, st.binary().map(memoryview)),
    (type(None), st.none()),
    (range, st.builds(range, integers, integers, integers.filter(bool))),
    (dt.datetime, st.datetimes(timezones=zones, allow_imaginary=True)),
    (dt.date, st.dates() | st.datetimes()),
    (dt.time, st.times()),
    (dt.timedelta, st.timedeltas()),
    (Decimal, st.decimals()),
    (Fraction, st.fractions()),
    (Point, points),
    (Slotted, st.builds(Slotted, texts, st.none() | points)),
    (Row, st.builds(Row, texts, st.none() | points)),
    (Node, nodes),
    (Color, st.sampled_from(Color)),
    (Level, st.sampled_from(Level)),
    (Rights, st.integers(0, 3).map(Rights)),
    (Literal[1, "a", Color.RED], st.sampled_from([1, "a", Color.RED])),
    (Any, untyped),
]
HASHABLE = [*LEAVES[:7], LEAVES[9], *LEAVES[11:14], LEAVES[16], LEAVES[21]]


def _of(generic: Any, *arguments: object) -> Any:
    return generic[arguments[0] if len(arguments) == 1 else arguments]


def _queues(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(items, max_size=9).map(lambda held: collections.deque(held, 9))


def _of_one(each: Made) -> st.SearchStrategy[Made]:
    form, values = each
    lists = st.lists(values, max_size=4)
    return st.sampled_from(
        [
            (_of(list, form), lists),
            (_of(tuple, form, ...), lists.map(tuple)),
            (_of(Sequence, form), lists | lists.map(tuple) | _queues(values)),
            (_of(collections.deque, form), _queues(values)),
            (_of(Union, form, None), st.none() | values),
            (_of(Box, form), st.builds(Box, values)),
        ]
    )


def _of_two(both: tuple[Made, Made]) -> st.SearchStrategy[Made]:
    (one, ones), (other, others) = both
    return st.sampled_from(
        [(_of(Union, one, other), ones | others), (_of(tuple, one, other), st.tuples(ones, others))]
    )


def _of_key(both: tuple[Made, Made]) -> st.SearchStrategy[Made]:
    (key, keys), (form, values) = both
    return st.sampled_from(
        [
            (_of(frozenset, key), st.frozensets(keys, max_size=4)),
            (_of(dict, key, form), st.dictionaries(keys, values, max_size=4)),
        ]
    )


def _larger(inner: st.SearchStrategy[Made]) -> st.SearchStrategy[Made]:
    keyed = st.tuples(st.sampled_from(HASHABLE), inner)
    return inner.flatmap(_of_one) | st.tuples(inner, inner).flatmap(_of_two) | keyed.flatmap(_of_key)


made = st.recursive(st.sampled_from(LEAVES), _larger, max_leaves=5)
