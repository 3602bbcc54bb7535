"""Calls timed one by one, and counted in a time, of one peer after the other in every round."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier, local
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TypeAlias

    from calls.contract import Echo
    from calls.workers import Connect

    Call: TypeAlias = Callable[[Echo], Callable[[], object]]  # what is called of a peer

T = TypeVar("T")

WARM = 0.002  # seconds in which a worker that slept through the others' turns gets warm, not counted
THREADS = 8


class Samples(NamedTuple):
    """What was measured of one peer: a list for each round."""

    rounds: list[list[float]]

    @property
    def median(self) -> float:
        """The median."""
        return statistics.median(self.all())

    @property
    def p99(self) -> float:
        """What 99 of 100 stay below."""
        return statistics.quantiles(self.all(), n=100)[-1]

    def ratio(self, reference: Samples) -> float:
        """Return the median over the rounds of the ratios to another peer's in the same round."""
        return statistics.median(
            statistics.median(mine) / statistics.median(other)
            for mine, other in zip(self.rounds, reference.rounds, strict=True)
        )

    def all(self) -> list[float]:
        """Return the samples of all rounds."""
        return [each for samples in self.rounds for each in samples]


def in_turn(names: Mapping[str, T], rounds: int) -> Iterator[tuple[str, T]]:
    """Iterate over all in each round; every other round goes backwards, so that none always follows the same."""
    for number in range(rounds):
        yield from names.items() if number % 2 == 0 else reversed(list(names.items()))


def timed(peers: Mapping[str, Echo], call: Call, *, rounds: int, seconds: float) -> dict[str, Samples]:
    """Time single calls, in microseconds.

    Args:
        peers: Who is called.
        call: Returns the call of a peer.
        rounds: How often each has its turn.
        seconds: How long a turn is; at least three calls are made.
    """
    samples = {name: Samples([]) for name in peers}
    calls = {name: call(peer) for name, peer in peers.items()}
    clock = time.perf_counter
    for name, each in in_turn(calls, rounds):
        until = clock() + WARM
        while True:
            each()
            if clock() > until:
                break
        times: list[float] = []
        start = clock()
        until = start + seconds
        while start < until or len(times) < 3:
            each()
            end = clock()
            times.append((end - start) * 1e6)
            start = end
        samples[name].rounds.append(times)
    return samples


class Crowd:
    """Threads that call at once, each over what a peer gives to a thread."""

    def __init__(self, peers: Mapping[str, Connect]) -> None:
        self._names = dict.fromkeys(peers)
        self._pool = ThreadPoolExecutor(THREADS)
        self._barrier = Barrier(THREADS)
        self._own = local()
        self._each(partial(self._connect, peers))

    def rates(self, call: Call, *, rounds: int, seconds: float) -> dict[str, Samples]:
        """Count the calls in a second of all threads together."""
        samples = {name: Samples([]) for name in self._names}
        for name, _ in in_turn(self._names, rounds):
            samples[name].rounds.append([sum(self._each(partial(self._count, name, call, seconds)))])
        return samples

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()

    def _connect(self, peers: Mapping[str, Connect]) -> None:
        self._own.echoes = {name: connect() for name, connect in peers.items()}

    def _count(self, name: str, call: Call, seconds: float) -> float:
        return count(call(self._own.echoes[name]), seconds)

    def _each(self, task: Callable[[], T]) -> list[T]:
        """Run a task once on every thread, at the same time."""

        def together() -> T:
            self._barrier.wait()
            return task()

        return [each.result() for each in [self._pool.submit(together) for _ in range(THREADS)]]


def rates(peers: Mapping[str, Echo], call: Call, *, rounds: int, seconds: float) -> dict[str, Samples]:
    """Count the calls in a second of one thread."""
    samples = {name: Samples([]) for name in peers}
    for name, peer in in_turn(peers, rounds):
        samples[name].rounds.append([count(call(peer), seconds)])
    return samples


def count(call: Callable[[], object], seconds: float) -> float:
    """Call for so many seconds, and return how often in one of them."""
    clock = time.perf_counter
    number, start = 0, clock()
    now, until = start, start + seconds
    while now < until:
        call()
        number += 1
        now = clock()
    return number / (now - start)
