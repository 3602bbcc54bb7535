"""What a worker says of its types is read by a host that believes none of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from hotplug.boundaries.process.naming import Unnameable, known_class, shapes_of_data
from hotplug.boundaries.process.naming.unnameable import IMPORTABLE
from hotplug.contract.shapes import Interface, Record, Ref, Shapes, shapes_of
from hotplug.contract.shapes.shape import (
    UNTYPED,
    Integer,
)

from .conftest import sent

if TYPE_CHECKING:
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

    import hotplug.contract

    T = TypeVar("T")
    Json = dict[str, "Json"] | list["Json"] | str

    class Size(enum.Enum):
        SMALL = 1

    Floats = numpy.ndarray[Any, numpy.dtype[numpy.float64]]
    Sizes = Literal[Size.SMALL, "a", b"b", -1, True]

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
        def cook(self, dish: Dish, /, *more: Dish, size: Sizes, **rest: int) -> None: ...
        def place(self, **options: Unpack[Place]) -> Annotated[int, "u64"]: ...
        def spice(self, spice: Spice, by: Callable[[int], str] | None) -> list[int | str]: ...
        def call(self, how: Callable[..., Any]) -> None: ...
        def again(self) -> "Kitchen": ...
        def boxed(self) -> Box[Dish]: ...
        def waiters(self) -> Iterator[Waiter]: ...
        def all(self) -> Generator[int, str, bytes]: ...
        def any(self, items: Iterable[int]) -> AbstractContextManager[int]: ...
        async def later(self, array: Floats) -> tuple[int, *tuple[str, ...], bytes]: ...
        def stream(self) -> AsyncIterator[int]: ...
        def __len__(self) -> int: ...
        def __exit__(self, *args: object) -> bool: ...
"""


@pytest.fixture
def kitchen(contracts: Contracts) -> Any:
    return contracts({"kitchen": KITCHEN})


def test_shapes_come_back_as_they_were(kitchen: Any) -> None:
    shapes = shapes_of(kitchen.Kitchen)
    assert not shapes.refusals
    again = shapes_of_data(sent(shapes), known_class)
    assert again == shapes
    assert again.wire_fingerprint == shapes.wire_fingerprint
    # of an ABC only what it asks for: nothing is registered with it because a worker names it
    assert again.classes == {name: cls for name, cls in shapes.classes.items() if name != "kitchen:Waiter"}
    assert again.classes["kitchen:Box[@kitchen:Dish]"] is kitchen.Box
    assert again.classes["KeyError"] is KeyError


def test_refusals_of_the_worker_are_kept(kitchen: Any) -> None:
    shapes = shapes_of(dict[str, object] | type(kitchen))
    assert shapes.refusals
    assert shapes_of_data(sent(shapes), known_class) == shapes


def test_data_of_a_class_that_the_host_has_not_is_refused_where_it_is_used(kitchen: Any) -> None:
    data = sent(shapes_of(kitchen.Kitchen))
    found = shapes_of_data(data, lambda _: None)
    assert {str(each).removesuffix(f": {IMPORTABLE}") for each in found.refusals} == {
        "boxed.return: kitchen has no class Box here",
        "cook(size): kitchen has no class Size here",
        "dishes: kitchen has no class Dish here",
        "spice(spice): kitchen has no class Spice here",
        "dishes.spot: kitchen has no class Spot here",
    }
    assert isinstance(found.definitions["kitchen:Kitchen"], Interface)
    assert isinstance(found.definitions["kitchen:Place"], Record)
    del sys.modules["kitchen"]
    found = shapes_of_data(data, known_class)
    reasons = {each.path: each.reason for each in found.refusals}
    assert reasons["spice(spice)"] == (
        f"the module kitchen of Spice is not imported here: {IMPORTABLE}, and import it"
    )
    assert "kitchen:Burned" not in found.classes


CHANGES = {
    "another field": ("name: str\n        spot", "name: str\n        more: int\n        spot"),
    "another type": ("spot: Spot", "spot: int"),
    "another default": (
        "name: str\n        spot: Spot\n        json: Json",
        "name: str\n        spot: Spot\n        json: Json = ''",
    ),
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
        (
            f"the class kitchen.{'Size' if kind == 'another member' else 'Dish'} has other contents here: "
            "both sides need the same version of it"
        )
    ]


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
