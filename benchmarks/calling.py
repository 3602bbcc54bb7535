"""What a call of another process costs, hotplug's beside other ways to make one; ``make bench``.

All workers live during the whole run, and in every round each peer has a short turn, so that what disturbs the
machine disturbs all alike. Ratios are the medians over the rounds of one peer's to another's in the same round.
How long it takes to the first answer is measured in processes of their own. Writes a table and a chart to
``benchmarks/results``.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from calls.contract import DATA, RECORD
from calls.page import (
    GRPCIO,
    OURS,
    OURS_DEADLINE,
    OURS_MANY,
    RAW,
    RPYC,
    STARTS,
    TYPED,
    TYPED_DEADLINE,
    TYPED_EACH,
    Calls,
    Start,
    report,
)
from calls.placement import one_processor
from calls.rounds import THREADS, Crowd, rates, timed
from calls.starting import HOTPLUG

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from calls.contract import Echo
    from calls.workers import Connect

BENCHMARKS = os.path.dirname(os.path.abspath(__file__))
RESULTS = os.path.join(BENCHMARKS, "results")

DEADLINE = 60.0  # seconds; no call reaches it
MEGABYTE = 1e6


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


if __name__ == "__main__":
    main()
