"""The plainest case, decided without the rest of the package: every method of a Protocol met letter for letter.

Most plugins meet their contract exactly, and a host that is started for one greeting should not wait for the
machinery of all other cases (4 ms). What is decided here is only ever yes, and only where nothing is in doubt:
plain methods with the same parameters, and the same classes as annotations. A property test holds it to `check`.
"""

from __future__ import annotations

import sys
from types import FunctionType, GenericAlias, GetSetDescriptorType
from typing import cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_EVERY_PROTOCOL = frozenset(
    {
        "__abstractmethods__",
        "__annotations__",
        "_abc_hotplug_members",
        "__dict__",
        "__doc__",
        "__firstlineno__",
        "__init__",
        "__module__",
    }
    | {"__non_callable_proto_members__", "__parameters__", "__protocol_attrs__", "__qualname__", "__weakref__"}
    | {
        "__callable_proto_members_only__",
        "__static_attributes__",
        "__subclasshook__",
        "_abc_impl",
        "_is_protocol",
        "_is_runtime_protocol",
    }
)
_NOT_PLAIN = 0x04 | 0x08 | 0x20 | 0x80 | 0x100 | 0x200
"""Flags of code objects, as in ``inspect``: *args, **kwargs, generator, coroutine, iterable coroutine and
asynchronous generator."""
_MISSING = object()
_BUILTINS: dict[str, object] = {
    each.__name__: each
    for each in (bool, bytes, complex, dict, float, frozenset, int, list, object, set, str, tuple)
}
_BUILTINS["None"] = None


def met_plainly(value: object, contract: object) -> bool:
    """Tell whether a value meets a Protocol so plainly that there is nothing to check.

    Nothing of the value runs. False says nothing: the check decides.
    """
    typing = sys.modules.get("typing")  # where it was not imported there is no Protocol
    if typing is None or type(contract) is not type(typing.Protocol):
        return False
    cls = cast("type", contract)
    members = type.__getattribute__(cls, "__dict__")
    bases = type.__getattribute__(cls, "__mro__")[1:]
    if bases != (typing.Protocol, typing.Generic, object) or members.get("_is_protocol") is not True:
        return False
    if members.get("__parameters__") or members.get("__annotations__") or "__annotate_func__" in members:
        return False
    own = _own_attributes(value)
    if own is None:
        return False
    return all(
        name in _OF_EVERY_PROTOCOL or (name not in own and _same(name, wanted, members, type(value)))
        for name, wanted in members.items()
    )


def _own_attributes(value: object) -> Mapping[str, object] | None:
    """Return an instance's own attributes, None for whatever is no plain instance of a plain class."""
    cls = type(value)
    if type(cls) is not type or issubclass(cls, type | FunctionType):
        return None
    for each in cls.__mro__[:-1]:
        if "__getattribute__" in each.__dict__ or "__getattr__" in each.__dict__ or "__class__" in each.__dict__:
            return None
    holder = next((each.__dict__["__dict__"] for each in cls.__mro__ if "__dict__" in each.__dict__), None)
    if holder is None:
        return {}
    if type(holder) is not GetSetDescriptorType:
        return None
    own: Mapping[str, object] = holder.__get__(value)
    return own


def _same(name: str, wanted: object, members: Mapping[str, object], cls: type) -> bool:
    owner = next((each for each in cls.__mro__ if name in each.__dict__), None)
    if owner is None or type(wanted) is not FunctionType or _redeclared(name, cls, owner):
        return False
    found = owner.__dict__[name]
    if type(found) is not FunctionType or not (_is_plain(wanted) and _is_plain(found)):
        return False
    one, other = wanted.__code__, found.__code__
    count = one.co_argcount + one.co_kwonlyargcount
    if (one.co_argcount, one.co_posonlyargcount, one.co_kwonlyargcount) != (
        other.co_argcount,
        other.co_posonlyargcount,
        other.co_kwonlyargcount,
    ) or one.co_varnames[1:count] != other.co_varnames[1:count]:
        return False
    asked, given = wanted.__annotations__, found.__annotations__
    if type(asked) is not dict or type(given) is not dict:
        return False
    if (
        one.co_argcount == 0
        or asked.keys() != {*one.co_varnames[1:count], "return"}
        or given.keys() != asked.keys()
    ):
        return False
    if not _as_optional(wanted, found):
        return False
    for each in asked:
        meant = _meant(asked[each], wanted, members)
        if meant is _MISSING or meant != _meant(given[each], found, owner.__dict__):
            return False
    return True


def _as_optional(wanted: FunctionType, found: FunctionType) -> bool:
    """Tell whether every parameter that a caller may leave out can be left out."""
    asked, given = wanted.__kwdefaults__ or {}, found.__kwdefaults__ or {}
    return len(wanted.__defaults__ or ()) <= len(found.__defaults__ or ()) and asked.keys() <= given.keys()


def _redeclared(name: str, cls: type, owner: type) -> bool:
    """Tell whether a class at or below the owner of a method says that the name is something else."""
    below = cls.__mro__[: cls.__mro__.index(owner) + 1]
    annotations = [(space, space.get("__annotations__", {})) for space in map(vars, below)]
    return any("__annotate_func__" in space or name in declared for space, declared in annotations)


def _is_plain(function: FunctionType) -> bool:
    return not (
        function.__code__.co_flags & _NOT_PLAIN
        or function.__dict__
        or getattr(function, "__type_params__", None)
        or sys.version_info >= (3, 14)  # annotations are code there, and the check knows how to run it
    )


def _meant(annotation: object, function: FunctionType, around: Mapping[str, object]) -> object:
    """Return the class that an annotation is or names, with its arguments; ``_MISSING`` for anything else."""
    if type(annotation) is str:
        if function.__qualname__.count(".") != 1:
            return _MISSING  # inside a function a name may mean something else
        return _named(annotation, function.__globals__, around)
    if type(annotation) is GenericAlias:
        arguments = [_meant(each, function, around) for each in annotation.__args__]
        return _MISSING if _MISSING in arguments else (annotation.__origin__, *arguments)
    return annotation if annotation is None or type(annotation) is type else _MISSING


def _named(text: str, space: Mapping[str, object], around: Mapping[str, object]) -> object:
    """Return what ``name`` or ``name[arguments]`` means; a class body may give its own meaning to a name."""
    name, bracket, rest = text.partition("[")
    name = name.strip()
    meant = _MISSING if name in around else space.get(name, _BUILTINS.get(name, _MISSING))
    if not bracket:
        return meant if meant is None or type(meant) is type else _MISSING
    if type(meant) is not type or rest[-1:] != "]":
        return _MISSING
    arguments = [_named(each, space, around) for each in _split(rest[:-1])]
    return _MISSING if _MISSING in arguments else (meant, *arguments)


def _split(text: str) -> list[str]:
    """Split at the commas that stand in no brackets."""
    parts = [""]
    depth = 0
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
