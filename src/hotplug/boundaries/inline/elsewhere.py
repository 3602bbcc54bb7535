"""Finds a private namespace's modules that are in none of the plugin's files: where the plugin itself leads to."""

from __future__ import annotations

import builtins
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import PathFinder, SourceFileLoader
from _weakref import ref  # what weakref has it from; the rest of weakref takes 0.3 ms

from hotplug.boundaries.inline.finding import Own
from hotplug.light import cast, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.abc import Loader as LoaderOf
    from types import CodeType

    from hotplug.boundaries.inline.namespace import Namespace

_LONGEST_DECLARATION = 4096  # bytes; a package that others add to has next to nothing in its __init__.py


class Elsewhere:
    """Finds modules of one plugin outside of what was opened.

    Args:
        namespace: The plugin's modules.
        root: The folder of its files.
    """

    def __init__(self, namespace: Namespace, root: str) -> None:
        self._namespace = namespace
        self._root = root

    def find(self, name: str, path: Sequence[str] | None, *, own: bool) -> ModuleSpec | None:
        """Return how to load a module by its private name, None where nothing leads to it.

        Args:
            name: The private name.
            path: The ``__path__`` of the package that it is asked of.
            own: Whether its top-level name is that of one of the plugin's files.
        """
        if not path and self._namespace.readable(name) in self._namespace.companions():
            return self._companion(name)
        borrowed = self._borrowed(name) if own or self._is_given_back(name.partition(".")[0]) else None
        return borrowed or self._elsewhere(name, path or ()) or self._added_by_itself(name, path)

    def _companion(self, name: str) -> ModuleSpec | None:
        """Return how to load the plugin's own copy of a package that is installed in the host."""
        spec = PathFinder.find_spec(self._namespace.readable(name))
        if spec is not None:
            spec.name = name
        return as_own(self._namespace, spec)

    def _elsewhere(self, name: str, path: Sequence[str]) -> ModuleSpec | None:
        """Return how to load a module from where a package's ``__path__`` leads out of the plugin."""
        outside = [each for each in path if each != self._root and each not in self._namespace.guarded]
        return as_own(self._namespace, PathFinder.find_spec(name, outside)) if outside else None

    def _added_by_itself(self, name: str, path: Sequence[str] | None) -> ModuleSpec | None:
        """Return how to load what the plugin's additions to ``sys.path`` and ``sys.meta_path`` lead to."""
        lists = self._namespace.own_lists
        return (
            None
            if lists is None
            else as_own(self._namespace, lists.find(self._namespace.readable(name), path, name))
        )

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


class Found(Own):
    """Loads a file that a plugin finds or makes while it runs: code of the plugin, but no part of what was opened.

    It is loaded as it is, each time anew.
    """

    def get_code(self, fullname: str) -> CodeType:
        """Return the module's code."""
        del fullname
        from hotplug.boundaries.inline.rewriting import compiled

        self._namespace.be_asked_for_names()
        return compiled(self.get_data(self.path), self.path, self._namespace.private)[0]


def as_own(namespace: Namespace, spec: ModuleSpec | None) -> ModuleSpec | None:
    """Return a spec by which a file of Python source is loaded as the plugin's code; others as they are."""
    if spec is None:
        return None
    if type(spec.loader) is SourceFileLoader:
        spec.loader = loader = Found(spec.name, spec.loader.path, namespace)
        namespace.loaders[spec.name] = ref(loader)
    elif spec.loader is None and spec.submodule_search_locations is not None:
        from hotplug.boundaries.inline.portions import Portion

        spec.submodule_search_locations = folders = list(spec.submodule_search_locations)
        spec.loader = cast("LoaderOf", Portion(namespace, folders))
    elif type(spec.loader).__module__ == "zipimport":
        from hotplug.boundaries.inline.portions import Zipped

        spec.loader = cast("LoaderOf", Zipped(namespace, spec.loader))
    return spec
