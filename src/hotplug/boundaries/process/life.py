"""Whether a plugin's worker lives, and what is said to those who still ask it once it does not."""

from __future__ import annotations

import os
import sys
import threading
from itertools import takewhile

from hotplug.errors import PluginClosed, PluginCrashed
from hotplug.events import Event, tell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.boundaries.process.starting import Ending, Worker
    from hotplug.errors import PluginError

_TO_END = 2.0  # seconds in which a worker that hung up is expected to be gone, on a busy machine too
_TO_DIE = 5.0  # seconds in which one that was killed is
_TOLD = 8  # lines of stderr in the text of an error
_OURS = (os.path.join("hotplug", "boundaries"), os.path.join("hotplug", "light.py"), '"<frozen ', '"<string>"')


class Life:
    """The life of one worker.

    Attributes:
        worker: The worker.
        closed: Whether the host has closed the plugin.
        started: Whether it was opened, and there is somebody to be surprised by its end.

    Args:
        plugin: The plugin's name.
        worker: The worker.
        hang_up: Wakes all who wait for the worker.
        let_go: Gives back what it takes to speak with it, once it has ended.
    """

    def __init__(
        self, plugin: str, worker: Worker, hang_up: Callable[[], None], let_go: Callable[[], None]
    ) -> None:
        self.worker = worker
        self.closed = False
        self.started = False
        self._plugin = plugin
        self._process = os.getpid()
        self._verdict: str | None = None
        self._hang_up = hang_up
        self._let_go = let_go
        worker.on_end(self._ended)

    @property
    def over(self) -> bool:
        """Whether the worker has ended, or is being ended, or is another process's since a fork."""
        return self._verdict is not None or self.worker.ended is not None or self.worker.foreign

    @property
    def how(self) -> str:
        """How the worker ended, or why it was ended: the end of a sentence that begins with it."""
        ended = self.worker.ended
        return self._verdict or (str(ended) if ended is not None else "hung up")

    def kill(self, why: str) -> None:
        """End the worker and all that it started.

        Args:
            why: What those are told who asked it something: ``was ended since ...``.
        """
        if self._verdict is None and self.worker.ended is None:
            self._verdict = why
        self.worker.kill()
        self._hang_up()

    def failure(self, what: str) -> PluginError:
        """Return the error for who asked something that gets no answer.

        Args:
            what: What was asked.
        """
        if os.getpid() != self._process:
            return PluginClosed(
                f"was opened in another process, of which this one is a fork; it cannot be asked for {what}",
                plugin=self._plugin,
                remedy="open it in this process",
            )
        if self.closed:
            return PluginClosed(f"was closed: {what} has no answer", plugin=self._plugin, remedy="open it again")
        ended = self.worker.wait(_TO_END)
        if ended is None:
            if self._verdict is None:
                self.kill("was ended since it had closed its connection to the host")
            ended = self.worker.wait(_TO_DIE)
        lines = ended.stderr if ended is not None else self.worker.last_lines()
        said = "".join(f"\n  | {each}" for each in telling(lines))
        return PluginCrashed(
            f"its worker process {self.how}; {what} has no answer{said}",
            exit_code=None if ended is None else ended.exit_code,
            signal=None if ended is None else ended.signal,
            output=lines,
            plugin=self._plugin,
            remedy="open the plugin again: values of this one stay without answer",
        )

    def _ended(self, ending: Ending) -> None:
        self._hang_up()
        self._let_go()
        if self.started and not self.closed and not sys.is_finalizing():
            # not on the thread that watches every worker: a listener may take its time
            event = Event("crashed", self._plugin, reason=f"its worker process {self._verdict or ending}")
            threading.Thread(target=tell, args=(event,), name="hotplug crash", daemon=True).start()


def telling(lines: tuple[str, ...]) -> list[str]:
    """Return the lines of stderr that tell most: the last; of what the interpreter says of a fault, the first.

    That begins with where it happened, and goes on to the worker's own frames and to other threads.
    """
    start = next((index for index, each in enumerate(lines) if each.startswith("Current thread")), None)
    if start is None:
        return list(lines[-_TOLD:])
    head = [each for each in lines[:start] if each.startswith("Fatal Python error")]
    frames = takewhile(lambda each: each.startswith("  File "), lines[start + 1 :])
    return [*head, *(each for each in frames if not any(mark in each for mark in _OURS))][:_TOLD]
