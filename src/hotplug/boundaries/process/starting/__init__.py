"""Starting, watching and ending worker processes, and reading what they print.

The host's side: `launch` starts a worker, from a zygote where the system has what that takes (`forked`), as a
fresh interpreter elsewhere (`spawned`); a `Worker` says how it ended; one thread, the `Service`, watches them all.
The other side: `zygote`, what forks, `spare`, what it does in advance, and `boot`, a worker's first steps. What
does not live here: what host and worker say to each other, once the worker runs its entry.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.boundaries.process.starting.ending import Ending as Ending
    from hotplug.boundaries.process.starting.forks import keep_from_forks as keep_from_forks
    from hotplug.boundaries.process.starting.launching import launch as launch
    from hotplug.boundaries.process.starting.watching import Service as Service
    from hotplug.boundaries.process.starting.watching import service as service
    from hotplug.boundaries.process.starting.worker import Worker as Worker

__all__ = ["Ending", "Service", "Worker", "keep_from_forks", "launch", "service"]

_HOMES = {
    "Ending": "ending",
    "Service": "watching",
    "Worker": "worker",
    "keep_from_forks": "forks",
    "launch": "launching",
    "service": "watching",
}


def __getattr__(name: str) -> object:  # the zygote imports this package too, and nothing of the host's side
    from hotplug.light import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
