"""Types that are records: TypedDict, NamedTuple and dataclasses, and what their fields allow."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from hotplug.contract.lineage import direct_bases, meaning_of
from hotplug.contract.reflection import bare_name, derives, is_typed_dict, module_name, mro, namespace
from hotplug.contract.terms import OBJECT, STR, Instance, Qualified, Term, TupleTerm

if TYPE_CHECKING:
    from hotplug.contract.assignability import Relation


class Field(NamedTuple):
    """One item of a TypedDict (PEP 589, 655, 705)."""

    name: str
    term: Term
    required: bool
    read_only: bool


def fields_of(term: Term) -> dict[str, Field] | None:
    """Return the items of a TypedDict's term, or None for any other term."""
    if not isinstance(term, Instance) or not is_typed_dict(term.cls):
        return None
    from hotplug.contract.forms import term_of
    from hotplug.contract.scope import Scope
    from hotplug.contract.substitution import substituted

    held = cast("Any", namespace(term.cls))
    required: frozenset[str] = held["__required_keys__"]
    read_only: frozenset[str] = held.get("__readonly_keys__", frozenset())
    home = sys.modules.get(module_name(term.cls))
    scope = Scope({} if home is None else vars(home), None, None, (term.cls,))
    meaning = _whole_meaning(term.cls, term.args)
    annotations: dict[str, object] = held.get("__annotations__", {})
    fields: dict[str, Field] = {}
    for name, form in annotations.items():
        item = term_of(form, scope)
        must, fixed = name in required, name in read_only
        if isinstance(item, Qualified):
            # With string annotations the class itself cannot see Required, NotRequired and ReadOnly.
            must = (must or "Required" in item.qualifiers) and "NotRequired" not in item.qualifiers
            fixed = fixed or "ReadOnly" in item.qualifiers
            item = item.item
        fields[name] = Field(name, substituted(item, meaning) if meaning else item, must, fixed)
    return fields


def _whole_meaning(cls: type, args: tuple[Term, ...]) -> dict[int, Term]:
    """Return what the type parameters of the TypedDict and of those that it derives from stand for."""
    from hotplug.contract.substitution import substituted

    meaning = meaning_of(cls, args)
    for base, given in direct_bases(cls):
        if given:
            meaning |= _whole_meaning(base, tuple(substituted(each, meaning) for each in given))
    return meaning


def named_tuple_items(cls: type) -> TupleTerm:
    """Return the tuple type that a named tuple is."""
    from hotplug.contract.declarations import declared_in
    from hotplug.contract.terms import ANY

    for each in mro(cls):
        held = namespace(each)
        if "_fields" in held:
            names = cast("tuple[str, ...]", held["_fields"])
            found = [declared_in(each, name) for name in names]
            return TupleTerm(tuple(ANY if term is None else term for term in found))
    return TupleTerm((), ANY)


def typed_dicts_fit(source: Instance, target: Instance, relation: Relation) -> bool:
    """Say whether a TypedDict can stand for another, or for a Mapping (specification, "Typed dictionaries")."""
    given, wanted = fields_of(source), fields_of(target)
    if wanted is None:
        if derives(target.cls, dict) or bare_name(target.cls).startswith("Mutable"):
            return False
        # Any TypedDict is a Mapping[str, object]; its mutating methods are its own.
        return relation.assignable(Instance(dict, (STR, OBJECT)), target)
    if given is None:
        return False
    for name, field in wanted.items():
        found = given.get(name)
        if found is None:
            # An absent key may hold anything, unless its absence and any type are both allowed.
            if field.required or not field.read_only or not relation.assignable(OBJECT, field.term):
                return False
            continue
        if field.required and not found.required:
            return False
        if not field.read_only and (found.read_only or found.required != field.required):
            return False
        fits = relation.assignable if field.read_only else relation.equivalent
        if not fits(found.term, field.term):
            return False
    return True
