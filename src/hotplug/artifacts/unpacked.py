"""Wheels unpacked into the cache, each under its digest.

A wheel is read once into memory; those bytes are hashed, checked and unpacked, so what was checked is what runs,
whatever happens to the file meanwhile. It is unpacked beside its final place and renamed into it, so that
several processes may do it at once. The folder belongs to the user alone. Where no cache can be written, a
temporary folder of this process serves.
"""

from __future__ import annotations

import os
from zlib import crc32

from hotplug.artifacts.digest import changed_meanwhile, read_file, sha256
from hotplug.artifacts.memory import is_private, make_private, stamp_of, stamp_text
from hotplug.artifacts.tree import File
from hotplug.errors import ArtifactError
from hotplug.folders import cache_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_FORMAT = "hotplug-unpacked-1"
_MANIFEST = "manifest"
_CONTENT = "content"
_DRAFT = "draft-"
_temporary: str | None = None
"""The folder that serves where no cache can be written; made at most once, removed at exit."""


class _CannotWriteError(ArtifactError):
    """The folder for what is unpacked is full, or cannot be written: not the wheel's fault."""


def unpack(path: str, digest: str) -> tuple[str, Mapping[str, File]]:
    """Return the folder that holds a wheel's files, and the files; unpack it first where it is not there yet.

    Args:
        path: The wheel.
        digest: The digest that its bytes must have.

    Raises:
        ArtifactError: If its bytes have another digest, or it is damaged or dangerous.
    """
    name = digest.replace(":", "-")
    places = [os.path.join(_folder(), name)]
    if _temporary is not None:
        places.append(os.path.join(_temporary, name))
    for place in places:
        files = _manifest(place)
        if files is not None:
            return os.path.join(place, _CONTENT), files
    place = places[0]
    try:
        _unpack_new(path, digest, place)
    except _CannotWriteError:
        place = os.path.join(_temporary_folder(), name)  # the cache is full, or cannot be written any more
        if place == places[0]:
            raise
        _unpack_new(path, digest, place)
    files = _manifest(place)
    if files is None:
        raise ArtifactError(f"could not be unpacked into {place}", plugin=path, remedy=f"remove {place}")
    return os.path.join(place, _CONTENT), files


def manifest_of(content: str) -> str:
    """Return the path of the manifest of an unpacked wheel; without it the wheel is unpacked again."""
    return os.path.join(os.path.dirname(content), _MANIFEST)


def _unpack_new(path: str, digest: str, place: str) -> None:
    import shutil
    import tempfile

    from hotplug.artifacts.zipped import extract

    data = read_file(path)
    if f"sha256:{sha256(data)}" != digest:
        raise changed_meanwhile(path)
    try:
        draft = tempfile.mkdtemp(prefix=_DRAFT, dir=os.path.dirname(place))
        try:
            content = os.path.join(draft, _CONTENT)
            os.mkdir(content)
            _write_manifest(draft, extract(data, path, content))
            try:
                os.rename(draft, place)
            except OSError:
                if _manifest(place) is not None:
                    return  # another process was faster; its files have the same digest
                shutil.rmtree(place, ignore_errors=True)  # what an earlier, broken run left
                os.rename(draft, place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise _CannotWriteError(f"cannot be unpacked into {place}: {error.strerror}", plugin=path) from error


def _write_manifest(draft: str, sums: Mapping[str, str]) -> None:
    content = os.path.join(draft, _CONTENT)
    lines = [
        f"{each} {stamp_text(stamp_of(os.stat(os.path.join(content, relative))))} {relative}\n"
        for relative, each in sums.items()
    ]
    body = "".join(lines).encode()
    with open(os.path.join(draft, _MANIFEST), "wb") as file:
        file.write(f"{_FORMAT} {crc32(body):08x}\n".encode() + body)


def _manifest(place: str) -> dict[str, File] | None:
    """Return the files of an unpacked wheel, or None where it is not there or not whole."""
    try:
        with open(os.path.join(place, _MANIFEST), "rb") as file:
            head, _, body = file.read().partition(b"\n")
    except OSError:
        return None
    if head != f"{_FORMAT} {crc32(body):08x}".encode():
        return None
    files: dict[str, File] = {}
    for line in body.decode().splitlines():
        each, stamp, relative = line.split(" ", 2)
        device, inode, size, modified, changed = map(int, stamp.split(":"))
        files[relative] = File((device, inode, size, modified, changed), each)
    return files


def _folder() -> str:
    """Return the folder of all unpacked wheels: in the cache if it is the user's alone, else a temporary one."""
    folder = os.path.join(cache_folder(), "unpacked")
    try:
        make_private(cache_folder())
        make_private(folder)
    except OSError:
        return _temporary_folder()
    usable = is_private(cache_folder()) and is_private(folder) and os.access(folder, os.W_OK)
    return folder if usable else _temporary_folder()


def _temporary_folder() -> str:
    global _temporary  # noqa: PLW0603  (one for the process, as there is one cache for the user)
    if _temporary is None:
        import atexit
        import shutil
        import tempfile

        _temporary = tempfile.mkdtemp(prefix="hotplug-")
        atexit.register(shutil.rmtree, _temporary, ignore_errors=True)
    return _temporary
