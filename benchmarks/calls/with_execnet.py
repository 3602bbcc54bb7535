"""execnet over the pipes of a worker that it starts itself; a channel for each thread.

It knows builtins only: a record goes as a tuple of its fields.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import execnet

from calls.contract import Record
from calls.workers import BENCHMARKS

if TYPE_CHECKING:
    from collections.abc import Generator

    from calls.workers import Connect

_WORKER = """
import sys
if folder not in sys.path:
    sys.path.insert(0, folder)
from calls.contract import Record
from calls.echo import Echo
from calls.workers import bounded
bounded()
for member, arguments in channel:
    if member == "keep":
        channel.send(tuple(vars(Echo.keep(Record(*arguments))).values()))
    else:
        channel.send(getattr(Echo, member)(*arguments))
"""


class Channel:
    """Calls over one channel."""

    def __init__(self, channel: execnet.Channel) -> None:
        self._channel = channel

    def greet(self, name: str, times: int) -> str:
        """Ask for a greeting."""
        answer: str = self._answer("greet", (name, times))
        return answer

    def keep(self, record: Record) -> Record:
        """Ask for the record."""
        return Record(*self._answer("keep", tuple(vars(record).values())))

    def echo(self, data: bytes) -> bytes:
        """Ask for the data."""
        answer: bytes = self._answer("echo", (data,))
        return answer

    def _answer(self, member: str, arguments: tuple[object, ...]) -> Any:
        self._channel.send((member, arguments))
        return self._channel.receive()


@contextmanager
def remote() -> Generator[Connect]:
    """Offer calls over a channel for each thread."""
    group = execnet.Group()
    gateway = group.makegateway("popen")
    source = f"folder = {BENCHMARKS!r}\n{_WORKER}"
    try:
        yield lambda: Channel(gateway.remote_exec(source))
    finally:
        group.terminate(timeout=1)
