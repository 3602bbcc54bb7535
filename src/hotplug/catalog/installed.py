"""The installed distributions as a place of a catalog's search."""

from __future__ import annotations

import os

from hotplug.artifacts.asking import search_path
from hotplug.artifacts.environment import chosen, distribution_of, is_byproduct
from hotplug.catalog.index import Site
from hotplug.errors import ArtifactError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.catalog.entry import Entry
    from hotplug.catalog.index import Offer
    from hotplug.catalog.order import Place
    from hotplug.catalog.places import Search

_FEW = 8  # offers, each of which can be looked at by itself


def folders() -> list[str]:
    """Return the folders in which distributions are installed; a test may put others in their place."""
    return search_path()


class Installed:
    """What installed distributions offer in the group, in the order of sys.path; looked at once.

    Of the distributions of one name only one can be imported; what the others offer is refused as left over. See
    :func:`hotplug.artifacts.environment.distributions`.
    """

    path = ""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._sites: list[Site] | None = None
        self._every: list[Entry] | None = None
        self._made: dict[int, dict[Offer, Entry | None]] = {}

    def everything(self) -> list[Entry]:
        """Return all that is offered, in order."""
        if self._every is None:
            sites = list(enumerate(self._looked()))
            self._every = [entry for at, site in sites for entry in self._entries(at, site.everything())]
        return self._every

    def named(self, name: str) -> list[Entry]:
        """Return what is offered under a name."""
        return [entry for at, site in enumerate(self._looked()) for entry in self._entries(at, site.named(name))]

    def anew(self, entry: Entry, /) -> list[Entry]:
        """Return what the distribution of an entry offers now."""
        folder, info = os.path.split(entry.path)
        now = Installed(self._search)
        now._sites = [Site(folder, self._search.group)]
        return [each for each in now.named(entry.name) if os.path.basename(each.path) == info]

    def take(self, other: Place) -> None:
        """Take the snapshot of another look, unless there is one already."""
        if self._sites is None and isinstance(other, Installed):
            self._every = other.everything()
            self._sites, self._made = other._sites, other._made  # noqa: SLF001  (another of this class)

    def _looked(self) -> list[Site]:
        if self._sites is None:
            self._sites = [Site(folder or ".", self._search.group) for folder in dict.fromkeys(folders())]
        return self._sites

    def _entries(self, at: int, offers: list[Offer]) -> list[Entry]:
        """Return the entries of offers, each made once."""
        if not offers:
            return []
        made = self._made.setdefault(at, {})
        make = self._offered if len(offers) > _FEW and self._stands_alone(at) else self._make
        site = self._looked()[at]
        for offer in offers:
            if offer not in made:
                made[offer] = self._odd(site, offer) if offer in site.odd else make(at, site, offer)
        return [entry for offer in offers if (entry := made[offer]) is not None]

    def _stands_alone(self, at: int) -> bool:
        """Tell whether no distribution of a site has its name from another one, there or elsewhere."""
        site = self._looked()[at]
        names = site.distributions()
        alone = set(names)
        return (
            len(alone) == len(names)
            and all(alone.isdisjoint(each.distributions()) for each in self._looked() if each is not site)
            and not any(info.endswith(".egg-info") for info in site.infos())
        )

    def _offered(self, _: int, site: Site, offer: Offer) -> Entry:
        info, name, value = offer
        return self._search.offer(name, value, f"{site.folder}/{info}", site.state(info))

    def _odd(self, site: Site, offer: Offer) -> Entry:
        info, name, _ = offer
        path = os.path.join(site.folder, info)
        error = ArtifactError(
            "has a line feed in its name, which no installer makes",
            plugin=path,
            remedy="remove the folder, and install the distribution again",
        )
        return self._search.refused(name, path, error, site.odd[offer])

    def _make(self, at: int, site: Site, offer: Offer) -> Entry | None:
        """Return the entry of an offer, None where its distribution is another one's copy, later on sys.path."""
        info, name, _ = offer
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
            return self._offered(at, site, offer)
        error = ArtifactError(
            f"is left over from another version: {os.path.join(site.folder, one)} is what is installed",
            plugin=path,
            remedy=f"remove the folder, or install it again: pip install --force-reinstall {distribution}",
        )
        return self._search.refused(name, path, error, site.state(info))
