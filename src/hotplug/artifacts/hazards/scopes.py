"""What names stand for, as far as import statements tell."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    Place = ast.Module | ast.ClassDef | Function

_ENDS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.Name, ast.Constant, ast.alias)
"""Nodes that hold no names of the place that they are in."""
_LOCAL = ""
"""What a name stands for that is bound otherwise than by an import."""


class Scope:
    """The names of a module, a class or a function.

    Args:
        node: Whose they are.
        package: The package that relative imports start from.
        outer: The scope around it.
    """

    def __init__(self, node: Place, package: str, outer: Scope | None) -> None:
        self.package = package
        self.modules: set[str] = set() if outer is None else outer.modules
        """The dotted names that are modules for certain, by the imports of the whole file."""
        self._outer = outer
        self._is_class = isinstance(node, ast.ClassDef)
        self._names: dict[str, str] = {}
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            arguments = node.args
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            every += [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
            self._names.update((each.arg, _LOCAL) for each in every)
        for each in _inside(node):
            self._bind(each)

    def dotted(self, node: ast.AST) -> str | None:
        """Return the dotted name of what an expression stands for, ``builtins.open`` for a builtin.

        None where it is not a name, or the name is the module's own.
        """
        if isinstance(node, ast.Attribute):
            value = self.dotted(node.value)
            return None if value is None else f"{value}.{node.attr}"
        return self._found(node.id) if isinstance(node, ast.Name) else None

    def _found(self, name: str) -> str | None:
        if name in self._names:
            return self._names[name] or None
        outer = self._outer
        while outer is not None and outer._is_class:  # noqa: SLF001  (functions do not see their class's names)
            outer = outer._outer  # noqa: SLF001
        return f"builtins.{name}" if outer is None else outer._found(name)  # noqa: SLF001

    def _bind(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for each in node.names:
                parts = each.name.split(".")
                self.modules.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
                self._names[each.asname or parts[0]] = each.name if each.asname else parts[0]
        elif isinstance(node, ast.ImportFrom):
            module = self._absolute(node)
            self.modules.add(module)
            self._names.update((each.asname or each.name, f"{module}.{each.name}") for each in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            self._names.setdefault(node.id, _LOCAL)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler):
            self._names.setdefault(node.name or "", _LOCAL)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.package.split(".")
        base = ".".join(parts[: len(parts) - node.level + 1])
        return ".".join(each for each in (base, node.module) if each)


def _inside(node: Place) -> Iterator[ast.AST]:
    """Yield what a place holds, without what the functions and classes in it hold."""
    pending = list(ast.iter_child_nodes(node))
    while pending:
        each = pending.pop()
        yield each
        if not isinstance(each, _ENDS):
            pending.extend(ast.iter_child_nodes(each))
