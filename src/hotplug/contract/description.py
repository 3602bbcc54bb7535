"""One description of a contract, for whatever builds on it: boundaries, caches, messages, documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotplug.contract.fingerprint import fingerprint
from hotplug.contract.members import abstract_members, members_of
from hotplug.contract.reflection import full_name, is_class, is_protocol
from hotplug.contract.scope import Scope
from hotplug.contract.terms import CallableTerm, Instance
from hotplug.contract.verdict import contract_term

if TYPE_CHECKING:
    from hotplug.contract.members import Member
    from hotplug.contract.terms import Term

PROTOCOL, CLASS, CALLABLE, TYPE = "protocol", "class", "callable", "type"


class Description:
    """What a contract asks for.

    Attributes:
        name: The contract's name for a reader: ``greeter.Greeter``, ``Callable[[int], str]``.
        kind: PROTOCOL; CLASS, which asks for its instances by name; CALLABLE; or TYPE for any other form.
        term: The contract as a type; of a callable, its signatures stand in it.
        members: Of a protocol, what it asks for, each with its kind, signatures, types and declared exceptions;
            of an ABC, what is abstract in it; else none.
        fingerprint: ``sha256:`` and 64 hexadecimal digits, the same in every run and on every Python version.
    """

    __slots__ = ("fingerprint", "kind", "members", "name", "term")

    def __init__(self, name: str, kind: str, term: Term, members: tuple[Member, ...]) -> None:
        self.name = name
        self.kind = kind
        self.term = term
        self.members = members
        self.fingerprint = fingerprint(term)

    def __repr__(self) -> str:
        return f"<Description of {self.kind} {self.name}: {len(self.members)} members>"


def describe(contract: object) -> Description:
    """Describe a contract.

    Args:
        contract: Any type form.

    Raises:
        TypeError: The contract is no type.
    """
    scope = Scope({})
    if not is_class(contract):
        scope.form = contract
    term = contract_term(contract, scope)
    if isinstance(term, CallableTerm):
        return Description(str(term), CALLABLE, term, ())
    if not isinstance(term, Instance):
        return Description(str(term), TYPE, term, ())
    name = str(term) if term.args else full_name(term.cls)
    if is_protocol(term.cls):
        return Description(name, PROTOCOL, term, _bound(term))
    return Description(name, CLASS, term, abstract_members(term.cls))


def _bound(term: Instance) -> tuple[Member, ...]:
    """Return the protocol's members with its arguments put in."""
    from hotplug.contract.lineage import meaning_of

    if not term.args:
        return members_of(term.cls)
    meaning = meaning_of(term.cls, term.args)
    return tuple(each.under(meaning) for each in members_of(term.cls))
