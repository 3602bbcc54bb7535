"""What every peer's worker answers, and what it is asked."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Protocol


@dataclass
class Record:
    """Data of several fields, about a KiB of it."""

    number: int
    name: str
    weight: float
    fresh: bool
    tags: list[str]
    counts: dict[str, int]
    note: str


class Echo(Protocol):
    """What a worker offers."""

    def greet(self, name: str, times: int) -> str:
        """Return a greeting, so many times."""
        ...

    def keep(self, record: Record) -> Record:
        """Return the record."""
        ...

    def echo(self, data: bytes) -> bytes:
        """Return the data."""
        ...


RECORD = Record(
    number=5_000_000_000,
    name="process boundary",
    weight=0.25,
    fresh=True,
    tags=[f"tag {number}" for number in range(16)],
    counts={f"count {number}": number * number for number in range(16)},
    note="Hello Universe " * 45,
)
DATA = random.Random(5).randbytes(1 << 20)  # noqa: S311 - what cannot be compressed, and the same in every run
