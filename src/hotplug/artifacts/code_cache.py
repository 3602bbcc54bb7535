"""Where the bytecode of a plugin is kept: a folder of the cache that is the user's alone.

An unpacked wheel's lies beside its contents and goes with them. All other artifacts run where they lie, and have a
folder each under ``code``, named after their path. What is in it is the affair of who runs them.
"""

from __future__ import annotations

import os

from hotplug.artifacts.memory import cache_folder, is_own, is_private, make_private, mark_opened, place_of

CODE = "code"


def code_folder(path: str) -> str | None:
    """Return the folder for the bytecode of an artifact that runs where it lies; it may not be there yet.

    Args:
        path: The artifact's path.

    Returns:
        An absolute path, or None where what is in it could be someone else's.
    """
    folder = place_of(CODE, path)
    try:
        for each in (cache_folder(), os.path.dirname(folder), folder):
            status = os.stat(each)
            if not is_own(status):
                return None
        mark_opened(folder, status)
    except FileNotFoundError:
        pass  # made when there is something to keep
    except OSError:
        return None
    return folder


def make_code_folder(folder: str) -> bool:
    """Make a folder for bytecode before the first write into it; a new one is an occasion to prune the cache.

    Args:
        folder: A tree's ``code``.

    Returns:
        Whether it is there and the user's alone.
    """
    if is_private(folder):
        return True
    try:
        make_private(folder)
    except OSError:
        return False
    if not is_private(folder):
        return False
    from hotplug.artifacts.pruning import prune_daily

    prune_daily()
    return True
