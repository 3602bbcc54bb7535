"""How the host asks a worker: which connection a request takes, and what happens when no answer comes in time.

Who waits for a free connection, and who is next, is in `turns`.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from time import monotonic

from hotplug.boundaries.process.channel import Broken, Channel, Gone, Late, TooLarge
from hotplug.boundaries.process.conversation import Conversation, Current
from hotplug.boundaries.process.link import Link
from hotplug.boundaries.process.starting import keep_from_forks, service
from hotplug.boundaries.process.turns import Turns
from hotplug.errors import DeadlineExceeded, PluginError
from hotplug.light import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from types import FrameType
    from typing import Any

    from hotplug.boundaries.process.crossing import Segment
    from hotplug.boundaries.process.life import Life
    from hotplug.boundaries.process.messages import Message
    from hotplug.boundaries.process.session import Answer, Session

GRACE = 0.5  # seconds in which a call that was cancelled may still end by itself


class Asking:
    """The host's lines to one worker.

    A request takes a free connection, each of which is served by a thread of the worker. What is asked from within
    a callback takes the connection of the call that it belongs to.
    """

    def __init__(
        self, session: Session, forward: list[socket.socket], reverse: socket.socket, link: socket.socket
    ) -> None:
        self.life: Life
        self._session = session
        self._current = Current()
        self._every = [Conversation(Channel(each), session, self._current) for each in forward]
        self._turns = Turns(self._every)
        self._free, self._waiting = self._turns.free, self._turns.waiting  # each request asks for them
        self._reverse = Conversation(Channel(reverse), session, self._current)
        self._link_channel = Channel(link)
        self._link: Link | None = None
        self._lock = threading.Lock()
        self._hung_up = False
        self._sockets = [*forward, reverse, link]
        keep_from_forks(*self._sockets)
        service().watch(reverse, self._listen)

    # requests

    def ask(self, message: Message, segments: list[Segment], due: float | None, what: str) -> Answer:
        """Send a request and return its answer.

        Raises:
            DeadlineExceeded: If the answer was not there in time; what was done for it has been ended.
            PluginCrashed: If the worker ended before it answered.
            PluginClosed: If the plugin was closed before it answered.
        """
        if due is not None and due <= monotonic():
            message.clear()
            raise self._too_late(what)
        inner = self._current.conversation
        if inner is not None:
            try:
                return inner.ask(message, segments, due)
            except RecursionError:
                raise  # nothing can be done here: whoever asks or answers next gets in step first
            except BaseException as problem:
                try:
                    self._failed(inner, problem, what)
                finally:
                    self._settle(inner, what)
                raise
        try:
            conversation = self._take(message, due, what) if self._waiting else self._free.pop()
        except IndexError:
            conversation = self._take(message, due, what)
        try:
            return conversation.ask(message, segments, due)
        except BaseException as problem:
            self._failed(conversation, problem, what)
            raise
        finally:
            # what `_settle` asks first, without its cost
            if conversation.owing > conversation.waiting or conversation.channel.writing:
                self._settle(conversation, what)
            if self._session.dropped:
                with suppress(Gone, OSError):
                    conversation.release()
            self._free.append(conversation)
            if self._waiting:
                self._turns.serve()
            if self._session.gone:
                self._session.let_go()

    async def ask_async(self, message: Message, segments: list[Segment], due: float | None, what: str) -> Answer:
        """Do the same without blocking the event loop that runs."""
        if due is not None and due <= monotonic():
            message.clear()
            raise self._too_late(what)
        link = self._linked()
        try:
            return await link.ask(message, segments, due)
        except Late:
            if not link.settled():
                self.life.kill(_verdict(what))
            raise self._late(what) from None
        except (Gone, Broken) as problem:
            if isinstance(problem, Broken):
                self.life.kill(_broke(problem))
            failure = await asyncio.get_running_loop().run_in_executor(None, self.life.failure, what)
            raise failure from None

    def dropped(self) -> None:
        """Tell the worker what is not used any more, if a connection is free; else the next request does."""
        try:
            conversation = self._free.pop()
        except IndexError:
            return
        try:
            with suppress(Gone, OSError):
                conversation.release()
        finally:
            self._turns.give_back(conversation)

    def awaited(self) -> object:
        """Listen to the link, and return the event loop that runs here, if one does."""
        self._linked()
        try:
            return asyncio.get_running_loop()
        except RuntimeError:
            return None

    # the end

    def drained(self, seconds: float | None) -> bool:
        """Wait until no call is in flight; from then on none begins. Say whether that was reached."""
        until = None if seconds is None else monotonic() + min(seconds, threading.TIMEOUT_MAX)
        if not self._turns.take_all(self.life, until):
            return False
        link = self._link
        return link is None or link.quiet(None if until is None else until - monotonic())

    def last(self, message: Message, due: float) -> bool:
        """Send the last request, after `drained`; say whether it was answered."""
        try:
            self._every[0].ask(message, [], due)
        except (Late, Gone, Broken):
            return False
        return True

    def hang_up(self) -> None:
        """Wake all who wait for the worker: there will be no answer."""
        self._hung_up = True
        for each in self._every:
            each.channel.shut()
        self._reverse.channel.shut()
        self._link_channel.shut()
        self._turns.end()

    def let_go(self) -> None:
        """Give back the connections that nobody uses, once the worker has ended; the others as they are left."""
        self._turns.close()
        with self._lock:
            if self._link is None:
                self._link_channel.close()
        # the link's own thread closes it where there is one, and `_answer` the connection that is left

    def close(self) -> None:
        """Give the connections back, after the worker has ended."""
        self.hang_up()
        service().forget(self._sockets[-2])
        for each in self._sockets:
            each.close()

    # inside

    def _failed(self, conversation: Conversation, problem: BaseException, what: str) -> None:
        """Raise what the host is told of a request that has no answer, where that is another exception."""
        if isinstance(problem, Late):
            self._stop(conversation, what)
            raise self._late(what) from None
        if isinstance(problem, Gone | Broken):
            if isinstance(problem, Broken):
                self.life.kill(_broke(problem))
            raise self.life.failure(what) from None
        # Ctrl-C, or whatever else a signal handler raises here
        if conversation.channel.writing or conversation.owed:
            self._stop(conversation, what)

    def _stop(self, conversation: Conversation, what: str) -> None:
        """End what the worker does for a request whose answer nobody waits for any more."""
        if conversation.channel.writing:  # it cannot even be told what else is wanted
            self.life.kill(_verdict(what))
            return
        interrupted = None
        if len(self._every) == 1 or conversation is self._every[0]:
            self.life.worker.interrupt()
        elif conversation in self._every:
            interrupted = self._linked().interrupt(self._every.index(conversation))
        try:
            conversation.settle(monotonic() + GRACE)
        except Late:
            self.life.kill(_verdict(what))
        except Broken as problem:
            self.life.kill(_broke(problem))
        except RecursionError:
            self.life.kill(f"was ended since its answer to {what} was nested too deeply")
        except Gone:
            pass
        else:
            if interrupted is not None and not interrupted.wait(GRACE):
                self.life.kill(_verdict(what))

    def _settle(self, conversation: Conversation, what: str) -> None:
        """See to it that no connection is used again on which an answer may come that nobody waits for.

        It would be taken for the answer of the next call: after a second Ctrl-C, for one.
        """
        if (conversation.owed or conversation.channel.writing) and not (self.life.over or self.life.closed):
            self.life.kill(_verdict(what))

    def _too_late(self, what: str) -> DeadlineExceeded:
        return DeadlineExceeded(
            f"{what} was not begun: its deadline had passed before", plugin=self._session.remote
        )

    def _late(self, what: str) -> DeadlineExceeded:
        return DeadlineExceeded(
            f"{what} did not end before its deadline" + ("; its worker was ended" if self.life.over else ""),
            plugin=self._session.remote,
            remedy="open the plugin again" if self.life.over else None,
        )

    def _take(self, message: Message, due: float | None, what: str) -> Conversation:
        """Wait for a free connection for a message."""
        if self._held_here() >= len(self._every):
            message.clear()
            raise PluginError(
                f"{what} is asked by a finalizer or a signal handler while its thread waits for another answer of "
                "the plugin, and no connection is left: it would wait for itself",
                plugin=self._session.remote,
                remedy="raise Limits(concurrency=...)",
            )
        conversation = self._turns.take(self.life, due)
        if conversation is not None:
            return conversation
        message.clear()
        if self.life.closed or self.life.over:
            raise self.life.failure(what)
        raise DeadlineExceeded(
            f"{what} found no free connection before its deadline: other calls took all {len(self._every)}",
            plugin=self._session.remote,
            remedy="raise Limits(concurrency=...)",
        )

    def _held_here(self) -> int:
        """Return how many requests below the one that looks for a connection are of the same thread."""
        found = -1
        frame: FrameType | None = sys._getframe()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        while frame is not None:
            found += frame.f_code is _ASK and frame.f_locals.get("self") is self
            frame = frame.f_back
        return found

    def _linked(self) -> Link:
        with self._lock:
            if self._link is None:
                self._link = Link(
                    self._link_channel, self._session, self._loop_of, f"hotplug {self._session.remote}"
                )
            return self._link

    @staticmethod
    def _loop_of(lent: Any) -> Any:
        return None if lent.loop is None or lent.loop.is_closed() else lent.loop

    def _listen(self) -> None:
        """A thread of the worker's own asks something for the first time: answer it on a thread of ours."""
        if self._hung_up:  # nobody asks; and where the interpreter ends, it starts no thread any more
            self._reverse.channel.close()
            return
        name = f"hotplug {self._session.remote} callbacks"
        try:
            threading.Thread(target=self._answer, name=name, daemon=True).start()
        except RuntimeError as problem:
            self.life.kill(_unanswered(problem))  # its thread would wait for ever
            raise

    def _answer(self) -> None:
        try:
            self._reverse.serve()
        except Broken as problem:
            self.life.kill(_broke(problem))
        except BaseException as problem:
            self.life.kill(_unanswered(problem))
            raise  # the traceback is for threading.excepthook
        finally:
            self._reverse.channel.close()


_ASK = Asking.ask.__code__


def _verdict(what: str) -> str:
    return f"was ended since {what} was not answered in time, and did not stop when it was asked to"


def _unanswered(problem: BaseException) -> str:
    kind = type(problem).__name__
    return f"was ended since what a thread of its own asked could not be answered ({kind}: {problem})"


def _broke(problem: Broken) -> str:
    if isinstance(problem, TooLarge):
        return f"was ended since it sent {problem}"
    return f"was ended since it broke the protocol ({problem})"
