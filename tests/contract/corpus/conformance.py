"""What the conformance suite and the checkers' tests ask beside the rest: records, enums, overloads, constructors."""
# mypy: ignore-errors
# pyright: basic
# ruff: noqa

import collections
import contextlib
import dataclasses
import enum
import functools
from collections import defaultdict
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Coroutine, Generator, ItemsView, Iterable, Iterator, KeysView, Mapping, MutableMapping, Sequence, Sized
from typing import AbstractSet, Annotated, Any, ClassVar, Concatenate, ContextManager, Final, Generic, Literal, LiteralString, NamedTuple, Never, NewType, NoReturn, NotRequired, Optional, ParamSpec, Protocol, Required, Self, SupportsIndex, Type, TypedDict, TypeGuard, TypeVar, TypeVarTuple, Union, Unpack, overload

from corpus import accept, refuse

T = TypeVar("T")
S = TypeVar("S")
T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)
P = ParamSpec("P")
Ts = TypeVarTuple("Ts")
R = TypeVar("R")

# protocols_definition

class Closes(Protocol):
    def close(self) -> None: ...

class ClosesWithDefault:
    def close(self, force: bool = False, *more: int, **options: str) -> None: ...

accept("more of everything that is optional", ClosesWithDefault(), Closes)

class ClosesLambda:
    close = lambda self: None

accept("a lambda in the class", ClosesLambda(), Closes)

class ClosesByCall:
    class _Closer:
        def __call__(self) -> None: ...
    close: _Closer = _Closer()

accept("an object with __call__ for a method", ClosesByCall(), Closes)

class ClosesByWrongCall:
    class _Closer:
        def __call__(self, x: int) -> None: ...
    close: _Closer = _Closer()

refuse("an object with another __call__ for a method", ClosesByWrongCall(), Closes)

class ClosesByClass:
    class close:
        def __init__(self) -> None: ...

class GivesObject(Protocol):
    def close(self) -> object: ...

accept("a nested class for a method", ClosesByClass(), GivesObject)
refuse("a nested class for a method that gives None", ClosesByClass(), Closes)

class ClosesPartialMethod:
    def _close(self, x: int) -> None: ...
    close = functools.partialmethod(_close, 1)

accept("a partial method", ClosesPartialMethod(), Closes)

class Alias_:
    def shut(self) -> None: ...
    close = shut

class WrongAlias:
    def shut(self, x: int) -> None: ...
    close = shut

accept("a method under a second name", Alias_(), Closes)
refuse("a method of another signature under a second name", WrongAlias(), Closes)

class ClosesCached:
    @functools.lru_cache
    def close(self) -> None: ...

accept("a cached method", ClosesCached(), Closes)

class ClosesOptional:
    close: Optional[Callable[[], None]] = None

refuse("a method that may be None", ClosesOptional(), Closes)

class ClosesClassVar:
    close: ClassVar[Callable[[], None]]

class PropertyCallable:
    @property
    def close(self) -> Callable[[], None]: return lambda: None

class PropertyWrongCallable:
    @property
    def close(self) -> Callable[[int], None]: return lambda x: None

accept("a property that gives a callable for a method", PropertyCallable(), Closes)
refuse("a property that gives another callable for a method", PropertyWrongCallable(), Closes)

class NeverCloses:
    def close(self) -> NoReturn: raise SystemExit

accept("a method that never returns", NeverCloses(), Closes)

class NeverArgument:
    def close(self, x: Never = ...) -> None: ...

accept("an optional parameter of Never", NeverArgument(), Closes)

class Template(Protocol):
    name: str
    value: int = 0
    def method(self) -> None:
        self.temp: list[str] = []

class TemplateGood:
    def __init__(self) -> None:
        self.name = "x"
        self.value = 5
    def method(self) -> None: ...

class TemplateBad:
    def __init__(self) -> None:
        self.name = "x"
    def method(self) -> None: ...

accept("a protocol's attribute with a default", TemplateGood(), Template)
refuse("a protocol's attribute with a default, left out", TemplateBad(), Template)

class TemplateChild(Template):
    def __init__(self) -> None:
        self.name = "y"

accept("a protocol's attribute with a default, inherited", TemplateChild(), Template)

class SequenceAttr(Protocol):
    items: Sequence[int]

