"""Whether an artifact fits the host that runs: every reason why not, found before any of its code runs.

That it fits is remembered, for as long as nothing changes on which it depends: what it declares, the interpreter,
the platform, what the host provides, and the folders in which distributions are installed. To decide it
(``hotplug.artifacts.needs``) takes longer than all the rest of a start. A refusal is not remembered: it is made
anew, with what its reader can do at that moment.
"""

from __future__ import annotations

import os
import sys
import time

from hotplug.artifacts import fits_any_host, normalised, tags_of
from hotplug.artifacts.memory import recall, remember, stamp_of, stamp_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hotplug.artifacts.artifact import Artifact
    from hotplug.artifacts.memory import Stamp

_KIND = "verdicts"
_RULES = 2
"""The edition of the rules: a verdict of another one does not count."""
_NEVER: Stamp = (0, 0, 0, 0, 0)


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
    question = _question(artifact, tags, given)
    # what fits a platform depends on more of it than is asked here, its C library for one
    lasting = not native and all(tag.endswith("-any") for tag in tags)
    folders = folder_stamps(sys.path)
    stamps = " ".join(stamp_text(stamp) for stamp in folders)
    if lasting and _holds(recall(_KIND, question, stamps)):
        return []
    from hotplug.artifacts.needs import Needs

    begun = time.time_ns()
    needs = Needs(artifact, tags, given, native)
    reasons = needs.unmet()
    if lasting and not reasons and needs.read is not None:
        fact = "".join(f"{stamp_text(stamp)} {path}\n" for path, stamp in needs.read.items())
        newest = max((*folders, *needs.read.values()), key=lambda stamp: max(stamp[-2:]), default=_NEVER)
        remember(_KIND, question, stamps, fact, stamp=newest, begun=begun)
    return reasons


def _question(artifact: Artifact, tags: tuple[str, ...], given: Mapping[str, str]) -> str:
    """Return all that the verdict depends on, but for what is installed."""
    from hotplug import __version__

    platform = tuple(os.uname())[2:] if hasattr(os, "uname") else ()  # [1] is the machine's name
    return repr(
        (
            (_RULES, __version__, sys.version, sys.platform, sys.implementation.name, platform),
            (artifact.name, artifact.asks(), tags),
            sorted(given.items()),
            [str(each) for each in sys.path],
        )
    )


def folder_stamps(folders: Iterable[str]) -> list[Stamp]:
    """Return the stamps of folders in which distributions may be; they change when one comes or goes."""
    found: list[Stamp] = []
    for folder in folders:
        try:
            found.append(stamp_of(os.stat(folder or ".")))
        except (OSError, ValueError, TypeError):
            found.append(_NEVER)  # sys.path names what is not there
    return found


def _holds(fact: str | None) -> bool:
    """Tell whether a remembered verdict still counts: the files that it was read from are as they were."""
    if fact is None:
        return False
    for line in fact.split("\n")[:-1]:
        stamp, _, path = line.partition(" ")
        try:
            if stamp_text(stamp_of(os.stat(path))) != stamp:
                return False
        except OSError:
            return False
    return True
