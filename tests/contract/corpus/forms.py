"""Values against type forms: builtins and their items, literals, unions, tuples, records."""
# mypy: ignore-errors
# pyright: basic
# ruff: noqa

import abc
import collections
import dataclasses
import enum
from collections.abc import Awaitable, Callable, Collection, Container, Hashable, Iterable, Iterator, Mapping, MutableMapping, MutableSequence, Reversible, Sequence, Set, Sized
from typing import Annotated, Any, Dict, Final, Generic, List, Literal, NamedTuple, Never, NewType, NotRequired, Optional, Required, SupportsAbs, SupportsFloat, SupportsIndex, SupportsInt, Tuple, Type, TypedDict, TypeVar, Union

from corpus import accept, refuse

accept("an int", 5, int)
refuse("an int is no str", 5, str)
accept("an int is a float", 5, float)
accept("an int is a complex", 5, complex)
accept("a float is a complex", 5.0, complex)
refuse("a float is no int", 5.0, int)
accept("a bool is an int", True, int)
refuse("an int is no bool", 1, bool)
refuse("bytes are no str", b"", str)
refuse("a bytearray is no bytes", bytearray(), bytes)
accept("a union of builtins", 5, Union[str, int])
accept("a union with a bar", 5, str | int)
refuse("no member of the union", 5, Union[str, bytes])
accept("an optional value", None, Optional[int])
refuse("a value for None", 5, None)
accept("a literal int", 1, Literal[1, 2])
refuse("another literal int", 3, Literal[1, 2])
accept("a literal str", "a", Literal["a"])
refuse("a literal of another type", "1", Literal[1])
refuse("True is not the literal 1", True, Literal[1])
accept("the literal True", True, Literal[True])
accept("a literal None", None, Literal["a", None])
accept("anything is Any", object(), Any)
accept("Annotated means its type", 5, Annotated[int, "x"])
refuse("Annotated means its type only", "x", Annotated[int, "x"])

class Color(enum.Enum):
    RED = 1
    BLUE = 2

accept("an enum's member", Color.RED, Color)
accept("a literal of an enum", Color.RED, Literal[Color.RED])
refuse("another literal of an enum", Color.BLUE, Literal[Color.RED])
refuse("an enum's value is no member", 1, Color)
accept("all members of an enum", Color.RED, Literal[Color.RED, Color.BLUE])

accept("a list of ints", [1, 2], list[int])
refuse("a list of strs", ["a"], list[int])
accept("an empty list", [], list[int])
accept("a list of ints as one of floats", [1, 2], list[float])
accept("a mixed list", [1, "a"], list[Union[int, str]])
refuse("a mixed list of too much", [1, "a", None], list[Union[int, str]])
accept("a list as a bare list", [1], list)
accept("a list as a Sequence", [1], Sequence[int])
refuse("a list as a Sequence of something else", [1], Sequence[str])
accept("a list as an Iterable", [1], Iterable[int])
accept("a list as a Collection", [1], Collection[int])
accept("a list as a Container", [1], Container[int])
accept("a list as a MutableSequence", [1], MutableSequence[int])
accept("a list is Sized", [1], Sized)
accept("a list is Reversible", [1], Reversible[int])
refuse("a list is not Hashable", [1], Hashable)
accept("a tuple is Hashable", (1,), Hashable)
refuse("a list is no Iterator", [1], Iterator[int])
accept("an iterator is an Iterator", iter([1]), Iterator[int])
refuse("a list is no Set", [1], Set[int])
refuse("a list is no Mapping", [1], Mapping[int, int])
accept("a list in the old spelling", [1], List[int])
refuse("a list in the old spelling, of something else", [1], List[str])
accept("a str is a Sequence of strs", "abc", Sequence[str])
refuse("a str is no Sequence of ints", "abc", Sequence[int])
accept("bytes are a Sequence of ints", b"abc", Sequence[int])
accept("a range is a Sequence of ints", range(3), Sequence[int])
refuse("a tuple is no MutableSequence", (1,), MutableSequence[int])

accept("a dict", {"a": 1}, dict[str, int])
refuse("a dict of other values", {"a": "b"}, dict[str, int])
refuse("a dict of other keys", {1: 1}, dict[str, int])
accept("a dict as a Mapping", {"a": 1}, Mapping[str, float])
accept("a dict as a MutableMapping", {"a": 1}, MutableMapping[str, int])
accept("a dict as an Iterable of its keys", {"a": 1}, Iterable[str])
refuse("a dict as an Iterable of its values", {"a": 1}, Iterable[int])
accept("a nested dict", {"a": [1, 2]}, dict[str, list[int]])
refuse("a nested dict of something else", {"a": [1, "x"]}, dict[str, list[int]])
accept("a dict in the old spelling", {"a": 1}, Dict[str, int])
accept("a set", {1, 2}, set[int])
refuse("a set of something else", {1, 2}, set[str])
accept("a frozenset is a Set", frozenset({1}), Set[int])
refuse("a set is no frozenset", {1}, frozenset[int])
refuse("a set is no list", {1}, list[int])

