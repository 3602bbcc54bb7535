"""rpyc over a unix socket, a connection for each thread.

It passes only what is immutable by value: a record goes as a tuple of its fields.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from calls.contract import Record
from calls.echo import Echo
from calls.workers import ready, worker

if TYPE_CHECKING:
    from collections.abc import Generator

    from calls.workers import Connect


def fields(record: Record) -> tuple[object, ...]:
    """Return a record's fields, immutable."""
    return (
        record.number,
        record.name,
        record.weight,
        record.fresh,
        tuple(record.tags),
        tuple(record.counts.items()),
        record.note,
    )


def record_of(given: Any) -> Record:
    """Return the record that has these fields."""
    number, name, weight, fresh, tags, counts, note = given
    return Record(number, name, weight, fresh, list(tags), dict(counts), note)


class Remote:
    """Calls over one connection; what it calls is looked up once."""

    def __init__(self, connection: Any) -> None:
        self.greet = connection.root.greet
        self._keep = connection.root.keep
        self.echo = connection.root.echo

    def keep(self, record: Record) -> Record:
        """Ask for the record."""
        return record_of(self._keep(fields(record)))


@contextmanager
def remote() -> Generator[Connect]:
    """Offer calls over a connection for each thread."""
    rpyc: Any = importlib.import_module("rpyc")
    with ExitStack() as connections, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "socket")

        def connect() -> Remote:
            connection = rpyc.utils.factory.unix_connect(path)
            connections.callback(connection.close)
            return Remote(connection)

        with worker("calls.with_rpyc", path):
            yield connect


def keep(given: object) -> tuple[object, ...]:
    """Return the fields of the record that is made of those given."""
    return fields(Echo.keep(record_of(given)))


def main() -> None:
    """Serve at the path that is given."""
    rpyc: Any = importlib.import_module("rpyc")
    servers: Any = importlib.import_module("rpyc.utils.server")
    exposed = {
        "exposed_greet": staticmethod(Echo.greet),
        "exposed_keep": staticmethod(keep),
        "exposed_echo": staticmethod(Echo.echo),
    }
    server = servers.ThreadedServer(type("Service", (rpyc.Service,), exposed), socket_path=sys.argv[1])
    serving = threading.Thread(target=server.start)
    serving.start()
    while not server.active:
        time.sleep(0.001)
    ready()
    serving.join()


if __name__ == "__main__":
    main()
