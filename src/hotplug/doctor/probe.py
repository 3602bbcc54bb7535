"""A plugin that each boundary is tried with."""

from __future__ import annotations

import time


def add(one: int, other: int) -> int:
    """Return the sum."""
    return one + other


def wait(seconds: float) -> None:
    """Take that long."""
    time.sleep(seconds)
