"""Lists, sets, deques and tuples: as lists of the wires of their items.

What another thread changes meanwhile is no matter: a container is copied first, in one step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .several import all_back, all_out, copied, each_back, each_out
from .wire import Misfit, class_of, listed, too_deep, unfit, unlike

if TYPE_CHECKING:
    from hotplug.contract.shapes import Items, Tuple

    from .wire import Carrier, Codec, Ways, Wire


def sequence(item: Codec, shape: Items) -> Ways:
    """Return the ways of a list."""

    def out(value: Any, carrier: Carrier) -> Wire:
        kind = class_of(value)
        if kind is not list:
            raise unfit(value, shape)
        try:
            return all_out(value.copy(), item, carrier)
        except RecursionError:
            raise too_deep(value) from None

    def back(wire: Wire, carrier: Carrier) -> Any:
        kind = class_of(wire)
        if kind is not list:
            raise unlike(wire, shape)
        try:
            return all_back(wire, item, carrier)
        except RecursionError:
            raise too_deep(wire) from None

    return out, back


def collection(item: Codec, shape: Items) -> Ways:
    """Return the ways of a set or a frozenset."""
    cls: Any = {"set": set, "frozenset": frozenset}[shape.name]

    def out(value: Any, carrier: Carrier) -> Wire:
        if type(value) is not cls:
            raise unfit(value, shape)
        try:
            return all_out(copied(list, value), item, carrier, "{}")
        except RecursionError:
            raise too_deep(value) from None

    def back(wire: Wire, carrier: Carrier) -> Any:
        kind = class_of(wire)
        if kind is not list:
            raise unlike(wire, shape)
        try:
            items = all_back(wire, item, carrier, "{}")
            made = cls(items)
        except Misfit:
            raise
        except RecursionError:
            raise too_deep(wire) from None
        except Exception as problem:  # noqa: BLE001 - items are hashed and compared by their own classes
            raise Misfit("{}", f"it cannot be an item of a set: {problem}") from None
        if len(made) != len(items):
            raise Misfit("{}", "an item came twice")
        return made

    return out, back


def queue(item: Codec, shape: Items) -> Ways:
    """Return the ways of a deque: its maxlen, and its items."""
    from collections import deque

    def out(value: Any, carrier: Carrier) -> Wire:
        kind = class_of(value)
        if kind is not deque:
            raise unfit(value, shape)
        try:
            return [value.maxlen, all_out(copied(list, value), item, carrier)]
        except RecursionError:
            raise too_deep(value) from None

    def back(wire: Wire, carrier: Carrier) -> Any:
        longest, items = listed(wire, 2, shape)
        kind = class_of(items)
        if kind is not list or (type(longest) is not int and longest is not None):
            raise unlike(wire, shape)
        try:
            made = deque(all_back(items, item, carrier), longest)
        except RecursionError:
            raise too_deep(wire) from None
        except (ValueError, OverflowError):
            raise unlike(wire, shape) from None
        if len(made) != len(items):
            raise Misfit("", f"a deque of at most {longest} items came with {len(items)}")
        return made

    return out, back


def alike(item: Codec, shape: Tuple) -> Ways:
    """Return the ways of a tuple of any number of items of one shape."""

    def out(value: Any, carrier: Carrier) -> Wire:
        kind = class_of(value)
        if kind is not tuple:
            raise unfit(value, shape)
        try:
            return all_out(list(value), item, carrier)
        except RecursionError:
            raise too_deep(value) from None

    def back(wire: Wire, carrier: Carrier) -> Any:
        kind = class_of(wire)
        if kind is not list:
            raise unlike(wire, shape)
        try:
            return tuple(all_back(wire, item, carrier))
        except RecursionError:
            raise too_deep(wire) from None

    return out, back


def row(before: list[Codec], rest: Codec | None, after: list[Codec], shape: Tuple) -> Ways:
    """Return the ways of a tuple: some items, any number of others if there is a codec for these, some again."""
    least = len(before) + len(after)

    def codecs(count: int) -> list[Codec]:
        if count < least or (count > least and rest is None):
            raise Misfit("", f"a tuple of {count} items does not fit {shape}")
        return before if rest is None else [*before, *[rest] * (count - least), *after]

    def out(value: Any, carrier: Carrier) -> Wire:
        kind = class_of(value)
        if kind is not tuple:
            raise unfit(value, shape)
        items = codecs(len(value))
        try:
            return each_out(items, value, carrier)
        except RecursionError:
            raise too_deep(value) from None

    def back(wire: Wire, carrier: Carrier) -> Any:
        kind = class_of(wire)
        if kind is not list:
            raise unlike(wire, shape)
        items = codecs(len(wire))
        try:
            return tuple(each_back(items, wire, carrier))
        except RecursionError:
            raise too_deep(wire) from None

    return out, back
