"""How long a greeting takes from an empty prompt, beside the same driver in other hands; ``make bench``.

Whole processes, one of each kind in every round, so that what disturbs the machine disturbs all alike. Ratios
are the medians over the rounds of one run's time to another's in the same round. Writes a table and a chart to
``benchmarks/results``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from typing import TYPE_CHECKING, NamedTuple

from chart import bars
from environment import CHECKOUT, PLACE, Environment, set_up
from processes import Process, Times, interleaved

if TYPE_CHECKING:
    from collections.abc import Callable

    from environment import Environments

RESULTS = os.path.join(CHECKOUT, "benchmarks", "results")
RACY = 3.0  # seconds after which hotplug trusts the stamp of a file that was just written

BARE = "`python -c pass`"
IMPORT = '`python -c "import hotplug"`'
BY_HAND = "by hand"
PEERS = ("importlib.metadata", "pluggy", "stevedore")
INSTALLED = "**hotplug**, english installed"
CARRIED = "**hotplug**, english carried by the greeter"
INSTALLED_COLD = "hotplug, english installed, empty cache"
CARRIED_COLD = "hotplug, english carried, empty cache"

WORDS = "Hello Universe\n"


class Goal(NamedTuple):
    """A goal and what was measured for it."""

    text: str
    measured: float
    most: float
    unit: str

    def line(self) -> str:
        """Return the line of the table."""
        verdict = "yes" if self.measured <= self.most else "**no**"
        return f"| {self.text} | {self.most:g}{self.unit} | {self.measured:.2f}{self.unit} | {verdict} |"


def main() -> None:
    """Set up, measure, and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60, help="how often each process is run (60)")
    rounds: int = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="hotplug-bench-", dir=PLACE) as folder:
        print("setting up environments", file=sys.stderr)
        environments = set_up(folder)
        kinds = processes(environments, folder)
        warm_up(environments, kinds)
        print(f"measuring {len(kinds)} kinds of process, {rounds} times each", file=sys.stderr)
        times = interleaved(kinds, rounds)
        inline = json.loads(environments.together.run("python", os.path.join(CHECKOUT, "benchmarks", "inline.py")))
        versions = {name: version(environments.together, name) for name in ("pluggy", "stevedore")}
    text = report(times, inline, versions)
    os.makedirs(RESULTS, exist_ok=True)
    with open(os.path.join(RESULTS, "start.md"), "w", encoding="utf-8") as file:
        file.write(text)
    bars(
        {name.replace("`", "").replace("*", ""): each for name, each in times.items()},
        title="From the prompt to the greeting",
        path=os.path.join(RESULTS, "start.svg"),
    )
    print(text)


def processes(environments: Environments, folder: str) -> list[Process]:
    """Return the kinds of process in the order in which each round runs them."""
    alone, together = environments.alone, environments.together

    def kind(name: str, environment: Environment, *command: str) -> Process:
        return Process(name, [environment.program(command[0]), *command[1:]], lambda: environment.variables)

    def cold(name: str, environment: Environment, *command: str) -> Process:
        path = [environment.program(command[0]), *command[1:]]
        return Process(name, path, emptied(os.path.join(folder, "cold"), environment))

    return [
        kind(BARE, together, "python", "-c", "pass"),
        kind(IMPORT, together, "python", "-c", "import hotplug"),
        kind(BY_HAND, together, "greeter-by-hand", "english"),
        *(kind(peer, together, f"greeter-{peer.replace('.', '-')}", "english") for peer in PEERS),
        kind(INSTALLED, together, "greeter", "english"),
        kind(CARRIED, alone, "greeter", "english"),
        cold(INSTALLED_COLD, together, "greeter", "english"),
        cold(CARRIED_COLD, alone, "greeter", "english"),
    ]


def emptied(cache: str, environment: Environment) -> Callable[[], dict[str, str]]:
    """Return what empties a cache before a run and gives that run its variables."""

    def variables() -> dict[str, str]:
        shutil.rmtree(cache, ignore_errors=True)
        return {**environment.variables, "HOTPLUG_CACHE": cache}

    return variables


