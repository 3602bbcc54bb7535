"""The one door of building a wheel: which way a source goes, and where its wheel lands."""

from __future__ import annotations

import os
import secrets
import tempfile

from hotplug.build.entry_points import EntryPoint
from hotplug.errors import ArtifactError, BuildError, absolute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def build_wheel(
    source: str | os.PathLike[str], out: str | os.PathLike[str], *, entry_points: Iterable[str] = ()
) -> str:
    """Build the wheel of a plugin's source and return its path.

    A folder with pyproject.toml is built by its own build backend, in a process of its own and in that
    folder, with what is installed beside hotplug; this runs code of the project. All else becomes a wheel as
    it is, and none of its code is run: a folder with ``__init__.py`` is a package, any other an import root, a
    ``.py`` file a module, each named after the file or folder, its version the ``__version__`` that its source
    spells out, else 0. The same source gives the same bytes: times are SOURCE_DATE_EPOCH, else 1980-01-01.
    Nothing is fetched.

    Args:
        source: The folder or file.
        out: The folder for the wheel; it is made. The wheel appears in it whole or not at all, in place of
            one of the same name.
        entry_points: ``GROUP:NAME=OBJECT_REFERENCE`` each, for a source without pyproject.toml.

    Raises:
        ArtifactError: If the source is missing, unreadable, or nothing that can be built.
        BuildError: If an entry point is wrong, the build backend is missing or fails, or the wheel cannot be
            written.
    """
    path, points = absolute(source, ArtifactError), [EntryPoint.parse(text) for text in entry_points]
    try:
        os.stat(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ArtifactError(f"cannot be built: {reason}", plugin=os.fspath(source)) from error
    if os.path.isdir(path) and os.path.lexists(os.path.join(path, "pyproject.toml")):
        return _build_project(path, out, points)
    from hotplug.build import bare

    if os.path.isdir(path):
        if os.path.isfile(os.path.join(path, "setup.py")):
            raise ArtifactError(
                "has a setup.py and no pyproject.toml",
                plugin=path,
                remedy='write one: [build-system] with requires = ["setuptools"]',
            )
        wheel = bare.read_folder(path, os.fspath(out), points)
    elif os.path.isfile(path) and path.endswith(".py"):
        wheel = bare.read_module(path, points)
    else:
        what = "is a wheel already" if path.endswith(".whl") else "is neither a folder nor a .py file"
        raise ArtifactError(what, plugin=path)
    return _publish(wheel.to_bytes(), os.fspath(out), wheel.filename)


def _build_project(path: str, out: str | os.PathLike[str], points: list[EntryPoint]) -> str:
    if points:
        group, name, reference = points[0]
        raise BuildError(
            "the entry points of a project stand in its pyproject.toml",
            plugin=path,
            remedy=f'add: [project.entry-points."{group}"] with {name} = "{reference}"',
        )
    from hotplug.build.backend import build_project

    try:
        room = tempfile.TemporaryDirectory(prefix="hotplug-build-")
    except OSError as error:
        raise BuildError(
            f"there is no folder to build it in: {error.strerror}",
            plugin=path,
            remedy="make room there, or name a folder that can be written: TMPDIR",
        ) from error
    with room as folder:
        built = build_project(path, folder)
        with open(built, "rb") as file:
            return _publish(file.read(), os.fspath(out), os.path.basename(built))


def _publish(content: bytes, out: str, filename: str) -> str:
    """Write the wheel under another name, and rename it: no reader ever sees a part of it."""
    path = os.path.join(out, filename)
    draft = os.path.join(out, f".{filename}.{secrets.token_hex(4)}.part")
    try:
        os.makedirs(out, exist_ok=True)
        try:
            with open(draft, "xb") as file:
                file.write(content)
            os.replace(draft, path)
        finally:
            if os.path.lexists(draft):
                os.unlink(draft)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BuildError(f"the wheel cannot be written to {out}: {reason}", plugin=filename) from error
    return path
