"""Packages of a private namespace that are no single file: their loaders, and what is found in their folders."""

from __future__ import annotations

import sys

from hotplug.boundaries.inline.hooks import is_private
from hotplug.light import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from importlib.machinery import ModuleSpec
    from importlib.resources.abc import TraversableResources
    from typing import Any

    from hotplug.boundaries.inline.namespace import Namespace


class Portion:
    """The loader of a package without ``__init__.py`` (PEP 420), whose folders are known."""

    def __init__(self, namespace: Namespace, folders: list[str]) -> None:
        self._namespace = namespace
        self._folders = folders

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return a new module with the plugin's own builtins."""
        module = ModuleType(spec.name)
        module.__file__ = None
        module.__dict__["__builtins__"] = self._namespace.current_builtins()
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: there is no code."""

    def is_package(self, fullname: str) -> bool:
        """Tell that it is a package."""
        del fullname
        return True

    def get_resource_reader(self, fullname: str) -> TraversableResources:
        """Return what ``importlib.resources`` reads its files with."""
        del fullname
        from importlib.readers import MultiplexedPath
        from importlib.resources.abc import TraversableResources
        from pathlib import Path

        folders = self._folders

        class Reader(TraversableResources):
            def files(self) -> MultiplexedPath:
                return MultiplexedPath(*map(Path, folders))

        return Reader()


class Borrowed:
    """The loader of a module that is the host's, under the name that it has in a plugin's namespace package."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to the interpreter to make a module that nobody will see."""

    def exec_module(self, module: ModuleType) -> None:
        """Put the host's module in the place of the new one, as a module may do while it is executed."""
        sys.modules[module.__name__] = self._module


class Zipped:
    """The loader of a module in a zip file that the plugin has put on its ``sys.path``: code of the plugin."""

    def __init__(self, namespace: Namespace, loader: Any) -> None:
        self._namespace = namespace
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return a new module with the plugin's own builtins."""
        module = ModuleType(spec.name)
        module.__dict__["__builtins__"] = self._namespace.current_builtins()
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Compile and run the source."""
        from hotplug.boundaries.inline.rewriting import compiled

        real = self._namespace.readable(module.__name__)  # the zip file has no other
        filename: str = self._loader.get_filename(real)
        self._namespace.be_asked_for_names()
        code = compiled(self._loader.get_data(filename), filename, self._namespace.private)[0]
        exec(code, module.__dict__)  # noqa: S102  (what loaders do)

    def __getattr__(self, name: str) -> object:
        return getattr(self._loader, name)


class Folder:
    """What ``sys.path_importer_cache`` holds for a folder of a plugin's package.

    The interpreter's finder would load, under the plugin's private name, files that were not there, or not
    counted, when the plugin was opened. To all but private names it still does what it did.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._finder_of_host: Any = None

    def find_spec(self, fullname: str, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return what the interpreter's own finder finds for the host, nothing for a plugin."""
        if is_private(fullname):
            return None
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
