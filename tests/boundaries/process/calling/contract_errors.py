"""Exceptions that are not what their class makes of them, in one module that host and worker both import."""

# ruff: noqa: TC003 - what it imports is read at run time

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from hotplug.contract import raises


class PathError(OSError):
    """Has an ``__init__`` of its own: then the builtin ``__new__`` fills nothing."""

    def __init__(self, path: str) -> None:
        super().__init__(2, "no such", path)
        self.path = path


class MixedError(ValueError, OSError):
    """What is in its memory, its second base says."""


class SlottedError(Exception):
    """Keeps what it has in slots."""

    __slots__ = ("_secret", "code", "never")

    def __init__(self, code: int) -> None:
        super().__init__("slotted")
        self.code = code
        self._secret = None


class MoreSlottedError(SlottedError):
    """Keeps more in slots."""

    __slots__ = ("more",)


class GuardedError(OSError):
    """Would run code where it is filled."""

    def __setattr__(self, name: str, value: object) -> None:
        raise ZeroDivisionError


class Attacked(Protocol):
    """What raises."""

    @raises(PathError, MixedError, SlottedError, MoreSlottedError, GuardedError)
    def fail(self, how: str) -> None: ...
    def call(self, function: Callable[[], object]) -> object: ...
