"""In what way a value is not of a type that has no members of its own to go through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotplug.contract.callables import code_of, read_unbound
from hotplug.contract.calls import problems
from hotplug.contract.reflection import code_place
from hotplug.contract.structure import WRONG_KIND, WRONG_SHAPE, WRONG_TYPE, Gap
from hotplug.contract.substitution import fresh
from hotplug.contract.terms import CallableTerm, ClassOf, LiteralTerm, Term
from hotplug.contract.values import callable_type, type_of

if TYPE_CHECKING:
    from hotplug.contract.assignability import Relation


def explained(value: object, target: Term, relation: Relation) -> list[Gap]:
    """Return why the value is not of the type: for a callable point by point, else in one line."""
    code = code_of(value)
    place = None if code is None else code_place(code)
    if isinstance(target, CallableTerm):
        found = _callable(value, target, relation, place)
        if found:
            return found
    given = type_of(value)
    if isinstance(target, LiteralTerm) or isinstance(given, ClassOf):
        text = str(given)
    else:
        text = str(callable_type(value)) if isinstance(given, CallableTerm) else str(given)
    rank = WRONG_TYPE if isinstance(given, CallableTerm) else WRONG_KIND
    return [Gap(rank, "", str(target), text, place)]


def _callable(value: object, target: CallableTerm, relation: Relation, place: str | None) -> list[Gap]:
    reading = read_unbound(value, None)
    if not isinstance(reading, tuple) or len(reading) != 1 or len(target.signatures) != 1:
        return []
    found: list[Gap] = []
    for problem in problems(target.signatures[0], fresh(reading[0]), relation):
        path = "return" if problem.parameter == "return" else f"({problem.parameter})" if problem.parameter else ""
        rank = WRONG_TYPE if problem.terms else WRONG_SHAPE
        found.append(Gap(rank, path, problem.expected, problem.actual, place, problem.terms))
    return found
