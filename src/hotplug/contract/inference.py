"""What the type variables of a value stand for: bounds gathered while it is compared, kept consistent."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any, cast

from hotplug.contract.terms import OBJECT, Inferred, Instance, Term, Variable, same

if TYPE_CHECKING:
    from collections.abc import Callable

    Bounds = tuple[tuple[Term, ...], tuple[Term, ...]]
    Saved = dict[int, tuple[Inferred, Bounds]] | None


class Inference:
    """Lower and upper bounds of type variables; a new bound must agree with those on the other side.

    Args:
        assignable: Decides between two types.
    """

    __slots__ = ("_assignable", "_bounds", "_busy")

    def __init__(self, assignable: Callable[[Term, Term], bool]) -> None:
        self._assignable = assignable
        self._bounds: dict[int, tuple[Inferred, Bounds]] = {}
        self._busy: set[tuple[int, object]] = set()

    def saved(self) -> Saved:
        """Return what is known, to be given to `restore`."""
        return dict(self._bounds) if self._bounds else None

    def restore(self, kept: Saved) -> None:
        """Forget what was learned since."""
        self._bounds = kept if kept is not None else {}

    def below(self, variable: Inferred, lower: Term) -> bool:
        """Learn that the variable stands for something that the lower type can be used as."""
        return self._learn(variable, lower, 0)

    def above(self, variable: Inferred, upper: Term) -> bool:
        """Learn that what the variable stands for can be used as the upper type."""
        return self._learn(variable, upper, 1)

    def _learn(self, variable: Inferred, term: Term, side: int) -> bool:
        step = (id(variable) * 2 + side, term.key())
        if step in self._busy:
            return True
        lowers, uppers = self._bounds.get(id(variable), (variable, ((), ())))[1]
        if any(same(term, each) for each in (uppers if side else lowers)):
            return True
        if side:
            uppers = (*uppers, term)
        else:
            lowers = (*lowers, term)
        self._bounds[id(variable)] = (variable, (lowers, uppers))
        self._busy.add(step)
        try:
            return self._consistent(variable, term, side, lowers, uppers)
        finally:
            self._busy.discard(step)

    def _consistent(
        self, variable: Inferred, term: Term, side: int, lowers: tuple[Term, ...], uppers: tuple[Term, ...]
    ) -> bool:
        constraints = self.constraints_of(variable)
        if constraints:
            # A variable of the contract's with the same constraints is as good a meaning as each of them.
            candidates = [*constraints, *[each for each in lowers if self._constrained_alike(each, constraints)]]
            return any(
                all(self._assignable(each, one) for each in lowers)
                and all(self._assignable(one, each) for each in uppers)
                for one in candidates
            )
        if side:
            return all(self._assignable(each, term) for each in lowers)
        bound = self.bound_of(variable)
        if bound is not OBJECT and not self._assignable(term, bound):
            return False
        return all(self._assignable(term, each) for each in uppers)

    def _constrained_alike(self, term: Term, constraints: tuple[Term, ...]) -> bool:
        own = self.constraints_of(term) if isinstance(term, Variable) else ()
        return bool(own) and all(any(same(one, other) for other in constraints) for one in own)

    def bound_of(self, variable: Variable) -> Term:
        """Return the type that the variable must stay below; object where none is declared."""
        if type(variable.var) is not typing.TypeVar:
            return OBJECT
        bound = self._lazy(variable.var, "__bound__")
        return OBJECT if bound is None else self._term(bound)

    def constraints_of(self, variable: Variable) -> tuple[Term, ...]:
        """Return the types of which the variable must be one; none where none are declared."""
        if type(variable.var) is not typing.TypeVar:
            return ()
        found = cast("tuple[object, ...]", self._lazy(variable.var, "__constraints__") or ())
        return tuple(self._term(each) for each in found)

    @staticmethod
    def _lazy(var: object, name: str) -> object:
        try:
            return getattr(cast("Any", var), name)
        except Exception:  # noqa: BLE001 - PEP 695 bounds are lazy expressions of the author's
            return None

    @staticmethod
    def _term(form: object) -> Term:
        from hotplug.contract.forms import term_of
        from hotplug.contract.scope import Scope

        term = term_of(form, Scope({}))
        return OBJECT if isinstance(term, Instance) and term.cls is object else term
