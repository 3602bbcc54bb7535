"""Private namespaces: a plugin's modules under names that nothing else in the interpreter has.

Only the first component of a name changes: ``eng.words`` of plugin 3 is ``eng__hp3_.words`` in ``sys.modules``, in
``__name__`` and in ``__package__``, so that relative imports, dataclasses, type hints and pickles within the
process work as they are. An absolute import of its own name is translated by an ``__import__`` of the plugin's
own, which hands on to whatever ``builtins.__import__`` is at that moment; what reaches its modules otherwise is
answered by ``hotplug.boundaries.inline.reach`` and, for the standard library, by the hooks.
"""

from __future__ import annotations

import builtins
import sys
from _thread import RLock

from hotplug.artifacts import normalised
from hotplug.boundaries.inline import hooks
from hotplug.boundaries.inline.bytecode import EQUAL, GIVEN, REACH, REACHED, Sources
from hotplug.boundaries.inline.finding import Finding, unguard
from hotplug.boundaries.inline.hooks import of_import_system, take_off
from hotplug.light import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _weakref import ref
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from importlib.metadata import Distribution
    from types import CodeType, FrameType
    from typing import Any, ParamSpec, TypeVar

    from hotplug.artifacts import Tree
    from hotplug.artifacts.artifact import Artifact
    from hotplug.boundaries.inline.cleanup import ExitHandlers
    from hotplug.boundaries.inline.reach import Reach
    from hotplug.boundaries.inline.sys_lists import Lists

    P = ParamSpec("P")
    T = TypeVar("T")

_MARK = "__hp"
_INTERPRETERS = builtins.__import__
_numbers = iter(range(1, sys.maxsize))  # as itertools.count, which takes 0.1 ms to load


