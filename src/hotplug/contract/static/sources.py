"""The modules of a plugin as they stand in its files, each parsed once when it is first asked for."""

from __future__ import annotations

import ast
import os
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import griffe

from hotplug.errors import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Source(NamedTuple):
    """One module as its file says it.

    Attributes:
        name: The name under which it is imported.
        path: The absolute path of its file; empty for a folder without ``__init__.py``.
        tree: Its statements.
        module: griffe's account of it: what it is part of.
    """

    name: str
    path: str
    tree: ast.Module
    module: griffe.Module

    @property
    def is_package(self) -> bool:
        """Say whether modules can stand below it."""
        return self.module.is_init_module or not self.path

    def absolute(self, node: ast.ImportFrom) -> str:
        """Return the absolute name of the module that a ``from ... import`` names."""
        if not node.level:
            return node.module or ""
        # griffe appends the imported name; what comes before it is the module
        return griffe.relative_to_absolute(node, ast.alias("_"), self.module).removesuffix("._")


class Sources:
    """The plugin's own modules.

    Args:
        root: The absolute folder below which its files lie.
        tops: Its top-level import names, each with the path of its module or package below the root; empty
            where the root is the package itself.
        files: The relative paths of its files, with forward slashes.
        plugin: The plugin's name, for messages.
    """

    def __init__(
        self, root: str, tops: Mapping[str, str], files: Collection[str], *, plugin: str | None = None
    ) -> None:
        self.root = root
        self.plugin = plugin or root
        self.tops = dict(tops)
        self._files = frozenset(files)
        self._read: dict[str, Source | None] = {}

    def owns(self, name: str) -> bool:
        """Say whether a module's name belongs to the plugin."""
        return name.partition(".")[0] in self.tops

    def find(self, name: str) -> Source | None:
        """Return the module of that name, or None where the plugin has no such file.

        Raises:
            ArtifactError: If its file cannot be read, or is not Python that this interpreter can parse.
        """
        if name not in self._read:
            self._read[name] = self._find(name)
        return self._read[name]

    def _find(self, name: str) -> Source | None:
        top, *rest = name.split(".")
        if top not in self.tops:
            return None
        base = self.tops[top]
        if base.endswith(".py"):
            return None if rest else self._parsed(name, base)
        below = "/".join([*([base] if base else []), *rest])
        package = f"{below}/__init__.py" if below else "__init__.py"
        if package in self._files:
            return self._parsed(name, package)
        if rest and f"{below}.py" in self._files:
            return self._parsed(name, f"{below}.py")
        if any(each.startswith(f"{below}/") for each in self._files):
            empty = ast.Module([], [])
            return Source(name, "", empty, griffe.Module(name.rpartition(".")[2], parent=self._parent(name)))
        return None

    def _parent(self, name: str) -> griffe.Module | None:
        above = name.rpartition(".")[0]
        found = self.find(above) if above else None
        return None if found is None else found.module

    def _parsed(self, name: str, relative: str) -> Source:
        path = os.path.join(self.root, *relative.split("/"))
        try:
            with tokenize.open(path) as file:
                tree = ast.parse(file.read(), path)
        except SyntaxError as error:
            raise ArtifactError(f"{error.msg} ({path}:{error.lineno or 1})", plugin=path) from error
        except OSError as error:
            raise ArtifactError(f"cannot be read: {error.strerror}", plugin=path) from error
        except (ValueError, RecursionError, MemoryError) as error:
            raise ArtifactError(f"cannot be parsed: {str(error) or type(error).__name__}", plugin=path) from error
        # griffe's own model would leave out the order of statements and all bodies, and it takes a time that
        # grows with the square of how many assignments there are
        module = griffe.Module(name.rpartition(".")[2], filepath=Path(path), parent=self._parent(name))
        return Source(name, path, tree, module)
