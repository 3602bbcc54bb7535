"""What an artifact declares about itself: core metadata and entry points, read from text.

One text form serves every kind of artifact and the memory between runs: the headers of a METADATA file
(https://packaging.python.org/specifications/core-metadata/), a blank line, and the lines of an
entry_points.txt (https://packaging.python.org/specifications/entry-points/). Reading it here instead of with
``email`` and ``configparser`` saves more time than the whole of a greeting takes; a property test holds the
reading to theirs.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


class _Record:
    """A value that is equal to another of its class with the same fields.

    What a NamedTuple is, at a tenth of the time that it takes to define one; the readers of metadata are on the
    way of every start.
    """

    __slots__: tuple[str, ...] = ()

    def _fields(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Record) and type(self) is type(other) and self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash(self._fields())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._fields()))})"


class EntryPoint(_Record):
    """One line of an artifact's offer: ``name = value`` in a ``[group]``."""

    __slots__ = ("group", "name", "value")

    def __init__(self, group: str, name: str, value: str) -> None:
        self.group: Final = group
        self.name: Final = name
        self.value: Final = value

    @property
    def reference(self) -> str:
        """Return the object reference, ``module:attr`` or ``module:``, without extras."""
        reference = self.value.partition("[")[0].replace(" ", "")
        return reference if ":" in reference else f"{reference}:"


class Metadata(_Record):
    """What an artifact declares; ``version`` is None where it is not written down (a dynamic version)."""

    __slots__ = ("entry_points", "name", "requires", "requires_python", "summary", "version")

    def __init__(
        self,
        name: str,
        version: str | None = None,
        summary: str | None = None,
        requires_python: str | None = None,
        requires: tuple[str, ...] = (),
        *,
        entry_points: tuple[EntryPoint, ...] = (),
    ) -> None:
        self.name: Final = name
        self.version: Final = version
        self.summary: Final = summary
        self.requires_python: Final = requires_python
        self.requires: Final = requires
        self.entry_points: Final = entry_points


def headers_of(text: str) -> str:
    """Return the headers of a METADATA file, without its body; whatever ends its lines, a line feed ends these."""
    return text.replace("\r\n", "\n").replace("\r", "\n").partition("\n\n")[0].strip()


def parse(text: str, *, fallback_name: str) -> Metadata:
    """Read the text form: core metadata headers, a blank line, entry points.

    Args:
        text: The headers, a blank line, and the lines of an entry_points.txt. Either part may be empty.
        fallback_name: The name where no header tells it.
    """
    headers, _, entry_points = text.partition("\n\n")
    single: dict[str, str] = {}
    requires: list[str] = []
    for key, value in _headers(headers):
        if key == "requires-dist":
            requires.append(value)
        else:
            single.setdefault(key, value)
    return Metadata(
        single.get("name", fallback_name),
        single.get("version"),
        single.get("summary"),
        single.get("requires-python"),
        tuple(requires),
        entry_points=tuple(parse_entry_points(entry_points)),
    )


def compose(metadata: Metadata) -> str:
    """Return the text form of what :func:`parse` reads."""
    lines = [f"Name: {' '.join(metadata.name.split())}"]
    for key in ("version", "summary", "requires_python"):
        value: str | None = getattr(metadata, key)
        if value is not None:
            lines.append(f"{key.replace('_', '-').title()}: {' '.join(value.split())}")
    lines += [_line(f"Requires-Dist: {each}") for each in metadata.requires]
    lines.append("")
    for point in metadata.entry_points:
        lines += [_line(f"[{point.group}]"), _line(f"{point.name} = {point.value}")]
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    """Return a text as one line: in pyproject.toml it may have several."""
    return " ".join(text.splitlines())


def parse_entry_points(text: str) -> list[EntryPoint]:
    """Read the lines of an entry_points.txt; what is no ``name = value`` below a ``[group]`` is passed over."""
    found: list[EntryPoint] = []
    group = ""
    for each in text.splitlines():
        line = each.strip()
        if not line or line[0] in "#;":
            continue
        if line[0] == "[" and line[-1] == "]":
            group = line[1:-1].strip()
            continue
        name, equals, value = line.partition("=")
        if equals and group:
            found.append(EntryPoint(group, name.strip(), value.strip()))
    return found


def _headers(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in text.split("\n"):
        if line[:1] in (" ", "\t") and found:
            key, value = found[-1]
            found[-1] = (key, f"{value} {line.strip()}".strip())
            continue
        key, colon, value = line.partition(":")
        if colon:
            found.append((key.strip().lower(), value.strip()))
    return found
