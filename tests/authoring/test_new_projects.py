"""Projects that are made from contracts: they satisfy them, and every tool that an author has is content."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hotplug
from hotplug.authoring import make_project
from hotplug.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.testing import PluginMaker

API = '''
from __future__ import annotations

import abc
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Optional, ParamSpec, Protocol
from typing import TypeVar, TypeVarTuple, overload

from hotplug.contract import raises
from .words import Word

if TYPE_CHECKING:
    from decimal import Decimal

Ts = TypeVarTuple("Ts")
K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
P = ParamSpec("P")
Shout = Callable[[str], str]
Fetch = Callable[[str, int], Awaitable[bytes]]
Anything = Callable[..., None]
Number = int
Decorate = Callable[[Callable[P, T]], Callable[P, T]]


@dataclass
class Item:
    name: str
    price: float = 0.0


class StoreError(Exception): ...


class Transform(Protocol):
    def __call__(self, item: Item, /, *, loud: bool = False) -> Item:
        """Return another item."""


class Mapped(Protocol[K, V]):
    def find(self, key: K) -> V | None: ...
    def all(self) -> Mapping[K, list[V]]: ...


class Store(Mapped[str, "Item"], Protocol):
    """A store of items.

    It has more to say.
    """

    name: str
    tags: list[str]
    made: dt.datetime
    kind: ClassVar[Literal["a", 'b']]
    maybe: Optional[int]

    def get(self, key: str, default: bytes = b"", *more: int, mode: Literal["r", "w"] = ..., **rest: Any) -> bytes:
        r"""Return what is there.

        With a back\\slash and "quotes".
        """

    @raises(StoreError)
    def put(self, key: str, value: "bytes | None" = None, when: "Optional[dt.date]" = None) -> None: ...
    async def flush(self, timeout: float = 1.5) -> int: ...
    def later(self) -> AsyncIterator[Item]: ...
    @property
    def size(self) -> int:
        """How many."""
    @property
    def limit(self) -> float: ...
    @limit.setter
    def limit(self, value: float) -> None: ...
    @classmethod
    def make(cls, text: str) -> "Store": ...
    @staticmethod
    def parse(text: str = "it's") -> dict[str, Item]: ...
    @overload
    def convert(self, value: int) -> str: ...
    @overload
    def convert(self, value: str) -> int: ...
    def map(self, function: Callable[[Item], T], into: list[T]) -> list[T]: ...
    def __len__(self) -> int: ...
    @contextmanager
    def locked(self) -> Iterator[None]: ...
    def price(self, item: Item) -> Decimal: ...
    def watch(
        self, callback: Callable[[str, Item, Mapping[str, int]], Awaitable[None]], every: float = 0.5
    ) -> None: ...
    def say(self, word: Word) -> Word: ...
    def untyped(self, value, other=3): ...


class Sizey(Sized, Iterable[T_co], Protocol[T_co]):
    def extra(self, key: Callable[[int], int] = lambda x: x + 1) -> T_co: ...


class Runner(Protocol[P, T]):
    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...


class Base(abc.ABC):
    """A base."""

    greeting = "hello"

    @abc.abstractmethod
    def run(self, command: list[str]) -> int:
        """Run it."""

    @property
    @abc.abstractmethod
    def title(self) -> str: ...

    def helper(self) -> str:
        return self.title


class Archive(Base, Generic[T]):
    @abc.abstractmethod
    def unpack(self, path: Path) -> T: ...


class Spread(Protocol):
    def all_of(self, *values: *Ts) -> tuple[*Ts]: ...
    def wired(self, *values: *tuple[int, "Item"]) -> "Item": ...


class Private(Protocol):
    __secret: int
    __many: list[int]

    def __hidden(self, word: str) -> int: ...
    @property
    def __limit(self) -> float: ...
    @__limit.setter
    def __limit(self, value: float) -> None: ...
    def shown(self) -> str: ...


class PrivateBase(abc.ABC):
    @abc.abstractmethod
    def __hidden(self) -> int: ...


class Unhashable(Protocol):
    __hash__: ClassVar[None]  # type: ignore[assignment]

    def greet(self) -> str: ...


class Unequal(Protocol):
    __hash__ = None  # type: ignore[assignment]

    def greet(self) -> str: ...


class Plain:
    def __init__(self, needed: int) -> None:
        self.needed = needed
'''
INIT = "from shop.api import Archive as Archive\nfrom shop.api import *\n"
CONTRACTS = (
    "Store",
    "Transform",
    "Runner",
    "Sizey",
    "Decorate",
    "Shout",
    "Fetch",
    "Anything",
    "Base",
    "Archive",
    "Spread",
    "Private",
    "Unhashable",
    "Unequal",
)


@pytest.fixture
def shop(make_plugin: PluginMaker) -> Callable[[str], object]:
    """Install the host ``shop`` 2.3, and return what gives its contracts."""
    files = {"shop/__init__.py": INIT, "shop/api.py": API, "shop/words.py": "Word = str\n", "shop/py.typed": ""}
    make_plugin.installed("the-shop", files, version="2.3.1")

    def contract(name: str) -> object:
        import shop.api  # type: ignore[import-not-found]  # pyright: ignore[reportMissingImports]

        return getattr(shop.api, name)  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]

    return contract


def source(folder: Path) -> str:
    return next((folder / "src").glob("*/__init__.py")).read_text("utf-8")


@pytest.mark.parametrize("name", [*CONTRACTS, "PrivateBase"])  # for which type checkers want two names
def test_what_is_made_satisfies_its_contract_as_source_and_as_it_runs(
    name: str, shop: Callable[[str], object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contract = shop(name)
    made = make_project(f"my-{name.lower()}", f"shop:{name}", contract, folder=tmp_path / "made")
    assert made.depends == "the-shop>=2.3,<3"
    assert made.group == "shop.plugins"
    with pytest.raises(SystemExit) as caught:
        main(["check", str(tmp_path / "made"), "--contract", f"shop:{name}"], prog_name="hotplug")
    assert (caught.value.code, capsys.readouterr().err) == (0, "")
    with hotplug.open(tmp_path / "made") as plugin:
        value = plugin.lookup(made.reference)
        assert hotplug.contract.check(value, contract)


def test_the_stubs_of_a_protocol_are_what_its_author_would_write(
    shop: Callable[[str], object], tmp_path: Path
) -> None:
    make_project("corner", "shop:Store", shop("Store"), folder=tmp_path / "made")
    text = source(tmp_path / "made")
    for expected in (
        "class CornerStore:",
        '    """Satisfies Store: a store of items."""',
        '    name: str = ""\n    tags: list[str]\n',
        '    kind: ClassVar[Literal["a", "b"]] = "a"\n',
        "    def find(self, key: str) -> Item | None:\n        raise NotImplementedError\n",  # V is Item here
        '        mode: Literal["r", "w"] = "r",\n        **rest: Any,\n    ) -> bytes:\n',
        'back\\\\slash and "quotes"',
        "self, key: str, value: bytes | None = None, when: Optional[dt.date] = None\n",
        "    async def flush(self, timeout: float = 1.5) -> int:\n",
        "    @limit.setter\n    def limit(self, value: float) -> None:\n",
        "    @classmethod\n    def make(cls, text: str) -> Store_:\n",  # Store is what the module exports
        '    @staticmethod\n    def parse(text: str = "it\'s") -> dict[str, Item]:\n',
        "    @overload\n    def convert(self, value: int) -> str: ...\n    @overload\n",
        "    def convert(self, *args: Any, **kwargs: Any) -> Any:\n",
        "    def untyped(self, value: Any, other: Any = 3) -> Any:\n",
        "if TYPE_CHECKING:\n    from decimal import Decimal\n",
        "import datetime as dt\n",
        "from shop.words import Word\n",
        "Store = CornerStore()\n",
    ):
        assert expected in text
    assert "raises" not in text


def test_the_type_variables_of_a_contract_that_nobody_has_named_are_any(
    shop: Callable[[str], object], tmp_path: Path
) -> None:
    make_project("fast", "shop:Runner", shop("Runner"), folder=tmp_path / "made")
    assert "def run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:" in source(
        tmp_path / "made"
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Shout", "def shout(value: str, /) -> str:"),
        ("Fetch", "async def fetch(value_1: str, value_2: int, /) -> bytes:"),
        ("Anything", "def anything(*args: Any, **kwargs: Any) -> None:"),
        ("Transform", "def transform(item: Item, /, *, loud: bool = False) -> Item:"),
    ],
)
def test_what_is_called_is_made_a_function(
    name: str, expected: str, shop: Callable[[str], object], tmp_path: Path
) -> None:
    make_project("my", f"shop:{name}", shop(name), folder=tmp_path / "made")
    text = source(tmp_path / "made")
    assert expected in text
    assert "class" not in text
    assert text.count("import") == len([line for line in text.splitlines() if "import" in line])


def test_of_an_abstract_class_only_what_is_abstract_is_stubbed(
    shop: Callable[[str], object], tmp_path: Path
) -> None:
    make_project("tar", "shop:Archive", shop("Archive"), folder=tmp_path / "made")
    text = source(tmp_path / "made")
    assert "class TarArchive(Archive_[Any]):" in text
    assert [line.split("(")[0].split()[-1] for line in text.splitlines() if " def " in line] == [
        "run",
        "title",
        "unpack",
    ]


def test_every_tool_of_an_author_is_content(shop: Callable[[str], object], tmp_path: Path) -> None:
    """The project's own tests, mypy --strict and ruff, whichever are installed; one run over all contracts."""
    for name in CONTRACTS:
        make_project(f"my-{name.lower()}", f"shop:{name}", shop(name), folder=tmp_path / "made" / name)
    site = Path(sys.modules["shop"].__file__ or "").parent.parent
    path = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path, "MYPYPATH": str(site)}

    def run(module: str, *arguments: str) -> None:
        if importlib.util.find_spec(module) is None:
            return
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=tmp_path / "made",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    run("pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", *CONTRACTS)
    run("mypy", "--strict", "--cache-dir", str(tmp_path / "mypy"), *(f"{name}/src" for name in CONTRACTS))
    run("mypy", "--strict", "--cache-dir", str(tmp_path / "mypy"), *(f"{name}/tests" for name in CONTRACTS))
    run("ruff", "format", "--check", "--isolated", ".")
    run("ruff", "check", "--isolated", "--select", "I,F,E,W,UP", "--ignore", "UP007,UP045", ".")


