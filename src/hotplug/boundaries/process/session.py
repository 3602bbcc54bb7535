"""One plugin in one worker, seen from either side: what was lent, what was borrowed, and what proxies ask for.

Host and worker have the same session. They differ in the lines that their requests take (`Lines`), and in whom
they believe: the worker the host, the host nobody. How a request of the other side is met is `meeting`.
"""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import Any, Protocol, cast

from hotplug.boundaries.process.carrying import Carrier
from hotplug.boundaries.process.crossing import Misfit
from hotplug.boundaries.process.kinds import Kinds, Operation
from hotplug.boundaries.process.meeting import Meeting
from hotplug.boundaries.process.messages import CALL, ENDED, GET, RAISED, RESULT, SET
from hotplug.boundaries.process.proxies import far_of, proxy_of
from hotplug.boundaries.process.raising import Memory, Raising
from hotplug.boundaries.process.references import Borrowing, Far, Lending
from hotplug.errors import TransferError
from hotplug.light import suppress
from hotplug.policy import current_deadline, earlier

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.boundaries.process.crossing import Segment
    from hotplug.boundaries.process.kinds import Kind
    from hotplug.boundaries.process.messages import Message
    from hotplug.errors import PluginError

    Answer = tuple[int, Any, list[Any], Memory]
    """An answer: its kind and content, what came beside it, and the exceptions that may come home."""


class Lines(Protocol):
    """The ways that requests take from this side to the other."""

    def ask(self, message: Message, segments: list[Segment], due: float | None, what: str) -> Answer:
        """Send a request and return its answer; ``what`` is what errors call it.

        A message that could not be sent is emptied: what was lent by it is not over there.
        """
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
        meeting: What meets the requests of the other side.
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
        self.meeting = Meeting(self)
        self._default = default

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
        try:
            answer = self.lines.ask(message, carrier.segments, due, operation.path)
        except BaseException:
            if not message:
                carrier.unsent()
            raise
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
        try:
            answer = await self.lines.ask_async(message, carrier.segments, due, operation.path)
        except BaseException:
            if not message:
                carrier.unsent()
            raise
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
        message: Message = [SET, far.number, operation.index, wire, due]
        try:
            answer = self.lines.ask(message, carrier.segments, due, operation.path)
        except BaseException:
            if not message:
                carrier.unsent()
            raise
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
