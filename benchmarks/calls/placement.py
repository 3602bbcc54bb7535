"""Where processes run: what a small call takes is decided by it more than by anything else.

On two processors one of which sleeps, a message has to wake the other; whether the scheduler puts host and worker
on one or on two is chance, lasts for many calls, and differs from peer to peer.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from calls.workers import descendants

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def one_processor() -> Generator[None]:
    """Keep this process and all that it started on one processor, where the system can do that."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    usual = os.sched_getaffinity(0)
    place({max(usual)})
    try:
        yield
    finally:
        place(usual)


def place(processors: set[int]) -> None:
    """Keep every thread of this process, and of all that it started, on some processors."""
    for process in (os.getpid(), *descendants()):
        for thread in os.listdir(f"/proc/{process}/task"):
            with suppress(ProcessLookupError):
                os.sched_setaffinity(int(thread), processors)
