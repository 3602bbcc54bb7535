"""The check as a host and an author meet it: verdicts, the report's text, the usual mistakes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from hotplug.contract import Difference, check


class Greeter(Protocol):
    def greet(self) -> str: ...


class English:
    def greet(self) -> str:
        return "Hello Universe"


def test_a_value_of_the_right_shape_satisfies_a_protocol_without_deriving_from_it() -> None:
    report = check(English(), Greeter)
    assert report
    assert report.differences == ()
    assert report.unchecked == ()


def test_a_report_names_every_difference_at_once_the_most_telling_first() -> None:
    class Wide(Protocol):
        def greet(self, name: str) -> str: ...
        def leave(self) -> None: ...

    class Wrong:
        def greet(self, name: int) -> bytes:
            return b""

    report = check(Wrong(), Wide)
    assert [each.path for each in report.differences] == ["leave", "greet(name)", "greet.return"]
    leave, name, returned = report.differences
    assert leave == Difference("leave", "a method leave() -> None", "nothing of that name", None)
    assert (name.expected, name.actual) == ("str", "int")
    assert (returned.expected, returned.actual) == ("str", "bytes")


def test_a_difference_says_where_it_stands_in_the_source() -> None:
    class Wrong:
        def greet(self) -> int:
            return 1

    (difference,) = check(Wrong(), Greeter).differences
    line = Wrong.greet.__code__.co_firstlineno
    assert difference.place == f"{__file__}:{line}"


class Person(Protocol):
    @property
    def name(self) -> str: ...


class Registry(Protocol):
    def find(self) -> Person: ...


class Nobody:
    pass


class MyRegistry:
    def find(self) -> Nobody:
        return Nobody()


def test_a_difference_between_protocols_is_explained_by_their_members() -> None:
    report = check(MyRegistry(), Registry)
    assert [each.path for each in report.differences] == ["find.return", "Person.name"]
    assert report.differences[1].actual == "nothing of that name"


def test_a_missing_async_is_named_as_such() -> None:
    class Fetches(Protocol):
        async def fetch(self) -> bytes: ...

    class Sync:
        def fetch(self) -> bytes:
            return b""

    (difference,) = check(Sync(), Fetches).differences
    assert (difference.path, difference.expected, difference.actual) == (
        "fetch.return",
        "async def -> bytes",
        "def -> bytes",
    )


def test_exporting_the_imported_contract_itself_is_answered_in_one_line() -> None:
    report = check(Greeter, Greeter, name="Greeter")
    assert not report
    assert str(report) == (
        f"`Greeter` is the contract itself, imported from {__name__}: "
        "export an object that satisfies it, e.g. `Greeter = MyGreeter()`"
    )


def test_exporting_the_class_instead_of_an_instance_is_answered_in_one_line() -> None:
    report = check(English, Greeter, name="Greeter")
    assert not report
    assert str(report) == ("a class was exported where an instance is wanted: export `Greeter = English()`")


def test_the_report_of_a_refused_value_reads_as_a_list() -> None:
    class Wrong:
        def greet(self, name: str) -> int:
            return 1

    lines = str(check(Wrong(), Greeter, name="Greeter")).splitlines()
    assert lines[0].startswith("Greeter (an instance of ")
    assert lines[0].endswith(f"does not satisfy {__name__}.Greeter:")
    assert len(lines) == 3
    assert lines[1].startswith("  - greet(name): expected no further required parameter, found name")
    assert lines[2].startswith("  - greet.return: expected str, found int")


def test_a_missing_annotation_is_accepted_and_said_to_be_unchecked() -> None:
    class Untyped:
        def greet(self):  # type: ignore[no-untyped-def]  # noqa: ANN202
            return 5

    report = check(Untyped(), Greeter)
    assert report
    assert [each.path for each in report.unchecked] == ["greet"]
    assert report.unchecked[0].reason == "no annotation"


def test_a_contract_that_is_no_type_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="a contract must be a type, not 5"):
        check(5, 5)


def test_functions_are_compared_with_callable_types() -> None:
    def good(x: float) -> bool:
        return x > 1

    def bad(x: str) -> int:
        return len(x)

    wanted: Any = Callable[[int], int]
    assert check(good, wanted)
    report = check(bad, wanted)
    assert [(each.path, each.expected, each.actual) for each in report.differences] == [("(x)", "int", "str")]


def test_classes_are_nominal_contracts() -> None:
    assert check(English(), English)
    assert not check(object(), English)


def test_a_plain_check_loads_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from typing import Protocol\n"
        "class Greeter(Protocol):\n"
        "    def greet(self) -> str: ...\n"
        "class English:\n"
        "    def greet(self) -> str: return ''\n"
        "before = set(sys.modules)\n"
        "from hotplug.contract import check\n"
        "assert check(English(), Greeter)\n"
        "print(*sorted(set(sys.modules) - before))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {each for each in done.stdout.split() if not each.startswith("hotplug")}
    assert loaded <= {"__future__", "_ast"}  # both come with the interpreter


@pytest.mark.parametrize(
    "told", ["Annotated[int, 'a note']", "typing.Annotated[int, 3, len('abc')]", "typing.Annotated['int', 1]"]
)
def test_an_annotated_type_is_the_type_also_where_annotations_are_text(told: str) -> None:
    space: dict[str, Any] = {}
    exec(  # noqa: S102  (annotations that are text)
        "from __future__ import annotations\nimport typing\nfrom typing import Annotated, Protocol\n"
        f"class Wanted(Protocol):\n    def f(self, a: {told}) -> {told}: ...\n"
        f"class Told:\n    def f(self, a: {told}) -> {told}: return 1\n"
        "class Plain:\n    def f(self, a: int) -> int: return 1\n"
        "class Other:\n    def f(self, a: int) -> str: return ''\n",
        space,
    )
    for name in ("Told", "Plain"):
        assert check(space[name](), space["Wanted"])
    assert "f.return: expected int, found str" in str(check(space["Other"](), space["Wanted"]))
