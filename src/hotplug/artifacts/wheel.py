"""A wheel that is not installed: what its name and its metadata tell, without unpacking it.

The format is https://packaging.python.org/specifications/binary-distribution-format/.
"""

from __future__ import annotations

import os

from hotplug.artifacts.digest import changed_meanwhile, digest_file, read_stamped
from hotplug.artifacts.memory import recall, remember, stamp_of, stamp_text
from hotplug.artifacts.metadata import Metadata, parse
from hotplug.artifacts.tree import Tree, importable, planted, root_module, source_of
from hotplug.artifacts.unpacked import manifest_of, unpack
from hotplug.artifacts.wheel_name import parse_name

_KIND = "wheels"


class Wheel:
    """A ``.whl`` file; it is unpacked into the cache, under its digest, when its code is needed."""

    kind = "wheel"

    def __init__(self, path: str) -> None:
        self.path = path
        self.tags = parse_name(os.path.basename(path)).tags
        self._stamp = stamp_of(os.stat(path))
        self._digest: str | None = None
        self._tree: Tree | None = None
        self.metadata, self._native = self._declared()

    def digest(self) -> str:
        """Return the digest of the file's bytes."""
        if self._digest is None:
            self._digest = digest_file(self.path, self._stamp)
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
            digest = self.digest()
            root, files = unpack(self.path, digest)
            tops, name = importable(files), self.metadata.name
            manifest = manifest_of(root)
            self._tree = planted(Tree(root, tops, root_module(tops, name), files, digest, manifest), name)
        return self._tree

    def _declared(self) -> tuple[Metadata, tuple[str, ...]]:
        stamps = stamp_text(self._stamp)
        known = recall(_KIND, self.path, stamps)
        if known is None:
            from hotplug.artifacts.zipped import declared  # zipfile and installer take longer than the rest

            data, stamp = read_stamped(self.path)
            if stamp != self._stamp:
                raise changed_meanwhile(self.path)
            text, modules = declared(data, self.path)
            known = "\0".join(modules) + "\n" + text
            remember(_KIND, self.path, stamps, known, stamp=stamp)
        native, _, text = known.partition("\n")
        return parse(text, fallback_name=""), tuple(native.split("\0")) if native else ()
