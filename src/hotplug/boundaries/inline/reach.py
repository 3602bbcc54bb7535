"""What a plugin is given where it reaches for its modules otherwise than by an import statement.

Each method answers in place of the function of that name, for the attributes that
``hotplug.boundaries.inline.rewriting`` lists: own names are translated, all else is handed on.
"""

from __future__ import annotations

import sys

from hotplug.boundaries.inline.bytecode import REACHED
from hotplug.light import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from pkgutil import ModuleInfo
    from typing import Any

    from hotplug.boundaries.inline.namespace import Namespace
    from hotplug.boundaries.inline.sys_lists import Followed
    from hotplug.boundaries.inline.sys_modules import Modules


class Reach:
    """The answers that one plugin is given."""

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace
        self._answers: dict[str, object] = {}
        self._originals: dict[str, object] = {}

    def attribute(self, module: ModuleType, name: str) -> object:
        """Return an attribute of a module that has the name of one of those that are answered for."""
        return self._answer(module, name) if sys.modules.get(module.__name__) is module else getattr(module, name)

    def names_of(self, module: ModuleType, names: Sequence[str]) -> ModuleType:
        """Return what ``from module import names`` takes them from."""
        answers = {name: self._answer(module, name) for name in REACHED[module.__name__] if name in names}
        return _Answering(module, answers) if answers else module

    def given(self, value: object) -> object:
        """Return what is to be assigned where a plugin puts a value back: the host's own for an answer."""
        for name, answer in self._answers.items():
            if value is answer:
                return self._originals.get(name, value)
        return value

    def take_back(self) -> None:
        """Put the host's own where the plugin has left an answer in its place."""
        for name, original in self._originals.items():
            for module in [sys.modules.get(each) for each, names in REACHED.items() if name in names]:
                if module is not None and vars(module).get(name) is self._answers.get(name):
                    setattr(module, name, original)

    def _answer(self, module: ModuleType, name: str) -> object:
        if name in ("path", "meta_path"):
            followed: Followed = getattr(self._namespace.lists(), name)
            return followed.now()
        current: Any = getattr(module, name)
        if name not in self._answers:
            self._answers[name] = self._modules() if name == "modules" else _plain(getattr(self, name), current)
        original = self._originals.setdefault(name, current)
        return self._answers[name] if current is original else current  # somebody has put another one there

    def _modules(self) -> Modules:
        from hotplug.boundaries.inline.sys_modules import Modules

        return Modules(self._namespace)

    def import_module(
        self, original: Callable[..., ModuleType], name: str, package: str | None = None
    ) -> ModuleType:
        """Import a module, as ``importlib.import_module`` does."""
        namespace = self._namespace
        if name[:1] != ".":
            stand_in = namespace.stand_in(name) or namespace.overlay.get(name)
            if stand_in is not None:
                return stand_in
            own = namespace.name_of(name) or namespace.adopted(name)
            if own is None:
                return original(name) if package is None else original(name, package)
            return namespace.imported(name, original, own)
        if isinstance(package, str):
            package = namespace.name_of(package) or package
        return namespace.imported(name, original, name, package)

    def find_spec(
        self, original: Callable[..., ModuleSpec | None], name: str, package: str | None = None
    ) -> ModuleSpec | None:
        """Find out how a module would be loaded, as ``importlib.util.find_spec`` does."""
        if isinstance(package, str):
            package = self._namespace.name_of(package) or package
        return original(self._namespace.name_of(name) or self._namespace.adopted(name) or name, package)

    def spec_from_file_location(
        self, original: Callable[..., Any], name: str, *args: Any, **kwargs: Any
    ) -> ModuleSpec | None:
        """Find out how a file would be loaded, as ``importlib.util.spec_from_file_location`` does.

        It is the plugin's code then, whatever it is called: it imports the plugin's modules by their real names.
        """
        from hotplug.boundaries.inline.elsewhere import as_own

        return as_own(self._namespace, original(name, *args, **kwargs))

    def run_path(
        self,
        original: Callable[..., dict[str, Any]],
        path_name: str,
        init_globals: dict[str, Any] | None = None,
        run_name: str | None = None,
    ) -> dict[str, Any]:
        """Run a file, as ``runpy.run_path`` does, as the plugin's code."""
        given = {**(init_globals or {}), "__builtins__": self._namespace.current_builtins()}
        return original(path_name, given, run_name)

    def run_module(
        self,
        original: Callable[..., dict[str, Any]],
        mod_name: str,
        init_globals: dict[str, Any] | None = None,
        run_name: str | None = None,
        alter_sys: bool = False,
    ) -> dict[str, Any]:
        """Run a module, as ``runpy.run_module`` does, one of the plugin as its code."""
        own = self._namespace.name_of(mod_name)
        if own is None:
            return original(mod_name, init_globals, run_name, alter_sys)
        given = {**(init_globals or {}), "__builtins__": self._namespace.current_builtins()}
        return original(own, given, run_name or mod_name, alter_sys)

    def get_data(self, original: Callable[..., bytes | None], package: str, resource: str) -> bytes | None:
        """Return the bytes of a file beside a package's source, as ``pkgutil.get_data`` does."""
        return original(self._namespace.name_of(package) or package, resource)

    def walk_packages(
        self,
        original: Callable[..., Any],
        path: Iterable[str] | None = None,
        prefix: str = "",
        onerror: Callable[[str], object] | None = None,
    ) -> Iterator[ModuleInfo]:
        """Yield the modules below some folders, importing the packages, as ``pkgutil.walk_packages`` does."""
        namespace = self._namespace
        own = namespace.name_of(prefix)
        if own is None:
            yield from original(path, prefix, onerror)
            return

        def failed(name: str) -> None:
            if onerror is not None:
                onerror(namespace.readable(name))

        for info in original(path, own, None if onerror is None else failed):
            yield info._replace(name=namespace.readable(info.name))

    def register_at_fork(
        self,
        original: Callable[..., None],
        *,
        before: Callable[[], object] | None = None,
        after_in_child: Callable[[], object] | None = None,
        after_in_parent: Callable[[], object] | None = None,
    ) -> None:
        """Have functions called around a fork, as ``os.register_at_fork`` does, until the plugin is closed."""
        del original  # what is registered with it stays registered
        from hotplug.boundaries.inline.forking import register

        register(
            self._namespace,
            before=before,
            after_in_child=after_in_child,
            after_in_parent=after_in_parent,
        )


def _plain(answer: Callable[..., object], original: Callable[..., object]) -> Callable[..., object]:
    """Return an answer as a function that looks like the one in whose place it answers."""
    import functools

    @functools.wraps(original)
    def answered(*args: object, **kwargs: object) -> object:
        return answer(original, *args, **kwargs)

    return answered


class _Answering(ModuleType):
    """A module with some of its attributes replaced, for one ``from module import``."""

    def __init__(self, module: ModuleType, answers: dict[str, object]) -> None:
        super().__init__(module.__name__, module.__doc__)
        self.__dict__.update(answers)
        self._module = module

    def __getattr__(self, name: str) -> object:
        return getattr(self._module, name)
