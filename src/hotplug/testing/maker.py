"""The maker of plugins from literals: a folder, a file, a project, a wheel, an installed distribution."""

from __future__ import annotations

import json
import os
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from hotplug.build.wheel import Wheel
from hotplug.errors import absolute
from hotplug.testing.broken import BROKEN
from hotplug.testing.installation import install

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType
    from typing import Self

    from hotplug.testing.installation import Installation
    from hotplug.testing.zoo import Zoo

    Files = Mapping[str, str | bytes]
    """Relative path with forward slashes to content.

    Text is dedented and loses one line break at its beginning, so that it can be written between triple
    quotes in the test; bytes stay as they are.
    """
    EntryPoints = Mapping[str, Mapping[str, str]]
    """Group to name to object reference."""

_NOT_SHIPPED = {"tests", "docs", "README.md", "LICENSE"}


class PluginMaker:
    """Makes plugins in a folder of its own; closing it undoes its installations.

    Names may hold folders (``folder("one/french", ...)``, ``module("one/french.py", ...)``), and to make a
    thing again at the same place changes it there. Nothing is built or run to make a plugin.

    Args:
        root: The folder; it is made.
    """

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self.root = Path(absolute(root)).resolve()
        self.root.mkdir(parents=True, exist_ok=True)
        self.installations: list[Installation] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take every installation off ``sys.path``, the last one first. The files stay."""
        while self.installations:
            self.installations.pop().leave()

    def folder(self, name: str, files: Files) -> Path:
        """Write a source folder and return it.

        What kind of folder it is the files say: a project with ``pyproject.toml`` among them, a package with
        ``__init__.py``, else an import root.
        """
        folder = self._place(name)
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_content(content))
        return folder

    def module(self, name: str, source: str | bytes) -> Path:
        """Write a single file, such as ``french.py``, and return its path."""
        path = self._place(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_content(source))
        return path

    def project(
        self,
        name: str,
        files: Files,
        *,
        version: str = "1.0",
        entry_points: EntryPoints | None = None,
        requires: Iterable[str] = (),
        requires_python: str | None = None,
        into: str = "",
    ) -> Path:
        """Write a project with hatchling as its build backend and return its folder, named like it.

        Args:
            name: The distribution's name.
            files: Without pyproject.toml. With ``src/`` among them that is the import root.
            version: Its version.
            entry_points: Group to name to object reference.
            requires: Its dependencies.
            requires_python: The Pythons that it runs on.
            into: The folder below `root` that it is written to.
        """
        lines = ["[build-system]", 'requires = ["hatchling"]', 'build-backend = "hatchling.build"', ""]
        lines += ["[project]", f"name = {_toml(name)}", f"version = {_toml(version)}"]
        if requires_python is not None:
            lines.append(f"requires-python = {_toml(requires_python)}")
        lines.append(f"dependencies = {_toml(list(requires))}")
        for group, points in (entry_points or {}).items():
            lines += ["", f"[project.entry-points.{_toml(group)}]"]
            lines += [f"{_toml(point)} = {_toml(reference)}" for point, reference in points.items()]
        tops = sorted({path.partition("/")[0] for path in files} - _NOT_SHIPPED)
        lines += ["", "[tool.hatch.build.targets.wheel]"]
        lines += (
            ['only-include = ["src"]', 'sources = ["src"]'] if "src" in tops else [f"only-include = {_toml(tops)}"]
        )
        pyproject = "".join(f"{line}\n" for line in lines)
        return self.folder(f"{into}/{name}" if into else name, {"pyproject.toml": pyproject, **files})

    def wheel(
        self,
        name: str,
        files: Files,
        *,
        version: str = "1.0",
        entry_points: EntryPoints | None = None,
        requires: Iterable[str] = (),
        requires_python: str | None = None,
        summary: str | None = None,
        tag: str = "py3-none-any",
        into: str = "",
    ) -> Path:
        """Write a wheel and return its path; it is not installed.

        Args:
            name: The distribution's name.
            files: Path relative to site-packages to content.
            version: Its version.
            entry_points: Group to name to object reference.
            requires: Its requirements, valid or not.
            requires_python: The Pythons that it runs on, a valid specifier or not.
            summary: One line on what it does.
            tag: The compatibility tag of its name and its WHEEL.
            into: The folder below `root` that it is written to.

        Raises:
            BuildError: If name or version is invalid.
        """
        wheel = Wheel(
            name=name,
            version=version,
            files={path: _content(content) for path, content in files.items()},
            entry_points=entry_points or {},
            requires=tuple(requires),
            requires_python=requires_python,
            summary=summary,
            tag=tag,
        )
        path = self._place(f"{into}/{wheel.filename}" if into else wheel.filename)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wheel.to_bytes())
        return path

    def installed(
        self,
        name: str,
        files: Files,
        *,
        version: str = "1.0",
        entry_points: EntryPoints | None = None,
        requires: Iterable[str] = (),
        requires_python: str | None = None,
        summary: str | None = None,
        editable: bool = False,
    ) -> Installation:
        """Install a distribution until the maker is closed, in front of all others on ``sys.path``.

        Modules of its top-level names that were imported before are put aside, and are back afterwards.

        Args:
            name: The distribution's name.
            files: Path relative to site-packages, or to the source root of an editable one, to content.
            version: Its version.
            entry_points: Group to name to object reference.
            requires: Its requirements, valid or not.
            requires_python: The Pythons that it runs on, a valid specifier or not.
            summary: One line on what it does.
            editable: Whether its modules stay in a source folder, as ``pip install -e`` leaves them.

        Raises:
            BuildError: If name or version is invalid.
        """
        wheel = Wheel(
            name=name,
            version=version,
            files={path: _content(content) for path, content in files.items()},
            entry_points=entry_points or {},
            requires=tuple(requires),
            requires_python=requires_python,
            summary=summary,
        )
        number = len(self.installations)
        source = self.folder(f"editable-{number}/{name}", files) if editable else None
        installation = install(wheel, self._place(f"site-{number}"), editable=source)
        self.installations.append(installation)
        return installation

    def broken(self, kind: str) -> Path:
        """Make the broken artifact that `BROKEN` describes under this name, and return its path.

        A test over all of them reads::

            with pytest.raises(BROKEN[kind].error) as caught:
                hotplug.open(make_plugin.broken(kind))
            assert BROKEN[kind].explained_by(caught.value)
            assert not make_plugin.ran(kind)

        Every line of Python in it is the tripwire of the same name: ``ran(kind)`` tells whether any was run.

        Raises:
            unittest.SkipTest: If this machine cannot have such an artifact.
        """
        folder = self._place(f"broken-{kind}")
        folder.mkdir(parents=True, exist_ok=True)
        return BROKEN[kind].make(folder, self.tripwire(kind))

    def zoo(self, name: str, source: str, *, into: str = "zoo") -> Zoo:
        """Make a search path with everything broken and one good plugin, to let a host or a command loose on it.

        Args:
            name: The good plugin's name: its file is ``<name>.py``.
            source: Its source; it satisfies the host's contract, and binds the symbol that the host looks for.
            into: The folder below `root` that it is written to.
        """
        from hotplug.testing.zoo import Zoo

        return Zoo(self, name, source, into=into)

    def tripwire(self, name: str = "plugin") -> str:
        """Return a line of source that leaves a trace whenever it is run, and no name in its module."""
        leaves_trace = f"with open({str(self._trace(name))!r}, 'a') as trace: trace.write('x')"
        return f"exec({leaves_trace!r}, {{}})\n"

    def ran(self, name: str = "plugin") -> bool:
        """Tell whether the tripwire of this name was run."""
        return self.runs(name) > 0

    def runs(self, name: str = "plugin") -> int:
        """Return how many times the tripwire of this name was run."""
        trace = self._trace(name)
        return trace.stat().st_size if trace.exists() else 0

    def _trace(self, name: str) -> Path:
        traces = self.root / ".tripwires"
        traces.mkdir(exist_ok=True)
        return traces / name

    def _place(self, name: str) -> Path:
        place = Path(os.path.normpath(self.root / name))
        if not place.is_relative_to(self.root):
            raise ValueError(f"{name!r} is outside of the maker's folder")
        return place


def _content(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else textwrap.dedent(content).removeprefix("\n").encode()


def _toml(value: str | list[str]) -> str:
    """Return a value in TOML: its basic strings and arrays are JSON's."""
    return json.dumps(value, ensure_ascii=False)
