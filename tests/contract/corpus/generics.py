"""Generic protocols and generic classes: bindings, variance, inheritance of type arguments."""
# mypy: ignore-errors
# pyright: basic
# ruff: noqa

from collections.abc import Iterable, Iterator, Mapping, MutableSequence, Sequence
from typing import Any, Callable, Generic, ParamSpec, Protocol, TypeVar, Union

from corpus import accept, refuse

T = TypeVar("T")
S = TypeVar("S")
K = TypeVar("K")
T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)
P = ParamSpec("P")


class Source(Protocol[T_co]):
    def get(self) -> T_co: ...

class Sink(Protocol[T_contra]):
    def put(self, item: T_contra) -> None: ...

class Cell(Protocol[T]):
    item: T

class IntSource:
    def get(self) -> int: return 1

accept("a source of ints", IntSource(), Source[int])
accept("a source of ints is one of floats", IntSource(), Source[float])
refuse("a source of ints is none of strs", IntSource(), Source[str])
accept("a source of ints, of what is not asked", IntSource(), Source)
accept("a source of ints where Any is asked", IntSource(), Source[Any])
accept("a source of ints where a union is asked", IntSource(), Source[Union[int, str]])

class FloatSink:
    def put(self, item: float) -> None: ...

accept("a sink of floats takes ints", FloatSink(), Sink[int])
refuse("a sink of floats takes no strs", FloatSink(), Sink[str])
refuse("a sink of floats does not take everything", FloatSink(), Sink[object])

class IntCell:
    item: int = 1

accept("a cell of ints", IntCell(), Cell[int])
refuse("a cell of ints is none of floats", IntCell(), Cell[float])

class GenericSource(Generic[T]):
    def __init__(self, item: T) -> None:
        self.item = item
    def get(self) -> T: return self.item
    def put(self, item: T) -> None: ...

accept("a generic class with its argument", GenericSource[int](1), Source[int])
refuse("a generic class with another argument", GenericSource[str](""), Source[int])
accept("a generic class with its argument as a sink", GenericSource[float](1.0), Sink[int])
refuse("a generic class with another argument as a sink", GenericSource[int](1), Sink[str])

class IntSource2(GenericSource[int]): ...

accept("a subclass that binds the argument", IntSource2(1), Source[int])
refuse("a subclass that binds another argument", IntSource2(1), Source[str])

class Middle(GenericSource[list[S]], Generic[S]): ...

class Bottom(Middle[int]): ...

accept("a binding through two classes", Bottom([1]), Source[list[int]])
refuse("another binding through two classes", Bottom([1]), Source[list[str]])
accept("a binding through two classes, read as a sequence", Bottom([1]), Source[Sequence[float]])

class Both(Protocol[T]):
    def get(self) -> T: ...
    def put(self, item: T) -> None: ...

class IntBoth:
    def get(self) -> int: return 1
    def put(self, item: int) -> None: ...

class UnevenBoth:
    def get(self) -> int: return 1
    def put(self, item: float) -> None: ...

class BadBoth:
    def get(self) -> float: return 1
    def put(self, item: int) -> None: ...

accept("in and out of the same type", IntBoth(), Both[int])
accept("takes more than it gives, for the narrower", UnevenBoth(), Both[int])
accept("takes more than it gives, for the wider", UnevenBoth(), Both[float])
refuse("gives more than it takes, for the narrower", BadBoth(), Both[int])
refuse("gives more than it takes, for the wider", BadBoth(), Both[float])


class Sub(Source[T_co], Protocol[T_co]):
    def peek(self) -> T_co: ...

class IntSub:
    def get(self) -> int: return 1
    def peek(self) -> int: return 1

class MixedSub:
    def get(self) -> int: return 1
    def peek(self) -> str: return ""

accept("a protocol that passes its argument on", IntSub(), Sub[int])
refuse("a protocol that passes its argument on, not kept", MixedSub(), Sub[int])

class BoundSub(Source[int], Protocol):
    def name(self) -> str: ...

class IntNamed:
    def get(self) -> int: return 1
    def name(self) -> str: return ""

class StrNamed:
    def get(self) -> str: return ""
    def name(self) -> str: return ""

accept("a protocol that binds the argument of its base", IntNamed(), BoundSub)
refuse("a protocol that binds the argument of its base, not kept", StrNamed(), BoundSub)

class Renamed(Protocol[K, T_co]):
    def get(self) -> T_co: ...
    def key(self, key: K) -> K: ...

class IntKeyed:
    def get(self) -> int: return 1
    def key(self, key: str) -> str: return key

