"""Parses dates, computes recurrences, Easter and time zones from the data that the wheel carries."""

import datetime
import pickle

from dateutil import easter, parser, relativedelta, rrule, tz, utils, zoneinfo
from dateutil.parser import ParserError, isoparse

WHEELS = ("python-dateutil==2.9.0.post0",)


class German(parser.parserinfo):
    MONTHS = [("Januar",), ("Februar",), ("März",), *[(f"M{n}",) for n in range(4, 13)]]


def run() -> str:
    start = datetime.datetime(2024, 1, 31, 9)
    lines = [
        str(parser.parse("Thu, 29 Feb 2024 15:30:45 +0100")),
        str(parser.parse("3. März 2024", parserinfo=German(dayfirst=True))),
        str(parser.parse("meet me on 2024-03-01 at noonish 12:00", fuzzy_with_tokens=True)),
        str(isoparse("2024W091T12")),
        str(start + relativedelta.relativedelta(months=1, weekday=relativedelta.FR(-1))),
        repr(relativedelta.relativedelta(datetime.datetime(2024, 2, 29), datetime.datetime(1999, 12, 31))),
        str([d.strftime("%m-%d") for d in rrule.rrule(rrule.MONTHLY, count=4, bymonthday=-1, dtstart=start)]),
        str(easter.easter(2024)),
        str(utils.within_delta(start, start + datetime.timedelta(seconds=1), datetime.timedelta(seconds=2))),
    ]
    rules = rrule.rrulestr(
        "DTSTART:20240101T090000\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4\nEXDATE:20240103T090000"
    )
    lines.append(str([d.day for d in rules]))
    lines.append(str(rrule.rrule(rrule.YEARLY, dtstart=start, byeaster=0, count=2)))
    bern = zoneinfo.get_zonefile_instance().get("Europe/Zurich")
    summer = datetime.datetime(2024, 7, 1, tzinfo=bern)
    lines += [f"{summer.utcoffset()} {summer.tzname()}", str(len(zoneinfo.get_zonefile_instance().zones) > 400)]
    lines.append(str(tz.datetime_ambiguous(datetime.datetime(2024, 10, 27, 2, 30), bern)))
    rule = tz.tzstr("EST5EDT,M3.2.0,M11.1.0")
    lines.append(str(datetime.datetime(2024, 7, 1, tzinfo=rule).utcoffset()))
    lines.append(repr(tz.tzoffset("X", 3600)))
    for value in (tz.UTC, rule, relativedelta.relativedelta(days=3), tz.gettz("UTC")):
        lines.append(str(pickle.loads(pickle.dumps(value)) == value))
    try:
        parser.parse("not a date")
    except ParserError as error:
        lines.append(str(error))
    import dateutil

    lines.append(str("easter" in dir(dateutil)))
    return "\n".join(lines)
