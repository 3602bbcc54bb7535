"""What a call gives: of a class an instance, of a known maker what it makes, else something unknown."""

from __future__ import annotations

import abc
import ast
import atexit
import collections
import contextlib
import dataclasses
import enum
import functools
import types
import typing
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from hotplug.contract.declaring import raises
from hotplug.contract.reflection import is_class, module_name
from hotplug.contract.static.effects import look_for, look_into
from hotplug.contract.static.expressions import evaluate, longer_than_needed, short
from hotplug.contract.static.unknown import Unknown

if TYPE_CHECKING:
    from hotplug.contract.static.space import Space


class Arguments(NamedTuple):
    """The arguments of a call.

    Attributes:
        positional: In order; `Unknown` where a value is not known.
        keywords: By name.
        whole: Whether these are all of them: no ``*args`` and ``**kwargs`` of unknown length.
    """

    positional: tuple[object, ...]
    keywords: dict[str, object]
    whole: bool

    def each(self) -> list[object]:
        """Return all values."""
        return [*self.positional, *self.keywords.values()]


def arguments_of(node: ast.Call, space: Space) -> Arguments:
    """Return the arguments of a call as far as they are known."""
    positional: list[object] = []
    keywords: dict[str, object] = {}
    whole = True
    for each in node.args:
        value = evaluate(each.value if isinstance(each, ast.Starred) else each, space)
        if not isinstance(each, ast.Starred):
            positional.append(value)
        elif type(value) in {list, tuple}:
            positional += cast("list[object]", value)
        else:
            whole = False
    for one in node.keywords:
        value = evaluate(one.value, space)
        if one.arg is not None:
            keywords[one.arg] = value
        elif type(value) is dict and all(type(key) is str for key in cast("dict[object, object]", value)):
            keywords |= cast("dict[str, object]", value)
        else:
            whole = False
    return Arguments(tuple(positional), keywords, whole)


def call(node: ast.Call, space: Space) -> object:
    """Return what a call gives."""
    if isinstance(node.func, ast.Attribute):
        holder = evaluate(node.func.value, space)
        if type(holder) in _CONTAINERS and hasattr(holder, node.func.attr):
            return _of_container(holder, node.func.attr, arguments_of(node, space), node, space)
    function = evaluate(node.func, space)
    return result_of(function, arguments_of(node, space), node, space)


def result_of(function: object, given: Arguments, node: ast.Call, space: Space) -> object:
    """Return what calling an object or stand-in with some arguments gives."""
    world = space.world
    text = f"value computed by a call of {short(node.func)}()"
    if isinstance(function, Unknown):
        own = passed(given, space)
        if own:
            world.disturb(f"{own} is passed to {short(node.func)}(), which may change it", space, node)
        if isinstance(node.func, ast.Attribute) and not function.foreign:
            look_for(node.func.attr, space, node)
        because = "" if function.foreign else f": {function.reason}"
        return world.unknown(f"{text}{because}", space, node, foreign=function.foreign and not own)
    if is_class(function) and world.is_own(function):
        from hotplug.contract.static.instances import instance_of

        return instance_of(cast("type", function), given, node, space)
    origin: object = (
        getattr(function, "__origin__", None) if module_name(type(function)) in {"typing", "types"} else None
    )
    if is_class(origin) and world.is_own(origin):
        from hotplug.contract.static.instances import instance_of

        made = instance_of(cast("type", origin), given, node, space)
        if not isinstance(made, Unknown):
            with contextlib.suppress(AttributeError, TypeError):  # no place for it: slots, or a frozen layout
                object.__setattr__(made, "__orig_class__", function)
        return made
    if type(function) is functools.partial:
        whole = Arguments(
            (*function.args, *given.positional), {**function.keywords, **given.keywords}, given.whole
        )
        return result_of(function.func, whole, node, space)
    if type(function) is typing.NewType and len(given.positional) == 1:
        return given.positional[0]
    if world.is_own(function) or type(function) is types.MethodType:
        own = passed(given, space)
        if own:
            world.disturb(f"{own} is passed to {short(node.func)}(), which may change it", space, node)
        look_into(function, space, node)
        return world.unknown(text, space, node)
    return _of_host(function, given, node, space, text)


