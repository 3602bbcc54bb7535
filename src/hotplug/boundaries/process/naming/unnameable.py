"""The error of this package: something has no name under which another interpreter would find it."""

from __future__ import annotations

IMPORTABLE = "put it into a module that both can import"


class Unnameable(Exception):
    """A type that the other side cannot find, or a description that it cannot read.

    Attributes:
        reason: What is wrong, as the sentence of an error.
        remedy: The way out, None where there is none.
    """

    def __init__(self, reason: str, remedy: str | None = IMPORTABLE) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy
