"""An artifact that is read anew, and the copy of it that runs; one small reading for each kind.

The digest comes first, from bytes that are only hashed. What they mean, and what is copied, is asked of the same
bytes, or of bytes that are hashed again: whatever happens to the files meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Protocol

from hotplug.artifacts import NEVER, Declared, File, Tree, find, locate, planted
from hotplug.artifacts.digest import changed_meanwhile, combined, sha256
from hotplug.artifacts.folder import PYPROJECT, layout
from hotplug.artifacts.import_names import identifier, importable, native_modules, root_module, source_of
from hotplug.artifacts.installed import Installed
from hotplug.artifacts.installed import declared_by as declared_by_installed
from hotplug.artifacts.metadata import Metadata, compose, parse
from hotplug.artifacts.pyproject import declared_by as declared_by_project
from hotplug.artifacts.scanning import scan
from hotplug.errors import ArtifactError, TrustError
from hotplug.trust.copies import Copy, read_regular

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.artifacts.artifact import Artifact

Contents = Iterator[tuple[str, bytes]]


class Verified(Declared):
    """An artifact whose files are a copy, held byte for byte to its digest."""

    verified = True

    def __init__(
        self,
        kind: str,
        path: str,
        metadata: Metadata,
        tree: Tree,
        *,
        private: bool = True,
        tags: tuple[str, ...] = (),
        native: tuple[str, ...] = (),
    ) -> None:
        super().__init__(compose(metadata), metadata.name, metadata)
        self.kind = kind
        self.path = path
        self.private = private
        self.tags = tags
        self._native = native
        self._tree = planted(tree, metadata.name)

    def digest(self) -> str:
        """Return the digest that it was held to."""
        return self._tree.digest

    def state(self) -> object:
        """Return the state of the artifact that it is a copy of, as that is now."""
        return locate(self).state()

    def native(self) -> tuple[str, ...]:
        """Return the paths of the extension modules that keep it from running in a private namespace."""
        return self._native

    def root_source(self) -> str | None:
        """Return the path of the root module's source, None where there is no single root or it has no file."""
        tree = self._tree
        return None if tree.root_module is None else source_of(tree.root, tree.tops[tree.root_module], tree.files)

    def tree(self) -> Tree:
        """Return the files of the copy."""
        return self._tree


class Reading(Protocol):
    """An artifact whose bytes were read."""

    @property
    def path(self) -> str:
        """Return its path."""
        ...

    @property
    def digest(self) -> str:
        """Return the digest of the bytes."""
        ...

    def verified(self) -> Verified:
        """Return a copy of those bytes, and what they mean.

        Raises:
            ArtifactError: If they are damaged, or cannot be copied.
        """
        ...


def reading(source: str | os.PathLike[str] | Artifact) -> Reading:
    """Read an artifact's bytes.

    Raises:
        ArtifactError: If there is nothing that can be opened, or it cannot be read.
    """
    if not isinstance(source, str | os.PathLike):
        if getattr(source, "kind", None) is None:
            raise TypeError(f"a plugin is opened from a path or an artifact, not from {source!r}")
        if source.kind == "installed":
            return _Installed(source.path, private=source.private)
        source = source.path
    path, kind = find(source)
    if kind == "folder":
        return _Folder(path)
    return _Wheel(path) if kind == "wheel" else _Module(path)


class _Wheel:
    def __init__(self, path: str) -> None:
        self.path = path
        self._data = read_regular(path)
        self.digest = f"sha256:{sha256(self._data)}"

    def verified(self) -> Verified:
        from hotplug.artifacts.wheel_name import parse_name
        from hotplug.artifacts.zipped import contents, declared

        tags = parse_name(os.path.basename(self.path)).tags
        text, native = declared(self._data, self.path)
        metadata = parse(text, fallback_name="")
        files = {path: File(NEVER, sha256(data)) for path, data in contents(self._data, self.path)}
        files = dict(sorted(files.items()))
        copy = Copy(self.path, ("wheel", self.digest), "", files, lambda: contents(self._data, self.path))
        tops = importable(files)
        root = root_module(tops, metadata.name)
        tree = Tree(copy.root(), tops, root, files, self.digest)
        return Verified("wheel", self.path, metadata, tree, tags=tags, native=native)


