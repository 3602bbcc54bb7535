"""A contract in the host's script: a worker runs the declarations that it needs, and nothing else of it."""

from __future__ import annotations

import json
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from hotplug.boundaries.process.naming.unnameable import IMPORTABLE

from .conftest import WORKER, ran

if TYPE_CHECKING:
    from pathlib import Path

HOST = """
import json
from hotplug.boundaries.process.naming import form_data, Unnameable
from hotplug.contract.shapes import shapes_of
def told(form):
    try:
        return [form_data(form), repr(form), shapes_of(form).wire_fingerprint]
    except Unnameable as error:
        return [error.reason, error.remedy]
"""
EVERYTHING = '''
"""A script."""
from __future__ import annotations

import abc, collections.abc, enum, sys, typing
import dataclasses as dc
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Generic, NamedTuple, NewType, Protocol, TypedDict, TypeVar

from hotplug.contract import raises

if TYPE_CHECKING:
    from nowhere import Nothing
else:
    Nothing = int

try:
    from no_such_module import Words
except ImportError:
    Words = str

if sys.version_info >= (3, 11):
    class Late(enum.Flag):
        EARLY = 1
        LATE = 2
else:
    Late = None

T = TypeVar("T", bound="Dish")
OrderId = NewType("OrderId", int)
Json = dict[str, "Json"] | list["Json"] | str
SMALL, LARGE = 1, 1 << 3
DEFAULT = Decimal("1.5")
Amount = Annotated[int, "u8"]

def checked(cls):
    cls.was_checked = True
    return cls

class Size(enum.Enum):
    S = SMALL
    L = LARGE

class Burned(Exception):
    """Too hot."""

class Place(TypedDict, total=False):
    row: Words

class Spot(NamedTuple):
    x: int = LARGE

@checked
@dataclass
class Dish:
    name: Words
    size: Size = Size.S
    price: Decimal = DEFAULT
    sides: list[Outer.Inner] = field(default_factory=list)

    def total(self):
        return helper(self.price)

def helper(price):
    return price * 2

class Outer:
    @dc.dataclass(frozen=True)
    class Inner:
        of: "Dish | None" = None
        other: Nothing = 0

@dataclass
class Box(Generic[T]):
    item: T

class Kitchen(Protocol):
    @raises(Burned)
    def cook(self, dish: Dish, place: Place, order: OrderId, spot: "Spot") -> list[Outer.Inner]: ...
    def more(self, json: Json, box: Box[Dish], late: Late, amount: Amount) -> typing.Iterator[Size]: ...

class Cook(abc.ABC):
    @abc.abstractmethod
    def cook(self) -> None: ...

print("ran", file=sys.stderr)
unneeded = open(__file__)
sys.argv.append("unneeded")
'''
FORMS = (
    "[Kitchen, Dish, Outer.Inner, Box[Dish], typing.Optional[list[Size]], Late, Place, "
    "collections.abc.Callable[[Cook], Spot]]"
)


def host(folder: Path, source: str, forms: str, *command: str) -> Any:
    """Return what a script says of forms in it, which were written at its end."""
    script = folder / "script.py"
    script.write_text(textwrap.dedent(source) + HOST + forms)
    return json.loads(ran(*(command or (str(script),)), path=folder))


def worker(data: list[object]) -> tuple[list[list[str]], list[str]]:
    found, names = json.loads(ran("-c", WORKER, said=json.dumps(data)))
    return found, names


@pytest.mark.parametrize("guard", ['\nif __name__ == "__main__":\n    ', "\n"], ids=["guarded", "unguarded"])
def test_a_contract_in_a_script_is_the_same_in_a_worker(tmp_path: Path, guard: str) -> None:
    told = host(tmp_path, EVERYTHING, f"{guard}print(json.dumps([told(each) for each in {FORMS}]))\n")
    found, names = worker([data for data, _, _ in told])
    assert found == [[text, fingerprint] for _, text, fingerprint in told]
    assert "Kitchen" in names
    assert {"unneeded", "json", "told", "__file__"}.isdisjoint(names)


