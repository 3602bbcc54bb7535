"""Boundaries: where a plugin's code runs. Each turns an artifact into running code behind one small interface.

There is one so far, inline: this interpreter, in a namespace private to the plugin. What does not live here:
who may share a plugin and when it ends (``hotplug.plugin``), and what its values must look like
(``hotplug.contract``).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.artifacts.artifact import Artifact
    from hotplug.boundaries.instance import Instance


def start(artifact: Artifact) -> Instance:
    """Run an artifact's root module, and return the running plugin.

    Raises:
        ActivationError: If its code fails; nothing that was made for it is left.
        PolicyError: If it cannot be had in this process.
    """
    if not artifact.private:
        from hotplug.boundaries.inline.shared import Shared

        return Shared(artifact)
    from hotplug.boundaries.inline.private import Private

    return Private(artifact)
