"""What artifacts offer, those in folders and those that are installed. Nothing of a plugin runs to find it."""

from __future__ import annotations

import os
from functools import partial

from hotplug.artifacts import locate
from hotplug.artifacts.compatibility import objections
from hotplug.artifacts.memory import stamp_of
from hotplug.artifacts.metadata import EntryPoint
from hotplug.catalog.entry import Entry, Facts
from hotplug.errors import ArtifactError, CompatibilityError, PluginError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotplug.artifacts.artifact import Artifact
    from hotplug.artifacts.memory import Stamp
    from hotplug.catalog.decisions import Decisions
    from hotplug.catalog.telling import Telling
    from hotplug.catalog.trusted import Trusted
    from hotplug.errors import PluginDisabled

_ARTIFACT = (".whl", ".py", ".wasm", ".so", ".pyd", ".dll", ".dylib")
"""Files that are artifacts, or that somebody takes for one: those are listed with the reason."""
_TRIES = 20
"""How often an artifact is read that is replaced each time while it is read."""


class Search:
    """What a catalog looks for.

    Args:
        decisions: What holds for the catalog and for each plugin.
        telling: Tells what is found and refused; for a later search too, since it is told once.
        closed: Whether nothing is to be offered of what is found, nor read.
    """

    def __init__(self, decisions: Decisions, telling: Telling, *, closed: bool = False) -> None:
        self.group = decisions.group
        self.symbol = decisions.symbol
        self._decisions = decisions
        self._closed = closed
        self._tell = telling.tell
        self._disabled = decisions.closed if closed else decisions.disabled
        self.trusted: Trusted | None = None
        """What may be run, where there is a lock or a pin."""

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
            return [self.refused(os.path.basename(folder), folder, failure, _stamp(folder))]
        return [entry for name in names for entry in self._offered(os.path.join(folder, name), name)]

    def anew(self, entry: Entry) -> list[Entry]:
        """Return what the artifact of an entry, found in a folder, offers now."""
        return list(self._offered(entry.path, os.path.basename(entry.path)))

    def offer(self, name: str, value: str, path: str, state: object) -> Entry:
        """Return the entry of an installed distribution that declares ``name = value`` in the group.

        Args:
            name: The name of the entry point.
            value: Its value.
            path: The ``.dist-info`` or ``.egg-info``.
            state: What is another once it was changed.
        """
        plain = ":" in value and "[" not in value and " " not in value
        symbol = value if plain else EntryPoint(self.group, name, value).reference
        disabled = self._disabled(name)
        if disabled is not None:
            return self._refused(name, path, symbol, disabled, state)
        later = self._plainly_installed if plain else partial(self._installed, value)
        return Entry(name, path, symbol, later, state=state)

    def _plainly_installed(self, entry: Entry) -> Facts:
        return self._installed(entry.symbol, entry)

    def _installed(self, value: str, entry: Entry) -> Facts:
        from hotplug.artifacts.installed import Installed

        path = entry.path
        point = EntryPoint(self.group, entry.name, value)
        try:
            artifact = Installed(path)
            error = _misspelt(point, artifact) or self._objection(point.name, artifact)
            facts = Facts(artifact, error or self._distrust(point.name, artifact))
        except Exception as error:  # noqa: BLE001  (one that cannot be read must not stop the others)
            facts = Facts(None, as_refusal(error, path))
        self._tell(point.name, path, facts)
        return facts

    def current(self, entry: Entry) -> object:
        """Return what the state of an entry would be, were it read now."""
        try:
            return _stamp(entry.path) if entry.artifact is None else locate(entry.artifact).state()
        except (PluginError, OSError):
            return None

    def _offered(self, path: str, name: str) -> list[Entry]:
        if not name.endswith(_ARTIFACT) and not os.path.isdir(path):
            return []
        if self._closed or name.endswith(".py"):  # a module has no other name to be disabled by
            disabled = self._disabled(_stem(path, name))
            if disabled is not None:
                return [] if name[0] in "_." else [self._unread(path, name, disabled)]
        for last in range(_TRIES - 1, -1, -1):
            before = _stamp(path)
            try:
                return list(self._read(path, name))
            except Exception as error:  # noqa: BLE001  (one that cannot be read must not stop the others)
                if not os.path.lexists(path):
                    break  # it was taken away meanwhile
                if last and (_stamp(path) != before or (isinstance(error, PluginError) and error.outdated)):
                    continue  # it was replaced meanwhile
                if name[0] in "_.":
                    break
                return [self.refused(_stem(path, name), path, as_refusal(error, path), before)]
        return []

    def _read(self, path: str, name: str) -> Iterator[Entry]:
        artifact = locate(path)
        points = artifact.metadata.entry_points
        if points:
            yield from self._declared(points, artifact)
        elif name[0] not in "_.":
            disabled = self._disabled(_stem(path, name))
            if disabled is not None:
                yield self._unread(path, name, disabled)
            elif self._binds(artifact):
                yield self._entry(_stem(path, name), self.symbol, artifact)

    def _declared(self, points: tuple[EntryPoint, ...], artifact: Artifact) -> Iterator[Entry]:
        for point in points:
            if point.group != self.group:
                continue
            disabled = self._disabled(point.name)
            if disabled is not None:
                yield self._refused(point.name, artifact.path, point.reference, disabled, artifact.state())
            else:
                yield self._entry(point.name, point.reference, artifact, _misspelt(point, artifact))

    def _binds(self, artifact: Artifact) -> bool:
        """Tell whether an artifact's root module binds the symbol; a near miss is an error, for its author."""
        source = artifact.root_source()
        if source is None:
            return False
        from hotplug.artifacts.exports import names_in

        names = names_in(source)
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

    def _entry(self, name: str, symbol: str, artifact: Artifact, error: PluginError | None = None) -> Entry:
        facts = Facts(artifact, error or self._objection(name, artifact))
        if self.trusted is not None and facts.error is None:
            later = partial(self._held, artifact)  # a digest takes long, and a list may not ask for it
            return Entry(name, artifact.path, symbol, later, state=artifact.state())
        self._tell(name, artifact.path, facts)
        return Entry(name, artifact.path, symbol, facts, state=artifact.state())

    def _held(self, artifact: Artifact, entry: Entry) -> Facts:
        """Return what an artifact says of itself, held to the lock and the pins."""
        facts = Facts(artifact, self._distrust(entry.name, artifact))
        self._tell(entry.name, artifact.path, facts)
        return facts

    def _distrust(self, name: str, artifact: Artifact) -> PluginError | None:
        return None if self.trusted is None else self.trusted.objection(name, artifact)

    def _objection(self, name: str, artifact: Artifact) -> PluginError | None:
        decisions = self._decisions
        reasons = objections(artifact, decisions.provides, inline=decisions.inline(name))
        return CompatibilityError(reasons, plugin=name) if reasons else None

    def refused(self, name: str, path: str, error: PluginError, state: object) -> Entry:
        """Return the entry of what cannot be opened."""
        return self._refused(name, path, self.symbol, self._disabled(name) or error, state)

    def _refused(self, name: str, path: str, symbol: str, error: PluginError, state: object) -> Entry:
        facts = Facts(None, error)
        self._tell(name, path, facts)
        return Entry(name, path, symbol, facts, state=state)

    def _unread(self, path: str, name: str, error: PluginDisabled) -> Entry:
        """Return the entry of what is disabled under its file name."""
        return self._refused(_stem(path, name), os.path.realpath(path), self.symbol, error, _stamp(path))


def _stem(path: str, name: str) -> str:
    if os.path.isdir(path):
        return name
    stem = os.path.splitext(name)[0]
    return stem.partition("-")[0] if name.endswith(".whl") else stem


def _misspelt(point: EntryPoint, artifact: Artifact) -> ArtifactError | None:
    module, _, path = point.reference.partition(":")
    if all(part.isidentifier() for part in [*module.split("."), *filter(None, path.split("."))]):
        return None
    reason = f"its entry point {point.name} = {point.value} is not of the form module:attribute"
    return ArtifactError(reason, plugin=artifact.name)


def _stamp(path: str) -> Stamp | None:
    try:
        return stamp_of(os.stat(path))
    except (OSError, ValueError):
        return None


def as_refusal(error: Exception, path: str) -> PluginError:
    """Return the error that an entry shows; what was not foreseen is told with the name that Python has for it."""
    if isinstance(error, PluginError):
        return error
    refusal = ArtifactError(f"cannot be read: {type(error).__name__}: {error}", plugin=path)
    refusal.__cause__ = error
    return refusal
