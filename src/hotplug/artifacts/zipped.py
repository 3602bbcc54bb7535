"""Reads a wheel as what it is: a zip file from a stranger.

Refused, by ``hotplug.artifacts.members``: paths that leave the folder, absolute paths, links, two members for one
place, and more data than a plugin can need. Refused here: contents that differ from the RECORD, and two files that
only this file system takes for one.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import lzma
import os
import struct
import zlib
from contextlib import contextmanager
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from installer.records import InvalidRecordEntry, RecordEntry, parse_record_file

from hotplug.artifacts import normalised
from hotplug.artifacts.import_names import native_modules
from hotplug.artifacts.members import check_apart, check_count, checked_members
from hotplug.artifacts.metadata import headers_of, parse
from hotplug.artifacts.wheel_name import parse_name
from hotplug.errors import ArtifactError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from zipfile import ZipInfo

    from hotplug.artifacts.metadata import Metadata
    from hotplug.artifacts.wheel_name import WheelName

_METADATA_LIMIT = 4 * 1024**2  # bytes
_RECORD_LIMIT = 32 * 1024**2  # bytes; it grows with the number of files
_UNRECORDED = ("RECORD", "RECORD.jws", "RECORD.p7s")
_SAFE_HASHES = ("sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512", "blake2b", "blake2s")
"""Of those that hashlib has, the ones that the specification of RECORD allows: sha256 or better."""
_DAMAGE = (
    *(BadZipFile, EOFError, zlib.error, lzma.LZMAError, struct.error),
    *(NotImplementedError, ValueError, IndexError, OSError),
)
"""What zipfile and the decompressors raise for data that they cannot read."""


def declared(data: bytes, path: str) -> tuple[str, tuple[str, ...]]:
    """Return what a wheel says of itself, in the text form of metadata, and its extension modules.

    Args:
        data: The wheel's bytes.
        path: Where they came from: its name must fit what it says.

    Raises:
        ArtifactError: If it is damaged, dangerous, or not the wheel that its file name promises.
    """
    name = parse_name(os.path.basename(path))
    with _opened(data, path) as archive:
        members = checked_members(archive, data, path)
        info = _dist_info(members, name, path)
        wheel = _text(archive, members[f"{info}/WHEEL"], path)
        text = _text(archive, members[f"{info}/METADATA"], path)
        points = members.get(f"{info}/entry_points.txt")
        offered = _text(archive, points, path) if points else ""
    version = next((line for line in wheel.splitlines() if line.lower().startswith("wheel-version:")), "none")
    if version.partition(":")[2].strip().partition(".")[0] != "1":
        raise ArtifactError(f"is a wheel of a format that hotplug does not know ({version})", plugin=path)
    headers = headers_of(text)
    _check_identity(parse(headers, fallback_name=""), name, path)
    return f"{headers}\n\n{offered}", native_modules(members)


def extract(data: bytes, path: str, target: str) -> dict[str, str]:
    """Unpack a wheel's code and metadata, and return the sha256 of each file.

    The ``purelib`` and ``platlib`` parts of its ``.data`` folder land where an installer puts them; scripts,
    headers and data files are no part of a plugin and stay out.

    Args:
        data: The wheel's bytes.
        path: Where they came from, for messages.
        target: An empty folder; what it holds after an error is to be thrown away.

    Raises:
        ArtifactError: If it is damaged, dangerous, or not what its RECORD says.
        UnwritableError: If the target cannot be written.
    """
    sums: dict[str, str] = {}
    for place, content in contents(data, path):
        sums[place] = hashlib.sha256(content).hexdigest()
        _write(target, place, content, path)
    return dict(sorted(sums.items()))


def contents(data: bytes, path: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a wheel's code and metadata, each with the place that `extract` gives it.

    Args:
        data: The wheel's bytes.
        path: Where they came from, for messages.

    Raises:
        ArtifactError: If it is damaged, dangerous, or not what its RECORD says.
    """
    with _opened(data, path) as archive:
        members = checked_members(archive, data, path)
        info = _dist_info(members, parse_name(os.path.basename(path)), path)
        record = _record(_text(archive, members[f"{info}/RECORD"], path), members, path)
        unrecorded = {f"{info}/{each}" for each in _UNRECORDED}
        places = _places(members, path)
        for name, member in members.items():
            content = _content(archive, member)
            if name not in unrecorded:
                _check_recorded(name, content, record, path)
            place = places.get(name)
            if place is not None:
                yield place, content


def _write(target: str, place: str, content: bytes, path: str) -> None:
    whole = os.path.join(target, *place.split("/"))
    try:
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "xb") as file:
            file.write(content)
    except (FileExistsError, NotADirectoryError) as error:  # though all names differ, and the folder was empty
        raise ArtifactError(
            f"holds {place} and a name that this file system takes for the same: "
            "they differ in the case, or in the writing, of a letter",
            plugin=path,
        ) from error
    except OSError as error:
        raise UnwritableError(error.errno, error.strerror, whole) from error


class UnwritableError(OSError):
    """A file of a wheel cannot be written: the fault of the place, not of the wheel."""