class ListAttr:
    items: list[int] = [1]

class ReadsItems(Protocol):
    @property
    def items(self) -> Sequence[float]: ...

refuse("a list attribute for a sequence one", ListAttr(), SequenceAttr)
accept("a list attribute, read as a sequence", ListAttr(), ReadsItems)

class NestedType(Protocol):
    @property
    def kind(self) -> type[Closes]: ...

class WithKind:
    kind: type[Alias_] = Alias_

class WithWrongKind:
    kind: type[WrongAlias] = WrongAlias

accept("a class attribute of a class that fits", WithKind(), NestedType)
refuse("a class attribute of a class that does not fit", WithWrongKind(), NestedType)

# protocols_merging, subtyping

class SizedCloses(Sized, Closes, Protocol): ...

class OnlySized:
    def __len__(self) -> int: return 0

class SizedAndCloses(OnlySized, Alias_): ...

refuse("half of a merged protocol", OnlySized(), SizedCloses)
accept("both halves of a merged protocol, from two bases", SizedAndCloses(), SizedCloses)

class ClosesAny(Any): ...

accept("a class derived from Any", ClosesAny(), Closes)

class GivesCloses:
    def get(self) -> Closes: raise NotImplementedError

class WantsSized(Protocol):
    def get(self) -> SizedCloses: ...

class WantsClosesBack(Protocol):
    def get(self) -> Closes: ...

class GivesSizedCloses:
    def get(self) -> SizedCloses: raise NotImplementedError

refuse("a protocol for one that asks for more", GivesCloses(), WantsSized)
accept("a protocol for one that asks for less", GivesSizedCloses(), WantsClosesBack)

# protocols_generic

class HasPropT(Protocol[T_co]):
    @property
    def content(self) -> T_co: ...

class PropInt:
    @property
    def content(self) -> int: return 1

@dataclasses.dataclass
class FieldOf(Generic[T]):
    content: T

accept("a generic property", PropInt(), HasPropT[float])
refuse("a generic property of another type", PropInt(), HasPropT[str])
accept("a generic dataclass by property", FieldOf[int](1), HasPropT[float])
refuse("a generic dataclass by property of another type", FieldOf[int](1), HasPropT[str])

class ConcreteIter:
    def __iter__(self): yield 1

accept("iterates without annotation", ConcreteIter(), Iterable[int])

class NextOnly:
    def __next__(self) -> int: return 1

class FullIter(NextOnly):
    def __iter__(self) -> Iterator[int]: return self

refuse("only __next__ is no Iterator", NextOnly(), Iterator[int])
accept("both methods are an Iterator", FullIter(), Iterator[int])
refuse("an Iterator of something else", FullIter(), Iterator[str])

class Compares(Protocol[T_contra]):
    def __lt__(self, other: T_contra, /) -> bool: ...

class Version:
    def __lt__(self, other: "Version") -> bool: return True

class GivesVersion:
    def key(self) -> Version: return Version()

accept("compares with its own kind", Version(), Compares[Version])
refuse("compares with no int", Version(), Compares[int])

class BoundGeneric(Protocol):
    def method(self: T) -> T: ...

class MultiArg:
    def method(self: T, x: int = 0) -> T: return self

accept("a type variable of self, and one parameter more", MultiArg(), BoundGeneric)

# protocols_class_objects

class ClassAttrs(Protocol):
    x: int

class InitOnly:
    def __init__(self) -> None:
        self.x = 1

refuse("an attribute of instances, asked of the class", InitOnly, ClassAttrs)

class Meth1(Protocol):
    def method1(self, x: int) -> int: ...

class ConcreteA:
    def method1(self, x: int) -> int: return 0

refuse("a method of instances, asked of the class", ConcreteA, Meth1)

class EnumColor(enum.Enum):
    RED = "r"
    GREEN = "g"

class HasValue(Protocol):
    @property
    def name(self) -> str: ...

accept("an enum's member has a name", EnumColor.RED, HasValue)
accept("an enum class iterates over its members", EnumColor, Iterable[EnumColor])
accept("an enum class is Sized", EnumColor, Sized)

class StrEnum_(str, enum.Enum):
    A = "a"

class IntE(enum.IntEnum):
    ONE = 1

class FlagE(enum.Flag):
    A = 1
    B = 2

