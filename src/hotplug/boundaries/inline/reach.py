"""What a plugin is given where it reaches for its modules otherwise than by an import statement.

Each method answers in place of the function of that name, for the attributes that
``hotplug.boundaries.inline.rewriting`` lists: own names are translated, all else is handed on.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import MutableMapping
from types import ModuleType

from hotplug.boundaries.inline import hooks
from hotplug.boundaries.inline.rewriting import REACHED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from pkgutil import ModuleInfo

    from hotplug.boundaries.inline.namespace import Namespace

_ABSENT = object()


class Reach:
    """The answers that one plugin is given."""

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace
        self.modules = Modules(namespace)

    def attribute(self, value: ModuleType, name: str) -> object:
        """Return an attribute of a module that has the name of one of those that are answered for."""
        return getattr(self if sys.modules.get(value.__name__) is value else value, name)

    def names_of(self, module: ModuleType, names: Sequence[str]) -> ModuleType:
        """Return what ``from module import names`` takes them from."""
        answered = [name for name in REACHED[module.__name__] if name in names]
        return _Answering(module, {name: getattr(self, name) for name in answered}) if answered else module

    def import_module(self, name: str, package: str | None = None) -> ModuleType:
        """Import a module, as ``importlib.import_module`` does."""
        namespace = self._namespace
        if isinstance(name, str) and name[:1] != ".":  # pyright: ignore[reportUnnecessaryIsInstance]
            stand_in = namespace.stand_in(name) or namespace.overlay.get(name)
            if stand_in is not None:
                return stand_in
            own = namespace.name_of(name)
            if own is None:
                return importlib.import_module(name, package)
            return namespace.imported(name, importlib.import_module, own)
        if isinstance(package, str):
            package = namespace.name_of(package) or package
        return namespace.imported(name, importlib.import_module, name, package)

    def find_spec(self, name: str, package: str | None = None) -> ModuleSpec | None:
        """Find out how a module would be loaded, as ``importlib.util.find_spec`` does."""
        from importlib.util import find_spec

        if isinstance(package, str):
            package = self._namespace.name_of(package) or package
        return find_spec(self._namespace.name_of(name) or name, package)

    def get_data(self, package: str, resource: str) -> bytes | None:
        """Return the bytes of a file beside a package's source, as ``pkgutil.get_data`` does."""
        from pkgutil import get_data

        return get_data(self._namespace.name_of(package) or package, resource)

    def walk_packages(
        self, path: Iterable[str] | None = None, prefix: str = "", onerror: Callable[[str], object] | None = None
    ) -> Iterator[ModuleInfo]:
        """Yield the modules below some folders, importing the packages, as ``pkgutil.walk_packages`` does."""
        from pkgutil import walk_packages

        namespace = self._namespace
        own = namespace.name_of(prefix)
        if own is None:
            yield from walk_packages(path, prefix, onerror)
            return
        failed = None if onerror is None else lambda name: onerror(namespace.readable(name))
        for info in walk_packages(path, own, failed):
            yield info._replace(name=namespace.readable(info.name))

    def register_at_fork(
        self,
        *,
        before: Callable[[], object] | None = None,
        after_in_child: Callable[[], object] | None = None,
        after_in_parent: Callable[[], object] | None = None,
    ) -> None:
        """Have functions called around a fork, as ``os.register_at_fork`` does, until the plugin is closed."""
        given = {"before": before, "after_in_child": after_in_child, "after_in_parent": after_in_parent}
        given = {moment: function for moment, function in given.items() if function is not None}
        if not given:
            raise TypeError("At least one argument is required.")
        if not all(map(callable, given.values())):
            raise TypeError("what is called around a fork must be callable")
        _register_once()
        for moment, function in given.items():
            self._namespace.fork_handlers.append((moment, function))


class _Answering(ModuleType):
    """A module with some of its attributes replaced, for one ``from module import``."""

    def __init__(self, module: ModuleType, answers: dict[str, object]) -> None:
        super().__init__(module.__name__, module.__doc__)
        self.__dict__.update(answers)
        self._module = module

    def __getattr__(self, name: str) -> object:
        return getattr(self._module, name)


class Modules(MutableMapping[str, ModuleType]):
    """``sys.modules`` as a plugin sees it: its own modules under their real names too.

    What the plugin puts there under a name that is not its own, is there for it alone; what it takes away of the
    host's, is taken away.
    """

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace
        self._overlay = namespace.overlay

    def __getitem__(self, name: str) -> ModuleType:
        if name in self._overlay:
            return self._overlay[name]
        found = sys.modules.get(self._name(name), _ABSENT)
        if found is _ABSENT:
            raise KeyError(name)
        return found  # type: ignore[return-value]

    def __setitem__(self, name: str, module: ModuleType) -> None:
        if sys.modules.get(name, _ABSENT) is module:
            return  # put back as it is
        own = self._name(name)
        if own != name or self._namespace.owns(name):
            sys.modules[own] = module
        else:
            self._overlay[name] = module

    def __delitem__(self, name: str) -> None:
        if name in self._overlay:
            del self._overlay[name]
        elif sys.modules.pop(self._name(name), _ABSENT) is _ABSENT:
            raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        yield from self._overlay
        yield from (name for name in list(sys.modules) if name not in self._overlay)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return repr(dict(self))

    def __or__(self, other: dict[str, ModuleType]) -> dict[str, ModuleType]:
        return dict(self) | other

    def copy(self) -> dict[str, ModuleType]:
        """Return the modules as a dict."""
        return dict(self)

    def _name(self, name: str) -> str:
        return (self._namespace.name_of(name) if isinstance(name, str) else None) or name  # pyright: ignore[reportUnnecessaryIsInstance]


_registered: list[bool] = []


def _register_once() -> None:
    """Register, for the life of the process, what calls the handlers of the plugins that are open."""
    if not _registered:
        _registered.append(True)
        os.register_at_fork(
            before=lambda: _call("before", backwards=True),
            after_in_child=lambda: _call("after_in_child"),
            after_in_parent=lambda: _call("after_in_parent"),
        )


def _call(moment: str, *, backwards: bool = False) -> None:
    handlers = [
        function
        for namespace in hooks.in_use()
        for each, function in list(namespace.fork_handlers)
        if each == moment
    ]
    for function in reversed(handlers) if backwards else handlers:
        try:
            function()
        except BaseException:  # noqa: BLE001  (as the interpreter does with those that are registered with it)
            sys.unraisablehook(_Unraisable(function))


class _Unraisable:
    """What ``sys.unraisablehook`` is told of a handler that raised."""

    def __init__(self, function: object) -> None:
        self.exc_type, self.exc_value, self.exc_traceback = sys.exc_info()
        self.err_msg = "Exception ignored in"
        self.object = function
