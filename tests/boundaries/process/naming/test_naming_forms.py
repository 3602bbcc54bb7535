"""A contract written down by the host is the same contract in another interpreter."""

from __future__ import annotations

import collections.abc
import sys
import types
import typing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, Optional, Union

import pytest

from hotplug.boundaries.process.naming import Unnameable, form_data, form_of
from hotplug.boundaries.process.naming.unnameable import IMPORTABLE
from hotplug.contract import check
from hotplug.contract.shapes import shapes_of

if TYPE_CHECKING:
    from collections.abc import Callable

KITCHEN = """
    import enum, typing
    from collections import namedtuple
    from dataclasses import dataclass
    from typing import Generic, NamedTuple, NewType, ParamSpec, Protocol, TypedDict, TypeVar

    import hotplug.contract

    T = TypeVar("T")
    P = ParamSpec("P")
    OrderId = NewType("OrderId", int)
    Json = dict[str, "Json"] | list["Json"] | str
    Pair = tuple[T, T]
    Handler = typing.Callable[["Dish"], "list[Dish]"]

    class Size(enum.Enum):
        SMALL = (1, 2)

    class Burned(Exception): ...

    class Place(TypedDict, total=False):
        row: int

    class Spot(NamedTuple):
        x: int

    @dataclass
    class Dish:
        name: str
        size: Size = Size.SMALL

        @dataclass
        class Side:
            name: str
            of: "Dish"

    class Box(Protocol[T]):
        def get(self) -> T: ...

    class Calling(Protocol[P]):
        def call(self, *args: P.args, **kwargs: P.kwargs) -> None: ...

    class Kitchen(Protocol):
        @hotplug.contract.raises(Burned)
        def cook(self, dish: Dish, place: Place, order: OrderId) -> "list[Dish.Side]": ...
        def boxed(self) -> Box[Dish]: ...
"""


class Bounded:
    def __init__(self, **limits: int) -> None:
        self.__dict__.update(limits)


PLAIN: list[object] = [
    None,
    int,
    list[int],
    list,
    tuple[int, ...],
    tuple[()],
    tuple[int, str],
    dict[str, list[bytes]],
    int | None,
    Optional[int],  # noqa: UP045
    Union[int, "str"],
    typing.List[int],  # noqa: UP006
    typing.Dict,  # noqa: UP006
    typing.Tuple[int, ...],  # noqa: UP006
    Any,
    object,
    NoReturn,
    typing.LiteralString,
    collections.abc.Callable[[int, str], None],
    collections.abc.Callable[..., int],
    collections.abc.Callable[[], int],
    typing.Callable[[list[int]], dict[str, int]],
    collections.abc.Iterator[int],
    collections.abc.Generator[int, str, None],
    typing.ContextManager[int],  # pyright: ignore[reportDeprecated]
    Literal[1, -1, "a", b"\x00", True, None],  # noqa: PYI061
    Literal["\ud800", 1 << 80],
    Annotated[int, "u8"],
    Annotated[int, Bounded(ge=-(1 << 70)), Bounded(lt=10)],
    Annotated[str, object()],
    Annotated[list[Annotated[int, "s8"]], 1.5, None],
    tuple[int, typing.Unpack[tuple[str, ...]]],  # noqa: UP044
    tuple[int, *tuple[str, ...]],
    "list[int]",
    list["int"],  # pyright: ignore[reportGeneralTypeIssues]
    type[int],
    types.FunctionType,
]


@pytest.mark.parametrize("form", PLAIN, ids=[f"{index}" for index, _ in enumerate(PLAIN)])
def test_a_form_is_made_again(form: object) -> None:
    again = form_of(form_data(form))
    assert shapes_of(again) == shapes_of(form)
    if form is not Any:
        assert str(check(5, again).differences) == str(check(5, form).differences)


KITCHEN_FORMS = [
    "Kitchen",
    "list[Kitchen] | None",
    "Box[Dish]",
    "Box[Dish.Side]",
    "Dish.Side",
    "dict[OrderId, Spot]",
    "typing.Literal[Size.SMALL]",
    "typing.Callable[[Kitchen, Place], Box[int]]",
    "Pair[int]",
    "T",
    "Calling[int, str]",
    "Calling[[int, str]]",
    "typing.Unpack[Place]",
    "Annotated[Kitchen, 'metadata']",
]


def test_classes_are_found_by_module_and_name(contracts: Callable[..., Any], told: Callable[..., Any]) -> None:
    kitchen = contracts({"cookery.__init__": "", "cookery.kitchen": KITCHEN})
    names: dict[str, Any] = {**vars(kitchen), "typing": typing, "Annotated": Annotated}
    forms = [eval(each, names) for each in KITCHEN_FORMS]  # noqa: S307
    answers = told(*map(form_data, forms))
    assert [fingerprint for _, fingerprint in answers] == [shapes_of(each).wire_fingerprint for each in forms]


def test_a_text_means_what_it_means_in_its_scope(contracts: Callable[..., Any], told: Callable[..., Any]) -> None:
    kitchen = contracts({"kitchen": KITCHEN})
    scoped: list[tuple[object, object]] = [
        ("list[Kitchen]", kitchen),
        (list["Dish.Side"], kitchen),  # type: ignore[name-defined]  # noqa: F821
        (kitchen.Handler, kitchen),
        (kitchen.Json, kitchen),
        (dict[str, "Side"], kitchen.Dish),  # type: ignore[name-defined]  # noqa: F821
        ("Dish", kitchen.Kitchen.cook),
        (typing.ForwardRef("Box[Dish]", module="kitchen"), None),
    ]
    answers = told(*(form_data(form, scope) for form, scope in scoped))
    wanted = [shapes_of(form, scope=scope).wire_fingerprint for form, scope in scoped]
    assert [fingerprint for _, fingerprint in answers] == wanted
    assert not any(shapes_of(form, scope=scope).refusals for form, scope in scoped)


