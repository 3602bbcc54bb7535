"""Starting workers over and over leaves nothing: no process, file, thread or object."""

from __future__ import annotations

import gc
import os
import threading
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from boundaries.process.starting.conftest import Started

SOAK = bool(os.environ.get("HOTPLUG_SOAK"))


def files() -> list[str]:
    return sorted(
        os.readlink(f"/proc/self/fd/{each}").partition(":")[0]
        for each in os.listdir("/proc/self/fd")
        if os.path.exists(f"/proc/self/fd/{each}")
    )


@pytest.mark.soak
def test_workers_started_over_and_over_leave_nothing(
    start: Callable[..., Started],
    poll: Callable[[Callable[[], object], str], None],
    below: Callable[[psutil.Process], list[bool]],
) -> None:
    def cycle(number: int) -> None:
        one = start("family" if number % 50 == 7 else ("wait", "ends", "forks_and_ends")[number % 3])
        if number % 3 != 1:
            one.hear()
        if number % 2:
            one.worker.kill()
        one.wire.close()
        if number % 3 == 2:
            one.worker.kill()
        one.end()

    for number in range(20):
        cycle(number)
    zygote = psutil.Process(start("wait").hear()).parent()
    assert zygote is not None
    poll(lambda: below(zygote) == [False, True], "what the workers left is to end")
    gc.collect()
    before, threads, ours = files(), threading.active_count(), zygote.num_fds()
    objects = len(gc.get_objects())
    count = 2000 if SOAK else 200
    for number in range(count):
        cycle(number)
    poll(lambda: below(zygote) == [False, True], "what the workers left is to end")
    poll(lambda: files() == before, f"no more files are to be open than {before}")
    poll(lambda: zygote.num_fds() == ours, f"the zygote is to have no more files than {ours}")
    poll(lambda: threading.active_count() == threads, f"no more threads are to run than {threads}")
    poll(lambda: len(psutil.Process().children()) == 1, "the zygote is to be the only child")
    gc.collect()
    assert len(gc.get_objects()) - objects < 60 * count  # what the test itself keeps of each
