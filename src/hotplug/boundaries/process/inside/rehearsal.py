"""A lookup and a call rehearsed, so that whoever is forked afterwards has all that these need.

Importing this module is the rehearsal: what is imported lazily, filled at its first use or initialised by a
library then is there, and a worker's first lookup takes a millisecond in place of fifty.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from hotplug.boundaries.checking import checked
from hotplug.boundaries.process.carrying import Carrier
from hotplug.boundaries.process.crossing import Plan
from hotplug.boundaries.process.inside.part import Greeting
from hotplug.boundaries.process.inside.serving import Serving
from hotplug.boundaries.process.kinds import Kinds
from hotplug.boundaries.process.naming import form_data, form_of
from hotplug.boundaries.process.proxies import proxy_of
from hotplug.boundaries.process.references import Far
from hotplug.contract.shapes import shapes_of
from hotplug.light import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket


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


class _Greeting:
    def greet(self, name: str, times: int = 1) -> str:
        return name * times


_GREETING = msgspec.msgpack.encode(form_data(Greeting))


def rehearse_small(wire: socket.socket) -> None:
    """Go the way of a worker once, up to a lookup, with no more than every worker does.

    In a spare: whatever memory this writes to is its own when it becomes a worker, and that takes a millisecond
    less. What only some workers do is left out, since the others would have the memory for it in vain.

    Args:
        wire: Any socket; it is not used.
    """
    session = Serving([wire, wire, wire]).session
    del sys.modules[Greeting.__module__]
    form = form_of(msgspec.msgpack.decode(_GREETING))
    value = checked(_Greeting(), form, symbol="Greeting", plugin="rehearsal")
    shapes = shapes_of(form)
    str(shapes)
    plan = Plan(shapes)
    plan.codec(shapes.root).out(value, Carrier(session))


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
