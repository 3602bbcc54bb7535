"""The law of crossing: whatever fits a type arrives equal, and of equal exact classes all the way down."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from hotplug.contract.shapes import fits, shapes_of

from .conftest import crossed, same
from .kitchen import Point
from .laws import Made, made


@settings(max_examples=1500, deadline=None)
@given(data=st.data(), made=made)
def test_what_fits_arrives_as_it_was(data: st.DataObject, made: Made) -> None:
    form, values = made
    value = data.draw(values)
    shapes = shapes_of(form)
    assert not shapes.refusals
    assert fits(value, shapes.root, shapes)
    assert same(crossed(value, form), value)


def test_the_comparison_of_these_tests_tells_apart_what_equality_does_not() -> None:
    pairs: list[tuple[object, object]] = [
        (1, True),
        (1, 1.0),
        (0.0, -0.0),
        ([1], (1,)),
        ({1}, frozenset([1])),
        ({1}, {True}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (Decimal("1.0"), Decimal("1.00")),
        (dt.time(1), dt.time(1, fold=1)),
        (Point(1), Point(True)),
        (memoryview(b"a"), memoryview(bytearray(b"a"))),
    ]
    for one, other in pairs:
        assert not same(one, other)
    assert same(math.nan, math.nan)
