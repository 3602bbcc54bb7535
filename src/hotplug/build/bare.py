"""A folder or a ``.py`` file without pyproject.toml, as the contents of a wheel.

No code of it is run: its version is the ``__version__`` that its source spells out. The files are those
that `hotplug.open` takes for its content, so that the wheel holds the same plugin; out stay only hidden files,
what builds left, and, from an import root, its tests and papers.
"""

from __future__ import annotations

import ast
import os
import re

from hotplug.artifacts.import_names import identifier, importable, native_files, root_module
from hotplug.artifacts.scanning import scan
from hotplug.build.entry_points import check_modules, grouped
from hotplug.build.wheel import Wheel
from hotplug.errors import ArtifactError, BuildError, absolute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotplug.build.entry_points import EntryPoint

_NO_VERSION = "0"
_NOT_INSTALLED = frozenset(
    {"tests", "test", "docs", "doc", "build", "dist", "conftest.py", "noxfile.py", "tasks.py", "Makefile"}
)
"""What lies in an import root and is no part of the plugin."""
_PAPERS = re.compile(
    r"(README|LICEN[CS]E|COPYING|CHANGELOG|CHANGES|NOTICE|AUTHORS|CONTRIBUTING)(\.\w+)?", re.IGNORECASE
)
_GIVE_PROJECT = "give it a pyproject.toml with a [build-system] and a [project]"


def read_module(path: str, points: Sequence[EntryPoint]) -> Wheel:
    """Return the contents of a wheel with one module, named after the file.

    Raises:
        ArtifactError: If the file cannot be read, or is not Python.
        BuildError: If its name cannot be a distribution's, or an entry point names another module.
    """
    stem = os.path.basename(path).removesuffix(".py")
    return _wheel(path, stem, {f"{identifier(stem)}.py": path}, points)


def read_folder(path: str, out: str, points: Sequence[EntryPoint]) -> Wheel:
    """Return the contents of a wheel with a package, or with all that an import root holds.

    Args:
        path: The folder; its last part is the name of the distribution.
        out: Where wheels go: those in it are not taken in.
        points: The entry points.

    Raises:
        ArtifactError: If something cannot be read, a link leaves the folder, or there is no module.
        BuildError: If its name cannot be a distribution's, or an entry point names another module.
    """
    stem, root = os.path.basename(path), os.path.realpath(path)
    wheels = os.path.realpath(absolute(out, BuildError))
    files: dict[str, str] = {}
    is_package = os.path.isfile(os.path.join(root, "__init__.py"))
    for relative in scan(root, build_output=True):
        place = os.path.join(root, relative)
        if _is_hidden(relative) or (relative.endswith(".whl") and os.path.dirname(place) == wheels):
            continue
        if is_package:
            files[f"{identifier(stem)}/{relative}"] = place
        elif not _is_project_matter(relative):
            files[relative] = place
    if not importable(files):
        raise ArtifactError("holds no Python module", plugin=path, remedy="name the folder that holds the code")
    return _wheel(path, stem, files, points)


def _wheel(path: str, stem: str, files: dict[str, str], points: Sequence[EntryPoint]) -> Wheel:
    native = native_files(files)
    if native:
        raise ArtifactError(
            f"holds native code, {native[0]}, and nothing that tells for which Pythons and platforms it is",
            plugin=path,
            remedy=_GIVE_PROJECT,
        )
    contents = {relative: _read(place, path) for relative, place in files.items()}
    name = re.sub(r"[-_.\s]+", "-", stem).strip("-").lower()
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ArtifactError(
            f"its name, {stem!r}, cannot name a distribution (PEP 508: letters and digits of ASCII)",
            plugin=path,
            remedy=f"rename it, or {_GIVE_PROJECT}",
        )
    root = root_module(importable(files), name)
    tree = ast.Module([], [])
    for relative in sorted(files):
        if relative.endswith(".py"):
            parsed = _parse(contents[relative], files[relative], path)
            if relative in (f"{root}.py", f"{root}/__init__.py"):
                tree = parsed
    check_modules(points, contents, plugin=path)
    summary = (ast.get_docstring(tree) or "").partition("\n")[0].strip()
    return Wheel(
        name=name,
        version=_version(tree, path),
        files=contents,
        entry_points=grouped(points),
        summary=summary or None,
    )


def _parse(source: bytes, place: str, plugin: str) -> ast.Module:
    try:
        return ast.parse(source, place)
    except SyntaxError as error:
        where = f"{os.path.basename(place)}, line {error.lineno}" if error.lineno else os.path.basename(place)
        raise ArtifactError(f"{where}: {error.msg}", plugin=plugin) from error
    except (ValueError, RecursionError, MemoryError) as error:  # a NUL in the source; nested too deeply
        raise ArtifactError(f"{os.path.basename(place)}: {error}", plugin=plugin) from error


def _version(tree: ast.Module, path: str) -> str:
    """Return the ``__version__`` that the source spells out, else "0"."""
    version = _NO_VERSION
    for statement in tree.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="__version__")], value=ast.Constant(value=str(text)))
                | ast.AnnAssign(target=ast.Name(id="__version__"), value=ast.Constant(value=str(text)))
            ):
                version = text
            case _:
                pass
    from packaging.version import InvalidVersion, Version

    try:
        return str(Version(version))
    except InvalidVersion:
        raise ArtifactError(f"its __version__, {version!r}, is not a version (PEP 440)", plugin=path) from None


def _read(place: str, plugin: str) -> bytes:
    try:
        with open(place, "rb") as file:
            return file.read()
    except OSError as error:
        raise ArtifactError(
            f"{os.path.basename(place)} cannot be read: {error.strerror}", plugin=plugin
        ) from error


def _is_hidden(relative: str) -> bool:
    return relative.startswith(".") or "/." in relative


def _is_project_matter(relative: str) -> bool:
    top, below, _ = relative.partition("/")
    return top in _NOT_INSTALLED or (not below and _PAPERS.fullmatch(top) is not None)
