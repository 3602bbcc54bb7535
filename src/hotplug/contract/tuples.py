"""Assignability of tuples, item by item (typing specification, "Tuples")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotplug.contract.lineage import ancestor_arguments, meaning_of
from hotplug.contract.reflection import derives, is_named_tuple
from hotplug.contract.substitution import substituted
from hotplug.contract.terms import ANY, Inferred, Instance, Term, TupleTerm, Variable

if TYPE_CHECKING:
    from hotplug.contract.problems import Relates


def tuples_fit(source: Term, target: TupleTerm, relates: Relates) -> bool:
    """Say whether the source is a tuple whose items can stand for the target's; a named tuple is one."""
    if isinstance(source, Instance):
        if not derives(source.cls, tuple):
            return False
        if is_named_tuple(source.cls):
            from hotplug.contract.records import named_tuple_items

            items = substituted(named_tuple_items(source.cls), meaning_of(source.cls, source.args))
            return relates.assignable(items, target)
        args = ancestor_arguments(source.cls, source.args, tuple)
        if args and isinstance(args[0], TupleTerm):
            return relates.assignable(args[0], target)
        return relates.assignable(TupleTerm((), args[0] if args else ANY), target)
    return isinstance(source, TupleTerm) and _items_fit(source, target, relates)


def _items_fit(source: TupleTerm, target: TupleTerm, relates: Relates) -> bool:
    """Say whether the source's items can stand for the target's, in number and in type."""
    if target.repeated is None:
        if isinstance(source.repeated, Inferred) and _is_tuple_variable(source.repeated):
            return _filled(source, source.repeated, target.prefix + target.suffix, relates)
        if source.repeated is not None:
            # tuple[Any, ...] is of every length, as the specification has it; other unbounded tuples are not.
            return source.repeated is ANY and not source.prefix and not source.suffix
        given, wanted = source.prefix + source.suffix, target.prefix + target.suffix
        return len(given) == len(wanted) and _each(given, wanted, relates)
    fixed = source.prefix + source.suffix
    front, back = len(target.prefix), len(target.suffix)
    if source.repeated is None:
        if len(fixed) < front + back:
            return False
        middle = fixed[front : len(fixed) - back]
        if not _each(fixed[:front], target.prefix, relates):
            return False
        if back and not _each(fixed[-back:], target.suffix, relates):
            return False
        return _middle(TupleTerm(middle), target.repeated, relates)
    if source.repeated is ANY and not fixed:
        return True
    if len(fixed) < front + back:
        return False
    # What is left of each end once the target's own ends are met: it may stand anywhere between them.
    left, right = source.prefix[front:], source.suffix[: max(len(source.suffix) - back, 0)]
    if not _end(source.prefix, (source.repeated, *right), target.prefix, relates):
        return False
    if not _end(source.suffix[::-1], (source.repeated, *left[::-1]), target.suffix[::-1], relates):
        return False
    return _middle(TupleTerm(left, source.repeated, right), target.repeated, relates)


def _filled(source: TupleTerm, variable: Term, wanted: tuple[Term, ...], relates: Relates) -> bool:
    """Say whether a TypeVarTuple of the value can stand for the items between the source's own."""
    front, back = len(source.prefix), len(wanted) - len(source.suffix)
    return (
        front <= back
        and _each(source.prefix, wanted[:front], relates)
        and _each(source.suffix, wanted[back:], relates)
        and relates.assignable(variable, TupleTerm(wanted[front:back]))
    )


def _end(given: tuple[Term, ...], beyond: tuple[Term, ...], wanted: tuple[Term, ...], relates: Relates) -> bool:
    """Say whether one end of an unbounded tuple fits: behind its own items comes any of those beyond."""
    own = len(given)
    if own < len(wanted) and isinstance(beyond[0], Variable):
        return False
    return all(
        relates.assignable(each, other)
        for index, other in enumerate(wanted)
        for each in (given[index : index + 1] or beyond[: index - own + 2])
    )


def _each(given: tuple[Term, ...], wanted: tuple[Term, ...], relates: Relates) -> bool:
    return all(relates.assignable(one, other) for one, other in zip(given, wanted, strict=True))


def _middle(items: TupleTerm, repeated: Term, relates: Relates) -> bool:
    if isinstance(repeated, Variable) and _is_tuple_variable(repeated):
        if isinstance(items.repeated, Variable) and not items.prefix and not items.suffix:
            return items.repeated.var is repeated.var or relates.assignable(items, repeated)
        return isinstance(repeated, Inferred) and relates.assignable(items, repeated)
    whole = [*items.prefix, *([items.repeated] if items.repeated is not None else []), *items.suffix]
    return all(relates.assignable(each, repeated) for each in whole)


def _is_tuple_variable(variable: Variable) -> bool:
    return type(variable.var).__name__ == "TypeVarTuple"
