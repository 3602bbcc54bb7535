"""Whether an artifact fits the host that runs: every reason why not, found before any of its code runs."""

from __future__ import annotations

import os
import sys

from hotplug.artifacts.environment import find
from hotplug.artifacts.metadata import normalised
from hotplug.artifacts.requirement import plain_requirement, satisfies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hotplug.artifacts.artifact import Artifact

_SHOWN = 200  # letters of a requirement that a reader is shown


def objections(artifact: Artifact, provides: Mapping[str, str]) -> list[str]:
    """Return every reason why an artifact does not fit this host; none if it fits.

    Args:
        artifact: What is to be opened.
        provides: Distributions that the host gives, name and version; they override what is installed.
    """
    given = {normalised(name): version for name, version in provides.items()}
    return [
        *_python(artifact),
        *_tags(artifact),
        *(reason for text in artifact.metadata.requires for reason in _requirement(text, given, artifact)),
        *_native(artifact),
    ]


def _python(artifact: Artifact) -> Iterator[str]:
    wanted = artifact.metadata.requires_python
    if wanted is None:
        return
    running = ".".join(map(str, sys.version_info[:3]))
    try:
        fits = satisfies(running, wanted)
    except ValueError as error:
        yield f"its Requires-Python is not valid: {error}"
        return
    if not fits:
        yield f"it needs Python {wanted}, this is {running}"


def _tags(artifact: Artifact) -> Iterator[str]:
    tags = getattr(artifact, "tags", ())
    if not tags or "py3-none-any" in tags:
        return
    from packaging.tags import sys_tags

    if not {str(tag) for tag in sys_tags()}.intersection(tags):
        yield f"it was built for {', '.join(tags)}, not for this interpreter and platform"


def _native(artifact: Artifact) -> Iterator[str]:
    modules = artifact.native()
    if modules:
        yield (
            f"it carries native modules ({', '.join(modules[:3])}), which cannot be private to a plugin: "
            "install it and open it with hotplug.installed()"
        )


def _requirement(text: str, given: Mapping[str, str], artifact: Artifact) -> Iterator[str]:
    plain = plain_requirement(text)
    if plain is None:
        yield from _full_requirement(text, given, artifact)
    else:
        yield from _compare(*plain, text, given, artifact)


def _full_requirement(text: str, given: Mapping[str, str], artifact: Artifact) -> Iterator[str]:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError) as error:
        yield f"its requirement {_short(text)!r} is not valid: {str(error).splitlines()[0]}"
        return
    try:
        # an extra of the plugin itself is asked for by nobody who opens it
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    except (ValueError, KeyError, RecursionError) as error:  # names and comparisons that have no meaning
        yield f"its requirement {_short(text)!r} cannot be decided: {error}"
        return
    if applies:
        yield from _compare(normalised(requirement.name), str(requirement.specifier), text, given, artifact)


def _compare(
    name: str, comparisons: str, text: str, given: Mapping[str, str], artifact: Artifact
) -> Iterator[str]:
    if name in given:
        version: str | None = given[name]
        whose = "the host gives"
    else:
        found = find(name)
        if found is None:
            yield f"it needs {text}, which is not installed{_sibling(name, artifact)}"
            return
        version, whose = found.version, "installed is"
    try:
        fits = version is not None and satisfies(version, comparisons)
    except ValueError as error:
        yield f"it needs {text}: {error}"
        return
    if not fits:
        yield f"it needs {text}, {whose} {name} {version or 'of an unknown version'}"


def _sibling(name: str, artifact: Artifact) -> str:
    """Say where the missing distribution lies, if it lies beside the plugin."""
    folder = os.path.dirname(artifact.path)
    for each in sorted(os.listdir(folder)):
        if each.endswith(".whl") and normalised(each.partition("-")[0]) == name:
            return f"; {each} lies beside it: pip install {os.path.join(folder, each)}"
    return ""


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
