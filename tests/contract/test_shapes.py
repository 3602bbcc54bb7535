"""How a contract's values cross a boundary: what each type is read as, what is refused, which values fit."""

from __future__ import annotations

import abc
import collections
import contextlib
import dataclasses
import datetime as dt
import enum
import fractions
import importlib
import json
import pathlib
import re
import subprocess
import sys
import textwrap
import types
import typing
import uuid
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    MutableSequence,
    Sequence,
)
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import (
    Annotated,
    Any,
    ClassVar,
    Final,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    NoReturn,
    NotRequired,
    Optional,
    ParamSpec,
    Protocol,
    Self,
    TypedDict,
    TypeVar,
    Union,
)

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotplug.contract import raises
from hotplug.contract.shapes import (
    Enumeration,
    Function,
    Interface,
    Items,
    Member,
    OneOf,
    Plain,
    Record,
    Ref,
    Shapes,
    branch,
    fits,
    misfit,
    shape_of,
    shapes_of,
)

with contextlib.suppress(ImportError):
    importlib.import_module("numpy.random")  # hypothesis imports it where NumPy is

HERE = sys.modules[__name__]
FOLDER = pathlib.Path(sys.modules["hotplug.contract.shapes"].__file__ or "").parent
T = TypeVar("T")
B = TypeVar("B", bound="Point")
S = TypeVar("S", str, bytes)
P = ParamSpec("P")
UserId = NewType("UserId", int)
Json = Union[None, bool, int, str, list["Json"], dict[str, "Json"]]  # noqa: UP007 - a runtime recursive alias
Names = list[str]
Loop: Any = Union["Loop", int]


@dataclasses.dataclass(frozen=True)
class Point:
    x: int
    y: float = 0.0
    made: int = dataclasses.field(default=0, init=False)
    kind: ClassVar[str] = "point"


@dataclasses.dataclass
class Tree(Generic[T]):
    item: T
    below: list[Tree[T]]
    alias: Names = dataclasses.field(default_factory=list[str])


@dataclasses.dataclass
class Named(Tree[int]):
    name: str = ""


class Row(NamedTuple):
    key: str
    at: Point | None = None


class Options(TypedDict, total=False):
    depth: typing.Required[int]
    names: Sequence[str]


class More(Options):
    again: NotRequired[More]


class Wrapped(TypedDict, Generic[T]):
    item: T


class Color(enum.Enum):
    RED = object()
    GREEN = 2


class Level(enum.IntEnum):
    LOW = 1


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


class Listener(Protocol):
    def __call__(self, event: str, /) -> None: ...


class Store(Protocol[T]):
    limit: int
    owner: ClassVar[str]

    @property
    def name(self) -> str: ...

    @name.setter
    def name(self, value: str) -> None: ...

    @raises(KeyError, json.JSONDecodeError)
    def get(self, key: str, /, *rest: int, default: T | None = None, **extra: bool) -> T: ...

    async def later(self, key: str = "") -> T: ...

    def soon(self) -> Awaitable[T]: ...

    def items(self) -> Iterator[T]: ...

    def follow(self) -> AsyncIterator[T]: ...

    def again(self) -> Self: ...

    @classmethod
    def open(cls, path: pathlib.Path) -> Store[T]: ...

    @staticmethod
    def count(of: str) -> int: ...

    @contextlib.contextmanager  # pyright: ignore[reportDeprecated] - it asks for a Generator
    def lock(self) -> Iterator[int]: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object, /) -> bool | None: ...


class Shape(abc.ABC):
    sides: int

    @abc.abstractmethod
    def area(self) -> float: ...

    def _hidden(self) -> int:
        return 0


class Half(abc.ABC):
    @abc.abstractmethod
    def area(self) -> float: ...

    def describe(self) -> str:
        return ""


class Sized(abc.ABC):
    @abc.abstractmethod
    def area(self) -> float: ...

    def __len__(self) -> int:
        return 7

    def __repr__(self) -> str:
        return ""


class Like(Sized):
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 1


class Told(abc.ABC):  # noqa: PLW1641 - it need not
    """An ABC with all the special methods that do no harm."""

    def __init__(self) -> None:
        self.told = ""

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)

    def __repr__(self) -> str:
        return ""

    @abc.abstractmethod
    def __len__(self) -> int: ...

    @abc.abstractmethod
    def __eq__(self, other: object) -> bool: ...


class Plainest:
    def __init__(self) -> None:
        self.value = 1


@dataclasses.dataclass
class Content(list[int]):
    x: int = 0