@contextmanager
def _opened(data: bytes, path: str) -> Generator[ZipFile]:
    """Open a zip file, and say in our words what zipfile finds wrong with it, now and while it is read."""
    check_count(data, path)
    try:
        with ZipFile(BytesIO(data)) as archive:
            yield archive
    except (ArtifactError, UnwritableError):
        raise
    except (*_DAMAGE, MemoryError) as error:
        raise ArtifactError(
            f"is damaged, or not a wheel: {str(error) or type(error).__name__}",
            plugin=path,
            remedy="fetch or build it again",
        ) from error
    except RuntimeError as error:  # an encrypted member
        raise ArtifactError(f"cannot be read: {error}", plugin=path) from error


def _dist_info(names: Iterable[str], name: WheelName, path: str) -> str:
    names = set(names)
    tops = {each.partition("/")[0] for each in names}
    folders = sorted(each for each in tops if each.endswith(".dist-info"))
    if len(folders) != 1:
        raise ArtifactError(f"holds {len(folders)} .dist-info folders; a wheel holds one", plugin=path)
    folder = folders[0]
    if normalised(folder.partition("-")[0]) != normalised(name.distribution):
        raise ArtifactError(
            f"holds {folder}, of another distribution than its file name",
            plugin=path,
            remedy="keep the name that the build gave it",
        )
    missing = {f"{folder}/{each}" for each in ("METADATA", "WHEEL", "RECORD")} - names
    if missing:
        raise ArtifactError(f"lacks {', '.join(sorted(missing))}: it is not a whole wheel", plugin=path)
    return folder


def _text(archive: ZipFile, member: ZipInfo, path: str) -> str:
    limit = _RECORD_LIMIT if member.filename.endswith("/RECORD") else _METADATA_LIMIT
    if member.file_size > limit:
        raise ArtifactError(f"its {member.filename} is larger than {limit} bytes", plugin=path)
    return _content(archive, member).decode("utf-8")


def _content(archive: ZipFile, member: ZipInfo) -> bytes:
    """Return a member's bytes, never more than it declared: a bomb may understate what it unpacks to."""
    with archive.open(member) as file:
        content = file.read(member.file_size)
    if len(content) != member.file_size:
        raise BadZipFile(f"{member.filename} holds {len(content)} bytes and declares {member.file_size}")
    return content


def _check_identity(found: Metadata, name: WheelName, path: str) -> None:
    """Hold the METADATA to the file name; versions compare as versions, ``1.0`` is ``1.0.0``."""
    same = normalised(found.name) == normalised(name.distribution)
    if same and found.version == name.version:
        return
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename
    from packaging.version import InvalidVersion, Version

    try:
        promised = parse_wheel_filename(os.path.basename(path))[1]
        same = same and promised == Version(found.version or "")
    except (InvalidWheelFilename, InvalidVersion) as error:
        raise ArtifactError(f"has no valid version: {error}", plugin=path) from error
    if not same:
        raise ArtifactError(
            f"says in its METADATA that it is {found.name or 'nameless'} {found.version}",
            plugin=path,
            remedy="keep the name that the build gave it",
        )


def _record(text: str, members: dict[str, ZipInfo], path: str) -> dict[str, RecordEntry]:
    """Return the RECORD's entries (https://packaging.python.org/specifications/recording-installed-packages/)."""
    entries: dict[str, RecordEntry] = {}
    try:
        for row in parse_record_file(text.splitlines()):
            entry = RecordEntry.from_elements(*row)
            entries[entry.path] = entry
    except (InvalidRecordEntry, csv.Error) as error:
        raise ArtifactError(f"its RECORD cannot be read: {error}", plugin=path) from error
    lost = sorted(entries.keys() - members.keys())
    if lost:
        raise ArtifactError(f"its RECORD lists {lost[0]}, which is not there", plugin=path)
    return entries


def _check_recorded(name: str, content: bytes, record: dict[str, RecordEntry], path: str) -> None:
    entry = record.get(name)
    if entry is None or entry.hash_ is None:
        raise ArtifactError(f"holds {name}, which its RECORD does not vouch for", plugin=path)
    if entry.hash_.name not in _SAFE_HASHES:
        raise ArtifactError(f"its RECORD vouches for {name} by {entry.hash_.name}, which is not safe", plugin=path)
    if entry.size is not None and entry.size != len(content):
        raise ArtifactError(f"does not match its RECORD: {name} has {len(content)} bytes", plugin=path)
    found = base64.urlsafe_b64encode(hashlib.new(entry.hash_.name, content).digest()).rstrip(b"=").decode()
    if found != entry.hash_.value.rstrip("="):
        raise ArtifactError(
            f"does not match its RECORD: {name} was changed after the build",
            plugin=path,
            remedy="fetch or build it again",
        )


def _places(names: Iterable[str], path: str) -> dict[str, str]:
    """Return where the members land among the importable files; those are left out that do not."""
    places: dict[str, str] = {}
    for name in names:
        top, _, rest = name.partition("/")
        if not top.endswith(".data"):
            places[name] = name
        else:
            scheme, _, rest = rest.partition("/")
            if rest and scheme in ("purelib", "platlib"):
                places[name] = rest
    check_apart(places.values(), path)
    return places