accept("a str enum is a str", StrEnum_.A, str)
accept("an IntEnum is an int", IntE.ONE, int)
refuse("an IntEnum's member is no literal int", IntE.ONE, Literal[1])
accept("a flag of its class", FlagE.A, FlagE)
refuse("a flag is no int", FlagE.A, int)

def red() -> Literal[EnumColor.RED]: return EnumColor.RED
def color() -> EnumColor: return EnumColor.RED
def both() -> Literal[EnumColor.RED, EnumColor.GREEN]: return EnumColor.RED

accept("a literal of an enum for the enum", red, Callable[[], EnumColor])
refuse("an enum for a literal of it", color, Callable[[], Literal[EnumColor.RED]])
accept("all of an enum for the enum", both, Callable[[], EnumColor])
accept("an enum for all its literals", color, Callable[[], Literal[EnumColor.RED, EnumColor.GREEN]])

# literals

def lit() -> Literal[1, "a", b"x", None, True]: return 1
def lit_str() -> LiteralString: return ""
def takes_lit(x: Literal["a", "b"]) -> None: ...
def takes_literal_string(x: LiteralString) -> None: ...

accept("a mixed literal for a union", lit, Callable[[], Union[int, str, bytes, None]])
refuse("a mixed literal for a smaller union", lit, Callable[[], Union[int, str, bytes]])
accept("a LiteralString is a str", lit_str, Callable[[], str])
accept("a LiteralString is a Sequence of strs", lit_str, Callable[[], Sequence[str]])
refuse("a LiteralString is no literal", lit_str, Callable[[], Literal["a"]])
accept("a literal for a LiteralString", takes_literal_string, Callable[[Literal["a"]], None])
refuse("a str for a LiteralString", takes_literal_string, Callable[[str], None])
refuse("a LiteralString for a literal", takes_lit, Callable[[LiteralString], None])
accept("a nested literal", takes_lit, Callable[[Literal[Literal["a"], "b"]], None])
refuse("a literal of more", takes_lit, Callable[[Literal["a", "c"]], None])
accept("a str value is a LiteralString", "abc", LiteralString)
def lit_true() -> Literal[True]: return True
def a_bool() -> bool: return True
accept("a bool for both its literals", a_bool, Callable[[], Literal[True, False]])
refuse("a bool for one of its literals", a_bool, Callable[[], Literal[True]])
refuse("the literal True for the literal 1", lit_true, Callable[[], Literal[1]])
accept("the literal True for an int", lit_true, Callable[[], int])
def lit_list() -> list[Literal["a"]]: return ["a"]
refuse("a list of literals is no list of strs", lit_list, Callable[[], list[str]])
accept("a list of literals is a sequence of strs", lit_list, Callable[[], Sequence[str]])

# tuples

def t1() -> tuple[int, *tuple[str, ...]]: return (1,)
def t2() -> tuple[int, str, str]: return (1, "", "")
def t3() -> tuple[int, ...]: return ()
def t4() -> tuple[()]: return ()
def t5() -> tuple[int, bool]: return (1, True)
def t6() -> tuple[Any, ...]: return ()
def t7() -> tuple[*tuple[int, ...], str]: return ("",)

accept("a fixed tuple for one with a repeated end", t2, Callable[[], tuple[int, *tuple[str, ...]]])
refuse("a repeated end for a fixed tuple", t1, Callable[[], tuple[int, str, str]])
accept("a repeated end for any tuple of both", t1, Callable[[], tuple[Union[int, str], ...]])
refuse("a repeated end for any tuple of one", t1, Callable[[], tuple[int, ...]])
refuse("a tuple of any length for a fixed one", t3, Callable[[], tuple[int]])
refuse("a tuple of any length for one of at least one", t3, Callable[[], tuple[int, *tuple[int, ...]]])
accept("the empty tuple for one of any length", t4, Callable[[], tuple[int, ...]])
refuse("the empty tuple for one of at least one", t4, Callable[[], tuple[int, *tuple[int, ...]]])
accept("tuples are covariant", t5, Callable[[], tuple[float, int]])
accept("a tuple of Any for a fixed one", t6, Callable[[], tuple[int, str]])
accept("a tuple is Iterable of its union", t2, Callable[[], Iterable[Union[int, str]]])
refuse("a tuple is Iterable of no less", t2, Callable[[], Iterable[int]])
refuse("a repeated start for a repeated end", t7, Callable[[], tuple[int, *tuple[str, ...]]])
accept("a repeated start for at least one", t7, Callable[[], tuple[Union[int, str], *tuple[Union[int, str], ...]]])
refuse("a tuple is no list", t2, Callable[[], list[Any]])
accept("a tuple is a bare tuple", t2, Callable[[], tuple])