def text(form: object) -> str:
    return str(shapes_of(form, scope=HERE))


def refused(form: object) -> list[str]:
    return [str(each) for each in shapes_of(form, scope=HERE).refusals]


DATA: list[tuple[object, str]] = [
    (None, "None"),
    (bool, "bool"),
    (int, "int"),
    (float, "float"),
    (complex, "complex"),
    (str, "str"),
    (bytes, "bytes"),
    (bytearray, "bytearray"),
    (memoryview, "memoryview"),
    (range, "range"),
    (typing.LiteralString, "str"),
    (dt.date, "datetime.date"),
    (dt.datetime, "datetime.datetime"),
    (dt.time, "datetime.time"),
    (dt.timedelta, "datetime.timedelta"),
    (dt.tzinfo, "datetime.tzinfo"),
    (dt.timezone, "datetime.timezone"),
    (Decimal, "decimal.Decimal"),
    (fractions.Fraction, "fractions.Fraction"),
    (uuid.UUID, "uuid.UUID"),
    (pathlib.Path, "pathlib.Path"),
    (pathlib.PurePosixPath, "pathlib.PurePosixPath"),
    (Annotated[int, "u8"], "int[0..255]"),
    (Annotated[int, "s64"], "int[-9223372036854775808..9223372036854775807]"),
    (Annotated[int, types.SimpleNamespace(gt=0)], "int[1..]"),
    (Annotated[int, types.SimpleNamespace(ge=0, lt=10)], "int[0..9]"),
    (Annotated[str, "a note"], "str"),
    (list, "list[untyped]"),
    (list[int], "list[int]"),
    (typing.List[int], "list[int]"),  # noqa: UP006 - both spellings are one shape
    (set[str], "set[str]"),
    (frozenset[str], "frozenset[str]"),
    (collections.deque[str], "collections.deque[str]"),
    (dict[str, int], "dict[str,int]"),
    (dict, "dict[untyped,untyped]"),
    (collections.defaultdict[str, int], "collections.defaultdict[str,int]"),
    (collections.OrderedDict[str, int], "collections.OrderedDict[str,int]"),
    (collections.Counter[str], "collections.Counter[str,int]"),
    (tuple, "tuple[;untyped;]"),
    (tuple[()], "tuple[;;]"),
    (tuple[int, str], "tuple[int,str;;]"),
    (tuple[int, ...], "tuple[;int;]"),
    ("tuple[int, *tuple[str, ...], bytes]", "tuple[int;str;bytes]"),
    (tuple[int, typing.Unpack[tuple[str, ...]]], "tuple[int;str;]"),  # noqa: UP044 - both spellings
    (Sequence[float], "(collections.deque[float],list[float],tuple[;float;])"),
    (Sequence[str], "(collections.deque[str],list[str],str,tuple[;str;])"),
    (MutableSequence[str], "(collections.deque[str],list[str])"),
    (AbstractSet[str], "(frozenset[str],set[str])"),
    (Mapping[str, float], ("(collections.Counter[str,int],collections.OrderedDict[str,float],"
                          "collections.defaultdict[str,float],dict[str,float])")),
    (Collection[float], "(collections.deque[float],frozenset[float],list[float],set[float],tuple[;float;])"),
    (Iterable[float], ("(collections.deque[float],frozenset[float],iterable[float;;],list[float],set[float],"
                      "tuple[;float;])")),
    (Optional[int], "(None,int)"),  # noqa: UP045 - both spellings are one shape
    (int | None, "(None,int)"),
    (str | int, "(int,str)"),
    (Union[bytes, Union[str, int]], "(bytes,int,str)"),  # noqa: UP007 - as above
    ("int | 'str' | None", "(None,int,str)"),
    (Literal["b", 1, True, b"x"], "literal(bool True,bytes b'x',int 1,str 'b')"),
    (Literal["a", "b"], "literal(str 'a',str 'b')"),
    (Literal["a", None], "(None,literal(str 'a'))"),  # noqa: PYI061 - both spellings
    ("Literal['a', -1]", "literal(int -1,str 'a')"),
    (UserId, "int"),
    (Final[int], "int"),
    (Any, "untyped"),
    (object, "untyped"),
    (NoReturn, "never"),
    (S, "(bytes,str)"),
    ("Names", "list[str]"),
    ("typing.List[Names]", "list[list[str]]"),
    ("Annotated[int, 'u8']", "int[0..255]"),
]  # fmt: skip

