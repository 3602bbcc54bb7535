"""The distributions that this interpreter can import: a look at sys.path, nothing imported, nothing remembered."""

from __future__ import annotations

import os
import sys

from hotplug.artifacts.metadata import normalised, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

METADATA = {".dist-info": "METADATA", ".egg-info": "PKG-INFO"}
"""The file of metadata in the folder of an installed distribution, by that folder's suffix."""


class Distribution:
    """An installed distribution: its normalised name and its ``.dist-info`` or ``.egg-info``."""

    __slots__ = ("name", "path")

    def __init__(self, name: str, path: str) -> None:
        self.name: Final = name
        self.path: Final = path

    @property
    def named_version(self) -> str | None:
        """Return the version that is in the folder's name, None where there is none."""
        parts = os.path.splitext(os.path.basename(self.path))[0].split("-")
        return parts[1] if len(parts) > 1 else None

    @property
    def version(self) -> str | None:
        """Return the version, from the folder's name where it tells, else from the metadata."""
        if self.named_version is not None:
            return self.named_version
        suffix = os.path.splitext(self.path)[1]
        place = os.path.join(self.path, METADATA[suffix]) if os.path.isdir(self.path) else self.path
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
        except (OSError, ValueError):
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
