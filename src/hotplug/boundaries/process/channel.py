"""Frames on one socket: a message in MessagePack, and beside it what is too large to be copied into it.

A frame is a head (the length of the message, the number of segments), the lengths of the segments, the message,
then the segments. A frame that has segments is filled up to `_BLOCK` bytes before the first of them, and nobody
reads further than that from a frame's begin: so a segment is always received by itself, into the very object
that the reader of the message gets.
"""

from __future__ import annotations

import os
import select
import socket
from struct import Struct
from time import monotonic

import msgspec

from hotplug.light import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    Segment = bytes | bytearray | memoryview

_START = 12  # bytes of a head
_HEAD = Struct("<QI")
_SIZE = Struct("<Q")
_head_into, _head_of = _HEAD.pack_into, _HEAD.unpack_from
_TIME = Struct("ll")
_BLOCK = 4096
_SMALL = 1 << 16  # bytes that a socket takes whether or not somebody reads
_MOST_SEGMENTS = 1 << 20
_LARGEST = 1 << 40  # bytes; a length beyond it is no length

# They keep no state; a worker shares the memory of those that were made before it was forked.
_encode = msgspec.msgpack.Encoder().encode_into
_decode = msgspec.msgpack.Decoder().decode
_NO_MESSAGE = (msgspec.DecodeError, UnicodeDecodeError, OverflowError)
_DAY = 86_400_000  # milliseconds
_WINDOWS = os.name == "nt"
_DONT_WAIT = getattr(socket, "MSG_DONTWAIT", 0)
_POLL = getattr(select, "poll", None)
_IN, _OUT = getattr(select, "POLLIN", 1), getattr(select, "POLLOUT", 4)


class Late(Exception):
    """The time was up before the message was there; reading may go on."""


class Gone(Exception):
    """Nobody is at the other end any more."""


class Broken(Exception):
    """What the other end sent is no message."""


class TooLarge(Broken):
    """The other end sends what this one has no memory for."""


def _gone(error: BaseException) -> BaseException:
    """Return what is raised for an error of a socket; a signal handler's own exception as it is."""
    return error if isinstance(error, OSError) and error.errno is None else Gone(str(error))


