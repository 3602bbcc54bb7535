"""Questions about what is installed, whose answers are remembered until that changes.

Folders that installers fill are known by their stamps. In the other folders of ``sys.path`` files come and go
while nothing is installed or removed, in the program's own first of all: a log, a data base. Of these only which
folders they are and the names of the metadata in them count; they are listed anew where their stamps have changed.
What had to be read to find an answer is known by its stamps, too.
"""

from __future__ import annotations

import os
import sys
import time

from hotplug.artifacts import NEVER
from hotplug.artifacts.memory import checksum, is_young, recall, remember, stamp_of, stamp_text, youngest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hotplug.artifacts.memory import Stamp

METADATA = {".dist-info": "METADATA", ".egg-info": "PKG-INFO"}
"""The file of metadata in the folder of an installed distribution, by that folder's suffix."""
_SUFFIXES = tuple(METADATA)
_FILLED = ("site-packages", "dist-packages")
"""The names of the folders that installers fill."""
_NONE = "-"


class Question:
    """A question whose answer depends on what is installed.

    Args:
        kind: What it is about: the name of a folder in the cache.
        text: Everything else that the answer depends on.
    """

    def __init__(self, kind: str, text: str) -> None:
        self._begun = time.time_ns()
        self._kind = kind
        self._path = search_path()
        filled = [each for each in self._path if os.path.basename(each) in _FILLED]
        self._text = f"{text}\n{filled!r}"
        self._filled = dict(zip(filled, stamps_at(filled), strict=True))
        self._stamps = " ".join(map(stamp_text, self._filled.values()))
        self._order: str | None = None
        self._seen: dict[str, tuple[Stamp, str]] = {}

    def answer(self) -> str | None:
        """Return the answer that was remembered, None where there is none that still counts."""
        known = recall(self._kind, self._text, self._stamps)
        order, _, rest = ("" if known is None else known).partition("\0\0")
        listed, _, rest = rest.partition("\0\0")
        earlier = {folder: (stamp, infos) for each, stamp in _pairs(listed) for folder, infos in _pairs(each)}
        self._order = self._as_it_is(earlier)
        if known is None or order != self._order:
            return None
        read, _, answer = rest.partition("\0\0")
        try:
            if all(stamp_text(stamp_of(os.stat(path))) == stamp for path, stamp in _pairs(read)):
                return answer
        except OSError:
            pass  # a file that was read is gone
        return None

    def remember(self, answer: str, read: Mapping[str, Stamp]) -> None:
        """Keep the answer, unless something came or went since it was asked for.

        Args:
            answer: Any text without a zero byte.
            read: The files and folders that it was found in, with their stamps.
        """
        order, filled = self._as_it_is({}), list(self._filled.values())
        if order != self._order or filled != stamps_at(self._filled) or search_path() != self._path:
            return
        seen = (
            f"{stamp_text(stamp)} {infos} {folder}"
            for folder, (stamp, infos) in self._seen.items()
            if not is_young(stamp, self._begun)
        )
        files = (f"{stamp_text(stamp)} {path}" for path, stamp in read.items())
        fact = "\0\0".join((order, "\0".join(seen), "\0".join(files), answer))
        stamp = youngest((*filled, *read.values()))
        remember(self._kind, self._text, self._stamps, fact, stamp=stamp, begun=self._begun)

    def _as_it_is(self, earlier: Mapping[str, tuple[str, str]]) -> str:
        """Return the folders that hold metadata, in their order, each with what tells its names from others.

        Args:
            earlier: What was found in folders before, with the stamps that these had.
        """
        order: list[str] = []
        for each in self._path:
            if os.path.basename(each) in _FILLED:
                order.append(each)
                continue
            try:  # not abspath: what `..` leads to after a link, the system alone knows
                folder = each if os.path.isabs(each) else os.path.join(os.getcwd(), each)
                stamp = stamp_of(os.stat(folder))
            except (OSError, ValueError):
                continue  # sys.path names what is not there
            former, infos = earlier.get(folder, ("", ""))
            if former != stamp_text(stamp):
                infos = _told(infos_in(folder))
            self._seen[folder] = (stamp, infos)
            if infos != _NONE:
                order.append(f"{folder}\n{stamp[:2]} {infos}")  # a link may lead to another folder now
        return "\0".join(order)


def search_path() -> list[str]:
    """Return what of sys.path the interpreter itself looks at, each once: what is no text it passes over.

    So it does what is relative to a working folder that is not there any more.
    """
    found = list(dict.fromkeys(each for each in sys.path if _is_path(each)))
    if all(map(os.path.isabs, found)):
        return found
    try:
        os.getcwd()
    except OSError:
        return [each for each in found if os.path.isabs(each)]
    return found


def _is_path(given: object) -> bool:
    try:
        return isinstance(given, str) and b"\0" not in os.fsencode(given)
    except UnicodeEncodeError:
        return False


def stamps_at(paths: Iterable[str]) -> list[Stamp]:
    """Return the stamps of files and folders; that of a folder changes when something in it comes or goes."""
    found: list[Stamp] = []
    for path in paths:
        try:
            found.append(stamp_of(os.stat(path or ".")))
        except (OSError, ValueError):
            found.append(NEVER)  # it is not there
    return found


def infos_in(folder: str) -> list[str]:
    """Return the names of the folders of metadata in a folder on sys.path, in their order."""
    try:
        found = [name for name in os.listdir(folder or ".") if name.endswith(_SUFFIXES) and name not in _SUFFIXES]
    except (OSError, ValueError):
        return []  # sys.path names what is not there, and zip files
    found.sort()  # whatever the file system's own order is
    return found


def _told(infos: list[str]) -> str:
    """Return a word that tells names of metadata from others."""
    return checksum("\0".join(infos).encode("utf-8", "surrogateescape")) if infos else _NONE


def _pairs(text: str) -> list[tuple[str, str]]:
    """Return what comes after the first word, and that word, of all that zero bytes divide."""
    return [(rest, stamp) for each in text.split("\0") if each for stamp, _, rest in (each.partition(" "),)]
