"""Attributes that an object in the class computes: read as ``__get__`` returns, set as ``__set__`` takes."""

from __future__ import annotations

from typing import Any, cast

from hotplug.contract.callables import read_bound
from hotplug.contract.forms import term_of
from hotplug.contract.found import PROPERTY, Found
from hotplug.contract.lineage import parameters_of
from hotplug.contract.reflection import MISSING, find_in_class, instance_namespace, is_instance
from hotplug.contract.scope import Scope
from hotplug.contract.substitution import substituted
from hotplug.contract.terms import ANY, STR, AnyTerm, Instance, Term


def read_descriptor(raw: object, kind: type, getter: tuple[object, type]) -> Found:
    """Return a descriptor's attribute: read as its ``__get__`` returns, set as its ``__set__`` takes."""
    reading = read_bound(getter[0], getter[1], (kind,))
    term: Term = AnyTerm("a descriptor whose type cannot be read")
    if isinstance(reading, tuple):
        # Overloads of __get__: the last one is for instances, the first for the class (instance: None).
        term = reading[-1].returns
    setter = find_in_class(kind, "__set__")
    write: Term | None = None
    if setter is not None:
        taken = read_bound(setter[0], setter[1], (kind,))
        write = ANY
        if isinstance(taken, tuple) and len(taken[0].positional) > 1:
            write = taken[0].positional[1].term
    elif find_in_class(kind, "__delete__") is None:
        write = term
    own = cast("Any", instance_namespace(raw).get("__orig_class__"))
    owner = kind
    return Found(
        PROPERTY,
        term=_of_descriptor(term, kind, own),
        write=write and _of_descriptor(write, kind, own),
        owner=owner,
        raw=getter[0],
    )


def _of_descriptor(term: Term, kind: type, given: object) -> Term:

    if not parameters_of(kind):
        return term
    alias = term_of(given, Scope({})) if given is not None else Instance(kind)
    args = alias.args if isinstance(alias, Instance) else ()
    meant: dict[int, Term] = {id(var): ANY for var in parameters_of(kind)}
    meant |= {id(var): arg for var, arg in zip(parameters_of(kind), args, strict=False)}
    return substituted(term, meant)


def slot_value(raw: object, value: object) -> object:
    """Return what a slot holds: the interpreter's own descriptor runs no code."""
    if value is MISSING:
        return MISSING
    try:
        return cast("Any", raw).__get__(value)
    except (AttributeError, TypeError):
        return MISSING


def tuple_item(raw: object, value: object) -> object:
    """Return the field that a named tuple's getter stands for."""
    if value is MISSING or not is_instance(value, tuple):
        return MISSING
    try:
        return cast("Any", raw).__get__(value)
    except (IndexError, TypeError):
        return MISSING


def interpreter_type(name: str) -> Term:
    """Return the type of an attribute that the interpreter itself keeps in C."""
    if name in {"__name__", "__qualname__", "__module__"}:
        return STR
    return AnyTerm("an attribute kept in C, which does not say its type")
