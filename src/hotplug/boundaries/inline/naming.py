"""The names of a plugin's modules, as its rewritten source reads, writes and compares them.

Only strings that hold the suffix of the plugin's own private names, or that are the real name of one of its
modules, are ever treated otherwise than by Python.
"""

from __future__ import annotations

import sys

from hotplug.boundaries.inline.bytecode import AMONG, BEGINS, EQUAL, GET, ITEM, PRIVATE, REAL, UNEQUAL
from hotplug.boundaries.inline.hooks import of_import_system

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def naming(suffix: str, name_of: Callable[[str], str | None]) -> dict[str, Callable[..., Any]]:
    """Return the functions that a plugin's rewritten source calls, by their names.

    Args:
        suffix: What the plugin's private top-level names end with.
        name_of: Returns the private name for the real one, None where it is not the plugin's.
    """

    def read(value: Any) -> Any:
        """Return a name as the plugin is to read it."""
        return value.replace(suffix, "") if type(value) is str and suffix in value else value

    def written(value: Any) -> Any:
        """Return a name as the interpreter is to have it."""
        name = name_of(value) if type(value) is str else None
        return value if name is None or name not in sys.modules else name

    def real(value: object) -> str | None:
        return value.replace(suffix, "") if isinstance(value, str) and suffix in value else None

    def equal(left: Any, right: Any) -> Any:
        """Compare two values, one of which is one of the plugin's names."""
        answer = left == right
        if answer is False:
            one, other = real(left), real(right)
            if one is not None or other is not None:
                return (one or left) == (other or right)
        return answer

    def unequal(left: Any, right: Any) -> Any:
        """Compare two values, one of which is one of the plugin's names; the answer may be of any type."""
        answer = left != right
        if answer is True:
            one, other = real(left), real(right)
            if one is not None or other is not None:
                return (one or left) != (other or right)
        return answer

    def among(value: Any, container: Any) -> bool:
        """Tell whether a name is in a container."""
        if value in container:
            return True
        name = real(value)
        return name is not None and name in container

    def begins(value: Any, prefix: Any, *limits: Any) -> Any:
        """Tell whether a string begins with one of the plugin's names."""
        answer = value.startswith(prefix, *limits)
        name = real(value) if answer is False else None
        return answer if name is None else name.startswith(prefix, *limits)

    def item(container: Any, key: Any) -> Any:
        """Return what is kept under a name."""
        name = real(key)
        if name is not None and hasattr(container, "__contains__"):
            return container[name if key not in container and name in container else key]
        return container[key]

    def get(container: Any, key: Any, *default: Any) -> Any:
        """Return what ``container.get`` has under a name."""
        name = real(key)
        if name is not None and key not in container and name in container:
            return container.get(name, *default)
        return container.get(key, *default)

    functions: dict[str, Callable[..., Any]] = {
        REAL: read,
        PRIVATE: written,
        EQUAL: equal,
        UNEQUAL: unequal,
        AMONG: among,
        BEGINS: begins,
        ITEM: item,
        GET: get,
    }
    # a container that warns its caller, or logs for him, means the plugin
    return {name: of_import_system(function) for name, function in functions.items()}
