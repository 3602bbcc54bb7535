"""Can a value of one type be used where another is wanted? The typing specification's assignability.

One `Relation` serves one check: it remembers what is assumed of recursive protocols, what the value's type
variables were found to stand for, and what could not be decided.
"""

from __future__ import annotations

import types
import typing
from typing import TYPE_CHECKING, cast

from hotplug.contract.calls import problems
from hotplug.contract.lineage import (
    CONTRAVARIANT,
    COVARIANT,
    INFERRED,
    ancestor_arguments,
    variances_of,
)
from hotplug.contract.literals import is_lone_member, members_of_literal
from hotplug.contract.reflection import (
    bare_name,
    derives,
    is_protocol,
    is_typed_dict,
    module_name,
)
from hotplug.contract.terms import (
    BOOL,
    LITERAL_STRING,
    OBJECT,
    AliasTerm,
    AnyTerm,
    CallableTerm,
    ClassOf,
    GuardTerm,
    Inferred,
    Instance,
    LiteralTerm,
    ModuleTerm,
    NeverTerm,
    NewTypeTerm,
    ParameterList,
    Qualified,
    SelfTerm,
    Term,
    TupleTerm,
    UnionTerm,
    Unpacked,
    Variable,
    same,
    union,
)
from hotplug.contract.typeshed import declaration

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from hotplug.contract.inference import Inference, Saved
    from hotplug.contract.signature import Signature

_PROMOTED = {id(float): (int,), id(complex): (float, int)}
# A protocol that grows with each step of its recursion has no end; checkers give up too.
_DEEPEST = 40
# The class Any stands among the bases of a class whose real bases are not known.
_ANY_BASE = cast("type", typing.Any)


