"""One plugin in one worker, seen from either side: what was lent, what was borrowed, and how a request is met.

Host and worker have the same session. They differ in the lines that their requests take (`Lines`), and in whom
they believe: the worker the host, the host nobody.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Protocol, cast

from hotplug.boundaries.process.crossing import Misfit
from hotplug.boundaries.process.kinds import Kinds, Operation
from hotplug.boundaries.process.messages import CALL, ENDED, GET, RAISED, RESULT, SET
from hotplug.boundaries.process.proxies import far_of, proxy_of
from hotplug.boundaries.process.raising import Memory, Raising
from hotplug.boundaries.process.references import Borrowing, Far, Lending
from hotplug.contract.shapes import fits
from hotplug.errors import TransferError
from hotplug.policy import current_deadline, earlier, until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotplug.boundaries.process.crossing import Plan, Segment
    from hotplug.boundaries.process.kinds import Kind
    from hotplug.boundaries.process.messages import Message
    from hotplug.contract.shapes import Shape
    from hotplug.errors import PluginError


class Lines(Protocol):
    """The ways that requests take from this side to the other."""

    def ask(self, message: Message, segments: list[Segment], due: float | None, what: str) -> Answer:
        """Send a request and return its answer; ``what`` is what errors call it."""
        ...

    async def ask_async(self, message: Message, segments: list[Segment], due: float | None, what: str) -> Answer:
        """Do the same without blocking the event loop that runs."""
        ...

    def dropped(self) -> None:
        """Be told that something was put into `Session.dropped`."""
        ...

    def awaited(self) -> object:
        """Get ready for objects with async members, and return the event loop that they belong to."""
        ...


class Answer:
    """An answer that has arrived, with what came beside it and the exceptions that may come home by it."""

    __slots__ = ("content", "kind", "memory", "segments")

    def __init__(self, kind: int, content: Any, segments: list[Any], memory: Memory) -> None:
        self.kind = kind
        self.content = content
        self.segments = segments
        self.memory = memory


_REFERENCE = 2  # items of what stands for a lent object


class Carrier:
    """One message under way."""

    __slots__ = ("owner", "segments", "session")

    def __init__(self, session: Session, segments: list[Segment] | None = None, owner: str = "") -> None:
        self.session = session
        self.segments: list[Segment] = [] if segments is None else segments
        self.owner = owner

    def lend(self, value: object, shape: Shape, plan: Plan) -> list[int]:
        """Return what stands for an object: whose it is, and its number there."""
        far = far_of(value)
        if far is not None and far.owner is self.session:
            return [1, far.number]
        return [0, self.session.lend(value, self.session.kinds.of(shape, plan, self.owner))]

    def borrow(self, wire: object, shape: Shape, plan: Plan) -> object:
        """Return the proxy of an object of the other side, or the own object that has come home."""
        parts: Any = wire
        if type(wire) is list and len(parts) == _REFERENCE:
            home, number = parts
            if home == 0 and type(number) is int and number > 0:
                return self.session.borrow(number, self.session.kinds.of(shape, plan, self.owner))
            lent = self.session.lending.get(number)
            if home == 1 and lent is not None and fits(lent.value, shape, plan.shapes):
                return lent.value
        raise Misfit("", f"what came for {shape} is no object that was lent")

    def lend_error(self, value: object) -> object:
        """Return what stands for what ``__exit__`` is told: an exception, its class (which it tells), or None."""
        if isinstance(value, BaseException):
            return self.session.raising.told(value, self, memory=self.session.shared_memory)
        return 0 if isinstance(value, type) else None

    def borrow_error(self, wire: object) -> object:
        """Return what ``__exit__`` is told; for a class BaseException, until the exception is there."""
        if wire is None or wire == 0:
            return None if wire is None else BaseException
        return self.session.raising.made(wire, self, memory=self.session.shared_memory)


class Session:
    """What one side knows of a plugin in a worker.

    Attributes:
        remote: What errors call the other side: the plugin's name, or ``the host``.
        lines: The ways to the other side; set once they are there.
        lending: The objects of this side that the other has.
        kinds: The kinds of lent objects.
        raising: How exceptions cross.
        dropped: Numbers and counts of borrowed objects that nobody uses any more, to be told to the other side.
        shared_memory: The exceptions that ``__exit__`` was told of over there, in case they come back.
    """

    def __init__(self, remote: str, *, trusting: bool, default: float | None = None) -> None:
        self.remote = remote
        self.lines: Lines
        self.lending = Lending()
        self.kinds = Kinds()
        self.raising = Raising(remote, trusting=trusting)
        self.dropped: deque[tuple[int, int]] = deque()
        self.shared_memory = Memory()
        self._borrowing = Borrowing()
        self._default = default
        self._commands: Mapping[str, Callable[..., Any]] = {}

    def lend(self, value: object, kind: Kind) -> int:
        """Return the number under which the other side gets an object."""
        loop = self.lines.awaited() if kind.asynchronous else None
        return self.lending.lend(value, kind, loop)

    def borrow(self, number: int, kind: Kind) -> object:
        """Return the proxy for a number that has arrived."""
        if kind.asynchronous:
            self.lines.awaited()
        return self._borrowing.borrow(number, kind, self._proxy, cast("Callable[[Any], Far]", far_of))

    def _proxy(self, number: int, kind: Kind) -> Any:
        return proxy_of(Far(self, number, kind, self._drop))

    def _drop(self, number: int, count: int) -> None:
        self.dropped.append((number, count))
        self.lines.dropped()

    # requests to the other side

    def due(self) -> float | None:
        """Return when a request that starts now must be answered."""
        if self._default is None:
            return current_deadline()
        from time import monotonic

        return earlier(current_deadline(), monotonic() + self._default)

    def call(self, far: Far, operation: Operation, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Call a member of a borrowed object."""
        due = self.due()
        message, segments = self._request(far, operation, args, named, due)
        return self._result(operation, self.lines.ask(message, segments, due, operation.path))

    async def call_async(
        self, far: Far, operation: Operation, args: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        """Call an async member of a borrowed object."""
        due = self.due()
        message, segments = self._request(far, operation, args, named, due)
        return self._result(operation, await self.lines.ask_async(message, segments, due, operation.path))

    def read(self, far: Far, operation: Operation) -> Any:
        """Return the value that an attribute of a borrowed object has now."""
        due = self.due()
        return self._result(
            operation, self.lines.ask([GET, far.number, operation.index, due], [], due, operation.path)
        )

    def write(self, far: Far, operation: Operation, value: object) -> None:
        """Set an attribute of a borrowed object."""
        due = self.due()
        carrier = Carrier(self, owner=operation.path)
        try:
            wire = operation.result.out(value, carrier)
        except Misfit as misfit:
            raise self._cannot(operation.path, misfit) from None
        message = [SET, far.number, operation.index, wire, due]
        answer = self.lines.ask(message, carrier.segments, due, operation.path)
        if answer.kind != RESULT:
            self._result(operation, answer)

    def _request(
        self, far: Far, operation: Operation, args: tuple[Any, ...], named: dict[str, Any], due: float | None
    ) -> tuple[Message, list[Segment]]:
        carrier = Carrier(self, owner=operation.path)
        if operation.arguments is None:  # no attribute is ever called: the other side made up a kind
            raise TypeError(f"{operation.path} is not callable")
        if operation.leaving:
            args = args[:2]  # a traceback stays where it is
        try:
            wires, options = operation.arguments.out(args, named, carrier)
        except Misfit as misfit:
            raise self._cannot(operation.path.removesuffix("()"), misfit) from None
        return [CALL, far.number, operation.index, wires, options, due], carrier.segments

    def _result(self, operation: Operation, answer: Answer) -> Any:
        carrier = Carrier(self, answer.segments, operation.path)
        try:
            if answer.kind == RESULT:
                return operation.result.back(answer.content, carrier)
            if answer.kind == ENDED and operation.returns is not None:
                value = operation.returns.back(answer.content, carrier)
                error: BaseException = StopAsyncIteration() if operation.asynchronous else StopIteration(value)
            else:
                error = self.made(answer, carrier, operation)
        except Misfit as misfit:
            raise self._cannot(f"the answer of {operation.path}", misfit) from None
        raise error

    def made(self, answer: Answer, carrier: Carrier, operation: Operation | None = None) -> BaseException:
        """Return the exception that an answer brought.

        Raises:
            Misfit: If it brought none.
        """
        if answer.kind != RAISED:
            raise Misfit("", "no answer to this request")
        if operation is None:
            return self.raising.made(answer.content, carrier, memory=answer.memory)
        return self.raising.made(
            answer.content,
            carrier,
            declared=operation.raises,
            classes=operation.classes,
            memory=answer.memory,
        )

    def _cannot(self, path: str, misfit: Misfit) -> PluginError:
        where = f"{path}{misfit.path}" if misfit.path.startswith(("(", ".", "[")) else path
        return TransferError(f"{where}: {misfit.reason}", plugin=self.remote)

    # requests of the other side

    def sought(self, message: Message) -> tuple[Any, Operation]:
        """Return the object that a request is about, and what is asked of it.

        Raises:
            Misfit: If there is no such object, or it cannot be asked for that.
        """
        lent = self.lending.get(message[1])
        if lent is None:
            raise Misfit("", "asks for an object that was not lent, or was given back")
        index = message[2]
        if type(index) is not int or not 0 <= index < len(lent.kind.operations):
            raise Misfit("", "asks an object for what it has not")
        return lent, lent.kind.operations[index]

    def arguments(self, message: Message, operation: Operation, segments: list[Any]) -> Any:
        """Return the arguments of a call that the other side asks for."""
        if operation.arguments is None:
            raise Misfit("", f"calls {operation.path}, which is an attribute")
        wires: Any = message[3]
        if operation.leaving and type(wires) is list and operation.name.endswith("exit__"):
            wires = [*cast("list[object]", wires), None]  # the traceback stays where it is
        args, named = operation.arguments.back(wires, message[4], Carrier(self, segments, operation.path))
        if operation.leaving and len(args) > 1 and isinstance(args[1], BaseException):
            args[0] = type(args[1])
            args[2:] = [args[1].__traceback__ for _ in args[2:]]
        return args, named

    def meet(self, message: Message, segments: list[Any], memory: Memory | None, guard: Guard) -> tuple[Any, Any]:
        """Do what a request asks for; return the message that answers it, and its segments."""
        carrier = Carrier(self)
        operation: Operation | None = None
        try:
            lent, operation = self.sought(message)
            value = lent.value
            kind, due = message[0], message[-1]
            if kind == CALL:
                args, named = self.arguments(message, operation, segments)
                function = value if operation.name == "__call__" else None
                guard.enter()
                try:
                    if function is None:
                        function = getattr(value, operation.name)
                    if due is None:
                        result = function(*args, **named)
                    else:
                        with until(due):
                            result = function(*args, **named)
                finally:
                    guard.leave()
            elif kind == GET:
                guard.enter()
                try:
                    result = getattr(value, operation.name)
                finally:
                    guard.leave()
            else:
                self._set(value, operation, message, segments, guard)
                return [RESULT, None], []
            carrier.owner = operation.path
            return [RESULT, operation.result.out(result, carrier)], carrier.segments
        except Misfit as misfit:
            return self.refused(operation, misfit)
        except (StopIteration, StopAsyncIteration) as end:
            if operation is None or operation.returns is None:
                return self.told(end, operation, memory)
            return self.ended(end, operation)
        except BaseException as error:  # noqa: BLE001 - all of it is for the caller on the other side
            return self.told(error, operation, memory)

    def _set(
        self, value: object, operation: Operation, message: Message, segments: list[Any], guard: Guard
    ) -> None:
        if not operation.writable:
            raise Misfit("", f"sets {operation.path}, which is only read")
        given = operation.result.back(message[3], Carrier(self, segments, operation.path))
        guard.enter()
        try:
            setattr(value, operation.name, given)
        finally:
            guard.leave()

    def ended(self, end: BaseException, operation: Operation) -> tuple[Any, Any]:
        """Return the answer of a stream that has no more items."""
        carrier = Carrier(self, owner=operation.path)
        assert operation.returns is not None  # noqa: S101 - asked for streams only
        try:
            return [ENDED, operation.returns.out(getattr(end, "value", None), carrier)], carrier.segments
        except Misfit as misfit:
            return self.refused(operation, misfit)

    def refused(self, operation: Operation | None, misfit: Misfit) -> tuple[Any, Any]:
        """Return the answer that something did not fit."""
        path = "" if operation is None else operation.path
        where = (
            f"{path.removesuffix('()')}{misfit.path}" if misfit.path.startswith("(") else f"{path}{misfit.path}"
        )
        carrier = Carrier(self)
        reason = f"{where}: {misfit.reason}" if where else misfit.reason
        return [RAISED, self.raising.told(TransferError(reason), carrier)], carrier.segments

    def told(self, error: BaseException, operation: Operation | None, memory: Memory | None) -> tuple[Any, Any]:
        """Return the answer that something was raised."""
        carrier = Carrier(self)
        declared = () if operation is None else operation.raises
        classes = None if operation is None else operation.classes
        wire = self.raising.told(error, carrier, declared=declared, classes=classes, memory=memory)
        return [RAISED, wire], carrier.segments


class Guard(Protocol):
    """Knows when the plugin's own code runs, which may be interrupted."""

    def enter(self) -> None:
        """The plugin's code begins."""
        ...

    def leave(self) -> None:
        """It has ended."""
        ...
