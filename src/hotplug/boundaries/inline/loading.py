"""Loaders of a private namespace's modules."""

from __future__ import annotations

import sys
from _frozen_importlib_external import SourceFileLoader

from hotplug.light import ModuleType, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    import importlib.abc
    from importlib.machinery import ModuleSpec
    from importlib.readers import FileReader
    from types import CodeType

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

    def get_filename(self, fullname: str | None = None) -> str:
        """Return the path of the source."""
        del fullname
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
        caller = sys._getframe(1).f_back  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        loading = caller is not None and caller.f_code.co_name == "_load_unlocked"
        if loading and running is not None and not getattr(running.__spec__, "_initializing", False):
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

        self._namespace.be_asked_for_names()
        return compiled(self.get_data(self.path), self.path, self._namespace.private)[0]


class _Running:
    """The loader of a module that is loaded already: it leaves it as it is."""

    def __init__(self, module: ModuleType) -> None:
        self._spec = module.__spec__

    def create_module(self, spec: ModuleSpec) -> None:
        """Make no module."""

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing but take back that the module's spec was replaced."""
        module.__spec__ = self._spec
