"""What of a catalog may be run: what its lock has, and what its policy pins.

A list is told by remembered digests, since it must cost little; who loads a plugin has its bytes read anew, and
runs those. See ``docs/decisions/0023-a-lock-means-one-artifact.md``.
"""

from __future__ import annotations

import os

from hotplug.catalog.entry import Entry, Facts
from hotplug.errors import PluginError, TrustError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.artifacts.artifact import Artifact
    from hotplug.catalog.order import Place
    from hotplug.plugin import Plugin
    from hotplug.trust.lock import Lock, Locked


class Trusted:
    """What may be run under which name.

    Args:
        lock: The lock, None where there is none.
        pin: Returns the digest that is pinned for a name, None where none is, and where that stands.
        command: Returns the command that makes the lock.
    """

    def __init__(
        self,
        lock: Lock | None,
        pin: Callable[[str], tuple[str, str] | None],
        command: Callable[[], str],
    ) -> None:
        self._lock = lock
        self._pin = pin
        self._command = command

    def expected(self, entry: Entry) -> str | None:
        """Return the digest that the artifact of an entry must have, None where any will do.

        Raises:
            TrustError: If the lock does not have it under that name, or has another digest than is pinned.
        """
        return None if entry.artifact is None else self._expected(entry.name, entry.artifact)

    def objection(self, name: str, artifact: Artifact) -> PluginError | None:
        """Return why an artifact must not be run under a name, as far as its remembered digest tells."""
        try:
            expected = self._expected(name, artifact)
            if expected is None or artifact.digest() == expected:
                return None
        except PluginError as error:
            return error
        return self._differs(name, artifact.path, expected, artifact.digest())

    def told(self, entry: Entry, error: TrustError) -> TrustError:
        """Return the error of who opened an artifact that differs, in the words of who locked or pinned it."""
        if error.expected is None or error.found is None:
            return error
        return self._differs(entry.name, entry.path, error.expected, error.found)

    def check_offer(self, group: str, entry: Entry, plugin: Plugin) -> None:
        """Hold the symbol of an entry to the bytes that were opened: it was read before these were hashed.

        A plugin that does not offer it is closed.

        Raises:
            TrustError: If they offer another one under that name, or none.
        """
        points = plugin.artifact.metadata.entry_points
        offered = [each.reference for each in points if (each.group, each.name) == (group, entry.name)]
        if (points or ":" in entry.symbol) and entry.symbol not in offered:
            plugin.close()
            raise TrustError(
                f"{entry.path} was listed as offering {entry.symbol}, and does not",
                plugin=entry.name,
                remedy="it was replaced since it was listed: refresh() the catalog, or start the program again",
            )

    def _expected(self, name: str, artifact: Artifact) -> str | None:
        pinned = self._pin(name)
        if self._lock is None:
            return None if pinned is None else pinned[0]
        locked = self._lock.expected(name, artifact, command=self._command)
        if pinned is not None and pinned[0] != locked:
            raise TrustError(
                f"{pinned[1]} pins another digest than {self._lock.where} has"
                f"\n  pinned: {pinned[0]}\n  locked: {locked}",
                expected=pinned[0],
                found=locked,
                plugin=name,
                remedy=f"take the pin out, or run: {self._command()}",
            )
        return locked

    def gone(self, symbol: str, disabled: Callable[[str], PluginError | None]) -> Place:
        """Return the place of what is locked and not there any more, so that it is told.

        Args:
            symbol: What is shown as the symbol of such an entry.
            disabled: Returns the error for who asks for a name that is disabled, None for any other.
        """
        return _Gone(self._lock, symbol, disabled, self._command)

    def _differs(self, name: str, path: str, expected: str, found: str) -> TrustError:
        pinned = self._pin(name)
        word, place, way = "pinned", pinned[1] if pinned else "its pin", "pin what was found"
        if self._lock is not None:
            word, place, way = "locked", self._lock.where, f"run: {self._command()}"
        return TrustError(
            f"{path} is not what was {word} in {place}\n  {word}: {expected}\n  found:  {found}",
            expected=expected,
            found=found,
            plugin=name,
            remedy=f"fetch it again from where you trust it; if the change is meant, {way}",
        )


class _Gone:
    """A place of a search, the last one: it offers, as refused, what is locked and not there any more."""

    path = "what is locked"

    def __init__(
        self,
        lock: Lock | None,
        symbol: str,
        disabled: Callable[[str], PluginError | None],
        command: Callable[[], str],
    ) -> None:
        self._lock = lock
        self._command = command
        self._symbol = symbol
        self._disabled = disabled

    def named(self, name: str) -> list[Entry]:
        """Return what was locked under a name, if it is not there."""
        locked = None if self._lock is None else self._lock.named(name)
        return [] if locked is None or _is_there(locked) else [self._entry(name, locked)]

    def everything(self) -> list[Entry]:
        """Return all that was locked and is not there."""
        gone = () if self._lock is None else (each for each in self._lock.artifacts if not _is_there(each))
        return [self._entry(name, each) for each in gone for name in each.names]

    def anew(self, entry: Entry, /) -> list[Entry]:
        """Return what is known of an entry now."""
        return self.named(entry.name)

    def take(self, other: Place) -> None:
        """Take nothing: what is there is looked at each time."""

    def _entry(self, name: str, locked: Locked) -> Entry:
        lock = "the lock" if self._lock is None else self._lock.where
        error = TrustError(
            f"{locked.where} is in {lock}, and not there any more",
            expected=locked.digest,
            plugin=name,
            remedy=f"bring it back; if it was meant to go, run: {self._command()}",
        )
        return Entry(name, locked.where, self._symbol, Facts(None, self._disabled(name) or error))


def _is_there(locked: Locked) -> bool:
    if locked.path:
        return os.path.lexists(locked.path)
    from hotplug.artifacts.environment import find

    return find(locked.distribution) is not None
