"""In what way a value is not of a type that has no members of its own to go through."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hotplug.contract.callables import code_of, read_unbound
from hotplug.contract.calls import problems
from hotplug.contract.contents import holds
from hotplug.contract.records import fields_of
from hotplug.contract.reflection import class_name, code_place, derives, is_typed_dict
from hotplug.contract.structure import MISSING_MEMBER, WRONG_KIND, WRONG_SHAPE, WRONG_TYPE, Gap
from hotplug.contract.substitution import fresh
from hotplug.contract.terms import CallableTerm, ClassOf, Instance, LiteralTerm, Term, UnionTerm
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
    record = _record(target)
    if record is not None and type(value) is dict:
        return _entries(cast("dict[object, object]", value), record, relation, "")
    given = type_of(value)
    if isinstance(target, LiteralTerm) or isinstance(given, ClassOf):
        text = str(given)
    else:
        text = str(callable_type(value)) if isinstance(given, CallableTerm) else str(given)
    rank = WRONG_TYPE if isinstance(given, CallableTerm) else WRONG_KIND
    return [Gap(rank, "", str(target), text, place)]


def _record(target: Term) -> Instance | None:
    """Return the TypedDict that is wanted, alone or as the only one of a union; None where none is."""
    items = target.items if isinstance(target, UnionTerm) else (target,)
    classes = [each for each in items if isinstance(each, Instance)]
    found = [each for each in classes if is_typed_dict(each.cls) or derives(dict, each.cls)]
    return found[0] if len(found) == 1 and is_typed_dict(found[0].cls) else None


def _entries(value: dict[object, object], target: Instance, relation: Relation, path: str) -> list[Gap]:
    """Return the keys of a dict that are not as the TypedDict has them; a nested one is gone through too."""
    fields = fields_of(target) or {}
    found: list[Gap] = []
    for name, field in fields.items():
        here = f"{path}[{name!r}]"
        if not any(type(each) is str and each == name for each in value):
            if field.required:
                found.append(Gap(MISSING_MEMBER, here, str(field.term), "no such key", None))
            continue
        item = value[name]
        if holds(item, field.term, relation):
            continue
        if isinstance(field.term, Instance) and is_typed_dict(field.term.cls) and type(item) is dict:
            found += _entries(cast("dict[object, object]", item), field.term, relation, here)
        else:
            found.append(Gap(WRONG_TYPE, here, str(field.term), str(type_of(item)), None))
    for key, item in value.items():
        if type(key) is not str:
            found.append(Gap(WRONG_KIND, path, "keys of type str", f"one of type {class_name(type(key))}", None))
        elif key not in fields:
            found.append(Gap(WRONG_SHAPE, f"{path}[{key!r}]", "no further key", str(type_of(item)), None))
    return found


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
