"""What is the matter with a host's plugins, and with what its policy says of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hotplug.doctor import Finding
from hotplug.errors import nearest, way_out

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from hotplug.catalog import Catalog
    from hotplug.policy.file import Policy


def plugins(catalog: Catalog[Any], group: str) -> Iterator[Finding]:
    """Tell which plugins can be loaded as far as can be seen, and of the others why they cannot; none is run."""
    entries = catalog.entries()
    ready = [each for each in entries if each.ready]
    names = ", ".join(each.name for each in ready)
    if not entries:
        yield Finding("plugins", "note", f"there are none in {group}")
    elif ready:
        yield Finding("plugins", "ok", f"{len(ready)} ready in {group}: {names}")
    for each in entries:
        if each.error is not None and not each.disabled:
            yield Finding("plugins", "problem", f"{each.name}: {each.status}, {each.path}", way_out(each.error))
        elif not each.ready:
            yield Finding("plugins", "note", f"{each.name}: {each.status}, {each.path}")


def folders(policy: Policy) -> Iterator[Finding]:
    """Tell which folders the policy file names that are not there; what is none is refused by the catalog."""
    for key in ("paths", "fallback"):
        for folder in getattr(policy, key):
            if not os.path.lexists(folder):
                said = f"{policy.place(key)}: there is no folder {folder}, so nothing is found in it"
                yield Finding("policy", "note", said, "make it, or correct the path")


def unmatched(catalog: Catalog[Any]) -> Iterator[Finding]:
    """Tell which names the policy file, or the environment, speaks of and no plugin has."""
    known = list(catalog)
    for name, place in catalog.unmatched().items():
        near = nearest(name, known)
        said = f"{place}: {name!r} is no plugin that is there{near}"
        yield Finding("policy", "problem", said, "correct or remove it, unless the plugin is still to come")
