"""The law: what the source satisfies, the check accepts; what the source refuses, the check refuses.

Plugins are put together at random from what authors write, good and bad, and from what the reading cannot know:
the package ``elsewhere`` is importable when the plugin runs, and behaves differently from one run to the next.
"""

# ruff: noqa: E501 - a plugin's source stands on one line, so that the tables can be read
from __future__ import annotations

import random
import sys
import types
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contract.static.conftest import Judge

HEADS = ["", "", "from __future__ import annotations\n"]
IMPORTS = """
import abc, contextlib, dataclasses, enum, functools, os, typing
from typing import Any, Callable, ClassVar, Final, Generic, NamedTuple, Optional, Protocol, TypeVar, overload
import static_host
from static_host import Base, Greeter, Named, Plain
import elsewhere
T = TypeVar("T")
def make(): return elsewhere.value
def wrapping(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs): return f(*args, **kwargs)
    return wrapper
def replacing(f):
    def wrapper(self) -> int: return 1
    return wrapper
def named(cls):
    return cls
def patching(cls):
    cls.name = 5
    return cls
class Mixin:
    name: str = "mixed in"
    def close(self) -> None: ...
class Descriptor:
    def __get__(self, one, owner=None) -> str: return ""
class Settable(Descriptor):
    def __set__(self, one, value: str) -> None: ...
class Meta(type):
    name: str = ""
    def greet(cls) -> str: return ""
"""
BASES = [
    "", "", "", "(Mixin)", "(Greeter)", "(Named)", "(Plain)", "(Base)", "(elsewhere.Base)", "(Generic[T])", "(Exception)",
    "(abc.ABC)", "(dict)", "(str)", "(static_host.Recorded)", "(Mixin, Plain)", "(make())", "(metaclass=Meta)",
    "(static_host.Source[str])", "(Plain, metaclass=abc.ABCMeta)",
]  # fmt: skip
DECORATORS = [
    "", "", "", "", "@dataclasses.dataclass", "@dataclasses.dataclass(frozen=True)", "@dataclasses.dataclass(slots=True)",
    "@elsewhere.deco", "@named", "@patching", "@typing.final", "@typing.runtime_checkable", "@functools.total_ordering",
]  # fmt: skip
GREETS = [
    "def greet(self) -> str: return ''",
    "def greet(self) -> str: return ''",
    "def greet(self) -> str: return ''",
    "def greet(self, x=1) -> str: return ''",
    "def greet(self, x) -> str: return ''",
    "def greet(self) -> int: return 1",
    "def greet(self): return ''",
    "async def greet(self) -> str: return ''",
    "def greet(self) -> str: yield ''",
    "@staticmethod\n    def greet() -> str: return ''",
    "@classmethod\n    def greet(cls) -> str: return ''",
    "@property\n    def greet(self) -> str: return ''",
    "@elsewhere.deco\n    def greet(self) -> str: return ''",
    "@wrapping\n    def greet(self) -> str: return ''",
    "@replacing\n    def greet(self) -> str: return ''",
    "@functools.lru_cache\n    def greet(self) -> str: return ''",
    "def greet(self) -> elsewhere.Text: return ''",
    "def greet(self) -> 'elsewhere.Text': return ''",
    "def greet(self) -> Optional[elsewhere.Text]: return ''",
    "greet = lambda self: ''",
    "greet = elsewhere.function",
    "greet: Callable[[], str] = elsewhere.function",
    "greet: Any = elsewhere.value",
    "greet = functools.partial(make)",
    "greet = make",
    "greet = None",
    "greet = Descriptor()",
    "def greet(self) -> make(): return ''",
    "if os.sep == '/':\n        def greet(self) -> str: return ''",
    "for greet in (1, 2): pass",
    "def get(self) -> str: return ''",
    "def get(self) -> elsewhere.Text: return ''",
    "@overload\n    def greet(self) -> str: ...\n    @overload\n    def greet(self, x: int) -> int: ...\n    def greet(self, x=0): return ''",
    "def greet(self) -> str: ...",
]
NAMES = [
    "",
    "",
    "name = ''",
    "name: str = ''",
    "name: str",
    "name = 5",
    "name: int = 5",
    "name: str = elsewhere.value",
    "name = elsewhere.value",
    "name: str = elsewhere.field()",
    "name = Descriptor()",
    "name = Settable()",
    "name: str = Settable()",
    "name: ClassVar[str] = ''",
    "name: ClassVar = elsewhere.value",
    "name: Final = ''",
    "name: elsewhere.Text = ''",
    "name: 'elsewhere.Text' = ''",
    "name: Optional[str] = None",
    "name = f'{os.sep}'",
    "name = os.sep",
    "name = str(os.getpid())",
    "name = make()",
    "name: str = os.getcwd()",
    "__slots__ = ('name',)",
    "@property\n    def name(self) -> str: return ''",
    "@property\n    def name(self): return ''",
    "@property\n    def name(self) -> str: return ''\n    @name.setter\n    def name(self, value: str) -> None: ...",
    "@functools.cached_property\n    def name(self) -> str: return ''",
    "@elsewhere.deco\n    def name(self) -> str: return ''",
    "name, number = '', 1",
    "number = 1",
    "number: int = elsewhere.value",
    "number: float = 1",
]
INITS = [
    "", "", "",
    "def __init__(self): self.name = ''",
    "def __init__(self): self.name = 5",
    "def __init__(self): self.name: str = elsewhere.value",
    "def __init__(self, name='x'): self.name = name",
    "def __init__(self, name: str = elsewhere.value): self.name = name",
    "def __init__(self, name: str): self.name = name",
    "def __init__(self):\n        if os.sep: self.name = ''",
    "def __init__(self): self.setup()\n    def setup(self): self.name = 5",
    "def __init__(self): super().__init__(); self.number = 1",
    "def __init__(self): self.number = len('x')",
    "def __init__(self): self.greet = elsewhere.function",
    "def __init__(self): self.greet = lambda: ''",
    "def __init__(self): elsewhere.spoil(self)",
    "def __init__(self): self.name, self.number = '', 1",
    "def __init__(self):\n        for each in ('name',): setattr(self, each, '')",
    "def __init__(self, *args): self.name = args[0] if args else ''",
    "def __new__(cls, *a): return super().__new__(cls)",
    "def __getattr__(self, name): return ''",
    "def __setattr__(self, name, value): object.__setattr__(self, name, 5)",
    "def __post_init__(self): self.number = 5",
    "def __init__(self):\n        try: self.name = ''\n        finally: pass",
    "def __init__(self):\n        if not hasattr(self, 'x'): return\n        self.name = ''",
    "def __init__(self):\n        name = ''\n        def inner(): pass\n        self.name = name",
    "def __init__(self):\n        name = ''\n        for name in (1, 2): pass\n        self.name = name",
    "def __init__(self):\n        other = self\n        other.name = 5",
    "def __init__(self):\n        vars(self)['name'] = 5",
    "def __init__(self):\n        self.name = ''\n        del self.name",
    "def __init__(self):\n        self.items = []\n        self.items.append(1)\n        self.name = 'x'",
]  # fmt: skip
PATCHES = [
    "", "", "", "", "",
    "G.name = ''",
    "G.greet = make",
    "G.name = elsewhere.value",
    "setattr(G, 'name', 5)",
    "elsewhere.spoil(G)",
    "def patch(): G.name = 5\npatch()",
    "def unused(): G.name = 5",
    "for each in [G]: each.name = 5",
    "H = G\nH.name = 5",
    "G.__annotations__ = {'name': int}",
    "G = elsewhere.deco(G)",
    "G = named(G)",
    "class G(G): pass",
    "class G(G):\n    name = ''",
    "print(G)",
    "assert G",
    "ALL = [G]",
    "ALL = []\nALL.append(G)\nelsewhere.spoil(ALL[0])",
    "class G2(G):\n    name: str = ''\nG = G2",
    "G.greet, G.name = make, ''",
    "del G.greet",
    "type.__setattr__(G, 'name', 5)",
    "functools.wraps(make)(G)",
    "os.environ.setdefault('X', '')",
    "spoil = lambda c: setattr(c, 'name', 5)\nspoil(G)",
    "class Patcher:\n    def __init__(self, c): c.name = 5\nPatcher(G)",
    "class Patcher:\n    def run(self): G.name = 5\nPatcher().run()",
    "class Patcher:\n    G.name = 5",
    "x = [setattr(G, 'name', 5) for _ in (1,)]",
    "(lambda: setattr(G, 'name', 5))()",
    "functools.partial(setattr, G, 'name', 5)()",
    "def patch():\n    p = Patcher()\n    p.run()\nclass Patcher:\n    def run(self): G.name = 5\npatch()",
    "class Patcher:\n    @classmethod\n    def run(cls): cls.inner.name = 5\nPatcher.inner = G\nPatcher.run()",
    "class Patcher:\n    def __call__(self): G.name = 5\nPatcher()()",
    "class Patcher:\n    def run(self): G.name = 5\nfor p in [Patcher()]: p.run()",
    "class Patcher:\n    def run(self): G.name = 5\n[p.run() for p in [Patcher()]]",
    "@functools.lru_cache\ndef patch(): G.name = 5\npatch()",
    "@contextlib.contextmanager\ndef patch():\n    G.name = 5\n    yield\nwith patch(): pass",
    "def outer():\n    def inner(): G.name = 5\n    inner()\nouter()",
    "def outer():\n    return lambda: setattr(G, 'name', 5)\nouter()()",
    "class Patcher:\n    def __init__(self): self.run()\n    def run(self): G.name = 5\nPatcher()",
    "class Sub(G):\n    def __init__(self): super().__init__()\nSub()",
    "class Patcher:\n    def __enter__(self): G.name = 5\n    def __exit__(self, *a): ...\nwith Patcher(): pass",
    "class Patcher:\n    def __add__(self, other): G.name = 5\nPatcher() + 1",
    "class Patcher:\n    def __getitem__(self, i): G.name = 5\nPatcher()[0]",
    "class Patcher:\n    def __iter__(self):\n        G.name = 5\n        yield 1\nfor x in Patcher(): pass",
    "class Patcher:\n    def __str__(self):\n        G.name = 5\n        return ''\nf'{Patcher()}'",
    "class Patcher:\n    def __eq__(self, other): G.name = 5\nPatcher() == 1",
    "class Patcher:\n    def __get__(self, *a): G.name = 5\nclass Holder:\n    x = Patcher()\nHolder.x\nHolder().x",
    "class Patcher:\n    @property\n    def run(self): G.name = 5\nPatcher().run",
    "try:\n    G.name = 5\nexcept Exception: pass",
    "with contextlib.suppress(Exception): G.name = 5",
    "while True:\n    G.name = 5\n    break",
    "import sys\nsys.modules[__name__].G.name = 5",
    "object.__getattribute__(G, '__dict__')",
    "G.name += 'x'",
    "map(elsewhere.spoil, [G]).__next__()",
    "functools.reduce(lambda a, b: elsewhere.spoil(b), [G, G])",
    "sorted([G], key=elsewhere.spoil)",
]  # fmt: skip
MADE = [
    "it = G()", "it = G()", "it = G()", "it = G('x')", "it = G(name='x')", "it = G(elsewhere.value)", "it = G",
    "it: Greeter = G()", "it: Greeter = make()", "it = elsewhere.deco(G())", "it = G()\nit.name = ''",
    "it = G()\nelsewhere.spoil(it)", "it = [G()][0]", "it = (G(), 1)[0]", "it = {'x': G()}['x']", "it = G() if os.sep else 5",
    "it = G() or 5", "it = typing.cast(Any, G())", "it = G().greet", "it = functools.partial(G)()", "it = functools.partial(G)",
    "it = G.greet", "it = object.__new__(G)", "it = G[int]()", "other = G()\nit = other\nother.name = 5", "it = lambda: ''",
    "def it() -> str: return ''", "def it() -> elsewhere.Text: return ''", "@elsewhere.deco\ndef it() -> str: return ''",
    "it = G()\nif hasattr(it, 'setup'): it.setup()",
    "it = next(iter([G()]))", "[it] = [G()]", "it, *rest = [G()]", "it = [each() for each in [G]][0]",
]  # fmt: skip
CONTRACTS = [
    "Greeter", "Greeter", "Greeter", "Named", "ReadsName", "HasClassName", "Awaited", "Source", "Base", "Plain", "Closing",
    "Greets", "IntSource", "Numbered",
]  # fmt: skip


