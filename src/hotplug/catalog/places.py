"""Where plugins are found: folders of artifacts, and what is installed. Nothing of a plugin runs to find it."""

from __future__ import annotations

import os

from hotplug.artifacts import locate
from hotplug.artifacts.compatibility import objections
from hotplug.artifacts.environment import distributions
from hotplug.catalog.entry import Entry
from hotplug.errors import ArtifactError, CompatibilityError, PluginError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hotplug.artifacts.artifact import Artifact
    from hotplug.artifacts.metadata import EntryPoint

_ARTIFACT = (".whl", ".py", ".wasm", ".so", ".pyd", ".dll", ".dylib")
"""Files that are artifacts, or that somebody takes for one: those are listed with the reason."""


class Search:
    """What a catalog looks for.

    Args:
        group: The entry point group.
        symbol: What an artifact without entry points must bind in its root module to be offered.
        provides: Distributions that the host gives, name and version.
        inline: Whether plugins are to run in the host's interpreter.
    """

    def __init__(self, group: str, symbol: str, provides: Mapping[str, str], *, inline: bool = True) -> None:
        self.group = group
        self.symbol = symbol
        self.provides = provides
        self.inline = inline

    def folder(self, folder: str) -> list[Entry]:
        """Return what the artifacts in a folder offer, by file name; a folder that is not there offers nothing."""
        try:
            names = sorted(os.listdir(folder))
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            reason = (isinstance(error, OSError) and error.strerror) or str(error)
            remedy = (
                "a search path is made of folders: name the one that it lies in"
                if os.path.isfile(folder)
                else None
            )
            failure = ArtifactError(f"the folder cannot be read: {reason}", plugin=folder, remedy=remedy)
            return [self._refused(os.path.basename(folder), folder, failure)]
        return [entry for name in names for entry in self._offered(os.path.join(folder, name), name)]

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
            yield from self._declared(artifact.metadata.entry_points, artifact)
        except Exception as error:  # noqa: BLE001  (one that cannot be read must not stop the others)
            yield self._refused(name, path, _as_refusal(error, path))

    def _offered(self, path: str, name: str) -> Iterator[Entry]:
        is_folder = os.path.isdir(path)
        if not is_folder and not name.endswith(_ARTIFACT):
            return
        stem = name if is_folder else os.path.splitext(name)[0]
        if name.endswith(".whl"):
            stem = stem.partition("-")[0]
        hidden = name[0] in "_."
        try:
            artifact = locate(path)
            points = artifact.metadata.entry_points
            if points:
                yield from self._declared(points, artifact)
            elif not hidden and self._binds(artifact):
                yield self._entry(stem, self.symbol, artifact)
        except Exception as error:  # noqa: BLE001  (one that cannot be read must not stop the others)
            if not hidden:
                yield self._refused(stem, path, _as_refusal(error, path))

    def _declared(self, points: tuple[EntryPoint, ...], artifact: Artifact) -> Iterator[Entry]:
        for point in points:
            if point.group == self.group:
                module, _, path = point.reference.partition(":")
                if all(part.isidentifier() for part in [*module.split("."), *filter(None, path.split("."))]):
                    yield self._entry(point.name, point.reference, artifact)
                else:
                    reason = f"its entry point {point.name} = {point.value} is not of the form module:attribute"
                    yield self._refused(
                        point.name, artifact.path, ArtifactError(reason, plugin=artifact.metadata.name)
                    )

    def _binds(self, artifact: Artifact) -> bool:
        """Tell whether an artifact's root module binds the symbol; a near miss is an error, for its author."""
        source = artifact.root_source()
        if source is None:
            return False
        from hotplug.artifacts.digest import read_file
        from hotplug.artifacts.exports import bound_names

        names = bound_names(read_file(source), source)
        if self.symbol in names:
            return True
        near = nearest(self.symbol, names, cutoff=0.8)
        if near:
            raise ArtifactError(
                f"exports no {self.symbol!r}{near}",
                plugin=artifact.path,
                remedy=f"name it {self.symbol}, or declare an entry point in the group {self.group}",
            )
        return False

    def _entry(self, name: str, symbol: str, artifact: Artifact) -> Entry:
        metadata = artifact.metadata
        reasons = objections(artifact, self.provides, inline=self.inline)
        error = CompatibilityError(reasons, plugin=name) if reasons else None
        status = "ready" if error is None else f"refused: {error.reason}"
        return Entry(name, metadata.version, metadata.summary, artifact, artifact.path, symbol, status, error)

    def _refused(self, name: str, path: str, error: PluginError) -> Entry:
        return Entry(name, None, None, None, path, self.symbol, f"refused: {error.reason}", error)


def _as_refusal(error: Exception, path: str) -> PluginError:
    """Return the error that an entry shows; what was not foreseen is told with the name that Python has for it."""
    if isinstance(error, PluginError):
        return error
    refusal = ArtifactError(f"cannot be read: {type(error).__name__}: {error}", plugin=path)
    refusal.__cause__ = error
    return refusal
