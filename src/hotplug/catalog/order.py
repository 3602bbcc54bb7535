"""Which artifact a name means: the places of a search in their order, and who wins within one.

The first that is ready has the name; see ``docs/decisions/0006-refused-never-hides-ready.md``.
"""

from __future__ import annotations

import os
from _thread import RLock  # what threading has it from; an entry that is read may ask the catalog again
from collections import Counter

from hotplug.artifacts import normalised
from hotplug.errors import ArtifactError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Protocol

    from hotplug.catalog.entry import Entry
    from hotplug.catalog.telling import Telling
    from hotplug.errors import PluginError

    class Place(Protocol):
        """Where plugins are found; a snapshot, taken when it is first asked."""

        @property
        def path(self) -> str:
            """Return the folder; empty for what is no folder."""
            ...

        def named(self, name: str) -> list[Entry]:
            """Return what is offered under a name."""
            ...

        def everything(self) -> list[Entry]:
            """Return all that is offered, in order."""
            ...

        def anew(self, entry: Entry, /) -> list[Entry]:
            """Return what the artifact of an entry offers now."""
            ...

        def take(self, other: Place) -> None:
            """Take the snapshot of another reading of the same place, unless there is one already."""
            ...


class Folder:
    """A folder of artifacts, read once, as a whole: a name may come from within any of them."""

    def __init__(
        self, path: str, read: Callable[[str], list[Entry]], anew: Callable[[Entry], list[Entry]]
    ) -> None:
        self.path = path
        self._read = read
        self._entries: list[Entry] | None = None
        self.anew = anew

    def everything(self) -> list[Entry]:
        """Return all that is offered, by file name."""
        if self._entries is None:
            self._entries = self._read(self.path)  # what could not be read now may be asked again
        return self._entries

    def named(self, name: str) -> list[Entry]:
        """Return what is offered under a name."""
        return [entry for entry in self.everything() if entry.name == name]

    def take(self, other: Place) -> None:
        """Take the snapshot of another reading of the same folder, unless there is one already."""
        if self._entries is None:
            self._entries = other.everything()


class Order:
    """The places of a search; each is read when the first name is asked for that none before it offers."""

    def __init__(self, places: list[Place], telling: Telling) -> None:
        self.places = places
        self._telling = telling
        self._lock = RLock()
        self._instead: dict[tuple[str, str], Entry] = {}
        """What was learnt of an entry since its place was read, by name and path."""

    def find(self, name: str) -> Entry | None:
        """Return the entry that a name means: the first that is ready, else the first that was refused."""
        with self._telling, self._lock:
            first: Entry | None = None
            for _, rivals in self._named(name):
                ready = [entry for entry in rivals if entry.ready]
                if ready:
                    return _best(ready)
                first = first or next(iter(rivals), None)
            return first

    def names(self) -> list[str]:
        """Read every place, and return the names that are offered, in order."""
        with self._telling, self._lock:
            return list(dict.fromkeys(entry.name for place in self.places for entry in place.everything()))

    def all(self) -> tuple[Entry, ...]:
        """Read every place, and return what they offer; what another one hides says so."""
        with self._telling, self._lock:
            entries = [entry for place in self.places for entry in place.everything()]
            if self._instead:
                entries = [self._now(entry) for entry in entries]
            names = [entry.name for entry in entries]
            if len(set(names)) == len(names):
                return tuple(entries)
            winners = {name: self.find(name) for name, several in Counter(names).items() if several > 1}
            return tuple(_shown(entry, winners.get(entry.name)) for entry in entries)

    def meant(self) -> dict[str, Entry]:
        """Read every place, and return the entry that each name means."""
        with self._telling, self._lock:
            sole: dict[str, Entry | None] = {}
            for place in self.places:
                for entry in place.everything():
                    sole[entry.name] = None if entry.name in sole else self._now(entry)
            meant = {name: entry or self.find(name) for name, entry in sole.items()}
            return {name: entry for name, entry in meant.items() if entry is not None}

    def refuse(self, entry: Entry, error: PluginError) -> bool:
        """Note why an entry cannot be opened after all, and tell whether another one has its name."""
        with self._telling, self._lock:
            self._put(entry, entry.refused(error))
            found = self.find(entry.name)
            return found is not None and found.ready

    def anew(self, name: str) -> tuple[Entry, Entry] | None:
        """Return the entry that a name means, and what its artifact offers under that name now.

        Raises:
            ArtifactError: If it offers no such name any more.
        """
        with self._telling, self._lock:
            entry = self.find(name)
            if entry is None:
                return None
            place = next(place for place, rivals in self._named(name) if entry in rivals)
        now = [each for each in place.anew(entry) if each.name == name]
        if not now:
            offers = "offers it no more" if os.path.lexists(entry.path) else "is not there any more"
            raise ArtifactError(
                f"{entry.path} {offers}",
                plugin=name,
                remedy="refresh() the catalog, to see what there is",
            )
        return entry, next((each for each in now if each.ready), now[0])

    def replace(self, entry: Entry, now: Entry) -> None:
        """Put what was read anew in the place of an entry."""
        with self._telling, self._lock:
            self._put(entry, now)

    def _put(self, entry: Entry, now: Entry) -> None:
        self._instead[entry.name, entry.path] = now

    def _now(self, entry: Entry) -> Entry:
        return self._instead.get((entry.name, entry.path), entry)

    def _named(self, name: str) -> Iterator[tuple[Place, list[Entry]]]:
        for place in self.places:
            yield place, [self._now(entry) for entry in place.named(name)]


def _shown(entry: Entry, winner: Entry | None) -> Entry:
    if winner is None or entry is winner or not entry.ready:
        return entry
    return entry.shadowed(winner.path)


def _best(rivals: list[Entry]) -> Entry:
    """Return the highest version of the distribution that comes first by file name."""
    first = rivals[0]
    if len(rivals) == 1:
        return first
    from packaging.version import InvalidVersion, Version

    def release(entry: Entry) -> tuple[bool, Version]:
        try:
            return True, Version(entry.version or "")
        except InvalidVersion:
            return False, Version("0")

    same = [each for each in rivals if _distribution(each) == _distribution(first)]
    return max(same, key=release)


def _distribution(entry: Entry) -> str:
    return normalised(entry.artifact.name if entry.artifact else entry.path)
