"""What a fork of the host must not have: the wires to workers that stay the parent's.

A child that held them would keep a worker from seeing that its host has ended, and could speak in between.
"""

from __future__ import annotations

import os
from weakref import WeakSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Closable(Protocol):
        """What can be closed."""

        def close(self) -> object:
            """Let go of it, in this process."""


_kept: WeakSet[Closable] = WeakSet()


def keep_from_forks(*things: Closable) -> None:
    """Have things closed in every child that this process forks, for as long as they live in this one."""
    _kept.update(things)


def _after_in_child() -> None:
    kept = list(_kept)
    _kept.clear()
    for each in kept:
        try:
            each.close()
        except OSError:
            continue


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_in_child)
