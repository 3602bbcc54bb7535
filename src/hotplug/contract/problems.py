"""Why a callable cannot stand in for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Protocol

    from hotplug.contract.terms import Term

    class Relates(Protocol):
        """What decides whether one type can stand in for another."""

        def assignable(self, source: Term, target: Term) -> bool:
            """Say whether a value of the source type can be used where the target type is wanted."""
            ...


class Problem:
    """One reason why a callable cannot stand in for the contract's.

    Args:
        parameter: The parameter that it concerns, or "return", or empty for the signature as a whole.
        expected: What the contract asks for.
        actual: What was found.
        terms: The two types that do not fit, source and target, to explain further; or None.
    """

    __slots__ = ("actual", "expected", "parameter", "terms")

    def __init__(self, parameter: str, expected: str, actual: str, terms: tuple[Term, Term] | None = None) -> None:
        self.parameter = parameter
        self.expected = expected
        self.actual = actual
        self.terms = terms