REFERENCES: list[tuple[object, str]] = [
    (Iterator[int], "iterator[int;;]"),
    (Generator[int, str, bytes], "generator[int;str;bytes]"),
    (AsyncIterator[int], "async iterator[int;;]"),
    (typing.AsyncGenerator[int, str], "async generator[int;str;]"),
    (Callable[[int, str], bytes], "method(required positional :int,required positional :str)->bytes"),
    (Callable[..., int], "method(...)->int"),
    (Callable[[], Awaitable[int]], "async()->int"),
    (Callable, "method(...)->untyped"),
    ("Callable[[int], 'str']", "method(required positional :int)->str"),
    (contextlib.AbstractContextManager[int], "context[int]"),
    (contextlib.AbstractAsyncContextManager[int], "asynchronous context[int]"),
    (list[Callable[[], int]], "list[method()->int]"),
]


def in_short(each: object) -> str:
    """Return a name for a case that is the same in every process."""
    return re.sub(r"0x[0-9a-f]+", "", str(each))[:40]


@pytest.mark.parametrize(("form", "expected"), DATA + REFERENCES, ids=in_short)
def test_a_type_has_its_shape(form: object, expected: str) -> None:
    assert str(shape_of(form, scope=HERE)) == expected


def named(cls: str) -> str:
    return f"@{__name__}:{cls}"


NOMINAL: list[tuple[object, str, str]] = [
    (Point, "Point", "frozen dataclass(required init 'x':int,init 'y':float,'made':int)"),
    (Tree[str], "Tree[str]", ("dataclass(required init 'item':str,"
                             "required init 'below':list[{Tree[str]}],init 'alias':list[str])")),
    (Tree, "Tree[untyped]", ("dataclass(required init 'item':untyped,"
                            "required init 'below':list[{Tree[untyped]}],init 'alias':list[str])")),
    (Named, "Named", ("dataclass(required init 'item':int,required init 'below':list[{Tree[int]}],"
                     "init 'alias':list[str],init 'name':str)")),
    (Row, "Row", "frozen namedtuple(required init 'key':str,init 'at':({Point},None))"),
    (Options, "Options", ("typeddict(required init 'depth':int,"
                         "init 'names':(collections.deque[str],list[str],str,tuple[;str;]))")),
    (More, "More", ("typeddict(init 'again':{More},required init 'depth':int,"
                   "init 'names':(collections.deque[str],list[str],str,tuple[;str;]))")),
    (Wrapped[bytes], "Wrapped[bytes]", "typeddict(required init 'item':bytes)"),
    (Color, "Color", "enum(RED None,GREEN None)"),
    (Level, "Level", "enum(LOW None)"),
    (Rights, "Rights", "flag enum(READ 1,WRITE 2)"),
    (Listener, "Listener", "interface(method __call__:method(required positional event:str)->None)"),
    (Shape, "Shape", "interface(method area:method()->float,writable attribute sides:int)"),
    ("Json", "Json", "(None,bool,dict[str,{Json}],int,list[{Json}],str)"),
    (Json, "Json", "(None,bool,dict[str,{Json}],int,list[{Json}],str)"),
    (B, "Point", "frozen dataclass(required init 'x':int,init 'y':float,'made':int)"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "name", "expected"), NOMINAL, ids=in_short)
def test_what_has_a_name_has_a_definition(form: object, name: str, expected: str) -> None:
    shapes = shapes_of(form, scope=HERE)
    assert not shapes.refusals
    assert str(shapes.root) == named(name)
    for each in ("Tree[str]", "Tree[untyped]", "Tree[int]", "Point", "More", "Json"):
        expected = expected.replace(f"{{{each}}}", named(each))
    assert str(shapes.definitions[f"{__name__}:{name}"]) == expected


def test_the_members_of_a_protocol() -> None:
    shapes = shapes_of(Store[bytes])
    assert not shapes.refusals
    known = shapes.resolved(shapes.root)
    assert isinstance(known, Interface)
    itself = named("Store[bytes]")
    assert [str(each) for each in known.members] == [
        f"method __enter__:method()->{itself}",
        (
            "method __exit__:method(required positional kind:raised,required positional error:raised,"
            "required positional trace:raised)->(None,bool)"
        ),
        f"method again:method()->{itself}",
        "method count:method(required either of:str)->int",
        "generator follow:generator()->async iterator[bytes;;]",
        (
            "method get:method(required positional key:str,variadic rest:int,keyword default:(None,bytes),"
            "extra extra:bool)->bytes!KeyError,json.decoder:JSONDecodeError"
        ),
        "generator items:generator()->iterator[bytes;;]",
        "async later:async(either key:str)->bytes",
        "writable attribute limit:int",
        "method lock:method()->context[int]",
        "writable property name:str",
        f"method open:method(required either path:pathlib.Path)->{itself}",
        "attribute owner:str",
        "async soon:async()->bytes",
    ]
    assert shapes.classes["json.decoder:JSONDecodeError"] is json.JSONDecodeError
    assert shapes.classes[f"{__name__}:Store[bytes]"] is Store


