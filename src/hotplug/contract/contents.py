"""Does this object in hand belong to that type? Asked of the value itself and of the items it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hotplug.contract.callables import read_unbound
from hotplug.contract.records import fields_of
from hotplug.contract.reflection import derives, identities, is_class, is_protocol, is_typed_dict
from hotplug.contract.structure import satisfies
from hotplug.contract.subjects import Subject
from hotplug.contract.substitution import fresh
from hotplug.contract.terms import (
    LITERAL_STRING,
    OBJECT,
    AliasTerm,
    AnyTerm,
    CallableTerm,
    ClassOf,
    Instance,
    NewTypeTerm,
    Qualified,
    Term,
    TupleTerm,
    UnionTerm,
)
from hotplug.contract.values import type_of

if TYPE_CHECKING:
    from hotplug.contract.assignability import Relation

# Deeper than this, or longer, a container's items are taken on trust.
_MANY = 1000
_CONTAINERS = identities(list, set, frozenset, dict)


def holds(value: object, target: Term, relation: Relation) -> bool:
    """Say whether the value belongs to the type, its items and attributes included."""
    if isinstance(target, AnyTerm):
        if target.reason:
            relation.doubt(target.reason)
        return True
    if target is OBJECT:
        return True
    if isinstance(target, UnionTerm):
        return any(_tried(value, each, relation) for each in target.items)
    if isinstance(target, Qualified):
        return holds(value, target.item, relation)
    if isinstance(target, AliasTerm):
        return holds(value, target.expand(), relation)
    if target is LITERAL_STRING:
        return type(value) is str
    if isinstance(target, NewTypeTerm):
        # A NewType leaves no trace in its values: UserId(5) is 5.
        relation.doubt(f"a value of {target.name} cannot be told from its supertype's")
        return holds(value, target.supertype, relation)
    if isinstance(target, TupleTerm):
        return _tuple(value, target, relation)
    if isinstance(target, Instance):
        return _instance(value, target, relation)
    if isinstance(target, ClassOf) and is_class(value) and is_protocol(cast("type", value)):
        # Only a class that can be instantiated will do (specification, "Type and class objects vs protocols").
        return isinstance(target.item, AnyTerm) or target.item is OBJECT
    if isinstance(target, CallableTerm) and not is_class(value):
        return _callable(value, target, relation)
    return relation.assignable(type_of(value), target)


def _callable(value: object, target: CallableTerm, relation: Relation) -> bool:
    reading = read_unbound(value, None)
    if reading is None:
        return False
    if not isinstance(reading, tuple):
        relation.doubt(reading.reason)
        return True
    # A generic function means something else for each overload that is wanted of it.
    return all(any(relation.call_fits(fresh(one), each) for one in reading) for each in target.signatures)


def _tried(value: object, target: Term, relation: Relation) -> bool:
    kept = relation.saved()
    doubts = len(relation.doubts)
    if holds(value, target, relation):
        return True
    relation.restore(kept)
    del relation.doubts[doubts:]
    return False


def _tuple(value: object, target: TupleTerm, relation: Relation) -> bool:
    if type(value) is not tuple:
        return relation.assignable(type_of(value), target)
    items = cast("tuple[object, ...]", value)
    front, back = len(target.prefix), len(target.suffix)
    if len(items) < front + back or (target.repeated is None and len(items) != front + back):
        return False
    middle = items[front : len(items) - back]
    return (
        all(holds(one, other, relation) for one, other in zip(items, target.prefix, strict=False))
        and all(holds(one, cast("Term", target.repeated), relation) for one in middle[:_MANY])
        and all(
            holds(one, other, relation)
            for one, other in zip(items[len(items) - back :], target.suffix, strict=True)
        )
    )


def _instance(value: object, target: Instance, relation: Relation) -> bool:
    cls = type(value)
    if is_typed_dict(target.cls):
        return _typed_dict(value, target, relation)
    if id(cls) in _CONTAINERS and target.args:
        return _container(value, target, relation)
    term = type_of(value)
    if isinstance(term, Instance) and not derives(cls, target.cls):
        from hotplug.contract.assignability import protocol_of

        protocol = protocol_of(target.cls)
        if protocol is not None and not relation.trial(term, target):
            return satisfies(Subject(term, value), Instance(protocol, target.args), relation)
    return relation.assignable(term, target)


def _container(value: object, target: Instance, relation: Relation) -> bool:
    """Compare a builtin container by its items: a literal takes the type that is wanted of it."""
    from hotplug.contract.lineage import ancestor_arguments, parameters_of
    from hotplug.contract.terms import ANY, Variable

    cls = type(value)
    letters = tuple(Variable(each, str(each)) for each in parameters_of(cls))
    placed = ancestor_arguments(cls, letters, target.cls)
    if placed is None:
        return relation.assignable(Instance(cls, (ANY,) * len(letters)), target)
    wanted: dict[int, Term] = {}
    for one, other in zip(placed, target.args, strict=False):
        if isinstance(one, Variable):
            wanted[id(one)] = other
    columns: list[tuple[object, ...]]
    if cls is dict:
        entries = cast("dict[object, object]", value)
        columns = [tuple(entries)[:_MANY], tuple(entries.values())[:_MANY]]
    else:
        columns = [tuple(cast("list[object]", value))[:_MANY]]
    return all(
        holds(item, wanted[id(letter)], relation)
        for letter, column in zip(letters, columns, strict=False)
        if id(letter) in wanted
        for item in column
    )


def _typed_dict(value: object, target: Instance, relation: Relation) -> bool:
    fields = fields_of(target) or {}
    if type(value) is not dict:
        return False
    entries = cast("dict[object, object]", value)
    for key, item in entries.items():
        field = fields.get(key) if type(key) is str else None
        if field is None or not holds(item, field.term, relation):
            return False
    return all(name in entries for name, field in fields.items() if field.required)
