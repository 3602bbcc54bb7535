"""Boundaries: where a plugin's code runs. Each turns an artifact into running code behind one small interface.

Inline is this interpreter, in a namespace private to the plugin; process is a worker process, where the plugin
has an interpreter of its own. What both need lives here beside them. What does not:
who may share a plugin and when it ends (``hotplug.plugin``), and what its values must look like
(``hotplug.contract``).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.artifacts.artifact import Artifact
    from hotplug.boundaries.instance import Instance
    from hotplug.policy import Limits


def start(artifact: Artifact, boundary: str, limits: Limits | None) -> Instance:
    """Run an artifact's root module, and return the running plugin.

    Args:
        artifact: What is opened.
        boundary: "inline" or "process".
        limits: The bounds of a worker.

    Raises:
        ActivationError: If its code fails; nothing that was made for it is left.
        PolicyError: If it cannot be had in this process.
    """
    if boundary == "process":
        from hotplug.boundaries.process.instance import Process

        return Process(artifact, limits)
    if not artifact.private:
        from hotplug.boundaries.inline.shared import Shared

        return Shared(artifact)
    from hotplug.boundaries.inline.private import Private

    return Private(artifact)