class _Base:
    def greet(self) -> int:
        return 1


class _Field:
    def __get__(self, one: object, owner: object = None) -> int:
        return 1


def _no_arguments() -> str:
    return ""


def _one_argument(it: object) -> str:
    return ""


def _same(it: object) -> object:
    return it


def _none(it: object) -> None:
    return None


def _static(it: Any) -> object:
    return staticmethod(it)


def _elsewhere(choose: random.Random) -> types.ModuleType:
    """Return a package that nobody can know: each run it is another."""
    made: Any = types.ModuleType("elsewhere")
    made.Text = choose.choice([str, int, bytes, object, Any, None])
    made.value = choose.choice(["", 5, None, _Base(), str, _Field()])
    made.field = choose.choice([_Field, str, int])
    made.Base = choose.choice([_Base, object, dict, type("Named", (), {"name": ""})])
    functions: list[object] = [_no_arguments, _one_argument, len, 5]
    made.function = choose.choice(functions)
    decorators: list[object] = [_same, _none, _static]
    made.deco = choose.choice(decorators)

    def spoil(it: Any, *_: object) -> Any:
        for name, value in (("name", 5), ("greet", None)):
            try:
                setattr(it, name, value)
            except (AttributeError, TypeError):
                continue
        return it

    made.spoil = choose.choice([spoil, lambda it, *_: it])
    found: types.ModuleType = made
    return found


