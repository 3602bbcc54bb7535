"""The check raises for no value, however strange, and runs nothing of it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Hashable, Iterable, Sized
from typing import Any, Literal, Protocol
from unittest import mock

import pytest

from hotplug.contract import check


class Contract(Protocol):
    name: str

    def greet(self) -> str: ...


class Refusing(type):
    """A metaclass that answers nothing."""

    def __eq__(cls, other: object) -> bool:
        raise RuntimeError

    def __hash__(cls) -> int:
        raise RuntimeError

    def __getattribute__(cls, name: str) -> object:
        raise RuntimeError(name)

    def __instancecheck__(cls, instance: object) -> bool:
        raise RuntimeError

    def __subclasscheck__(cls, subclass: type) -> bool:
        raise RuntimeError


def hostile() -> Any:
    """Return a class that answers nothing; pytest must not see it, for it would ask."""

    class Hostile(metaclass=Refusing):
        name: str

        def __getattribute__(self, name: str) -> object:
            raise RuntimeError(name)

        def __eq__(self, other: object) -> bool:
            raise RuntimeError

        def __hash__(self) -> int:
            raise RuntimeError

        def __bool__(self) -> bool:
            raise RuntimeError

        def greet(self) -> str:
            raise RuntimeError

    return Hostile


class Pretender:
    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        return Contract

    @property
    def __dict__(self) -> Any:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        raise RuntimeError


CONTRACTS: list[Any] = [
    Contract, int, Callable[[int], str], list[int], dict[str, int], Literal[1, "a"], int | None, type[Contract],
    type, tuple[int, ...], Any, object, None, Iterable[int], Sized, Hashable,
]  # fmt: skip
VALUES: dict[str, Callable[[], Any]] = {
    "hostile instance": lambda: object.__new__(hostile()),
    "hostile class": hostile,
    "hostile metaclass": lambda: Refusing,
    "pretender": Pretender,
    "module": lambda: sys,
    "type": lambda: type,
    "object": lambda: object,
    "ellipsis": lambda: ...,
    "partial": lambda: functools.partial(print, 1),
    "slot": lambda: vars(type)["__mro__"],
    "mock": lambda: mock.MagicMock(spec=Contract),
    "the protocol": lambda: Contract,
    "view": {}.keys,
}


@pytest.mark.parametrize("make", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("contract", CONTRACTS, ids=[f"contract {index}" for index in range(len(CONTRACTS))])
def test_no_value_makes_the_check_fail(make: Callable[[], Any], contract: Any) -> None:
    report = check(make(), contract)
    assert "the check itself failed" not in str(report)


def test_a_hostile_class_can_be_the_contract() -> None:
    cls = hostile()
    assert check(cls(), cls)
    assert not check(5, cls)


def test_what_a_hostile_value_declares_is_read_all_the_same() -> None:
    report = check(hostile()(), Contract)
    assert report
    assert [each.reason for each in report.unchecked] == ["it is declared, but has no value yet"]


def test_a_pretended_class_counts_for_nothing() -> None:
    report = check(Pretender(), Contract)
    assert {each.path for each in report.differences} == {"name", "greet"}


def test_no_property_runs() -> None:
    ran: list[str] = []

    class Watched:
        @property
        def name(self) -> str:
            ran.append("name")
            return ""

        @name.setter
        def name(self, value: str) -> None:
            ran.append("set")

        def greet(self) -> str:
            ran.append("greet")
            return ""

    assert check(Watched(), Contract)
    assert ran == []


def test_a_value_nested_deeper_than_the_stack_is_left_unchecked() -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    assert check(value, list[Any])


def test_a_class_that_names_itself_through_its_metaclass_is_no_instance() -> None:
    assert not check(hostile(), Contract)
