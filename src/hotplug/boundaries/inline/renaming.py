"""Names of modules in a plugin's source: it reads and compares the real ones, the interpreter has the private.

The interpreter and the standard library find a module by the name in its ``__name__`` and in the ``__module__`` of
what it defines, so those are private. Where the plugin's own source reads them (``Flask(__name__)``, a task that
is called ``f"{task.__module__}.{task.__name__}"``), it is given what it would read if it were installed; what it
writes into a ``__module__`` is made private again. Where it compares names or looks one up, either will do.

Nothing but a string that holds the suffix of the plugin's private names, or that is the name of one of its
modules, is ever treated otherwise than by Python: ``hotplug.boundaries.inline.naming``.
"""

from __future__ import annotations

import ast

from hotplug.boundaries.inline.bytecode import AMONG, BEGINS, EQUAL, GET, ITEM, PRIVATE, REAL, UNEQUAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

_NAMES = frozenset({"__name__", "__module__", "__package__"})
_MODULES = ("module", "mod", "package", "pkg")
"""How variables that hold modules are called; of other things ``__name__`` is not a module's."""
_MODULE_NAMES = frozenset({"modname", "module_name", "mod_name"})
"""How variables that hold names of modules are called."""
_TAGS = frozenset({"__class__", "__type__"})
_DEFINING = frozenset(
    {
        "namedtuple",
        "NamedTuple",
        "make_dataclass",
        "make_class",
        "create_model",
        "new_class",
        "NewType",
        "TypeVar",
        "ForwardRef",
    }
    | {"filterwarnings", "warn_explicit"}
)
"""Functions that are told, as ``module=``, where what they define is from, or whose warnings are meant."""
_KEPT = (
    frozenset({"getLogger", "get_logger", "getChild", "assertLogs", "assertNoLogs"})
    | frozenset({"declare_namespace", "extend_path", "resource_filename", "resource_string", "resource_stream"})
    | frozenset({"resource_exists", "resource_isdir", "resource_listdir", "get_type_hints", "_convert_"})
)
"""Functions that are given the private name: loggers are the plugin's own, the others look for the module."""


def asked(function: str, *arguments: ast.expr, at: ast.AST) -> ast.Call:
    """Return a call of one of the functions that a plugin has among its builtins, in the place of a node."""
    call = ast.Call(ast.Name(function, ast.Load()), list(arguments), [])
    return ast.fix_missing_locations(ast.copy_location(call, at))


class Rewriter(ast.NodeTransformer):
    """Rewrites a module, but for what patterns are made of: they hold no calls."""

    def visit_MatchValue(self, node: ast.MatchValue) -> ast.AST:  # noqa: D102
        return node

    def visit_MatchMapping(self, node: ast.MatchMapping) -> ast.AST:  # noqa: D102
        node.patterns = [self.visit(pattern) for pattern in node.patterns]
        return node

    def visit_MatchClass(self, node: ast.MatchClass) -> ast.AST:  # noqa: D102
        node.patterns = [self.visit(pattern) for pattern in node.patterns]
        node.kwd_patterns = [self.visit(pattern) for pattern in node.kwd_patterns]
        return node


