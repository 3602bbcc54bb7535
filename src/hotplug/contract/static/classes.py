"""From ``class`` statements to classes with the real bases, members and annotations, of which nothing runs."""

from __future__ import annotations

import abc
import ast
import enum
import types
import typing
from typing import TYPE_CHECKING, Any, cast

from hotplug.contract.reflection import find_in_class, is_class, module_name, mro, namespace
from hotplug.contract.static.expressions import evaluate, short
from hotplug.contract.static.functions import type_parameters, with_type_parameters
from hotplug.contract.static.space import Space
from hotplug.contract.static.statements import follow
from hotplug.contract.static.unknown import Face, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

# The metaclasses that make a class of a body and run nothing of it.
_QUIET = frozenset({type, abc.ABCMeta, enum.EnumMeta, type(typing.Protocol), type(typing.NamedTuple)})
_QUIET_NAMES = frozenset({"_TypedDictMeta", "_ProtocolMeta", "NamedTupleMeta", "ABCMeta", "EnumType", "EnumMeta"})
# What a metaclass of the plugin's may define without being asked while the class is made or looked at.
_OWN_METACLASS = frozenset(
    {"__module__", "__qualname__", "__doc__", "__annotations__", "__call__", "__dict__", "__weakref__"}
)
_ENUM_HOOKS = frozenset(
    {"__new__", "__init__", "_generate_next_value_", "_missing_", "__eq__", "__hash__", "__set_name__", "_ignore_"}
)


class _NotMade(Exception):
    """The class cannot be made without running code of the plugin's; it ends the reading of one class."""


def make_class(node: ast.ClassDef, space: Space) -> object:
    """Return the class of a ``class`` statement, without its decorators, or `Unknown` with the reason."""
    inner = with_type_parameters(node, space)
    try:
        return _made(node, space, inner)
    except _NotMade as refusal:
        return space.world.unknown(str(refusal), space, node)
    except Exception as problem:  # noqa: BLE001 - the import of the real module would raise the same
        reason = f"the class {node.name} raises {type(problem).__name__}: {problem}"
        return space.world.unknown(reason, space, node)


def _made(node: ast.ClassDef, space: Space, inner: Space) -> object:
    world = space.world
    bases = _bases(node, inner)
    parameters = type_parameters(node, inner)
    if parameters and not any(_declares_parameters(each) for each in bases):
        bases.append(cast("Any", typing.Generic)[parameters])
    keywords = _keywords(node, inner)
    metaclass, given, resolved = _prepared(node, bases, keywords, space)
    body = Space(world, space.source, space.module, inner, space.qualified(node.name), in_class=True)
    follow(node.body, body)
    held = _namespace(node, body, space, metaclass)
    if parameters:
        held["__type_params__"] = parameters
    _refuse_hooks(node, resolved, held, metaclass, space)
    prepared: Any = (
        metaclass.__prepare__(node.name, tuple(resolved), **given) if _is_host(metaclass, space) else {}
    )
    for name, value in held.items():
        prepared[name] = value
    if tuple(resolved) != tuple(bases):
        prepared["__orig_bases__"] = tuple(bases)
    made: object = cast("Any", metaclass)(node.name, tuple(resolved), prepared, **given)
    world.made(made)
    world.put(made, space.place(node))
    _fill_cells(made, held)
    if find_in_class(cast("type", made), "_member_map_") is not None:
        for member in cast("Any", made).__members__.values():
            world.made(member)
    return made


def _bases(node: ast.ClassDef, inner: Space) -> list[object]:
    found: list[object] = []
    for each in node.bases:
        value = evaluate(each, inner)
        if isinstance(value, Unknown):
            raise _NotMade(f"the base class {short(each)} of {node.name} is not known: {value.reason}")
        found.append(value)
    return found


def _declares_parameters(base: object) -> bool:
    origin: object = getattr(base, "__origin__", None) if module_name(type(base)) == "typing" else None
    return origin is typing.Generic or origin is typing.Protocol


def _keywords(node: ast.ClassDef, inner: Space) -> dict[str, object]:
    found: dict[str, object] = {}
    for each in node.keywords:
        value = evaluate(each.value, inner)
        if isinstance(value, Unknown) or each.arg is None:
            raise _NotMade(f"the arguments of class {node.name} are not known: {short(each.value)}")
        found[each.arg] = value
    return found


