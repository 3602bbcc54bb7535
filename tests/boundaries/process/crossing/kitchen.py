"""Classes of every kind that data is made of."""

from __future__ import annotations

import collections
import enum
import functools
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, NotRequired, Required, TypedDict, TypeVar, Union

T = TypeVar("T")
Queues = Union[None, collections.deque["Queues"]]  # noqa: UP007 - as below
Sets = Union[None, frozenset["Sets"]]  # noqa: UP007
Rows = Union[None, tuple["Rows", int]]  # noqa: UP007
Tuples = Union[None, tuple["Tuples", ...]]  # noqa: UP007
Json = Union[None, bool, int, float, str, list["Json"], dict[str, "Json"]]  # noqa: UP007 - recursive at run time


@dataclass
class Point:
    x: int
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class Slotted:
    name: str
    at: Point | None = None


@dataclass(frozen=True)
class Frozen:
    values: tuple[int, ...]
    made: int = field(init=False, default=7)

    @functools.cached_property
    def total(self) -> int:
        return sum(self.values)


@dataclass
class Refusing:
    """Its own code would refuse what crosses, and change it."""

    x: int

    def __post_init__(self) -> None:
        raise AssertionError("__post_init__ ran")

    def __setattr__(self, name: str, value: object) -> None:
        raise AssertionError("__setattr__ ran")

    def __getattribute__(self, name: str) -> Any:
        if name == "x":
            raise AssertionError("__getattribute__ ran")
        return object.__getattribute__(self, name)


@dataclass
class Node:
    value: int
    children: list[Node] = field(default_factory=list["Node"])


@dataclass
class Box(Generic[T]):
    content: T


@dataclass
class Nothing: ...


@dataclass
class One:
    only: str = "x"


@dataclass
class Base:
    __slots__ = ("a",)
    a: int


@dataclass
class HalfSlotted(Base):
    b: int


class Row(NamedTuple):
    name: str
    at: Point | None = None


class Wide(Row):
    """A NamedTuple's subclass, whose instances have attributes."""


class Options(TypedDict, total=False):
    depth: Required[int]
    names: list[str]


class Link(NamedTuple):
    following: Link | None


class Knot(TypedDict):
    following: NotRequired[Knot]


class Color(enum.Enum):
    RED = (1, 2)
    GREEN = object()
    ROT = RED


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Word(enum.StrEnum):
    YES = "yes"


class Rights(enum.Flag):
    READ = 1
    WRITE = 2
    FAR = 1 << 80


class Loose(enum.IntFlag):
    A = 1
    B = 4


class Strict(enum.Flag, boundary=enum.STRICT):
    A = 1
    B = 4
