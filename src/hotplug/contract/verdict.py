"""The check itself: one value, one contract, one report."""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import cast

from hotplug.contract.assignability import Relation
from hotplug.contract.forms import term_of
from hotplug.contract.lineage import ancestor_arguments, meaning_of
from hotplug.contract.members import abstract_members, members_of
from hotplug.contract.plain import met_plainly
from hotplug.contract.reflection import (
    bare_name,
    full_name,
    is_class,
    is_heap_type,
    is_instance,
    is_protocol,
    module_name,
    module_namespace,
)
from hotplug.contract.report import Difference, Report, Unchecked
from hotplug.contract.scope import Scope
from hotplug.contract.structure import WRONG_TYPE, Gap, gaps, satisfies
from hotplug.contract.subjects import Subject
from hotplug.contract.terms import AnyTerm, ClassOf, Instance, ModuleTerm, Term

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
    if met_plainly(value, contract):
        return Report(lambda: _subject_text(value, name), lambda: full_name(cast("type", contract)))
    scope = Scope({})
    if not is_class(contract):
        scope.form = contract
    target = contract_term(contract, scope)
    try:
        return _compared(value, contract, target, name)
    except KeyboardInterrupt:
        raise
    except BaseException as problem:  # noqa: BLE001 - "check raises for no value" is the promise
        # What could not be looked at was not seen to fit: a value that breaks the check does not pass it.
        wanted = _contract_text(contract, target)
        found = Difference("", wanted, _unreadable(problem))
        return Report(_subject_text(value, name), wanted, (found,))


def _unreadable(problem: BaseException) -> str:
    return f"something that the check could not read ({type(problem).__name__})"


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
        members = members_of(target.cls)
        meaning: dict[int, Term] = {}
        if not all(each.closed for each in members):
            meaning = meaning_of(target.cls, target.args)
        for member in members:
            start = len(relation.doubts)
            try:
                found.extend(gaps(member, subject, meaning, relation))
            except KeyboardInterrupt:
                raise
            except BaseException as problem:  # noqa: BLE001 - one strange member must not hide the others
                found.append(Gap(WRONG_TYPE, member.name, "what can be read", _unreadable(problem), None))
            if len(relation.doubts) > start:
                unchecked += [Unchecked(member.name, each) for each in dict.fromkeys(relation.doubts[start:])]
    else:
        found = _whole(value, target, relation) or _overrides(value, target, relation)
        unchecked += [Unchecked("", each) for each in dict.fromkeys(relation.doubts)]
    if not found:
        # Most reports are only asked whether they are true: their words are made when somebody reads them.
        return Report(lambda: _subject_text(value, name), lambda: _contract_text(contract, target), (), unchecked)
    hint = _hint(value, contract, target, name)
    return Report(
        _subject_text(value, name),
        _contract_text(contract, target),
        _told(found, relation),
        unchecked,
        hint,
    )


def _subject_of(value: object) -> Subject:
    from hotplug.contract.values import arguments_of

    if is_class(value):
        return Subject(ClassOf(Instance(cast("type", value))), value)
    if is_instance(value, ModuleType):
        return Subject(ModuleTerm(cast("ModuleType", value)), value)
    term = Instance(type(value), arguments_of(value))
    return Subject(term, value)


def _whole(value: object, target: Term, relation: Relation) -> list[Gap]:
    """Compare a value with a contract that has no members to go through."""
    from hotplug.contract.contents import holds

    if holds(value, target, relation):
        return []
    return _explained(value, target, relation)


def _overrides(value: object, target: Term, relation: Relation) -> list[Gap]:
    """Compare what an ABC leaves to its implementations: deriving from it does not make an override fit."""
    if type(target) is not Instance or type(value) is target.cls or not is_heap_type(target.cls):
        return []
    if module_name(target.cls) in _STANDARD_ABCS:
        return []
    wanted = abstract_members(target.cls)
    if not wanted:
        return []
    subject = _subject_of(value)
    args = ancestor_arguments(subject.cls, subject.args, target.cls) or ()
    meaning = meaning_of(target.cls, args)
    return [gap for each in wanted for gap in gaps(each, subject, meaning, relation)]


_STANDARD_ABCS = frozenset({"collections.abc", "_collections_abc", "contextlib", "numbers", "io", "os", "typing"})


def _explained(value: object, target: Term, relation: Relation) -> list[Gap]:
    from hotplug.contract.explanation import explained

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
    mistake = "a class was exported where an instance is wanted"
    wanted = name or bare_name(target.cls)
    if wanted != own:
        return f"{mistake}: export `{wanted} = {own}()`"
    # English = English() would overwrite the class, and by another name the host would not find the instance.
    return f"{mistake}: give the class another name and export `{own} = My{own}()`"


def _subject_text(value: object, name: str | None) -> str:
    try:
        if is_class(value):
            text = f"the class {full_name(cast('type', value))}"
        elif is_instance(value, ModuleType):
            text = f"the module {module_namespace(cast('ModuleType', value)).get('__name__', '?')}"
        elif type(value).__name__ == "function" and type(value).__module__ == "builtins":
            text = f"the function {cast('type', value).__qualname__.rpartition('<locals>.')[2]}"
        elif type(value) is BuiltinFunctionType:
            # Those of a module are bound to it, those of an object to that.
            home = value.__self__
            kind = "function" if home is None or is_instance(home, ModuleType) else "method"
            text = f"the builtin {kind} {value.__name__}"
        elif type(value) is MethodType and type(value.__func__) is FunctionType:
            text = f"the method {value.__func__.__qualname__.rpartition('<locals>.')[2]}"
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
