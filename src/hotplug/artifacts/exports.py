"""The names that a module binds at its top level, read from its source without running it.

Used to find out whether an artifact that declares no entry points offers a symbol, and to tell what one exports.
Seen are definitions, imports and assignments, also below ``if``, ``for``, ``while``, ``with``, ``try`` and
``match``. Not seen are star imports, ``:=`` in expressions, ``global`` in functions, and names put into
``globals()``.
"""

from __future__ import annotations

import ast
import os
import sys
import time

from hotplug.artifacts.digest import read_file, read_stamped
from hotplug.artifacts.memory import recall, remember, stamp_of, stamp_text
from hotplug.errors import ArtifactError
from hotplug.light import cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_KIND = "names"
_LARGE = 1 << 18  # bytes; to parse fewer takes less than a tenth of a second


def names_in(path: str) -> tuple[str, ...]:
    """Return the names that the top level of a module in a file binds; those of a large one are remembered.

    Raises:
        ArtifactError: If it cannot be read, or is not Python that this interpreter can parse.
    """
    try:
        stamp = stamp_of(os.stat(path))
    except OSError as error:
        raise ArtifactError(f"cannot be read: {error.strerror}", plugin=path) from error
    if stamp[2] < _LARGE:
        return bound_names(read_file(path), path)
    stamps = f"{sys.hexversion} {stamp_text(stamp)}"  # what one interpreter can parse, another one may refuse
    known = recall(_KIND, path, stamps)
    if known is None:
        begun = time.time_ns()
        source, found = read_stamped(path)
        known = "\n".join(bound_names(source, path))
        if found == stamp:
            remember(_KIND, path, stamps, known, stamp=stamp, begun=begun)
    return tuple(known.split("\n")) if known else ()


def bound_names(source: bytes, path: str) -> tuple[str, ...]:
    """Return the names that a module's top level binds, in order.

    Args:
        source: The module's bytes; its encoding is what it declares (PEP 263).
        path: Where they came from, for messages.

    Raises:
        ArtifactError: If it is not Python that this interpreter can parse.
    """
    return tuple(dict.fromkeys(_bound(_parsed(source, path).body)))


def exported_names(source: bytes, path: str, own: Iterable[str]) -> tuple[str, ...]:
    """Return the names that a module exports, as far as its source tells, in order.

    These are its ``__all__``, if that is written out; else the names that do not begin with an underscore and are
    not imported from elsewhere.

    Args:
        source: The module's bytes.
        path: Where they came from, for messages.
        own: The top-level names of the artifact: what is imported from these is its own.

    Raises:
        ArtifactError: If it is not Python that this interpreter can parse.
    """
    body = _parsed(source, path).body
    listed = _listed(body)
    if listed is not None:
        return listed
    tops = frozenset(own)
    foreign = {
        alias.asname or alias.name.partition(".")[0]
        for each in body
        for node in ast.walk(each)
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not _is_own(node, tops))
        for alias in node.names
    }
    return tuple(name for name in dict.fromkeys(_bound(body)) if name[0] != "_" and name not in foreign)


def _is_own(statement: ast.ImportFrom, tops: frozenset[str]) -> bool:
    return bool(statement.level) or (statement.module or "").partition(".")[0] in tops


def _listed(body: Iterable[ast.stmt]) -> tuple[str, ...] | None:
    """Return ``__all__``, where it is written out at the top level; None where it is not."""
    found: list[str] | None = None
    for each in body:
        match each:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                found = []
            case ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value):
                found = []
            case ast.AugAssign(target=ast.Name(id="__all__"), value=value) if found is not None:
                pass
            case _:
                continue
        try:
            names: object = ast.literal_eval(value)
        except (ValueError, TypeError, RecursionError, MemoryError):
            return None
        if not isinstance(names, list | tuple):
            return None
        found += [name for name in cast("list[object]", names) if isinstance(name, str)]
    return None if found is None else tuple(dict.fromkeys(found))


def _parsed(source: bytes, path: str) -> ast.Module:
    try:
        return ast.parse(source, path)
    except SyntaxError as error:
        where = path if error.lineno is None else f"{path}:{error.lineno}"
        raise ArtifactError(f"{error.msg} ({where})", plugin=path) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ArtifactError(f"cannot be parsed: {str(error) or type(error).__name__}", plugin=path) from error


def _bound(body: Iterable[ast.stmt]) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=targets):
                for target in targets:
                    yield from _targets(target)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                yield from _targets(target)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (each.asname or each.name.partition(".")[0] for each in names if each.name != "*")
            case ast.For(target=target, body=inner, orelse=other):
                yield from _targets(target)
                yield from _bound([*inner, *other])
            case ast.If(body=inner, orelse=other) | ast.While(body=inner, orelse=other):
                yield from _bound([*inner, *other])
            case ast.With(items=items, body=inner):
                for item in items:
                    yield from _targets(item.optional_vars) if item.optional_vars else ()
                yield from _bound(inner)
            case ast.Match(cases=cases):
                yield from _bound([each for case in cases for each in case.body])
            case (
                ast.Try(body=inner, handlers=handlers, orelse=other, finalbody=final)
                | ast.TryStar(body=inner, handlers=handlers, orelse=other, finalbody=final)
            ):
                caught = [each for handler in handlers for each in handler.body]
                yield from _bound([*inner, *caught, *other, *final])
            case _:
                continue


def _targets(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _targets(part)
        case ast.Starred(value=inner):
            yield from _targets(inner)
        case _:
            return
