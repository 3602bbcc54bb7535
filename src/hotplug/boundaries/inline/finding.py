"""Finds and loads a private namespace's modules that are the plugin's files, and guards their folders."""

from __future__ import annotations

import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import SourceFileLoader
from _weakref import ref  # what weakref has it from; the rest of weakref takes 0.3 ms

from hotplug.boundaries.inline.hooks import asking_for, is_private, namespace_of
from hotplug.light import ModuleType, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    import importlib.abc
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from importlib.readers import FileReader
    from types import CodeType
    from typing import Any

    from hotplug.artifacts import Tree
    from hotplug.boundaries.inline.namespace import Namespace


_IMPORT_SYSTEM = vars(sys.modules["_frozen_importlib_external"])
"""The names of the module that asks what is in ``sys.path_importer_cache`` on behalf of an import."""


class Finding:
    """Finds the modules of one plugin by their private names."""

    def __init__(self, namespace: Namespace, tree: Tree) -> None:
        self._namespace = namespace
        self._tree = tree
        self._paths = {namespace.private[top]: path for top, path in tree.tops.items()}
        self._folders: set[str] | None = None

    def find(self, name: str, path: Sequence[str] | None = None) -> ModuleSpec | None:
        """Return how to load a module by its private name, None where the plugin has none of that name.

        Args:
            name: The private name.
            path: The ``__path__`` of the package that it is asked of: a plugin may have put its own folders there.
        """
        top, _, rest = name.partition(".")
        base = self._paths.get(top)
        lists = self._namespace.own_lists
        if lists is not None:
            spec = lists.find_first(self._namespace.readable(name), path, name)
            if spec is not None:
                return spec
        if base is not None:
            spec = self._at_home(name, base, rest)
            if spec is not None:
                return spec
        for place in self._inside(name, path or (), own=base is not None):
            spec = self._at(name, place)
            if spec is not None:
                return spec
        from hotplug.boundaries.inline.elsewhere import Elsewhere

        return Elsewhere(self._namespace, self._tree.root).find(name, path, own=base is not None)

    def find_in(self, name: str, folder: str) -> ModuleSpec | None:
        """Return how to load the module of a folder that the last part of a name means, None where there is none.

        Args:
            name: The name that it is to have: the private one if it is the plugin's own.
            folder: Where it is looked for, and nowhere else.
        """
        tail = name.rpartition(".")[2]
        if folder == self._tree.root:
            return self._at(name, tail)
        found = (self._at(name, place) for place in self._inside(name, [folder], own=False))
        return next(filter(None, found), None)

    def _at_home(self, name: str, base: str, rest: str) -> ModuleSpec | None:
        if base.endswith(".py"):
            return None if rest else self._spec(name, base, package=False)
        return self._at(name, "/".join(part for part in (base, *rest.split(".")) if part))

    def _at(self, name: str, place: str) -> ModuleSpec | None:
        files = self._tree.files
        package = f"{place}/__init__.py" if place else "__init__.py"
        if package in files:
            return self._spec(name, package, package=True)
        if f"{place}.py" in files:
            return self._spec(name, f"{place}.py", package=False)
        return self._portion(name, [self._whole(place)]) if self._is_folder(place) else None

    def _inside(self, name: str, path: Sequence[str], *, own: bool) -> Iterator[str]:
        """Yield where a module may be in folders of the plugin that its package has put into its ``__path__``."""
        root, tail = self._tree.root, name.rpartition(".")[2]
        for each in path:
            if each.startswith(root + os.sep):
                below = os.path.relpath(self._guarded(each) if own else each, root).replace(os.sep, "/")
                yield f"{below}/{tail}"

    def _spec(self, name: str, path: str, *, package: bool) -> ModuleSpec:
        whole = self._whole(path)
        loader = Loader(name, whole, self._namespace, path)
        self._namespace.loaders[name] = ref(loader)
        spec = ModuleSpec(name, loader, origin=whole, is_package=package)
        spec.has_location = True
        if package:
            spec.submodule_search_locations = [self._guarded(os.path.dirname(whole))]
        return spec

    def _portion(self, name: str, folders: list[str]) -> ModuleSpec:
        from hotplug.boundaries.inline.portions import Portion

        spec = ModuleSpec(name, cast("importlib.abc.Loader", Portion(self._namespace, folders)), is_package=True)
        spec.submodule_search_locations = [self._guarded(folder) for folder in folders]
        return spec

    def _guarded(self, folder: str) -> str:
        """Return a folder in which the interpreter's own finders find none of the plugin's modules."""
        if not isinstance(sys.path_importer_cache.get(folder), Folder):
            sys.path_importer_cache[folder] = Folder(folder)
        self._namespace.guarded.add(folder)
        return folder

    def _is_folder(self, path: str) -> bool:
        if self._folders is None:
            self._folders = {
                file[:end]
                for file in self._tree.files
                if file.endswith(".py")
                for end, letter in enumerate(file)
                if letter == "/"
            }
        return path in self._folders or (not path and bool(self._folders))

    def _whole(self, path: str) -> str:
        return os.path.join(self._tree.root, *path.split("/")) if path else self._tree.root


