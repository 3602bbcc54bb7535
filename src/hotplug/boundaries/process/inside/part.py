"""A contract for the rehearsal of a lookup: in a module of its own, so that it can be imported again."""

from __future__ import annotations

from typing import Protocol


class Greeting(Protocol):
    """A contract as small as most."""

    def greet(self, name: str, times: int = 1) -> str:
        """Return a greeting."""
        ...
