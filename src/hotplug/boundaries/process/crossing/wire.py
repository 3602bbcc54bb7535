"""The wire tree, one message under way, and the answer that a value does not fit.

A wire tree is what msgspec's untyped MessagePack codec takes and gives: None, bool, int in 64 bits, float, str
without lone surrogates, bytes, list, dict with such strings for keys. What is large and bytes goes out of band,
as a segment of the message; the tree then has the segment's index.

Values of the six classes in `PLAIN` are their own wire wherever a shape admits the class, if the tree can hold
them. So a tagged alternative, which is a list, is never mistaken for one of them.
"""

from __future__ import annotations

import gc
import types
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.contract.shapes import Shape

    from .plan import Plan

    Out: TypeAlias = Callable[[Any, "Carrier"], "Wire"]
    Back: TypeAlias = Callable[["Wire", "Carrier"], Any]
    Ways: TypeAlias = tuple[Out, Back]

Wire: TypeAlias = Any
Segment: TypeAlias = bytes | bytearray | memoryview

PLAIN: frozenset[type] = frozenset([type(None), bool, int, float, str, bytes])
LOWEST, HIGHEST = -(1 << 63), (1 << 64) - 1
#: ``type``, to a checker without what it makes of an Any.
class_of: Callable[[object], type[object]] = type
#: Bytes from this size on go out of band.
OUT_OF_BAND = 65_536
#: What stands in a message's segments for one that was taken.
TAKEN = memoryview(b"")

_LONGEST_PATH = 120
_WIDEST_SEARCH = 100_000
_NOT_DATA = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType)


class Carrier(Protocol):
    """One message under way.

    Attributes:
        segments: What goes out of band: appended to on the way out; on the way back what came, each taken once.
        owner: What errors call what is lent or borrowed now, where it has no name of its own.
    """

    segments: list[Segment]
    owner: str

    def lend(self, value: object, shape: Shape, plan: Plan) -> Wire:
        """Return what stands for a reference or stream that goes out."""
        ...

    def borrow(self, wire: Wire, shape: Shape, plan: Plan) -> object:
        """Return the proxy of one that came in, or the original of one that came home; raise `Misfit`."""
        ...

    def lend_error(self, value: object) -> Wire:
        """Return what stands for an exception, its class or its traceback that ``__exit__`` is told of."""
        ...

    def borrow_error(self, wire: Wire) -> object:
        """Return what ``__exit__`` is told; raise `Misfit`."""
        ...


class Misfit(Exception):
    """A value does not fit the shape in whose place it stands, or what came is not the wire of such a value.

    Args:
        path: Where, from the value that was to cross: ``[0].x``. It grows on the way up.
        reason: Why.
        final: Whether no other branch of a union need be tried.
    """

    def __init__(self, path: str, reason: str, *, final: bool = False) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason
        self.final = final

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason

    def within(self, place: str) -> None:
        """Let it be seen from the container in which the value has this place."""
        self.path = f"{place}{self.path}"[:_LONGEST_PATH]


class Codec:
    """Both ways of the values of one shape.

    Attributes:
        out: Takes a value and its message, returns its wire. Raises `Misfit`.
        back: Takes a wire and its message, returns the value. Raises `Misfit`; believes nothing.
        plain: The classes of which a value may be its own wire.
    """

    __slots__ = ("back", "out", "plain")

    back: Back
    out: Out

    def __init__(self, plain: frozenset[type]) -> None:
        self.plain = plain


def unfit(value: object, shape: object) -> Misfit:
    """Return why a value cannot go out."""
    return Misfit("", f"a value of the exact class {type(value).__qualname__} does not fit {shape}")


def unlike(wire: Wire, shape: object) -> Misfit:
    """Return why what came in is refused."""
    return Misfit("", f"what came for {shape} is none: its wire is a {type(wire).__qualname__}")


def too_deep(value: object) -> Misfit:
    """Return why there is no end to a value, as far as that can be told."""
    seen: set[int] = set()
    waiting: list[Any] = [value]
    while waiting and len(seen) < _WIDEST_SEARCH:
        for each in gc.get_referents(waiting.pop()):
            if each is value:
                return Misfit("", "it contains itself, so that no copy of it can be made", final=True)
            if id(each) not in seen and gc.is_tracked(each) and not isinstance(each, _NOT_DATA):
                seen.add(id(each))
                waiting.append(each)
    return Misfit("", "it is nested too deeply to cross", final=True)


def place_of(key: object) -> str:
    """Return ``['name']``: a key as a step of a path."""
    if type(key) is str or type(key) is bytes:
        return f"[{key[:40]!r}]"
    if type(key) is int:
        return f"[{key}]" if LOWEST <= key <= HIGHEST else "[a large int]"
    return f"[a {type(key).__qualname__}]"


def send(value: Segment, carrier: Carrier) -> Wire:
    """Return the wire of bytes: themselves, or the index of a segment. Large ones are not copied."""
    if len(value) < OUT_OF_BAND:
        return bytes(value)
    carrier.segments.append(value)
    return len(carrier.segments) - 1


def taken(wire: Wire, carrier: Carrier) -> Segment:
    """Return bytes that came, in the tree or out of band; a segment only once."""
    if type(wire) is bytes:
        return wire
    if type(wire) is int and 0 <= wire < len(carrier.segments):
        segment = carrier.segments[wire]
        if segment is not TAKEN:
            carrier.segments[wire] = TAKEN
            return segment
    raise Misfit("", "what came for bytes is neither bytes nor a segment that is still there")


def listed(wire: Wire, count: int, shape: object) -> list[Wire]:
    """Return the wire if it is a list of so many."""
    kind = class_of(wire)
    if kind is list and len(wire) == count:
        return cast("list[Wire]", wire)
    raise unlike(wire, shape)
