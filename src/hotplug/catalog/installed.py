"""The installed distributions as a place of a catalog's search."""

from __future__ import annotations

import os

from hotplug.artifacts.environment import distributions
from hotplug.artifacts.memory import stamp_of
from hotplug.artifacts.metadata import parse_entry_points

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.catalog.entry import Entry
    from hotplug.catalog.order import Place
    from hotplug.catalog.places import Search


class Installed:
    """What installed distributions offer in the group, in the order of sys.path; looked at once."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._entries: list[Entry] | None = None

    def everything(self) -> list[Entry]:
        """Return all that is offered, in order."""
        if self._entries is None:
            self._entries = [entry for each in distributions() for entry in self._offered(each.path)]
        return self._entries

    def named(self, name: str) -> list[Entry]:
        """Return what is offered under a name."""
        return [entry for entry in self.everything() if entry.name == name]

    def anew(self, entry: Entry) -> list[Entry]:
        """Return what the distribution of an entry offers now."""
        return self._offered(entry.path)

    def take(self, other: Place) -> None:
        """Take the snapshot of another look, unless there is one already."""
        if self._entries is None:
            self._entries = other.everything()

    def _offered(self, path: str) -> list[Entry]:
        try:
            with open(os.path.join(path, "entry_points.txt"), "rb") as file:
                state = stamp_of(os.fstat(file.fileno()))
                data = file.read()
        except OSError:
            return []  # most distributions offer nothing
        if self._search.group.encode() not in data:
            return []
        points = parse_entry_points(data.decode("utf-8", "replace"))
        offer = self._search.offer
        return [offer(each.name, each.value, path, state) for each in points if each.group == self._search.group]
