"""Unpacks a wheel into the cache.

It is read once into memory; those bytes are hashed, checked and unpacked, so what was checked is what runs,
whatever happens to the file meanwhile. It is unpacked beside its final place and renamed into it, so that
several processes may do it at once. The folder belongs to the user alone. Where no cache can be written, a
temporary folder of this process serves.
"""

from __future__ import annotations

import os

from hotplug.artifacts import File
from hotplug.artifacts.digest import changed_meanwhile, read_file, sha256
from hotplug.artifacts.import_names import importable, root_module
from hotplug.artifacts.memory import cache_folder, is_private, make_private, stamp_of
from hotplug.artifacts.pruning import DRAFT, discard, prune
from hotplug.artifacts.wheel import (
    CONTENT,
    GAP,
    MANIFEST,
    NO_ROOT,
    UNPACKED,
    manifest_head,
    read_tree,
)
from hotplug.errors import ArtifactError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import TypeVar

    from hotplug.artifacts import Tree

    T = TypeVar("T")

_REMEDY = "make room there, or name folders that can be written: HOTPLUG_CACHE, TMPDIR"

_temporary: str | None = None
"""The folder that serves where no cache can be written; made at most once, removed at exit."""


class _CannotWriteError(ArtifactError):
    """The folder for what is unpacked is full, or cannot be written: not the wheel's fault."""


def unpack_new(path: str, digest: str, distribution: str) -> Tree:
    """Unpack a wheel that is not there yet, or not whole, and return its files; make room for it in the cache.

    Raises:
        ArtifactError: If its bytes have another digest, or it is damaged or dangerous.
    """

    def fill(draft: str) -> None:
        from hotplug.artifacts.zipped import extract

        data = read_file(path)
        if f"sha256:{sha256(data)}" != digest:
            raise changed_meanwhile(path)
        content = os.path.join(draft, CONTENT)
        os.mkdir(content)
        _write_manifest(draft, extract(data, path, content), distribution)

    return placed(digest.replace(":", "-"), fill, lambda place: read_tree(place, digest), path=path)


def placed(name: str, fill: Callable[[str], None], read: Callable[[str], T | None], *, path: str) -> T:
    """Make a folder of the cache that is not there yet, or not whole, and return what is read of it.

    Args:
        name: Its name among those of the unpacked wheels, of their form.
        fill: Writes its contents into a draft; what that holds after an error is thrown away.
        read: Reads the folder; None where it is not whole.
        path: What is unpacked, for messages.

    Raises:
        ArtifactError: If no folder can be written.
    """
    if _temporary is not None:
        found = read(os.path.join(_temporary, name))
        if found is not None:
            return found
    folder = _folder()
    place = os.path.join(folder or _temporary_folder(path), name)
    try:
        _place(place, fill, read, path)
    except _CannotWriteError:
        if folder is None:
            raise
        folder = None  # the cache is full, or cannot be written
        place = os.path.join(_temporary_folder(path), name)
        _place(place, fill, read, path)
    found = read(place)
    if found is None:
        raise ArtifactError(f"could not be unpacked into {place}", plugin=path, remedy=f"remove {place}")
    if folder is not None:
        prune()
    return found


def _place(place: str, fill: Callable[[str], None], read: Callable[[str], object], path: str) -> None:
    import shutil
    import tempfile

    try:
        draft = tempfile.mkdtemp(prefix=DRAFT, dir=os.path.dirname(place))
        try:
            fill(draft)
            try:
                os.rename(draft, place)
            except OSError:
                if read(place) is not None:
                    return  # another process was faster; its files have the same digest
                discard(place)  # what an earlier, broken run left
                os.rename(draft, place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise _CannotWriteError(
            f"cannot be unpacked into {place}: {error.strerror}", plugin=path, remedy=_REMEDY
        ) from error


def _write_manifest(draft: str, sums: Mapping[str, str], distribution: str) -> None:
    content = os.path.join(draft, CONTENT)
    files = {path: File(stamp_of(os.stat(os.path.join(content, path))), sums[path]) for path in sums}
    tops = importable(files)
    about = [
        str(sum(file.stamp[2] for file in files.values())),
        root_module(tops, distribution) or NO_ROOT,
        *(f"{name} {path}" for name, path in tops.items()),
    ]
    with open(os.path.join(draft, MANIFEST), "wb") as file:
        file.write(manifest_text(about, files))


def _folder() -> str | None:
    """Return the folder of all unpacked wheels in the cache, None where it is not the user's alone."""
    cache = cache_folder()
    folder = os.path.join(cache, UNPACKED)
    try:
        make_private(cache)
        if not is_private(cache):
            return None
        make_private(folder)
    except OSError:
        return None
    return folder if is_private(folder) and os.access(folder, os.W_OK) else None


def manifest_text(about: Iterable[str], files: Mapping[str, File]) -> bytes:
    """Return the manifest of a wheel: a head, and three blocks with an empty line between them.

    Args:
        about: The bytes that it was unpacked to, its root module or `NO_ROOT`, and its top-level names, each with
            the path of its module or package.
        files: Its files.
    """
    blocks = "\n".join(about).encode(), "\n".join(files).encode(), b"".join(map(_fact_of, files.values()))
    body = GAP.join(blocks)
    return manifest_head(body) + body


def _fact_of(file: File) -> bytes:
    """Return a file's sha256 and stamp as a manifest holds them: all of one length."""
    device, inode, size, modified, changed = file.stamp
    unsigned = device.to_bytes(8, "big") + inode.to_bytes(16, "big") + size.to_bytes(8, "big")
    times = modified.to_bytes(8, "big", signed=True) + changed.to_bytes(8, "big", signed=True)
    return bytes.fromhex(file.sha256) + unsigned + times


def _temporary_folder(path: str) -> str:
    """Return the folder that serves where no cache can be written.

    Args:
        path: What is to be unpacked, for messages.

    Raises:
        ArtifactError: If there is no such folder either.
    """
    global _temporary  # noqa: PLW0603  (one for the process, as there is one cache for the user)
    if _temporary is None:
        import atexit
        import shutil
        import tempfile

        try:
            _temporary = tempfile.mkdtemp(prefix="hotplug-")
        except OSError as error:
            raise _CannotWriteError(
                f"cannot be unpacked, neither into the cache nor elsewhere: {error.strerror}",
                plugin=path,
                remedy=_REMEDY,
            ) from error
        atexit.register(shutil.rmtree, _temporary, ignore_errors=True)
    return _temporary
