"""A peer's worker: a program that is started, says that it is ready, and is killed in the end."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from typing import TypeAlias

    from calls.contract import Echo

    Connect: TypeAlias = Callable[[], Echo]  # called on each thread that will call

BENCHMARKS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LONGEST = 600  # seconds that a worker lives, whatever happens to the host
READY = b"ready\n"


@contextmanager
def worker(module: str, *arguments: str, descriptors: Sequence[int] = ()) -> Generator[None]:
    """Run a module as a worker while the block lasts.

    Args:
        module: The module, by its name.
        arguments: The program's arguments.
        descriptors: What it inherits; the host keeps its own.

    Raises:
        SystemExit: If it does not become ready.
    """
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(
        command, cwd=BENCHMARKS, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, pass_fds=descriptors
    ) as process:
        try:
            if process.stdout is None or process.stdout.readline() != READY:
                raise SystemExit(f"{' '.join(command)} did not become ready")
            yield
        finally:
            process.kill()


def ready() -> None:
    """Say, in a worker, that it is ready."""
    bounded()
    os.write(1, READY)


def bounded() -> None:
    """Make sure that this worker ends, be the host killed."""
    signal.alarm(LONGEST)


def descendants() -> set[int]:
    """Return the processes that this one started, directly or not."""
    psutil: Any = importlib.import_module("psutil")
    return {each.pid for each in psutil.Process().children(recursive=True)}
