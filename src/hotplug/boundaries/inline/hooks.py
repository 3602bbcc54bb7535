"""What hotplug puts into the interpreter while private plugins are open, and takes out after the last of them.

There are three hooks, and each does its work for plugin code only:

- a finder at the head of ``sys.meta_path`` finds modules by their private names, and answers a plugin that asks
  the import system or ``importlib.metadata`` about itself;
- ``importlib._bootstrap._find_and_load``, which every import that is not a mere look into ``sys.modules`` goes
  through, translates a plugin's own names where the standard library imports on the plugin's behalf;
- ``threading.Thread.start`` notes for whom it is called (``hotplug.boundaries.inline.threads``).

Whose code it is, the frames tell: every plugin's functions, and whatever it compiles and runs, have its builtins.

What takes part in an import, or in a look-up by a name, has frames that look like the import system's own. Between
an ``import`` and the module that it runs lie frames that everybody leaves out, since they are importlib's: the
interpreter, where it makes the traceback of an import that failed; ``warnings`` and ``logging``, where they count
the levels to who imports. They know them by the name of the file. A frame of hotplug's among them would be taken
for the one that imports, in the plugin and, while one is open, in the host as well. The same goes for what a
plugin's rewritten source calls, between the plugin and a container.
"""

from __future__ import annotations

import os
import sys
from _thread import RLock  # collection may call a finalizer that closes a plugin, anywhere

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from importlib.metadata import Distribution, DistributionFinder
    from types import FrameType, ModuleType, TracebackType
    from typing import ParamSpec, TypeVar

    from hotplug.boundaries.inline.namespace import Namespace
    from hotplug.boundaries.inline.threads import StartWatch

    P = ParamSpec("P")
    T = TypeVar("T")

_BOOTSTRAP = sys.modules["_frozen_importlib"]
_FILE: str = vars(_BOOTSTRAP)["_gcd_import"].__code__.co_filename
ENTRY = "_find_and_load"
_BACKPORTS = frozenset({"importlib_metadata", "importlib_resources"})

_OURS = frozenset({"hotplug.boundaries.inline.namespace", "hotplug.boundaries.inline.reach"})
"""Modules of hotplug that do nothing but hand a plugin's imports on."""

_lock = RLock()
_in_use: dict[str, Namespace] = {}
"""Private top-level names, each with its namespace; changed under the lock."""
by_builtins: dict[int, Namespace] = {}
"""The same namespaces by the identity of their builtins, which every frame of their code has."""
_own_names: dict[str, int] = {}
"""How many namespaces in use have a top-level module of that real name."""
_watching: list[StartWatch] = []
"""The watch over started threads, where there is one; changed under the lock."""
_takers_out: list[Callable[[], None]] = []
"""What takes the hooks out again; empty while they are not in."""


def _after_fork() -> None:
    global _lock  # noqa: PLW0603  (a thread that does not exist in the child may hold it)
    _lock = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def of_import_system(function: Callable[P, T]) -> Callable[P, T]:
    """Let a function's frames be taken for those of the import system."""
    code = getattr(function, "__code__")  # noqa: B009  (a callable need not have one)
    setattr(function, "__code__", code.replace(co_filename=_FILE))  # noqa: B010
    return function


def take_off(error: BaseException) -> None:
    """Take the import system's frames off the beginning of a traceback, as the interpreter does it for its own.

    An ``except`` clause that then says ``raise`` adds no frame: the traceback begins where the import is. That of
    an error that none of the modules has raised stays whole, unless it says that something cannot be imported.
    """
    step: TracebackType | None = error.__traceback__
    while step is not None and step.tb_frame.f_code.co_filename == _FILE:
        step = step.tb_next
    if step is not None or isinstance(error, ImportError):
        BaseException.with_traceback(error, step)  # an error may forbid to set anything


def enter(namespace: Namespace) -> None:
    """Make a namespace's modules importable."""
    with _lock:
        if not _takers_out:
            _put_in()
        if Finder not in sys.meta_path:
            sys.meta_path.insert(0, Finder)
        by_builtins[id(namespace.builtins)] = namespace
        _in_use.update(dict.fromkeys(namespace.private.values(), namespace))
        for top in namespace.private:
            _own_names[top] = _own_names.get(top, 0) + 1


def adopt(namespace: Namespace, top: str, private: str) -> None:
    """Give a namespace that is in use one more top-level name.

    What it has put below that one into ``sys.modules`` already, has a private name from now on, too.
    """
    with _lock:
        if id(namespace.builtins) in by_builtins and top not in namespace.private:
            namespace.private[top] = private
            _in_use[private] = namespace
            _own_names[top] = _own_names.get(top, 0) + 1
            for name in [each for each in list(namespace.overlay) if each.startswith(f"{top}.")]:
                sys.modules[private + name[len(top) :]] = namespace.overlay.pop(name)


def leave(namespace: Namespace) -> None:
    """Make a namespace's modules unimportable."""
    with _lock:
        if by_builtins.pop(id(namespace.builtins), None) is None:
            return
        for top, private in namespace.private.items():
            _in_use.pop(private, None)
            _own_names[top] -= 1
            if not _own_names[top]:
                del _own_names[top]
        if not by_builtins:
            while _takers_out:
                _takers_out.pop()()
            while _watching:
                _watching.pop().leave()


