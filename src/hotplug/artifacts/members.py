"""The members of a zip file from a stranger: which of them can do harm, told from what it lists alone."""

from __future__ import annotations

import stat
from itertools import pairwise

from hotplug.errors import ArtifactError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from zipfile import ZipFile, ZipInfo

_COUNT_LIMIT = 200_000  # members
_TOTAL_LIMIT = 4 * 1024**3  # bytes unpacked
_RATIO_LIMIT = 200  # deflate ends at about 1,030; source code packs to a third
_RATIO_FREE = 64 * 1024**2  # bytes that may be packed as tightly as they like
_PATH_LIMIT = 1024  # letters
_NAME_LIMIT = 255  # bytes of one part of a path; what file systems take
_LISTED = b"PK\x01\x02"  # what the entry of each member in the directory begins with (APPNOTE 4.3.12)
_HEADER = 30  # bytes before a member's name and extra field (APPNOTE 4.3.7)


def check_count(data: bytes, path: str) -> None:
    """Refuse a zip file with more members than a plugin has, before an object is made for each of them.

    Raises:
        ArtifactError: If there are too many.
    """
    if data.count(_LISTED) > _COUNT_LIMIT:
        raise ArtifactError(f"holds more than {_COUNT_LIMIT} members", plugin=path)


def checked_members(archive: ZipFile, data: bytes, path: str) -> dict[str, ZipInfo]:
    """Return the file members by name, once none of them can do harm.

    Args:
        archive: The zip file.
        data: Its bytes.
        path: Where they came from, for messages.

    Raises:
        ArtifactError: If one of them can.
    """
    members: dict[str, ZipInfo] = {}
    total = packed = 0
    for member in archive.infolist():
        name = member.orig_filename
        _check_name(name, path)
        if stat.S_ISLNK(member.external_attr >> 16):
            raise ArtifactError(f"holds a link, {name}: a wheel holds files only", plugin=path)
        if name.endswith("/"):
            continue
        if name in members:
            raise ArtifactError(f"holds {name} twice", plugin=path)
        members[name] = member
        total += member.file_size
        packed += member.compress_size
    if total > _TOTAL_LIMIT or (total > _RATIO_FREE and total > packed * _RATIO_LIMIT):
        raise ArtifactError(
            f"would unpack from {packed} to {total} bytes: a plugin does not need that, a zip bomb does",
            plugin=path,
        )
    _check_overlap(archive, data, path)
    check_apart(members, path)
    return members


def check_apart(paths: Iterable[str], path: str) -> None:
    """Refuse two files for one place, and a file where others have their folder.

    Raises:
        ArtifactError: If there are such.
    """
    # with the least letter for the separator, what is in a folder stands next to a file of its name
    ordered = sorted(each.replace("/", "\0") for each in paths)
    for first, second in pairwise(ordered):
        if first == second:
            raise ArtifactError(f"holds two files for {_shown(first)}", plugin=path)
        if second.startswith(f"{first}\0"):
            raise ArtifactError(f"holds {_shown(first)} as a file and as a folder", plugin=path)


def _shown(name: str) -> str:
    return name.replace("\0", "/")


def _check_name(name: str, path: str) -> None:
    parts = name.removesuffix("/").split("/")
    if len(name) > _PATH_LIMIT or any(len(part.encode("utf-8", "replace")) > _NAME_LIMIT for part in parts):
        raise ArtifactError(f"holds a path that is too long, {name[:80] + '…'!r}", plugin=path)
    if name.startswith("/") or "\\" in name or ":" in parts[0]:
        raise ArtifactError(f"holds an absolute or foreign path, {name!r}", plugin=path)
    if ".." in parts or "." in parts or "" in parts:
        raise ArtifactError(f"holds a path that leaves its folder or goes in circles, {name!r}", plugin=path)
    if not name.isprintable():
        raise ArtifactError(f"holds a path with control characters, {name!r}", plugin=path)


def _check_overlap(archive: ZipFile, data: bytes, path: str) -> None:
    """Refuse members that share their packed bytes: few of them can so unpack to very many."""
    end, before = 0, ""
    for member in sorted(archive.infolist(), key=lambda each: each.header_offset):
        start = member.header_offset
        if start < end:
            raise ArtifactError(
                f"holds {member.orig_filename} in the same bytes as {before}: a zip bomb does that", plugin=path
            )
        lengths = data[start + _HEADER - 4 : start + _HEADER]
        names = int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
        end, before = start + _HEADER + names + member.compress_size, member.orig_filename
    if end > archive.start_dir:
        raise ArtifactError(f"is damaged: {before} goes on into the list of members", plugin=path)
