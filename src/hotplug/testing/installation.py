"""A distribution that is installed for the time of a test, in a site folder of its own."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotplug.build.wheel import record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import ModuleType

    from hotplug.build.wheel import Wheel


@dataclass(frozen=True)
class Installation:
    """An installed distribution.

    Attributes:
        site: The folder on ``sys.path`` that it was installed into, alone.
        dist_info: Its folder of metadata, below `site`.
        source: The folder with its modules: `site`, or the source root where it is editable.
    """

    site: Path
    dist_info: Path
    source: Path
    _tops: frozenset[str]
    _hidden: Mapping[str, ModuleType]

    def leave(self) -> None:
        """Take it off ``sys.path`` and its modules out of ``sys.modules``; its files stay. Twice is once."""
        for folder in {str(self.site), str(self.source)}:
            while folder in sys.path:
                sys.path.remove(folder)
        below = (str(self.site), str(self.source))
        for cached in [path for path in sys.path_importer_cache if path.startswith(below)]:
            del sys.path_importer_cache[cached]
        for name in [name for name in sys.modules if name.partition(".")[0] in self._tops]:
            del sys.modules[name]
        sys.modules.update(self._hidden)
        importlib.invalidate_caches()


def install(wheel: Wheel, site: Path, *, editable: Path | None = None) -> Installation:
    """Install a wheel into a site folder and put that first on ``sys.path``.

    The files are those of https://packaging.python.org/specifications/recording-installed-packages/.

    Args:
        wheel: What is installed; of an editable one only the metadata.
        site: The folder; it is made.
        editable: The source root of an editable installation, None for an ordinary one. As with ``pip install
            -e`` it is named in direct_url.json and in a ``.pth`` file, and put on ``sys.path``.
    """
    place = f"{wheel.dist_info}/RECORD"
    members = {path: content for path, content in wheel.members().items() if path != place}
    tops = frozenset(path.partition("/")[0].removesuffix(".py") for path in wheel.files)
    if editable is not None:
        members = {path: content for path, content in members.items() if path not in wheel.files}
        members[f"__editable__.{wheel.stem}.pth"] = f"{editable}\n".encode()
        direct_url = {"url": editable.as_uri(), "dir_info": {"editable": True}}
        members[f"{wheel.dist_info}/direct_url.json"] = json.dumps(direct_url).encode()
    members[f"{wheel.dist_info}/INSTALLER"] = b"hotplug.testing\n"
    members[place] = record(members, place)
    for path, content in members.items():
        target = site / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    source = site if editable is None else editable
    hidden = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in tops}
    for name in hidden:
        del sys.modules[name]
    sys.path[:0] = list(dict.fromkeys((str(site), str(source))))
    importlib.invalidate_caches()
    return Installation(site, site / wheel.dist_info, source, tops, hidden)
