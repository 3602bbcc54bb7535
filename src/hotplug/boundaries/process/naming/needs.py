"""Which names a statement binds, and which it needs; those in the texts of annotations too."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def bound_by(statement: ast.stmt) -> frozenset[str]:
    """Return the names that a statement binds in its module; ``*`` for whatever a module exports."""
    return frozenset(_bound(statement))


def needed_by(statement: ast.stmt) -> frozenset[str]:
    """Return the names that a statement, or the code of a function in it, looks up."""
    found: set[str] = set()
    for each in ast.walk(statement):
        if isinstance(each, ast.Name):
            found.add(each.id)
        elif isinstance(each, ast.arg):
            found |= _in_texts(each.annotation)
        elif isinstance(each, ast.AnnAssign):
            found |= _in_texts(each.annotation) | _in_alias(each.value)
        elif isinstance(each, ast.Assign):
            found |= _in_alias(each.value)
        elif isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            found |= _in_texts(each.returns)
        elif isinstance(each, ast.Subscript):
            found |= _in_texts(each.slice)
        elif isinstance(each, ast.Call):
            for argument in (*each.args[1:], *(keyword.value for keyword in each.keywords)):
                found |= _in_texts(argument)
    return frozenset(found)


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.Import):
        for each in statement.names:
            yield each.asname or each.name.partition(".")[0]
    elif isinstance(statement, ast.ImportFrom):
        for each in statement.names:
            yield each.asname or each.name
    elif isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield statement.name
    else:
        for part in ast.iter_child_nodes(statement):
            if isinstance(part, ast.stmt):
                yield from _bound(part)
            elif isinstance(part, ast.ExceptHandler):
                for inner in part.body:
                    yield from _bound(inner)
            else:
                yield from _stored(part)


def _stored(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id


def _in_alias(value: ast.expr | None) -> set[str]:
    """Return the names in a text that may be the value of an alias: ``Price = "Prices | int"``."""
    return _in_texts(value) if isinstance(value, ast.Constant | ast.BinOp) else set()


def _in_texts(node: ast.AST | None) -> set[str]:
    """Return the names in the texts below a node that are types: ``"Greeter"``, ``list["Greeter"]``."""
    found: set[str] = set()
    for each in () if node is None else ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            try:
                inner = ast.parse(f"({each.value}\n)", mode="eval")
            except (SyntaxError, ValueError, RecursionError):
                continue
            found |= {name.id for name in ast.walk(inner) if isinstance(name, ast.Name)}
    return found
