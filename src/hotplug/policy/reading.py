"""The text of a policy file, and what it means: every place that nobody can follow is named, with its line."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from types import MappingProxyType

from hotplug.artifacts.memory import unhindered
from hotplug.errors import PolicyError, nearest
from hotplug.policy import Limits
from hotplug.policy.file import PluginPolicy, located
from hotplug.policy.lines import dotted, line_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_LARGEST = 1 << 20
"""Bytes; what is larger was not written by a person."""
_BOUNDARIES = ("inline", "process")
_NOT_BUILT = ("grants", "sandbox")
_PIN = re.compile("sha256:[0-9a-f]{64}")
_REFERENCE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")
_LIMITS = ("start", "deadline", "concurrency")
_FILE = (
    *("group", "contract", "symbol", "paths", "fallback", "installed", "lock"),
    *("boundary", "limits", "provides", "plugins"),
)
_PLUGIN = ("enabled", "boundary", "limits", "pin", "config")
_KINDS: dict[type, str] = {
    bool: "true or false",
    str: "a text",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
}


def text_of(path: str) -> str:
    """Return the text of a policy file.

    Raises:
        PolicyError: If it is not there, or is no file of text that somebody would write.
    """
    try:
        with open(path, "rb", opener=unhindered) as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise _refusal(
                    path, f"is {'a folder' if stat.S_ISDIR(mode) else 'no file'}", "name the file itself"
                )
            data = file.read(_LARGEST + 1)
    except FileNotFoundError as error:
        raise _refusal(path, "there is no such file", "name another one, or make it") from error
    except IsADirectoryError as error:
        raise _refusal(path, "is a folder", "name the file itself") from error
    except (OSError, ValueError) as error:
        said = (isinstance(error, OSError) and error.strerror) or str(error)
        remedy = "see to it that it can be read, or name another policy"
        raise _refusal(path, f"the policy cannot be read: {said}", remedy) from error
    if len(data) > _LARGEST:
        raise _refusal(path, f"is larger than {_LARGEST >> 20} MiB", "that is no policy: name another file")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refusal(f"{path}, line {line}", "is not UTF-8", "save it in that encoding") from error


def fields(source: str, path: str) -> dict[str, Any]:
    """Return what the text of a policy file says, as the fields of a Policy.

    Raises:
        PolicyError: If it is no TOML, or says what nobody can follow.
    """
    if source.startswith("\ufeff"):
        raise _refusal(f"{path}, line 1", "begins with a byte order mark", "save it as UTF-8 without one")
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", str(error))
        said = str(error)[: at.start()] if at else str(error)
        line = int(at[1]) if at and at[1] else source.count("\n") + 1
        column = f", column {at[2]}" if at and at[2] else ""
        raise _refusal(f"{path}, line {line}{column}", f"is no TOML: {said}") from error
    except ValueError as error:  # a number that int() refuses
        raise _refusal(path, f"is no policy: {error}") from error
    except RecursionError:
        raise _refusal(path, "is no policy: it is nested too deeply") from None
    reader = _Reader(source, path)
    found = reader.file(data)
    if reader.problems:
        raise PolicyError(_told(path, reader.problems), remedy="correct it and start again")
    return found


def _told(path: str, problems: list[tuple[int | None, str]]) -> str:
    at = [(f"line {line}: " if line else "") + text for line, text in problems]
    return f"{path}, {at[0]}" if len(at) == 1 else f"{path}:" + "".join(f"\n  - {each}" for each in at)


def _refusal(where: str, what: str, remedy: str | None = None) -> PolicyError:
    return PolicyError(f"{where}: {what}", remedy=remedy)


class _Reader:
    """Reads tables, and notes what is wrong with them."""

    def __init__(self, source: str, path: str) -> None:
        self._source = source
        self._place = path
        self.problems: list[tuple[int | None, str]] = []

    def file(self, data: dict[str, Any]) -> dict[str, Any]:
        self._known(data, (), _FILE)
        found: dict[str, Any] = {
            "group": self._text(data, ("group",)),
            "contract": self._text(data, ("contract",)),
            "symbol": self._text(data, ("symbol",)),
            "paths": self._folders(data, "paths"),
            "fallback": self._folders(data, "fallback"),
            "installed": self._value(data, ("installed",), bool),
            "boundary": self._boundary(data, ()),
            "limits": self._limits(data, ()),
            "provides": self._provides(data),
        }
        lock = self._text(data, ("lock",))
        found["lock"] = self._path(lock, ("lock",)) if lock and lock.strip() else None
        if found["contract"] is not None and not _REFERENCE.fullmatch(found["contract"]):
            self._wrong(("contract",), f"is {found['contract']!r}, not of the form 'module:attribute'")
        plugins = self._table(data, ("plugins",))
        found["plugins"] = MappingProxyType(
            {name: self._plugin(plugins, name, found["boundary"]) for name in plugins}
        )
        return found

    def _plugin(self, plugins: dict[str, Any], name: str, boundary: str | None) -> PluginPolicy:
        at = ("plugins", name)
        if not name:
            self._wrong(at, "has no name")
        table = self._table(plugins, at)
        self._known(table, at, _PLUGIN)
        own = self._boundary(table, at)
        limits = self._limits(table, at)
        if limits and (own or boundary) == "inline":
            self._wrong((*at, "limits"), "has no meaning: an inline plugin has no limits")
        pin = self._text(table, (*at, "pin"))
        if pin is not None and not _PIN.fullmatch(pin):
            self._wrong((*at, "pin"), f"is {pin!r}, not 'sha256:' and 64 hexadecimal digits in lower case")
        config = self._table(table, (*at, "config")) if "config" in table else None
        enabled = self._value(table, (*at, "enabled"), bool)
        return PluginPolicy(enabled is not False, own, limits, pin, config)  # type: ignore[arg-type]

    def _limits(self, table: dict[str, Any], at: tuple[str, ...]) -> Mapping[str, float]:
        at = (*at, "limits")
        given = self._table(table, at)
        self._known(given, at, _LIMITS)
        found: dict[str, float] = {}
        for name, value in given.items():
            if name in _LIMITS:
                try:
                    Limits(**{name: value})
                except (TypeError, ValueError) as error:
                    self._wrong((*at, name), f"cannot be: {error}")
                found[name] = value
        return MappingProxyType(found)

    def _boundary(self, table: dict[str, Any], at: tuple[str, ...]) -> str | None:
        at = (*at, "boundary")
        given: str | None = self._value(table, at, str)
        if given is not None and given not in _BOUNDARIES:
            missing = " (a sandbox is not built yet)" if given in _NOT_BUILT else nearest(given, _BOUNDARIES)
            self._wrong(at, f"is {given!r}; boundaries are 'inline' and 'process'{missing}")
        return given

    def _provides(self, data: dict[str, Any]) -> Mapping[str, str]:
        from hotplug.artifacts import normalised

        given = self._table(data, ("provides",))
        first: dict[str, str] = {}
        for name in given:
            self._text(given, ("provides", name))
            other = first.setdefault(normalised(name), name)
            if other != name:
                self._wrong(("provides", name), f"is the same distribution as {other!r}")
        return MappingProxyType(given)

    def _folders(self, data: dict[str, Any], key: str) -> tuple[str, ...]:
        given: list[Any] = self._value(data, (key,), list) or []
        for each in given:
            if type(each) is not str or not each:
                self._wrong((key,), f"holds {each!r}: each is the path of a folder")
        return tuple(self._path(each, (key,)) for each in given if type(each) is str and each)

    def _path(self, given: str, at: tuple[str, ...]) -> str:
        try:
            return located(given, self._place)
        except ValueError as error:
            self._wrong(at, str(error))
            return ""

    def _text(self, table: dict[str, Any], at: tuple[str, ...]) -> str | None:
        value: str | None = self._value(table, at, str)
        if value is not None and not value.strip():
            self._wrong(at, "is empty")
        return value

    def _table(self, table: dict[str, Any], at: tuple[str, ...]) -> dict[str, Any]:
        found: dict[str, Any] | None = self._value(table, at, dict)
        return found or {}

    def _value(self, table: dict[str, Any], at: tuple[str, ...], kind: type) -> Any:
        """Return the value at the end of a way of keys, None if it is not there or of another kind."""
        value: object = table.get(at[-1])
        if value is None or type(value) is kind:
            return value
        other = _KINDS.get(type(value), "a date or a time")
        self._wrong(at, f"is {_KINDS[kind]}, not {other}")
        return None

    def _known(self, table: dict[str, Any], at: tuple[str, ...], known: tuple[str, ...]) -> None:
        for key in table:
            if key in known:
                continue
            if key in _NOT_BUILT:
                self._wrong((*at, key), "is not built yet: take it out")
            else:
                near = nearest(key, known) or f"; known are {', '.join(known)}"
                self._wrong((*at, key), f"is not known{near}")

    def _wrong(self, at: tuple[str, ...], what: str) -> None:
        self.problems.append((line_of(self._source, at), f"{dotted(at)} {what}"))
