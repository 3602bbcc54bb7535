"""Literals and the types that consist of them (typing specification, "Literals" and "Enum literal expansion")."""

from __future__ import annotations

from typing import cast

from hotplug.contract.reflection import bare_name, mro, namespace
from hotplug.contract.terms import Instance, LiteralTerm, Term, same


def is_lone_member(source: Term, target: LiteralTerm) -> bool:
    """Say whether an enum with a single member is meant by the literal."""
    expanded = members_of_literal(source)
    return expanded is not None and len(expanded) == 1 and same(expanded[0], target)


def members_of_literal(source: Term) -> tuple[Term, ...] | None:
    """Return the literals that an enum or bool consists of (typing specification, "Enum literal expansion")."""
    if not isinstance(source, Instance):
        return None
    if source.cls is bool:
        return (LiteralTerm(value=True), LiteralTerm(value=False))
    members = namespace(source.cls).get("_member_map_")
    if type(members) is not dict or not members:
        return None
    if any(bare_name(each) == "Flag" for each in mro(source.cls)):
        return None
    return tuple(LiteralTerm(each) for each in cast("dict[str, object]", members).values())
