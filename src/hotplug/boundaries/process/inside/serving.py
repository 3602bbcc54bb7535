"""The worker's own side: it starts the plugin, and answers the host until that has gone."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Any

from hotplug.boundaries.process.channel import Broken, Channel, Gone, TooLarge
from hotplug.boundaries.process.conversation import Cancelled, Conversation, Current
from hotplug.boundaries.process.inside.looking_up import LookingUp
from hotplug.boundaries.process.messages import RESULT
from hotplug.boundaries.process.session import Session
from hotplug.boundaries.process.starting import cancelling
from hotplug.errors import PluginClosed
from hotplug.light import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    import socket

    from hotplug.boundaries.process.crossing import Segment
    from hotplug.boundaries.process.link import Link
    from hotplug.boundaries.process.messages import Message
    from hotplug.boundaries.process.session import Answer


def main(sockets: list[socket.socket], control: socket.socket | None) -> None:
    """Serve the host on the connections that it gave, until it says stop or has gone.

    Args:
        sockets: One for each call that may run at once, one for what the plugin's own threads ask, the link.
        control: Held open: its end is the host's.
    """
    del control
    Serving(sockets, _PREPARED).serve()


class Prepared:
    """What a worker needs that takes no connection: made before the fork, it costs the worker no time or memory.

    Attributes:
        session: What it knows of the host.
        current: The conversation that each thread is in.
        looking_up: Its symbols.
    """

    __slots__ = ("current", "looking_up", "session")

    def __init__(self) -> None:
        self.session = Session("the host", trusting=True)
        self.current = Current()
        self.looking_up = LookingUp(self.session)


_PREPARED = Prepared()


class Serving:
    """One worker at work.

    Attributes:
        session: What it knows of the host.
    """

    def __init__(self, sockets: list[socket.socket], prepared: Prepared) -> None:
        *forward, reverse, link = sockets
        self.session = prepared.session
        self._current = prepared.current
        self._looking_up = prepared.looking_up
        self._lines = _Lines(self.session, self._current, Channel(reverse), Channel(link), self._interrupt)
        self.session.lines = self._lines
        self._served = [
            Conversation(Channel(each), self.session, self._current, self._command) for each in forward
        ]
        self._threads: dict[int, int] = {0: threading.get_ident()}
        self._process = os.getpid()
        self._files = [(each.fileno(), _inode(each.fileno())) for each in forward]

    def serve(self) -> None:
        """Answer until there is nobody to answer."""
        cancelling.call(self._served[0].interrupt)
        for index in range(1, len(self._served)):
            threading.Thread(target=self._serve, args=(index,), name=f"hotplug {index}", daemon=True).start()
        if len(self._served) > 1:
            self._lines.link()
        self._serve(0)

    def _serve(self, index: int) -> None:
        self._threads[index] = threading.get_ident()
        while True:
            try:
                self._served[index].serve()
            except Cancelled:  # it came a moment after the plugin's code had ended
                continue
            except TooLarge as problem:
                sys.exit(f"hotplug: the host sent {problem}")
            except Broken as problem:
                sys.exit(f"hotplug: the host broke the protocol: {problem}")
            if self._is_cut(index):
                sys.exit("hotplug: the plugin closed the worker's connection to the host")
            return

    def _is_cut(self, index: int) -> bool:
        """Tell whether the plugin closed a connection; a fork of the worker never had one."""
        number, inode = self._files[index]
        return os.getpid() == self._process and _inode(number) != inode

    def _interrupt(self, index: int) -> None:
        """Interrupt what is done for one connection, on whichever thread that is."""
        if not 0 <= index < len(self._served):
            return
        if index == 0:
            if cancelling.SIGNAL is not None and hasattr(signal, "pthread_kill"):
                signal.pthread_kill(self._threads[0], cancelling.SIGNAL)
            return
        import ctypes

        thread = ctypes.c_ulong(self._threads[index])
        if self._served[index].inside:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(Cancelled))
            if not self._served[index].inside:  # it ended just now: nothing else is to be interrupted
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object())

    def _command(self, message: Message, _segments: list[Any]) -> tuple[Any, Any]:
        name, arguments = message[1], message[2]
        conversation = self._current.conversation
        assert conversation is not None  # noqa: S101 - a command is met by one
        if name == "stop":
            for each in self._served:
                each.over = True
            return [RESULT, None], []
        conversation.enter()
        try:
            return self._looking_up.answer(name, arguments)
        finally:
            conversation.inside = False


def _run(loop: asyncio.AbstractEventLoop) -> None:
    """Run an event loop, also after the plugin has stopped it, or a task of its own that nobody awaits has."""
    while not loop.is_closed():
        try:
            loop.run_forever()
        except (SystemExit, KeyboardInterrupt) as error:
            with suppress(Exception):  # it may be the plugin's
                sys.excepthook(type(error), error, error.__traceback__)


def _inode(number: int) -> int | None:
    try:
        return os.fstat(number).st_ino
    except OSError:  # it is closed, or the system has no such numbers for sockets
        return None


class _Lines:
    """The ways in which the plugin's code asks the host.

    A thread that works for the host asks by the same connection; every other thread by one that they share.
    """

    def __init__(
        self, session: Session, current: Current, reverse: Channel, link: Channel, interrupted: Any
    ) -> None:
        self._session = session
        self._current = current
        self._reverse = Conversation(reverse, session, current)
        self._turn = threading.Lock()
        self._link_channel = link
        self._link: Link | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._interrupted = interrupted
        self._lock = threading.RLock()

    def ask(self, message: Message, segments: list[Segment], due: float | None, what: str) -> Answer:
        """Send a request and return its answer. The host itself holds to its deadlines."""
        del due
        conversation = self._current.conversation
        try:
            if conversation is not None:
                return conversation.ask(message, segments, None)
            with self._turn:
                return self._reverse.ask(message, segments, None)
        except Gone:
            raise PluginClosed(f"the host has closed the plugin: {what} has no answer") from None
        finally:
            if self._session.gone:
                self._session.let_go()

    async def ask_async(self, message: Message, segments: list[Segment], due: float | None, what: str) -> Answer:
        """Do the same without blocking the event loop that runs."""
        del due
        try:
            return await self.link().ask(message, segments, None)
        except Gone:
            raise PluginClosed(f"the host has closed the plugin: {what} has no answer") from None

    def dropped(self) -> None:
        """Leave it to the next message."""

    def awaited(self) -> object:
        """Listen to the link, and return the event loop of the plugin's async members."""
        import asyncio

        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=_run, args=(self._loop,), name="hotplug loop", daemon=True).start()
        self.link()
        return self._loop

    def link(self) -> Link:
        """Return the link, and listen to it from now on."""
        from hotplug.boundaries.process.link import Link

        with self._lock:
            if self._link is None:
                self._link = Link(
                    self._link_channel, self._session, lambda lent: lent.loop, "hotplug", self._interrupted
                )
            return self._link
