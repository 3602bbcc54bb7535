"""Where a class comes from: its type parameters, its generic bases, and the variance of the parameters.

User classes say it in ``__orig_bases__``. The builtins and ``collections.abc`` say nothing when the program
runs; for these a table repeats what typeshed declares.
"""

from __future__ import annotations

import typing
from typing import Any, cast

from hotplug.contract.reflection import bare_name, bases, derives, is_heap_type, module_name, mro, namespace
from hotplug.contract.terms import (
    ANY,
    AnyTerm,
    Instance,
    ParameterList,
    Term,
    TupleTerm,
    Unpacked,
    Variable,
    union,
)
from hotplug.contract.typeshed import declaration

Arguments = tuple[Term, ...]
COVARIANT, CONTRAVARIANT, INVARIANT, INFERRED = "+", "-", "=", "?"


def parameters_of(cls: type) -> tuple[object, ...]:
    """Return the class's type parameters: TypeVars of its author, or letters of the table above."""
    own = namespace(cls).get("__parameters__")
    original = cast("tuple[Any, ...] | None", namespace(cls).get("__orig_bases__"))
    if type(own) is tuple and own:
        if len(cast("tuple[object, ...]", own)) > 1 and original is not None:
            # Protocol[S, T] says the order, as Generic[S, T] does; the interpreter heeds only the latter.
            for each in original:
                if getattr(each, "__origin__", None) is typing.Protocol:
                    return cast("tuple[object, ...]", each.__parameters__)
        return cast("tuple[object, ...]", own)
    if type(original) is tuple and own is None:
        # class Names(dict[str, T]): without Generic among the bases nothing collects the parameters.
        found: dict[int, object] = {}
        for each in cast("tuple[object, ...]", original):
            for var in cast("tuple[object, ...]", getattr(each, "__parameters__", ())):
                found[id(var)] = var
        return tuple(found.values())
    declared = declaration(cls)
    if not declared:
        return ()
    head = declared.partition(" ")[0]
    return tuple(head[index] for index in range(1, len(head), 2))


def variances_of(cls: type) -> tuple[str, ...]:
    """Return the declared variance of each type parameter; "?" where it must be inferred (PEP 695)."""
    declared = declaration(cls)
    if declared is None:
        return tuple(_variance(each) for each in parameters_of(cls))
    head = declared.partition(" ")[0]
    return tuple(head[index] for index in range(0, len(head), 2))


def _variance(var: object) -> str:
    if type(var) is typing.TypeVarTuple:
        return COVARIANT
    given = cast("Any", var)
    if given.__covariant__:
        return COVARIANT
    if given.__contravariant__:
        return CONTRAVARIANT
    return INFERRED if getattr(given, "__infer_variance__", False) else INVARIANT


def fit_arguments(cls: type, args: Arguments) -> Arguments:
    """Return the arguments one for each parameter: lists for ParamSpecs, a tuple for a TypeVarTuple."""
    own = parameters_of(cls)
    if not own:
        return args
    kinds = [type(each) for each in own]
    if typing.ParamSpec in kinds:
        if len(own) == 1 and not (len(args) == 1 and isinstance(args[0], ParameterList | Variable | AnyTerm)):
            from hotplug.contract.signature import Parameter, Signature

            listed = tuple(Parameter("", each) for each in args)
            args = (ParameterList(Signature(listed, len(listed))),)
    elif typing.TypeVarTuple in kinds:
        at = kinds.index(typing.TypeVarTuple)
        after = len(own) - at - 1
        middle = args[at : len(args) - after]
        packed = _packed(middle)
        args = (*args[:at], packed, *args[len(args) - after :]) if after else (*args[:at], packed)
    if len(args) < len(own):
        args = (*args, *[default_of(each) for each in own[len(args) :]])
    return args


def _packed(items: Arguments) -> Term:
    if len(items) == 1 and isinstance(items[0], Unpacked):
        return items[0].item
    prefix: list[Term] = []
    suffix: list[Term] = []
    repeated: Term | None = None
    for item in items:
        if not isinstance(item, Unpacked):
            (prefix if repeated is None else suffix).append(item)
        elif isinstance(item.item, TupleTerm):
            (prefix if repeated is None else suffix).extend(item.item.prefix)
            if item.item.repeated is not None:
                repeated = item.item.repeated
                suffix.extend(item.item.suffix)
        else:
            repeated = item.item
    return TupleTerm(tuple(prefix), repeated, tuple(suffix))


def default_of(var: object) -> Term:
    """Return what a type parameter means where no argument is given: its default (PEP 696), else Any."""
    if type(var) is str:
        # The result of __exit__ is the second parameter of the context managers; typeshed's default.
        return ANY
    given = cast("Any", var)
    if not getattr(given, "has_default", bool)():
        return ANY
    from hotplug.contract.scope import Scope
    from hotplug.contract.subscripts import argument

    try:
        return argument(given.__default__, Scope({}))
    except Exception as problem:  # noqa: BLE001 - a lazy default is the author's code
        return AnyTerm(f"the default of {given.__name__} has no value: {type(problem).__name__}")


