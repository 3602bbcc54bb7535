"""The driver with stevedore, whose DriverManager loads one plugin by its name."""

from __future__ import annotations

import argparse
from typing import cast

from stevedore.driver import DriverManager
from stevedore.exception import NoMatches

from greeter import Greeter  # noqa: TC001  (at run time too, as the driver that is measured has it)


def main() -> int:
    """Greet in the language of the first argument."""
    parser = argparse.ArgumentParser(prog="greeter-stevedore")
    parser.add_argument("language", nargs="?", default="english")
    language: str = parser.parse_args().language
    try:
        greeter = cast("Greeter", DriverManager("greeter.plugins", language).driver)
    except NoMatches:
        print("don't speak that language")
        return 1
    print(greeter.greet())
    return 0
