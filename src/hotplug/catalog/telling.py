"""What is told of a catalog's artifacts: each thing once until it is otherwise, and where no lock is held.

Who listens is foreign code: it may ask the catalog, or wait for a thread that does.
"""

from __future__ import annotations

from _thread import _local  # pyright: ignore[reportPrivateUsage]  (what threading.local is)
from collections import deque

from hotplug.light import DEBUG, INFO, heard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

    from hotplug.catalog.entry import Entry, Facts
    from hotplug.events import Event


class _Depth(_local):
    """In how many blocks this thread is."""

    count = 0


class Telling:
    """Tells what is found and refused; as a context manager around what holds a lock, only afterwards."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], object] = {}
        self._later: Final[deque[Event]] = deque()
        self._depth = _Depth()

    def tell(self, name: str, path: str, facts: Facts) -> None:
        """Tell that an artifact was found or refused, unless that was told before."""
        if not heard(INFO if facts.error else DEBUG):
            return
        from hotplug.events import Event

        reason = "" if facts.error is None else facts.error.reason
        version = None if facts.artifact is None else facts.artifact.metadata.version
        event = Event("refused" if facts.error else "found", name, path, version, reason, facts.error)
        if self._told.get((name, path)) != event[:5]:
            self._told[name, path] = event[:5]
            self._later.append(event)
            self._tell_all()

    def forget(self, entries: Iterable[Entry]) -> None:
        """Forget what was told of all others than these: it is not there any more."""
        if not self._told:
            return
        there = {(entry.name, entry.path) for entry in entries}
        for gone in [key for key in list(self._told) if key not in there]:
            self._told.pop(gone, None)

    def __enter__(self) -> None:
        self._depth.count += 1

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._depth.count -= 1
        self._tell_all()

    def _tell_all(self) -> None:
        """Tell what is to be told, here if no lock is held; also what another thread had to leave."""
        while self._later and not self._depth.count:
            from hotplug.events import tell

            try:
                event = self._later.popleft()
            except IndexError:  # another thread tells it
                return
            tell(event)