accept("two parameters in order", IntKeyed(), Renamed[str, int])
refuse("two parameters swapped", IntKeyed(), Renamed[int, str])


class Iter(Protocol[T_co]):
    def __iter__(self) -> Iterator[T_co]: ...

class Numbers:
    def __iter__(self) -> Iterator[int]: return iter([1])

accept("iterates over ints", Numbers(), Iter[int])
accept("iterates over ints, read as floats", Numbers(), Iter[float])
refuse("iterates over no strs", Numbers(), Iter[str])
accept("an Iterable by structure", Numbers(), Iterable[int])
refuse("an Iterable of something else by structure", Numbers(), Iterable[str])
refuse("an Iterable is no Sequence", Numbers(), Sequence[int])

class Lists:
    def items(self) -> list[int]: return []

class WantsList(Protocol):
    def items(self) -> list[float]: ...

class WantsSequence(Protocol):
    def items(self) -> Sequence[float]: ...

class WantsMutable(Protocol):
    def items(self) -> MutableSequence[int]: ...

class WantsIterable(Protocol):
    def items(self) -> Iterable[object]: ...

refuse("lists are invariant", Lists(), WantsList)
accept("sequences are covariant", Lists(), WantsSequence)
accept("a list is a mutable sequence", Lists(), WantsMutable)
accept("a list is an iterable", Lists(), WantsIterable)

class Dicts:
    def items(self) -> dict[str, int]: return {}

class WantsMapping(Protocol):
    def items(self) -> Mapping[str, float]: ...

class WantsObjectMapping(Protocol):
    def items(self) -> Mapping[object, float]: ...

class WantsDict(Protocol):
    def items(self) -> dict[str, float]: ...

class WantsKeys(Protocol):
    def items(self) -> Iterable[str]: ...

accept("mappings are covariant in their values", Dicts(), WantsMapping)
refuse("mappings are invariant in their keys", Dicts(), WantsObjectMapping)
refuse("dicts are invariant in their values", Dicts(), WantsDict)
accept("a dict iterates over its keys", Dicts(), WantsKeys)

class TakesList:
    def take(self, items: list[int]) -> None: ...

class TakesIterable:
    def take(self, items: Iterable[float]) -> None: ...

class GivesList(Protocol):
    def take(self, items: list[int]) -> None: ...

class GivesSequence(Protocol):
    def take(self, items: Sequence[int]) -> None: ...

accept("takes the list that is given", TakesList(), GivesList)
accept("takes any iterable", TakesIterable(), GivesList)
refuse("takes lists only, where any sequence is given", TakesList(), GivesSequence)


class Transform(Protocol):
    def apply(self, item: T) -> T: ...

class GenericTransform:
    def apply(self, item: S) -> S: return item

class IntTransform:
    def apply(self, item: int) -> int: return item

class AnyTransform:
    def apply(self, item: Any) -> Any: return item

class ListTransform:
    def apply(self, item: S) -> list[S]: return [item]

accept("a generic method", GenericTransform(), Transform)
refuse("a generic method for int only", IntTransform(), Transform)
accept("a generic method for Any", AnyTransform(), Transform)
refuse("a generic method with another result", ListTransform(), Transform)

class IntApply(Protocol):
    def apply(self, item: int) -> int: ...

accept("a generic method where one type is asked for", GenericTransform(), IntApply)
refuse("a generic method of another result where one type is asked for", ListTransform(), IntApply)

B = TypeVar("B", bound=int)
C = TypeVar("C", int, str)

class BoundTransform:
    def apply(self, item: B) -> B: return item

class ConstrainedTransform:
    def apply(self, item: C) -> C: return item

refuse("a bounded method for every type", BoundTransform(), Transform)
accept("a bounded method within its bound", BoundTransform(), IntApply)
refuse("a constrained method for every type", ConstrainedTransform(), Transform)
accept("a constrained method for one of its constraints", ConstrainedTransform(), IntApply)

class BoundProto(Protocol):
    def apply(self, item: B) -> B: ...

accept("a method without bound for a bounded one", GenericTransform(), BoundProto)
accept("a method of the same bound", BoundTransform(), BoundProto)

class ConstrainedProto(Protocol):
    def apply(self, item: C) -> C: ...

accept("a method of the same constraints", ConstrainedTransform(), ConstrainedProto)
accept("a method without constraints for a constrained one", GenericTransform(), ConstrainedProto)
refuse("a method of one of the constraints only", IntTransform(), ConstrainedProto)

