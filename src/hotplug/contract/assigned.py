"""The attributes that a class's methods assign through ``self``, read from their code.

A checker sees ``self.name = name`` in ``__init__`` and gives the attribute the parameter's type. The same can
be read from the function's instructions; what else is assigned has a type that cannot be told.
"""

from __future__ import annotations

import opcode
import types
from typing import TYPE_CHECKING

from hotplug.contract.functions import read_function
from hotplug.contract.reflection import mro, namespace
from hotplug.contract.terms import UNANNOTATED, AnyTerm, Term

if TYPE_CHECKING:
    from collections.abc import Iterator

UNTOLD = AnyTerm("an attribute that a method assigns, whose type cannot be told")

_OPCODES = opcode.opmap
_STORE = _OPCODES["STORE_ATTR"]
_EXTENDED = _OPCODES["EXTENDED_ARG"]
_LOADS = frozenset(_OPCODES[name] for name in ("LOAD_FAST", "LOAD_FAST_BORROW") if name in _OPCODES)
# From 3.13 on two loads that follow each other are one instruction, with an index in each half of its byte.
_PAIRS = frozenset(
    _OPCODES[name] for name in ("LOAD_FAST_LOAD_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW") if name in _OPCODES
)


def assigned(cls: type, name: str) -> tuple[Term, type] | None:
    """Return the type of the attribute that a method of the class assigns, and the class; None if none does."""
    for owner in mro(cls):
        held = namespace(owner)
        if not held.get("__module__") or owner is object:
            continue
        init = held.get("__init__")
        functions = [init, *held.values()] if init is not None else list(held.values())
        for function in functions:
            if type(function) is types.FunctionType and name in function.__code__.co_names:
                for loaded in _stores(function.__code__, name):
                    return _type_of_local(function, owner, loaded), owner
    return None


def _type_of_local(function: types.FunctionType, owner: type, local: str | None) -> Term:
    if local is None:
        return UNTOLD
    for each in read_function(function, owner).positional:
        if each.name == local:
            return UNTOLD if each.term is UNANNOTATED else each.term
    for each in read_function(function, owner).keywords:
        if each.name == local:
            return UNTOLD if each.term is UNANNOTATED else each.term
    return UNTOLD


def _stores(code: types.CodeType, name: str) -> Iterator[str | None]:
    """Yield, for each ``self.name = ...``, the local that is assigned; None for anything else."""
    if not code.co_argcount:
        return
    made = code.co_code
    before: list[int] = []
    extended = 0
    for index in range(0, len(made), 2):
        operation, argument = made[index], made[index + 1] | extended
        extended = argument << 8 if operation == _EXTENDED else 0
        if operation == _STORE and code.co_names[argument] == name:
            if len(before) > 1 and before[-1] == 0:
                yield code.co_varnames[before[-2]] if before[-2] >= 0 else None
            elif before and before[-1] == 0:
                yield None
        if operation in _PAIRS:
            before += [argument >> 4, argument & 15]
        elif operation in _LOADS:
            before.append(argument)
        elif operation != _EXTENDED:
            # Whatever stands between hides where the value came from.
            before.append(-1)
