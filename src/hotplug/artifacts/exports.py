"""The names that a module binds at its top level, read from its source without running it.

Used to find out whether an artifact that declares no entry points offers a symbol. Seen are definitions, imports
and assignments, also below ``if``, ``for``, ``while``, ``with``, ``try`` and ``match``. Not seen are star imports,
``:=`` in expressions, ``global`` in functions, and names put into ``globals()``; nor does ``__all__`` count.
"""

from __future__ import annotations

import ast

from hotplug.errors import ArtifactError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def bound_names(source: bytes, path: str) -> tuple[str, ...]:
    """Return the names that a module's top level binds, in order.

    Args:
        source: The module's bytes; its encoding is what it declares (PEP 263).
        path: Where they came from, for messages.

    Raises:
        ArtifactError: If it is not Python that this interpreter can parse.
    """
    try:
        module = ast.parse(source, path)
    except SyntaxError as error:
        raise ArtifactError(f"{error.msg} ({path}:{error.lineno})", plugin=path) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ArtifactError(f"cannot be parsed: {str(error) or type(error).__name__}", plugin=path) from error
    return tuple(dict.fromkeys(_bound(module.body)))


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
