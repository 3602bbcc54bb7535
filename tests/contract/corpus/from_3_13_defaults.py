"""Defaults of type parameters (PEP 696)."""
# mypy: ignore-errors
# pyright: basic
# ruff: noqa

from typing import Protocol

from corpus import accept, refuse


class IntSource:
    def get(self) -> int: return 1

class Defaulted[T = int](Protocol):
    def get(self) -> T: ...

class StrSource:
    def get(self) -> str: return ""

accept("the default of a type parameter", IntSource(), Defaulted)
refuse("the default of a type parameter, not kept", StrSource(), Defaulted)
accept("another argument than the default", StrSource(), Defaulted[str])

