"""PEP 695 and later: type parameters in brackets, type aliases, variance inference, defaults."""
# mypy: ignore-errors
# pyright: basic
# ruff: noqa

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Concatenate, Literal, NamedTuple, Protocol, Self, TypedDict, override

from corpus import accept, refuse


class Source[T](Protocol):
    def get(self) -> T: ...

class Sink[T](Protocol):
    def put(self, item: T) -> None: ...

class Cell[T](Protocol):
    item: T

class IntSource:
    def get(self) -> int: return 1

class IntSink:
    def put(self, item: int) -> None: ...

class IntCell:
    item: int = 1

accept("a source", IntSource(), Source[int])
accept("a source is covariant", IntSource(), Source[float])
refuse("a source of something else", IntSource(), Source[str])
accept("a sink", IntSink(), Sink[int])
accept("a sink is contravariant", IntSink(), Sink[bool])
refuse("a sink takes no more", IntSink(), Sink[float])
accept("a cell", IntCell(), Cell[int])
refuse("a cell is invariant", IntCell(), Cell[float])

class Box[T]:
    def __init__(self, item: T) -> None:
        self._item = item
    def get(self) -> T: return self._item

class MutableBox[T]:
    def __init__(self, item: T) -> None:
        self.item = item
    def get(self) -> T: return self.item
    def set(self, item: T) -> None: self.item = item

accept("a generic class", Box[int](1), Source[int])
refuse("a generic class of something else", Box[str](""), Source[int])

class GivesBox:
    def box(self) -> Box[int]: return Box(1)
    def mutable(self) -> MutableBox[int]: return MutableBox(1)

class WantsBox(Protocol):
    def box(self) -> Box[float]: ...

class WantsMutable(Protocol):
    def mutable(self) -> MutableBox[float]: ...

class WantsSameMutable(Protocol):
    def mutable(self) -> MutableBox[int]: ...

accept("a class that only gives is covariant", GivesBox(), WantsBox)
refuse("a class that gives and takes is invariant", GivesBox(), WantsMutable)
accept("an invariant class with its own argument", GivesBox(), WantsSameMutable)

class GivesSources:
    def source(self) -> Source[int]: raise NotImplementedError
    def sink(self) -> Sink[float]: raise NotImplementedError
    def cell(self) -> Cell[int]: raise NotImplementedError

class WantsSource(Protocol):
    def source(self) -> Source[float]: ...

class WantsSink(Protocol):
    def sink(self) -> Sink[int]: ...

class WantsWideSink(Protocol):
    def sink(self) -> Sink[object]: ...

class WantsCell(Protocol):
    def cell(self) -> Cell[float]: ...

accept("an inferred covariant protocol", GivesSources(), WantsSource)
accept("an inferred contravariant protocol", GivesSources(), WantsSink)
refuse("an inferred contravariant protocol, wider", GivesSources(), WantsWideSink)
refuse("an inferred invariant protocol", GivesSources(), WantsCell)

@dataclasses.dataclass(frozen=True)
class FrozenBox[T]:
    item: T

@dataclasses.dataclass
class DataBox[T]:
    item: T

class GivesData:
    def frozen(self) -> FrozenBox[int]: raise NotImplementedError
    def data(self) -> DataBox[int]: raise NotImplementedError

class WantsFrozen(Protocol):
    def frozen(self) -> FrozenBox[float]: ...

class WantsData(Protocol):
    def data(self) -> DataBox[float]: ...

accept("a frozen dataclass is covariant", GivesData(), WantsFrozen)
refuse("a dataclass is invariant", GivesData(), WantsData)

class Transform(Protocol):
    def apply[T](self, item: T) -> T: ...

class Identity:
    def apply[T](self, item: T) -> T: return item

class IntIdentity:
    def apply(self, item: int) -> int: return item

class Listing:
    def apply[S](self, item: S) -> list[S]: return [item]

accept("a generic method", Identity(), Transform)
refuse("a generic method for int only", IntIdentity(), Transform)
refuse("a generic method of another result", Listing(), Transform)

class BoundTransform:
    def apply[T: int](self, item: T) -> T: return item

class ConstrainedTransform:
    def apply[T: (int, str)](self, item: T) -> T: return item

class IntApply(Protocol):
    def apply(self, item: int) -> int: ...

class BytesApply(Protocol):
    def apply(self, item: bytes) -> bytes: ...