def warm_up(environments: Environments, kinds: list[Process]) -> None:
    """Make sure that every driver greets, and that each speaks through the plugin that is said; fill the caches.

    Raises:
        SystemExit: If one does not.
    """
    alone, together = environments.alone, environments.together
    for environment, place in ((alone, ".whl"), (together, ".dist-info")):
        listed = next(line for line in environment.run("greeter", "--list").splitlines() if "english" in line)
        if not listed.endswith(place):
            raise SystemExit(f"not the english that was to be measured: {listed}")
    drivers = [kind for kind in kinds if kind.command[-1] == "english"]
    for _ in range(2):
        for kind in drivers:
            environment = alone if kind.command[0].startswith(alone.folder) else together
            said = environment.run(os.path.basename(kind.command[0]), "english")
            if said != WORDS:
                raise SystemExit(f"{kind.name} said {said!r}")
        time.sleep(RACY)


def version(environment: Environment, distribution: str) -> str:
    """Return the version of a distribution in an environment."""
    code = f"import importlib.metadata; print(importlib.metadata.version({distribution!r}))"
    return environment.run("python", "-c", code).strip()


def report(times: dict[str, Times], inline: dict[str, float], versions: dict[str, str]) -> str:
    """Return the tables as Markdown."""
    bare, by_hand = times[BARE], times[BY_HAND]
    fastest = min(PEERS, key=lambda peer: times[peer].median)
    goals = [
        Goal(f"greeting, carried, to {fastest}", times[CARRIED].ratio(times[fastest]), 0.75, " x"),
        Goal(f"greeting, installed, to {fastest}", times[INSTALLED].ratio(times[fastest]), 0.75, " x"),
        Goal("greeting, carried, to by hand", times[CARRIED].ratio(by_hand), 1.6, " x"),
        Goal("greeting, installed, to by hand", times[INSTALLED].ratio(by_hand), 1.6, " x"),
        Goal("`import hotplug` over bare Python", times[IMPORT].above(bare), 3.0, " ms"),
    ]
    rows = [
        f"| {name} | {each.median:.1f} | {each.least:.1f} | {each.cpu_median:.1f} "
        f"| {each.ratio(by_hand):.2f} | {each.ratio(times[fastest]):.2f} |"
        for name, each in times.items()
    ]
    named = ", ".join(f"{name} {each}" for name, each in versions.items())
    return f"""# From the prompt to the greeting

`make bench` wrote this page: {platform.python_implementation()} {platform.python_version()},
{platform.system()} {platform.machine()}, {os.cpu_count()} processors; {named}.

{len(bare.wall)} rounds; in each round every process ran once, in the order of the table or backwards. Times are
those of the whole process in milliseconds; a ratio is the median of the ratios within the rounds. Each driver was
installed from a wheel and its bytecode compiled; each greets in English, and its words were checked before it was
measured.

| process | median | least | processor | to by hand | to {fastest} |
| --- | ---: | ---: | ---: | ---: | ---: |
{chr(10).join(rows)}

"Installed": eng is an installed distribution that offers itself by an entry point, as the peers need it.
"Carried": nothing but hotplug and the greeter is installed, and eng comes from the wheel inside the greeter's.
"Empty cache": as on the very first run, nothing is unpacked or remembered yet.

![The medians as bars](start.svg)

## Goals

| goal | at most | measured | met |
| --- | ---: | ---: | --- |
{chr(10).join(goal.line() for goal in goals)}

## Inline symbols

`plugin.lookup("f") is module.f`: there is nothing between the host and the plugin's function.

| operation | median |
| --- | ---: |
| `plugin.lookup("Greeter")` | {inline["lookup"] / 1000:.2f} µs |
| `plugin.lookup("Greeter", Greeter)` | {inline["checked"] / 1000:.2f} µs |
| call of a looked-up function | {inline["call"]:.1f} ns |
| call of the host's own function with the same body | {inline["direct"]:.1f} ns |
"""


if __name__ == "__main__":
    main()
