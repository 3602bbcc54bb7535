"""How a worker ended."""

from __future__ import annotations

from signal import Signals
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


class Ending(NamedTuple):
    """How a worker process ended, as the system told it: never what the worker said.

    Attributes:
        exit_code: The status that it exited with; None where a signal ended it, or nobody can tell.
        signal: The number of the signal that ended it; None where none did, or nobody can tell.
        stderr: The last lines that it wrote to stderr.
    """

    exit_code: int | None
    signal: int | None
    stderr: tuple[str, ...] = ()

    @classmethod
    def of_code(cls, code: int | None, stderr: tuple[str, ...] = ()) -> Self:
        """Return the ending for a code as ``subprocess`` has it: negative for a signal, None if nobody knows."""
        if code is not None and code < 0:
            return cls(None, -code, stderr)
        return cls(code, None, stderr)

    def __str__(self) -> str:
        """Return how it ended, as the end of a sentence that begins with the worker."""
        if self.signal is not None:
            return f"was ended by {signal_name(self.signal)}"
        if self.exit_code is not None:
            return f"exited with status {self.exit_code}"
        return "ended, nobody can tell how"


def signal_name(number: int) -> str:
    """Return a signal's name, ``SIGSEGV``; those without one have a number."""
    try:
        return Signals(number).name
    except ValueError:
        return f"signal {number}"
