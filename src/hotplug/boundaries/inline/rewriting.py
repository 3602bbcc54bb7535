"""What is rewritten in a plugin's source when it is compiled: the few ways to its modules that are no imports.

``sys.modules["eng.words"]`` reads a dict by a name that a private plugin's module does not have. No hook can see
that, so the attribute ``modules`` of whatever is, at run time, the module ``sys`` is asked of the plugin's
namespace instead; likewise the other names below. All other objects with such an attribute answer as ever.
The code does not depend on which plugin it is of, so it can be kept for the next time.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from types import CodeType

VERSION = 2
"""To be raised whenever the same source gives other code than before."""

REACH = "__hotplug__"
"""The name, among a plugin's builtins, of the function that answers."""

REACHED = {
    "sys": ("modules",),
    "importlib": ("import_module",),
    "importlib.util": ("find_spec",),
    "pkgutil": ("get_data", "walk_packages"),
    "os": ("register_at_fork",),
}
"""The attributes that are asked of the namespace, by the module that they belong to."""

_ATTRIBUTES = frozenset(name for names in REACHED.values() for name in names)
_MARKS = tuple(name.encode() for name in _ATTRIBUTES)


def compiled(source: bytes, filename: str) -> CodeType:
    """Compile a module of a plugin.

    Raises:
        SyntaxError, ValueError: If it is not Python, as the compiler says it.
    """
    if any(mark in source for mark in _MARKS):
        try:
            return compile(_rewritten(source, filename), filename, "exec", dont_inherit=True)
        except RecursionError:  # nested deeper than can be walked, though not deeper than can be compiled
            pass
    return compile(source, filename, "exec", dont_inherit=True)


def _rewritten(source: bytes, filename: str) -> ast.Module:
    import ast

    class Rewriter(ast.NodeTransformer):
        def visit_Attribute(self, node: ast.Attribute) -> ast.AST:  # noqa: N802  (the name that ast calls)
            self.generic_visit(node)
            if node.attr not in _ATTRIBUTES or not isinstance(node.ctx, ast.Load):
                return node
            call = ast.Call(ast.Name(REACH, ast.Load()), [node.value, ast.Constant(node.attr)], [])
            return ast.fix_missing_locations(ast.copy_location(call, node))

        def visit_MatchValue(self, node: ast.MatchValue) -> ast.AST:  # noqa: N802
            return node  # a pattern holds no calls

    tree = ast.parse(source, filename)
    Rewriter().visit(tree)
    return tree
