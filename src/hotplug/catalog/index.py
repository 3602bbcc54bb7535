"""What the distributions of one folder on sys.path offer, with an index so that thousands need not be read.

The index is a fact in hotplug's memory (``hotplug.artifacts.memory``) about the folder: the distributions, the
stamp of the file of entry points of each, and what stands in it. It counts while the folder has the same stamp:
while nothing was installed or removed. Who asks for a name gets what the index has under it if those files have
their stamps. In every other case, and for a list, each file is looked at, and what changed is read. What is so
young that its next edit might leave its stamp as it is, is read each time. Without an index, or where none can be
kept, all is read.
"""

from __future__ import annotations

import os
import time

from hotplug.artifacts.environment import distribution_of, infos_in
from hotplug.artifacts.memory import is_young, recall, remember, stamp_of, stamp_text
from hotplug.artifacts.metadata import parse_entry_points

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_KIND = "offers"
_EDITION = "2"
_MANY = 64  # distributions; to read the points of fewer takes no longer than to hold an index against them
_NONE = "-"  # the state of a file that is not there
_YOUNG = "?"
_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0)  # what is open() without its buffers, for thousands of files

Offer = tuple[int, str, str]
"""The position of a distribution in its folder, the name that it offers, and the value of that entry point."""


class Site:
    """The distributions in one folder, and what they offer in a group; looked at once.

    Attributes:
        folder: The folder, with every link resolved.
        infos: The names of their folders of metadata.
        states: What of each is another once its file of entry points was changed.
    """

    def __init__(self, folder: str, group: str) -> None:
        self.folder = os.path.realpath(folder)
        self._group = group
        self._kept = ""
        self._other: set[int] = set()
        self._read: list[tuple[str, Offer]] = []
        self._key = self._stamp()
        fact = None if self._key is None else recall(_KIND, self.folder, self._key)
        self._is_certain = fact is None
        if fact is None:
            self.infos = infos_in(self.folder)
            self._names = _joined(distribution_of(info) for info in self.infos)
            self.states = [_NONE] * len(self.infos)
            self._read_again(range(len(self.infos)))
        else:
            infos, self._names, states, kept = fact.split("\n", 3)
            self.infos, self.states, self._kept = infos.split("\0"), states.split(" "), f"\n{kept}"

    def named(self, name: str) -> list[Offer]:
        """Return what is offered under a name."""
        found = [offer for group, offer in self._read if group == self._group and offer[1] == name]
        sought = f"\n{self._group}\0{name}\0"
        at = self._kept.find(sought)
        while at >= 0:
            end = self._kept.index("\n", at + 1)
            found += self._offers([self._kept[at + 1 : end]])
            at = self._kept.find(sought, end)
        if not self._is_certain:
            changed = any(_state(self._place(self.infos[number])) != self.states[number] for number, _, _ in found)
            if changed or not found:
                self._make_certain()
                return self.named(name)
        return sorted(found)

    def everything(self) -> list[Offer]:
        """Return all that is offered in the group."""
        self._make_certain()
        sought = f"{self._group}\0"
        found = self._offers(line for line in self._kept.split("\n") if line.startswith(sought))
        return sorted([*found, *(offer for group, offer in self._read if group == self._group)])

    def distributions(self) -> list[str]:
        """Return the normalised names of the distributions, in the order of their folders of metadata."""
        return self._names[1:-1].split("\0") if self.infos else []

    def of(self, distribution: str) -> list[str]:
        """Return the folders of metadata of a distribution, by its normalised name; mostly one or none."""
        found: list[str] = []
        at = self._names.find(f"\0{distribution}\0")
        while at >= 0:
            found.append(self.infos[self._names.count("\0", 0, at)])
            at = self._names.find(f"\0{distribution}\0", at + 1)
        return found

    def _make_certain(self) -> None:
        """Look at every file of entry points, once, and read those that changed."""
        if self._is_certain:
            return
        then, self.states = self.states, [_state(self._place(info)) for info in self.infos]
        self._is_certain = True
        if then != self.states:
            pairs = enumerate(zip(self.states, then, strict=True))
            self._read_again(number for number, (one, other) in pairs if one != other)

    def _read_again(self, numbers: Iterable[int]) -> None:
        self._other = set(numbers)
        self._read = [point for number in sorted(self._other) for point in self._points(number)]
        self._remember()

    def _offers(self, lines: Iterable[str]) -> list[Offer]:
        parts = (line.split("\0") for line in lines)
        offers = ((int(number), name, value) for _, name, number, value in parts)
        return [offer for offer in offers if offer[0] not in self._other]

    def _place(self, info: str) -> str:
        return f"{self.folder}/{info}/entry_points.txt"

    def _points(self, number: int) -> list[tuple[str, Offer]]:
        """Read a file of entry points, and note the state that it is in."""
        try:
            file = os.open(self._place(self.infos[number]), _READING)
        except OSError:
            self.states[number] = _NONE
            return []
        try:
            status = os.fstat(file)
            data = os.read(file, status.st_size + 1)
        except OSError:  # a folder
            self.states[number] = _NONE
            return []
        finally:
            os.close(file)
        self.states[number] = _state_of(status)
        points = parse_entry_points(data.decode("utf-8", "replace"))
        return [(each.group, (number, each.name, each.value)) for each in points]

    def _stamp(self) -> str | None:
        try:
            return f"{_EDITION} {stamp_text(stamp_of(os.stat(self.folder)))}"
        except OSError:
            return None

    def _remember(self) -> None:
        """Keep an index of what was read, for other processes and later ones."""
        if len(self.infos) < _MANY or self._key is None or self._key != self._stamp():
            return
        points = sorted([*self._read, *self._all_kept()], key=lambda each: each[1][0])
        lines = [f"{group}\0{name}\0{number}\0{value}\n" for group, (number, name, value) in points]
        if any(line.count("\0") != 3 for line in lines):  # noqa: PLR2004  (a name with a zero in it)
            return
        now = time.time_ns()
        states = [_YOUNG if _is_young(state, now) else state for state in self.states]
        fact = "\n".join(["\0".join(self.infos), self._names, " ".join(states), "".join(lines)])
        remember(_KIND, self.folder, self._key, fact, stamp=stamp_of(os.stat(self.folder)))

    def _all_kept(self) -> list[tuple[str, Offer]]:
        parts = (line.split("\0") for line in self._kept.split("\n") if line)
        every = ((group, (int(number), name, value)) for group, name, number, value in parts)
        return [each for each in every if each[1][0] not in self._other]


def _state(place: str) -> str:
    try:
        return _state_of(os.stat(place))
    except OSError:
        return _NONE


def _state_of(found: os.stat_result) -> str:
    return f"{found.st_ino}:{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}"


def _is_young(state: str, now: int) -> bool:
    """Tell whether a file with that state changed so shortly ago that its next edit may leave it as it is."""
    if state == _NONE:
        return False
    inode, size, modified, changed = map(int, state.split(":"))
    return is_young((0, inode, size, modified, changed), now)


def _joined(names: Iterable[str]) -> str:
    """Return names as one text, in which each stands between zeros."""
    return "".join(f"\0{name}" for name in names) + "\0"
