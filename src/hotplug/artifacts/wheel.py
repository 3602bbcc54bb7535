"""A wheel that is not installed: what its name and its metadata tell, without unpacking it.

The format is https://packaging.python.org/specifications/binary-distribution-format/.
"""

from __future__ import annotations

import os

from hotplug.artifacts.digest import digest_file
from hotplug.artifacts.memory import recall, remember, stamp_of, stamp_text
from hotplug.artifacts.metadata import Metadata, parse
from hotplug.artifacts.tree import Tree, importable, planted
from hotplug.artifacts.unpacked import unpack
from hotplug.artifacts.wheel_name import parse_name

_KIND = "wheels"


class Wheel:
    """A ``.whl`` file; it is unpacked into the cache, under its digest, when its code is needed."""

    kind = "wheel"

    def __init__(self, path: str) -> None:
        self.path = path
        self.tags = parse_name(os.path.basename(path)).tags
        self._status = os.stat(path)
        self._digest: str | None = None
        self._tree: Tree | None = None
        self.metadata, self._native = self._declared()

    def digest(self) -> str:
        """Return the digest of the file's bytes."""
        if self._digest is None:
            self._digest = digest_file(self.path, self._status)
        return self._digest

    def native(self) -> tuple[str, ...]:
        """Return the extension modules that the wheel carries."""
        return self._native

    def tree(self) -> Tree:
        """Return the unpacked files; the bytes that have the digest are the bytes that were unpacked.

        Raises:
            ArtifactError: If the wheel's contents are damaged or dangerous, or not what its RECORD says.
        """
        if self._tree is None:
            digest = self.digest()
            root, files = unpack(self.path, digest)
            tops = importable(files)
            self._tree = planted(root, tops, files, digest, distribution=self.metadata.name)
        return self._tree

    def _declared(self) -> tuple[Metadata, tuple[str, ...]]:
        stamps = stamp_text(stamp_of(self._status))
        known = recall(_KIND, self.path, stamps)
        if known is None:
            from hotplug.artifacts.zipped import declared  # zipfile and installer take longer than the rest

            text, modules = declared(self.path, parse_name(os.path.basename(self.path)))
            known = "\0".join(modules) + "\n" + text
            newest = max(self._status.st_mtime_ns, self._status.st_ctime_ns)
            remember(_KIND, self.path, stamps, known, newest=newest)
        native, _, text = known.partition("\n")
        return parse(text, fallback_name=""), tuple(native.split("\0")) if native else ()
