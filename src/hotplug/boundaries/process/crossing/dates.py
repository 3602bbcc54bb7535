"""Dates, times, durations and time zones, by their numbers.

A time zone crosses as its IANA key, or as its fixed offset and name. A datetime in a zone of another class has no
name that another interpreter would know.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from typing import TYPE_CHECKING, Any, cast

from .scalars import text_back, text_out
from .wire import Misfit, class_of, listed, unfit, unlike

if TYPE_CHECKING:
    from .wire import Carrier, Ways, Wire

_DATETIME: Any = dt.datetime
_TIME: Any = dt.time
# The key names a file below the folders of time zones: no dots, so that it is nothing else.
_KEY = re.compile(r"[A-Za-z0-9_+\-]{1,60}(/[A-Za-z0-9_+\-]{1,60}){0,5}")


def date() -> Ways:
    """Return the ways of a date, as its ordinal; a datetime in its place stays one."""
    moment_out, moment_back = moment()

    def out(value: Any, carrier: Carrier) -> Wire:
        return value.toordinal() if type(value) is dt.date else moment_out(value, carrier)

    def back(wire: Wire, carrier: Carrier) -> Any:
        if class_of(wire) is list:
            return moment_back(wire, carrier)
        if type(wire) is int and 1 <= wire <= dt.date.max.toordinal():
            return dt.date.fromordinal(wire)
        raise unlike(wire, "datetime.date")

    return out, back


def moment() -> Ways:
    """Return the ways of a datetime: seven numbers, then fold and zone unless there are none."""

    def out(value: Any, _: Carrier) -> Wire:
        if type(value) is not dt.datetime:
            raise unfit(value, "datetime.datetime")
        return [
            value.year,
            value.month,
            value.day,
            value.hour,
            value.minute,
            value.second,
            value.microsecond,
            *_zoned(value),
        ]

    def back(wire: Wire, _: Carrier) -> Any:
        numbers, fold, zone = _numbers(wire, 7, "datetime.datetime")
        try:
            return _DATETIME(*numbers, zone, fold=fold)
        except (ValueError, OverflowError) as problem:
            raise Misfit("", f"what came for datetime.datetime is none: {problem}") from None

    return out, back


def time() -> Ways:
    """Return the ways of a time: four numbers, then fold and zone unless there are none."""

    def out(value: Any, _: Carrier) -> Wire:
        if type(value) is not dt.time:
            raise unfit(value, "datetime.time")
        return [value.hour, value.minute, value.second, value.microsecond, *_zoned(value)]

    def back(wire: Wire, _: Carrier) -> Any:
        numbers, fold, zone = _numbers(wire, 4, "datetime.time")
        try:
            return _TIME(*numbers, zone, fold=fold)
        except (ValueError, OverflowError) as problem:
            raise Misfit("", f"what came for datetime.time is none: {problem}") from None

    return out, back


def duration() -> Ways:
    """Return the ways of a timedelta, as its days, seconds and microseconds."""

    def out(value: Any, _: Carrier) -> Wire:
        if type(value) is not dt.timedelta:
            raise unfit(value, "datetime.timedelta")
        return _parts(value)

    def back(wire: Wire, _: Carrier) -> Any:
        return _duration(wire)

    return out, back


def zone(name: str) -> Ways:
    """Return the ways of a time zone.

    Args:
        name: ``datetime.tzinfo``, or the one of the two classes that it must have.
    """

    def out(value: Any, _: Carrier) -> Wire:
        wire = _zone_out(value)
        if wire is None or not _admits(wire):
            raise unfit(value, name)
        return wire

    def back(wire: Wire, _: Carrier) -> Any:
        value = _zone_back(wire)
        if value is None or not _admits(wire):
            raise unlike(wire, name)
        return value

    def _admits(wire: Wire) -> bool:
        return name == "datetime.tzinfo" or (name == "zoneinfo.ZoneInfo") is (type(wire) is str)

    return out, back


def _zoned(value: Any) -> list[Wire]:
    """Return the fold and the zone, or nothing if there are none."""
    zone: object = value.tzinfo
    return [] if zone is None and not value.fold else [value.fold, _zone_out(zone)]


def _numbers(wire: Wire, count: int, shape: str) -> tuple[list[int], int, dt.tzinfo | None]:
    if class_of(wire) is not list or len(wire) not in {count, count + 2}:
        raise unlike(wire, shape)
    numbers = wire[:count]
    fold, zone = wire[count:] or (0, None)
    if set(map(type, numbers)) != {int} or type(fold) is not int:
        raise unlike(wire, shape)
    return numbers, fold, None if zone is None else _zone_back(zone)


def _parts(value: dt.timedelta) -> list[int]:
    return [value.days, value.seconds, value.microseconds]


def _duration(wire: Wire) -> dt.timedelta:
    parts = listed(wire, 3, "datetime.timedelta")
    if set(map(type, parts)) != {int}:
        raise unlike(wire, "datetime.timedelta")
    try:
        return dt.timedelta(*parts)
    except OverflowError as problem:
        raise Misfit("", f"what came for datetime.timedelta is none: {problem}") from None


def _zone_out(zone: Any) -> Wire:
    if zone is None:
        return None
    if type(zone) is dt.timezone:
        # The class's own way to make another one of the kind: the offset, and the name if it was given one.
        given: Any = cast("Any", zone).__getinitargs__()
        return [_parts(given[0]), *map(text_out, given[1:])]
    zoneinfo = sys.modules.get("zoneinfo")
    if zoneinfo is not None and type(zone) is zoneinfo.ZoneInfo:
        key: object = zone.key
        if type(key) is str and _KEY.fullmatch(key):
            return key
    raise Misfit("", "its time zone has no name that another interpreter would know")


def _zone_back(wire: Wire) -> dt.tzinfo | None:
    if type(wire) is str and _KEY.fullmatch(wire):
        import zoneinfo

        try:
            return zoneinfo.ZoneInfo(wire)
        except Exception as problem:  # noqa: BLE001 - a key may be a folder, or a file that is no time zone
            raise Misfit("", f"the time zone {wire} is not known here: {problem}") from None
    if class_of(wire) is list and 1 <= len(wire) <= 2:  # noqa: PLR2004  (an offset, and a name)
        offset, *name = wire
        try:
            return dt.timezone(_duration(offset), *map(text_back, name))
        except ValueError as problem:
            raise Misfit("", f"what came for datetime.timezone is none: {problem}") from None
    raise unlike(wire, "datetime.tzinfo")
