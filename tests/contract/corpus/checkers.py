"""What mypy's and typeguard's own tests ask beside the rest: odd members, self types, nested generics, callbacks."""
# mypy: ignore-errors
# pyright: basic
# ruff: noqa

import abc
import collections
import dataclasses
import enum
import functools
import io
import pathlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Container, Generator, Hashable, Iterable, Iterator, Mapping, MutableSequence, MutableSet, Reversible, Sequence, Set, Sized
from typing import Annotated, Any, BinaryIO, ClassVar, DefaultDict, Deque, Dict, Final, FrozenSet, Generic, IO, List, Literal, NamedTuple, NewType, NoReturn, NotRequired, Optional, ParamSpec, Pattern, Protocol, Self, SupportsAbs, SupportsBytes, SupportsComplex, SupportsRound, TextIO, Tuple, Type, TypedDict, TypeVar, Union, overload, runtime_checkable

from corpus import accept, refuse

T = TypeVar("T")
S = TypeVar("S")
T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)
N = TypeVar("N", bound=float)
A = TypeVar("A", str, bytes)
P = ParamSpec("P")

# members and self

class Meth(Protocol):
    def meth(self) -> int: ...

class MethChild(Meth, Protocol):
    def other(self, arg: str) -> None: ...

class HasMeth:
    def meth(self) -> int: return 0

class HasBoth(HasMeth):
    def other(self, arg: object) -> None: ...

class HasBothBad(HasMeth):
    def other(self, arg: Literal["x"]) -> None: ...

accept("both methods, one inherited", HasBoth(), MethChild)
refuse("an inherited protocol's method only", HasMeth(), MethChild)
refuse("a parameter of a literal for a str", HasBothBad(), MethChild)

class MixinBase(Generic[T]):
    def meth(self) -> T: raise NotImplementedError

class MixinInt(MixinBase[int]): ...
class MixinStr(MixinBase[str]): ...
class MixinBool(MixinBase[bool]): ...

accept("a method of a generic mixin", MixinInt(), Meth)
refuse("a method of a generic mixin of another argument", MixinStr(), Meth)
accept("a method of a generic mixin of a subclass", MixinBool(), Meth)

class Left:
    def meth(self) -> str: return ""

class Right:
    def meth(self) -> int: return 1

class Diamond(Right, Left): ...
class DiamondBad(Left, Right): ...

accept("the first base's method counts", Diamond(), Meth)
refuse("the first base's method counts, and does not fit", DiamondBad(), Meth)

class Shadow(HasMeth):
    meth: int = 1

refuse("an attribute shadows the method", Shadow(), Meth)

class ShadowNone(HasMeth):
    meth = None

refuse("None shadows the method", ShadowNone(), Meth)

class SelfArg:
    def meth(self: "SelfArg") -> int: return 1

class SelfOther:
    def meth(self: int) -> int: return 1

accept("an annotated self", SelfArg(), Meth)
refuse("a self of another class", SelfOther(), Meth)

class SelfGeneric(Generic[T]):
    def meth(self: "SelfGeneric[int]") -> int: return 1

accept("a self of one argument", SelfGeneric[int](), Meth)
refuse("a self of another argument", SelfGeneric[str](), Meth)

class ExtraSelf:
    def meth(this, *args) -> int: return 1

accept("self under another name", ExtraSelf(), Meth)

class NoSelfArgs:
    def meth(*args: Any) -> int: return 1

accept("self among the stars", NoSelfArgs(), Meth)

class KeywordSelf:
    def meth(self, *, required: int) -> int: return 1

refuse("a keyword that nobody gives", KeywordSelf(), Meth)

class Eq_:
    def __eq__(self, other: object) -> bool: return True

class NeedsHash(Protocol):
    def __hash__(self) -> int: ...

refuse("a class with __eq__ alone is not Hashable", Eq_(), Hashable)

class Unhashable:
    __hash__ = None

refuse("a class whose hash is None", Unhashable(), Hashable)
accept("a plain object is Hashable", HasMeth(), Hashable)
refuse("a dict is not Hashable", {}, Hashable)
refuse("a set is not Hashable", {1}, Hashable)

# properties

class ReadX(Protocol):
    @property
    def x(self) -> Sequence[int]: ...

class SetX(Protocol):
    x: Sequence[int]

class TupleX:
    x: tuple[int, ...] = (1,)

class SeqX:
    x: Sequence[int] = (1,)

class AnyX:
    x: list[Any] = []

class StrX:
    x: str = ""

class DynX:
    def __getattr__(self, name: str) -> Sequence[int]: return []

