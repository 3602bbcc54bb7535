"""The work folder: wheels that were fetched, each installed with what it depends on, and the hosts' interpreter.

Everything in it can be made again. uv installs by hard links, so that 260 environments cost little more than the
sources in them.
"""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from typing import NamedTuple

from contents import distribution_of

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_CACHES = 3  # each may take a gigabyte
_PYTHON = f"{sys.implementation.name}-{sys.version_info.major}.{sys.version_info.minor}"


class InstallationError(Exception):
    """A wheel could not be fetched, or what it depends on could not be installed."""


class Installation(NamedTuple):
    """A wheel and two folders of installed distributions.

    Attributes:
        wheel: The path of the wheel.
        whole: The wheel with its dependencies.
        dependencies: The same without the files of the wheel: no version differs.
    """

    wheel: str
    whole: str
    dependencies: str


class WorkFolder:
    """The folder that holds what was fetched, installed and found."""

    def __init__(self, folder: str) -> None:
        self.folder = os.path.abspath(folder)
        self._environment = {**os.environ, "UV_SYSTEM_CERTS": "1"}
        for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
            self._environment.pop(name, None)
        self._uv = shutil.which("uv", path=f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}")
        if self._uv is None:
            raise SystemExit("uv is needed: pip install uv")

    def path(self, *parts: str) -> str:
        """Return a path in it; the folders above are made."""
        path = os.path.join(self.folder, *parts)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def python(self) -> str:
        """Return an interpreter that has nothing installed."""
        folder = self.path(_PYTHON, "python")
        program = os.path.join(folder, "bin", "python")
        if not os.path.exists(program):
            venv.create(folder, with_pip=False, symlinks=True)
        return program

    def host(self, hotplug: str, sources: str) -> list[str]:
        """Return the folders that the host has on its path: hotplug itself, and what it needs.

        Args:
            hotplug: The folder that holds the package.
            sources: An empty folder for a copy of hotplug, so that a whole run has the same.
        """
        with open(os.path.join(CHECKOUT, "pyproject.toml"), "rb") as file:
            needed: list[str] = tomllib.load(file)["project"]["dependencies"]
        folder = self.path(_PYTHON, "host")
        if not os.path.exists(folder):
            self._install(folder, needed)
        shutil.copytree(os.path.join(hotplug, "hotplug"), os.path.join(sources, "hotplug"))
        self._try_out([sources, folder])
        return [sources, folder]

    def cache(self, sources: str) -> str:
        """Return the cache of one edition of hotplug; those of the last few are kept."""
        known = hashlib.sha256()
        for folder, _, names in sorted(os.walk(sources)):
            for name in sorted(names):
                if name.endswith(".py"):
                    with open(os.path.join(folder, name), "rb") as file:
                        known.update(file.read())
        caches = self.path("cache", "")
        place = os.path.join(caches, known.hexdigest()[:12])
        os.makedirs(place, mode=0o700, exist_ok=True)
        os.utime(place)
        for old in sorted(os.scandir(caches), key=lambda each: each.stat().st_mtime)[:-_CACHES]:
            shutil.rmtree(old.path, ignore_errors=True)
        return place

    def _try_out(self, host: list[str]) -> None:
        """Leave where no wheel could tell anything, since this hotplug opens nothing at all."""
        code = "import sys; sys.path += sys.argv[2:]; import hotplug; hotplug.open(sys.argv[1]).close()"
        plugin = os.path.join(host[0], "nothing.py")
        with open(plugin, "w", encoding="utf-8"):
            pass
        try:
            self._run([self.python(), "-I", "-c", code, plugin, *host])
        except InstallationError as error:
            raise SystemExit(f"hotplug does not open an empty file:\n{error}") from error

    def installation(self, requirement: str) -> Installation:
        """Return a wheel installed; what is there already is used as it is.

        Args:
            requirement: ``name==version``; after it, set off by spaces, what it needs but does not declare.

        Raises:
            InstallationError: If it cannot be fetched or installed.
        """
        own, *undeclared = requirement.split()
        wheel = self._wheel(own)
        place = self.path(_PYTHON, "installed", os.path.basename(wheel).removesuffix(".whl"), "")
        whole, dependencies = os.path.join(place, "whole"), os.path.join(place, "dependencies")
        if not os.path.exists(whole):
            self._install(whole, [wheel, *undeclared])
        if not os.path.exists(dependencies):
            draft = f"{dependencies}.draft"
            shutil.rmtree(draft, ignore_errors=True)
            shutil.copytree(
                whole, draft, copy_function=os.link, symlinks=True, ignore=shutil.ignore_patterns("__pycache__")
            )
            _take_out(draft, *distribution_of(wheel))
            os.rename(draft, dependencies)
        return Installation(wheel, whole, dependencies)

    def _wheel(self, requirement: str) -> str:
        folder = self.path("wheels", "")
        name, _, version = requirement.partition("==")
        for each in os.listdir(folder):
            if each.endswith("-none-any.whl") and distribution_of(each) == (name, version):
                return os.path.join(folder, each)
        # a platform of its own keeps pip from the builds with extension modules that some have beside
        pure = ("--platform", "any", "--implementation", "py", "--abi", "none")
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary",
            ":all:",
            *pure,
        ]
        self._run([*command, "--dest", folder, requirement])
        found = [each for each in os.listdir(folder) if distribution_of(each) == (name, version)]
        if not found:
            raise InstallationError(f"{requirement}: the file that was fetched has another name or version")
        return os.path.join(folder, found[0])

    def _install(self, folder: str, what: list[str]) -> None:
        assert self._uv is not None  # noqa: S101  (checked when this was made)
        draft = f"{folder}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        options = ("--quiet", "--no-build", "--no-progress", "--link-mode", "hardlink", "--python", self.python())
        self._run([self._uv, "pip", "install", *options, "--target", draft, *what])
        os.rename(draft, folder)

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if "file://" not in line]
            raise InstallationError("\n".join(said[-6:]))


def _take_out(folder: str, name: str, version: str) -> None:
    """Remove a distribution from a folder, and the folders that are empty then: they would be packages."""
    for each in os.listdir(folder):
        if each.endswith(".dist-info") and distribution_of(each.removesuffix(".dist-info")) == (name, version):
            record = os.path.join(folder, each, "RECORD")
            break
    else:
        raise InstallationError(f"{name} {version} is not among what was installed")
    with open(record, encoding="utf-8", newline="") as file:
        paths = [os.path.normpath(os.path.join(folder, row[0])) for row in csv.reader(file)]
    for path in paths:
        if path.startswith(folder + os.sep) and os.path.lexists(path):
            os.unlink(path)
    for path, _, _ in os.walk(folder, topdown=False):
        if path != folder and not os.listdir(path):
            os.rmdir(path)
