"""What was learnt about files, remembered from one run to the next by their stamps.

A fact is kept in a small text file in the cache folder, beside the stamps of the files that it was read from;
it counts only while every stamp is the same. A file younger than two seconds is not remembered: an edit within
the clock tick that made it would leave the stamp as it is (git calls such an entry racily clean). Nothing here
is ever required: whatever cannot be read or written is computed anew.
"""

from __future__ import annotations

import os
import stat
import time
from zlib import crc32

from hotplug.folders import cache_folder

_FORMAT = "hotplug-memory-1"
_RACY = 2_000_000_000  # nanoseconds

Stamp = tuple[int, int, int, int, int]
"""Device, inode, size in bytes, time of modification and of change in nanoseconds: a file as it is now."""


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the stamp of a file from its ``os.stat`` result."""
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def stamp_text(stamp: Stamp) -> str:
    """Return a stamp as one word."""
    return ":".join(map(str, stamp))


def recall(kind: str, path: str, stamps: str) -> str | None:
    """Return the fact of that kind about ``path``, or None where there is none for these stamps."""
    try:
        with open(_place(kind, path), "rb") as file:
            data = file.read()
    except OSError:
        return None
    head = _encoded(f"{_FORMAT}\n{path}\n{stamps}\n\n")
    return data[len(head) :].decode("utf-8", "surrogateescape") if data.startswith(head) else None


def remember(kind: str, path: str, stamps: str, fact: str, *, newest: int) -> None:
    """Keep a fact for later runs, unless a file is too young to be told from its next edit.

    Args:
        kind: What is remembered: the name of a folder in the cache.
        path: The artifact that the fact is about.
        stamps: The stamps that must be the same for the fact to count.
        fact: Any text.
        newest: The latest time of change among the files, in nanoseconds since the epoch.
    """
    if newest > time.time_ns() - _RACY:
        return
    place = _place(kind, path)
    draft = f"{place}.{os.getpid()}.{time.monotonic_ns()}"
    try:
        make_private(cache_folder())
        make_private(os.path.dirname(place))
        with open(draft, "xb") as file:
            file.write(_encoded(f"{_FORMAT}\n{path}\n{stamps}\n\n{fact}"))
        os.replace(draft, place)
    except OSError:
        return  # a cache that cannot be written costs time, nothing else


def make_private(folder: str) -> None:
    """Make a folder of the cache, for the user alone; one that is there stays as it is.

    Raises:
        OSError: If it cannot be made.
    """
    os.makedirs(folder, exist_ok=True, mode=stat.S_IRWXU)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _place(kind: str, path: str) -> str:
    raw = _encoded(path)
    return os.path.join(cache_folder(), kind, f"{crc32(raw):08x}-{len(raw)}")
