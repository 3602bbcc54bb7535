"""What ``importlib.metadata`` tells a plugin about its own distribution, where that is not installed."""

from __future__ import annotations

from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

from hotplug.artifacts import normalised
from hotplug.artifacts.metadata import compose

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from hotplug.artifacts import Tree
    from hotplug.artifacts.metadata import Metadata


def own_distributions(tree: Tree, metadata: Metadata, name: str | None) -> Iterator[Distribution]:
    """Yield the plugin's distributions of the name that is asked for; None asks for all.

    A wheel is one distribution; a folder into which several were unpacked has their metadata, too.
    """
    found = False
    for path in tree.files:
        info, slash, rest = path.partition("/")
        if rest == "METADATA" and info.endswith(".dist-info") and slash:
            found = True
            if name is None or normalised(info.partition("-")[0]) == normalised(name):
                yield PathDistribution(Path(tree.root, info))
    if (
        not found
        and metadata.version is not None
        and (name is None or normalised(name) == normalised(metadata.name))
    ):
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