def test_a_functions_own_annotations_serve_where_there_is_no_contract() -> None:
    @raises(ValueError)
    def greet(name: str, *, point: Point, loud=False):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        yield name

    shapes = shapes_of(greet)
    point = named("Point")
    assert str(shapes.root) == (
        f"generator(required either name:str,keyword loud:untyped,required keyword point:{point})"
        "->iterator[untyped;;]!ValueError"
    )


def test_keywords_that_are_a_typed_dict_stay_together() -> None:
    def configure(**options: typing.Unpack[Options]) -> None: ...

    assert str(shapes_of(configure).root) == f"method(options options:{named('Options')})->None"


def test_a_plain_class_can_be_exposed_by_its_public_members() -> None:
    class Greeter:
        def greet(self, times: int) -> str:
            return self._word() * times

        def _word(self) -> str:
            return "hello"

    shapes = shapes_of(Greeter, expose=True)
    assert not shapes.refusals
    assert str(shapes.resolved(shapes.root)) == ("interface(method greet:method(required either times:int)->str)")


class Bad(Protocol):
    limit: Plainest

    def take(self, value: list[Plainest], missing: Missing) -> dict[str, type[int]]: ...  # type: ignore[name-defined] # noqa: F821 # pyright: ignore[reportUndefinedVariable]

    def free(self, value: T) -> T: ...

    @typing.overload
    def many(self, value: int) -> int: ...
    @typing.overload
    def many(self, value: str) -> str: ...

    def nested(self) -> Holder: ...


@dataclasses.dataclass
class Holder:
    inner: tuple[int, Plainest]
    module: types.ModuleType


def test_all_that_cannot_cross_is_named_at_once() -> None:
    plain = "Plainest is a plain class, not data: make it a Protocol, which crosses by reference"
    found = {each.path: each.reason for each in shapes_of(Bad).refusals}
    assert set(found) == {
        "limit", "take(value)", "take(missing)", "take.return", "free(value)", "free.return", "many",
        "nested.return.inner[1]", "nested.return.module",
    }  # fmt: skip
    assert found["limit"].startswith(plain)
    assert found["nested.return.inner[1]"].startswith(plain)
    assert "the name 'Missing' is not defined when the program runs" in found["take(missing)"]
    assert "give it a bound" in found["free(value)"]
    assert "one signature with unions" in found["many"]


REFUSED: list[tuple[object, str]] = [
    (Plainest, "Plainest is a plain class, not data: make it a Protocol"),
    (Half, "an ABC whose describe is not abstract"),
    (Sized, "an ABC whose __len__ is not abstract"),
    (Like, "an ABC whose __eq__, __hash__, __len__ is not abstract"),
    (Content, "Content derives from list, whose content would be lost"),
    (ValueError, "ValueError is an exception, which crosses when it is raised"),
    (type[int], "a type itself does not cross"),
    (types.ModuleType, "a module itself does not cross"),
    (T, "the type variable T stands for no type"),
    (Callable[P, int], "write out its parameters"),  # pyright: ignore[reportGeneralTypeIssues]
    (Awaitable[int], "make the member async"),
    (Listener | Iterator[int], "both cross by reference, and a value may be either"),
    (list[Listener] | list[Iterator[int]], "hold references, and a value may be either"),
    ("Loop", "an alias that stands for itself"),
    ("Undefined", "the name 'Undefined' is not defined"),
    ("typing.Undefined", "the name 'typing.Undefined' is not defined"),
    ("print('x')", "more than names, subscripts and |"),
    ("1 +", "is no type"),
    ("int[str]", "cannot be read"),
    ("Annotated[int, print('x')]", "give the annotated type a name of its own"),
    (typing.TypeVarTuple("Ts"), "write out the type that is meant"),
]


@pytest.mark.parametrize(("form", "reason"), REFUSED, ids=in_short)
def test_a_refusal_says_why(form: object, reason: str) -> None:
    found = refused(form)
    assert len(found) == 1
    assert reason in found[0]
    with pytest.raises(TypeError):
        shape_of(form, scope=HERE)


