"""Whether the import system leads to an installed distribution, or to something else of the same name."""

from __future__ import annotations

import os

from hotplug.errors import ActivationError
from hotplug.light import top_level_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container


def check_origin(module: str, *, root: str, files: Container[str], plugin: str) -> None:
    """Refuse what the import system would run in place of a distribution.

    Args:
        module: The name of its root module.
        root: The folder that its paths are relative to.
        files: The paths of its files, with forward slashes.
        plugin: Its name, for messages.

    Raises:
        ActivationError: If the module is not found, or is not one of the distribution's files.
    """
    spec = top_level_spec(module)
    if spec is None:
        raise ActivationError(
            f"cannot be imported: nothing on sys.path is called {module!r}",
            plugin=plugin,
            remedy=f"install it again: pip install --force-reinstall {plugin}",
        )
    origin = spec.origin if spec.has_location else None
    if origin is None:
        return
    relative = os.path.relpath(os.path.realpath(origin), os.path.realpath(root))
    if relative.replace(os.sep, "/") not in files:
        raise ActivationError(
            f"cannot be imported: the name {module!r} leads to {origin}, which is not part of it",
            plugin=plugin,
            remedy="rename one of the two, or change the order of sys.path",
        )
