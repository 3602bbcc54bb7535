"""The plainest case says yes only where the check has nothing to say."""

from __future__ import annotations

import linecache
from typing import Any, Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotplug.contract import Report, check
from hotplug.contract.plain import met_plainly

ANNOTATIONS = [
    "",
    "str",
    "int",
    "None",
    "'str'",
    "'int'",
    "object",
    "Any",
    "list[int]",
    "dict[str, list[int]]",
    "list[Any]",
    "'dict[str, list[int]]'",
    "'list[int, str]'",
    "'list[missing]'",
    "'None'",
    "'missing'",
    "bool",
    "'bool'",
    "float",
]
annotated = st.sampled_from(ANNOTATIONS)
parameters = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "*", "/", "*args", "**kw", "c"]), annotated, st.sampled_from(["", " = 1"])
    ),
    max_size=3,
)
signatures = st.tuples(st.sampled_from(["def", "def", "def", "async def"]), parameters, annotated)
bodies = st.lists(st.tuples(st.sampled_from(["f", "g"]), signatures), min_size=1, max_size=2)


def source(header: str, members: list[tuple[str, Any]], *, decorator: str = "") -> str:
    lines = [header]
    for name, (kind, given_parameters, returned) in members:
        parts = ["self"]
        for parameter, annotation, default in given_parameters:
            plain = parameter.isidentifier()
            parts.append(
                parameter + (f": {annotation}" if annotation and plain else "") + (default if plain else "")
            )
        arrow = f" -> {returned}" if returned else ""
        lines += [f"    {decorator}\n" if decorator else "", f"    {kind} {name}({', '.join(parts)}){arrow}: ..."]
    return "\n".join(lines)


def made(text: str) -> dict[str, Any] | None:
    space: dict[str, Any] = {"Protocol": Protocol, "Any": Any, "__name__": "made"}
    try:
        exec(compile(text, "<made>", "exec"), space)  # noqa: S102
    except SyntaxError:
        return None
    finally:
        linecache.clearcache()
    return space


def never(value: object, contract: object) -> bool:
    return False


def checked_in_full(value: object, contract: Any) -> Report:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hotplug.contract.verdict.met_plainly", never)
        return check(value, contract)


@given(bodies, bodies, st.booleans())
def test_what_is_met_plainly_passes_the_check(wanted: Any, offered: Any, same: bool) -> None:
    contract = made(source("class C(Protocol):", wanted))
    plugin = made(source("class V:", wanted if same else offered) + "\nvalue = V()")
    if contract is None or plugin is None:
        return
    if met_plainly(plugin["value"], contract["C"]):
        report = checked_in_full(plugin["value"], contract["C"])
        assert report, str(report)
        assert not report.unchecked


class Greeter(Protocol):
    def greet(self) -> str: ...


class Plain:
    def greet(self) -> str:
        return ""


class Hooked(Plain):
    def __getattr__(self, name: str) -> object:
        raise AssertionError


def asked(value: object) -> type:
    pytest.fail("it was asked")


Disguised = type("Disguised", (Plain,), {"__class__": property(asked)})


class Shadowed(Plain):
    def __init__(self) -> None:
        self.greet = 3  # type: ignore[method-assign, assignment]


class Decorated:
    @staticmethod
    def greet() -> str:
        return ""


class WithAnAttribute(Protocol):
    name: str

    def greet(self) -> str: ...


class Inherited(Greeter, Protocol): ...


def test_a_greeter_is_met_plainly() -> None:
    assert met_plainly(Plain(), Greeter)


NOT_PLAIN: dict[str, tuple[object, object]] = {
    "with __getattr__": (Hooked(), Greeter),
    "disguised": (Disguised(), Greeter),
    "shadowed by an attribute": (Shadowed(), Greeter),
    "a static method": (Decorated(), Greeter),
    "a class": (Plain, Greeter),
    "the contract itself": (Greeter, Greeter),
    "an attribute in the contract": (Plain(), WithAnAttribute),
    "an inherited contract": (Plain(), Inherited),
    "a class as the contract": (Plain(), Plain),
    "a union as the contract": (Plain(), str | None),
    "an integer": (3, int),
    "a module": (pytest, Greeter),
}


@pytest.mark.parametrize("what", NOT_PLAIN)
def test_whatever_is_not_plain_is_left_to_the_check(what: str) -> None:
    value, contract = NOT_PLAIN[what]
    assert not met_plainly(value, contract)
