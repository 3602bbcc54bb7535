"""What stands under a name in an instance, a class or a module: its type, and whether it can be set.

Nothing is fetched from the value: properties, descriptors and ``__getattr__`` are read as declarations.
"""

from __future__ import annotations

import types
import typing
from typing import cast

from hotplug.contract.callables import (
    read_bound,
    read_overloads,
    read_unbound,
)
from hotplug.contract.declarations import declaration_of
from hotplug.contract.descriptors import interpreter_type, read_descriptor, slot_value, tuple_item
from hotplug.contract.forms import term_of
from hotplug.contract.found import ATTRIBUTE, METHOD, PROPERTY, Found
from hotplug.contract.functions import read_function
from hotplug.contract.reflection import (
    MISSING,
    Namespace,
    bare_name,
    derives,
    find_in_class,
    identities,
    instance_namespace,
    is_class,
    is_frozen_dataclass,
    is_heap_type,
    is_named_tuple,
    module_name,
    module_namespace,
)
from hotplug.contract.scope import Scope
from hotplug.contract.terms import ANY, STR, UNANNOTATED, AnyTerm, CallableTerm, LiteralTerm, Qualified, Term

_NOTHING: Namespace = {}
# A class may derive from Any: its other bases are unknown.
_ANY = cast("type", typing.Any)


def find_on_instance(
    cls: type, name: str, value: object = MISSING, own_names: Namespace | None = None
) -> Found | None:
    """Return what an instance of the class has under the name, or None.

    Args:
        cls: The instance's class.
        name: The attribute's name.
        value: The instance itself, where there is one.
        own_names: What the instance itself holds, where that was read before.
    """
    if own_names is None:
        own_names = _NOTHING if value is MISSING else instance_namespace(value)
    held = find_in_class(cls, name)
    if held is not None and held[1] is object and name in _NOT_OF_OBJECT:
        held = None
    if held is not None:
        raw, owner = held
        kind = type(raw)
        if kind is types.FunctionType and name not in own_names:
            return _method(raw, owner, name)
        if kind is property:
            return _property(cast("property", raw), owner)
        own = own_names.get(name, MISSING)
        if own is not MISSING and not _is_data_descriptor(kind):
            return _stored(cls, name, own)
        return _from_class(cls, name, raw, owner, value)
    own = own_names.get(name, MISSING)
    if own is not MISSING:
        return _stored(cls, name, own)
    declared = declaration_of(cls, name)
    if declared is not None:
        return _declared(cls, declared, MISSING, declared_only=True)
    return _assigned(cls, name, MISSING)


def _assigned(cls: type, name: str, value: object) -> Found | None:
    """Return an attribute that only the code of a method speaks of."""
    if not is_heap_type(cls):
        return None
    from hotplug.contract.assigned import assigned

    found = assigned(cls, name)
    if found is None:
        return None
    term, owner = found
    return Found(
        ATTRIBUTE, term=term, write=_writable(cls, term), value=value, owner=owner, declared_only=value is MISSING
    )


# object has these in C, only to answer NotImplemented; typeshed leaves them out.
_NOT_OF_OBJECT = frozenset({"__lt__", "__le__", "__gt__", "__ge__"})


def _is_data_descriptor(kind: type) -> bool:
    return find_in_class(kind, "__set__") is not None or find_in_class(kind, "__delete__") is not None


def _method(raw: object, owner: type, name: str) -> Found:
    first: Term | None = None
    if type(raw) is types.FunctionType and raw.__module__ == "typing":
        # `@overload` alone, in a protocol or a stub, leaves typing's stand-in.
        return Found(METHOD, signatures=read_overloads(owner, name), owner=owner, on_class=True, raw=raw)
    if type(raw) is types.FunctionType:
        code = raw.__code__
        if code.co_argcount and raw.__annotations__.get(code.co_varnames[0], MISSING) is not MISSING:
            first = read_function(raw, owner).positional[0].term
    return Found(
        METHOD, signatures=read_bound(raw, owner, (owner,)), owner=owner, on_class=True, raw=raw, first=first
    )


