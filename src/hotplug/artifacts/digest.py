"""Digests: ``sha256:`` and 64 hexadecimal digits, of a file's bytes or of a folder's files.

The digest of a folder is the sha256 over its files in the order of their paths, for each the path (relative,
with forward slashes, UTF-8), a zero byte, the sha256 of its bytes in hexadecimal digits, and a line feed.
"""

from __future__ import annotations

import os

from hotplug.artifacts.memory import Stamp, recall, remember, stamp_of, stamp_text
from hotplug.artifacts.tree import File
from hotplug.errors import ArtifactError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_KIND = "digests"


def sha256(data: bytes) -> str:
    """Return the sha256 of some bytes, in hexadecimal digits."""
    import hashlib  # 2.6 ms, and not needed where every digest is remembered

    return hashlib.sha256(data).hexdigest()


def digest_file(path: str, status: os.stat_result) -> str:
    """Return the digest of a file's bytes, remembered by its stamp.

    Raises:
        ArtifactError: If the file cannot be read.
    """
    stamps = stamp_text(stamp_of(status))
    known = recall(_KIND, path, stamps)
    if known is not None:
        return known
    fact = f"sha256:{sha256(read_file(path))}"
    remember(_KIND, path, stamps, fact, newest=max(status.st_mtime_ns, status.st_ctime_ns))
    return fact


def digest_folder(root: str, stamps: Mapping[str, Stamp]) -> tuple[str, dict[str, File]]:
    """Return the digest of a folder's files and, for each, its stamp and sha256; remembered by the stamps."""
    key = "\n".join(f"{stamp_text(stamp)} {path!r}" for path, stamp in stamps.items())
    known = recall(_KIND, root, key)
    if known is not None:
        digest, *sums = known.split("\n")
        if len(sums) == len(stamps):
            return digest, {
                path: File(stamp, each) for (path, stamp), each in zip(stamps.items(), sums, strict=True)
            }
    files = {path: File(stamp, sha256(read_file(os.path.join(root, path)))) for path, stamp in stamps.items()}
    digest = combined(files)
    newest = max((max(stamp[-2:]) for stamp in stamps.values()), default=0)
    fact = "\n".join([digest, *(file.sha256 for file in files.values())])
    remember(_KIND, root, key, fact, newest=newest)
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
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise ArtifactError(f"cannot be read: {error.strerror}", plugin=path) from error