class Channel:
    """One end of a connection, for one thread at a time.

    Attributes:
        begun: Whether any of the message that was loaded last may have been sent.
        writing: Whether a message was begun and not yet sent to its end.
    """

    __slots__ = (
        *(
            "_buffer",
            "_decode",
            "_encode",
            "_parts",
            "_ready",
            "_receive",
            "_rest",
            "_segments",
            "_send",
            "_socket",
        ),
        *("_views", "begun", "writing"),
    )

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._send = connected.send
        self._receive = connected.recv
        self._encode = _encode
        self._decode = _decode
        self._buffer = bytearray(_START)
        self._rest: bytes = b""
        self._parts: list[bytes] = []  # of what is longer than a block, until all of it is there
        self._segments: list[bytes] = []  # of a message, until all of them are there
        self.begun = False
        self.writing = False
        self._views: list[memoryview] = []
        self._ready: dict[int, Callable[[int], object]] = {}

    def fileno(self) -> int:
        """Return the socket's descriptor; -1 if it was closed."""
        return self._socket.fileno()

    def send(self, message: object, segments: Sequence[Segment], until: float | None) -> None:
        """Send a message; `load` and `flush` in one."""
        self.load(message, segments)
        self.flush(until)

    def load(self, message: object, segments: Sequence[Segment]) -> None:
        """Make a message ready to be sent; an exception of this means that nothing was.

        Args:
            message: A tree of what MessagePack knows.
            segments: What goes beside it, in order.
        """
        self.begun = False
        buffer = self._buffer
        if not segments:
            self._encode(message, buffer, _START)
            _head_into(buffer, 0, len(buffer) - _START, 0)
            return
        start = _START + 8 * len(segments)
        self._encode(message, buffer, start)
        self._views = [memoryview(each).cast("B") for each in segments]
        _head_into(buffer, 0, len(buffer) - start, len(self._views))
        for index, view in enumerate(self._views):
            _SIZE.pack_into(buffer, _START + 8 * index, view.nbytes)
        if len(buffer) < _BLOCK:
            buffer.extend(bytes(_BLOCK - len(buffer)))

    def flush(self, until: float | None) -> None:
        """Send what was loaded.

        Args:
            until: When to give up, as ``time.monotonic`` counts; None never.

        Raises:
            Gone: If the other end is closed.
            Late: If the time was up; a part of the message may have been sent.
        """
        self.begun = True
        buffer = self._buffer
        if len(buffer) <= _SMALL and not self._views:
            # Whatever a signal handler raises here, it was sent: or the socket was full, which it never is.
            try:
                sent = self._send(buffer) if until is None else self._send(buffer, _DONT_WAIT)
            except BlockingIOError:
                sent = 0
            except RecursionError:
                self.begun = False
                raise
            except OSError as error:
                raise _gone(error) from None
            if sent == len(buffer):
                return
            self.writing = True
            self._write(memoryview(buffer)[sent:], until)
            self.writing = False
            return
        self.writing = True
        views, self._views = self._views, []
        try:
            self._write(buffer, until)
        except RecursionError:
            if until is None:  # before the first byte
                self.begun = self.writing = False
            raise
        for view in views:
            self._write(view, until)
        self.writing = False

    def send_now(self, message: object) -> bool:
        """Send a small message if that needs no waiting, whether or not the other side reads; say whether it was.

        Raises:
            Gone: If the other end is closed.
        """
        if self._socket.fileno() < 0:
            raise Gone("the connection was closed")
        self.load(message, [])
        # What can be written to has room for more than a small message.
        if len(self._buffer) > _SMALL or not self.writable():
            return False
        self.flush(None)
        return True

    def writable(self) -> bool:
        """Say whether a small message would be sent at once."""
        if self._socket.fileno() < 0:
            return False
        try:
            return bool((self._ready.get(_OUT) or self._wait_for(_OUT))(0))
        except (OSError, ValueError):  # it was closed meanwhile
            return False

    def receive(self, until: float | None) -> tuple[object, list[bytes]]:
        """Return the next message and its segments.

        Raises:
            Gone: If the other end was closed.
            Late: If it was not there before that time; a later call goes on where this one stopped.
            Broken: If it is no message, or one that there is no memory for.
        """
        rest = self._rest
        if not rest and until is None:  # what the loop does, without its cost
            try:
                rest = self._receive(_BLOCK)
            except OSError as error:
                raise _gone(error) from None
            if not rest:
                raise Gone("the connection was closed")
            self._rest = rest
        while True:
            if len(rest) >= _START:
                length, count = _head_of(rest)
                if not count and len(rest) == _START + length:
                    self._rest = b""
                    try:
                        return self._decode(rest[_START:]), []
                    except RecursionError:  # of a deep stack, or a deep message: it may be tried again
                        self._rest = rest
                        raise
                    except _NO_MESSAGE as error:
                        raise Broken(f"no MessagePack: {error}") from None
                if length > _LARGEST or count > _MOST_SEGMENTS:
                    raise Broken(f"a message of {length} bytes with {count} segments")
                if count or len(rest) > _START + length or _START + length > _BLOCK:
                    return self._long(length, count, until)
            self._rest = rest = rest + self._some(_BLOCK - len(rest), until)

    def _long(self, length: int, count: int, until: float | None) -> tuple[object, list[bytes]]:
        """Return a message that came with another one, has segments, or is longer than a block."""
        start = _START + 8 * count
        end = start + length
        if count:
            end = max(end, _BLOCK)
        while len(self._rest) < min(end, _BLOCK):
            self._rest += self._some(min(end, _BLOCK) - len(self._rest), until)
        if len(self._rest) < end:
            self._rest += self._exactly(end - len(self._rest), until)
        data = self._rest
        message = self._decoded(memoryview(data)[start : start + length])
        sizes = [_SIZE.unpack_from(data, _START + 8 * index)[0] for index in range(count)]
        if sum(sizes) > _LARGEST:
            raise Broken(f"segments of {sum(sizes)} bytes")
        for size in sizes[len(self._segments) :]:
            self._segments.append(self._exactly(size, until))
        segments, self._segments = self._segments, []
        self._rest = data[end:]
        return message, segments

    def shut(self) -> None:
        """End the connection for both sides; whoever waits at it is told."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()

    def _decoded(self, data: bytes | memoryview) -> object:
        try:
            return self._decode(data)
        except _NO_MESSAGE as error:
            raise Broken(f"no MessagePack: {error}") from None

    def _some(self, most: int, until: float | None) -> bytes:
        if until is not None:
            self._await(_IN, until)
        try:
            data = self._socket.recv(most)
        except OSError as error:
            raise _gone(error) from None
        if not data:
            raise Gone("the connection was closed")
        return data

    def _exactly(self, size: int, until: float | None) -> bytes:
        """Return so many bytes, which are received into the object that is returned."""
        parts = self._parts
        if until is None and not _WINDOWS and not parts:
            data = self._filled(size)
            if len(data) == size:
                return data
            parts.append(data)  # a signal came between
        missing = size - sum(map(len, parts))
        while missing:
            if parts and until is not None and monotonic() >= until:
                raise Late  # however quickly more of it comes
            if until is not None and not _WINDOWS:
                self._await(_IN, until)
                left = min(max(until - monotonic(), 0.001), _DAY)
                self._socket.setsockopt(
                    socket.SOL_SOCKET, socket.SO_RCVTIMEO, _TIME.pack(int(left), int(left % 1 * 1e6))
                )
                try:
                    part = self._filled(missing)
                finally:
                    self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _TIME.pack(0, 0))
            else:
                part = self._some(min(missing, 1 << 20), until)
            parts.append(part)
            missing -= len(part)
        self._parts = []
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _filled(self, size: int) -> bytes:
        if not size:
            return b""
        try:
            data = self._socket.recv(size, socket.MSG_WAITALL)
        except BlockingIOError:
            return b""  # the time is up: the next wait says so
        except OSError as error:
            raise _gone(error) from None
        except MemoryError:
            raise TooLarge(f"{size} bytes at once, for which there is no memory here") from None
        if not data:
            raise Gone("the connection was closed")
        return data

    def _write(self, data: bytearray | memoryview, until: float | None) -> None:
        try:
            if until is None or len(data) <= _SMALL:
                self._socket.sendall(data)
                return
            view = memoryview(data)
            while view.nbytes:
                self._await(_OUT, until)
                try:
                    sent = self._socket.send(view[: 1 << 20], 0 if _WINDOWS else socket.MSG_DONTWAIT)
                except BlockingIOError:
                    continue
                view = view[sent:]
        except OSError as error:
            raise _gone(error) from None

    def _await(self, event: int, until: float) -> None:
        """Wait until the socket can be read from, or written to."""
        ready = self._ready.get(event) or self._wait_for(event)
        while True:
            left = until - monotonic()
            # rounded up: nobody is late before the time
            if ready(int(min(left * 1000, _DAY)) + 1 if left > 0 else 0):
                return
            if monotonic() >= until:
                raise Late

    def _wait_for(self, event: int) -> Callable[[int], object]:
        if _POLL is None:  # Windows
            one = [self._socket]
            reading, writing = (one, []) if event == _IN else ([], one)

            def ready(milliseconds: int) -> bool:
                return select.select(reading, writing, [], milliseconds / 1000) != ([], [], [])

            self._ready[event] = ready
            return ready
        poll: Any = _POLL()
        poll.register(self._socket, event)
        found: Callable[[int], object] = poll.poll
        self._ready[event] = found
        return found