def test_only_what_is_needed_is_run(tmp_path: Path) -> None:
    told = host(tmp_path, EVERYTHING, "print(json.dumps([told(Size)]))\n")
    _, names = worker([told[0][0]])
    assert {each for each in names if not each.startswith("__")} == {"Size", "SMALL", "LARGE", "enum"} | {
        "abc",
        "collections",
        "sys",
        "typing",
        "annotations",
    }


def test_a_second_contract_of_the_script_shares_what_was_run(tmp_path: Path) -> None:
    told = host(tmp_path, EVERYTHING, "print(json.dumps([told(Size), told(Dish), told(Size)]))\n")
    program = """
import json, sys
from hotplug.boundaries.process.naming import form_of
first, dish, again = [form_of(data) for data in json.loads(sys.stdin.read())]
assert first is again
assert dish("soup").size is first.S
assert dish("soup").total() == 3
assert dish.was_checked
from __main__ import Spot
import __main__
assert __main__.Spot is Spot and Spot().x == 8 and not hasattr(__main__, "unneeded")
assert not hasattr(__main__, "__path__")
"""
    ran("-c", program, said=json.dumps([data for data, _, _ in told]))


def test_a_module_started_by_its_name(tmp_path: Path) -> None:
    package = tmp_path / "cookery"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "words.py").write_text("class Words: LOUD = 1")
    source = """
    import typing
    from .words import Words
    from . import words as all_words
    class Kitchen(typing.Protocol):
        loud: int = Words.LOUD + all_words.Words.LOUD
    """
    (package / "__main__.py").write_text(textwrap.dedent(source) + HOST + "print(json.dumps([told(Kitchen)]))\n")
    told = json.loads(ran("-m", "cookery", path=tmp_path))
    answers, _ = json.loads(ran("-c", WORKER, said=json.dumps([told[0][0]]), path=tmp_path))
    assert answers == [told[0][1:]]


def test_a_script_that_needs_its_own_place_has_it(tmp_path: Path) -> None:
    source = """
    import dataclasses, os
    HERE = str(__file__)
    @dataclasses.dataclass
    class Dish:
        place: str = HERE
    """
    told = host(tmp_path, source, "print(json.dumps([told(Dish)]))\n")
    answers, names = worker([told[0][0]])
    assert answers == [told[0][1:]]
    assert "__file__" in names


DECLARED = {
    "a functional enum": "import enum\nDish = enum.Enum('Dish', 'SOUP SALAD')",
    "a functional named tuple": "from collections import namedtuple\nDish = namedtuple('Dish', 'name price')",
    "a functional typed dict": "import typing\nDish = typing.TypedDict('Dish', {'name': str})",
    "attrs": "import attrs\n@attrs.define\nclass Dish:\n    name: str = 'soup'",
    "all of a module": "from enum import *\nclass Dish(Enum):\n    SOUP = 1",
    "an alias of another name": "import enum as e\nclass Dish(e.Enum):\n    SOUP = 1",
    "what is computed of plain values": """
        import os, dataclasses, re
        WORDS = "soup salad".split()
        PRICES = {each: len(each) for each in sorted(WORDS)}
        NAMED = re.compile("a") if os.environ.get("NO_SUCH") else None
        @dataclasses.dataclass
        class Dish:
            prices: dict[str, int] = dataclasses.field(default_factory=lambda: dict(PRICES))
            named: str | None = NAMED
    """,
    "what a failed import leaves": """
        import typing
        from contextlib import suppress
        Base = object
        with suppress(ImportError):
            from no_such_module import Base
        try:
            import no_such_module
        except ImportError:
            class Words(typing.TypedDict):
                word: str
        else:
            Words = no_such_module.Words
        class Dish(typing.NamedTuple):
            words: Words
    """,
    "a name that is bound twice": """
        import enum
        Base = enum.IntEnum
        Base = enum.Flag
        class Dish(Base):
            SOUP = 1
    """,
    "texts": """
        import typing
        Price: typing.TypeAlias = "Prices | int"
        Prices = list["Amount"]
        Amount = typing.NewType("Amount", int)
        class Dish(typing.NamedTuple):
            price: "Price"
    """,
}


