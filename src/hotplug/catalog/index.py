"""What the distributions of one folder on sys.path offer, with an index so that thousands need not be read.

The index is a fact in hotplug's memory (``hotplug.artifacts.memory``) about the folder: the distributions, the
stamp of the file of entry points of each, and what stands in it. It counts while the folder has the same stamp:
while nothing was installed or removed. Who asks for a name gets what the index has under it if those files have
their stamps. In every other case, and for a list, each file is looked at, and what changed is read. What is so
young that its next edit might leave its stamp as it is, is read each time. Without an index, or where none can be
kept, all is read.

It is one text, and searched as it was read from the disk: to take thousands of distributions apart takes longer
than all else that is done for one name. The first line tells where the entry points begin; before them stands a
line for each distribution. Fields stand between zeros.
"""

from __future__ import annotations

import os
import stat
import time

from hotplug.artifacts.asking import infos_in
from hotplug.artifacts.environment import distribution_of
from hotplug.artifacts.memory import is_young, recall_bytes, remember, stamp_of, stamp_text
from hotplug.artifacts.metadata import parse_entry_points
from hotplug.light import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Self

_KIND = "offers"
_FILE = "entry_points.txt"
_EDITION = "4"
_DIGITS = 10  # of the first line
_MANY = 64  # distributions; to read the points of fewer takes no longer than to hold an index against them
_NONE = "-"  # the state of a file that is not there
_YOUNG = "?"
_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)  # a pipe is not waited for
_LOOKING = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)

Offer = tuple[str, str, str]
"""The folder of metadata of a distribution, the name that it offers, and the value of that entry point."""


class Site:
    """The distributions in one folder, and what they offer in a group; looked at once.

    Attributes:
        folder: The folder, with every link resolved.
        odd: What folders of metadata offer that have a line feed in their names, and their states. No line of the
            index can hold these names; where there are any, none is kept. No installer makes them.
    """

    def __init__(self, folder: str, group: str) -> None:
        self.folder = os.path.realpath(folder)
        self._group = group
        self._begun = time.time_ns()
        self._key = self._stamp()
        self._states: dict[str, str] | None = None
        """What each file of entry points was when all were looked at; None before."""
        self._split_up: list[str] | None = None
        text = None if self._key is None else recall_bytes(_KIND, self.folder, self._key)
        self.odd: dict[Offer, str] = {}
        if text is None:
            infos = infos_in(self.folder)
            plain = [each for each in infos if "\n" not in each]
            if len(plain) < len(infos):
                self._key = None
                self._read_odd(each for each in infos if "\n" in each)
            self._read(plain, {}, [])
        else:
            self._text = text
            self._points = int(text[:_DIGITS])

    def named(self, name: str) -> list[Offer]:
        """Return what is offered under a name."""
        if not {"\0", "\n"}.isdisjoint(self._group + name):
            return []  # no file has such names, and here they would be two fields, or two lines
        found = [_offer(line) for line in self._lines(f"{self._group}\0{name}", self._points, len(self._text))]
        if self._states is None:
            now = _looked_at(self.folder, [info for info, _, _ in found])
            if not found or any(self.state(info) != state for info, state in now.items()):
                self._make_certain()
                return self.named(name)
        return sorted([*found, *(offer for offer in self.odd if offer[1] == name)])

    def everything(self) -> list[Offer]:
        """Return all that is offered in the group."""
        self._make_certain()
        fields = _split(self._text[self._points + 1 : -1])
        every = zip(fields[0::4], fields[2::4], fields[1::4], fields[3::4], strict=True)
        found = [(info, name, value) for group, info, name, value in every if group == self._group]
        return sorted([*found, *self.odd])

    def state(self, info: str) -> str:
        """Return what of a distribution is another once its file of entry points was changed."""
        if self._states is not None:
            return self._states[info]
        (line,) = self._lines(f"{distribution_of(info)}\0{info}", _DIGITS, self._points)
        return line.rpartition("\0")[2]

    def distributions(self) -> list[str]:
        """Return the normalised names of the distributions, in the order of their folders of metadata."""
        return self._fields()[0::3]

    def infos(self) -> list[str]:
        """Return the names of the folders of metadata, in order."""
        return self._fields()[1::3]

    def of(self, distribution: str) -> list[str]:
        """Return the folders of metadata of a distribution, by its normalised name; mostly one or none."""
        return [line.split("\0")[1] for line in self._lines(distribution, _DIGITS, self._points)]

    def _lines(self, fields: str, begin: int, end: int) -> Iterator[str]:
        """Yield the lines of a part of the text that begin with some fields, and have more."""
        sought = _encoded(f"\n{fields}\0")
        at = self._text.find(sought, begin, end)
        while at >= 0:
            stop = self._text.index(b"\n", at + 1)
            yield _decoded(self._text[at + 1 : stop])
            at = self._text.find(sought, stop, end)

    def _fields(self) -> list[str]:
        """Return name, folder of metadata and state of each distribution, one after the other."""
        if self._split_up is None:
            self._split_up = _split(self._text[_DIGITS + 1 : self._points])
        return self._split_up

    def _make_certain(self) -> None:
        """Look at every file of entry points, once, and read those that changed."""
        if self._states is not None:
            return
        fields = self._fields()
        infos, then = fields[1::3], fields[2::3]
        now = _looked_at(self.folder, infos)
        if list(now.values()) == then:
            self._states = now
        else:
            same = {info: state for (info, state), old in zip(now.items(), then, strict=True) if state == old}
            lines = _decoded(self._text[self._points + 1 : -1]).split("\n")
            self._read(infos, same, [line for line in lines if line and _offer(line)[0] in same])

    def _read(self, infos: list[str], states: dict[str, str], lines: list[str]) -> None:
        """Read what is offered, and keep an index of it for other processes and later ones.

        Args:
            infos: The folders of metadata.
            states: The state of those that need not be read.
            lines: What they offer.
        """
        now = time.time_ns()
        with _Near(self.folder) as near:
            for info in infos:
                if info not in states:
                    states[info], points = near.read(info)
                    lines += points
        self._states = states
        self._text, self._split_up = _written(infos, states, lines), None
        self._points = int(self._text[:_DIGITS])
        if len(infos) >= _MANY and self._key is not None and self._key == self._stamp():
            aged = {info: _YOUNG if _is_young(state, now) else state for info, state in states.items()}
            fact = self._text if aged == states else _written(infos, aged, lines)
            stamp = stamp_of(os.stat(self.folder))
            remember(_KIND, self.folder, self._key, fact, stamp=stamp, begun=self._begun)

    def _read_odd(self, infos: Iterable[str]) -> None:
        with _Near(self.folder) as near:
            for info in infos:
                state, points = near.read(info)
                for group, name, _, value in (each.split("\0") for each in points):
                    if group == self._group:
                        self.odd[info, name, value] = state

    def _stamp(self) -> str | None:
        try:
            return f"{_EDITION} {stamp_text(stamp_of(os.stat(self.folder)))}"
        except OSError:
            return None


