"""From ``def`` and ``lambda`` to functions with the real signature that nobody calls."""

from __future__ import annotations

import ast
import copy
import sys
import types
import typing
from typing import TYPE_CHECKING, Any, cast

from hotplug.contract.reflection import MISSING
from hotplug.contract.static.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotplug.contract.static.space import Space

Definition = ast.FunctionDef | ast.AsyncFunctionDef

# The interpreter itself calls these when classes are made and objects are compared, printed or collected.
# Their stand-ins have the signature and another body.
_SILENT = frozenset({"__set_name__", "__init_subclass__", "__del__"})
_CALLED = frozenset(
    {
        "__class_getitem__", "__hash__", "__eq__", "__ne__", "__repr__", "__str__", "__format__", "__bool__",
        "__len__", "__dir__", "__getattr__", "__getattribute__", "__setattr__", "__delattr__", "__get__",
        "__set__", "__delete__", "__instancecheck__", "__subclasscheck__", "__subclasshook__", "__mro_entries__",
        "__prepare__", "__index__", "__int__", "__float__", "__fspath__", "__sizeof__", "__reduce__",
        "__reduce_ex__",
    }
)  # fmt: skip


def make_function(node: Definition, space: Space) -> types.FunctionType:
    """Return the function of a ``def``, without its decorators."""
    bare = _bare(node)
    holder: list[ast.stmt] = [bare]
    if space.in_class:
        # a class around it gives `super()` its cell, and private names their prefix
        name = space.path.rpartition(".")[2]
        holder = [ast.ClassDef(name=name, bases=[], keywords=[], body=[bare], decorator_list=[], **_NO_PARAMETERS)]
    code = _compiled(ast.fix_missing_locations(ast.Module(holder, [])), space.source.path)
    for _ in range(2 if space.in_class else 1):
        code = next(each for each in code.co_consts if isinstance(each, types.CodeType))
    first = min([node.lineno, *[each.lineno for each in node.decorator_list]])
    code = code.replace(co_firstlineno=first)
    made = _function(code, node.name, space, node.args)
    made.__qualname__ = space.qualified(node.name)
    made.__doc__ = ast.get_docstring(node, clean=False)
    made.__annotations__ = annotations_of(node, space)
    space.world.define(made, node, space)
    return made


def make_lambda(node: ast.Lambda, space: Space) -> types.FunctionType:
    """Return the function of a ``lambda``."""
    bare = copy.deepcopy(node)
    _without_defaults(bare.args)
    code = _compiled(ast.fix_missing_locations(ast.Expression(bare)), space.source.path)
    inner = next(each for each in code.co_consts if isinstance(each, types.CodeType))
    made = _function(inner, "<lambda>", space, node.args)
    made.__qualname__ = space.qualified("<lambda>")
    space.world.define_lambda(made, node.body, space)
    return made


def annotations_of(node: Definition, space: Space) -> dict[str, object]:
    """Return a function's annotations: texts where the module defers them (PEP 563), else what they stand for."""
    given = node.args
    listed = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    listed += [each for each in (given.vararg, given.kwarg) if each is not None]
    inner = with_type_parameters(node, space)
    found: dict[str, object] = {}
    prefix = _private_prefix(space)
    for each in listed:
        if each.annotation is not None:
            private = each.arg.startswith("__") and not each.arg.endswith("__")
            found[f"{prefix}{each.arg}" if private else each.arg] = annotation(each.annotation, inner)
    if node.returns is not None:
        found["return"] = annotation(node.returns, inner)
    return found


def annotation(node: ast.expr, space: Space) -> object:
    """Return what an annotation is at run time: its text under PEP 563, else the type form that it stands for."""
    from hotplug.contract.static.expressions import evaluate, type_form

    opened = _Opened().visit(copy.deepcopy(node))
    if _hides_unknown(opened, space):
        # The check would take what it cannot find in a text for Any; here it is known to be unknown.
        return type_form(opened, space)
    if space.deferred:
        return ast.unparse(node)
    if isinstance(node, ast.Starred):
        value = evaluate(node.value, space)
        if isinstance(value, Unknown):
            return value.as_type(space.world.face)
        return next(iter(cast("Any", value)))
    return type_form(node, space)