# namedtuples

class Pt(NamedTuple):
    x: int
    y: str = ""

class Pt3(Pt):
    def more(self) -> int: return 1

accept("a named tuple with its default", Pt(1), Pt)
accept("a subclass of a named tuple is a tuple", Pt3(1, "a"), tuple[int, str])
accept("a named tuple's class makes it", Pt, Callable[[int], Pt])
accept("a named tuple's class makes it from all", Pt, Callable[[int, str], Pt])
refuse("a named tuple's class needs its field", Pt, Callable[[], Pt])
refuse("a named tuple's class takes its types", Pt, Callable[[str], Pt])

class HasX(Protocol):
    @property
    def x(self) -> int: ...

accept("a named tuple's field by property", Pt(1), HasX)
OldPt = collections.namedtuple("OldPt", ["x", "y"])
accept("a namedtuple without types", OldPt(1, 2), HasX)
accept("a namedtuple without types makes itself", OldPt, Callable[[int, int], OldPt])
refuse("a namedtuple without types needs its fields", OldPt, Callable[[int], OldPt])

# dataclasses

@dataclasses.dataclass
class DC:
    x: int
    y: str = ""
    z: list[int] = dataclasses.field(default_factory=list)
    hidden: int = dataclasses.field(default=0, init=False)
    k: int = dataclasses.field(default=0, kw_only=True)

@dataclasses.dataclass(kw_only=True)
class KwOnly:
    x: int

@dataclasses.dataclass
class WithInitVar:
    x: int
    seed: dataclasses.InitVar[str]
    count: ClassVar[int] = 0

@dataclasses.dataclass(order=True)
class Ordered:
    x: int

@dataclasses.dataclass
class Child(DC):
    w: int = 0

accept("a dataclass makes itself from its field", DC, Callable[[int], DC])
accept("a dataclass makes itself from three", DC, Callable[[int, str, list[int]], DC])
refuse("a dataclass takes no field that is not for init", DC, Callable[[int, str, list[int], int], DC])
refuse("a dataclass of keywords takes no position", KwOnly, Callable[[int], KwOnly])
accept("a dataclass takes its InitVar", WithInitVar, Callable[[int, str], WithInitVar])
refuse("a dataclass needs its InitVar", WithInitVar, Callable[[int], WithInitVar])
accept("a derived dataclass takes all fields", Child, Callable[[int, str, list[int], int], Child])
refuse("a derived dataclass takes all fields in order", Child, Callable[[int, int], Child])
accept("an ordered dataclass compares", Ordered(1), Compares[Ordered])
refuse("a dataclass without order does not compare", DC(1), Compares[DC])

class MakesKw(Protocol):
    def __call__(self, *, x: int) -> object: ...

class MakesDCKw(Protocol):
    def __call__(self, x: int, *, k: int) -> DC: ...

class MakesDCHidden(Protocol):
    def __call__(self, x: int, *, hidden: int) -> DC: ...

accept("a dataclass of keywords by keyword", KwOnly, MakesKw)
accept("a dataclass's keyword field", DC, MakesDCKw)
refuse("a dataclass's field that is not for init, by keyword", DC, MakesDCHidden)

class HasFields(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Any]]

accept("a dataclass shows its fields", DC(1), HasFields)
refuse("an ordinary class shows no fields", ConcreteA(), HasFields)

@dataclasses.dataclass(frozen=True)
class FrozenDC:
    x: int

class Hashed(Protocol):
    def __hash__(self) -> int: ...

accept("a frozen dataclass has a hash", FrozenDC(1), Hashed)
refuse("a dataclass that compares has no hash", DC(1), Hashed)

# constructors

class NewOnly:
    def __new__(cls, x: int) -> "NewOnly": return super().__new__(cls)

class NewSelf:
    def __new__(cls, x: int) -> Self: return super().__new__(cls)

