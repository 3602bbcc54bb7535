"""The law of signatures: what is accepted can be called in every way that the contract allows.

The truth is found by really making the calls. `make soak` runs the full count, 20,000 pairs.
"""

from __future__ import annotations

import itertools
import os
import random
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from hotplug.contract import check

if TYPE_CHECKING:
    from collections.abc import Callable

PAIRS = 20_000 if os.environ.get("HOTPLUG_SOAK") else 1_500
NAMES = ("a", "b", "c", "d")
KEYWORDS = tuple(frozenset(each) for size in range(6) for each in itertools.combinations((*NAMES, "z"), size))


def random_parameters(chance: random.Random) -> str:
    """Return a parameter list of up to four parameters of any kinds."""
    names = chance.sample(NAMES, chance.randint(0, 4))
    cuts = sorted(chance.randint(0, len(names)) for _ in range(2))
    only, standard, keywords = names[: cuts[0]], names[cuts[0] : cuts[1]], names[cuts[1] :]
    if chance.random() < 0.5:
        standard, only = only + standard, []
    parts: list[str] = []
    defaults = False
    for index, name in enumerate([*only, *standard]):
        defaults = defaults or chance.random() < 0.3
        parts.append(f"{name}=0" if defaults else name)
        if index + 1 == len(only):
            parts.append("/")
    if chance.random() < 0.25:
        parts.append("*args")
    elif keywords:
        parts.append("*")
    parts += [f"{name}=0" if chance.random() < 0.5 else name for name in keywords]
    if chance.random() < 0.25:
        parts.append("**kwargs")
    return ", ".join(parts)


def made(parameters: str, kind: str) -> Any:
    """Return a class with a method ``run`` of these parameters."""
    held: dict[str, Any] = {"Protocol": Protocol}
    first = "self, " if parameters else "self"
    bases = "(Protocol)" if kind == "protocol" else ""
    exec(f"class Made{bases}:\n def run({first}{parameters}): ...", held)  # noqa: S102 - signatures made of our own words
    return held["Made"]


def allowed(function: Callable[..., object], count: int, names: frozenset[str]) -> bool:
    try:
        function(None, *range(count), **dict.fromkeys(names, 0))
    except TypeError:
        return False
    return True


def failing_call(contract: Any, value: Any) -> tuple[int, frozenset[str]] | None:
    """Return a call that the contract allows and the value refuses, or None."""
    for count in range(7):
        for names in KEYWORDS:
            if allowed(contract.run, count, names) and not allowed(value.run, count, names):
                return count, names
    return None


@pytest.mark.soak
def test_whatever_is_accepted_can_be_called_as_the_contract_allows() -> None:
    chance = random.Random(20)  # noqa: S311 - examples, not secrets
    unsound: list[str] = []
    strict: list[str] = []
    for _ in range(PAIRS):
        wanted, given = random_parameters(chance), random_parameters(chance)
        if chance.random() < 0.4:
            # Unrelated signatures hardly ever fit; near ones are where a mistake would hide.
            given = wanted
            for old, new in ((chance.choice(["a", "b", "c"]), chance.choice(["a=0", "b", "c=0"])),):
                given = given.replace(old, new, 1) if chance.random() < 0.5 else given
        try:
            contract, value = made(wanted, "protocol"), made(given, "class")
        except SyntaxError:
            continue
        accepted = bool(check(value(), contract))
        fails = failing_call(contract, value)
        if accepted and fails is not None:
            unsound.append(f"({wanted}) accepted ({given}), yet {fails} fails")
        if not accepted and fails is None:
            strict.append(f"({wanted}) refused ({given}): {check(value(), contract)}")
    assert unsound == []
    assert len(strict) <= PAIRS * 0.005, "\n".join(strict[:10])
