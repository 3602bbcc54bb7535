"""What a protocol asks for: its members, with their kinds, signatures and types, in terms of its parameters.

Reading a protocol takes longer than comparing with it, so the result is kept with the class itself, under an
``_abc_`` name as ABCMeta's own caches are: it lives exactly as long as the contract does.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, cast

from hotplug.contract.callables import read_bound, read_overloads, read_unbound
from hotplug.contract.declarations import class_annotations, inner_of, scope_of_class
from hotplug.contract.declaring import ATTRIBUTE as RAISES
from hotplug.contract.forms import term_of
from hotplug.contract.found import ATTRIBUTE, METHOD, PROPERTY
from hotplug.contract.functions import read_function
from hotplug.contract.lineage import ancestor_arguments, meaning_of, parameters_of
from hotplug.contract.reflection import (
    MISSING,
    bare_name,
    find_in_class,
    is_heap_type,
    is_protocol,
    module_name,
    mro,
    namespace,
)
from hotplug.contract.substitution import substituted, substituted_signature
from hotplug.contract.terms import ANY, UNANNOTATED, AnyTerm, Qualified, SelfTerm, Term, Variable

if TYPE_CHECKING:
    from hotplug.contract.callables import Reading
    from hotplug.contract.signature import Signature

INSTANCE_METHOD, CLASS_METHOD, STATIC_METHOD = "method", "classmethod", "staticmethod"

# What a class body holds besides its members: PEP 544's exclusions and the interpreter's additions since.
_NO_MEMBERS = frozenset(
    {
        "__abstractmethods__", "__annotations__", "__dict__", "__doc__", "__init__", "__module__", "__new__",
        "__slots__", "__subclasshook__", "__weakref__", "__class_getitem__", "__match_args__",
        "__protocol_attrs__",
        "__callable_proto_members_only__", "__non_callable_proto_members__", "__static_attributes__",
        "__firstlineno__", "__orig_bases__", "__parameters__", "__type_params__", "__annotate__",
        "__annotate_func__", "__annotations_cache__", "__conditional_annotations__", "__orig_class__",
        "__qualname__", "_is_protocol", "_is_runtime_protocol", "__init_subclass__", "__set_name__",
    }
)  # fmt: skip

_KEPT = "_abc_hotplug_members"


class Member:
    """One member of a protocol.

    Attributes:
        name: Its name.
        kind: METHOD, PROPERTY or ATTRIBUTE.
        binding: For a method, whether it is an instance's, a class's or static.
        signatures: For a method, its signatures as a caller sees them: bound.
        term: For the others, the type that reading gives.
        write: The type that may be assigned; None where the contract asks for no assignment.
        class_variable: Whether it is declared a ClassVar.
        owner: The protocol whose body declares it.
        raises: The exceptions that are part of the contract.
        raw: What the body holds: to tell an implementation from the contract's own.
        first: The annotation of a method's first parameter, or None.
        closed: Whether no type variable and no Self stand in it.
    """

    __slots__ = (
        "binding", "class_variable", "closed", "first", "kind", "name", "owner", "raises", "raw", "signatures",
        "term", "write",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        kind: str,
        owner: type,
        *,
        binding: str = INSTANCE_METHOD,
        signatures: tuple[Signature, ...] = (),
        term: Term = ANY,
        write: Term | None = None,
        class_variable: bool = False,
        raises: tuple[type[BaseException], ...] = (),
        raw: object = MISSING,
        first: Term | None = None,
        closed: bool = False,
    ) -> None:
        self.name = name
        self.kind = kind
        self.owner = owner
        self.binding = binding
        self.signatures = signatures
        self.term = term
        self.write = write
        self.class_variable = class_variable
        self.raises = raises
        self.raw = raw
        self.first = first
        self.closed = closed

    def under(self, meaning: dict[int, Term]) -> Member:
        """Return the member with type variables and Self replaced."""
        if self.closed:
            return self
        return Member(
            self.name,
            self.kind,
            self.owner,
            binding=self.binding,
            signatures=tuple(substituted_signature(each, meaning) for each in self.signatures),
            term=substituted(self.term, meaning),
            write=None if self.write is None else substituted(self.write, meaning),
            class_variable=self.class_variable,
            raises=self.raises,
            raw=self.raw,
            first=self.first,
            closed=self.closed,
        )

    def __str__(self) -> str:
        if self.kind == METHOD:
            return f"{self.name}{self.signatures[0]}" if self.signatures else self.name
        return f"{self.name}: {self.term}"


def members_of(protocol: type) -> tuple[Member, ...]:
    """Return the members of a protocol, inherited ones included, in terms of its own parameters."""
    kept = namespace(protocol).get(_KEPT)
    if type(kept) is tuple:
        return cast("tuple[Member, ...]", kept)
    found, settled = _read(protocol)
    if settled and is_heap_type(protocol):
        try:  # noqa: SIM105 - contextlib is nothing to import for this
            type.__setattr__(protocol, _KEPT, found)
        except (TypeError, AttributeError):
            pass
    return found


def abstract_members(cls: type) -> tuple[Member, ...]:
    """Return what an ABC leaves to its implementations: its abstract members, in the order of their names."""
    names = namespace(cls).get("__abstractmethods__")
    if type(names) is not frozenset:
        return ()
    abstract = cast("frozenset[str]", names)
    found = [(name, find_in_class(cls, name)) for name in sorted(abstract)]
    return tuple(read_member(held[1], name) for name, held in found if held is not None)


def _read(protocol: type) -> tuple[tuple[Member, ...], bool]:
    members: dict[str, Member] = {}
    settled = True
    own = tuple(Variable(each, getattr(each, "__name__", "?")) for each in parameters_of(protocol))
    for each in mro(protocol):
        body = protocol_for(each) or each
        if not is_protocol(body) or bare_name(body) in {"Protocol", "Generic"}:
            continue
        meaning: dict[int, Term] = {}
        if each is not protocol:
            meaning = meaning_of(body, ancestor_arguments(protocol, own, each) or ())
        for name in _names(body):
            if name in members:
                continue
            member = read_member(body, name)
            settled = settled and not _unresolved(member)
            members[name] = member.under(meaning) if meaning else member
    return tuple(members.values()), settled


def protocol_for(cls: type) -> type | None:
    """Return the protocol that typeshed declares in the place of a standard ABC, or None."""
    if module_name(cls) not in _STANDARD_HOMES:
        return None
    from hotplug.contract import protocols

    return protocols.protocol_for(cls)


_STANDARD_HOMES = frozenset({"collections.abc", "_collections_abc", "contextlib", "os"})


def _unresolved(member: Member) -> bool:
    """Say whether a name of the member could not be found: it may be found later."""
    terms = [member.term, *[each.returns for each in member.signatures]]
    terms += [one.term for each in member.signatures for one in each.positional]
    return any(isinstance(each, AnyTerm) and "not defined" in each.reason for each in terms)


def _names(protocol: type) -> list[str]:
    held = namespace(protocol)
    names = [*class_annotations(protocol), *held]
    kept: list[str] = []
    for name in names:
        if name in _NO_MEMBERS or name.startswith("_abc_") or name in kept:
            continue
        if name == "__hash__" and held.get(name) is None:
            continue
        if module_name(type(held.get(name))) == "typing":
            # A TypeVar or an alias in the body is there for its annotations.
            continue
        kept.append(name)
    return kept


def read_member(owner: type, name: str) -> Member:
    """Return one member as the body of the owner declares it."""
    raw = namespace(owner).get(name, MISSING)
    kind = type(raw)
    if kind is property:
        return _property(owner, name, cast("property", raw))
    form = class_annotations(owner).get(name, MISSING)
    if form is not MISSING:
        return _attribute(owner, name, form, raw)
    if kind is types.FunctionType or kind is staticmethod or kind is classmethod:
        return _method(owner, name, raw)
    if find_in_class(kind, "__get__") is not None:
        from hotplug.contract.attributes import find_on_instance

        found = find_on_instance(owner, name)
        if found is not None and found.kind != METHOD:
            return Member(name, PROPERTY, owner, term=found.term or ANY, write=found.write, raw=raw)
        if found is not None and isinstance(found.signatures, tuple):
            return Member(name, METHOD, owner, signatures=found.signatures, raw=raw)
    from hotplug.contract.values import inferred_type

    term = inferred_type(raw)
    return Member(name, ATTRIBUTE, owner, term=term, write=term, raw=raw)


def _property(owner: type, name: str, raw: property) -> Member:
    getter, setter = raw.fget, raw.fset
    term: Term = UNANNOTATED
    if type(getter) is types.FunctionType:
        term = read_function(getter, owner, (owner,)).returns
    write: Term | None = None
    if setter is not None:
        write = term
        if type(setter) is types.FunctionType:
            taken = read_function(setter, owner, (owner,)).positional
            if len(taken) > 1 and taken[1].term is not UNANNOTATED:
                write = taken[1].term
    return Member(name, PROPERTY, owner, term=term, write=write, raw=raw, raises=_raises(getter))


def _attribute(owner: type, name: str, form: object, raw: object) -> Member:
    term = term_of(form, scope_of_class(owner, (owner,)))
    qualifiers: frozenset[str] = frozenset()
    if isinstance(term, Qualified):
        qualifiers, term = term.qualifiers, term.item
        if isinstance(term, AnyTerm) and term.reason and raw is not MISSING:
            from hotplug.contract.values import type_of

            term = type_of(raw)
    write = None if "Final" in qualifiers else term
    return Member(name, ATTRIBUTE, owner, term=term, write=write, class_variable="ClassVar" in qualifiers, raw=raw)


def _method(owner: type, name: str, raw: object) -> Member:
    kind = type(raw)
    binding = INSTANCE_METHOD
    if kind is staticmethod:
        binding = STATIC_METHOD
    elif kind is classmethod:
        binding = CLASS_METHOD
    function = inner_of(raw) if kind is not types.FunctionType else raw
    reading: Reading | None
    first: Term | None = None
    if type(function) is types.FunctionType and function.__module__ == "typing":
        # `@overload` alone leaves typing's stand-in; the declarations are found under the qualified name.
        reading = read_overloads(owner, name)
    else:
        reading = read_bound(raw, owner, (owner,))
    if type(function) is types.FunctionType and binding != STATIC_METHOD:
        whole = read_unbound(function, owner, (owner,))
        if isinstance(whole, tuple) and whole[0].positional and whole[0].positional[0].term is not UNANNOTATED:
            first = whole[0].positional[0].term
    signatures = reading if isinstance(reading, tuple) else ()
    if name.startswith("__") and name.endswith("__") and name != "__call__":
        # The interpreter calls special methods, by position: the names of their parameters mean nothing.
        signatures = tuple(each.replaced(only=len(each.positional)) for each in signatures)
    closed = first is None and not any(each.open for each in signatures)
    return Member(
        name,
        METHOD,
        owner,
        binding=binding,
        signatures=signatures,
        raises=_raises(function),
        raw=raw,
        first=first,
        closed=closed,
    )


def _raises(function: object) -> tuple[type[BaseException], ...]:
    if type(function) is not types.FunctionType:
        return ()
    return cast("tuple[type[BaseException], ...]", function.__dict__.get(RAISES, ()))


def bound_to_self(member: Member, own: Term) -> dict[int, Term]:
    """Return what ``self: T`` in a contract's method makes of T: the value's own type."""
    if isinstance(member.first, Variable):
        return {id(member.first.var): own}
    if member.first is not None and not isinstance(member.first, SelfTerm):
        from hotplug.contract.terms import ClassOf

        if isinstance(member.first, ClassOf) and isinstance(member.first.item, Variable):
            return {id(member.first.item.var): own}
    return {}
