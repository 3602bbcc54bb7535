"""What the reader is told of a path at which there is nothing that can be opened, with what was perhaps meant."""

from __future__ import annotations

import os
import stat

from hotplug.errors import ArtifactError, nearest

_SHARED_LIBRARY = (".so", ".pyd", ".dll", ".dylib")
_WHAT_IT_IS = "name a source folder, a .py file or a wheel; a relative path counts from the working folder"


def no_path(given: str) -> ArtifactError:
    """Return the error for a text that no path can be."""
    reason = f"is not a path: it {'has a NUL in it' if given else 'is empty'}"
    return ArtifactError(reason, plugin=repr(given), remedy=_WHAT_IT_IS)


def unreachable(given: str, error: OSError) -> ArtifactError:
    """Return the error for a path that the operating system has an error for."""
    if not isinstance(error, FileNotFoundError):
        return ArtifactError(f"cannot be read: {error.strerror}", plugin=given)
    if os.path.islink(given):
        reason = f"is a link to {os.readlink(given)}, where there is no such file"
        return ArtifactError(reason, plugin=given, remedy="mend the link, or name what it was to lead to")
    return ArtifactError("there is no such file or folder", plugin=given, remedy=_elsewhere(given))


def no_artifact(path: str, status: os.stat_result) -> ArtifactError:
    """Return the error for what is there, but is of no kind that can be opened.

    Raises:
        OSError: If it cannot be looked into.
    """
    if stat.S_ISDIR(status.st_mode):
        return ArtifactError("is a folder, though its name is a file's", plugin=path, remedy="rename the folder")
    if not stat.S_ISREG(status.st_mode):
        return ArtifactError("is neither a file nor a folder", plugin=path)
    with open(path, "rb") as file:
        magic = file.read(8)
    reason = "is not a plugin: a plugin is a source folder, a .py file or a wheel (.whl)"
    remedy = None
    if path.endswith(_SHARED_LIBRARY) or magic[:4] == b"\x7fELF" or magic[:2] == b"MZ":
        reason = "is a shared library, which Python cannot open as a plugin"
        remedy = "build it as an extension module of a wheel, install that, and open it with hotplug.installed()"
    elif magic[:4] == b"\0asm":
        reason = "is WebAssembly; this version of hotplug has no sandbox for it"
    elif magic[:2] == b"PK":
        remedy = "it is a zip file: if it is a wheel, its name must be the one that the build gave it, with .whl"
    elif not status.st_size:
        reason = "is empty"
    return ArtifactError(reason, plugin=path, remedy=remedy)


def _elsewhere(given: str) -> str:
    """Point to what was perhaps meant: an installed distribution, or a file beside."""
    from hotplug.artifacts.environment import find

    if os.sep not in given and find(given):
        return f"{given} is installed: open hotplug.installed({given!r})"
    folder, name = os.path.split(given)
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return f"the folder {folder} is not there either: {_WHAT_IT_IS}"
    return nearest(name, names, cutoff=0.7).removeprefix(", ") or _WHAT_IT_IS
