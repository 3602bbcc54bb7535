"""``sys.path`` and ``sys.meta_path`` as a private plugin sees them: lists of its own.

They begin as the host's and follow what the host does to its own. What the plugin adds is there for the plugin
alone: modules that only its own folders and finders lead to get private names, as if they were part of it.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from importlib.machinery import PathFinder, SourceFileLoader
from importlib.util import spec_from_loader
from typing import Any, cast

from hotplug.light import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec


class Followed:
    """A list that begins as one of the host's, and follows its changes.

    Args:
        name: Of the host's, in ``sys``.
        more: What stands at its end from the beginning.
    """

    def __init__(self, name: str, *more: Any) -> None:
        self._name = name
        self._more = more
        self._hosts: list[Any] = getattr(sys, name)
        self._seen = self._host()
        self._own = [*self._seen, *more]

    def take_back(self) -> None:
        """Put the host's own list where the plugin has left its own."""
        if getattr(sys, self._name) is self._own:
            setattr(sys, self._name, self._hosts)

    def now(self) -> list[Any]:
        """Return the plugin's list."""
        host = self._host()
        if self._seen != host:
            for each in self._seen:
                if each not in host and each in self._own:
                    self._own.remove(each)
            self._own.extend(each for each in host if each not in self._seen and each not in self._own)
            self._seen = host
        return self._own

    def added(self) -> tuple[list[Any], list[Any]]:
        """Return what the plugin has added: before all that is the host's, and after."""
        own, host = self.now(), self._seen
        if own == [*host, *self._more]:
            return [], []
        first = next((index for index, each in enumerate(own) if each in host), len(own))
        added = [each for each in own[first:] if each not in host and each not in self._more]
        return [each for each in own[:first] if each not in self._more], added

    def _host(self) -> list[Any]:
        return list(getattr(sys, self._name))


class Lists:
    """Both lists of one plugin, and what they lead to.

    Args:
        root: The folder of its files: where it would lie on ``sys.path`` if it were installed.
        builtins: Returns the builtins that its code has.
    """

    def __init__(self, root: str, builtins: Callable[[], dict[str, object]]) -> None:
        self._root = root
        self._builtins = builtins
        self.path = Followed("path", root)
        self.meta_path = Followed("meta_path")
        self._questions: set[tuple[int, int, str]] = set()

    def lead_to(self, top: str) -> bool:
        """Tell whether a top-level module is to be had by what the plugin added, rather than from the host."""
        if top in sys.builtin_module_names or top == "__main__":
            return False
        finders = [finder for some in self.meta_path.added() for finder in some]
        front, back = self.path.added()
        if not finders and not front and (not back or top in sys.modules):
            return False
        loaded = top in sys.modules and top in sys.stdlib_module_names  # for those nobody asks a finder
        if not loaded and any(self._asked(finder, top, None) is not None for finder in finders):
            return True
        if front and _is_source(PathFinder.find_spec(top, front)):
            return True
        return bool(back) and not _host_has(top) and _is_source(PathFinder.find_spec(top, back))

    def find(self, real: str, path: Sequence[str] | None, private: str) -> ModuleSpec | None:
        """Return how a module is loaded by what the plugin added.

        Args:
            real: Its name as the plugin knows it.
            path: The ``__path__`` of its package, None of a top-level module.
            private: Its name in ``sys.modules``.
        """
        folders = [folder for some in self.path.added() for folder in some] if path is None else []
        for finder in [finder for some in self.meta_path.added() for finder in some]:
            spec = self._asked(finder, private, path)
            if spec is not None:
                spec.name = private
                return spec
            spec = self._asked(finder, real, path)
            if spec is None and folders:  # it may ask the interpreter's finder, which knows the host's folders
                spec = self._asked(finder, real, folders)
            if spec is not None:
                return self._renamed(spec, real, private)
        spec = PathFinder.find_spec(real, folders) if folders else None
        if spec is not None:
            spec.name = private
        return spec

    def find_first(self, real: str, path: Sequence[str] | None, private: str) -> ModuleSpec | None:
        """Return how one of the plugin's own modules is loaded by a finder that it has put before all others.

        Args:
            real: Its name as the plugin knows it.
            path: The ``__path__`` of its package, None of a top-level module.
            private: Its name in ``sys.modules``.
        """
        for finder in self.meta_path.added()[0]:
            spec = self._asked(finder, real, path)
            if spec is None and path is None:
                spec = self._asked(finder, real, [self._root])
            if spec is not None and type(spec.loader) is not SourceFileLoader:
                return self._renamed(spec, real, private)
        return None

    def _renamed(self, spec: ModuleSpec, real: str, private: str) -> ModuleSpec:
        spec.name = private
        makes = hasattr(spec.loader, "create_module") or not hasattr(spec.loader, "exec_module")
        if type(spec.loader) is not SourceFileLoader and makes:
            spec.loader = cast("Loader", _Renamed(spec.loader, real, self._builtins))
        return spec

    def _asked(self, finder: Any, name: str, path: Sequence[str] | None) -> ModuleSpec | None:
        """Return what a finder of the plugin finds; what it imports for that, it is not asked for."""
        question = (get_ident(), id(finder), name)
        if question in self._questions:
            return None
        self._questions.add(question)
        try:
            return _spec_of(finder, name, path)
        finally:
            self._questions.discard(question)


def _spec_of(finder: Any, name: str, path: Sequence[str] | None) -> ModuleSpec | None:
    find_spec: Callable[..., ModuleSpec | None] | None = getattr(finder, "find_spec", None)
    if find_spec is not None:
        return find_spec(name, path)
    if sys.version_info >= (3, 12):  # since when the interpreter does not ask otherwise either
        return None
    find_module = getattr(finder, "find_module", None)
    loader = None if find_module is None else find_module(name, path)
    return None if loader is None else spec_from_loader(name, loader)


class _Renamed:
    """The loader of a module that the plugin's finder found by its real name: it is asked by that name, too."""

    def __init__(self, loader: Any, real: str, builtins: Callable[[], dict[str, object]]) -> None:
        self._loader = loader
        self._real = real
        self._builtins = builtins
        self._former: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Return what the loader makes, which may be a module that is there already, as six does."""
        module: ModuleType | None
        if hasattr(self._loader, "exec_module"):
            asked = type(spec)(self._real, self._loader, origin=spec.origin, loader_state=spec.loader_state)
            asked.submodule_search_locations = spec.submodule_search_locations
            module = self._loader.create_module(asked)
            if module is None and isinstance(self._loader, SourceFileLoader):
                module = ModuleType(spec.name)
                module.__dict__["__builtins__"] = self._builtins()
                self._loader.name = spec.name  # it loads no other
        else:
            module = self._loader.load_module(self._real)
        self._former = getattr(module, "__spec__", None)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module; one that was there already keeps its spec."""
        if self._former is not None:
            module.__spec__ = self._former
        if hasattr(self._loader, "exec_module"):
            self._loader.exec_module(module)

    def __getattr__(self, name: str) -> object:
        return getattr(self._loader, name)


def _is_source(spec: ModuleSpec | None) -> bool:
    """Tell whether what was found can have a private name: extension modules cannot."""
    return spec is not None and (spec.origin is None or spec.origin.endswith(".py"))


def _host_has(top: str) -> bool:
    if top in sys.modules:
        return True
    return any(finder.find_spec(top, None) is not None for finder in list(sys.meta_path))
