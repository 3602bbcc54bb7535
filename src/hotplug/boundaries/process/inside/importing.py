"""The plugin's modules in its worker: imported under their real names, from the files that were opened.

The worker has the host's ``sys.path``; an installed distribution is found there. What lies elsewhere has a finder
of its own in front of all others, which answers for the plugin's own top-level names and for nothing else.
"""

from __future__ import annotations

import os
import sys
import time
from importlib.machinery import BYTECODE_SUFFIXES, EXTENSION_SUFFIXES
from typing import TYPE_CHECKING, TypedDict, cast

from hotplug.artifacts import File, Tree
from hotplug.artifacts.import_names import native_names
from hotplug.artifacts.memory import stamp_text
from hotplug.artifacts.metadata import compose, parse
from hotplug.artifacts.wheel import read_tree
from hotplug.boundaries import exported, resolve
from hotplug.boundaries.activation import failure, started
from hotplug.boundaries.origin import check_origin
from hotplug.boundaries.process.inside.finding import Finder
from hotplug.errors import ActivationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from hotplug.artifacts.artifact import Artifact
    from hotplug.artifacts.memory import Stamp

_OF_WORKER = frozenset({"hotplug", "msgspec"})
"""What runs in every worker beside the plugin, by the only name that it has."""


class _Data(TypedDict):
    """What a worker is told of its plugin; `files` is None where the cache has the list of them."""

    plugin: str
    metadata: str
    installed: bool
    root: str
    root_module: str | None
    tops: dict[str, str]
    digest: str
    code: str | None
    manifest: str | None
    files: dict[str, str] | None
    opened: int


def modules_data(artifact: Artifact) -> object:
    """Return what a worker has to know of an artifact to import its modules, as plain data.

    Raises:
        ArtifactError: If its files cannot be read.
    """
    tree = artifact.tree()
    installed = artifact.kind == "installed" and not artifact.verified
    files: dict[str, str] | None = None
    if tree.manifest is None:
        wanted = _is_of_root(tree) if installed else _is_imported
        files = {path: _fact(file) for path, file in tree.files.items() if wanted(path)}
    data: _Data = {
        "plugin": artifact.name,
        "metadata": compose(artifact.metadata),
        "installed": installed,
        "root": tree.root,
        "root_module": tree.root_module,
        "tops": {**_native_tops(tree), **tree.tops},
        "digest": tree.digest,
        "code": tree.code,
        "manifest": tree.manifest,
        "files": files,
        "opened": time.time_ns(),
    }
    return data


class Modules:
    """The modules of the one plugin of a worker.

    Args:
        data: What :func:`modules_data` returned in the host.

    Raises:
        ActivationError: If the plugin's files are not what they were when it was opened.
    """

    def __init__(self, data: object) -> None:
        told = cast("_Data", data)
        self.plugin = told["plugin"]
        self._tree = _tree(told)
        self._metadata = parse(told["metadata"], fallback_name=self.plugin)
        self._installed = told["installed"]
        self._opened = told["opened"]
        self._loaded: dict[str, ModuleType] = {}

    def enter(self) -> None:
        """Make the modules importable.

        Raises:
            ActivationError: If that cannot be.
        """
        tree = self._tree
        if self._installed:
            if tree.root_module is not None:
                check_origin(tree.root_module, root=tree.root, files=tree.files, plugin=self.plugin)
            return
        for top in _OF_WORKER.intersection(tree.tops):
            raise ActivationError(
                f"has a module called {top!r}, which is the name of what runs it in a worker",
                plugin=self.plugin,
                remedy="give it another name",
            )
        for top in tree.tops:  # what the worker has imported for itself, and keeps
            if top in sys.modules and top != "__main__":
                for name in [name for name in sys.modules if name.partition(".")[0] == top]:
                    del sys.modules[name]
        Finder(tree, self._metadata, self._opened).enter()

    def start(self) -> None:
        """Run the root module, where there is one.

        Raises:
            ActivationError: If its code fails.
        """
        if self._tree.root_module is not None:
            self.load(self._tree.root_module)

    def symbols(self) -> tuple[str, ...]:
        """Return the public names that the root module exports."""
        root = self._tree.root_module
        return () if root is None else exported(self.load(root), self.owns)

    def resolve(self, symbol: str) -> object:
        """Return the value of a symbol: the plugin's own object.

        Raises:
            SymbolNotFound: If there is none of that name.
            ActivationError: If a module that the symbol names fails to start.
        """
        tree = self._tree
        return resolve(
            symbol, plugin=self.plugin, root=tree.root_module, tops=tree.tops, owns=self.owns, load=self.load
        )

    def owns(self, module: object) -> bool:
        """Tell whether a ``__module__`` is one of the plugin's."""
        return isinstance(module, str) and module.partition(".")[0] in self._tree.tops

    def load(self, name: str) -> ModuleType:
        """Return a module of the plugin; run it first where that was not done yet.

        Raises:
            SymbolNotFound: If there is no such module.
            ActivationError: If its code fails.
        """
        known = self._loaded.get(name)  # a plugin may take it out of sys.modules; it runs once all the same
        if known is None:
            try:
                known = started(name, plugin=self.plugin, root=self._tree.root)
            except KeyboardInterrupt as error:  # the plugin's own: the user's Ctrl-C does not come here
                raise failure(error, name, plugin=self.plugin, root=self._tree.root) from error
            if name == self._tree.root_module:
                self._loaded[name] = known
        return known


def _tree(told: _Data) -> Tree:
    files, manifest = told["files"], told["manifest"]
    if files is not None:
        known = {path: _file(fact) for path, fact in files.items()}
        return Tree(told["root"], told["tops"], told["root_module"], known, told["digest"], code=told["code"])
    unpacked = None if manifest is None else read_tree(os.path.dirname(manifest), told["digest"])
    if unpacked is None or unpacked.root != told["root"]:
        raise ActivationError(
            f"its files in {told['root']} are not there any more",
            plugin=told["plugin"],
            remedy="reload the plugin: close it and open it again",
        )
    return Tree(
        unpacked.root,
        told["tops"],
        told["root_module"],
        unpacked.files,
        unpacked.digest,
        manifest=manifest,
        code=unpacked.code,
    )


def _fact(file: File) -> str:
    return f"{file.sha256} {stamp_text(file.stamp)}"


def _file(fact: str) -> File:
    sha256, stamp = fact.split(" ")
    return File(cast("Stamp", tuple(map(int, stamp.split(":")))), sha256)


def _is_imported(path: str) -> bool:
    """Tell whether a worker has to know of a file: it imports it, or reads the plugin's own metadata in it."""
    return path.endswith((".py", *BYTECODE_SUFFIXES, *EXTENSION_SUFFIXES, ".dist-info/METADATA"))


def _is_of_root(tree: Tree) -> Callable[[str], bool]:
    """Return what tells whether a file may be that of the root module: the interpreter finds all others."""
    top = tree.tops.get(tree.root_module or "", "")
    return lambda path: path == top or path.startswith(f"{top}/__init__." if top else "__init__.")


def _native_tops(tree: Tree) -> dict[str, str]:
    """Return the top-level names that only extension modules give."""
    bases = tree.tops.values()
    if "" in bases:  # the root is a package: none of its files is at the top
        return {}
    return native_names(tree.files, "src/" if all(base.startswith("src/") for base in bases) else "")
