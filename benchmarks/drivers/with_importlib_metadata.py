"""The driver with the standard library's entry points."""

from __future__ import annotations

import argparse
from importlib.metadata import entry_points

from greeter import Greeter  # noqa: TC001  (at run time too, as the driver that is measured has it)


def main() -> int:
    """Greet in the language of the first argument."""
    parser = argparse.ArgumentParser(prog="greeter-importlib-metadata")
    parser.add_argument("language", nargs="?", default="english")
    language: str = parser.parse_args().language
    found = tuple(entry_points(group="greeter.plugins", name=language))
    if not found:
        print("don't speak that language")
        return 1
    greeter: Greeter = found[0].load()
    print(greeter.greet())
    return 0
