"""What an expression stands for, as far as its source tells; nothing of the plugin's is called to find out."""

from __future__ import annotations

import ast
import operator
import sys
import types
from typing import TYPE_CHECKING, Any, cast

from hotplug.contract.reflection import MISSING, find_in_class, is_class, module_name
from hotplug.contract.static.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.contract.static.space import Space

_LONGEST = 10_000
_SHOWN = 40
_EXTENSIONS_OWN = frozenset({"Protocol", "TypedDict", "NamedTuple", "TypeVar", "ParamSpec", "TypeVarTuple"})


def evaluate(node: ast.expr, space: Space) -> object:
    """Return the object or stand-in that an expression gives, or `Unknown`."""
    reader = _READERS.get(type(node))
    if reader is not None:
        return reader(node, space)
    kind = _KINDS.get(type(node))
    from hotplug.contract.static.effects import look_over

    look_over([node], space)
    return space.world.unknown(f"the value of {short(node)}", space, node, plain=kind is not None, kind=kind)


def type_form(node: ast.expr, space: Space) -> object:
    """Return what an expression stands for where a type is wanted; unknown ones as the world's face has them."""
    value = evaluate(node, space)
    return value.as_type(space.world.face) if isinstance(value, Unknown) else value


def short(node: ast.AST) -> str:
    """Return an expression's source for a reader, cut where it is long."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _name(node: ast.expr, space: Space) -> object:
    name = cast("ast.Name", node).id
    found = space.look_up(name)
    if found is MISSING:
        return space.world.unknown(f"the name {name} is not bound here", space, node)
    return found


def _attribute(node: ast.expr, space: Space) -> object:
    given = cast("ast.Attribute", node)
    from hotplug.contract.static.attributes import member_of

    return member_of(evaluate(given.value, space), given.attr, space, node)


def _constant(node: ast.expr, space: Space) -> object:
    del space
    return cast("ast.Constant", node).value


def _items(nodes: list[ast.expr], kind: type, node: ast.expr, space: Space) -> list[object] | Unknown:
    found: list[object] = []
    foreign = True
    missing: Unknown | None = None
    for each in nodes:
        value = evaluate(each.value if isinstance(each, ast.Starred) else each, space)
        if isinstance(each, ast.Starred):
            if type(value) in {list, tuple}:
                found += cast("list[object]", value)
                continue
            value = space.world.unknown(f"the items of {short(each)}", space, each)
        if isinstance(value, Unknown):
            missing = value
            foreign = foreign and value.foreign
        found.append(value)
    if missing is not None:
        return space.world.unknown(missing.reason, space, node, foreign=foreign, plain=True, kind=kind)
    return found


def _list(node: ast.expr, space: Space) -> object:
    return _items(cast("ast.List", node).elts, list, node, space)


def _tuple(node: ast.expr, space: Space) -> object:
    found = _items(cast("ast.Tuple", node).elts, tuple, node, space)
    return found if isinstance(found, Unknown) else tuple(found)


def _set(node: ast.expr, space: Space) -> object:
    found = _items(cast("ast.Set", node).elts, set, node, space)
    if isinstance(found, Unknown) or not all(_plain(each) for each in found):
        return space.world.unknown(f"the value of {short(node)}", space, node, plain=True, kind=set)
    return set(found)


def _dict(node: ast.expr, space: Space) -> object:
    given = cast("ast.Dict", node)
    keys = _items([each for each in given.keys if each is not None], dict, node, space)
    values = _items(given.values, dict, node, space)
    if isinstance(keys, Unknown) or len(keys) != len(given.values) or not all(_plain(each) for each in keys):
        return space.world.unknown(f"the value of {short(node)}", space, node, plain=True, kind=dict)
    if isinstance(values, Unknown):
        return values
    return dict(zip(keys, values, strict=True))


def _plain(value: object) -> bool:
    """Say whether a value is data of the builtin scalars, whose own methods may be called."""
    if type(value) is tuple:
        return all(_plain(each) for each in cast("tuple[object, ...]", value))
    return value is None or type(value) in {int, float, complex, bool, str, bytes}


def look_at_operators(values: tuple[object, ...], space: Space, node: ast.AST) -> None:
    """Look for what an operator of the plugin's own may do."""
    from hotplug.contract.static.effects import look_at_operators as look

    look(values, space, node)


def _unary(node: ast.expr, space: Space) -> object:
    given = cast("ast.UnaryOp", node)
    value = evaluate(given.operand, space)
    if type(value) in {int, float, complex, bool} or (type(given.op) is ast.Not and _plain(value)):
        try:
            return _UNARY[type(given.op)](value)
        except TypeError:
            pass
    look_at_operators((value,), space, node)
    kind = bool if type(given.op) is ast.Not else None
    return space.world.unknown(f"the value of {short(node)}", space, node, plain=kind is not None, kind=kind)


def _binary(node: ast.expr, space: Space) -> object:
    given = cast("ast.BinOp", node)
    left, right = evaluate(given.left, space), evaluate(given.right, space)
    if (type(given.op) is ast.BitOr and not _plain(left) | _plain(right)) or None in (left, right):
        return _union(left, right, node, space)
    numbers = {int, float, bool}
    both = {type(left), type(right)}
    if type(given.op) in _BINARY and (both <= numbers or (type(given.op) is ast.Add and both in ({str}, {bytes}))):
        try:
            return _BINARY[type(given.op)](left, right)
        except TypeError:
            pass
    look_at_operators((left, right), space, node)
    left_kind = left.kind if isinstance(left, Unknown) else type(left)
    kind = str if left_kind is str and type(given.op) in {ast.Mod, ast.Add} else None
    return space.world.unknown(f"the value of {short(node)}", space, node, plain=kind is not None, kind=kind)


