"""Starting a module of a plugin, and what an author reads when its code fails."""

from __future__ import annotations

import os

from hotplug.errors import ActivationError, PluginError, SymbolNotFound
from hotplug.light import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType, TracebackType


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
        failed = ActivationError(f"failed to start: {reason}{where}", plugin=plugin, remedy=error.remedy)
        failed.outdated = error.outdated and error.plugin == plugin
        return failed
    said = f": {text}" if (text := readable(text_of(error))) else ""
    return ActivationError(f"failed to start: {kind_of(error)}{said}{where}", plugin=plugin)


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
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return f"{error.filename}:{error.lineno}"
    place = None
    step: TracebackType | None = BaseException.__dict__["__traceback__"].__get__(error)
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        if file.startswith(root + os.sep):
            place = f"{file}:{step.tb_lineno}"
        step = step.tb_next
    return place
