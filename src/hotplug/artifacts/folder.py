"""A source folder: a project with pyproject.toml, a package, or an import root.

Nothing of it is run to read it, not its build backend either: a version that only the backend knows is unknown.
"""

from __future__ import annotations

import os
import time

from hotplug.artifacts import Declared, Tree, planted
from hotplug.artifacts.code_cache import code_folder
from hotplug.artifacts.digest import digest_folder
from hotplug.artifacts.import_names import identifier, importable, native_modules, root_module, source_of
from hotplug.artifacts.memory import Stamp, recall, remember, stamp_of, stamp_text
from hotplug.artifacts.scanning import scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

PYPROJECT = "pyproject.toml"
_KIND = "projects"
_NOT_PLUGIN = frozenset(
    {"tests", "test", "docs", "doc", "build", "dist", "setup", "conftest", "noxfile", "hatch_build"}
)
"""Top-level names of a flat project that its own wheel would not hold."""


class Folder(Declared):
    """A source folder, opened where it lies."""

    kind = "folder"
    private = True
    verified = False

    def __init__(self, path: str) -> None:
        stem = os.path.basename(path)
        self._project = PYPROJECT in os.listdir(path)
        super().__init__(_project(path, stem) if self._project else "", stem)
        self.path = path
        self._tree: Tree | None = None
        self._stamps: dict[str, Stamp] | None = None

    def root_source(self) -> str | None:
        """Return the path of the root module's source, None where there is no single root or it has no file."""
        tops, root = self._layout()
        return None if root is None else source_of(self.path, tops[root], self._scan())

    def digest(self) -> str:
        """Return the digest of the folder's files."""
        return self.tree().digest

    def state(self) -> object:
        """Return the stamps of the files."""
        return self._scan()

    def native(self) -> tuple[str, ...]:
        """Return the extension modules among the files."""
        return native_modules(self._scan())

    def tree(self) -> Tree:
        """Return the files as they are at the first call.

        Raises:
            ArtifactError: If a file cannot be read, or a link leaves the folder.
        """
        if self._tree is None:
            tops, root = self._layout()
            digest, files = digest_folder(self.path, self._scan())
            tree = Tree(self.path, tops, root, files, digest, code=code_folder(self.path))
            self._tree = planted(tree, self.name)
        return self._tree

    def _layout(self) -> tuple[dict[str, str], str | None]:
        """Return the top-level names with their paths, and which of them is the root."""
        stem = os.path.basename(self.path)
        return layout(self._scan(), stem, self.name)

    def _scan(self) -> dict[str, Stamp]:
        if self._stamps is None:
            self._stamps = scan(self.path, build_output=self._project)
        return self._stamps


def layout(files: Collection[str], stem: str, distribution: str) -> tuple[dict[str, str], str | None]:
    """Return the top-level names that a source folder gives, with their paths, and which of them is the root.

    Args:
        files: The paths of its files.
        stem: The name of the folder.
        distribution: The name that it declares, else that of the folder.
    """
    if PYPROJECT in files:
        tops = _tops(files)
    elif "__init__.py" in files:
        top = identifier(stem)
        return {top: ""}, top
    else:
        tops = importable(files)
    return tops, root_module(tops, distribution)


def _tops(files: Collection[str]) -> dict[str, str]:
    below_src = importable(files, "src/")
    if below_src:
        return below_src
    return {name: path for name, path in importable(files).items() if name not in _NOT_PLUGIN}


def _project(path: str, stem: str) -> str:
    """Return what pyproject.toml declares, as text, remembered: importing tomllib takes 3 ms."""
    place = os.path.join(path, PYPROJECT)
    try:
        stamp = stamp_of(os.stat(place))
    except OSError as error:
        from hotplug.artifacts.pyproject import unreadable

        raise unreadable(error, stem) from error
    stamps = stamp_text(stamp)
    known = recall(_KIND, place, stamps)
    if known is None:
        from hotplug.artifacts.metadata import compose
        from hotplug.artifacts.pyproject import read_pyproject

        begun = time.time_ns()
        known = compose(read_pyproject(place, stem))
        remember(_KIND, place, stamps, known, stamp=stamp, begun=begun)
    return known
