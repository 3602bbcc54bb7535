"""Boundaries: where a plugin's code runs. Each turns an artifact into running code behind one small interface.

There is one so far, inline: this interpreter, in a namespace private to the plugin. What does not live here:
who may share a plugin and when it ends (``hotplug.plugin``), and what its values must look like
(``hotplug.contract``).
"""

from __future__ import annotations

from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.artifacts.artifact import Artifact
    from hotplug.boundaries.instance import Instance


class CloseReport(NamedTuple):
    """What ``close`` could free, and what it could not.

    Attributes:
        unloaded: Whether nothing of the plugin is left in this process.
        still_open: How many other handles keep the plugin open; 0 when this was the last.
        survivors: What of it is left, and what it is: running threads by name, functions that the host holds.
        reason: Why it is not unloaded, in a sentence; empty when it is.
    """

    unloaded: bool
    still_open: int = 0
    survivors: tuple[str, ...] = ()
    reason: str = ""


def start(artifact: Artifact) -> Instance:
    """Run an artifact's root module, and return the running plugin.

    Raises:
        ActivationError: If its code fails; nothing that was made for it is left.
        PolicyError: If it cannot be had in this process.
    """
    if artifact.kind == "installed":
        from hotplug.boundaries.inline.shared import Shared

        return Shared(artifact)
    from hotplug.boundaries.inline.private import Private

    return Private(artifact)
