"""Opens popular pure-Python wheels, each beside a normal install of the same version, and compares them.

Run as ``python benchmarks/compatibility/wheels.py``, with uv and pip at hand. For each line of ``wheels.txt`` the
wheel is fetched and installed with its dependencies into a work folder; one process imports its public modules
where it is installed, another looks them up in the wheel where only its dependencies are installed. Public names,
the kinds of their values, ``__all__``, versions and what is in ``sys.modules`` must be the same; nothing may be
there under the plugin's own names, and nothing at all of it after closing.

``--deep`` compares every module that can be imported, ``--beside`` opens the wheel where it is installed as well.
What was found of an installed wheel is kept, so that another run does only the second half.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import hashlib
import json
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from comparison import Findings, Verdict, findings_of, verdict
from contents import contents_of
from installation import CHECKOUT, InstallationError, WorkFolder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from installation import Installation

HERE = os.path.dirname(os.path.abspath(__file__))
LIST = os.path.join(HERE, "wheels.txt")
PROBE = os.path.join(HERE, "probe.py")
RESULTS = os.path.join(CHECKOUT, "benchmarks", "results")
KINDS = ("same", "differs", "refused", "failed")
ENDINGS = 5  # processes of an installed wheel that its modules may end before it is given up


class Result(NamedTuple):
    """A wheel, its verdict, and how long it took, in seconds."""

    requirement: str
    verdict: Verdict
    seconds: float


class Comparison:
    """Compares one wheel after the other, in any thread."""

    def __init__(self, work: WorkFolder, host: list[str], *, deep: bool, beside: bool, timeout: float) -> None:
        self._work = work
        self._host = host
        self._cache = work.cache(host[0])
        self._deep = deep
        self._beside = beside
        self._timeout = timeout
        self._python = work.python()
        with open(PROBE, "rb") as file:
            self._edition = hashlib.sha256(file.read()).hexdigest()[:12]

    def result(self, requirement: str) -> Result:
        """Return the verdict on a line of the list, and print it."""
        start = time.monotonic()
        found = Result(requirement.split(maxsplit=1)[0], self.compare(requirement), time.monotonic() - start)
        print(told(found), flush=True)
        return found

    def compare(self, requirement: str) -> Verdict:
        """Return the verdict on a wheel, given as ``name==version``."""
        try:
            installation = self._work.installation(requirement)
        except InstallationError as error:
            return Verdict("not counted", (str(error),))
        contents = contents_of(installation.wheel)
        installed = self._installed(installation, contents.modules if self._deep else contents.public)
        public = [name for name in contents.public if name in installed.modules]
        if not public or "end" not in installed.facts:
            why = list(installed.errors.values())[:1] or [f"ended during {installed.running}: {installed.output}"]
            return Verdict("not counted", tuple(why))
        folder = installation.whole if self._beside else installation.dependencies
        opened = self._probe("opened", installation, folder, installed.tried)
        found = verdict(installed, opened, public, deep=self._deep)
        place = self._work.path("opened", self.mode, f"{requirement.split(maxsplit=1)[0]}.json")
        with open(place, "w", encoding="utf-8") as file:
            json.dump({"verdict": found._asdict(), "opened": dataclasses.asdict(opened)}, file, indent=1)
        return found

    @property
    def mode(self) -> str:
        """The name of what is compared."""
        return "-".join(["deep"] * self._deep + ["beside"] * self._beside) or "public"

    def _installed(self, installation: Installation, modules: Sequence[str]) -> Findings:
        """Return what there is where the wheel is installed, found once for each interpreter and probe."""
        wheel = os.path.basename(installation.wheel)
        depth = "deep" if self._deep else "public"
        edition = f"{platform.python_version()}-{self._edition}"
        place = self._work.path("references", edition, depth, f"{wheel}.json")
        if os.path.exists(place):
            with open(place, encoding="utf-8") as file:
                return Findings(**json.load(file))
        remaining = list(modules)
        for _ in range(ENDINGS):
            found = self._probe("installed", installation, installation.whole, remaining)
            if "end" in found.facts or found.running not in remaining:
                break
            remaining.remove(found.running)  # it ended the process, or takes for ever
        else:
            found = Findings()
        with open(place, "w", encoding="utf-8") as file:
            json.dump(dataclasses.asdict(found), file)
        return found

    def _probe(self, mode: str, installation: Installation, folder: str, modules: list[str]) -> Findings:
        with tempfile.TemporaryDirectory(dir=self._work.path("scratch", "")) as scratch:
            output = os.path.join(scratch, "findings")
            home = os.path.join(scratch, "home")
            os.mkdir(home)
            request = {
                "mode": mode,
                "folder": folder,
                "host": self._host,
                "wheel": installation.wheel,
                "roots": contents_of(installation.wheel).roots,
                "modules": modules,
                "output": output,
            }
            environment = {
                "PATH": os.defpath,
                "LANG": "C.UTF-8",
                "HOME": home,
                "PYTHONHASHSEED": "0",
                "HOTPLUG_CACHE": self._cache,
            }
            asked = os.path.join(scratch, "request")  # a long one is no argument
            with open(asked, "w", encoding="utf-8") as file:
                json.dump(request, file)
            command = [self._python, "-I", "-W", "ignore", PROBE, asked]
            said = _run(command, environment, home, self._timeout)
            lines: list[str] = []
            if os.path.exists(output):
                with open(output, encoding="utf-8") as file:
                    lines = file.readlines()
        return findings_of(lines, said)


def main() -> int:
    """Compare what is asked for, print it, and write the page if it was everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="names, separated by commas; no page is written")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time (2)")
    parser.add_argument("--timeout", type=float, default=120.0, help="seconds for each process (120)")
    parser.add_argument("--deep", action="store_true", help="compare every module that can be imported")
    parser.add_argument("--beside", action="store_true", help="open where the wheel is installed as well")
    parser.add_argument("--work", default=os.path.join(CHECKOUT, ".compatibility"), help="the work folder")
    parser.add_argument("--source", default=os.path.join(CHECKOUT, "src"), help="where hotplug's package lies")
    options = parser.parse_args()
    only: list[str] = [each for each in options.only.split(",") if each]
    with open(LIST, encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    asked = [line for line in lines if not only or line.partition("==")[0] in only]
    unknown = set(only).difference(line.partition("==")[0] for line in asked)
    if unknown:
        parser.error(f"not in {os.path.relpath(LIST)}: {', '.join(sorted(unknown))}")
    work = WorkFolder(options.work)
    with (
        tempfile.TemporaryDirectory(dir=work.path("scratch", "")) as sources,
        ThreadPoolExecutor(options.jobs) as pool,
    ):
        comparison = Comparison(
            work,
            work.host(options.source, sources),
            deep=options.deep,
            beside=options.beside,
            timeout=options.timeout,
        )
        results = list(pool.map(comparison.result, asked))
    text = page(results, comparison.mode)
    print(text.partition("## Every wheel")[0])
    if not only:
        name = "compatibility" if comparison.mode == "public" else f"compatibility-{comparison.mode}"
        with open(os.path.join(RESULTS, f"{name}.md"), "w", encoding="utf-8") as file:
            file.write(text)
    return int(any(result.verdict.kind in KINDS[1:] for result in results))


def told(result: Result) -> str:
    """Return what is printed of a wheel at once."""
    lines = [f"{result.verdict.kind:<11} {result.requirement} ({result.seconds:.1f} s)"]
    lines += [f"    {line}" for detail in result.verdict.details for line in detail.splitlines()[-6:]]
    return "\n".join(lines)


def page(results: list[Result], mode: str) -> str:
    """Return the page: the counts, every wheel that is not the same, and the list of all."""
    counts = collections.Counter(result.verdict.kind for result in results)
    counted = [result for result in results if result.verdict.kind in KINDS]
    unloaded = sum(result.verdict.unloaded is True for result in counted)
    scope = "every module that can be imported" if mode.startswith("deep") else "the public modules"
    where = "it is installed as well" if mode.endswith("beside") else "only its dependencies are installed"
    python = f"{platform.python_implementation()} {platform.python_version()}, {platform.system()}"
    lines = [
        f"# {len(counted)} wheels, opened and installed",
        "",
        f"{python}; {scope} of each wheel, opened where {where}, compared with a normal install.",
        "",
        "| verdict | wheels |",
        "| --- | ---: |",
        *(f"| {kind} | {counts[kind]} |" for kind in KINDS),
        f"| closing left nothing in memory | {unloaded} |",
    ]
    others = [result for result in counted if result.verdict.kind != "same"]
    if others:
        lines += ["", "## Not the same", "", "| wheel | verdict | what |", "| --- | --- | --- |"]
        lines += [f"| {each.requirement} | {each.verdict.kind} | {_cell(each.verdict)} |" for each in others]
    kept = [result for result in counted if result.verdict.survivors]
    if kept:
        lines += ["", "## In memory after closing", "", "| wheel | things | the first |", "| --- | ---: | --- |"]
        lines += [
            f"| {each.requirement} | {len(each.verdict.survivors)} | {_first(each.verdict)} |" for each in kept
        ]
    uncounted = [result.requirement for result in results if result.verdict.kind not in KINDS]
    if uncounted:
        lines += ["", f"Not counted, since they cannot be imported when installed either: {', '.join(uncounted)}."]
    lines += ["", "## Every wheel", "", ", ".join(result.requirement.replace("==", " ") for result in counted), ""]
    return "\n".join(lines)


def _first(found: Verdict) -> str:
    return found.survivors[0].replace("|", " ")[:200]


def _cell(found: Verdict) -> str:
    """Return the last lines of some details, without the folders that only this machine has."""
    lines = [detail.rstrip().splitlines()[-1].replace("|", " ") for detail in found.details[:4]]
    return "; ".join(re.sub(r"/\S*/(content|whole|dependencies|site-packages)/", "", line)[:240] for line in lines)


def _run(command: list[str], environment: dict[str, str], folder: str, timeout: float) -> str:
    """Run a process and its children; return the end of what they print, with how it ended if not by itself."""
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=timeout)
        ending = "" if process.returncode == 0 else f"\nexit status {process.returncode}"
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said, _ = process.communicate()
        ending = f"\nended after {timeout:g} s"
    return said.decode(errors="replace")[-2000:] + ending


if __name__ == "__main__":
    sys.exit(main())