def _of_container(holder: object, name: str, given: Arguments, node: ast.Call, space: Space) -> object:
    """Follow what a method of a builtin container does to it."""
    if name in _MUTATORS:
        if _any_unknown(given) or not given.whole or name not in _FOLLOWED:
            space.world.disturb(f"{short(node)} changes a container", space, node)
        else:
            getattr(cast("Any", holder), name)(*given.positional)
        return None
    return space.world.unknown(f"the value of {short(node)}", space, node, plain=True)


# What these are given they only look at, print or keep.
_LOOKED_AT = (
    print, isinstance, issubclass, len, repr, str, id, type, hash, callable, bool, getattr, hasattr, iter, list,
    tuple, set, frozenset, dict, atexit.register, typing.get_type_hints, dataclasses.fields,
    dataclasses.is_dataclass, abc.ABCMeta.register, typing.assert_type, typing.reveal_type,
)  # fmt: skip
_HARMLESS = frozenset(map(id, _LOOKED_AT))
_CONTAINERS = frozenset({list, dict, set})
_FOLLOWED = frozenset({"append", "extend", "insert", "add"})
_MUTATORS = _FOLLOWED | {
    "update", "setdefault", "pop", "popitem", "remove", "discard", "clear", "sort", "reverse", "difference_update",
    "intersection_update", "symmetric_difference_update", "__setitem__", "__delitem__",
}  # fmt: skip


def _of_host(function: object, given: Arguments, node: ast.Call, space: Space, text: str) -> object:
    world = space.world
    if function is typing.cast and len(given.positional) > 1:
        return given.positional[1]
    if id(function) in _REFLECTIVE:
        world.disturb(f"{short(node)} may change what the module holds", space, node)
        return world.unknown(text, space, node)
    if id(function) in _MAKES_PARTIAL and given.positional and isinstance(given.positional[0], Unknown):
        return world.unknown(f"{text}: {given.positional[0].reason}", space, node)
    applied = world.is_decorator(function) or id(function) in _APPLIED
    if applied and given.whole and (id(function) in _TAKES_ANYTHING or not _any_unknown(given)):
        try:
            made = cast("Any", function)(*_filled(given.positional), **_filled_names(given.keywords))
        except Exception as problem:  # noqa: BLE001 - the import of the real module would raise the same
            return world.unknown(f"{short(node)} raises {type(problem).__name__}: {problem}", space, node)
        if id(function) in _FACTORIES and (function is functools.wraps or not passed(given, space)):
            world.made_decorator(made)
        elif not any(made is each for each in given.each()):
            world.made(made)
        return made
    if id(function) in _BUILTINS and given.whole and not given.keywords and all(map(_is_data, given.positional)):
        try:
            return cast("Any", function)(*given.positional)
        except Exception as problem:  # noqa: BLE001 - the import of the real module would raise the same
            return world.unknown(f"{short(node)} raises {type(problem).__name__}: {problem}", space, node)
    own = passed(given, space)
    standard = _home(function) not in world.packages
    if own and id(function) not in _HARMLESS:
        world.disturb(f"{own} is passed to {short(node.func)}(), which may change it", space, node)
    kind = _RESULTS.get(id(function))
    return world.unknown(text, space, node, foreign=not own, plain=standard, kind=kind)


def passed(given: Arguments, space: Space) -> str:
    """Return the name of one of the plugin's objects that a call hands on, or nothing."""
    return next(filter(None, (_own_name(each, space, 0) for each in given.each())), "")


def own_name(value: object, space: Space) -> str:
    """Return the name of the plugin's object that a value is or holds, or nothing."""
    return _own_name(value, space, 0)


def own_instance(value: object, space: Space) -> bool:
    """Say whether a value may be an instance of one of the plugin's classes, with operators of its own."""
    if isinstance(value, Unknown):
        return not value.foreign and not value.plain
    return space.world.is_own(value) and not is_class(value) and type(value) is not types.FunctionType


def is_harmless(node: ast.Call, space: Space) -> bool:
    """Say whether a call only looks at what it is given."""
    held = space.look_up(node.func.id) if isinstance(node.func, ast.Name) else None
    return id(held) in _HARMLESS