class NewAndInit:
    def __new__(cls, *args: Any, **kwargs: Any) -> Self: return super().__new__(cls)
    def __init__(self, x: int) -> None: ...

class NewOther:
    def __new__(cls, x: int) -> int: return 1

class NoConstructor: ...

class MetaCall(type):
    def __call__(cls, *args: Any, **kwargs: Any) -> Any: return super().__call__(*args, **kwargs)

class WithMetaCall(metaclass=MetaCall):
    def __init__(self, x: int) -> None: ...

class MetaCallInt(type):
    def __call__(cls, x: str) -> int: return 1

class WithMetaCallInt(metaclass=MetaCallInt):
    def __init__(self, x: int) -> None: ...

class GenericInit(Generic[T]):
    def __init__(self, x: T) -> None: ...

class OverloadedInit:
    @overload
    def __init__(self, x: int) -> None: ...
    @overload
    def __init__(self, x: str, y: int) -> None: ...
    def __init__(self, x: Any, y: Any = None) -> None: ...

accept("__new__ says the parameters", NewOnly, Callable[[int], NewOnly])
refuse("__new__ takes something else", NewOnly, Callable[[str], NewOnly])
accept("__new__ gives Self", NewSelf, Callable[[int], NewSelf])
accept("__init__ beside a __new__ that takes anything", NewAndInit, Callable[[int], NewAndInit])
refuse("__init__ beside a __new__ that takes anything, of another type", NewAndInit, Callable[[str], NewAndInit])
accept("__new__ gives another class", NewOther, Callable[[int], int])
refuse("__new__ gives another class than its own", NewOther, Callable[[int], NewOther])
accept("no constructor takes nothing", NoConstructor, Callable[[], NoConstructor])
refuse("no constructor takes an int", NoConstructor, Callable[[int], NoConstructor])
accept("a metaclass's __call__ says what it gives", WithMetaCallInt, Callable[[str], int])
refuse("a metaclass's __call__ says what it does not give", WithMetaCallInt, Callable[[int], WithMetaCallInt])
accept("a generic constructor", GenericInit, Callable[[int], GenericInit[int]])
refuse("a generic constructor of another argument", GenericInit, Callable[[int], GenericInit[str]])
accept("a bound generic constructor", GenericInit[int], Callable[[int], GenericInit[int]])
refuse("a bound generic constructor of another argument", GenericInit[int], Callable[[str], GenericInit[int]])
accept("the first of two constructors", OverloadedInit, Callable[[int], OverloadedInit])
accept("the second of two constructors", OverloadedInit, Callable[[str, int], OverloadedInit])
refuse("none of two constructors", OverloadedInit, Callable[[str], OverloadedInit])
accept("the class int is called", int, Callable[[str], int])
accept("the class str is called", str, Callable[[object], str])
accept("the class list is called", list, Callable[[Iterable[int]], list[int]])
refuse("the class str gives no int", str, Callable[[object], int])

# overloads

class Over(Protocol):
    @overload
    def get(self, x: int) -> str: ...
    @overload
    def get(self, x: str) -> int: ...

class OverSame:
    @overload
    def get(self, x: int) -> str: ...
    @overload
    def get(self, x: str) -> int: ...
    def get(self, x: Any) -> Any: ...

class OverHalf:
    @overload
    def get(self, x: int) -> str: ...
    @overload
    def get(self, x: bytes) -> int: ...
    def get(self, x: Any) -> Any: ...

class OverMore:
    @overload
    def get(self, x: int) -> str: ...
    @overload
    def get(self, x: str) -> int: ...
    @overload
    def get(self, x: bytes) -> bytes: ...
    def get(self, x: Any) -> Any: ...

class OverCrossed:
    @overload
    def get(self, x: int) -> int: ...
    @overload
    def get(self, x: str) -> str: ...
    def get(self, x: Any) -> Any: ...

accept("the same overloads", OverSame(), Over)
refuse("one overload of two", OverHalf(), Over)
accept("one overload more", OverMore(), Over)
refuse("overloads with results crossed", OverCrossed(), Over)

class GetInt(Protocol):
    def get(self, x: int) -> str: ...

class GetUnion(Protocol):
    def get(self, x: Union[int, bytes]) -> str: ...

accept("one of the overloads", OverSame(), GetInt)
refuse("an overload for a union beyond it", OverSame(), GetUnion)

