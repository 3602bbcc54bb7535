"""Async functions, generators, context managers; decorators; what a result is."""
# mypy: ignore-errors
# pyright: basic
# ruff: noqa

import contextlib
import functools
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Coroutine, Generator, Iterable, Iterator
from typing import Any, Callable, ContextManager, Literal, NewType, Never, NoReturn, Optional, ParamSpec, Protocol, TypedDict, TypeGuard, TypeVar, Union, Unpack, NotRequired, overload

from corpus import accept, refuse

T = TypeVar("T")
P = ParamSpec("P")


class Fetcher(Protocol):
    async def fetch(self, url: str) -> bytes: ...

class AsyncFetcher:
    async def fetch(self, url: str) -> bytes: return b""

class SyncFetcher:
    def fetch(self, url: str) -> bytes: return b""

class WrongFetcher:
    async def fetch(self, url: str) -> str: return ""

class CoroutineFetcher:
    def fetch(self, url: str) -> Coroutine[Any, Any, bytes]: raise NotImplementedError

class AwaitableFetcher:
    def fetch(self, url: str) -> Awaitable[bytes]: raise NotImplementedError

class UntypedAsync:
    async def fetch(self, url): return b""

accept("an async method", AsyncFetcher(), Fetcher)
refuse("a sync method for an async one", SyncFetcher(), Fetcher)
refuse("an async method of another result", WrongFetcher(), Fetcher)
accept("a method that gives a coroutine", CoroutineFetcher(), Fetcher)
refuse("a method that gives an awaitable", AwaitableFetcher(), Fetcher)
accept("an async method without annotations", UntypedAsync(), Fetcher)

class SyncProto(Protocol):
    def fetch(self, url: str) -> bytes: ...

refuse("an async method for a sync one", AsyncFetcher(), SyncProto)

class AwaitProto(Protocol):
    def fetch(self, url: str) -> Awaitable[bytes]: ...

accept("an async method for an Awaitable", AsyncFetcher(), AwaitProto)
accept("an Awaitable for an Awaitable", AwaitableFetcher(), AwaitProto)

class Streams(Protocol):
    def stream(self) -> Iterator[int]: ...

class GeneratorStream:
    def stream(self) -> Iterator[int]: yield 1

class FullGenerator:
    def stream(self) -> Generator[int, None, None]: yield 1

class ListStream:
    def stream(self) -> list[int]: return [1]

class StrStream:
    def stream(self) -> Iterator[str]: yield ""

class AsyncStream:
    async def stream(self) -> AsyncIterator[int]: yield 1

accept("a generator", GeneratorStream(), Streams)
accept("a generator, declared in full", FullGenerator(), Streams)
refuse("a list is no Iterator", ListStream(), Streams)
refuse("a generator of something else", StrStream(), Streams)
refuse("an async generator for a generator", AsyncStream(), Streams)

class GeneratorProto(Protocol):
    def stream(self) -> Generator[int, None, None]: ...

refuse("an Iterator is no Generator", GeneratorStream(), GeneratorProto)
accept("a Generator is a Generator", FullGenerator(), GeneratorProto)

class IterableProto(Protocol):
    def stream(self) -> Iterable[float]: ...

accept("a generator is an Iterable", GeneratorStream(), IterableProto)
accept("a list is an Iterable", ListStream(), IterableProto)

class AsyncStreams(Protocol):
    def stream(self) -> AsyncIterator[int]: ...

class AsyncGeneratorStream:
    async def stream(self) -> AsyncGenerator[int, None]: yield 1

class NoYield:
    async def stream(self) -> AsyncIterator[int]: raise NotImplementedError

accept("an async generator", AsyncStream(), AsyncStreams)
accept("an async generator, declared in full", AsyncGeneratorStream(), AsyncStreams)
refuse("a coroutine of an async iterator", NoYield(), AsyncStreams)
refuse("a generator for an async generator", GeneratorStream(), AsyncStreams)

class AwaitedStreams(Protocol):
    async def stream(self) -> AsyncIterator[int]: ...

refuse("an async generator where a coroutine is wanted", AsyncStream(), AwaitedStreams)
accept("a coroutine of an async iterator where it is wanted", NoYield(), AwaitedStreams)


class Sessions(Protocol):
    def session(self) -> ContextManager[int]: ...

class GoodSession:
    @contextlib.contextmanager
    def session(self) -> Iterator[int]: yield 1

class StrSession:
    @contextlib.contextmanager
    def session(self) -> Iterator[str]: yield ""

class NoManager:
    def session(self) -> Iterator[int]: yield 1

accept("a context manager by decorator", GoodSession(), Sessions)
refuse("a context manager of something else", StrSession(), Sessions)
refuse("an iterator is no context manager", NoManager(), Sessions)

class Own:
    def __enter__(self) -> int: return 1
    def __exit__(self, *args: object) -> None: ...