class _Opened(ast.NodeTransformer):
    """Puts the expressions of forward references in their place."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, str):
            return node
        try:
            inner = ast.parse(f"({node.value}\n)", mode="eval").body
        except (SyntaxError, ValueError):
            return node
        for each in ast.walk(inner):
            ast.copy_location(each, node)
        return inner

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        holder = node.value
        name = holder.attr if isinstance(holder, ast.Attribute) else getattr(holder, "id", "")
        return node if name == "Literal" else cast("ast.expr", self.generic_visit(node))


def _hides_unknown(node: ast.expr, space: Space) -> bool:
    """Say whether the check could not tell from the text that something in it is unknown."""
    from hotplug.contract.static.expressions import evaluate

    for each in ast.walk(node):
        if isinstance(each, ast.Subscript | ast.Attribute) and isinstance(evaluate(each.value, space), Unknown):
            held = each.value
            if not isinstance(held, ast.Name) or space.look_up(held.id) is not MISSING:
                return True
        if space.in_class and isinstance(each, ast.Name) and isinstance(space.names.get(each.id), Unknown):
            return True
    return False


def with_type_parameters(node: Definition | ast.ClassDef, space: Space) -> Space:
    """Return the scope in which the type parameters of ``def f[T]`` or ``class C[T]`` are bound (PEP 695)."""
    listed = cast("Sequence[Any]", getattr(node, "type_params", ()))
    if not listed:
        return space
    from hotplug.contract.static.space import Space as Inner

    inner = Inner(space.world, space.source, space.module, space, space.path, in_class=space.in_class)
    inner.names = dict(space.names)
    for each in listed:
        inner.names[each.name] = _type_parameter(each, inner)
    return inner


def type_parameters(node: Definition | ast.ClassDef, inner: Space) -> tuple[object, ...]:
    """Return the live type parameters that `with_type_parameters` bound."""
    listed = cast("Sequence[Any]", getattr(node, "type_params", ()))
    return tuple(inner.names[each.name] for each in listed)


def _type_parameter(node: Any, space: Space) -> object:
    from hotplug.contract.static.expressions import type_form

    kind = type(node).__name__
    more: dict[str, object] = {}
    default = getattr(node, "default_value", None)
    if default is not None:
        more["default"] = type_form(default, space)
    if kind == "ParamSpec":
        return cast("Any", typing.ParamSpec)(node.name, **more)
    if kind == "TypeVarTuple":
        return cast("Any", typing.TypeVarTuple)(node.name, **more)
    bound = node.bound
    if isinstance(bound, ast.Tuple):
        forms = [type_form(each, space) for each in bound.elts]
        return cast("Any", typing.TypeVar)(node.name, *forms, infer_variance=True, **more)
    if bound is not None:
        more["bound"] = type_form(bound, space)
    return cast("Any", typing.TypeVar)(node.name, infer_variance=True, **more)


def _function(code: types.CodeType, name: str, space: Space, given: ast.arguments) -> types.FunctionType:
    cells = tuple(types.CellType() for _ in code.co_freevars)
    made = types.FunctionType(code, space.module.__dict__, name, (...,) * len(given.defaults) or None, cells)
    made.__module__ = space.module.__name__
    optional = {
        each.arg: ...
        for each, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
        if default is not None
    }
    made.__kwdefaults__ = cast("Any", optional or None)
    space.world.made(made)
    return made


def _bare(node: Definition) -> Definition:
    """Return the definition without what would be evaluated when it runs: decorators, defaults, annotations."""
    bare = copy.copy(node)
    bare.decorator_list = []
    bare.returns = None
    if hasattr(bare, "type_params"):  # new in 3.12
        cast("Any", bare).type_params = []
    bare.args = copy.deepcopy(node.args)
    _without_defaults(bare.args)
    if node.name in _SILENT and not _trivial(node.body):
        bare.body = [ast.copy_location(ast.Return(ast.Constant(None)), node)]
    elif node.name in _CALLED and not _trivial(node.body):
        raised = ast.parse("raise AttributeError('a stand-in runs nothing')").body[0]
        marker: list[ast.stmt] = [ast.Expr(ast.Yield(None))] if _yields(node) else []
        bare.body = [ast.copy_location(raised, node), *marker]
    return bare


def _without_defaults(given: ast.arguments) -> None:
    for each in [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]:
        if each is not None:
            each.annotation = None
    given.defaults = [ast.Constant(...) for _ in given.defaults]
    given.kw_defaults = [None if each is None else ast.Constant(...) for each in given.kw_defaults]


def _trivial(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(each, ast.Pass) or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        for each in body
    )


def _yields(node: Definition) -> bool:
    pending: list[ast.AST] = list(node.body)
    while pending:
        each = pending.pop()
        if isinstance(each, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            pending.extend(ast.iter_child_nodes(each))
    return False


def _private_prefix(space: Space) -> str:
    holder = space.path.rpartition(".")[2].lstrip("_") if space.in_class else ""
    return f"_{holder}" if holder else ""


def _compiled(tree: ast.Module | ast.Expression, path: str) -> types.CodeType:
    mode = "exec" if isinstance(tree, ast.Module) else "eval"
    return compile(tree, path or "<plugin>", mode, dont_inherit=True)


_NO_PARAMETERS: dict[str, Any] = {"type_params": []} if sys.version_info >= (3, 12) else {}

__all__ = [
    "annotation",
    "annotations_of",
    "make_function",
    "make_lambda",
    "type_parameters",
    "with_type_parameters",
]
