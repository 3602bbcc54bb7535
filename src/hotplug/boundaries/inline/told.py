"""For whom a library works: one of the host, or of the standard library, that was told the name of a module.

It may be told the name by a plugin which means its own module: by an import inside a function of the library, by a
loader, by a template that names a class. Whom it works for, the frames tell. All this is seldom asked: only where
somebody who is no plugin imports, or looks for, a name that a plugin has too.
"""

from __future__ import annotations

import builtins
import sys

from hotplug.boundaries.inline.hooks import ENTRY, Finder, by_builtins, is_ours, is_standard, of_import_system

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from importlib.metadata import Distribution, DistributionFinder
    from types import FrameType, ModuleType

    from hotplug.boundaries.inline.namespace import Namespace

_BOOTSTRAP = sys.modules["_frozen_importlib"]
_PLAIN = id(vars(builtins))
_IMPORT_MODULE = "_gcd_import"
_IMPORT_OF_PACKAGE = "_call_with_frames_removed"


def executing(frame: FrameType | None) -> Namespace | None:
    """Return the plugin that executes a module's code by the standard library: a loader, an interactive console.

    The code is the plugin's then, as what it executes itself is; not that of a module that it loads anew.
    """
    if frame is None or frame.f_code.co_name != "<module>":
        return None
    known: dict[str, object] = frame.f_globals
    step = frame.f_back
    while step is not None and step.f_code.co_name not in (ENTRY, "find_and_load", "reload"):
        namespace = by_builtins.get(id(step.f_builtins))
        if namespace is not None:
            if step is frame.f_back:
                return None  # it has told `exec` other builtins than its own
            module = sys.modules.get(str(known.get("__name__")))
            # nobody has given it others
            is_plain = id(known.get("__builtins__")) == id(frame.f_builtins) == _PLAIN
            if is_plain and (module is None or vars(module) is not known):
                known["__builtins__"] = namespace.builtins  # of the functions that it is about to define
            return namespace
        if not is_standard(str(step.f_globals.get("__name__")).partition(".")[0]):
            return None
        step = step.f_back
    return None


def is_told(frame: FrameType) -> bool:
    """Tell whether an import is of a name that a function was told, and no import statement."""
    if frame.f_globals is vars(_BOOTSTRAP):
        # the package of a module that is being imported is imported from here, too
        caller = frame.f_back
        return frame.f_code.co_name == _IMPORT_MODULE and (
            caller is None or caller.f_code.co_name != _IMPORT_OF_PACKAGE
        )
    if is_ours(frame):
        return False
    from opcode import opmap

    return frame.f_lasti < 0 or frame.f_code.co_code[frame.f_lasti] != opmap["IMPORT_NAME"]


@of_import_system
def imported(
    name: str,
    import_: Callable[..., ModuleType],
    former: Callable[..., ModuleType],
    frame: FrameType | None,
    step: FrameType,
) -> ModuleType:
    """Import what a library was told to import by its name, for the plugin that called it.

    It means the plugin's module if it works for it alone; else its own, and the plugin's only where there is none
    of that name.

    Args:
        name: The name that it was told.
        import_: What the import system hands on.
        former: What imports a module.
        frame: The frame of the library.
        step: The frame of who asks.
    """
    namespace, alone = _served(frame, step)
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


def found(name: str, path: Sequence[str] | None, frame: FrameType, step: FrameType) -> ModuleSpec | None:
    """Return how to load a module that a library was told to look for, where it means the plugin's.

    Args:
        name: The name that it was told.
        path: Where the import system looks.
        frame: The frame of the library.
        step: The frame of who asks.
    """
    namespace, alone = _served(frame, step)
    own = None if namespace is None else namespace.name_of(name)
    if namespace is None or own is None or (not alone and _host_finds(name, path)):
        return None
    return namespace.finding.find(own, path)


def distributions(
    name: str,
    context: DistributionFinder.Context | None,
    frame: FrameType,
    step: FrameType,
    private: Namespace | None,
) -> Iterator[Distribution]:
    """Yield the distribution of a plugin that a library was told to look for, where it means the plugin's.

    Args:
        name: The name that it was told.
        context: What else the import system was told.
        frame: The frame of the library.
        step: The frame of who asks.
        private: The plugin whose private name it is, if it is one: nobody has that by chance.
    """
    namespace, alone = _served(frame, step)
    namespace = private or namespace
    own = [] if namespace is None else list(namespace.distributions(name))
    return iter(own if alone or private is not None or not _has_host(context) else ())


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
        namespace = by_builtins.get(id(frame.f_builtins))
        if namespace is not None or frame.f_code.co_name == "<module>":
            break
        frame = frame.f_back
    if namespace is None:
        return None, False
    alone = True
    while step is not frame and step.f_back is not None:
        top = str(step.f_globals.get("__name__")).partition(".")[0]
        alone = alone and (is_standard(top) or namespace.requires(top))
        step = step.f_back
    return namespace, alone


def _host_finds(name: str, path: Sequence[str] | None) -> bool:
    """Tell whether the host has a module of a name."""
    finders = [getattr(each, "find_spec", None) for each in sys.meta_path if each is not Finder]
    return any(find is not None and find(name, path) is not None for find in finders)


def _has_host(context: DistributionFinder.Context | None) -> bool:
    """Tell whether the host has a distribution that is asked for."""
    finders = [getattr(each, "find_distributions", None) for each in sys.meta_path if each is not Finder]
    return any(True for find in finders if find is not None for _ in find(context))
