"""Starting a module of a plugin, and what an author reads when its code fails."""

from __future__ import annotations

import os
import sys

from hotplug.errors import ActivationError, PluginError, SymbolNotFound, system_way_out
from hotplug.light import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType, TracebackType

MEND = "mend the plugin's code, or tell its author"
"""The way out where all that is known is that the plugin's own code fails."""


def started(name: str, *, plugin: str, root: str, readable: Callable[[str], str] = str) -> ModuleType:
    """Return a module of a plugin; run it first where that was not done yet.

    Args:
        name: The module's name in ``sys.modules``.
        plugin: The plugin's name, for messages.
        root: The folder of its files: the last line of them in a traceback is where it failed.
        readable: Gives modules the names that the author knows.

    Raises:
        SymbolNotFound: If there is no such module.
        ActivationError: If its code raises; Ctrl-C passes as it is.
    """
    try:
        return import_module(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise failure(error, name, plugin=plugin, root=root, readable=readable) from error


def failure(
    error: BaseException, name: str, *, plugin: str, root: str, readable: Callable[[str], str] = str
) -> PluginError:
    """Return what is raised of an exception that came out of a module's start; the arguments are `started`'s."""
    missing = type(error) is ModuleNotFoundError and error.name  # importlib.metadata has a class below it
    if missing and f"{name}.".startswith(f"{missing}."):
        return SymbolNotFound(f"has no module {readable(name)!r}", plugin=plugin)
    where = f" ({place})" if (place := _place(error, root)) else ""
    if isinstance(error, PluginError):  # of a plugin that it opens, or of its own opening
        reason = error.reason if error.plugin in (plugin, None) else f"{error.plugin}: {error.reason}"
        remedy = error.remedy or _way_out(error, root)
        failed = ActivationError(f"failed to start: {reason}{where}", plugin=plugin, remedy=remedy)
        failed.outdated = error.outdated and error.plugin == plugin
        return failed
    said = f": {text}" if (text := readable(text_of(error))) else ""
    reason = f"failed to start: {kind_of(error)}{said}{where}"
    return ActivationError(reason, plugin=plugin, remedy=_way_out(error, root))


def _way_out(error: BaseException, root: str) -> str:
    """Return what the reader can do about an exception that came out of a module's start."""
    if isinstance(error, SyntaxError) and _is_below(_held(SyntaxError, "filename", error), root):
        python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
        return f"have that line corrected, or get a version of the plugin that is made for {python}"
    if type(error) is ModuleNotFoundError and type(error.name) is str and "." not in error.name:
        if error.name in sys.stdlib_module_names:
            return "this Python lacks that part of its library: use one that has it, or tell the plugin's author"
        return "install what has that module and name it in the plugin's dependencies, or tell its author"
    refused = system_way_out(error) if isinstance(error, OSError) else None
    return f"{refused}; else tell the plugin's author" if refused else MEND


def kind_of(error: BaseException) -> str:
    """Return the name of an exception's class, also if its metaclass would not tell."""
    return class_name(type(error))


def class_name(cls: type) -> str:
    """Return the name of a class as the interpreter has it."""
    name: str = type.__dict__["__name__"].__get__(cls)
    return name


def text_of(error: BaseException) -> str:
    """Return what an exception says, also if its own ``__str__`` fails."""
    try:
        said = str(error.msg or "") if isinstance(error, SyntaxError) else str(error)
        return str.__str__(said)  # of a subclass of str, the letters alone
    except BaseException as failure:  # noqa: BLE001  (the plugin's own __str__)
        return f"(its __str__ raised {kind_of(failure)})"


def _place(error: BaseException, root: str) -> str | None:
    if isinstance(error, SyntaxError):
        file, line = (_held(SyntaxError, each, error) for each in ("filename", "lineno"))
        if type(file) is str and file and type(line) is int and line:
            return f"{file}:{line}"
    place = None
    step: TracebackType | None = BaseException.__dict__["__traceback__"].__get__(error)
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        if _is_below(file, root):
            place = f"{file}:{step.tb_lineno}"
        step = step.tb_next
    return place


def _held(kind: type[BaseException], name: str, error: BaseException) -> object:
    """Return an attribute of a builtin exception, past what a plugin's class below it may have put before that."""
    value: object = kind.__dict__[name].__get__(error)
    return value


def _is_below(file: object, root: str) -> bool:
    return isinstance(file, str) and file.startswith(root + os.sep)
