"""What is left of a private plugin after its modules are gone, what it is, and who holds it."""

from __future__ import annotations

import gc
import sys
from _weakref import ref
from types import FunctionType

from hotplug.boundaries.inline.owning import described, variables_of
from hotplug.boundaries.inline.registries import clean_caches, clean_codecs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

    from hotplug.boundaries.inline.left import Left
    from hotplug.boundaries.inline.owning import Owner

_YOUNGER = 1
"""The generations of the garbage collector that are small, where a plugin that was open for a moment is;
collecting all takes a third of a second in a host with two million objects."""
_MANY = 50
"""The most lines that are made."""


class Watch:
    """Sees whether a plugin's modules and classes live on; made before the modules are let go of.

    A namespace is a dict, which cannot be watched; its module's loader can, and it lives as long as the dict does.
    Functions hold their namespace. Classes without functions, functions with a namespace of their own, and
    type variables, which typing keeps, are watched themselves.

    Args:
        owner: Tells what is the plugin's.
        loaders: The loader of each module, by the module's name.
    """

    def __init__(self, owner: Owner, loaders: Mapping[str, ref[object]]) -> None:
        self._owner = owner
        self._loaders = loaders
        self._others: list[ref[object]] = []
        for name, module in sys.modules.copy().items():
            if owner.has_module(name):
                variables = variables_of(module) or {}
                self._others += [
                    ref(each) for each in list(variables.values()) if self._is_watched(each, variables)
                ]

    def _is_watched(self, value: object, variables: dict[str, object]) -> bool:
        if type(value) is FunctionType:
            return value.__globals__ is not variables and self._owner.has_function(value)
        return (issubclass(type(value), type) and self._owner.has(value)) or self._owner.has_type_variable(value)

    def alive(self) -> bool:
        """Tell whether anything lives on, once all that nobody holds was collected."""
        if self._any():
            gc.collect(_YOUNGER)
        if self._any():
            gc.collect()
        return self._any()

    def modules(self) -> list[str]:
        """Return the names of the modules that live on."""
        return [name for name, loader in self._loaders.items() if loader() is not None]

    def within(self, known: Container[int]) -> bool:
        """Tell whether all that lives on is among these identities."""
        everything = (each() for each in (*self._loaders.values(), *self._others))
        return all(each is None or id(each) in known for each in everything)

    def _any(self) -> bool:
        return any(each() is not None for each in (*self._loaders.values(), *self._others))


class Survivors:
    """What is left, a line for each thing that the host or a running call holds.

    Args:
        watch: What sees whether there is anything.
        owner: Tells what is the plugin's.
        left: The plugin's threads, which are told of otherwise.
        named: Values that are told of otherwise.

    Attributes:
        lines: What is left.
        failures: What could not be cleaned.
        reachable: Tells whether the host can reach a value; None where it is not known.
        forget: To be called when all is told.
    """

    def __init__(self, watch: Watch, owner: Owner, left: Left, named: Iterable[object]) -> None:
        self.lines: list[str] = []
        self.failures: list[str] = []
        self.reachable: Callable[[object], bool | None] = lambda _: True
        self.forget: Callable[[], None] = lambda: None
        for cleaned in (clean_caches, clean_codecs):
            if not watch.alive():
                return
            self.failures += cleaned(owner)
        if not watch.alive():
            return
        from hotplug.boundaries.inline.calls import held_by_calls, running_calls
        from hotplug.boundaries.inline.holders import Walk, held_unseen

        walk = Walk(owner)
        self.reachable, self.forget = walk.reaches, walk.forget
        told = [*named]
        lines = [
            f"{described(each)}, held by {walk.way_to(each)}"
            for each in walk.found
            if not any(each is other for other in told)
        ]
        calls = running_calls(sys._getframe())  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        here = list(filter(owner.has_frame, calls))
        lines += [f"{described(frame)}, which goes on" for frame in here]
        behind = walk.behind([*walk.found, *told, *held_by_calls([*here, *left.frames])])
        if not watch.within(behind):
            rest = [each for each in _census(owner) if id(each) not in behind]
            unseen = [f"{described(each)}, held by {holder}" for each, holder in walk.unseen_holders(rest)]
            unseen = unseen or [f"{described(each)}, held by native code" for each in held_unseen(rest)]
            lines += sorted(set(unseen or map(described, rest)))
            lines += [] if lines else [f"module {name}" for name in watch.modules()]
        of_threads = tuple(f", held by {name}" for name in left.names)
        self.lines = [line for line in sorted(set(lines)) if not any(map(line.__contains__, of_threads))]


def limited(lines: list[str]) -> tuple[str, ...]:
    """Return the first lines, and how many more there are."""
    return (*lines[:_MANY], *([f"and {len(lines) - _MANY} more"] if len(lines) > _MANY else []))


def _census(owner: Owner) -> list[object]:
    """Return the functions that are the plugin's, else its classes and what was made from them."""
    from hotplug.boundaries.inline.holders import tracked

    owned = list(filter(owner.teller(), tracked()))
    for kinds in ((FunctionType,), (type,)):
        chosen = [each for each in owned if issubclass(type(each), kinds)]
        if chosen:
            return chosen
    return owned
