"""Every example of the README and the documentation does what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from hotplug.testing import PluginMaker

CHECKOUT = Path(__file__).parent.parent.parent
RUNNER = Path(__file__).parent / "run_page.py"
PAGES = [CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
PAGES = [page for page in PAGES if "_build" not in page.parts]
WITH_EXAMPLES = [page for page in PAGES if re.search(r"^```(python|console)", page.read_text("utf-8"), re.MULTILINE)]
LEAST_PAGES = 8
LEAST_RUN = 60

COMMANDS = {"greeter": "greeter", "hotplug": "hotplug.cli", "pytest": "pytest"}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The variables of a reader's shell: the commands of this interpreter, a home and a cache of its own."""
    commands = tmp_path / "bin"
    commands.mkdir()
    commands.joinpath("python").symlink_to(sys.executable)
    for command, module in COMMANDS.items():
        script = commands / command
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n')
        script.chmod(0o755)
    keep = {name: value for name, value in os.environ.items() if name in ("LANG", "PYTHONDONTWRITEBYTECODE")}
    return {
        **keep,
        "PATH": f"{commands}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": str(tmp_path / "home"),
        "HOTPLUG_CACHE": str(tmp_path / "cache"),
        "PYTHONPATH": os.pathsep.join(_import_path(tmp_path)),
        "PYTHONUTF8": "1",
        "NO_COLOR": "1",
        "COLUMNS": "100",
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


def run_page(page: Path, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    folder.mkdir()
    return subprocess.run(
        [sys.executable, str(RUNNER), str(page)],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def counts(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    return {what: int(number) for number, what in re.findall(r"(\d+) ([a-z ]+)", done.stdout)}


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_the_examples_of_a_page_hold(page: Path, tmp_path: Path, environment: dict[str, str]) -> None:
    work = tmp_path / "work"
    work.mkdir()
    shutil.copytree(CHECKOUT / "greeter" / "plugins", work / "greeter" / "plugins")
    done = run_page(page, work / "reader", {**environment, "GREETER": str(work)})
    assert done.returncode == 0, done.stdout + done.stderr
    fences = re.findall(r"^```(?:python|console)", page.read_text("utf-8"), re.MULTILINE)
    assert sum(counts(done).values()) >= len(fences)
