"""Private namespaces: a plugin's modules under names that nothing else in the interpreter has.

Only the first component of a name changes: ``eng.words`` of plugin 3 is ``eng__hp3_.words`` in ``sys.modules``, in
``__name__`` and in ``__package__``, so that relative imports, dataclasses, type hints and pickles within the
process work as they are. An absolute import of its own name is translated by an ``__import__`` of the plugin's
own, which hands on to whatever ``builtins.__import__`` is at that moment; what reaches its modules otherwise is
answered by ``hotplug.boundaries.inline.reach`` and, for the standard library, by the hooks.
"""

from __future__ import annotations

import builtins
import itertools
import os
import sys
import time
from _weakref import ref  # what weakref has it from; the rest of weakref takes 0.3 ms
from contextlib import suppress
from importlib.machinery import ModuleSpec
from types import ModuleType

from hotplug.artifacts.digest import sha256
from hotplug.artifacts.memory import is_young, stamp_of
from hotplug.boundaries.inline import hooks
from hotplug.boundaries.inline.bytecode import keep, recalled
from hotplug.boundaries.inline.cleanup import ExitHandlers
from hotplug.boundaries.inline.loading import Borrowed, Folder, Loader, Portion
from hotplug.boundaries.inline.rewriting import REACH, REACHED, compiled
from hotplug.errors import ActivationError, PluginClosed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from importlib.metadata import Distribution
    from types import CodeType
    from typing import ParamSpec, TypeVar

    from hotplug.artifacts.metadata import Metadata
    from hotplug.artifacts.tree import Tree
    from hotplug.boundaries.inline.reach import Reach

    P = ParamSpec("P")
    T = TypeVar("T")

_MARK = "__hp"
_numbers = itertools.count(1)


