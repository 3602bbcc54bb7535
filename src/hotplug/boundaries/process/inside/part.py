"""What is played in a rehearsal: a contract, and the plugin that meets it; imported under two names, and anew."""

from __future__ import annotations

from typing import Protocol


class Greeting(Protocol):
    """A contract as small as most."""

    def greet(self, name: str, times: int = 1) -> str:
        """Return a greeting."""
        ...


class _Greeting:
    def greet(self, name: str, times: int = 1) -> str:
        return name * times


greeting = _Greeting()
