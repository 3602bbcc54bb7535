"""Pickles that somebody else reads: a class's module has its name in this process only.

What the plugin reads with its own ``pickle`` is translated, also when another process wrote it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotplug.artifacts.hazards.found import Hazard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotplug.artifacts.hazards.source import Module

RULE = "pickle"
_READS = frozenset({"pickle.load", "pickle.loads", "pickle.Unpickler"})
_WRITES = frozenset({"pickle.dump", "pickle.Pickler"})
_BY_OTHERS = frozenset(
    {"shelve.open", "shelve.Shelf", "shelve.BsdDbShelf", "shelve.DbfilenameShelf"}
    | {"joblib.dump", "dill.dump", "cloudpickle.dump"}
)
_NATIVE = frozenset({"_pickle.load", "_pickle.loads", "_pickle.Unpickler"})
_OWN_BYTES = "write and read it with pickle.dump and pickle.load in your own code, or as data (JSON)"


def hazards(module: Module) -> Iterator[Hazard]:
    """Yield where a module has others read its pickles, or reads them past its own ``pickle``."""
    for call, name, _ in module.calls:
        if name in _BY_OTHERS:
            package = name.partition(".")[0]
            message = f"{name} keeps your classes under names of this process: {package} finds them in no other"
            yield Hazard(RULE, module.path, call.lineno, message, _OWN_BYTES)
        elif name in _NATIVE:
            message = f"{name} does not find your classes by their real names"
            yield Hazard(RULE, module.path, call.lineno, message, f"pickle.{name.partition('.')[2]}")


def reads(module: Module) -> bool:
    """Tell whether a module reads pickles."""
    return any(spot.scope.dotted(spot.node) in _READS for spot in module.spots)


def written(module: Module) -> Iterator[Hazard]:
    """Yield where a module writes pickles, with what is to be said if the plugin does not read any."""
    for call, name, _ in module.calls:
        if name in _WRITES:
            message = f"{name} names your classes as this process does, and you do not read it: nobody else can"
            yield Hazard(RULE, module.path, call.lineno, message, "write data (JSON), or install the plugin")
