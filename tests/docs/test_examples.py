"""Every example of the README and the documentation does what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from hotplug.testing import PluginMaker

CHECKOUT = Path(__file__).parent.parent.parent
RUNNER = Path(__file__).parent / "run_page.py"
PAGES = [
    CHECKOUT / "README.md",
    CHECKOUT / "CONTRIBUTING.md",
    *(page for page in sorted((CHECKOUT / "docs").rglob("*.md")) if "_build" not in page.parts),
]
LEAST_PAGES = 10
LEAST_RUN = 120
"""Fewer examples than these are not the documentation: the search for them is broken, or they were lost."""

COMMANDS = {"greeter": "-m greeter", "hotplug": "-m hotplug.cli", "pytest": "-m pytest", "python": ""}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The variables of a reader's shell: the commands of this interpreter, a home and a cache of its own."""
    commands = tmp_path / "bin"
    commands.mkdir()
    (tmp_path / "pytest").mkdir()
    for command, arguments in COMMANDS.items():
        script = commands / command
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
        script.chmod(0o755)
    keep = {name: value for name, value in os.environ.items() if name in ("LANG", "PYTHONDONTWRITEBYTECODE")}
    return {
        **keep,
        "PATH": f"{commands}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": str(tmp_path / "home"),
        "HOTPLUG_CACHE": str(tmp_path / "cache"),
        "PYTEST_DEBUG_TEMPROOT": str(tmp_path / "pytest"),  # else it warns of what others clear away meanwhile
        "PYTHONPATH": os.pathsep.join(_import_path(tmp_path)),
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",  # the order in which a terminal shows both streams
        "NO_COLOR": "1",
        "COLUMNS": "80",
    }


def _import_path(tmp_path: Path) -> list[str]:
    """Return what makes hotplug and the greeter installed for a child, as they are for this interpreter.

    Run from a checkout that is merely on PYTHONPATH, their metadata is made up.
    """
    path = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    offers = {"hotplug": {"pytest11": {"hotplug": "hotplug.testing.fixtures"}}, "hotplug-greeter": {}}
    for name, entry_points in offers.items():
        try:
            distribution(name)
        except PackageNotFoundError:
            with PluginMaker(tmp_path / "metadata" / name) as maker:
                path.append(str(maker.installed(name, {}, entry_points=entry_points).site))
    return path


class Counts(NamedTuple):
    run: int
    written: int
    passed_over: int


def counted(page: Path) -> Counts:
    """Count a page's examples by its lines alone, to hold what the runner says that it did."""
    lines = page.read_text("utf-8").splitlines()
    written = sum(line.startswith("<!-- file: ") for line in lines)
    passed_over = sum(line.startswith("<!-- not run: ") for line in lines)
    run = 0
    for above, line in pairwise(["", *lines]):
        run += bool(re.match("```(python|console)$", line)) and not re.match("<!-- (file|not run): ", above)
    return Counts(run, written, passed_over)


WITH_EXAMPLES = [page for page in PAGES if any(counted(page))]


def run_page(page: Path, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(RUNNER), str(page)],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,  # what hangs is to end; a machine may be busy
    )


def test_there_are_examples() -> None:
    assert len(WITH_EXAMPLES) >= LEAST_PAGES
    assert sum(counted(page).run for page in WITH_EXAMPLES) >= LEAST_RUN


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_the_examples_of_a_page_hold(page: Path, tmp_path: Path, environment: dict[str, str]) -> None:
    folder = tmp_path / "reader"
    shutil.copytree(CHECKOUT / "greeter" / "plugins", folder / "greeter" / "plugins")
    done = run_page(page, folder, environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert Counts(*map(int, re.findall(r"\d+", done.stdout))) == counted(page)


HOLDS = {
    "prints what it says": "```python\nprint(1 + 1)  # 2\n```\n",
    "prints more lines": "```python\nfor n in (1, 2):\n    print(n)\n```\n<!-- prints -->\n```text\n1\n2\n```\n",
    "raises": "```python\nint('x')\n```\n<!-- raises -->\n```text\nValueError: invalid ... 'x'\n```\n",
    "remembers": "```python\nn = 1\n```\nand then\n```python\nprint(n)  # 1\n```\n",
    "commands": "```console\n$ echo one; echo two\none\n...\n$ echo three\nthree\n```\n",
    "writes": "<!-- file: a/b.txt -->\n```text\nwords\n```\n```console\n$ cat a/b.txt\nwords\n```\n",
    "passes over": "<!-- not run: it never ends -->\n```python\nwhile True: ...\n```\n",
}
FAILS = {
    "prints something else": ("```python\nprint(1 + 1)  # 3\n```\n", "line 1: should print:\n3\nprinted:\n2"),
    "prints and does not say so": ("```python\nprint(1)\n```\n", "printed:\n1"),
    "prints nothing": ("```python\nif False:\n    print(1)  # 1\n```\n", "printed:\n"),
    "raises": ("text\n\n```python\nint('x')\n```\n", "line 3: raised ValueError"),
    "does not raise": ("```python\n1\n```\n<!-- raises -->\n```text\nE: e\n```\n", "this should be raised"),
    "raises another": (
        "```python\nint('x')\n```\n<!-- raises -->\n```text\nTypeError: no\n```\n",
        "ValueError: invalid",
    ),
    "says something else": ("```console\n$ echo 1\n2\n```\n", "$ echo 1\nshould say:\n2"),
    "says more": ("```console\n$ echo 1; echo 2\n1\n```\n", "said:\n1\n2"),
    "says nothing": ("```console\n$ true\n1\n```\n", "should say:\n1"),
    "is no command": ("```console\nmake\n```\n", "does not begin with a command"),
    "is passed over without a reason": ("<!-- not run -->\n```python\n1\n```\n", "does not say why"),
    "is in a language that nobody runs": ("```sh\ntrue\n```\n", "nobody knows how to run 'sh'"),
    "is not Python": ("```python\ndef\n```\n", "SyntaxError"),
}


@pytest.mark.parametrize("text", HOLDS.values(), ids=list(HOLDS))
def test_a_page_that_holds(text: str, tmp_path: Path, environment: dict[str, str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, "utf-8")
    done = run_page(page, tmp_path, environment)
    assert done.returncode == 0, done.stderr
    assert Counts(*map(int, re.findall(r"\d+", done.stdout))) == counted(page)


@pytest.mark.parametrize(("text", "reason"), FAILS.values(), ids=list(FAILS))
def test_a_page_that_does_not_hold(text: str, reason: str, tmp_path: Path, environment: dict[str, str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, "utf-8")
    done = run_page(page, tmp_path, environment)
    assert done.returncode == 1
    assert reason in done.stderr
