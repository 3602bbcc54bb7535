"""The statements of a module or class body, followed in their order as the interpreter would run them."""

from __future__ import annotations

import ast
import sys
import types
from typing import TYPE_CHECKING, Any, cast

from hotplug.contract.reflection import MISSING, find_in_class, is_class
from hotplug.contract.static.calling import own_name
from hotplug.contract.static.effects import bound_in, look_over
from hotplug.contract.static.expressions import decide, evaluate, look_at_operators, short
from hotplug.contract.static.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.contract.static.space import Space

_LAZY_ANNOTATIONS = (3, 14)


def read_module(space: Space) -> None:
    """Follow a module's statements."""
    body = space.source.tree.body
    futures = [each for each in body if isinstance(each, ast.ImportFrom) and each.module == "__future__"]
    space.deferred = sys.version_info >= _LAZY_ANNOTATIONS or any(
        name.name == "annotations" for each in futures for name in each.names
    )
    vars(space.module)["__annotations__"] = space.annotations
    follow(body, space)


def follow(body: list[ast.stmt], space: Space) -> None:
    """Follow statements one after the other."""
    for statement in body:
        around, space.before = space.before, {}
        handler = _HANDLERS.get(type(statement))
        if handler is None:
            _not_followed(statement, space)
        else:
            handler(statement, space)
        for name, value in space.before.items():
            if space.outer is None and space.names.get(name, value) is not value:
                space.lines[name] = statement.lineno
            around.setdefault(name, value)
        space.before = around


def _not_followed(statement: ast.stmt, space: Space) -> None:
    """Take the names that a statement may bind for unknown, and look for what else it may do."""
    outside = _from_outside(statement, space)
    for name in dict.fromkeys(bound_in([statement])):
        if name == "*":
            space.world.disturb("a star import under a condition binds unknown names", space, statement)
            continue
        kind = _WORDS.get(type(statement), "a statement")
        foreign = name in outside
        space.bind(name, space.world.unknown(f"{name} is bound in {kind}", space, statement, foreign=foreign))
    look_over([statement], space)


def _from_outside(statement: ast.stmt, space: Space) -> frozenset[str]:
    """Return the targets of a loop or with block that cannot be objects of the plugin's."""
    pairs: list[tuple[ast.expr, ast.expr]] = []
    if isinstance(statement, ast.For):
        pairs = [(statement.target, statement.iter)]
        look_at_operators((evaluate(statement.iter, space),), space, statement)
    elif isinstance(statement, ast.With):
        look_at_operators(tuple(evaluate(each.context_expr, space) for each in statement.items), space, statement)
        pairs = [
            (each.optional_vars, each.context_expr) for each in statement.items if each.optional_vars is not None
        ]
    found: set[str] = set()
    for target, value in pairs:
        held = evaluate(value, space)
        if not own_name(held, space) and not (isinstance(held, Unknown) and not held.foreign):
            found |= set(bound_in([target]))
    return frozenset(found - set(bound_in(getattr(statement, "body", []))))


_WORDS: dict[type, str] = {
    ast.If: "an if whose condition is not known",
    ast.For: "a loop",
    ast.While: "a loop",
    ast.With: "a with block",
    ast.Try: "a try block",
    ast.Match: "a match",
}


def _nothing(statement: ast.stmt, space: Space) -> None:
    del statement, space


def _expression(statement: ast.stmt, space: Space) -> None:
    value = cast("ast.Expr", statement).value
    for each in ast.walk(value):
        if isinstance(each, ast.NamedExpr):
            name = each.target.id
            space.bind(name, space.world.unknown(f"{name} is bound inside an expression", space, each))
    evaluate(value, space)


def _assign(statement: ast.stmt, space: Space) -> None:
    given = cast("ast.Assign", statement)
    value = _value(given.value, space)
    for target in given.targets:
        assign(target, value, space)


def _value(node: ast.expr, space: Space) -> object:
    for each in ast.walk(node):
        if isinstance(each, ast.NamedExpr):
            name = each.target.id
            space.bind(name, space.world.unknown(f"{name} is bound inside an expression", space, each))
    return evaluate(node, space)


