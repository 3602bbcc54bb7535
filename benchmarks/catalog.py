"""One plugin by its name among many that are installed, beside the peers; ``make bench``.

Whole processes, interleaved: in every round one of each kind with each number of installed plugins. Writes a table
to ``benchmarks/results/catalog.md``, with each goal and whether it was met.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import sysconfig
import tempfile
import time
from typing import TYPE_CHECKING

from environment import CHECKOUT, PLACE, Environment, set_up
from processes import Process, Times, interleaved
from start import PEERS, RACY, WORDS, Goal, version

if TYPE_CHECKING:
    from collections.abc import Callable

RESULTS = os.path.join(CHECKOUT, "benchmarks", "results")
PAGE = "catalog.md"
COUNTS = (20, 200, 5000)
BY_HAND = "by hand"
INDEXED = "**hotplug**"
READ = "hotplug, without an index"
UNCACHED = "stevedore, without its cache"
LISTED = "**hotplug**, list all"
LISTED_BY_PEER = "`entry_points(group=…)`, list all"
GROUP = "greeter.plugins"
LIST = f"""
from greeter import Greeter
from hotplug import Catalog
with Catalog({GROUP!r}, Greeter) as catalog:
    print(len([(entry.name, entry.symbol) for entry in catalog.entries()]))
"""
LIST_BY_PEER = f"""
from importlib.metadata import entry_points
print(len([(each.name, each.value) for each in entry_points(group={GROUP!r})]))
"""


def main() -> None:
    """Set up, measure, and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="how often each process is run (20)")
    parser.add_argument("--page", default=PAGE, help="the file in benchmarks/results (catalog.md)")
    given = parser.parse_args()
    rounds: int = given.rounds
    with tempfile.TemporaryDirectory(prefix="hotplug-bench-", dir=PLACE) as folder:
        print("setting up environments", file=sys.stderr)
        environment = set_up(folder).together
        kinds: list[Process] = []
        for count in COUNTS:
            populated = populate(environment, os.path.join(folder, str(count)), count)
            kinds += processes(populated, count, os.path.join(folder, "cold"))
        time.sleep(RACY)
        warm_up(kinds)
        print(f"measuring {len(kinds)} kinds of process, {rounds} times each", file=sys.stderr)
        times = interleaved(kinds, rounds)
        versions = {name: version(environment, name) for name in ("pluggy", "stevedore")}
    text = report(times, versions, rounds, given.page)
    with open(os.path.join(RESULTS, given.page), "w", encoding="utf-8") as file:
        file.write(text)
    print(text)


def populate(environment: Environment, folder: str, count: int) -> Environment:
    """Return the environment with that many plugins installed: real ones' files, one module each."""
    copy = os.path.join(folder, "environment")
    shutil.copytree(environment.folder, copy, symlinks=True)
    for script in os.listdir(os.path.join(copy, "bin")):
        path = os.path.join(copy, "bin", script)
        with open(path, "rb") as file:
            data = file.read()
        if data.startswith(b"#!") and not os.path.islink(path):
            with open(path, "wb") as file:
                file.write(data.replace(environment.folder.encode(), copy.encode()))
    site = sysconfig.get_path("purelib", "venv", vars={"base": copy})
    have = sum(name.endswith(".dist-info") for name in os.listdir(site))
    for number in range(count - have if count > have else 0):
        name = f"other_{number:04}"
        info = os.path.join(site, f"{name}-1.0.dist-info")
        os.mkdir(info)
        files = {
            "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nSummary: Language {number}\n"
            "Requires-Python: >=3.11\nRequires-Dist: hotplug-greeter<2,>=1\n",
            "WHEEL": "Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            "entry_points.txt": f"[{GROUP}]\nlanguage{number} = {name}:Greeter\n",
            "RECORD": f"{name}.py,,\n",
        }
        for path, text in files.items():
            with open(os.path.join(info, path), "w", encoding="utf-8") as file:
                file.write(text)
        with open(os.path.join(site, f"{name}.py"), "w", encoding="utf-8") as file:
            file.write("class Greeting:\n    def greet(self) -> str:\n        return 'hi'\nGreeter = Greeting()\n")
    cache = os.path.join(folder, "cache")
    return Environment(copy, {**environment.variables, "HOTPLUG_CACHE": cache})