class Namespace:
    """The modules of one plugin."""

    def __init__(self, tree: Tree, artifact: Artifact) -> None:
        self.plugin = artifact.name
        self.fork_handlers: list[tuple[str, Callable[[], object]]] = []
        self.closed = False
        self._has_left = False
        self.loaders: dict[str, ref[object]] = {}
        self._tree = tree
        self._artifact = artifact
        self._sources = Sources(tree, artifact.name)
        self.suffix = f"{_MARK}{next(_numbers)}_"
        self.private: dict[str, str] = {top: top + self.suffix for top in tree.tops}
        self.finding = Finding(self, tree)
        self.guarded: set[str] = set()
        self.overlay: dict[str, ModuleType] = {}
        self._answers: Reach | None = None
        self.own_lists: Lists | None = None
        self._companions: frozenset[str] | None = None
        self._deciding = RLock()
        self._is_deciding = False
        self._required: frozenset[str] | None = None
        self._exit_handlers: ExitHandlers | None = None
        self._stand_ins: dict[str, ModuleType] = {}
        self._host_names = len(vars(builtins))
        self.builtins: dict[str, object] = {
            **vars(builtins),
            "__import__": self._import,
            REACH: self._reached,
            GIVEN: self._given,
        }

    def enter(self) -> None:
        """Make the plugin's modules importable."""
        hooks.enter(self)

    def adopt(self, top: str) -> str:
        """Return the private name of a top-level module that the plugin makes itself."""
        hooks.adopt(self, top, top + self.suffix)
        return self.private.get(top, top)

    def leave(self) -> None:
        """Make the plugin's modules unimportable, and take those that were imported out of the interpreter."""
        if self._has_left:
            return
        self.closed = True
        if self._answers is not None:
            self._answers.take_back()
        if self.own_lists is not None:
            self.own_lists.path.take_back()
            self.own_lists.meta_path.take_back()
        hooks.leave(self)
        self._take_out_modules()
        self.overlay.clear()
        self.own_lists = None
        self.fork_handlers.clear()
        unguard(self.guarded.difference(*(other.guarded for other in hooks.in_use())))
        self._has_left = True

    def _was_closed(self) -> bool:
        return self.closed

    def _take_out_modules(self) -> None:
        for name in list(sys.modules):
            if self.owns(name):
                sys.modules.pop(name, None)

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
        return isinstance(module, str) and module.partition(".")[0].endswith(self.suffix)

    def readable(self, text: str) -> str:
        """Return a text with the plugin's modules under the names that its author gave them."""
        return text.replace(self.suffix, "")

    def lists(self) -> Lists:
        """Return the plugin's own ``sys.path`` and ``sys.meta_path``."""
        if self.own_lists is None:
            from hotplug.boundaries.inline.sys_lists import Lists

            self.own_lists = Lists(self._tree.root, self.current_builtins)
        return self.own_lists

    def adopted(self, name: str) -> str | None:
        """Return the private name of a module that is not in the plugin's files, None where it is the host's.

        It has one if only the plugin's own ``sys.path`` and ``sys.meta_path`` lead to it, or if it belongs to a
        package that cannot be imported without the plugin.
        """
        top = name.partition(".")[0]
        if self.closed:
            return None
        private = top not in sys.stdlib_module_names and top in self.companions()
        if not private and (self.own_lists is None or not self.own_lists.lead_to(top)):
            return None
        self.adopt(top)
        return self.name_of(name)

    def requires(self, top: str) -> bool:
        """Tell whether a top-level module is, by its name, of a distribution that the plugin requires."""
        if self._required is None:
            from hotplug.artifacts.requirement import required_name

            self._required = frozenset(map(required_name, self._artifact.metadata.requires))
        return normalised(top) in self._required

    def companions(self) -> frozenset[str]:
        """Return the top-level names of the host's packages of which the plugin has copies of its own."""
        if self._companions is None:
            with self._deciding:
                if self._companions is None:
                    if self._is_deciding:
                        return frozenset()  # this thread: to find them, modules are imported
                    self._is_deciding = True
                    from hotplug.artifacts.companions import companions

                    self._companions = companions(self._artifact.metadata, self._tree.tops)
        return self._companions

    @property
    def exit_handlers(self) -> ExitHandlers:
        """The ``atexit`` of the plugin."""
        if self._exit_handlers is None:
            from hotplug.boundaries.inline.cleanup import ExitHandlers

            self._exit_handlers = ExitHandlers()
        return self._exit_handlers

    def stand_in(self, name: str) -> ModuleType | None:
        """Return what the plugin is given for a module of the host that it has to have its own of."""
        if name == "atexit":
            return self.exit_handlers
        if name not in _STOOD_IN or name in self.private:
            return None
        if name not in self._stand_ins:
            self._stand_ins[name] = self._made_stand_in(name)
        return self._stand_ins[name]

    def _made_stand_in(self, name: str) -> ModuleType:
        if name == "pickle":
            from hotplug.boundaries.inline import pickling

            return pickling.stand_in(self._unpickled)
        from hotplug.boundaries.inline import working_sets

        return working_sets.stand_in(self._tree.root, self.distributions(None), self.name_of)

    def distributions(self, name: str | None) -> Iterator[Distribution]:
        """Yield the plugin's distribution, if it has the name that is asked for; None asks for all."""
        from hotplug.boundaries.own_metadata import own_distributions

        asked = None if name is None else self.readable(name)
        return own_distributions(self._tree, self._artifact.metadata, asked)

    def code(self, path: str, filename: str) -> CodeType:
        """Return the code of a module's file; see ``Sources.code``."""
        code, asks_for_names = self._sources.code(path, filename)
        if asks_for_names:
            self.be_asked_for_names()
        return code

    @of_import_system
    def imported(self, name: str, importing: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what an import of the plugin's own modules gives: what a function returns for its arguments.

        Raises:
            ImportError: If it fails; it speaks of the modules by the names that the author gave them.
            PluginClosed: If the plugin was closed.
        """
        try:
            if not self.closed:
                imported = importing(*args, **kwargs)
                if self._was_closed():  # meanwhile: what was loaded since would stay
                    self._take_out_modules()
                return imported
        except ImportError as error:
            if type(error.msg) is str:  # `raise ImportError` has none
                error.msg = self.readable(error.msg)
            if type(error.name) is str:
                error.name = self.readable(error.name)
            error.args = tuple(self.readable(each) if type(each) is str else each for each in error.args)
            raise
        except KeyError:  # importlib's, when the plugin is closed while the import goes on
            if not self.closed:
                raise
        from hotplug.errors import PluginClosed

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

    def _given(self, value: object, target: object) -> object:
        """Return what a plugin assigns to an attribute of that name: the host's own, if it puts it back."""
        if self._answers is None or not isinstance(target, ModuleType) or target.__name__ not in REACHED:
            return value
        return self._answers.given(value)

    def be_asked_for_names(self) -> None:
        """Give the plugin the functions that tell private names from real ones, before its code needs them."""
        if EQUAL not in self.builtins:
            from hotplug.boundaries.inline.naming import naming

            self.builtins.update(naming(self.suffix, self.name_of))

    def _unpickled(self, module: str) -> str:
        """Return the name that a module of a pickle has here; the pickle may be of an earlier process."""
        top, dot, rest = module.partition(".")
        real, mark, number = top.rpartition(_MARK)
        if mark and number[-1:] == "_" and number[:-1].isdigit() and not self.owns(top):
            top = real
        return f"{self.private.get(top, top)}{dot}{rest}"

    @of_import_system
    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002  (the name that the language gave it)
        locals: Mapping[str, object] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> object:
        try:
            own = name if level else self.name_of(name)
            if own is None:
                return self._imported_of_host(name, globals, locals, fromlist)
            return self.imported(name, self._importer(), own, globals, locals, fromlist or (), level)
        except BaseException as error:
            take_off(error)
            raise

    def _importer(self) -> Callable[..., Any]:
        """Return ``builtins.__import__`` as it is now; the interpreter's if that one has led here.

        A plugin may take its own ``__import__`` for the interpreter's, and put what hands on to it in its place.
        """
        current: Callable[..., Any] = builtins.__import__
        if current is _INTERPRETERS:
            return current
        frame: FrameType | None = sys._getframe(2)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        code = getattr(current, "__code__", None)
        while frame is not None and frame.f_code.co_name != "<module>":
            if frame.f_code is code:
                return _INTERPRETERS
            frame = frame.f_back
        return current

    @of_import_system
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
            overlaid = self.overlay.get(name)
            if overlaid is not None:
                if fromlist:
                    return overlaid
                name = name.partition(".")[0]  # it is there: the statement binds the package
        private = self.adopted(name)
        if private is not None:
            return self.imported(name, self._importer(), private, globals, locals, fromlist or (), 0)
        module: ModuleType = self._importer()(name, globals, locals, fromlist or (), 0)
        if fromlist and name in REACHED:
            return self._reach().names_of(module, fromlist)
        return module


_STOOD_IN = frozenset({"atexit", "pickle", "pkg_resources"})
