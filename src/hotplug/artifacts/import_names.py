"""The import names that files give, by their paths, and which of them is a plugin's root."""

from __future__ import annotations

import os

from hotplug.artifacts import normalised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable


def importable(paths: Collection[str], below: str = "") -> dict[str, str]:
    """Return the top-level names that files give to an import system, each with its path.

    Extension modules count where nothing else does: most are inner parts of what is written in Python.

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
    found = {**portions, **modules, **packages} or ({} if below else native_names(paths))
    return dict(sorted(found.items()))


def native_names(paths: Collection[str], below: str = "") -> dict[str, str]:
    """Return the top-level names that extension modules give to this interpreter, each with its path.

    Args:
        paths: Relative paths with forward slashes.
        below: The folder that is put on the import path: empty, or a path that ends with a slash.
    """
    found: dict[str, str] = {}
    natives = [path[len(below) :] for path in native_modules(paths) if path.startswith(below)]
    if natives:
        from importlib.machinery import EXTENSION_SUFFIXES

        for suffix in EXTENSION_SUFFIXES:  # of several files of one name the interpreter takes that of the first
            for path in natives:
                top, slash, _ = path.partition("/")
                module = path.rpartition("/")[2].removesuffix(suffix)
                name = top if slash else module
                if path.endswith(suffix) and "." not in module and name.isidentifier():
                    found.setdefault(name, below + top)
    return found


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
    """Return which of some paths can be extension modules; a library that ``ctypes`` loads by its path is none."""
    return tuple(path for path in native_files(paths) if path.endswith((".so", ".pyd")) and _is_module(path))


def native_files(paths: Iterable[str]) -> tuple[str, ...]:
    """Return which of some paths are extension modules or shared libraries."""
    return tuple(path for path in paths if path.endswith((".so", ".pyd", ".dylib", ".dll")))


def _is_module(path: str) -> bool:
    return path.rpartition("/")[2].partition(".")[0].isidentifier()
