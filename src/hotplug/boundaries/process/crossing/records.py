"""Dataclasses, attrs classes and NamedTuples: as lists of the wires of their fields, in the order of these.

Neither ``__init__`` nor anything else of the class runs: fields are read and set as ``object`` does it, frozen or
slotted. What an instance has beyond its fields would be lost, and is refused, but for what a ``cached_property``
computes again.
"""

from __future__ import annotations

import functools
import types
from itertools import repeat
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from .several import each_back, each_out
from .wire import Misfit, class_of, listed, too_deep, unfit

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.contract.shapes import Record, Shape

    from .wire import Carrier, Codec, Ways, Wire

    Read = Callable[[Any], list[Any] | tuple[Any, ...]]
    Write = Callable[[Any, list[Any]], object]

# What typing notes on instances of generic classes; and attrs, where it keeps a hash.
_HASH = "_attrs_cached_hash"
_NOT_CONTENT = frozenset(["__orig_class__", _HASH])

_tuple: Any = tuple
_length, _items, _make = _tuple.__len__, _tuple.__iter__, _tuple.__new__
_object: Any = object
_read = _object.__getattribute__


def record(cls: type[Any], codecs: list[Codec], known: Record, shape: Shape) -> Ways:
    """Return the ways of an instance of a dataclass or attrs class."""
    names = [each.name for each in known.fields]
    places = [f".{name}" for name in names]
    count, new, read, write = len(names), object.__new__, _reading(cls, names), _writing(cls, names)

    def out(value: Any, carrier: Carrier) -> Wire:
        if type(value) is not cls:
            raise unfit(value, shape)
        try:
            return each_out(codecs, read(value), carrier, places)
        except RecursionError:
            raise too_deep(value) from None

    def back(wire: Wire, carrier: Carrier) -> Any:
        try:
            values = each_back(codecs, listed(wire, count, shape), carrier, places)
        except RecursionError:
            raise too_deep(wire) from None
        try:
            made = new(cls)
            write(made, values)
        except (TypeError, AttributeError) as problem:
            raise Misfit("", f"a {cls.__qualname__} cannot be made here: {problem}") from None
        return made

    return out, back


def named_tuple(cls: type[Any], codecs: list[Codec], known: Record, shape: Shape) -> Ways:
    """Return the ways of a NamedTuple."""
    names = [each.name for each in known.fields]
    places = [f".{name}" for name in names]
    count, surplus = len(names), _surplus_of(cls, names)
    # A class that derives from a NamedTuple has attributes too, unless it says otherwise.
    roomy = cls.__dictoffset__ != 0

    def out(value: Any, carrier: Carrier) -> Wire:
        if type(value) is not cls or _length(value) != count:
            raise unfit(value, shape)
        if roomy:
            surplus(value, _read(value, "__dict__"))
        try:
            return each_out(codecs, _items(value), carrier, places)
        except RecursionError:
            raise too_deep(value) from None

    def back(wire: Wire, carrier: Carrier) -> Any:
        try:
            return _make(cls, each_back(codecs, listed(wire, count, shape), carrier, places))
        except RecursionError:
            raise too_deep(wire) from None

    return out, back


def _reading(cls: type[Any], names: list[str]) -> Read:
    """Return what reads the fields of an instance, and refuses one that lacks a field or has more than these."""
    surplus, count = _surplus_of(cls, names), len(names)
    roomy = cls.__dictoffset__ != 0
    native = cls.__getattribute__ is _read

    def one_by_one(value: Any) -> list[Any]:
        surplus(value, _read(value, "__dict__") if roomy else {})
        found: list[Any] = []
        for name in names:
            try:
                found.append(_read(value, name))
            except AttributeError:
                raise Misfit(f".{name}", "the field has no value") from None
        return found

    if roomy and native and not _described(cls, names):
        from_dict = _getter(itemgetter, names)

        def at_once(value: Any) -> list[Any] | tuple[Any, ...]:
            held: dict[str, Any] = value.__dict__
            try:
                found = from_dict(held)
            except KeyError:
                # A default that stands in the class alone.
                return one_by_one(value)
            if len(held) != count:
                surplus(value, held)
            return found

        return at_once
    if roomy or not native or hasattr(cls, "__getattr__") or len(_slots_of(cls)) != count:
        return one_by_one
    from_slots = _getter(attrgetter, names)

    def by_slots(value: Any) -> list[Any] | tuple[Any, ...]:
        try:
            return from_slots(value)
        except AttributeError:
            return one_by_one(value)

    return by_slots