class InstX:
    def __init__(self, x: Sequence[int]) -> None:
        self.x = x

class OptX:
    def __init__(self, x: Optional[Sequence[int]] = None) -> None:
        self.x = x

accept("a tuple, read as a sequence", TupleX(), ReadX)
refuse("a tuple where a sequence may be assigned", TupleX(), SetX)
accept("a sequence where a sequence may be assigned", SeqX(), SetX)
accept("a list of Any, read as a sequence of ints", AnyX(), ReadX)
refuse("a str, read as a sequence of ints", StrX(), ReadX)
accept("an attribute of the parameter's type", InstX([]), SetX)
refuse("an attribute of the parameter's type, which may be None", OptX([1]), SetX)

class AbstractX(abc.ABC):
    @property
    @abc.abstractmethod
    def x(self) -> Sequence[int]: ...

class ConcreteX(AbstractX):
    @property
    def x(self) -> list[int]: return []

class ConcreteAttrX(AbstractX):
    x = (1, 2)

class OverrideBadX(ConcreteX):
    @property
    def x(self) -> list[str]: return []

accept("an abstract property, implemented", ConcreteX(), ReadX)
accept("an abstract property, implemented by an attribute", ConcreteAttrX(), ReadX)
refuse("a property overridden by one of another type", OverrideBadX(), ReadX)

class StaticX:
    @staticmethod
    def x() -> Sequence[int]: return []

refuse("a static method for a property", StaticX(), ReadX)

class ClassX:
    class x: ...

refuse("a nested class for a property of sequences", ClassX(), ReadX)

class ReadType(Protocol):
    @property
    def kind(self) -> type[Meth]: ...

class KindGood:
    class kind:
        def meth(self) -> int: return 1

class KindBad:
    class kind:
        def meth(self) -> str: return ""

accept("a nested class for a property of classes", KindGood(), ReadType)
refuse("a nested class that does not fit, for a property of classes", KindBad(), ReadType)

class ReadCallable(Protocol):
    @property
    def kind(self) -> Callable[[], Meth]: ...

accept("a nested class for a property of callables", KindGood(), ReadCallable)
refuse("a nested class that does not fit, for a property of callables", KindBad(), ReadCallable)

class EnumHolder:
    class Mode(enum.Enum):
        A = 1
    mode: Mode = Mode.A

class ReadEnum(Protocol):
    @property
    def mode(self) -> enum.Enum: ...

class ReadEnumInt(Protocol):
    @property
    def mode(self) -> enum.IntEnum: ...

accept("an enum's member, read as an Enum", EnumHolder(), ReadEnum)
refuse("an enum's member, read as an IntEnum", EnumHolder(), ReadEnumInt)

# recursive and generic

class Tree(Protocol[T_co]):
    @property
    def value(self) -> T_co: ...
    @property
    def children(self) -> "Sequence[Tree[T_co]]": ...

class IntTree:
    @property
    def value(self) -> int: return 1
    @property
    def children(self) -> "list[IntTree]": return []

class MixedTree:
    @property
    def value(self) -> int: return 1
    @property
    def children(self) -> "list[StrLeaf]": return []

class StrLeaf:
    @property
    def value(self) -> str: return ""
    @property
    def children(self) -> "list[StrLeaf]": return []

accept("a tree of ints", IntTree(), Tree[int])
accept("a tree of ints as one of floats", IntTree(), Tree[float])
refuse("a tree of ints is none of strs", IntTree(), Tree[str])
refuse("a tree whose children differ", MixedTree(), Tree[int])
accept("a tree whose children differ, of both", MixedTree(), Tree[Union[int, str]])

class Mutual1(Protocol):
    def next(self) -> "Mutual2": ...

class Mutual2(Protocol):
    def next(self) -> Mutual1: ...

class One:
    def next(self) -> "Two": return Two()

class Two:
    def next(self) -> One: return One()

class TwoBad:
    def next(self) -> "ThreeBad": return ThreeBad()

class ThreeBad:
    def next(self) -> int: return 1

accept("two protocols that speak of each other", One(), Mutual1)
refuse("two protocols that speak of each other, not kept", TwoBad(), Mutual1)

class Linked(Protocol[T]):
    value: T
    next: "Optional[Linked[T]]"

class Lnk:
    value: int = 1
    next: Optional["Linked[int]"] = None

class LnkOwn:
    value: int = 1
    next: Optional["LnkOwn"] = None

accept("a recursive attribute of the protocol's type", Lnk(), Linked[int])
refuse("a recursive attribute of its own type is narrower", LnkOwn(), Linked[int])
refuse("a recursive attribute of another argument", Lnk(), Linked[str])

