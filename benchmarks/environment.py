"""Sets up what is measured: wheels built from the checkout, installed into environments of their own.

Nothing is editable, and pip compiles everything: a program is measured as its users have it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from typing import NamedTuple

from hotplug.build import build_wheel

CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PLUGINS = ("eng", "chi", "swe", "ru")
_LASTING = "/var/tmp"  # noqa: S108  (a folder of an unforeseeable name is made there)
PLACE = _LASTING if os.access(_LASTING, os.W_OK) else None
"""Where environments are made: for an interpreter below /tmp, stevedore keeps no cache."""


class Environment(NamedTuple):
    """A virtual environment, and the variables that its programs run with."""

    folder: str
    variables: dict[str, str]

    def program(self, name: str) -> str:
        """Return the path of a program in it."""
        return os.path.join(self.folder, "bin", name)

    def run(self, *command: str) -> str:
        """Run one of its programs, and return what it prints.

        Raises:
            SystemExit: If it fails, with what it printed.
        """
        done = subprocess.run(
            [self.program(command[0]), *command[1:]],
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout


class Environments(NamedTuple):
    """Both environments, and the folder with the plugins' source files.

    Attributes:
        alone: hotplug and the greeter, nothing else: its languages are those that its wheel carries.
        together: The same with the four plugins installed, and with the peers.
        sources: The four plugins as files, with their bytecode once they were imported.
    """

    alone: Environment
    together: Environment
    sources: str


def set_up(folder: str) -> Environments:
    """Build, install and compile everything below an empty folder."""
    wheels = os.path.join(folder, "wheels")
    product = [build_wheel(os.path.join(CHECKOUT, each), wheels) for each in (".", "greeter")]
    plugins = [build_wheel(os.path.join(CHECKOUT, "greeter", "plugins", each), wheels) for each in PLUGINS]
    peers = build_wheel(os.path.join(CHECKOUT, "benchmarks", "drivers"), wheels)
    sources = os.path.join(folder, "sources")
    os.mkdir(sources)
    for each in PLUGINS:
        shutil.copy(os.path.join(CHECKOUT, "greeter", "plugins", each, f"{each}.py"), sources)
    variables = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": os.path.join(folder, "home"),
        "HOTPLUG_CACHE": os.path.join(folder, "cache"),
        "BY_HAND": sources,
    }
    os.mkdir(variables["HOME"])
    alone = made(os.path.join(folder, "alone"), variables, product)
    together = made(os.path.join(folder, "together"), variables, [*product, *plugins, peers])
    return Environments(alone, together, sources)


def made(folder: str, variables: dict[str, str], wheels: list[str]) -> Environment:
    """Return a new environment with some wheels and what they need."""
    venv.create(folder, with_pip=True)
    own = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    own.pop("PYTHONPATH", None)
    python = os.path.join(folder, "bin", "python")
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wheels],
        env=own,
        check=True,
        stdout=sys.stderr,
    )
    return Environment(folder, variables)
