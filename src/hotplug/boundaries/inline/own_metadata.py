"""What ``importlib.metadata`` tells a private plugin about its own distribution."""

from __future__ import annotations

import os
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

from hotplug.artifacts.metadata import compose, normalised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotplug.artifacts.metadata import Metadata
    from hotplug.artifacts.tree import Tree


def own_distributions(tree: Tree, metadata: Metadata, name: str | None) -> Iterator[Distribution]:
    """Yield the plugin's distribution, if it has the name that is asked for; None asks for all."""
    if name is not None and normalised(name) != normalised(metadata.name):
        return
    info = next((path for path in tree.files if path.endswith(".dist-info/METADATA") and path.count("/") == 1), None)
    if info is not None:
        yield PathDistribution(Path(tree.root, os.path.dirname(info)))
    elif metadata.version is not None:
        yield _Declared(tree, metadata)


class _Declared(Distribution):
    """The distribution of a source folder: what its pyproject.toml declares."""

    def __init__(self, tree: Tree, metadata: Metadata) -> None:
        self._root = tree.root
        headers, _, points = compose(metadata).partition("\n\n")
        self._texts = {"METADATA": f"Metadata-Version: 2.1\n{headers}\n", "entry_points.txt": points}

    def read_text(self, filename: str) -> str | None:
        return self._texts.get(str(filename))

    def locate_file(self, path: str | os.PathLike[str]) -> Path:
        return Path(self._root, path)
