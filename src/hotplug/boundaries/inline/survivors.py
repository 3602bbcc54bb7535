"""What is left of a private plugin after its modules are gone, and what it is."""

from __future__ import annotations

import gc
from types import FrameType, FunctionType
from typing import cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from weakref import ref

_YOUNGER = 1
"""The generations of the garbage collector that are small, where a plugin that was open for a moment is;
collecting all takes a third of a second in a host with two million objects."""


def left_of(loaders: Mapping[str, ref[object]]) -> list[str]:
    """Return a line for each thing that still holds on to a namespace of modules that were let go of.

    A namespace is a dict, which cannot be watched; its module's loader can, and it lives as long as the dict does.
    Only what refers to a namespace can run a plugin's code, so where no loader is left nothing of the plugin will.

    Args:
        loaders: The loader of each module, by the module's name.
    """
    gc.collect(_YOUNGER)
    if any(loader() is not None for loader in loaders.values()):
        gc.collect()
    return [line for name, loader in loaders.items() for line in _holders(loader(), name)]


def _holders(loader: object, name: str) -> list[str]:
    if loader is None:
        return []
    found: set[str] = set()
    for space in gc.get_referrers(loader):
        if not (isinstance(space, dict) and cast("dict[str, object]", space).get("__loader__") is loader):
            continue
        for each in gc.get_referrers(space):  # pyright: ignore[reportUnknownArgumentType]
            if isinstance(each, FunctionType):
                found.add(f"function {name}.{each.__qualname__}")
            elif isinstance(each, FrameType) and each.f_globals is space:
                found.add(f"a call of {name}.{each.f_code.co_qualname}")
    return sorted(found) or [f"module {name}"]