def _annotated(statement: ast.stmt, space: Space) -> None:
    from hotplug.contract.static.functions import annotation

    given = cast("ast.AnnAssign", statement)
    value = MISSING if given.value is None else _value(given.value, space)
    if isinstance(given.target, ast.Name) and given.simple:
        name = given.target.id
        if space.in_class and name.startswith("__") and not name.endswith("__"):
            name = f"_{space.path.rpartition('.')[2].lstrip('_')}{name}"
        space.annotations[name] = annotation(given.annotation, space)
    if value is not MISSING:
        assign(given.target, value, space)


def _augmented(statement: ast.stmt, space: Space) -> None:
    given = cast("ast.AugAssign", statement)
    held = space.look_up(given.target.id) if isinstance(given.target, ast.Name) else MISSING
    added = evaluate(given.value, space)
    look_at_operators((held, added), space, given)
    if isinstance(given.target, ast.Name) and type(held) is list and type(added) in {list, tuple}:
        cast("list[object]", held).extend(cast("list[object]", added))  # `__all__ += [...]`
        return
    reason = f"the value of {short(given.target)} after {short(given)}"
    assign(given.target, space.world.unknown(reason, space, given), space)


def assign(target: ast.expr, value: object, space: Space) -> None:
    """Bind or store a value as the target of an assignment says."""
    world = space.world
    match target:
        case ast.Name(id=name):
            if space.in_class and name.startswith("__") and not name.endswith("__"):
                name = f"_{space.path.rpartition('.')[2].lstrip('_')}{name}"
            space.bind(name, value)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            known = type(value) in {tuple, list} and len(cast("list[object]", value)) == len(parts)
            if known and not any(isinstance(each, ast.Starred) for each in parts):
                for part, item in zip(parts, cast("list[object]", value), strict=True):
                    assign(part, item, space)
                return
            for part in parts:
                inner = part.value if isinstance(part, ast.Starred) else part
                assign(inner, world.unknown(f"the value of {short(inner)}", space, target), space)
        case ast.Attribute(value=inner, attr=name):
            _store(evaluate(inner, space), name, value, target, space)
        case ast.Subscript(value=inner, slice=index):
            holder, key = evaluate(inner, space), evaluate(index, space)
            if type(holder) is dict and type(key) in {str, int} and not isinstance(value, Unknown):
                cast("dict[object, object]", holder)[key] = value
            elif not (isinstance(holder, Unknown) and holder.foreign):
                world.disturb(f"{short(target)} is assigned", space, target)
        case _:
            world.disturb(f"{short(target)} is assigned", space, target)


def _store(holder: object, name: str, value: object, target: ast.expr, space: Space) -> None:
    """Follow ``holder.name = value`` where the holder is one of the plugin's plain classes."""
    world = space.world
    if isinstance(holder, Unknown):
        if not holder.foreign:
            world.disturb(f"{short(target)} is assigned", space, target)
        return
    if not world.is_own(holder) and type(holder) is not types.MethodType:
        return
    special = name.startswith("__")
    if not special and is_class(holder) and type(holder) is type and not isinstance(value, Unknown):
        setter = find_in_class(type(holder), name)
        if setter is None:
            type.__setattr__(holder, name, value)
            return
    world.disturb(f"{short(target)} is assigned after its definition", space, target)


def _delete(statement: ast.stmt, space: Space) -> None:
    for target in cast("ast.Delete", statement).targets:
        if isinstance(target, ast.Name):
            space.unbind(target.id)
        else:
            space.world.disturb(f"{short(target)} is deleted", space, target)


def _import(statement: ast.stmt, space: Space) -> None:
    for each in cast("ast.Import", statement).names:
        module = space.world.import_module(each.name, space, statement)
        top = each.name.partition(".")[0]
        if each.asname is None and top != each.name:
            module = space.world.import_module(top, space, statement)
        space.bind(each.asname or top, module)


