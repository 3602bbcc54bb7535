"""What else the specification's chapters say: variance through layers, inference of values, decorators, unions."""
# mypy: ignore-errors
# pyright: basic
# ruff: noqa

import dataclasses
import enum
import functools
import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import Annotated, Any, ClassVar, Concatenate, Final, Generic, Literal, NamedTuple, Never, NewType, NoReturn, NotRequired, Optional, ParamSpec, Protocol, Required, Self, TextIO, Type, TypeAlias, TypedDict, TypeVar, TypeVarTuple, Union, Unpack, overload

from corpus import accept, refuse

T = TypeVar("T")
S = TypeVar("S")
T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)
P = ParamSpec("P")
Ts = TypeVarTuple("Ts")

# variance through layers

class Src(Protocol[T_co]):
    def get(self) -> T_co: ...

class Snk(Protocol[T_contra]):
    def put(self, item: T_contra) -> None: ...

class SnkOfSnk(Protocol[T_co]):
    def accept(self, sink: Snk[T_co]) -> None: ...

class FloatSnk:
    def put(self, item: float) -> None: ...

class IntSnk:
    def put(self, item: int) -> None: ...

class TakesIntSnk:
    def accept(self, sink: Snk[int]) -> None: ...

class TakesFloatSnk:
    def accept(self, sink: Snk[float]) -> None: ...

accept("a sink of sinks is covariant", TakesIntSnk(), SnkOfSnk[float])
refuse("a sink of sinks is not contravariant", TakesFloatSnk(), SnkOfSnk[int])

class GivesFn:
    def get(self) -> Callable[[float], int]: raise NotImplementedError

class TakesFn:
    def put(self, item: Callable[[int], float]) -> None: ...

accept("a source of functions", GivesFn(), Src[Callable[[int], float]])
refuse("a source of functions that take less", GivesFn(), Src[Callable[[complex], float]])
accept("a sink of functions", TakesFn(), Snk[Callable[[float], int]])
refuse("a sink of functions that take less", TakesFn(), Snk[Callable[[bool], int]])

class GivesClass:
    def get(self) -> type[bool]: return bool

accept("a source of classes", GivesClass(), Src[type[int]])
refuse("a source of other classes", GivesClass(), Src[type[str]])
accept("a source of makers", GivesClass(), Src[Callable[[object], int]])

class GivesLists:
    def get(self) -> list[list[int]]: return []

accept("a list of lists, read twice", GivesLists(), Src[Sequence[Sequence[float]]])
refuse("a list of lists is invariant inside", GivesLists(), Src[Sequence[list[float]]])
refuse("a list of lists as a list of sequences", GivesLists(), Src[list[Sequence[int]]])

class GivesDict:
    def get(self) -> dict[str, list[int]]: return {}

accept("a dict of lists, read", GivesDict(), Src[Mapping[str, Sequence[float]]])
refuse("a dict of lists, written", GivesDict(), Src[MutableMapping[str, Sequence[int]]])
accept("a dict's items have pairs", GivesDict(), Src[Mapping[str, Iterable[object]]])

class GivesUnion:
    def get(self) -> Union[int, list[str]]: return 1

accept("a union within a wider union", GivesUnion(), Src[Union[float, Sequence[str], None]])
refuse("a union that misses a member", GivesUnion(), Src[Union[int, list[int]]])

class GivesOptCallable:
    def get(self) -> Optional[Callable[[], int]]: return None

refuse("an optional callable for a callable", GivesOptCallable(), Src[Callable[[], int]])
accept("an optional callable for one", GivesOptCallable(), Src[Optional[Callable[..., float]]])

class GivesNever:
    def get(self) -> Never: raise SystemExit

accept("Never for anything", GivesNever(), Src[str])

class GivesNone:
    def get(self): return None

accept("no annotation, None in the body", GivesNone(), Src[Optional[int]])

class TakesNothing:
    def put(self, item: Never) -> None: ...

refuse("takes Never where an int is given", TakesNothing(), Snk[int])
accept("takes an int where Never is given", IntSnk(), Snk[Never])

