"""What the two sides have lent each other: objects that stay where they are, and are called from over there.

Each side numbers what it lends. A number stands for one object under one kind, for as long as the other side has
it: the lender counts how often it sent the number, the borrower tells how often it got it when its proxy is gone,
and how often it has sent the number home. So a proxy that dies while its number is on the way, in whichever
direction and on whichever connection, does no harm.
"""

from __future__ import annotations

from _thread import RLock
from weakref import WeakValueDictionary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hotplug.boundaries.process.kinds import Kind


class Lent:
    """An object of this side that the other side has.

    Attributes:
        count: How often its number was sent, and not given back.
        coming: How often it was sent home by who has given it back, and has not arrived.
    """

    __slots__ = ("coming", "count", "key", "kind", "loop", "value")

    def __init__(self, value: object, kind: Kind, key: tuple[int, int], loop: object) -> None:
        self.value = value
        self.kind = kind
        self.key = key
        self.loop = loop
        self.count = 0
        self.coming = 0


class Lending:
    """The objects of this side that the other side has.

    Attributes:
        by_number: Those objects; only read elsewhere.
    """

    __slots__ = ("_last", "_lock", "_numbers", "by_number")

    def __init__(self) -> None:
        self.by_number: dict[int, Lent] = {}
        self._numbers: dict[tuple[int, int], int] = {}
        self._last = 0
        self._lock = RLock()  # an object that goes may take another with it

    def lend(self, value: object, kind: Kind, loop: object) -> int:
        """Return the number of an object that is about to be sent."""
        key = id(value), id(kind)
        with self._lock:
            number = self._numbers.get(key)
            if number is None:
                self._last = number = self._last + 1
                self._numbers[key] = number
                self.by_number[number] = Lent(value, kind, key, loop)
            self.by_number[number].count += 1
            return number

    def get(self, number: object) -> Lent | None:
        """Return what was lent under the number, None if the other side cannot have it."""
        return self.by_number.get(number) if type(number) is int else None

    def home(self, number: object) -> Lent | None:
        """Return what was lent under a number that has come home."""
        with self._lock:
            lent = self.get(number)
            if lent is not None:
                lent.coming -= 1
                self._end(number, lent)
            return lent

    def release(self, number: object, count: object, sent: object) -> Lent | None:
        """Take back so many of the times that a number was sent; return what goes with the last of them.

        Args:
            number: The number.
            count: How many times it was received over there.
            sent: How many times it was sent home.
        """
        with self._lock:
            lent = self.get(number)
            if lent is not None and type(count) is int and type(sent) is int:
                lent.count -= count
                lent.coming += sent
                self._end(number, lent)
            return lent

    def _end(self, number: Any, lent: Lent) -> None:
        if lent.count <= 0 and lent.coming <= 0:
            self.by_number.pop(number, None)
            self._numbers.pop(lent.key, None)

    def clear(self) -> None:
        """Let go of all: there is no other side any more."""
        with self._lock:
            gone = list(self.by_number.values())
            self.by_number.clear()
            self._numbers.clear()
        del gone

    def __len__(self) -> int:
        return len(self.by_number)


class Far:
    """What a proxy knows of the object that it stands for.

    Attributes:
        count: How often its number has arrived.
        sent: How often it was sent home.
    """

    __slots__ = ("__weakref__", "_dropped", "count", "kind", "number", "owner", "sent")

    def __init__(
        self, owner: Any, number: int, kind: Kind, dropped: Callable[[int, tuple[int, int]], None]
    ) -> None:
        self.owner = owner
        self.number = number
        self.kind = kind
        self.count = 1
        self.sent = 0
        self._dropped = dropped

    def __del__(self) -> None:
        self._dropped(self.number, (self.count, self.sent))


class Borrowing:
    """The proxies of what the other side has lent."""

    __slots__ = ("_lock", "_proxies")

    def __init__(self) -> None:
        self._proxies: WeakValueDictionary[int, Any] | None = None  # most workers borrow nothing
        self._lock = RLock()

    def borrow(
        self, number: int, kind: Kind, make: Callable[[int, Kind], Any], far_of: Callable[[Any], Far]
    ) -> Any:
        """Return the proxy of a number that has just arrived; the same one while there is one."""
        with self._lock:
            if self._proxies is None:
                self._proxies = WeakValueDictionary()
            proxy = self._proxies.get(number)
            if proxy is not None:
                far = far_of(proxy)
                if far.kind is kind:
                    far.count += 1
                    return proxy
            proxy = make(number, kind)
            self._proxies[number] = proxy
            return proxy

    def sent(self, far: Far, times: int = 1) -> None:
        """Note that a number goes home."""
        with self._lock:
            far.sent += times
