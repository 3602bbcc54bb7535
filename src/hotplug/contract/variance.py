"""The variance of a type parameter that declares none (PEP 695, typing specification "Variance inference").

The specification compares the class with itself under a wider and a narrower argument. Reading where the
parameter stands gives the same answer: in results only it is covariant, in parameters only contravariant.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING

from hotplug.contract.assigned import assigned
from hotplug.contract.callables import read_bound
from hotplug.contract.declarations import class_annotations, inner_of, scope_of_class
from hotplug.contract.forms import term_of
from hotplug.contract.functions import read_function
from hotplug.contract.lineage import (
    CONTRAVARIANT,
    COVARIANT,
    INFERRED,
    INVARIANT,
    direct_bases,
    parameters_of,
    variances_of,
)
from hotplug.contract.reflection import derives, is_frozen_dataclass, namespace
from hotplug.contract.terms import (
    CallableTerm,
    ClassOf,
    GuardTerm,
    Instance,
    ParameterList,
    Qualified,
    Term,
    TupleTerm,
    UnionTerm,
    Unpacked,
    Variable,
)

if TYPE_CHECKING:
    from hotplug.contract.signature import Signature

_READ, _TAKEN = 1, -1


def inferred_variance(cls: type, index: int) -> str:
    """Return the variance of the class's type parameter at the index."""
    return _Inspection().of(cls, index)


def _is_private(name: str) -> bool:
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def _assigned_names(cls: type) -> tuple[str, ...]:
    init = namespace(cls).get("__init__")
    return init.__code__.co_names if type(init) is types.FunctionType else ()


class _Inspection:
    """One walk through the classes that mention each other; one met again is taken for covariant meanwhile."""

    __slots__ = ("_busy",)

    def __init__(self) -> None:
        self._busy: set[tuple[int, int]] = set()

    def of(self, cls: type, index: int) -> str:
        step = (id(cls), index)
        if step in self._busy:
            return COVARIANT
        self._busy.add(step)
        signs: set[int] = set()
        var = parameters_of(cls)[index]
        for base, args in direct_bases(cls):
            self._arguments(base, args, var, _READ, signs)
        self._attributes(cls, var, signs)
        self._methods(cls, var, signs)
        self._busy.discard(step)
        if len(signs) > 1:
            return INVARIANT
        return CONTRAVARIANT if _TAKEN in signs else COVARIANT

    def _attributes(self, cls: type, var: object, signs: set[int]) -> None:
        frozen = is_frozen_dataclass(cls) or derives(cls, tuple)
        scope = scope_of_class(cls)
        for name, form in class_annotations(cls).items():
            term = term_of(form, scope)
            final = isinstance(term, Qualified) and "Final" in term.qualifiers
            self._term(term, var, _READ, signs)
            if not (frozen or final or _is_private(name)):
                self._term(term, var, _TAKEN, signs)

        declared = class_annotations(cls)
        for name in _assigned_names(cls):
            found = assigned(cls, name)
            if found is not None and found[1] is cls and not _is_private(name) and name not in declared:
                self._term(found[0], var, _READ, signs)
                self._term(found[0], var, _TAKEN, signs)

    def _methods(self, cls: type, var: object, signs: set[int]) -> None:
        for name, raw in namespace(cls).items():
            if name in {"__init__", "__new__", "__class_getitem__"}:
                continue
            if type(raw) is property:
                for function, bound in ((raw.fget, _READ), (raw.fset, _TAKEN)):
                    if type(function) is types.FunctionType:
                        signature = read_function(function, cls)
                        if bound == _READ:
                            self._term(signature.returns, var, _READ, signs)
                        elif len(signature.positional) > 1:
                            self._term(signature.positional[1].term, var, _TAKEN, signs)
            elif type(raw) is types.FunctionType or type(inner_of(raw)) is types.FunctionType:
                reading = read_bound(raw, cls)
                for each in reading if isinstance(reading, tuple) else ():
                    self._signature(each, var, _READ, signs)

    def _signature(self, signature: Signature, var: object, sign: int, signs: set[int]) -> None:
        parameters = [*signature.positional, *signature.keywords]
        parameters += [each for each in (signature.variadic, signature.extra) if each is not None]
        for each in parameters:
            self._term(each.term, var, -sign, signs)
        if signature.rest is not None:
            self._term(signature.rest, var, -sign, signs)
        self._term(signature.returns, var, sign, signs)

    def _arguments(self, cls: type, args: tuple[Term, ...], var: object, sign: int, signs: set[int]) -> None:
        variances = variances_of(cls)
        for index, each in enumerate(args):
            variance = variances[index] if index < len(variances) else INVARIANT
            if variance == INFERRED:
                variance = self.of(cls, index)
            if variance != CONTRAVARIANT:
                self._term(each, var, sign, signs)
            if variance != COVARIANT:
                self._term(each, var, -sign, signs)

    def _term(self, term: Term, var: object, sign: int, signs: set[int]) -> None:
        if isinstance(term, Variable):
            if term.var is var:
                signs.add(sign)
        elif isinstance(term, Instance):
            self._arguments(term.cls, term.args, var, sign, signs)
        elif isinstance(term, UnionTerm):
            for each in term.items:
                self._term(each, var, sign, signs)
        elif isinstance(term, TupleTerm):
            for each in (*term.prefix, *term.suffix, *([] if term.repeated is None else [term.repeated])):
                self._term(each, var, sign, signs)
        elif isinstance(term, CallableTerm):
            for one in term.signatures:
                self._signature(one, var, sign, signs)
        elif isinstance(term, ParameterList):
            self._signature(term.signature, var, -sign, signs)
        elif isinstance(term, ClassOf | GuardTerm | Unpacked | Qualified):
            self._term(term.item, var, sign, signs)
