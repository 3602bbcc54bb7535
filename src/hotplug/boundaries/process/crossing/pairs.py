"""Dicts and their kin, and TypedDicts.

Where all keys are plain text a dict crosses as a dict, else as a list of its keys and values by turns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .several import all_back, all_carried, all_out, carried, copied
from .wire import Misfit, class_of, listed, place_of, too_deep, unfit, unlike

if TYPE_CHECKING:
    from hotplug.contract.shapes import Pairs, Record

    from .wire import Carrier, Codec, Ways, Wire

# What a defaultdict's factory may be: the builtin types that cross everywhere.
_FACTORIES: dict[str, type] = {
    each.__name__: each
    for each in (bool, int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset, dict)
}
# What typing notes on an instance: `Counter[str]()`.
_TYPING = frozenset(["__orig_class__"])
_TEXT: frozenset[type] = frozenset([str])


def mapping(key: Codec, value: Codec, shape: Pairs) -> Ways:
    """Return the ways of a dict, OrderedDict or Counter."""
    cls: Any = _class(shape)
    # The two that are made in Python or for it have attributes too.
    roomy = cls is not dict

    def out(held: Any, carrier: Carrier) -> Wire:
        if type(held) is not cls:
            raise unfit(held, shape)
        attributes: dict[str, object] = held.__dict__ if roomy else {}
        if not _TYPING.issuperset(attributes):
            raise Misfit("", f"its attribute {min(attributes.keys() - _TYPING)} would be lost")
        return _out(held, key, value, carrier)

    def back(wire: Wire, carrier: Carrier) -> Any:
        made = _back(wire, key, value, carrier, shape)
        return cls(made) if roomy else made

    return out, back


def defaulting(key: Codec, value: Codec, shape: Pairs) -> Ways:
    """Return the ways of a defaultdict: the name of its factory, and its items."""
    from collections import defaultdict

    names: dict[object, str] = {each: name for name, each in _FACTORIES.items()}

    def out(held: Any, carrier: Carrier) -> Wire:
        kind = class_of(held)
        if kind is not defaultdict:
            raise unfit(held, shape)
        factory: object = held.default_factory
        name = names.get(factory) if type(factory) is type else None
        if name is None and factory is not None:
            raise Misfit("", "its default_factory is not a builtin type, and does not cross")
        return [name, _out(held, key, value, carrier)]

    def back(wire: Wire, carrier: Carrier) -> Any:
        name, items = listed(wire, 2, shape)
        if name is not None and (type(name) is not str or name not in _FACTORIES):
            raise unlike(wire, shape)
        return defaultdict(None if name is None else _FACTORIES[name], _back(items, key, value, carrier, shape))

    return out, back


def typed(fields: dict[str, Codec], record: Record) -> Ways:
    """Return the ways of a TypedDict: a dict of the wires of those of its keys that are there."""
    required = frozenset(each.name for each in record.fields if each.required)

    def checked(held: dict[Any, Any]) -> None:
        for name in held:
            if type(name) is not str or name not in fields:
                raise Misfit("", f"the key {place_of(name)} is not in the TypedDict, and would be lost")
        if not required <= held.keys():
            raise Misfit("", f"the key {min(required - held.keys())!r} is missing")

    def out(value: Any, carrier: Carrier) -> Wire:
        kind = class_of(value)
        if kind is not dict:
            raise unfit(value, "a TypedDict")
        held = value.copy()
        checked(held)
        name = ""
        try:
            for name, each in held.items():
                held[name] = fields[name].out(each, carrier)
        except Misfit as problem:
            problem.within(f"[{name!r}]")
            raise
        except RecursionError:
            raise too_deep(value) from None
        return held

    def back(wire: Wire, carrier: Carrier) -> Any:
        kind = class_of(wire)
        if kind is not dict:
            raise unlike(wire, "a TypedDict")
        checked(wire)
        name = ""
        made: dict[str, Any] = {}
        try:
            for name, each in wire.items():
                made[name] = fields[name].back(each, carrier)
        except Misfit as problem:
            problem.within(f"[{name!r}]")
            raise
        except RecursionError:
            raise too_deep(wire) from None
        return made

    return out, back


def _class(shape: Pairs) -> type:
    if shape.name == "dict":
        return dict
    import collections

    known: type = {"OrderedDict": collections.OrderedDict, "Counter": collections.Counter}[
        shape.name.removeprefix("collections.")
    ]
    return known


def _out(held: Any, key: Codec, value: Codec, carrier: Carrier) -> Wire:
    try:
        items: dict[Any, Any] = copied(dict, held)
        if str in key.plain and _TEXT.issuperset(map(type, items)) and carried("".join(items)):
            if not all_carried(list(items.values()), value.plain):
                for each, content in items.items():
                    try:
                        items[each] = value.out(content, carrier)
                    except Misfit as problem:
                        problem.within(place_of(each))
                        raise
            return items
        wires: list[Wire] = []
        for wire, (each, content) in zip(all_out(list(items), key, carrier, " key"), items.items(), strict=True):
            try:
                wires += (wire, value.out(content, carrier))
            except Misfit as problem:
                problem.within(place_of(each))
                raise
    except RecursionError:
        raise too_deep(held) from None
    return wires


def _back(wire: Wire, key: Codec, value: Codec, carrier: Carrier, shape: Pairs) -> dict[Any, Any]:
    kind = class_of(wire)
    if kind is dict:
        if str not in key.plain or not _TEXT.issuperset(map(type, wire)):
            raise unlike(wire, shape)
        keys, wires = wire, wire.values()
    elif kind is list and len(wire) % 2 == 0:
        keys, wires = wire[::2], wire[1::2]
    else:
        raise unlike(wire, shape)
    try:
        if kind is dict and value.plain.issuperset(map(type, wires)):
            same: dict[Any, Any] = wire
            return same
        made: dict[Any, Any] = {}
        for each, content in zip(
            keys if kind is dict else all_back(keys, key, carrier, " key"), wires, strict=True
        ):
            try:
                made[each] = value.back(content, carrier)
            except Misfit as problem:
                problem.within(place_of(each))
                raise
    except Misfit:
        raise
    except RecursionError:
        raise too_deep(wire) from None
    except Exception as problem:  # noqa: BLE001 - keys are hashed and compared by their own classes
        raise Misfit(" key", f"it cannot be a key of a dict: {problem}") from None
    if len(made) != len(wires):
        raise Misfit(" key", "a key came twice")
    return made
