"""The host's script, whose classes have no module but ``__main__``: found by its file, read by the worker.

In the worker ``__main__`` holds the declarations of the script, each from when it is first needed. It has no
``__file__`` unless a declaration needs it: what a plugin starts by multiprocessing would run the whole script.
"""

from __future__ import annotations

import os
import sys
from _thread import RLock
from types import ModuleType
from typing import TYPE_CHECKING

from hotplug.boundaries.process.naming.unnameable import Unnameable

if TYPE_CHECKING:
    from hotplug.boundaries.process.naming.data import Data
    from hotplug.boundaries.process.naming.declarations import Declarations

_MAIN = "__main__"
_taken: _Script | None = None
"""The script of the host that this interpreter works for."""


class _Script:
    """A script of another interpreter, as ``__main__`` of this one."""

    def __init__(self, path: str, package: str | None) -> None:
        self.path = path
        self.package = package
        self.replaced = sys.modules.get(_MAIN)  # which nothing else would keep alive
        self.module = ModuleType(_MAIN)
        self.module.__package__ = package
        vars(self.module)["__getattr__"] = self._attribute
        self._declarations: Declarations | None = None
        self._lock = RLock()  # a declaration may import what needs another one

    def declare(self, name: str) -> None:
        with self._lock:
            if self._declarations is None:
                from hotplug.boundaries.process.naming.declarations import Declarations

                self._declarations = Declarations(self.path)
            self._declarations.run(name, vars(self.module))

    def _attribute(self, name: str) -> object:
        """Return a name that another module imports from the script (PEP 562)."""
        if not name.startswith("__"):
            try:
                self.declare(name)
                return vars(self.module)[name]
            except (Unnameable, KeyError) as error:
                raise AttributeError(f"the script {self.path} declares no {name!r}") from error
        raise AttributeError(f"module {_MAIN!r} has no attribute {name!r}")


def script_data() -> Data:
    """Return where the script lies that the host runs, and of which package it is; None where it has no file."""
    if _taken is not None:  # the host is itself a worker
        return [_taken.path, _taken.package]
    main = sys.modules.get(_MAIN)
    file: object = getattr(main, "__file__", None)
    if not isinstance(file, str) or not os.path.isfile(file):
        return None
    package: object = getattr(main, "__package__", None)
    return [os.path.abspath(file), package if isinstance(package, str) else None]


def take_script(data: object) -> None:
    """Work for a host that runs this script: ``__main__`` is the script's from now on.

    Nothing of it is read before one of its names is needed.

    Raises:
        Unnameable: If the data says no script.
    """
    global _taken  # noqa: PLW0603  (an interpreter has one __main__)
    if data is None or data == script_data():  # this interpreter's own, or taken before
        return
    match data:
        case [str(path), None | str() as package]:
            _taken = _Script(path, package)
            sys.modules[_MAIN] = _taken.module
        case _:
            raise Unnameable("where the host's script lies cannot be read as the host wrote it", None)


def declare(name: str) -> None:
    """Run the declaration of a name in the host's script, and what that needs.

    Raises:
        Unnameable: If the script declares no such name, or a declaration fails.
    """
    if _taken is None:
        raise Unnameable(f"{name} is defined in __main__, which is no file that a worker could read")
    _taken.declare(name)