def test_an_alias_that_names_itself_is_found_without_a_scope(contracts: Callable[..., Any]) -> None:
    kitchen = contracts({"kitchen": KITCHEN})
    again = form_of(form_data(kitchen.Json))
    assert check({"a": ["b"]}, again)
    assert not check({"a": [5]}, again)
    assert shapes_of(again) == shapes_of("Json", scope=kitchen)


def test_metadata_that_means_nothing_to_a_boundary_is_dropped() -> None:
    assert form_of(form_data(Annotated[int, object()])) is int
    again: Any = form_of(form_data(Annotated[int, object(), Bounded(ge=1, le=4), "words"]))
    bounds, words = again.__metadata__
    assert (bounds.ge, bounds.gt, bounds.le, bounds.lt, words) == (1, None, 4, None, "words")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="PEP 695 is of Python 3.12")
def test_aliases_and_classes_in_the_syntax_of_pep_695(
    contracts: Callable[..., Any], told: Callable[..., Any]
) -> None:
    source = """
        from dataclasses import dataclass
        from typing import Protocol
        type Tree[T] = T | list[Tree[T]]
        type Words = list[str]
        @dataclass
        class Box[T]:
            item: T
        class Cook[T](Protocol):
            def cook[S](self, item: Box[T], words: Words) -> Tree[T]: ...
    """
    kitchen = contracts({"kitchen": source})
    forms = [kitchen.Words, kitchen.Tree[int], kitchen.Box[int], kitchen.Cook[str], kitchen.Cook[str] | None]
    answers = told(*map(form_data, forms))
    assert [fingerprint for _, fingerprint in answers] == [shapes_of(each).wire_fingerprint for each in forms]


def test_a_local_class_cannot_be_named() -> None:
    class Local: ...

    with pytest.raises(Unnameable) as caught:
        form_data(list[Local])
    assert caught.value.reason == (
        "Local is defined inside of the function test_a_local_class_cannot_be_named, "
        "where no other interpreter finds it"
    )
    assert caught.value.remedy == "define it at the top level of a module"


def test_a_class_that_hides_another_of_its_name_cannot_be_named(contracts: Callable[..., Any]) -> None:
    kitchen = contracts({"kitchen": "class Dish: ...\nfirst = Dish\nclass Dish: ...\n"})
    assert form_data(kitchen.Dish)
    with pytest.raises(Unnameable, match="Dish is not what kitchen holds under that name"):
        form_data(kitchen.first)


def test_a_module_that_nothing_leads_to_cannot_be_named(
    contracts: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    kitchen = contracts({"kitchen": "class Dish: ...\n"})
    monkeypatch.setattr(sys, "path", sys.path[1:])
    with pytest.raises(Unnameable) as caught:
        form_data(kitchen.Dish)
    assert caught.value.reason == (
        "Dish is in kitchen, which nothing on sys.path is called, so that a worker cannot import it"
    )
    assert caught.value.remedy == ("put it into a module that both can import, or put its folder on sys.path")


def test_a_module_of_whose_name_is_another_cannot_be_named(
    contracts: Callable[..., Any], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kitchen = contracts({"kitchen": "class Dish: ...\n"})
    other = tmp_path / "other" / "kitchen.py"
    other.parent.mkdir()
    other.write_text("class Dish: ...\n")
    monkeypatch.syspath_prepend(str(other.parent))  # pyright: ignore[reportUnknownMemberType]
    with pytest.raises(Unnameable, match=f"in a worker kitchen would be {other}"):
        form_data(kitchen.Dish)


def test_a_module_that_was_made_by_hand_cannot_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    made: Any = types.ModuleType("made")
    monkeypatch.setitem(sys.modules, "made", made)
    exec("class Dish: ...", made.__dict__)  # noqa: S102
    with pytest.raises(Unnameable, match="Dish is in made, a module that was made while the program runs"):
        form_data(made.Dish)


@pytest.mark.parametrize("form", [5, {"a": 1}, typing.TypeVar("T")], ids=repr)
def test_what_is_no_form_is_refused(form: object) -> None:
    with pytest.raises(Unnameable):
        form_data(form)


def test_the_worker_says_what_is_missing(contracts: Callable[..., Any], told: Callable[..., Any]) -> None:
    source = "class Dish: ..."
    fails, kitchen = contracts({"fails": source}), contracts({"kitchen": f"{source}\nclass Pan: ..."})
    data = [form_data(each) for each in (kitchen.Dish, kitchen.Pan, fails.Dish)]
    Path(kitchen.__file__).write_text(source)
    Path(fails.__file__).write_text("1 / 0")
    assert [*told(*data)[0][:1], *told(*data)[1:]] == [
        "<class 'kitchen.Dish'>",
        [f"kitchen has no Pan in the worker, where kitchen is {kitchen.__file__}", IMPORTABLE],
        ["importing fails in the worker failed: ZeroDivisionError: division by zero", None],
    ]
    Path(kitchen.__file__).unlink()
    assert told(data[0]) == [["there is no module kitchen in the worker", IMPORTABLE]]


@pytest.mark.parametrize(
    "data", [None, 5, [], [[], None], [["[]"], None], [["name", 5], None], [["none"], 7], [["literal", 5], None]]
)
def test_a_damaged_description_is_refused(data: object) -> None:
    with pytest.raises(Unnameable):
        form_of(data)
