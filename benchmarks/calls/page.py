"""The page of results: what each peer is called, the tables, and the goals."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import statistics
from typing import TYPE_CHECKING, NamedTuple

from calls.starting import BARE, BY_HAND, FORKSERVER, HOTPLUG, SPAWN

if TYPE_CHECKING:
    from calls.rounds import Samples

RAW = "raw socketpair (floor)"
TYPED = "socketpair + msgspec (reference)"
TYPED_EACH = "socketpair + msgspec, a connection for each thread"
TYPED_DEADLINE = "socketpair + msgspec, with a deadline"
RPYC = "rpyc"
GRPCIO = "grpcio"
OURS = "**hotplug**"
OURS_DEADLINE = "**hotplug**, with a deadline"
OURS_MANY = "**hotplug**, concurrency 8"
VERSIONS = ("msgspec", "rpyc", "Pyro5", "execnet", "grpcio")


STARTS = {
    BARE: "`python -c pass`, to its end",
    BY_HAND: "an interpreter with socketpair and msgspec",
    SPAWN: "multiprocessing, spawn",
    FORKSERVER: "multiprocessing, forkserver",
    HOTPLUG: OURS,
}


class Goal(NamedTuple):
    """A goal and what was measured for it."""

    text: str
    measured: float
    bound: float
    unit: str
    least: bool = False

    def line(self) -> str:
        """Return the line of the table."""
        met = self.measured >= self.bound if self.least else self.measured <= self.bound
        return (
            f"| {self.text} | {'at least' if self.least else 'at most'} {self.bound:g}{self.unit} "
            f"| {self.measured:.2f}{self.unit} | {'yes' if met else '**no**'} |"
        )


class Calls(NamedTuple):
    """What was measured of calls: of every peer, microseconds, or calls in a second."""

    small: dict[str, Samples]
    record: dict[str, Samples]
    large: dict[str, Samples]
    alone: dict[str, Samples]
    crowd: dict[str, Samples]


class Start(NamedTuple):
    """What was measured of a kind of start: milliseconds, and megabytes of private memory."""

    cold: list[float]
    warm: list[float]
    worker: float | None
    server: float | None

    def ratio(self, reference: Start) -> float:
        """Return the median of the ratios of warm starts to another kind's in the same round."""
        return statistics.median(mine / other for mine, other in zip(self.warm, reference.warm, strict=True))


def report(calls: Calls, starts: dict[str, Start]) -> str:
    """Return the page."""
    rows = [row(name, calls) for name in calls.small]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in VERSIONS)
    few = len(calls.record[RAW].rounds)
    return f"""# Calling another process

`make bench` wrote this page: {platform.python_implementation()} {platform.python_version()},
{platform.system()} {platform.machine()}, {os.cpu_count()} processors; {versions}.

All workers were there during the whole run. In each round every peer had a turn of 10 ms (100 ms for the calls of
8 threads), in the order of the table or backwards; {len(calls.small[RAW].rounds)} rounds of small calls,
{few} of each other kind. A ratio is the median of the ratios within the rounds. The answers of each were checked
before.

| peer | small call | 99 of 100 | to the floor | to the reference | 1 KiB record | 1 MiB | to the floor |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
{chr(10).join(rows)}

Times are microseconds of single calls, with host and workers on one processor: where the scheduler may put them on
two, a call takes two to four times as long or not, by chance, and for a while. Small call: a short `str` and an
`int` to a `str`. 1 KiB record: a dataclass of seven fields, there and back. 1 MiB: bytes that cannot be
compressed, there and back. Every peer has one worker. rpyc and execnet pass a record as a tuple of its fields,
Pyro5 by serpent, grpcio by msgspec. The reference carries what a call of hotplug carries: kind, target, member,
arguments, deadline; it decodes them typed, and with a deadline it polls before it receives.

| small calls in a second | of 1 thread | of 8 threads | to the reference |
| --- | ---: | ---: | ---: |
{chr(10).join(rate_row(name, calls) for name in calls.small)}

Here on as many processors as there are, wherever the scheduler puts them. Eight threads share one locked
connection to the floor, the reference and the Pipe, one channel of grpcio's, one pool, one symbol of hotplug's;
execnet has a channel for each, BaseManager, rpyc and Pyro5 a connection for each.

![Small calls, and calls of eight threads, as bars](calling.svg)

## Start to the first answer

| start | cold | warm | to `python -c pass` | worker's memory | its server's |
| --- | ---: | ---: | ---: | ---: | ---: |
{chr(10).join(start_row(kind, starts) for kind in starts)}

Milliseconds from nothing to the answer of the English greeter. Cold: the first in a process, with what it has to
import; the median of {len(starts[BARE].cold)} rounds. Warm: a later one; of {len(starts[BARE].warm)} rounds.
Memory: private (USS), in MB of a million bytes, with the plugin imported; a server is what workers are forked
from, one for all of them.

## Goals

| goal | | measured | met |
| --- | ---: | ---: | --- |
{chr(10).join(goal.line() for goal in goals(calls, starts))}
"""


