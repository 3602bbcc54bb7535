"""What hotplug puts into the interpreter while private plugins are open, and takes out after the last of them.

There are three hooks, and each does its work for plugin code only:

- a finder at the head of ``sys.meta_path`` finds modules by their private names, and answers a plugin that asks
  the import system or ``importlib.metadata`` about itself;
- ``importlib._bootstrap._find_and_load``, which every import that is not a mere look into ``sys.modules`` goes
  through, translates a plugin's own names where the standard library imports on the plugin's behalf;
- ``threading.Thread.start`` notes for whom it is called (``hotplug.boundaries.inline.threads``).

Whose code it is, the frames tell: every plugin's functions, and whatever it compiles and runs, have its builtins.
"""

from __future__ import annotations

import builtins
import os
import sys
from _thread import RLock  # collection may call a finalizer that closes a plugin, anywhere

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from importlib.metadata import Distribution, DistributionFinder
    from types import FrameType, ModuleType

    from hotplug.boundaries.inline.namespace import Namespace
    from hotplug.boundaries.inline.threads import StartWatch

_BOOTSTRAP = sys.modules["_frozen_importlib"]
_PLAIN = id(vars(builtins))
_ENTRY = "_find_and_load"
_IMPORT_MODULE = "_gcd_import"
_IMPORT_OF_PACKAGE = "_call_with_frames_removed"
_BACKPORTS = frozenset({"importlib_metadata", "importlib_resources"})

_OURS = frozenset({"hotplug.boundaries.inline.namespace", "hotplug.boundaries.inline.reach"})
"""Modules of hotplug that do nothing but hand a plugin's imports on."""

_lock = RLock()
_in_use: dict[str, Namespace] = {}
"""Private top-level names, each with its namespace; changed under the lock."""
_by_builtins: dict[int, Namespace] = {}
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


def enter(namespace: Namespace) -> None:
    """Make a namespace's modules importable."""
    with _lock:
        if not _takers_out:
            _put_in()
        if Finder not in sys.meta_path:
            sys.meta_path.insert(0, Finder)
        _by_builtins[id(namespace.builtins)] = namespace
        _in_use.update(dict.fromkeys(namespace.private.values(), namespace))
        for top in namespace.private:
            _own_names[top] = _own_names.get(top, 0) + 1


def adopt(namespace: Namespace, top: str, private: str) -> None:
    """Give a namespace that is in use one more top-level name."""
    with _lock:
        if id(namespace.builtins) in _by_builtins and top not in namespace.private:
            namespace.private[top] = private
            _in_use[private] = namespace
            _own_names[top] = _own_names.get(top, 0) + 1


def leave(namespace: Namespace) -> None:
    """Make a namespace's modules unimportable."""
    with _lock:
        if _by_builtins.pop(id(namespace.builtins), None) is None:
            return
        for top, private in namespace.private.items():
            _in_use.pop(private, None)
            _own_names[top] -= 1
            if not _own_names[top]:
                del _own_names[top]
        if not _by_builtins:
            while _takers_out:
                _takers_out.pop()()
            while _watching:
                _watching.pop().leave()


def is_private(module: object) -> bool:
    """Tell whether a module's name is that of a plugin that is open."""
    return isinstance(module, str) and module.partition(".")[0] in _in_use


def in_use() -> list[Namespace]:
    """Return every namespace that is in use."""
    return list(_by_builtins.values())


def _put_in() -> None:
    former: Callable[[str, Callable[..., ModuleType]], ModuleType] = getattr(_BOOTSTRAP, _ENTRY)

    def find_and_load(name: str, import_: Callable[..., ModuleType]) -> ModuleType:
        """Import a module: by its private name where a plugin asks for its own, else as it was asked for."""
        if name.partition(".")[0] not in _own_names:
            module = former(name, import_)
            if name == "threading" and not _watching:
                with _lock:
                    _watch_threads()
            return module
        frame = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        if name.startswith("hotplug.") and str(frame.f_globals.get("__name__")).startswith("hotplug."):
            return former(name, import_)  # a plugin may be called hotplug, too
        asking, elsewhere = _asking(frame)
        if asking is None and elsewhere is not None and _is_told(frame):
            return _imported_for(name, import_, former, elsewhere)
        asking = asking or _executing(elsewhere)
        own = None if asking is None else asking.name_of(name)
        if asking is None or own is None:
            return former(name, import_)
        return asking.imported(name, former, own, import_)

    setattr(_BOOTSTRAP, _ENTRY, find_and_load)

    def take_out() -> None:
        if getattr(_BOOTSTRAP, _ENTRY) is find_and_load:  # else somebody has wrapped it: it hands on as it is
            setattr(_BOOTSTRAP, _ENTRY, former)
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


def _asking(frame: FrameType | None) -> tuple[Namespace | None, FrameType | None]:
    """Return the plugin whose code asks, with nothing but the standard library between; else whose frame it is."""
    while frame is not None:
        namespace = _by_builtins.get(id(frame.f_builtins))
        if namespace is not None:
            return namespace, None
        name = str(frame.f_globals.get("__name__"))
        if not _is_standard(name.partition(".")[0]) and name not in _OURS:
            return None, frame
        frame = frame.f_back
    return None, None