class Namespace:
    """The modules of one plugin."""

    def __init__(self, tree: Tree, metadata: Metadata) -> None:
        self.plugin = metadata.name
        self.exit_handlers = ExitHandlers()
        self.fork_handlers: list[tuple[str, Callable[[], object]]] = []
        self.closed = False
        self.loaders: dict[str, ref[object]] = {}
        self._tree = tree
        self._metadata = metadata
        self._opened = time.time_ns()
        number = next(_numbers)
        self.private: dict[str, str] = {top: f"{top}{_MARK}{number}_" for top in tree.tops}
        self._paths = {self.private[top]: path for top, path in tree.tops.items()}
        self._folders: set[str] | None = None
        self.guarded: set[str] = set()
        self.overlay: dict[str, ModuleType] = {}
        self._answers: Reach | None = None
        self._stand_ins: dict[str, ModuleType] = {"atexit": self.exit_handlers}
        self._host_names = len(vars(builtins))
        self.builtins: dict[str, object] = {
            **vars(builtins),
            "__import__": self._import,
            REACH: self._reached,
        }

    def enter(self) -> None:
        """Make the plugin's modules importable."""
        hooks.enter(self)

    def leave(self) -> None:
        """Make the plugin's modules unimportable, and take those that were imported out of the interpreter."""
        self.closed = True
        hooks.leave(self)
        for name in list(sys.modules):
            if name.partition(".")[0] in self._paths:
                sys.modules.pop(name, None)
        self.overlay.clear()
        self.fork_handlers.clear()
        for folder in self.guarded.difference(*(other.guarded for other in hooks.in_use())):
            if isinstance(sys.path_importer_cache.get(folder), Folder):
                sys.path_importer_cache.pop(folder, None)

    def current_builtins(self) -> dict[str, object]:
        """Return the plugin's builtins, with what was put into the interpreter's meanwhile."""
        if len(vars(builtins)) != self._host_names:
            self._host_names = len(vars(builtins))
            for name, value in list(vars(builtins).items()):
                self.builtins.setdefault(name, value)
        return self.builtins

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

    def stand_in(self, name: str) -> ModuleType | None:
        """Return what the plugin is given for a module of the standard library that it has to have its own of."""
        if name == "pickle" and name not in self._stand_ins:
            from hotplug.boundaries.inline.pickling import stand_in

            self._stand_ins[name] = stand_in(self._unpickled)
        return self._stand_ins.get(name)

    def distributions(self, name: str | None) -> Iterator[Distribution]:
        """Yield the plugin's distribution, if it has the name that is asked for; None asks for all."""
        from hotplug.boundaries.inline.own_metadata import own_distributions

        return own_distributions(self._tree, self._metadata, name)

    def find(self, name: str, path: Sequence[str] | None = None) -> ModuleSpec | None:
        """Return how to load a module by its private name, None where the plugin has none of that name.

        Args:
            name: The private name.
            path: The ``__path__`` of the package that it is asked of: a plugin may have put its own folders there.
        """
        top, _, rest = name.partition(".")
        base = self._paths[top]
        if base.endswith(".py"):
            return None if rest else self._spec(name, base, package=False)
        place = "/".join(part for part in (base, *rest.split(".")) if part)
        for each in (place, *self._added(place, path or ())):
            spec = self._at(name, each)
            if spec is not None:
                return spec
        return self._borrowed(name)

    def _at(self, name: str, place: str) -> ModuleSpec | None:
        files = self._tree.files
        package = f"{place}/__init__.py" if place else "__init__.py"
        if package in files:
            return self._spec(name, package, package=True)
        if f"{place}.py" in files:
            return self._spec(name, f"{place}.py", package=False)
        return self._portion(name, [self._whole(place)]) if self._is_folder(place) else None

    def _added(self, place: str, path: Sequence[str]) -> Iterator[str]:
        """Yield where a module may be, too, in folders of the plugin that a package's ``__path__`` names."""
        folder, _, name = place.rpartition("/")
        home = self._whole(folder)
        for each in path:
            if each != home and each.startswith(self._tree.root + os.sep):
                below = os.path.relpath(self._guarded(each), self._tree.root).replace(os.sep, "/")
                yield f"{below}/{name}"

    def code(self, path: str, filename: str) -> CodeType:
        """Return the code of a module's file, if its bytes are those that were there when the plugin was opened.

        Raises:
            ActivationError: If the file was changed or removed since.
            SyntaxError: If it is not Python.
        """
        known = self._tree.files[path]
        folder = getattr(self._tree, "code", None)
        try:
            stamp = stamp_of(os.stat(filename))
            certain = stamp == known.stamp and not is_young(stamp, self._opened)
            code = recalled(folder, path, known.sha256, filename) if folder is not None and certain else None
            if code is not None:
                return code
            with open(filename, "rb") as file:
                stamp = stamp_of(os.fstat(file.fileno()))
                data = file.read()
        except OSError as error:
            raise self._changed(f"{path} cannot be read any more: {error.strerror}") from error
        certain = stamp == known.stamp and not is_young(stamp, self._opened)
        if not certain and sha256(data) != known.sha256:
            raise self._changed(f"{path} changed on disk since the plugin was opened")
        code = compiled(data, filename)
        if folder is not None:
            keep(folder, path, known.sha256, code)
        return code

    def imported(self, name: str, importing: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what an import of the plugin's own modules gives: what a function returns for its arguments.

        Raises:
            ImportError: If it fails; it speaks of the modules by the names that the author gave them.
            PluginClosed: If the plugin was closed.
        """
        try:
            if not self.closed:
                return importing(*args, **kwargs)
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

    def _reach(self) -> Reach:
        if self._answers is None:
            from hotplug.boundaries.inline.reach import Reach

            self._answers = Reach(self)
        return self._answers

    def _reached(self, value: object, name: str) -> object:
        """Return what a rewritten ``value.name`` evaluates to."""
        if isinstance(value, ModuleType) and name in REACHED.get(value.__name__, ()):
            return self._reach().attribute(value, name)
        return getattr(value, name)

    def _changed(self, reason: str) -> ActivationError:
        if self._tree.manifest is not None:
            with suppress(OSError):
                os.unlink(self._tree.manifest)  # so that opening it again mends the cache
        return ActivationError(reason, plugin=self.plugin, remedy="reload the plugin: close it and open it again")

    def _spec(self, name: str, path: str, *, package: bool) -> ModuleSpec:
        whole = self._whole(path)
        loader = Loader(name, whole, self, path)
        self.loaders[name] = ref(loader)
        spec = ModuleSpec(name, loader, origin=whole, is_package=package)
        spec.has_location = True
        if package:
            spec.submodule_search_locations = [self._guarded(os.path.dirname(whole))]
        return spec

    def _portion(self, name: str, folders: list[str]) -> ModuleSpec:
        spec = ModuleSpec(name, Portion(self, folders), is_package=True)
        spec.submodule_search_locations = [self._guarded(folder) for folder in folders]
        return spec

    def _guarded(self, folder: str) -> str:
        """Return a folder in which the interpreter's own finders find none of the plugin's modules."""
        if not isinstance(sys.path_importer_cache.get(folder), Folder):
            sys.path_importer_cache[folder] = Folder(folder)  # type: ignore[assignment]
        self.guarded.add(folder)
        return folder

    def _borrowed(self, name: str) -> ModuleSpec | None:
        """Return how to load the host's module of that name, where the plugin's package is only a portion of it."""
        package = name.rpartition(".")[0]
        if not package or not self._is_portion(package):
            return None
        real = self.readable(name)
        try:
            builtins.__import__(real)
            module = sys.modules[real]
        except ModuleNotFoundError as error:
            if f"{real}.".startswith(f"{error.name}."):
                return None
            raise
        return ModuleSpec(name, Borrowed(module), is_package=hasattr(module, "__path__"))

    def _is_portion(self, package: str) -> bool:
        """Tell whether a package, by its private name, is one that other distributions add to."""
        module = sys.modules.get(package)
        if module is None:
            return False
        if not self.owns(module.__name__) or getattr(module, "__file__", None) is None:
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

    def _unpickled(self, module: str) -> str:
        """Return the name that a module of a pickle has here; the pickle may be of an earlier process."""
        top, dot, rest = module.partition(".")
        real, mark, number = top.rpartition(_MARK)
        if mark and number[-1:] == "_" and number[:-1].isdigit() and top not in self._paths:
            top = real
        return f"{self.private.get(top, top)}{dot}{rest}"

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002  (the name that the language gave it)
        locals: Mapping[str, object] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> object:
        if level == 0:
            top = name.partition(".")[0]
            private = self.private.get(top)
            if private is None:
                return self._imported_of_host(name, globals, locals, fromlist)
            own = private + name[len(top) :]
        else:
            own = name
        return self.imported(name, builtins.__import__, own, globals, locals, fromlist or (), level)

    def _imported_of_host(
        self,
        name: str,
        globals: Mapping[str, object] | None,  # noqa: A002
        locals: Mapping[str, object] | None,  # noqa: A002
        fromlist: Sequence[str] | None,
    ) -> object:
        if name in _STOOD_IN:
            return self.stand_in(name)
        if self.overlay:
            overlaid = self.overlay.get(name if fromlist else name.partition(".")[0])
            if overlaid is not None:
                return overlaid
        module = builtins.__import__(name, globals, locals, fromlist or (), 0)
        if fromlist and name in REACHED:
            return self._reach().names_of(module, fromlist)
        return module


_STOOD_IN = frozenset({"atexit", "pickle"})
_LONGEST_DECLARATION = 4096  # bytes; a package that others add to has next to nothing in its __init__.py