accept("a bound that is kept", BoundTransform(), IntApply)
refuse("a bound that is not kept", BoundTransform(), BytesApply)
accept("a constraint that is kept", ConstrainedTransform(), IntApply)
refuse("a constraint that is not kept", ConstrainedTransform(), BytesApply)

def identity[T](x: T) -> T: return x
def passes[**P, R](f: Callable[P, R]) -> Callable[P, list[R]]: raise NotImplementedError
def first[T](x: T, *rest: T) -> T: return x

accept("a generic function", identity, Callable[[int], int])
refuse("a generic function of another result", identity, Callable[[int], str])
accept("a decorator", passes, Callable[[Callable[[int], str]], Callable[[int], list[str]]])
refuse("a decorator of other parameters", passes, Callable[[Callable[[int], str]], Callable[[str], list[str]]])

type Names = list[str]
type Pair[T] = tuple[T, T]
type Json = None | bool | int | float | str | list[Json] | dict[str, Json]
type Handler[**P] = Callable[P, int]

class GivesNames:
    def names(self) -> Names: return []
    def pair(self) -> Pair[int]: return (1, 1)
    def json(self) -> Json: return None

class WantsNames(Protocol):
    def names(self) -> list[str]: ...

class WantsInts(Protocol):
    def names(self) -> list[int]: ...

class WantsPair(Protocol):
    def pair(self) -> tuple[int, int]: ...

class WantsStrPair(Protocol):
    def pair(self) -> tuple[int, str]: ...

class WantsJson(Protocol):
    def json(self) -> Json: ...

class WantsNames2(Protocol):
    def names(self) -> Names: ...

accept("an alias", GivesNames(), WantsNames)
accept("an alias for itself", GivesNames(), WantsNames2)
refuse("an alias of something else", GivesNames(), WantsInts)
accept("an alias with a parameter", GivesNames(), WantsPair)
refuse("an alias with a parameter, of something else", GivesNames(), WantsStrPair)
accept("a recursive alias", GivesNames(), WantsJson)

class GivesInt:
    def json(self) -> dict[str, Json]: return {}

class GivesBytes:
    def json(self) -> bytes: return b""

class GivesBytesList:
    def json(self) -> list[bytes]: return []

accept("a member of a recursive alias", GivesInt(), WantsJson)
refuse("no member of a recursive alias", GivesBytes(), WantsJson)
refuse("a list of no member of a recursive alias", GivesBytesList(), WantsJson)

accept("a value of a recursive alias", {"a": [1, "x", None]}, Json)
refuse("no value of a recursive alias", {"a": [1, b"x"]}, Json)
accept("a value of an alias", ["x"], Names)
refuse("no value of an alias", [1], Names)
accept("a value of an alias with a parameter", (1, 2), Pair[int])

class Runs[**P, R](Protocol):
    def run(self, *args: P.args, **kwargs: P.kwargs) -> R: ...

class RunsInt:
    def run(self, x: int) -> str: return ""

accept("a ParamSpec in brackets", RunsInt(), Runs[[int], str])
refuse("a ParamSpec in brackets of other parameters", RunsInt(), Runs[[str], str])
refuse("a ParamSpec in brackets of another result", RunsInt(), Runs[[int], int])
accept("a ParamSpec of any parameters", RunsInt(), Runs[..., str])

class Sub[T](Source[list[T]], Protocol):
    def name(self) -> str: ...

class GoodSub:
    def get(self) -> list[int]: return []
    def name(self) -> str: return ""

accept("a protocol derived from one in brackets", GoodSub(), Sub[int])
refuse("a protocol derived from one in brackets, of something else", GoodSub(), Sub[str])

class Base[T]:
    def get(self) -> T: raise NotImplementedError

class Derived[S](Base[dict[str, S]]): ...

accept("a class derived from one in brackets", Derived[int](), Source[dict[str, int]])
refuse("a class derived from one in brackets, of something else", Derived[int](), Source[dict[str, str]])

class Variadic[*Ts](Protocol):
    def take(self, *args: *Ts) -> None: ...

class TakesTwo:
    def take(self, a: int, b: str, /) -> None: ...

class Movie[T](TypedDict):
    item: T

accept("a generic TypedDict", {"item": 1}, Movie[int])
refuse("a generic TypedDict of something else", {"item": "x"}, Movie[int])

class Point[T](NamedTuple):
    x: T

accept("a generic named tuple", Point(1), tuple[int])
