"""A project's wheel, made by the build backend that its pyproject.toml names (PEP 517, PEP 518).

The backend runs in a process of its own, with the Python that runs hotplug and what is installed there:
nothing is fetched. It runs in the project's folder, as pip has it since 21.3: a copy elsewhere would lack the
version control that some backends ask for the version, the ignore files above the folder, and what lies beside
it. To leave nothing in the folder is the backend's affair; setuptools, which would leave ``build`` and
``*.egg-info`` (and take old files from there), is given a temporary place for both.
"""

from __future__ import annotations

import importlib.metadata
import logging
import os
import shlex
import subprocess
import sys
import tempfile
import tomllib
from typing import NamedTuple, cast

from packaging.requirements import InvalidRequirement, Requirement
from pyproject_hooks import BackendUnavailable, BuildBackendHookCaller

from hotplug.artifacts.digest import read_file
from hotplug.artifacts.zipped import declared
from hotplug.build.wheel import source_date_epoch
from hotplug.errors import ArtifactError, BuildError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_LOG = logging.getLogger("hotplug.build")
_LINES_SHOWN = 30
_NOT_TEXTS = {
    "requires": "build-system.requires in pyproject.toml must be there, a list of strings (PEP 518)",
    "backend-path": "build-system.backend-path in pyproject.toml must be a list of strings (PEP 517)",
}


class BuildSystem(NamedTuple):
    """The ``[build-system]`` of a project: its requirements, its backend, and the folders of the backend."""

    requires: tuple[str, ...]
    backend: str
    backend_path: tuple[str, ...]


def build_project(source: str, folder: str) -> str:
    """Build the wheel of a project and return its path.

    Args:
        source: The project's folder, absolute.
        folder: An empty folder for the wheel.

    Raises:
        ArtifactError: If pyproject.toml does not tell how the project is built.
        BuildError: If the backend or what it requires is not installed, or the backend fails; its ``.output``
            is all that the backend printed.
    """
    system = _build_system(source)
    _check_installed(system.requires, source)
    with tempfile.TemporaryDirectory(prefix="hotplug-setuptools-") as scratch:
        hooks = BuildBackendHookCaller(
            source,
            system.backend,
            backend_path=system.backend_path or None,
            runner=_Runner(scratch),
            python_executable=_python(),
        )
        try:
            needed: object = hooks.get_requires_for_build_wheel()
            _check_installed(_texts("get_requires_for_build_wheel", needed, source), source)
            name = cast("object", hooks.build_wheel(folder))
        except BackendUnavailable as error:
            raise _unavailable(system, source, error.traceback) from error
        except subprocess.CalledProcessError as error:
            raise _failed(system, source, error.output) from error
    if not isinstance(name, str) or os.path.basename(name) != name or not name.endswith(".whl"):
        raise BuildError(
            f"its build backend {system.backend} returned {name!r}, not the name of a wheel", plugin=source
        )
    path = os.path.join(folder, name)
    if not os.path.isfile(path) or os.path.islink(path):
        raise BuildError(f"its build backend {system.backend} promised {name} and did not make it", plugin=source)
    try:
        declared(read_file(path), path)
    except ArtifactError as error:
        raise BuildError(
            f"its build backend {system.backend} made no wheel: it {error.reason}", plugin=source
        ) from error
    return path


def _build_system(source: str) -> BuildSystem:
    """Return what ``[build-system]`` says; setuptools where it is silent, as PEP 517 has it."""
    try:
        with open(os.path.join(source, "pyproject.toml"), "rb") as file:
            document = tomllib.load(file)
    except OSError as error:
        raise ArtifactError(f"pyproject.toml cannot be read: {error.strerror}", plugin=source) from error
    except (ValueError, RecursionError) as error:
        raise ArtifactError(f"pyproject.toml is not valid TOML: {error}", plugin=source) from error
    table = document.get("build-system")
    if table is None:
        if "project" not in document and not os.path.isfile(os.path.join(source, "setup.py")):
            raise ArtifactError(
                "pyproject.toml has neither [build-system] nor [project]: it does not say what to build",
                plugin=source,
            )
        table = {"requires": ["setuptools>=40.8.0"]}
    if not isinstance(table, dict):
        raise ArtifactError("build-system in pyproject.toml must be a table", plugin=source)
    values = cast("dict[str, object]", table)
    backend = values.get("build-backend", "setuptools.build_meta:__legacy__")
    if not isinstance(backend, str):
        raise ArtifactError("build-system.build-backend in pyproject.toml must be a string", plugin=source)
    return BuildSystem(
        _texts("requires", values.get("requires"), source),
        backend,
        _texts("backend-path", values.get("backend-path", []), source),
    )


