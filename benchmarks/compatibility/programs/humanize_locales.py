"""Makes numbers, times and sizes readable, in several languages from the catalogs that the wheel carries."""

import datetime

WHEELS = ("humanize==4.14.0",)


def run() -> str:
    import threading

    import humanize

    now = datetime.datetime(2024, 2, 29, 12)
    lines = []

    def speak(name):
        try:
            if name != "en":
                humanize.i18n.activate(name)
            return " | ".join(
                [
                    humanize.intcomma(1234567.25),
                    humanize.intword(12_400_000_000),
                    humanize.ordinal(3),
                    humanize.apnumber(7),
                    humanize.naturalsize(3_000_000, binary=True),
                    humanize.naturaldelta(datetime.timedelta(days=400)),
                    humanize.naturaltime(now - datetime.timedelta(hours=3), when=now),
                    humanize.precisedelta(datetime.timedelta(days=2, hours=3, seconds=4), minimum_unit="minutes"),
                    humanize.naturaldate(datetime.date(1999, 12, 31)),
                    humanize.fractional(0.3),
                    humanize.metric(1.5e-6, "m"),
                    humanize.natural_list(["a", "b", "c"]),
                ]
            )
        finally:
            humanize.i18n.deactivate()

    for name in ("en", "de_DE", "fr_FR", "ru_RU", "zh_CN", "ar", "sv_SE"):
        lines.append(f"{name}: {speak(name)}")
    seen = []
    thread = threading.Thread(target=lambda: seen.append(speak("it_IT")))
    thread.start()
    thread.join()
    lines += seen
    try:
        humanize.i18n.activate("xx_YY")
    except FileNotFoundError as error:
        lines.append(type(error).__name__)
    lines.append(str(humanize.decimal_separator() + humanize.thousands_separator()))
    return "\n".join(lines)
