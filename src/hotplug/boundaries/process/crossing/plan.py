"""The plan of a contract: for each of its shapes how the values cross, made when it is first asked for."""

from __future__ import annotations

import _thread
from typing import TYPE_CHECKING, Any

from hotplug.contract.shapes import (
    Array,
    Choice,
    Enumeration,
    Function,
    Integer,
    Items,
    OneOf,
    Pairs,
    Plain,
    Raised,
    Record,
    Ref,
    Refusal,
    Shape,
    Shapes,
    Tuple,
    Untyped,
    misfit,
)
from hotplug.contract.shapes.shape import NAMED_TUPLE, NEVER, TYPED_DICT

from . import buffers, containers, dates, enums, pairs, records, scalars, standard
from .calls import Arguments
from .members import Dropped, Truth
from .several import carried
from .unions import ANYTHING, plain_of, union
from .wire import Codec, Misfit, unlike

if TYPE_CHECKING:
    from collections.abc import Callable

    from .wire import Carrier, Ways, Wire

_PLAIN: dict[str, Callable[[], Ways]] = {
    "None": scalars.none,
    "bool": scalars.boolean,
    "float": scalars.floating,
    "complex": scalars.complex_number,
    "str": scalars.text,
    "range": scalars.integer_range,
    "bytes": buffers.immutable,
    "bytearray": buffers.mutable,
    "memoryview": buffers.view,
    "array.array": buffers.machine_array,
    "datetime.date": dates.date,
    "datetime.datetime": dates.moment,
    "datetime.time": dates.time,
    "datetime.timedelta": dates.duration,
    "decimal.Decimal": standard.decimal,
    "fractions.Fraction": standard.fraction,
    "uuid.UUID": standard.identifier,
}
_ZONES = ("datetime.timezone", "datetime.tzinfo", "zoneinfo.ZoneInfo")


