"""The signatures that C functions say in their ``__text_signature__``: names and defaults, no types."""

from __future__ import annotations

import types
from typing import Any, cast

from hotplug.contract.signature import Parameter, Signature
from hotplug.contract.terms import AnyTerm

NO_TEXT_SIGNATURE = AnyTerm("a C function that does not say its signature")


def read_builtin(raw: object) -> tuple[Signature, ...] | AnyTerm:
    """Return the signature that a C function says in its ``__text_signature__``, without types."""
    try:
        text = cast("Any", type(raw)).__dict__["__text_signature__"].__get__(raw)
    except (KeyError, AttributeError, ValueError, TypeError):
        return NO_TEXT_SIGNATURE
    found = read_text_signature(text) if type(text) is str else None
    if found is None:
        return NO_TEXT_SIGNATURE
    bound = type(raw) is types.BuiltinFunctionType or type(raw) is types.MethodWrapperType
    if bound and (text.startswith(("($self", "($module", "($type"))):
        found = found.bound() or found
    return (found,)


_UNTYPED = AnyTerm("a C function does not say its types")


def read_text_signature(text: str) -> Signature | None:
    """Return the signature that a text like ``($self, value, /, *, key=None)`` describes, or None."""
    try:
        tree: Any = compile(f"def f{text.replace('$', '')}: ...", "<signature>", "exec", 0x400, dont_inherit=True)
    except SyntaxError:
        return None
    given = tree.body[0].args
    ordered = [*given.posonlyargs, *given.args]
    required = len(ordered) - len(given.defaults)
    positional = tuple(
        Parameter(each.arg, _UNTYPED, optional=index >= required) for index, each in enumerate(ordered)
    )
    keywords = tuple(
        Parameter(each.arg, _UNTYPED, optional=default is not None)
        for each, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
    )
    return Signature(
        positional,
        len(given.posonlyargs),
        given.vararg and Parameter(given.vararg.arg, _UNTYPED),
        keywords,
        given.kwarg and Parameter(given.kwarg.arg, _UNTYPED),
        _UNTYPED,
        open=False,
    )
