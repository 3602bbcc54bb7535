"""Artifacts: what can be opened, one module for each kind, read without running any of its code.

Here live names, versions, digests, files, entry points and the question whether an artifact fits this host.
What does not live here: anything that imports or executes a plugin.
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.artifacts.artifact import Artifact


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
    path, kind = find(source)
    try:
        return _read(path, kind)
    except OSError as error:
        from hotplug.artifacts.refusal import unreachable

        raise unreachable(os.fspath(source), error) from error


def find(source: str | os.PathLike[str]) -> tuple[str, str]:
    """Return the path of what can be opened, with every link resolved, and its kind; nothing of it is read.

    Raises:
        ArtifactError: If there is nothing that can be opened.
    """
    given = os.fspath(source)
    if not isinstance(given, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"a plugin's path is a str, not {given!r}")
    if not given or "\0" in given:
        from hotplug.artifacts.refusal import no_path

        raise no_path(given)
    try:
        path = os.path.realpath(given, strict=True)
        return path, _kind_at(path, os.stat(path))
    except OSError as error:
        from hotplug.artifacts.refusal import unreachable

        raise unreachable(given, error) from error


def fits_any_host(artifact: Artifact) -> bool:
    """Tell whether an artifact asks nothing of the host: no Python, no platform, no other distribution."""
    metadata = artifact.metadata
    return not (metadata.requires or metadata.requires_python or tags_of(artifact) or artifact.native())


def tags_of(artifact: Artifact) -> tuple[str, ...]:
    """Return the compatibility tags one of which the host must have; none where every host has one."""
    tags: tuple[str, ...] = getattr(artifact, "tags", ())
    return () if "py3-none-any" in tags else tags


def _kind_at(path: str, status: os.stat_result) -> str:
    is_file = stat.S_ISREG(status.st_mode)
    if is_file and path.endswith(".whl"):
        return "wheel"
    if is_file and path.endswith(".py"):
        return "module"
    if stat.S_ISDIR(status.st_mode) and not path.endswith((".whl", ".py")):
        return "folder"
    from hotplug.artifacts.refusal import no_artifact

    raise no_artifact(path, status)


def _read(path: str, kind: str) -> Artifact:
    if kind == "wheel":
        from hotplug.artifacts.wheel import Wheel  # a host opens one kind, mostly

        return Wheel(path)
    if kind == "module":
        from hotplug.artifacts.module import Module

        return Module(path)
    from hotplug.artifacts.folder import Folder

    return Folder(path)
