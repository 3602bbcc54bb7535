"""The distributions that this interpreter can import: a look at sys.path, nothing imported, nothing remembered."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

from hotplug.artifacts.metadata import normalised, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_METADATA = {".dist-info": "METADATA", ".egg-info": "PKG-INFO"}


class Distribution(NamedTuple):
    """An installed distribution: its normalised name and its ``.dist-info`` or ``.egg-info``."""

    name: str
    path: str

    @property
    def version(self) -> str | None:
        """Return the version, from the folder's name where it tells, else from the metadata."""
        stem, suffix = os.path.splitext(os.path.basename(self.path))
        parts = stem.split("-")
        if len(parts) > 1:
            return parts[1]
        place = os.path.join(self.path, _METADATA[suffix]) if os.path.isdir(self.path) else self.path
        try:
            with open(place, encoding="utf-8", errors="replace") as file:
                return parse(file.read().partition("\n\n")[0], fallback_name=self.name).version
        except OSError:
            return None


def distributions() -> Iterator[Distribution]:
    """Yield what is installed, in the order of sys.path; of one name only the first, which is the imported one."""
    seen: set[str] = set()
    for folder in dict.fromkeys(sys.path):
        try:
            names = sorted(os.listdir(folder or "."))  # whatever the file system's own order is
        except OSError:
            continue  # sys.path names what is not there, and zip files
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                distribution = normalised(os.path.splitext(name)[0].partition("-")[0])
                if distribution not in seen:
                    seen.add(distribution)
                    yield Distribution(distribution, os.path.join(os.path.realpath(folder), name))


def find(name: str) -> Distribution | None:
    """Return the installed distribution of that name, or None."""
    wanted = normalised(name)
    return next((each for each in distributions() if each.name == wanted), None)