def is_private(module: object) -> bool:
    """Tell whether a module's name is that of a plugin that is open."""
    return isinstance(module, str) and module.partition(".")[0] in _in_use


def namespace_of(module: str) -> Namespace | None:
    """Return the open plugin whose module has a private name, None where it is not one."""
    return _in_use.get(module.partition(".")[0])


def in_use() -> list[Namespace]:
    """Return every namespace that is in use."""
    return list(by_builtins.values())


def _put_in() -> None:
    former: Callable[[str, Callable[..., ModuleType]], ModuleType] = getattr(_BOOTSTRAP, ENTRY)
    # what ends last may import when the names of this module are gone
    own_names, is_ending = _own_names, sys.is_finalizing

    @of_import_system
    def find_and_load(name: str, import_: Callable[..., ModuleType]) -> ModuleType:
        """Import a module: by its private name where a plugin asks for its own, else as it was asked for."""
        if name.partition(".")[0] not in own_names or is_ending():
            module = former(name, import_)
            if name == "threading" and not _watching:
                with _lock:
                    _watch_threads()
            return module
        frame = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        if name.startswith("hotplug.") and str(frame.f_globals.get("__name__")).startswith("hotplug."):
            return former(name, import_)  # a plugin may be called hotplug, too
        asking, elsewhere = asking_for(frame)
        if asking is None and elsewhere is not None:
            # by its whole name: a name of a package would come here again, where a plugin is called hotplug
            from hotplug.boundaries.inline.told import executing, imported, is_told

            if is_told(frame):
                return imported(name, import_, former, elsewhere, frame)
            asking = executing(elsewhere)
        own = None if asking is None else asking.name_of(name)
        if asking is None or own is None:
            return former(name, import_)
        return asking.imported(name, former, own, import_)

    setattr(_BOOTSTRAP, ENTRY, find_and_load)

    def take_out() -> None:
        if getattr(_BOOTSTRAP, ENTRY) is find_and_load:  # else somebody has wrapped it: it hands on as it is
            setattr(_BOOTSTRAP, ENTRY, former)
        if Finder in sys.meta_path:
            sys.meta_path.remove(Finder)

    _takers_out.append(take_out)
    if "threading" in sys.modules:
        _watch_threads()


def _watch_threads() -> None:
    """Note who starts threads, from when there can be any; called under the lock."""
    from hotplug.boundaries.inline.threads import StartWatch

    if _takers_out and not _watching:  # the last plugin may have been closed meanwhile
        _watching.append(StartWatch(is_private))


def asking_for(frame: FrameType | None) -> tuple[Namespace | None, FrameType | None]:
    """Return the plugin whose code asks, with nothing but the standard library between; else whose frame it is."""
    while frame is not None:
        namespace = by_builtins.get(id(frame.f_builtins))
        if namespace is not None:
            return namespace, None
        name = str(frame.f_globals.get("__name__"))
        if not is_standard(name.partition(".")[0]) and name not in _OURS:
            return None, frame
        frame = frame.f_back
    return None, None


def is_standard(top: str) -> bool:
    """Tell whose frames may lie between a plugin and the import system, where the import is still the plugin's."""
    return top in sys.stdlib_module_names or top in _BACKPORTS


def is_ours(frame: FrameType) -> bool:
    """Tell whether a frame is hotplug's, which has decided which module is meant."""
    return str(frame.f_globals.get("__name__")).partition(".")[0] == "hotplug"


class Finder:
    """Finds the modules of private namespaces; the import system asks it first, and it knows at once."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to load a module of a plugin; None for all that is not."""
        del target
        top = name.partition(".")[0]
        namespace = _in_use.get(top)
        if namespace is not None:
            return namespace.finding.find(name, path)
        if top not in _own_names:
            return None
        # a plugin may look for its own without importing it, and so may a library that was told its name
        step = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        asking, elsewhere = asking_for(step)
        if asking is not None:
            own = asking.name_of(name)
            return None if own is None else asking.finding.find(own, path)
        if elsewhere is None or is_ours(elsewhere):
            return None
        from hotplug.boundaries.inline.told import found

        return found(name, path, elsewhere, step)

    @staticmethod
    def find_distributions(context: DistributionFinder.Context | None = None) -> Iterator[Distribution]:
        """Yield the distribution of the plugin that asks, if it is one of those that are asked for.

        A library that was told its name is answered, too, as where it imports; none that lists all: it might
        keep them.
        """
        name: str | None = getattr(context, "name", None)
        step = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        asking, elsewhere = asking_for(step)
        if asking is not None:
            return asking.distributions(name)
        if name is None or elsewhere is None or is_ours(elsewhere):
            return iter(())
        from hotplug.boundaries.inline.told import distributions

        return distributions(name, context, elsewhere, step, _in_use.get(name))

    @staticmethod
    def invalidate_caches() -> None:
        """Do nothing: what a plugin consists of was read when it was opened."""
