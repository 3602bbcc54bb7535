"""What calling a class takes and gives (typing specification, "Constructors")."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, cast

from hotplug.contract.lineage import parameters_of
from hotplug.contract.reflection import find_in_class, is_heap_type
from hotplug.contract.signature import Signature
from hotplug.contract.substitution import SELF_KEY, substituted_signature
from hotplug.contract.terms import Instance, NeverTerm, Term, Variable

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.contract.callables import Reading


def read_constructor(cls: type) -> Reading:
    """Return the signatures of ``cls(...)``: the metaclass's ``__call__``, else ``__new__``, else ``__init__``."""
    from hotplug.contract.callables import read_bound

    made = made_by(cls)
    meta = find_in_class(type(cls), "__call__")
    if meta is not None and type(meta[0]) is types.FunctionType and meta[1] is not type:
        reading = read_bound(meta[0], meta[1])
        if isinstance(reading, tuple) and any(_is_other(each.returns, cls) for each in reading):
            return reading
    new = find_in_class(cls, "__new__")
    init = find_in_class(cls, "__init__")
    chosen: list[tuple[Reading, bool]] = []
    if new is not None and type(new[0]) is staticmethod and new[1] is not object:
        reading = _bound_new(cast("object", new[0]), new[1])
        if reading is not None:
            chosen.append((reading, True))
    if init is not None and type(init[0]) is types.FunctionType:
        reading = read_bound(init[0], init[1])
        if reading is not None:
            chosen.append((reading, False))
    if chosen and isinstance(chosen[0][0], tuple) and chosen[0][1]:
        first = chosen[0][0]
        if any(_is_other(each.returns, cls) for each in first):
            return first
        if len(chosen) == 2 and _takes_anything(first):  # noqa: PLR2004 - both __new__ and __init__
            chosen = chosen[1:]
    if not chosen:
        if is_heap_type(cls) and _plain(cls):
            return (Signature(returns=made),)
        return (
            Signature(gradual=True, returns=made)
            if (text := text_of(cls)) is None
            else text.replaced(returns=made),
        )
    found = chosen[0][0]
    if not isinstance(found, tuple):
        return found
    meaning = {SELF_KEY: made}
    return tuple(substituted_signature(each, meaning).replaced(returns=made) for each in found)


def text_of(cls: type) -> Signature | None:
    """Return the signature that a class made by C says in its text signature, or None."""
    from hotplug.contract.text_signatures import read_text_signature

    text = None if is_heap_type(cls) else _text(cls)
    return read_text_signature(text) if type(text) is str else None


_text = cast("Callable[[type], object]", type.__dict__["__text_signature__"].__get__)


def made_by(cls: type) -> Term:
    """Return the instances of the class, its type parameters standing for themselves."""
    own = parameters_of(cls)
    if own and not isinstance(own[0], str):
        return Instance(cls, tuple(Variable(each, getattr(each, "__name__", "?")) for each in own))
    return Instance(cls)


def _bound_new(raw: object, owner: type) -> Reading | None:
    from hotplug.contract.callables import inner_function, read_unbound

    reading = read_unbound(inner_function(raw), owner)
    if not isinstance(reading, tuple):
        return reading
    return tuple(each for each in (one.bound() for one in reading) if each is not None)


def _is_other(returns: Term, cls: type) -> bool:
    """Say whether ``__new__`` or a metaclass's ``__call__`` is annotated to make something else."""
    if isinstance(returns, NeverTerm):
        return True
    return isinstance(returns, Instance) and returns.cls is not cls and returns.cls is not object


def _takes_anything(signatures: tuple[Signature, ...]) -> bool:
    return all(each.variadic is not None and each.extra is not None and not each.positional for each in signatures)


def _plain(cls: type) -> bool:
    """Say whether ``object`` itself makes the instances."""
    new, init = find_in_class(cls, "__new__"), find_in_class(cls, "__init__")
    return new is not None and new[1] is object and init is not None and init[1] is object
