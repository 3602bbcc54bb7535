"""A contract's type form as data, written by the host."""

from __future__ import annotations

import sys
import types
import typing
from typing import TYPE_CHECKING, Any, cast

from hotplug.boundaries.process.naming.constants import bounds_data, constant_data
from hotplug.boundaries.process.naming.places import place_of, place_of_class
from hotplug.boundaries.process.naming.script import script_data
from hotplug.boundaries.process.naming.unnameable import Unnameable
from hotplug.contract.reflection import is_class, is_instance, module_name
from hotplug.contract.shapes.names import Scope, Unresolved, scope_of_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotplug.boundaries.process.naming.data import Data

_HOMES = ("typing", "typing_extensions")
_VARIABLES = frozenset({"TypeVar", "ParamSpec", "TypeVarTuple"})


def form_data(form: object, scope: object = None) -> Data:
    """Return a type form as data, from which `form_of` makes it again in another interpreter.

    Args:
        form: Whatever can be a contract.
        scope: What a string in the form can see: a module, or a class or function in whose body it stands.

    Raises:
        Unnameable: If it is no type form, or if another interpreter would not find a class in it.
    """
    try:
        return [_Writer(scope).tree(form), script_data()]
    except RecursionError:
        raise Unnameable("the type has no end", None) from None


class _Writer:
    """One form being written down."""

    def __init__(self, scope: object) -> None:
        self._scope = scope

    def tree(self, form: object) -> Data:
        if form is None or form is types.NoneType:
            return ["none"]
        if form is ...:
            return ["..."]
        if type(form) is str:
            return self._text(form, None)
        if is_instance(form, typing.ForwardRef):
            reference = cast("typing.ForwardRef", form)
            return self._text(reference.__forward_arg__, reference.__forward_module__)
        if type(form) in (list, tuple):
            return ["list", self._trees(cast("list[object]", form))]
        if is_class(form):
            return ["name", place_of_class(cast("type", form))]
        origin = typing.get_origin(form)
        return self._single(form) if origin is None else self._subscripted(form, origin)

    def _trees(self, forms: tuple[object, ...] | list[object]) -> list[Data]:
        return [self.tree(each) for each in forms]

    def _single(self, form: Any) -> Data:
        kind = cast("type[object]", type(form))
        if kind.__name__ in _VARIABLES or kind.__name__ == "TypeAliasType":
            return ["name", place_of(form, str(form.__module__), form.__name__)]
        if is_instance(form, typing.NewType):
            return ["name", place_of(form, str(form.__module__), form.__qualname__)]
        return ["name", self._special(form)]

    def _special(self, form: object) -> str:
        """Return the place of a form of typing's own, which is known by its name only."""
        name: object = getattr(form, "_name", None) if module_name(type(form)) in _HOMES else None
        for home in _HOMES:
            if type(name) is str and vars(sys.modules.get(home, types)).get(name) is form:
                return f"{home}:{name}"
        raise Unnameable(f"{form!r} is no type", None)

    def _subscripted(self, form: Any, origin: Any) -> Data:
        if getattr(form, "__args__", None) is None:  # typing.List: what it stands for, without an argument
            return ["name", place_of_class(origin)]
        alias = _alias_of_itself(form)
        if alias is not None:
            return ["text", *alias]
        if getattr(form, "__unpacked__", False) is True:
            return ["*", self.tree(form.__origin__[form.__args__])]
        args = typing.get_args(form)
        if origin is typing.Union or origin is types.UnionType:
            return ["|", self._trees(args)]
        if origin is typing.Literal:
            return ["literal", [self._option(each) for each in args]]
        if origin is typing.Annotated:
            beside = (self._metadata(each) for each in args[1:])
            return ["annotated", self.tree(args[0]), [each for each in beside if each is not None]]
        return ["[]", self.tree(origin), self._trees(args)]

    def _option(self, value: Any) -> Data:
        kind = cast("type[object]", type(value))
        if "_member_map_" in vars(kind):
            return ["member", place_of_class(kind), str(value._name_)]
        constant = constant_data(value)
        if constant is None:
            raise Unnameable(f"{value!r} is nothing that a Literal can list", None)
        return constant

    def _metadata(self, value: object) -> Data:
        """Return what stands beside a type, if it means something to a boundary; else None."""
        constant = constant_data(value)
        if constant is None:
            bounds = bounds_data(value)
            return None if bounds is None else ["bounds", bounds]
        return constant

    def _text(self, text: str, module: object) -> Data:
        place = self._scope if module is None else module
        if is_instance(place, types.ModuleType):
            place = cast("types.ModuleType", place).__name__
        if place is None or type(place) is str:
            return ["text", text, place]
        inner = _scope_inside(place)
        try:
            form = inner.resolve(text)
        except Unresolved as problem:
            raise Unnameable(str(problem), None) from problem
        if getattr(form, "__forward_arg__", form) == text:
            return ["text", text, inner.module]
        return self.tree(form)


def _scope_inside(place: object) -> Scope:
    if is_instance(place, types.FunctionType):
        function = cast("types.FunctionType", place)
        return Scope(function.__globals__, None, function)
    if is_class(place):
        return scope_of_class(cast("type", place))
    raise Unnameable(f"{place!r} is no module, class or function in which a name could stand", None)


def _alias_of_itself(form: object) -> tuple[str, str] | None:
    """Return name and module of a form that names itself: in ``Json = dict[str, "Json"]`` the text is a global."""
    for name in _bare_names(form):
        for module, each in tuple(sys.modules.items()):
            if type(each) is types.ModuleType and vars(each).get(name) is form:
                place_of(form, module, name)
                return name, module
    return None


def _bare_names(form: object) -> Iterator[str]:
    """Yield the names in texts of a form that do not say in which module they stand."""
    text: object = form
    if is_instance(form, typing.ForwardRef):
        reference = cast("typing.ForwardRef", form)
        text = reference.__forward_arg__ if reference.__forward_module__ is None else None
    if type(text) is str:
        if text.isidentifier():
            yield text
        return
    for each in typing.get_args(form) if typing.get_origin(form) is not typing.Literal else ():
        yield from _bare_names(each)
