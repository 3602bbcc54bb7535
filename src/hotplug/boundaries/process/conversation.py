"""One connection and the thread that uses it: each side may ask the other while it waits for an answer.

So a callback runs on the thread that made the call, and what it asks in turn is met by the thread that waits for
the callback: nothing can deadlock that would not inline.
"""

from __future__ import annotations

import threading
from time import monotonic

from hotplug.boundaries.process.channel import Broken, Gone, Late
from hotplug.boundaries.process.messages import COMMAND, ENDED, PING, PONG, RAISED, RELEASE, RESULT, understood
from hotplug.boundaries.process.raising import Memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hotplug.boundaries.process.channel import Channel
    from hotplug.boundaries.process.crossing import Segment
    from hotplug.boundaries.process.messages import Message
    from hotplug.boundaries.process.session import Answer, Session

    Command = Callable[[Message, list[Any]], tuple[Any, Any]]

_PATIENCE = 100  # interruptions while an answer is awaited that nobody wants
_RELEASES = 1000  # in one message: so it is small
_ANSWERS = frozenset((RESULT, RAISED, ENDED))
_ANSWER = 2  # parts of each of these
_ANSWERLESS = frozenset((RELEASE, PING, PONG))


class Current(threading.local):
    """The conversation whose request this thread is meeting, None where it is meeting none."""

    conversation: Conversation | None = None


class Cancelled(BaseException):
    """Raised in the plugin's code in the worker: the host does not want the answer any more."""


