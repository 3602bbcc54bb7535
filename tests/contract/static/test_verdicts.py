"""What the source says, beside what the check says when the same source has run."""

# ruff: noqa: E501 - a plugin's source stands on one line, so that the tables can be read
from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from contract.static.conftest import Judge

GOOD = "class G:\n    def greet(self) -> str: return ''\n"
BAD = "class B:\n    def greet(self) -> int: return 1\n"

SATISFIED = {
    "an instance": GOOD + "it = G()",
    "an instance by another name": GOOD + "made = G()\nit = made",
    "several targets": GOOD + "it = other = G()",
    "a tuple of targets": GOOD + "it, other = G(), 1",
    "an annotated variable": "from static_host import Greeter\n" + GOOD + "it: Greeter = G()",
    "a deferred annotation": "from __future__ import annotations\n" + GOOD + "it: Nowhere = G()",
    "an inherited method": GOOD + "class H(G): ...\nit = H()",
    "an explicit implementation": "from static_host import Greeter\nclass G(Greeter):\n    def greet(self) -> str: return ''\nit = G()",
    "a constructor that keeps its arguments": GOOD
    + "class H(G):\n    def __init__(self, x): self.x = x\nit = H(1)",
    "a constructor that calls super": GOOD
    + "class H(G):\n    def __init__(self, x):\n        super().__init__()\n        self.x = x\nit = H(1)",
    "a static method": "class G:\n    @staticmethod\n    def greet() -> str: return ''\nit = G()",
    "a class method": "class G:\n    @classmethod\n    def greet(cls) -> str: return ''\nit = G()",
    "a class with a class method": "class it:\n    @classmethod\n    def greet(cls) -> str: return ''",
    "a cached method": "import functools\nclass G:\n    @functools.lru_cache(maxsize=None)\n    def greet(self) -> str: return ''\nit = G()",
    "a final class": "import typing\n@typing.final\n" + GOOD + "it = G()",
    "a dataclass": "import dataclasses\n@dataclasses.dataclass\nclass G:\n    x: int = 0\n    def greet(self) -> str: return ''\nit = G()",
    "a dataclass with arguments": "from dataclasses import dataclass, field\n@dataclass(frozen=True, slots=True)\nclass G:\n"
    "    x: int\n    y: list[int] = field(default_factory=list)\n    def greet(self) -> str: return ''\nit = G(1)",
    "a named tuple": "from typing import NamedTuple\nclass G(NamedTuple):\n    x: int\n    def greet(self) -> str: return ''\nit = G(1)",
    "an enum's member": "import enum\nclass G(enum.Enum):\n    ONE = 1\n    def greet(self) -> str: return ''\nit = G.ONE",
    "a condition that is known": "import sys\nif sys.version_info >= (3, 8):\n    class G:\n        def greet(self) -> str: return ''\n"
    "else:\n    G = None\nit = G()",
    "types for checkers only": "from __future__ import annotations\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
    "    import nowhere\nclass G:\n    def greet(self) -> str: return ''\n    def x(self) -> nowhere.X: ...\nit = G()",
    "an import that may fail": "try:\n    import json\nexcept ImportError:\n    json = None\n" + GOOD + "it = G()",
    "a method replaced by another": BAD + "def greet(self) -> str: return ''\nB.greet = greet\nit = B()",
    "an own decorator with wraps": "import functools\ndef loud(f):\n    @functools.wraps(f)\n"
    "    def wrapper(*args, **kwargs): return f(*args, **kwargs)\n    return wrapper\nclass G:\n    @loud\n"
    "    def greet(self) -> str: return ''\nit = G()",
    "a decorator that returns its class": "def same(cls):\n    return cls\n@same\n" + GOOD + "it = G()",
    "a lambda with any result": "class G:\n    greet = lambda self: ''\nit = G()",
    "a generic instance": "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass G(Generic[T]):\n    def greet(self) -> str: return ''\nit = G[int]()",
    "the standard library's base": "import threading\nclass G(Exception):\n    def greet(self) -> str: return ''\nit = G()",
    "an unrelated unknown": "import nowhere_at_all as n\n" * 0
    + GOOD
    + "class H(G):\n    import os\n    cwd = os.getcwd()\nit = H()",
}

REFUSED = {
    "another result": BAD + "it = B()",
    "no such method": "class G: ...\nit = G()",
    "a required argument": "class G:\n    def greet(self, x) -> str: return ''\nit = G()",
    "an async method": "class G:\n    async def greet(self) -> str: return ''\nit = G()",
    "a generator": "class G:\n    def greet(self) -> str: yield ''\nit = G()",
    "a number": "it = 5",
    "a class": GOOD + "it = G",
    "the contract itself": "from static_host import Greeter as it",
    "a method replaced by a wrong one": GOOD + "def greet(self) -> int: return 1\nG.greet = greet\nit = G()",
    "a later definition": GOOD + "class G:\n    def greet(self) -> int: return 1\nit = G()",
    "a later value": GOOD + "it = G()\nit = None",
    "a rebound name": "X = int\nclass G:\n    def greet(self) -> X: return 1\nX = str\nit = G()",
    "a property": "class G:\n    @property\n    def greet(self) -> str: return ''\nit = G()",
    "a context manager": "import contextlib\nclass G:\n    @contextlib.contextmanager\n    def greet(self):\n        yield ''\nit = G()",
    "an attribute that hides the method": GOOD + "class H(G):\n    def __init__(self): self.greet = 5\nit = H()",
    "an unknown beside what is wrong": "import nowhere\nclass G:\n    def greet(self, x: nowhere.X) -> int: return 1\nit = G()",
}