def _getter(maker: Any, names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what gets all the names of a value in one step."""
    if len(names) > 1:
        several: Callable[[Any], tuple[Any, ...]] = maker(*names)
        return several
    each = [maker(name) for name in names]
    return lambda value: tuple(one(value) for one in each)


def _writing(cls: type[Any], names: list[str]) -> Write:
    """Return what gives a new instance its fields."""
    put, keeps_hash = object.__setattr__, _keeps_hash(cls)
    if keeps_hash:
        names = [*names, _HASH]

    def into_dict(made: Any, values: list[Any]) -> None:
        made.__dict__.update(zip(names, values))  # noqa: B905 - naming strict takes as long as a field

    def one_by_one(made: Any, values: list[Any]) -> None:
        # No step of it gives anything true.
        any(map(put, repeat(made), names, [*values, None] if keeps_hash else values))

    simple = cls.__dictoffset__ and cls.__getattribute__ is _read
    return into_dict if simple and not keeps_hash and not _described(cls, names) else one_by_one


def _described(cls: type[Any], names: list[str]) -> bool:
    """Say whether the class itself has a say in how a field is read or set, as slots and properties have."""
    known = [vars(each) for each in cls.__mro__[:-1]]
    kinds = {class_of(held[name]) for name in (*names, "__dict__") for held in known if name in held}
    return any(hasattr(kind, "__set__") for kind in kinds - {types.GetSetDescriptorType})


def _slots_of(cls: type[Any]) -> dict[str, types.MemberDescriptorType]:
    """Return the slots of instances by name."""
    found: dict[str, types.MemberDescriptorType] = {}
    for each in cls.__mro__:
        for name, held in vars(each).items():
            if isinstance(held, types.MemberDescriptorType):
                found.setdefault(name, held)
    return found


def _surplus_of(cls: type[Any], names: list[str]) -> Callable[[Any, dict[str, Any]], None]:
    """Return what refuses an instance that has more than its fields, in its dictionary or in slots."""
    known = {*names, *_NOT_CONTENT}
    for each in cls.__mro__:
        known.update(name for name, held in vars(each).items() if isinstance(held, functools.cached_property))
        known.update(_computed_by_attrs(each))
    others = [(name, slot) for name, slot in _slots_of(cls).items() if name not in known]

    def surplus(value: Any, held: dict[str, Any]) -> None:
        found = [name for name in held if name not in known]
        for name, slot in others:
            try:
                slot.__get__(value, cls)
            except AttributeError:
                continue
            found.append(name)
        if found:
            raise Misfit("", f"its attribute {found[0]} is no field, and would be lost")

    return surplus


def _computed_by_attrs(cls: type[Any]) -> tuple[str, ...]:
    """Return the names of cached properties that attrs made slots of; its ``__getattr__`` knows them."""
    finder = vars(cls).get("__getattr__")
    if "__attrs_attrs__" not in vars(cls) or not isinstance(finder, types.FunctionType):
        return ()
    names, defaults = finder.__code__.co_varnames, finder.__defaults__
    return tuple(defaults[0]) if defaults and names[2:3] == ("cached_properties",) else ()


def _keeps_hash(cls: type[Any]) -> bool:
    """Say whether attrs keeps the hash of an instance in it, where ``__init__`` puts a None first."""
    code = getattr(cls.__hash__, "__code__", None)
    return isinstance(code, types.CodeType) and _HASH in code.co_names
