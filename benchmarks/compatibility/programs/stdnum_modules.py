"""Validates numbers of many countries by modules that are found by their names."""

WHEELS = ("python-stdnum==2.2",)


def run() -> str:
    import stdnum
    from stdnum import get_cc_module, iban, imsi, isbn, luhn
    from stdnum.exceptions import ValidationError
    from stdnum.util import get_number_modules

    modules = sorted(module.__name__ for module in get_number_modules())
    lines = [str(len(modules)), modules[0], modules[-1], str(modules[100:104])]
    for country, kind, number in (
        ("nl", "bsn", "111222333"),
        ("be", "vat", "BE403019261"),
        ("de", "vat", "136695976"),
    ):
        module = get_cc_module(country, kind)
        try:
            lines.append(f"{module.__name__} {module.validate(number)} {module.__doc__.splitlines()[0]}")
        except ValidationError as error:
            lines.append(f"{module.__name__} {type(error).__name__} {error} {type(error).__module__}")
    lines.append(str(get_cc_module("zz", "vat")))
    lines.append(isbn.format("9780471117094"))
    lines.append(str(isbn.split("9024538270")))
    lines.append(str(imsi.info("460001234567890")))
    lines.append(iban.format("GR1601101050000010547023795"))
    lines.append(str(luhn.is_valid("7894")))
    lines.append(stdnum.__version__)
    return "\n".join(lines)
