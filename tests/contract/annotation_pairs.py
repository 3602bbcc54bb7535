"""Random pairs of annotations, and what mypy and pyright say of each.

Run as ``python -m contract.annotation_pairs SEED COUNT`` in the folder tests; it needs mypy and pyright, and
writes annotation_pairs.json: for each pair the wanted type, the given type, and the two verdicts.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

RECORDED = Path(__file__).with_suffix(".json")
PREAMBLE = """
from __future__ import annotations
import enum
from collections.abc import *
from typing import Any, Generic, Literal, NamedTuple, NewType, Optional, Protocol, TypedDict, TypeVar, Union
class A: ...
class B(A): ...
class C: ...
class E(enum.Enum):
    X = 1
    Y = 2
N = NewType("N", int)
class TD(TypedDict):
    a: int
class TD2(TD):
    b: str
class PN(Protocol):
    def name(self) -> str: ...
class PN2(Protocol):
    def name(self) -> object: ...
class HasN:
    def name(self) -> str: return ""
class HasNI:
    def name(self) -> int: return 1
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)
class G(Generic[T]):
    def __init__(self, x: T) -> None: self.x: T = x
class Src(Protocol[T_co]):
    def get(self) -> T_co: ...
class Snk(Protocol[T_contra]):
    def put(self, x: T_contra) -> None: ...
class IntSrc:
    def get(self) -> int: return 1
class GL(G[list[T]]): ...
class NT(NamedTuple):
    x: int
    y: str
"""
ATOMS = [
    "int", "str", "float", "bool", "bytes", "complex", "None", "object", "Any", "A", "B", "C", "E", "N", "TD",
    "TD2", "PN", "PN2", "HasN", "HasNI", "IntSrc", "NT", "type", "tuple", "list", "dict", "Literal[1]",
    "Literal[1,2]", "Literal['a']", "Literal[True]", "Literal[E.X]", "Literal[E.X,E.Y]",
]  # fmt: skip
PLAIN = ["int", "str", "bool", "float", "A", "B", "tuple[int, str]", "Literal[1]", "None"]
OF_ONE = [
    "list", "list", "Sequence", "MutableSequence", "Iterable", "Iterator", "Collection", "Awaitable", "G", "GL",
    "Src", "Snk",
]  # fmt: skip
FORMS = [
    *OF_ONE, "set", "frozenset", "dict", "dict", "Mapping", "tuple", "tuple", "repeated", "Callable", "Callable",
    "gradual", "Union", "Union", "Optional", "type", "Coroutine", "Generator", "empty",
]  # fmt: skip


def random_type(chance: random.Random, depth: int) -> str:
    """Return an annotation of at most this depth."""
    if depth <= 0 or chance.random() < 0.3:
        return chance.choice(ATOMS)

    def inner() -> str:
        return random_type(chance, depth - 1)

    form, plain = chance.choice(FORMS), chance.choice(PLAIN)
    if form in OF_ONE:
        return f"{form}[{inner()}]"
    made: dict[str, Callable[[], str]] = {
        "set": lambda: f"set[{plain}]",
        "frozenset": lambda: f"frozenset[{plain}]",
        "dict": lambda: f"dict[{plain}, {inner()}]",
        "Mapping": lambda: f"Mapping[{plain}, {inner()}]",
        "tuple": lambda: f"tuple[{', '.join(inner() for _ in range(chance.randint(1, 3)))}]",
        "repeated": lambda: f"tuple[{inner()}, ...]",
        "empty": lambda: "tuple[()]",
        "Callable": lambda: f"Callable[[{', '.join(inner() for _ in range(chance.randint(0, 2)))}], {inner()}]",
        "gradual": lambda: f"Callable[..., {inner()}]",
        "Union": lambda: f"Union[{inner()}, {inner()}]",
        "Optional": lambda: f"Optional[{inner()}]",
        "type": lambda: f"type[{chance.choice(['A', 'B', 'C', 'int', 'object', 'Any', 'HasN', 'PN'])}]",
        "Coroutine": lambda: f"Coroutine[Any, Any, {inner()}]",
        "Generator": lambda: f"Generator[{inner()}, None, {inner()}]",
    }
    return made[form]()


def mutated(chance: random.Random, text: str) -> str:
    """Return the annotation with one of its atoms exchanged."""
    words = re.findall(r"\w+|\W+", text)
    places = [
        index
        for index, word in enumerate(words)
        if word in ATOMS
        and not "".join(words[index + 1 : index + 2]).startswith(("[", "."))
        and not "".join(words[:index]).endswith(("'", "."))
    ]
    if places:
        words[chance.choice(places)] = chance.choice(["int", "bool", "float", "object", "str", "A", "B", "Any"])
    return "".join(words)


def random_pair(chance: random.Random) -> tuple[str, str]:
    """Return a wanted and a given annotation, mostly near to each other: far ones never fit."""
    wanted = random_type(chance, 2)
    given = mutated(chance, wanted) if chance.random() < 0.6 else random_type(chance, 2)
    if chance.random() < 0.3:
        wanted = f"Union[{wanted}, {chance.choice(ATOMS)}]"
    if chance.random() < 0.2:
        wanted = re.sub(r"\blist\[", chance.choice(["Sequence[", "Iterable["]), wanted)
    return wanted, given


def main() -> None:
    """Ask both checkers about random pairs and record what they say."""
    from contract.validate import mypy_errors, pyright_errors

    chance = random.Random(int(sys.argv[1]))  # noqa: S311 - examples, not secrets
    pairs = [random_pair(chance) for _ in range(int(sys.argv[2]))]
    lines = PREAMBLE.splitlines()
    start = len(lines)
    for index, (wanted, given) in enumerate(pairs):
        lines += [f"def f{index}(b: {given}) -> {wanted}:", "    return b"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pairs.py").write_text("\n".join(lines) + "\n")
        mypy = mypy_errors(folder, "3.11").get("pairs", set())
        pyright = pyright_errors(folder, "3.11").get("pairs", set())
    recorded = [
        [wanted, given, line not in mypy, line not in pyright]
        for line, (wanted, given) in zip(range(start + 2, start + 2 + 2 * len(pairs), 2), pairs, strict=True)
        if line - 1 not in mypy | pyright
    ]
    RECORDED.write_text("[\n" + ",\n".join(json.dumps(each) for each in recorded) + "\n]\n")


if __name__ == "__main__":
    main()
