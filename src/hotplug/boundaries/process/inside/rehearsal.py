"""A lookup and a call rehearsed, so that whoever is forked afterwards has all that these need.

Importing this module is the rehearsal: what is imported lazily, filled at its first use or initialised by a
library then is there, and a worker's first lookup takes a millisecond in place of fifty.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from hotplug.artifacts.memory import stamp_of, stamp_text
from hotplug.boundaries.checking import checked
from hotplug.boundaries.process.channel import Channel
from hotplug.boundaries.process.crossing import Plan
from hotplug.boundaries.process.inside.part import Greeting
from hotplug.boundaries.process.inside.serving import Prepared, Serving
from hotplug.boundaries.process.kinds import Kinds
from hotplug.boundaries.process.messages import CALL, COMMAND
from hotplug.boundaries.process.naming import form_data, form_of
from hotplug.boundaries.process.proxies import proxy_of
from hotplug.boundaries.process.references import Far
from hotplug.boundaries.process.starting import cancelling
from hotplug.contract.shapes import shapes_of
from hotplug.light import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.boundaries.process.messages import Message


class Part(Protocol):
    """A contract."""

    def act(self, name: str, times: int = 1, *more: float, key: bool | None = None) -> Sequence[str]:
        """Do something."""
        ...

    def each(self, call: Callable[[int], Mapping[str, Any]]) -> Iterator[bytes | list[dict[str, Any]]]:
        """Do something else."""
        ...

    @property
    def size(self) -> int:
        """Its size."""
        ...


class _Actor:
    size: int = 3

    def act(self, name: str, times: int = 1, *more: float, key: bool | None = None) -> list[str]:
        return [name] * (times + len(more) + bool(key))

    def each(self, call: Callable[[int], Mapping[str, Any]]) -> Iterator[bytes | list[dict[str, Any]]]:
        yield from ([dict(call(each))] for each in range(self.size))


_PART = "part"
_LATER = 10**10  # nanoseconds


class Stage:
    """The whole way of a worker, to be gone once: its start, a lookup, a call, its end.

    In the zygote it is gone some times, so that whoever is forked later finds its code ready: what the interpreter
    makes of code at its first runs would be written to each worker's own memory. A spare goes it once, and has
    written then to most of the memory that its work will: that takes a millisecond and a half less. What only some
    workers do is left out, since the others would have the memory for it in vain; and so is what the host does,
    which is done here, when the stage is set.
    """

    def __init__(self) -> None:
        self._host, self._worker = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        host = Channel(self._host)
        for each in _asked():  # each waits in the socket until its turn
            host.send(each, [], None)
        self._prepared = Prepared()
        self._lists: tuple[list[Any], ...] = sys.path, sys.meta_path, sys.path_hooks
        self._before = [each[:] for each in self._lists]
        sys.modules.pop(Greeting.__module__, None)

    def play(self) -> None:
        """Go the way; afterwards all is as it was."""
        try:
            Serving([self._worker, self._worker, self._worker], self._prepared).serve()
        finally:
            cancelling.stop_calling()
            for each, was in zip(self._lists, self._before, strict=True):
                each[:] = was
            sys.modules.pop(_PART, None)

    def answers(self) -> list[Any]:
        """Return what the worker has answered."""
        host = Channel(self._host)
        return [host.receive(None)[0] for _ in _asked()]

    def close(self) -> None:
        """Give its sockets back."""
        self._host.close()
        self._worker.close()


def _asked() -> list[Message]:
    """Return what a host asks of a worker."""
    file = f"{_PART}.py"
    folder = os.path.dirname(__file__)
    stamp = stamp_text(stamp_of(os.stat(os.path.join(folder, file))))
    data = {
        "plugin": _PART,
        "metadata": f"Name: {_PART}\nVersion: 1.0\n\n[parts]\n{_PART} = {_PART}:greeting\n",
        "installed": False,
        "root": folder,
        "root_module": _PART,
        "tops": {_PART: file},
        "digest": "",
        "code": None,
        "manifest": None,
        "files": {file: f"{'0' * 64} {stamp}"},
        "opened": time.time_ns() + _LATER,  # old enough for its stamp to be enough
    }
    return [
        [COMMAND, "start", [data, [[], 0], None], None],
        [COMMAND, "lookup", ["greeting", _GREETING, _SHAPES], None],
        [CALL, 1, 0, ["Universe"], None, None],
        [COMMAND, "stop", [], None],
    ]


_GREETING = form_data(Greeting)
_SHAPES = str(shapes_of(Greeting))


def _rehearse() -> None:
    data = form_data(Callable[[int], "Part"])
    form_of(msgspec.msgpack.decode(msgspec.msgpack.encode(data)))
    checked(_Actor(), Part, symbol="Actor", plugin="rehearsal")
    shapes = shapes_of(Part)
    assert shapes.wire_fingerprint  # noqa: S101 - made for its own sake
    plan = Plan(shapes)
    plan.codec(shapes.root)
    proxy_of(Far(None, 1, Kinds().of(shapes.root, plan), lambda _number, _count: None))


with suppress(Exception):  # a part that fails here is told where it is really played
    for _ in range(20):
        _rehearse()
