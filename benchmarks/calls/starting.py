"""How long it takes from nothing to the English greeter's first answer, and what its worker's memory is.

Run as ``python -m calls.starting cold KIND``, which prints the milliseconds of a first start in a process, with
the imports that it needs; or as ``python -m calls.starting warm ROUNDS KIND ...``, which starts every kind once in
each round, after a first time that does not count, and prints JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from calls.workers import descendants

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from contextlib import AbstractContextManager
    from multiprocessing.connection import Connection

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(__file__))), "greeter", "plugins", "eng")
WORDS = "Hello Universe"

BARE, BY_HAND, SPAWN, FORKSERVER, HOTPLUG = "bare", "by hand", "spawn", "forkserver", "hotplug"


@contextmanager
def bare() -> Generator[str]:
    """Start an interpreter, and wait until it ended."""
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    yield WORDS


@contextmanager
def by_hand() -> Generator[str]:
    """Start an interpreter that answers over a socketpair with msgspec."""
    import socket

    import msgspec

    ours, theirs = socket.socketpair()
    descriptor = theirs.fileno()
    code = f"from calls.starting import answer_by_hand; answer_by_hand({descriptor})"
    with ours, subprocess.Popen([sys.executable, "-c", code], pass_fds=[descriptor]) as process:
        theirs.close()
        ours.sendall(msgspec.msgpack.encode("greet"))
        yield msgspec.msgpack.decode(ours.recv(1 << 16), type=str)
        process.kill()


def answer_by_hand(descriptor: int) -> None:
    """Answer until there are no more questions."""
    import socket

    import msgspec

    greeter = english()
    with socket.socket(fileno=descriptor) as connection:
        while asked := connection.recv(1 << 16):
            member = msgspec.msgpack.decode(asked, type=str)
            connection.sendall(msgspec.msgpack.encode(getattr(greeter, member)()))


def multiprocessed(method: str) -> Callable[[], AbstractContextManager[str]]:
    """Return what starts a Process by a method, that answers over a Pipe."""

    @contextmanager
    def start() -> Generator[str]:
        import multiprocessing

        context: Any = multiprocessing.get_context(method)
        ours, theirs = context.Pipe()
        process = context.Process(target=answer, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        ours.send("greet")
        yield ours.recv()
        ours.close()
        process.kill()
        process.join()

    return start


def answer(connection: Connection[Any, Any]) -> None:
    """Answer until there are no more questions."""
    greeter = english()
    while True:
        try:
            connection.send(getattr(greeter, connection.recv())())
        except EOFError:
            return


def english() -> Any:
    """Return the greeter, imported."""
    if FOLDER not in sys.path:
        sys.path.append(FOLDER)
    return importlib.import_module("eng").Greeter


@contextmanager
def opened() -> Generator[str]:
    """Open the plugin in a process of its own."""
    import hotplug
    from greeter import Greeter

    with hotplug.open(os.path.join(FOLDER, "eng.py"), boundary="process") as plugin:
        yield plugin.lookup("Greeter", Greeter).greet()


KINDS: dict[str, Callable[[], AbstractContextManager[str]]] = {
    BARE: bare,
    BY_HAND: by_hand,
    SPAWN: multiprocessed("spawn"),
    FORKSERVER: multiprocessed("forkserver"),
    HOTPLUG: opened,
}


class Memory(NamedTuple):
    """The private memory of a worker in bytes, and of what it was forked from, if there is such a process."""

    worker: int
    server: int | None


def cold(kind: str) -> float:
    """Return the milliseconds of a first start."""
    start = time.perf_counter()
    with KINDS[kind]() as words:
        took = time.perf_counter() - start
    said(kind, words)
    return took * 1000


def warm(rounds: int, kinds: list[str]) -> dict[str, dict[str, list[Any]]]:
    """Return the milliseconds of later starts, and the memory, of every kind."""
    found: dict[str, dict[str, list[Any]]] = {kind: {"times": [], "memory": []} for kind in kinds}
    for kind in kinds:
        cold(kind)
    for number in range(rounds):
        for kind in kinds if number % 2 == 0 else reversed(kinds):
            before = workers()
            start = time.perf_counter()
            with KINDS[kind]() as words:
                took = time.perf_counter() - start
                started = workers() - before
                found[kind]["memory"] += [memory(each) for each, _ in started]
            said(kind, words)
            found[kind]["times"].append(took * 1000)
    return found


def workers() -> set[tuple[int, str]]:
    """Return the processes that this one started, by number and name.

    Without what hotplug forks from, and forks in advance: what that becomes with its work has another name.
    """
    psutil: Any = importlib.import_module("psutil")
    named = {(each, psutil.Process(each).name()) for each in descendants()}
    return {(each, name) for each, name in named if not name.startswith("hotplug")}


def said(kind: str, words: str) -> None:
    """Raise SystemExit if these were not the words."""
    if words != WORDS:
        raise SystemExit(f"{kind} said {words!r}")


def memory(pid: int) -> Memory:
    """Return the memory of a process."""
    psutil: Any = importlib.import_module("psutil")
    process = psutil.Process(pid)
    parent = process.parent()
    server = None if parent.pid == os.getpid() else parent.memory_full_info().uss
    return Memory(process.memory_full_info().uss, server)


def main() -> None:
    """Measure what the arguments say, and print it."""
    what, number, *kinds = sys.argv[1:]
    json.dump(cold(number) if what == "cold" else warm(int(number), kinds), sys.stdout)


if __name__ == "__main__":
    main()