def _executing(frame: FrameType | None) -> Namespace | None:
    """Return the plugin that executes a module's code by the standard library: a loader, an interactive console.

    The code is the plugin's then, as what it executes itself is; not that of a module that it loads anew.
    """
    if frame is None or frame.f_code.co_name != "<module>":
        return None
    known: dict[str, object] = frame.f_globals
    step = frame.f_back
    while step is not None and step.f_code.co_name not in (_ENTRY, "find_and_load", "reload"):
        namespace = _by_builtins.get(id(step.f_builtins))
        if namespace is not None:
            if step is frame.f_back:
                return None  # it has told `exec` other builtins than its own
            module = sys.modules.get(str(known.get("__name__")))
            # nobody has given it others
            is_plain = id(known.get("__builtins__")) == id(frame.f_builtins) == _PLAIN
            if is_plain and (module is None or vars(module) is not known):
                known["__builtins__"] = namespace.builtins  # of the functions that it is about to define
            return namespace
        if not _is_standard(str(step.f_globals.get("__name__")).partition(".")[0]):
            return None
        step = step.f_back
    return None


def _is_standard(top: str) -> bool:
    """Tell whose frames may lie between a plugin and the import system, where the import is still the plugin's."""
    return top in sys.stdlib_module_names or top in _BACKPORTS


def _is_told(frame: FrameType) -> bool:
    """Tell whether an import is of a name that a function was told, and no import statement."""
    if frame.f_globals is vars(_BOOTSTRAP):
        # the package of a module that is being imported is imported from here, too
        caller = frame.f_back
        return frame.f_code.co_name == _IMPORT_MODULE and (
            caller is None or caller.f_code.co_name != _IMPORT_OF_PACKAGE
        )
    if _is_ours(frame):
        return False
    from opcode import opmap

    return frame.f_lasti < 0 or frame.f_code.co_code[frame.f_lasti] != opmap["IMPORT_NAME"]


def _imported_for(
    name: str, import_: Callable[..., ModuleType], former: Callable[..., ModuleType], frame: FrameType | None
) -> ModuleType:
    """Import what a library was told to import by its name, for the plugin that called it.

    It means the plugin's module if it works for it alone; else its own, and the plugin's only where there is none
    of that name.
    """
    namespace, alone = _served(frame, sys._getframe(2))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    own = None if namespace is None else namespace.name_of(name)
    if own is None:
        return former(name, import_)
    if alone:
        return former(own, import_)
    try:
        return former(name, import_)
    except ModuleNotFoundError as error:
        if not f"{name}.".startswith(f"{error.name}."):
            raise
        return former(own, import_)


def _served(frame: FrameType | None, step: FrameType) -> tuple[Namespace | None, bool]:
    """Return the plugin that has called a library, if one has, and whether all between are what it requires.

    A library that the plugin requires works for it. While a module of the host is executed, it is never given
    what is a plugin's: it would keep it.

    Args:
        frame: One of the library.
        step: The frame of who asks.
    """
    namespace: Namespace | None = None
    while frame is not None:
        namespace = _by_builtins.get(id(frame.f_builtins))
        if namespace is not None or frame.f_code.co_name == "<module>":
            break
        frame = frame.f_back
    if namespace is None:
        return None, False
    alone = True
    while step is not frame and step.f_back is not None:
        top = str(step.f_globals.get("__name__")).partition(".")[0]
        alone = alone and (_is_standard(top) or namespace.requires(top))
        step = step.f_back
    return namespace, alone


def _is_ours(frame: FrameType) -> bool:
    """Tell whether a frame is hotplug's, which has decided which module is meant."""
    return str(frame.f_globals.get("__name__")).partition(".")[0] == "hotplug"


def _host_finds(name: str, path: Sequence[str] | None) -> bool:
    """Tell whether the host has a module of a name."""
    finders = [getattr(each, "find_spec", None) for each in sys.meta_path if each is not Finder]
    return any(find is not None and find(name, path) is not None for find in finders)


def _has_host(context: DistributionFinder.Context | None) -> bool:
    """Tell whether the host has a distribution that is asked for."""
    finders = [getattr(each, "find_distributions", None) for each in sys.meta_path if each is not Finder]
    return any(True for find in finders if find is not None for _ in find(context))


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
        asking, elsewhere = _asking(step)
        alone = True
        if asking is None and elsewhere is not None and not _is_ours(elsewhere):
            asking, alone = _served(elsewhere, step)
        own = None if asking is None else asking.name_of(name)
        if asking is None or own is None or (not alone and _host_finds(name, path)):
            return None
        return asking.finding.find(own, path)

    @staticmethod
    def find_distributions(context: DistributionFinder.Context | None = None) -> Iterator[Distribution]:
        """Yield the distribution of the plugin that asks, if it is one of those that are asked for.

        A library that was told its name is answered, too, as where it imports; none that lists all: it might
        keep them.
        """
        name: str | None = getattr(context, "name", None)
        step = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        asking, elsewhere = _asking(step)
        if asking is not None:
            return asking.distributions(name)
        if name is None or elsewhere is None or _is_ours(elsewhere):
            return iter(())
        asking, alone = _served(elsewhere, step)
        asking = _in_use.get(name, asking)  # nobody has a private name by chance
        found = [] if asking is None else list(asking.distributions(name))
        return iter(found if alone or name in _in_use or not _has_host(context) else ())

    @staticmethod
    def invalidate_caches() -> None:
        """Do nothing: what a plugin consists of was read when it was opened."""
