"""The signature of a Python function, read from its code object: no ``inspect``, which costs 10 ms to import."""

from __future__ import annotations

import collections.abc
import typing
from typing import TYPE_CHECKING, Any, cast

from hotplug.contract.forms import class_term, term_of
from hotplug.contract.reflection import derives
from hotplug.contract.scope import Scope
from hotplug.contract.signature import Parameter, Signature
from hotplug.contract.terms import (
    ANY,
    UNANNOTATED,
    AnyTerm,
    Instance,
    Term,
    TupleTerm,
    UnionTerm,
    Unpacked,
    Variable,
)

if TYPE_CHECKING:
    import types

_VARARGS, _VARKEYWORDS = 0x04, 0x08
_GENERATOR, _COROUTINE, _ITERABLE_COROUTINE, _ASYNC_GENERATOR = 0x20, 0x80, 0x100, 0x200
_STARS = _VARARGS | _VARKEYWORDS
_KINDS = _GENERATOR | _COROUTINE | _ITERABLE_COROUTINE | _ASYNC_GENERATOR

_NOTHING: dict[str, object] = {}
_SPEC_PARTS = (typing.ParamSpecArgs, typing.ParamSpecKwargs)


def annotations_of(function: types.FunctionType) -> dict[str, object]:
    """Return the function's annotations as they stand; none where reading them fails (3.14 computes them)."""
    try:
        found = function.__annotations__
    except Exception:  # noqa: BLE001 - from 3.14 on the plugin's own code computes annotations
        return deferred_annotations(function)
    return found if type(found) is dict else _NOTHING


def deferred_annotations(holder: object) -> dict[str, object]:
    """Return a function's or class's lazy annotations (PEP 649); names that are missing stay references."""
    from importlib import import_module

    try:
        lib = cast("Any", import_module("annotationlib"))
        return cast("dict[str, object]", lib.get_annotations(holder, format=lib.Format.FORWARDREF))
    except Exception:  # noqa: BLE001 - from 3.14 on the plugin's own code computes annotations
        return _NOTHING


def read_function(
    function: types.FunctionType, owner: type | None = None, known: tuple[type, ...] = ()
) -> Signature:
    """Return the function's own signature, the first parameter of a method included.

    Args:
        function: A function made by ``def`` or ``lambda``.
        owner: The class whose body it stands in.
        known: Classes that its annotations may name though no scope holds them.
    """
    return _read_from(function, owner, known, 0)


def read_method(
    function: types.FunctionType, owner: type | None = None, known: tuple[type, ...] = ()
) -> Signature | None:
    """Return the signature of the function as a bound method, or None where it has no place for ``self``."""
    code = function.__code__
    if code.co_argcount:
        return _read_from(function, owner, known, 1)
    return _read_from(function, owner, known, 0) if code.co_flags & _VARARGS else None


def _read_from(function: types.FunctionType, owner: type | None, known: tuple[type, ...], start: int) -> Signature:
    code = function.__code__
    count, only, flags = code.co_argcount, code.co_posonlyargcount, code.co_flags
    names = code.co_varnames
    annotations = annotations_of(function)
    scope = Scope(function.__globals__, owner, function, known)
    defaults = function.__defaults__
    required = count - (len(defaults) if defaults else 0)
    if not only and count and (names[0][0] == "_" or (count > 1 and names[1][0] == "_")):
        only = _historical(names[:count], _private_prefix(function, owner), owner is not None)
    if start and only:
        only -= start
    positional = tuple(
        [
            Parameter(names[index], _read(annotations, names[index], scope), optional=index >= required)
            for index in range(start, count)
        ]
    )
    returns = _returns(annotations, scope, flags)
    end = count + code.co_kwonlyargcount
    if end == count and not flags & _STARS:
        return Signature(positional, only, returns=returns, open=scope.open)
    keywords: tuple[Parameter, ...] = ()
    if end != count:
        given = function.__kwdefaults__ or _NOTHING
        keywords = tuple(
            [Parameter(name, _read(annotations, name, scope), optional=name in given) for name in names[count:end]]
        )
    variadic: Parameter | None = None
    extra: Parameter | None = None
    rest: Term | None = None
    gradual = False
    if flags & _VARARGS:
        name = names[end]
        end += 1
        variadic = Parameter(name, _read(annotations, name, scope))
        rest = _spec(annotations.get(name), variadic.term)
    if flags & _VARKEYWORDS:
        name = names[end]
        extra = Parameter(name, _read(annotations, name, scope))
        rest = rest or _spec(annotations.get(name), extra.term)
    if rest is not None:
        variadic = extra = None
    elif variadic is not None and extra is not None and annotations:
        # The specification reads (*args: Any, **kwargs: Any) as `...`. A function without any annotation
        # says nothing of Any: it is taken at its word, and its calls are what its parameters allow.
        gradual = isinstance(variadic.term, AnyTerm) and isinstance(extra.term, AnyTerm)
    if extra is not None and isinstance(extra.term, Unpacked):
        keywords, extra = _unpacked_keywords(keywords, extra, extra.term.item)
    result = Signature(
        positional, only, variadic, keywords, extra, returns, gradual=gradual, rest=rest, open=scope.open
    )
    if variadic is None or not isinstance(variadic.term, Unpacked):
        return result
    from hotplug.contract.substitution import normal

    return normal(result)


