"""How long it takes to open real wheels, beside importing them where they are installed; ``make bench``.

Each time is taken within a process of its own, from before hotplug is imported until the last module is there; one
process of each kind in every round, so that what disturbs the machine disturbs all alike. First as a program meets
it: what the package imports of others and of the standard library is imported meanwhile. Then alone: all that was
imported before the clock starts, so that only the package's own modules count. Everything is warm: the installed
packages are compiled, the wheels unpacked and their bytecode kept. Writes a table to ``benchmarks/results``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from environment import CHECKOUT, Environment, made

from hotplug.build import build_wheel

if TYPE_CHECKING:
    from collections.abc import Callable

RESULTS = os.path.join(CHECKOUT, "benchmarks", "results")
RACY = 3.0  # seconds after which hotplug trusts the stamp of a file that was just written
TINY = "tiny"
PACKAGES = ("jinja2", "requests", "rich", "networkx", "sympy", "django")
NEEDED = ("pip", "hotplug", "packaging", "installer")
WHOLE = ("imported", "opened", "opened / imported")
ALONE = ("imported", "opened", "second", "zipped", "opened / imported", "second / imported", "zipped / opened")
MOST_SLOWER, MOST_FIXED, LEAST_FASTER, MOST_LOOP = 1.3, 1.5, 5.0, 1.05

PREPARED = """
import importlib, sys, time, warnings
warnings.simplefilter("ignore")
for each in {needed!r}:
    try:
        importlib.import_module(each)
    except ImportError:
        pass
"""
TIMED = """
start = time.perf_counter()
{load}
{more}
print((time.perf_counter() - start) * 1000)
"""
LOADS = {
    "imported": "import {name}",
    "opened": "import hotplug; {name} = hotplug.open({wheel!r}).lookup('{name}:')",
    "second": "{name} = hotplug.open({wheel!r}).lookup('{name}:')",
    "zipped": "import {name}",
}
BEFORE = {
    "imported": "",
    "opened": "",
    "second": "import hotplug; first = hotplug.open({other!r})",
    "zipped": "sys.path.insert(0, {wheel!r})",
}
NEEDS = """
import sys
before = set(sys.modules)
import {name}
{more}
own = set({tops!r})
print(*(each for each in sys.modules if each not in before and each.partition(".")[0] not in own))
"""
MORE = {"django": "django.setup()", "rich": "rich.get_console()"}
"""What is done besides: ``import rich`` alone reads one file, and all else when it is first asked for."""
LOOP = """
def loop():
    total = 0
    for number in range(200_000):
        total += len(str(abs(number))) + min(number, 3) + int(isinstance(number, int))
    return total
"""
LOOPS = """
import json, sys, time, hotplug
sys.path.insert(0, {folder!r})
import outside
inside = hotplug.open({path!r}).lookup("loop")
times = {{"inside": [], "outside": []}}
for number in range({rounds}):
    pair = [("inside", inside), ("outside", outside.loop)]
    for name, loop in pair if number % 2 else reversed(pair):
        start = time.perf_counter()
        loop()
        times[name].append(time.perf_counter() - start)
print(json.dumps(times))
import warnings
warnings.simplefilter("ignore")
"""


class Times(NamedTuple):
    """Times in milliseconds, in the order of the rounds."""

    imported: list[float]
    opened: list[float]
    second: list[float]
    zipped: list[float]

    def cells(self, columns: tuple[str, ...]) -> list[str]:
        """Return the cells of a table's row: medians, and ratios of two kinds."""
        return [
            f"{self.ratio(*column.split(' / ')):.2f}" if " / " in column else f"{self.median(column):.1f}"
            for column in columns
        ]

    def median(self, kind: str) -> float:
        """Return the median of one kind."""
        times: dict[str, list[float]] = self._asdict()
        return statistics.median(times[kind])

    def ratio(self, one: str, other: str) -> float:
        """Return the median of the ratios of two runs of one round."""
        times: dict[str, list[float]] = self._asdict()
        return statistics.median(mine / theirs for mine, theirs in zip(times[one], times[other], strict=True))


class Measured(NamedTuple):
    """The times of one package."""

    name: str
    version: str
    whole: Times
    alone: Times


