"""A contract's fingerprint: the same for the same contract, in every run and on every Python version.

It is taken over a canonical text of all that the contract asks for: its members, their signatures and types,
and, transitively, the protocols and TypedDicts that it names. Parameters' annotations count, docstrings do not.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from hotplug.contract.found import METHOD
from hotplug.contract.members import members_of
from hotplug.contract.records import fields_of
from hotplug.contract.reflection import is_protocol, is_typed_dict, module_name, qualified_name
from hotplug.contract.terms import (
    AliasTerm,
    AnyTerm,
    CallableTerm,
    ClassOf,
    GuardTerm,
    Instance,
    LiteralTerm,
    ModuleTerm,
    NewTypeTerm,
    ParameterList,
    Qualified,
    Term,
    TupleTerm,
    UnionTerm,
    Unpacked,
    Variable,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hotplug.contract.members import Member
    from hotplug.contract.signature import Parameter, Signature

# Where the standard library keeps a class differs between versions; what it is called does not.
_MOVED = {
    "_collections_abc": "collections.abc",
    "pathlib._local": "pathlib",
    "_io": "io",
    "typing": "collections.abc",
}


def fingerprint(term: Term) -> str:
    """Return ``sha256:`` and 64 hexadecimal digits over the canonical text of the type.

    It keys caches and stands in messages; no value is refused for it.
    """
    return f"sha256:{hashlib.sha256(canonical(term).encode()).hexdigest()}"


def canonical(term: Term) -> str:
    """Return the canonical text of the type and of everything that it names."""
    return _Writer().whole(term)


class _Writer:
    """One canonical text in the making."""

    __slots__ = ("_aliases", "_queue", "_seen", "_variables")

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._queue: list[type] = []
        self._aliases: dict[object, str] = {}
        self._variables: dict[object, str] = {}

    def whole(self, term: Term) -> str:
        lines = [self._term(term)]
        while self._queue:
            lines.append(self._class(self._queue.pop(0)))
        return "\n".join(lines)

    def _class(self, cls: type) -> str:
        if is_typed_dict(cls):
            fields = (fields_of(Instance(cls)) or {}).values()
            items = sorted(
                f"{each.name}:{each.required:d}{each.read_only:d}:{self._term(each.term)}" for each in fields
            )
        else:
            items = [self._member(each) for each in sorted(members_of(cls), key=lambda each: each.name)]
        return f"{_name(cls)}{{{';'.join(items)}}}"

    def _member(self, member: Member) -> str:
        raised = ",".join(sorted(_name(each) for each in member.raises))
        if member.kind == METHOD:
            text = "&".join(self._signature(each) for each in member.signatures)
            return f"{member.binding} {member.name}{text}!{raised}"
        write = "" if member.write is None else self._term(member.write)
        # An attribute and a property of the same types ask for the same.
        shared = "class " if member.class_variable else ""
        return f"{shared}{member.name}:{self._term(member.term)}={write}!{raised}"

    def _signature(self, signature: Signature) -> str:
        parts = [
            self._parameter(each, "/" if index < signature.only else "")
            for index, each in enumerate(signature.positional)
        ]
        if signature.variadic is not None:
            parts.append(f"*{self._term(signature.variadic.term)}")
        # The order of keywords means nothing.
        parts += sorted(self._parameter(each, "=") for each in signature.keywords)
        if signature.extra is not None:
            parts.append(f"**{self._term(signature.extra.term)}")
        if signature.rest is not None:
            parts.append(f"P:{self._term(signature.rest)}")
        if signature.gradual:
            parts.append("...")
        return f"({','.join(parts)})->{self._term(signature.returns)}"

    def _parameter(self, parameter: Parameter, kind: str) -> str:
        name = "" if kind == "/" else parameter.name
        return f"{name}{kind}{'?' if parameter.optional else ''}:{self._term(parameter.term)}"

    def _listed(self, terms: Iterable[Term]) -> str:
        return ",".join(self._term(each) for each in terms)

    def _term(self, term: Term) -> str:
        if isinstance(term, Instance):
            if (is_protocol(term.cls) or is_typed_dict(term.cls)) and id(term.cls) not in self._seen:
                self._seen.add(id(term.cls))
                self._queue.append(term.cls)
            return f"{_name(term.cls)}[{self._listed(term.args)}]" if term.args else _name(term.cls)
        if isinstance(term, UnionTerm):
            return "|".join(sorted(self._term(each) for each in term.items))
        if isinstance(term, LiteralTerm):
            return f"{_name(type(term.value))}:{term}"
        if isinstance(term, TupleTerm):
            middle = "" if term.repeated is None else f"*{self._term(term.repeated)}"
            return f"tuple({self._listed(term.prefix)};{middle};{self._listed(term.suffix)})"
        if isinstance(term, CallableTerm):
            return "&".join(self._signature(each) for each in term.signatures)
        if isinstance(term, ParameterList):
            return self._signature(term.signature)
        if isinstance(term, Variable):
            # Variables are told apart by where they first stand: their names mean nothing.
            return self._variables.setdefault(id(term.var), f"${len(self._variables)}")
        if isinstance(term, NewTypeTerm):
            return f"{term.name}<{self._term(term.supertype)}>"
        if isinstance(term, AliasTerm):
            return self._alias(term)
        if isinstance(term, ClassOf | GuardTerm | Unpacked | Qualified):
            return f"{type(term).__name__}<{self._term(term.item)}>"
        if isinstance(term, AnyTerm | ModuleTerm):
            return "Any" if isinstance(term, AnyTerm) else "module"
        return str(term)

    def _alias(self, term: AliasTerm) -> str:
        known = self._aliases.get(term.key())
        if known is not None:
            return known
        # An alias that mentions itself: the second time its name stands for it.
        self._aliases[term.key()] = f"@{term.name}"
        return self._term(term.expand())


def _name(cls: type) -> str:
    module = module_name(cls)
    return f"{_MOVED.get(module, module)}.{qualified_name(cls)}"
