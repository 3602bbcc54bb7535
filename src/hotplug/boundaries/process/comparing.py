"""Comparisons of lent objects: with whatever there is, so that what cannot cross is no error but simply not equal.

They differ from other members in three ways. What cannot cross is not sent, and the interpreter learns that the
proxy does not know. A proxy may be compared with one of the same other side, also where the contract says
``object``: over there the objects themselves are. And NotImplemented crosses.
"""

from __future__ import annotations

from typing import Any

from hotplug.boundaries.process.crossing import Misfit
from hotplug.boundaries.process.crossing.wire import class_of
from hotplug.boundaries.process.proxies import Incomparable, far_of
from hotplug.contract.shapes import Untyped
from hotplug.contract.shapes.shape import EITHER, METHOD, POSITIONAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.boundaries.process.carrying import Carrier
    from hotplug.boundaries.process.crossing import Arguments, Codec, Plan
    from hotplug.contract.shapes import Function

_COMPARING = frozenset(f"__{name}__" for name in ("eq", "ne", "lt", "le", "gt", "ge"))
_HOME = True  # in place of named arguments: the only argument is an object of those who are asked
_REFERENCE = 2  # items of what stands for a lent object


def compares(name: str, function: Function) -> bool:
    """Say whether a member is a comparison with one other object."""
    given = function.parameters or ()
    return (
        name in _COMPARING
        and function.kind == METHOD
        and [each.kind in {POSITIONAL, EITHER} for each in given] == [True]
    )


class Compared:
    """Both ways of what an object is compared with, as `Arguments`."""

    __slots__ = ("_arguments", "_function", "_open", "_plan")

    def __init__(self, function: Function, arguments: Arguments, plan: Plan) -> None:
        assert function.parameters is not None  # noqa: S101 - see `compares`
        self._arguments = arguments
        self._function = function
        self._plan = plan
        self._open = isinstance(plan.shapes.resolved(function.parameters[0].shape), Untyped)

    def out(self, args: tuple[Any, ...], named: dict[str, Any], carrier: Any) -> tuple[list[Any], Any]:
        """Return the wires of the arguments; raise Incomparable where they cannot cross."""
        under_way: Carrier = carrier
        if self._open and len(args) == 1 and not named:
            far = far_of(args[0])
            if far is not None and far.owner is under_way.session:
                return under_way.lend(args[0], self._function, self._plan), _HOME
        try:
            return self._arguments.out(args, named, carrier)
        except Misfit as misfit:
            under_way.unsent()
            raise Incomparable from misfit

    def back(self, wires: Any, named: object, carrier: Any) -> tuple[list[Any], dict[str, Any]]:
        """Return the arguments; believes nothing."""
        if not self._open or named is not _HOME:
            return self._arguments.back(wires, named, carrier)
        under_way: Carrier = carrier
        if class_of(wires) is list and len(wires) == _REFERENCE:
            lent = under_way.session.lending.home(wires[1])
            if lent is not None:
                return [lent.value], {}
        raise Misfit("", "what came to be compared with is no object that was lent")


class Verdict:
    """Both ways of what a comparison gives, as `Codec`."""

    __slots__ = ("_codec",)

    def __init__(self, codec: Codec) -> None:
        self._codec = codec

    def out(self, value: object, carrier: Any) -> list[Any]:
        """Return the wire of a result."""
        return [] if value is NotImplemented else [self._codec.out(value, carrier)]

    def back(self, wire: Any, carrier: Any) -> Any:
        """Return the result."""
        if class_of(wire) is not list or len(wire) > 1:
            raise Misfit("", "what came is not what a comparison gives")
        return self._codec.back(wire[0], carrier) if wire else NotImplemented
