"""What the pyproject.toml of a project declares.

The format is https://packaging.python.org/specifications/pyproject-toml/; only its table ``[project]`` counts.
"""

from __future__ import annotations

import os
import stat

from hotplug.artifacts.memory import unhindered
from hotplug.artifacts.metadata import EntryPoint, Metadata
from hotplug.errors import ArtifactError
from hotplug.light import cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def read_pyproject(place: str, stem: str) -> Metadata:
    """Return what a pyproject.toml declares.

    Args:
        place: Its path.
        stem: The name of its folder, which is the project's where it declares none.

    Raises:
        ArtifactError: If it cannot be read, or is not valid.
    """
    try:
        if not stat.S_ISREG(os.stat(place).st_mode):
            raise ArtifactError("pyproject.toml is no regular file", plugin=stem)
        with open(place, "rb", opener=unhindered) as file:
            data = file.read()
    except OSError as error:
        raise unreadable(error, stem) from error
    return declared_by(data, stem)


def unreadable(error: OSError, stem: str) -> ArtifactError:
    """Return the error for a pyproject.toml that cannot be read."""
    return ArtifactError(f"pyproject.toml cannot be read: {error.strerror}", plugin=stem)


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
        " ".join((reader.text("name") or "").split()) or stem,
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
