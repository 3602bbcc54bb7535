"""The driver without any plugin system: it knows which file speaks which language, and loads that file."""

from __future__ import annotations

import argparse
import importlib.util
import os

from greeter import Greeter  # noqa: TC001  (at run time too, as the driver that is measured has it)

FILES = {"english": "eng", "chinese": "chi", "swedish": "swe", "russian": "ru"}


def main() -> int:
    """Greet in the language of the first argument."""
    parser = argparse.ArgumentParser(prog="greeter-by-hand")
    parser.add_argument("language", nargs="?", default="english")
    language: str = parser.parse_args().language
    name = FILES.get(language)
    if name is None:
        print("don't speak that language")
        return 1
    spec = importlib.util.spec_from_file_location(name, os.path.join(os.environ["BY_HAND"], f"{name}.py"))
    if spec is None or spec.loader is None:
        print("don't speak that language")
        return 1
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    greeter: Greeter = module.Greeter
    print(greeter.greet())
    return 0
