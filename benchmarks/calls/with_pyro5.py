"""Pyro5 over a unix socket, with serpent, its default; a proxy for each thread."""

from __future__ import annotations

import dataclasses
import importlib
import os
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from calls.contract import Record
from calls.echo import Answers
from calls.workers import ready, worker

if TYPE_CHECKING:
    from collections.abc import Generator

    from calls.workers import Connect


class Remote:
    """Calls of one proxy; what it calls is looked up once."""

    def __init__(self, proxy: Any, tobytes: Any) -> None:
        self.greet = proxy.greet
        self.keep = proxy.keep
        self._echo = proxy.echo
        self._tobytes = tobytes

    def echo(self, data: bytes) -> bytes:
        """Ask for the data, which comes in Base64."""
        answer: bytes = self._tobytes(self._echo(data))
        return answer


def prepared() -> Any:
    """Return the library, which knows how a record crosses."""
    api: Any = importlib.import_module("Pyro5.api")
    api.register_class_to_dict(Record, as_dict)
    api.register_dict_to_class("Record", of_dict)
    return api


def as_dict(record: Record) -> dict[str, object]:
    """Return what serpent writes of a record."""
    return {"__class__": "Record", **vars(record)}


def of_dict(name: str, given: dict[str, Any]) -> Record:
    """Return the record that was written."""
    del name
    return Record(**{field.name: given[field.name] for field in dataclasses.fields(Record)})


@contextmanager
def remote() -> Generator[Connect]:
    """Offer calls over a proxy for each thread."""
    api = prepared()
    serpent: Any = importlib.import_module("serpent")
    with ExitStack() as proxies, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "socket")

        def connect() -> Remote:
            proxy = api.Proxy(f"PYRO:echo@./u:{path}")
            proxies.callback(release, proxy)
            return Remote(proxy, serpent.tobytes)

        with worker("calls.with_pyro5", path):
            yield connect


def release(proxy: Any) -> None:
    """Close a proxy, which another thread may have used."""
    proxy._pyroClaimOwnership()  # noqa: SLF001 - the name of a public method of Pyro's
    proxy._pyroRelease()  # noqa: SLF001


class Decoded(Answers):
    """Takes bytes as serpent brings them."""

    def echo(self, data: Any) -> bytes:
        """Return the data."""
        serpent: Any = importlib.import_module("serpent")
        return super().echo(serpent.tobytes(data))


def main() -> None:
    """Serve at the path that is given."""
    api = prepared()
    with api.Daemon(unixsocket=sys.argv[1]) as daemon:
        api.expose(Answers)
        daemon.register(api.expose(Decoded)(), "echo")
        ready()
        daemon.requestLoop()


if __name__ == "__main__":
    main()
