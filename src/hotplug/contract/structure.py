"""Does a value have what a protocol asks for, member by member? The typing specification's "Protocols"."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hotplug.contract.attributes import has_dynamic_attributes
from hotplug.contract.callables import read_unbound
from hotplug.contract.calls import problems
from hotplug.contract.found import ATTRIBUTE, METHOD, PROPERTY, Found
from hotplug.contract.functions import trivial_body
from hotplug.contract.lineage import meaning_of
from hotplug.contract.members import (
    INSTANCE_METHOD,
    STATIC_METHOD,
    Member,
    bound_to_self,
    members_of,
)
from hotplug.contract.reflection import MISSING, derives, is_protocol
from hotplug.contract.subjects import Subject, call_signatures, instantiated
from hotplug.contract.substitution import SELF_KEY, substituted
from hotplug.contract.terms import (
    NONE,
    AnyTerm,
    CallableTerm,
    Instance,
    Term,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FunctionType

    from hotplug.contract.assignability import Relation
    from hotplug.contract.callables import Reading


class Gap:
    """One point in which a member falls short.

    Args:
        rank: How telling it is: the lower, the earlier it is told.
        path: Where: ``greet.return``, ``greet(name)``.
        expected: What the protocol asks for.
        actual: What was found.
        place: Where that stands in the source, or None.
        terms: The two types that do not fit, source and target, or None.
    """

    __slots__ = ("actual", "expected", "path", "place", "rank", "terms")

    def __init__(  # noqa: PLR0917 - the order in which it reads
        self,
        rank: int,
        path: str,
        expected: str,
        actual: str,
        place: str | None,
        terms: tuple[Term, Term] | None = None,
    ) -> None:
        self.rank = rank
        self.path = path
        self.expected = expected
        self.actual = actual
        self.place = place
        self.terms = terms


MISSING_MEMBER, WRONG_KIND, WRONG_SHAPE, WRONG_TYPE = range(4)


def satisfies(subject: Subject, wanted: Instance, relation: Relation) -> bool:
    """Say whether the subject has everything that the protocol asks for."""
    meaning = meaning_of(wanted.cls, wanted.args)
    return all(next(gaps(member, subject, meaning, relation), None) is None for member in members_of(wanted.cls))


def gaps(member: Member, subject: Subject, meaning: dict[int, Term], relation: Relation) -> Iterator[Gap]:
    """Yield every point in which the subject falls short of one member of a protocol.

    Args:
        member: The protocol's member.
        subject: The value, or a type in its place.
        meaning: What the protocol's type parameters stand for.
        relation: The check that this is part of.
    """
    name = member.name
    found = subject.find(name)
    if found is None:
        if subject.kind == "instance" and name == "__hash__":
            return
        if subject.kind == "instance" and has_dynamic_attributes(subject.cls):
            relation.doubt("it may come from __getattr__")
            return
        yield Gap(MISSING_MEMBER, name, _wanted_text(member), "nothing of that name", None)
        return
    if not member.closed:
        own = subject.term if subject.kind != "instance" else subject.own()
        member = member.under({**meaning, **bound_to_self(member, own), SELF_KEY: own})
    if member.kind == METHOD:
        yield from _method_gaps(member, found, subject, relation)
    else:
        yield from _attribute_gaps(member, found, subject, relation)


def _wanted_text(member: Member) -> str:
    if member.kind == METHOD:
        text = str(member.signatures[0]) if member.signatures else ""
        return f"a method {member.name}{text}"
    return f"an attribute of type {member.term}"


def _method_gaps(member: Member, found: Found, subject: Subject, relation: Relation) -> Iterator[Gap]:
    name = member.name
    if found.raw is member.raw and found.raw is not MISSING and is_protocol(member.owner):
        if _left_out(member):
            yield Gap(
                MISSING_MEMBER, name, _wanted_text(member), "the contract's own declaration, without a body", None
            )
        return
    bound_to_class = member.binding != INSTANCE_METHOD and subject.kind == "instance"
    if bound_to_class and found.kind == PROPERTY:
        yield Gap(
            WRONG_KIND, name, _wanted_text(member), "a property, which the class does not compute", found.place()
        )
        return
    reading = found.signatures
    if found.kind != METHOD:
        reading = _called(found, subject, relation)
    if reading is None:
        actual = "a property" if found.kind == PROPERTY else _kind_text(found)
        yield Gap(WRONG_KIND, name, _wanted_text(member), actual, found.place())
        return
    if isinstance(reading, AnyTerm):
        relation.doubt(reading.reason)
        return
    if bound_to_class and found.kind == METHOD and not _on_the_class(found):
        kind = "static method" if member.binding == STATIC_METHOD else "class method"
        yield Gap(WRONG_KIND, name, f"a {kind}", "an instance method", found.place())
        return
    for wanted in member.signatures:
        given = instantiated(reading, found, subject, relation)
        if not given:
            yield Gap(WRONG_KIND, name, str(wanted), "a method for another type of self", found.place())
            return
        if len(given) == 1:
            kept = relation.saved()
            failed = False
            for problem in problems(wanted, given[0], relation):
                failed = True
                path = name
                rank = WRONG_SHAPE
                if problem.parameter == "return":
                    path = f"{name}.return"
                    rank = WRONG_TYPE
                elif problem.parameter:
                    path = f"{name}({problem.parameter})"
                    rank = WRONG_TYPE if problem.terms else WRONG_SHAPE
                yield Gap(rank, path, problem.expected, problem.actual, found.place(), problem.terms)
            if failed:
                relation.restore(kept)
                return
        elif not any(relation.call_fits(each, wanted) for each in given):
            texts = " | ".join(str(each) for each in given)
            yield Gap(WRONG_SHAPE, name, str(wanted), f"no overload that fits, of {texts}", found.place())
            return


def _on_the_class(found: Found) -> bool:
    return type(found.raw) is staticmethod or type(found.raw) is classmethod


def _left_out(member: Member) -> bool:
    """Say whether the protocol's own method is a declaration only (specification, "Explicitly declaring")."""
    import types

    from hotplug.contract.declarations import inner_of

    function = member.raw if type(member.raw) is types.FunctionType else inner_of(member.raw)
    if type(function) is not types.FunctionType or not trivial_body(function):
        return False
    # A body that does nothing is a fine default where nothing is to be returned.
    return not all(_may_be_none(each.returns) for each in member.signatures)


