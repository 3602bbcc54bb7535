"""Functions that private plugins have called around a fork, for as long as they are open.

What is registered with ``os.register_at_fork`` stays registered until the process ends. So one function for each
moment is registered for all plugins, and only once a plugin asks for it.
"""

from __future__ import annotations

import os

from hotplug.boundaries.inline import hooks
from hotplug.light import unraisable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.boundaries.inline.namespace import Namespace

_registered: list[bool] = []


def register(namespace: Namespace, **functions: Callable[[], object] | None) -> None:
    """Have functions called around a fork until a plugin is closed.

    Args:
        namespace: The plugin's.
        functions: By the moment: ``before``, ``after_in_child``, ``after_in_parent``.

    Raises:
        TypeError: If there is none, or one cannot be called.
    """
    given = {moment: function for moment, function in functions.items() if function is not None}
    if not given:
        raise TypeError("At least one argument is required.")
    for moment, function in given.items():
        if not callable(function):  # pyright: ignore[reportUnnecessaryComparison]
            raise TypeError(f"'{moment}' must be callable, not {type(function).__name__}")
    if not _registered:
        _registered.append(True)
        os.register_at_fork(
            before=lambda: _call("before"),
            after_in_child=lambda: _call("after_in_child"),
            after_in_parent=lambda: _call("after_in_parent"),
        )
    namespace.fork_handlers.extend(given.items())


def _call(moment: str) -> None:
    """Call the functions of all plugins that are open, in the order that the interpreter has for its own."""
    functions = [
        function
        for namespace in hooks.in_use()
        for each, function in list(namespace.fork_handlers)
        if each == moment
    ]
    for function in reversed(functions) if moment == "before" else functions:
        try:
            function()
        except BaseException as error:  # noqa: BLE001  (as the interpreter does with those of its own)
            unraisable(error, "Exception ignored in", function)
