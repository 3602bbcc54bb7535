"""What decorators make of a function or class: the standard library's are known, simple own ones followed."""

from __future__ import annotations

import ast
import types
from typing import TYPE_CHECKING, Any, cast

from hotplug.contract.reflection import is_class
from hotplug.contract.static.calling import Arguments, result_of
from hotplug.contract.static.expressions import evaluate, short
from hotplug.contract.static.unknown import Unknown

if TYPE_CHECKING:
    from hotplug.contract.static.functions import Definition
    from hotplug.contract.static.space import Space

_ACCESSORS = frozenset({"getter", "setter", "deleter"})
_DEEPEST = 3


def decorated(value: object, node: Definition | ast.ClassDef, space: Space) -> object:
    """Return what is bound under the name of a decorated function or class."""
    makers = [(each, evaluate_decorator(each, space)) for each in node.decorator_list]
    for each, maker in reversed(makers):
        if isinstance(value, Unknown):
            return value
        value = _applied(maker, value, each, node, space)
    return value


def evaluate_decorator(node: ast.expr, space: Space) -> object:
    """Return the decorator; a property's ``setter`` as a pair with the property that it belongs to."""
    if isinstance(node, ast.Attribute) and node.attr in _ACCESSORS:
        held = evaluate(node.value, space)
        if type(held) is property:
            return (held, node.attr)
    if isinstance(node, ast.Call):
        made = followed(evaluate(node.func, space), _arguments(node, space), space, 0)
        if made is not None:
            return made
    return evaluate(node, space)


def _arguments(node: ast.Call, space: Space) -> Arguments:
    from hotplug.contract.static.calling import arguments_of

    return arguments_of(node, space)


def _applied(
    maker: object, value: object, node: ast.expr, target: Definition | ast.ClassDef, space: Space
) -> object:
    world = space.world
    if type(maker) is tuple:
        held, accessor = cast("tuple[Any, str]", maker)
        return getattr(held, accessor)(value)
    unknown = f"{target.name} is what the decorator {short(node)} returns"
    if isinstance(maker, Unknown):
        return world.unknown(unknown, space, target, foreign=False)
    made = followed(maker, Arguments((value,), {}, whole=True), space, 0)
    if made is not None:
        return made
    if (world.is_own(maker) and not world.is_decorator(maker)) or (is_class(maker) and world.is_own(maker)):
        return world.unknown(unknown, space, target)
    call = ast.copy_location(ast.Call(node, [], []), node)
    found = result_of(maker, Arguments((value,), {}, whole=True), call, space)
    if isinstance(found, Unknown) and "raises" not in found.reason:
        return world.unknown(unknown, space, target)
    return found


def followed(function: object, given: Arguments, space: Space, depth: int) -> object | None:
    """Return what a simple function of the plugin's returns, or None where it is not simple.

    Simple is a body of a docstring, inner functions, and one ``return`` of a name: the usual decorator.
    """
    defined = space.world.definition(function) if type(function) is types.FunctionType else None
    if defined is None or depth > _DEEPEST or not given.whole:
        return None
    node, home = defined
    parameters = [each.arg for each in [*node.args.posonlyargs, *node.args.args]]
    if isinstance(node, ast.AsyncFunctionDef) or node.decorator_list or home.in_class:
        return None
    if node.args.vararg or node.args.kwarg or node.args.kwonlyargs or len(given.positional) > len(parameters):
        return None
    from hotplug.contract.static.space import Space as Inner

    # an inner function sees the names of the functions around it
    inner = Inner(space.world, home.source, home.module, home, home.qualified(node.name))
    inner.names = dict(home.names) if home.outer is not None else {}
    inner.names |= dict(zip(parameters, given.positional, strict=False))
    for name in parameters[len(given.positional) :]:
        inner.names[name] = given.keywords.get(
            name, space.world.unknown(f"the argument {name} of {node.name}()", space, node)
        )
    return _returned(node, inner)


def _returned(node: Definition, inner: Space) -> object | None:
    from hotplug.contract.static.functions import make_function

    for statement in node.body:
        match statement:
            case ast.Expr(value=ast.Constant()):
                continue
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                made = decorated(make_function(statement, inner), statement, inner)
                inner.names[statement.name] = made
            case ast.Return(value=ast.Name(id=name)) if name in inner.names:
                return inner.names[name]
            case _:
                return None
    return None
