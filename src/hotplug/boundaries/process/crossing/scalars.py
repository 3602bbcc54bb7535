"""Numbers, text and truth: what is its own wire, but for integers beyond 64 bits and lone surrogates.

A large integer crosses as the bytes of its two's complement, little end first; text that UTF-8 cannot hold as what
the error handler ``surrogatepass`` makes of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotplug.contract.shapes import Integer

from .wire import HIGHEST, LOWEST, Misfit, class_of, listed, unfit, unlike

if TYPE_CHECKING:
    from .wire import Carrier, Ways, Wire


def none() -> Ways:
    """Return the ways of None."""

    def out(value: Any, _: Carrier) -> Wire:
        if value is not None:
            raise unfit(value, "None")

    def back(wire: Wire, _: Carrier) -> Any:
        if wire is not None:
            raise unlike(wire, "None")

    return out, back


def boolean() -> Ways:
    """Return the ways of a bool."""

    def out(value: Any, _: Carrier) -> Wire:
        if type(value) is not bool:
            raise unfit(value, "bool")
        return value

    def back(wire: Wire, _: Carrier) -> Any:
        if type(wire) is not bool:
            raise unlike(wire, "bool")
        return wire

    return out, back


def integer(shape: Integer) -> Ways:
    """Return the ways of an int, within the bounds of its shape."""
    low, high = shape.lowest, shape.highest
    lowest = LOWEST if low is None else max(low, LOWEST)
    highest = HIGHEST if high is None else min(high, HIGHEST)

    def out(value: Any, _: Carrier) -> Wire:
        kind = class_of(value)
        if kind is not int and kind is not bool:
            raise unfit(value, shape)
        if lowest <= value <= highest:
            return value
        if (low is None or low <= value) and (high is None or value <= high):
            return large(value)
        raise Misfit("", f"{shown(value)} is not in {shape}")

    def back(wire: Wire, _: Carrier) -> Any:
        kind = class_of(wire)
        value = int.from_bytes(wire, "little", signed=True) if kind is bytes else wire
        if kind is not int and kind is not bool and kind is not bytes:
            raise unlike(wire, shape)
        if (low is None or low <= value) and (high is None or value <= high):
            return value
        raise Misfit("", f"{shown(value)} is not in {shape}")

    def unbounded_out(value: Any, _: Carrier) -> Wire:
        if type(value) is int:
            return value if LOWEST <= value <= HIGHEST else large(value)
        if type(value) is bool:
            return value
        raise unfit(value, shape)

    def unbounded_back(wire: Wire, carrier: Carrier) -> Any:
        return wire if type(wire) is int else back(wire, carrier)

    return (unbounded_out, unbounded_back) if shape == Integer() else (out, back)


def floating() -> Ways:
    """Return the ways of a float; an int or a bool in its place stays one (PEP 484's promotion)."""
    integer_out, integer_back = integer(Integer())

    def out(value: Any, carrier: Carrier) -> Wire:
        if type(value) is float:
            return value
        if type(value) is int or type(value) is bool:
            return integer_out(value, carrier)
        raise unfit(value, "float")

    def back(wire: Wire, carrier: Carrier) -> Any:
        return wire if type(wire) is float else integer_back(wire, carrier)

    return out, back


def complex_number() -> Ways:
    """Return the ways of a complex, as its two parts; a float, an int or a bool in its place stays one."""
    float_out, float_back = floating()

    def out(value: Any, carrier: Carrier) -> Wire:
        return [value.real, value.imag] if type(value) is complex else float_out(value, carrier)

    def back(wire: Wire, carrier: Carrier) -> Any:
        if class_of(wire) is not list:
            return float_back(wire, carrier)
        real, imaginary = listed(wire, 2, "complex")
        if type(real) is not float or type(imaginary) is not float:
            raise unlike(wire, "complex")
        return complex(real, imaginary)

    return out, back


def text() -> Ways:
    """Return the ways of a str."""

    def out(value: Any, _: Carrier) -> Wire:
        if type(value) is not str:
            raise unfit(value, "str")
        return value if value.isascii() else text_out(value)

    def back(wire: Wire, _: Carrier) -> Any:
        return wire if type(wire) is str else text_back(wire)

    return out, back


def text_out(value: str) -> Wire:
    """Return the wire of a text: itself, or bytes where UTF-8 cannot hold it."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")
    return value


def text_back(wire: Wire) -> str:
    """Return the text of its wire."""
    if type(wire) is str:
        return wire
    if type(wire) is bytes:
        try:
            return wire.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            pass
    raise unlike(wire, "str")


def integer_range() -> Ways:
    """Return the ways of a range, as its start, stop and step."""

    def out(value: Any, _: Carrier) -> Wire:
        if type(value) is not range:
            raise unfit(value, "range")
        return [large(each) for each in (value.start, value.stop, value.step)]

    def back(wire: Wire, _: Carrier) -> Any:
        start, stop, step = map(whole, listed(wire, 3, "range"))
        if step == 0:
            raise unlike(wire, "range")
        return range(start, stop, step)

    return out, back


def large(value: int) -> Wire:
    """Return the wire of an int of any size."""
    if LOWEST <= value <= HIGHEST:
        return value
    return value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)


def whole(wire: Wire) -> int:
    """Return the int of its wire; a bool is none here."""
    if type(wire) is int:
        return wire
    if type(wire) is bytes:
        return int.from_bytes(wire, "little", signed=True)
    raise unlike(wire, "int")


def shown(value: int) -> str:
    """Return the int for a message: Python spells no very large ones."""
    return str(value) if LOWEST <= value <= HIGHEST else f"an int of {value.bit_length()} bits"
