"""What a catalog tells of one plugin, before any of its code runs."""

from __future__ import annotations

from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.artifacts.artifact import Artifact
    from hotplug.errors import PluginError


class Entry(NamedTuple):
    """One plugin under one name.

    Attributes:
        name: The name that the host asks for.
        version: Its version; None where the artifact does not tell.
        summary: Its one-line description; None where the artifact does not tell.
        artifact: What would be opened; None if it cannot be read.
        path: Where it lies.
        symbol: What would be looked up.
        status: ``ready``, ``shadowed by`` a path, or ``refused:`` and why.
        error: What ``load`` would raise; None unless it is refused.
    """

    name: str
    version: str | None
    summary: str | None
    artifact: Artifact | None
    path: str
    symbol: str
    status: str
    error: PluginError | None = None

    @property
    def ready(self) -> bool:
        """Whether it can be loaded by its name."""
        return self.status == "ready"
