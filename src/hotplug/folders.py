"""Where hotplug and its hosts keep a user's files: the folders that platformdirs names.

On Linux the rule is three lines of the XDG base directory specification, and importing platformdirs (with
pathlib, tempfile and what they need) costs 8 ms at every start; so it is applied here, held to platformdirs by
a test. Elsewhere platformdirs is asked.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

_XDG = {"cache": ("XDG_CACHE_HOME", ".cache"), "data": ("XDG_DATA_HOME", ".local/share")}


def user_folder(kind: Literal["cache", "data"], application: str) -> str:
    """Return the folder in which an application keeps the user's files of one kind.

    Args:
        kind: "cache" for what can be made again, "data" for what the user put there.
        application: The application's name.

    Returns:
        An absolute path; nothing is created.
    """
    platform: str = sys.platform  # a checker would take what follows for unreachable
    if platform == "linux":
        variable, below_home = _XDG[kind]
        folder = os.environ.get(variable, "")
        if not os.path.isabs(folder):  # the specification: a relative path is to be ignored
            folder = os.path.join(os.path.expanduser("~"), below_home)
        return os.path.join(folder, application)
    return _asked(kind, application)


def _asked(kind: Literal["cache", "data"], application: str) -> str:
    import platformdirs

    if kind == "cache":
        return platformdirs.user_cache_dir(application, appauthor=False)
    return platformdirs.user_data_dir(application, appauthor=False)


def cache_folder() -> str:
    """Return hotplug's own cache folder: ``HOTPLUG_CACHE``, else the user's; nothing is created."""
    return os.path.abspath(os.environ.get("HOTPLUG_CACHE") or user_folder("cache", "hotplug"))
