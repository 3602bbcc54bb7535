"""The signatures of anything that can be called: functions, methods, partials, builtins, classes, instances."""

from __future__ import annotations

import sys
import types
import typing
from typing import TYPE_CHECKING, Any, cast

from hotplug.contract.functions import read_function, read_method
from hotplug.contract.reflection import (
    MISSING,
    bare_name,
    find_in_class,
    identities,
    instance_namespace,
    is_class,
    is_instance,
    module_name,
    namespace,
)
from hotplug.contract.signature import Parameter, Signature
from hotplug.contract.terms import UNANNOTATED, AnyTerm, Instance, NewTypeTerm

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a reading gives: the signatures, or an Any with the reason why there are none to be had.
Reading = tuple[Signature, ...] | AnyTerm

_BUILTIN_CALLABLES = identities(
    types.BuiltinFunctionType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
    types.MethodWrapperType,
)
_FORMS = identities(type(typing.List[int]), types.GenericAlias, typing.NewType)  # noqa: UP006 - the form is meant
_wrapped_static = staticmethod.__dict__["__func__"].__get__
_wrapped_class = classmethod.__dict__["__func__"].__get__

UNKNOWN_CALLABLE = AnyTerm("a callable whose signature cannot be read")


def inner_function(member: object) -> object:
    """Return what a staticmethod or classmethod object wraps."""
    if is_instance(member, staticmethod):
        return _wrapped_static(member)
    return _wrapped_class(member)


def read_unbound(raw: object, owner: type | None, known: tuple[type, ...] = ()) -> Reading | None:
    """Return the signatures of a callable as it stands, nothing bound; None where it cannot be called."""
    kind = type(raw)
    if type(raw) is types.FunctionType:
        if owner is None and "." in raw.__qualname__:
            home = _home_of(raw)
            if home is not None:
                return _with_self(read_any_function(raw, home, known), home)
        return read_any_function(raw, owner, known)
    if type(raw) is types.MethodType:
        return _of_self(_bound(read_unbound(raw.__func__, _owner_of(raw.__func__, raw.__self__), known)), raw)
    if id(kind) in _BUILTIN_CALLABLES:
        from hotplug.contract.text_signatures import read_builtin

        return read_builtin(raw)
    if kind is staticmethod:
        return read_unbound(inner_function(raw), owner, known)
    if id(kind) in _FORMS:
        return _read_form(raw)
    module = module_name(kind)
    if module == "functools":
        found = _functools(raw, owner, known)
        if found is not None:
            return found
    if is_class(raw):
        from hotplug.contract.constructors import read_constructor

        return read_constructor(cast("type", raw))
    call = find_in_class(kind, "__call__")
    if call is None or call[0] is None:
        return None
    return read_bound(call[0], call[1], known)


def _of_self(reading: Reading | None, method: types.MethodType) -> Reading | None:
    """Return the signatures of a bound method with the class of what it is bound to for Self."""
    if not isinstance(reading, tuple):
        return reading
    from hotplug.contract.substitution import SELF_KEY, substituted_signature

    held = method.__self__
    meaning = {SELF_KEY: Instance(cast("type", held) if is_class(held) else type(held))}
    return tuple(substituted_signature(each, meaning) if each.open else each for each in reading)


def _home_of(function: types.FunctionType) -> type | None:
    """Return the class in whose body a method that is reached by itself stands: ``Greeter.greet``."""
    held: Mapping[str, object] = function.__globals__
    found: object = None
    *path, name = function.__qualname__.split(".")
    for each in path:
        found = held.get(each)
        if not is_class(found):
            return None
        held = namespace(cast("type", found))
    return cast("type", found) if held.get(name) is function else None


def _with_self(reading: Reading, home: type) -> Reading:
    """Return the signatures with the class as the type of a first parameter that does not say its own."""
    if not isinstance(reading, tuple):
        return reading
    return tuple(
        each.replaced(positional=(each.positional[0].with_term(Instance(home)), *each.positional[1:]))
        if each.positional and each.positional[0].term is UNANNOTATED
        else each
        for each in reading
    )


