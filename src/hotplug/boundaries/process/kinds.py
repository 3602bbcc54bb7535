"""What can be asked of a lent object: its members, each with the plan of its arguments and its answer."""

from __future__ import annotations

from _thread import allocate_lock
from typing import Any

from hotplug.boundaries.process.comparing import Compared, Verdict, compares
from hotplug.boundaries.process.crossing import members_of
from hotplug.boundaries.process.crossing.members import DROPPED
from hotplug.contract.shapes import Function, Interface, Ref, Shape, Stream
from hotplug.contract.shapes.shape import ASYNC, ATTRIBUTE, PROPERTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotplug.boundaries.process.crossing import Arguments, Codec, Plan
    from hotplug.contract.shapes import Member

_THROWING = frozenset(("throw", "athrow"))
_LEAVING = _THROWING | {"__exit__", "__aexit__"}
_LONGEST = 200  # characters of what an object is called by the way to it
_ENDING = frozenset(("__next__", "__anext__", "send", "asend", "throw", "athrow"))


class Operation:
    """One member of a lent object.

    Attributes:
        index: Its place among the members, by which both sides call it.
        name: Its name; ``__call__`` is the object itself.
        path: What errors call it: ``Greeter.greet()``, ``Greeter.size``.
        arguments: The plan of a call's arguments; None for an attribute.
        result: The codec of the answer, or of the attribute.
        returns: The codec of what a generator returns at its end.
        raises: The names of the exceptions that cross as themselves.
        classes: The classes behind these names.
        asynchronous: Whether a call is awaited.
        writable: Whether an attribute may be set.
        compares: Whether it is a comparison, which is never an error for what it is with.
        leaving: Whether it is told of an exception, as ``__exit__`` is.
        throwing: Whether that is an exception to be raised there.
    """

    __slots__ = (
        *("arguments", "asynchronous", "classes", "compares", "index", "leaving", "name", "path", "raises"),
        *("result", "returns", "throwing", "writable"),
    )

    def __init__(self, index: int, member: Member, owner: str, plan: Plan, returns: Shape | None) -> None:
        self.index = index
        self.name = member.name
        self.classes: Mapping[str, type] = plan.shapes.classes
        self.arguments: Arguments | Compared | None = None
        self.compares = False
        self.writable = member.writable
        self.leaving = member.name in _LEAVING
        self.throwing = member.name in _THROWING
        self.asynchronous = member.kind == ASYNC
        self.returns: Codec | None = plan.codec(returns or DROPPED) if member.name in _ENDING else None
        shape = member.shape
        if member.kind in {ATTRIBUTE, PROPERTY} or not isinstance(shape, Function):
            self.path = f"{owner}.{member.name}" if owner else member.name
            self.raises = member.raises
            self.result: Codec | Verdict = plan.codec(shape)
            return
        self.path = f"{owner}()" if member.name == "__call__" and owner else f"{owner or 'it'}.{member.name}()"
        self.raises = shape.raises or member.raises
        arguments = plan.arguments(shape, self.path.removesuffix("()"), bound=member.name != "__call__")
        self.compares = compares(member.name, shape)
        self.arguments = Compared(shape, arguments, plan) if self.compares else arguments
        self.result = Verdict(plan.codec(shape.result)) if self.compares else plan.codec(shape.result)


class Kind:
    """All that can be asked of objects that are lent under one shape.

    Attributes:
        shape: The shape.
        plan: The plan of the contract that it stands in.
        owner: What errors call such an object.
        operations: Its members, in the order of the shape.
        asynchronous: Whether any of them is awaited.
        named: Whether the shape has a name, so that they are called the same wherever it stands.
        proxy: The class of the proxies of such objects on this side, once there is one.
    """

    __slots__ = ("asynchronous", "named", "operations", "owner", "plan", "proxy", "shape")

    def __init__(self, shape: Shape, plan: Plan, owner: str) -> None:
        self.shape = shape
        self.plan = plan
        known = plan.shapes.resolved(shape)
        name = _name_of(shape, known)
        self.named = bool(name)
        self.owner = name or owner
        returns = known.returns if isinstance(known, Stream) else None
        self.operations = tuple(
            Operation(index, each, self.owner, plan, returns)
            for index, each in enumerate(members_of(shape, plan.shapes))
        )
        self.asynchronous = any(each.asynchronous for each in self.operations)
        self.proxy: Any = None


class Kinds:
    """The kinds of one worker's contracts, each made once."""

    __slots__ = ("_by_identity", "_by_shape", "_lock")

    def __init__(self) -> None:
        self._by_identity: dict[int, Kind] = {}
        self._by_shape: dict[tuple[int, Shape, str], Kind] = {}
        self._lock = allocate_lock()

    def of(self, shape: Shape, plan: Plan, owner: str = "") -> Kind:
        """Return the kind of a shape; one for equal shapes of a plan that are called the same."""
        # A shape is kept by the kind that it led to: no other gets its identity.
        found = self._by_identity.get(id(shape))
        if found is not None and found.plan is plan and (found.named or found.owner == owner):
            return found
        called = "" if _name_of(shape, plan.shapes.resolved(shape)) else owner
        if len(called) > _LONGEST:  # of a type that gives itself: a kind for each step would have no end
            owner = called = f"{called[:_LONGEST]}..."
        with self._lock:
            found = self._by_shape.get((id(plan), shape, called))
            if found is None:
                found = self._by_shape[id(plan), shape, called] = Kind(shape, plan, owner)
            if found.shape is shape:
                self._by_identity[id(shape)] = found
            return found


def _name_of(shape: Shape, known: Shape) -> str:
    if isinstance(shape, Ref) and isinstance(known, Interface):
        return shape.name.partition(":")[2].partition("[")[0]
    if isinstance(known, Stream):
        return known.kind.partition(" ")[2] or known.kind
    return ""
