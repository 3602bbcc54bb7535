"""The lock: the digests of all artifacts that a catalog may run, in a file that people read and compare.

Each artifact has the names that it may have in the catalog, and no name is that of two: nothing can stand in for
what was locked. An artifact that lies below the folder of the lock is named from there, so that both can be moved
together; an installed distribution is known by its name, wherever it is installed.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from hotplug.artifacts import normalised
from hotplug.errors import TrustError, absolute
from hotplug.trust.pins import digest_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Self

    from hotplug.artifacts.artifact import Artifact
    from hotplug.catalog.entry import Entry


COMMAND = "hotplug lock"
"""What makes a lock."""


def _plain() -> str:
    return COMMAND


class Locked(NamedTuple):
    """One artifact of a lock.

    Attributes:
        names: The names that it has in the catalog, sorted.
        path: Where it lies, with every link resolved; empty for an installed distribution.
        kind: "folder", "module", "wheel" or "installed".
        distribution: The name that it declares.
        version: The version that it declares, None where it declares none.
        digest: Its digest.
    """

    names: tuple[str, ...]
    path: str
    kind: str
    distribution: str
    version: str | None
    digest: str

    @property
    def place(self) -> tuple[str, str]:
        """What tells this artifact from others, whatever is in it."""
        return (self.kind, normalised(self.distribution)) if self.kind == "installed" else ("", self.path)

    @property
    def where(self) -> str:
        """Where it lies, in words."""
        return self.path or f"the installed distribution {self.distribution}"


class Lock:
    """The artifacts that a catalog may run, each under the names that it may have; it does not change.

    Args:
        artifacts: What is locked.
        path: The file that it was read from, None where it was made in this program.

    Raises:
        ValueError: If a name is that of two artifacts.
    """

    __slots__ = ("_by_name", "_by_place", "artifacts", "path")

    def __init__(self, artifacts: Iterable[Locked], *, path: str | None = None) -> None:
        self.artifacts = tuple(sorted(artifacts, key=lambda each: (each.names, each.path, each.distribution)))
        self.path = path
        self._by_place = {each.place: each for each in self.artifacts}
        self._by_name: dict[str, Locked] = {}
        for each in self.artifacts:
            for name in each.names:
                if name in self._by_name:
                    raise ValueError(f"the name {name!r} is locked twice")
                self._by_name[name] = each

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Self:
        """Return the lock of a catalog's entries, with digests computed anew from the files.

        Only what a name means is locked: entries that are shadowed or refused are left out.

        Args:
            entries: What ``Catalog.entries()`` returned; they are taken one by one, as they are read.

        Raises:
            ArtifactError: If one cannot be read any more.
        """
        found: dict[tuple[str, str], Locked] = {}
        for entry in entries:
            if not entry.ready or entry.artifact is None:
                continue
            place = place_of(entry.artifact)
            known = found.get(place)
            digest = digest_of(entry.artifact) if known is None else known.digest
            names = {entry.name} if known is None else {*known.names, entry.name}
            metadata, kind = entry.artifact.metadata, entry.artifact.kind
            path = "" if kind == "installed" else entry.artifact.path
            found[place] = Locked(tuple(sorted(names)), path, kind, metadata.name, metadata.version, digest)
        return cls(found.values())

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Self:
        """Read a lock.

        Raises:
            TrustError: If it is not there, damaged (it names the line), or of a version that is not known here.
        """
        from hotplug.trust.lockfile import read

        whole = absolute(path, TrustError)
        return cls(read(whole), path=whole)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the lock, in one step: whoever reads it meanwhile gets the old one or the new one.

        Raises:
            TrustError: If it cannot be written; what was there stays.
        """
        from hotplug.trust.lockfile import write

        write(absolute(path, TrustError), self.artifacts)

    def named(self, name: str) -> Locked | None:
        """Return the artifact that a name is locked to, None where there is none."""
        return self._by_name.get(name)

    def at(self, artifact: Artifact) -> Locked | None:
        """Return what is locked of an artifact's place, whatever is in it now; None where nothing is."""
        return self._by_place.get(place_of(artifact))

    @property
    def where(self) -> str:
        """Where it stands, in words."""
        return self.path or "the lock"

    def expected(self, name: str, artifact: Artifact, *, command: Callable[[], str] = _plain) -> str:
        """Return the digest that an artifact must have to be run under a name.

        Args:
            name: The name in the catalog.
            artifact: What would be run.
            command: Returns the command that makes the lock, for who is to accept what is there.

        Raises:
            TrustError: If the lock has none, or another artifact for that name.
        """
        meant, here = self._by_name.get(name), self.at(artifact)
        if meant is not None and meant is here:
            return meant.digest
        lock = self.where
        if meant is not None:
            gone = "" if not meant.path or os.path.lexists(meant.path) else ", which is not there any more"
            reason = f"{artifact.path} is not what is locked under this name: {lock} has {meant.where}{gone}"
            remedy = f"remove {artifact.path}; if it is meant to take the name over, run: {command()}"
        elif here is not None:
            reason = f"{artifact.path} is in {lock} under other names only: {', '.join(here.names)}"
            remedy = f"if the name is meant, run: {command()}"
        else:
            reason = f"{artifact.path} is not in {lock}"
            remedy = f"if you trust it, run: {command()}"
        raise TrustError(reason, expected=meant and meant.digest, plugin=name, remedy=remedy)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lock) and self.artifacts == other.artifacts

    def __hash__(self) -> int:
        return hash(self.artifacts)

    def __repr__(self) -> str:
        return f"<Lock of {len(self.artifacts)} artifacts{f', {self.path}' if self.path else ''}>"


def place_of(artifact: Artifact) -> tuple[str, str]:
    """Return what tells an artifact from others, whatever is in it."""
    if artifact.kind == "installed":
        return artifact.kind, normalised(artifact.name)
    return "", artifact.path
