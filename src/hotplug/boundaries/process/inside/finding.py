"""Where the modules of a worker's plugin are, and what loads them.

Source is loaded from the bytes that were there when the plugin was opened, and its bytecode is kept, as the inline
boundary does (``Sources``); but nothing in it is rewritten: here the modules have the names that their author
gave them.

The folders that would be on ``sys.path`` if the plugin were installed are there: programs ask it to which module a
file belongs, and what multiprocessing spawns has no other way to the plugin's modules. Yet they lead to the
plugin's own modules only, which are what they were when it was opened.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    PathFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)
from typing import TYPE_CHECKING, Any

from hotplug.boundaries.as_they_stand import AsTheyStand, Extension, Source, Sourceless

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.metadata import Distribution, DistributionFinder
    from types import ModuleType

    from hotplug.artifacts import Tree
    from hotplug.artifacts.metadata import Metadata

_PATH_OF_PORTIONS: Any = vars(sys.modules["_frozen_importlib_external"])["_NamespacePath"]


class Finder:
    """Finds the modules of one plugin: what stands in ``sys.meta_path``.

    Args:
        tree: The plugin's files.
        metadata: What it declares.
        opened: When it was opened, in nanoseconds since the epoch.
    """

    def __init__(self, tree: Tree, metadata: Metadata, opened: int) -> None:
        self._tree = tree
        self._metadata = metadata
        self._shown: set[str] = set()
        self.sources = AsTheyStand(tree, metadata.name, opened)

    def enter(self) -> None:
        """Find the plugin's modules from now on."""
        sys.meta_path.insert(0, self)
        sys.path_hooks.insert(0, self._folder)
        for folder in list(sys.path_importer_cache):
            if self._is_below(folder):
                del sys.path_importer_cache[folder]
        self._show()

    def _show(self) -> None:
        tree = self._tree
        bases = [base.split("/") for base in tree.tops.values() if base]  # above the root nothing is its own
        folders = dict.fromkeys(os.path.join(tree.root, *base[:-1]) for base in bases)
        shown = [folder for folder in folders if folder not in sys.path]
        if [*tree.files] == [
            *tree.tops.values()
        ]:  # what lies beside a single file must not hide what the host has
            sys.path.extend(shown)
        else:
            sys.path[:0] = shown
        self._shown.update(shown)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to load a module of the plugin, None for any other."""
        top, _, rest = name.partition(".")
        base = self._tree.tops.get(top)
        if base is None:
            return None
        if rest:
            return None if path is None else PathFinder.find_spec(name, path, target)
        return self._top(name, base)

    def find_distributions(self, context: DistributionFinder.Context) -> Iterator[Distribution]:
        """Yield the plugin's distributions of the name that is asked for, for ``importlib.metadata``."""
        from importlib.metadata import PathDistribution

        from hotplug.boundaries.own_metadata import own_distributions

        path, root = context.path, self._tree.root
        if path is not sys.path and not any(self._is_below(each) for each in path):
            return
        for each in own_distributions(self._tree, self._metadata, context.name):
            if root not in path or not isinstance(each, PathDistribution):  # the interpreter finds it there
                yield each

    def invalidate_caches(self) -> None:
        """Do nothing: what is here does not change."""

    def place(self, whole: str) -> str | None:
        """Return the path of one of the plugin's files in it, None for any other file."""
        if not self._is_below(whole):
            return None
        path = os.path.relpath(whole, self._tree.root).replace(os.sep, "/")
        return path if path in self._tree.files else None

    def owns(self, name: str) -> bool:
        """Tell whether a module of that name is the plugin's."""
        return name.partition(".")[0] in self._tree.tops

    def hides(self, name: str, folder: str) -> bool:
        """Tell whether a folder is there to be seen only, for a module of that name."""
        return folder in self._shown and "." not in name and not self.owns(name) and sys.path.count(folder) == 1

    def source_loader(self, name: str, whole: str) -> SourceFileLoader:
        """Return what loads a file of source."""
        path = self.place(whole) if self.owns(name) else None
        return SourceFileLoader(name, whole) if path is None else Source(name, whole, path, self.sources)

    def removed(self, name: str, folder: str) -> ModuleSpec | None:
        """Return how to load a module that was there at the open and is gone, as its loader says; else None."""
        last = name.rpartition(".")[2]
        for end in (os.path.join(last, "__init__.py"), f"{last}.py"):
            whole = os.path.join(folder, end)
            if self.place(whole) is not None:
                loader = self.source_loader(name, whole)
                return _located(ModuleSpec(name, loader, origin=whole, is_package=os.sep in end))
        return None

    def extension_loader(self, name: str, whole: str) -> ExtensionFileLoader:
        """Return what loads an extension module."""
        path = self.place(whole) if self.owns(name) else None
        return ExtensionFileLoader(name, whole) if path is None else Extension(name, whole, path, self.sources)

    def bytecode_loader(self, name: str, whole: str) -> SourcelessFileLoader:
        """Return what loads bytecode that has no source."""
        path = self.place(whole) if self.owns(name) else None
        return SourcelessFileLoader(name, whole) if path is None else Sourceless(name, whole, path, self.sources)

    def _folder(self, folder: str) -> FileFinder:
        """Return what finds modules in a folder of the plugin: a hook of ``sys.path_hooks``."""
        if not self._is_below(folder) or not (os.path.isdir(folder) or self._was_there(folder)):
            raise ImportError("no folder of the plugin", path=folder)
        return _Folder(folder, self)

    def _was_there(self, folder: str) -> bool:
        inside = os.path.join(os.path.relpath(folder, self._tree.root), "").replace(os.sep, "/").removeprefix("./")
        return any(path.startswith(inside) for path in self._tree.files)

    def _is_below(self, path: str) -> bool:
        root = self._tree.root
        return path == root or path.startswith(root + os.sep)

    def _top(self, name: str, base: str) -> ModuleSpec:
        whole = os.path.join(self._tree.root, *base.split("/")) if base else self._tree.root
        if base.endswith(".py"):
            return _located(ModuleSpec(name, self.source_loader(name, whole), origin=whole))
        if base.endswith(tuple(EXTENSION_SUFFIXES)):
            return _located(ModuleSpec(name, self.extension_loader(name, whole), origin=whole))
        init = os.path.join(whole, "__init__.py")
        if self.place(init) is None:
            return self._portion(name, whole)
        spec = _located(ModuleSpec(name, self.source_loader(name, init), origin=init, is_package=True))
        spec.submodule_search_locations = [whole]
        return spec

    def _portion(self, name: str, folder: str) -> ModuleSpec:
        """Return a package without ``__init__.py`` (PEP 420), to which the host's may add."""

        def found(name: str, path: Sequence[str]) -> ModuleSpec:
            spec = ModuleSpec(name, None, is_package=True)
            beside = PathFinder.find_spec(name, path)
            more = None if beside is None else beside.submodule_search_locations
            spec.submodule_search_locations = [folder, *(each for each in more or () if each != folder)]
            return spec

        spec = found(name, sys.path)
        spec.submodule_search_locations = _PATH_OF_PORTIONS(name, spec.submodule_search_locations, found)
        return spec


class _Folder(FileFinder):
    """Finds modules in one folder; of the plugin's own, those that were there when it was opened."""

    def __init__(self, folder: str, finder: Finder) -> None:
        super().__init__(
            folder,
            (finder.extension_loader, EXTENSION_SUFFIXES),  # type: ignore[arg-type]
            (finder.source_loader, SOURCE_SUFFIXES),  # type: ignore[arg-type]
            (finder.bytecode_loader, BYTECODE_SUFFIXES),  # type: ignore[arg-type]
        )
        self._finder = finder

    def find_spec(self, fullname: str, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return how to load a module from the folder, None where there is none of that name."""
        if self._finder.hides(fullname, self.path):
            return None
        spec = super().find_spec(fullname, target)
        if spec is None and self._finder.owns(fullname):
            return self._finder.removed(fullname, self.path)
        if spec is None or spec.origin is None or not self._finder.owns(fullname):
            return spec
        return None if self._finder.place(spec.origin) is None else spec


def _located(spec: ModuleSpec) -> ModuleSpec:
    spec.has_location = True
    return spec
