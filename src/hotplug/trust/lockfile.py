"""The text of a lock: TOML, in the order of names, with paths that are relative where that can be."""

from __future__ import annotations

import os

from hotplug.errors import ArtifactError, TrustError
from hotplug.light import cast
from hotplug.replacing import replace
from hotplug.trust.copies import read_regular
from hotplug.trust.lock import COMMAND, Locked
from hotplug.trust.pins import checked_pin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NoReturn

_VERSION = 1
_HEAD = "# The artifacts that a catalog may run. Run `hotplug lock` again to accept a change.\n"
_KINDS = ("folder", "module", "wheel", "installed")
_KEYS = ("names", "path", "kind", "distribution", "version", "digest")
_TABLE = "[[artifact]]"
_REMEDY = f"mend it, or write it anew: {COMMAND}"


def write(path: str, artifacts: Iterable[Locked]) -> None:
    """Write a lock, in one step.

    Raises:
        TrustError: If it cannot be written; what was there stays.
    """
    text = text_of(artifacts, os.path.realpath(os.path.dirname(path)))
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        line = text[: error.start].rpartition("\n")[2] + text[error.start :].partition("\n")[0]
        raise TrustError(
            f"the lock cannot be written: a name in it is no text: {line}", plugin=path, remedy="rename that file"
        ) from error
    if os.path.exists(path) and not os.path.isfile(path):  # a pipe or a device, which would be gone
        raise TrustError("the lock cannot be written: that is no regular file", plugin=path)
    try:
        replace(path, data)
    except OSError as error:
        raise TrustError(f"the lock cannot be written: {error.strerror}", plugin=path) from error


def text_of(artifacts: Iterable[Locked], folder: str) -> str:
    """Return the text of a lock that lies in a folder."""
    import tomlkit

    tables: list[dict[str, object]] = []
    for each in artifacts:
        values = {
            "names": list(each.names),
            "path": _from(folder, each.path) if each.path else None,
            "kind": each.kind,
            "distribution": each.distribution,
            "version": each.version,
            "digest": each.digest,
        }
        tables.append({key: value for key, value in values.items() if value is not None})
    return _HEAD + tomlkit.dumps({"version": _VERSION, "artifact": tables} if tables else {"version": _VERSION})


def read(path: str) -> list[Locked]:
    """Return the artifacts of a lock.

    Raises:
        TrustError: If it is not there, damaged, or of another version.
    """
    try:
        text = read_regular(path).decode()
    except ArtifactError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise TrustError("the lock is not there", plugin=path, remedy=f"write it: {COMMAND}") from error
        raise TrustError(f"the lock {error.reason}", plugin=path) from error
    except ValueError as error:
        raise TrustError(f"the lock is damaged: {error}", plugin=path, remedy=_REMEDY) from error
    return parsed(text, path)


def parsed(text: str, path: str) -> list[Locked]:
    """Return the artifacts of a lock with a text, at a path.

    Raises:
        TrustError: If it is damaged, or of another version.
    """
    import tomllib

    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise TrustError(f"the lock is damaged: {error}", plugin=path, remedy=_REMEDY) from error
    return _Reader(path, text).artifacts(table)


class _Reader:
    """Reads the tables of a lock, and says on which line one is not what it has to be."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._folder = os.path.realpath(os.path.dirname(path))
        self._lines = text.splitlines()
        self._tables = [number for number, line in enumerate(self._lines) if line.strip() == _TABLE]

    def artifacts(self, document: dict[str, object]) -> list[Locked]:
        version = document.pop("version", None)
        if type(version) is not int:
            self._fail(0, "it has no version", key="version")
        if version != _VERSION:
            self._fail(0, f"it is of version {version}, and this hotplug knows {_VERSION} only", key="version")
        tables = document.pop("artifact", [])
        for key in document:
            self._fail(0, f"{key!r} is nothing that a lock has", key=key)
        if not isinstance(tables, list) or not all(
            isinstance(each, dict) for each in cast("list[object]", tables)
        ):
            self._fail(0, f"artifacts are tables: {_TABLE}", key="artifact")
        found: list[Locked] = []
        names: dict[str, int] = {}
        places: set[tuple[str, str]] = set()
        for number, each in enumerate(cast("list[dict[str, object]]", tables)):
            line = self._tables[number] if number < len(self._tables) else 0
            locked = self._locked(each, line)
            for name in locked.names:
                if name in names:
                    self._fail(
                        line, f"the name {name!r} is locked twice, first on line {names[name]}", key="names"
                    )
                names[name] = line + 1
            if locked.place in places:
                self._fail(line, f"{locked.where} is locked twice", key="path")
            places.add(locked.place)
            found.append(locked)
        return found

    def _locked(self, table: dict[str, object], line: int) -> Locked:
        for key in table:
            if key not in _KEYS:
                self._fail(line, f"{key!r} is nothing that an artifact has", key=key)
        kind = self._text(table, "kind", line)
        if kind not in _KINDS:
            self._fail(line, f"there is no kind {kind!r}: {', '.join(_KINDS)}", key="kind")
        path = "" if kind == "installed" else self._text(table, "path", line)
        if kind == "installed" and "path" in table:
            self._fail(line, "an installed distribution has no path here", key="path")
        try:
            digest = checked_pin(self._text(table, "digest", line))
        except ValueError as error:
            self._fail(line, f"the digest is none: {error}", key="digest")
        return Locked(
            self._names(table, line),
            os.path.normpath(os.path.join(self._folder, path)) if path else "",
            kind,
            self._text(table, "distribution", line),
            self._text(table, "version", line) if "version" in table else None,
            digest,
        )

    def _names(self, table: dict[str, object], line: int) -> tuple[str, ...]:
        names = table.get("names")
        if not isinstance(names, list) or not names:
            self._fail(line, "names is a list of at least one name", key="names")
        for name in cast("list[object]", names):
            if not isinstance(name, str) or not name:
                self._fail(line, f"a name is a text, not {name!r}", key="names")
        return tuple(sorted(cast("list[str]", names)))

    def _text(self, table: dict[str, object], key: str, line: int) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value or "\0" in value:
            self._fail(
                line, f"{key} is not there" if value is None else f"{key} is a text, not {value!r}", key=key
            )
        return value

    def _fail(self, start: int, reason: str, *, key: str) -> NoReturn:
        """Raise, with the line of a key after a line, else with that line."""
        end = next((number for number in self._tables if number > start), len(self._lines))
        keys = ((number, self._lines[number].partition("=")[0].strip(" []")) for number in range(start, end))
        line = next((number for number, found in keys if found == key), start) + 1
        raise TrustError(f"the lock is damaged, line {line}: {reason}", plugin=self._path, remedy=_REMEDY)


def _from(folder: str, path: str) -> str:
    """Return a path as a lock in a folder has it: from there, where it lies below."""
    below = os.path.join(folder, "")
    return (path.removeprefix(below) if path.startswith(below) else path).replace(os.sep, "/")
