"""Keeps the cache small: what was not opened for a month goes, and the rest where it is too much.

Several processes may do this at once, while others open what is in the cache. What goes is renamed first, so that
nobody finds a half of it; who loses such a race unpacks the wheel again. Nothing here is ever an error: what
cannot be removed stays.

Only what has the form of what hotplug wrote is touched: ``HOTPLUG_CACHE`` may name any folder.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import NamedTuple

from hotplug.artifacts.code_cache import CODE
from hotplug.artifacts.memory import FORMAT as FACT
from hotplug.artifacts.memory import cache_folder, is_private
from hotplug.artifacts.wheel import MANIFEST, UNPACKED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

DRAFT = "draft-"
_RECENT = 24 * 60 * 60  # seconds; what was opened since then stays in any case
_LONG = 30 * _RECENT
_TOTAL_LIMIT = 2 * 1024**3  # bytes
_MARK = "pruned"
_DIGITS = 64  # of a sha256
_HEX = frozenset("0123456789abcdef")
_FACT = FACT.rpartition("-")[0].encode()


class _Kept(NamedTuple):
    """A folder of the cache that goes as a whole: an unpacked wheel, or the bytecode of one artifact."""

    opened: float
    size: int
    place: str


def prune_daily() -> None:
    """Prune the cache if that was not done since yesterday."""
    try:
        if os.stat(os.path.join(cache_folder(), _MARK)).st_mtime > time.time() - _RECENT:
            return
    except OSError:
        pass
    prune()


def prune() -> None:
    """Remove what nobody opened for a month and, while the cache is too large, what was not opened longest."""
    cache = cache_folder()
    if not is_private(cache):
        return
    with suppress(OSError), open(os.path.join(cache, _MARK), "wb"):
        pass
    now = time.time()
    for folder in (UNPACKED, CODE):
        for draft in _names(os.path.join(cache, folder)):
            place = os.path.join(cache, folder, draft)
            if draft.startswith(DRAFT) and _opened(place) < now - _RECENT:
                _remove(place)
    kept = sorted([*_wheels(os.path.join(cache, UNPACKED)), *_codes(os.path.join(cache, CODE))])
    total = sum(each.size for each in kept)
    for each in kept:
        idle = now - each.opened
        if (idle > _LONG or (total > _TOTAL_LIMIT and idle > _RECENT)) and discard(each.place, each.opened):
            total -= each.size
    for kind in _names(cache):
        if kind not in (UNPACKED, CODE):
            _prune_facts(os.path.join(cache, kind), now)


def discard(place: str, opened: float | None = None) -> bool:
    """Take a folder out of the cache.

    Args:
        place: The folder.
        opened: When it was opened last; if it was opened again meanwhile, it stays.
    """
    parent, name = os.path.split(place)
    gone = os.path.join(parent, f"{DRAFT}{name}-{os.getpid()}-{time.monotonic_ns()}")
    try:
        os.rename(place, gone)
    except OSError:
        return False  # another process was faster
    if opened is not None and _opened(gone) > opened:
        with suppress(OSError):  # unless it was unpacked anew in this very moment
            os.rename(gone, place)
            return False
    _remove(gone)
    return True


def _wheels(folder: str) -> Iterator[_Kept]:
    for name in _names(folder):
        algorithm, _, digits = name.partition("-")
        if algorithm == "sha256" and len(digits) == _DIGITS and _HEX.issuperset(digits):
            place = os.path.join(folder, name)
            _prune_drafts(os.path.join(place, CODE))
            size = _size_of_content(os.path.join(place, MANIFEST)) + _size_of_files(os.path.join(place, CODE))
            yield _Kept(_opened(place), size, place)


def _codes(folder: str) -> Iterator[_Kept]:
    for name in _names(folder):
        if _is_place(name):
            place = os.path.join(folder, name)
            opened = _opened(place)
            _prune_drafts(place)
            yield _Kept(opened, _size_of_files(place), place)


def _prune_drafts(folder: str) -> None:
    """Remove the bytecode that was being written when its writer was killed; its name ends with two numbers."""
    for name in _names(folder):
        _, *numbers = name.rsplit(".", 2)
        place = os.path.join(folder, name)
        if len(numbers) > 1 and all(map(str.isdecimal, numbers)) and _changed(place) < time.time() - _RECENT:
            with suppress(OSError):
                os.unlink(place)


def _prune_facts(folder: str, now: float) -> None:
    """Remove facts that were not recalled for long, and what interrupted writes left."""
    for name in _names(folder):
        place = os.path.join(folder, name)
        fact, dot, _ = name.partition(".")
        if not _is_place(fact) or _changed(place) > now - (_RECENT if dot else _LONG):
            continue
        with suppress(OSError):
            with open(place, "rb") as file:
                ours = file.read(len(_FACT)) == _FACT
            if ours or dot:
                os.unlink(place)


def _is_place(name: str) -> bool:
    """Tell whether a name is of the form that ``memory.place_of`` gives."""
    digits, dash, length = name.partition("-")
    return bool(dash) and _HEX.issuperset(digits) and len(digits) in (8, 16) and length.isdecimal()


def _opened(place: str) -> float:
    """Return when something was opened last, in seconds: the time of its manifest, else its own."""
    try:
        return os.stat(os.path.join(place, MANIFEST)).st_mtime
    except OSError:
        return _changed(place)


def _changed(place: str) -> float:
    try:
        return os.stat(place).st_mtime
    except OSError:
        return 0.0


def _size_of_content(manifest: str) -> int:
    """Return the bytes that a wheel was unpacked to, as its manifest tells; 0 where it does not."""
    try:
        with open(manifest, "rb") as file:
            file.readline()
            return int(file.readline())
    except (OSError, ValueError):
        return 0


def _size_of_files(folder: str) -> int:
    try:
        with os.scandir(folder) as entries:
            return sum(entry.stat(follow_symlinks=False).st_size for entry in entries)
    except OSError:
        return 0


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _remove(place: str) -> None:
    import shutil

    shutil.rmtree(place, ignore_errors=True)