def processes(environment: Environment, count: int, cold: str) -> list[Process]:
    """Return the kinds of process for one number of installed plugins."""

    def kind(name: str, *command: str, variables: Callable[[], dict[str, str]] | None = None) -> Process:
        path = [environment.program(command[0]), *command[1:]]
        return Process(f"{name} | {count}", path, variables or (lambda: environment.variables))

    def without_index() -> dict[str, str]:
        shutil.rmtree(cold, ignore_errors=True)
        shutil.copytree(environment.variables["HOTPLUG_CACHE"], cold)
        shutil.rmtree(os.path.join(cold, "offers"), ignore_errors=True)
        return {**environment.variables, "HOTPLUG_CACHE": cold}

    def without_cache() -> dict[str, str]:
        shutil.rmtree(cold, ignore_errors=True)
        return {**environment.variables, "XDG_CACHE_HOME": cold}

    return [
        kind(BY_HAND, "greeter-by-hand", "english"),
        *(kind(peer, f"greeter-{peer.replace('.', '-')}", "english") for peer in PEERS),
        kind(UNCACHED, "greeter-stevedore", "english", variables=without_cache),
        kind(INDEXED, "greeter", "english"),
        kind(READ, "greeter", "english", variables=without_index),
        kind(LISTED, "python", "-c", LIST),
        kind(LISTED_BY_PEER, "python", "-c", LIST_BY_PEER),
    ]


def warm_up(kinds: list[Process]) -> None:
    """Fill the caches, and make sure that each says what it should.

    Raises:
        SystemExit: If one does not, or keeps no cache.
    """
    for last in (False, True):
        for kind in kinds:
            environment = Environment(os.path.dirname(os.path.dirname(kind.command[0])), kind.variables())
            said = environment.run(os.path.basename(kind.command[0]), *kind.command[1:])
            count = int(kind.name.rpartition(" ")[2])
            right = said == WORDS if kind.command[-1] == "english" else count - 50 <= int(said) <= count
            if not right:
                raise SystemExit(f"{kind.name} said {said!r}")
            kept = os.path.join(environment.variables["HOME"], ".cache", "python-entrypoints")
            if "stevedore" in kind.name and not os.path.isdir(kept):
                raise SystemExit(f"stevedore keeps no cache for an interpreter in {environment.folder}")
        if not last:
            time.sleep(RACY)


def report(times: dict[str, Times], versions: dict[str, str], rounds: int, page: str) -> str:
    """Return the tables as Markdown."""

    def ratio(name: str, other: str, count: int) -> float:
        return times[f"{name} | {count}"].ratio(times[f"{other} | {count}"])

    goals: list[Goal] = []
    for count in (20, 200):
        fastest = min(PEERS, key=lambda peer: times[f"{peer} | {count}"].median)
        goals.append(
            Goal(f"{count} installed: to {fastest}, the fastest", ratio(INDEXED, fastest, count), 0.65, " x")
        )
    for peer, most in (("importlib.metadata", 1 / 4), ("pluggy", 1 / 4), (UNCACHED, 1 / 8)):
        goals.append(Goal(f"5000 installed: to {peer}", ratio(INDEXED, peer, 5000), most, " x"))
    goals += [
        Goal(f"5000 installed, without an index: to {UNCACHED}", ratio(READ, UNCACHED, 5000), 1 / 3, " x"),
        Goal("list all 5000: to `entry_points(group=…)`", ratio(LISTED, LISTED_BY_PEER, 5000), 1 / 3, " x"),
    ]
    names = list(dict.fromkeys(name.rpartition(" | ")[0] for name in times))
    rows = [
        f"| {name} | " + " | ".join(f"{times[f'{name} | {count}'].median:.1f}" for count in COUNTS) + " |"
        for name in names
    ]
    named = ", ".join(f"{name} {each}" for name, each in versions.items())
    command = "make bench" if page == PAGE else f"python benchmarks/catalog.py --page {page}"
    return f"""# One plugin among many

`{command}` wrote this page: {platform.python_implementation()} {platform.python_version()},
{platform.system()} {platform.machine()}, {os.cpu_count()} processors; {named}.

{rounds} rounds; in each round every process ran once, in the order of the table or backwards. Times are the
medians of whole processes in milliseconds, with so many distributions installed, nearly all of which offer a
plugin; a ratio is the median of the ratios within the rounds. All but the last two greet in English, through the
driver that the start is measured with; the last two list names and symbols.

| process | {" | ".join(f"{count} installed" for count in COUNTS)} |
| --- | ---: | ---: | ---: |
{chr(10).join(rows)}

"Without an index", "without its cache": as at the first start after something was installed; the rest of
hotplug's cache is warm.

## Goals

| goal | at most | measured | met |
| --- | ---: | ---: | --- |
{chr(10).join(goal.line() for goal in goals)}

The goals to stevedore were set from a run in which it took longer than importlib.metadata, as it does without its
cache. With 5000 installed the driver by hand, which looks for nothing, takes {ratio(BY_HAND, UNCACHED, 5000):.2f}
of that; hotplug takes {ratio(INDEXED, "stevedore", 5000):.2f} of stevedore with its cache.
"""


if __name__ == "__main__":
    main()