# callables

class KwTyped(TypedDict):
    a: int
    b: NotRequired[str]

def kw_unpack(**kwargs: Unpack[KwTyped]) -> None: ...
def kw_plain(*, a: int, b: str = "") -> None: ...
def kw_required(*, a: int, b: str) -> None: ...
def kw_short(*, a: int) -> None: ...

class CallsKw(Protocol):
    def __call__(self, *, a: int, b: str = ...) -> None: ...

class CallsUnpack(Protocol):
    def __call__(self, **kwargs: Unpack[KwTyped]) -> None: ...

accept("unpacked keywords for keywords", kw_unpack, CallsKw)
accept("unpacked keywords for themselves", kw_unpack, CallsUnpack)
refuse("keywords without one that may be unpacked", kw_short, CallsUnpack)
refuse("a required keyword that may not be unpacked", kw_required, CallsUnpack)

def star_tuple(*args: *tuple[int, str]) -> None: ...
def star_rest(*args: *tuple[int, *tuple[str, ...]]) -> None: ...

accept("an unpacked tuple takes its items", star_tuple, Callable[[int, str], None])
refuse("an unpacked tuple takes its items in order", star_tuple, Callable[[str, int], None])
refuse("an unpacked tuple takes no fewer", star_tuple, Callable[[int], None])
accept("an unpacked tuple with a repeated end", star_rest, Callable[[int, str, str], None])
refuse("an unpacked tuple with a repeated end needs its start", star_rest, Callable[[], None])

def returns_callable() -> Callable[[float], int]: raise NotImplementedError
def takes_callable(f: Callable[[int], object]) -> None: ...
def takes_gradual(f: Callable[..., int]) -> None: ...

accept("gives a callable that takes more", returns_callable, Callable[[], Callable[[int], float]])
refuse("gives a callable that takes less", returns_callable, Callable[[], Callable[[complex], float]])
accept("takes a callable that promises more", takes_callable, Callable[[Callable[[float], int]], None])
refuse("takes a callable that needs more", takes_callable, Callable[[Callable[[int, int], int]], None])
accept("takes any callable of a result", takes_gradual, Callable[[Callable[[str, bytes], bool]], None])
refuse("takes any callable of another result", takes_gradual, Callable[[Callable[[], str]], None])

def no_default_fn(x: int, y: str = "") -> float: return 0.0

class DefaultProto(Protocol):
    def __call__(self, x: int = ..., y: str = ...) -> float: ...

class PosThenKw(Protocol):
    def __call__(self, x: int, /, *, y: str = ...) -> float: ...

refuse("a default missing in a callback", no_default_fn, DefaultProto)
accept("a position, then a keyword", no_default_fn, PosThenKw)

class CallAttr(Protocol):
    attr: int
    def __call__(self, x: int) -> str: ...

def plain_fn(x: int) -> str: return ""

refuse("a function without the attribute", plain_fn, CallAttr)

class HasNameCall(Protocol):
    __name__: str
    __qualname__: str
    def __call__(self, x: int) -> str: ...

accept("a function with its own name", plain_fn, HasNameCall)

class Conc(Protocol[P]):
    def __call__(self, f: Callable[Concatenate[int, P], str]) -> Callable[P, str]: ...

def drop_first(f: Callable[Concatenate[int, P], T]) -> Callable[P, T]: raise NotImplementedError
def drop_str(f: Callable[Concatenate[str, P], T]) -> Callable[P, T]: raise NotImplementedError

accept("drops the first parameter", drop_first, Callable[[Callable[[int, str], bytes]], Callable[[str], bytes]])
refuse("drops a first parameter of another type", drop_str, Callable[[Callable[[int, str], bytes]], Callable[[str], bytes]])
refuse("drops the first parameter, not the second", drop_first, Callable[[Callable[[int, str], bytes]], Callable[[int], bytes]])

# typeddicts in annotations

class A1(TypedDict):
    x: int

class A2(A1):
    y: str

class A1NR(TypedDict, total=False):
    x: int

class A1Float(TypedDict):
    x: float

def gives_a2() -> A2: return {"x": 1, "y": ""}
def gives_a1() -> A1: return {"x": 1}
def gives_nr() -> A1NR: return {}