def test_an_abc_may_say_how_it_is_made_and_shown() -> None:
    assert not refused(Told)


def test_unions_of_data_are_always_decided() -> None:
    assert not refused(list[int] | list[str] | tuple[int, ...] | Point | Row | Options | More | dict[str, int])
    assert not refused(Listener | Point | None)
    assert not refused(list[Listener] | list[int])


def test_a_generic_class_that_never_ends_is_refused(made: Callable[[str, str], Any]) -> None:
    source = """
    from __future__ import annotations
    import dataclasses
    from typing import Generic, TypeVar
    T = TypeVar("T")
    @dataclasses.dataclass
    class Node(Generic[T]):
        below: Node[list[T]]
    """
    module = made("endless_shapes", source)
    assert ["it has no end" in each.reason for each in shapes_of(module.Node[int]).refusals] == [True]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Any]:
    return lambda name, source: _made(monkeypatch, name, source)


def _made(monkeypatch: pytest.MonkeyPatch, name: str, source: str) -> Any:
    module = types.ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)
    exec(textwrap.dedent(source), vars(module))  # noqa: S102 - a contract in the syntax of a later Python
    return module


def test_attrs_classes_are_records(made: Callable[[str, str], Any]) -> None:
    attrs = pytest.importorskip("attrs")
    module = made(
        "attrs_shapes",
        """
        from __future__ import annotations
        import attrs
        @attrs.frozen
        class Base:
            x: int
            y: list[Base] = attrs.field(factory=list, init=False)
        """,
    )
    shapes = shapes_of(module.Base)
    assert attrs.has(module.Base)
    assert str(shapes.resolved(shapes.root)) == (
        "frozen attrs(required init 'x':int,'y':list[@attrs_shapes:Base])"
    )
    assert fits(module.Base(1), shapes.root, shapes)
    assert not fits(module.Base("1"), shapes.root, shapes)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax of PEP 695")
def test_the_syntax_of_pep_695(made: Callable[[str, str], Any]) -> None:
    module = made(
        "new_shapes",
        """
        import dataclasses
        from typing import Protocol
        type Tree[T] = T | list[Tree[T]]
        type Ids = list[int]
        @dataclasses.dataclass
        class Box[T]:
            item: T
            ids: "Ids"
        class Store[T](Protocol):
            def get(self, key: Ids) -> Tree[T]: ...
            def box[B: int](self, of: B) -> Box[T]: ...
        """,
    )
    shapes = shapes_of(module.Store[str])
    assert not shapes.refusals
    assert str(shapes).splitlines() == [
        "@new_shapes:Store[str]",
        "new_shapes:Box[str]=dataclass(required init 'item':str,required init 'ids':list[int])",
        (
            "new_shapes:Store[str]=interface(method box:method(required either of:int)->@new_shapes:Box[str],"
            "method get:method(required either key:list[int])->@new_shapes:Tree[str])"
        ),
        "new_shapes:Tree[str]=(list[@new_shapes:Tree[str]],str)",
    ]


def test_a_shape_is_frozen_and_compares_by_what_it_says() -> None:
    shape = shape_of(list[int])
    assert isinstance(shape, Items)
    assert shape == Items("list", shape_of(int))
    assert len({shape, shape_of(typing.List[int]), shape_of("list[int]")}) == 1  # noqa: UP006
    assert shape != shape_of(set[int])
    with pytest.raises(AttributeError, match="does not change"):
        shape.name = "set"  # type: ignore[misc]
    assert repr(Ref("a:B")) == "Ref(name='a:B')"
    assert shapes_of(Store[int]) == shapes_of("Store[int]", scope=HERE)
    assert shapes_of(Store[int]) != shapes_of(Store[str])
    assert isinstance(shapes_of(Color).definitions[f"{__name__}:Color"], Enumeration)
    assert isinstance(shapes_of(Row).definitions[f"{__name__}:Row"], Record)
    assert Member("x", "attribute", Plain("str")) == Member("x", "attribute", Plain("str"))
    assert isinstance(shape_of(Callable[[], int]), Function)


