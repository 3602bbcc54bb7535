"""Contracts that a proxy could betray: ABCs with code of their own, and comparisons with whatever there is."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, Any, Protocol

import pytest

import hotplug

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Open


REGISTERED: list[str] = []


class Registry(abc.ABC):
    def __init_subclass__(cls, *, key: str, **options: object) -> None:
        super().__init_subclass__(**options)
        REGISTERED.append(key)

    @abc.abstractmethod
    def run(self, x: int) -> int:
        """Run it."""

    @property
    @abc.abstractmethod
    def size(self) -> int: ...

    @size.setter
    @abc.abstractmethod
    def size(self, value: int) -> None: ...

    def _helper(self) -> int:
        return 1


class WithLen(abc.ABC):
    @abc.abstractmethod
    def run(self, x: int) -> int: ...

    def __len__(self) -> int:
        return 7


class Amount(Protocol):
    size: int

    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...
    def __lt__(self, other: object) -> bool: ...
    def __ge__(self, other: Amount) -> bool: ...


class Unequal(Protocol):
    def __ne__(self, other: object) -> bool: ...


class Amounts(Protocol):
    def of(self, size: int) -> Amount: ...
    def unequal(self, size: int) -> Unequal: ...
    def found(self, one: Amount, others: list[Amount]) -> list[bool]: ...
    def compared(self, one: Amount, with_: int) -> list[bool]: ...


SOURCE = f"""
from {__name__} import Registry, WithLen

class Runs(Registry, key="runs"):
    size = 1
    def run(self, x: int) -> int: return x + 1

class Long(WithLen):
    def run(self, x: int) -> int: return x
    def __len__(self): return 3

class Size:
    def __init__(self, size): self.size = size
    def __eq__(self, other):
        return self.size == getattr(other, "size", other) if isinstance(other, (Size, int)) else NotImplemented
    def __hash__(self): return hash(self.size)
    def __lt__(self, other): return self.size < other.size if isinstance(other, Size) else NotImplemented
    def __ge__(self, other): return self.size >= other.size

class Sizes:
    def of(self, size): return Size(size)
    def unequal(self, size): return Size(size)
    def found(self, one, others): return [one == each for each in others] + [one in others, one == object()]
    def compared(self, one, with_): return [one == with_, one != with_]

runs, long, sizes = Runs(), Long(), Sizes()
def get() -> Registry: return runs
"""


@pytest.fixture(scope="module")
def plugin(shared: Open) -> hotplug.Plugin:
    return shared("attacked_contracts", SOURCE)


@pytest.fixture(scope="module")
def amounts(plugin: hotplug.Plugin) -> Amounts:
    return plugin.lookup("sizes", Amounts)


def test_no_code_of_an_abc_runs_for_its_proxies(plugin: hotplug.Plugin) -> None:
    runs = plugin.lookup("runs", Registry)
    assert runs.run(1) == 2
    assert runs.run.__doc__ == "Run it."
    assert isinstance(runs, Registry)
    assert issubclass(type(runs), Registry)
    runs.size = 5
    assert runs.size == 5
    assert (REGISTERED, Registry.__subclasses__()) == ([], [])
    assert not hasattr(runs, "_helper")
    other: Any = runs
    with pytest.raises(AttributeError):
        other.more = 1


def test_nothing_is_registered_because_a_worker_names_it(plugin: hotplug.Plugin) -> None:
    get: Any = plugin.lookup("get")
    assert get().run(1) == 2
    assert not isinstance(get(), Registry)
    assert REGISTERED == []


def test_an_abc_with_a_special_method_of_its_own_is_refused(plugin: hotplug.Plugin) -> None:
    with pytest.raises(hotplug.TransferError, match=r"WithLen is an ABC whose __len__ is not abstract: make it"):
        plugin.lookup("long", WithLen)


def test_a_proxy_is_compared_with_proxies_over_there(amounts: Amounts) -> None:
    one, same, more = amounts.of(1), amounts.of(1), amounts.of(2)
    assert one is not same
    assert one == one  # noqa: PLR0124 - what a list does
    assert one == same
    assert one != more
    assert one in [object(), same]
    assert one < more
    assert more > one
    assert more >= one
    assert one == 1
    assert len({one, same, more}) == 2


@pytest.mark.parametrize(
    "strange", [object(), abc, [object()], [int], {1: abc}], ids=lambda each: type(each).__name__
)
def test_what_cannot_cross_is_not_equal(amounts: Amounts, strange: Any) -> None:
    one = amounts.of(1)
    assert one != strange
    assert strange != one
    assert [strange].count(one) == 0
    assert one.__eq__(strange) is NotImplemented
    comparisons: list[Callable[[], object]] = [lambda: one < strange, lambda: one >= strange]
    for compare in comparisons:
        with pytest.raises(TypeError, match="not supported between instances"):
            compare()


def test_not_equal_may_be_all_that_there_is(amounts: Amounts) -> None:
    one, more = amounts.unequal(1), amounts.unequal(2)
    assert one != more
    assert not one != amounts.unequal(1)  # noqa: SIM202 - there is no other
    assert one != object()


@pytest.fixture(scope="module")
def other(shared: Open) -> Amounts:
    return shared("attacked_too", SOURCE).lookup("sizes", Amounts)


def test_proxies_of_two_plugins_are_not_equal(amounts: Amounts, other: Amounts) -> None:
    assert amounts.of(1) != other.of(1)


class Euros:
    def __init__(self, size: int) -> None:
        self.size = size

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int):
            return self.size == other
        return self.size == other.size if isinstance(other, Euros) else NotImplemented

    def __hash__(self) -> int:
        return self.size

    def __lt__(self, other: object) -> bool:
        return NotImplemented

    def __ge__(self, other: Amount) -> bool:
        return True


def test_objects_of_the_host_are_compared_the_same_way(amounts: Amounts) -> None:
    one = Euros(1)
    assert amounts.found(one, [Euros(1), Euros(2), amounts.of(1)]) == [True, False, False, True, False]
    assert amounts.compared(one, 1) == [True, False]
