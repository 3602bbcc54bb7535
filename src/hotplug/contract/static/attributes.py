"""What ``value.name`` stands for: of a module, a class or an instance, without asking a property or descriptor."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, cast

from hotplug.contract.callables import inner_function
from hotplug.contract.reflection import MISSING, find_in_class, instance_namespace, is_class, module_name
from hotplug.contract.static.expressions import short
from hotplug.contract.static.unknown import Unknown

if TYPE_CHECKING:
    import ast

    from hotplug.contract.static.space import Space


def member_of(value: object, name: str, space: Space, node: ast.expr) -> object:
    """Return what ``value.name`` gives."""
    world = space.world
    if isinstance(value, Unknown):
        return world.unknown(unknown_member(value, name), space, node, foreign=value.foreign)
    if type(value) is types.ModuleType:
        own = world.space_of(value)
        if own is not None or name != "__dict__":
            return world.member(value, name, space, node)
    if is_class(value):
        return _of_class(cast("type", value), name, space, node)
    if isinstance(value, property) or (
        module_name(type(value)) == "typing" and type(value) is not types.MethodType
    ):
        found: object = getattr(value, name, MISSING)
        if found is not MISSING:
            return found
    if world.is_own(value) or type(value) is types.FunctionType:
        return _of_instance(value, name, space, node)
    return world.unknown(f"the value of {short(node)}", space, node, foreign=not world.is_own(value), plain=True)


_ELSEWHERE = " is not part of the plugin"


def unknown_member(value: Unknown, name: str) -> str:
    """Return why a member of something unknown is unknown: by its own name where it is of another package."""
    if value.reason.endswith(_ELSEWHERE):
        return f"{value.reason.removesuffix(_ELSEWHERE)}.{name}{_ELSEWHERE}"
    return f"the attribute {name} of {value.reason}"


def _of_class(cls: type, name: str, space: Space, node: ast.expr) -> object:
    world = space.world
    members = find_in_class(cls, "_member_map_")
    if members is not None and name in cast("dict[str, object]", members[0]):
        return cast("dict[str, object]", members[0])[name]
    if find_in_class(type(cls), name) is not None and find_in_class(cls, name) is None:
        if name in {"__name__", "__qualname__", "__module__", "__doc__"}:
            return getattr(cls, name)
        return world.unknown(f"the value of {short(node)}", space, node)
    held = find_in_class(cls, name)
    if held is None:
        return world.unknown(f"{cls.__name__} has no name {name}", space, node)
    raw = held[0]
    if type(raw) is staticmethod:
        return inner_function(cast("object", raw))
    if type(raw) is classmethod:
        return types.MethodType(cast("Any", inner_function(cast("object", raw))), cls)
    unknown = getattr(type(raw), "unknown", None)
    if isinstance(unknown, Unknown):
        return unknown
    if type(raw) is types.FunctionType or find_in_class(type(raw), "__get__") is None or is_class(raw):
        return raw
    if not world.is_own(cls):
        return getattr(cls, name)
    from hotplug.contract.static.effects import look_for, look_into

    if type(raw) is property:
        look_into(raw.fget, space, node)
    else:
        look_for("__get__", space, node)
    return world.unknown(f"the value of {short(node)}", space, node)


def _of_instance(value: object, name: str, space: Space, node: ast.expr) -> object:
    own = instance_namespace(value).get(name, MISSING)
    held = find_in_class(type(value), name)
    raw = MISSING if held is None else held[0]
    if type(raw) is types.FunctionType and own is MISSING:
        return types.MethodType(raw, value)
    if own is not MISSING and (raw is MISSING or find_in_class(type(raw), "__set__") is None):
        unknown = getattr(type(own), "unknown", None)
        return unknown if isinstance(unknown, Unknown) else own
    if raw is not MISSING and own is MISSING:
        return _of_class(type(value), name, space, node)
    return space.world.unknown(f"the value of {short(node)}", space, node)
