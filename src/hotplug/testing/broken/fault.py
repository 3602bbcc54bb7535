"""What one fault is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotplug.errors import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotplug.errors import PluginError


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One way in which an artifact is broken; in all else it is as it should be.

    Args:
        kind: Its name in `hotplug.testing.BROKEN`.
        what: What is broken, in a sentence.
        reason: What the error must say: a regular expression, for `re.search` in its ``reason`` (its text
            holds the path too, which may hold anything), case ignored.
        error: The class of the error.
        make: Makes it in an empty folder, with a source line for every module in it, and returns its path.
    """

    kind: str
    what: str
    reason: str
    make: Callable[[Path, str], Path]
    error: type[PluginError] = ArtifactError

    def explained_by(self, error: PluginError) -> bool:
        """Tell whether an error is of the right class and gives the right reason."""
        return isinstance(error, self.error) and bool(re.search(self.reason, error.reason, re.IGNORECASE))
