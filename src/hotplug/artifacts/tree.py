"""The files of a plugin as they were when it was opened, and the import names that they give."""

from __future__ import annotations

import os
import stat

from hotplug.artifacts.memory import Stamp, stamp_of
from hotplug.artifacts.metadata import normalised
from hotplug.errors import ArtifactError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from typing import Final

_NOT_CONTENT = frozenset(
    {".git", ".hg", ".svn", ".bzr", "__pycache__", ".tox", ".nox", ".mypy_cache", ".ruff_cache"}
    | {".pytest_cache", ".hypothesis", ".coverage", ".DS_Store", "node_modules", ".eggs", ".idea", ".vscode"}
)
"""Caches, version control and environments: whatever else a folder holds is its content."""


class File:
    """A file of a tree: its stamp, and the sha256 of its bytes in hexadecimal digits."""

    __slots__ = ("sha256", "stamp")

    def __init__(self, stamp: Stamp, sha256: str) -> None:
        self.stamp: Final = stamp
        self.sha256: Final = sha256


class Tree:
    """Where a plugin's code lies.

    A class of its own with slots: to define a NamedTuple of so many fields takes 0.15 ms, at every start.

    Attributes:
        root: An absolute folder; every path in ``files`` is relative to it, with forward slashes.
        tops: The plugin's own top-level import names, each with the path of its module or package; the empty
            path is the root itself.
        root_module: The top-level name that a symbol without a colon is looked up in; None where the artifact
            does not tell.
        files: Every file of the plugin as it was when the artifact was read.
        digest: The digest of the artifact.
        manifest: The list of unpacked files in the cache; to be removed when one is not as it was.
        code: The folder for the plugin's bytecode, which may not be there yet; None where it is not the user's
            alone.
    """

    __slots__ = ("code", "digest", "files", "manifest", "root", "root_module", "tops")

    def __init__(
        self,
        root: str,
        tops: Mapping[str, str],
        root_module: str | None,
        files: Mapping[str, File],
        digest: str,
        *,
        manifest: str | None = None,
        code: str | None = None,
    ) -> None:
        self.root: Final = root
        self.tops: Final = tops
        self.root_module: Final = root_module
        self.files: Final = files
        self.digest: Final = digest
        self.manifest: Final = manifest
        self.code: Final = code


def scan(root: str, *, build_output: bool) -> dict[str, Stamp]:
    """Return the files below a folder with their stamps, without caches, version control and environments.

    Args:
        root: An absolute folder, with every link in it resolved.
        build_output: Whether ``build``, ``dist`` and ``*.egg-info`` of the folder itself are left out.

    Raises:
        ArtifactError: If a folder cannot be read, a link leaves the folder, or links go round in a circle.
    """
    found: dict[str, Stamp] = {}
    # a stack of our own: a plugin's folders may be nested deeper than Python's
    pending: list[tuple[str, tuple[str, ...]]] = [("", (root,))]
    while pending:
        below, above = pending.pop()
        try:
            entries = sorted(os.scandir(os.path.join(root, below)), key=lambda entry: entry.name)
        except OSError as error:
            raise ArtifactError(
                f"the folder {os.path.join(root, below)} cannot be read: {error.strerror}", plugin=root
            ) from error
        for entry in entries:
            name = entry.name
            if name in _NOT_CONTENT or name.endswith((".pyc", ".pyo")):
                continue
            relative = f"{below}/{name}" if below else name
            real = entry.path
            if entry.is_symlink():
                real = _resolved(root, entry.path, above)
            try:
                status = os.stat(real)
            except OSError as error:
                raise ArtifactError(f"{relative} cannot be read: {error.strerror}", plugin=root) from error
            if stat.S_ISDIR(status.st_mode):
                if not below and build_output and _is_build_output(entry.path):
                    continue
                if not os.path.exists(os.path.join(real, "pyvenv.cfg")):
                    pending.append((relative, (*above, real)))
            elif stat.S_ISREG(status.st_mode):
                found[relative] = stamp_of(status)
    return dict(sorted(found.items()))


def _resolved(root: str, link: str, above: tuple[str, ...]) -> str:
    try:
        real = os.path.realpath(link, strict=True)
    except OSError as error:
        raise ArtifactError(f"the link {link} leads nowhere: {error.strerror}", plugin=root) from error
    if real != root and not real.startswith(root + os.sep):
        raise ArtifactError(
            f"the link {link} leaves the plugin's folder",
            plugin=root,
            remedy="replace the link by what it points to: a plugin is the files in its folder",
        )
    if real in above:
        raise ArtifactError(f"the link {link} leads back to a folder above it", plugin=root)
    return real


def importable(paths: Iterable[str], below: str = "") -> dict[str, str]:
    """Return the top-level names that files give to an import system, each with its path.

    Args:
        paths: Relative paths with forward slashes.
        below: The folder that is put on the import path: empty, or a path that ends with a slash.
    """
    modules: dict[str, str] = {}
    packages: dict[str, str] = {}
    portions: dict[
        str, str
    ] = {}  # folders without __init__.py, which are packages only if nothing else is (PEP 420)
    for path in paths:
        if not (path.startswith(below) and path.endswith(".py")):
            continue
        top, _, rest = path[len(below) :].partition("/")
        kind = modules if not rest else packages if rest == "__init__.py" else portions
        name = top if rest else top.removesuffix(".py")
        if name.isidentifier():
            kind[name] = below + top
    return dict(sorted({**portions, **modules, **packages}.items()))


def planted(tree: Tree, plugin: str) -> Tree:
    """Return a tree that something can be imported from.

    Raises:
        ArtifactError: If nothing can.
    """
    if not tree.tops:
        raise ArtifactError("holds no Python module", plugin=plugin)
    return tree


def source_of(root: str, top: str, files: Container[str]) -> str | None:
    """Return the path of the source of a top-level module, None for a folder without ``__init__.py``.

    Args:
        root: The folder that the paths are relative to.
        top: The path of the module or package, as in a tree's ``tops``.
        files: The paths of the files that there are.
    """
    place = top if top.endswith(".py") else "/".join(part for part in (top, "__init__.py") if part)
    return os.path.join(root, *place.split("/")) if place in files else None


def root_module(tops: Iterable[str], distribution: str) -> str | None:
    """Return the only public top-level name, else the one named like the distribution, else None."""
    public = [top for top in tops if not top.startswith("_")]
    if len(public) == 1:
        return public[0]
    like = normalised(distribution)
    named = [top for top in public if normalised(top) == like]
    return named[0] if len(named) == 1 else None


def identifier(name: str) -> str:
    """Return a name that Python can import for a file or folder of any name."""
    letters = "".join(letter if f"_{letter}".isidentifier() else "_" for letter in name)
    return letters if letters.isidentifier() else f"_{letters}"


def native_modules(paths: Iterable[str]) -> tuple[str, ...]:
    """Return which of some paths are extension modules or shared libraries."""
    return tuple(path for path in paths if path.endswith((".so", ".pyd", ".dylib", ".dll")))


def _is_build_output(path: str) -> bool:
    """Tell whether a folder is what a build left; a package may well be called ``build``."""
    name = os.path.basename(path)
    if name.endswith(".egg-info"):
        return True
    return name in ("build", "dist") and not os.path.exists(os.path.join(path, "__init__.py"))