class Plan:
    """How the values of a contract cross.

    Safe for concurrent use. Both sides of a boundary make the same plan of equal shapes.

    Attributes:
        shapes: The contract's shapes.
        refusals: What cannot cross: what the shapes say, and what there is no codec for.
    """

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.refusals: tuple[Refusal, ...] = (*shapes.refusals, *_uncarried(shapes))
        self._codecs: dict[Shape, Codec] = {}
        self._arguments: dict[tuple[Function, str, bool], Arguments] = {}
        # Codecs that are being made: of a recursive definition they are there before they are ready.
        self._begun: dict[Shape, Codec] = {}
        self._depth = 0
        self._lock = _thread.RLock()

    def codec(self, shape: Shape) -> Codec:
        """Return the codec of a shape; the same one for equal shapes."""
        found = self._codecs.get(shape)
        if found is not None:
            return found
        with self._lock:
            return self._codecs.get(shape) or self._begun.get(shape) or self._made(shape)

    def arguments(self, function: Function, name: str = "", *, bound: bool = False) -> Arguments:
        """Return the codec of the arguments of a function's calls.

        Args:
            function: Its shape.
            name: What a TypeError calls it: ``greet``, ``Greeter.greet``.
            bound: Whether Python would count ``self`` among the arguments that it speaks of.
        """
        key = function, name, bound
        found = self._arguments.get(key)
        if found is None:
            found = self._arguments.setdefault(key, Arguments(function, self, name, bound=bound))
        return found

    def _made(self, shape: Shape) -> Codec:
        codec = self._begun[shape] = Codec(plain_of(shape, self.shapes))
        self._depth += 1
        try:
            codec.out, codec.back = self._ways(shape, codec.plain)
            if self._depth == 1:
                self._codecs.update(self._begun)
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._begun.clear()
        return codec

    def _ways(self, shape: Shape, plain: frozenset[type]) -> Ways:
        if isinstance(shape, Plain):
            return _plain(shape.name)
        if isinstance(shape, Integer):
            return scalars.integer(shape)
        if isinstance(shape, OneOf):
            return union(self, shape.branches, plain, shape)
        if isinstance(shape, Untyped):
            return union(self, ANYTHING, plain, shape)
        if isinstance(shape, Items):
            make = {"list": containers.sequence, "collections.deque": containers.queue}
            return make.get(shape.name, containers.collection)(self.codec(shape.item), shape)
        if isinstance(shape, Pairs):
            defaulting = shape.name == "collections.defaultdict"
            pairing = pairs.defaulting if defaulting else pairs.mapping
            return pairing(self.codec(shape.key), self.codec(shape.value), shape)
        if isinstance(shape, Tuple):
            return self._tuple(shape)
        if isinstance(shape, Choice):
            return enums.option(shape, self.shapes.classes)
        if isinstance(shape, Array):
            from . import arrays  # what it needs takes time to make, and few contracts have arrays

            return arrays.array(shape)
        if isinstance(shape, Raised):
            return _raised()
        if isinstance(shape, Truth | Dropped):
            return _verdict(dropped=isinstance(shape, Dropped))
        if self.shapes.is_reference(shape):
            return self._reference(shape)
        return self._defined(shape) if isinstance(shape, Ref) else _never()

    def _tuple(self, shape: Tuple) -> Ways:
        rest = None if shape.rest is None else self.codec(shape.rest)
        if rest is not None and not shape.before and not shape.after:
            return containers.alike(rest, shape)
        return containers.row([*map(self.codec, shape.before)], rest, [*map(self.codec, shape.after)], shape)

    def _defined(self, ref: Ref) -> Ways:
        known: Any = self.shapes.definitions.get(ref.name)
        cls = self.shapes.classes.get(ref.name)
        if isinstance(known, Record):
            codecs = [self.codec(each.shape) for each in known.fields]
            if known.kind == TYPED_DICT:
                return pairs.typed(dict(zip([each.name for each in known.fields], codecs, strict=True)), known)
            if cls is not None:
                make = records.named_tuple if known.kind == NAMED_TUPLE else records.record
                return make(cls, codecs, known, ref)
        if isinstance(known, Enumeration) and cls is not None:
            return enums.flags(cls, ref) if known.flag else enums.member(cls, known, ref)
        if isinstance(known, Record | Enumeration) or self.shapes.resolved(ref) == NEVER:
            return _never()
        return self._ways(known, plain_of(known, self.shapes))

    def _reference(self, shape: Shape) -> Ways:
        called = isinstance(self.shapes.resolved(shape), Function)

        def out(value: Any, carrier: Carrier) -> Wire:
            problem = None if called and callable(value) else misfit(value, shape, self.shapes)
            if problem is not None:
                raise Misfit(problem.path, problem.reason)
            return carrier.lend(value, shape, self)

        def back(wire: Wire, carrier: Carrier) -> Any:
            return carrier.borrow(wire, shape, self)

        return out, back


def _uncarried(shapes: Shapes) -> list[Refusal]:
    """Return the definitions that no codec can be made of."""
    found: list[Refusal] = []
    for name, known in shapes.definitions.items():
        typed = isinstance(known, Record) and known.kind == TYPED_DICT
        if isinstance(known, Record | Enumeration) and not typed and name not in shapes.classes:
            found.append(Refusal("", f"the class {name} is not known here"))
        named = [each.name for each in known.fields] if isinstance(known, Record) else []
        named += [each for each, _ in known.members] if isinstance(known, Enumeration) else []
        if not all(map(carried, named)):
            found.append(Refusal("", f"{name} has a name with lone surrogates"))
    return found


def _plain(name: str) -> Ways:
    if name in _ZONES:
        return dates.zone(name)
    if name.startswith("pathlib."):
        return standard.path(name)
    make = _PLAIN.get(name)
    return _never() if make is None else make()


def _raised() -> Ways:
    return (lambda value, carrier: carrier.lend_error(value)), (lambda wire, carrier: carrier.borrow_error(wire))


def _verdict(*, dropped: bool) -> Ways:
    def out(value: Any, _: Carrier) -> Wire:
        try:
            return None if dropped else bool(value)
        except Exception as problem:  # noqa: BLE001 - the value decides
            raise Misfit("", f"whether it is true cannot be told: {problem!r}") from None

    def back(wire: Wire, _: Carrier) -> Any:
        if type(wire) is not (type(None) if dropped else bool):
            raise unlike(wire, "None" if dropped else "bool")
        return wire

    return out, back


def _never() -> Ways:
    def neither(_value: Any, _carrier: Carrier) -> Any:
        raise Misfit("", "no value can cross here")

    return neither, neither
