"""What a contract's author can say of a member beyond its types: the exceptions that are part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

ATTRIBUTE = "__hotplug_raises__"


def _is_exception(each: object) -> bool:
    return isinstance(each, type) and issubclass(each, BaseException)


def raises(*exceptions: type[BaseException]) -> Callable[[T], T]:
    """Declare which exceptions a contract's member may raise to its caller.

    Put it on a function, method, class or static method of a contract, inside ``@property`` where there is
    one. Declared exceptions cross every boundary as themselves; all others arrive as `PluginRaised`.

    Args:
        *exceptions: Exception classes that the host can import.

    Raises:
        TypeError: One of them is not an exception class.
    """
    for each in exceptions:
        if not _is_exception(each):
            raise TypeError(f"raises() takes exception classes, not {each!r}")

    def declare(member: T) -> T:
        function = getattr(member, "__func__", member)
        known: tuple[type[BaseException], ...] = getattr(function, ATTRIBUTE, ())
        setattr(function, ATTRIBUTE, (*known, *exceptions))
        return member

    return declare
