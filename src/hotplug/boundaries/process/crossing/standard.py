"""Decimal, Fraction, UUID and paths: each as the text or the numbers that its class makes it from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .scalars import large, text_back, text_out, whole
from .wire import Misfit, class_of, listed, unfit, unlike

if TYPE_CHECKING:
    import pathlib

    from .wire import Carrier, Ways, Wire

_MOST_BITS = 1 << 18
_PATHS = {
    "pathlib.Path": ("PosixPath", "WindowsPath"),
    "pathlib.PurePath": ("PurePosixPath", "PureWindowsPath", "PosixPath", "WindowsPath"),
    "pathlib.PurePosixPath": ("PurePosixPath", "PosixPath"),
    "pathlib.PureWindowsPath": ("PureWindowsPath", "WindowsPath"),
}


def decimal() -> Ways:
    """Return the ways of a Decimal, as its text, which is exact, with sign, zeros and NaN's payload."""
    from decimal import Decimal, InvalidOperation

    def out(value: Any, _: Carrier) -> Wire:
        if type(value) is not Decimal:
            raise unfit(value, "decimal.Decimal")
        return str(value)

    def back(wire: Wire, _: Carrier) -> Any:
        if type(wire) is str:
            try:
                return Decimal(wire)
            except (InvalidOperation, ValueError):
                pass
        raise unlike(wire, "decimal.Decimal")

    return out, back


def fraction() -> Ways:
    """Return the ways of a Fraction, as its numerator and denominator."""
    from fractions import Fraction

    def out(value: Any, _: Carrier) -> Wire:
        if type(value) is not Fraction:
            raise unfit(value, "fractions.Fraction")
        return [large(value.numerator), large(value.denominator)]

    def back(wire: Wire, _: Carrier) -> Any:
        numerator, denominator = map(whole, listed(wire, 2, "fractions.Fraction"))
        # Their divisor is looked for in the square of the time that their digits take, and no other thread runs.
        if denominator < 1 or max(numerator.bit_length(), denominator.bit_length()) > _MOST_BITS:
            raise unlike(wire, "fractions.Fraction")
        return Fraction(numerator, denominator)

    return out, back


def identifier() -> Ways:
    """Return the ways of a UUID, as its 16 bytes; with the name of how safe it is, where that is known."""
    from uuid import UUID, SafeUUID

    safeties = {each.name: each for each in SafeUUID}

    def out(value: Any, _: Carrier) -> Wire:
        if type(value) is not UUID:
            raise unfit(value, "uuid.UUID")
        held = value.int.to_bytes(16, "big")
        return held if value.is_safe is SafeUUID.unknown else [held, value.is_safe.name]

    def back(wire: Wire, _: Carrier) -> Any:
        held, safety = listed(wire, 2, "uuid.UUID") if class_of(wire) is list else (wire, "unknown")
        if type(held) is not bytes or len(held) != 16 or type(safety) is not str or safety not in safeties:  # noqa: PLR2004
            raise unlike(wire, "uuid.UUID")
        return UUID(int=int.from_bytes(held, "big"), is_safe=safeties[safety])

    return out, back


def path(name: str) -> Ways:
    """Return the ways of a path, as its text; with its class where several fit the shape and exist here."""
    import pathlib

    names = _PATHS.get(name) or (name.removeprefix("pathlib."),)
    classes: dict[str, type[pathlib.PurePath]] = {each: getattr(pathlib, each) for each in names}
    tags: dict[type[object], str] = {cls: each for each, cls in classes.items()}
    alone = names[0] if len(names) == 1 else None

    def out(value: Any, _: Carrier) -> Wire:
        tag = tags.get(class_of(value))
        if tag is None:
            raise unfit(value, name)
        held = text_out(str(value))
        return held if tag == alone else [tag, held]

    def back(wire: Wire, _: Carrier) -> Any:
        tag, held = listed(wire, 2, name) if class_of(wire) is list else (alone, wire)
        if type(tag) is not str or tag not in classes:
            raise unlike(wire, name)
        try:
            return classes[tag](text_back(held))
        except NotImplementedError as problem:
            raise Misfit("", f"{problem}") from None

    return out, back
