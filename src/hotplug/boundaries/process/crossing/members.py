"""What can be asked of what crosses by reference: its members, the protocol of streams and contexts included."""

from __future__ import annotations

from hotplug.contract.shapes import (
    Context,
    Function,
    Interface,
    Member,
    Parameter,
    Raised,
    Shape,
    Shapes,
    Stream,
)
from hotplug.contract.shapes.shape import ASYNC, GENERATOR, METHOD, POSITIONAL, UNTYPED


class Truth(Shape, text="truth"):
    """Whatever is true or not, as a bool: what ``__exit__`` gives."""


class Dropped(Shape, text="dropped"):
    """Whatever nobody looks at, as None: what ``close`` gives."""


TRUTH = Truth()
DROPPED = Dropped()
_LEAVING = tuple(Parameter(name, POSITIONAL, Raised()) for name in ("exc_type", "exc_value", "traceback"))
_THROWN = tuple(Parameter(name, POSITIONAL, Raised(), name == "typ") for name in ("typ", "val", "tb"))


def members_of(shape: Shape, shapes: Shapes) -> tuple[Member, ...]:
    """Return the members of what the shape says, nothing for what crosses as a copy.

    The result of an item of a stream is the item; how its end crosses, with what a generator returned, is for
    those who carry exceptions.
    """
    known = shapes.resolved(shape)
    if isinstance(known, Interface):
        return known.members
    if isinstance(known, Function):
        return (Member("__call__", known.kind, known),)
    if isinstance(known, Context):
        kind, mark = (ASYNC, "a") if known.asynchronous else (METHOD, "")
        return (
            _member(f"__{mark}enter__", (), known.item, kind),
            _member(f"__{mark}exit__", _LEAVING, TRUTH, kind),
        )
    return _of_stream(known) if isinstance(known, Stream) else ()


def _of_stream(known: Stream) -> tuple[Member, ...]:
    asynchronous = known.kind.startswith("async ")
    kind, mark = (ASYNC, "a") if asynchronous else (METHOD, "")
    if known.kind.endswith("iterable"):
        stream = Stream("async iterator" if asynchronous else "iterator", known.item)
        return (_member(f"__{mark}iter__", (), stream, GENERATOR),)
    following = _member(f"__{mark}next__", (), known.item, kind)
    if known.kind.endswith("iterator"):
        return (following,)
    sent = (Parameter("value", POSITIONAL, known.send or UNTYPED),)
    return (
        following,
        _member(f"{mark}send", sent, known.item, kind),
        _member(f"{mark}throw", _THROWN, known.item, kind),
        _member(f"{mark}close", (), DROPPED, kind),
    )


def _member(name: str, parameters: tuple[Parameter, ...], result: Shape, kind: str) -> Member:
    return Member(name, kind, Function(parameters, result, kind))
