"""What a worker says of its types is read by a host that believes none of it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import numpy.random  # noqa: F401, ICN001  (hypothesis imports it where numpy is)
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotplug.boundaries.process.naming import Unnameable, known_class, shapes_data, shapes_of_data
from hotplug.contract.shapes import Enumeration, Interface, Record, Ref, Shapes, shapes_of
from hotplug.contract.shapes.shape import (
    EITHER,
    INTEGER,
    METHOD,
    NONE,
    UNTYPED,
    Choice,
    Field,
    Function,
    Integer,
    Member,
    Node,
    OneOf,
    Parameter,
    Plain,
    Stream,
)

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Contracts

KITCHEN = """
    import enum
    from abc import ABC, abstractmethod
    from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator
    from contextlib import AbstractContextManager
    from dataclasses import dataclass, field
    from decimal import Decimal
    from typing import Annotated, Any, Generic, Literal, NamedTuple, Protocol, TypedDict, TypeVar, Unpack

    import numpy
    import numpy.typing

    import hotplug.contract

    T = TypeVar("T")
    Json = dict[str, "Json"] | list["Json"] | str

    class Size(enum.Enum):
        SMALL = 1

    class Spice(enum.Flag):
        HOT = 1
        VERY_HOT = 1 << 80

    class Burned(Exception): ...

    class Place(TypedDict, total=False):
        row: int

    class Spot(NamedTuple):
        x: int
        y: Json = ""

    @dataclass(frozen=True)
    class Dish:
        name: str
        spot: Spot
        json: Json
        size: Size = Size.SMALL
        price: Decimal = field(default=Decimal(1), init=False)

    @dataclass
    class Box(Generic[T]):
        item: T

    class Waiter(ABC):
        @abstractmethod
        def serve(self) -> None: ...

    class Kitchen(Protocol):
        name: str
        @property
        def dishes(self) -> tuple[Dish, ...]: ...
        @hotplug.contract.raises(Burned, KeyError)
        def cook(self, dish: Dish, /, *more: Dish, size: Literal[Size.SMALL, "a", b"b", -1, True], **rest: int) -> None: ...
        def place(self, **options: Unpack[Place]) -> Annotated[int, "u64"]: ...
        def spice(self, spice: Spice, by: Callable[[int], str] | None, how: Callable[..., Any]) -> list[int | str]: ...
        def again(self) -> "Kitchen": ...
        def boxed(self) -> Box[Dish]: ...
        def waiters(self) -> Iterator[Waiter]: ...
        def all(self) -> Generator[int, str, bytes]: ...
        def any(self, items: Iterable[int]) -> AbstractContextManager[int]: ...
        async def later(self, array: numpy.typing.NDArray[numpy.float64]) -> tuple[int, *tuple[str, ...], bytes]: ...
        def stream(self) -> AsyncIterator[int]: ...
        def __len__(self) -> int: ...
        def __exit__(self, *args: object) -> bool: ...
