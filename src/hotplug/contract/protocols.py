"""The standard ABCs that typeshed declares as protocols, declared as such.

When the program runs, ``collections.abc.Iterable`` is an ABC without annotations. These are what a class is
compared with when a contract asks for one of them.
"""

# ruff: noqa: D101, TC003 - the classes repeat what typeshed says; their annotations are read when it runs

from __future__ import annotations

import collections.abc
import contextlib
import os
from types import TracebackType
from typing import Any, Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)
R_co = TypeVar("R_co", covariant=True)


class Iterable(Protocol[T_co]):
    def __iter__(self) -> collections.abc.Iterator[T_co]: ...


class Iterator(Protocol[T_co]):
    def __next__(self) -> T_co: ...
    def __iter__(self) -> collections.abc.Iterator[T_co]: ...


class Reversible(Protocol[T_co]):
    def __iter__(self) -> collections.abc.Iterator[T_co]: ...
    def __reversed__(self) -> collections.abc.Iterator[T_co]: ...


class Container(Protocol[T_co]):
    def __contains__(self, x: object, /) -> bool: ...


class Collection(Protocol[T_co]):
    def __iter__(self) -> collections.abc.Iterator[T_co]: ...
    def __contains__(self, x: object, /) -> bool: ...
    def __len__(self) -> int: ...


class Sized(Protocol):
    def __len__(self) -> int: ...


class Hashable(Protocol):
    def __hash__(self) -> int: ...


class Awaitable(Protocol[T_co]):
    def __await__(self) -> collections.abc.Generator[Any, Any, T_co]: ...


class AsyncIterable(Protocol[T_co]):
    def __aiter__(self) -> collections.abc.AsyncIterator[T_co]: ...


class AsyncIterator(Protocol[T_co]):
    def __anext__(self) -> collections.abc.Awaitable[T_co]: ...
    def __aiter__(self) -> collections.abc.AsyncIterator[T_co]: ...


class Buffer(Protocol):
    def __buffer__(self, flags: int, /) -> memoryview: ...


class AbstractContextManager(Protocol[T_co, R_co]):
    def __enter__(self) -> T_co: ...
    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> R_co: ...


class AbstractAsyncContextManager(Protocol[T_co, R_co]):
    async def __aenter__(self) -> T_co: ...
    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> R_co: ...


class PathLike(Protocol[T_co]):
    def __fspath__(self) -> T_co: ...


_STANDARD: dict[type, type] = {
    collections.abc.Iterable: Iterable,
    collections.abc.Iterator: Iterator,
    collections.abc.Reversible: Reversible,
    collections.abc.Container: Container,
    collections.abc.Collection: Collection,
    collections.abc.Sized: Sized,
    collections.abc.Hashable: Hashable,
    collections.abc.Awaitable: Awaitable,
    collections.abc.AsyncIterable: AsyncIterable,
    collections.abc.AsyncIterator: AsyncIterator,
    contextlib.AbstractContextManager: AbstractContextManager,
    contextlib.AbstractAsyncContextManager: AbstractAsyncContextManager,
    os.PathLike: PathLike,
    **dict.fromkeys([each for each in (getattr(collections.abc, "Buffer", None),) if each is not None], Buffer),
}
_BY_IDENTITY = {id(cls): protocol for cls, protocol in _STANDARD.items()}


def protocol_for(cls: type) -> type | None:
    """Return the protocol that typeshed declares in the place of a standard ABC, or None."""
    return _BY_IDENTITY.get(id(cls))
