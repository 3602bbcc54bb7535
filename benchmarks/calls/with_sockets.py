"""A socketpair: bytes as they are, which is the floor; and typed messages of msgspec, which is the reference.

A message is its length and its bytes, sent at once and received at once if it is small. The reference carries what
a call of hotplug carries (its kind, its target, the member, the arguments, the deadline), decodes all of it typed,
and with a deadline polls before it receives.
"""

from __future__ import annotations

import select
import socket
import sys
import threading
from contextlib import ExitStack, contextmanager, suppress
from struct import Struct as Format
from time import monotonic
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from calls.contract import RECORD, Record
from calls.echo import Echo
from calls.workers import ready, worker

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from calls.workers import Connect

T = TypeVar("T")

CALL, RETURN = 0, 1
_LENGTH = Format("<I")
_BLOCK = 1 << 16


def send(connection: socket.socket, data: bytes | bytearray) -> None:
    """Send a message."""
    length = _LENGTH.pack(len(data))
    if len(data) < _BLOCK:
        connection.sendall(length + data)
    else:
        sent = connection.sendmsg([length, data]) - len(length)
        connection.sendall(memoryview(data)[sent:])


def receive(connection: socket.socket) -> bytes | bytearray:
    """Return the next message.

    Raises:
        EOFError: If there will be none.
    """
    data = connection.recv(_BLOCK)
    if len(data) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack_from(data)
    if len(data) == _LENGTH.size + length:
        return data[_LENGTH.size :]
    message = bytearray(length)
    start = len(data) - _LENGTH.size
    message[:start] = data[_LENGTH.size :]
    with memoryview(message)[start:] as rest:
        connection.recv_into(rest, 0, socket.MSG_WAITALL)
    return message


def receive_apart(connection: socket.socket) -> bytes:
    """Return the next message, which is large: received into the object that is returned."""
    (length,) = _LENGTH.unpack(connection.recv(_LENGTH.size, socket.MSG_WAITALL))
    return connection.recv(length, socket.MSG_WAITALL)


class Raw:
    """As many bytes as the reference would send, and the same ones back."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._few = msgspec.msgpack.encode(Greet(CALL, 0, ("Universe", 1), None))
        self._more = msgspec.msgpack.encode(Keep(CALL, 0, (RECORD,), None))

    def greet(self, name: str, times: int) -> str:
        """Exchange a few bytes, whatever is asked."""
        del name, times
        with self._lock:
            send(self._connection, self._few)
            receive(self._connection)
        return ""

    def keep(self, record: Record) -> Record:
        """Exchange a KiB."""
        with self._lock:
            send(self._connection, self._more)
            receive(self._connection)
        return record

    def echo(self, data: bytes) -> bytes:
        """Exchange the data."""
        with self._lock:
            send(self._connection, data)
            return receive_apart(self._connection)


def serve_raw(connection: socket.socket) -> None:
    """Send back what comes."""
    while True:
        send(connection, receive(connection))


class Greet(msgspec.Struct, array_like=True, tag="greet"):
    """A call of `greet`; the tag is the member."""

    kind: int
    target: int
    arguments: tuple[str, int]
    deadline: float | None


class Keep(msgspec.Struct, array_like=True, tag="keep"):
    """A call of `keep`."""

    kind: int
    target: int
    arguments: tuple[Record]
    deadline: float | None


class Repeat(msgspec.Struct, array_like=True, tag="echo"):
    """A call of `echo`."""

    kind: int
    target: int
    arguments: tuple[bytes]
    deadline: float | None


class Answer(msgspec.Struct, Generic[T], array_like=True):
    """What a call returns."""

    kind: int
    value: T


class Typed:
    """Typed messages.

    Args:
        connection: The socket.
        seconds: The deadline of each call; None is none.
    """

    def __init__(self, connection: socket.socket, seconds: float | None) -> None:
        self._connection = connection
        self._seconds = seconds
        self._lock = threading.Lock()
        self._encode = msgspec.msgpack.Encoder().encode
        self._text = msgspec.msgpack.Decoder(Answer[str]).decode
        self._record = msgspec.msgpack.Decoder(Answer[Record]).decode
        self._bytes = msgspec.msgpack.Decoder(Answer[bytes]).decode
        self._poll = select.poll()
        self._poll.register(connection, select.POLLIN)

    def greet(self, name: str, times: int) -> str:
        """Ask for a greeting."""
        until = self._until()
        return self._text(self._answer(self._encode(Greet(CALL, 0, (name, times), until)), until)).value

    def keep(self, record: Record) -> Record:
        """Ask for the record."""
        until = self._until()
        return self._record(self._answer(self._encode(Keep(CALL, 0, (record,), until)), until)).value

    def echo(self, data: bytes) -> bytes:
        """Ask for the data."""
        until = self._until()
        return self._bytes(self._answer(self._encode(Repeat(CALL, 0, (data,), until)), until)).value

    def _until(self) -> float | None:
        return None if self._seconds is None else monotonic() + self._seconds

    def _answer(self, call: bytes, until: float | None) -> bytes | bytearray:
        with self._lock:
            send(self._connection, call)
            if until is not None and not self._poll.poll(max(until - monotonic(), 0.0) * 1000):
                raise TimeoutError
            return receive(self._connection)


def serve_typed(connection: socket.socket) -> None:
    """Answer typed messages."""
    encode = msgspec.msgpack.Encoder().encode
    decode = msgspec.msgpack.Decoder(Greet | Keep | Repeat).decode
    members: dict[type, Callable[..., object]] = {
        Greet: Echo.greet,
        Keep: Echo.keep,
        Repeat: Echo.echo,
    }
    while True:
        call = decode(receive(connection))
        send(connection, encode(Answer(RETURN, members[type(call)](*call.arguments))))


@contextmanager
def raw() -> Generator[Connect]:
    """Offer bytes as they are, over one connection that threads share."""
    with connected("raw", 1) as (connection,):
        shared = Raw(connection)
        yield lambda: shared


@contextmanager
def typed(seconds: float | None = None) -> Generator[Connect]:
    """Offer typed messages, over one connection that threads share."""
    with connected("typed", 1) as (connection,):
        shared = Typed(connection, seconds)
        yield lambda: shared


@contextmanager
def typed_each(most: int) -> Generator[Connect]:
    """Offer typed messages, over so many connections at most, with a thread of the worker at each."""
    with connected("typed", most) as connections:
        remaining = iter(connections)
        yield lambda: Typed(next(remaining), None)


@contextmanager
def connected(kind: str, number: int) -> Generator[list[socket.socket]]:
    """Start a worker of a kind at the other end of so many sockets."""
    pairs = [socket.socketpair() for _ in range(number)]
    with ExitStack() as open_here:
        ours = [open_here.enter_context(one) for one, _ in pairs]
        descriptors = [other.fileno() for _, other in pairs]
        running = worker("calls.with_sockets", kind, *map(str, descriptors), descriptors=descriptors)
        try:
            open_here.enter_context(running)
        finally:
            for _, other in pairs:
                other.close()
        yield ours


def serve(kind: str, descriptor: int) -> None:
    """Serve at a socket to its end."""
    with socket.socket(fileno=descriptor) as connection, suppress(EOFError):
        {"raw": serve_raw, "typed": serve_typed}[kind](connection)


def main() -> None:
    """Serve at the sockets whose descriptors are given, the first on the main thread."""
    kind, first, *others = sys.argv[1:]
    for each in others:
        threading.Thread(target=serve, args=(kind, int(each)), daemon=True).start()
    ready()
    serve(kind, int(first))


if __name__ == "__main__":
    main()
