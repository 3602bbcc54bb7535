"""What a check found: every difference, and everything that could not be decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Difference(NamedTuple):
    """One point in which the value is not what the contract asks for.

    Attributes:
        path: Where in the contract: ``greet.return``, ``greet(name)``, ``Person.name``; empty for the value itself.
        expected: What the contract asks for there.
        actual: What was found.
        place: Where that stands in the plugin's source, ``file:line``, or None where nothing says.
    """

    path: str
    expected: str
    actual: str
    place: str | None = None

    def __str__(self) -> str:
        """Return the line that the reader of a report sees."""
        text = f"expected {self.expected}, found {self.actual}"
        if self.path:
            text = f"{self.path}: {text}"
        return f"{text}  ({self.place})" if self.place else text


class Unchecked(NamedTuple):
    """One point that could not be decided without running code or reading more than the value itself.

    Attributes:
        path: Where in the contract, as in `Difference`.
        reason: Why it could not be decided.
    """

    path: str
    reason: str

    def __str__(self) -> str:
        """Return the line that the reader of a report sees."""
        return f"{self.path}: {self.reason}" if self.path else self.reason


class Report:
    """The answer of a check: truthy when the value satisfies the contract.

    Args:
        subject: What was checked, in words: ``Greeter (an instance of eng.Greeting)``.
        contract: The contract, in words: ``greeter.Greeter``.
        differences: Every difference, the most telling first.
        unchecked: Every point that was left undecided.
        hint: The one sentence that names an author's usual mistake, where the check recognised one.
    """

    __slots__ = ("contract", "differences", "hint", "subject", "unchecked")

    def __init__(
        self,
        subject: str,
        contract: str,
        differences: Iterable[Difference] = (),
        unchecked: Iterable[Unchecked] = (),
        hint: str | None = None,
    ) -> None:
        self.subject = subject
        self.contract = contract
        self.differences = tuple(differences)
        self.unchecked = tuple(unchecked)
        self.hint = hint

    def __bool__(self) -> bool:
        """Say whether the value satisfies the contract."""
        return not self.differences

    def __str__(self) -> str:
        """Return the text for the reader: the hint, then all differences, then what was not checked."""
        if self:
            lines = [f"{self.subject} satisfies {self.contract}"]
            lines += [f"  not checked: {each}" for each in self.unchecked]
        elif self.hint is not None:
            # The mistake explains every difference: to list them all would bury the sentence that helps.
            lines = [self.hint]
        else:
            lines = [f"{self.subject} does not satisfy {self.contract}:"]
            lines += [f"  - {each}" for each in self.differences]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Return a short account for a debugger."""
        verdict = "satisfied" if self else f"{len(self.differences)} differences"
        return f"<Report {self.subject} against {self.contract}: {verdict}, {len(self.unchecked)} unchecked>"
