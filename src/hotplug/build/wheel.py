"""The bytes of a wheel: the same contents give the same bytes, on every day and in every folder.

The format is PEP 427 as continued in https://packaging.python.org/specifications/binary-distribution-format/,
the metadata is core metadata 2.1, the times are those of https://reproducible-builds.org/specs/source-date-epoch/.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import stat
import time
import zipfile
from dataclasses import dataclass, field

from packaging.utils import InvalidName, canonicalize_name
from packaging.version import InvalidVersion, Version

from hotplug.errors import BuildError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EPOCH = 315_532_800
"""1980-01-01T00:00:00Z in seconds: the earliest time that a zip file can hold."""

_LAST = 4_354_819_198  # 2107-12-31T23:59:58Z, the latest
_MODE = stat.S_IFREG | 0o644


@dataclass(frozen=True, kw_only=True)
class Wheel:
    """The contents of a wheel, before they are bytes.

    Args:
        name: The distribution's name, as PEP 508 allows it.
        version: Its version, as PEP 440 has it.
        files: Path relative to site-packages, with forward slashes, to content.
        entry_points: Group to name to object reference.
        requires: Requirements, written to Requires-Dist as they are: only a line break is refused.
        requires_python: A version specifier, or None for every Python; also as it is.
        summary: One line on what it does.
        tag: The compatibility tag, ``python-abi-platform``.

    Raises:
        BuildError: If name or version is invalid, or a value of the metadata holds a line break.
    """

    name: str
    version: str
    files: Mapping[str, bytes]
    entry_points: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, "Mapping[str, str]"])
    requires: Sequence[str] = ()
    requires_python: str | None = None
    summary: str | None = None
    tag: str = "py3-none-any"

    def __post_init__(self) -> None:
        try:
            canonicalize_name(self.name, validate=True)
        except InvalidName:
            raise BuildError(
                f"{self.name!r} cannot name a distribution: letters, digits, '-', '_' and '.' of ASCII, "
                "a letter or digit at both ends (PEP 508)"
            ) from None
        try:
            Version(self.version)
        except InvalidVersion:
            raise BuildError(f"{self.version!r} is not a version (PEP 440)", plugin=self.name) from None
        points = (text for group in self.entry_points.values() for pair in group.items() for text in pair)
        texts = (*self.requires, self.requires_python or "", self.summary or "", self.tag, *self.entry_points)
        for text in (*texts, *points):
            if len(f"{text}.".splitlines()) > 1:
                raise BuildError(f"a line break in the metadata: {text!r}", plugin=self.name)

    @property
    def stem(self) -> str:
        """Name and version as files carry them: ``greeter_french-1.0``."""
        return f"{canonicalize_name(self.name).replace('-', '_')}-{Version(self.version)}"

    @property
    def filename(self) -> str:
        """The file name that the specification asks for."""
        return f"{self.stem}-{self.tag}.whl"

    @property
    def dist_info(self) -> str:
        """The name of the folder with the metadata."""
        return f"{self.stem}.dist-info"

    def members(self) -> dict[str, bytes]:
        """Return every file of the wheel, sorted, the metadata after them and RECORD last.

        Raises:
            BuildError: If the path of a file is not Unicode, cannot be printed, or is among the metadata.
        """
        for path in self.files:
            if not _is_unicode(path):
                raise BuildError(f"the file name {os.fsencode(path)!r} is not Unicode", plugin=self.name)
            if not path.isprintable():  # hotplug opens no such wheel; to installers some of these end a line
                raise BuildError(f"the file name {path!r} holds what cannot be printed", plugin=self.name)
            if path.startswith(f"{self.dist_info}/"):
                raise BuildError(f"{path} is for the writer of the wheel to write", plugin=self.name)
        members = {path: self.files[path] for path in sorted(self.files)}
        members[f"{self.dist_info}/METADATA"] = self._metadata().encode()
        members[f"{self.dist_info}/WHEEL"] = self._wheel().encode()
        if self.entry_points:
            members[f"{self.dist_info}/entry_points.txt"] = self._entry_points().encode()
        members[f"{self.dist_info}/RECORD"] = record(members, f"{self.dist_info}/RECORD")
        return members

    def to_bytes(self) -> bytes:
        """Return the wheel.

        Raises:
            BuildError: If SOURCE_DATE_EPOCH is not a number of seconds, or as `members` has it.
        """
        return archive(self.members())

    def _metadata(self) -> str:
        lines = ["Metadata-Version: 2.1", f"Name: {self.name}", f"Version: {Version(self.version)}"]
        if self.summary:
            lines.append(f"Summary: {self.summary}")
        if self.requires_python:
            lines.append(f"Requires-Python: {self.requires_python}")
        lines += [f"Requires-Dist: {each}" for each in self.requires]
        return "".join(f"{line}\n" for line in lines)

    def _wheel(self) -> str:
        python, abi, platform = self.tag.split("-")
        lines = [
            "Wheel-Version: 1.0",
            "Generator: hotplug",
            f"Root-Is-Purelib: {'true' if (abi, platform) == ('none', 'any') else 'false'}",
            *(
                f"Tag: {each}-{abi_tag}-{platform_tag}"
                for each in python.split(".")
                for abi_tag in abi.split(".")
                for platform_tag in platform.split(".")
            ),
        ]
        return "".join(f"{line}\n" for line in lines)

    def _entry_points(self) -> str:
        groups = [
            f"[{group}]\n" + "".join(f"{name} = {points[name]}\n" for name in sorted(points))
            for group, points in sorted(self.entry_points.items())
        ]
        return "\n".join(groups)


def record(members: Mapping[str, bytes], place: str) -> bytes:
    """Return a RECORD: each path with its sha256 and its size in bytes, RECORD itself with neither (PEP 376).

    Args:
        members: What is listed, path to content.
        place: The path of RECORD itself.
    """
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    for path, content in members.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        rows.writerow((path, f"sha256={digest}", len(content)))
    rows.writerow((place, "", ""))
    return text.getvalue().encode()


def archive(members: Mapping[str, bytes]) -> bytes:
    """Return a zip file of the members in their order, with one time and one mode for all.

    Raises:
        BuildError: If SOURCE_DATE_EPOCH is not a number of seconds.
    """
    when = time.gmtime(source_date_epoch())[:6]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for path, content in members.items():
            entry = zipfile.ZipInfo(path, when)
            entry.create_system = 3  # Unix, wherever it was made: else the mode would mean nothing
            entry.external_attr = _MODE << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, content)
    return buffer.getvalue()


def source_date_epoch() -> int:
    """Return the time that built files carry, in seconds: SOURCE_DATE_EPOCH, within what a zip can hold.

    Raises:
        BuildError: If it is set to something else than a number of seconds.
    """
    text = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    try:
        return min(max(int(text or EPOCH), EPOCH), _LAST)
    except ValueError:
        raise BuildError(
            f"SOURCE_DATE_EPOCH is {text!r}, not a number of seconds",
            remedy="unset it, or set it to a number",
        ) from None


def _is_unicode(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:  # bytes of a file name that the file system's encoding does not explain
        return False
    return True
