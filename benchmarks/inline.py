"""What an inline symbol costs, measured in the interpreter of an environment; prints JSON.

Figures are in nanoseconds, each the median over the rounds in which all of them were measured.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from timeit import Timer
from typing import Protocol

import hotplug

ROUNDS = 30


class Greeter(Protocol):
    """What the plugin exports."""

    def greet(self) -> str:
        """Return the greeting."""
        ...


SOURCE = """
class Greeting:
    def greet(self) -> str:
        return "Hello Universe"

Greeter = Greeting()

def f() -> None:
    pass
"""


def f() -> None:
    """Do nothing, as the plugin's function of that name does."""


def measure(path: str) -> dict[str, float]:
    """Open the plugin at a path and measure its symbols."""
    with hotplug.open(path) as plugin:
        module = plugin.lookup("plain:")
        looked_up = plugin.lookup("f")
        if looked_up is not module.__dict__["f"]:
            raise SystemExit("lookup returned something else than the module's own object")
        names: dict[str, object] = {"plugin": plugin, "Greeter": Greeter, "f": f, "looked_up": looked_up}
        timers = {
            "lookup": (Timer("plugin.lookup('Greeter')", globals=names), 2_000),
            "checked": (Timer("plugin.lookup('Greeter', Greeter)", globals=names), 500),
            "call": (Timer("looked_up()", globals=names), 100_000),
            "direct": (Timer("f()", globals=names), 100_000),
        }
        rounds: dict[str, list[float]] = {name: [] for name in timers}
        for _ in range(ROUNDS):
            for name, (timer, times) in timers.items():
                rounds[name].append(timer.timeit(times) / times * 1e9)
    return {name: statistics.median(each) for name, each in rounds.items()}


def main() -> None:
    """Write the plugin, measure it, and print what was found."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "plain.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(SOURCE)
        json.dump(measure(path), sys.stdout)


if __name__ == "__main__":
    main()
