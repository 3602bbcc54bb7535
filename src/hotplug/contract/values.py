"""The type of an object in hand, as far as it can be told without running code of its own."""

from __future__ import annotations

import types
from typing import cast

from hotplug.contract.callables import read_unbound
from hotplug.contract.reflection import MISSING, find_in_class, identities, instance_namespace, is_class
from hotplug.contract.substitution import fresh
from hotplug.contract.terms import (
    ANY,
    NONE,
    AnyTerm,
    CallableTerm,
    ClassOf,
    Instance,
    LiteralTerm,
    ModuleTerm,
    Term,
    TupleTerm,
    union,
)

_SCALARS = identities(int, str, bytes, bool)
_FUNCTIONS = identities(types.FunctionType, types.MethodType, types.BuiltinFunctionType, types.MethodWrapperType)


def type_of(value: object) -> Term:
    """Return the narrowest type of the value that can be told: a literal, a class, a signature, an instance."""
    kind = type(value)
    if value is None:
        return NONE
    if id(kind) in _SCALARS or is_enum_member(value):
        return LiteralTerm(value)
    if kind is types.ModuleType:
        return ModuleTerm(cast("types.ModuleType", value))
    if is_class(value):
        return ClassOf(Instance(cast("type", value)))
    if id(kind) in _FUNCTIONS:
        return callable_type(value)
    if kind is tuple:
        return TupleTerm(tuple(type_of(each) for each in cast("tuple[object, ...]", value)))
    return Instance(kind, arguments_of(value))


def callable_type(value: object) -> Term:
    """Return the Callable type of a callable object, or Any with the reason why it cannot be read."""
    reading = read_unbound(value, None)
    if reading is None:
        return Instance(type(value))
    return CallableTerm(tuple(fresh(each) for each in reading)) if isinstance(reading, tuple) else reading


def is_enum_member(value: object) -> bool:
    """Say whether the value is a member of an enum."""
    members = find_in_class(type(value), "_member_map_")
    return members is not None and not is_class(value)


def inferred_type(value: object) -> Term:
    """Return the type that a variable gets from this first value, as checkers infer it: a literal is widened."""
    if value is None:
        return ANY
    found = type_of(value)
    if isinstance(found, LiteralTerm):
        return Instance(type(value))
    if isinstance(found, TupleTerm):
        return TupleTerm(tuple(inferred_type(each) for each in cast("tuple[object, ...]", value)))
    return found


def arguments_of(value: object) -> tuple[Term, ...]:
    """Return the arguments of the value's generic class: from ``Box[int]()``, or from a builtin's contents."""
    cls = type(value)
    alias = instance_namespace(value).get("__orig_class__", MISSING)
    if alias is not MISSING:
        from hotplug.contract.forms import term_of
        from hotplug.contract.scope import Scope

        term = term_of(alias, Scope({}))
        if isinstance(term, Instance) and term.cls is cls:
            return term.args
    if cls is list or cls is set or cls is frozenset:
        return (_joined(tuple(cast("list[object]", value))),)
    if cls is dict:
        items = cast("dict[object, object]", value)
        return (_joined(tuple(items)), _joined(tuple(items.values())))
    return ()


_MANY = 64


def _joined(items: tuple[object, ...]) -> Term:
    """Return the type of a container's items; of an empty or very large one, Any."""
    if not items or len(items) > _MANY:
        return AnyTerm("the items of a container")
    return union(inferred_type(each) for each in items)