def _property(raw: property, owner: type) -> Found:
    getter, setter = raw.fget, raw.fset
    term: Term = UNANNOTATED
    write: Term | None = None
    if type(getter) is types.FunctionType:
        term = _returned(getter, owner)
    elif getter is not None:
        term = AnyTerm("a property whose getter is no plain function")
    if setter is not None:
        write = UNANNOTATED
        if type(setter) is types.FunctionType:
            taken = read_function(setter, owner).positional
            write = taken[1].term if len(taken) > 1 else UNANNOTATED
            if write is UNANNOTATED:
                write = term
    return Found(PROPERTY, term=term, write=write, owner=owner, raw=raw)


def _returned(function: types.FunctionType, owner: type) -> Term:
    reading = read_unbound(function, owner, (owner,))
    return reading[0].returns if isinstance(reading, tuple) else reading or UNANNOTATED


def _stored(cls: type, name: str, own: object) -> Found:
    """Return an attribute that the instance itself holds."""
    declared = declaration_of(cls, name)
    if declared is not None:
        return _declared(cls, declared, own)
    if is_heap_type(cls):
        found = _assigned(cls, name, own)
        if found is not None and not isinstance(found.term, AnyTerm):
            return found
    from hotplug.contract.assigned import UNTOLD

    return Found(ATTRIBUTE, write=_writable(cls, UNTOLD), value=own, raw=own)


def _writable(cls: type, term: Term) -> Term | None:
    """Return the type that may be assigned to a field of the class's instances, or None where none may."""
    if is_frozen_dataclass(cls) or is_named_tuple(cls):
        return None
    return term


def _declared(
    cls: type,
    declared: tuple[Term, type],
    value: object,
    *,
    declared_only: bool = False,
    raw: object = MISSING,
) -> Found:
    term, owner = declared
    qualifiers: frozenset[str] = frozenset()
    if isinstance(term, Qualified):
        qualifiers, term = term.qualifiers, term.item
        if isinstance(term, AnyTerm) and term.reason and value is not MISSING:
            from hotplug.contract.values import type_of

            term = type_of(value)
    write = None if "Final" in qualifiers else _writable(cls, term)
    return Found(
        ATTRIBUTE,
        term=term,
        write=write,
        value=value,
        owner=owner,
        class_variable="ClassVar" in qualifiers,
        on_class=raw is not MISSING,
        raw=value if raw is MISSING else raw,
        declared_only=declared_only,
    )


def _from_class(cls: type, name: str, raw: object, owner: type, value: object) -> Found:
    kind = type(raw)
    if kind is staticmethod or kind is classmethod:
        return Found(METHOD, signatures=read_bound(raw, owner, (owner,)), owner=owner, on_class=True, raw=raw)
    if kind is types.MemberDescriptorType:
        declared = declaration_of(cls, name)
        own = slot_value(raw, value)
        if declared is not None:
            return _declared(cls, declared, own, declared_only=own is MISSING)
        return Found(ATTRIBUTE, write=ANY, value=own, term=ANY if own is MISSING else None)
    if kind is types.GetSetDescriptorType:
        return Found(ATTRIBUTE, term=interpreter_type(name), write=ANY, owner=owner)
    module = module_name(kind)
    if module in {"collections", "_collections"} and bare_name(kind) == "_tuplegetter":
        declared = declaration_of(cls, name)
        own = tuple_item(raw, value)
        return Found(PROPERTY, term=ANY if declared is None else declared[0], value=own, owner=owner)
    if module == "functools" and bare_name(kind) == "cached_property":
        function = instance_namespace(raw).get("func")
        term = _returned(function, owner) if type(function) is types.FunctionType else UNANNOTATED
        return Found(PROPERTY, term=term, write=term, owner=owner, raw=function)
    if name in {"name", "value"} and find_in_class(cls, "_member_map_") is not None:
        return Found(PROPERTY, term=STR if name == "name" else ANY, owner=owner)
    getter = find_in_class(kind, "__get__") if not is_class(raw) else None
    if getter is None:
        declared = declaration_of(cls, name)
        if declared is not None:
            return _declared(cls, declared, raw, raw=raw)
        return _undeclared(raw)
    if read_bound(raw, owner) is not None and _is_method_like(kind):
        return Found(METHOD, signatures=read_bound(raw, owner, (owner,)), owner=owner, on_class=True, raw=raw)
    return read_descriptor(raw, kind, getter)


