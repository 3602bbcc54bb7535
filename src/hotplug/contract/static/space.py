"""The names that a module's or class's body has bound so far, and where in the source that is."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from hotplug.contract.reflection import MISSING
from hotplug.contract.static.unknown import Unknown

if TYPE_CHECKING:
    import ast
    import types

    from hotplug.contract.static.sources import Source
    from hotplug.contract.static.world import World

_BUILTINS = vars(builtins)


class Space:
    """One scope: what its names stand for, as live objects and stand-ins, or as `Unknown`.

    Args:
        world: What the plugin's modules became so far.
        source: The module that the scope is part of.
        module: The stand-in for that module; its namespace is what annotations see.
        outer: The module's own scope where this is a class's or function's body, else None.
        path: The qualified name of the class or function, empty for a module.
        in_class: Whether it is a class's body.
    """

    __slots__ = (
        "annotations",
        "before",
        "deferred",
        "in_class",
        "lines",
        "module",
        "names",
        "outer",
        "path",
        "source",
        "world",
    )

    def __init__(
        self,
        world: World,
        source: Source,
        module: types.ModuleType,
        outer: Space | None = None,
        path: str = "",
        *,
        in_class: bool = False,
    ) -> None:
        self.world = world
        self.source = source
        self.module = module
        self.outer = outer
        self.path = path
        self.in_class = in_class
        self.names: dict[str, object] = {}
        self.before: dict[str, object] = {}
        """What the names that the statement binds stood for before it, or MISSING."""
        self.lines: dict[str, int] = {}
        self.annotations: dict[str, object] = {}
        self.deferred: bool = outer.deferred if outer is not None else False

    @property
    def home(self) -> Space:
        """Return the module's own scope."""
        return self if self.outer is None else self.outer.home

    def look_up(self, name: str) -> object:
        """Return what the name stands for where a statement of this body reads it, or MISSING."""
        for space in (self, None if self.outer is None else self.outer, self.home):
            if space is not None and name in space.names and (space is self or not space.in_class):
                return space.names[name]
        return _BUILTINS.get(name, MISSING)

    def bind(self, name: str, value: object) -> None:
        """Let the name stand for the value from here on."""
        self.before.setdefault(name, self.names.get(name, MISSING))
        self.names[name] = value
        if self.outer is None:
            shown = value.as_type(self.world.face) if isinstance(value, Unknown) else value
            self.module.__dict__[name] = shown

    def unbind(self, name: str) -> None:
        """Forget the name, as ``del`` does."""
        self.before.setdefault(name, self.names.pop(name, MISSING))
        if self.outer is None:
            self.module.__dict__.pop(name, None)

    def place(self, node: ast.AST) -> str:
        """Return ``file:line`` of a statement or expression."""
        return f"{self.source.path}:{getattr(node, 'lineno', 1)}"

    def qualified(self, name: str) -> str:
        """Return the qualified name of what this body defines under the name."""
        if not self.path:
            return name
        return f"{self.path}.{name}" if self.in_class else f"{self.path}.<locals>.{name}"
