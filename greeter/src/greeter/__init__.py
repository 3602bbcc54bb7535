"""The pluggable greeting system: each language is a plugin, the driver knows none."""

from __future__ import annotations

from typing import Protocol

__version__ = "1.0"


class Greeter(Protocol):
    """What every language exports, under the name ``Greeter``."""

    def greet(self) -> str:
        """Return the greeting."""
        ...
