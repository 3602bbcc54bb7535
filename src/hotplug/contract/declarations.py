"""What the body of a class declares: its annotations, and the names that they can see."""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING, cast

from hotplug.contract.callables import inner_function
from hotplug.contract.forms import term_of
from hotplug.contract.reflection import (
    MISSING,
    Namespace,
    bare_name,
    module_name,
    module_namespace,
    mro,
    namespace,
)
from hotplug.contract.scope import Scope

if TYPE_CHECKING:
    from hotplug.contract.terms import Term


def class_annotations(cls: type) -> Namespace:
    """Return the annotations of the class's own body."""
    held = namespace(cls)
    found = held.get("__annotations__")
    if type(found) is dict:
        return cast("dict[str, object]", found)
    if "__annotate__" in held or "__annotate_func__" in held:
        from hotplug.contract.functions import deferred_annotations

        return deferred_annotations(cls)
    return {}


def scope_of_class(cls: type, known: tuple[type, ...] = ()) -> Scope:
    """Return the names that annotations in the class's body can see."""
    home = sys.modules.get(module_name(cls))
    globals_ = None if home is None else module_namespace(home)
    if globals_ is None or globals_.get(bare_name(cls)) is not cls:
        # A private namespace is in no table of modules; the class's functions know their globals.
        for each in namespace(cls).values():
            code = each if type(each) is types.FunctionType else inner_of(each)
            if type(code) is types.FunctionType and code.__module__ == module_name(cls):
                globals_ = code.__globals__
                break
    return Scope({} if globals_ is None else globals_, cls, None, known)


def inner_of(member: object) -> object:
    """Return the function in a property, class method or static method; else MISSING."""
    kind = type(member)
    if kind is property:
        return cast("property", member).fget
    return inner_function(member) if kind is staticmethod or kind is classmethod else MISSING


def declared_in(cls: type, name: str) -> Term | None:
    """Return the type that the class's own body declares for the name, or None."""
    form = class_annotations(cls).get(name, MISSING)
    return None if form is MISSING else term_of(form, scope_of_class(cls))


def declaration_of(cls: type, name: str) -> tuple[Term, type] | None:
    """Return the nearest declared type of the name in the MRO, and the class that declares it."""
    for each in mro(cls):
        found = declared_in(each, name)
        if found is not None:
            return found, each
    return None
