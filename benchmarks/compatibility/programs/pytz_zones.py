"""Localises and normalises moments in time zones read from the data that the wheel carries, and pickles them."""

import datetime
import pickle

import pytz
from pytz import AmbiguousTimeError, NonExistentTimeError, UnknownTimeZoneError

WHEELS = ("pytz==2025.2",)


def run() -> str:
    zurich, york = pytz.timezone("Europe/Zurich"), pytz.timezone("US/Eastern")
    moment = zurich.localize(datetime.datetime(2024, 7, 1, 12))
    lines = [
        str(moment.astimezone(york)),
        repr(zurich),
        repr(moment.tzinfo),
        str(zurich.normalize(moment + datetime.timedelta(days=180))),
        str(len(pytz.all_timezones) > 500),
        str(pytz.country_timezones("ch")),
        pytz.country_names["se"],
        str(pickle.loads(pickle.dumps(zurich)) is zurich),
        str(pickle.loads(pickle.dumps(moment)) == moment),
        str(pickle.loads(pickle.dumps(pytz.utc)) is pytz.utc),
        repr(pytz.FixedOffset(90)),
        str("Europe/Bern" in pytz.all_timezones_set),
        pytz.resource_exists("Europe/Paris") and "there",
    ]
    for error_type, when in (
        (AmbiguousTimeError, datetime.datetime(2024, 10, 27, 2, 30)),
        (NonExistentTimeError, datetime.datetime(2024, 3, 31, 2, 30)),
    ):
        try:
            zurich.localize(when, is_dst=None)
        except error_type as error:
            lines.append(f"{type(error).__name__} {error}")
    try:
        pytz.timezone("Mars/Base")
    except UnknownTimeZoneError as error:
        lines.append(repr(error))
    with pytz.open_resource("zone.tab") as file:
        lines.append(str(b"Zurich" in file.read()))
    return "\n".join(lines)
