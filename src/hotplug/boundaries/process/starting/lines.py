"""What a worker prints, as lines: bounded in length, in number for each second, and in what is kept of them."""

from __future__ import annotations

from collections import deque
from time import monotonic

from hotplug.errors import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 4096
"""Bytes of a line; a longer one is cut into pieces."""

MOST = 1000
"""Lines of one worker that are logged in each second."""

PENDING = 2000
"""Lines of one worker that wait for the host's logging; while there are as many, more are dropped."""

LAST = 128
"""Lines of stderr that are kept for whoever asks how the worker ended: a fault's traceback is long."""

LAST_LENGTH = 500
"""Characters of each of these."""


class Budget:
    """How many lines of one worker may still be logged in this second."""

    def __init__(self, waiting: Callable[[], int]) -> None:
        self._waiting = waiting
        self._since = 0.0
        self._used = 0
        self.dropped = 0

    def left(self) -> int:
        """Return how many more lines may be logged now."""
        now = monotonic()
        if now - self._since >= 1.0:
            self._since, self._used = now, 0
        return max(0, min(MOST - self._used, PENDING - self._waiting()))

    def take(self) -> bool:
        """Use one of them, or count one that is dropped."""
        if self.left():
            self._used += 1
            return True
        self.dropped += 1
        return False

    def renewed(self) -> float:
        """Return in how many seconds there will be a new budget."""
        return max(0.0, self._since + 1.0 - monotonic())


class Lines:
    """Cuts what one stream of a worker brings, in pieces of any size, into lines.

    Args:
        budget: What the worker may still have logged.
        log: Called with each line that is within it.
        last: How many of the last lines are kept, whether they were logged or not.
    """

    def __init__(self, budget: Budget, log: Callable[[bytes], object], *, last: int = 0) -> None:
        self._budget = budget
        self._log = log
        self._rest = b""
        self._last: deque[bytes] = deque(maxlen=last)

    def feed(self, data: bytes) -> None:
        """Take what was read."""
        *lines, rest = (self._rest + data).split(b"\n", self._budget.left())
        for line in lines:
            self._piece(self._pieces(line))
        if b"\n" in rest:  # more than may be logged: counted, not looked at one by one
            dropped, _, rest = rest.rpartition(b"\n")
            self._budget.dropped += dropped.count(b"\n") + 1
            self._last.extend(dropped.rsplit(b"\n", LAST)[-LAST:] if self._last.maxlen else ())
        self._rest = self._pieces(rest)

    def end(self) -> None:
        """Take what is left as a line: there is no more."""
        if self._rest:
            self._piece(self._rest)
            self._rest = b""

    def last(self) -> tuple[str, ...]:
        """Return the last lines, for a reader."""
        lines = [*self._last, self._rest][-LAST:]
        return tuple(readable(line[: 4 * LAST_LENGTH])[:LAST_LENGTH] for line in lines if line.strip())

    def _pieces(self, line: bytes) -> bytes:
        """Log all of a line but what one piece can hold, and return that."""
        start = 0
        while len(line) - start > LONGEST:
            end = start + LONGEST
            while end > start + LONGEST - 4 and line[end] & 0xC0 == 0x80:  # noqa: PLR2004  (inside a character)
                end -= 1
            self._piece(line[start:end])
            start = end
        return line[start:]

    def _piece(self, piece: bytes) -> None:
        if self._last.maxlen:
            self._last.append(piece)
        if self._budget.take():
            self._log(piece)


def readable(line: bytes) -> str:
    """Return a line as text that a terminal only shows, whatever its bytes are."""
    return printable(line.removesuffix(b"\r").decode("utf-8", "backslashreplace"), keep="\t")
