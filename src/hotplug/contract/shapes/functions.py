"""What the functions of a contract are made of: parameters, a result, the exceptions that they declare."""

from __future__ import annotations

import types
import typing
from typing import TYPE_CHECKING, Any, Protocol, cast

from .names import Scope, annotations_of
from .shape import (
    ASYNC,
    EITHER,
    EXTRA,
    KEYWORD,
    METHOD,
    OPTIONS,
    POSITIONAL,
    UNTYPED,
    VARIADIC,
    Context,
    Function,
    Parameter,
    Raised,
    Shape,
    Stream,
    standard_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_RAISES = "__hotplug_raises__"  # as `hotplug.contract.raises` marks a function
_GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x20, 0x80, 0x200  # the flags of code objects, as inspect names them
_VARARGS, _VARKEYWORDS = 0x04, 0x08


class Forms(Protocol):
    """What reads the type forms inside a class."""

    classes: dict[str, type]

    def of(self, form: object, scope: Scope, path: str) -> Shape:
        """Return the shape of a type form."""
        ...

    def result(self, form: object, scope: Scope, path: str) -> tuple[Shape, str]:
        """Return the shape of what a call gives, and its kind."""
        ...

    def bound(
        self, parameters: Iterable[Any], shapes: list[Shape], scope: Scope, path: str
    ) -> dict[object, Shape]:
        """Return what type parameters stand for."""
        ...

    def refuse(self, path: str, reason: str) -> Shape:
        """Note what cannot cross."""
        ...


def head_of(form: object) -> str:
    """Return the name of the form that stands before the bracket, in a string too."""
    text = form if isinstance(form, str) else getattr(form, "__forward_arg__", "")
    return str(text or typing.get_origin(form) or form).partition("[")[0].rpartition(".")[2].strip()


def function_of(
    forms: Forms, function: types.FunctionType, scope: Scope, path: str, *, bound: bool = True
) -> Function:
    """Return the shape of a function; of a bound one without its first parameter."""
    inner = function
    while isinstance(getattr(inner, "__wrapped__", None), types.FunctionType):
        inner = cast("Any", inner).__wrapped__
    scope, given, flags = scope.within(inner), annotations_of(inner), inner.__code__.co_flags
    parameters = tuple(_parameters(forms, inner, given, scope, path, bound=bound))
    if "return" in given or not flags & (_GENERATOR | _ASYNC_GENERATOR):
        result, kind = forms.result(given.get("return", typing.Any), scope, f"{path}.return")
    else:
        asynchronous = "async " if flags & _ASYNC_GENERATOR else ""
        result, kind = Stream(f"{asynchronous}iterator", UNTYPED), "generator"
    if flags & _COROUTINE:
        kind = ASYNC
    elif function.__globals__.get("__name__") == "contextlib" and isinstance(result, Stream):
        # @contextmanager: the annotations are those of the generator function that it wraps.
        result, kind = Context(result.item, result.kind.startswith("async")), METHOD
    return Function(parameters, result, kind, _raised(forms, function))


def _parameters(
    forms: Forms,
    function: types.FunctionType,
    given: Mapping[str, object],
    scope: Scope,
    path: str,
    *,
    bound: bool,
) -> Iterable[Parameter]:
    code = function.__code__
    names, count = code.co_varnames, code.co_argcount
    keywords = count + code.co_kwonlyargcount
    optional = count - len(function.__defaults__ or ())
    # What ends a `with` block is told of the exception as the boundary carries exceptions.
    leaving = function.__name__ in {"__exit__", "__aexit__"}

    def shape_of(name: str) -> Shape:
        if leaving:
            return Raised()
        return forms.of(given[name], scope, f"{path}({name})") if name in given else UNTYPED

    for index in range(1 if bound and count else 0, count):
        # Before PEP 570 two underscores made a parameter positional only.
        hidden = names[index].startswith("__") and not names[index].endswith("__")
        kind = POSITIONAL if index < code.co_posonlyargcount or hidden else EITHER
        yield Parameter(names[index], kind, shape_of(names[index]), index < optional)
    if code.co_flags & _VARARGS:
        yield Parameter(names[keywords], VARIADIC, shape_of(names[keywords]), required=False)
    for name in sorted(names[count:keywords]):
        yield Parameter(name, KEYWORD, shape_of(name), name not in (function.__kwdefaults__ or {}))
    if code.co_flags & _VARKEYWORDS:
        name = names[keywords + bool(code.co_flags & _VARARGS)]
        if head_of(given.get(name)) == "Unpack":
            yield Parameter(name, OPTIONS, shape_of(name), required=False)
        else:
            yield Parameter(name, EXTRA, shape_of(name), required=False)


def _raised(forms: Forms, function: object) -> tuple[str, ...]:
    """Return the names of the exceptions that `hotplug.contract.raises` declares."""
    names: dict[str, type] = {}
    for each in cast("tuple[type, ...]", getattr(function, _RAISES, ())):
        names[
            standard_name(each) if each.__module__ == "builtins" else f"{each.__module__}:{each.__qualname__}"
        ] = each
    forms.classes.update(names)
    return tuple(sorted(names))
