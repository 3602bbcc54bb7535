"""What differs between a lock and what a catalog finds, for who is to decide about it."""

from __future__ import annotations

import os
from typing import NamedTuple

from hotplug.errors import PluginError
from hotplug.trust.pins import digest_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Literal

    from hotplug.artifacts.artifact import Artifact
    from hotplug.catalog.entry import Entry
    from hotplug.trust.lock import Lock, Locked


class Finding(NamedTuple):
    """What became of one artifact since it was locked.

    Attributes:
        status: "same", "differs" (its bytes are others, or cannot be read), "missing" (locked, and its place does
            not offer that name) or "new" (ready, and not what is locked under that name).
        name: The name in the catalog.
        where: The artifact's path; of an installed distribution that is missing, what it is.
        expected: The digest in the lock, None where it has none.
        found: The digest of the bytes that are there, None where they cannot be read.
        reason: What is wrong, in words; empty where nothing is.
    """

    status: Literal["same", "differs", "missing", "new"]
    name: str
    where: str
    expected: str | None
    found: str | None
    reason: str = ""


def verify(lock: Lock, entries: Iterable[Entry]) -> Iterator[Finding]:
    """Compare a lock with a catalog's entries, by digests computed anew from the files; nothing of them runs.

    Only bytes count: what is locked is the same also where it is refused, shadowed or disabled now. Entries that
    are not locked and are not ready are passed over.

    Args:
        lock: The lock.
        entries: What ``Catalog.entries()`` returned, of a catalog that was made without that lock.

    Yields:
        One finding for each entry that is locked or could be run, in their order; then those of the lock that are
        missing.
    """
    seen: set[str] = set()
    digests: dict[str, str] = {}
    for entry in entries:
        meant = lock.named(entry.name)
        artifact = entry.artifact
        is_it = meant is not None and (
            meant is lock.at(artifact) if artifact is not None else _path(meant) == entry.path
        )
        if meant is None or not is_it:
            if entry.ready:
                reason = (
                    "is not locked" if meant is None else f"takes the name from {meant.where}, which is locked"
                )
                yield Finding("new", entry.name, entry.path, None, _digest(entry, digests)[0], reason)
            continue
        seen.add(entry.name)
        found, reason = _digest(entry, digests)
        if found == meant.digest:
            yield Finding("same", entry.name, entry.path, meant.digest, found)
        else:
            reason = reason or "is not what was locked"
            yield Finding("differs", entry.name, entry.path, meant.digest, found, reason)
    for each in lock.artifacts:
        for name in each.names:
            if name not in seen:
                lost = bool(each.path) and os.path.lexists(each.path)
                reason = "is locked, and was not found" + (" in the folders that were searched" if lost else "")
                yield Finding("missing", name, each.where, each.digest, None, reason)


def _path(locked: Locked) -> str | None:
    """Return where what was locked lies, None where it is installed no more."""
    if locked.path:
        return locked.path
    from hotplug.artifacts.environment import find

    found = find(locked.distribution)
    return None if found is None else found.path


def _digest(entry: Entry, known: dict[str, str]) -> tuple[str | None, str]:
    """Return the digest of an entry's artifact, or why it has none."""
    if entry.path not in known:
        try:
            known[entry.path] = digest_of(entry.artifact or _artifact(entry.path))
        except PluginError as error:
            return None, error.reason
    return known[entry.path], ""


def _artifact(path: str) -> str | Artifact:
    """Return what lies at a path that an entry has; that of what is installed is its metadata's."""
    if not path.endswith((".dist-info", ".egg-info")):
        return path
    from hotplug.artifacts.installed import Installed

    return Installed(path)
