"""Whose turn it is: the connections to a worker that are free, and the threads that wait for one."""

from __future__ import annotations

import threading
from collections import deque

from hotplug.light import Gate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotplug.boundaries.process.conversation import Conversation
    from hotplug.boundaries.process.life import Life

_MOMENT = 0.2  # seconds in which a release is sent


class _Turn:
    """One thread's place among those who wait."""

    __slots__ = ("conversation", "gate")

    def __init__(self) -> None:
        self.conversation: Conversation | None = None
        self.gate = Gate()


class Turns:
    """The connections to one worker, each for one thread at a time.

    Nobody who comes later is served before, but for the one who closes.

    Attributes:
        free: Those that nobody uses. While nobody waits, whoever needs one pops it from here: that is the way of
            every call, and no function is to lie on it. If there is none, he waits in `take`. Whoever has put
            one back here calls `serve` if anybody waits.
        waiting: Who waits, the first first; changed under the lock. This list and the other stay the same objects.
    """

    __slots__ = ("_closed", "_every", "_lock", "free", "waiting")

    def __init__(self, every: Sequence[Conversation]) -> None:
        self._every = every
        self.free = list(reversed(every))
        self.waiting: deque[_Turn] = deque()
        self._closed = False
        self._lock = threading.RLock()  # entered again where a collector drops a proxy

    def take(self, life: Life, until: float | None, *, first: bool = False) -> Conversation | None:
        """Wait for a turn with a connection.

        Args:
            life: The worker's: nobody begins to wait for one that is closed or over.
            until: When to give up, as `time.monotonic` counts.
            first: Whether to be served before all who wait.

        Returns:
            The connection; None if there was none in time, or none will be.
        """
        turn = _Turn()
        try:
            with self._lock:
                if life.closed or life.over:
                    return None
                if first:
                    self.waiting.appendleft(turn)
                else:
                    self.waiting.append(turn)
            self.serve()  # what was given back before anybody waited
            turn.gate.wait_until(until)
        except BaseException:  # Ctrl-C
            conversation = self._left(turn)
            if conversation is not None:
                self.give_back(conversation)
            raise
        return self._left(turn)

    def take_all(self, life: Life, until: float | None) -> bool:
        """Wait for every connection, before all who wait, and keep it; say whether all were had."""
        return all(self.take(life, until, first=True) is not None or self._soon(life, until) for _ in self._every)

    def give_back(self, conversation: Conversation) -> None:
        """Have a connection free again."""
        self.free.append(conversation)
        if self.waiting:
            self.serve()

    def serve(self) -> None:
        """Give what is free to those who wait for it; close it, if nobody is to have it any more."""
        with self._lock:
            while self.waiting:
                try:
                    conversation = self.free.pop()
                except IndexError:
                    return
                if self._closed:
                    conversation.channel.close()
                    continue
                try:
                    turn = self.waiting.popleft()
                except IndexError:  # a finalizer served it just now, on this thread
                    self.free.append(conversation)
                else:
                    turn.conversation = conversation
                    turn.gate.open()

    def end(self) -> None:
        """Have all who wait go on without a connection: the worker is closed or over."""
        with self._lock:
            turns = list(self.waiting)
            self.waiting.clear()
            if self._closed:
                self.waiting.append(_Turn())
        for turn in turns:
            turn.gate.open()

    def close(self) -> None:
        """Close each connection as soon as nobody uses it: the worker has ended."""
        with self._lock:
            self._closed = True
            self.waiting.append(_Turn())  # of nobody: so who puts one back calls `serve`
        self.serve()

    def _soon(self, life: Life, until: float | None) -> bool:
        """Wait a moment more for a connection on which nobody waits for an answer; say whether there was one.

        One is only told what is not used any more.
        """
        if until is None or any(each.waiting for each in self._every):
            return False
        return self.take(life, until + _MOMENT, first=True) is not None

    def _left(self, turn: _Turn) -> Conversation | None:
        """Take a turn out of those who wait, and return the connection that it was given."""
        with self._lock:
            if turn in self.waiting:
                self.waiting.remove(turn)
            return turn.conversation