def _read_form(form: object) -> Reading | None:
    """Return the signatures of what stands for types and can be called: ``Box[int]``, a NewType."""
    from hotplug.contract.constructors import read_constructor
    from hotplug.contract.forms import term_of
    from hotplug.contract.lineage import meaning_of
    from hotplug.contract.scope import Scope
    from hotplug.contract.substitution import substituted_signature

    term = term_of(form, Scope({}))
    if isinstance(term, NewTypeTerm):
        return (Signature((Parameter("", term.supertype),), 1, returns=term),)
    if not isinstance(term, Instance):
        return UNKNOWN_CALLABLE
    reading = read_constructor(term.cls)
    if not isinstance(reading, tuple):
        return reading
    meaning = meaning_of(term.cls, term.args)
    return tuple(substituted_signature(each, meaning) for each in reading) if meaning else reading


def read_bound(raw: object, owner: type | None, known: tuple[type, ...] = ()) -> Reading | None:
    """Return the signatures that a class member has when it is reached through an instance."""
    kind = type(raw)
    if type(raw) is types.FunctionType:
        if not raw.__dict__ and not _REGISTRY.get(raw.__module__, _NOTHING).get(raw.__qualname__):
            method = read_method(raw, owner, known)
            return _NO_METHOD if method is None else (method,)
        return _bound(read_any_function(raw, owner, known))
    if kind is staticmethod or kind is types.BuiltinFunctionType or kind is types.MethodType:
        return read_unbound(raw, owner, known)
    if kind is classmethod:
        return _bound(read_unbound(inner_function(raw), owner, known))
    if id(kind) in _BUILTIN_CALLABLES or _binds(kind):
        return _bound(read_unbound(raw, owner, known))
    return read_unbound(raw, owner, known)


def _binds(kind: type) -> bool:
    """Say whether objects of a functools class bind like functions when they are reached through an instance."""
    return module_name(kind) == "functools" and bare_name(kind) in {
        "_lru_cache_wrapper", "partialmethod", "singledispatchmethod",
    }  # fmt: skip


def _bound(reading: Reading | None) -> Reading | None:
    if not isinstance(reading, tuple):
        return reading
    taken = [each.bound() for each in reading]
    kept = tuple(each for each in taken if each is not None)
    if kept:
        return kept
    return _NO_METHOD


# A method without a place for self: no call of it succeeds, as if it asked for what nobody has.
_NO_METHOD: Reading = (
    Signature((Parameter("self", Instance(type("no_place_for_self", (), {}))),), 1, open=False),
)
_NOTHING: dict[str, dict[int, types.FunctionType]] = {}


def _owner_of(function: object, bound_to: object) -> type | None:
    """Return the class whose body a bound method's function comes from."""
    if type(function) is not types.FunctionType:
        return None
    cls = cast("type", bound_to) if is_class(bound_to) else type(bound_to)
    found = find_in_class(cls, function.__name__)
    return found[1] if found is not None else cls


def read_any_function(function: types.FunctionType, owner: type | None, known: tuple[type, ...] = ()) -> Reading:
    """Return a function's signatures: its overloads, or what it wraps, or its own."""
    overloads = overloads_of(function, function.__module__, function.__qualname__)
    if overloads:
        return tuple(read_function(each, owner, known) for each in overloads)
    extras = function.__dict__
    if extras:
        wrapped = extras.get("__wrapped__", MISSING)
        if wrapped is not MISSING:
            return _through_decorator(function, wrapped, owner, known)
    return (read_function(function, owner, known),)


def overloads_of(
    function: types.FunctionType | None, module: object, qualname: str
) -> tuple[types.FunctionType, ...]:
    """Return the ``@overload`` declarations under a qualified name; those of a namesake module do not count."""
    registry = _REGISTRY
    by_name = registry.get(module) if isinstance(module, str) else None
    if not by_name:
        return ()
    by_line = by_name.get(qualname)
    if not by_line:
        return ()
    home = function.__globals__ if function is not None else None
    return tuple(each for each in by_line.values() if home is None or each.__globals__ is home)


