"""What a check costs, and how often it is right, beside its peers: over the corpus of the tests, in one run.

Run as ``python benchmarks/contract/corpus.py`` with typeguard and beartype installed; it writes a table to
benchmarks/results/contract.md. Each situation is measured by all in turn, and the best of several rounds counts.
A verdict is right where it is the one that mypy and pyright agree on.
"""

from __future__ import annotations

import importlib.util
import json
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from beartype.door import is_bearable
from typeguard import TypeCheckError, check_type

from hotplug.contract import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "contract" / "corpus"
RESULT = ROOT / "benchmarks" / "results" / "contract.md"
ROUNDS = 7


class Three(Protocol):
    """A contract of three methods."""

    def one(self, x: int) -> str:
        """Return a str."""
        ...

    def two(self, x: str, y: int = 0) -> list[int]:
        """Return a list."""
        ...

    def three(self) -> None:
        """Return nothing."""
        ...


class MyThree:
    """An implementation of it."""

    def one(self, x: int) -> str:
        """Return a str."""
        return str(x)

    def two(self, x: str, y: int = 0) -> list[int]:
        """Return a list."""
        return [len(x), y]

    def three(self) -> None:
        """Return nothing."""


def by_typeguard(value: Any, contract: Any) -> bool:
    """Ask typeguard."""
    try:
        check_type(value, contract)
    except TypeCheckError:
        return False
    return True


def by_isinstance(value: Any, contract: Any) -> bool:
    """Ask isinstance, as far as it can be asked."""
    if getattr(contract, "_is_protocol", False):
        contract._is_runtime_protocol = True  # noqa: SLF001 - what @runtime_checkable does
    return isinstance(value, contract)


PEERS: dict[str, Callable[[Any, Any], object]] = {
    "hotplug": check,
    "typeguard": by_typeguard,
    "beartype": is_bearable,
    "isinstance": by_isinstance,
}


def load(path: Path, name: str) -> ModuleType:
    """Import a module of the corpus."""
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"no corpus at {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def situations() -> list[tuple[str, Any]]:
    """Return the situations of the corpus that this interpreter can read."""
    package = load(CORPUS / "__init__.py", "corpus")
    found: list[tuple[str, Any]] = []
    for path in sorted(CORPUS.glob("*.py")):
        parts = path.stem.split("_")
        if parts[0] in {"", "sample"}:
            continue
        if parts[0] == "from" and sys.version_info < (int(parts[1]), int(parts[2])):
            continue
        package.STATED.clear()
        load(path, f"corpus.{path.stem}")
        found += [(path.stem, each) for each in package.STATED]
    return found


def asked(ask: Callable[[Any, Any], object], value: Any, contract: Any) -> tuple[bool | None, float]:
    """Return a peer's verdict, None where it raised, and what it took in microseconds."""
    start = time.perf_counter()
    try:
        verdict: bool | None = bool(ask(value, contract))
    except Exception:  # noqa: BLE001 - a peer that raises has no verdict
        verdict = None
    return verdict, (time.perf_counter() - start) * 1e6


def main() -> None:
    """Measure, and write the table."""
    verdicts = json.loads((CORPUS / "verdicts.json").read_text())
    cases = situations()
    best = {name: [float("inf")] * len(cases) for name in PEERS}
    right = dict.fromkeys(PEERS, 0)
    agreed = 0
    for index, (module, each) in enumerate(cases):
        mypy, pyright = verdicts[module][each.why]
        agreed += mypy == pyright
        for turn in range(ROUNDS):
            for name, ask in PEERS.items():
                verdict, took = asked(ask, each.value, each.contract)
                best[name][index] = min(best[name][index], took)
                if not turn and mypy == pyright:
                    right[name] += verdict is mypy
    value = MyThree()
    three = {name: min(asked(ask, value, Three)[1] for _ in range(500)) for name, ask in PEERS.items()}
    lines = [
        f"# The contract check on {len(cases)} situations, {agreed} of them undisputed",
        "",
        f"Python {sys.version.split()[0]}; microseconds, best of {ROUNDS} rounds; contracts were seen before.",
        "",
        "| checker | right | median | three methods |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| {name} | {right[name] / agreed:.1%} | {statistics.median(best[name]):.1f} | {three[name]:.1f} |"
        for name in PEERS
    ]
    RESULT.write_text("\n".join(lines) + "\n")
    print(*lines, sep="\n")


if __name__ == "__main__":
    main()
