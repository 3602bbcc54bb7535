"""A hostile worker describes types that no contract has: nothing is believed, nothing runs."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

import numpy.random
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotplug.boundaries.process.naming import Unnameable, known_class, shapes_of_data
from hotplug.contract.shapes import Enumeration, Interface, Record, Ref, Shapes, shapes_of
from hotplug.contract.shapes.shape import (
    EITHER,
    INTEGER,
    METHOD,
    NONE,
    Choice,
    Field,
    Function,
    Member,
    Node,
    OneOf,
    Parameter,
    Plain,
    Stream,
)

from .conftest import sent

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Contracts

assert numpy.random.__name__  # which hypothesis imports where numpy is


def test_a_name_leads_to_no_class_that_it_does_not_describe(contracts: Contracts) -> None:
    contracts({"kitchen": "class Waiter: ..."})
    method = Member("poll", METHOD, Function((), INTEGER))
    shapes = Shapes(
        Ref("subprocess:Popen"), {"subprocess:Popen": Interface((method,))}, (), {"subprocess:Popen": int}
    )
    found = shapes_of_data(
        [*sent(shapes)[:3], ["subprocess:Popen", "kitchen:Waiter", "os:system", "KeyError"]], known_class
    )
    assert dict(found.classes) == {"KeyError": KeyError}
    enum = Shapes(Ref("builtins:int"), {"builtins:int": Enumeration((("A", None),))})
    data = [*sent(enum)[:3], ["builtins:int"]]
    assert [str(each) for each in shapes_of_data(data, known_class).refusals] == [
        "the class builtins.int has other contents here: both sides need the same version of it"
    ]


def test_looking_for_a_class_runs_nothing(
    contracts: Contracts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    unknown = [
        "trap:A",
        "trap",
        "kitchen:Absent",
        "kitchen:Outer.there",
        "kitchen:Outer.absent",
        "odd:Dish",
        "lazy:Dish",
    ]
    odd = [
        "",
        ":",
        "::",
        "[",
        "kitchen:",
        ":int",
        "kitchen:Outer..Inner",
        "kitchen:f.<locals>.C",
        "None:x",
        "sys:path",
    ]
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
    (Choice((("a:A", "RED"),)), {"a:A": Enumeration((("BLUE", None),))}),
    (Choice((("a:A", "RED"),)), {"a:A": INTEGER}),
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
    shape: list[object] = ["Integer", None, None]
    for _ in range(100_000):
        shape = ["Items", "list", shape]
    with pytest.raises(Unnameable, match="have no end"):
        shapes_of_data([shape, [], [], []], known_class)


WORDS = [
    "Items",
    "list",
    "Plain",
    "str",
    "Ref",
    "a:A",
    "OneOf",
    "Function",
    "method",
    "Record",
    "dataclass",
    "x",
    "",
]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.binary(max_size=3) | st.sampled_from(WORDS),
    lambda each: st.lists(each, max_size=6) | st.dictionaries(st.text(max_size=3), each, max_size=3),
    max_leaves=20,
)


@given(st.lists(JUNK, max_size=5) | JUNK)
def test_junk_is_refused(data: object) -> None:
    with contextlib.suppress(Unnameable):
        shapes_of_data(data, known_class)


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
    with contextlib.suppress(Unnameable):
        assert isinstance(shapes_of_data(tree, known_class), Shapes)
