"""Workers within workers: a plugin in a worker may open plugins itself, but not forever.

A worker is told whose starts wait for its own. To open one of these would start worker within worker without end;
each has a table of plugins of its own, in which the circle could not be seen.
"""

from __future__ import annotations

from typing import NamedTuple

from hotplug.errors import ActivationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hotplug.artifacts.artifact import Artifact

DEEPEST = 16
"""Workers that may stand one within the other: calls too can go round in a circle, which is seen by its depth."""


class _Above(NamedTuple):
    """What is above this process: the plugins whose starts wait for it, paths and names, and how many workers."""

    waiting: tuple[tuple[str, str], ...] = ()
    depth: int = 0


class _Here:
    above = _Above()


def below(artifact: Artifact) -> list[Any]:
    """Return what a worker for that plugin is to be told, as `settle` takes it.

    Raises:
        ActivationError: If one of those that wait for this process would wait for itself.
    """
    waiting, depth = _Here.above
    name = artifact.name
    paths = [path for path, _ in waiting]
    if artifact.path in paths:
        names = [each for _, each in waiting[paths.index(artifact.path) :]]
        way = " -> ".join([*names, name])
        raise ActivationError(
            "opens itself while it is being opened" if len(names) == 1 else f"plugins open each other: {way}",
            plugin=name,
            remedy="open the other plugin when it is needed, not at import",
        )
    if depth >= DEEPEST:
        raise ActivationError(
            f"would be opened in a worker within {depth} others: do plugins open each other in a circle?",
            plugin=name,
            remedy="open it in the host, or inline",
        )
    return [[*map(list, waiting), [artifact.path, name]], depth + 1]


def settle(told: list[Any]) -> None:
    """Learn, in a worker that is about to start its plugin, what is above it."""
    waiting, depth = told
    _Here.above = _Above(tuple((path, name) for path, name in waiting), depth)


def started() -> None:
    """Know that the plugin of this worker has started: nobody waits for that any more."""
    _Here.above = _Above((), _Here.above.depth)
