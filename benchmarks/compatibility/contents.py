"""What a wheel holds, read from the names of its files: the modules that are compared.

Not read by hotplug's own rules, so that a mistake in those shows.
"""

from __future__ import annotations

import os
import re
import zipfile
from typing import NamedTuple

_DATA = re.compile(r"[^/]+\.data/(purelib|platlib)/")
_NOT_IMPORTED = frozenset({"__main__", "conftest", "setup", "test", "tests"})
"""Parts of names that a deep comparison leaves out: programs, and what runs under a test runner only."""


class Contents(NamedTuple):
    """The modules of a wheel.

    Attributes:
        roots: The shallowest modules and packages that have a file: ``requests``, ``google.cloud.storage``.
        public: Those of them without a leading underscore anywhere, which are imported first.
        modules: Every module that a deep comparison imports, the public roots first.
    """

    roots: tuple[str, ...]
    public: tuple[str, ...]
    modules: tuple[str, ...]


def contents_of(wheel: str) -> Contents:
    """Return the modules of a wheel, given by its path."""
    with zipfile.ZipFile(wheel) as archive:
        paths = [_DATA.sub("", name, count=1) for name in archive.namelist()]
    names = sorted({name for path in paths if (name := _module(path))})
    packages = {_module(path) for path in paths if path.endswith("/__init__.py")}
    roots = [name for name in names if not any(above in packages for above in _above(name))]
    public = [name for name in roots if not any(part.startswith("_") for part in name.split("."))]
    whole = {name for name in names if all(above in packages for above in _above(name, roots))}
    deep = [name for name in names if name in whole and not _NOT_IMPORTED.intersection(name.split("."))]
    return Contents(tuple(roots), tuple(public), tuple(dict.fromkeys([*public, *deep])))


def distribution_of(wheel: str) -> tuple[str, str]:
    """Return the name and the version that a wheel's file name tells."""
    name, version = os.path.basename(wheel).split("-")[:2]
    return re.sub(r"[-_.]+", "-", name).lower(), version


def _module(path: str) -> str | None:
    if not path.endswith(".py"):
        return None
    parts = path.removesuffix(".py").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts) if parts and all(part.isidentifier() for part in parts) else None


def _above(name: str, roots: list[str] | None = None) -> list[str]:
    """Return the packages above a module, all of them or those down from a root."""
    parts = name.split(".")
    above = [".".join(parts[:count]) for count in range(1, len(parts))]
    if roots is None:
        return above
    start = [each for each in above if each in roots]
    return above[above.index(start[0]) :] if start else []
