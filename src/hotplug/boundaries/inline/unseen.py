"""Functions of hotplug that take part in an import, or a look-up by a name, and look like the import system's.

Between an ``import`` and the module that it runs lie frames that everybody leaves out, since they are
importlib's: the interpreter, where it makes the traceback of an import that failed; ``warnings`` and ``logging``,
where they count the levels to who imports. They know them by the name of the file. A frame of hotplug's among
them would be taken for the one that imports, in the plugin and, while one is open, in the host as well. The same
goes for what a plugin's rewritten source calls, between the plugin and a container.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import ParamSpec, TypeVar

    P = ParamSpec("P")
    T = TypeVar("T")

_FILE: str = vars(sys.modules["_frozen_importlib"])["_gcd_import"].__code__.co_filename


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