class Own(SourceFileLoader):
    """Loads a module with the builtins of its plugin.

    It is a SourceFileLoader for what tools ask of one: the file's name, its source, its data and resources. It is
    asked by the module's real name too, and for no other module; so what it is called does not matter.
    """

    def __init__(self, name: str, whole: str, namespace: Namespace) -> None:
        super().__init__(name, whole)
        self._namespace = namespace

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return a new module with the plugin's own builtins."""
        module = ModuleType(spec.name)
        module.__dict__["__builtins__"] = self._namespace.current_builtins()
        return module

    def load_module(self, fullname: str | None = None) -> ModuleType:
        """Load the module as it was done in earlier versions of Python, under the name that it has here."""
        del fullname
        return super().load_module(self.name)

    def get_filename(self, fullname: str | None = None) -> str:
        """Return the path of the source."""
        del fullname
        return self.path

    def get_resource_reader(self, name: str | None = None) -> FileReader:
        """Return what ``importlib.resources`` reads the files beside the source with."""
        del name
        return super().get_resource_reader(self.name)


class Loader(Own):
    """Loads one module from the bytes that were there when the plugin was opened."""

    def __init__(self, name: str, whole: str, namespace: Namespace, path: str) -> None:
        super().__init__(name, whole, namespace)
        self._path = path

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return a new module; the one that runs already, where it does."""
        running = sys.modules.get(spec.name)
        caller = sys._getframe(1).f_back  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        loading = caller is not None and caller.f_code.co_name == "_load_unlocked"
        if loading and running is not None and not getattr(running.__spec__, "_initializing", False):
            # pkgutil.get_data loads what it did not find by its real name
            from hotplug.boundaries.inline.portions import Running

            spec.loader = cast("importlib.abc.Loader", Running(running))
            return running
        return super().create_module(spec)

    def get_code(self, fullname: str) -> CodeType:
        """Return the module's code, kept from an earlier time if its source is the same."""
        del fullname
        return self._namespace.code(self._path, self.path)


class Folder:
    """What ``sys.path_importer_cache`` holds for a folder of a plugin's package.

    The interpreter's finder would load, under the plugin's private name, files that were not there, or not
    counted, when the plugin was opened. To all but private names it still does what it did; but the plugin itself,
    which has it from ``pkgutil``, is given its own modules.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._finder_of_host: Any = None

    def find_spec(self, fullname: str, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return what the interpreter's own finder finds for the host, nothing for the import of a plugin."""
        frame = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        if frame.f_globals is not _IMPORT_SYSTEM:
            asking = asking_for(frame)[0] or namespace_of(fullname)
            if asking is not None:
                return asking.finding.find_in(asking.name_of(fullname) or fullname, self._folder)
        return None if is_private(fullname) else self._found_by_host(fullname, target)

    if sys.version_info < (3, 12):

        def find_module(self, fullname: str) -> importlib.abc.Loader | None:
            """Return what loads a module, as it was asked for in earlier versions of Python."""
            asking = asking_for(sys._getframe(1))[0] or namespace_of(fullname)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            if asking is None:
                spec = self._found_by_host(fullname, None)
            else:
                spec = asking.finding.find_in(asking.name_of(fullname) or fullname, self._folder)
            return None if spec is None else spec.loader

    def _found_by_host(self, fullname: str, target: ModuleType | None) -> ModuleSpec | None:
        finder = self._host_finder()
        if finder is None:  # the folder is gone
            return None
        find_spec: Callable[[str, ModuleType | None], ModuleSpec | None] = finder.find_spec
        return find_spec(fullname, target)

    def iter_modules(self, prefix: str = "") -> Iterable[tuple[str, bool]]:
        """Yield the modules in the folder, as pkgutil lists them."""
        import pkgutil

        listed: Callable[[object, str], Iterable[tuple[str, bool]]] = vars(pkgutil)["iter_importer_modules"]
        finder = self._host_finder()
        return () if finder is None else listed(finder, prefix)

    def invalidate_caches(self) -> None:
        """Forget what was found."""
        self._finder_of_host = None

    def _host_finder(self) -> Any:
        if self._finder_of_host is None:
            for hook in sys.path_hooks:
                try:
                    self._finder_of_host = hook(self._folder)
                except ImportError:
                    continue
                break
        return self._finder_of_host


def unguard(folders: Iterable[str]) -> None:
    """Give folders back to the interpreter's own finders."""
    for folder in folders:
        if isinstance(sys.path_importer_cache.get(folder), Folder):
            sys.path_importer_cache.pop(folder, None)
