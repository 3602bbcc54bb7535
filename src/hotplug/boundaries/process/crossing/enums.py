"""Members of enums by their names, of flags by their bits; what a Literal admits by its place in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .scalars import large, shown, whole
from .wire import Misfit, class_of, unfit, unlike

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotplug.contract.shapes import Choice, Enumeration, Shape

    from .wire import Carrier, Ways, Wire


def member(cls: type[Any], known: Enumeration, shape: Shape) -> Ways:
    """Return the ways of a member of an enum, by its name."""
    members: dict[str, Any] = {
        name: held for name, _ in known.members if (held := _member_of(cls, name)) is not None
    }

    def out(value: Any, _: Carrier) -> Wire:
        if type(value) is not cls or value._name_ not in members:
            raise unfit(value, shape)
        return value._name_

    def back(wire: Wire, _: Carrier) -> Any:
        if type(wire) is not str:
            raise unlike(wire, shape)
        found = members.get(wire)
        if found is None:
            raise Misfit("", f"{wire[:80]!r} is no member of {shape}")
        return found

    return out, back


def flags(cls: type[Any], shape: Shape) -> Ways:
    """Return the ways of a member of a Flag, of any combination of them too, by the number of its bits."""

    def out(value: Any, _: Carrier) -> Wire:
        if type(value) is not cls or type(value._value_) is not int:
            raise unfit(value, shape)
        return large(value._value_)

    def back(wire: Wire, _: Carrier) -> Any:
        bits = whole(wire)
        found: Any = cls._value2member_map_.get(bits)
        if found is None:
            try:
                found = cls(bits)
            except Exception as problem:  # noqa: BLE001 - the enum decides, by code of its own if it has any
                raise Misfit("", f"{shown(bits)} is no combination of {shape}: {problem}") from None
        if type(found) is not cls or found._value_ != bits:
            raise Misfit("", f"{shown(bits)} is no combination of {shape}")
        return found

    return out, back


def option(known: Choice, classes: Mapping[str, type]) -> Ways:
    """Return the ways of what a Literal admits, by its place among the options."""
    places: dict[tuple[type, object], int] = {}
    enums: set[type] = set()
    values: list[Any] = []
    for place, (kind, content) in enumerate(known.options):
        cls: Any = classes.get(kind)
        if cls is None:
            values.append(content)
            places[type(content), content] = place
        else:
            values.append(_member_of(cls, str(content)))
            places[cls, content] = place
            enums.add(cls)
    kinds = frozenset(cls for cls, _ in places)

    def out(value: Any, _: Carrier) -> Wire:
        kind = class_of(value)
        found = places.get((kind, value._name_ if kind in enums else value)) if kind in kinds else None
        if found is None:
            raise unfit(value, known)
        return found

    def back(wire: Wire, _: Carrier) -> Any:
        if type(wire) is not int or not 0 <= wire < len(values):
            raise unlike(wire, known)
        return values[wire]

    return out, back


def _member_of(cls: Any, name: str) -> Any:
    return cls._member_map_.get(name)
