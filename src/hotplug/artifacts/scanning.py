"""The files that a folder holds: what of it is a plugin's content, and how each file is now."""

from __future__ import annotations

import os
import stat

from hotplug.artifacts.memory import Stamp, stamp_of

_NOT_CONTENT = frozenset(
    {".git", ".hg", ".svn", ".bzr", "__pycache__", ".tox", ".nox", ".mypy_cache", ".ruff_cache"}
    | {".pytest_cache", ".hypothesis", ".coverage", ".DS_Store", "node_modules", ".eggs", ".idea", ".vscode"}
)
"""Caches, version control and environments: whatever else a folder holds is its content."""


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
            from hotplug.errors import ArtifactError

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
                from hotplug.errors import ArtifactError

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
    from hotplug.errors import ArtifactError

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


def _is_build_output(path: str) -> bool:
    """Tell whether a folder is what a build left; a package may well be called ``build``."""
    name = os.path.basename(path)
    if name.endswith(".egg-info"):
        return True
    return name in ("build", "dist") and not os.path.exists(os.path.join(path, "__init__.py"))
