"""hotplug's process boundary."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import hotplug
from calls.contract import Echo

if TYPE_CHECKING:
    from collections.abc import Generator

    from calls.workers import Connect

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "echo.py")


@contextmanager
def plugin(limits: hotplug.Limits | None = None) -> Generator[Connect]:
    """Offer a looked-up symbol, which threads share."""
    with hotplug.open(PATH, boundary="process", limits=limits) as opened:
        shared = opened.lookup("Echo", Echo)
        yield lambda: shared
