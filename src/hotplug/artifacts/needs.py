"""What an artifact needs of its host, decided: the interpreter, the platform, and other distributions.

An extra that it asks of another distribution (``uvicorn[standard]``) stands for what the installed one declares
for that extra, and so on; an extra of its own name for what it declares itself. What the host provides is taken to
have all its extras.
"""

from __future__ import annotations

import os
import sys

from hotplug.artifacts import normalised
from hotplug.artifacts.asking import METADATA
from hotplug.artifacts.digest import read_stamped
from hotplug.artifacts.environment import distributions
from hotplug.artifacts.memory import stamp_of
from hotplug.artifacts.metadata import headers_of, parse
from hotplug.artifacts.requirement import only_for_extra, plain_requirement, satisfies
from hotplug.errors import ArtifactError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hotplug.artifacts.artifact import Artifact
    from hotplug.artifacts.environment import Distribution
    from hotplug.artifacts.memory import Stamp

_SHOWN = 200  # letters of a requirement that a reader is shown


class Needs:
    """What one artifact needs.

    Args:
        artifact: What is to be opened.
        tags: The tags of which one must fit; none where any fits.
        given: Distributions that the host gives, normalised name and version.
        native: The native modules that keep it from running where it is to run.

    Attributes:
        artifact: What is to be opened.
        read: The metadata that the answer depends on, files and folders, with their stamps; None where it also
            depends on what is in no file whose stamp is known.
    """

    def __init__(
        self, artifact: Artifact, tags: tuple[str, ...], given: Mapping[str, str], native: tuple[str, ...]
    ) -> None:
        self.read: dict[str, Stamp] | None = {}
        self.artifact = artifact
        self._tags = tags
        self._given = given
        self._native_modules = native
        self._own = normalised(artifact.name)
        self._asked: set[tuple[str, str]] = set()
        self._installed: dict[str, Distribution] | None = None

    def unmet(self) -> list[str]:
        """Return every reason why the artifact does not fit; none if it fits."""
        return [reason for _, reasons in self.judged() for reason in reasons]

    def judged(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each thing that the artifact needs, with the reasons why it is not met; none where it is."""
        metadata = self.artifact.metadata
        if metadata.requires_python is not None:
            yield f"Python {metadata.requires_python}", list(self._python())
        if self._tags:
            yield f"a platform of {', '.join(self._tags)}", list(self._platform())
        for text in metadata.requires:
            yield text, list(self._requirement(text, (), ""))
        if self._native_modules:
            yield "no private namespace", list(self._native())

    def _python(self) -> Iterator[str]:
        wanted = self.artifact.metadata.requires_python
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

    def _platform(self) -> Iterator[str]:
        if not self._tags:
            return
        from packaging.tags import sys_tags

        if not {str(tag) for tag in sys_tags()}.intersection(self._tags):
            yield f"it was built for {', '.join(self._tags)}, not for this interpreter and platform"

    def _native(self) -> Iterator[str]:
        modules = self._native_modules
        if modules:
            way_out = (
                "open it without private=True"
                if self.artifact.kind == "installed"
                else "open it with boundary='process', or install it and open it with hotplug.installed()"
            )
            shown = ", ".join(modules[:3])
            yield f"it carries native modules ({shown}), which cannot be private to a plugin: {way_out}"

    def _requirement(self, text: str, chain: tuple[str, ...], extra: str) -> Iterator[str]:
        """Yield what is not met of a requirement.

        Args:
            text: The requirement.
            chain: The requirements that led to it, of which each asks the next one's distribution for an extra.
            extra: The extra for which the last of them asks; empty for what the artifact needs in any case.
        """
        conditional = only_for_extra(text)
        if conditional is not None and normalised(conditional[1]) != normalised(extra):
            return
        plain = plain_requirement(text if conditional is None else conditional[0])
        if plain is None:
            yield from self._full_requirement(text, chain, extra)
        elif conditional is not None or not extra:  # what is needed in any case is no matter of the extra
            yield from self._compare(*plain, (), (*chain, text))

    def _full_requirement(self, text: str, chain: tuple[str, ...], extra: str) -> Iterator[str]:
        from packaging.requirements import InvalidRequirement, Requirement

        whose = f"{_asking(chain)}, whose" if chain else "its"
        try:
            requirement = Requirement(text)
        except (InvalidRequirement, RecursionError) as error:
            yield f"{whose} requirement {_short(text)!r} is not valid: {str(error).splitlines()[0]}"
            return
        marker = requirement.marker
        try:
            # an extra of the plugin itself is asked for by nobody who opens it
            anyway = marker is None or marker.evaluate({"extra": ""})
            applies = marker is not None and not anyway and marker.evaluate({"extra": extra}) if extra else anyway
        except (ValueError, KeyError, RecursionError) as error:  # names and comparisons that have no meaning
            yield f"{whose} requirement {_short(text)!r} cannot be decided: {error}"
            return
        if applies:
            name, extras = normalised(requirement.name), sorted(requirement.extras)
            yield from self._compare(name, str(requirement.specifier), extras, (*chain, text))

    def _compare(
        self, name: str, comparisons: str, extras: Iterable[str], chain: tuple[str, ...]
    ) -> Iterator[str]:
        if name == self._own and (extras or len(chain) > 1):
            for extra in extras:
                yield from self._extra(name, extra, self.artifact.metadata.requires, chain)
            return
        found = None if name in self._given else self._find(name)
        if found is None and name not in self._given:
            yield f"{_asking(chain)}, which is not installed{self._sibling(name, comparisons)}"
            return
        version = self._given[name] if found is None else self._version(found)
        try:
            fits = version is not None and satisfies(version, comparisons)
        except ValueError as error:
            yield f"{_asking(chain)}: {error}"
            return
        if not fits:
            whose = "the host gives" if found is None else "installed is"
            way_out = "" if found is None else self._sibling(name, comparisons)
            yield f"{_asking(chain)}, {whose} {name} {version or 'of an unknown version'}{way_out}"
        elif found is not None:
            for extra in extras:
                yield from self._extra(name, extra, self._declared(found), chain)

    def _extra(self, name: str, extra: str, requires: Iterable[str], chain: tuple[str, ...]) -> Iterator[str]:
        """Yield what is not met of what a distribution needs for one of its extras; of a circle each part once."""
        key = name, normalised(extra)
        if key not in self._asked:
            self._asked.add(key)
            for text in requires:
                yield from self._requirement(text, chain, extra)

    def _find(self, name: str) -> Distribution | None:
        if self._installed is None:
            self._installed = {each.name: each for each in distributions()}
        found = self._installed.get(name)
        if found is not None and self.read is not None:
            try:
                self.read.update((each, stamp_of(os.stat(each))) for each in found.weighed)
            except OSError:
                self.read = None
        return found

    def _version(self, found: Distribution) -> str | None:
        if found.named_version is None:
            self.read = None  # it stands in a file, which may change when no folder does
        return found.version

    def _declared(self, found: Distribution) -> tuple[str, ...]:
        path = os.path.join(found.path, METADATA[os.path.splitext(found.path)[1]])
        try:
            data, stamp = read_stamped(path)
        except ArtifactError:
            self.read = None
            return ()
        if self.read is not None:
            self.read[path] = stamp
        headers = headers_of(data.decode("utf-8", "replace"))
        return parse(headers, fallback_name=found.name).requires

    def _sibling(self, name: str, comparisons: str) -> str:
        """Say which wheel beside the plugin is what it needs, if one is."""
        folder = os.path.dirname(self.artifact.path)
        try:
            beside = sorted(os.listdir(folder), reverse=True)
        except OSError:
            return ""
        for each in beside:
            parts = each.split("-")
            if each.endswith(".whl") and len(parts) > 1 and normalised(parts[0]) == name:
                try:
                    fits = satisfies(parts[1], comparisons)
                except ValueError:
                    continue
                if fits:
                    return f"; {each} lies beside it: pip install {os.path.join(folder, each)}"
        return ""


def _asking(chain: tuple[str, ...]) -> str:
    """Return the words that name what is needed, and what it is needed for."""
    first, *others = chain
    return ", which needs ".join([f"it needs {first}", *(each.partition(";")[0].strip() for each in others)])


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