@pytest.mark.parametrize("kind", DECLARED)
def test_what_is_a_declaration(tmp_path: Path, kind: str) -> None:
    told = host(tmp_path, DECLARED[kind], "\nprint(json.dumps([told(Dish)]))\n")
    answers, _ = worker([told[0][0]])
    assert answers == [told[0][1:]]


NOT_DECLARED = (
    "Dish is in the script {script}, but no declaration at its top level: a worker runs nothing else of a script"
)
FAILS = (
    "Dish is defined in the script {script}, of which a worker runs only declarations, and line 5 fails there: "
    "NameError: name {name} is not defined"
)
COMPUTED = """
import enum
def size(): return 3
SIZE = size()
class Dish(enum.Enum): A = SIZE
"""
OF_PLUGIN = """
import hotplug
try: plugin = hotplug.open("no.py")
except hotplug.PluginError: plugin = object
class Dish(plugin): ...
"""
REFUSED = {
    "under the guard": ("if __name__ == '__main__':\n    class Dish: ...\n", NOT_DECLARED),
    "in a loop": ("for each in 'ab':\n    class Dish: ...\n", NOT_DECLARED),
    "made by a statement": ("exec('class Dish: ...')\n", "the script {script} declares no Dish"),
    "on what is computed": (COMPUTED, FAILS.replace("{name}", "'SIZE'")),
    "on a plugin": (OF_PLUGIN, FAILS.replace("{name}", "'plugin'")),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_declaration_is_refused(tmp_path: Path, kind: str) -> None:
    source, reason = REFUSED[kind]
    told = host(tmp_path, source, "print(json.dumps([form_data(Dish)]))\n")
    ((said, remedy),), _ = worker(told)
    assert said == reason.format(script=tmp_path / "script.py")
    assert remedy in {"move it to the top level of the script, or into a module", IMPORTABLE}


def test_a_class_of_an_interactive_session_is_refused() -> None:
    program = f"{HOST}\nclass Dish: ...\nprint(json.dumps(told(Dish)))"
    for command, said in ((["-c", program], ""), (["-"], program)):
        assert json.loads(ran(*command, said=said)) == [
            "Dish is defined in an interactive session, which no worker can read",
            IMPORTABLE,
        ]


def test_a_script_that_is_gone_is_refused(tmp_path: Path) -> None:
    told = host(tmp_path, "class Dish: ...\n", "print(json.dumps([form_data(Dish)]))\n")
    (tmp_path / "script.py").unlink()
    ((said, _),), _ = worker(told)
    assert said == (
        f"the script {tmp_path / 'script.py'} cannot be read: [Errno 2] No such file or directory: "
        f"'{tmp_path / 'script.py'}'"
    )


@pytest.mark.skipif(sys.version_info < (3, 12), reason="PEP 695 is of Python 3.12")
def test_a_script_in_the_syntax_of_pep_695(tmp_path: Path) -> None:
    source = """
    from dataclasses import dataclass
    from typing import Protocol
    type Tree[T] = T | list[Tree[T]]
    @dataclass
    class Box[T]:
        item: T
    class Cook[T](Protocol):
        def cook[S](self, item: Box[T]) -> Tree[T]: ...
    """
    told = host(tmp_path, source, "print(json.dumps([told(each) for each in (Cook[int], Tree[str], Box[int])]))\n")
    answers, _ = worker([data for data, _, _ in told])
    assert answers == [each[1:] for each in told]