def _read(annotations: dict[str, object], name: str, scope: Scope) -> Term:
    form = annotations.get(name, UNANNOTATED)
    if form is UNANNOTATED:
        return UNANNOTATED
    return class_term(form) if type(form) is type else term_of(form, scope)


def _spec(form: object, term: Term) -> Term | None:
    """Return the ParamSpec of ``*args: P.args``, or None for any other annotation."""
    if not isinstance(term, Variable) or type(term.var) is not typing.ParamSpec:
        return None
    stringly = type(form) is str and form.strip().endswith((".args", ".kwargs"))
    return term if isinstance(form, _SPEC_PARTS) or stringly else None


def _private_prefix(function: types.FunctionType, owner: type | None) -> str:
    """Return what the compiler put before ``__name`` in a class body."""
    if owner is None:
        return ""
    holder = function.__qualname__.rpartition(".")[0].rpartition(".")[2].lstrip("_")
    return f"_{holder}" if holder else ""


def _historical(names: tuple[str, ...], private: str, method: bool) -> int:
    """Return how many parameters are positional-only by their names ``__x``, as before PEP 570."""
    taken = 1 if method and names else 0
    only = 0
    for index in range(taken, len(names)):
        name = names[index]
        if private and name.startswith(f"{private}__"):
            name = name[len(private) :]
        if not name.startswith("__") or name.endswith("__"):
            break
        only = index + 1
    return only


def _returns(annotations: dict[str, object], scope: Scope, flags: int) -> Term:
    term = _read(annotations, "return", scope)
    if not flags & _KINDS:
        return term
    known = not isinstance(term, AnyTerm)
    if flags & _COROUTINE:
        return Instance(collections.abc.Coroutine, (ANY, ANY, term))
    if flags & _ASYNC_GENERATOR:
        made: type = collections.abc.AsyncGenerator
        arity = 2
    else:
        made = collections.abc.Generator
        arity = 3
    # A generator function makes a generator, whatever it is annotated with.
    if known and _covers(term, made):
        return term
    return Instance(made, (ANY,) * arity)


def _covers(term: Term, made: type) -> bool:
    if isinstance(term, UnionTerm):
        return any(_covers(each, made) for each in term.items)
    if isinstance(term, Instance):
        return derives(made, term.cls)
    return not isinstance(term, TupleTerm)


def _unpacked_keywords(
    keywords: tuple[Parameter, ...], extra: Parameter, item: Term
) -> tuple[tuple[Parameter, ...], Parameter | None]:
    """Return ``**kwargs: Unpack[TD]`` as the keyword-only parameters that it means (PEP 692)."""
    from hotplug.contract.records import fields_of

    fields = fields_of(item)
    if fields is None:
        return keywords, extra.with_term(AnyTerm("an unpacked type that is no TypedDict"))
    return (
        *keywords,
        *[Parameter(each.name, each.term, optional=not each.required) for each in fields.values()],
    ), None


def is_generator_based(function: types.FunctionType) -> bool:
    """Say whether calling the function makes a coroutine or a generator rather than running its body."""
    return bool(function.__code__.co_flags & _KINDS)


def trivial_body(function: types.FunctionType) -> bool:
    """Say whether the body is ``...``, ``pass`` or a docstring alone: it returns None and does nothing else."""
    code = function.__code__
    bare, documented = _ASYNC_TEMPLATES if code.co_flags & _COROUTINE else _TEMPLATES
    made = code.co_code
    if made[::2] != bare.co_code[::2]:
        return False
    # The two templates differ in one place: the index of the constant None that they return.
    for index, (one, other) in enumerate(zip(bare.co_code, documented.co_code, strict=True)):
        if one != other:
            return code.co_consts[made[index]] is None
    return False


def _bare() -> None: ...


def _documented() -> None:
    """Stand for all bodies that are a docstring alone."""


async def _bare_async() -> None: ...


async def _documented_async() -> None:
    """Stand for all bodies that are a docstring alone."""


_TEMPLATES = (_bare.__code__, _documented.__code__)
_ASYNC_TEMPLATES = (_bare_async.__code__, _documented_async.__code__)
