"""Plain values inside of type forms: what a Literal lists, what stands beside a type in Annotated."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hotplug.boundaries.process.naming.unnameable import Unnameable

if TYPE_CHECKING:
    from hotplug.boundaries.process.naming.data import Data

_LIMITS = ("ge", "gt", "le", "lt")
_LONGEST = 1 << 16  # hexadecimal digits; no bound and no flag has as many


class Bounds:
    """What metadata of Annotated says of an int, as annotated-types does: greater or less than, or equal."""

    __slots__ = _LIMITS

    def __init__(self, ge: int | None, gt: int | None, le: int | None, lt: int | None) -> None:
        self.ge, self.gt, self.le, self.lt = ge, gt, le, lt


def constant_data(value: object) -> Data:
    """Return a constant as data; None where the value is not one."""
    kind = type(value)
    if value is None or kind is bool:
        return ["as is", cast("bool | None", value)]
    if kind is str:
        text = cast("str", value)
        try:
            text.encode()
        except UnicodeEncodeError:  # lone surrogates have no UTF-8
            return ["surrogates", text.encode("utf-8", "surrogatepass").hex()]
        return ["as is", text]
    if kind is int:
        return ["int", number_data(cast("int", value))]
    if kind is float:
        return ["float", cast("float", value).hex()]
    return ["bytes", cast("bytes", value).hex()] if kind is bytes else None


def constant_of(data: object) -> object:
    """Return the constant that data says.

    Raises:
        Unnameable: If it says none.
    """
    kind, said = _pair(data)
    if kind == "as is" and (said is None or type(said) is bool or type(said) is str):
        return said
    if kind == "int":
        return number_of(said)
    if type(said) is str:
        try:
            if kind == "float":
                return float.fromhex(said)
            if kind == "bytes":
                return bytes.fromhex(said)
            if kind == "surrogates":
                return bytes.fromhex(said).decode("utf-8", "surrogatepass")
        except (ValueError, OverflowError) as error:
            raise _unreadable() from error
    raise _unreadable()


def bounds_data(value: object) -> Data:
    """Return the bounds that metadata gives an int, as data; None where it gives none."""
    found: list[Data] = []
    for each in _LIMITS:
        try:
            limit: object = getattr(value, each, None)
        except Exception:  # noqa: BLE001  (metadata may be anything)
            limit = None
        found.append(number_data(limit) if type(limit) is int else None)
    return found if any(each is not None for each in found) else None


def bounds_of(data: object) -> Bounds:
    """Return the bounds that data says.

    Raises:
        Unnameable: If it says none.
    """
    if not isinstance(data, list) or len(cast("list[object]", data)) != len(_LIMITS):
        raise _unreadable()
    return Bounds(*(None if each is None else number_of(each) for each in cast("list[object]", data)))


def number_data(number: int) -> str:
    """Return an int of any size as text."""
    return hex(number)


def number_of(said: object) -> int:
    """Return the int that text says.

    Raises:
        Unnameable: If it says none.
    """
    if type(said) is not str or len(said) > _LONGEST:
        raise _unreadable()
    try:
        return int(said, 16)
    except ValueError as error:
        raise _unreadable() from error


def _pair(data: object) -> tuple[str, object]:
    if isinstance(data, list):
        items = cast("list[object]", data)
        if len(items) == 2 and type(items[0]) is str:  # noqa: PLR2004
            return items[0], items[1]
    raise _unreadable()


def _unreadable() -> Unnameable:
    return Unnameable("a constant in a type cannot be read as the other side wrote it", None)
