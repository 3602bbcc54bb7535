"""Every rule over every module of an artifact."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from hotplug.artifacts.import_names import native_modules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotplug.artifacts import Tree
    from hotplug.artifacts.artifact import Artifact
    from hotplug.artifacts.hazards.source import Module

NATIVE = "native-module"
_NOT_RUN = re.compile(
    r"(^|/)(_?tests?|testsuite|benchmarks|conftest\.py|__main__\.py|test_[^/]*\.py|[^/]*_test\.py)(/|$)"
)
"""Parts of a path that say that the file is run by itself or by a test runner, not by the host."""


class Hazard(NamedTuple):
    """Something that a private namespace does not hold.

    Attributes:
        rule: The name of the rule.
        file: The absolute path of the file.
        line: The line, None for a file that has none.
        message: What is there, and what becomes of it.
        instead: What to do.
    """

    rule: str
    file: str
    line: int | None
    message: str
    instead: str


def hazards(artifact: Artifact) -> list[Hazard]:
    """Return what an artifact does that a private namespace does not hold, by file and line.

    Files that this interpreter cannot parse, tests and ``__main__.py`` are passed over.

    Raises:
        ArtifactError: If the artifact cannot be read, or its root module is not Python.
    """
    from hotplug.artifacts.hazards import builtin, lasting, loggers, names, patches, pickles, processes, threads

    tree = artifact.tree()
    found = list(_native(tree))
    unread: list[Hazard] | None = []
    configured: list[tuple[str, Hazard]] = []
    named: list[str] = []
    for module in _modules(artifact, tree):  # one after the other: their trees are large
        for rule in (builtin, lasting, loggers, names, patches, pickles, processes, threads):
            found += rule.hazards(module)
        unread = None if unread is None or pickles.reads(module) else [*unread, *pickles.written(module)]
        configured += loggers.configured(module)
        named += [module.name] if loggers.names_itself(module) else []
    found += unread or []
    found += [hazard for name, hazard in configured if loggers.are_below(name, named)]
    return sorted(set(found), key=lambda each: (each.file, each.line or 0, each.rule, each.message))


def _native(tree: Tree) -> Iterator[Hazard]:
    for path in native_modules(tree.files):
        yield Hazard(
            NATIVE,
            os.path.join(tree.root, *path.split("/")),
            None,
            "native code: a private namespace is refused",
            "open it with boundary='process', or install it and open it with hotplug.installed()",
        )


def _modules(artifact: Artifact, tree: Tree) -> Iterator[Module]:
    from hotplug.artifacts.hazards.source import Module, read

    root = artifact.root_source()
    names = {path: name for path, name in _named(tree) if not _NOT_RUN.search(path)}
    known = frozenset(names.values())
    for path, name in names.items():
        whole = os.path.join(tree.root, *path.split("/"))
        parsed = read(whole, strict=whole == root)
        if parsed is not None:
            yield Module(name, whole, parsed, tops=frozenset(tree.tops), modules=known)


def _named(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield the path of every module below the artifact's top-level names, and its name."""
    for top, base in tree.tops.items():
        if base.endswith(".py"):
            yield base, top
            continue
        prefix = f"{base}/" if base else ""
        for path in tree.files:
            if path.startswith(prefix) and path.endswith(".py"):
                inner = path[len(prefix) :].removesuffix(".py").removesuffix("__init__").strip("/")
                yield path, ".".join([top, *inner.split("/")] if inner else [top])
