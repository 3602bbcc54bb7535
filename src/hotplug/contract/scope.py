"""What a name in an annotation means where the annotation stands. Names are looked up, nothing is evaluated."""

from __future__ import annotations

import builtins
import sys
import types
from typing import TYPE_CHECKING, Any, cast

from hotplug.contract.reflection import (
    MISSING,
    bare_name,
    identities,
    is_class,
    is_instance,
    module_namespace,
    mro,
    namespace,
)

if TYPE_CHECKING:
    from collections.abc import Hashable

_BUILTINS = vars(builtins)
_HAS_TYPE_PARAMETERS = sys.version_info >= (3, 12)


class Scope:
    """The names that an annotation can see, from the innermost outwards.

    Args:
        globals_: The globals of the module that the annotation stands in.
        owner: The class whose body it stands in, or None.
        function: The function that it belongs to, or None.
        known: Classes to be found by their own name where nothing else is: local classes that name themselves.
    """

    __slots__ = ("active", "form", "function", "globals", "known", "open", "owner")

    def __init__(
        self,
        globals_: dict[str, object],
        owner: type | None = None,
        function: types.FunctionType | None = None,
        known: tuple[type, ...] = (),
    ) -> None:
        self.globals = globals_
        self.owner = owner
        self.function = function
        self.known = known
        # Whether a type variable or Self was met: without them a signature needs no substitution.
        self.open = False
        # The aliases that are being read: one met again mentions itself.
        self.active: set[Hashable] = set()
        # The alias that is being read, to find the module whose global it is.
        self.form: object = None

    def look_up(self, name: str) -> object:
        """Return what the name stands for, or MISSING."""
        function, owner = self.function, self.owner
        if function is not None and _HAS_TYPE_PARAMETERS:
            for each in cast("Any", function).__type_params__:
                if each.__name__ == name:
                    return each
        if owner is not None:
            held = namespace(owner)
            if _HAS_TYPE_PARAMETERS:
                for each in cast("tuple[Any, ...]", held.get("__type_params__", ())):
                    if each.__name__ == name:
                        return each
            found = held.get(name, MISSING)
            # A method `list` hides the type `list` in its class body, but never means a type.
            if found is not MISSING and not callable_member(found):
                return found
        if function is not None and function.__closure__ is not None:
            free = function.__code__.co_freevars
            if name in free:
                try:
                    return function.__closure__[free.index(name)].cell_contents
                except ValueError:
                    pass
        found = self.globals.get(name, MISSING)
        if found is MISSING:
            found = _BUILTINS.get(name, MISSING)
        if found is MISSING and self.form is not None:
            found = self._beside(name)
        if found is MISSING:
            for start in (owner, *self.known) if owner is not None else self.known:
                for each in mro(start):
                    if bare_name(each) == name:
                        return each
        return found

    def _beside(self, name: str) -> object:
        """Return a name of the module that holds the alias: ``Json = dict[str, "Json"]`` mentions itself."""
        form, self.form = self.form, None
        for module in tuple(sys.modules.values()):
            if type(module) is types.ModuleType:
                held = vars(module)
                if held.get(name) is form:
                    self.globals = held
                    return form
        self.form = form
        return MISSING


def callable_member(value: object) -> bool:
    """Say whether a class's namespace holds the value as a member, so that it cannot be meant as a type."""
    return id(type(value)) in _MEMBERS


_MEMBERS = identities(types.FunctionType, classmethod, staticmethod, property)


def attribute(holder: object, name: str) -> object:
    """Return a module's global or a class's own name, as a dotted annotation means it, or MISSING."""
    if is_instance(holder, types.ModuleType):
        return module_namespace(cast("types.ModuleType", holder)).get(name, MISSING)
    if is_class(holder):
        for each in mro(cast("type", holder)):
            held_by = namespace(each)
            members = held_by.get("_member_map_")
            if type(members) is dict and name in members:
                return cast("dict[str, object]", members)[name]
            if name in held_by:
                return held_by[name]
    return MISSING
