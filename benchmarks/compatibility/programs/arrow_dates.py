"""Parses, shifts, ranges and formats moments, in several languages."""

import datetime
import pickle

WHEELS = ("arrow==1.4.0",)


def run() -> str:
    import arrow
    from arrow import locales
    from arrow.parser import ParserError

    moment = arrow.get("2024-02-29T15:30:45.123456+01:00")
    then = arrow.get(2024, 3, 3)
    lines = [
        str(moment.to("UTC")),
        repr(moment.shift(months=+1, days=-3).floor("hour")),
        moment.format("dddd, D. MMMM YYYY [at] HH:mm:ss ZZ W"),
        str(arrow.get("29 février 2024", "D MMMM YYYY", locale="fr")),
        str([m.format("MM-DD") for m in arrow.Arrow.range("week", moment, moment.shift(weeks=3))]),
        str([str(span[0].date()) for span in arrow.Arrow.span_range("month", moment, moment.shift(months=2))]),
        str(pickle.loads(pickle.dumps(moment)) == moment),
        str(moment.is_between(then.shift(days=-9), then)),
        str(moment.dehumanize("in 2 days") - moment),
        str(arrow.get(1709218845.5)),
        str(moment.isocalendar()),
        str(max(moment, then) is then),
    ]
    for name in ("en", "de", "ru", "ko", "ar", "zh-cn", "sv"):
        lines.append(f"{moment.humanize(then, locale=name)} {moment.format('MMMM', locale=name)}")
    lines.append(moment.humanize(then, granularity=["day", "hour"]))

    class Own(locales.EnglishLocale):
        names = ["own"]
        now = "this very moment"

    lines.append(moment.humanize(moment, locale="own"))

    class Day(arrow.Arrow):
        def workday(self):
            return self.weekday() < 5

    factory = arrow.ArrowFactory(Day)
    lines.append(f"{factory.get('2024-03-02').workday()} {type(factory.utcnow()).__name__}")
    try:
        arrow.get("nonsense", "YYYY")
    except ParserError as error:
        lines.append(str(error))
    lines.append(str(arrow.get(datetime.date(2024, 1, 1)).date()))
    try:
        locales.get_locale("xx")
    except ValueError as error:
        lines.append(str(error))
    return "\n".join(lines)
