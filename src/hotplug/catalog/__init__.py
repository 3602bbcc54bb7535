"""The catalog: the plugins that a host knows by name, found without running any of them.

Here live the search path, the order in which its places are asked, and what a host does by name. What does not
live here: how an artifact is read (``hotplug.artifacts``) and how it is run (``hotplug.plugin``).
"""

from __future__ import annotations

from hotplug.catalog.catalog import Catalog as Catalog
from hotplug.catalog.entry import Entry as Entry
