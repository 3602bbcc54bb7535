"""One plugin in one worker, seen from either side: what was lent, what was borrowed, and how a request is met.

Host and worker have the same session. They differ in the lines that their requests take (`Lines`), and in whom
they believe: the worker the host, the host nobody.
"""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import Any, Protocol, cast

from hotplug.boundaries.process.crossing import Misfit
from hotplug.boundaries.process.kinds import Kinds, Operation
from hotplug.boundaries.process.messages import CALL, ENDED, GET, RAISED, RESULT, SET
from hotplug.boundaries.process.proxies import far_of, proxy_of
from hotplug.boundaries.process.raising import Memory, Raising
from hotplug.boundaries.process.references import Borrowing, Far, Lending
from hotplug.contract.shapes import fits
from hotplug.errors import TransferError
from hotplug.light import suppress
from hotplug.policy import current_deadline, earlier, until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotplug.boundaries.process.crossing import Plan, Segment
    from hotplug.boundaries.process.kinds import Kind
    from hotplug.boundaries.process.messages import Message
    from hotplug.contract.shapes import Shape
    from hotplug.errors import PluginError

    Answer = tuple[int, Any, list[Any], Memory]
    """An answer: its kind and content, what came beside it, and the exceptions that may come home."""


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


class Session:
    """What one side knows of a plugin in a worker.

    Attributes:
        remote: What errors call the other side: the plugin's name, or ``the host``.
        trusting: Whether the other side is believed, as the worker believes the host.
        lines: The ways to the other side; set once they are there.
        lending: The objects of this side that the other has.
        kinds: The kinds of lent objects.
        raising: How exceptions cross.
        borrowing: The objects of the other side that this side has.
        dropped: Numbers and counts of borrowed objects that nobody uses any more, to be told to the other side.
        gone: What the other side has given back, and is let go of where its end may ask something.
        loose: While async requests are in flight: the exceptions that left meanwhile, in case they come back.
    """

    def __init__(self, remote: str, *, trusting: bool, default: float | None = None) -> None:
        self.remote = remote
        self.trusting = trusting
        self.lines: Lines
        self.lending = Lending()
        self.kinds = Kinds()
        self.raising = Raising(remote, trusting=trusting)
        self.borrowing = Borrowing()
        self.dropped: deque[tuple[int, int, int]] = deque()
        self.gone: deque[object] = deque()
        self.loose: Memory | None = None
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
        return self.borrowing.borrow(number, kind, self._proxy, cast("Callable[[Any], Far]", far_of))

    def let_go(self) -> None:
        """Let go of what the other side has given back; the end of an object may run code."""
        with suppress(IndexError):
            while True:
                self.gone.popleft()

    def _proxy(self, number: int, kind: Kind) -> Any:
        return proxy_of(Far(self, number, kind, self._drop))

    def _drop(self, number: int, times: tuple[int, int]) -> None:
        self.dropped.append((number, *times))
        self.lines.dropped()

    # requests to the other side

    def due(self) -> float | None:
        """Return when a request that starts now must be answered."""
        if self._default is None:
            return current_deadline()
        return earlier(current_deadline(), monotonic() + self._default)

    def call(self, far: Far, operation: Operation, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Call a member of a borrowed object."""
        # the frequent way stands here as a whole: each function that it called would cost a tenth of a microsecond
        due = current_deadline() if self._default is None else self.due()
        carrier = Carrier(self, operation.path)
        if operation.leaving or operation.arguments is None:
            message = self._request(carrier, far, operation, args, named, due)
        else:
            try:
                wires, options = operation.arguments.out(args, named, carrier)
            except Misfit as misfit:
                carrier.unsent()
                raise self._cannot(operation.path.removesuffix("()"), misfit) from None
            message = [CALL, far.number, operation.index, wires, options, due]
        answer = self.lines.ask(message, carrier.segments, due, operation.path)
        if answer[0] != RESULT:
            raise self._error(operation, answer, carrier.memory)
        carrier.segments = answer[2]
        try:
            return operation.result.back(answer[1], carrier)
        except Misfit as misfit:
            raise self._unanswered(operation, misfit) from None

    async def call_async(
        self, far: Far, operation: Operation, args: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        """Call an async member of a borrowed object."""
        due = self.due()
        carrier = Carrier(self, operation.path)
        message = self._request(carrier, far, operation, args, named, due)
        answer = await self.lines.ask_async(message, carrier.segments, due, operation.path)
        return self._result(operation, answer, carrier.memory)

    def read(self, far: Far, operation: Operation) -> Any:
        """Return the value that an attribute of a borrowed object has now."""
        due = self.due()
        return self._result(
            operation, self.lines.ask([GET, far.number, operation.index, due], [], due, operation.path)
        )

    def write(self, far: Far, operation: Operation, value: object) -> None:
        """Set an attribute of a borrowed object."""
        due = self.due()
        carrier = Carrier(self, operation.path)
        try:
            wire = operation.result.out(value, carrier)
        except Misfit as misfit:
            carrier.unsent()
            raise self._cannot(operation.path, misfit) from None
        message = [SET, far.number, operation.index, wire, due]
        answer = self.lines.ask(message, carrier.segments, due, operation.path)
        if answer[0] != RESULT:
            raise self._error(operation, answer)

    def _request(  # noqa: PLR0917
        self,
        carrier: Carrier,
        far: Far,
        operation: Operation,
        args: tuple[Any, ...],
        named: dict[str, Any],
        due: float | None,
    ) -> Message:
        if operation.arguments is None:  # no attribute is ever called: the other side made up a kind
            raise TypeError(f"{operation.path} is not callable")
        if operation.throwing and args:
            args = (_thrown(*args),)
        try:
            wires, options = operation.arguments.out(args, named, carrier)
        except Misfit as misfit:
            carrier.unsent()
            raise self._cannot(operation.path.removesuffix("()"), misfit) from None
        return [CALL, far.number, operation.index, wires, options, due]

    def _result(self, operation: Operation, answer: Answer, told: Memory | None = None) -> Any:
        if answer[0] != RESULT:
            raise self._error(operation, answer, told)
        try:
            return operation.result.back(answer[1], Carrier(self, operation.path, answer[2]))
        except Misfit as misfit:
            raise self._unanswered(operation, misfit) from None

    def _error(self, operation: Operation, answer: Answer, told: Memory | None = None) -> BaseException:
        """Return what an answer raises that is no result.

        Args:
            operation: What was asked.
            answer: The answer.
            told: The exceptions that the request told of.
        """
        kind, content, segments, _ = answer
        carrier = Carrier(self, operation.path, segments)
        try:
            if kind == ENDED and operation.returns is not None:
                # a stream that has ended before returns nothing, whatever it returned then
                value = None if content is None else operation.returns.back(_only(content), carrier)
                return StopAsyncIteration() if operation.asynchronous else StopIteration(value)
            if told is not None and answer[0] == RAISED:
                answer[3].held.update(told.held)
            return self.made(answer, carrier, operation)
        except Misfit as misfit:
            return self._unanswered(operation, misfit)

    def _unanswered(self, operation: Operation, misfit: Misfit) -> PluginError:
        return self._cannot(f"the answer of {operation.path}", misfit)

    def made(self, answer: Answer, carrier: Carrier, operation: Operation | None = None) -> BaseException:
        """Return the exception that an answer brought.

        Raises:
            Misfit: If it brought none.
        """
        kind, content, _, memory = answer
        if kind != RAISED:
            raise Misfit("", "no answer to this request")
        if operation is None:
            return self.raising.made(content, carrier, memory=memory)
        return self.raising.made(
            content, carrier, declared=operation.raises, classes=operation.classes, memory=memory
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
            lent = self.lending.by_number.get(number) if type(number) is int else None
            if lent is None or type(index) is not int or not 0 <= index < len(lent.kind.operations):
                lent, operation = self.sought(message)
            else:
                operation = lent.kind.operations[index]
            value: Any = lent.value
            due = message[-1]
            carrier = Carrier(self, operation.path, segments)
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
        carrier = Carrier(self, operation.path)
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


def _only(content: object) -> Any:
    if type(content) is not list or len(cast("list[object]", content)) != 1:
        raise Misfit("", "no end of a stream")
    return cast("list[object]", content)[0]


def _thrown(kind: object, value: object = None, _trace: object = None) -> BaseException:
    """Return the exception that ``throw`` was given, in one of its three ways."""
    cls: Any = kind
    if isinstance(value, BaseException):
        return value
    if isinstance(kind, BaseException):
        return kind
    if isinstance(cls, type) and issubclass(cls, BaseException):
        return cls() if value is None else cls(value)
    raise TypeError(f"only an exception can be thrown, not {kind!r}")


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