def _own_name(value: object, space: Space, depth: int) -> str:
    if isinstance(value, Unknown):
        return "" if value.foreign or value.plain else f"an object of the plugin's ({value.reason})"
    if type(value) in {list, tuple, set, frozenset, dict} and depth < _DEEPEST:
        items = (
            cast("dict[object, object]", value).values() if type(value) is dict else cast("list[object]", value)
        )
        return next(filter(None, (_own_name(each, space, depth + 1) for each in items)), "")
    if type(value) is types.MethodType:
        return _own_name(value.__self__, space, depth)
    if not space.world.is_own(value):
        return ""
    name: object = getattr(value, "__qualname__", None) if callable_stand_in(value) else None
    return name if type(name) is str else f"an instance of {type(value).__name__}"


_DEEPEST = 4


def callable_stand_in(value: object) -> bool:
    """Say whether a stand-in is a class or function, whose name can be told without asking the plugin."""
    return type(value) is types.FunctionType or (is_class(value) and type(value) is type)


def _home(function: object) -> str:
    module: object = getattr(function, "__module__", None)
    return module.partition(".")[0] if type(module) is str else ""


def _any_unknown(given: Arguments) -> bool:
    return any(isinstance(each, Unknown) for each in given.each())


def _filled(values: tuple[object, ...]) -> list[object]:
    return [... if isinstance(each, Unknown) else each for each in values]


def _filled_names(values: dict[str, object]) -> dict[str, Any]:
    return {name: ... if isinstance(each, Unknown) else each for name, each in values.items()}


def _is_data(value: object) -> bool:
    if longer_than_needed(value):
        return False
    if type(value) in {list, tuple, set, frozenset}:
        return all(_is_data(each) for each in cast("list[object]", value))
    if type(value) is dict:
        items = cast("dict[object, object]", value)
        return all(_is_data(each) for each in [*items, *items.values()])
    return value is None or type(value) in {int, float, complex, bool, str, bytes}


# Makers that look at what they are given, and call nothing of it.
_DECORATORS = (
    staticmethod, classmethod, property, functools.lru_cache, functools.cache, functools.cached_property,
    functools.singledispatch, functools.singledispatchmethod, contextlib.contextmanager,
    contextlib.asynccontextmanager, abc.abstractmethod, typing.final, typing.runtime_checkable, typing.overload,
    typing.no_type_check, dataclasses.dataclass, functools.total_ordering, enum.unique, types.coroutine,
    getattr(typing, "override", typing.final),
)  # fmt: skip
_MAKERS = (
    typing.TypeVar, typing.ParamSpec, typing.TypeVarTuple, typing.NewType, collections.namedtuple,  # noqa: PYI024 - it is recognised, not used

    dataclasses.field, enum.auto, functools.wraps, functools.update_wrapper, object, raises,
)  # fmt: skip
_PARTIALS = (functools.partial, functools.partialmethod)
_MAKES_PARTIAL = frozenset(map(id, _PARTIALS))
_FACTORIES = frozenset(map(id, (functools.lru_cache, dataclasses.dataclass, functools.wraps, raises)))
_APPLIED = frozenset(map(id, (*_DECORATORS, *_MAKERS, *_PARTIALS)))
_TAKES_ANYTHING = frozenset(map(id, (*_PARTIALS, dataclasses.field)))
_DATA = (
    int, float, complex, bool, str, bytes, bytearray, list, tuple, set, frozenset, dict, range, slice,
    collections.OrderedDict, collections.deque, collections.Counter,
)  # fmt: skip
_BUILTINS = frozenset(map(id, _DATA))
_RESULTS: dict[int, type] = {
    **{id(each): each for each in (int, float, str, bytes, list, dict, set, tuple)},
    id(len): int,
    id(repr): str,
    id(format): str,
    id(sorted): list,
    id(ascii): str,
    id(hash): int,
}
_REFLECTIVE = frozenset(map(id, (setattr, delattr, exec, eval, globals, locals, vars, __import__, compile)))

__all__ = ["Arguments", "arguments_of", "call", "is_harmless", "own_instance", "own_name", "passed", "result_of"]
