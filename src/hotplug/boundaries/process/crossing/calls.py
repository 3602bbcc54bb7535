"""The arguments of a call, as the caller gave them: positional ones stay so, defaults left out stay out.

Whether a call fits a signature says the interpreter itself, by a function of that signature that does nothing: so
a TypeError reads as Python's own, in every version of it.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from hotplug.contract.shapes import Parameter, Record
from hotplug.contract.shapes.shape import EITHER, EXTRA, KEYWORD, OPTIONS, POSITIONAL, UNTYPED, VARIADIC

from .several import carried
from .wire import Codec, Misfit, class_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.contract.shapes import Function

    from .plan import Plan
    from .wire import Carrier, Wire

    _Call = tuple[list[Wire], dict[str, Wire] | None]

_ANY = (Parameter("args", VARIADIC, UNTYPED, required=False), Parameter("kwargs", EXTRA, UNTYPED, required=False))
_VARARGS, _VARKEYWORDS = 0x04, 0x08


class Arguments:
    """Both ways of the arguments of a function's calls.

    Attributes:
        out: Takes the positional and the named arguments and their message, returns their wires; None for no named
            ones. Raises TypeError where the function's signature does not admit the call, and `Misfit`.
        back: Takes what the other side sent of the two, returns the arguments. Raises `Misfit`.
    """

    __slots__ = ("_extra", "_fit", "_leading", "_named", "_places", "_rest", "back", "out")

    back: Callable[[object, object, Carrier], tuple[list[Any], dict[str, Any]]]
    out: Callable[[tuple[Any, ...], dict[str, Any], Carrier], _Call]

    def __init__(self, function: Function, plan: Plan, name: str = "", *, bound: bool = False) -> None:
        parameters = _ANY if function.parameters is None else tuple(_expanded(function.parameters, plan))
        kinds = {each.kind: _codec(each, plan, f"{name}({each.name})") for each in parameters}
        names = {each.kind: each.name for each in parameters}
        leading = [each for each in parameters if each.kind in {POSITIONAL, EITHER}]
        self._places = [f"({each.name or index})" for index, each in enumerate(leading)]
        self._leading = [
            _codec(each, plan, f"{name}{place}") for each, place in zip(leading, self._places, strict=True)
        ]
        self._named = {
            each.name: _codec(each, plan, f"{name}({each.name})")
            for each in parameters
            if each.kind in {EITHER, KEYWORD}
        }
        self._rest = kinds.get(VARIADIC), names.get(VARIADIC, "")
        self._extra = kinds.get(EXTRA), names.get(EXTRA, "")
        self._fit = _signature(parameters, name, bound=bound)
        self.out, self.back = self._out, self._back
        if not any(each.kind == KEYWORD and each.required for each in parameters):
            self.out, self.back = self._quick(_least(leading))

    def _quick(self, least: int) -> tuple[Any, Any]:
        """Return the ways of a call with only as many positional arguments as there are parameters for."""
        codecs, places = self._leading, self._places
        most = len(codecs)
        first = codecs[0] if codecs else None
        slow_out, slow_back = self._out, self._back

        def out(args: tuple[Any, ...], named: dict[str, Any], carrier: Carrier) -> _Call:
            if named or not least <= len(args) <= most:
                return slow_out(args, named, carrier)
            if len(args) == 1 and first is not None:
                # What nearly all calls are.
                try:
                    return [first.out(args[0], carrier)], None
                except Misfit as problem:
                    problem.within(places[0])
                    raise
            wires: list[Wire] = []
            try:  # as `each_out`, without its cost
                for codec, each in zip(codecs, args):  # noqa: B905 - naming strict takes as long as a small value
                    wires.append(codec.out(each, carrier))
            except Misfit as problem:
                problem.within(places[len(wires)])
                raise
            return wires, None

        def back(wires: Any, named: object, carrier: Carrier) -> tuple[list[Any], dict[str, Any]]:
            kind = class_of(wires)
            if named is not None or kind is not list or not least <= len(wires) <= most:
                return slow_back(wires, named, carrier)
            if len(wires) == 1 and first is not None:
                try:
                    return [first.back(wires[0], carrier)], {}
                except Misfit as problem:
                    problem.within(places[0])
                    raise
            values: list[Any] = []
            try:  # as `each_back`, without its cost
                for codec, each in zip(codecs, wires):  # noqa: B905 - as above
                    values.append(codec.back(each, carrier))
            except Misfit as problem:
                problem.within(places[len(values)])
                raise
            return values, {}

        return out, back

    def _out(self, args: tuple[Any, ...], named: dict[str, Any], carrier: Carrier) -> _Call:
        self._fit(*args, **named)
        wires: list[Wire] = []
        place = ""
        try:
            for index, each in enumerate(args):
                place, codec = self._at(index)
                wires.append(codec.out(each, carrier))
            sent: dict[str, Wire] = {}
            for name, each in named.items():
                place, codec = self._of(name)
                sent[_name_out(name)] = codec.out(each, carrier)
        except Misfit as problem:
            problem.within(place)
            raise
        return wires, sent or None

    def _back(self, wires: object, named: object, carrier: Carrier) -> tuple[list[Any], dict[str, Any]]:
        given: Any = wires
        options: Any = {} if named is None else named
        if class_of(given) is not list or class_of(options) is not dict:
            raise Misfit("", "what came for the arguments of a call is none")
        try:
            self._fit(*given, **options)
        except TypeError as problem:
            raise Misfit("", str(problem)) from None
        values: list[Any] = []
        place = ""
        try:
            for index, each in enumerate(given):
                place, codec = self._at(index)
                values.append(codec.back(each, carrier))
            received: dict[str, Any] = {}
            for name, each in options.items():
                place, codec = self._of(name)
                received[name] = codec.back(each, carrier)
        except Misfit as problem:
            problem.within(place)
            raise
        return values, received

    def _at(self, index: int) -> tuple[str, Codec]:
        """Return the place and the codec of a positional argument."""
        if index < len(self._leading):
            return self._places[index], self._leading[index]
        codec, name = self._rest
        if codec is None:
            raise Misfit("", "there are too many arguments")
        return f"({name})[{index - len(self._leading)}]", codec

    def _of(self, name: str) -> tuple[str, Codec]:
        """Return the place and the codec of a named argument."""
        codec = self._named.get(name)
        if codec is not None:
            return f"({name})", codec
        codec, extra = self._extra
        if codec is None:
            raise Misfit("", f"there is no argument {name!r}")
        return f"({extra})[{name!r}]", codec


def _codec(parameter: Parameter, plan: Plan, called: str) -> Codec:
    """Return the codec of an argument; what is lent in it is called by the parameter, not by the whole call."""
    codec = plan.codec(parameter.shape)
    if not plan.shapes.holds_references(parameter.shape):
        return codec
    placed = Codec(codec.plain)

    def out(value: Any, carrier: Carrier) -> Wire:
        owner, carrier.owner = carrier.owner, called
        try:
            return codec.out(value, carrier)
        finally:
            carrier.owner = owner

    def back(wire: Wire, carrier: Carrier) -> Any:
        owner, carrier.owner = carrier.owner, called
        try:
            return codec.back(wire, carrier)
        finally:
            carrier.owner = owner

    placed.out, placed.back = out, back
    return placed


def _name_out(name: str) -> str:
    """Return the name, of no subclass of str, if UTF-8 can hold it."""
    own = str.__str__(name)
    if not carried(own):
        raise Misfit("", "a name with lone surrogates cannot cross")
    return own


def _expanded(parameters: tuple[Parameter, ...], plan: Plan) -> list[Parameter]:
    """Return the parameters; in place of ``**options: Unpack[TD]`` the keyword ones that it means (PEP 692)."""
    found: list[Parameter] = []
    for each in parameters:
        known = plan.shapes.resolved(each.shape) if each.kind == OPTIONS else None
        if isinstance(known, Record):
            found += [Parameter(field.name, KEYWORD, field.shape, field.required) for field in known.fields]
        elif each.kind == OPTIONS:
            found.append(Parameter(each.name, EXTRA, each.shape, required=False))
        else:
            found.append(each)
    return found


def _least(leading: list[Parameter]) -> int:
    """Return how many of the positional parameters a call must give: defaults belong to the last ones."""
    return max((index for index, each in enumerate(leading, 1) if each.required), default=0)


def _nothing() -> None:
    """Do nothing; what a call is tried on has this body."""


def _signature(parameters: tuple[Parameter, ...], name: str, *, bound: bool) -> Callable[..., None]:
    """Return a function of these parameters that does nothing."""
    own = [Parameter("self", POSITIONAL, UNTYPED)] if bound else []
    leading = own + [each for each in parameters if each.kind in {POSITIONAL, EITHER}]
    keywords = [each for each in parameters if each.kind == KEYWORD]
    varargs = [each for each in parameters if each.kind == VARIADIC][:1]
    extra = [each for each in parameters if each.kind == EXTRA][:1]
    names = [
        each.name or f"argument {index}" for index, each in enumerate([*leading, *keywords, *varargs, *extra])
    ]
    # Two underscores make a parameter positional wherever it stands: the interpreter knows of the first ones only.
    hidden = next((index for index, each in enumerate(leading) if each.kind != POSITIONAL), len(leading))
    code = _nothing.__code__.replace(
        co_argcount=len(leading),
        co_posonlyargcount=hidden,
        co_kwonlyargcount=len(keywords),
        co_nlocals=len(names),
        co_varnames=tuple(names),
        co_flags=_nothing.__code__.co_flags | (_VARARGS if varargs else 0) | (_VARKEYWORDS if extra else 0),
        co_name=name.rpartition(".")[2],
        co_qualname=name,
    )
    function = types.FunctionType(code, {}, name, (None,) * (len(leading) - _least(leading)))
    function.__kwdefaults__ = {each.name: None for each in keywords if not each.required}
    return types.MethodType(function, _nothing) if bound else function
