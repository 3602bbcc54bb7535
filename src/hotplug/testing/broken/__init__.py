"""Artifacts that are broken, one way each, and the reason that a reader of the error is owed.

`BROKEN` holds them by name, for tests that go over all of them; `PluginMaker.broken` makes one. Every line of
Python in them leaves a trace when it is run (`PluginMaker.ran`): none of them may be opened, so none may run.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from hotplug.testing.broken.archives import ARCHIVES
from hotplug.testing.broken.contents import CONTENTS
from hotplug.testing.broken.fault import Fault
from hotplug.testing.broken.places import PLACES
from hotplug.testing.broken.unsuitable import UNSUITABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BROKEN", "Fault"]

BROKEN: Mapping[str, Fault] = MappingProxyType(
    {fault.kind: fault for fault in (*PLACES, *CONTENTS, *ARCHIVES, *UNSUITABLE)}
)
"""Every fault by its name."""
