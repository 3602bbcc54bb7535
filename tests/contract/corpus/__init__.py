"""Situations in which a value does, or does not, satisfy a contract.

Each module states situations with `accept` and `refuse`: why, the value, the contract. What mypy and pyright
say of ``name: contract = value`` for each of them stands in ``verdicts.json``, written by ``validate.py``.
Where a module runs, the situations are collected; where the checkers read it, they are assignments.
"""

from __future__ import annotations

from typing import NamedTuple


class Situation(NamedTuple):
    """One statement about one value and one contract."""

    why: str
    value: object
    contract: object
    accepted: bool


STATED: list[Situation] = []


def accept(why: str, value: object, contract: object) -> None:
    """State that the value satisfies the contract."""
    STATED.append(Situation(why, value, contract, accepted=True))


def refuse(why: str, value: object, contract: object) -> None:
    """State that the value does not satisfy the contract."""
    STATED.append(Situation(why, value, contract, accepted=False))
