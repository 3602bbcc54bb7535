"""In which line of a TOML file a key is given: tomllib does not tell.

TOML is made of expressions, a header or a key with its value, and each is a document by itself. So a document is
taken apart by parsing: lines are added to an expression until it is one.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache

from hotplug.light import cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 1000  # lines of one expression; each of them costs one more try


def line_of(source: str, keys: tuple[str, ...]) -> int | None:
    """Return the line in which a key is given or a table begins; None where nobody can tell.

    Args:
        source: A document that tomllib has read.
        keys: The way to the key; of what stands inside of a value, the line in which the value begins.
    """
    lines = _lines(source)
    for length in range(len(keys), 0, -1):
        line = lines.get(keys[:length])
        if line is not None:
            return line
    return None


@lru_cache(maxsize=8)
def _lines(source: str) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for line, text, value in _expressions(source):
        keys = tuple(_keys(value))
        if text.lstrip().startswith("["):
            table = keys
        else:
            keys = (*table, *keys)
        for length in range(1, len(keys) + 1):
            found.setdefault(keys[:length], line)
    return found


def _expressions(source: str) -> Iterator[tuple[int, str, dict[str, object]]]:
    """Yield the expressions of a document: the line in which each begins, its text, and what it says."""
    lines = source.replace("\r\n", "\n").split("\n")
    start = 0
    while start < len(lines):
        for end in range(start + 1, min(len(lines), start + _LONGEST) + 1):
            text = "\n".join(lines[start:end])
            try:
                value = tomllib.loads(text)
            except tomllib.TOMLDecodeError:
                continue
            if value:
                yield start + 1, text, value
            start = end
            break
        else:
            return


def _keys(value: object) -> Iterator[str]:
    """Yield the keys of an expression; further ones, where its value is a table of one, do no harm."""
    while True:
        while isinstance(value, list):
            items = cast("list[object]", value)
            if len(items) != 1:
                return
            value = items[0]
        if not isinstance(value, dict) or len(cast("dict[str, object]", value)) != 1:
            return
        ((key, value),) = cast("dict[str, object]", value).items()
        yield key


def dotted(keys: tuple[str, ...]) -> str:
    """Return a way of keys as TOML writes it, with quotes where they are needed."""
    return ".".join(key if re.fullmatch("[A-Za-z0-9_-]+", key) else repr(key) for key in keys)
