"""What the tests of crossing share: a message that goes nowhere, and what it means to be the same value."""

from __future__ import annotations

import array
import collections
import contextlib
import dataclasses
import datetime as dt
import importlib
import struct
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from hotplug.boundaries.process.crossing import Misfit, Plan, Segment, Wire
from hotplug.boundaries.process.crossing.wire import class_of
from hotplug.contract.shapes import shapes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotplug.contract.shapes import Shape

with contextlib.suppress(ImportError):
    importlib.import_module("numpy.random")  # hypothesis imports it where NumPy is

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


class Message:
    """A message under way, for which references are numbers in a list."""

    def __init__(self, lent: list[object] | None = None) -> None:
        self.segments: list[Segment] = []
        self.owner = ""
        self.lent: list[object] = [] if lent is None else lent

    def lend(self, value: object, shape: Shape, plan: Plan) -> Wire:
        self.lent.append(value)
        return len(self.lent) - 1

    def borrow(self, wire: Wire, shape: Shape, plan: Plan) -> object:
        if type(wire) is not int or not 0 <= wire < len(self.lent):
            raise Misfit("", "no such reference")
        return self.lent[wire]

    def lend_error(self, value: object) -> Wire:
        return None if value is None else self.lend(value, plan=None, shape=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    def borrow_error(self, wire: Wire) -> object:
        return None if wire is None else self.lent[wire]

    def arrived(self) -> Message:
        """Return it as the other side has it: the segments are bytes of its own."""
        other = Message(self.lent)
        other.segments = [bytes(each) for each in self.segments]
        return other


def sent(wire: Wire) -> Wire:
    """Return a wire tree as the other side has it."""
    return _decode(_encode(wire))


def plan_of(form: object, scope: object = None) -> Plan:
    """Return the plan of a type form."""
    plan = Plan(shapes_of(form, scope=scope))
    assert not plan.refusals
    return plan


def crossed(value: object, form: object, scope: object = None) -> Any:
    """Return what comes of the value on the other side, which makes a plan of its own."""
    there, here = plan_of(form, scope), plan_of(form, scope)
    message = Message()
    wire = sent(there.codec(there.shapes.root).out(value, message))
    return here.codec(here.shapes.root).back(wire, message.arrived())


def refused(value: object, form: object, scope: object = None) -> Misfit:
    """Return why the value cannot go out."""
    plan = plan_of(form, scope)
    try:
        plan.codec(plan.shapes.root).out(value, Message())
    except Misfit as problem:
        return problem
    raise AssertionError(f"{value!r:.100} crosses as {form}")


def came(wire: Wire, form: object, segments: Sequence[Segment] = (), scope: object = None) -> Any:
    """Return the value that is made of a wire."""
    plan, message = plan_of(form, scope), Message()
    message.segments = list(segments)
    return plan.codec(plan.shapes.root).back(wire, message)


def same(one: Any, other: Any) -> bool:
    """Say whether the values are equal and of equal exact classes, all the way down; NaN equals NaN."""
    if type(one) is not type(other):
        return False
    kind: type[object] = class_of(one)
    numpy = sys.modules.get("numpy")
    if numpy is not None and kind is numpy.ndarray:
        laid = [(each.dtype, each.shape, each.flags.f_contiguous, each.tobytes()) for each in (one, other)]
        return laid[0] == laid[1]
    if kind is float:
        return struct.pack("d", one) == struct.pack("d", other)
    if kind is complex:
        return same(one.real, other.real) and same(one.imag, other.imag)
    if kind is Decimal:
        return str(one) == str(other)
    if kind is memoryview:
        return (one.format, one.shape, one.readonly, one.tobytes()) == (
            other.format,
            other.shape,
            other.readonly,
            other.tobytes(),
        )
    if kind is array.array:
        return bool(one.typecode == other.typecode and one.tobytes() == other.tobytes())
    if kind in {dt.datetime, dt.time}:
        return one.replace(tzinfo=None) == other.replace(tzinfo=None) and (one.fold, one.tzinfo, str(one)) == (
            other.fold,
            other.tzinfo,
            str(other),
        )
    if kind in {set, frozenset}:
        spelled = [collections.Counter((class_of(each), repr(each)) for each in held) for held in (one, other)]
        return spelled[0] == spelled[1]
    if issubclass(kind, dict):
        factory = getattr(one, "default_factory", None) is getattr(other, "default_factory", None)
        return factory and same(list(one.items()), list(other.items()))
    if issubclass(kind, list | tuple | collections.deque):
        limit = getattr(one, "maxlen", None) == getattr(other, "maxlen", None)
        pairs = zip(one, other, strict=True)
        return limit and len(one) == len(other) and all(same(*each) for each in pairs)
    if dataclasses.is_dataclass(one):
        return all(same(getattr(one, each.name), getattr(other, each.name)) for each in dataclasses.fields(one))
    return bool(one == other)
