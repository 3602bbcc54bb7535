"""Bytes and what looks like them: out of band from 64 KiB on, not copied by the sender.

A ``bytes`` that came out of band is the very object that was received; what can be written to is made of it by one
copy.
"""

from __future__ import annotations

import array
from math import prod
from typing import TYPE_CHECKING, Any

from .wire import Misfit, class_of, listed, send, taken, unfit, unlike

if TYPE_CHECKING:
    from .wire import Carrier, Ways, Wire

# What a memoryview can be cast to, all of them without meaning outside of numbers.
_FORMATS = frozenset("cbB?hHiIlLqQnNfd")
_MOST_SIZES = 64  # as a memoryview has them
_CODES = frozenset(array.typecodes)


def immutable() -> Ways:
    """Return the ways of bytes."""

    def out(value: Any, carrier: Carrier) -> Wire:
        if type(value) is not bytes:
            raise unfit(value, "bytes")
        return send(value, carrier)

    def back(wire: Wire, carrier: Carrier) -> Any:
        # Of an exact bytes this is the same object.
        return bytes(taken(wire, carrier))

    return out, back


def mutable() -> Ways:
    """Return the ways of a bytearray."""

    def out(value: Any, carrier: Carrier) -> Wire:
        if type(value) is not bytearray:
            raise unfit(value, "bytearray")
        return send(value, carrier)

    def back(wire: Wire, carrier: Carrier) -> Any:
        segment = taken(wire, carrier)
        return segment if type(segment) is bytearray else bytearray(segment)

    return out, back


def view() -> Ways:
    """Return the ways of a memoryview: its content with format and shape, over memory of its own."""

    def out(value: Any, carrier: Carrier) -> Wire:
        if class_of(value) is not memoryview:
            raise unfit(value, "memoryview")
        try:
            kind, shape = str(value.format).removeprefix("@"), list(value.shape)
            if kind not in _FORMATS or (0 in shape and (len(shape) > 1 or kind not in _CODES)):
                reason = f"no memoryview of format {value.format!r} and shape {value.shape} can be made anew"
                raise Misfit("", reason)
            in_a_row = value.nbytes and value.c_contiguous and shape
            return [send(value.cast("B") if in_a_row else value.tobytes(), carrier), kind, shape, value.readonly]
        except ValueError as problem:  # it was released
            raise Misfit("", str(problem)) from None

    def back(wire: Wire, carrier: Carrier) -> Any:
        content, kind, shape, readonly = listed(wire, 4, "memoryview")
        if type(kind) is not str or kind not in _FORMATS or type(readonly) is not bool:
            raise unlike(wire, "memoryview")
        if class_of(shape) is not list or len(shape) > _MOST_SIZES:
            raise unlike(wire, "memoryview")
        if any(type(each) is not int or each < 0 for each in shape):
            raise unlike(wire, "memoryview")
        held = taken(content, carrier)
        if shape == [0] and not held and kind in _CODES:
            # Nothing cannot be cast.
            empty: array.array[Any] = array.array(kind)
            return memoryview(empty).toreadonly() if readonly else memoryview(empty)
        made: Any = memoryview(bytes(held) if readonly else bytearray(held))
        try:
            made = made.cast(kind)
            if prod(shape) != len(made):
                raise unlike(wire, "memoryview")
            return made if len(shape) == 1 else made.cast("B").cast(kind, shape)
        except (TypeError, ValueError) as problem:
            raise Misfit("", f"what came for memoryview is none: {problem}") from None

    return out, back


def machine_array() -> Ways:
    """Return the ways of an ``array.array``: its typecode and its content."""

    def out(value: Any, carrier: Carrier) -> Wire:
        if class_of(value) is not array.array:
            raise unfit(value, "array.array")
        code = value.typecode
        # Characters have no format that a view can be cast from.
        flat = value and code not in {"u", "w"}
        return [code, send(memoryview(value).cast("B") if flat else value.tobytes(), carrier)]

    def back(wire: Wire, carrier: Carrier) -> Any:
        code, content = listed(wire, 2, "array.array")
        if type(code) is not str or code not in _CODES:
            raise unlike(wire, "array.array")
        made: array.array[Any] = array.array(code)
        try:
            made.frombytes(taken(content, carrier))
            if code in {"u", "w"}:
                made.tounicode()
        except ValueError as problem:
            raise Misfit("", f"what came for array.array is none: {problem}") from None
        return made

    return out, back
