"""Which statements of a script are declarations."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PLAIN = (
    *(
        ast.Constant,
        ast.Name,
        ast.Attribute,
        ast.Subscript,
        ast.Slice,
        ast.Starred,
        ast.JoinedStr,
        ast.FormattedValue,
    ),
    *(ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda, ast.arguments, ast.arg),
    *(ast.Tuple, ast.List, ast.Set, ast.Dict, ast.keyword, ast.Call),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension),
    *(ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
)
_MAKERS = frozenset(
    [
        # types and what stands in them
        *(
            "namedtuple",
            "make_dataclass",
            "make_class",
            "new_class",
            "type",
            "field",
            "auto",
            "compile",
            "getLogger",
        ),
        # plain values
        *(
            "bool",
            "int",
            "float",
            "complex",
            "str",
            "bytes",
            "bytearray",
            "tuple",
            "list",
            "dict",
            "set",
            "frozenset",
        ),
        *("range", "slice", "object", "deque", "defaultdict", "timedelta", "timezone", "date", "time", "datetime"),
        *("fromisoformat", "itemgetter", "attrgetter", "partial", "len", "min", "max", "sum", "sorted", "zip"),
        *("enumerate", "map", "split", "join", "strip", "lower", "upper", "replace", "format", "encode", "decode"),
        *("items", "keys", "values", "copy", "union", "resolve", "absolute"),
        # questions about where the script runs
        *(
            "hasattr",
            "getattr",
            "isinstance",
            "issubclass",
            "callable",
            "find_spec",
            "get",
            "getenv",
            "startswith",
        ),
        *("system", "python_implementation", "python_version_tuple", "version"),
    ]
)
_QUIET = frozenset({"suppress", "catch_warnings"})


def declared(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the declarations among statements; of an ``if``, a ``try`` or a ``with``, those inside of it."""
    for each in statements:
        if isinstance(each, ast.Import | ast.ImportFrom | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield each
        elif isinstance(each, ast.Assign | ast.AnnAssign | ast.AugAssign):
            if each.value is not None and _is_plain(each.value):
                yield each
        elif type(each).__name__ == "TypeAlias":  # PEP 695
            yield each
        elif isinstance(each, ast.If):
            yield from _decided(each)
        elif isinstance(each, ast.Try):
            yield from _tried(each)
        elif isinstance(each, ast.With) and all(_called(item.context_expr) in _QUIET for item in each.items):
            body = list(declared(each.body))
            if body:
                yield ast.copy_location(ast.With(each.items, body), each)


def _decided(statement: ast.If) -> Iterator[ast.stmt]:
    """Yield the declarations under a condition; the start of the script, ``if __name__ == ...``, has none."""
    if any(isinstance(each, ast.Name) and each.id == "__name__" for each in ast.walk(statement.test)):
        return
    if not _is_plain(statement.test):
        return
    body, otherwise = list(declared(statement.body)), list(declared(statement.orelse))
    if body or otherwise:
        kept = ast.If(statement.test, body or [ast.Pass()], otherwise)
        yield ast.fix_missing_locations(ast.copy_location(kept, statement))


def _tried(statement: ast.Try) -> Iterator[ast.stmt]:
    body = list(declared(statement.body))
    handlers = [
        ast.copy_location(ast.ExceptHandler(each.type, each.name, list(declared(each.body)) or [ast.Pass()]), each)
        for each in statement.handlers
    ]
    otherwise, last = list(declared(statement.orelse)), list(declared(statement.finalbody))
    if body:
        kept = ast.Try(body, handlers, otherwise, last or ([] if handlers else [ast.Pass()]))
        yield ast.fix_missing_locations(ast.copy_location(kept, statement))


def _is_plain(value: ast.expr) -> bool:
    """Tell whether an expression only says a value: it calls nothing but what makes types and plain values."""
    return all(
        isinstance(each, _PLAIN) and (not isinstance(each, ast.Call) or _is_maker(each))
        for each in ast.walk(value)
    )


def _is_maker(call: ast.Call) -> bool:
    """Tell whether a call makes a type or a plain value: a class, by its name, or one of the usual functions."""
    name = _called(call)
    return name in _MAKERS or (name[:1].isupper() and not name.isupper() and not _opens(call.func, name))


def _opens(function: ast.expr, name: str) -> bool:
    """Tell whether a call might open the plugins of the script once more, in the worker of one of them."""
    return name == "Catalog" or any(
        isinstance(each, ast.Name) and each.id == "hotplug" for each in ast.walk(function)
    )


def _called(expression: ast.expr) -> str:
    """Return the name of what an expression calls, without that of its module."""
    function = expression.func if isinstance(expression, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
