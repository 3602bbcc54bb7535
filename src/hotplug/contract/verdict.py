"""The check itself: one value, one contract, one report."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

from hotplug.contract.assignability import Relation
from hotplug.contract.forms import term_of
from hotplug.contract.lineage import meaning_of
from hotplug.contract.members import members_of
from hotplug.contract.reflection import bare_name, full_name, is_class, is_instance, is_protocol
from hotplug.contract.report import Difference, Report, Unchecked
from hotplug.contract.scope import Scope
from hotplug.contract.structure import WRONG_TYPE, Gap, Subject, gaps, satisfies
from hotplug.contract.terms import AnyTerm, ClassOf, Instance, ModuleTerm, Term

if TYPE_CHECKING:
    from types import ModuleType


_FAILED = "the check itself failed here"
# How far a difference between two protocols is explained by the differences of their members.
_EXPLAINED = 3


def check(value: object, contract: object, *, name: str | None = None) -> Report:
    """Compare a value with a contract, as strictly as a static type checker would, and report every difference.

    The value is looked at, never asked: no attribute of it is accessed, nothing of it runs. The rules are the
    assignability of the typing specification; what cannot be decided stands in the report's ``unchecked``.

    Args:
        value: Any object: an instance, a class, a module, a function.
        contract: Any type form: a Protocol, a class, a Callable type, a union.
        name: How the value is called where it comes from, for the report.

    Returns:
        A report, truthy when the value satisfies the contract.

    Raises:
        TypeError: The contract is no type. Nothing is raised for a value, however strange.
    """
    scope = Scope({})
    if not is_class(contract):
        scope.form = contract
    target = contract_term(contract, scope)
    try:
        return _compared(value, contract, target, name)
    except (Exception, RecursionError) as problem:  # noqa: BLE001 - "check raises for no value" is the promise
        reason = f"{_FAILED}: {type(problem).__name__}"
        return Report(_subject_text(value, name), _contract_text(contract, target), (), (Unchecked("", reason),))


def contract_term(contract: object, scope: Scope) -> Term:
    """Return the term of a contract.

    Raises:
        TypeError: It is no type.
    """
    target = term_of(contract, scope)
    if isinstance(target, AnyTerm) and target.reason:
        raise TypeError(f"a contract must be a type, not {contract!r}: {target.reason}")
    return target


def _compared(value: object, contract: object, target: Term, name: str | None) -> Report:
    relation = Relation()
    found: list[Gap] = []
    unchecked: list[Unchecked] = []
    if type(target) is Instance and is_protocol(target.cls) and value is not target.cls:
        subject = _subject_of(value)
        meaning = meaning_of(target.cls, target.args) if target.args or not _closed(target.cls) else {}
        for member in members_of(target.cls):
            start = len(relation.doubts)
            try:
                found.extend(gaps(member, subject, meaning, relation))
            except Exception as problem:  # noqa: BLE001 - one strange member must not hide the others
                relation.doubts.append(f"{_FAILED}: {type(problem).__name__}")
            if len(relation.doubts) > start:
                unchecked += [Unchecked(member.name, each) for each in dict.fromkeys(relation.doubts[start:])]
    else:
        found = _whole(value, target, relation)
        unchecked += [Unchecked("", each) for each in dict.fromkeys(relation.doubts)]
    if not found:
        return Report(_subject_text(value, name), _contract_text(contract, target), (), unchecked)
    hint = _hint(value, contract, target, name)
    return Report(
        _subject_text(value, name),
        _contract_text(contract, target),
        _told(found, relation),
        unchecked,
        hint,
    )


def _closed(cls: type) -> bool:
    return "__parameters__" not in vars(cls) if type(cls) is type else False


def _subject_of(value: object) -> Subject:
    from hotplug.contract.values import arguments_of  # noqa: PLC0415 - loaded when a value is compared

    if is_class(value):
        return Subject(ClassOf(Instance(cast("type", value))), value)
    if is_instance(value, type(sys)):
        return Subject(ModuleTerm(cast("ModuleType", value)), value)
    term = Instance(type(value), arguments_of(value))
    return Subject(term, value)


def _whole(value: object, target: Term, relation: Relation) -> list[Gap]:
    """Compare a value with a contract that has no members to go through."""
    from hotplug.contract.contents import holds  # noqa: PLC0415 - not for protocols

    if holds(value, target, relation):
        return []
    return _explained(value, target, relation)


def _explained(value: object, target: Term, relation: Relation) -> list[Gap]:
    from hotplug.contract.explanation import explained  # noqa: PLC0415 - only a refusal needs it

    return explained(value, target, relation)


def _told(found: list[Gap], relation: Relation) -> list[Difference]:
    """Return the differences in the order in which a reader wants them, each explained where that helps."""
    found.sort(key=lambda each: each.rank)
    told: dict[Difference, None] = {}
    seen: set[str] = set()
    for each in found:
        # A parameter that is wrong in two ways is told once, by the first of them.
        if each.path in seen and each.path:
            continue
        seen.add(each.path)
        told[Difference(each.path, each.expected, each.actual, each.place)] = None
    for each in found:
        if each.rank == WRONG_TYPE and each.terms is not None:
            for one in _deeper(each, relation):
                told[one] = None
    return list(told)


def _deeper(gap: Gap, relation: Relation) -> list[Difference]:
    """Return why one type does not satisfy the protocol that was wanted of it: ``Person.name``."""
    source, target = gap.terms if gap.terms is not None else (None, None)
    if source is None or not isinstance(target, Instance) or not is_protocol(target.cls):
        return []
    subject = Subject(source)
    found: list[Gap] = []
    for member in members_of(target.cls):
        found.extend(gaps(member, subject, meaning_of(target.cls, target.args), relation))
    found.sort(key=lambda each: each.rank)
    holder = bare_name(target.cls)
    return [
        Difference(f"{holder}.{each.path}", each.expected, each.actual, each.place) for each in found[:_EXPLAINED]
    ]


def _hint(value: object, contract: object, target: Term, name: str | None) -> str | None:
    """Return the sentence that names an author's usual mistake, or None."""
    if not is_class(value):
        return None
    cls = cast("type", value)
    own = bare_name(cls)
    shown = name or own
    if value is contract or (isinstance(target, Instance) and target.cls is cls):
        home = cls.__dict__.get("__module__")
        imported = f", imported from {home}" if type(home) is str else ""
        return (
            f"`{shown}` is the contract itself{imported}: export an object that satisfies it, "
            f"e.g. `{shown} = My{own}()`"
        )
    if not isinstance(target, Instance):
        return None
    relation = Relation()
    try:
        fits = (
            satisfies(Subject(Instance(cls)), target, relation)
            if is_protocol(target.cls)
            else relation.assignable(Instance(cls), target)
        )
    except Exception:  # noqa: BLE001 - a hint is a courtesy
        return None
    if not fits:
        return None
    return f"a class was exported where an instance is wanted: export `{shown} = {own}()`"


def _subject_text(value: object, name: str | None) -> str:
    try:
        if is_class(value):
            text = f"the class {full_name(cast('type', value))}"
        elif is_instance(value, type(sys)):
            held = type(sys).__dict__["__dict__"].__get__(value)
            text = f"the module {held.get('__name__', '?')}"
        elif type(value).__name__ == "function" and type(value).__module__ == "builtins":
            text = f"the function {cast('type', value).__qualname__.rpartition('<locals>.')[2]}"
        else:
            text = f"an instance of {full_name(type(value))}"
    except Exception:  # noqa: BLE001 - a name is a courtesy
        text = "the value"
    return text if name is None else f"{name} ({text})"


def _contract_text(contract: object, target: Term) -> str:
    try:
        return full_name(cast("type", contract)) if is_class(contract) else str(target)
    except Exception:  # noqa: BLE001 - a name is a courtesy
        return "the contract"