accept("a TypedDict with a key more", gives_a2, Callable[[], A1])
refuse("a TypedDict with a key fewer", gives_a1, Callable[[], A2])
refuse("a TypedDict whose key may be missing", gives_nr, Callable[[], A1])
refuse("a TypedDict whose key may not be removed", gives_a1, Callable[[], A1NR])
refuse("a TypedDict's values are invariant", gives_a1, Callable[[], A1Float])
refuse("a TypedDict is no dict", gives_a1, Callable[[], dict[str, int]])
refuse("a TypedDict is no dict of Any", gives_a1, Callable[[], dict[str, Any]])
accept("a TypedDict is a Mapping of objects", gives_a1, Callable[[], Mapping[str, object]])
refuse("a TypedDict is no Mapping of its values", gives_a1, Callable[[], Mapping[str, int]])
refuse("a TypedDict is no MutableMapping", gives_a1, Callable[[], MutableMapping[str, object]])
accept("a TypedDict is an Iterable of strs", gives_a1, Callable[[], Iterable[str]])

# generics

class Nt(NamedTuple, Generic[T]):
    item: T

def gives_nt() -> Nt[int]: return Nt(1)

accept("a generic named tuple is covariant", gives_nt, Callable[[], tuple[float]])
refuse("a generic named tuple of another type", gives_nt, Callable[[], tuple[str]])

UserId = NewType("UserId", int)
AdminId = NewType("AdminId", UserId)
def admin() -> AdminId: return AdminId(UserId(1))
def users() -> list[UserId]: return []

accept("a NewType of a NewType", admin, Callable[[], UserId])
accept("a NewType of a NewType, as int", admin, Callable[[], float])
refuse("a list of NewTypes is no list of ints", users, Callable[[], list[int]])
accept("a list of NewTypes is a sequence of ints", users, Callable[[], Sequence[int]])
accept("a NewType is called to make it", UserId, Callable[[int], UserId])
refuse("a NewType is called with something else", UserId, Callable[[str], UserId])

Listy = list[T]
Pairy = Union[tuple[T, T], list[T]]
def alias_int() -> Listy[int]: return []
def alias_bare() -> Listy: return []
def alias_pair() -> Pairy[int]: return []

accept("a generic alias", alias_int, Callable[[], list[int]])
refuse("a generic alias of another type", alias_int, Callable[[], list[str]])
accept("a generic alias without argument", alias_bare, Callable[[], list[str]])
accept("a generic alias of a union", alias_pair, Callable[[], Sequence[int]])
refuse("a generic alias of a union, of another type", alias_pair, Callable[[], Sequence[str]])

def type_of_t(cls: type[T]) -> T: raise NotImplementedError
def type_any() -> type[Any]: return int
def type_bool() -> type[bool]: return bool
def type_bare() -> type: return int

accept("makes what the class says", type_of_t, Callable[[type[int]], int])
refuse("makes what another class says", type_of_t, Callable[[type[int]], str])
accept("a class of a subclass", type_bool, Callable[[], type[int]])
refuse("a class of something else", type_bool, Callable[[], type[str]])
accept("any class for a class", type_any, Callable[[], type[int]])
accept("a bare type for a class", type_bare, Callable[[], type[int]])
accept("a class is callable", type_bool, Callable[[], Callable[[object], int]])

def guard(x: object) -> TypeGuard[int]: return True
accept("a TypeGuard is a bool", guard, Callable[[object], bool])
accept("a TypeGuard for itself", guard, Callable[[object], TypeGuard[int]])
refuse("a TypeGuard of something else", guard, Callable[[object], TypeGuard[str]])
refuse("a bool for a TypeGuard", a_bool, Callable[[], TypeGuard[int]])

class Matrix(Generic[T, Unpack[Ts]]):
    def shape(self) -> tuple[Unpack[Ts]]: raise NotImplementedError
    def kind(self) -> T: raise NotImplementedError

class Shaped(Protocol[Unpack[Ts]]):
    def shape(self) -> tuple[Unpack[Ts]]: ...

accept("a TypeVarTuple bound to two", Matrix[bool, int, str](), Shaped[int, str])
refuse("a TypeVarTuple bound to two others", Matrix[bool, int, str](), Shaped[str, int])
refuse("a TypeVarTuple bound to fewer", Matrix[bool, int](), Shaped[int, str])

