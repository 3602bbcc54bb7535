"""Does opening, using and closing a plugin leave something behind, and what?"""

from __future__ import annotations

import threading
import warnings
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import hotplug
from hotplug.testing.traces import Trace, readable

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping

CYCLES = 20
_WARM_UP = 3
_MANY = 30


class Leaks(NamedTuple):
    """What a plugin leaves; true if it leaves anything. As a str it is what the author reads.

    Attributes:
        source: What was opened.
        cycles: How many times it was opened, used and closed.
        grown: What there is more of after every cycle, a line for each kind with how many in all.
        left: What of the process was changed and not put back, such as environment variables.
        survivors: What the last close reported, with who holds it.
        reason: What else the last close had to say, such as exit handlers that failed.
    """

    source: str
    cycles: int
    grown: tuple[str, ...]
    left: tuple[str, ...]
    survivors: tuple[str, ...]
    reason: str

    def __bool__(self) -> bool:
        """Tell whether anything is left."""
        return bool(self.grown or self.left or self.survivors or self.reason)

    def __str__(self) -> str:
        """Return what is left, a line each."""
        if not self:
            return f"{self.source} leaves nothing in {self.cycles} cycles"
        parts = [
            (f"what grew in {self.cycles} cycles:", self.grown),
            ("what was changed and not put back:", self.left),
            ("what the last close could not free:", self.survivors),
            ("what the last close said:", (self.reason,) if self.reason and not self.survivors else ()),
        ]
        lines = [f"{self.source} leaves something behind"]
        for head, entries in parts:
            if entries:
                lines += [f"  {head}", *(f"    {entry}" for entry in entries)]
        return "\n".join(lines)


def leaks(
    source: str | os.PathLike[str] | hotplug.Artifact,
    use: Callable[[hotplug.Plugin], object] | None = None,
    *,
    cycles: int = CYCLES,
    provides: Mapping[str, str] | None = None,
) -> Leaks:
    """Open, use and close a plugin over and over, and tell what that leaves.

    It is opened three times before anything is counted, until the host has imported what the plugin needs of it.
    Growing are modules, objects, threads, loggers, open files, exit handlers and finalizers, if there are as many
    more as there were cycles. Changed once and for all may be ``sys.path`` and the import hooks, builtins, the
    environment, the current directory, the locale, signal handlers, hooks of `sys`, logging and warnings' filters.

    Args:
        source: What is opened, as by `hotplug.open`.
        use: Called with the plugin each time. What it returns is let go of; what it keeps is a leak.
        cycles: How many times it is opened, after the warming up.
        provides: Distributions that the host gives; see :func:`hotplug.open`.

    Raises:
        PluginError: If it cannot be opened. What `use` raises passes as it is.
    """

    def cycle() -> hotplug.CloseReport:
        plugin = hotplug.open(source, provides=provides)
        try:
            if use is not None:
                use(plugin)
        except BaseException:
            plugin.close()
            raise
        return plugin.close()

    known = frozenset(threading.enumerate())
    filters = list(warnings.filters)
    before, warm, after = Trace(), Trace(), Trace()
    before.take(known)
    for _ in range(_WARM_UP):
        cycle()
    warnings.filters[:] = filters  # type: ignore[index]  # those of what the host imported for it
    warm.take(known)
    report = hotplug.CloseReport(unloaded=True)
    if cycles < 1:
        raise ValueError(f"a plugin is opened and closed at least once, not {cycles} times")
    for _ in range(cycles):
        report = cycle()
    after.take(known)
    return Leaks(
        source=str(getattr(source, "path", source)),
        cycles=cycles,
        grown=_grown(warm.growing, after.growing, max(cycles, 1)),
        left=_left(before.lasting, after.lasting),
        survivors=report.survivors,
        reason=report.reason,
    )


def _grown(before: Counter[str], after: Counter[str], least: int) -> tuple[str, ...]:
    """Return a line for each kind of which there are so many more; the plugin's own first."""
    more: Counter[str] = Counter()
    for counts, sign in ((after, 1), (before, -1)):
        for name, count in counts.items():
            more[readable(name)] += sign * count
    own = {readable(name) for name in after if readable(name) != name}
    grown = sorted((name not in own, -count, name) for name, count in more.items() if count >= least)
    lines = [f"{name} (+{-count})" for _, count, name in grown]
    return (*lines[:_MANY], *([f"and {len(lines) - _MANY} more"] if len(lines) > _MANY else []))


def _left(before: Counter[str], after: Counter[str]) -> tuple[str, ...]:
    gained, lost = Counter(map(readable, (after - before).elements())), before - after
    return (*(f"gained {name}" for name in sorted(gained)), *(f"lost {name}" for name in sorted(lost)))
