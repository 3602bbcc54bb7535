"""The link: one connection for any number of async calls, in both directions.

Each message goes with the number of its request. A thread reads what comes, and hands it to the event loop that
waits for it, or in which the object lives that is asked.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from itertools import count
from typing import Any, cast

from hotplug.boundaries.process.carrying import Carrier
from hotplug.boundaries.process.channel import Broken, Channel, Gone, Late
from hotplug.boundaries.process.crossing import Misfit
from hotplug.boundaries.process.messages import CALL, CANCEL, ENDED, RAISED, RESULT, understood
from hotplug.boundaries.process.raising import Memory
from hotplug.light import suppress
from hotplug.policy import until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.boundaries.process.crossing import Segment
    from hotplug.boundaries.process.messages import Message
    from hotplug.boundaries.process.session import Answer, Session

_GRACE = 0.5  # seconds in which what was cancelled may end by itself
_ANSWERS = frozenset((RESULT, RAISED, ENDED))


class Link:
    """One end of the link."""

    def __init__(
        self,
        channel: Channel,
        session: Session,
        home: Callable[[Any], asyncio.AbstractEventLoop | None],
        name: str,
        interrupted: Callable[[int], None] | None = None,
    ) -> None:
        """Start to listen.

        Args:
            channel: The connection.
            session: What the messages are about.
            home: Returns the event loop in which a lent object lives.
            name: The reading thread's.
            interrupted: Is called with the index of a connection whose request is to be interrupted.
        """
        self._channel = channel
        self._session = session
        self._home = home
        self._interrupted = interrupted
        self._numbers = count(1)
        self._waiting: dict[int, tuple[asyncio.AbstractEventLoop, asyncio.Future[Answer]]] = {}
        self._asked: dict[int, asyncio.AbstractEventLoop] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._interrupting: dict[int, threading.Event] = {}
        self._stuck = False
        self._ended = False
        self._lock = threading.Lock()
        self._turn = threading.Condition()
        threading.Thread(target=self._listen, name=f"{name} link", daemon=True).start()

    async def ask(self, message: Message, segments: list[Segment], due: float | None) -> Answer:
        """Send a request and return its answer.

        Raises:
            Late: If it was not there in time; `settled` tells whether it came a little later.
            Gone: If the other side is.
        """
        loop = asyncio.get_running_loop()
        number = next(self._numbers)
        future: asyncio.Future[Answer] = loop.create_future()
        future.add_done_callback(_noted)  # who asked may have been cancelled, and wait for it no more
        with self._turn:
            self._waiting[number] = loop, future
            self._session.loose = self._session.loose or Memory()
        if self._ended:
            self._done(number)
            raise Gone("the link has ended")
        try:
            if due is None:
                await self._sent([number, message], segments)
                return await future
            async with asyncio.timeout(max(due - _now(), 0)):
                await self._sent([number, message], segments)
                shielded = asyncio.shield(future)
                shielded.add_done_callback(_noted)
                return await shielded
        except TimeoutError:
            self._tell_later([0, [CANCEL, number]])
            try:
                async with asyncio.timeout(_GRACE):
                    await future
            except TimeoutError:
                self._stuck = True
            raise Late from None
        except asyncio.CancelledError:
            with suppress(Gone):
                self._tell_later([0, [CANCEL, number]])
            raise
        finally:
            self._done(number)

    def _done(self, number: int) -> None:
        with self._turn:
            self._waiting.pop(number, None)
            if not self._waiting:
                self._session.loose = None
                self._turn.notify_all()

    def quiet(self, seconds: float | None) -> bool:
        """Wait until no request of this side is in flight; say whether that was reached."""
        with self._turn:
            return self._turn.wait_for(lambda: not self._waiting, seconds)

    def settled(self) -> bool:
        """Say whether all that was cancelled has ended by itself."""
        return not self._stuck

    def interrupt(self, index: int) -> threading.Event:
        """Ask the worker to interrupt what it does for the connection of that index.

        Returns:
            What is set when that was done, or the link has ended. Before it nothing else may be asked on that
            connection: it would be interrupted in place of what was meant.
        """
        number = next(self._numbers)
        done = self._interrupting[number] = threading.Event()
        try:
            if self._ended:
                raise Gone("the link has ended")  # noqa: TRY301
            self._send([number, [CANCEL, -1 - index]], [])
        except Gone:
            done.set()
        return done

    async def _sent(self, envelope: Any, segments: list[Segment]) -> None:
        # what the other side may take a while to read is sent by a thread: the event loop waits for nobody
        if segments or not self._sent_now(envelope):
            await asyncio.get_running_loop().run_in_executor(None, self._send, envelope, segments)

    def _sent_now(self, envelope: Any) -> bool:
        if not self._lock.acquire(blocking=False):
            return False
        try:
            return self._channel.send_now(envelope)
        finally:
            self._lock.release()

    def _tell_later(self, envelope: Any) -> None:
        """Send what has no answer, on the event loop."""
        if not self._sent_now(envelope):
            nothing: list[Segment] = []
            sending = asyncio.get_running_loop().run_in_executor(None, self._send, envelope, nothing)
            sending.add_done_callback(_noted)

    def _send(self, envelope: Any, segments: list[Segment]) -> None:
        with self._lock:
            self._channel.send(envelope, segments, None)

    def _listen(self) -> None:
        try:
            while True:
                envelope, segments = self._channel.receive(None)
                try:
                    number, message = cast("Any", envelope)
                except (TypeError, ValueError):
                    raise Broken("no envelope") from None
                if type(number) is not int or not understood(message):
                    raise Broken("no envelope")  # noqa: TRY301
                self._take(number, message, segments)
        except (Gone, Broken) as problem:
            self._end(problem)
        except BaseException as problem:
            self._end(Gone(str(problem)))
            raise

    def _end(self, problem: Exception) -> None:
        self._ended = True
        self._channel.shut()
        for each in list(self._interrupting.values()):
            each.set()
        for loop, future in list(self._waiting.values()):
            _tell(loop, _fail, future, problem)
        with self._lock:  # nobody sends meanwhile
            self._channel.close()

    def _take(self, number: int, message: Message, segments: list[Any]) -> None:
        kind = message[0]
        if kind in _ANSWERS:
            interrupting = self._interrupting.pop(number, None)
            if interrupting is not None:
                interrupting.set()
            waiting = self._waiting.get(number)
            if waiting is not None:
                _tell(
                    waiting[0], _settle, waiting[1], (kind, message[1], segments, self._session.loose or Memory())
                )
        elif kind == CANCEL:
            self._cancel(message[1], number)
        elif kind == CALL:
            lent = self._session.lending.get(message[1])
            loop = None if lent is None else self._home(lent)
            if loop is not None:
                self._asked[number] = loop
            if loop is None or not _tell(loop, self._begin, loop, number, message, segments):
                self._asked.pop(number, None)
                answer, beside = self._session.meeting.refused(
                    None, Misfit("", "no event loop runs where it was lent")
                )
                self._send([number, answer], beside)

    def _cancel(self, number: object, own: int) -> None:
        if type(number) is not int:
            return
        if number < 0:
            if self._interrupted is not None:
                self._interrupted(-1 - number)
                self._send([own, [RESULT, None]], [])
            return
        loop = self._asked.get(number)
        if loop is not None:
            # after it was begun, and after its first step: what never ran would not answer
            _tell(loop, loop.call_soon, self._cancel_task, number)

    def _cancel_task(self, number: int) -> None:
        task = self._tasks.get(number)
        if task is not None:
            task.cancel()

    def _begin(self, loop: asyncio.AbstractEventLoop, number: int, message: Message, segments: list[Any]) -> None:
        self._tasks[number] = task = loop.create_task(self._meet(number, message, segments))
        task.add_done_callback(self._met)

    def _met(self, task: asyncio.Task[None]) -> None:
        """Hang up if a request could not even be refused: who waits for its answer is to be told."""
        if task.cancelled() or task.exception() is not None:
            self._channel.shut()

    async def _meet(self, number: int, message: Message, segments: list[Any]) -> None:
        session, meeting, operation = self._session, self._session.meeting, None
        carrier = Carrier(session)
        try:
            lent, operation = meeting.sought(message)
            carrier.owner = operation.path
            args, named = meeting.arguments(message, operation, Carrier(session, operation.path, segments))
            function = lent.value if operation.name == "__call__" else getattr(lent.value, operation.name)
            with until(meeting.due(message)):
                result = function(*args, **named)
                if inspect.isawaitable(result):
                    result = await result
            answer: tuple[Any, Any] = [RESULT, operation.result.out(result, carrier)], carrier.segments
        except Misfit as misfit:
            carrier.unsent()
            answer = meeting.refused(operation, misfit)
        except (StopIteration, StopAsyncIteration) as end:
            ending = operation is not None and operation.returns is not None
            answer = meeting.ended(end, operation) if ending else meeting.told(end, operation, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        except BaseException as error:  # noqa: BLE001 - all of it is for the caller on the other side
            answer = meeting.told(error, operation, session.loose)
        finally:
            self._tasks.pop(number, None)
            self._asked.pop(number, None)
        with suppress(Gone):
            await self._sent([number, answer[0]], answer[1])


def _now() -> float:
    from time import monotonic

    return monotonic()


def _noted(done: asyncio.Future[Any]) -> None:
    """Look at how something ended, lest asyncio complain that nobody has."""
    if not done.cancelled():
        done.exception()


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[..., object], *args: Any) -> bool:
    try:
        loop.call_soon_threadsafe(call, *args)
    except RuntimeError:  # the loop was closed
        return False
    return True


def _settle(future: asyncio.Future[Answer], answer: Answer) -> None:
    if not future.done():
        future.set_result(answer)


def _fail(future: asyncio.Future[Answer], problem: Exception) -> None:
    if not future.done():
        future.set_exception(problem)
