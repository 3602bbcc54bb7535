"""Formats dates, numbers, plurals and lists in several locales, and compiles a catalog of messages."""

import datetime
import io

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta, get_timezone
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.numbers import format_currency, format_decimal, format_percent, parse_decimal
from babel.support import Translations

WHEELS = ("babel==2.17.0",)


def run() -> str:
    day = datetime.datetime(2024, 2, 29, 15, 30, tzinfo=get_timezone("UTC"))
    lines = []
    for name in ("en_US", "de_CH", "ru", "ar_EG", "zh_Hans_CN", "sv"):
        locale = Locale.parse(name)
        lines += [
            f"{locale.english_name}: {locale.display_name}",
            format_date(day, "full", locale=locale),
            format_datetime(day, "EEE, d MMM y HH:mm zzzz", tzinfo=get_timezone("Europe/Zurich"), locale=locale),
            format_decimal(1234567.891, locale=locale) + " " + format_currency(-42.5, "EUR", locale=locale),
            format_percent(0.256, locale=locale, decimal_quantization=False),
            format_timedelta(datetime.timedelta(days=45), locale=locale, add_direction=True),
            format_list(["a", "b", "c"], locale=locale),
            " ".join(locale.plural_form(number) for number in (0, 1, 2, 5, 21)),
        ]
    lines.append(str(parse_decimal("1.234,5", locale="de")))
    try:
        Locale.parse("xx_YY")
    except UnknownLocaleError as error:
        lines.append(str(error))
    source = io.BytesIO(b"def f():\n    # NOTE: greets\n    print(_('hello'), ngettext('one', 'many', 2))\n")
    catalog = Catalog(locale="de", project="demo", header_comment="# none", creation_date=day, revision_date=day)
    for line, message, comments, _ in extract("python", source, comment_tags=("NOTE",)):
        catalog.add(message, locations=[("f.py", line)], auto_comments=comments)
    catalog["hello"].string = "hallo"
    buffer = io.BytesIO()
    write_po(buffer, catalog, omit_header=True)
    lines.append(buffer.getvalue().decode())
    buffer.seek(0)
    compiled = io.BytesIO()
    write_mo(compiled, read_po(buffer, locale="de"))
    compiled.seek(0)
    lines.append(Translations(compiled).gettext("hello"))
    return "\n".join(lines)
