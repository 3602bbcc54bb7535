"""The installed distributions as a place of a catalog's search."""

from __future__ import annotations

import os
import sys

from hotplug.artifacts.environment import chosen, distribution_of, is_byproduct
from hotplug.catalog.index import Site
from hotplug.errors import ArtifactError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.catalog.entry import Entry
    from hotplug.catalog.index import Offer
    from hotplug.catalog.order import Place
    from hotplug.catalog.places import Search


class Installed:
    """What installed distributions offer in the group, in the order of sys.path; looked at once.

    Of the distributions of one name only one can be imported; what the others offer is refused as left over. See
    :func:`hotplug.artifacts.environment.distributions`.
    """

    def __init__(self, search: Search) -> None:
        self._search = search
        self._sites: list[Site] | None = None
        self._made: dict[tuple[int, Offer], Entry | None] = {}

    def everything(self) -> list[Entry]:
        """Return all that is offered, in order."""
        every = [(at, offer) for at, site in enumerate(self._looked()) for offer in site.everything()]
        return [entry for entry in (self._entry(at, offer) for at, offer in every) if entry is not None]

    def named(self, name: str) -> list[Entry]:
        """Return what is offered under a name."""
        every = [(at, offer) for at, site in enumerate(self._looked()) for offer in site.named(name)]
        return [entry for entry in (self._entry(at, offer) for at, offer in every) if entry is not None]

    def anew(self, entry: Entry, /) -> list[Entry]:
        """Return what the distribution of an entry offers now."""
        folder, info = os.path.split(entry.path)
        now = Installed(self._search)
        now._sites = [Site(folder, self._search.group)]
        return [each for each in now.named(entry.name) if os.path.basename(each.path) == info]

    def take(self, other: Place) -> None:
        """Take the snapshot of another look, unless there is one already."""
        if self._sites is None and isinstance(other, Installed):
            other.everything()
            self._sites, self._made = other._sites, other._made  # noqa: SLF001  (another of this class)

    def _looked(self) -> list[Site]:
        if self._sites is None:
            self._sites = [Site(folder or ".", self._search.group) for folder in dict.fromkeys(sys.path)]
        return self._sites

    def _entry(self, at: int, offer: Offer) -> Entry | None:
        """Return the entry of an offer, None where its distribution is another one's copy, later on sys.path."""
        key = at, offer
        if key not in self._made:
            self._made[key] = self._make(at, offer)
        return self._made[key]

    def _make(self, at: int, offer: Offer) -> Entry | None:
        number, name, value = offer
        site = self._looked()[at]
        info, state = site.infos[number], site.states[number]
        path = os.path.join(site.folder, info)
        distribution = distribution_of(info)
        here = site.of(distribution)
        elsewhere = [
            (other < at, os.path.join(each.folder, rival))
            for other, each in enumerate(self._looked())
            if other != at
            for rival in each.of(distribution)
        ]
        if is_byproduct(path):
            if elsewhere or len(here) > 1:
                return None
        elif any(before and not is_byproduct(rival) for before, rival in elsewhere):
            return None
        one = chosen(site.folder, here)
        if one == info:
            return self._search.offer(name, value, path, state)
        error = ArtifactError(
            f"is left over from another version: {os.path.join(site.folder, one)} is what is installed",
            plugin=path,
            remedy=f"remove the folder, or install it again: pip install --force-reinstall {distribution}",
        )
        return self._search.refused(name, path, error, state)
