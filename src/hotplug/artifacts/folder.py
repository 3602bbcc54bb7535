"""A source folder: a project with pyproject.toml, a package, or an import root.

Nothing of it is run to read it, not its build backend either: a version that only the backend knows is unknown.
"""

from __future__ import annotations

import os
import stat
import time

from hotplug.artifacts.code_cache import code_folder
from hotplug.artifacts.digest import digest_folder
from hotplug.artifacts.import_names import identifier, importable, native_modules, root_module, source_of
from hotplug.artifacts.memory import Stamp, recall, remember, stamp_of, stamp_text
from hotplug.artifacts.metadata import EntryPoint, Metadata, compose, parse
from hotplug.artifacts.scanning import scan
from hotplug.artifacts.tree import Tree, planted
from hotplug.errors import ArtifactError
from hotplug.light import cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import NoReturn

PYPROJECT = "pyproject.toml"
_KIND = "projects"
_NOT_PLUGIN = frozenset(
    {"tests", "test", "docs", "doc", "build", "dist", "setup", "conftest", "noxfile", "hatch_build"}
)
"""Top-level names of a flat project that its own wheel would not hold."""


class Folder:
    """A source folder, opened where it lies."""

    kind = "folder"
    private = True
    verified = False

    def __init__(self, path: str) -> None:
        self.path = path
        self._tree: Tree | None = None
        self._stamps: dict[str, Stamp] | None = None
        self._project = PYPROJECT in os.listdir(path)
        stem = os.path.basename(path)
        self.metadata = _project(path, stem) if self._project else Metadata(stem)

    def root_source(self) -> str | None:
        """Return the path of the root module's source, None where there is no single root or it has no file."""
        tops, root = self._layout()
        return None if root is None else source_of(self.path, tops[root], self._scan())

    def digest(self) -> str:
        """Return the digest of the folder's files."""
        return self.tree().digest

    def state(self) -> object:
        """Return the stamps of the files."""
        return self._scan()

    def native(self) -> tuple[str, ...]:
        """Return the extension modules among the files."""
        return native_modules(self._scan())

    def tree(self) -> Tree:
        """Return the files as they are at the first call.

        Raises:
            ArtifactError: If a file cannot be read, or a link leaves the folder.
        """
        if self._tree is None:
            tops, root = self._layout()
            digest, files = digest_folder(self.path, self._scan())
            tree = Tree(self.path, tops, root, files, digest, code=code_folder(self.path))
            self._tree = planted(tree, self.metadata.name)
        return self._tree

    def _layout(self) -> tuple[dict[str, str], str | None]:
        """Return the top-level names with their paths, and which of them is the root."""
        stem = os.path.basename(self.path)
        return layout(self._scan(), stem, self.metadata.name)

    def _scan(self) -> dict[str, Stamp]:
        if self._stamps is None:
            self._stamps = scan(self.path, build_output=self._project)
        return self._stamps


def layout(files: Collection[str], stem: str, distribution: str) -> tuple[dict[str, str], str | None]:
    """Return the top-level names that a source folder gives, with their paths, and which of them is the root.

    Args:
        files: The paths of its files.
        stem: The name of the folder.
        distribution: The name that it declares, else that of the folder.
    """
    if PYPROJECT in files:
        tops = _tops(files)
    elif "__init__.py" in files:
        top = identifier(stem)
        return {top: ""}, top
    else:
        tops = importable(files)
    return tops, root_module(tops, distribution)


def _tops(files: Collection[str]) -> dict[str, str]:
    below_src = importable(files, "src/")
    if below_src:
        return below_src
    return {name: path for name, path in importable(files).items() if name not in _NOT_PLUGIN}


def _project(path: str, stem: str) -> Metadata:
    """Return what pyproject.toml declares, remembered: importing tomllib takes 3 ms."""
    place = os.path.join(path, PYPROJECT)
    try:
        status = os.stat(place)
        if not stat.S_ISREG(status.st_mode):
            raise ArtifactError("pyproject.toml is no regular file", plugin=stem)
        stamp = stamp_of(status)
    except OSError as error:
        raise ArtifactError(f"pyproject.toml cannot be read: {error.strerror}", plugin=stem) from error
    stamps = stamp_text(stamp)
    known = recall(_KIND, place, stamps)
    if known is None:
        begun = time.time_ns()
        known = compose(_read_pyproject(place, stem))
        remember(_KIND, place, stamps, known, stamp=stamp, begun=begun)
    return parse(known, fallback_name=stem)


def _read_pyproject(place: str, stem: str) -> Metadata:
    try:
        with open(place, "rb") as file:
            data = file.read()
    except OSError as error:
        raise ArtifactError(f"pyproject.toml cannot be read: {error.strerror}", plugin=stem) from error
    return declared_by(data, stem)


def declared_by(data: bytes, stem: str) -> Metadata:
    """Return what the bytes of a pyproject.toml declare.

    Args:
        data: The bytes.
        stem: The name of the folder, which is the project's where it declares none.

    Raises:
        ArtifactError: If it is not valid.
    """
    import tomllib

    try:
        table = tomllib.loads(data.decode()).get("project", {})
    except (ValueError, RecursionError) as error:  # also numbers that int() refuses, and nesting without end
        raise ArtifactError(f"pyproject.toml is not valid TOML: {error}", plugin=stem) from error
    reader = _Reader(table, stem)
    return Metadata(
        reader.text("name") or stem,
        reader.text("version"),
        reader.text("description"),
        reader.text("requires-python"),
        reader.texts("dependencies"),
        entry_points=tuple(
            EntryPoint(group, name, reader.value(f"entry-points.{group}.{name}", value))
            for group, points in reader.table("entry-points").items()
            for name, value in reader.subtable(f"entry-points.{group}", points).items()
        ),
    )


class _Reader:
    """Reads the ``[project]`` table, and says which key is not what the specification asks for."""

    def __init__(self, table: object, plugin: str) -> None:
        self._plugin = plugin
        self._table = self.subtable("", table)

    def text(self, key: str) -> str | None:
        value = self._table.get(key)
        return None if value is None else self.value(key, value)

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._table.get(key, [])
        if not isinstance(values, list):
            self._fail(key, "a list of strings")
        return tuple(self.value(key, value) for value in cast("list[object]", values))

    def table(self, key: str) -> dict[str, object]:
        return self.subtable(key, self._table.get(key, {}))

    def value(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            quoted = "; quote the name of a group that has a dot" if isinstance(value, dict) else ""
            self._fail(key, f"a string{quoted}")
        return value

    def subtable(self, key: str, value: object) -> dict[str, object]:
        if not isinstance(value, dict):
            self._fail(key, "a table")
        return cast("dict[str, object]", value)

    def _fail(self, key: str, expected: str) -> NoReturn:
        where = f"project.{key}" if key else "project"
        raise ArtifactError(f"{where} in pyproject.toml must be {expected}", plugin=self._plugin)