def _may_be_none(term: Term) -> bool:
    if isinstance(term, Instance) and len(term.args) == 3:  # noqa: PLR2004 - a coroutine's result
        term = term.args[2]
    return isinstance(term, AnyTerm) or (isinstance(term, Instance) and term.cls is type(None)) or term is NONE


def _kind_text(found: Found) -> str:
    if found.term is not None and not isinstance(found.term, AnyTerm):
        return f"an attribute of type {found.term}"
    if found.value is not MISSING:
        from hotplug.contract.values import inferred_type

        return f"an attribute of type {inferred_type(found.value)}" if found.value is not None else "None"
    return "an attribute"


def _called(found: Found, subject: Subject, relation: Relation) -> Reading | None:
    """Return the signatures of an attribute that holds something callable."""
    if found.term is None:
        return read_unbound(found.value, None)
    term = substituted(found.term, subject.meaning(found.owner))
    if isinstance(term, AnyTerm):
        return term
    if found.value is not MISSING and isinstance(term, Instance):
        return read_unbound(found.value, None)
    return call_signatures(Subject(term), relation)


def _attribute_gaps(member: Member, found: Found, subject: Subject, relation: Relation) -> Iterator[Gap]:
    name = member.name
    place = found.place()
    if found.raw is member.raw and found.raw is not MISSING and member.kind == PROPERTY:
        getter = member.raw.fget if type(member.raw) is property else None
        if getter is not None and trivial_body(cast("FunctionType", getter)) and not _may_be_none(member.term):
            yield Gap(
                MISSING_MEMBER, name, _wanted_text(member), "the contract's own declaration, without a body", None
            )
        return
    if found.kind == METHOD and member.kind == PROPERTY and not isinstance(found.signatures, tuple):
        relation.doubt(found.signatures.reason if found.signatures is not None else "a callable")
        return
    term, write = _types(found, subject, relation)
    if term is None:
        from hotplug.contract.contents import holds

        if not holds(found.value, member.term, relation):
            yield Gap(WRONG_TYPE, name, str(member.term), _value_text(found.value), place)
            return
    elif not relation.assignable(term, member.term):
        yield Gap(WRONG_TYPE, name, str(member.term), _article(found, term), place, (term, member.term))
        return
    elif found.value is not MISSING and found.kind == ATTRIBUTE and not found.on_class:
        from hotplug.contract.contents import holds

        if not holds(found.value, member.term, relation):
            yield Gap(WRONG_TYPE, name, str(member.term), _value_text(found.value), place)
            return
    if member.write is not None:
        if write is None:
            yield Gap(WRONG_KIND, name, "an attribute that can be set", "one that cannot", place)
        elif not relation.assignable(member.write, write):
            yield Gap(
                WRONG_TYPE, name, f"{member.write}, for it can be set", str(write), place, (member.write, write)
            )
    if subject.kind == "class":
        yield from _on_class_object(member, found, subject, place)
    elif subject.kind == "instance" and (member.kind == ATTRIBUTE or member.write is not None):
        yield from _class_variable(member, found, place)
    if found.declared_only:
        relation.doubt("it is declared, but has no value yet")