class _Module:
    def __init__(self, path: str) -> None:
        self.path = path
        self._data = read_regular(path)
        self.digest = f"sha256:{sha256(self._data)}"

    def verified(self) -> Verified:
        name = os.path.basename(self.path)
        metadata = Metadata(name.removesuffix(".py"))
        files = {name: File(NEVER, sha256(self._data))}
        copy = Copy(self.path, ("module", name, self.digest), "", files, lambda: iter([(name, self._data)]))
        top = identifier(metadata.name)
        tree = Tree(copy.root(), {top: name}, top, files, self.digest)
        return Verified("module", self.path, metadata, tree)


class _Files:
    """Files below a folder, each read twice: to be hashed, and to be copied if it still has that hash."""

    def __init__(self, root: str, paths: list[str], plugin: str) -> None:
        self.root = root
        self.files = {path: File(NEVER, sha256(self._read(path, plugin))) for path in sorted(paths)}
        self.digest = combined(self.files)
        self._plugin = plugin

    def read(self, path: str) -> bytes:
        """Return the bytes of a file that were hashed.

        Raises:
            ArtifactError: If they are not there any more.
        """
        data = self._read(path, self._plugin)
        if sha256(data) != self.files[path].sha256:
            raise changed_meanwhile(self._plugin)
        return data

    def contents(self) -> Contents:
        """Yield the files, each with its bytes."""
        for path in self.files:
            yield path, self.read(path)

    def _read(self, path: str, plugin: str) -> bytes:
        if ".." in path.split("/"):
            raise ArtifactError(f"lists {path}, which leaves its folder", plugin=plugin)
        return read_regular(os.path.join(self.root, *path.split("/")))


class _Folder:
    def __init__(self, path: str) -> None:
        self.path = path
        is_project = os.path.lexists(os.path.join(path, PYPROJECT))
        self.files = _Files(path, list(scan(path, build_output=is_project)), path)
        self.digest = self.files.digest

    def verified(self) -> Verified:
        tree, metadata = self.copied()
        return Verified("folder", self.path, metadata, tree, native=native_modules(tree.files))

    def copied(self) -> tuple[Tree, Metadata]:
        """Return the copy, and what is declared in it."""
        files, stem = self.files, os.path.basename(self.path)
        declared = PYPROJECT in files.files
        metadata = declared_by_project(files.read(PYPROJECT), stem) if declared else Metadata(stem)
        copy = Copy(self.path, ("folder", stem, self.digest), stem, files.files, files.contents)
        tops, root = layout(files.files, stem, metadata.name)
        return Tree(copy.root(), tops, root, files.files, self.digest), metadata


class _Installed:
    def __init__(self, path: str, *, private: bool) -> None:
        self.path = path
        self._private = private
        artifact = Installed(path, private=private)
        self._name = artifact.name
        source = artifact.editable_source()
        self._source = None if source is None else _Folder(source)
        self._metadata = artifact.metadata  # that of an editable install is in no digest
        self._files = (
            self._source.files if self._source else _Files(os.path.dirname(path), artifact.recorded(), path)
        )
        self.digest = self._files.digest

    def verified(self) -> Verified:
        if self._source is not None:
            tree, metadata = self._source.copied()[0], self._metadata
        else:
            files, metadata = self._files, self._declared()
            copy = Copy(self.path, ("installed", self.digest), "", files.files, files.contents)
            tops = importable(files.files)
            tree = Tree(copy.root(), tops, root_module(tops, metadata.name), files.files, self.digest)
        native = native_modules(tree.files) if self._private else ()
        return Verified("installed", self.path, metadata, tree, private=self._private, native=native)

    def _declared(self) -> Metadata:
        """Return the metadata that was hashed with the rest."""
        info = os.path.basename(self.path)
        name = "METADATA" if info.endswith(".dist-info") else "PKG-INFO"
        headers = info if os.path.isfile(self.path) else f"{info}/{name}"
        points = f"{info}/entry_points.txt"
        if headers not in self._files.files:
            raise TrustError(
                f"its RECORD does not list its {name}, so no digest vouches for it",
                plugin=self._name,
                remedy=f"install it again: pip install --force-reinstall {self._name}",
            )
        declared, offered = (
            self._files.read(each).decode("utf-8", "replace") if each in self._files.files else ""
            for each in (headers, points)
        )
        return declared_by_installed(declared, offered, self.path)