_METHOD_LIKE = frozenset({"_lru_cache_wrapper", "partialmethod", "singledispatchmethod"})


_BUILTIN_METHODS = identities(
    types.BuiltinFunctionType, types.WrapperDescriptorType, types.MethodDescriptorType,
    types.ClassMethodDescriptorType, types.MethodType, types.MethodWrapperType,
)  # fmt: skip


def _is_method_like(kind: type) -> bool:
    if module_name(kind) == "functools":
        return bare_name(kind) in _METHOD_LIKE
    return id(kind) in _BUILTIN_METHODS


def _undeclared(raw: object) -> Found:
    """Return an attribute that a body assigns without a declaration: its type is its value's."""
    from hotplug.contract.values import inferred_type, type_of

    term, write = type_of(raw), inferred_type(raw)
    if isinstance(term, LiteralTerm):
        # Another value of its class may be assigned to it: nothing declares the literal.
        term = write
    return Found(ATTRIBUTE, term=term, write=write, value=raw, on_class=True, raw=raw)


def find_on_class(cls: type, name: str) -> Found | None:
    """Return what the class object itself has under the name, or None.

    A method is reached unbound, an instance's declared attribute only if the class holds a value, a property
    is the property object (typing specification, "Type and class objects vs protocols").
    """
    meta = find_in_class(type(cls), name)
    if meta is not None and _is_data_descriptor(type(meta[0])) and type(meta[0]) is property:
        return _property(meta[0], meta[1])
    held = find_in_class(cls, name)
    # What `object` and `type` both have belongs to the metaclass: repr(cls) does not ask cls.__repr__.
    if held is not None and not (held[1] is object and meta is not None):
        raw, owner = held
        kind = type(raw)
        if kind is property:
            return Found(PROPERTY, term=_PROPERTY_OBJECT, owner=owner, raw=raw)
        if kind is types.FunctionType:
            return Found(
                METHOD, signatures=read_unbound(raw, owner, (owner,)), owner=owner, on_class=True, raw=raw
            )
        if kind is types.MemberDescriptorType:
            return None
        return _from_class(cls, name, raw, owner, MISSING)
    declared = declaration_of(cls, name)
    if declared is not None:
        found = _declared(cls, declared, MISSING, declared_only=True)
        if found.class_variable:
            return found
    return find_on_instance(type(cls), name)


_PROPERTY_OBJECT = CallableTerm(())


def find_in_module(module: types.ModuleType, name: str) -> Found | None:
    """Return the module's global of that name, or None (typing specification, "Modules as implementations")."""
    held = module_namespace(module)
    own = held.get(name, MISSING)
    annotations = held.get("__annotations__")
    form = cast("dict[str, object]", annotations).get(name, MISSING) if type(annotations) is dict else MISSING
    if form is not MISSING:
        term = term_of(form, Scope(held))
        final = isinstance(term, Qualified) and "Final" in term.qualifiers
        term = term.item if isinstance(term, Qualified) else term
        return Found(
            ATTRIBUTE,
            term=term,
            write=None if final else term,
            value=own,
            on_class=True,
            declared_only=own is MISSING,
        )
    if own is MISSING:
        return None
    if type(own) is types.FunctionType:
        return Found(METHOD, signatures=read_unbound(own, None), raw=own)
    return _undeclared(own)


def find_on_function(name: str) -> Found | None:
    """Return what any function has under the name."""
    return find_on_instance(types.FunctionType, name)


def has_dynamic_attributes(cls: type) -> bool:
    """Say whether the class answers for names that it does not have: by ``__getattr__``, or for a base of Any."""
    found = find_in_class(cls, "__getattr__")
    if found is not None or derives(cls, _ANY):
        return True
    own = find_in_class(cls, "__getattribute__")
    return own is not None and type(own[0]) is types.FunctionType
