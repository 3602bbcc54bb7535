"""Artifacts: what can be opened, one module for each kind, read without running any of its code.

Here live names, versions, digests, files, entry points and the question whether an artifact fits this host.
What does not live here: anything that imports or executes a plugin.
"""

from __future__ import annotations

import os
import stat

from hotplug.errors import ArtifactError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.artifacts.artifact import Artifact

_SHARED_LIBRARY = (".so", ".pyd", ".dll", ".dylib")


def locate(source: str | os.PathLike[str] | Artifact) -> Artifact:
    """Return the artifact at a path, as it is now; an artifact is located anew.

    Raises:
        ArtifactError: If there is nothing that can be opened.
    """
    if not isinstance(source, str | os.PathLike):
        kind = getattr(source, "kind", None)
        if kind is None:
            raise TypeError(f"a plugin is opened from a path or an artifact, not from {source!r}")
        if kind == "installed":
            from hotplug.artifacts.installed import Installed

            return Installed(source.path, private=source.private)
        source = source.path
    given = os.fspath(source)
    if not isinstance(given, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"a plugin's path is a str, not {given!r}")
    if not given or "\0" in given:
        raise ArtifactError(f"is not a path: it {'has a NUL in it' if given else 'is empty'}", plugin=repr(given))
    try:
        path = os.path.realpath(given, strict=True)
        status = os.stat(path)
        return _folder(path) if stat.S_ISDIR(status.st_mode) else _file(path, status)
    except FileNotFoundError as error:
        if os.path.islink(given):
            raise ArtifactError(
                f"is a link to {os.readlink(given)}, where there is no such file", plugin=given
            ) from error
        raise ArtifactError("there is no such file or folder", plugin=given, remedy=_elsewhere(given)) from error
    except OSError as error:
        raise ArtifactError(f"cannot be read: {error.strerror}", plugin=given) from error


def _folder(path: str) -> Artifact:
    if path.endswith((".whl", ".py")):
        raise ArtifactError("is a folder, though its name is a file's", plugin=path, remedy="rename the folder")
    from hotplug.artifacts.folder import Folder

    return Folder(path)


def _file(path: str, status: os.stat_result) -> Artifact:
    if not stat.S_ISREG(status.st_mode):
        raise ArtifactError("is neither a file nor a folder", plugin=path)
    if path.endswith(".whl"):
        from hotplug.artifacts.wheel import Wheel  # a host opens one kind, mostly

        return Wheel(path)
    if path.endswith(".py"):
        from hotplug.artifacts.module import Module

        return Module(path)
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
    raise ArtifactError(reason, plugin=path, remedy=remedy)


def _elsewhere(given: str) -> str | None:
    """Point to what was perhaps meant: an installed distribution, or a file beside."""
    from hotplug.artifacts.environment import find

    if os.sep not in given and find(given):
        return f"{given} is installed: open hotplug.installed({given!r})"
    folder, name = os.path.split(given)
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return f"the folder {folder} is not there either"
    return nearest(name, names, cutoff=0.7).removeprefix(", ") or None
