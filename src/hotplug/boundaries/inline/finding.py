"""Where a private namespace's modules are: in the plugin's files, or where the plugin itself leads to."""

from __future__ import annotations

import builtins
import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import PathFinder, SourceFileLoader
from _weakref import ref  # what weakref has it from; the rest of weakref takes 0.3 ms

from hotplug.boundaries.inline.loading import Found, Loader
from hotplug.light import cast, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.abc import Loader as LoaderOf

    from hotplug.artifacts.tree import Tree
    from hotplug.boundaries.inline.namespace import Namespace

_LONGEST_DECLARATION = 4096  # bytes; a package that others add to has next to nothing in its __init__.py


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
        if base is not None:
            spec = self._at_home(name, base, rest)
            if spec is not None:
                return spec
        for place in self._inside(name, path or (), own=base is not None):
            spec = self._at(name, place)
            if spec is not None:
                return spec
        if not path and self._namespace.readable(name) in self._namespace.companions():
            return self._companion(name)
        borrowed = self._borrowed(name) if base is not None or self._is_given_back(top) else None
        return borrowed or self._elsewhere(name, path or ()) or self._added_by_itself(name, path)

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

        spec = ModuleSpec(name, cast("LoaderOf", Portion(self._namespace, folders)), is_package=True)
        spec.submodule_search_locations = [self._guarded(folder) for folder in folders]
        return spec

    def _guarded(self, folder: str) -> str:
        """Return a folder in which the interpreter's own finders find none of the plugin's modules."""
        from hotplug.boundaries.inline.portions import Folder

        if not isinstance(sys.path_importer_cache.get(folder), Folder):
            sys.path_importer_cache[folder] = Folder(folder)
        self._namespace.guarded.add(folder)
        return folder

    def _companion(self, name: str) -> ModuleSpec | None:
        """Return how to load the plugin's own copy of a package that is installed in the host."""
        spec = PathFinder.find_spec(self._namespace.readable(name))
        if spec is not None:
            spec.name = name
        return self.as_own(spec)

    def _elsewhere(self, name: str, path: Sequence[str]) -> ModuleSpec | None:
        """Return how to load a module from where a package's ``__path__`` leads out of the plugin."""
        outside = [each for each in path if each != self._tree.root and each not in self._namespace.guarded]
        return self.as_own(PathFinder.find_spec(name, outside)) if outside else None

    def _added_by_itself(self, name: str, path: Sequence[str] | None) -> ModuleSpec | None:
        """Return how to load what the plugin's additions to ``sys.path`` and ``sys.meta_path`` lead to."""
        lists = self._namespace.own_lists
        return None if lists is None else self.as_own(lists.find(self._namespace.readable(name), path, name))

    def as_own(self, spec: ModuleSpec | None) -> ModuleSpec | None:
        """Return a spec by which a file of Python source is loaded as the plugin's code; others as they are."""
        if spec is None:
            return None
        if type(spec.loader) is SourceFileLoader:
            spec.loader = loader = Found(spec.name, spec.loader.path, self._namespace)
            self._namespace.loaders[spec.name] = ref(loader)
        elif spec.loader is None and spec.submodule_search_locations is not None:
            from hotplug.boundaries.inline.portions import Portion

            spec.submodule_search_locations = folders = list(spec.submodule_search_locations)
            spec.loader = cast("LoaderOf", Portion(self._namespace, folders))
        elif type(spec.loader).__module__ == "zipimport":
            from hotplug.boundaries.inline.portions import Zipped

            spec.loader = cast("LoaderOf", Zipped(self._namespace, spec.loader))
        return spec

    def _is_given_back(self, top: str) -> bool:
        """Tell whether a name is the host's again that the plugin had covered in ``sys.modules``."""
        module = sys.modules.get(top)
        if module is None:
            return self._namespace.adopted(self._namespace.readable(top)) is None
        return not self._namespace.owns(getattr(module, "__name__", top))

    def _borrowed(self, name: str) -> ModuleSpec | None:
        """Return how to load the host's module where the plugin's package is only a portion of the host's."""
        package = name.rpartition(".")[0]
        if package and not self._is_portion(package):
            return None
        from hotplug.boundaries.inline.portions import Borrowed

        real = self._namespace.readable(name)
        try:
            builtins.__import__(real)
            module = sys.modules[real]
        except ModuleNotFoundError as error:
            if f"{real}.".startswith(f"{error.name}."):
                return None
            raise
        return ModuleSpec(name, cast("LoaderOf", Borrowed(module)), is_package=hasattr(module, "__path__"))

    def _is_portion(self, package: str) -> bool:
        """Tell whether a package, by its private name, is one that other distributions add to."""
        module = sys.modules.get(package)
        if module is None:
            return False
        if not self._namespace.owns(module.__name__) or getattr(module, "__file__", None) is None:
            return True  # the host's own, or without __init__.py (PEP 420)
        with suppress(OSError), open(str(module.__file__), "rb") as file:
            source = file.read(_LONGEST_DECLARATION)
            return any(mark in source for mark in (b"extend_path(", b"declare_namespace("))
        return False

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
