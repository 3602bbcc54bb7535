"""Putting types in the place of type variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hotplug.contract.signature import Parameter, Signature
from hotplug.contract.terms import (
    AliasTerm,
    AnyTerm,
    CallableTerm,
    ClassOf,
    GuardTerm,
    Inferred,
    Instance,
    ParameterList,
    Qualified,
    SelfTerm,
    Term,
    TupleTerm,
    UnionTerm,
    Unpacked,
    Variable,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

# The key of Self in a meaning, where type variables stand under their identity.
SELF_KEY = 0


class Fresh(dict[int, Term]):
    """A meaning that gives every type variable not in it a new one, whose meaning is to be inferred."""

    def get(self, key: int, default: object = None) -> Term:
        """Return what the variable stands for; a new variable where nothing is known."""
        if key in self:
            return self[key]
        if isinstance(default, Variable) and not isinstance(default, Inferred):
            made = Inferred(default.var, default.name)
            self[key] = made
            return made
        return cast("Term", default)


def fresh(signature: Signature) -> Signature:
    """Return the signature of a generic function with new variables in the place of its own."""
    return substituted_signature(signature, Fresh()) if signature.open else signature


def substituted(term: Term, meaning: Mapping[int, Term]) -> Term:
    """Return the term with the variables of the meaning replaced; the same object where none stands in it."""
    if isinstance(term, Variable):
        if isinstance(term, Inferred):
            return term
        return meaning.get(id(term.var), term)
    if isinstance(term, Instance):
        if not term.args:
            return term
        return Instance(term.cls, tuple([substituted(each, meaning) for each in term.args]))
    if isinstance(term, SelfTerm):
        return meaning.get(SELF_KEY, term)
    if isinstance(term, AnyTerm):
        return term
    if isinstance(term, UnionTerm):
        return union(substituted(each, meaning) for each in term.items)
    if isinstance(term, TupleTerm):
        return _tuple(term, meaning)
    if isinstance(term, CallableTerm):
        return CallableTerm(tuple(substituted_signature(each, meaning) for each in term.signatures))
    if isinstance(term, ParameterList):
        return ParameterList(substituted_signature(term.signature, meaning))
    if isinstance(term, AliasTerm):
        if not term.args:
            return term
        return AliasTerm(
            term.name, term.identity, term.open, tuple(substituted(each, meaning) for each in term.args)
        )
    if isinstance(term, ClassOf):
        return ClassOf(substituted(term.item, meaning))
    if isinstance(term, GuardTerm):
        return GuardTerm(term.kind, substituted(term.item, meaning))
    if isinstance(term, Unpacked):
        return Unpacked(substituted(term.item, meaning))
    if isinstance(term, Qualified):
        return Qualified(substituted(term.item, meaning), term.qualifiers)
    return term


def _tuple(term: TupleTerm, meaning: Mapping[int, Term]) -> Term:
    prefix = tuple(substituted(each, meaning) for each in term.prefix)
    suffix = tuple(substituted(each, meaning) for each in term.suffix)
    repeated = term.repeated
    if repeated is None:
        return TupleTerm(prefix, None, suffix)
    put = substituted(repeated, meaning)
    if isinstance(repeated, Variable) and isinstance(put, TupleTerm):
        return TupleTerm((*prefix, *put.prefix), put.repeated, (*put.suffix, *suffix))
    return TupleTerm(prefix, put, suffix)


def substituted_signature(signature: Signature, meaning: Mapping[int, Term]) -> Signature:
    """Return the signature with variables replaced; a ParamSpec by its parameters, ``*Ts`` by its items."""
    if not signature.open:
        return signature
    positional = tuple(each.with_term(substituted(each.term, meaning)) for each in signature.positional)
    keywords = tuple(each.with_term(substituted(each.term, meaning)) for each in signature.keywords)
    variadic, extra = signature.variadic, signature.extra
    result = Signature(
        positional,
        signature.only,
        variadic and variadic.with_term(substituted(variadic.term, meaning)),
        keywords,
        extra and extra.with_term(substituted(extra.term, meaning)),
        substituted(signature.returns, meaning),
        gradual=signature.gradual,
        rest=signature.rest,
    )
    if signature.rest is not None:
        result = with_rest(result, substituted(signature.rest, meaning))
    return normal(result)


def with_rest(signature: Signature, rest: Term) -> Signature:
    """Return the signature with its ParamSpec replaced by what it stands for."""
    if isinstance(rest, Variable):
        return Signature(
            signature.positional, signature.only, None, signature.keywords, None, signature.returns, rest=rest
        )
    if not isinstance(rest, ParameterList):
        return Signature(
            signature.positional, signature.only, None, signature.keywords, None, signature.returns, gradual=True
        )
    inner = rest.signature
    # What stands before further positional parameters can only be given by position, whatever its name.
    front = signature.positional
    return Signature(
        (*front, *inner.positional),
        len(front) + inner.only if inner.positional else signature.only,
        inner.variadic,
        (*signature.keywords, *inner.keywords),
        inner.extra,
        signature.returns,
        gradual=inner.gradual,
        rest=inner.rest,
    )


def normal(signature: Signature) -> Signature:
    """Return the signature with ``*args: *tuple[int, str]`` written as the parameters that it means."""
    variadic = signature.variadic
    if variadic is None or not isinstance(variadic.term, Unpacked):
        return signature
    inner = variadic.term.item
    if not isinstance(inner, TupleTerm) or inner.suffix:
        return signature
    front = tuple(Parameter("", each) for each in inner.prefix)
    positional = (*signature.positional, *front)
    repeated = inner.repeated
    rest: Parameter | None = None
    if repeated is not None:
        rest = Parameter(variadic.name, Unpacked(repeated) if isinstance(repeated, Variable) else repeated)
    return Signature(
        positional,
        len(positional) if front else signature.only,
        rest,
        signature.keywords,
        signature.extra,
        signature.returns,
        gradual=signature.gradual,
        rest=signature.rest,
        open=signature.open,
    )
