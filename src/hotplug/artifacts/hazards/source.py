"""A module of a plugin as the rules read it: what its names stand for, and what runs when it is imported."""

from __future__ import annotations

import ast
import functools
import tokenize
import warnings
from typing import TYPE_CHECKING, NamedTuple

from hotplug.artifacts.hazards.reached import alive, is_dead, is_fallback, run_at_import, run_elsewhere
from hotplug.artifacts.hazards.scopes import Scope
from hotplug.errors import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from hotplug.artifacts.hazards.scopes import Function

_OWN_NAMES = frozenset({"__name__", "__package__"})
_MARKS = (ast.expr_context, ast.operator, ast.cmpop, ast.boolop, ast.unaryop)
"""Nodes that are no place of their own."""
_LEAVES = (ast.Name, ast.Constant, ast.alias)


class Spot(NamedTuple):
    """A place in the source.

    Attributes:
        node: What stands there.
        scope: Where its names are looked up.
        function: The function that it is in, None at the top of the module.
        around: The statements around it, the outermost first; not those around its function.
    """

    node: ast.AST
    scope: Scope
    function: Function | None
    around: tuple[ast.AST, ...]


class Module:
    """One module.

    Args:
        name: The name under which it is imported when it is installed.
        path: The absolute path of its file.
        tree: Its statements.
        tops: The plugin's own top-level names.
        modules: The names of all modules of the plugin.
    """

    def __init__(
        self, name: str, path: str, tree: ast.Module, *, tops: Collection[str], modules: Collection[str]
    ) -> None:
        self.name = name
        self.path = path
        self.tree = tree
        self.tops = tops
        self.modules = modules
        self.parents: dict[ast.AST, ast.AST] = {}
        package = name if path.endswith("__init__.py") else name.rpartition(".")[0]
        self._top = Scope(tree, package, None)
        self.spots = list(self._walk(tree, self._top, None, ()))
        self._at_import = run_at_import(tree)
        self.run_elsewhere = run_elsewhere(tree)

    def owns(self, name: str | None) -> bool:
        """Tell whether a dotted name begins with one of the plugin's own."""
        return name is not None and name.partition(".")[0] in self.tops

    def at_import(self, spot: Spot) -> bool:
        """Tell whether a place is run when the module is imported."""
        return spot.function is None or spot.function in self._at_import

    def when(self, spot: Spot) -> str:
        """Say when a place is run."""
        if self.at_import(spot):
            return "at import"
        name = getattr(spot.function, "name", None)
        return f"by {name}()" if name else "when it is called"

    def text(self, node: ast.AST | None) -> str | None:
        """Return the text that an expression gives, or begins with; None where the source does not tell."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Name):
            return self.name if node.id in _OWN_NAMES else None
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.text(node.left), self.text(node.right)
            return None if left is None else left + (right or "")
        if isinstance(node, ast.FormattedValue):
            return self.text(node.value)
        if isinstance(node, ast.JoinedStr):
            parts = [self.text(each) for each in node.values]
            return None if not parts or parts[0] is None else "".join(each or "" for each in parts)
        return None

    @functools.cached_property
    def calls(self) -> list[tuple[ast.Call, str, Spot]]:
        """Every call whose function has a dotted name that is known."""
        return list(self._calls())

    @functools.cached_property
    def targets(self) -> list[tuple[ast.expr, ast.expr | None, Spot]]:
        """What is assigned to, with the value; None for what is deleted or where several are unpacked."""
        return list(self._targets())

    def _calls(self) -> Iterator[tuple[ast.Call, str, Spot]]:
        for spot in self.spots:
            if isinstance(spot.node, ast.Call):
                name = spot.scope.dotted(spot.node.func)
                if name is not None:
                    yield spot.node, name, spot

    def _targets(self) -> Iterator[tuple[ast.expr, ast.expr | None, Spot]]:
        for spot in self.spots:
            node = spot.node
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    yield from ((one, value, spot) for one, value in _pairs(target, node.value))
            elif isinstance(node, ast.AugAssign | ast.AnnAssign) and node.value is not None:
                yield node.target, node.value, spot
            elif isinstance(node, ast.Delete):
                yield from ((target, None, spot) for target in node.targets)

    def _walk(
        self, node: ast.AST, scope: Scope, function: Function | None, around: tuple[ast.AST, ...]
    ) -> Iterator[Spot]:
        """Yield every place below a node, but for what never runs in a plugin."""
        pending = [(child, node, scope, function, around) for child in ast.iter_child_nodes(node)]
        while pending:
            node, parent, scope, function, around = pending.pop()
            if isinstance(node, _MARKS) or is_fallback(node):
                continue
            self.parents[node] = parent
            yield Spot(node, scope, function, around)
            if isinstance(node, _LEAVES):
                continue
            inner_scope, inner, inside = scope, function, around
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
                inner_scope = Scope(node, scope.package, scope)
                if not isinstance(node, ast.ClassDef):
                    inner, inside = node, ()
            if isinstance(node, ast.stmt | ast.excepthandler):
                inside = (*inside, node)
            children = list(ast.iter_child_nodes(node))
            if isinstance(node, ast.If):
                body, otherwise = is_dead(node)
                children = [node.test, *([] if body else node.body), *([] if otherwise else node.orelse)]
            if isinstance(node, ast.FunctionDef):
                dead = node.body[len(alive(node.body)) :]
                children = children if not dead else [each for each in children if each not in dead]
            pending += [(child, node, inner_scope, inner, inside) for child in reversed(children)]


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    if not isinstance(target, ast.Tuple | ast.List):
        yield target, value
        return
    values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
    known = len(values) == len(target.elts)
    for index, each in enumerate(target.elts):
        yield each, values[index] if known else None


def read(path: str, *, strict: bool) -> ast.Module | None:
    """Return the statements of a file, None where it cannot be read as Python.

    Args:
        path: The file.
        strict: Whether that is an error.

    Raises:
        ArtifactError: If it cannot, and that is an error.
    """
    try:
        with tokenize.open(path) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes are its author's to see, elsewhere
            return ast.parse(file.read(), path)
    except SyntaxError as error:
        problem = f"{error.msg} ({path}:{error.lineno or 1})"
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        problem = f"cannot be read: {str(error) or type(error).__name__}"
    if strict:
        raise ArtifactError(problem, plugin=path)
    return None