accept("a pair", (1, "a"), tuple[int, str])
refuse("a pair in another order", ("a", 1), tuple[int, str])
refuse("a pair of three", (1, "a", 2), tuple[int, str])
refuse("a pair of one", (1,), tuple[int, str])
accept("a tuple of any length", (1, 2, 3), tuple[int, ...])
accept("an empty tuple of any length", (), tuple[int, ...])
refuse("a tuple of any length of something else", (1, "a"), tuple[int, ...])
accept("the empty tuple", (), tuple[()])
refuse("not the empty tuple", (1,), tuple[()])
accept("a tuple as a bare tuple", (1, "a"), tuple)
accept("a tuple as a Sequence", (1, 2), Sequence[int])
refuse("a tuple as a Sequence of something else", (1, "a"), Sequence[int])
accept("a tuple in the old spelling", (1, "a"), Tuple[int, str])
refuse("a list is no tuple", [1, "a"], tuple[int, str])
accept("a tuple with a middle of any length", (1, "a", "b", 2.0), tuple[int, *tuple[str, ...], float])
refuse("a tuple with a middle of another type", (1, 5, 2.0), tuple[int, *tuple[str, ...], float])
accept("a tuple with an empty middle", (1, 2.0), tuple[int, *tuple[str, ...], float])

class Point(NamedTuple):
    x: int
    y: int

accept("a named tuple", Point(1, 2), Point)
accept("a named tuple is a tuple", Point(1, 2), tuple[int, int])
refuse("a named tuple is a tuple of its fields", Point(1, 2), tuple[int, str])
refuse("a named tuple is of its length", Point(1, 2), tuple[int, int, int])
refuse("a tuple is no named tuple", (1, 2), Point)
accept("a named tuple is a Sequence", Point(1, 2), Sequence[int])

class Movie(TypedDict):
    name: str
    year: int

class Loose(TypedDict, total=False):
    name: str
    year: int

class Mixed(TypedDict):
    name: str
    year: NotRequired[int]

class ReqInLoose(TypedDict, total=False):
    name: Required[str]
    year: int

accept("a TypedDict", {"name": "x", "year": 1}, Movie)
refuse("a TypedDict without a key", {"name": "x"}, Movie)
refuse("a TypedDict with another type", {"name": "x", "year": "y"}, Movie)
refuse("a TypedDict with a key too many", {"name": "x", "year": 1, "more": 2}, Movie)
accept("a TypedDict without required keys", {}, Loose)
refuse("a TypedDict without required keys, of another type", {"name": 1}, Loose)
accept("a TypedDict without the key that is not required", {"name": "x"}, Mixed)
refuse("a TypedDict without the key that is required", {"year": 1}, Mixed)
refuse("a TypedDict without the key that alone is required", {"year": 1}, ReqInLoose)
refuse("a list is no TypedDict", [], Loose)

class Outer(TypedDict):
    movie: Movie

accept("a nested TypedDict", {"movie": {"name": "x", "year": 1}}, Outer)
refuse("a nested TypedDict with another type", {"movie": {"name": "x", "year": None}}, Outer)

UserId = NewType("UserId", int)

accept("a NewType's value", UserId(5), UserId)
refuse("another type for a NewType", "x", UserId)
accept("a NewType is its supertype", UserId(5), int)

accept("an int supports abs", 5, SupportsAbs[int])
accept("an int supports int()", 5, SupportsInt)
accept("an int supports float()", 5, SupportsFloat)
refuse("a str does not support abs", "x", SupportsAbs[int])
refuse("a str does not support int()", "x", SupportsInt)
accept("an int is an index", 5, SupportsIndex)
refuse("a float is no index", 5.0, SupportsIndex)

accept("a deque is a MutableSequence", collections.deque([1]), MutableSequence[int])
accept("an OrderedDict is a dict", collections.OrderedDict({"a": 1}), dict[str, int])
accept("a Counter is a Mapping to ints", collections.Counter("abc"), Mapping[str, int])

class MyIterable:
    def __iter__(self) -> Iterator[int]: return iter([1])

class MySequence(Sequence[int]):
    def __getitem__(self, index): return 1
    def __len__(self) -> int: return 1

class OldIterable:
    def __getitem__(self, index: int) -> int: return 1

accept("a class with __iter__ is an Iterable", MyIterable(), Iterable[int])
refuse("a class with __iter__ is an Iterable of what it gives", MyIterable(), Iterable[str])
refuse("a class with __iter__ is no Collection", MyIterable(), Collection[int])
refuse("a class with __getitem__ alone is no Iterable", OldIterable(), Iterable[int])
accept("a subclass of Sequence[int]", MySequence(), Sequence[int])
refuse("a subclass of Sequence[int] is none of strs", MySequence(), Sequence[str])
accept("a subclass of Sequence[int] is an Iterable[float]", MySequence(), Iterable[float])

class MyAwaitable:
    def __await__(self): yield 1

accept("a class with __await__ is an Awaitable", MyAwaitable(), Awaitable[int])
refuse("an int is no Awaitable", 5, Awaitable[int])

class Meta(type): ...
class WithMeta(metaclass=Meta): ...

accept("a class is an instance of its metaclass", WithMeta, Meta)
refuse("a class is no instance of another metaclass", int, Meta)
accept("a class of the class", WithMeta, Type[WithMeta])
accept("a class among classes", int, type[Union[int, str]])
refuse("no class among classes", bytes, type[Union[int, str]])

@dataclasses.dataclass
class Data:
    x: int

accept("a dataclass's instance", Data(1), Data)
refuse("another dataclass's instance", Point(1, 2), Data)

accept("a generator expression is an Iterator", (x for x in [1]), Iterator[int])
refuse("a generator expression is no list", (x for x in [1]), list[int])