class GivesOwn:
    def session(self) -> Own: return Own()

accept("a class with __enter__ and __exit__", GivesOwn(), Sessions)


def logged(f: Callable[P, T]) -> Callable[P, T]:
    @functools.wraps(f)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        return f(*args, **kwargs)
    return wrapper

class Runs(Protocol):
    def run(self, x: int) -> str: ...

class LoggedRun:
    @logged
    def run(self, x: int) -> str: return ""

class LoggedWrong:
    @logged
    def run(self, x: str) -> str: return ""

class LoggedMany:
    @logged
    def run(self, x: int, y: int) -> str: return ""

accept("a decorated method", LoggedRun(), Runs)
refuse("a decorated method of another type", LoggedWrong(), Runs)
refuse("a decorated method of more parameters", LoggedMany(), Runs)

class PartialRun:
    def _run(self, y: int, x: int) -> str: return ""
    run = functools.partialmethod(_run, 1)

class LambdaRun:
    run = lambda self, x: ""

class LambdaWrong:
    run = lambda self: ""

accept("a lambda as a method", LambdaRun(), Runs)
refuse("a lambda of no parameters as a method", LambdaWrong(), Runs)


class Checks(Protocol):
    def check(self, x: object) -> bool: ...

class GuardCheck:
    def check(self, x: object) -> TypeGuard[int]: return True

accept("a type guard gives a bool", GuardCheck(), Checks)

class Guards(Protocol):
    def check(self, x: object) -> TypeGuard[int]: ...

class BoolCheck:
    def check(self, x: object) -> bool: return True

class GuardBool:
    def check(self, x: object) -> TypeGuard[bool]: return True

class GuardStr:
    def check(self, x: object) -> TypeGuard[str]: return True

accept("a type guard of a narrower type", GuardBool(), Guards)
refuse("a type guard of another type", GuardStr(), Guards)
refuse("a bool is no type guard", BoolCheck(), Guards)


class Stops(Protocol):
    def stop(self) -> NoReturn: ...

class NeverStops:
    def stop(self) -> None: ...

class ReallyStops:
    def stop(self) -> Never: raise SystemExit

accept("never returns", ReallyStops(), Stops)
refuse("returns, where it never should", NeverStops(), Stops)

class Gives(Protocol):
    def stop(self) -> int: ...

accept("never returns, where anything is wanted", ReallyStops(), Gives)


UserId = NewType("UserId", int)
AdminId = NewType("AdminId", UserId)

class Finds(Protocol):
    def find(self, user: UserId) -> UserId: ...

class FindsUser:
    def find(self, user: UserId) -> UserId: return user

class FindsInt:
    def find(self, user: int) -> UserId: return UserId(1)

class GivesInt:
    def find(self, user: UserId) -> int: return 1

class GivesAdmin:
    def find(self, user: UserId) -> AdminId: raise NotImplementedError

class TakesAdmin:
    def find(self, user: AdminId) -> UserId: return user

accept("a NewType for itself", FindsUser(), Finds)
accept("the supertype where the NewType is given", FindsInt(), Finds)
refuse("the supertype where the NewType is wanted", GivesInt(), Finds)
accept("a NewType of the NewType where it is wanted", GivesAdmin(), Finds)
refuse("a NewType of the NewType where it is given", TakesAdmin(), Finds)


class Modes(Protocol):
    def mode(self, m: Literal["r", "w"]) -> str: ...

class StrMode:
    def mode(self, m: str) -> Literal["x"]: return "x"

class MoreModes:
    def mode(self, m: Literal["r", "w", "a"]) -> str: return ""

class FewerModes:
    def mode(self, m: Literal["r"]) -> str: return ""

accept("any str for some literals", StrMode(), Modes)
accept("more literals than given", MoreModes(), Modes)
refuse("fewer literals than given", FewerModes(), Modes)

class GivesLiteral(Protocol):
    def mode(self) -> Literal["a", "b"]: ...

class GivesOneLiteral:
    def mode(self) -> Literal["a"]: return "a"

class GivesStr:
    def mode(self) -> str: return ""

accept("one of the literals", GivesOneLiteral(), GivesLiteral)
refuse("any str where literals are wanted", GivesStr(), GivesLiteral)


class Movie(TypedDict):
    name: str
    year: int

class Named(TypedDict):
    name: str

class LooseYear(TypedDict):
    name: str
    year: NotRequired[int]

class ObjectYear(TypedDict):
    name: str
    year: object

class GivesNamed(Protocol):
    def get(self) -> Named: ...

class GivesMovie(Protocol):
    def get(self) -> Movie: ...

class MovieGetter:
    def get(self) -> Movie: raise NotImplementedError

class NamedGetter:
    def get(self) -> Named: raise NotImplementedError

class LooseGetter:
    def get(self) -> LooseYear: raise NotImplementedError

class ObjectGetter:
    def get(self) -> ObjectYear: raise NotImplementedError

