"""Parses, formats, finds and describes telephone numbers of several regions."""

WHEELS = ("phonenumbers==9.0.17",)


def run() -> str:
    import pickle

    import phonenumbers
    from phonenumbers import (
        AsYouTypeFormatter,
        NumberParseException,
        PhoneNumberFormat,
        PhoneNumberMatcher,
        carrier,
        geocoder,
    )
    from phonenumbers import timezone as zones

    lines = []
    for text, region in (
        ("044 668 18 00", "CH"),
        ("+1 650-253-0000", None),
        ("020 8366 1177", "GB"),
        ("08-123 456 78", "SE"),
    ):
        number = phonenumbers.parse(text, region)
        lines.append(
            " | ".join(
                [
                    phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL),
                    phonenumbers.format_number(number, PhoneNumberFormat.E164),
                    phonenumbers.format_out_of_country_calling_number(number, "US"),
                    str(phonenumbers.is_valid_number(number)),
                    str(phonenumbers.PhoneNumberType.to_string(phonenumbers.number_type(number))),
                    geocoder.description_for_number(number, "en"),
                    geocoder.description_for_number(number, "de"),
                    str(zones.time_zones_for_number(number)),
                    phonenumbers.region_code_for_number(number),
                ]
            )
        )
    lines.append(carrier.name_for_number(phonenumbers.parse("+41798765432"), "en"))
    typing = AsYouTypeFormatter("CH")
    lines += [typing.input_digit(digit) for digit in "0446681800"]
    found = PhoneNumberMatcher("call 650 253 0000 or (212) 555-1234.", "US")
    lines += [f"{match.start}-{match.end} {match.raw_string}" for match in found]
    try:
        phonenumbers.parse("gibberish", "CH")
    except NumberParseException as error:
        lines.append(f"{error.error_type} {error}")
    lines.append(str(phonenumbers.is_number_match("+41446681800", "044 668 18 00")))
    lines.append(repr(phonenumbers.example_number("NO")))
    number = phonenumbers.example_number("JP")
    lines.append(str(pickle.loads(pickle.dumps(number)) == number))
    return "\n".join(lines)
