"""Wheels that are wrong inside: what they list, where they would unpack to, and how much."""

from __future__ import annotations

import stat
import struct
import warnings
import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from hotplug.build.wheel import Wheel, archive, record
from hotplug.testing.broken.fault import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Members = dict[str, bytes]

GIBIBYTE_CRC32 = 0x5B64C2B0
"""The CRC-32 of 1 GiB of zeros: a second's work that is the same each time."""

_MEBIBYTE = 1024**2
_INFO = "broken-1.0.dist-info"
_RECORD = f"{_INFO}/RECORD"
_FILENAME = "broken-1.0-py3-none-any.whl"


def _members(source: str, **more: bytes) -> Members:
    """Return the members of a sound wheel with one module, and those that are named."""
    return Wheel(name="broken", version="1.0", files={"broken.py": source.encode(), **more}).members()


def _recorded(members: Mapping[str, bytes]) -> Members:
    """Return the members with a RECORD that is right."""
    rest = {path: content for path, content in members.items() if path != _RECORD}
    return {**rest, _RECORD: record(rest, _RECORD)}


def _written(change: Callable[[Members], Members]) -> Callable[[Path, str], Path]:
    """Return a maker of a wheel whose members were changed."""

    def make(folder: Path, source: str) -> Path:
        path = folder / _FILENAME
        path.write_bytes(archive(change(_members(source))))
        return path

    return make


def _with(path: str) -> Callable[[Path, str], Path]:
    """Return a maker of a wheel that holds a further module, recorded as it should be."""
    return _written(lambda members: _recorded({path: members["broken.py"], **members}))


def _without(file: str) -> Callable[[Path, str], Path]:
    """Return a maker of a wheel that lacks one file of its metadata."""
    return _written(
        lambda members: {path: content for path, content in members.items() if path != f"{_INFO}/{file}"}
    )


def _replaced(file: str, old: bytes, new: bytes) -> Callable[[Path, str], Path]:
    """Return a maker of a wheel in which a file of its metadata says something else."""
    place = f"{_INFO}/{file}"
    return _written(lambda members: _recorded({**members, place: members[place].replace(old, new)}))


def _named(name: str) -> Callable[[Path, str], Path]:
    def make(folder: Path, source: str) -> Path:
        path = folder / name
        path.write_bytes(archive(_members(source)))
        return path

    return make


def _absolute_path(folder: Path, source: str) -> Path:
    return _with(str(folder / "escaped.py"))(folder, source)


def _link(folder: Path, source: str) -> Path:
    members = _recorded({"broken_link.py": b"/etc/passwd", **_members(source)})

    def as_link(entry: zipfile.ZipInfo) -> None:
        if entry.filename == "broken_link.py":
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16

    return _entries(folder, list(members.items()), as_link)


def _duplicate_names(folder: Path, source: str) -> Path:
    harmless = _members("HARMLESS = True\n")
    return _entries(folder, [*harmless.items(), ("broken.py", source.encode())])