UNDECIDED = {
    "a call": (GOOD + "def make(): return G()\nit = make()", "value computed by a call of make()"),
    "another package": ("import nowhere\nit = nowhere.it", "nowhere.it is not part of the plugin"),
    "a base of another package": (
        "import nowhere\nclass G(nowhere.X):\n    def greet(self) -> str: return ''\nit = G()",
        "the base class nowhere.X of G is not known: nowhere.X is not part of the plugin",
    ),
    "a computed base": (
        GOOD + "def base(): return G\nclass H(base()): ...\nit = H()",
        "the base class base() of H is not known",
    ),
    "a decorator of another package": (
        "import nowhere\n@nowhere.deco\n" + GOOD + "it = G()",
        "G is what the decorator nowhere.deco returns",
    ),
    "a decorated method": (
        "import nowhere\nclass G:\n    @nowhere.deco\n    def greet(self) -> str: return ''\nit = G()",
        "greet is what the decorator nowhere.deco returns",
    ),
    "a type of another package": (
        "import nowhere\nclass G:\n    def greet(self) -> nowhere.Text: return ''\nit = G()",
        "greet.return: nowhere.Text is not part of the plugin",
    ),
    "an argument of another package": (
        "import nowhere\nclass G:\n    def greet(self, *x: nowhere.Text) -> nowhere.Text: return ''\nit = G()",
        "nowhere.Text is not part of the plugin",
    ),
    "a star import": (
        "from nowhere import *\n" + GOOD + "it = G()",
        "a star import of nowhere binds unknown names",
    ),
    "a loop": (GOOD + "for x in (1, 2):\n    it = G()", "it is bound in a loop"),
    "a condition": (
        "import os\n" + GOOD + "if os.environ.get('X'):\n    it = G()\nelse:\n    it = 5",
        "it is bound in an if",
    ),
    "a class under a condition": (
        (
            "import os\nif os.environ.get('X'):\n    class G:\n        def greet(self) -> int: return 1\n"
            "else:\n    class G:\n        def greet(self) -> str: return ''\nit = G()"
        ),
        "G is bound in an if whose condition is not known",
    ),
    "setattr": (
        GOOD + "setattr(G, 'greet', 5)\nit = G()",
        "setattr(G, 'greet', 5) may change what the module holds",
    ),
    "globals": (GOOD + "it = G()\nglobals()['it'] = 5", "globals() may change what the module holds"),
    "exec": (GOOD + "it = G()\nexec('it = 5')", "may change what the module holds"),
    "a patch inside a function that runs": (
        GOOD + "def patch():\n    G.greet = 5\npatch()\nit = G()",
        "G.greet may be changed",
    ),
    "a patch inside a function that a function calls": (
        GOOD + "def inner():\n    G.greet = 5\ndef patch():\n    inner()\npatch()\nit = G()",
        "G.greet may be changed",
    ),
    "a patch in a loop": (
        GOOD + "for name in ('greet',):\n    setattr(G, name, 5)\nit = G()",
        "may change what the module holds",
    ),
    "a global statement": (
        GOOD + "it = G()\ndef f():\n    global it\n    it = 5\nf()",
        "it may be bound anew by a function",
    ),
    "a class handed on": (
        GOOD + "def spoil(cls):\n    cls.greet = 5\nspoil(G)\nit = G()",
        "G is passed to spoil(), which may change it",
    ),
    "an instance handed on": (
        GOOD + "it = G()\ndef spoil(x):\n    x.greet = 5\nspoil(it)",
        "an instance of G is passed to spoil(), which may change it",
    ),
    "an instance changed": (GOOD + "it = G()\nit.greet = 5", "it.greet is assigned after its definition"),
    "__dict__": (GOOD + "it = G()\nit.__dict__['greet'] = 5", "it.__dict__"),
    "a metaclass with code": (
        (
            "class M(type):\n    def __new__(m, n, b, d):\n        d['greet'] = 5\n        return super().__new__(m, n, b, d)\n"
            "class G(metaclass=M):\n    def greet(self) -> str: return ''\nit = G()"
        ),
        "the metaclass of G has a __new__ of its own",
    ),
    "a hook of subclasses": (
        "class A:\n    def __init_subclass__(cls): cls.greet = 5\nclass G(A):\n    def greet(self) -> str: return ''\nit = G()",
        "the base class A of G changes or records what derives from it",
    ),
    "a hook of the host's": (
        "from static_host import Recorded\nclass G(Recorded):\n    def greet(self) -> str: return ''\nit = G()",
        "the base class Recorded of G changes or records what derives from it",
    ),
    "a __new__": (
        "class G:\n    def __new__(cls): return 5\n    def greet(self) -> str: return ''\nit = G()",
        "which has a __new__ of its own",
    ),
    "a metaclass's call": (
        "class M(type):\n    def __call__(cls): return 5\nclass G(metaclass=M):\n    def greet(self) -> str: return ''\nit = G()",
        "whose metaclass decides what that is",
    ),
    "a constructor that sets by name": (
        GOOD + "class H(G):\n    def __init__(self):\n        setattr(self, 'greet', 5)\nit = H()",
        "whose constructor passes itself to setattr()",
    ),
    "a constructor that updates its __dict__": (
        GOOD + "class H(G):\n    def __init__(self):\n        self.__dict__.update(greet=5)\nit = H()",
        "whose constructor changes self.__dict__",
    ),
    "a constructor that calls a method": (
        GOOD
        + "class H(G):\n    def __init__(self):\n        self.setup()\n    def setup(self):\n        self.greet = 5\nit = H()",
        "self.greet",
    ),
    "a constructor with a condition": (
        GOOD + "class H(G):\n    def __init__(self, x):\n        if x:\n            self.greet = 5\nit = H(1)",
        "self.greet",
    ),
    "a __set_name__ that changes the class": (
        "class D:\n    def __set_name__(self, owner, name): owner.greet = 5\nclass G:\n    d = D()\n    def greet(self) -> str: return ''\nit = G()",
        "d of G has a __set_name__ that may change the class",
    ),
    "an abstract class": (
        "from static_host import Base\nclass G(Base): ...\nit = G()",
        "value computed by a call of G(), which raises TypeError: greet is abstract",
    ),
    "a deleted name": (GOOD + "del G.greet\nit = G()", "G.greet is deleted"),
    "an assignment expression": (GOOD + "(it := G())", "it is bound inside an expression"),
    "a with block": (
        "import contextlib\n" + GOOD + "with contextlib.suppress(Exception):\n    it = G()",
        "it is bound in a with block",
    ),
    "an enum with code": (
        "import enum\nclass G(enum.Enum):\n    ONE = 1\n    def __new__(cls, v): return object.__new__(cls)\n    def greet(self) -> str: return ''\nit = G.ONE",
        "the members of the enum G are made by code of the plugin's",
    ),
}


