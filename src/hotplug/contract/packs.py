"""Parameters that stand for several: a ParamSpec (PEP 612) and ``*args: *Ts`` (PEP 646), compared in calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotplug.contract.problems import Problem
from hotplug.contract.signature import Parameter, Signature
from hotplug.contract.terms import Inferred, ParameterList, Term, TupleTerm, Unpacked, Variable, same

if TYPE_CHECKING:
    from hotplug.contract.problems import Relates


def with_rest(target: Signature, source: Signature, relates: Relates) -> Signature | Problem:
    """Return the source with its ParamSpec given the meaning that makes it fit the target, if one does."""
    if isinstance(target.rest, Inferred) and target.rest is not source.rest:
        taken = _remainder(source, len(target.positional), {each.name for each in target.keywords})
        if not relates.assignable(target.rest, ParameterList(taken)):
            return Problem("", f"the parameters of {target.rest}", source.parameters_text())
        # What the variable stands for is what the source takes: the rest of it fits by construction.
        count = len(target.positional)
        return Signature(
            source.positional[:count], min(source.only, count), source.variadic,
            tuple(each for each in source.keywords if each.name in {one.name for one in target.keywords}),
            source.extra, source.returns, gradual=True,
        )  # fmt: skip
    if source.rest is None:
        if source.gradual or (source.variadic is not None and source.extra is not None):
            return source
        return Problem("", f"the parameters of {target.rest}", source.parameters_text())
    remainder = _remainder(target, len(source.positional), {each.name for each in source.keywords})
    if isinstance(source.rest, Inferred):
        if not relates.assignable(ParameterList(remainder), source.rest):
            return Problem("", str(remainder.parameters_text()), str(source.rest))
        return _joined(source, remainder)
    if target.rest is not None and same(target.rest, source.rest):
        if remainder.positional or remainder.keywords:
            return Problem("", target.parameters_text(), source.parameters_text())
        return _joined(source, remainder)
    if target.gradual:
        return _joined(source, remainder)
    return Problem("", target.parameters_text(), source.parameters_text())


def _remainder(target: Signature, count: int, names: set[str]) -> Signature:
    return Signature(
        target.positional[count:],
        max(target.only - count, 0),
        target.variadic,
        tuple(each for each in target.keywords if each.name not in names),
        target.extra,
        gradual=target.gradual,
        rest=target.rest,
    )


def _joined(source: Signature, remainder: Signature) -> Signature:
    return Signature(
        (*source.positional, *remainder.positional),
        max(source.only, len(source.positional) + remainder.only if remainder.positional else 0),
        remainder.variadic,
        (*source.keywords, *remainder.keywords),
        remainder.extra,
        source.returns,
        gradual=remainder.gradual or remainder.rest is not None,
    )


def with_items(target: Signature, source: Signature) -> tuple[Signature, Signature] | Problem:
    """Return both signatures with ``*args: *Ts`` compared as tuples of positional parameters (PEP 646)."""
    wanted, given = target.variadic, source.variadic
    if given is None or not isinstance(given.term, Unpacked):
        if wanted is not None and given is not None and isinstance(wanted.term, Unpacked):
            return target, source
        return Problem(f"*{wanted.name if wanted else ''}", target.parameters_text(), source.parameters_text())
    start = len(source.positional)
    if wanted is not None and isinstance(wanted.term, Unpacked):
        if start == len(target.positional):
            return _without(target, wanted.term.item), _without(source, given.term.item)
        return Problem("", target.parameters_text(), source.parameters_text())
    items = tuple(each.term for each in target.positional[start:])
    packed = TupleTerm(items, wanted.term if wanted is not None else None)
    front = Signature(
        (*target.positional[:start], Parameter("", packed)), start + 1, None, target.keywords, target.extra,
        target.returns, gradual=target.gradual,
    )  # fmt: skip
    return front, _without(source, given.term.item)


def _without(signature: Signature, item: Term) -> Signature:
    """Return the signature with its unpacked tuple as one more positional parameter."""
    packed = TupleTerm((), item) if isinstance(item, Variable) else item
    positional = (*signature.positional, Parameter("", packed))
    return Signature(
        positional, len(positional), None, signature.keywords, signature.extra, signature.returns,
        gradual=signature.gradual,
    )  # fmt: skip
