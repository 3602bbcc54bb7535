"""How a request of the other side is met: a member of a lent object is called, read or set, and answered."""

from __future__ import annotations

from math import isnan
from typing import Any, Protocol

from hotplug.boundaries.process.carrying import Carrier
from hotplug.boundaries.process.crossing import Misfit
from hotplug.boundaries.process.messages import CALL, ENDED, GET, RAISED, RESULT
from hotplug.errors import TransferError
from hotplug.policy import until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.boundaries.process.kinds import Operation
    from hotplug.boundaries.process.messages import Message
    from hotplug.boundaries.process.raising import Memory
    from hotplug.boundaries.process.session import Session


class Guard(Protocol):
    """Knows when the plugin's own code runs, which may be interrupted.

    Attributes:
        inside: Whether it runs; set to False when it has ended.
        cancelled: Whether it is to be interrupted when it begins: then `enter` does so.
    """

    inside: bool
    cancelled: bool

    def enter(self) -> None:
        """The plugin's code begins."""
        ...


class Meeting:
    """Meets the requests of the other side."""

    __slots__ = ("_lending", "_session")

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lending = session.lending

    def sought(self, message: Message) -> tuple[Any, Operation]:
        """Return the object that a request is about, and what is asked of it.

        Raises:
            Misfit: If there is no such object, or it cannot be asked for that.
        """
        lent = self._lending.get(message[1])
        if lent is None:
            raise Misfit("", "asks for an object that was not lent, or was given back")
        index = message[2]
        if type(index) is not int or not 0 <= index < len(lent.kind.operations):
            raise Misfit("", "asks an object for what it has not")
        return lent, lent.kind.operations[index]

    @staticmethod
    def due(message: Message) -> float | None:
        """Return when a request is to be answered.

        Raises:
            Misfit: If it does not say so by a time.
        """
        due = message[-1]
        if due is None or (type(due) is float and not isnan(due)):
            return due
        raise Misfit("", "comes with a deadline that is no time")

    def arguments(self, message: Message, operation: Operation, carrier: Carrier) -> Any:
        """Return the arguments of a call that the other side asks for."""
        if operation.arguments is None:
            raise Misfit("", f"calls {operation.path}, which is an attribute")
        if not operation.leaving:
            return operation.arguments.back(message[3], message[4], carrier)
        args, named = operation.arguments.back(message[3], message[4], carrier)
        if len(args) > 1 and isinstance(args[1], BaseException):
            args[0] = type(args[1])
            args[2:] = [args[1].__traceback__ for _ in args[2:]]
        return args, named

    def meet(self, message: Message, segments: list[Any], memory: Memory | None, guard: Guard) -> tuple[Any, Any]:
        """Do what a request asks for; return the message that answers it, and its segments."""
        operation: Operation | None = None
        carrier: Carrier | None = None
        try:
            kind, number, index = message[:3]
            # what `sought` does, without its cost
            lent = self._lending.by_number.get(number) if type(number) is int else None
            if lent is None or type(index) is not int or not 0 <= index < len(lent.kind.operations):
                lent, operation = self.sought(message)
            else:
                operation = lent.kind.operations[index]
            value: Any = lent.value
            due = message[-1] if message[-1] is None else self.due(message)
            carrier = Carrier(self._session, operation.path, segments)
            if kind == CALL:
                if operation.leaving or operation.arguments is None:
                    args, named = self.arguments(message, operation, carrier)
                else:
                    args, named = operation.arguments.back(message[3], message[4], carrier)
                guard.inside = True
                if guard.cancelled:
                    guard.enter()
                try:
                    function = value if operation.name == "__call__" else getattr(value, operation.name)
                    if due is None:
                        result = function(*args, **named)
                    else:
                        with until(due):
                            result = function(*args, **named)
                finally:
                    guard.inside = False
            elif kind == GET:
                guard.enter()
                try:
                    result = getattr(value, operation.name)
                finally:
                    guard.inside = False
            else:
                self._set(value, operation, message, carrier, guard)
                return [RESULT, None], []
            carrier.segments = []
            return [RESULT, operation.result.out(result, carrier)], carrier.segments
        except Misfit as misfit:
            if carrier is not None:
                carrier.unsent()
            return self.refused(operation, misfit)
        except (StopIteration, StopAsyncIteration) as end:
            if operation is None or operation.returns is None:
                return self.told(end, operation, memory)
            return self.ended(end, operation)
        except BaseException as error:  # noqa: BLE001 - all of it is for the caller on the other side
            return self.told(error, operation, memory)

    def _set(self, value: object, operation: Operation, message: Message, carrier: Carrier, guard: Guard) -> None:
        if not operation.writable:
            raise Misfit("", f"sets {operation.path}, which is only read")
        given = operation.result.back(message[3], carrier)
        guard.enter()
        try:
            setattr(value, operation.name, given)
        finally:
            guard.inside = False

    def ended(self, end: BaseException, operation: Operation) -> tuple[Any, Any]:
        """Return the answer of a stream that has no more items."""
        carrier = Carrier(self._session, operation.path)
        assert operation.returns is not None  # noqa: S101 - asked for streams only
        try:
            value = getattr(end, "value", None)
            return [ENDED, None if value is None else [operation.returns.out(value, carrier)]], carrier.segments
        except Misfit as misfit:
            carrier.unsent()
            return self.refused(operation, misfit)

    def refused(self, operation: Operation | None, misfit: Misfit) -> tuple[Any, Any]:
        """Return the answer that something did not fit."""
        path = "" if operation is None else operation.path
        where = (
            f"{path.removesuffix('()')}{misfit.path}" if misfit.path.startswith("(") else f"{path}{misfit.path}"
        )
        carrier = Carrier(self._session)
        reason = f"{where}: {misfit.reason}" if where else misfit.reason
        return [RAISED, self._session.raising.told(TransferError(reason), carrier)], carrier.segments

    def told(self, error: BaseException, operation: Operation | None, memory: Memory | None) -> tuple[Any, Any]:
        """Return the answer that something was raised."""
        carrier = Carrier(self._session)
        declared = () if operation is None else operation.raises
        classes = None if operation is None else operation.classes
        wire = self._session.raising.told(error, carrier, declared=declared, classes=classes, memory=memory)
        return [RAISED, wire], carrier.segments
