"""A single ``.py`` file, opened where it lies."""

from __future__ import annotations

import os

from hotplug.artifacts import Declared, File, Tree
from hotplug.artifacts.code_cache import code_folder
from hotplug.artifacts.digest import digest_file
from hotplug.artifacts.import_names import identifier
from hotplug.artifacts.memory import stamp_of


class Module(Declared):
    """A module in a file; its name is the file's, with ``_`` for what no import name can hold."""

    kind = "module"
    private = True
    verified = False

    def __init__(self, path: str) -> None:
        super().__init__("", os.path.basename(path).removesuffix(".py"))
        self.path = path
        self._tree: Tree | None = None
        self._stamp = stamp_of(os.stat(path))

    def digest(self) -> str:
        """Return the digest of the file's bytes."""
        return self.tree().digest

    def state(self) -> object:
        """Return the stamp of the file."""
        return self._stamp

    def native(self) -> tuple[str, ...]:
        """Return no extension module: there is one file, and it is source."""
        return ()

    def root_source(self) -> str | None:
        """Return the path of the source."""
        return self.path

    def tree(self) -> Tree:
        """Return the file as it is at the first call.

        Raises:
            ArtifactError: If it cannot be read.
        """
        if self._tree is None:
            try:
                stamp = stamp_of(os.stat(self.path))
            except OSError as error:
                from hotplug.errors import ArtifactError

                raise ArtifactError(f"cannot be read: {error.strerror}", plugin=self.path) from error
            digest = digest_file(self.path, stamp)
            folder, name = os.path.split(self.path)
            top = identifier(self.name)
            files = {name: File(stamp, digest.removeprefix("sha256:"))}
            self._tree = Tree(folder, {top: name}, top, files, digest, code=code_folder(self.path))
        return self._tree