class Mapper(Protocol):
    def map(self, function: Callable[[T], S], items: list[T]) -> list[S]: ...

class GoodMapper:
    def map(self, function: Callable[[K], T], items: list[K]) -> list[T]: return []

class SwappedMapper:
    def map(self, function: Callable[[K], T], items: list[T]) -> list[K]: return []

class IterableMapper:
    def map(self, function: Callable[[K], T], items: Iterable[K]) -> list[T]: return []

accept("two variables of a method", GoodMapper(), Mapper)
refuse("two variables of a method, swapped", SwappedMapper(), Mapper)
accept("two variables of a method, one used more widely", IterableMapper(), Mapper)


class Handler(Protocol[P]):
    def handle(self, *args: P.args, **kwargs: P.kwargs) -> None: ...

class IntHandler:
    def handle(self, x: int) -> None: ...

class TwoHandler:
    def handle(self, x: int, y: str) -> None: ...

accept("the parameters of a ParamSpec", IntHandler(), Handler[[int]])
refuse("other parameters of a ParamSpec", IntHandler(), Handler[[str]])
refuse("too many parameters for a ParamSpec", TwoHandler(), Handler[[int]])
accept("two parameters of a ParamSpec", TwoHandler(), Handler[[int, str]])
accept("any parameters of a ParamSpec", TwoHandler(), Handler[...])

class Recursive(Protocol[T_co]):
    def value(self) -> T_co: ...
    def next(self) -> "Recursive[T_co]": ...

class Chain(Generic[T_co]):
    def value(self) -> T_co: raise NotImplementedError
    def next(self) -> "Chain[T_co]": raise NotImplementedError

class BadChain:
    def value(self) -> int: raise NotImplementedError
    def next(self) -> Chain[str]: raise NotImplementedError

accept("a recursive generic protocol", Chain[int](), Recursive[int])
refuse("a recursive generic protocol of another argument", Chain[int](), Recursive[str])
refuse("a recursive generic protocol whose next one differs", BadChain(), Recursive[int])

class GenericAttr(Generic[T]):
    attr: T
    def __init__(self, attr: T) -> None:
        self.attr = attr


class HasAttr(Protocol[T]):
    attr: T

accept("an attribute of the class's parameter", GenericAttr[int](1), HasAttr[int])
refuse("an attribute of the class's parameter, of another type", GenericAttr[int](1), HasAttr[str])
refuse("an attribute of the class's parameter is invariant", GenericAttr[int](1), HasAttr[float])

class Box(Generic[T_co]):
    def __init__(self, item: T_co) -> None: ...

accept("a nominal generic class", Box[int](1), Box[int])
accept("a nominal covariant class", Box[int](1), Box[float])
refuse("a nominal generic class of another argument", Box[str](""), Box[int])

class InvariantBox(Generic[T]):
    def __init__(self, item: T) -> None: ...

refuse("a nominal invariant class", InvariantBox[int](1), InvariantBox[float])

class IntBox(InvariantBox[int]): ...

accept("a subclass of a bound generic class", IntBox(1), InvariantBox[int])
refuse("a subclass of a generic class bound otherwise", IntBox(1), InvariantBox[str])

class MyList(list[int]): ...

accept("a subclass of list[int]", MyList(), list[int])
refuse("a subclass of list[int] is no list[str]", MyList(), list[str])
accept("a subclass of list[int] is a Sequence[float]", MyList(), Sequence[float])

class MyDict(dict[str, list[T]]): ...

accept("a subclass of dict with its argument", MyDict[int](), Mapping[str, list[int]])
refuse("a subclass of dict with another argument", MyDict[int](), Mapping[str, list[str]])

class Comparable(Protocol):
    def __lt__(self, other: Any) -> bool: ...

accept("an int compares", 1, Comparable)
refuse("an object does not compare", object(), Comparable)

class SupportsRead(Protocol[T_co]):
    def read(self, n: int = ...) -> T_co: ...

class Reader:
    def read(self, n: int = -1) -> bytes: return b""

accept("reads bytes", Reader(), SupportsRead[bytes])
refuse("reads no str", Reader(), SupportsRead[str])

class NestedSource:
    def get(self) -> IntSource: return IntSource()

accept("a source of sources", NestedSource(), Source[Source[int]])
refuse("a source of sources of something else", NestedSource(), Source[Source[str]])

class TakesSource:
    def put(self, item: Source[float]) -> None: ...

accept("takes sources that are given", TakesSource(), Sink[IntSource])
refuse("takes no other sources", TakesSource(), Sink[Source[str]])