class Fn(Protocol[T_contra, R_co]):
    def __call__(self, arg: T_contra, /) -> R_co: ...

def int_to_str(x: int) -> str: return ""
def gen_id(x: T) -> T: return x
def gen_list(x: list[T]) -> T: return x[0]
def gen_pair(x: T, y: T) -> T: return x
def gen_bound(x: N) -> list[N]: return [x]
def gen_cons(x: A, y: A) -> A: return x
def gen_fn(f: Callable[[T], S], x: T) -> S: return f(x)
def gen_iter(x: Iterable[T]) -> list[T]: return []
def gen_dict(x: Mapping[T, S]) -> dict[S, T]: return {}
def gen_opt(x: Optional[T]) -> T: raise NotImplementedError
def gen_type(x: Type[T]) -> Callable[[], T]: return x
def gen_union(x: Union[T, list[T]]) -> list[T]: return []

accept("a generic callback protocol", int_to_str, Fn[int, str])
accept("a generic callback protocol of less", int_to_str, Fn[bool, object])
refuse("a generic callback protocol of more", int_to_str, Fn[float, str])
accept("the identity as a generic callback", gen_id, Fn[int, float])
refuse("the identity as a generic callback of two types", gen_id, Fn[int, str])
accept("takes the item of a list", gen_list, Callable[[list[int]], int])
accept("takes the item of a list, as a float", gen_list, Callable[[list[int]], float])
refuse("takes the item of a list, as another", gen_list, Callable[[list[int]], str])
accept("two of one variable", gen_pair, Callable[[int, int], int])
accept("two of one variable, of two types", gen_pair, Callable[[int, str], object])
accept("two of one variable, of their union", gen_pair, Callable[[int, str], Union[int, str]])
refuse("two of one variable, of one of the types", gen_pair, Callable[[int, str], int])
accept("a list of a bounded variable", gen_bound, Callable[[int], list[int]])
refuse("a list of a bounded variable is invariant", gen_bound, Callable[[int], list[str]])
refuse("a bounded variable beyond its bound", gen_bound, Callable[[str], Any])
accept("constrained to strs", gen_cons, Callable[[str, str], str])
refuse("constrained to one at a time", gen_cons, Callable[[str, bytes], object])
refuse("constrained to neither", gen_cons, Callable[[int, int], object])
accept("a function and its argument", gen_fn, Callable[[Callable[[int], str], int], str])
refuse("a function and another argument", gen_fn, Callable[[Callable[[int], str], str], str])
refuse("a function and another result", gen_fn, Callable[[Callable[[int], str], int], int])
accept("a list of what is iterated", gen_iter, Callable[[dict[str, int]], list[str]])
refuse("a list of what is not iterated", gen_iter, Callable[[dict[str, int]], list[int]])
accept("a mapping turned round", gen_dict, Callable[[dict[str, int]], dict[int, str]])
refuse("a mapping not turned round", gen_dict, Callable[[dict[str, int]], dict[str, int]])
accept("without None", gen_opt, Callable[[Optional[int]], int])
refuse("without None, another type", gen_opt, Callable[[Optional[int]], str])
accept("a class and its maker", gen_type, Callable[[Type[int]], Callable[[], int]])
refuse("a class and another's maker", gen_type, Callable[[Type[int]], Callable[[], str]])
accept("a str iterates over strs", gen_iter, Callable[[str], list[str]])
accept("a tuple iterates over its items", gen_iter, Callable[[tuple[int, int]], list[int]])
refuse("an int does not iterate", gen_iter, Callable[[int], list[int]])

# callbacks

class CbNamed(Protocol):
    def __call__(self, x: int, y: str = "") -> None: ...

class CbGeneric(Protocol):
    def __call__(self, x: T) -> T: ...

class CbArgs(Protocol):
    def __call__(self, *args: int, flag: bool = ..., **kwargs: str) -> None: ...

class CbPair(Protocol):
    def __call__(self, *, x: int, y: int) -> None: ...

def cb_swapped(y: str = "", x: int = 0) -> None: ...
def cb_kw(x: int, **kw: str) -> None: ...
def cb_var(x: int, *a: str) -> None: ...
def cb_all(*a: float, flag: bool = False, **k: str) -> None: ...
def cb_allnoflag(*a: int, **k: str) -> None: ...
def cb_allflagwide(*a: int, **k: Union[str, bool]) -> None: ...
def cb_flagint(*a: int, flag: int = 0, **k: str) -> None: ...
def cb_list(x: T) -> list[T]: return [x]
def cb_intid(x: int) -> int: return x
def cb_any(x: Any) -> Any: return x
def cb_mixed(x: int, *, y: int) -> None: ...
def cb_defaults(y: int = 0, x: int = 0, z: int = 0) -> None: ...

