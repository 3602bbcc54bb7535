"""What stands in the brackets of a type form: arguments, lists of parameters, literals, tuples."""

from __future__ import annotations

import _ast
import typing
from typing import TYPE_CHECKING, cast

from hotplug.contract.annotations import held
from hotplug.contract.forms import CALLABLE, is_form, term_of
from hotplug.contract.reflection import MISSING, identities
from hotplug.contract.signature import Parameter, Signature
from hotplug.contract.terms import (
    NONE,
    AliasTerm,
    AnyTerm,
    CallableTerm,
    ClassOf,
    GuardTerm,
    LiteralTerm,
    ParameterList,
    Qualified,
    Term,
    TupleTerm,
    Unpacked,
    Variable,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.contract.scope import Scope


def argument(form: object, scope: Scope) -> Term:
    """Return one argument of a generic class: a type, or a list of types for a ParamSpec."""
    if type(form) is _ast.List:
        return parameters(tuple(form.elts), scope)
    if type(form) is list or type(form) is tuple:
        return parameters(tuple(cast("tuple[object, ...]", form)), scope)
    if form is ... or (type(form) is _ast.Constant and form.value is ...):
        return ParameterList(Signature(gradual=True, open=False))
    found = term_of(form, scope)
    if isinstance(found, CallableTerm) and id(type(form)) in _CONCATENATES:
        return ParameterList(found.signatures[0])
    return found


def parameters(forms: tuple[object, ...], scope: Scope) -> ParameterList:
    """Return the parameter list of ``[int, str]``, with unpacked tuples opened."""
    taken: list[Parameter] = []
    variadic: Parameter | None = None
    for form in forms:
        each = term_of(form, scope)
        if isinstance(each, Unpacked) and isinstance(each.item, AliasTerm):
            each = Unpacked(each.item.expand())
        if isinstance(each, Unpacked) and isinstance(each.item, TupleTerm):
            taken += [Parameter("", item) for item in each.item.prefix]
            if each.item.repeated is not None:
                variadic = Parameter("", each)
                if not each.item.prefix and not each.item.suffix and len(forms) == len(taken) + 1:
                    variadic = Parameter("", each.item.repeated)
        elif isinstance(each, Unpacked):
            variadic = Parameter("", each)
        elif variadic is None:
            taken.append(Parameter("", each))
        else:
            variadic = Parameter("", AnyTerm("types after an unpacked tuple"))
    return ParameterList(Signature(tuple(taken), len(taken), variadic))


def fit_to(own: tuple[object, ...], terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Return the arguments one for each parameter, a lone ParamSpec taking all of them."""
    lone = len(own) == 1 and type(own[0]) is typing.ParamSpec
    if lone and terms and not isinstance(terms[0], (ParameterList, Variable)):
        listed = tuple(Parameter("", each) for each in terms)
        return (ParameterList(Signature(listed, len(listed))),)
    return terms


def tuple_form(args: tuple[object, ...], scope: Scope) -> Term:
    """Return the term of ``tuple[args]``."""
    if len(args) == 2 and _is_ellipsis(args[1]):  # noqa: PLR2004 - `tuple[int, ...]`
        return TupleTerm((), term_of(args[0], scope))
    if len(args) == 1 and (args[0] == () or (type(args[0]) is _ast.Tuple and not args[0].elts)):
        return TupleTerm(())
    return packed_tuple([term_of(each, scope) for each in args])


def packed_tuple(items: list[Term]) -> TupleTerm:
    """Return the tuple of the items, with unpacked tuples among them opened."""
    prefix: list[Term] = []
    suffix: list[Term] = []
    repeated: Term | None = None
    for item in items:
        inner = item.item if isinstance(item, Unpacked) else None
        opened = inner if isinstance(inner, TupleTerm) else None
        if inner is None:
            (prefix if repeated is None else suffix).append(item)
            continue
        if opened is None:
            repeated = inner
            continue
        (prefix if repeated is None else suffix).extend(opened.prefix)
        if opened.repeated is not None:
            repeated = opened.repeated
            suffix.extend(opened.suffix)
    return TupleTerm(tuple(prefix), repeated, tuple(suffix))


def _is_ellipsis(form: object) -> bool:
    return form is ... or (type(form) is _ast.Constant and form.value is ...)


def callable_form(args: tuple[object, ...], scope: Scope) -> Term:
    """Return a Callable: live, its parameter types stand flat before the result; in a tree, in a list."""
    if not args:
        return CALLABLE
    returns = term_of(args[-1], scope)
    front = args[:-1]
    if len(front) == 1:
        only = front[0]
        if _is_ellipsis(only):
            return CallableTerm((Signature(returns=returns, gradual=True),))
        if type(only) is _ast.List:
            front = tuple(only.elts)
        else:
            found = term_of(only, scope)
            if isinstance(found, CallableTerm) and is_concatenate(only, scope):
                return CallableTerm((found.signatures[0].replaced(returns=returns),))
            if isinstance(found, Variable) and type(found.var) is not typing.TypeVar:
                return CallableTerm((Signature(returns=returns, rest=found),))
    return CallableTerm((parameters(front, scope).signature.replaced(returns=returns),))


def is_concatenate(form: object, scope: Scope) -> bool:
    """Say whether the form is ``Concatenate[...]``."""
    if id(type(form)) in _CONCATENATES:
        return True
    origin = held(form.value, scope) if type(form) is _ast.Subscript else None
    return getattr(origin, "_name", None) == "Concatenate" if is_form(origin) else False


def _concatenate(args: tuple[object, ...], scope: Scope) -> Term:
    front = parameters(args[:-1], scope).signature
    last = args[-1]
    if _is_ellipsis(last):
        return CallableTerm((Signature(front.positional, front.only, gradual=True),))
    return CallableTerm((Signature(front.positional, front.only, rest=term_of(last, scope)),))


def _literal(args: tuple[object, ...], scope: Scope) -> Term:
    return union(_one_literal(each, scope) for each in args)


def _one_literal(form: object, scope: Scope) -> Term:
    value: object = form
    if isinstance(form, _ast.AST):
        if type(form) is _ast.Constant:
            value = form.value
        elif type(form) is _ast.UnaryOp and type(form.op) is _ast.USub and type(form.operand) is _ast.Constant:
            inner = form.operand.value
            value = -inner if type(inner) is int else MISSING
        else:
            value = held(form, scope)
    if value is MISSING:
        return AnyTerm("a literal whose value is not defined at run time")
    return NONE if value is None else LiteralTerm(value)


def _qualified(name: str) -> Callable[[tuple[object, ...], Scope], Term]:
    def read(args: tuple[object, ...], scope: Scope) -> Term:
        inner = term_of(args[0], scope)
        if isinstance(inner, Qualified):
            return Qualified(inner.item, inner.qualifiers | {name})
        return Qualified(inner, frozenset({name}))

    return read


def _guard(name: str) -> Callable[[tuple[object, ...], Scope], Term]:
    return lambda args, scope: GuardTerm(name, term_of(args[0], scope))


def _unpack(args: tuple[object, ...], scope: Scope) -> Term:
    return Unpacked(term_of(args[0], scope))


SUBSCRIPTS: dict[str, Callable[[tuple[object, ...], Scope], Term]] = {
    **{name: _qualified(name) for name in ("ClassVar", "Final", "Required", "NotRequired", "ReadOnly")},
    "Union": lambda args, scope: union(term_of(each, scope) for each in args),
    "Optional": lambda args, scope: union((term_of(args[0], scope), NONE)),
    "Literal": _literal,
    "Annotated": lambda args, scope: term_of(args[0], scope),
    "Concatenate": _concatenate,
    "Unpack": _unpack,
    "TypeGuard": _guard("TypeGuard"),
    "TypeIs": _guard("TypeIs"),
    "Callable": callable_form,
    "Tuple": tuple_form,
    "Type": lambda args, scope: ClassOf(term_of(args[0], scope)),
}


_CONCATENATES = identities(type(typing.Concatenate[int, ...]))
