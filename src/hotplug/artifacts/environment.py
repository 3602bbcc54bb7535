"""The distributions that this interpreter can import: a look at sys.path, nothing imported, nothing remembered."""

from __future__ import annotations

import os

from hotplug.artifacts import normalised
from hotplug.artifacts.asking import METADATA, infos_in, search_path
from hotplug.artifacts.metadata import headers_of, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final


class Distribution:
    """An installed distribution: its normalised name and its ``.dist-info`` or ``.egg-info``.

    Attributes:
        name: The name.
        path: The folder of metadata, or the file.
        weighed: Those that had to be looked into to know that it is this one; mostly none, names tell.
    """

    __slots__ = ("name", "path", "weighed")

    def __init__(self, name: str, path: str, weighed: Sequence[str] = ()) -> None:
        self.name: Final = name
        self.path: Final = path
        self.weighed: Final = weighed

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
                return parse(headers_of(file.read()), fallback_name=self.name).version
        except OSError:
            return None


def distributions() -> Iterator[Distribution]:
    """Yield what is installed, in the order of sys.path; of one name only what is imported by it.

    Of several in one folder that is the whole one with the highest version: an update that was interrupted leaves
    the other, often hollow (importlib_metadata#457). The ``.egg-info`` that a build leaves in a checkout counts
    only where nothing else has its name (importlib_metadata#410).
    """
    seen: set[str] = set()
    built: list[Distribution] = []
    weighed: dict[str, list[str]] = {}
    for folder in search_path():
        for name, infos in by_name(infos_in(folder)).items():
            if name in seen:
                continue
            real = os.path.realpath(folder)
            looked_into = weighed.setdefault(name, [])
            if len(infos) > 1 or infos[0].endswith(".egg-info"):
                looked_into += (os.path.join(real, info) for info in infos)
            found = Distribution(name, os.path.join(real, chosen(folder, infos)), looked_into)
            if is_byproduct(found.path):
                built.append(found)
                continue
            seen.add(name)
            yield found
    for each in built:
        if each.name not in seen:
            seen.add(each.name)
            yield each


def by_name(infos: list[str]) -> dict[str, list[str]]:
    """Return the folders of metadata by the normalised names of their distributions."""
    found: dict[str, list[str]] = {}
    for info in infos:
        found.setdefault(distribution_of(info), []).append(info)
    return found


def distribution_of(info: str) -> str:
    """Return the normalised name of the distribution that a folder of metadata is of."""
    return normalised(os.path.splitext(info)[0].partition("-")[0])


def chosen(folder: str, infos: list[str]) -> str:
    """Return which of several folders of metadata of one distribution, in one folder, is of what is imported."""
    if len(infos) == 1:
        return infos[0]
    from packaging.version import InvalidVersion, Version

    def rank(info: str) -> tuple[bool, bool, bool, Version]:
        metadata, record = (
            os.path.isfile(os.path.join(folder, info, name))
            for name in (METADATA[os.path.splitext(info)[1]], "RECORD")
        )
        try:
            version = Version(Distribution("", info).named_version or "")
        except InvalidVersion:
            return metadata, record, False, Version("0")
        return metadata, record, True, version

    return max(infos, key=rank)


def is_byproduct(path: str) -> bool:
    """Tell whether metadata is what a build left in a checkout: an ``.egg-info`` that lists nothing installed."""
    return (
        path.endswith(".egg-info")
        and os.path.isdir(path)
        and not any(os.path.exists(os.path.join(path, name)) for name in ("installed-files.txt", "RECORD"))
    )


def find(name: str) -> Distribution | None:
    """Return the installed distribution of that name, or None."""
    wanted = normalised(name)
    return next((each for each in distributions() if each.name == wanted), None)
