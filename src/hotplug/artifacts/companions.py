"""Installed packages that cannot be imported without the plugin's own: soupsieve imports bs4, and bs4 soupsieve.

In a private namespace such a dependency has to be private, too: the host's copy would import the host's version of
the plugin, or fail where there is none. It is one that the plugin requires, of which a module imports a package of
the plugin at its top, unconditionally. The answer is remembered like a verdict of compatibility.
"""

from __future__ import annotations

import os

from hotplug.artifacts.asking import Question
from hotplug.artifacts.memory import stamp_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Collection, Iterator

    from hotplug.artifacts.memory import Stamp
    from hotplug.artifacts.metadata import Metadata

_KIND = "companions"
_RULES = 3


def companions(metadata: Metadata, tops: Collection[str]) -> frozenset[str]:
    """Return the top-level names of the installed packages that a plugin shares its privacy with.

    Args:
        metadata: What the plugin declares; only what it requires is looked at.
        tops: Its own top-level names.
    """
    if not metadata.requires:
        return frozenset()
    question = Question(_KIND, repr((_RULES, metadata.requires, sorted(tops))))
    known = question.answer()
    if known is not None:
        return frozenset(known.split())
    read: dict[str, Stamp] = {}
    found = frozenset(_found(metadata, tops, read))
    question.remember(" ".join(sorted(found)), read)
    return found


def _found(metadata: Metadata, tops: Collection[str], read: dict[str, Stamp]) -> Iterator[str]:
    import re

    from hotplug.artifacts.environment import find
    from hotplug.artifacts.import_names import importable, native_modules
    from hotplug.artifacts.installed import Installed
    from hotplug.artifacts.requirement import required_name
    from hotplug.errors import ArtifactError

    names = "|".join(re.escape(top) for top in tops)
    imports = re.compile(rf"^(?:import|from)[ \t]+(?:{names})\b".encode(), re.MULTILINE)
    for name in sorted(set(map(required_name, metadata.requires))):
        distribution = find(name)
        if distribution is None:
            continue
        try:
            looked_into = (distribution.path, *distribution.weighed)
            read.update((each, stamp_of(os.stat(each))) for each in looked_into)
            paths = Installed(distribution.path).recorded()
        except (ArtifactError, OSError):
            continue  # without a RECORD nobody knows what is its own
        if native_modules(paths):
            continue  # extension modules cannot have private names
        site = os.path.dirname(distribution.path)
        own = importable(paths)
        if not set(own).intersection(tops) and any(_matches(imports, site, path) for path in paths):
            yield from own


def _matches(imports: re.Pattern[bytes], site: str, path: str) -> bool:
    if not path.endswith(".py") or "/tests/" in f"/{path}":
        return False
    try:
        with open(os.path.join(site, path), "rb") as file:
            return imports.search(file.read()) is not None
    except OSError:
        return False
