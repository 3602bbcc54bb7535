"""What is rewritten in a plugin's source when it is compiled: the few places where a private name would show.

``sys.modules["eng.words"]`` reads a dict by a name that a private plugin's module does not have. No hook can see
that, so the attribute ``modules`` of whatever is, at run time, the module ``sys`` is asked of the plugin's
namespace instead; likewise the other names below. All other objects with such an attribute answer as ever.

And where a plugin compares a name with one of its own, spelled out (``cls.__module__.startswith("eng.")``), or
takes the name of a module for a key (``tables[module.__name__]``), a private name is taken for the real one as
well. Other strings and keys are never touched, for none of them holds what makes a name private.

The code does not depend on the number of the plugin, so it can be kept for the next time: whoever changes what is
rewritten raises ``bytecode.VERSION``.
"""

from __future__ import annotations

from hotplug.boundaries.inline.reached import AMONG, BEGINS, EQUAL, GET, ITEM, REACH, REACHED

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Collection
    from types import CodeType
    from typing import TypeGuard

_OF_SYS = frozenset({"path", "meta_path"})
"""Attributes that other objects have, too, in places where every nanosecond counts: only ``sys.`` is looked at."""
_ATTRIBUTES = frozenset(name for names in REACHED.values() for name in names) - _OF_SYS
_NAMES = frozenset({"__name__", "__module__", "__package__"})
_MARKS = tuple(name.encode() for name in [*_ATTRIBUTES, *_NAMES, *(f"sys.{name}" for name in _OF_SYS)])


def compiled(source: bytes, filename: str, tops: Collection[str]) -> CodeType:
    """Compile a module of a plugin.

    Args:
        source: Its bytes.
        filename: What tracebacks are to show.
        tops: The plugin's own top-level names.

    Raises:
        SyntaxError, ValueError: If it is not Python, as the compiler says it.
    """
    marks = [*_MARKS, *(quote + top.encode() for top in tops for quote in (b"'", b'"'))]
    if any(mark in source for mark in marks):
        try:
            return compile(_rewritten(source, filename, tops), filename, "exec", dont_inherit=True)
        except RecursionError:  # nested deeper than can be walked, though not deeper than can be compiled
            pass
    return compile(source, filename, "exec", dont_inherit=True)


def _rewritten(source: bytes, filename: str, tops: Collection[str]) -> ast.Module:
    import ast

    def asked(function: str, *arguments: ast.expr, at: ast.expr) -> ast.expr:
        call = ast.Call(ast.Name(function, ast.Load()), list(arguments), [])
        return ast.fix_missing_locations(ast.copy_location(call, at))

    def is_own(node: ast.expr) -> bool:
        """Tell whether an expression spells out one of the plugin's own names, or several names."""
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            return any(map(is_own, node.elts))
        return (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.partition(".")[0] in tops
        )

    def is_name(node: ast.expr) -> bool:
        """Tell whether an expression is the name of a module, or where something was defined."""
        return (isinstance(node, ast.Attribute) and node.attr in _NAMES) or (
            isinstance(node, ast.Name) and node.id in _NAMES
        )

    def is_table(arguments: list[ast.expr]) -> bool:
        """Tell whether something is asked for what it has under a ``name``, which may be a module's, or else."""
        return len(arguments) > 1 and isinstance(arguments[0], ast.Name) and arguments[0].id == "name"

    def is_list(node: ast.expr) -> TypeGuard[ast.Attribute]:
        """Tell whether an expression is one of the lists of ``sys``."""
        return (
            isinstance(node, ast.Attribute)
            and node.attr in _OF_SYS
            and isinstance(node.value, ast.Name)
            and node.value.id in ("sys", "_sys")
        )

    def whole(node: ast.Attribute) -> ast.Subscript:
        """Return the target of an assignment to all that is in a list."""
        of = asked(REACH, node.value, ast.Constant(node.attr), at=node)
        target = ast.Subscript(of, ast.Slice(), ast.Store())
        return ast.fix_missing_locations(ast.copy_location(target, node))

    class Rewriter(ast.NodeTransformer):
        def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
            self.generic_visit(node)
            if not isinstance(node.ctx, ast.Load) or (node.attr not in _ATTRIBUTES and not is_list(node)):
                return node
            return asked(REACH, node.value, ast.Constant(node.attr), at=node)

        def visit_Call(self, node: ast.Call) -> ast.expr:
            self.generic_visit(node)
            if isinstance(node.func, ast.Attribute) and node.args and not node.keywords:
                if node.func.attr == "startswith" and is_own(node.args[0]):
                    return asked(BEGINS, node.func.value, *node.args, at=node)
                if node.func.attr == "get" and (is_name(node.args[0]) or is_table(node.args)):
                    return asked(GET, node.func.value, *node.args, at=node)
            return node

        def visit_Compare(self, node: ast.Compare) -> ast.expr:
            self.generic_visit(node)
            if len(node.ops) > 1:
                return node
            operator, left, right = node.ops[0], node.left, node.comparators[0]
            if isinstance(operator, ast.Eq | ast.NotEq) and (is_own(left) or is_own(right)):
                function = EQUAL
            elif isinstance(operator, ast.In | ast.NotIn) and (is_name(left) or is_own(right)):
                function = AMONG
            else:
                return node
            answer = asked(function, left, right, at=node)
            if isinstance(operator, ast.Eq | ast.In):
                return answer
            return ast.copy_location(ast.UnaryOp(ast.Not(), answer), node)

        def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
            self.generic_visit(node)
            if is_name(node.slice) and isinstance(node.ctx, ast.Load):
                return asked(ITEM, node.value, node.slice, at=node)
            return node

        def visit_Assign(self, node: ast.Assign) -> ast.stmt:
            self.generic_visit(node)
            node.targets = [whole(target) if is_list(target) else target for target in node.targets]
            return node

        def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
            self.generic_visit(node)
            if is_list(node.target):
                node.target = whole(node.target)
            return node

        def visit_MatchValue(self, node: ast.MatchValue) -> ast.AST:
            return node  # a pattern holds no calls

    tree = ast.parse(source, filename)
    Rewriter().visit(tree)
    return tree