def _texts(key: str, value: object, source: str) -> tuple[str, ...]:
    texts = cast("list[object]", value) if isinstance(value, list) else [value]
    strings = tuple(text for text in texts if isinstance(text, str))
    if not isinstance(value, list) or len(strings) != len(texts):
        raise ArtifactError(_NOT_TEXTS.get(key, f"its backend's {key} gave {value!r}, not a list"), plugin=source)
    return strings


def _check_installed(requires: Iterable[str], source: str) -> None:
    """Check that the requirements of the build are met by what is installed beside hotplug."""
    missing: list[str] = []
    found: list[str] = []
    for text in requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement as error:
            raise ArtifactError(
                f"its build requires {text!r}, which is no requirement: {error}", plugin=source
            ) from error
        try:
            applies = requirement.marker is None or requirement.marker.evaluate()
        except (ValueError, KeyError) as error:
            raise ArtifactError(
                f"its build requires {text!r}, which has no meaning: {error}", plugin=source
            ) from error
        if not applies:
            continue
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(text)
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            missing.append(text)
            found.append(f"{requirement.name} {version}")
    if missing:
        instead = f" (there is {', '.join(found)})" if found else ""
        raise BuildError(
            f"its build requires {', '.join(missing)}, not installed in {sys.prefix}{instead}",
            plugin=source,
            remedy=f"pip install {shlex.join(missing)}",
        )


def _python() -> str:
    if not sys.executable:
        raise BuildError("this program has no Python to run the build backend with")
    return sys.executable


class _Runner:
    """Runs a hook of a backend and keeps what it prints.

    Args:
        scratch: A folder for what setuptools leaves.
    """

    def __init__(self, scratch: str) -> None:
        self._extra = {"PYTHONDONTWRITEBYTECODE": "1"}
        if not os.environ.get("SOURCE_DATE_EPOCH"):
            self._extra["SOURCE_DATE_EPOCH"] = str(source_date_epoch())
        if "DIST_EXTRA_CONFIG" not in os.environ:
            config = os.path.join(scratch, "setup.cfg")
            with open(config, "w", encoding="utf-8") as file:
                file.write(f"[build]\nbuild_base = {scratch}\n[egg_info]\negg_base = {scratch}\n")
            self._extra["DIST_EXTRA_CONFIG"] = config

    def __call__(
        self, cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None
    ) -> None:
        """Run it.

        Raises:
            subprocess.CalledProcessError: If it fails; with all that it printed.
        """
        done = subprocess.run(  # noqa: S603  (the command is pyproject_hooks' own)
            cmd,
            cwd=cwd,
            env={**os.environ, **self._extra, **(extra_environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        _LOG.debug("%s", done.stdout)
        done.check_returncode()


def _unavailable(system: BuildSystem, source: str, trace: str) -> BuildError:
    lines = trace.strip().splitlines()
    remedy = f"pip install {shlex.join(system.requires)}" if system.requires else "install it in this environment"
    return BuildError(
        f"its build backend {system.backend} cannot be imported: {lines[-1] if lines else 'no reason given'}",
        plugin=source,
        remedy=f"is the name right? If it is, {remedy}",
        output=trace,
    )


def _failed(system: BuildSystem, source: str, output: str) -> BuildError:
    lines = output.rstrip().splitlines()
    shown = lines[-_LINES_SHOWN:]
    left_out = [f"(the last {len(shown)} of {len(lines)} lines)"] if len(shown) < len(lines) else []
    text = "\n  ".join([*left_out, *shown]) or "it printed nothing"
    return BuildError(f"its build backend {system.backend} failed:\n  {text}", plugin=source, output=output)
