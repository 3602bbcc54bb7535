"""What a catalog has loaded, by name: which of several that come at once stays.

Nothing waits here for another thread, so plugins that load each other cannot lock each other out; those who come
too late give their handle back. Each reading of an artifact has a number; a value that was read before the name
was reloaded or unloaded never takes the place of what came after.
"""

from __future__ import annotations

from _thread import RLock
from typing import Generic, TypeVar

from hotplug.errors import PluginClosed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from hotplug.plugin import Plugin

T = TypeVar("T")


class Held(Generic[T]):
    """A plugin that is kept open, and the value that was looked up in it."""

    __slots__ = ("plugin", "value")

    def __init__(self, plugin: Plugin, value: T) -> None:
        self.plugin: Final = plugin
        self.value: Final = value


class Loaded(Generic[T]):
    """The plugins that are kept open, by name."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._held: dict[str, Held[T]] = {}
        self._last = 0
        self._since: dict[str, int] = {}
        """The number of the reading from which on a name's value counts."""
        self.closed = False

    def get(self, name: str) -> Held[T] | None:
        """Return what is kept under a name, unless its worker has ended."""
        held = self._held.get(name)
        return None if held is None or held.plugin.ended else held

    def number(self) -> int:
        """Return the number of a reading that begins now."""
        with self._lock:
            self._last += 1
            return self._last

    def keep(
        self, name: str, held: Held[T], number: int, *, replace: bool
    ) -> tuple[Held[T] | None, Held[T] | None]:
        """Keep a plugin under a name, unless there is one that is as good or better.

        Args:
            name: The name.
            held: What was opened.
            number: The number of its reading.
            replace: Whether it takes the place of one that was read before.

        Returns:
            What is kept now, None if a later reading has begun that left nothing; and what is to be released.

        Raises:
            PluginClosed: If the catalog was closed.
        """
        with self._lock:
            if self.closed:
                raise closed_error(name)
            known = self._held.get(name)
            alive = self.get(name)
            if number < self._since.get(name, 0):
                return alive, held
            if alive is not None and not replace:
                return alive, held
            if replace:
                self._since[name] = number
            self._held[name] = held
            return held, known

    def digests(self) -> dict[str, str]:
        """Return the digest of what is kept under each name."""
        with self._lock:
            return {name: held.plugin.digest for name, held in self._held.items() if not held.plugin.ended}

    def take(self, name: str) -> Held[T] | None:
        """Return what is kept under a name, and keep it no longer."""
        with self._lock:
            self._since[name] = self.number()
            return self._held.pop(name, None)

    def close(self) -> list[str]:
        """Keep nothing any more from now on, and return the names under which something is still to be taken."""
        with self._lock:
            self.closed = True
            return list(self._held)


def closed_error(name: str) -> PluginClosed:
    """Return the error for who asks a closed catalog."""
    return PluginClosed("the catalog was closed", plugin=name, remedy="make a new catalog")