def test_it_can_be_built_and_found_by_its_name(shop: Callable[[str], object], tmp_path: Path) -> None:
    made = make_project("corner", "shop:Store", shop("Store"), folder=tmp_path / "made", group="shop.stores")
    from hotplug.build import build_wheel

    build_wheel(made.folder, tmp_path / "plugins")
    with hotplug.Catalog(
        "shop.stores", object, paths=[tmp_path / "plugins"], installed=False, symbol="S"
    ) as found:
        entry = found["corner"]
        assert (entry.version, entry.status, entry.symbol) == ("0.1.0", "ready", "corner:Store")


def test_a_folder_that_holds_something_is_left_alone(shop: Callable[[str], object], tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "mine.txt").write_text("mine")
    with pytest.raises(hotplug.BuildError, match="holds mine.txt: nothing is overwritten"):
        make_project("corner", "shop:Store", shop("Store"), folder=tmp_path / "made")
    assert [each.name for each in tmp_path.joinpath("made").iterdir()] == ["mine.txt"]


def test_an_empty_folder_serves(shop: Callable[[str], object], tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    make_project("corner", "shop:Store", shop("Store"), folder=tmp_path / "made")
    assert (tmp_path / "made" / "pyproject.toml").exists()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("two words", "cannot be the name of a plugin"),
        ("../up", "cannot be the name of a plugin"),
        ("1st", "which Python cannot import"),
        ("class", "which Python cannot import"),
        ("json", "is a module of Python's standard library"),
        ("shop", "is the contract's own package"),
        ("hotplug", "is hotplug itself"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused_and_nothing_is_made(
    name: str, reason: str, shop: Callable[[str], object], tmp_path: Path
) -> None:
    with pytest.raises(hotplug.BuildError, match=reason):
        make_project(name, "shop:Store", shop("Store"), folder=tmp_path / "made")
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Plain", "instances are made with arguments .needed."),
        ("Item", "nothing to stub"),
        ("Number", "neither a Protocol, a class with methods nor an alias of a Callable"),
    ],
)
def test_what_cannot_be_stubbed_says_why(
    name: str, reason: str, shop: Callable[[str], object], tmp_path: Path
) -> None:
    with pytest.raises(hotplug.BuildError, match=reason) as caught:
        make_project("corner", f"shop:{name}", shop(name), folder=tmp_path / "made")
    assert "by hand" in (caught.value.remedy or "")
    assert not (tmp_path / "made").exists()


def test_the_command_says_what_it_made_and_what_to_do_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        main(["new", "french", "--contract", "greeter:Greeter"], prog_name="hotplug")
    out, err = capsys.readouterr()
    assert caught.value.code == 0
    assert out.splitlines() == [
        "french/README.md",
        "french/pyproject.toml",
        "french/src/french/__init__.py",
        "french/src/french/py.typed",
        "french/tests/test_french.py",
    ]
    assert err.endswith("next: hotplug check french --contract greeter:Greeter\n")
    with pytest.raises(SystemExit) as caught:
        main(["new", "french", "--contract", "greeter:Greeter", "--json"], prog_name="hotplug")
    assert caught.value.code == 1
    assert "nothing is overwritten" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["new", "f2", "--dir", "x/y", "--contract", "greeter:Greeter", "--json"], prog_name="hotplug")
    made = json.loads(capsys.readouterr().out)
    assert made["folder"] == str(tmp_path / "x" / "y")
    assert made["reference"] == "f2:Greeter"
    assert made["depends"].startswith("hotplug-greeter>=")