def read_overloads(owner: type, name: str) -> Reading:
    """Return the bound signatures of a method that consists of ``@overload`` declarations only."""
    qualname = cast("str", type.__dict__["__qualname__"].__get__(owner))
    declared = overloads_of(None, namespace(owner).get("__module__"), f"{qualname}.{name}")
    signatures = [read_function(each, owner, (owner,)).bound() for each in declared]
    found = tuple(each for each in signatures if each is not None)
    return found or AnyTerm("overloads that nothing kept")


_REGISTRY: dict[str, dict[str, dict[int, types.FunctionType]]] = getattr(typing, "_overload_registry", {})


def _through_decorator(
    function: types.FunctionType, wrapped: object, owner: type | None, known: tuple[type, ...]
) -> Reading:
    """Return the signature behind ``functools.wraps``: what the wrapper takes is what it passes on.

    ``wraps`` copies the annotations, so the wrapper's own are lost. A wrapper of ``*args, **kwargs`` stands for
    the function that it names in ``__wrapped__``, as it does for ``inspect.signature``; any other wrapper is
    called with its own parameters.
    """
    own = read_function(function, owner, known)
    passes = (own.variadic is not None and own.extra is not None) or own.rest is not None or own.gradual
    if not passes:
        return (own,)
    inner = read_unbound(wrapped, owner, known)
    if not isinstance(inner, tuple):
        return (own,)
    if function.__globals__.get("__name__") == "contextlib":
        return tuple(_as_context_manager(each) for each in inner)
    return inner


def _as_context_manager(signature: Signature) -> Signature:
    """Return what ``@contextmanager`` makes of a generator function."""
    import contextlib

    returns = signature.returns
    if isinstance(returns, Instance) and returns.args:
        item = returns.args[0]
        asynchronous = bare_name(returns.cls).startswith("Async")
        made = contextlib.AbstractAsyncContextManager if asynchronous else contextlib.AbstractContextManager
        return signature.replaced(returns=Instance(cast("type", made), (item, Instance(bool))))
    return signature.replaced(returns=AnyTerm("what a decorator of contextlib made of it"))


def _functools(raw: object, owner: type | None, known: tuple[type, ...]) -> Reading | None:
    from hotplug.contract.partials import apply_partial

    name = bare_name(type(raw))
    held = sys.modules["functools"].__dict__
    if name == "partial" and type(raw) is held.get("partial"):
        partial = cast("Any", raw)
        inner = read_unbound(partial.func, owner, known)
        return apply_partial(inner, len(partial.args), partial.keywords)
    if name == "_lru_cache_wrapper":
        wrapped = instance_namespace(raw).get("__wrapped__", MISSING)
        return UNKNOWN_CALLABLE if wrapped is MISSING else read_unbound(wrapped, owner, known)
    if name == "partialmethod":
        own = instance_namespace(raw)
        inner = read_unbound(own.get("func"), owner, known)
        keywords = cast("dict[str, object]", own.get("keywords", {}))
        return apply_partial(inner, len(cast("tuple[object, ...]", own.get("args", ()))), keywords, kept=1)
    if name == "singledispatchmethod":
        return read_unbound(instance_namespace(raw).get("func"), owner, known)
    return None


def code_of(raw: object) -> types.CodeType | None:
    """Return the code of the Python function in a member, to say where it stands."""
    for _ in range(8):
        if type(raw) is types.FunctionType:
            wrapped = raw.__dict__.get("__wrapped__", MISSING)
            if wrapped is MISSING:
                return raw.__code__
            raw = wrapped
        else:
            raw = _inside(raw)
    return None


def _inside(raw: object) -> object:
    """Return the function that a method object, a class or static method, or a property holds."""
    kind = type(raw)
    if kind is types.MethodType:
        return cast("types.MethodType", raw).__func__
    if kind is property:
        return cast("property", raw).fget
    return inner_function(raw) if kind is staticmethod or kind is classmethod else None
