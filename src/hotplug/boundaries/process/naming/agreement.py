"""Whether a class of the host is what a worker says of the class of that name."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

from hotplug.boundaries.process.naming.unnameable import IMPORTABLE
from hotplug.contract.reflection import module_name, mro
from hotplug.contract.shapes import shapes_of
from hotplug.contract.shapes.shape import (
    TYPED_DICT,
    Enumeration,
    Interface,
    Node,
    OneOf,
    Record,
    Ref,
    Shape,
    Shapes,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_RUNNING = frozenset({"__getattr__", "__getattribute__", "__eq__", "__hash__"})


def disagreement(name: str, shape: Shape, found: Mapping[str, type], *, agreed: bool) -> str | None:
    """Return why values of a definition cannot be made here; None where they can.

    What crosses by reference, and a TypedDict, needs no class.

    Args:
        name: The name of the definition.
        shape: What the other side says that it is.
        found: The classes that were found here.
        agreed: Whether the one of that name is what the shape says.
    """
    if agreed or not _needs_class(shape):
        return None
    own = name.partition("[")[0]
    if name not in found:
        module, _, qualname = own.rpartition(":")
        if module in sys.modules:
            return f"{module} has no class {qualname} here: {IMPORTABLE}"
        return f"the module {module} of {qualname} is not imported here: {IMPORTABLE}, and import it"
    return f"the class {own.replace(':', '.')} has other contents here: both sides need the same version of it"


def agrees(name: str, cls: type, shapes: Shapes) -> bool:
    """Tell whether a class is what the definition of that name says.

    The class is read, nothing of it runs. Of a generic one the arguments are not known here: the names and kinds
    of its fields are compared.
    """
    if any(_runs_code(each) for each in mro(type(cls))):
        return False
    own = shapes_of(cls)
    if not isinstance(own.root, Ref):
        return False
    one, other = own.resolved(own.root), shapes.definitions[name]
    return _outline(one) == _outline(other) if "[" in name else _Comparison(own, shapes).same(one, other)


def _needs_class(shape: Shape) -> bool:
    return isinstance(shape, Enumeration) or (isinstance(shape, Record) and shape.kind != TYPED_DICT)


def _runs_code(metaclass: type) -> bool:
    """Tell whether to read a class would run code of its metaclass's author."""
    standard = module_name(metaclass).partition(".")[0] in sys.stdlib_module_names
    return not standard and not _RUNNING.isdisjoint(vars(metaclass))


def _outline(shape: Shape) -> object:
    if isinstance(shape, Record):
        return shape.kind, shape.frozen, [(each.name, each.required, each.init) for each in shape.fields]
    if isinstance(shape, Interface):
        return [(each.name, each.kind, each.writable) for each in shape.members]
    return shape


class _Comparison:
    """Compares the shapes of two readings.

    Where an alias that mentions itself is met first differs between them, and with it what its `Ref` stands for.
    """

    def __init__(self, own: Shapes, others: Shapes) -> None:
        self._own = own
        self._others = others
        self._assumed: set[tuple[Node, Node]] = set()

    def same(self, one: object, other: object) -> bool:
        if isinstance(one, Node) and isinstance(other, Node):
            return one == other or self._same_nodes(_unfolded(one, self._own), _unfolded(other, self._others))
        if isinstance(one, tuple) and isinstance(other, tuple):
            ours, theirs = cast("tuple[object, ...]", one), cast("tuple[object, ...]", other)
            return len(ours) == len(theirs) and all(map(self.same, ours, theirs))
        return one == other

    def _same_nodes(self, one: Node, other: Node) -> bool:
        if type(one) is not type(other):
            return False
        if (one, other) in self._assumed:
            return True
        self._assumed.add((one, other))
        if isinstance(one, OneOf) and isinstance(other, OneOf):  # sorted by texts, which may be of an alias
            ours, theirs = one.branches, other.branches
            return len(ours) == len(theirs) and all(any(self.same(each, its) for its in theirs) for each in ours)
        if isinstance(one, Ref):
            return one == other
        return all(map(self.same, vars(one).values(), vars(other).values()))


def _unfolded(node: Node, shapes: Shapes) -> Node:
    """Return what an alias stands for; a class, and whatever is no `Ref`, as it is."""
    if not isinstance(node, Ref):
        return node
    meant = shapes.resolved(node)
    return node if isinstance(meant, Record | Enumeration | Interface) else meant
