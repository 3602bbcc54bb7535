"""What the distributions of one folder on sys.path offer, with an index so that thousands need not be read.

The index is a fact in hotplug's memory (``hotplug.artifacts.memory``) about the folder: the stamp of the file of
entry points of each distribution, and what stands in it. It counts while the folder has the same stamp, and of it
what has the same stamps: every file is looked at, only those that changed are read. What is so young that its next
edit might leave its stamp as it is, is read each time. Without an index, or where none can be kept, all is read.
"""

from __future__ import annotations

import os

from hotplug.artifacts.environment import by_name, distribution_of, infos_in
from hotplug.artifacts.memory import is_young, recall, remember, stamp_of, stamp_text
from hotplug.artifacts.metadata import parse_entry_points

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_KIND = "offers"
_EDITION = "1"
_MANY = 64  # distributions; to read the points of fewer takes no longer than to hold an index against them
_FEW = 4
_NONE = "-"  # the state of a file that is not there
_YOUNG = "?"

Offer = tuple[int, str, str]
"""The position of a distribution in its folder, the name that it offers, and the value of that entry point."""


class Site:
    """The distributions in one folder, and what they offer in a group; looked at once.

    Attributes:
        folder: The folder, with every link resolved.
        infos: The names of their folders of metadata.
    """

    def __init__(self, folder: str, group: str) -> None:
        self.folder = os.path.realpath(folder)
        self._group = group
        self._by_name: dict[str, list[str]] | None = None
        self._asked = 0
        self._kept = ""
        self._other: set[int] = set()
        self._read: list[tuple[str, Offer]] = []
        known = self._recalled()
        if known is None:
            self.infos = infos_in(self.folder)
            self.states = [_state(self._place(info)) for info in self.infos]
            self._other.update(range(len(self.infos)))
        else:
            infos, states, self._kept = known
            self.infos = infos
            self.states = [_state(self._place(info)) for info in infos]
            if self.states != states:
                pairs = enumerate(zip(self.states, states, strict=True))
                self._other.update(number for number, (now, then) in pairs if now != then)
        if self._other:
            self._read = [point for number in sorted(self._other) for point in self._points(number)]
            self._remember()

    def named(self, name: str) -> list[Offer]:
        """Return what is offered under a name."""
        found = [offer for group, offer in self._read if group == self._group and offer[1] == name]
        sought = f"\n{self._group}\0{name}\0"
        at = self._kept.find(sought)
        while at >= 0:
            end = self._kept.index("\n", at + 1)
            found += self._offers([self._kept[at + 1 : end]])
            at = self._kept.find(sought, end)
        return sorted(found)

    def everything(self) -> list[Offer]:
        """Return all that is offered in the group."""
        sought = f"{self._group}\0"
        found = self._offers(line for line in self._kept.split("\n") if line.startswith(sought))
        return sorted([*found, *(offer for group, offer in self._read if group == self._group)])

    def of(self, distribution: str) -> list[str]:
        """Return the folders of metadata of a distribution, by its normalised name; mostly one or none."""
        self._asked += 1
        if self._by_name is None and self._asked > _FEW:
            self._by_name = by_name(self.infos)
        if self._by_name is not None:
            return self._by_name.get(distribution, [])
        first = distribution[:1]
        return [info for info in self.infos if info[:1].lower() == first and distribution_of(info) == distribution]

    def _offers(self, lines: Iterator[str] | list[str]) -> list[Offer]:
        parts = (line.split("\0") for line in lines)
        offers = ((int(number), name, value) for _, name, number, value in parts)
        return [offer for offer in offers if offer[0] not in self._other]

    def _place(self, info: str) -> str:
        return f"{self.folder}/{info}/entry_points.txt"

    def _points(self, number: int) -> list[tuple[str, Offer]]:
        if self.states[number] == _NONE:
            return []
        try:
            with open(self._place(self.infos[number]), "rb") as file:
                text = file.read().decode("utf-8", "replace")
        except OSError:
            return []
        return [(each.group, (number, each.name, each.value)) for each in parse_entry_points(text)]

    def _key(self) -> str | None:
        try:
            return f"{_EDITION} {stamp_text(stamp_of(os.stat(self.folder)))}"
        except OSError:
            return None

    def _recalled(self) -> tuple[list[str], list[str], str] | None:
        self._before = self._key()
        fact = None if self._before is None else recall(_KIND, self.folder, self._before)
        if fact is None:
            return None
        infos, states, kept = fact.split("\n", 2)
        return infos.split("\0"), states.split(" "), f"\n{kept}"

    def _remember(self) -> None:
        """Keep an index of what was read, for other processes and later ones."""
        if len(self.infos) < _MANY or self._before is None or self._before != self._key():
            return
        points = sorted([*self._read, *self._all_kept()], key=lambda each: each[1][0])
        lines = [f"{group}\0{name}\0{number}\0{value}\n" for group, (number, name, value) in points]
        if any(line.count("\0") != 3 for line in lines):  # noqa: PLR2004  (a name with a zero in it)
            return
        states = [_YOUNG if is_young_state(state) else state for state in self.states]
        fact = "\n".join(["\0".join(self.infos), " ".join(states), "".join(lines)])
        remember(_KIND, self.folder, self._before, fact, stamp=stamp_of(os.stat(self.folder)))

    def _all_kept(self) -> list[tuple[str, Offer]]:
        parts = (line.split("\0") for line in self._kept.split("\n") if line)
        every = ((group, (int(number), name, value)) for group, name, number, value in parts)
        return [each for each in every if each[1][0] not in self._other]


def _state(place: str) -> str:
    try:
        found = os.stat(place)
    except OSError:
        return _NONE
    return f"{found.st_ino}:{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}"


def is_young_state(state: str) -> bool:
    """Tell whether a file with that state changed so shortly ago that its next edit may leave it as it is."""
    if state == _NONE:
        return False
    inode, size, modified, changed = map(int, state.split(":"))
    return is_young((0, inode, size, modified, changed))