def _entries(
    folder: Path, entries: list[tuple[str, bytes]], change: Callable[[zipfile.ZipInfo], None] | None = None
) -> Path:
    """Write a wheel entry by entry, as no packer would."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile's own, of a name that is there twice
        for name, content in entries:
            entry = zipfile.ZipInfo(name)
            if change is not None:
                change(entry)
            file.writestr(entry, content)
    path = folder / _FILENAME
    path.write_bytes(buffer.getvalue())
    return path


def _bad_checksum(folder: Path, source: str) -> Path:
    path = folder / _FILENAME
    path.write_bytes(_declared(archive(_members(source)), "broken.py", crc=1))
    return path


def _encrypted(folder: Path, source: str) -> Path:
    path = folder / _FILENAME
    path.write_bytes(_declared(archive(_members(source)), "broken.py", flags=1))
    return path


def _bomb(size: int) -> Callable[[Path, str], Path]:
    """Return a maker of a wheel of 1 MiB that holds 1 GiB of zeros and declares some size for it."""

    def make(folder: Path, source: str) -> Path:
        packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        # after a full flush the packer has forgotten all: the same bytes stand for the same zeros again
        block = packer.compress(bytes(_MEBIBYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
        packed = block * 1024 + packer.flush(zlib.Z_FINISH)
        members = _members(source, **{"broken_data.bin": b""})
        members["broken_data.bin"] = packed
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w") as file:
            for name, content in members.items():
                file.writestr(zipfile.ZipInfo(name), content)
        path = folder / _FILENAME
        path.write_bytes(
            _declared(
                buffer.getvalue(),
                "broken_data.bin",
                method=zipfile.ZIP_DEFLATED,
                crc=GIBIBYTE_CRC32,
                size=size,
            )
        )
        return path

    return make


def _declared(
    data: bytes,
    name: str,
    *,
    flags: int | None = None,
    method: int | None = None,
    crc: int | None = None,
    size: int | None = None,
) -> bytes:
    """Return a zip file that declares something else of one member, in both of its headers.

    The places are those of sections 4.3.7 and 4.3.12 of PKWARE's APPNOTE.
    """
    changed = bytearray(data)
    with zipfile.ZipFile(BytesIO(data)) as file:
        local = file.getinfo(name).header_offset
        central = data.index(b"PK\x01\x02" + data[file.start_dir + 4 : file.start_dir + 6], file.start_dir)
        while data[central + 46 : central + 46 + len(name)] != name.encode():
            central = data.index(b"PK\x01\x02", central + 4)
    for header, shift in ((local, 0), (central, 2)):
        for place, form, value in ((6, "<H", flags), (8, "<H", method), (14, "<I", crc), (22, "<I", size)):
            if value is not None:
                struct.pack_into(form, changed, header + shift + place, value)
    return bytes(changed)


_LEAVES = r"leaves its folder|absolute|foreign"

ARCHIVES = (
    Fault(
        kind="wheel_name",
        what="a wheel whose name lacks version and tags",
        reason=r"not the name of a wheel",
        make=_named("broken.whl"),
    ),
    Fault(
        kind="renamed",
        what="a wheel with the file name of another distribution",
        reason=r"another distribution|it is broken",
        make=_named("other-1.0-py3-none-any.whl"),
    ),
    Fault(
        kind="other_version",
        what="a wheel whose METADATA gives another version than its file name",
        reason=r"METADATA.* 2\.0",
        make=_replaced("METADATA", b"Version: 1.0", b"Version: 2.0"),
    ),
    Fault(
        kind="no_dist_info",
        what="a zip file with the name of a wheel, without metadata",
        reason=r"dist-info",
        make=_written(lambda members: {"broken.py": members["broken.py"]}),
    ),
    Fault(kind="no_metadata", what="no METADATA", reason=r"lacks .*METADATA", make=_without("METADATA")),
    Fault(kind="no_wheel_file", what="no WHEEL", reason=r"lacks .*WHEEL", make=_without("WHEEL")),
    Fault(kind="no_record", what="no RECORD", reason=r"lacks .*RECORD", make=_without("RECORD")),
    Fault(
        kind="wheel_version",
        what="a wheel of a format to come",
        reason=r"format.*2\.0",
        make=_replaced("WHEEL", b"Wheel-Version: 1.0", b"Wheel-Version: 2.0"),
    ),
    Fault(
        kind="record_mismatch",
        what="a module that was changed after RECORD was written, and has the same length",
        reason=r"not match its RECORD: broken\.py was changed",
        make=_written(lambda members: {**members, "broken.py": members["broken.py"][:-1] + b"#"}),
    ),
    Fault(
        kind="record_unlisted",
        what="a module that RECORD does not list",
        reason=r"extra\.py.* RECORD",
        make=_written(lambda members: {"extra.py": members["broken.py"], **members}),
    ),
    Fault(
        kind="record_missing_file",
        what="a file in RECORD that is not there",
        reason=r"RECORD lists broken\.py",
        make=_written(lambda members: {path: content for path, content in members.items() if path != "broken.py"}),
    ),
    Fault(
        kind="record_garbage",
        what="a RECORD that is not a table",
        reason=r"RECORD",
        make=_written(lambda members: {**members, _RECORD: b"broken.py;sha256=;0\n"}),
    ),
    Fault(
        kind="traversal",
        what="a path that climbs out of the folder",
        reason=rf"({_LEAVES}).*\.\./escaped\.py",
        make=_with("../escaped.py"),
    ),
    Fault(
        kind="traversal_inside",
        what="a path that goes down first and then climbs out",
        reason=rf"({_LEAVES}).*escaped\.py",
        make=_with("broken/../../escaped.py"),
    ),
    Fault(
        kind="traversal_backslash",
        what="a path that climbs out where the backslash separates folders",
        reason=rf"({_LEAVES}).*escaped\.py",
        make=_with("..\\escaped.py"),
    ),
    Fault(
        kind="absolute_path",
        what="a path from the root of the file system",
        reason=rf"({_LEAVES}).*escaped\.py",
        make=_absolute_path,
    ),
    Fault(
        kind="drive_path",
        what="a path with a drive letter",
        reason=rf"({_LEAVES}).*escaped\.py",
        make=_with("C:/escaped.py"),
    ),
    Fault(
        kind="link_in_zip",
        what="a symbolic link to a file of the system",
        reason=r"a link, broken_link\.py",
        make=_link,
    ),
    Fault(
        kind="duplicate_names",
        what="two modules of one name, the harmless one first",
        reason=r"broken\.py twice",
        make=_duplicate_names,
    ),
    Fault(
        kind="file_as_folder",
        what="a file where another file has its folder",
        reason=r"broken\.py as a file and as a folder",
        make=_with("broken.py/inside.py"),
    ),
    Fault(
        kind="bad_checksum",
        what="a module whose CRC-32 is not the declared one",
        reason=r"damaged.*broken\.py",
        make=_bad_checksum,
    ),
    Fault(kind="encrypted", what="a module that needs a password", reason=r"encrypted", make=_encrypted),
    Fault(kind="bomb", what="1 MiB that unpacks to 1 GiB", reason=r"bomb", make=_bomb(1024 * _MEBIBYTE)),
    Fault(
        kind="bomb_understated",
        what="the same, declared as 1,000 bytes",
        reason=r"bomb|damaged",
        make=_bomb(1000),
    ),
)
