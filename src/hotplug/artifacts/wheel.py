"""A wheel that is not installed: what its name and its metadata tell, without unpacking it.

The format is https://packaging.python.org/specifications/binary-distribution-format/.
"""

from __future__ import annotations

import os

from hotplug.artifacts.memory import recall, remember, stamp_of, stamp_text
from hotplug.artifacts.metadata import compose, parse
from hotplug.artifacts.tree import planted, source_of
from hotplug.artifacts.unpacked import unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.artifacts.memory import Stamp
    from hotplug.artifacts.tree import Tree

_KIND = "wheels"


class Wheel:
    """A ``.whl`` file; it is unpacked into the cache, under its digest, when its code is needed."""

    kind = "wheel"
    private = True

    def __init__(self, path: str) -> None:
        self.path = path
        self._tree: Tree | None = None
        stamp = stamp_of(os.stat(path))
        stamps = stamp_text(stamp)
        known = recall(_KIND, path, stamps)
        if known is None:
            known = _read(path, stamp)
            remember(_KIND, path, stamps, known, stamp=stamp)
        self._digest, tags, native, text = known.split("\n", 3)
        self.tags = tuple(tags.split("\0"))
        self._native = tuple(native.split("\0")) if native else ()
        self.metadata = parse(text, fallback_name="")

    def digest(self) -> str:
        """Return the digest of the file's bytes."""
        return self._digest

    def native(self) -> tuple[str, ...]:
        """Return the extension modules that the wheel carries."""
        return self._native

    def root_source(self) -> str | None:
        """Return the path of the root module's source, None where there is no single root or it has no file."""
        tree = self.tree()
        return None if tree.root_module is None else source_of(tree.root, tree.tops[tree.root_module], tree.files)

    def tree(self) -> Tree:
        """Return the unpacked files; the bytes that have the digest are the bytes that were unpacked.

        Raises:
            ArtifactError: If the wheel's contents are damaged or dangerous, or not what its RECORD says.
        """
        if self._tree is None:
            name = self.metadata.name
            self._tree = planted(unpack(self.path, self._digest, name), name)
        return self._tree


def _read(path: str, stamp: Stamp) -> str:
    """Return what is worth remembering of a wheel: its digest, tags, extension modules and metadata."""
    # zipfile and installer take longer to import than all that is needed where this is remembered
    from hotplug.artifacts.digest import changed_meanwhile, read_stamped, sha256
    from hotplug.artifacts.wheel_name import parse_name
    from hotplug.artifacts.zipped import declared

    tags = parse_name(os.path.basename(path)).tags
    data, found = read_stamped(path)
    if found != stamp:
        raise changed_meanwhile(path)
    text, native = declared(data, path)
    metadata = compose(parse(text, fallback_name=""))  # what others read of it stays out
    return "\n".join((f"sha256:{sha256(data)}", "\0".join(tags), "\0".join(native), metadata))