class _Near:
    """A folder, from within which its contents are found by short paths, where the system can do that."""

    def __init__(self, folder: str) -> None:
        self.prefix = f"{folder}/"
        self.at: int | None = None
        if {os.stat, os.open} <= os.supports_dir_fd:
            with suppress(OSError):  # it may be entered, and not be listed
                self.at = os.open(folder, _LOOKING)
                self.prefix = ""

    def read(self, info: str) -> tuple[str, list[str]]:
        """Return the state of a file of entry points, and a line for each."""
        try:
            file = os.open(f"{self.prefix}{info}/{_FILE}", _READING, dir_fd=self.at)
        except OSError:
            return _NONE, []
        try:
            status = os.fstat(file)
            data = os.read(file, status.st_size + 1) if stat.S_ISREG(status.st_mode) else b""
        except OSError:  # a folder
            return _NONE, []
        finally:
            os.close(file)
        points = parse_entry_points(data.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}"))
        return _state_of(status), [f"{each.group}\0{each.name}\0{info}\0{each.value}" for each in points]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.at is not None:
            os.close(self.at)


def _looked_at(folder: str, infos: list[str]) -> dict[str, str]:
    """Return the state of files of entry points."""
    states: dict[str, str] = {}
    if infos:
        with _Near(folder) as near:
            look, prefix, at = os.stat, near.prefix, near.at
            for info in infos:
                try:
                    states[info] = _state_of(look(f"{prefix}{info}/{_FILE}", dir_fd=at))
                except OSError:
                    states[info] = _NONE
    return states


def _state_of(found: os.stat_result) -> str:
    return f"{found.st_ino}:{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}"


def _is_young(state: str, now: int) -> bool:
    """Tell whether a file with that state changed so shortly ago that its next edit may leave it as it is."""
    if state == _NONE:
        return False
    inode, size, modified, changed = map(int, state.split(":"))
    return is_young((0, inode, size, modified, changed), now)


def _written(infos: list[str], states: Mapping[str, str], lines: list[str]) -> bytes:
    """Return the text of an index."""
    every = _encoded("".join(f"\n{distribution_of(info)}\0{info}\0{states[info]}" for info in infos))
    points = _encoded("".join(f"\n{line}" for line in lines))
    return b"%0*d%b%b\n" % (_DIGITS, _DIGITS + len(every), every, points)


def _offer(line: str) -> Offer:
    _, name, info, value = line.split("\0")
    return info, name, value


def _split(lines: bytes) -> list[str]:
    """Return the fields of some lines, one after the other."""
    return _decoded(lines).replace("\n", "\0").split("\0") if lines else []


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogatepass")