@pytest.mark.parametrize("why", SATISFIED)
def test_what_the_source_shows_is_satisfied(why: str, judge: Judge) -> None:
    verdict, accepted = judge(SATISFIED[why])
    assert (verdict.answer, accepted) == ("satisfied", True), (str(verdict.report), verdict.reasons)


@pytest.mark.parametrize("why", REFUSED)
def test_what_the_source_shows_is_refused(why: str, judge: Judge) -> None:
    verdict, accepted = judge(REFUSED[why])
    assert (verdict.answer, accepted or False) == ("refused", False), (str(verdict.report), verdict.reasons)


@pytest.mark.parametrize("why", UNDECIDED)
def test_what_the_source_does_not_tell_is_undecided_with_its_reason(why: str, judge: Judge) -> None:
    source, reason = UNDECIDED[why]
    verdict, _ = judge(source)
    assert verdict.answer == "undecided", str(verdict.report)
    assert reason in "\n".join(verdict.reasons)
    assert all(".py:" in each for each in verdict.reasons)


def test_nothing_of_the_plugin_runs(judge: Judge, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["__del__", "__eq__", "__hash__", "__repr__", "__getattr__", "__bool__", "__init__", "greet"]
    body = "".join(f"    def {name}(self, *a) -> str: print('{name} ran')\n" for name in names)
    made = "print('the module ran')\nclass D:\n" + body + "class G(D):\n    d = D()\n    other = [D(), D()]\n"
    verdict, _ = judge(made + "it = G()\n", run=False)
    assert verdict.answer == "satisfied", verdict.reasons
    del verdict
    gc.collect()
    assert capsys.readouterr().out == ""


def test_twice_as_many_statements_take_twice_as_many_steps(judge: Judge) -> None:
    """Steps are calls, of the interpreter's own functions too: no clock is asked."""

    def steps(statements: int) -> int:
        calls = 0

        def count(frame: object, event: str, argument: object) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        source = GOOD + "".join(f"name_{each} = {each}\n" for each in range(statements)) + "it = G()\n"
        sys.setprofile(count)
        try:
            verdict, _ = judge(source, run=False)
        finally:
            sys.setprofile(None)
        assert verdict.answer == "satisfied"
        return calls

    steps(10)
    assert steps(2000) < 2.5 * steps(1000)


def test_a_name_is_at_the_line_of_the_last_statement_that_bound_it_anew(judge: Judge) -> None:
    source = "it = 3\nother = 4\nif True:\n    it = other\nit = it\ndel other\nother = it\n"
    verdict, _ = judge(source)
    assert verdict.report is not None
    (difference,) = verdict.report.differences
    assert difference.place is not None
    assert difference.place.endswith(".py:3")
