"""The driver with pluggy, which is asked for one plugin by its name."""

from __future__ import annotations

import argparse
from typing import cast

import pluggy

from greeter import Greeter  # noqa: TC001  (at run time too, as the driver that is measured has it)


def main() -> int:
    """Greet in the language of the first argument."""
    parser = argparse.ArgumentParser(prog="greeter-pluggy")
    parser.add_argument("language", nargs="?", default="english")
    language: str = parser.parse_args().language
    manager = pluggy.PluginManager("greeter")
    if not manager.load_setuptools_entrypoints("greeter.plugins", name=language):
        print("don't speak that language")
        return 1
    greeter = cast("Greeter", manager.get_plugin(language))
    print(greeter.greet())
    return 0
