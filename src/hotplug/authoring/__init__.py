"""Making a plugin's project from the contract that it is to satisfy.

Here live the reading of a contract's source, the writing of stubs that satisfy it, and the files of the project.
What must not live here: the command line, and any running of the plugin that was made.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.authoring.project import Made as Made
    from hotplug.authoring.project import make_project as make_project

__all__ = ["Made", "make_project"]


def __getattr__(name: str) -> object:
    from hotplug.light import import_module

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.project"), name)
