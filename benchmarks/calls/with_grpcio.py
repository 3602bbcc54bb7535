"""grpcio over a unix socket, with msgspec instead of protocol buffers; one channel, as gRPC recommends."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from calls.contract import Record
from calls.echo import Echo
from calls.workers import ready, worker

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from calls.workers import Connect

_SERVICE = "calls.Echo"
_THREADS = 8


class Remote:
    """Calls over a channel."""

    def __init__(self, channel: Any) -> None:
        encode = msgspec.msgpack.Encoder().encode

        def member(name: str, serializer: Any, answer: Any) -> Any:
            return channel.unary_unary(
                f"/{_SERVICE}/{name}", request_serializer=serializer, response_deserializer=answer
            )

        self._greet = member("greet", encode, msgspec.msgpack.Decoder(str).decode)
        self.keep = member("keep", encode, msgspec.msgpack.Decoder(Record).decode)
        self.echo = member("echo", None, None)

    def greet(self, name: str, times: int) -> str:
        """Ask for a greeting: gRPC sends one message."""
        answer: str = self._greet((name, times))
        return answer


@contextmanager
def remote() -> Generator[Connect]:
    """Offer calls over a channel that threads share."""
    grpc: Any = importlib.import_module("grpc")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "socket")
        with worker("calls.with_grpcio", path), grpc.insecure_channel(f"unix:{path}") as channel:
            shared = Remote(channel)
            yield lambda: shared


def main() -> None:
    """Serve at the path that is given."""
    grpc: Any = importlib.import_module("grpc")
    encode = msgspec.msgpack.Encoder().encode

    def member(function: Callable[[Any], object], deserializer: Any, serializer: Any) -> object:
        def handle(request: Any, context: object) -> object:
            del context
            return function(request)

        return grpc.unary_unary_rpc_method_handler(handle, deserializer, serializer)

    members = {
        "greet": member(lambda given: Echo.greet(*given), msgspec.msgpack.Decoder(tuple[str, int]).decode, encode),
        "keep": member(Echo.keep, msgspec.msgpack.Decoder(Record).decode, encode),
        "echo": member(Echo.echo, None, None),
    }
    server = grpc.server(ThreadPoolExecutor(_THREADS))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(_SERVICE, members),))
    server.add_insecure_port(f"unix:{sys.argv[1]}")
    server.start()
    ready()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
