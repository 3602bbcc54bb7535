"""The one description of a contract: members, declared exceptions, a fingerprint that stays."""

from __future__ import annotations

import subprocess
import sys
from typing import Any, Protocol, TypeVar

import pytest

from hotplug.contract import describe, raises

T = TypeVar("T")


class Refused(Exception):
    """An exception that a contract declares."""


class Nested(Protocol):
    def size(self) -> int: ...


class Store(Protocol[T]):
    limit: int

    @property
    def name(self) -> str: ...

    @raises(KeyError, Refused)
    def get(self, key: str, /, *, default: T | None = None) -> T: ...

    @classmethod
    def open(cls, path: str) -> Nested: ...


def test_a_protocol_is_described_member_by_member() -> None:
    description = describe(Store)
    members = {each.name: each for each in description.members}
    assert description.kind == "protocol"
    assert description.name == f"{__name__}.Store"
    assert set(members) == {"limit", "name", "get", "open"}
    assert (members["limit"].kind, str(members["limit"].write)) == ("attribute", "int")
    assert (members["name"].kind, members["name"].write) == ("property", None)
    assert members["get"].raises == (KeyError, Refused)
    assert members["open"].binding == "classmethod"
    assert str(members["get"]) == "get(key: str, /, *, default: T | None = ...) -> T"


def test_the_arguments_of_a_generic_contract_are_put_in() -> None:
    members = {each.name: each for each in describe(Store[bytes]).members}
    assert str(members["get"]) == "get(key: str, /, *, default: bytes | None = ...) -> bytes"


@pytest.mark.parametrize(
    ("contract", "kind"), [(dict[str, int], "class"), (int | None, "type"), (Nested, "protocol"), (str, "class")]
)
def test_every_type_form_is_described(contract: Any, kind: str) -> None:
    assert describe(contract).kind == kind


def test_what_is_no_type_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="a contract must be a type"):
        describe(3)


PROGRAM = """
from typing import *
from hotplug.contract import describe
class Nested(Protocol):
    def size(self) -> {size}: ...
T = TypeVar("T")
class Store(Protocol[T]):
    {first}
    {second}
print(describe(Store).fingerprint)
"""
GET = "def get(self, key: str, /, *, a: int = 1, b: 'Optional[Nested]' = None) -> T: ..."
LIST = "def names(self, *args: int) -> List[Union[str, bytes]]: ..."


def printed(size: str, first: str, second: str) -> str:
    program = PROGRAM.format(size=size, first=first, second=second)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_fingerprint_is_the_same_in_every_run_and_whatever_the_spelling() -> None:
    one = printed("int", GET, LIST)
    # Recorded once: it must not change with the Python version either.
    assert one == "sha256:4caaff7f95bb94f241312453053f3e5a18856447530c91186dc8811cbc9b781b"
    assert printed("'int'", LIST.replace("List[Union[str, bytes]]", "list[bytes | str]"), GET) == one


def test_a_fingerprint_changes_with_what_is_asked_for() -> None:
    one = printed("int", GET, LIST)
    assert printed("str", GET, LIST) != one
    assert printed("int", GET.replace("key: str, /", "key: str"), LIST) != one
    assert printed("int", GET, LIST.replace("int", "bool")) != one