def _prepared(
    node: ast.ClassDef, bases: list[object], keywords: dict[str, object], space: Space
) -> tuple[type, dict[str, Any], list[type]]:
    """Return the metaclass, what it is given, and the real bases; refuse a metaclass that would run."""
    resolved = types.resolve_bases(tuple(bases))
    for each in resolved:
        if not is_class(each):
            raise _NotMade(f"a base of {node.name} is no class")
    given = dict(keywords)
    metaclass: object = given.pop("metaclass", None)
    if metaclass is None:
        metaclass = cast("object", type(resolved[0])) if resolved else type
    if not is_class(metaclass):
        raise _NotMade(f"the metaclass of {node.name} is no class")
    chosen = cast("type", metaclass)
    for each in resolved:
        kind = cast("type[type]", type(each))
        if issubclass(kind, chosen):
            chosen = kind
    if space.world.is_own(chosen):
        own = [each for each in mro(chosen) if space.world.is_own(each)]
        active = [name for each in own for name in namespace(each) if _asked(name)]
        if active:
            raise _NotMade(f"the metaclass of {node.name} has a {active[0]} of its own")
    elif chosen not in _QUIET and chosen.__name__ not in _QUIET_NAMES:
        raise _NotMade(f"the metaclass {chosen.__name__} of {node.name} may change it")
    return chosen, given, [cast("type", each) for each in resolved]


def _asked(name: str) -> bool:
    return (name.startswith("__") and name.endswith("__") and name not in _OWN_METACLASS) or name == "mro"


def _is_host(metaclass: type, space: Space) -> bool:
    return not space.world.is_own(metaclass)


def _namespace(node: ast.ClassDef, body: Space, space: Space, metaclass: type) -> dict[str, object]:
    """Return what the class body holds, with something in the place of what is unknown."""
    world = space.world
    held: dict[str, object] = {"__module__": space.module.__name__, "__qualname__": body.path}
    documented = ast.get_docstring(node, clean=False)
    if documented is not None:
        held["__doc__"] = documented
    if body.annotations:
        held["__annotations__"] = body.annotations
    of_enum = issubclass(metaclass, enum.EnumMeta)
    for name, value in body.names.items():
        if not isinstance(value, Unknown):
            held[name] = value
            continue
        held[name] = value.as_value() if of_enum or world.face is Face.WORST else value.as_anything()
        world.leave_open(name)
    if any(isinstance(body.names.get(name), Unknown) for name in ("__slots__", "__call__", "__class_getitem__")):
        raise _NotMade(f"a part of the body of {node.name} is not known")
    return held


def _refuse_hooks(
    node: ast.ClassDef, bases: list[type], held: Mapping[str, object], metaclass: type, space: Space
) -> None:
    """Refuse a class whose making calls back into the plugin or the host."""
    world = space.world
    for each in bases:
        hook = find_in_class(each, "__init_subclass__")
        if hook is not None and hook[1] is not object and not _is_quiet(hook[1]):
            raise _NotMade(
                f"the base class {each.__name__} of {node.name} changes or records what derives from it"
            )
    if issubclass(metaclass, enum.EnumMeta):
        own = [each for base in bases for each in mro(base) if world.is_own(each)]
        hooks = _ENUM_HOOKS & {*held, *[name for each in own for name in namespace(each)]}
        if hooks or not all(_is_enum_like(base) for base in bases):
            raise _NotMade(f"the members of the enum {node.name} are made by code of the plugin's")
    for name, value in held.items():
        hook = find_in_class(type(value), "__set_name__")
        if hook is not None and world.is_own(hook[0]) and not _only_keeps(hook[0], space):
            raise _NotMade(f"{name} of {node.name} has a __set_name__ that may change the class")


def _is_quiet(owner: type) -> bool:
    return module_name(owner) in {"typing", "enum", "abc", "builtins", "collections.abc", "contextlib"}


def _is_enum_like(base: type) -> bool:
    return find_in_class(base, "_member_map_") is not None or base in {int, str, float, object, bytes}


def _only_keeps(function: object, space: Space) -> bool:
    """Say whether a ``__set_name__`` does no more than to keep what it is told in its own attributes."""
    defined = space.world.definition(function)
    if defined is None:
        return False
    for statement in defined[0].body:
        match statement:
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                continue
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"))]):
                continue
            case _:
                return False
    return True


def _fill_cells(cls: object, held: Mapping[str, object]) -> None:
    """Give ``super()`` and ``__class__`` their class, as the interpreter does."""
    for value in held.values():
        inner = getattr(value, "__func__", value) if type(value) in {staticmethod, classmethod} else value
        functions = [inner]
        if type(value) is property:
            functions = [value.fget, value.fset, value.fdel]
        for function in functions:
            if type(function) is types.FunctionType and "__class__" in function.__code__.co_freevars:
                for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
                    if name == "__class__":
                        cell.cell_contents = cls


__all__ = ["make_class"]