refuse("a callback with its parameters swapped", cb_swapped, CbNamed)
refuse("a callback whose second one is by keyword only", cb_kw, CbNamed)
refuse("a callback whose second one is by position only", cb_var, CbNamed)
accept("a callback with all stars", cb_all, CbArgs)
refuse("a callback whose kwargs do not take the flag", cb_allnoflag, CbArgs)
accept("a callback whose kwargs take the flag", cb_allflagwide, CbArgs)
accept("a callback whose flag is wider", cb_flagint, CbArgs)
accept("a generic callback", gen_id, CbGeneric)
refuse("a generic callback with a list", cb_list, CbGeneric)
refuse("a generic callback for int", cb_intid, CbGeneric)
accept("a generic callback for Any", cb_any, CbGeneric)
accept("two keywords, one of them a standard parameter", cb_mixed, CbPair)
accept("two keywords among defaults", cb_defaults, CbPair)

class CallInst:
    def __call__(self, x: int, y: str = "") -> None: ...

class CallStatic:
    @staticmethod
    def __call__(x: int, y: str = "") -> None: ...

class CallClass:
    @classmethod
    def __call__(cls, x: int, y: str = "") -> None: ...

class CallAttr:
    __call__: Callable[[int], None]

class CallNone:
    __call__ = None

accept("an instance with __call__", CallInst(), CbNamed)
accept("an instance with a static __call__", CallStatic(), CbNamed)
accept("an instance with a class method __call__", CallClass(), CbNamed)
accept("a bound method as a callback", CallInst().__call__, CbNamed)
refuse("an unbound method as a callback", CallInst.__call__, CbNamed)
refuse("a class whose instances can be called is no callback", CallInst, CbNamed)
refuse("an instance whose __call__ is None", CallNone(), Callable[..., Any])
accept("an unbound method with its self", HasMeth.meth, Callable[[HasMeth], int])
refuse("an unbound method with another self", HasMeth.meth, Callable[[int], int])
accept("an unbound method with a subclass for self", HasMeth.meth, Callable[[HasBoth], int])
accept("a lambda", lambda x: x, Callable[[int], int])
refuse("a lambda of two", lambda x, y: x, Callable[[int], int])
accept("a lambda with a default", lambda x, y=1: x, Callable[[int], int])
refuse("a lambda of none", lambda: 1, Callable[[int], int])
accept("a partial of a function", functools.partial(cb_intid, 1), Callable[[], int])
refuse("a partial of a function, of another result", functools.partial(cb_intid, 1), Callable[[], str])

# async

async def agen() -> AsyncGenerator[int, None]:
    yield 1

async def acoro(x: int) -> list[int]: return []

class AMeth(Protocol):
    async def meth(self, x: int) -> Sequence[float]: ...

class AIterMeth(Protocol):
    def meth(self) -> AsyncGenerator[int, None]: ...

class AGood:
    async def meth(self, x: int) -> list[int]: return []

class ABad:
    async def meth(self, x: int) -> Iterable[float]: return []

class AwaitableResult:
    def meth(self, x: int) -> Awaitable[Sequence[float]]: raise NotImplementedError

class AGenMeth:
    async def meth(self) -> AsyncGenerator[int, None]:
        yield 1

class ACoroGen:
    async def meth(self) -> AsyncGenerator[int, None]: raise NotImplementedError

accept("an async method of a narrower result", AGood(), AMeth)
refuse("an async method of a wider result", ABad(), AMeth)
refuse("an Awaitable is no Coroutine", AwaitableResult(), AMeth)
accept("an async generator method", AGenMeth(), AIterMeth)
refuse("a coroutine that gives an async generator", ACoroGen(), AIterMeth)
refuse("an async function where its result is wanted", acoro, Callable[[int], list[int]])
accept("an async function for an Awaitable", acoro, Callable[[int], Awaitable[Sequence[float]]])
refuse("an async function for an Awaitable of less", acoro, Callable[[int], Awaitable[list[float]]])

# nominal and builtin values

class Child_(HasMeth): ...

