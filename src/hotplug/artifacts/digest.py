"""Digests: ``sha256:`` and 64 hexadecimal digits, of a file's bytes or of a folder's files.

The digest of a folder is the sha256 over its files in the order of their paths, for each the path (relative,
with forward slashes, UTF-8), a zero byte, the sha256 of its bytes in hexadecimal digits, and a line feed.
"""

from __future__ import annotations

import os
import time

from hotplug.artifacts import File
from hotplug.artifacts.memory import Stamp, recall, remember, stamp_of, stamp_text, youngest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotplug.errors import ArtifactError

_KIND = "digests"


def sha256(data: bytes) -> str:
    """Return the sha256 of some bytes, in hexadecimal digits."""
    import hashlib  # 2.6 ms, and not needed where every digest is remembered

    return hashlib.sha256(data).hexdigest()


def digest_file(path: str, stamp: Stamp) -> str:
    """Return the digest of a file's bytes, remembered by its stamp.

    Raises:
        ArtifactError: If the file cannot be read, or is not the one with that stamp any more.
    """
    stamps = stamp_text(stamp)
    known = recall(_KIND, path, stamps)
    if known is not None:
        return known
    begun = time.time_ns()
    data, found = read_stamped(path)
    if found != stamp:
        raise changed_meanwhile(path)
    fact = f"sha256:{sha256(data)}"
    remember(_KIND, path, stamps, fact, stamp=stamp, begun=begun)
    return fact


def digest_folder(root: str, stamps: Mapping[str, Stamp]) -> tuple[str, dict[str, File]]:
    """Return the digest of a folder's files and, for each, its stamp and sha256; remembered by the stamps."""
    key = "\n".join(f"{stamp_text(stamp)} {path!r}" for path, stamp in stamps.items())
    known = recall(_KIND, root, key)
    if known is not None:
        digest, *sums = known.split("\n")
        return digest, {path: File(stamps[path], each) for path, each in zip(stamps, sums, strict=True)}
    begun = time.time_ns()
    files: dict[str, File] = {}
    for path in stamps:
        data, stamp = read_stamped(os.path.join(root, path))
        files[path] = File(stamp, sha256(data))
    digest = combined(files)
    if all(files[path].stamp == stamp for path, stamp in stamps.items()):  # else they changed while they were read
        fact = "\n".join([digest, *(file.sha256 for file in files.values())])
        remember(_KIND, root, key, fact, stamp=youngest(stamps.values()), begun=begun)
    return digest, files


def combined(files: Mapping[str, File]) -> str:
    """Return the digest of a folder with these files."""
    lines = (
        path.encode("utf-8", "surrogateescape") + b"\0" + file.sha256.encode() + b"\n"
        for path, file in sorted(files.items())
    )
    return f"sha256:{sha256(b''.join(lines))}"


def read_file(path: str) -> bytes:
    """Return a file's bytes.

    Raises:
        ArtifactError: If the file cannot be read.
    """
    return read_stamped(path)[0]


def read_stamped(path: str) -> tuple[bytes, Stamp]:
    """Return a file's bytes, and the stamp of the very file that they were read from.

    Raises:
        ArtifactError: If the file cannot be read, or is written while it is read.
    """
    try:
        with open(path, "rb") as file:
            before = stamp_of(os.fstat(file.fileno()))
            data = file.read()
            after = stamp_of(os.fstat(file.fileno()))
    except OSError as error:
        from hotplug.errors import ArtifactError

        raise ArtifactError(f"cannot be read: {error.strerror}", plugin=path) from error
    if before != after:
        raise changed_meanwhile(path)
    return data, before


def changed_meanwhile(path: str) -> ArtifactError:
    """Return the error for a file that is replaced while it is opened."""
    from hotplug.errors import ArtifactError

    error = ArtifactError("changed while it was being opened", plugin=path, remedy="open it again")
    error.outdated = True
    return error
