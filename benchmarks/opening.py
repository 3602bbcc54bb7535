"""How long it takes to open real wheels, beside importing them where they are installed; ``make bench``.

Each time is taken within a process of its own, from before hotplug is imported until the last module is there; one
process of each kind in every round, so that what disturbs the machine disturbs all alike. What a package imports
of others and of the standard library is imported before the clock starts, so that it is about the package alone.
Everything is warm: the installed packages are compiled, the wheels unpacked and their bytecode kept. Writes a
table to ``benchmarks/results``.
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
from typing import NamedTuple

from environment import CHECKOUT, Environment, made

from hotplug.build import build_wheel

RESULTS = os.path.join(CHECKOUT, "benchmarks", "results")
RACY = 3.0  # seconds after which hotplug trusts the stamp of a file that was just written
TINY = "tiny"
PACKAGES = ("jinja2", "requests", "rich", "networkx", "sympy", "django")
NEEDED = ("pip", "hotplug", "packaging", "installer")
COLUMNS = ("imported", "opened", "second", "zipped", "opened / imported", "second / imported", "zipped / opened")
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
SETUP = "django.setup()"
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


class Measured(NamedTuple):
    """The times of one package in milliseconds, in the order of the rounds."""

    name: str
    version: str
    imported: list[float]
    opened: list[float]
    second: list[float]
    zipped: list[float]

    def ratio(self, one: list[float], other: list[float]) -> float:
        """Return the median of the ratios of two runs of one round."""
        return statistics.median(mine / theirs for mine, theirs in zip(one, other, strict=True))


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
    more = SETUP if name == "django" else ""
    needed = installed.run("python", "-W", "ignore", "-c", NEEDS.format(name=name, more=more, tops=[name])).split()
    words = {"name": name, "wheel": wheel, "other": other, "needed": needed, "more": more}
    programs = {
        kind: "\n".join(
            [PREPARED.format(**words), BEFORE[kind].format(**words), TIMED.format(load=load, more=more)]
        )
        for kind, load in {kind: load.format(**words) for kind, load in LOADS.items()}.items()
    }
    times: dict[str, list[float]] = {kind: [] for kind in programs}
    for number in range(-2, rounds):  # twice to warm up: what is remembered at the first, is used at the second
        if number <= 0:
            time.sleep(RACY)
        for kind, program in programs.items():
            environment = installed if kind == "imported" else host
            took = float(environment.run("python", "-c", program).split()[-1])
            if number >= 0:
                times[kind].append(took)
    with zipfile.ZipFile(wheel) as archive:
        info = next(each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
    return Measured(name, info.partition("/")[0].removesuffix(".dist-info").rpartition("-")[2], **times)


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
            f"of {len(found[0].imported)} rounds. *opened* includes importing hotplug; *second*: where a program "
            "has another plugin open. What a package needs of others is imported before. *django*: "
            "`django.setup()` with an empty settings module."
        ),
        "",
        f"| package | {' | '.join(COLUMNS)} |",
        f"| --- |{' ---: |' * len(COLUMNS)}",
    ]
    for each in found:
        medians = [statistics.median(times) for times in (each.imported, each.opened, each.second, each.zipped)]
        ratios = [
            each.ratio(each.opened, each.imported),
            each.ratio(each.second, each.imported),
            each.ratio(each.zipped, each.opened),
        ]
        cells = [*(f"{median:.1f}" for median in medians), *(f"{ratio:.2f}" for ratio in ratios)]
        lines.append(f"| {each.name} {each.version} | {' | '.join(cells)} |")
    fixed = statistics.median(
        mine - theirs for mine, theirs in zip(found[0].opened, found[0].imported, strict=True)
    )
    loop = statistics.median(mine / theirs for mine, theirs in zip(inside, outside, strict=True))
    packages = found[1:]
    slowest = max(packages, key=lambda each: each.ratio(each.opened, each.imported))
    nearest = min(packages, key=lambda each: each.ratio(each.zipped, each.opened))
    goals = [
        (
            f"slowest package, opened / imported ({slowest.name})",
            slowest.ratio(slowest.opened, slowest.imported),
            MOST_SLOWER,
            1,
        ),
        ("a tiny plugin, opened - imported, ms", fixed, MOST_FIXED, 1),
        (
            f"zip / opened, the least ({nearest.name})",
            nearest.ratio(nearest.zipped, nearest.opened),
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


if __name__ == "__main__":
    main()
