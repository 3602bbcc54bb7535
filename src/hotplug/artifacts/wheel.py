"""A wheel that is not installed: what its name and its metadata tell, and its files, unpacked in the cache.

The format is https://packaging.python.org/specifications/binary-distribution-format/.

A wheel lies unpacked under its digest. What a start needs of it is in its manifest, which is read at once: the
names that it gives to an import system, the paths of its files, and the facts about them, which stay bytes until
they are asked for. The manifest's time of modification tells when the wheel was last opened. It is written by
``hotplug.artifacts.unpacking``.
"""

from __future__ import annotations

import os
import time

from hotplug.artifacts import Declared, File, Tree, planted
from hotplug.artifacts.memory import (
    cache_folder,
    checksum,
    is_private,
    mark_opened,
    recall,
    remember,
    stamp_of,
    stamp_text,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
    from typing import Any

    from hotplug.artifacts.memory import Stamp

    _Files = Mapping[str, File]
else:
    _Files = object  # to derive a class from an abstract one takes 0.08 ms

_KIND = "wheels"
FORMAT = "hotplug-unpacked-3"
UNPACKED = "unpacked"
MANIFEST = "manifest"
CONTENT = "content"
NO_ROOT = "-"  # in the place of a module's name
_HEAD = len(FORMAT) + 18  # bytes of the first line: the format, a space, 16 digits, a line feed
GAP = b"\n\n"
_FACT = 80  # bytes of what is known of one file


class Wheel(Declared):
    """A ``.whl`` file; it is unpacked into the cache, under its digest, when its code is needed."""

    kind = "wheel"
    private = True
    verified = False

    def __init__(self, path: str) -> None:
        self.path = path
        self._tree: Tree | None = None
        stamp = stamp_of(os.stat(path))
        stamps = stamp_text(stamp)
        known = recall(_KIND, path, stamps)
        if known is None:
            begun = time.time_ns()
            known = _read(path, stamp)
            remember(_KIND, path, stamps, known, stamp=stamp, begun=begun)
        self._stamp = stamp
        self._digest, tags, native, declared = known.split("\n", 3)
        super().__init__(declared, "")
        self.tags = tuple(tags.split("\0"))
        self._native = tuple(native.split("\0")) if native else ()

    def digest(self) -> str:
        """Return the digest of the file's bytes."""
        return self._digest

    def state(self) -> object:
        """Return the stamp of the file."""
        return self._stamp

    def native(self) -> tuple[str, ...]:
        """Return the extension modules that the wheel carries."""
        return self._native

    def root_source(self) -> str | None:
        """Return the path of the root module's source, None where there is no single root or it has no file."""
        from hotplug.artifacts.import_names import source_of

        tree = self.tree()
        return None if tree.root_module is None else source_of(tree.root, tree.tops[tree.root_module], tree.files)

    def tree(self) -> Tree:
        """Return the unpacked files; the bytes that have the digest are the bytes that were unpacked.

        Raises:
            ArtifactError: If the wheel's contents are damaged or dangerous, or not what its RECORD says.
        """
        if self._tree is None:
            self._tree = planted(unpack(self.path, self._digest, self.name), self.name)
        return self._tree


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
    if data[:_HEAD] != manifest_head(body):
        return None
    mark_opened(manifest, status)
    end_of_about = data.index(GAP)
    end_of_paths = data.index(GAP, end_of_about + 2)
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


def manifest_head(body: bytes | memoryview) -> bytes:
    """Return the first line of a manifest, which tells that the rest is whole."""
    return f"{FORMAT} {checksum(body)}\n".encode()


class Files(_Files):
    """The files of an unpacked wheel, a mapping. It may have thousands, and a start asks about a few."""

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

    def get(self, path: str, default: Any = None) -> Any:
        """Return what is known of a file; the default where there is no such file."""
        return self[path] if path in self._places else default

    def keys(self) -> KeysView[str]:
        """Return the paths."""
        return self._places.keys()

    def items(self) -> ItemsView[str, File]:
        """Return the paths, and what is known of each file."""
        return {path: self[path] for path in self._places}.items()

    def values(self) -> ValuesView[File]:
        """Return what is known of each file."""
        return dict(self.items()).values()


def _file_of(fact: memoryview) -> File:
    device, inode, size = (int.from_bytes(fact[start:end], "big") for start, end in ((32, 40), (40, 56), (56, 64)))
    modified, changed = (int.from_bytes(each, "big", signed=True) for each in (fact[64:72], fact[72:80]))
    return File((device, inode, size, modified, changed), fact[:32].hex())


def _read(path: str, stamp: Stamp) -> str:
    """Return what is worth remembering of a wheel: its digest, tags, extension modules and metadata."""
    # zipfile and installer take longer to import than all that is needed where this is remembered
    from hotplug.artifacts.digest import changed_meanwhile, read_stamped, sha256
    from hotplug.artifacts.metadata import compose, parse
    from hotplug.artifacts.wheel_name import parse_name
    from hotplug.artifacts.zipped import declared

    tags = parse_name(os.path.basename(path)).tags
    data, found = read_stamped(path)
    if found != stamp:
        raise changed_meanwhile(path)
    text, native = declared(data, path)
    metadata = compose(parse(text, fallback_name=""))  # what others read of it stays out
    return "\n".join((f"sha256:{sha256(data)}", "\0".join(tags), "\0".join(native), metadata))