def direct_bases(cls: type) -> list[tuple[type, Arguments]]:
    """Return the class's bases with the arguments that it gives them, in terms of its own parameters."""
    declared = declaration(cls)
    if declared is not None:
        return _table_bases(declared)
    held = namespace(cls)
    original = held.get("__orig_bases__")
    if "_fields" in held and tuple in bases(cls):
        from hotplug.contract.records import named_tuple_items

        return [(tuple, (union(named_tuple_items(cls).prefix),))]
    if type(original) is not tuple:
        return [(each, ()) for each in bases(cls)]
    from hotplug.contract.forms import term_of
    from hotplug.contract.scope import Scope

    found: list[tuple[type, Arguments]] = []
    scope = Scope(_globals_of(cls), None, None, (cls,))
    for each in cast("tuple[object, ...]", original):
        term = term_of(each, scope)
        if isinstance(term, Instance):
            # Generic[T] and Protocol[T] declare parameters; nothing is inherited from them.
            if module_name(term.cls) != "typing" or bare_name(term.cls) not in {"Generic", "Protocol"}:
                found.append((term.cls, term.args))
        elif isinstance(term, TupleTerm):
            found.append((tuple, (term,)))
    given = {id(each) for each, _ in found}
    found += [(each, ()) for each in bases(cls) if id(each) not in given]
    return found


def _globals_of(cls: type) -> dict[str, object]:
    import sys

    module = sys.modules.get(module_name(cls))
    return {} if module is None else vars(module)


# The table's classes live as long as the interpreter: what was read of it can be kept.
_READ: dict[str, list[tuple[type, Arguments]]] = {}


def _table_bases(declared: str) -> list[tuple[type, Arguments]]:
    kept = _READ.get(declared)
    if kept is None:
        kept = _READ[declared] = _read_table(declared)
    return kept


def _read_table(declared: str) -> list[tuple[type, Arguments]]:
    from hotplug.contract.annotations import parse
    from hotplug.contract.forms import term_of
    from hotplug.contract.scope import Scope

    head, _, rest = declared.partition(" ")
    letters: dict[str, object] = {head[index]: _LETTERS[head[index]] for index in range(1, len(head), 2)}
    scope = Scope({**_table_names(), **letters})
    found: list[tuple[type, Arguments]] = []
    for each in rest.split():
        term = term_of(parse(each), scope)
        if isinstance(term, Instance):
            found.append((term.cls, term.args))
    return found


def _table_names() -> dict[str, object]:
    import collections
    import collections.abc
    import sys

    names: dict[str, object] = {**vars(collections), **vars(collections.abc)}
    names |= {"TextIO": typing.TextIO, "BinaryIO": typing.BinaryIO}
    for home in ("contextlib", "os", "_asyncio"):
        if home in sys.modules:
            names |= vars(sys.modules[home])
    return names


_made: Any = typing.TypeVar
_LETTERS: dict[str, object] = {each: _made(each) for each in "TKVSR"}


def ancestor_arguments(cls: type, args: Arguments, ancestor: type) -> Arguments | None:
    """Return the arguments that the class gives to an ancestor, or None where it is none.

    Args without a known value are left out: the answer is then shorter than the ancestor's parameters.
    """
    if cls is ancestor:
        return args
    if not derives(cls, ancestor) and declaration(cls) is None and not _declared_above(cls):
        return None
    for each, given in direct_bases(cls):
        found = ancestor_arguments(each, _applied(cls, args, given), ancestor)
        if found is not None:
            return found
    return () if derives(cls, ancestor) else None


def _declared_above(cls: type) -> bool:
    """Say whether a class of the table stands in the MRO: it may have bases that the MRO does not show."""
    return any(declaration(each) is not None for each in mro(cls))


def _applied(cls: type, args: Arguments, given: Arguments) -> Arguments:
    if not given:
        return ()
    meant = meaning_of(cls, args)
    if not meant:
        return given
    from hotplug.contract.substitution import substituted

    return tuple(substituted(each, meant) for each in given)


def meaning_of(cls: type, args: Arguments) -> dict[int, Term]:
    """Return what the class's type parameters stand for, under the identity of each; Any where not said."""
    own = parameters_of(cls)
    if not own:
        return {}
    meant: dict[int, Term] = {}
    for index, var in enumerate(own):
        term = args[index] if index < len(args) else default_of(var)
        meant[id(_LETTERS[var]) if isinstance(var, str) else id(var)] = term
    return meant


def is_standard(cls: type) -> bool:
    """Say whether the class was made by C or belongs to the table: its members have no annotations to read."""
    return not is_heap_type(cls) or declaration(cls) is not None


Meaning = "Mapping[int, Term]"
