"""What is compared with a protocol: an instance, a class object, a module or a callable, and what it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hotplug.contract.attributes import find_in_module, find_on_class, find_on_function, find_on_instance
from hotplug.contract.callables import read_unbound
from hotplug.contract.found import METHOD, Found
from hotplug.contract.lineage import ancestor_arguments, meaning_of, parameters_of
from hotplug.contract.reflection import MISSING, Namespace, derives, instance_namespace, is_heap_type
from hotplug.contract.substitution import SELF_KEY, Fresh, substituted, substituted_signature
from hotplug.contract.terms import (
    AnyTerm,
    CallableTerm,
    ClassOf,
    Inferred,
    Instance,
    LiteralTerm,
    ModuleTerm,
    Term,
    TupleTerm,
    union,
)

if TYPE_CHECKING:
    from hotplug.contract.assignability import Relation
    from hotplug.contract.callables import Reading
    from hotplug.contract.signature import Signature


class Subject:
    """What is compared with a protocol: a type, and the value itself where there is one.

    Args:
        term: The type.
        value: The value, or MISSING.
    """

    __slots__ = ("args", "cls", "held", "kind", "term", "value")

    def __init__(self, term: Term, value: object = MISSING) -> None:
        self.value = value
        self.held: Namespace | None = None
        self.kind = "instance"
        if isinstance(term, LiteralTerm):
            term = Instance(type(term.value))
        elif isinstance(term, TupleTerm):
            items = [*term.prefix, *([] if term.repeated is None else [term.repeated]), *term.suffix]
            term = Instance(tuple, (union(items),))
        self.term = term
        self.cls: type = type(None)
        self.args: tuple[Term, ...] = ()
        instance = term
        if isinstance(term, ClassOf):
            self.kind = "class"
            instance = term.item
        elif isinstance(term, ModuleTerm):
            self.kind = "module"
        elif isinstance(term, CallableTerm):
            self.kind = "callable"
        if isinstance(instance, Instance):
            self.cls = instance.cls
            self.args = instance.args
            if not self.args:
                own = parameters_of(self.cls)
                if own and not isinstance(own[0], str):
                    # Box() without arguments is a Box of whatever makes it fit, as checkers infer it.
                    self.args = tuple(Inferred(each, getattr(each, "__name__", "?")) for each in own)

    def find(self, name: str) -> Found | None:
        """Return what the subject has under the name, or None."""
        if self.kind == "instance":
            if name == "__call__" and self.value is not MISSING and not is_heap_type(self.cls):
                # What C calls is said by the object, not by its class.
                return Found(METHOD, signatures=read_unbound(self.value, None), raw=self.value, on_class=True)
            if self.held is None:
                self.held = {} if self.value is MISSING else instance_namespace(self.value)
            return find_on_instance(self.cls, name, self.value, self.held)
        if self.kind == "class":
            if name == "__call__":
                return Found(METHOD, signatures=read_unbound(self.cls, None), raw=self.cls)
            return find_on_class(self.cls, name)
        if self.kind == "module":
            return find_in_module(cast("ModuleTerm", self.term).module, name)
        if name == "__call__":
            return Found(METHOD, signatures=cast("CallableTerm", self.term).signatures)
        return find_on_function(name)

    def own(self) -> Term:
        """Return the type that Self means in the subject's members."""
        return Instance(self.cls, self.args) if self.args else Instance(self.cls)

    def meaning(self, owner: type | None) -> Fresh:
        """Return what type variables and Self mean in a member that the owner declares."""
        meaning = Fresh()
        if owner is not None and (self.kind == "instance" or derives(self.cls, owner)):
            if parameters_of(owner):
                meaning.update(meaning_of(owner, ancestor_arguments(self.cls, self.args, owner) or ()))
            meaning[SELF_KEY] = self.own()
        return meaning


def instantiated(
    reading: tuple[Signature, ...], found: Found, subject: Subject, relation: Relation
) -> tuple[Signature, ...]:
    """Return the value's signatures with class parameters and Self put in, and fresh variables for the rest."""
    if not any(each.open for each in reading) and found.first is None:
        return reading
    meaning = subject.meaning(found.owner)
    if found.first is not None:
        own: Term = subject.own()
        if type(found.raw) is classmethod:
            own = ClassOf(own)
        if subject.kind == "instance" and not relation.trial(own, substituted(found.first, meaning)):
            return ()
    return tuple(substituted_signature(each, meaning) for each in reading)


def call_signatures(subject: Subject, relation: Relation) -> Reading | None:
    """Return the signatures with which the subject can be called, or None where it cannot."""
    term = subject.term
    if isinstance(term, CallableTerm):
        return term.signatures
    if isinstance(term, AnyTerm):
        return term
    if isinstance(term, ClassOf):
        if not isinstance(term.item, Instance):
            return AnyTerm("the constructor of an unknown class")
        reading = read_unbound(term.item.cls, None)
        if not isinstance(reading, tuple):
            return reading
        from hotplug.contract.constructors import made_by

        meaning = Fresh({SELF_KEY: made_by(term.item.cls)})
        if term.item.args:
            meaning.update(meaning_of(term.item.cls, term.item.args))
        return tuple(substituted_signature(each, meaning) for each in reading)
    if subject.kind != "instance" or not isinstance(term, Instance):
        return None
    found = subject.find("__call__")
    if found is None:
        return None
    if isinstance(found.signatures, tuple):
        return instantiated(found.signatures, found, subject, relation) or None
    return found.signatures