def apply_all(*args: Unpack[Ts]) -> tuple[Unpack[Ts]]: raise NotImplementedError

accept("a function of a TypeVarTuple", apply_all, Callable[[int, str], tuple[int, str]])
refuse("a function of a TypeVarTuple, of another result", apply_all, Callable[[int, str], tuple[str, int]])

# async, generators, context managers

class AIter:
    def __aiter__(self) -> AsyncIterator[int]: raise NotImplementedError

@contextlib.contextmanager
def managed(x: int) -> Iterator[str]: yield ""

class AsyncCM(Protocol):
    async def __aenter__(self) -> int: ...
    async def __aexit__(self, *args: object) -> None: ...

class GoodACM:
    async def __aenter__(self) -> int: return 1
    async def __aexit__(self, *args: object) -> None: ...

class SyncACM:
    def __aenter__(self) -> int: return 1
    def __aexit__(self, *args: object) -> None: ...

def gen() -> Generator[int, str, bytes]:
    yield 1
    return b""

async def coro() -> int: return 1

accept("an async iterable", AIter(), AsyncIterable[int])
refuse("an async iterable of something else", AIter(), AsyncIterable[str])
accept("a context manager by decorator", managed, Callable[[int], ContextManager[str]])
accept("an async context manager", GoodACM(), AsyncCM)
refuse("an async context manager without async", SyncACM(), AsyncCM)
accept("a generator is an iterator", gen, Callable[[], Iterator[float]])
accept("a generator is one that is sent less", gen, Callable[[], Generator[float, str, object]])
refuse("a generator is none that is sent more", gen, Callable[[], Generator[int, object, bytes]])
refuse("a generator of another result", gen, Callable[[], Generator[int, str, int]])
accept("a coroutine function gives a Coroutine", coro, Callable[[], Coroutine[Any, Any, float]])
refuse("a coroutine function gives a Coroutine of something else", coro, Callable[[], Coroutine[Any, Any, str]])

# qualifiers, Annotated

class HasAnnotated(Protocol):
    x: Annotated[int, "positive"]

class AnnotatedX:
    x: Annotated[int, "other"] = 1

class AnnotatedClassVar:
    x: Annotated[ClassVar[int], ""] = 1

class FinalInInit:
    def __init__(self) -> None:
        self.x: Final = 1

class FinalAnnotated:
    x: Final[int] = 1

accept("Annotated on both sides", AnnotatedX(), HasAnnotated)
refuse("a ClassVar in Annotated", AnnotatedClassVar(), HasAnnotated)
accept("a Final of its type, read", FinalAnnotated(), HasX)

class Setter:
    def __init__(self) -> None:
        self._x = 1
    @property
    def x(self) -> int: return self._x
    @x.setter
    def x(self, v: int) -> None: self._x = v
    @x.deleter
    def x(self) -> None: ...

class WantsSetter(Protocol):
    @property
    def x(self) -> int: ...
    @x.setter
    def x(self, v: int) -> None: ...

accept("a property with setter and deleter", Setter(), WantsSetter)
refuse("a named tuple's field for a property with setter", Pt(1), WantsSetter)
refuse("a Final for a property with setter", FinalAnnotated(), WantsSetter)
refuse("a ClassVar for a property with setter", AnnotatedClassVar(), WantsSetter)
refuse("a frozen dataclass for a property with setter", FrozenDC(1), WantsSetter)

# values of the library's containers

accept("a defaultdict is a dict", defaultdict(list, {"a": [1]}), dict[str, list[int]])
accept("keys of a dict", {"a": 1}.keys(), KeysView[str])
accept("keys of a dict are a set", {"a": 1}.keys(), AbstractSet[str])
accept("a memoryview is a Sequence of ints", memoryview(b""), Sequence[int])
refuse("a set is no Sequence", {1}, Sequence[int])
refuse("a dict is no Sequence", {"a": 1}, Sequence[str])
accept("a Counter is a dict of ints", collections.Counter("a"), dict[str, int])
accept("a ChainMap is a MutableMapping", collections.ChainMap({"a": 1}), MutableMapping[str, int])
refuse("None is no int", None, int)
accept("Ellipsis is an object", ..., object)
refuse("a function is no class", plain_fn, type)
refuse("an int where a function is wanted", 5, Callable[..., Any])
refuse("a class is no str", str, str)
