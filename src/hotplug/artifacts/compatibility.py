"""Whether an artifact fits the host that runs: every reason why not, found before any of its code runs.

That it fits is remembered, for as long as nothing changes on which it depends: what it declares, the interpreter,
the platform, what the host provides, and the folders in which distributions are installed. To decide it
(``hotplug.artifacts.needs``) takes longer than all the rest of a start. A refusal is not remembered: it is made
anew, with what its reader can do at that moment.
"""

from __future__ import annotations

import os
import sys

from hotplug.artifacts import fits_any_host, normalised, tags_of
from hotplug.artifacts.asking import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotplug.artifacts.artifact import Artifact

_KIND = "verdicts"
_RULES = 4
"""The edition of the rules: a verdict of another one does not count."""


def objections(artifact: Artifact, provides: Mapping[str, str], *, inline: bool = True) -> list[str]:
    """Return every reason why an artifact does not fit this host; none if it fits.

    Args:
        artifact: What is to be opened.
        provides: Distributions that the host gives, name and version; they override what is installed.
        inline: Whether it is to run in the host's interpreter, where native modules cannot be private.
    """
    if fits_any_host(artifact):
        return []
    given = {normalised(name): version for name, version in provides.items()}
    tags = tags_of(artifact)
    native = artifact.native() if inline else ()
    question = Question(_KIND, _depends_on(artifact, tags, given))
    # what fits a platform depends on more of it than is asked here, its C library for one
    lasting = not native and all(tag.endswith("-any") for tag in tags)
    if lasting and question.answer() is not None:
        return []
    from hotplug.artifacts.needs import Needs

    needs = Needs(artifact, tags, given, native)
    reasons = needs.unmet()
    if lasting and not reasons and needs.read is not None:
        question.remember("", needs.read)
    return reasons


def _depends_on(artifact: Artifact, tags: tuple[str, ...], given: Mapping[str, str]) -> str:
    """Return all that the verdict depends on, but for what is installed."""
    from hotplug import __version__

    platform = tuple(os.uname())[2:] if hasattr(os, "uname") else ()  # [1] is the machine's name
    return repr(
        (
            (_RULES, __version__, sys.version, sys.platform, sys.implementation.name, platform),
            (artifact.name, artifact.asks(), tags),
            sorted(given.items()),
        )
    )