accept("a list of children as a sequence of parents", [Child_()], Sequence[HasMeth])
refuse("a list of parents as a sequence of children", [HasMeth()], Sequence[Child_])
accept("a dict of protocols", {"a": HasMeth()}, dict[str, Meth])
refuse("a dict of what does not fit the protocol", {"a": Left()}, dict[str, Meth])
accept("a tuple of protocols", (HasMeth(), Right()), tuple[Meth, ...])
refuse("a tuple of what does not fit the protocol", (HasMeth(), Left()), tuple[Meth, ...])
accept("a list of functions", [int_to_str], list[Callable[[int], str]])
refuse("a list of other functions", [int_to_str], list[Callable[[str], str]])
accept("a list of classes", [int, bool], list[type[int]])
refuse("a list of other classes", [int, str], list[type[int]])
accept("a union of protocols", HasMeth(), Union[Meth, int])
refuse("a union of protocols that fit not", Left(), Union[Meth, int])
accept("an optional protocol", None, Optional[Meth])
accept("a class of a protocol", HasMeth, Type[Meth])
refuse("a class of a protocol that does not fit", Left, Type[Meth])
accept("a StringIO is a TextIO", io.StringIO(), TextIO)
refuse("a BytesIO is no TextIO", io.BytesIO(), TextIO)
accept("a BytesIO is a BinaryIO", io.BytesIO(), BinaryIO)
accept("a deque in the old spelling", collections.deque([1]), Deque[int])
accept("a path is a PurePath", pathlib.Path("x"), pathlib.PurePath)
refuse("a path is no str", pathlib.Path("x"), str)
accept("bytes support bytes()", b"", SupportsBytes)
refuse("an int does not support bytes()", 5, SupportsBytes)
accept("a frozenset in the old spelling", frozenset({1}), FrozenSet[int])
refuse("a frozenset is no MutableSet", frozenset({1}), MutableSet[int])
accept("a set is a MutableSet", {1}, MutableSet[int])
accept("a str is a Container of strs", "x", Container[str])
accept("a nested tuple", ((1, "a"), [2]), tuple[tuple[int, str], list[int]])
refuse("a nested tuple that differs", ((1, 2), [2]), tuple[tuple[int, str], list[int]])
accept("a literal in a list", ["a", "b"], list[Literal["a", "b"]])
refuse("another literal in a list", ["a", "c"], list[Literal["a", "b"]])
accept("a literal key of a dict", {"a": 1}, dict[Literal["a"], int])
refuse("a negative literal of another sign", -1, Literal[1])
accept("a bytes literal", b"x", Literal[b"x"])
refuse("a str for a bytes literal", "x", Literal[b"x"])
refuse("0 is not the literal False", 0, Literal[False])
refuse("False is not the literal 0", False, Literal[0])
accept("a list of TypedDicts", [{"a": 1}], List[Dict[str, int]])

class TD(TypedDict):
    a: int
    b: NotRequired[list[int]]

class TDSub(TD):
    c: str

accept("a list of TypedDict displays", [{"a": 1}, {"a": 2, "b": []}], list[TD])
refuse("a list of TypedDict displays, one wrong", [{"a": 1}, {"b": []}], list[TD])
refuse("a key of another type that is not required", {"a": 1, "b": ["x"]}, TD)
accept("an inherited key", {"a": 1, "c": ""}, TDSub)
refuse("an inherited key is missing", {"c": ""}, TDSub)
refuse("None for a TypedDict", None, TD)
accept("a union of TypedDicts", {"a": 1, "c": ""}, Union[TDSub, int])
refuse("a key that is no str", {1: 1}, TD)

class TakesTD(Protocol):
    def take(self, td: TDSub) -> TD: ...

class TDGood:
    def take(self, td: TD) -> TDSub: return {"a": 1, "c": ""}

class TDBad:
    def take(self, td: TDSub) -> Mapping[str, object]: return td

accept("takes and gives TypedDicts", TDGood(), TakesTD)
refuse("gives a Mapping for a TypedDict", TDBad(), TakesTD)

# ABCs

class Job(abc.ABC):
    @abc.abstractmethod
    def run(self, x: int) -> str: ...
    def helper(self) -> int: return 1

class JobGeneric(abc.ABC, Generic[T]):
    @abc.abstractmethod
    def run(self, x: T) -> T: ...

class IntJob(JobGeneric[int]):
    def run(self, x: int) -> int: return x

class JobLike:
    def run(self, x: int) -> str: return ""

class GoodJob(Job):
    def run(self, x: float) -> str: return ""

accept("an ABC implemented more widely", GoodJob(), Job)
accept("a generic ABC", IntJob(), JobGeneric[int])
refuse("a generic ABC of another argument", IntJob(), JobGeneric[str])
refuse("a lookalike of an ABC with a helper", JobLike(), Job)
accept("an optional ABC", None, Optional[Job])
accept("a class made from an ABC", GoodJob, Callable[[], Job])
refuse("an ABC's lookalike class", JobLike, Type[Job])