CONTRACT = """
import collections, dataclasses, datetime, enum, pathlib
from typing import *
from collections.abc import AsyncIterator, Iterator, Sequence
T = TypeVar("T")
Json = Union[None, bool, int, str, List["Json"], Dict[str, "Json"]]
@dataclasses.dataclass(frozen=True)
class Point:
    x: int
    y: "Optional[float]" = None
class Row(NamedTuple):
    key: str
    at: Point
class Options(TypedDict, total=False):
    depth: int
class Color(enum.Enum):
    RED = object()
class Store(Protocol[T]):
    limit: int
    def get(self, key: str, /, *, b: int = 0, a: Json = None) -> "T | None": ...
    def rows(self, since: datetime.date) -> Iterator[Row]: ...
    async def save(self, path: pathlib.Path, call: Callable[[Color], Sequence[str]], **o: Any) -> Self: ...
"""
PROGRAM = """
import importlib.util, sys, types
folder, contract = sys.argv[1:]
before = set(sys.modules)
spec = importlib.util.spec_from_file_location(
    "alone", folder + "/__init__.py", submodule_search_locations=[folder]
)
alone = importlib.util.module_from_spec(spec)
sys.modules["alone"] = alone
spec.loader.exec_module(alone)
print(*sorted({each.partition(".")[0] for each in set(sys.modules) - before}))
module = sys.modules["contract"] = types.ModuleType("contract")
exec(contract, vars(module))
for form in ("int", "Json", "Point", "Options | Row | Color", "Store[bytes]"):
    print(form, alone.shapes_of(form, scope=module).wire_fingerprint)
"""
# Recorded once: they must not change with the run, the machine or the Python version.
GOLDEN = {
    "int": "sha256:abb351f81011101a44c84b7bb873baf442518a3a8be82271c912dcb6404b93d6",
    "Json": "sha256:8a99b47e358851f92fa1f7de4ebf7c86438bb26c06b81a15dbf559fefeb385e1",
    "Point": "sha256:c97317d0c746f2f39445fd06e2355914ca885dacbe488faa1599e902c416af2e",
    "Options | Row | Color": "sha256:1b0beaca250d08ff524413fab581508dfd006f3373c90d25aa5477d53f0f8185",
    "Store[bytes]": "sha256:1d426f8ce292eb7465a9d23abe608e5cffac363ed3828ba08f0004aca58e2f53",
}
# What `typing` loads on the three versions, and no more: above all neither inspect nor dataclasses.
ALLOWED = {
    "__future__",
    "_ast",
    "_collections",
    "_collections_abc",
    "_functools",
    "_operator",
    "_sre",
    "_stat",
    "_typing",
    "alone",
    "annotationlib",
    "collections",
    "contextlib",
    "copyreg",
    "enum",
    "functools",
    "genericpath",
    "itertools",
    "keyword",
    "operator",
    "os",
    "posixpath",
    "re",
    "reprlib",
    "stat",
    "types",
    "typing",
    "warnings",
}


def alone(contract: str) -> list[str]:
    command = [sys.executable, "-I", "-S", "-c", PROGRAM, str(FOLDER), contract]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_the_folder_runs_alone_and_fingerprints_stay() -> None:
    loaded, *printed = alone(CONTRACT)
    assert set(loaded.split()) <= ALLOWED
    assert dict(each.rsplit(" ", 1) for each in printed) == GOLDEN


def test_spelling_and_order_mean_nothing_to_a_fingerprint_but_what_crosses_does() -> None:
    other = CONTRACT.replace("List[", "list[").replace('"Optional[float]"', "Union[None, float]")
    other = other.replace("b: int = 0, a: Json = None", "a: 'Json' = 3, b: int = 1")
    assert alone("from __future__ import annotations\n" + other)[1:] == alone(CONTRACT)[1:]
    assert alone(CONTRACT.replace("x: int", "x: str"))[4:] != alone(CONTRACT)[4:]