def main() -> None:
    """Set up, measure, and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="how often each process is run (15)")
    rounds: int = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="hotplug-bench-") as folder:
        print("setting up environments", file=sys.stderr)
        installed, host, wheels = set_up(folder)
        print(f"measuring {len(wheels)} packages, {rounds} times each", file=sys.stderr)
        found = [measured(name, wheels, installed, host, rounds) for name in wheels]
        inside, outside = loops(host, folder)
    text = report(found, inside, outside)
    os.makedirs(RESULTS, exist_ok=True)
    with open(os.path.join(RESULTS, "opening.md"), "w", encoding="utf-8") as file:
        file.write(text)
    print(text)


def set_up(folder: str) -> tuple[Environment, Environment, dict[str, str]]:
    """Return an environment with the packages, one with what they need only, and their wheels by name."""
    places = {name: os.path.join(folder, name) for name in ("wheels", "home", "cache", "tiny", "product")}
    for name in ("wheels", "home", "tiny"):
        os.mkdir(places[name])
    with open(os.path.join(places["tiny"], f"{TINY}.py"), "w", encoding="utf-8") as file:
        file.write('__version__ = "1.0"\n\ndef greet():\n    return "Hello Universe"\n')
    build_wheel(os.path.join(places["tiny"], f"{TINY}.py"), places["wheels"])
    with open(os.path.join(folder, "empty_settings.py"), "w", encoding="utf-8"):
        pass
    variables = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": places["home"],
        "HOTPLUG_CACHE": places["cache"],
        "PYTHONPATH": folder,
        "DJANGO_SETTINGS_MODULE": "empty_settings",
    }
    product = build_wheel(CHECKOUT, places["product"])
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "download", "--no-deps", "--only-binary", ":all:", "--dest", places["wheels"], *PACKAGES],
        check=True,
        stdout=sys.stderr,
    )
    wheels = {
        path.partition("-")[0].lower(): os.path.join(places["wheels"], path)
        for path in sorted(os.listdir(places["wheels"]))
    }
    environments = [made(os.path.join(folder, each), variables, [product, *wheels.values()]) for each in "ab"]
    environments[1].run("python", "-m", "pip", "uninstall", "--quiet", "--yes", TINY, *PACKAGES)
    with open(os.path.join(folder, "outside.py"), "w", encoding="utf-8") as file:
        file.write(LOOP)
    time.sleep(RACY)
    return environments[0], environments[1], {TINY: wheels.pop(TINY), **wheels}


def measured(
    name: str, wheels: dict[str, str], installed: Environment, host: Environment, rounds: int
) -> Measured:
    """Return the times of one package."""
    wheel = wheels[name]
    other = wheels[TINY] if name != TINY else wheels["jinja2"]
    more = MORE.get(name, "")
    needed = installed.run("python", "-W", "ignore", "-c", NEEDS.format(name=name, more=more, tops=[name])).split()
    words = {"name": name, "wheel": wheel, "other": other, "more": more}
    loads = {kind: load.format(**words) for kind, load in LOADS.items()}
    programs = {
        (each, kind): "\n".join(
            [
                PREPARED.format(needed=needed if each == "alone" else []),
                BEFORE[kind].format(**words),
                TIMED.format(load=load, more=more),
            ]
        )
        for each in ("whole", "alone")
        for kind, load in loads.items()
    }
    times: dict[tuple[str, str], list[float]] = {kind: [] for kind in programs}
    for number in range(-2, rounds):  # twice to warm up: what is remembered at the first, is used at the second
        if number <= 0:
            time.sleep(RACY)
        for kind, program in programs.items():
            environment = installed if kind[1] == "imported" else host
            took = float(environment.run("python", "-c", program).split()[-1])
            if number >= 0:
                times[kind].append(took)
    whole, alone = (Times(*(times[each, kind] for kind in Times._fields)) for each in ("whole", "alone"))
    with zipfile.ZipFile(wheel) as archive:
        info = next(each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
    return Measured(name, info.partition("/")[0].removesuffix(".dist-info").rpartition("-")[2], whole, alone)


def loops(host: Environment, folder: str) -> tuple[list[float], list[float]]:
    """Return the times of a loop in a plugin, and of the same loop outside."""
    path = os.path.join(folder, "inside.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(LOOP)
    program = LOOPS.format(folder=folder, path=path, rounds=40)
    times = json.loads(host.run("python", "-W", "ignore", "-c", program))
    return times["inside"], times["outside"]


def report(found: list[Measured], inside: list[float], outside: list[float]) -> str:
    """Return the page."""
    lines = [
        "# Opening a wheel, beside importing it where it is installed",
        "",
        (
            f"CPython {platform.python_version()}, {platform.system()}; milliseconds in the process, medians "
            f"of {len(found[0].alone.imported)} rounds; a ratio is the median of the ratios within the rounds. "
            "*opened* includes importing hotplug. *django*: `django.setup()` with an empty settings module; "
            "*rich*: `rich.get_console()`."
        ),
        "",
        "As a program meets it: with what the package imports of others and of the standard library.",
        "",
        *table(found, WHOLE, lambda each: each.whole),
        "",
        (
            "Alone: what it imports of others is there before the clock starts. *second*: where a program has "
            "another plugin open; *zipped*: the wheel itself on `sys.path`."
        ),
        "",
        *table(found, ALONE, lambda each: each.alone),
    ]
    tiny = found[0].alone
    fixed = statistics.median(mine - theirs for mine, theirs in zip(tiny.opened, tiny.imported, strict=True))
    loop = statistics.median(mine / theirs for mine, theirs in zip(inside, outside, strict=True))
    packages = found[1:]
    slowest = max(packages, key=lambda each: each.whole.ratio("opened", "imported"))
    nearest = min(packages, key=lambda each: each.alone.ratio("zipped", "opened"))
    goals = [
        (
            f"slowest package as a program meets it, opened / imported ({slowest.name})",
            slowest.whole.ratio("opened", "imported"),
            MOST_SLOWER,
            1,
        ),
        ("a tiny plugin, opened - imported, ms", fixed, MOST_FIXED, 1),
        (
            f"alone, zipped / opened, the least ({nearest.name})",
            nearest.alone.ratio("zipped", "opened"),
            LEAST_FASTER,
            -1,
        ),
        ("a loop over builtins, inside / outside", loop, MOST_LOOP, 1),
    ]
    lines += ["", "| goal | | measured | |", "| --- | ---: | ---: | --- |"]
    for text, value, bound, sign in goals:
        verdict = "yes" if sign * value <= sign * bound else "**no**"
        lines.append(f"| {text} | {'at most' if sign > 0 else 'at least'} {bound:g} | {value:.2f} | {verdict} |")
    return "\n".join(lines) + "\n"


def table(found: list[Measured], columns: tuple[str, ...], times: Callable[[Measured], Times]) -> list[str]:
    """Return the lines of a table with a row for each package."""
    rows = [f"| {each.name} {each.version} | {' | '.join(times(each).cells(columns))} |" for each in found]
    return [f"| package | {' | '.join(columns)} |", f"| --- |{' ---: |' * len(columns)}", *rows]


if __name__ == "__main__":
    main()
