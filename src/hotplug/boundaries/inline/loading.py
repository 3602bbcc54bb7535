"""Loaders of a private namespace's modules, and what the interpreter finds in a plugin's folders."""

from __future__ import annotations

import sys
from _frozen_importlib_external import SourceFileLoader

from hotplug.boundaries.inline.hooks import is_private
from hotplug.light import ModuleType, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    import importlib.abc
    from collections.abc import Callable, Iterable
    from importlib.machinery import ModuleSpec
    from importlib.readers import FileReader
    from importlib.resources.abc import TraversableResources
    from types import CodeType
    from typing import Any

    from hotplug.boundaries.inline.namespace import Namespace


class _Own(SourceFileLoader):
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

    def get_filename(self, name: str | None = None) -> str:
        """Return the path of the source."""
        del name
        return self.path

    def get_resource_reader(self, name: str | None = None) -> FileReader:
        """Return what ``importlib.resources`` reads the files beside the source with."""
        del name
        return super().get_resource_reader(self.name)


class Loader(_Own):
    """Loads one module from the bytes that were there when the plugin was opened."""

    def __init__(self, name: str, whole: str, namespace: Namespace, path: str) -> None:
        super().__init__(name, whole, namespace)
        self._path = path

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return a new module; the one that runs already, where it does."""
        running = sys.modules.get(spec.name)
        if running is not None and not getattr(running.__spec__, "_initializing", False):
            # pkgutil.get_data loads what it did not find by its real name
            spec.loader = cast("importlib.abc.Loader", _Running(running))
            return running
        return super().create_module(spec)

    def get_code(self, fullname: str) -> CodeType:
        """Return the module's code, kept from an earlier time if its source is the same."""
        del fullname
        return self._namespace.code(self._path, self.path)


class Found(_Own):
    """Loads a file that a plugin finds or makes while it runs: code of the plugin, but no part of what was opened.

    It is loaded as it is, each time anew.
    """

    def get_code(self, fullname: str) -> CodeType:
        """Return the module's code."""
        del fullname
        from hotplug.boundaries.inline.rewriting import compiled

        return compiled(self.get_data(self.path), self.path, self._namespace.private)


class _Running:
    """The loader of a module that is loaded already: it leaves it as it is."""

    def __init__(self, module: ModuleType) -> None:
        self._spec = module.__spec__

    def create_module(self, spec: ModuleSpec) -> None:
        """Make no module."""

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing but take back that the module's spec was replaced."""
        module.__spec__ = self._spec


class Portion:
    """The loader of a package without ``__init__.py`` (PEP 420), whose folders are known."""

    def __init__(self, namespace: Namespace, folders: list[str]) -> None:
        self._namespace = namespace
        self._folders = folders

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return a new module with the plugin's own builtins."""
        module = ModuleType(spec.name)
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
        find_spec: Callable[[str, ModuleType | None], ModuleSpec | None] = self._host_finder().find_spec
        return find_spec(fullname, target)

    def iter_modules(self, prefix: str = "") -> Iterable[tuple[str, bool]]:
        """Yield the modules in the folder, as pkgutil lists them."""
        import pkgutil

        listed: Callable[[object, str], Iterable[tuple[str, bool]]] = vars(pkgutil)["iter_importer_modules"]
        return listed(self._host_finder(), prefix)

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
