"""Private namespaces: a plugin's modules under names that nothing else in the interpreter has.

Only the first component of a name changes: ``eng.words`` of plugin 3 is ``eng__hp3.words`` in ``sys.modules``, in
``__name__`` and in ``__package__``, so that relative imports, dataclasses, type hints and pickles within the
process work as they are. An absolute import of its own name is translated by an ``__import__`` of the plugin's
own, which hands on to whatever ``builtins.__import__`` is at that moment.

The interpreter is touched in two places while any namespace is in use: a finder on ``sys.meta_path``, and
``threading.Thread.start``, which notes the threads that plugins leave behind.
"""

from __future__ import annotations

import builtins
import itertools
import os
import sys
import threading
import time
from _weakref import ref  # what weakref has it from; the rest of weakref takes 0.3 ms
from contextlib import suppress
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader

from hotplug.artifacts.digest import sha256
from hotplug.artifacts.memory import is_young, stamp_of
from hotplug.boundaries.inline.cleanup import ExitHandlers
from hotplug.boundaries.inline.threads import StartWatch
from hotplug.errors import ActivationError, PluginClosed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import CodeType, ModuleType

    from hotplug.artifacts.tree import Tree

_numbers = itertools.count(1)
_lock = threading.Lock()
_in_use: dict[str, Namespace] = {}
"""Private top-level names, each with its namespace; changed under the lock."""
_watches: list[StartWatch] = []
"""The watch over started threads, while any namespace is in use; changed under the lock."""


def _after_fork() -> None:
    global _lock  # noqa: PLW0603  (a thread that does not exist in the child may hold it)
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _is_private(module: object) -> bool:
    return isinstance(module, str) and module.partition(".")[0] in _in_use


