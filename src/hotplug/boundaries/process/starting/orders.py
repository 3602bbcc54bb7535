"""What host and zygote say to each other: small messages of a fixed size, file descriptors beside them.

Both sockets keep the bounds of messages, so that a sender that is interrupted leaves no half of one. What a worker
is to be is no part of a message: the host writes it into a file in memory, the worker reads it.
"""

from __future__ import annotations

import socket
from array import array
from struct import Struct

ORDER = Struct("<BQ")
"""The host's: what to do, and the number by which the host knows the worker."""

MORE = 1
"""Here are some of the file descriptors for a worker: one message cannot hold more than so many."""
FORK = 2
"""Here are the last: its settings, its current directory, stdout, stderr, then its sockets. Fork it."""
KILL = 3
"""The host no longer wants that worker, and cannot tell whether it was forked."""

ANSWER = Struct("<Qi")
"""The zygote's to `FORK`: the number and the process id, with a pidfd; or a negative errno, with none."""

REPORT = Struct("<Qi")
"""The zygote's, on a socket of its own, when a worker has ended: the number and the status of ``waitpid``."""

MOST = 200
"""How many file descriptors go with one message; the system's own bound is 253."""

_CUT, _CLOSED_ON_EXEC = int(socket.MSG_CTRUNC), int(getattr(socket, "MSG_CMSG_CLOEXEC", 0))  # no enums: a worker
# has for itself each page of memory that it writes to, and the operators of enums make it twenty


def send(wire: socket.socket, number: int, files: list[int]) -> None:
    """Order a worker with so many files."""
    while len(files) > MOST:
        socket.send_fds(wire, [ORDER.pack(MORE, number)], files[:MOST])
        files = files[MOST:]
    socket.send_fds(wire, [ORDER.pack(FORK, number)], files)


def receive(wire: socket.socket, size: int) -> tuple[bytes, list[int], bool]:
    """Return a message, the file descriptors beside it, and whether some of these could not be had.

    `socket.recv_fds` takes flags and passes none on in CPython 3.11 to 3.13: its file descriptors would be
    inherited by whatever is started.
    """
    numbers = array("i")
    room = socket.CMSG_LEN((MOST + 10) * numbers.itemsize)
    data, found, flags, _ = wire.recvmsg(size, room, _CLOSED_ON_EXEC)
    for level, kind, content in found:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            numbers.frombytes(content[: len(content) - len(content) % numbers.itemsize])
    return data, list(numbers), bool(flags & _CUT)