# ParamSpec and Concatenate

class Deco(Protocol):
    def __call__(self, f: Callable[P, T], /) -> Callable[P, T]: ...

class DecoAsync(Protocol):
    def __call__(self, f: Callable[P, T], /) -> Callable[P, Awaitable[T]]: ...

class DecoAdd(Protocol):
    def __call__(self, f: Callable[P, T], /) -> Callable[Concatenate[int, P], T]: ...

def deco_same(f: Callable[P, T]) -> Callable[P, T]: return f
def deco_async(f: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]: raise NotImplementedError
def deco_add(f: Callable[P, T]) -> Callable[Concatenate[int, P], T]: raise NotImplementedError
def deco_addstr(f: Callable[P, T]) -> Callable[Concatenate[str, P], T]: raise NotImplementedError
def deco_id(f: T) -> T: return f
def deco_lost(f: Callable[..., T]) -> Callable[..., T]: return f
def deco_int(f: Callable[P, int]) -> Callable[P, int]: return f
def deco_noargs(f: Callable[[], T]) -> Callable[[], T]: return f

accept("a decorator that keeps all", deco_same, Deco)
accept("a decorator that keeps the whole", deco_id, Deco)
accept("a decorator that loses the parameters", deco_lost, Deco)
refuse("a decorator of functions of int", deco_int, Deco)
refuse("a decorator of functions without parameters", deco_noargs, Deco)
accept("a decorator that makes async", deco_async, DecoAsync)
refuse("a decorator that does not make async", deco_same, DecoAsync)
accept("a decorator that adds a parameter", deco_add, DecoAdd)
refuse("a decorator that adds another parameter", deco_addstr, DecoAdd)
refuse("a decorator that adds none", deco_same, DecoAdd)
refuse("a decorator that adds one too many", deco_add, Deco)