class Conversation:
    """One connection, for one thread at a time.

    Attributes:
        channel: The connection's end.
        waiting: How many requests of this side wait for their answer, one within the other.
        inside: Whether the plugin's own code runs on behalf of the other side right now.
        cancelled: Whether it is to be interrupted as soon as it runs.
        owing: How many requests were sent that have no answer yet.
        over: Whether no more requests are met after this one.
    """

    __slots__ = (
        *(
            "_command",
            "_current",
            "_dropped",
            "_due",
            "_met",
            "_meeting",
            "_memory",
            "_pings",
            "_pong",
            "_refusing",
            "_session",
            "_since",
            "_settling",
            "_unanswered",
            "cancelled",
            "channel",
            "inside",
            "over",
            "owing",
        ),
        "waiting",
    )

    def __init__(
        self, channel: Channel, session: Session, current: Current, command: Command | None = None
    ) -> None:
        self.channel = channel
        self.waiting = 0
        self.inside = False
        self.cancelled = False
        self.owing = 0
        self._met = 0  # requests of the other side that run, one within the other
        self._pings = 0
        self._pong = 0  # the last of them that was answered
        self._since = 0  # requests that were sent after the last of them
        self._settling = False
        self._refusing = False
        self._unanswered = 0
        self._due: float | None = None
        self.over = False
        self._session = session
        self._dropped = session.dropped
        self._meeting = session.meeting
        self._current = current
        self._command = command
        self._memory = Memory()

    def ask(self, message: Message, segments: list[Segment], due: float | None) -> Answer:
        """Send a request, meet what the other side asks meanwhile, and return the answer.

        Raises:
            Late: If it is not there in time; `answer` goes on waiting.
            Gone: If the other side is.
            Broken: If what it sends is no message.
        """
        if self.owing > self.waiting and not self._settling:
            self.settle(due, refusing=True)
        if self._unanswered:
            self._make_up()
        inside, self.inside = self.inside, False
        outer, self._due = self._due, due
        if self._dropped:
            self.release()
        channel = self.channel
        channel.load(message, segments)
        self.waiting += 1
        self.owing += 1  # before it is sent: whatever interrupts from here on, an answer may come
        self._since += 1
        try:
            try:
                channel.flush(due)
            except BaseException:
                if not channel.begun:
                    self.owing -= 1
                    self._since -= 1
                raise
            # what `answer` does with one that comes at once, without its cost: `understood` above all
            received, beside = channel.receive(due)
            parts: Any = received
            if type(received) is list and len(parts) == _ANSWER:
                kind, content = parts
                if type(kind) is int and kind in _ANSWERS:
                    self.owing -= 1
                    return kind, content, beside, self._memory
            return self.answer(due, (parts, beside))
        finally:
            self.waiting -= 1
            self._due = outer
            if self._memory.held and not self.waiting:
                self._memory = Memory()  # the answer has the old one
            if inside:
                self.enter()

    @property
    def owed(self) -> bool:
        """Whether a request was sent that has no answer yet, and nobody waits for it any more."""
        return self.owing > self.waiting

    def settle(self, due: float | None = None, *, refusing: bool = False) -> None:
        """Get in step again, so that no answer is taken for that of another request.

        An exception of a signal handler, or the end of the stack, left the wait for an answer: which may be on its
        way, or have been lost in the very moment in which it was received. What comes until the other side has
        said that there is no more is dropped.

        Args:
            due: Until when.
            refusing: Whether what the other side asks meanwhile is refused: it asks for what nobody waits for.

        Raises:
            Late: If the other side does not say so in time.
            Gone: If it cannot.
            Broken: If what it sends is no message.
            RecursionError: If there is not enough stack for that, or what it sends is nested too deeply.
        """
        self._settling, self._refusing = True, refusing
        try:
            for _ in range(_PATIENCE):
                try:
                    self._synchronise(due)
                except (Late, Gone, Broken, RecursionError):
                    raise
                except BaseException:  # noqa: BLE001, S112 - one exception has left already, this is another signal's
                    continue
                return
            self.channel.shut()
            raise Gone("the connection is out of step")
        finally:
            self._settling = self._refusing = False

    def _synchronise(self, due: float | None) -> None:
        if self.channel.writing:
            self.channel.shut()
            raise Gone("a message was sent in part")
        if self._unanswered:
            self._make_up()  # so that who waits for these over there gets out of its calls
        self._pings += 1
        self._since = 0
        self.channel.send([PING, self._pings], [], due)
        while self._pong != self._pings or self.owing > self.waiting:
            self.answer(due, settling=True)

    def answer(
        self, due: float | None, first: tuple[object, list[Any]] | None = None, *, settling: bool = False
    ) -> Answer:
        """Wait for the answer to the last request.

        Args:
            due: Until when.
            first: A message that has arrived and was not looked at.
            settling: Whether what was asked by `settle` is an answer, too.
        """
        while True:
            received, segments = first or self.channel.receive(due)
            first = None
            if not understood(received):
                raise Broken("what was sent is no message")
            kind = received[0]
            if kind in _ANSWERS:
                self.owing -= 1
                return kind, received[1], segments, self._memory
            if kind == PONG:
                self._count(received[1], received[2])
                if settling:
                    return kind, None, [], self._memory
                continue
            previous, self._current.conversation = self._current.conversation, self
            try:
                self._meet(received, segments)
            finally:
                self._current.conversation = previous
            if due is not None and monotonic() >= due:
                raise Late  # however much the other side asks meanwhile

    def _count(self, ping: object, met: object) -> None:
        """Take it from the other side how many answers are to come: what it does for us may go on.

        It does, if it was asking something itself in that moment.
        """
        if type(met) is not int:
            raise Broken("a count of nothing")
        if ping == self._pings:
            self._pong = self._pings
            self.owing = max(met + self._since, self.waiting)

    def serve(self) -> None:
        """Meet one request after the other, until the other side has gone; on a thread that does nothing else."""
        self._current.conversation = self
        trusting = self._session.trusting
        try:
            while not self.over:
                received: Any
                received, segments = self.channel.receive(None)
                if not trusting and (not understood(received) or received[0] in _ANSWERS):
                    raise Broken("what was sent is no request")
                if received[0] in _ANSWERS:
                    continue  # nobody waits for it: the wait for it was left by an exception
                self.cancelled = False
                self._meet(received, segments)
        except Gone:
            pass

    def release(self) -> None:
        """Tell the other side what is not used any more here; later, if it does not read now."""
        dropped = self._dropped
        given: list[tuple[int, int, int]] = []
        try:
            while True:
                given.append(dropped.popleft())
        except IndexError:
            pass
        for start in range(0, len(given), _RELEASES):
            if not self.channel.send_now([RELEASE, given[start : start + _RELEASES]]):
                dropped.extendleft(reversed(given[start:]))
                return

    def enter(self) -> None:
        """The plugin's code runs from here on: it may be interrupted."""
        self.inside = True
        if self.cancelled:
            self.interrupt()

    def interrupt(self) -> None:
        """End what runs for the other side; called on the thread itself, by a signal handler.

        Raises:
            Cancelled: If the plugin's code runs; else as soon as it does.
        """
        if self.inside:
            self.inside = self.cancelled = False
            raise Cancelled
        self.cancelled = True

    def _meet(self, message: Message, segments: list[Any]) -> None:
        kind = message[0]
        if kind in _ANSWERLESS:
            if kind == RELEASE:
                self._taken_back(message[1])
            elif kind == PING:
                self.cancelled = False
                self._unanswered = 0  # who asks waits for none of those answers any more
                self.channel.send([PONG, message[1], self._met], [], self._due)
            return
        if self._refusing:
            self._unanswered += 1
            self._make_up()
            return
        loaded = answered = False
        self._met += 1
        try:
            if kind == COMMAND:
                if self._command is None:
                    raise Broken("only the host gives commands")
                answer, beside = self._command(message, segments)
            else:
                memory = self._memory if self.waiting else self._session.loose
                answer, beside = self._meeting.meet(message, segments, memory, self)
            del message, segments
            if self.owing > self.waiting and not self._settling:
                self.settle(self._due, refusing=True)
            if self._unanswered:
                self._make_up()
            if self._dropped:
                self.release()
            self.channel.load(answer, beside)
            loaded = True
            self.channel.flush(self._due)
            answered = True
        finally:
            self._met -= 1
            if not (answered or (loaded and self.channel.begun)):
                self._unanswered += 1

    def _make_up(self) -> None:
        """Answer the requests that could not be answered where there was no stack left."""
        while self._unanswered:
            error = RecursionError("maximum recursion depth exceeded, from one process to the other and back")
            answer, beside = self._meeting.told(error, None, None)
            self.channel.load(answer, beside)
            self._unanswered -= 1
            try:
                self.channel.flush(self._due)
            except BaseException:
                if not self.channel.begun:
                    self._unanswered += 1
                raise

    def _taken_back(self, given: Any) -> None:
        try:
            released: list[Any] = [(number, times, sent) for number, times, sent in given]
        except (TypeError, ValueError):
            raise Broken("a release of nothing") from None
        gone, lending = self._session.gone, self._session.lending
        for number, times, sent in released:
            gone.append(lending.release(number, times, sent))
        if not self.waiting:
            # what their ends ask goes another way: at this end nobody waits for an answer
            previous, self._current.conversation = self._current.conversation, None
            try:
                self._session.let_go()
            finally:
                self._current.conversation = previous
