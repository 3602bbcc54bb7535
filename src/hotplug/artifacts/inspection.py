"""All that can be said of an artifact without running it, and of what cannot be said the reason.

Each part is read by itself, so that what is wrong with one keeps nobody from the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from hotplug.artifacts import fits_any_host, tags_of
from hotplug.errors import ArtifactError, PluginError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotplug.artifacts.artifact import Artifact
    from hotplug.artifacts.hazards import Hazard
    from hotplug.artifacts.metadata import EntryPoint

    T = TypeVar("T")


class Need(NamedTuple):
    """One thing that an artifact needs of its host.

    Attributes:
        what: A requirement, or the Python or platform that is needed.
        reasons: Why this host does not give it; none if it does.
    """

    what: str
    reasons: tuple[str, ...]


class Inspection(NamedTuple):
    """What an artifact says of itself; what could not be read is None or empty, and ``problems`` says why.

    Attributes:
        name: The name of its distribution, else of its folder or file.
        version: Its version.
        summary: Its one-line description.
        kind: "folder", "module", "wheel" or "installed".
        path: Where it lies.
        digest: Its digest.
        needs: What it needs, with a verdict for each.
        entry_points: What it offers.
        modules: Its top-level import names.
        root: The one in which a symbol without a colon is looked up.
        symbols: What that one exports, as far as its source tells.
        hazards: What a private namespace does not hold.
        problems: Why a part could not be read, by its name; those that concern all are under "artifact".
    """

    name: str
    version: str | None
    summary: str | None
    kind: str
    path: str
    digest: str | None
    needs: tuple[Need, ...]
    entry_points: tuple[EntryPoint, ...]
    modules: tuple[str, ...]
    root: str | None
    symbols: tuple[str, ...]
    hazards: tuple[Hazard, ...]
    problems: Mapping[str, PluginError]

    @property
    def fits(self) -> bool:
        """Whether this host gives all that it needs."""
        return not any(each.reasons for each in self.needs)


def inspect(artifact: Artifact, provides: Mapping[str, str], *, inline: bool = True) -> Inspection:
    """Return all that can be said of an artifact; nothing of it runs.

    Args:
        artifact: What is looked at.
        provides: Distributions that the host gives, name and version; they override what is installed.
        inline: Whether it is to run in the host's interpreter, where native modules cannot be private.
    """
    from hotplug.artifacts.hazards import Hazard, hazards

    problems: dict[str, PluginError] = {}

    def part(name: str, read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except PluginError as error:
            problems[name] = error
        except Exception as error:  # noqa: BLE001  (of what is broken, each part is broken in its own way)
            problems[name] = _unforeseen(error, artifact)
        return otherwise

    metadata = artifact.metadata
    tree = part("files", artifact.tree, None)
    digest = None if tree is None else part("digest", artifact.digest, None)
    found = () if tree is None else tuple(part("hazards", lambda: hazards(artifact), list[Hazard]()))
    return Inspection(
        metadata.name,
        metadata.version,
        metadata.summary,
        artifact.kind,
        artifact.path,
        digest,
        part("needs", lambda: _needs(artifact, provides, inline=inline), ()),
        metadata.entry_points,
        () if tree is None else tuple(tree.tops),
        None if tree is None else tree.root_module,
        part("symbols", lambda: symbols(artifact), ()),
        found if artifact.private else (),
        problems,
    )


def symbols(artifact: Artifact) -> tuple[str, ...]:
    """Return the names that an artifact's root module exports, as far as its source tells.

    Raises:
        ArtifactError: If it cannot be read, or is no Python.
    """
    from hotplug.artifacts.digest import read_file
    from hotplug.artifacts.exports import exported_names

    source = artifact.root_source()
    return () if source is None else exported_names(read_file(source), source, artifact.tree().tops)


def _needs(artifact: Artifact, provides: Mapping[str, str], *, inline: bool) -> tuple[Need, ...]:
    if fits_any_host(artifact):
        return ()
    from hotplug.artifacts import normalised
    from hotplug.artifacts.needs import Needs

    given = {normalised(name): version for name, version in provides.items()}
    native = artifact.native() if inline else ()
    judged = Needs(artifact, tags_of(artifact), given, native).judged()
    return tuple(Need(what, tuple(reasons)) for what, reasons in judged)


def _unforeseen(error: Exception, artifact: Artifact) -> PluginError:
    found = ArtifactError(f"cannot be read: {type(error).__name__}: {error}", plugin=artifact.path)
    found.__cause__ = error
    return found
