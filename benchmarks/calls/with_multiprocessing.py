"""The standard library: a Pipe, a BaseManager, and a ProcessPoolExecutor; each starts its worker by spawn."""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.managers import BaseManager
from typing import TYPE_CHECKING, Any

from calls.echo import Answers, Echo
from calls.workers import bounded

if TYPE_CHECKING:
    from collections.abc import Generator
    from multiprocessing.connection import Connection

    from calls.contract import Record
    from calls.workers import Connect

_SPAWN = multiprocessing.get_context("spawn")


class Piped:
    """Calls over a Pipe that threads share."""

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def greet(self, name: str, times: int) -> str:
        """Ask for a greeting."""
        answer: str = self._answer("greet", name, times)
        return answer

    def keep(self, record: Record) -> Record:
        """Ask for the record."""
        answer: Record = self._answer("keep", record)
        return answer

    def echo(self, data: bytes) -> bytes:
        """Ask for the data."""
        answer: bytes = self._answer("echo", data)
        return answer

    def _answer(self, member: str, *arguments: object) -> Any:
        with self._lock:
            self._connection.send((member, arguments))
            return self._connection.recv()


def answer(connection: Connection[Any, Any]) -> None:
    """Serve a Pipe."""
    bounded()
    while True:
        try:
            member, arguments = connection.recv()
        except EOFError:
            return
        connection.send(getattr(Echo, member)(*arguments))


@contextmanager
def pipe() -> Generator[Connect]:
    """Offer calls over a Pipe."""
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=answer, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    try:
        with ours:
            shared = Piped(ours)
            yield lambda: shared
    finally:
        process.kill()
        process.join()


class Manager(BaseManager):
    """Manages an `Answers`."""


Manager.register("Answers", Answers)


@contextmanager
def manager() -> Generator[Connect]:
    """Offer a BaseManager's proxy, which has a connection for each thread."""
    managing = Manager(ctx=_SPAWN)
    managing.start(initializer=bounded)
    with managing:
        shared: Any = vars(Manager)["Answers"](managing)
        yield lambda: shared


class Pooled:
    """Calls of a pool with one worker."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def greet(self, name: str, times: int) -> str:
        """Ask for a greeting."""
        return self._pool.submit(greet, name, times).result()

    def keep(self, record: Record) -> Record:
        """Ask for the record."""
        return self._pool.submit(keep, record).result()

    def echo(self, data: bytes) -> bytes:
        """Ask for the data."""
        return self._pool.submit(echo, data).result()


greet, keep, echo = Echo.greet, Echo.keep, Echo.echo


@contextmanager
def pool() -> Generator[Connect]:
    """Offer a ProcessPoolExecutor with one worker."""
    with ProcessPoolExecutor(1, mp_context=_SPAWN, initializer=bounded) as executor:
        shared = Pooled(executor)
        yield lambda: shared