def row(name: str, calls: Calls) -> str:
    """Return a peer's line of the table."""
    small = calls.small[name]
    cells = [
        f"{small.median:.1f}",
        f"{small.p99:.0f}",
        f"{small.ratio(calls.small[RAW]):.2f}",
        f"{small.ratio(calls.small[TYPED]):.2f}",
        f"{calls.record[name].median:.1f}",
        f"{calls.large[name].median:.0f}",
        f"{calls.large[name].ratio(calls.large[RAW]):.2f}",
    ]
    return f"| {name} | {' | '.join(cells)} |"


def rate_row(name: str, calls: Calls) -> str:
    """Return a peer's line of the table of calls in a second."""
    alone, crowd = calls.alone[name], calls.crowd[name]
    return f"| {name} | {alone.median:,.0f} | {crowd.median:,.0f} | {crowd.ratio(calls.crowd[TYPED]):.2f} |"


def start_row(kind: str, starts: dict[str, Start]) -> str:
    """Return a kind of start's line of the table."""
    start = starts[kind]
    cells = [f"{statistics.median(each):.1f}" for each in (start.cold, start.warm)]
    cells.append(f"{start.ratio(starts[BARE]):.2f}")
    cells += ["" if each is None else f"{each:.1f}" for each in (start.worker, start.server)]
    return f"| {STARTS[kind]} | {' | '.join(cells)} |"


def goals(calls: Calls, starts: dict[str, Start]) -> list[Goal]:
    """Return the goals; none without hotplug."""
    if OURS not in calls.small:
        return []
    ours, small, crowd, start = calls.small[OURS], calls.small, calls.crowd, starts[HOTPLUG]
    return [
        Goal("small call, to the reference", ours.ratio(small[TYPED]), 1.3, " x"),
        Goal(
            "small call with a deadline, to the reference with one",
            small[OURS_DEADLINE].ratio(small[TYPED_DEADLINE]),
            1.3,
            " x",
        ),
        Goal("rpyc's small call to hotplug's", small[RPYC].ratio(ours), 3, " x", least=True),
        Goal("grpcio's small call to hotplug's", small[GRPCIO].ratio(ours), 15, " x", least=True),
        Goal(
            "calls/s of 8 threads, concurrency 8, to the reference's one locked connection",
            crowd[OURS_MANY].ratio(crowd[TYPED]),
            1.8,
            " x",
            least=True,
        ),
        Goal(
            "the same, to hotplug's one call at a time", crowd[OURS_MANY].ratio(crowd[OURS]), 1, " x", least=True
        ),
        Goal("1 MiB, to the floor", calls.large[OURS].ratio(calls.large[RAW]), 1.3, " x"),
        Goal("start to the first answer, warm", statistics.median(start.warm), 3, " ms"),
        Goal("the English greeter's worker, private memory", start.worker or float("inf"), 4, " MB"),
    ]
