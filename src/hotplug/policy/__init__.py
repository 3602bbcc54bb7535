"""What the host decides about a plugin beyond its code: how long things may take, how much at once.

What its operator decides is in ``hotplug.policy.file``, which is imported only where there is such a file.
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from time import monotonic

from hotplug.errors import PolicyError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextvars import Token
    from typing import Literal, NoReturn

_LONGEST = 10 * 366 * 86_400.0
"""Seconds: what is given as more is as good as unlimited, and no system counts to infinity."""

_until: ContextVar[float | None] = ContextVar("hotplug.deadline", default=None)
"""The earliest deadline around the code that runs, as ``time.monotonic`` counts; None is no deadline."""


class Limits:
    """The bounds of a plugin in a worker process; frozen, hashable, comparable.

    Args:
        start: Seconds that opening may take, the plugin's own start included; None is unlimited.
        deadline: Seconds that a call may take where no `deadline` around it says less; None is unlimited.
        concurrency: How many calls may run at once, sharing one state; with 1, the default, each runs on the
            worker's main thread.

    Raises:
        TypeError: If a value is not a number of its kind.
        ValueError: If a time is not positive, or the concurrency is below 1.
    """

    __slots__ = ("concurrency", "deadline", "start")

    def __init__(self, *, start: float | None = 30.0, deadline: float | None = None, concurrency: int = 1) -> None:
        for name, seconds in (("start", start), ("deadline", deadline)):
            object.__setattr__(self, name, _seconds(f"Limits({name}=...)", seconds))
        if type(concurrency) is not int:
            raise TypeError(f"Limits(concurrency=...) takes an int, not {concurrency!r}")
        if concurrency < 1:
            raise ValueError(f"Limits(concurrency=...) is at least 1, not {concurrency}")
        object.__setattr__(self, "concurrency", concurrency)

    if TYPE_CHECKING:
        start: float | None
        deadline: float | None
        concurrency: int

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("limits do not change: make others")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("limits do not change: make others")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Limits) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        return f"Limits(start={self.start!r}, deadline={self.deadline!r}, concurrency={self.concurrency!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return _limits, self._values()

    def _values(self) -> tuple[float | None, float | None, int]:
        return (self.start, self.deadline, self.concurrency)


def _limits(start: float | None, deadline: float | None, concurrency: int) -> Limits:
    return Limits(start=start, deadline=deadline, concurrency=concurrency)


class deadline:  # noqa: N801  (used as a function is, like contextlib.suppress)
    """A context manager: what is asked of plugins inside it must be answered within so many seconds.

    The time is absolute from the moment that the block is entered; of nested ones the earliest counts. It is read
    when a call, an ``open`` or an item of a stream starts, and passed on to what a plugin asks in turn. It holds
    for the thread or task that entered it, and for what these start with a copied context. An inline plugin is
    not interrupted: there it is only passed on.

    Args:
        seconds: How long, from entering; may be 0.

    Raises:
        TypeError: If it is not a number.
        ValueError: If it is negative or no number at all.
    """

    __slots__ = ("_seconds", "_tokens")

    def __init__(self, seconds: float) -> None:
        given = _seconds("deadline()", seconds, least=0.0)
        if given is None:
            raise TypeError("deadline() takes seconds; for no deadline, leave it out")
        self._seconds = given
        self._tokens: list[Token[float | None]] = []

    def __enter__(self) -> None:
        self._tokens.append(_until.set(earlier(_until.get(), monotonic() + self._seconds)))

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        _until.reset(self._tokens.pop())


#: Returns the deadline of the code that runs, as ``time.monotonic`` counts; None if there is none.
current_deadline = _until.get


def earlier(one: float | None, other: float | None) -> float | None:
    """Return the earlier of two deadlines, None being none."""
    if one is None:
        return other
    return one if other is None or one < other else other


class until:  # noqa: N801  (as `deadline`)
    """A context manager: the deadline that came with a request holds for what is done to answer it."""

    __slots__ = ("_time", "_token")

    def __init__(self, time: float | None) -> None:
        self._time = time

    def __enter__(self) -> None:
        self._token = _until.set(self._time)

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        _until.reset(self._token)


def decided(boundary: object, limits: object) -> tuple[Literal["inline", "process"], Limits | None]:
    """Return where a plugin runs and within which bounds, as it was asked for, unless the environment says other.

    ``HOTPLUG_BOUNDARY=inline``, to debug, has every plugin run inline; limits are dropped with a warning.

    Raises:
        PolicyError: If there is no such boundary, or it has no limits.
    """
    if limits is not None and not isinstance(limits, Limits):
        raise TypeError(f"limits are given as hotplug.Limits(...), not as {limits!r}")
    if boundary not in (None, "inline", "process"):
        raise PolicyError(f"there is no boundary {boundary!r}", remedy="boundaries are 'inline' and 'process'")
    forced = os.environ.get("HOTPLUG_BOUNDARY", "")
    if forced not in ("", "inline"):
        raise PolicyError(
            f"HOTPLUG_BOUNDARY is {forced!r} in the environment",
            remedy="it can only be inline, to debug; unset it",
        )
    if forced:
        if limits is not None:
            import warnings

            warnings.warn(
                "HOTPLUG_BOUNDARY=inline: limits are not held to, the plugin runs in this interpreter",
                RuntimeWarning,
                stacklevel=3,
            )
        return "inline", None
    if boundary != "process":
        if limits is not None:
            raise PolicyError("an inline plugin has no limits", remedy="open it with boundary='process'")
        return "inline", None
    return "process", None if limits == Limits() else limits


def _seconds(what: str, given: object, *, least: float | None = None) -> float | None:
    if given is None:
        return None
    if type(given) not in (int, float):
        raise TypeError(f"{what} takes seconds as a number, not {given!r}")
    seconds = float(given)  # type: ignore[arg-type]
    if not (seconds > 0 if least is None else seconds >= least):
        raise ValueError(f"{what} takes {'positive ' if least is None else ''}seconds, not {given!r}")
    return min(seconds, _LONGEST)