def _union(left: object, right: object, node: ast.expr, space: Space) -> object:
    sides = [each.as_type(space.world.face) if isinstance(each, Unknown) else each for each in (left, right)]
    try:
        if all(each is None or is_class(each) or module_name(type(each)) in {"typing", "types"} for each in sides):
            return _BINARY[ast.BitOr](sides[0], sides[1])
    except TypeError:
        pass
    return space.world.unknown(f"the value of {short(node)}", space, node)


def _subscript(node: ast.expr, space: Space) -> object:
    given = cast("ast.Subscript", node)
    holder = evaluate(given.value, space)
    world = space.world
    if isinstance(holder, Unknown):
        return world.unknown(holder.reason, space, node, foreign=holder.foreign)
    literal = getattr(holder, "_name", None) == "Literal" and module_name(type(holder)) == "typing"
    if _is_form(holder) and not literal:
        index: object = _forms(given.slice, space)
    else:
        index = evaluate(given.slice, space)
        if isinstance(index, Unknown):
            return world.unknown(index.reason, space, node)
    if _is_form(holder):
        if is_class(holder) and world.is_own(holder):
            found = find_in_class(cast("type", holder), "__class_getitem__")
            if found is None or world.is_own(found[1]):
                return world.unknown(f"the value of {short(node)}", space, node)
        try:
            return cast("Any", holder)[index]
        except Exception as problem:  # noqa: BLE001 - typing refuses in several classes
            return world.unknown(f"{short(node)} is refused by typing: {problem}", space, node)
    look_at_operators((holder,), space, node)
    if type(holder) in {list, tuple, dict, str} and _plain(index):
        try:
            return cast("Any", holder)[index]
        except (LookupError, TypeError):
            pass
    return world.unknown(f"the value of {short(node)}", space, node)


def _forms(node: ast.expr, space: Space) -> object:
    """Return the arguments of a generic: types, and lists of types for a ParamSpec."""
    if isinstance(node, ast.Tuple):
        listed: list[object] = []
        for each in node.elts:
            form = _forms(each, space)
            listed += cast("tuple[object, ...]", form) if isinstance(each, ast.Starred) else [form]
        return tuple(listed)
    if isinstance(node, ast.List):
        return [_forms(each, space) for each in node.elts]
    if isinstance(node, ast.Starred):
        value = evaluate(node.value, space)
        return (value.as_type(space.world.face),) if isinstance(value, Unknown) else tuple(cast("Any", value))
    return type_form(node, space)


def _is_form(value: object) -> bool:
    if is_class(value):
        return True
    return module_name(type(value)) in {
        "typing",
        "types",
        "collections.abc",
        "_collections_abc",
    } and not isinstance(value, (types.ModuleType, types.FunctionType))


def _conditional(node: ast.expr, space: Space) -> object:
    given = cast("ast.IfExp", node)
    decided = decide(given.test, space)
    if decided is None:
        return space.world.unknown(f"the value of {short(node)}", space, node)
    return evaluate(given.body if decided else given.orelse, space)


def decide(test: ast.expr, space: Space) -> bool | None:
    """Return what a condition is when the module is imported, or None where that cannot be told."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            decided = decide(inner, space)
            return None if decided is None else not decided
        case ast.BoolOp(op=op, values=values):
            each = [decide(one, space) for one in values]
            final = isinstance(op, ast.Or)
            if final in each:
                return final
            return None if None in each else not final
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            one, other = evaluate(left, space), evaluate(right, space)
            look_at_operators((one, other), space, test)
            known = _COMPARISONS.get(type(op))
            if known is not None and _comparable(one) and _comparable(other):
                try:
                    return bool(known(one, other))
                except TypeError:
                    return None
            return None
        case _:
            value = evaluate(test, space)
            return bool(value) if _plain(value) else None


_UNARY: dict[type, Callable[[Any], object]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
    ast.Not: operator.not_,
}
_BINARY: dict[type, Callable[[Any, Any], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.BitOr: lambda one, other: one | other,
    ast.BitAnd: lambda one, other: one & other,
}
_COMPARISONS: dict[type, Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}


def _comparable(value: object) -> bool:
    return _plain(value) or value is sys.version_info


def _lambda(node: ast.expr, space: Space) -> object:
    from hotplug.contract.static.functions import make_lambda

    return make_lambda(cast("ast.Lambda", node), space)


def _call(node: ast.expr, space: Space) -> object:
    from hotplug.contract.static.calling import call

    return call(cast("ast.Call", node), space)


def longer_than_needed(value: object) -> bool:
    """Say whether a builtin would make something too large of a number."""
    return type(value) is int and abs(value) > _LONGEST


_READERS: dict[type, Callable[[ast.expr, Space], object]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Constant: _constant,
    ast.List: _list,
    ast.Tuple: _tuple,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Subscript: _subscript,
    ast.IfExp: _conditional,
    ast.Lambda: _lambda,
    ast.Call: _call,
}
_KINDS: dict[type, type] = {
    ast.JoinedStr: str,
    ast.ListComp: list,
    ast.SetComp: set,
    ast.DictComp: dict,
}
