"""One connection and the thread that uses it: each side may ask the other while it waits for an answer.

So a callback runs on the thread that made the call, and what it asks in turn is met by the thread that waits for
the callback: nothing can deadlock that would not inline.
"""

from __future__ import annotations

import threading
from time import monotonic

from hotplug.boundaries.process.channel import Broken, Gone, Late
from hotplug.boundaries.process.messages import COMMAND, ENDED, RAISED, RELEASE, RESULT, understood
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

_ANSWERS = frozenset((RESULT, RAISED, ENDED))


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
        owed: Whether a request was sent that has no answer yet.
        over: Whether no more requests are met after this one.
    """

    __slots__ = (
        *(
            "_command",
            "_current",
            "_dropped",
            "_meeting",
            "_memory",
            "_session",
            "cancelled",
            "channel",
            "inside",
            "over",
            "owed",
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
        self.owed = False
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
        inside, self.inside = self.inside, False
        if self._dropped:
            self.release()
        self.waiting += 1
        try:
            self.channel.send(message, segments, due)
            self.owed = True
            # what `answer` does with one that comes at once, without its cost
            received: Any
            received, beside = self.channel.receive(due)
            if understood(received) and received[0] in _ANSWERS:
                self.owed = False
                return received[0], received[1], beside, self._memory
            return self.answer(due, (received, beside))
        finally:
            self.waiting -= 1
            if self._memory.held and not self.waiting:
                self._memory = Memory()  # the answer has the old one
            if inside:
                self.enter()

    def answer(self, due: float | None, first: tuple[object, list[Any]] | None = None) -> Answer:
        """Wait for the answer to the last request.

        Args:
            due: Until when.
            first: A message that has arrived and was not looked at.
        """
        while True:
            received, segments = first or self.channel.receive(due)
            first = None
            if not understood(received):
                raise Broken("what was sent is no message")
            kind = received[0]
            if kind in _ANSWERS:
                self.owed = False
                return kind, received[1], segments, self._memory
            previous, self._current.conversation = self._current.conversation, self
            try:
                self._meet(received, segments)
            finally:
                self._current.conversation = previous
            self.owed = True
            if due is not None and monotonic() >= due:
                raise Late  # however much the other side asks meanwhile

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
                self.cancelled = False
                self._meet(received, segments)
        except Gone:
            pass

    def release(self) -> None:
        """Tell the other side what is not used any more here."""
        dropped = self._dropped
        given: list[tuple[int, int, int]] = []
        try:
            while True:
                given.append(dropped.popleft())
        except IndexError:
            pass
        self.channel.send([RELEASE, given], [], None)

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
        if kind == RELEASE:
            self._taken_back(message[1])
            return
        if kind == COMMAND:
            if self._command is None:
                raise Broken("only the host gives commands")
            answer, beside = self._command(message, segments)
        else:
            memory = self._memory if self.waiting else self._session.loose
            answer, beside = self._meeting.meet(message, segments, memory, self)
        del message, segments
        if self._dropped:
            self.release()
        self.channel.send(answer, beside, None)

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