class Relation:
    """The assignability of types within one check.

    Attributes:
        doubts: Reasons why an answer was taken for yes without being known.
    """

    __slots__ = ("_inference", "assumed", "depth", "doubts")

    def __init__(self) -> None:
        self.assumed: set[Hashable] = set()
        self.depth = 0
        self.doubts: list[str] = []
        self._inference: Inference | None = None

    def doubt(self, reason: str) -> None:
        """Note that an answer is taken for yes without being known; an Any of the author's is no doubt."""
        if reason:
            self.doubts.append(reason)

    @property
    def inference(self) -> Inference:
        """What is known of the value's type variables."""
        if self._inference is None:
            from hotplug.contract.inference import Inference

            self._inference = Inference(self.assignable)
        return self._inference

    def saved(self) -> Saved:
        """Return what is known of the value's type variables, to be given to `restore`."""
        return None if self._inference is None else self._inference.saved()

    def restore(self, kept: Saved) -> None:
        """Forget what was learned of type variables since."""
        if self._inference is not None:
            self._inference.restore(kept)

    def assignable(self, source: Term, target: Term) -> bool:
        """Say whether a value of the source type can be used where the target type is wanted."""
        if source is target:
            return True
        kind, wanted = type(source), type(target)
        if kind is Instance and wanted is Instance:
            one, other = cast("Instance", source), cast("Instance", target)
            if one.cls is other.cls and not one.args and not other.args:
                return True
            return self._instances(one, other)
        if kind is AnyTerm or wanted is AnyTerm:
            reason = cast("AnyTerm", source if kind is AnyTerm else target).reason
            if reason:
                self.doubts.append(reason)
            return True
        if target is OBJECT or kind is NeverTerm:
            return True
        return self._general(source, target)

    def equivalent(self, one: Term, other: Term) -> bool:
        """Say whether each type can be used for the other: what an invariant type parameter asks."""
        return self.assignable(one, other) and self.assignable(other, one)

    def _general(self, source: Term, target: Term) -> bool:
        if isinstance(source, AliasTerm) or isinstance(target, AliasTerm):
            return self._aliases(source, target)
        if isinstance(source, Qualified):
            return self.assignable(source.item, target)
        if isinstance(target, Qualified):
            return self.assignable(source, target.item)
        if isinstance(source, Inferred):
            if isinstance(target, Inferred) and target is source:
                return True
            return self.inference.above(source, target)
        if isinstance(target, Inferred):
            return self.inference.below(target, source)
        if isinstance(source, UnionTerm):
            return all(self.assignable(each, target) for each in source.items)
        if isinstance(target, UnionTerm):
            return self._one_of(source, target)
        if isinstance(source, Variable) or isinstance(target, Variable):
            return self._variables(source, target)
        if isinstance(source, SelfTerm) or isinstance(target, SelfTerm):
            return type(source) is type(target)
        if isinstance(source, ParameterList) or isinstance(target, ParameterList):
            return self._parameter_lists(source, target)
        if isinstance(target, NeverTerm):
            return False
        return self._by_target(source, target)

    def _by_target(self, source: Term, target: Term) -> bool:
        if isinstance(target, NewTypeTerm):
            if target is LITERAL_STRING and isinstance(source, LiteralTerm):
                return type(source.value) is str
            if isinstance(source, NewTypeTerm):
                if source.newtype is target.newtype:
                    return True
                return self.assignable(source.supertype, target)
            return False
        if isinstance(source, NewTypeTerm):
            return self.assignable(source.supertype, target)
        if isinstance(target, LiteralTerm):
            return (isinstance(source, LiteralTerm) and same(source, target)) or is_lone_member(source, target)
        if isinstance(target, GuardTerm):
            if not isinstance(source, GuardTerm) or source.kind != target.kind:
                return False
            # TypeIs is invariant, TypeGuard covariant (PEP 742).
            fits = self.equivalent if target.kind == "TypeIs" else self.assignable
            return fits(source.item, target.item)
        if isinstance(source, GuardTerm):
            return self.assignable(BOOL, target)
        if isinstance(target, CallableTerm):
            return self._callables(source, target)
        if isinstance(target, ClassOf):
            return self._classes(source, target)
        if isinstance(target, TupleTerm):
            return self._tuples(source, target)
        if isinstance(target, Instance):
            return self._to_instance(source, target)
        if isinstance(target, Unpacked) and isinstance(source, Unpacked):
            return self.assignable(source.item, target.item)
        return same(source, target)

    def _aliases(self, source: Term, target: Term) -> bool:
        pair = (source.key(), target.key())
        if pair[0] == pair[1] or pair in self.assumed:
            return True
        self.assumed.add(pair)
        fits = self.assignable(
            source.expand() if isinstance(source, AliasTerm) else source,
            target.expand() if isinstance(target, AliasTerm) else target,
        )
        if not fits:
            self.assumed.discard(pair)
        return fits

    def _one_of(self, source: Term, target: UnionTerm) -> bool:
        expanded = members_of_literal(source)
        if expanded is not None and not any(self.trial(source, each) for each in target.items):
            return all(any(self.trial(each, one) for one in target.items) for each in expanded)
        items: Iterable[Term] = target.items
        if any(type(each) is Inferred for each in items):
            # A variable of the value takes what no other member does: None leaves the T of Optional[T] alone.
            items = sorted(items, key=lambda each: type(each) is Inferred)
        return any(self.trial(source, each) for each in items)

    def trial(self, source: Term, target: Term) -> bool:
        """Say whether the source fits, forgetting what was learned of type variables where it does not."""
        kept = self.saved()
        doubts = len(self.doubts)
        if self.assignable(source, target):
            return True
        self.restore(kept)
        del self.doubts[doubts:]
        return False

    def _variables(self, source: Term, target: Term) -> bool:
        if same(source, target):
            return True
        if isinstance(source, Variable):
            return self._upper(source, target)
        return False

    def _upper(self, source: Variable, target: Term) -> bool:
        constraints = self.inference.constraints_of(source)
        if constraints:
            return all(self.assignable(each, target) for each in constraints)
        return self.assignable(self.inference.bound_of(source), target)

    def _parameter_lists(self, source: Term, target: Term) -> bool:
        if not (isinstance(source, ParameterList) and isinstance(target, ParameterList)):
            return False
        # What can be called with the target's arguments takes the source's: parameters are contravariant.
        return not any(problems(source.signature, target.signature, self))

    # Classes and their instances

    def _instances(self, source: Instance, target: Instance) -> bool:
        wanted = target.cls
        if wanted is object:
            return True
        promoted = _PROMOTED.get(id(wanted))
        if promoted is not None and any(derives(source.cls, each) for each in promoted):
            return True
        if is_typed_dict(wanted) or is_typed_dict(source.cls):
            return self._typed_dicts(source, target)
        args = ancestor_arguments(source.cls, source.args, wanted)
        if args is not None:
            return self._arguments(wanted, args, target.args)
        if derives(source.cls, _ANY_BASE):
            self.doubt(f"{bare_name(source.cls)} derives from Any")
            return True
        return self._structural(source, target)

    def _arguments(self, cls: type, given: tuple[Term, ...], wanted: tuple[Term, ...]) -> bool:
        if not wanted:
            return True
        if not given:
            self.doubt(f"the type arguments of {bare_name(cls)}")
            return True
        variances = variances_of(cls)
        for index, (one, other) in enumerate(zip(given, wanted, strict=False)):
            variance = variances[index] if index < len(variances) else "="
            if variance == INFERRED:
                from hotplug.contract.variance import inferred_variance

                variance = inferred_variance(cls, index)
            if variance == COVARIANT:
                fits = self.assignable(one, other)
            elif variance == CONTRAVARIANT:
                fits = self.assignable(other, one)
            else:
                fits = self.equivalent(one, other)
            if not fits:
                return False
        return True

    def _to_instance(self, source: Term, target: Instance) -> bool:
        if target.cls is object:
            return True
        if isinstance(source, Instance):
            return self._instances(source, target)
        if isinstance(source, LiteralTerm):
            return self._instances(Instance(type(source.value)), target)
        if isinstance(source, TupleTerm):
            items = [*source.prefix, *([source.repeated] if source.repeated is not None else []), *source.suffix]
            if protocol_of(target.cls) is not None and declaration(target.cls) is None:
                return self._structural(source, target)
            return self._instances(Instance(tuple, (union(items),)), target)
        if isinstance(source, ClassOf):
            return self._class_object(source, target)
        if isinstance(source, CallableTerm):
            if derives(types.FunctionType, target.cls):
                return True
            return self._structural(source, target)
        if isinstance(source, ModuleTerm):
            return derives(types.ModuleType, target.cls) or self._structural(source, target)
        return False

    def _class_object(self, source: ClassOf, target: Instance) -> bool:
        item = source.item
        if isinstance(item, AnyTerm):
            return derives(type, target.cls) or self._structural(Instance(type), target)
        if not isinstance(item, Instance):
            bound = self.inference.bound_of(item) if isinstance(item, Variable) else None
            return bound is not None and self._class_object(ClassOf(bound), target)
        if derives(type(item.cls), target.cls):
            return True
        return self._structural(source, target)

    def _structural(self, source: Term, target: Instance) -> bool:
        protocol = protocol_of(target.cls)
        if protocol is None:
            return False
        from hotplug.contract.structure import satisfies
        from hotplug.contract.subjects import Subject

        pair = (source.key(), target.key())
        if pair in self.assumed:
            return True
        if self.depth > _DEEPEST:
            self.doubt(f"a recursion without end in {bare_name(target.cls)}")
            return True
        self.assumed.add(pair)
        self.depth += 1
        try:
            wanted = target if protocol is target.cls else Instance(protocol, target.args)
            fits = satisfies(Subject(source), wanted, self)
        finally:
            self.depth -= 1
        if not fits:
            self.assumed.discard(pair)
        return fits

    def _typed_dicts(self, source: Instance, target: Instance) -> bool:
        from hotplug.contract.records import typed_dicts_fit

        return typed_dicts_fit(source, target, self)

    def _classes(self, source: Term, target: ClassOf) -> bool:
        if isinstance(source, ClassOf):
            return self.assignable(source.item, target.item)
        if isinstance(source, Instance) and derives(source.cls, type):
            # An instance of a metaclass: which class it is cannot be told from its type.
            return isinstance(target.item, AnyTerm) or target.item is OBJECT
        return False

    def _tuples(self, source: Term, target: TupleTerm) -> bool:
        from hotplug.contract.tuples import tuples_fit

        return tuples_fit(source, target, self)

    # Callables

    def _callables(self, source: Term, target: CallableTerm) -> bool:
        from hotplug.contract.subjects import Subject, call_signatures

        given = call_signatures(Subject(source), self)
        if given is None:
            return False
        if isinstance(given, AnyTerm):
            self.doubt(given.reason)
            return True
        return self.overloads(given, target.signatures)

    def overloads(self, given: tuple[Signature, ...], wanted: tuple[Signature, ...]) -> bool:
        """Say whether each wanted signature is covered by one of those given."""
        return all(any(self.call_fits(one, each) for one in given) for each in wanted)

    def call_fits(self, source: Signature, target: Signature) -> bool:
        """Say whether the source can be called as the target can."""
        kept = self.saved()
        doubts = len(self.doubts)
        if next(problems(target, source, self), None) is None:
            return True
        self.restore(kept)
        del self.doubts[doubts:]
        return False


def protocol_of(cls: type) -> type | None:
    """Return the protocol that the class is, or that typeshed says it is; None for a nominal class."""
    if is_protocol(cls):
        return cls
    if module_name(cls) in {"collections.abc", "_collections_abc", "contextlib", "os"}:
        from hotplug.contract.protocols import protocol_for

        return protocol_for(cls)
    return None
