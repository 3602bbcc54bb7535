from __future__ import annotations

import importlib.util
import itertools
import sys
import textwrap
from typing import TYPE_CHECKING, NamedTuple

import pytest

from hotplug.contract import check
from hotplug.contract.static.sources import Sources
from hotplug.contract.static.verdict import Verdict, check_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

    Judge = Callable[..., "Judged"]

HOST = """
    import abc
    from typing import Any, Callable, ClassVar, Generic, Protocol, TypeVar

    T = TypeVar("T")

    class Greeter(Protocol):
        def greet(self) -> str:
            '''Return the greeting.'''
            ...

    class Named(Protocol):
        name: str

    class ReadsName(Protocol):
        @property
        def name(self) -> str: ...

    class HasClassName(Protocol):
        name: ClassVar[str]

    class Awaited(Protocol):
        async def greet(self) -> str: ...

    class Source(Protocol[T]):
        def get(self) -> T: ...

    class Base(abc.ABC):
        @abc.abstractmethod
        def greet(self) -> str: ...

    class Recorded:
        known: list[type] = []
        def __init_subclass__(cls) -> None:
            Recorded.known.append(cls)

    class Plain:
        def greet(self) -> str: return ""

    class Closing(Protocol):
        def greet(self) -> str: ...
        def close(self) -> None: ...

    Greets = Callable[[], str]
    IntSource = Source[int]

    class Numbered(Protocol):
        number: int
"""


class Judged(NamedTuple):
    verdict: Verdict
    accepted: bool | None
    """What the check says of the value when the plugin really runs; None where its import fails."""


def load(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    path = tmp_path_factory.mktemp("host") / "static_host.py"
    path.write_text(textwrap.dedent(HOST))
    yield load(path, "static_host")
    sys.modules.pop("static_host", None)


_NUMBERS = itertools.count()


@pytest.fixture
def judge(tmp_path: Path, host: ModuleType) -> Iterator[Judge]:
    """Judge a plugin's source twice: as it stands, and by running it."""
    made: list[str] = []

    def judged(source: str, contract: str = "Greeter", symbol: str = "it", *, run: bool = True) -> Judged:
        name = f"static_plugin_{next(_NUMBERS)}"
        made.append(name)
        path = tmp_path / f"{name}.py"
        path.write_text(textwrap.dedent(source))
        sources = Sources(str(tmp_path), {name: f"{name}.py"}, {f"{name}.py"})
        form = getattr(host, contract)
        before = dict(sys.modules)
        verdict = check_source(sources, name, symbol, form, packages=frozenset({"static_host"}))
        assert name not in sys.modules
        assert all(sys.modules[each] is module for each, module in before.items())
        accepted: bool | None = None
        if run:
            try:
                module = load(path, name)
            except Exception:  # noqa: BLE001 - a plugin may fail in any way
                return Judged(verdict, accepted=None)
            value: object = module
            for part in symbol.split(".") if symbol else []:
                value = getattr(value, part)
            accepted = bool(check(value, form))
        return Judged(verdict, accepted)

    yield judged
    for name in made:
        sys.modules.pop(name, None)
