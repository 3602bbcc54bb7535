"""Unions: which branch a value takes, told by its index.

A value of a class that a branch has as plain is its own wire, so that ``str | None`` costs next to nothing and a
list of it passes in C. All others cross as ``[index, wire]``. Where one branch alone admits the exact class it is
found at once; else the branches are tried in the order that `hotplug.contract.shapes.fitting` gives them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotplug.contract.shapes import (
    Integer,
    Items,
    OneOf,
    Pairs,
    Plain,
    Ref,
    Shape,
    Shapes,
    Tuple,
    Untyped,
    admitted,
    fits,
)
from hotplug.contract.shapes.shape import INTEGER, UNTYPED, standard_name

from .several import carried
from .wire import PLAIN, Misfit, class_of, listed, unfit, unlike

if TYPE_CHECKING:
    from .plan import Plan
    from .wire import Carrier, Codec, Ways, Wire

_SCALARS = ("None", "bool", "float", "complex", "str", "bytes", "bytearray", "memoryview", "range")
#: What crosses where no type is declared: any builtin data, as a union of all its classes.
ANYTHING: tuple[Shape, ...] = (
    *map(Plain, _SCALARS),
    INTEGER,
    *[Items(name, UNTYPED) for name in ("list", "set", "frozenset")],
    Tuple((), UNTYPED),
    Pairs("dict", UNTYPED, UNTYPED),
)
_PLAIN_OF: dict[str, frozenset[type]] = {
    "None": frozenset([type(None)]),
    "bool": frozenset([bool]),
    "str": frozenset([str]),
    "bytes": frozenset([bytes]),
    "float": frozenset([float, int, bool]),
    "complex": frozenset([float, int, bool]),
}
_NOTHING: frozenset[type] = frozenset()


def plain_of(shape: Shape, shapes: Shapes, seen: frozenset[Shape] = frozenset()) -> frozenset[type]:
    """Return the classes of which a value of the shape may be its own wire: the same on both sides."""
    if isinstance(shape, Untyped):
        return PLAIN
    if isinstance(shape, Integer):
        return frozenset([int, bool]) if shape == INTEGER else _NOTHING
    if isinstance(shape, Plain):
        return _PLAIN_OF.get(shape.name, _NOTHING)
    if shape in seen:
        return _NOTHING
    if isinstance(shape, Ref):
        return plain_of(shapes.resolved(shape), shapes, seen | {shape})
    if isinstance(shape, OneOf):
        return _NOTHING.union(*[plain_of(each, shapes, seen | {shape}) for each in shape.branches])
    return _NOTHING


class _Branch:
    """A branch of a union: its codec, and what is known of the classes that it takes."""

    __slots__ = ("_classes", "_names", "codec", "holds", "index", "reference", "shape")

    def __init__(self, index: int, shape: Shape, plan: Plan) -> None:
        shapes = plan.shapes
        self.index = index
        self.shape = shape
        self.codec = plan.codec(shape)
        self.reference = shapes.is_reference(shape)
        self.holds = shapes.holds_references(shape)
        self._names = _NOTHING_NAMED if self.reference else admitted(shape, shapes)
        self._classes = frozenset(shapes.classes[name] for name in self._names if name in shapes.classes)

    def admits(self, cls: type, name: str) -> bool:
        """Say whether the values of the exact class may take the branch."""
        return cls in self._classes or (bool(name) and name in self._names)

    def rank(self, name: str) -> int:
        """Return how early it is tried, as `fitting` has it."""
        if isinstance(self.shape, Untyped):
            return 3
        if self.holds:
            return 2
        own = "int" if isinstance(self.shape, Integer) else getattr(self.shape, "name", "")
        return 0 if own == name else 1


_NOTHING_NAMED: frozenset[str] = frozenset()


def union(plan: Plan, shapes: tuple[Shape, ...], plain: frozenset[type], shape: Shape) -> Ways:
    """Return the ways of a value of any of several shapes."""
    branches = [_Branch(index, each, plan) for index, each in enumerate(shapes)]
    codecs: list[Codec] = [each.codec for each in branches]
    reference = next((each for each in branches if each.reference), None)
    # By class, what a value of it can take, best first; and the only one, where it can be no reference. They hold
    # classes of the contract and of the standard library, so they have an end.
    known: dict[type, list[_Branch]] = {}
    only: dict[type, _Branch] = {}

    def candidates(kind: type) -> list[_Branch]:
        name = standard_name(kind)
        found = [each for each in branches if not each.reference and each.admits(kind, name)]
        found.sort(key=lambda each: each.rank(name))
        if found:
            known[kind] = found
            if len(found) == 1 and reference is None:
                only[kind] = found[0]
        return found

    def undecided(value: Any, carrier: Carrier) -> Wire:
        kind = class_of(value)
        found = known.get(kind) or candidates(kind)
        alone = len(found) + (reference is not None) == 1
        first: Misfit | None = None
        for each in found:
            # What was lent cannot be taken back: such a branch is only taken if it fits.
            if each.holds and not alone and not fits(value, each.shape, plan.shapes):
                continue
            before = len(carrier.segments)
            try:
                return [each.index, each.codec.out(value, carrier)]
            except Misfit as problem:
                if problem.final:
                    raise
                del carrier.segments[before:]
                first = first or problem
        if reference is not None:
            try:
                return [reference.index, reference.codec.out(value, carrier)]
            except Misfit as problem:
                first = first or problem
        raise first if first is not None and len(found) <= 1 else unfit(value, shape)

    def out(value: Any, carrier: Carrier) -> Wire:
        kind = class_of(value)
        if kind in plain and carried(value):
            return value
        branch = only.get(kind)
        if branch is not None:
            return [branch.index, branch.codec.out(value, carrier)]
        return undecided(value, carrier)

    def back(wire: Wire, carrier: Carrier) -> Any:
        if type(wire) in plain:
            return wire
        index, inner = listed(wire, 2, shape)
        if type(index) is not int or not 0 <= index < len(codecs):
            raise unlike(wire, shape)
        return codecs[index].back(inner, carrier)

    return out, back
