"""What a check found: every difference, and everything that could not be decided."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Difference:
    """One point in which the value is not what the contract asks for.

    Args:
        path: Where in the contract: ``greet.return``, ``greet(name)``, ``Person.name``; empty for the value.
        expected: What the contract asks for there.
        actual: What was found.
        place: Where that stands in the plugin's source, ``file:line``, or None where nothing says.
    """

    __slots__ = ("actual", "expected", "path", "place")

    def __init__(self, path: str, expected: str, actual: str, place: str | None = None) -> None:
        self.path = path
        self.expected = expected
        self.actual = actual
        self.place = place

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Difference):
            return NotImplemented
        mine = (self.path, self.expected, self.actual, self.place)
        return mine == (other.path, other.expected, other.actual, other.place)

    def __hash__(self) -> int:
        return hash((self.path, self.expected, self.actual, self.place))

    def __repr__(self) -> str:
        return f"Difference({self.path!r}, {self.expected!r}, {self.actual!r}, {self.place!r})"

    def __str__(self) -> str:
        """Return the line that the reader of a report sees."""
        text = f"expected {self.expected}, found {self.actual}"
        if self.path:
            text = f"{self.path}: {text}"
        return f"{text}  ({self.place})" if self.place else text


class Unchecked:
    """One point that could not be decided without running code or reading more than the value itself.

    Args:
        path: Where in the contract, as in `Difference`.
        reason: Why it could not be decided.
    """

    __slots__ = ("path", "reason")

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Unchecked):
            return NotImplemented
        return (self.path, self.reason) == (other.path, other.reason)

    def __hash__(self) -> int:
        return hash((self.path, self.reason))

    def __repr__(self) -> str:
        return f"Unchecked({self.path!r}, {self.reason!r})"

    def __str__(self) -> str:
        """Return the line that the reader of a report sees."""
        return f"{self.path}: {self.reason}" if self.path else self.reason


class Report:
    """The answer of a check: truthy when the value satisfies the contract.

    Args:
        subject: What was checked, in words: ``Greeter (an instance of eng.Greeting)``.
        contract: The contract, in words: ``greeter.Greeter``. Both may be functions that return the words.
        differences: Every difference, the most telling first.
        unchecked: Every point that was left undecided.
        hint: The one sentence that names an author's usual mistake, where the check recognised one.
    """

    __slots__ = ("_contract", "_subject", "differences", "hint", "unchecked")

    def __init__(
        self,
        subject: str | Callable[[], str],
        contract: str | Callable[[], str],
        differences: Iterable[Difference] = (),
        unchecked: Iterable[Unchecked] = (),
        hint: str | None = None,
    ) -> None:
        self._subject = subject
        self._contract = contract
        self.differences = tuple(differences)
        self.unchecked = tuple(unchecked)
        self.hint = hint

    @property
    def subject(self) -> str:
        """What was checked, in words."""
        return self._subject if isinstance(self._subject, str) else self._subject()

    @property
    def contract(self) -> str:
        """The contract, in words."""
        return self._contract if isinstance(self._contract, str) else self._contract()

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
