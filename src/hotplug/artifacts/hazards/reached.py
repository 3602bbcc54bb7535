"""What of a module runs when it is imported, and what never does in a plugin."""

from __future__ import annotations

import ast
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotplug.artifacts.hazards.scopes import Function


_MISSING = frozenset({"ImportError", "ModuleNotFoundError", "AttributeError", "NameError"})


def is_dead(node: ast.If) -> tuple[bool, bool]:
    """Tell of an ``if`` whether its body, and whether its other branch, is never run in a plugin here.

    That is what only runs as a program, only for type checkers, or only in other versions of Python.
    """
    known = _known(node.test)
    return known is False, known is True


def alive(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements of a function without those behind a ``return`` that is always taken here."""
    for index, each in enumerate(body):
        if isinstance(each, ast.If) and is_dead(each)[1] and isinstance(each.body[-1], ast.Return):
            return body[:index]
    return body


def is_fallback(node: ast.AST) -> bool:
    """Tell whether a place is run only where something cannot be imported, or is not there."""
    return (
        isinstance(node, ast.ExceptHandler)
        and node.type is not None
        and not _MISSING.isdisjoint(each.id for each in ast.walk(node.type) if isinstance(each, ast.Name))
    )


def _known(test: ast.expr) -> bool | None:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _known(test.operand)
        return None if inner is None else not inner
    name = test.attr if isinstance(test, ast.Attribute) else test.id if isinstance(test, ast.Name) else ""
    if name in ("TYPE_CHECKING", "PY2"):
        return False
    if "PYPY" in name.upper():
        return sys.implementation.name == "pypy"
    if isinstance(test, ast.Call) and test.args and ast.unparse(test.func) == "sys.platform.startswith":
        prefix = test.args[0].value if isinstance(test.args[0], ast.Constant) else None
        return sys.platform.startswith(prefix) if isinstance(prefix, str) else None
    if isinstance(test, ast.BoolOp):
        known = [_known(each) for each in test.values]
        decides = isinstance(test.op, ast.Or)
        return decides if decides in known else None
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return None
    left, right = test.left, test.comparators[0]
    if isinstance(left, ast.Name) and left.id == "__name__" and isinstance(right, ast.Constant):
        return False if right.value == "__main__" and isinstance(test.ops[0], ast.Eq) else None
    return _compared(ast.unparse(left), test.ops[0], right)


def _compared(left: str, operator: ast.cmpop, right: ast.expr) -> bool | None:
    actual: dict[str, object] = {
        "sys.version_info": tuple(sys.version_info),
        "sys.version_info[0]": sys.version_info[0],
        "sys.version_info.major": sys.version_info[0],
        "sys.version_info[:2]": tuple(sys.version_info[:2]),
        "sys.platform": sys.platform,
        "os.name": os.name,
    }
    if left not in actual:
        return None
    try:
        value, wanted = actual[left], ast.literal_eval(right)
        comparisons: dict[type[ast.cmpop], str] = {
            ast.Eq: "__eq__",
            ast.NotEq: "__ne__",
            ast.Lt: "__lt__",
            ast.LtE: "__le__",
            ast.Gt: "__gt__",
            ast.GtE: "__ge__",
        }
        answer: object = getattr(value, comparisons[type(operator)])(wanted)
    except (ValueError, TypeError, KeyError):
        return None
    return answer if isinstance(answer, bool) else None


def run_at_import(tree: ast.Module) -> frozenset[Function]:
    """Return the functions of a module that it calls while it is imported, by their names."""
    functions: dict[str, list[Function]] = {}
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            functions.setdefault(statement.name, []).append(statement)
        elif isinstance(statement, ast.ClassDef):
            made = [
                each for each in statement.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"
            ]
            functions.setdefault(statement.name, []).extend(made)
    found: set[Function] = set()
    pending: list[ast.AST] = [*tree.body]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If):
            body, otherwise = is_dead(node)
            pending += [node.test, *([] if body else node.body), *([] if otherwise else node.orelse)]
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for function in functions.get(node.func.id, ()):
                if function not in found and isinstance(function, ast.FunctionDef) and not _yields(function):
                    found.add(function)
                    pending += function.body
        pending += ast.iter_child_nodes(node)
    return frozenset(found)


def run_elsewhere(tree: ast.Module) -> frozenset[Function]:
    """Return the functions of a module that it has child processes begin with, by their names."""
    names = {
        each.value.attr if isinstance(each.value, ast.Attribute) else getattr(each.value, "id", "")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for each in call.keywords
        if each.arg in ("preexec_fn", "initializer")
        or (each.arg == "target" and ast.unparse(call.func).rpartition(".")[2] == "Process")
    }
    functions = (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(each for each in functions if each.name in names)


def _yields(function: ast.FunctionDef) -> bool:
    """Tell whether calling a function runs nothing of it: it is a generator."""
    return any(isinstance(each, ast.Yield | ast.YieldFrom) for each in ast.walk(function))