class DictGetter:
    def get(self) -> dict[str, object]: raise NotImplementedError

accept("a TypedDict with more keys", MovieGetter(), GivesNamed)
refuse("a TypedDict with fewer keys", NamedGetter(), GivesMovie)
refuse("a TypedDict whose key is not required", LooseGetter(), GivesMovie)
refuse("a TypedDict whose key is of a wider type", ObjectGetter(), GivesMovie)
refuse("a dict is no TypedDict", DictGetter(), GivesNamed)

class GivesMapping(Protocol):
    def get(self) -> "Mapping[str, object]": ...

class GivesDict(Protocol):
    def get(self) -> dict[str, object]: ...

from collections.abc import Mapping

accept("a TypedDict is a Mapping of objects", MovieGetter(), GivesMapping)
refuse("a TypedDict is no dict", MovieGetter(), GivesDict)


class Options(TypedDict):
    size: int
    name: NotRequired[str]

class TakesOptions(Protocol):
    def run(self, **kwargs: Unpack[Options]) -> None: ...

class KeywordRun:
    def run(self, *, size: int, name: str = "") -> None: ...

class UnpackRun:
    def run(self, **kwargs: Unpack[Options]) -> None: ...

class StrictRun:
    def run(self, *, size: int, name: str) -> None: ...

class StrSizeRun:
    def run(self, *, size: str, name: str = "") -> None: ...

accept("keywords for an unpacked TypedDict", KeywordRun(), TakesOptions)
accept("an unpacked TypedDict for the same", UnpackRun(), TakesOptions)
refuse("a required keyword for one that is not", StrictRun(), TakesOptions)
refuse("a keyword of another type for an unpacked one", StrSizeRun(), TakesOptions)


class Overloads(Protocol):
    @overload
    def get(self, key: int) -> str: ...
    @overload
    def get(self, key: str) -> int: ...

class SameOverloads:
    @overload
    def get(self, key: int) -> str: ...
    @overload
    def get(self, key: str) -> int: ...
    def get(self, key: Any) -> Any: ...

class OneOverload:
    def get(self, key: int) -> str: return ""

class UnionGet:
    def get(self, key: int | str) -> str | int: return ""

class WrongOverloads:
    @overload
    def get(self, key: int) -> str: ...
    @overload
    def get(self, key: str) -> str: ...
    def get(self, key: Any) -> Any: ...

class MoreOverloads:
    @overload
    def get(self, key: int) -> str: ...
    @overload
    def get(self, key: str) -> int: ...
    @overload
    def get(self, key: None) -> None: ...
    def get(self, key: Any) -> Any: ...

accept("the same overloads of a method", SameOverloads(), Overloads)
refuse("one of two overloads of a method", OneOverload(), Overloads)
refuse("the union of two overloads of a method", UnionGet(), Overloads)
refuse("one overload of another result", WrongOverloads(), Overloads)
accept("more overloads than wanted", MoreOverloads(), Overloads)

class OneGet(Protocol):
    def get(self, key: int) -> str: ...

accept("an overloaded method for one of its cases", SameOverloads(), OneGet)

class UnionParam(Protocol):
    def get(self, key: int | str) -> str | int: ...

class Wide:
    def get(self, key: object) -> str: return ""

accept("object takes a union", Wide(), UnionParam)


class TypeTaker(Protocol):
    def make(self, kind: type[int]) -> int: ...

class AnyTypeTaker:
    def make(self, kind: type) -> int: return 1

class StrTypeTaker:
    def make(self, kind: type[str]) -> int: return 1

class GenericTypeTaker:
    def make(self, kind: type[T]) -> T: return kind()

accept("takes any class", AnyTypeTaker(), TypeTaker)
refuse("takes another class", StrTypeTaker(), TypeTaker)
accept("takes a class and makes it", GenericTypeTaker(), TypeTaker)


class Pairs(Protocol):
    def pair(self) -> tuple[int, str]: ...

class GoodPair:
    def pair(self) -> tuple[bool, str]: return (True, "")

class LongPair:
    def pair(self) -> tuple[int, str, int]: return (1, "", 1)

class LoosePair:
    def pair(self) -> tuple[int | str, ...]: return (1, "")

accept("tuples are covariant", GoodPair(), Pairs)
refuse("a tuple of another length", LongPair(), Pairs)
refuse("a tuple of any length for a pair", LoosePair(), Pairs)

class Manys(Protocol):
    def pair(self) -> tuple[int | str, ...]: ...

accept("a pair for a tuple of any length", GoodPair(), Manys)

class Takes(Protocol):
    def take(self, x: int | None) -> None: ...

class TakesInt:
    def take(self, x: int) -> None: ...

class TakesOptional:
    def take(self, x: Optional[float]) -> None: ...

refuse("takes no None", TakesInt(), Takes)
accept("takes None and more", TakesOptional(), Takes)
