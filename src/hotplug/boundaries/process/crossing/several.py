"""Several values at once: in a few passes in C where all of them are their own wires.

What fails tells its place; that costs nothing as long as nothing fails.
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from .wire import HIGHEST, LOWEST, OUT_OF_BAND, Misfit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from .wire import Carrier, Codec, Wire

T = TypeVar("T")
_encode = msgspec.msgpack.Encoder().encode


def copied(make: Callable[[Any], T], value: Any) -> T:
    """Return the content of a container in a new one, in one step.

    Args:
        make: The class of the new one.
        value: The container.

    Raises:
        Misfit: Another thread changed it meanwhile.
    """
    try:
        return make(value)
    except RuntimeError:
        raise Misfit("", "it changed while it was copied") from None


def carried(value: object) -> bool:
    """Say whether a value of a class in `PLAIN` is its own wire."""
    if type(value) is str:
        return value.isascii() or _encodable(value)
    if type(value) is int:
        return LOWEST <= value <= HIGHEST
    return type(value) is not bytes or len(value) < OUT_OF_BAND


def all_carried(values: Collection[Any], plain: frozenset[type]) -> bool:
    """Say whether all values are their own wires, in no more than a few passes in C."""
    kinds = set(map(type, values))
    if not kinds <= plain:
        return False
    if bytes in kinds:
        found = values if len(kinds) == 1 else [each for each in values if type(each) is bytes]
        if max(map(len, found)) >= OUT_OF_BAND:
            return False
    # The encoder itself says soonest what it cannot hold.
    return (int not in kinds and str not in kinds) or _encodable(values)


def _encodable(value: object) -> bool:
    try:
        _encode(value)
    except (OverflowError, UnicodeEncodeError):
        return False
    return True


def all_out(values: list[Any], item: Codec, carrier: Carrier, place: str = "") -> list[Wire]:
    """Return the wires of values; the list of values itself where they are their own.

    Args:
        values: A list that nobody else has.
        item: The codec of each.
        carrier: The message.
        place: Where each stands; by default ``[index]``.
    """
    if all_carried(values, item.plain):
        return values
    wires: list[Wire] = []
    try:
        # A list keeps what it was extended by until the error: that tells the index.
        wires.extend(map(item.out, values, repeat(carrier)))
    except Misfit as problem:
        problem.within(place or f"[{len(wires)}]")
        raise
    return wires


def all_back(wires: list[Wire], item: Codec, carrier: Carrier, place: str = "") -> list[Any]:
    """Return the values of wires; the list of wires itself where they are the values."""
    if item.plain.issuperset(map(type, wires)):
        return wires
    values: list[Any] = []
    try:
        values.extend(map(item.back, wires, repeat(carrier)))
    except Misfit as problem:
        problem.within(place or f"[{len(values)}]")
        raise
    return values


def each_out(
    codecs: Sequence[Codec], values: Iterable[Any], carrier: Carrier, places: Sequence[str] = ()
) -> list[Wire]:
    """Return the wires of values, each by its own codec.

    Args:
        codecs: At least as many as values.
        values: The values.
        carrier: The message.
        places: Where each stands; by default ``[index]``.
    """
    wires: list[Wire] = []
    try:
        for codec, each in zip(codecs, values):  # noqa: B905 - naming strict takes as long as a small value
            wires.append(codec.out(each, carrier))
    except Misfit as problem:
        problem.within(places[len(wires)] if places else f"[{len(wires)}]")
        raise
    return wires


def each_back(
    codecs: Sequence[Codec], wires: Iterable[Wire], carrier: Carrier, places: Sequence[str] = ()
) -> list[Any]:
    """Return the values of wires, each by its own codec; as `each_out`."""
    values: list[Any] = []
    try:
        for codec, each in zip(codecs, wires):  # noqa: B905 - as above
            values.append(codec.back(each, carrier))
    except Misfit as problem:
        problem.within(places[len(values)] if places else f"[{len(values)}]")
        raise
    return values
