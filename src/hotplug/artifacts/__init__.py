"""Artifacts: what can be opened, one module for each kind, read without running any of its code.

Here live names, versions, digests, files, entry points and the question whether an artifact fits this host.
What does not live here: anything that imports or executes a plugin.
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from hotplug.artifacts.artifact import Artifact
    from hotplug.artifacts.memory import Stamp
    from hotplug.artifacts.metadata import Metadata

NEVER: Stamp = (0, 0, 0, 0, 0)
"""The stamp that no file has: whoever reads a file with it has to look at its bytes."""
_NAME = "Name: "


class File:
    """A file of a tree: its stamp, and the sha256 of its bytes in hexadecimal digits."""

    __slots__ = ("sha256", "stamp")

    def __init__(self, stamp: Stamp, sha256: str) -> None:
        self.stamp: Final = stamp
        self.sha256: Final = sha256


class Tree:
    """Where a plugin's code lies.

    A class of its own with slots: to define a NamedTuple of so many fields takes 0.15 ms, at every start.

    Attributes:
        root: An absolute folder; every path in ``files`` is relative to it, with forward slashes.
        tops: The plugin's own top-level import names, each with the path of its module or package; the empty
            path is the root itself.
        root_module: The top-level name that a symbol without a colon is looked up in; None where the artifact
            does not tell.
        files: Every file of the plugin as it was when the artifact was read.
        digest: The digest of the artifact.
        manifest: The list of unpacked files in the cache; to be removed when one is not as it was.
        code: The folder for the plugin's bytecode, which may not be there yet; None where it is not the user's
            alone.
    """

    __slots__ = ("code", "digest", "files", "manifest", "root", "root_module", "tops")

    def __init__(
        self,
        root: str,
        tops: Mapping[str, str],
        root_module: str | None,
        files: Mapping[str, File],
        digest: str,
        *,
        manifest: str | None = None,
        code: str | None = None,
    ) -> None:
        self.root: Final = root
        self.tops: Final = tops
        self.root_module: Final = root_module
        self.files: Final = files
        self.digest: Final = digest
        self.manifest: Final = manifest
        self.code: Final = code


class Declared:
    """What an artifact declares about itself, text until more is asked for than its name.

    Args:
        text: The text form of metadata, as ``hotplug.artifacts.metadata.compose`` writes it; may be empty.
        fallback_name: The name where the text does not tell it.
        metadata: What the text means, where it is known already.
    """

    def __init__(self, text: str, fallback_name: str, metadata: Metadata | None = None) -> None:
        if metadata is not None:
            self.name = metadata.name
        else:
            first = text.partition("\n")[0]
            self.name = first[len(_NAME) :] if first.startswith(_NAME) else fallback_name
        self._declared = text
        self._metadata = metadata

    @property
    def metadata(self) -> Metadata:
        """Return all of it."""
        if self._metadata is None:
            from hotplug.artifacts.metadata import parse  # a start needs it for a plugin that requires others

            self._metadata = parse(self._declared, fallback_name=self.name)
        return self._metadata

    def asks(self) -> str:
        """Return the lines in which it asks something of its host; none if it asks nothing."""
        headers = self._declared.partition("\n\n")[0]
        return "\n".join([line for line in headers.split("\n") if line.startswith("Requires-")])


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


def planted(tree: Tree, plugin: str) -> Tree:
    """Return a tree that something can be imported from.

    Raises:
        ArtifactError: If nothing can.
    """
    if not tree.tops:
        from hotplug.errors import ArtifactError

        raise ArtifactError("holds no Python module", plugin=plugin)
    return tree


def normalised(name: str) -> str:
    """Return a distribution's name as indexes compare it (PEP 503)."""
    for separator in "_.":
        name = name.replace(separator, "-")
    while "--" in name:
        name = name.replace("--", "-")
    return name.lower()


def fits_any_host(artifact: Artifact) -> bool:
    """Tell whether an artifact asks nothing of the host: no Python, no platform, no other distribution."""
    return not (artifact.asks() or tags_of(artifact) or artifact.native())


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