@pytest.fixture
def elsewhere() -> Iterator[None]:
    yield
    sys.modules.pop("elsewhere", None)


def plugin(choose: random.Random) -> str:
    """Return a plugin's source: mostly plain, so that one strange thing at a time decides."""

    def one(options: list[str], plain: float) -> str:
        return options[0] if choose.random() < plain else choose.choice(options)

    members = [each for each in (one(NAMES, 0.1), one(GREETS, 0.4), one(INITS, 0.4)) if each]
    body = "\n    ".join(members) or "pass"
    decorator = one(DECORATORS, 0.6)
    lines = [choose.choice(HEADS) + IMPORTS, *([decorator] if decorator else [])]
    lines += [f"class G{one(BASES, 0.6)}:", f"    {body}", one(PATCHES, 0.7), one(MADE, 0.7)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.filterwarnings("ignore")
def test_a_verdict_from_the_source_holds_when_the_plugin_runs(seed: int, judge: Judge, elsewhere: None) -> None:
    choose = random.Random(seed)  # noqa: S311 - plugins, not secrets
    counts: Counter[tuple[str, bool | None]] = Counter()
    for _ in range(150):
        source, contract = plugin(choose), choose.choice(CONTRACTS)
        sys.modules["elsewhere"] = _elsewhere(choose)
        verdict, accepted = judge(source, contract)
        counts[verdict.answer, accepted] += 1
        if verdict.answer == "satisfied":
            assert accepted is not False, f"satisfied against {contract}, but refused when it runs:\n{source}"
        if verdict.answer == "refused":
            assert accepted is not True, (
                f"refused against {contract}, but accepted when it runs:\n{source}\n{verdict.report}"
            )
    assert counts["satisfied", True]
    assert counts["refused", False]
