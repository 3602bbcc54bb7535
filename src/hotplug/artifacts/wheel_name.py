"""The file name of a wheel, which tells what is in it.

Its form is https://packaging.python.org/specifications/binary-distribution-format/#file-name-convention.
"""

from __future__ import annotations

from typing import NamedTuple

from hotplug.errors import ArtifactError


class WheelName(NamedTuple):
    """The parts of a wheel's file name; each tag is ``python-abi-platform``."""

    distribution: str
    version: str
    tags: tuple[str, ...]


def parse_name(name: str) -> WheelName:
    """Split the file name of a wheel.

    Raises:
        ArtifactError: If it is not of the form ``distribution-version(-build)-python-abi-platform.whl``.
    """
    parts = name.removesuffix(".whl").split("-")
    if len(parts) not in (5, 6) or not all(parts) or not name.isprintable():
        raise ArtifactError(
            "is not the name of a wheel (distribution-version-python-abi-platform.whl)",
            plugin=name,
            remedy="keep the name that the build gave it",
        )
    pythons, abis, platforms = (part.split(".") for part in parts[-3:])
    tags = tuple(f"{python}-{abi}-{each}" for python in pythons for abi in abis for each in platforms)
    return WheelName(parts[0], parts[1], tags)