"""


@pytest.fixture
def kitchen(contracts: Contracts) -> Any:
    return contracts({"kitchen": KITCHEN})


def sent(shapes: Shapes) -> Any:
    return json.loads(json.dumps(shapes_data(shapes)))


def test_shapes_come_back_as_they_were(kitchen: Any) -> None:
    shapes = shapes_of(kitchen.Kitchen)
    assert not shapes.refusals
    again = shapes_of_data(sent(shapes), known_class)
    assert again == shapes
    assert again.wire_fingerprint == shapes.wire_fingerprint
    assert again.classes == shapes.classes
    assert again.classes["kitchen:Box[@kitchen:Dish]"] is kitchen.Box
    assert again.classes["KeyError"] is KeyError


def test_refusals_of_the_worker_are_kept(kitchen: Any) -> None:
    shapes = shapes_of(dict[str, object] | type(kitchen))
    assert shapes.refusals
    assert shapes_of_data(sent(shapes), known_class) == shapes


def test_data_of_a_class_that_the_host_has_not_is_refused_where_it_is_used(kitchen: Any) -> None:
    data = sent(shapes_of(kitchen.Kitchen))
    found = shapes_of_data(data, lambda _: None)
    assert {str(each) for each in found.refusals} == {
        "boxed.return: kitchen has no class Box here: put it into a module that both can import",
        "cook(size): kitchen has no class Size here: put it into a module that both can import",
        "cook(): kitchen has no class Dish here: put it into a module that both can import",
        "spice(spice): kitchen has no class Spice here: put it into a module that both can import",
        "cook().spot: kitchen has no class Spot here: put it into a module that both can import",
    }
    assert isinstance(found.definitions["kitchen:Kitchen"], Interface)
    assert isinstance(found.definitions["kitchen:Place"], Record)
    del sys.modules["kitchen"]
    found = shapes_of_data(data, known_class)
    reasons = {each.path: each.reason for each in found.refusals}
    assert reasons["spice(spice)"] == (
        "the module kitchen of Spice is not imported here: put it into a module that both can import, and import it"
    )
    assert "kitchen:Burned" not in found.classes


CHANGES = {
    "another field": ("name: str\n        spot", "name: str\n        more: int\n        spot"),
    "another type": ("spot: Spot", "spot: int"),
    "another default": ("name: str\n        spot: Spot\n        json: Json", "name: str\n        spot: Spot\n        json: Json = ''"),
    "not frozen": ("(frozen=True)", ""),
    "no dataclass": ("@dataclass(frozen=True)", ""),
    "another member": ("SMALL = 1", "SMALL = 1\n        LARGE = 2"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_class_with_other_contents_is_refused(contracts: Contracts, kind: str) -> None:
    data = sent(shapes_of(contracts({"kitchen": KITCHEN}).Dish))
    del sys.modules["kitchen"]
    contracts({"kitchen": KITCHEN.replace(*CHANGES[kind])})
    found = shapes_of_data(data, known_class)
    assert [each.reason for each in found.refusals] == [
        f"the class kitchen.{'Size' if kind == 'another member' else 'Dish'} has other contents here: "
        "both sides need the same version of it"
    ]


def test_a_name_leads_to_no_class_that_it_does_not_describe(kitchen: Any) -> None:
    method = Member("poll", METHOD, Function((), INTEGER))
    shapes = Shapes(Ref("subprocess:Popen"), {"subprocess:Popen": Interface((method,))}, (), {"subprocess:Popen": int})
    found = shapes_of_data([*sent(shapes)[:3], ["subprocess:Popen", "kitchen:Waiter", "os:system", "KeyError"]], known_class)
    assert dict(found.classes) == {"KeyError": KeyError}
    enum = Shapes(Ref("builtins:int"), {"builtins:int": Enumeration((("A", None),))})
    data = [*sent(enum)[:3], ["builtins:int"]]
    assert [str(each) for each in shapes_of_data(data, known_class).refusals] == [
        "the class builtins.int has other contents here: both sides need the same version of it"
    ]


def test_looking_for_a_class_runs_nothing(contracts: Contracts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trap = tmp_path / "host" / "trap.py"
    trap.write_text("raise SystemExit")
    kitchen = contracts(
        {
            "kitchen": """
            import types, sys
            ran = []
            def __getattr__(name): ran.append(name); return int
            class Meta(type):
                def __getattribute__(cls, name): ran.append(name); return super().__getattribute__(name)
                def __getattr__(cls, name): ran.append(name); return int
                def __hash__(cls): ran.append("hash"); return 1
                def __eq__(cls, other): ran.append("eq"); return True
                def __instancecheck__(cls, other): ran.append("instance"); return True
                def __subclasscheck__(cls, other): ran.append("subclass"); return True
            class Outer(metaclass=Meta):
                @property
                def there(self): ran.append("property"); return int
                class Inner(metaclass=Meta): ...
            class Odd(types.ModuleType):
                @property
                def __dict__(self): ran.append("dict"); return {"Dish": int}
            class Lazy:
                def __getattr__(self, name): ran.append(name); return int
            """
        }
    )
    monkeypatch.setitem(sys.modules, "odd", kitchen.Odd("odd"))
    monkeypatch.setitem(sys.modules, "lazy", kitchen.Lazy())
    kitchen.ran.clear()
    unknown = ["trap:A", "trap", "kitchen:Absent", "kitchen:Outer.there", "kitchen:Outer.absent", "odd:Dish", "lazy:Dish"]
    odd = ["", ":", "::", "[", "kitchen:", ":int", "kitchen:Outer..Inner", "kitchen:f.<locals>.C", "None:x", "sys:path"]
    for name in unknown + odd:
        assert known_class(name) is None, name
    assert known_class("kitchen:Outer.Inner[int]") is not None
    assert known_class("KeyError") is KeyError
    record = Record("dataclass", (Field("x", INTEGER),))
    name = "kitchen:Outer"
    assert shapes_of_data(sent(Shapes(Ref(name), {name: record}, (), {name: int})), known_class).refusals
    assert kitchen.ran == []
    assert "trap" not in sys.modules


def _function(*parameters: Parameter) -> Function:
    return Function(parameters, NONE)


IMPOSSIBLE: list[tuple[Node, dict[str, Any]]] = [
    (Plain("os.system"), {}),
    (Ref("kitchen:Absent"), {}),
    (Record("dataclass", ()), {}),
    (OneOf((INTEGER,)), {}),
    (OneOf((INTEGER, INTEGER)), {}),
    (OneOf((_function(), Stream("iterator", INTEGER))), {}),
    (Ref("a:A"), {"a:A": OneOf((Ref("a:A"), INTEGER))}),
    (Choice((("int", "5"),)), {}),
    (Choice((("a:A", "RED"),)), {}),
    (_function(Parameter("a", EITHER, INTEGER), Parameter("a", EITHER, INTEGER)), {}),
    (_function(Parameter("a b", EITHER, INTEGER)), {}),
    (_function(Parameter("class", EITHER, INTEGER)), {}),
    (_function(Parameter("a", EITHER, INTEGER, required=False), Parameter("b", EITHER, INTEGER)), {}),
    (_function(Parameter("a", "keyword", INTEGER), Parameter("b", EITHER, INTEGER)), {}),
    (_function(Parameter("a", "extra", INTEGER), Parameter("b", "extra", INTEGER)), {}),
    (Ref("a:A"), {"a:A": Interface((Member("m", METHOD, INTEGER),))}),
    (Ref("a:A"), {"a:A": Interface((Member("__class__", "attribute", INTEGER),))}),
    (Ref("a:A"), {"a:A": Interface((Member("m", "attribute", INTEGER), Member("m", "attribute", INTEGER)))}),
    (Ref("a:A"), {"a:A": Record("dataclass", (Field("x", INTEGER), Field("x", INTEGER)))}),
    (Ref("a:A"), {"a:A": Record("dataclass", (Field("x y", INTEGER),))}),
    (Ref("a:A"), {"a:A": Enumeration((("A", 1),))}),
    (Ref("a:A"), {"a:A": Enumeration((("A", None), ("A", None)))}),
    (Stream("fountain", INTEGER), {}),
    (Field("x", INTEGER), {}),
]


@pytest.mark.parametrize(("root", "definitions"), IMPOSSIBLE, ids=lambda each: str(each)[:40])
def test_what_no_reading_of_types_gives_is_refused(root: Any, definitions: dict[str, Any]) -> None:
    data = sent(Shapes(root, definitions))
    with pytest.raises(Unnameable, match="what the other side says of its types|have no end") as caught:
        shapes_of_data(data, known_class)
    assert len(str(caught.value)) < 200


def test_what_is_nested_without_end_is_refused() -> None:
    shape: Any = ["Integer", None, None]
    for _ in range(100_000):
        shape = ["Items", "list", shape]
    with pytest.raises(Unnameable, match="have no end"):
        shapes_of_data([shape, [], [], []], known_class)


WORDS = ["Items", "list", "Plain", "str", "Ref", "a:A", "OneOf", "Function", "method", "Record", "dataclass", "x", ""]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.binary(max_size=3) | st.sampled_from(WORDS),
    lambda each: st.lists(each, max_size=6) | st.dictionaries(st.text(max_size=3), each, max_size=3),
    max_leaves=20,
)


@given(st.lists(JUNK, max_size=5) | JUNK)
def test_junk_is_refused(data: object) -> None:
    try:
        shapes_of_data(data, known_class)
    except Unnameable:
        pass


@given(st.data())
def test_damage_is_refused_or_another_description(data: st.DataObject) -> None:
    tree: Any = sent(shapes_of(dict[str, list[int] | tuple[bytes, ...]] | None))
    place: Any = tree
    while True:
        index = data.draw(st.integers(0, len(place) - 1))
        if isinstance(place[index], list) and place[index] and data.draw(st.booleans()):
            place = place[index]
        else:
            place[index] = data.draw(JUNK)
            break
    try:
        assert isinstance(shapes_of_data(tree, known_class), Shapes)
    except Unnameable:
        pass


def test_an_integer_of_any_size_is_a_bound() -> None:
    shapes = Shapes(Integer(-(1 << 200), 1 << 200), {})
    assert shapes_of_data(sent(shapes), known_class) == shapes
    with pytest.raises(Unnameable):
        shapes_of_data([["Integer", "1" * 100_000, None], [], [], []], known_class)


def test_an_alias_that_names_itself_is_the_same_wherever_it_is_met(kitchen: Any) -> None:
    shapes = shapes_of(tuple[kitchen.Json, kitchen.Dish, kitchen.Spot], scope=kitchen)
    found = shapes_of_data(sent(shapes), known_class)
    assert found == shapes
    assert found.resolved(Ref("kitchen:Dish")) != UNTYPED