FITTING: list[tuple[object, object, str | None]] = [
    (True, int, None),
    (2**100, int, None),
    (Level.LOW, int, "a value of the exact class Level does not fit int"),
    (256, Annotated[int, "u8"], "256 is not in int[0..255]"),
    (3, float, None),
    ("3", float, "a value of the exact class str does not fit float"),
    (1.0, int, "a value of the exact class float does not fit int"),
    (dt.datetime(2000, 1, 1), dt.date, None),  # noqa: DTZ001 - naive on purpose
    (pathlib.Path(), pathlib.Path, None),
    ((1, "a"), tuple[int, str], None),
    ((1,), tuple[int, str], "a tuple of 1 items does not fit tuple[int,str;;]"),
    ((1, "a", "b", b""), "tuple[int, *tuple[str, ...], bytes]", None),
    ([1, "a"], list[int], "[1]: a value of the exact class str does not fit int"),
    ([1], Sequence[int], None),
    ({"a": 1.5}, dict[str, int], "['a']: a value of the exact class float does not fit int"),
    (collections.defaultdict(list), collections.defaultdict[str, list[int]], None),
    (collections.defaultdict(lambda: 1), collections.defaultdict[str, int], "its default_factory"),
    (collections.Counter("a"), dict[str, int], "a value of the exact class Counter"),
    (collections.Counter("a"), Mapping[str, int], None),
    (Point(1), Point, None),
    (Point("1"), Point, ".x: a value of the exact class str does not fit int"),  # type: ignore[arg-type]
    (Row("a", Point(1)), Row, None),
    (Row("a", 3), Row, ".at: "),  # type: ignore[arg-type]
    ({"depth": 1}, Options, None),
    ({}, Options, "the key 'depth' is missing"),
    ({"depth": 1, "x": 2}, Options, "the key ['x'] is not in the TypedDict"),
    (Color.RED, Color, None),
    (Color.RED, Literal[Color.RED], None),
    (Color.GREEN, Literal[Color.RED], "does not fit literal"),
    (1, Literal[True], "does not fit literal"),
    (Rights.READ | Rights.WRITE, Rights, None),
    ({"a": [1, (2, None)]}, Any, None),
    ([Point(1)], Any, "[0]: a Point cannot cross where no type is declared"),
    (print, Listener, None),
    (3, Listener, "a int has no __call__"),
    (iter([1]), Iterator[int], None),
    ([1], Iterator[int], "a list has no __next__"),
    (print, Callable[[int], None], None),
    (3, Callable[[int], None], "does not fit"),
    (contextlib.nullcontext(), contextlib.AbstractContextManager[int], None),
    (iter([1]), Iterable[int], None),
    ([{"a": None}], Json, None),
    ([{"a": 1.5}], Json, "does not fit"),
]


@pytest.mark.parametrize(("value", "form", "reason"), FITTING, ids=in_short)
def test_a_value_fits_by_its_exact_class(value: object, form: object, reason: str | None) -> None:
    shapes = shapes_of(form, scope=HERE)
    found = misfit(value, shapes.root, shapes)
    assert (found is None) == (reason is None) == fits(value, shapes.root, shapes)
    if found is not None and reason is not None:
        assert reason in str(found)


def test_a_subclass_that_would_be_sliced_fits_nothing() -> None:
    @dataclasses.dataclass(frozen=True)
    class Point3(Point):
        z: int = 0

    shapes = shapes_of(Point)
    assert str(misfit(Point3(1), shapes.root, shapes)).startswith("a value of the exact class")


def test_what_contains_itself_or_has_no_end_fits_nothing() -> None:
    shapes = shapes_of(list[Any])
    endless: list[Any] = []
    endless.append(endless)
    assert "contains itself" in str(misfit(endless, shapes.root, shapes))
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert "nested too deeply" in str(misfit(deep, shapes.root, shapes))
    shared = [1]
    assert fits([shared, shared], shapes.root, shapes)


