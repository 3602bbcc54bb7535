"""From a folder to an artifact that others can install or open.

What lives here: the wheel writer (also used by `hotplug.testing`), the way through a project's own build
backend, and the choice between the two. What must not: anything that opens, installs or runs a plugin. A
project's build backend is code of the project's author, and building runs it; nothing else of hotplug does.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.build.source import build_wheel

__all__ = ["build_wheel"]


def __getattr__(name: str) -> object:
    """Load what is asked for on first use: the wheel writer needs nothing of the backends."""
    if name == "build_wheel":
        from hotplug.build.source import build_wheel

        return build_wheel
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
