"""Where the typing specification leaves room, or the checkers disagree: what the check decides."""

from __future__ import annotations

import abc
import functools
from collections.abc import Callable
from typing import Any, ClassVar, NewType, Protocol, TypeVar, overload

import pytest

from hotplug.contract import check


class Runs(Protocol):
    def run(self, x: int) -> str: ...


class Fetches(Protocol):
    async def fetch(self) -> bytes: ...


class UntypedFetch:
    def fetch(self):  # type: ignore[no-untyped-def]  # noqa: ANN201
        return b""


def test_an_unannotated_def_may_well_return_an_awaitable() -> None:
    report = check(UntypedFetch(), Fetches)
    assert report
    assert [str(each) for each in report.unchecked] == ["fetch: no annotation"]


class Base(abc.ABC):
    @abc.abstractmethod
    def run(self, x: int) -> str: ...

    def stop(self, timeout: float = 0) -> None:
        del timeout


@Base.register
class Registered:
    def run(self, x: int) -> str:
        return ""


def test_a_registered_class_is_none_of_the_abc() -> None:
    assert isinstance(Registered(), Base)
    assert not check(Registered(), Base)


class Broken(Base):
    def run(self, x: str) -> str:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        return ""


class OtherStop(Base):
    def run(self, x: int) -> str:
        return ""

    def stop(self) -> None:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        ...


def test_an_abc_asks_its_implementations_for_what_is_abstract_in_it() -> None:
    report = check(Broken(), Base)
    assert [(each.path, each.expected, each.actual) for each in report.differences] == [("run(x)", "int", "str")]
    assert check(OtherStop(), Base)


class BrokenRuns(Runs):
    def run(self, x: str) -> str:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        return ""


def test_deriving_from_a_protocol_does_not_make_an_override_fit() -> None:
    assert not check(BrokenRuns(), Runs)


class LeftOut(Runs):
    pass


def test_a_declaration_without_a_body_is_no_implementation() -> None:
    report = check(LeftOut(), Runs)  # type: ignore[abstract]  # pyright: ignore[reportAbstractUsage]
    assert [each.actual for each in report.differences] == ["the contract's own declaration, without a body"]


class HasSize(Protocol):
    size: int


class DeclaredOnly:
    size: int


def test_a_declared_attribute_may_get_its_value_later() -> None:
    report = check(DeclaredOnly(), HasSize)
    assert report
    assert [str(each) for each in report.unchecked] == ["size: it is declared, but has no value yet"]


class Lying:
    size: int = "x"  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

    def __init__(self) -> None:
        self.size = "y"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]


def test_a_declaration_does_not_excuse_a_value_of_another_type() -> None:
    assert [each.actual for each in check(Lying(), HasSize).differences] == ["str"]


class ClassSize:
    size: ClassVar[int] = 1


def test_a_class_object_has_the_attributes_of_its_own_only() -> None:
    assert check(ClassSize, HasSize)
    assert not check(DeclaredOnly, HasSize)


class Dynamic:
    def __getattr__(self, name: str) -> Any:
        return name


def test_what_getattr_may_answer_is_left_unchecked() -> None:
    report = check(Dynamic(), Runs)
    assert report
    assert [str(each) for each in report.unchecked] == ["run: it may come from __getattr__"]


F = TypeVar("F", bound="Callable[..., Any]")


def passing(function: F) -> F:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


def dropping(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(self: object) -> Any:
        return function(self, 1)

    return wrapper


class Passing:
    @passing
    def run(self, x: int) -> str:
        return ""


class PassingWrong:
    @passing
    def run(self, x: str) -> str:
        return ""


class Dropping:
    @dropping
    def run(self, x: int) -> str:
        return ""


def test_a_wrapper_that_takes_everything_stands_for_what_it_wraps() -> None:
    assert check(Passing(), Runs)
    assert not check(PassingWrong(), Runs)


def test_a_wrapper_with_parameters_of_its_own_is_called_with_these() -> None:
    report = check(Dropping(), Runs)
    assert [(each.path, each.actual) for each in report.differences] == [("run(x)", "no such parameter")]


UserId = NewType("UserId", int)


def test_a_value_of_a_new_type_cannot_be_told_from_its_supertypes() -> None:
    report = check(5, UserId)
    assert report
    assert [each.reason for each in report.unchecked] == ["a value of UserId cannot be told from its supertype's"]
    assert not check("x", UserId)


def two(x: int, y: int) -> str:
    return ""


def test_a_partial_by_keyword_leaves_no_position_behind_it() -> None:
    # mypy and pyright accept it, and the call fails: x would be given twice.
    assert not check(functools.partial(two, x=1), Callable[[int], str])
    assert check(functools.partial(two, y=1), Callable[[int], str])


class Equal(Protocol):  # noqa: PLW1641 - only equality is asked for
    def __eq__(self, other: object) -> bool: ...


def test_the_interpreter_calls_special_methods_by_position() -> None:
    assert check(5, Equal)


class OptionalFirst:
    def run(self, a: int = 0, *args: int) -> None: ...


class Both(Protocol):
    def run(self, *args: int, **kwargs: int) -> None: ...


class BothFirst:
    def run(self, a: int = 0, *args: int, **kwargs: int) -> None: ...


def test_a_parameter_that_could_be_given_twice_is_refused() -> None:
    # run(1, a=2) is a call that the contract allows.
    report = check(BothFirst(), Both)
    assert str(report.differences[0]).startswith("run(a): expected a to be given by name only")


class Anything(Protocol):
    def run(self, *args, **kwargs): ...  # type: ignore[no-untyped-def]  # noqa: ANN002, ANN003, ANN201


class AnythingOfAny(Protocol):
    def run(self, *args: Any, **kwargs: Any) -> Any: ...


def test_stars_mean_any_parameters_only_where_something_is_annotated() -> None:
    class One:
        def run(self, x: int) -> str:
            return ""

    assert check(One(), AnythingOfAny)
    assert not check(One(), Anything)


class Overloaded(Protocol):
    @overload
    def run(self, x: int) -> int: ...
    @overload
    def run(self, x: str) -> str: ...


class Same:
    @overload
    def run(self, x: int) -> int: ...
    @overload
    def run(self, x: str) -> str: ...
    def run(self, x: Any) -> Any:
        return x


def test_the_overloads_of_an_implementation_are_its_signature() -> None:
    assert check(Same(), Overloaded)


@pytest.mark.parametrize("value", [{"name": "x", "more": 1}])
def test_a_dict_with_a_key_too_many_is_no_typed_dict(value: object) -> None:
    from typing import TypedDict

    class Named(TypedDict):
        name: str

    assert not check(value, Named)
