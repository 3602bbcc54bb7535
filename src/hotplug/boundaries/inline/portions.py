"""Loaders of what is no file of its own: folders, what lies in zip files, modules that are there already."""

from __future__ import annotations

import sys

from hotplug.light import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
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

    def get_resource_reader(self, name: str) -> object:
        """Return what ``importlib.resources`` reads the files beside the source with."""
        return self._loader.get_resource_reader(self._namespace.readable(name))

    def __getattr__(self, name: str) -> object:
        return getattr(self._loader, name)


class Running:
    """The loader of a module that is loaded already: it leaves it as it is."""

    def __init__(self, module: ModuleType) -> None:
        self._spec = module.__spec__

    def create_module(self, spec: ModuleSpec) -> None:
        """Make no module."""

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing but take back that the module's spec was replaced."""
        module.__spec__ = self._spec
