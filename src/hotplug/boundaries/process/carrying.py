"""What a message carries beside its values: the objects and exceptions that stay where they are."""

from __future__ import annotations

from typing import Any

from hotplug.boundaries.process.crossing import Misfit
from hotplug.boundaries.process.proxies import far_of
from hotplug.boundaries.process.raising import Memory
from hotplug.contract.shapes import fits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.boundaries.process.crossing import Plan, Segment
    from hotplug.boundaries.process.references import Far
    from hotplug.boundaries.process.session import Session
    from hotplug.contract.shapes import Shape

_REFERENCE = 2  # items of what stands for a lent object


class Carrier:
    """One message under way.

    Attributes:
        session: Whose message it is.
        owner: What errors call what it is about.
        segments: What goes beside it.
        memory: The exceptions that it tells of, in case they come back.
    """

    __slots__ = ("_far", "_lent", "memory", "owner", "segments", "session")

    def __init__(self, session: Session, owner: str = "", segments: list[Any] | None = None) -> None:
        self.session = session
        self.owner = owner
        self.segments: list[Segment] = [] if segments is None else segments
        self.memory: Memory | None = None
        self._lent: list[int] | None = None
        self._far: list[Far] | None = None

    def lend(self, value: object, shape: Shape, plan: Plan) -> list[int]:
        """Return what stands for an object: whose it is, and its number there."""
        far = far_of(value)
        if far is not None and far.owner is self.session:
            self.session.borrowing.sent(far)
            self._far = [*(self._far or ()), far]
            return [1, far.number]
        number = self.session.lend(value, self.session.kinds.of(shape, plan, self.owner))
        self._lent = [*(self._lent or ()), number]
        return [0, number]

    def unsent(self) -> None:
        """Take back what was lent by a message that is not sent."""
        for far in self._far or ():
            self.session.borrowing.sent(far, -1)
        for number in self._lent or ():
            self.session.lending.release(number, 1, 0)
        self._far = self._lent = None

    def borrow(self, wire: object, shape: Shape, plan: Plan) -> object:
        """Return the proxy of an object of the other side, or the own object that has come home."""
        parts: Any = wire
        if type(wire) is list and len(parts) == _REFERENCE:
            home, number = parts
            if home == 0 and type(number) is int and number > 0:
                return self.session.borrow(number, self.session.kinds.of(shape, plan, self.owner))
            lent = self.session.lending.home(number) if home == 1 else None
            if lent is not None and fits(lent.value, shape, plan.shapes):
                return lent.value
        raise Misfit("", f"what came for {shape} is no object that was lent")

    def lend_error(self, value: object) -> object:
        """Return what stands for what ``__exit__`` is told: an exception, its class (which it tells), or None."""
        if isinstance(value, BaseException):
            self.memory = self.memory or Memory()
            return self.session.raising.told(value, self, memory=self.memory)
        return 0 if isinstance(value, type) else None

    def borrow_error(self, wire: object) -> object:
        """Return what ``__exit__`` is told; for a class BaseException, until the exception is there."""
        if wire is None or wire == 0:
            return None if wire is None else BaseException
        return self.session.raising.made(wire, self)
