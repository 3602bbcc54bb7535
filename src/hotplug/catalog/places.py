"""Where plugins are found: folders of artifacts, and what is installed. Nothing of a plugin runs to find it."""

from __future__ import annotations

import os

from hotplug.artifacts import locate
from hotplug.artifacts.compatibility import objections
from hotplug.artifacts.environment import distributions
from hotplug.catalog.entry import Entry
from hotplug.errors import ArtifactError, CompatibilityError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hotplug.artifacts.artifact import Artifact
    from hotplug.artifacts.metadata import EntryPoint
    from hotplug.errors import PluginError

_ARTIFACT = (".whl", ".py", ".wasm", ".so", ".pyd", ".dll", ".dylib")
"""Files that are artifacts, or that somebody takes for one: those are listed with the reason."""


class Search:
    """What a catalog looks for.

    Args:
        group: The entry point group.
        symbol: What an artifact without entry points must bind in its root module to be offered.
        provides: Distributions that the host gives, name and version.
    """

    def __init__(self, group: str, symbol: str, provides: Mapping[str, str]) -> None:
        self.group = group
        self.symbol = symbol
        self.provides = provides

    def folder(self, folder: str) -> list[Entry]:
        """Return what the artifacts in a folder offer, by file name; a folder that is not there offers nothing."""
        try:
            names = sorted(os.listdir(folder))
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            failure = ArtifactError(f"the folder cannot be read: {error.strerror}", plugin=folder)
            return [self._refused(os.path.basename(folder), folder, failure)]
        return [
            entry
            for name in names
            if name[0] not in "_."
            for entry in self._offered(os.path.join(folder, name), name)
        ]

    def installed(self) -> list[Entry]:
        """Return what installed distributions offer in the group, in the order of sys.path."""
        found: list[Entry] = []
        wanted = self.group.encode()
        for distribution in distributions():
            try:
                with open(os.path.join(distribution.path, "entry_points.txt"), "rb") as file:
                    offers = wanted in file.read()
            except OSError:
                continue  # most distributions offer nothing
            if offers:
                found += self._installed(distribution.name, distribution.path)
        return found

    def _installed(self, name: str, path: str) -> Iterator[Entry]:
        from hotplug.artifacts.installed import Installed

        try:
            artifact = Installed(path)
        except ArtifactError as error:
            yield self._refused(name, path, error)
            return
        for point in artifact.metadata.entry_points:
            if point.group == self.group:
                yield self._entry(point.name, point.reference, artifact)

    def _offered(self, path: str, name: str) -> Iterator[Entry]:
        is_folder = os.path.isdir(path)
        if not is_folder and not name.endswith(_ARTIFACT):
            return
        stem = name if is_folder else os.path.splitext(name)[0]
        if name.endswith(".whl"):
            stem = stem.partition("-")[0]
        try:
            artifact = locate(path)
            points = artifact.metadata.entry_points
            if points:
                yield from self._declared(points, artifact)
            elif self._binds(artifact):
                yield self._entry(stem, self.symbol, artifact)
        except ArtifactError as error:
            yield self._refused(stem, path, error)

    def _declared(self, points: tuple[EntryPoint, ...], artifact: Artifact) -> Iterator[Entry]:
        for point in points:
            if point.group == self.group:
                yield self._entry(point.name, point.reference, artifact)

    def _binds(self, artifact: Artifact) -> bool:
        """Tell whether an artifact's root module binds the symbol; a near miss is an error, for its author."""
        tree = artifact.tree()
        if tree.root_module is None:
            return False
        base = tree.tops[tree.root_module]
        place = base if base.endswith(".py") else "/".join(part for part in (base, "__init__.py") if part)
        if place not in tree.files:
            return False  # a namespace package binds nothing
        from difflib import get_close_matches

        from hotplug.artifacts.digest import read_file
        from hotplug.artifacts.exports import bound_names

        whole = os.path.join(tree.root, *place.split("/"))
        names = bound_names(read_file(whole), whole)
        if self.symbol in names:
            return True
        near = get_close_matches(self.symbol.lower(), {name.lower() for name in names}, n=1, cutoff=0.8)
        if near:
            meant = next(name for name in names if name.lower() == near[0])
            raise ArtifactError(
                f"exports no {self.symbol!r}, did you mean {meant!r}?",
                plugin=artifact.path,
                remedy=f"name it {self.symbol}, or declare an entry point in the group {self.group}",
            )
        return False

    def _entry(self, name: str, symbol: str, artifact: Artifact) -> Entry:
        metadata = artifact.metadata
        reasons = objections(artifact, self.provides)
        error = CompatibilityError(reasons, plugin=name) if reasons else None
        status = "ready" if error is None else f"refused: {error.reason}"
        return Entry(name, metadata.version, metadata.summary, artifact, artifact.path, symbol, status, error)

    def _refused(self, name: str, path: str, error: PluginError) -> Entry:
        return Entry(name, None, None, None, path, self.symbol, f"refused: {error.reason}", error)
