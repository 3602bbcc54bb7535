"""Types that are records: TypedDict, NamedTuple and dataclasses, and what their fields allow."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple, cast

from hotplug.contract.lineage import direct_bases, meaning_of
from hotplug.contract.reflection import derives, mro, namespace, module_name
from hotplug.contract.terms import Instance, Qualified, Term, TupleTerm


class Field(NamedTuple):
    """One item of a TypedDict (PEP 589, 655, 705)."""

    name: str
    term: Term
    required: bool
    read_only: bool


def is_typed_dict(cls: type) -> bool:
    """Say whether the class is a TypedDict."""
    held = namespace(cls)
    return "__required_keys__" in held and "__total__" in held and derives(cls, dict)


def fields_of(term: Term) -> dict[str, Field] | None:
    """Return the items of a TypedDict's term, or None for any other term."""
    if not isinstance(term, Instance) or not is_typed_dict(term.cls):
        return None
    from hotplug.contract.forms import term_of  # noqa: PLC0415 - only TypedDicts need it
    from hotplug.contract.scope import Scope  # noqa: PLC0415 - only TypedDicts need it
    from hotplug.contract.substitution import substituted  # noqa: PLC0415 - only TypedDicts need it

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
    from hotplug.contract.substitution import substituted  # noqa: PLC0415 - only TypedDicts need it

    meaning = meaning_of(cls, args)
    for base, given in direct_bases(cls):
        if given:
            meaning |= _whole_meaning(base, tuple(substituted(each, meaning) for each in given))
    return meaning


def is_named_tuple(cls: type) -> bool:
    """Say whether the class was made by NamedTuple or namedtuple."""
    if not derives(cls, tuple):
        return False
    return any("_fields" in namespace(each) and "_make" in namespace(each) for each in mro(cls))


def named_tuple_items(cls: type) -> TupleTerm:
    """Return the tuple type that a named tuple is."""
    from hotplug.contract.attributes import declared_in  # noqa: PLC0415 - only named tuples need it
    from hotplug.contract.terms import ANY  # noqa: PLC0415 - only named tuples need it

    for each in mro(cls):
        held = namespace(each)
        if "_fields" in held:
            names = cast("tuple[str, ...]", held["_fields"])
            found = [declared_in(each, name) for name in names]
            return TupleTerm(tuple(ANY if term is None else term for term in found))
    return TupleTerm((), ANY)


def is_frozen_dataclass(cls: type) -> bool:
    """Say whether assignment to the instances' fields is refused by ``@dataclass(frozen=True)``."""
    for each in mro(cls):
        given = namespace(each).get("__dataclass_params__")
        if given is not None:
            return cast("Any", given).frozen is True
    return False
