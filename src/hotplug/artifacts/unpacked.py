"""Wheels that lie unpacked in the cache, each under its digest.

What a start needs of such a wheel is in its manifest, which is read at once: the names that it gives to an import
system, the paths of its files, and the facts about them, which stay bytes until they are asked for. The manifest's
time of modification tells when the wheel was last opened. Unpacking is ``hotplug.artifacts.unpacking``.
"""

from __future__ import annotations

import os
from _collections_abc import Mapping  # what collections.abc has it from; the rest of collections takes 1.5 ms

from hotplug.artifacts.memory import checksum, is_private, mark_opened
from hotplug.artifacts.tree import File, Tree
from hotplug.folders import cache_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FORMAT = "hotplug-unpacked-2"
UNPACKED = "unpacked"
MANIFEST = "manifest"
CONTENT = "content"
NO_ROOT = "-"  # in the place of a module's name
_HEAD = len(FORMAT) + 18  # bytes of the first line: the format, a space, 16 digits, a line feed
_GAP = b"\n\n"
_FACT = 80  # bytes of what is known of one file
_temporary: str | None = None
"""The folder that serves where no cache can be written; made at most once, removed at exit."""


class Files(Mapping[str, File]):
    """The files of an unpacked wheel. It may have thousands, and a start asks about a few."""

    __slots__ = ("_facts", "_places")

    def __init__(self, paths: list[str], facts: memoryview) -> None:
        self._places = dict(zip(paths, range(0, len(facts), _FACT), strict=True))
        self._facts = facts

    def __getitem__(self, path: str) -> File:
        """Return what is known of a file."""
        place = self._places[path]
        return _file_of(self._facts[place : place + _FACT])

    def __contains__(self, path: object) -> bool:
        return path in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _fact_of(file: File) -> bytes:
    """Return a file's sha256 and stamp as a manifest holds them: all of one length."""
    device, inode, size, modified, changed = file.stamp
    unsigned = device.to_bytes(8, "big") + inode.to_bytes(16, "big") + size.to_bytes(8, "big")
    times = modified.to_bytes(8, "big", signed=True) + changed.to_bytes(8, "big", signed=True)
    return bytes.fromhex(file.sha256) + unsigned + times


def _file_of(fact: memoryview) -> File:
    device, inode, size = (int.from_bytes(fact[start:end], "big") for start, end in ((32, 40), (40, 56), (56, 64)))
    modified, changed = (int.from_bytes(each, "big", signed=True) for each in (fact[64:72], fact[72:80]))
    return File((device, inode, size, modified, changed), fact[:32].hex())


def unpack(path: str, digest: str, distribution: str) -> Tree:
    """Return a wheel's files in the folder that holds them; unpack it first where it is not there yet.

    Args:
        path: The wheel.
        digest: The digest that its bytes must have.
        distribution: Its name, which tells the root module where several could be it.

    Raises:
        ArtifactError: If its bytes have another digest, or it is damaged or dangerous.
    """
    name = digest.replace(":", "-")
    cache = cache_folder()
    folder = os.path.join(cache, UNPACKED)
    if is_private(cache) and is_private(folder):
        tree = read_tree(os.path.join(folder, name), digest)
        if tree is not None:
            return tree
    if _temporary is not None:
        tree = read_tree(os.path.join(_temporary, name), digest)
        if tree is not None:
            return tree
    from hotplug.artifacts.unpacking import unpack_new

    return unpack_new(path, digest, distribution)


def read_tree(place: str, digest: str) -> Tree | None:
    """Return the files of an unpacked wheel, or None where it is not there or not whole."""
    manifest = os.path.join(place, MANIFEST)
    try:
        with open(manifest, "rb", buffering=0) as file:
            data = file.readall()
            status = os.fstat(file.fileno())
    except OSError:
        return None
    view = memoryview(data)
    body = view[_HEAD:]
    if data[:_HEAD] != _manifest_head(body):
        return None
    mark_opened(manifest, status)
    end_of_about = data.index(_GAP)
    end_of_paths = data.index(_GAP, end_of_about + 2)
    _, root_module, *tops = str(view[_HEAD:end_of_about], "utf-8").split("\n")
    paths = str(view[end_of_about + 2 : end_of_paths], "utf-8").split("\n")
    return Tree(
        os.path.join(place, CONTENT),
        dict(each.split(" ", 1) for each in tops),
        None if root_module == NO_ROOT else root_module,
        Files(paths, view[end_of_paths + 2 :]),
        digest,
        manifest=manifest,
        code=os.path.join(place, "code"),
    )


def manifest_text(about: Iterable[str], files: Mapping[str, File]) -> bytes:
    """Return the manifest of a wheel: a head, and three blocks with an empty line between them.

    Args:
        about: The bytes that it was unpacked to, its root module or `NO_ROOT`, and its top-level names, each with
            the path of its module or package.
        files: Its files.
    """
    blocks = "\n".join(about).encode(), "\n".join(files).encode(), b"".join(map(_fact_of, files.values()))
    body = _GAP.join(blocks)
    return _manifest_head(body) + body


def _manifest_head(body: bytes | memoryview) -> bytes:
    """Return the first line of a manifest, which tells that the rest is whole."""
    return f"{FORMAT} {checksum(body)}\n".encode()


def temporary_folder() -> str:
    """Return the folder that serves where no cache can be written."""
    global _temporary  # noqa: PLW0603  (one for the process, as there is one cache for the user)
    if _temporary is None:
        import atexit
        import shutil
        import tempfile

        _temporary = tempfile.mkdtemp(prefix="hotplug-")
        atexit.register(shutil.rmtree, _temporary, ignore_errors=True)
    return _temporary