HUGE = 1 << 100_000
TUPLE: Any = tuple
SPELLED: list[tuple[object, object, str]] = [
    (HUGE, Annotated[int, "u8"], "an int of 100001 bits is not in int[0..255]"),
    ({HUGE: "a"}, dict[int, int], "[an int of 100001 bits]: a value of the exact class str"),
    ({"k" * 100_000: "a"}, dict[str, int], f"['{'k' * 100}']: a value of the exact class str"),
    ({range(HUGE): "a"}, dict[range, int], "[a range]: a value of the exact class str"),
    (TUPLE.__new__(Row, ("a",)), Row, "it has 1 items, not 2"),
    (collections.defaultdict(len), collections.defaultdict[str, int], "its default_factory"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("value", "form", "reason"), SPELLED, ids=[each[2][:30] for each in SPELLED])
def test_what_is_too_large_or_made_badly_is_a_misfit_with_a_short_reason(
    value: object, form: object, reason: str
) -> None:
    shapes = shapes_of(form)
    found = str(misfit(value, shapes.root, shapes))
    assert found.startswith(reason)
    assert len(found) < 200


def test_an_array_fits_by_the_class_of_its_items() -> None:
    np: Any = pytest.importorskip("numpy")
    typed: Any = pytest.importorskip("numpy.typing").NDArray
    plain, held = np.zeros(2), np.zeros(2, "O")
    for array, form, expected in (
        (plain, np.ndarray, True),
        (plain, typed[np.float64], True),
        (plain, typed[np.floating], True),
        (plain, typed[np.generic], True),
        (plain, typed[np.float32], False),
        (plain, typed[np.integer], False),
        (plain.astype(">f8"), typed[np.float64], True),
        (np.array(["a"]), typed[np.str_], True),
        (np.zeros(2, "M8[ns]"), typed[np.datetime64], True),
        (np.zeros(2, bool), typed[np.bool_], True),
        (np.zeros(2, "q"), typed[np.longlong], True),
        (np.zeros(2, "i4,f8"), typed[np.void], True),
        (held, np.ndarray, False),
        (np.zeros(2, [("a", "i4"), ("b", "O")]), np.ndarray, False),
        (plain.view(type("Mine", (np.ndarray,), {})), np.ndarray, False),
    ):
        shapes = shapes_of(form)
        assert fits(array, shapes.root, shapes) == expected, (array.dtype, form)


BRANCHES: list[tuple[object, object, str | None]] = [
    (True, int | bool, "bool"),
    (1, int | bool, "int"),
    (1, float | int, "int"),
    (1, float | str, "float"),
    ([], list[int] | list[str], "list[int]"),
    (["a"], list[int] | list[str], "list[str]"),
    (3, Listener | int, "int"),
    (print, Listener | int | None, named("Listener")),
    ([1], Iterable[int], "list[int]"),
    (iter([1]), Iterable[int], "iterable[int;;]"),
    (Point(1), Point | Row | Listener, named("Point")),
    ({"depth": 1}, Options | dict[str, str], named("Options")),
    ([print], list[Listener] | list[int], f"list[{named('Listener')}]"),
    (b"", int | str, None),
]


@pytest.mark.parametrize(("value", "form", "expected"), BRANCHES, ids=in_short)
def test_a_value_takes_the_branch_of_its_class(value: object, form: object, expected: str | None) -> None:
    shapes = shapes_of(form, scope=HERE)
    assert not shapes.refusals
    assert isinstance(shapes.root, OneOf)
    index = branch(value, shapes.root, shapes)
    assert (None if index is None else str(shapes.root.branches[index])) == expected


Made = tuple[Any, st.SearchStrategy[Any]]
LEAVES: list[Made] = [
    (int, st.integers() | st.booleans()),
    (bool, st.booleans()),
    (float, st.floats() | st.integers()),
    (str, st.text()),
    (bytes, st.binary()),
    (type(None), st.none()),
    (Color, st.sampled_from(Color)),
    (Point, st.builds(Point, st.integers(), st.floats())),
    (dt.date, st.dates() | st.datetimes()),
    (Decimal, st.decimals()),
]


def _larger(inner: st.SearchStrategy[Made]) -> st.SearchStrategy[Made]:
    # The types are found when the test runs: to a type checker they are values.
    forms: list[Any] = [list, dict, tuple, Union, Sequence]
    listed, paired, fixed, either, sequence = forms

    def pair(two: tuple[Made, Made]) -> Made:
        return fixed[two[0][0], two[1][0]], st.tuples(two[0][1], two[1][1])

    def union(two: tuple[Made, Made]) -> Made:
        return either[two[0][0], two[1][0]], two[0][1] | two[1][1]

    return st.one_of(
        inner.map(lambda each: (listed[each[0]], st.lists(each[1], max_size=3))),
        inner.map(lambda each: (sequence[each[0]], st.lists(each[1], max_size=3).map(tuple))),
        inner.map(lambda each: (paired[str, each[0]], st.dictionaries(st.text(), each[1], max_size=3))),
        st.tuples(inner, inner).map(pair),
        st.tuples(inner, inner).map(union),
    )


FORMS = st.recursive(st.sampled_from(LEAVES), _larger, max_leaves=6)


@settings(deadline=None, max_examples=300)
@given(data=st.data(), one=FORMS, other=FORMS)
def test_every_value_of_a_type_fits_it_and_takes_a_branch_that_it_fits(
    data: st.DataObject, one: Made, other: Made
) -> None:
    shapes: Shapes = shapes_of(Union[one[0], other[0]])  # noqa: UP007 - the types are found at run time
    assert not shapes.refusals
    value, stranger = data.draw(one[1]), data.draw(data.draw(FORMS)[1])
    assert fits(value, shapes.root, shapes)
    if isinstance(shapes.root, OneOf):
        for each in (value, stranger):
            index = branch(each, shapes.root, shapes)
            assert (index is not None) == fits(each, shapes.root, shapes)
            assert (index is not None) == any(fits(each, known, shapes) for known in shapes.root.branches)
            assert index is None or fits(each, shapes.root.branches[index], shapes)