class Namespace:
    """The modules of one plugin."""

    def __init__(self, tree: Tree, plugin: str) -> None:
        self.plugin = plugin
        self.exit_handlers = ExitHandlers()
        self._tree = tree
        self._opened = time.time_ns()
        self.closed = False
        number = next(_numbers)
        self.loaders: dict[str, ref[object]] = {}
        self.private: dict[str, str] = {top: f"{top}__hp{number}_" for top in tree.tops}
        self._paths = {self.private[top]: path for top, path in tree.tops.items()}
        self.builtins: dict[str, object] = {**vars(builtins), "__import__": self._import}

    def enter(self) -> None:
        """Make the plugin's modules importable."""
        with _lock:
            if _Finder not in sys.meta_path:
                sys.meta_path.insert(0, _Finder)
            if not _watches:
                _watches.append(StartWatch(_is_private))
            _in_use.update(dict.fromkeys(self._paths, self))

    def leave(self) -> None:
        """Make the plugin's modules unimportable, and take those that were imported out of the interpreter."""
        self.closed = True
        with _lock:
            for top in self._paths:
                _in_use.pop(top, None)
            if not _in_use:
                if _Finder in sys.meta_path:
                    sys.meta_path.remove(_Finder)
                while _watches:
                    _watches.pop().leave()
        for name in list(sys.modules):
            if name.partition(".")[0] in self._paths:
                sys.modules.pop(name, None)

    def name_of(self, module: str) -> str | None:
        """Return the private name of a module of the plugin, None where it has no such top-level name."""
        top, dot, rest = module.partition(".")
        private = self.private.get(top)
        return None if private is None else f"{private}{dot}{rest}"

    def owns(self, module: object) -> bool:
        """Tell whether a ``__module__`` is one of the plugin's."""
        return isinstance(module, str) and module.partition(".")[0] in self._paths

    def readable(self, text: str) -> str:
        """Return a text with the plugin's modules under the names that its author gave them."""
        for top, private in self.private.items():
            text = text.replace(private, top)
        return text

    def find(self, name: str) -> ModuleSpec | None:
        """Return how to load a module by its private name, None where the plugin has none of that name."""
        top, _, rest = name.partition(".")
        base = self._paths[top]
        files = self._tree.files
        if base.endswith(".py"):
            return None if rest else self._spec(name, base, package=False)
        path = "/".join(part for part in (base, *rest.split(".")) if part)
        prefix = f"{path}/" if path else ""
        if f"{prefix}__init__.py" in files:
            return self._spec(name, f"{prefix}__init__.py", package=True)
        if f"{path}.py" in files:
            return self._spec(name, f"{path}.py", package=False)
        if any(file.startswith(prefix) and file.endswith(".py") for file in files):
            spec = ModuleSpec(name, None, is_package=True)  # a namespace package (PEP 420)
            spec.submodule_search_locations = [self._whole(path)]
            return spec
        return None

    def elsewhere(self, name: str, path: Sequence[str]) -> ModuleSpec | None:
        """Return how to load a module from where the plugin has extended a package's ``__path__`` to.

        Raises:
            ModuleNotFoundError: If it has not: no finder after this one may look into the plugin's own folders,
                where there may be files that were not there, or not counted, when the plugin was opened.
        """
        root = self._tree.root
        foreign = [each for each in path if each != root and not each.startswith(root + os.sep)]
        spec = PathFinder.find_spec(name, foreign) if foreign else None
        if spec is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return spec

    def source(self, path: str) -> bytes:
        """Return the bytes of a module's file, if they are those that were there when the plugin was opened.

        Raises:
            ActivationError: If the file was changed or removed since.
        """
        known = self._tree.files[path]
        try:
            with open(self._whole(path), "rb") as file:
                stamp = stamp_of(os.fstat(file.fileno()))
                data = file.read()
        except OSError as error:
            raise self._changed(f"{path} cannot be read any more: {error.strerror}") from error
        certain = stamp == known.stamp and not is_young(stamp, self._opened)
        if not certain and sha256(data) != known.sha256:
            raise self._changed(f"{path} changed on disk since the plugin was opened")
        return data

    def _changed(self, reason: str) -> ActivationError:
        if self._tree.manifest is not None:
            with suppress(OSError):
                os.unlink(self._tree.manifest)  # so that opening it again mends the cache
        return ActivationError(reason, plugin=self.plugin, remedy="reload the plugin: close it and open it again")

    def _spec(self, name: str, path: str, *, package: bool) -> ModuleSpec:
        whole = self._whole(path)
        loader = _Loader(name, whole, self, path)
        self.loaders[name] = ref(loader)
        spec = ModuleSpec(name, loader, origin=whole, is_package=package)
        spec.has_location = True
        if package:
            spec.submodule_search_locations = [os.path.dirname(whole)]
        return spec

    def _whole(self, path: str) -> str:
        return os.path.join(self._tree.root, *path.split("/")) if path else self._tree.root

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002  (the name that the language gave it)
        locals: Mapping[str, object] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> object:
        own = self.name_of(name) if level == 0 else name
        if own is None:
            if name == "atexit":
                return self.exit_handlers
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        try:
            if not self.closed:
                return builtins.__import__(own, globals, locals, fromlist or (), level)
        except ImportError as error:
            if type(error.msg) is str:  # `raise ImportError` has none
                error.msg = self.readable(error.msg)
            raise
        except KeyError:  # importlib's, when the plugin is closed while the import goes on
            if not self.closed:
                raise
        raise PluginClosed(
            f"was closed; it can no longer import {name or 'from its package'}",
            plugin=self.plugin,
            remedy="import at the top of the module, or keep the plugin open while its values are used",
        )


class _Finder:
    """Finds the modules of private namespaces; the import system asks it first, and it knows at once."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del target
        namespace = _in_use.get(name.partition(".")[0])
        return None if namespace is None else namespace.find(name) or namespace.elsewhere(name, path or ())


class _Loader(SourceFileLoader):
    """Loads one module from the bytes that were there when the plugin was opened.

    It is a SourceFileLoader for what tools ask of one: the file's name, its source, its data and resources.
    """

    def __init__(self, name: str, whole: str, namespace: Namespace, path: str) -> None:
        super().__init__(name, whole)
        self._namespace = namespace
        self._path = path

    def get_code(self, fullname: str) -> CodeType:
        """Compile the source; no bytecode is read from or written beside it."""
        return self.source_to_code(self._namespace.source(self._path), self.get_filename(fullname))

    def exec_module(self, module: ModuleType) -> None:
        """Run the module with the plugin's own builtins."""
        module.__dict__["__builtins__"] = self._namespace.builtins
        super().exec_module(module)