def _article(found: Found, term: Term) -> str:
    if found.kind == METHOD:
        return f"a method {term}"
    if found.term is not None and term == _PROPERTY_OBJECT:
        return "a property, which a class object does not compute"
    return str(term)


_PROPERTY_OBJECT = CallableTerm(())


def _value_text(value: object) -> str:
    from hotplug.contract.values import inferred_type

    return "None" if value is None else str(inferred_type(value))


def _types(found: Found, subject: Subject, relation: Relation) -> tuple[Term | None, Term | None]:
    """Return the types that the attribute gives and takes; the first is None where only the value is known."""
    if found.kind == METHOD:
        reading = found.signatures
        if not isinstance(reading, tuple):
            return reading, None
        return CallableTerm(instantiated(reading, found, subject, relation)), None
    if found.term is None:
        return None, found.write
    meaning = subject.meaning(found.owner)
    write = None if found.write is None else substituted(found.write, meaning)
    return substituted(found.term, meaning), write


def _class_variable(member: Member, found: Found, place: str | None) -> Iterator[Gap]:
    if member.class_variable and not found.class_variable:
        if found.class_variable is None and found.on_class:
            return
        yield Gap(WRONG_KIND, member.name, "a ClassVar", "an instance's attribute", place)
    elif found.class_variable and not member.class_variable:
        yield Gap(WRONG_KIND, member.name, "an instance's attribute", "a ClassVar", place)


def _of_metaclass(subject: Subject, found: Found) -> bool:
    return found.owner is not None and not derives(subject.cls, found.owner)


def _on_class_object(member: Member, found: Found, subject: Subject, place: str | None) -> Iterator[Gap]:
    if member.class_variable:
        yield Gap(WRONG_KIND, member.name, "a ClassVar of an instance", "an attribute of a class object", place)
    elif (
        found.class_variable is False
        and found.on_class
        and member.kind == ATTRIBUTE
        and not _of_metaclass(subject, found)
    ):
        yield Gap(WRONG_KIND, member.name, "an attribute of the class itself", "an instance's attribute", place)
