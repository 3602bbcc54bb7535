"""What was learnt about files, remembered from one run to the next by their stamps.

A fact is kept in a small text file in the cache folder, beside the stamps of the files that it was read from;
it counts only while every stamp is the same. A file that was too young when the reading of it began is not
remembered: an edit within the clock tick that made it would leave the stamp as it is (git calls such an entry
racily clean). Too young is two seconds where a file system may count in these, a fifth of one where its times show
that it does not. Nothing here is ever required: whatever cannot be read or written is computed anew.
"""

from __future__ import annotations

import os
import stat
import time
from _imp import source_hash  # what importlib.util has it from; zlib takes 0.3 ms to load, and this nothing

from hotplug.artifacts import NEVER
from hotplug.light import suppress, user_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT = "hotplug-memory-4"
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)
_RACY = 2_000_000_000  # nanoseconds: FAT counts in them
_FINE = 200_000_000  # twenty ticks of the slowest kernel's clock
_TICK = 10_000_000  # what is no multiple of this was not rounded to seconds
_DIGITS = 20
_CHECKED = _DIGITS + len(" 0123456789abcdef\n\n")  # the end of a head: how long the fact is, and its checksum
_RECENTLY = 24 * 60 * 60  # seconds

Stamp = tuple[int, int, int, int, int]
"""Device, inode, size in bytes, time of modification and of change in nanoseconds: a file as it is now."""


def unhindered(path: str, flags: int) -> int:
    """Open a file, for ``open(opener=)``: a pipe would keep us waiting for whoever writes to it."""
    return os.open(path, flags | _AT_ONCE)


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the stamp of a file from its ``os.stat`` result."""
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def stamp_text(stamp: Stamp) -> str:
    """Return a stamp as one word."""
    return ":".join(map(str, stamp))


def is_young(stamp: Stamp, now: int) -> bool:
    """Tell whether a file changed so shortly before a moment that its next edit may leave its stamp as it is.

    Args:
        stamp: The file as it is.
        now: The moment, in nanoseconds since the epoch.
    """
    return _young_until(stamp) > now


def youngest(stamps: Iterable[Stamp]) -> Stamp:
    """Return the stamp of the file that is young for longest; their file systems may count differently."""
    return max(stamps, key=_young_until, default=NEVER)


def _young_until(stamp: Stamp) -> int:
    newest = max(stamp[-2:])
    return newest + (min(_RACY, _FINE) if newest % _TICK else _RACY)


def recall(kind: str, path: str, stamps: str) -> str | None:
    """Return the fact of that kind about ``path``, or None where there is none for these stamps."""
    fact = recall_bytes(kind, path, stamps)
    return None if fact is None else fact.decode("utf-8", "surrogateescape")


def recall_bytes(kind: str, path: str, stamps: str) -> bytes | None:
    """Return such a fact as it was written: every copy of a large one takes as long as to read it."""
    if not is_private(cache_folder()):
        return None
    place = place_of(kind, path)
    try:
        with open(place, "rb", buffering=0, opener=unhindered) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                return None
            head = file.read(len(_head(path, stamps, b"")))
            if status.st_size - len(head) != _length(head):
                return None  # cut short, or so much that it must not be read
            fact = file.readall()
    except OSError:
        return None
    if head != _head(path, stamps, fact):
        return None
    mark_opened(place, status)
    return fact


def remember(kind: str, path: str, stamps: str, fact: str | bytes, *, stamp: Stamp, begun: int) -> None:
    """Keep a fact for later runs, unless a file was too young to be told from its next edit.

    Args:
        kind: What is remembered: the name of a folder in the cache.
        path: What the fact is about, mostly an artifact.
        stamps: The stamps that must be the same for the fact to count.
        fact: Any text; bytes for who recalls bytes.
        stamp: The stamp of the file; of several, of the `youngest`.
        begun: When the first of the files was looked at, as ``time.time_ns()`` was before: reading takes time.
    """
    if is_young(stamp, begun):
        return
    place = place_of(kind, path)
    draft = f"{place}.{os.getpid()}.{time.monotonic_ns()}"
    raw = fact if isinstance(fact, bytes) else fact.encode("utf-8", "surrogateescape")
    try:
        make_private(cache_folder())
        if not is_private(cache_folder()):
            return
        make_private(os.path.dirname(place))
        with open(draft, "xb") as file:
            file.write(_head(path, stamps, raw) + raw)
        os.replace(draft, place)
    except OSError:
        # a cache that cannot be written costs time, nothing else
        with suppress(OSError):
            os.unlink(draft)


def cache_folder() -> str:
    """Return hotplug's own cache folder: ``HOTPLUG_CACHE``, else the user's; nothing is created."""
    folder = os.environ.get("HOTPLUG_CACHE") or user_folder("cache", "hotplug")
    try:
        return os.path.abspath(folder)
    except OSError:  # it is relative to a working folder that is not there any more: none can be used
        return folder


def place_of(kind: str, path: str) -> str:
    """Return where the cache keeps what it has of that kind about ``path``."""
    raw = path.encode("utf-8", "surrogateescape")
    return os.path.join(cache_folder(), kind, f"{checksum(raw)}-{len(raw)}")


def checksum(data: bytes | memoryview) -> str:
    """Return 16 hexadecimal digits that tell whether data is whole; no protection from an enemy."""
    return source_hash(0, data).hex()


def mark_opened(path: str, status: os.stat_result) -> None:
    """Note that something in the cache is in use, by the time of a file; once a day is enough.

    Args:
        path: The file, or folder, whose time of modification tells when the thing was opened.
        status: What ``os.stat`` says of it.
    """
    if status.st_mtime < time.time() - _RECENTLY:
        with suppress(OSError):  # it serves all the same, for as long as it is there
            os.utime(path)


def make_private(folder: str) -> None:
    """Make a folder of the cache and those above it, for the user alone; what is there stays as it is.

    Raises:
        OSError: If it cannot be made.
    """
    if os.path.isdir(folder):
        return
    above = os.path.dirname(folder)
    if above != folder:
        make_private(above)
    try:
        os.mkdir(folder, stat.S_IRWXU)
    except FileExistsError:
        if not os.path.isdir(folder):  # else another process was faster
            raise


def is_private(folder: str) -> bool:
    """Tell whether a folder is there, is the user's own, and can be written by nobody else."""
    try:
        return is_own(os.stat(folder))
    except OSError:
        return False


def is_own(status: os.stat_result) -> bool:
    """Tell whether what ``os.stat`` looked at is the user's own, and can be written by nobody else."""
    if not hasattr(os, "geteuid"):
        return True  # Windows: a user's folders are the user's by their access lists
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _length(head: bytes) -> int | None:
    """Return how many bytes come after a head, None where it is none."""
    length = head[-_CHECKED:].partition(b" ")[0]
    return int(length) if length.isdigit() else None


def _head(path: str, stamps: str, fact: bytes) -> bytes:
    """Return what stands before a fact: what it is about, and how to tell that it is whole; one length for all."""
    whole = f"{len(fact):0{_DIGITS}} {checksum(fact)}"
    return f"{FORMAT}\n{path!r}\n{stamps}\n{whole}\n\n".encode("utf-8", "surrogateescape")
