"""What a call of another process costs, hotplug's beside other ways to make one; ``make bench``.

All workers live during the whole run, and in every round each peer has a short turn, so that what disturbs the
machine disturbs all alike. Ratios are the medians over the rounds of one peer's to another's in the same round.
How long it takes to the first answer is measured in processes of their own. Writes a table and a chart to
``benchmarks/results``.
"""

from __future__ import annotations

import argparse
import gc
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from calls.contract import DATA, RECORD
from calls.placement import one_processor
from calls.rounds import THREADS, Crowd, Samples, rates, timed
from calls.starting import BARE, BY_HAND, FORKSERVER, HOTPLUG, SPAWN

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from calls.contract import Echo
    from calls.workers import Connect

BENCHMARKS = os.path.dirname(os.path.abspath(__file__))
RESULTS = os.path.join(BENCHMARKS, "results")

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

DEADLINE = 60.0  # seconds; no call reaches it
MEGABYTE = 1e6

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


def main() -> None:
    """Measure, and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60, help="how often each peer has its turn (60)")
    parser.add_argument("--peers-only", action="store_true", help="leave hotplug out")
    arguments = parser.parse_args()
    rounds: int = arguments.rounds
    ours = not arguments.peers_only
    calls = measured(rounds, ours=ours)
    starts = started(max(rounds // 6, 2), [kind for kind in STARTS if ours or kind != HOTPLUG])
    text = report(calls, starts)
    if ours:
        from calls.plot import panels

        os.makedirs(RESULTS, exist_ok=True)
        with open(os.path.join(RESULTS, "calling.md"), "w", encoding="utf-8") as file:
            file.write(text)
        small, crowd = (
            {name.replace("*", ""): each for name, each in samples.items()}
            for samples in (calls.small, calls.crowd)
        )
        panels(small, crowd, path=os.path.join(RESULTS, "calling.svg"))
    print(text)


def peers(*, ours: bool) -> dict[str, Callable[[], AbstractContextManager[Connect]]]:
    """Return what starts each peer, in the order in which each round calls them."""
    # here, for a worker that is spawned imports this module
    from calls import with_execnet, with_grpcio, with_multiprocessing, with_pyro5, with_rpyc, with_sockets

    others: dict[str, Callable[[], AbstractContextManager[Connect]]] = {
        RAW: with_sockets.raw,
        TYPED: with_sockets.typed,
        TYPED_DEADLINE: partial(with_sockets.typed, DEADLINE),
        TYPED_EACH: partial(with_sockets.typed_each, 1 + THREADS),
    }
    if ours:
        from calls import with_hotplug

        import hotplug

        others |= {
            OURS: with_hotplug.plugin,
            OURS_DEADLINE: partial(with_hotplug.plugin, hotplug.Limits(deadline=DEADLINE)),
            OURS_MANY: partial(with_hotplug.plugin, hotplug.Limits(concurrency=THREADS)),
        }
    return others | {
        "multiprocessing Pipe": with_multiprocessing.pipe,
        "multiprocessing BaseManager": with_multiprocessing.manager,
        "ProcessPoolExecutor": with_multiprocessing.pool,
        "execnet": with_execnet.remote,
        RPYC: with_rpyc.remote,
        "Pyro5": with_pyro5.remote,
        GRPCIO: with_grpcio.remote,
    }


def measured(rounds: int, *, ours: bool) -> Calls:
    """Return what calls cost."""
    with ExitStack() as running:
        connects: dict[str, Connect] = {}
        for name, start in peers(ours=ours).items():
            print(f"starting {name.replace('*', '')}", file=sys.stderr)
            connects[name] = running.enter_context(start())
        echoes = {name: connect() for name, connect in connects.items()}
        for name, echo in echoes.items():
            examined(name, echo)
        crowd = Crowd(connects)
        running.callback(crowd.close)
        gc.collect()
        gc.freeze()
        print(f"measuring {len(echoes)} peers, {rounds} rounds", file=sys.stderr)
        few = max(rounds // 2, 2)
        with one_processor():
            short = timed(echoes, small, rounds=rounds, seconds=0.01)
            record = timed(echoes, lambda echo: partial(echo.keep, RECORD), rounds=few, seconds=0.01)
            large = timed(echoes, lambda echo: partial(echo.echo, DATA), rounds=few, seconds=0.01)
        alone = rates(echoes, small, rounds=few, seconds=0.05)
        return Calls(short, record, large, alone, crowd.rates(small, rounds=few, seconds=0.1))


def small(echo: Echo) -> Callable[[], object]:
    """Return a small call."""
    return partial(echo.greet, "Universe", 1)


def examined(name: str, echo: Echo) -> None:
    """Make sure that a peer answers as it should.

    Raises:
        SystemExit: If it does not.
    """
    answers = (echo.greet("Universe", 2), echo.keep(RECORD), echo.echo(DATA))
    if name != RAW and answers != ("Hello Universe Hello Universe ", RECORD, DATA):
        raise SystemExit(f"{name} answered {answers!r:.200}")


def started(rounds: int, kinds: list[str]) -> dict[str, Start]:
    """Return what starts cost: cold ones in a process each, interleaved; warm ones together in another one."""
    with tempfile.TemporaryDirectory(prefix="hotplug-bench-") as folder:
        variables = {**os.environ, "HOTPLUG_CACHE": folder}
        for name in ("PYTHONPATH", "PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE"):
            variables.pop(name, None)

        def run(*arguments: str) -> str:
            command = [sys.executable, "-m", "calls.starting", *arguments]
            return subprocess.run(
                command, cwd=BENCHMARKS, env=variables, check=True, stdout=subprocess.PIPE, text=True
            ).stdout

        print(f"starting each of {len(kinds)} kinds of worker, {2 * rounds} times", file=sys.stderr)
        cold: dict[str, list[float]] = {kind: [] for kind in kinds}
        for number in range(-1, rounds):  # once to compile
            for kind in kinds if number % 2 == 0 else reversed(kinds):
                took = float(run("cold", kind))
                if number >= 0:
                    cold[kind].append(took)
        warm = json.loads(run("warm", str(2 * rounds), *kinds))

    def middle(sizes: list[int | None]) -> float | None:
        known = [size for size in sizes if size is not None]
        return statistics.median(known) / MEGABYTE if known else None

    return {
        kind: Start(
            cold[kind],
            warm[kind]["times"],
            middle([worker for worker, _ in warm[kind]["memory"]]),
            middle([server for _, server in warm[kind]["memory"]]),
        )
        for kind in kinds
    }


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
Memory: private (USS), in MB of a million bytes, with the plugin imported; a server is what workers are forked from,
one for all of them.

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


if __name__ == "__main__":
    main()
