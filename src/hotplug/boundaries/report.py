"""What closing a plugin came to."""

from __future__ import annotations

from typing import NamedTuple


class CloseReport(NamedTuple):
    """What ``close`` could free, and what it could not.

    Attributes:
        unloaded: Whether nothing of the plugin is left in this process.
        still_open: How many other handles keep the plugin open; 0 when this was the last.
        survivors: What of it is left, a line each: running threads by name; functions, classes, instances with
            who holds them, ``function eng.greet, held by app.HANDLERS['english']``; hooks and signal handlers
            where they are. Fifty lines at most, then how many more there are.
        reason: Why it is not unloaded, and which of its exit handlers failed; empty when there is nothing to say.
    """

    unloaded: bool
    still_open: int = 0
    survivors: tuple[str, ...] = ()
    reason: str = ""