def _import_from(statement: ast.stmt, space: Space) -> None:
    given = cast("ast.ImportFrom", statement)
    name = space.source.absolute(given)
    if name == "__future__":
        return
    world = space.world
    if name == "typing_extensions":
        # where the standard library has the name, it is the same; the plugin's own dependency is not imported
        import typing

        for each in given.names:
            known = hasattr(typing, each.name) and each.name != "TypedDict"
            module = typing if known else world.import_module(name, space, statement)
            space.bind(each.asname or each.name, world.member(module, each.name, space, statement))
        return
    module = world.import_module(name, space, statement)
    for each in given.names:
        if each.name == "*":
            _star(module, name, space, statement)
        else:
            space.bind(each.asname or each.name, world.member(module, each.name, space, statement))


def _star(module: object, name: str, space: Space, statement: ast.stmt) -> None:
    world = space.world
    if isinstance(module, Unknown):
        world.disturb(f"a star import of {name} binds unknown names", space, statement)
        return
    own = world.space_of(module)
    names = own.names if own is not None else vars(cast("types.ModuleType", module))
    exported = names.get("__all__")
    if isinstance(exported, Unknown):
        world.disturb(f"a star import of {name} binds unknown names", space, statement)
        return
    listed = cast("list[str]", exported) if type(exported) in {list, tuple} else [x for x in names if x[:1] != "_"]
    for each in listed:
        space.bind(each, world.member(module, each, space, statement))


def _function(statement: ast.stmt, space: Space) -> None:
    from hotplug.contract.static.decorators import decorated
    from hotplug.contract.static.functions import make_function

    node = cast("ast.FunctionDef", statement)
    name = node.name
    if space.in_class and name.startswith("__") and not name.endswith("__"):
        name = f"_{space.path.rpartition('.')[2].lstrip('_')}{name}"
    space.bind(name, decorated(make_function(node, space), node, space))


def _class(statement: ast.stmt, space: Space) -> None:
    from hotplug.contract.static.classes import make_class
    from hotplug.contract.static.decorators import decorated

    node = cast("ast.ClassDef", statement)
    space.bind(node.name, decorated(make_class(node, space), node, space))


def _if(statement: ast.stmt, space: Space) -> None:
    given = cast("ast.If", statement)
    decided = decide(given.test, space)
    if decided is None:
        evaluate(given.test, space)
        _not_followed(statement, space)
    else:
        follow(given.body if decided else given.orelse, space)


def _try(statement: ast.stmt, space: Space) -> None:
    given = cast("ast.Try", statement)
    if all(isinstance(each, ast.Import | ast.ImportFrom) for each in given.body) and _importable(
        given.body, space
    ):
        follow([*given.body, *given.orelse, *given.finalbody], space)
    else:
        _not_followed(statement, space)


def _importable(body: list[ast.stmt], space: Space) -> bool:
    """Say whether imports certainly succeed."""
    trial = type(space)(space.world, space.source, types.ModuleType(space.module.__name__))
    follow(body, trial)
    return not any(isinstance(each, Unknown) for each in trial.names.values())


def _type_alias(statement: ast.stmt, space: Space) -> None:
    """Bind the alias of ``type X = ...`` (PEP 695).

    What it means is read here, where its names are known; one that names itself is left unknown.
    """
    import typing

    from hotplug.contract.static.expressions import type_form
    from hotplug.contract.static.functions import type_parameters, with_type_parameters

    node = cast("ast.ClassDef", statement)  # it has the same type_params; its own class is new in 3.12
    name = cast("ast.Name", node.name).id
    inner = with_type_parameters(node, space)
    value = cast("ast.expr", getattr(node, "value"))  # noqa: B009 - its own class is new in 3.12
    if any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(value)):
        space.bind(name, space.world.unknown(f"the alias {name}, which names itself", space, statement))
        return
    alias: Any = getattr(typing, "TypeAliasType")  # noqa: B009 - new in 3.12
    made = alias(name, type_form(value, inner), type_params=type_parameters(node, inner))
    space.bind(name, made)


_HANDLERS: dict[type, Callable[[ast.stmt, Space], None]] = {
    ast.Pass: _nothing,
    ast.Assert: _nothing,
    ast.Global: _nothing,
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Delete: _delete,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.If: _if,
    ast.Try: _try,
}
if hasattr(ast, "TypeAlias"):
    _HANDLERS[getattr(ast, "TypeAlias")] = _type_alias  # noqa: B009 - new in 3.12
