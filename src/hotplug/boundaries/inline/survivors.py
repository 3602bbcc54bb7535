"""What is left of a private plugin after its modules are gone, and what it is."""

from __future__ import annotations

import gc
from types import FrameType, FunctionType
from typing import cast
from weakref import ref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType


def left_of(modules: dict[str, ModuleType]) -> list[str]:
    """Let go of modules, and return a line for each thing that still holds on to one of their namespaces.

    A namespace is a dict, which cannot be watched; its module's loader can, and it lives as long as the dict does.

    Args:
        modules: The plugin's modules by name; emptied, as the last reference to them.
    """
    watched = _watched(modules)
    modules.clear()
    gc.collect()  # all of it: what is left to a later collection would run finalizers of a plugin that is gone
    return [line for name, loader_ref in watched.items() for line in _holders(loader_ref(), name)]


def _watched(modules: Mapping[str, ModuleType]) -> dict[str, ref[object]]:
    return {name: ref(module.__loader__) for name, module in modules.items() if module.__loader__ is not None}


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