class Runner(Protocol):
    def run(self, f: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...

class GoodRunner:
    def run(self, f: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T: return f(*args, **kwargs)

class AnyRunner:
    def run(self, f: Callable[..., T], *args: Any, **kwargs: Any) -> T: return f(*args, **kwargs)

class NoKwRunner:
    def run(self, f: Callable[..., T], *args: Any) -> T: return f(*args)

class OptRunner:
    def run(self, f: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Optional[T]: return None

accept("runs with the callback's parameters", GoodRunner(), Runner)
accept("runs with any parameters", AnyRunner(), Runner)
refuse("runs with positions only", NoKwRunner(), Runner)
refuse("runs and may give None", OptRunner(), Runner)

# decorated functions

def logged(f: Callable[P, T]) -> Callable[P, T]:
    @functools.wraps(f)
    def inner(*args: P.args, **kwargs: P.kwargs) -> T: return f(*args, **kwargs)
    return inner

class Decorated:
    @logged
    def get(self) -> int: return 1
    @logged
    def put(self, item: int) -> None: ...

accept("a decorated method", Decorated(), Src[float])
refuse("a decorated method of another type", Decorated(), Src[str])
accept("a decorated method that takes", Decorated(), Snk[bool])
refuse("a decorated method that takes something else", Decorated(), Snk[str])

class CachedProp:
    @functools.cached_property
    def size(self) -> int: return 1

class ReadSize(Protocol):
    @property
    def size(self) -> float: ...

class ReadStrSize(Protocol):
    @property
    def size(self) -> str: ...

refuse("a cached property of another type", CachedProp(), ReadStrSize)

class Dispatch:
    @functools.singledispatchmethod
    def put(self, item: Any) -> None: ...

accept("a dispatching method", Dispatch(), Snk[int])

class Stacked:
    @staticmethod
    @logged
    def get() -> int: return 1
    @classmethod
    @logged
    def put(cls, item: str) -> None: ...

accept("a static method of a decorated function", Stacked(), Src[int])
refuse("a class method of a decorated function", Stacked(), Snk[int])

# values of attributes

class HasStream(Protocol):
    @property
    def stream(self) -> TextIO: ...

class StdoutHolder:
    def __init__(self) -> None:
        self.stream: TextIO = sys.stdout

class PathHolder:
    stream: str = "x"

accept("a stream, read", StdoutHolder(), HasStream)
refuse("a str for a stream", PathHolder(), HasStream)

class HasMode(Protocol):
    mode: Literal["r", "w"]

class ModeDeclared:
    mode: Literal["r", "w"] = "r"

class ModeInferred:
    mode = "r"

class ModeOne:
    mode: Literal["r"] = "r"

class ModeFinal:
    mode: Final = "r"

class ReadMode(Protocol):
    @property
    def mode(self) -> Literal["r", "w"]: ...

accept("a literal attribute", ModeDeclared(), HasMode)
refuse("an attribute inferred as str for a literal", ModeInferred(), HasMode)
refuse("a literal attribute of fewer", ModeOne(), HasMode)
accept("a Final's literal, read", ModeFinal(), ReadMode)
refuse("an attribute inferred as str, read as a literal", ModeInferred(), ReadMode)

class HasItems(Protocol):
    items: list[float]

class ItemsInferred:
    items = [1, 2]

class ItemsSelf:
    def __init__(self) -> None:
        self.items = [1, 2]

class ItemsFloat:
    items: list[float] = [1, 2]

refuse("a list inferred as one of ints", ItemsInferred(), HasItems)
accept("a list declared as one of floats", ItemsFloat(), HasItems)

class HasFnAttr(Protocol):
    on_done: Callable[[int], None]

class FnDeclared:
    def __init__(self, on_done: Callable[[int], None]) -> None:
        self.on_done = on_done

class FnWider:
    def __init__(self, on_done: Callable[[float], None]) -> None:
        self.on_done = on_done

def done(x: float) -> None: ...

accept("a callable assigned from a parameter", FnDeclared(done), HasFnAttr)
refuse("a callable assigned from a parameter is invariant", FnWider(done), HasFnAttr)

@dataclasses.dataclass
class Cfg:
    name: str
    tags: list[str] = dataclasses.field(default_factory=list)
    parent: "Optional[Cfg]" = None

class CfgLike(Protocol):
    name: str
    tags: list[str]

class CfgRead(Protocol):
    @property
    def parent(self) -> "Optional[CfgRead]": ...

class CfgParent(Protocol):
    parent: "Optional[CfgParent]"

class CfgTags(Protocol):
    @property
    def tags(self) -> Sequence[int]: ...

accept("a dataclass with a default factory", Cfg("x"), CfgLike)
accept("a recursive dataclass, read", Cfg("x"), CfgRead)
refuse("a recursive dataclass, assigned", Cfg("x"), CfgParent)
refuse("a dataclass's list of another type", Cfg("x"), CfgTags)

class Slots:
    __slots__ = ("name", "tags")
    def __init__(self) -> None:
        self.name: str = "x"
        self.tags: list[str] = []

accept("slots with values", Slots(), CfgLike)

class Level(enum.IntEnum):
    LOW = 1
    @property
    def label(self) -> str: return ""
    def next(self) -> "Level": return self

class HasLabel(Protocol):
    @property
    def label(self) -> str: ...
    def next(self) -> int: ...

class SetLabel(Protocol):
    label: str

class HasEnumValue(Protocol):
    @property
    def value(self) -> int: ...

accept("an enum's own property and method", Level.LOW, HasLabel)
refuse("an enum's own property where assignment is asked for", Level.LOW, SetLabel)
accept("an enum's value", Level.LOW, HasEnumValue)

# functions with many kinds

class Kinds(Protocol):
    def __call__(self, a: int, /, b: int, *, c: int) -> int: ...

def k_same(a: int, /, b: int, *, c: int) -> int: return 0
def k_std(a: int, b: int, c: int) -> int: return 0
def k_opt(x: int = 0, b: int = 0, c: int = 0, d: int = 0) -> int: return 0
def k_b_only(a: int, b: int, /, *, c: int) -> int: return 0
def k_c_pos(a: int, c: int, b: int) -> int: return 0
def k_kw(a: int, /, **kw: int) -> int: return 0
def k_kwb(a: int, b: int, **kw: int) -> int: return 0
def k_star(*a: int, c: int) -> int: return 0
def k_star_kw(*a: int, **kw: int) -> int: return 0
def k_star_bad(*a: int, **kw: str) -> int: return 0
def k_a_named(b: int, x: int, *, c: int) -> int: return 0
def k_bool(a: int, /, b: bool, *, c: int) -> int: return 0

accept("all kinds alike", k_same, Kinds)
accept("all kinds by standard parameters", k_std, Kinds)
accept("all kinds by optional ones", k_opt, Kinds)
refuse("the second by position only", k_b_only, Kinds)
refuse("the keyword in the second place", k_c_pos, Kinds)
refuse("the second by keyword only", k_kw, Kinds)
accept("the keyword by kwargs", k_kwb, Kinds)
refuse("the second among args", k_star, Kinds)
accept("all among stars", k_star_kw, Kinds)
refuse("all among stars, kwargs of another type", k_star_bad, Kinds)
refuse("the first under the second's name", k_a_named, Kinds)
refuse("the second of a narrower type", k_bool, Kinds)
accept("stars for a Callable", k_star_kw, Callable[[int, int], int])
refuse("stars for a Callable of strs", k_star_kw, Callable[[str], int])
refuse("a required keyword for a Callable", k_star, Callable[[int], int])

# overloads among values

@overload
def ov(x: int) -> int: ...
@overload
def ov(x: str) -> str: ...
def ov(x: Any) -> Any: return x

@overload
def ov_opt(x: None = None) -> None: ...
@overload
def ov_opt(x: int) -> str: ...
def ov_opt(x: Any = None) -> Any: return x

accept("the first overload", ov, Callable[[int], int])
accept("the second overload", ov, Callable[[str], str])
refuse("no overload", ov, Callable[[bytes], bytes])
refuse("an overload with the other's result", ov, Callable[[int], str])
accept("an overload of a subclass", ov, Callable[[bool], int])
accept("an overload without argument", ov_opt, Callable[[], None])
refuse("an overload without argument, of another result", ov_opt, Callable[[], str])
accept("an overload with its argument", ov_opt, Callable[[int], str])

# self types and class objects

class Builder(Protocol):
    def add(self, x: int) -> Self: ...
    def build(self) -> list[int]: ...

class GoodBuilder:
    def add(self, x: int) -> Self: return self
    def build(self) -> list[int]: return []

class NextBuilder:
    def add(self, x: int) -> GoodBuilder: return GoodBuilder()
    def build(self) -> list[int]: return []

class MakesBuilder:
    def get(self) -> Builder: return GoodBuilder()

class GivesGoodBuilder:
    def get(self) -> GoodBuilder: return GoodBuilder()

class GivesNextBuilder:
    def get(self) -> NextBuilder: return NextBuilder()

accept("a fluent builder", GoodBuilder(), Builder)
refuse("a builder that gives another", NextBuilder(), Builder)
accept("gives a fluent builder", GivesGoodBuilder(), Src[Builder])
refuse("gives a builder that gives another", GivesNextBuilder(), Src[Builder])

class WithCreate(Protocol):
    @classmethod
    def create(cls, x: int) -> Self: ...

class Creates:
    @classmethod
    def create(cls, x: int) -> Self: return cls()

class CreatesStatic:
    @staticmethod
    def create(x: int) -> "CreatesStatic": return CreatesStatic()

class CreatesSub(CreatesStatic): ...

accept("creates itself by static method", CreatesStatic(), WithCreate)
refuse("creates its base by static method", CreatesSub(), WithCreate)
accept("a class that creates itself", Creates, type[WithCreate])
refuse("a class that creates its base", CreatesSub, type[WithCreate])
accept("a class's class method as a callback", Creates.create, Callable[[int], Creates])
refuse("a class's class method as another callback", Creates.create, Callable[[str], Creates])
