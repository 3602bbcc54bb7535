"""Whole processes, timed from their start to their end, one kind after the other in every round."""

from __future__ import annotations

import os
import statistics
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class Process(NamedTuple):
    """A kind of process.

    Attributes:
        name: What the table calls it.
        command: Its program, an absolute path, and arguments.
        variables: Returns its environment variables; called before each run, and not timed.
    """

    name: str
    command: Sequence[str]
    variables: Callable[[], dict[str, str]]


class Times(NamedTuple):
    """What the runs of one kind took, in milliseconds, in the order of the rounds."""

    wall: list[float]
    cpu: list[float]

    @property
    def median(self) -> float:
        """The median of the wall clock."""
        return statistics.median(self.wall)

    @property
    def least(self) -> float:
        """The shortest by the wall clock."""
        return min(self.wall)

    @property
    def most(self) -> float:
        """What nine of ten runs stay below, by the wall clock."""
        return statistics.quantiles(self.wall, n=10)[-1]

    @property
    def cpu_median(self) -> float:
        """The median of the processor's time, of the program and in the kernel."""
        return statistics.median(self.cpu)

    def ratio(self, reference: Times) -> float:
        """Return the median of the ratios to another kind, each of two runs of one round."""
        return statistics.median(mine / other for mine, other in zip(self.wall, reference.wall, strict=True))

    def above(self, reference: Times) -> float:
        """Return the median of the differences to another kind, each of two runs of one round."""
        return statistics.median(mine - other for mine, other in zip(self.wall, reference.wall, strict=True))


def interleaved(processes: Iterable[Process], rounds: int) -> dict[str, Times]:
    """Run each kind once in each round, and return the times by name.

    Every other round goes backwards, so that none always follows the same one.
    """
    kinds = list(processes)
    times = {kind.name: Times([], []) for kind in kinds}
    nowhere = os.open(os.devnull, os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, nowhere, 0), (os.POSIX_SPAWN_DUP2, nowhere, 1)]
    for number in range(rounds):
        for kind in kinds if number % 2 == 0 else reversed(kinds):
            variables = kind.variables()
            start = time.perf_counter()
            process = os.posix_spawn(kind.command[0], list(kind.command), variables, file_actions=actions)
            _, status, usage = os.wait4(process, 0)
            wall = time.perf_counter() - start
            if status:
                raise SystemExit(f"{' '.join(kind.command)} failed: {os.waitstatus_to_exitcode(status)}")
            times[kind.name].wall.append(wall * 1000)
            times[kind.name].cpu.append((usage.ru_utime + usage.ru_stime) * 1000)
    os.close(nowhere)
    return times