class Renaming(Rewriter, ast.NodeTransformer):
    """Rewrites a module so that it reads real names and writes private ones.

    Args:
        tops: The plugin's own top-level names.
    """

    def __init__(self, tops: Collection[str]) -> None:
        self._tops = tops

    def visit_Name(self, node: ast.Name) -> ast.expr:  # noqa: D102  (the methods that ast calls)
        return asked(REAL, node, at=node) if node.id in _NAMES and _is_read(node) else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:  # noqa: D102
        self.generic_visit(node)
        named = node.attr in ("__module__", "__package__") or (node.attr == "__name__" and _is_module(node.value))
        return asked(REAL, node, at=node) if named and _is_read(node) else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:  # noqa: D102
        by_name = _is_name(node.slice)
        named = _is_key(node.slice)
        self.generic_visit(node)
        if not _is_read(node):
            return node
        if by_name:
            return asked(ITEM, node.value, node.slice, at=node)
        return asked(REAL, node, at=node) if named else node

    def visit_Call(self, node: ast.Call) -> ast.expr:  # noqa: D102
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in _KEPT:
            return node
        by_name = bool(node.args) and (_is_name(node.args[0]) or (called == "get" and _is_table(node.args)))
        own = bool(node.args) and (self._is_own(node.args[0]) or _is_name(node.args[0]))
        prefixed = isinstance(node.func, ast.Attribute) and _is_name(node.func.value)
        key = next((index for index, each in enumerate(node.args[:2]) if _is_key(each)), None)
        self.generic_visit(node)
        for keyword in node.keywords:
            if keyword.arg == "__module__" or (keyword.arg == "module" and _is_defining(called)):
                keyword.value = asked(PRIVATE, keyword.value, at=keyword.value)
        if isinstance(node.func, ast.Attribute) and not node.keywords:
            if called == "startswith" and (own or prefixed):
                return asked(BEGINS, node.func.value, *node.args, at=node)
            if called == "get" and by_name:
                return asked(GET, node.func.value, *node.args, at=node)
            if called in ("get", "pop") and key == 0:
                return asked(REAL, node, at=node)
        if called == "getattr" and key == 1:
            return asked(REAL, node, at=node)
        if called == "setattr" and key == 1 and len(node.args) > 2:  # noqa: PLR2004  (object, name, value)
            node.args[2] = asked(PRIVATE, node.args[2], at=node.args[2])
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:  # noqa: D102
        operator, left, right = node.ops[0], node.left, node.comparators[0]
        named = _is_name(left) or self._is_own(right)
        either = named or _is_name(right) or self._is_own(left)
        self.generic_visit(node)
        left, right = node.left, node.comparators[0]
        if len(node.ops) > 1:
            return node
        if isinstance(operator, ast.Eq | ast.NotEq) and either:
            return asked(EQUAL if isinstance(operator, ast.Eq) else UNEQUAL, left, right, at=node)
        if isinstance(operator, ast.In | ast.NotIn) and named:
            answer = asked(AMONG, left, right, at=node)
            if isinstance(operator, ast.In):
                return answer
            return ast.copy_location(ast.UnaryOp(ast.Not(), answer), node)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:  # noqa: D102
        self.generic_visit(node)
        if any(map(_is_place, node.targets)):
            node.value = asked(PRIVATE, node.value, at=node.value)
        return node

    def visit_Dict(self, node: ast.Dict) -> ast.expr:  # noqa: D102
        self.generic_visit(node)
        keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
        if _TAGS.intersection(keys) or keys.issuperset({"__name__", "__module__"}):
            return node  # it describes an object, in JSON for example, to whoever reads it elsewhere
        node.values = [
            asked(PRIVATE, value, at=value) if key is not None and _is_key(key) else value
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        return node

    def _is_own(self, node: ast.expr) -> bool:
        """Tell whether an expression spells out one of the plugin's own names, or several names."""
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            return any(map(self._is_own, node.elts))
        value = node.value if isinstance(node, ast.Constant) else None
        return isinstance(value, str) and value.partition(".")[0] in self._tops


def _is_defining(called: str) -> bool:
    return called in _DEFINING or called.endswith(("Enum", "Flag"))


def _is_read(node: ast.Name | ast.Attribute | ast.Subscript) -> bool:
    return isinstance(node.ctx, ast.Load)


def _is_name(node: ast.expr) -> bool:
    """Tell whether an expression is the name of a module, or where something was defined."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name in _NAMES or name in _MODULE_NAMES


def _is_module(node: ast.expr) -> bool:
    """Tell whether an expression is, by what it is called, a module."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.rpartition("_")[2] in _MODULES


def _is_key(node: ast.expr) -> bool:
    """Tell whether an expression is the key or name under which a module's name is kept."""
    return isinstance(node, ast.Constant) and node.value in ("__name__", "__module__")


def _is_place(node: ast.expr) -> bool:
    """Tell whether the target of an assignment is where the name of a module is kept."""
    if isinstance(node, ast.Subscript):
        return _is_key(node.slice)
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name == "__module__"


def _is_table(arguments: list[ast.expr]) -> bool:
    """Tell whether something is asked for what it has under a ``name``, which may be a module's, or else."""
    return len(arguments) > 1 and isinstance(arguments[0], ast.Name) and arguments[0].id == "name"
