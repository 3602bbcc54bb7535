"""What closing a plugin came to."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


class CloseReport:
    """What ``close`` could free, and what it could not.

    Attributes:
        unloaded: Whether nothing of the plugin is left in this process.
        still_open: How many other handles keep the plugin open; 0 when this was the last.
        survivors: What of it is left, a line each: running threads by name; functions, classes, instances with
            who holds them, ``function eng.greet, held by app.HANDLERS['english']``; hooks and signal handlers
            where they are. Fifty lines at most, then how many more there are.
        reason: Why it is not unloaded, and which of its exit handlers failed; empty when there is nothing to say.
    """

    __slots__ = ("reason", "still_open", "survivors", "unloaded")

    def __init__(
        self, *, unloaded: bool, still_open: int = 0, survivors: tuple[str, ...] = (), reason: str = ""
    ) -> None:
        self.unloaded: Final = unloaded
        self.still_open: Final = still_open
        self.survivors: Final = survivors
        self.reason: Final = reason

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CloseReport) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        names = ("unloaded", "still_open", "survivors", "reason")
        told = (f"{name}={value!r}" for name, value in zip(names, self._values(), strict=True))
        return f"CloseReport({', '.join(told)})"

    def _values(self) -> tuple[bool, int, tuple[str, ...], str]:
        return (self.unloaded, self.still_open, self.survivors, self.reason)
