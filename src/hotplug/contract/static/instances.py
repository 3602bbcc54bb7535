"""Instances as a constructor's call leaves them: their class, and the attributes that ``__init__`` assigns."""

from __future__ import annotations

import dataclasses
import types
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from hotplug.contract.reflection import MISSING, find_in_class, is_heap_type, mro, namespace
from hotplug.contract.static.constructor import Constructor, NotTold, demand, own_constructor
from hotplug.contract.static.effects import look_into
from hotplug.contract.static.expressions import short
from hotplug.contract.static.unknown import Face, Unknown

if TYPE_CHECKING:
    import ast

    from hotplug.contract.static.calling import Arguments
    from hotplug.contract.static.functions import Definition
    from hotplug.contract.static.space import Space


def instance_of(cls: type, given: Arguments, node: ast.Call, space: Space) -> object:
    """Return the instance that a call of one of the plugin's classes makes, or `Unknown` with the reason."""
    world = space.world
    text = f"value computed by a call of {short(node.func)}()"
    for each in ("__new__", "__init__", "__post_init__"):
        found = find_in_class(cls, each)
        if found is not None and space.world.definition(getattr(found[0], "__func__", found[0])) is not None:
            look_into(getattr(found[0], "__func__", found[0]), space, node, constructor=True)
    try:
        return _made(cls, given, node, space)
    except NotTold as refusal:
        return world.unknown(f"{text}, {refusal}", space, node)
    except Exception as problem:  # noqa: BLE001 - a strange layout is one more thing that is not known
        return world.unknown(f"{text}, which raises {type(problem).__name__}: {problem}", space, node)


class _Making(NamedTuple):
    """One instance while it is made."""

    cls: type
    made: object
    given: Arguments
    attributes: dict[str, object]
    space: Space
    node: ast.Call

    def run(self, defined: tuple[Definition, Space], owner: type, given: Arguments) -> None:
        """Follow one of its methods."""
        Constructor(self.cls, self.made, self.attributes, self.space).run(*defined, owner, given, 0)


def _made(cls: type, given: Arguments, node: ast.Call, space: Space) -> object:
    world = space.world
    meta = find_in_class(type(cls), "__call__")
    if meta is not None and world.is_own(meta[0]):
        raise NotTold("whose metaclass decides what that is")
    if find_in_class(cls, "_member_map_") is not None:
        raise NotTold("a member of an enum")
    abstract = cast("frozenset[str]", getattr(cls, "__abstractmethods__", ()))
    if abstract:
        raise NotTold(f"which raises TypeError: {', '.join(sorted(abstract))} is abstract")
    if namespace(cls).get("_is_protocol") is True:
        raise NotTold("which raises TypeError: a protocol has no instances")
    if "__required_keys__" in namespace(cls):
        return _typed_dict(given)
    if find_in_class(cls, "_fields") is not None and issubclass(cls, tuple):
        return _named_tuple(cast("type", cls), given, space)
    made: object = cast("Any", _layout(cls, space)).__new__(cls)
    world.made(made)
    setter = find_in_class(cls, "__setattr__")
    if setter is not None and world.is_own(setter[0]):
        raise NotTold("which has a __setattr__ of its own")
    making = _Making(cls, made, given, {}, space, node)
    _initialise(making)
    _store(making)
    return made


def _typed_dict(given: Arguments) -> object:
    if given.positional or not given.whole or any(isinstance(each, Unknown) for each in given.each()):
        raise NotTold("whose items are not known")
    return dict(given.keywords)


def _named_tuple(cls: type, given: Arguments, space: Space) -> object:
    names = cast("tuple[str, ...]", cast("Any", cls)._fields)
    defaults = cast("dict[str, object]", getattr(cls, "_field_defaults", {}))
    new = find_in_class(cls, "__new__")
    if new is not None and space.world.is_own(getattr(new[0], "__func__", new[0])):
        raise NotTold("which has a __new__ of its own")
    demand(len(given.positional) <= len(names) and set(given.keywords) <= set(names), "it takes other arguments")
    meant = dict(zip(names, given.positional, strict=False)) | given.keywords
    items = [meant.get(name, defaults.get(name, MISSING)) for name in names]
    if not given.whole or any(isinstance(each, Unknown) for each in items):
        raise NotTold("whose items are not known")
    missing = [name for name, item in zip(names, items, strict=True) if item is MISSING]
    demand(not missing, f"it is not given {', '.join(missing)}")
    made: object = cast("Any", tuple).__new__(cls, items)
    space.world.made(made)
    return made


_LAYOUTS = frozenset({object, dict, list, set, frozenset, str, int, float, bytes, tuple})


def _layout(cls: type, space: Space) -> type:
    """Return the class made by C whose instances these are; refuse a ``__new__`` of the plugin's."""
    for each in mro(cls):
        if not is_heap_type(each):
            if each in _LAYOUTS or issubclass(each, BaseException):
                return each
            raise NotTold(f"an instance of a class that derives from {each.__name__}")
        new = namespace(each).get("__new__")
        if new is not None and (space.world.is_own(getattr(new, "__func__", new)) or each.__module__ != "typing"):
            raise NotTold("which has a __new__ of its own")
    return object


def _initialise(making: _Making) -> None:
    """Follow the constructor."""
    given = making.given
    found = next(((held, each) for each in mro(making.cls) if (held := own_constructor(each)) is not None), None)
    if found is None or not is_heap_type(found[1]):
        plain = found is None or found[1] is object
        demand(not plain or not given.whole or not given.each(), "it takes no arguments")
        return
    function, owner = found
    defined = making.space.world.definition(function)
    if defined is not None:
        making.run(defined, owner, given)
    elif "__dataclass_fields__" in namespace(owner):
        _dataclass(owner, making)
    else:
        # one of the contract's package, or of the standard library, may set anything
        raise NotTold(f"whose __init__ is that of {owner.__name__}")


def _dataclass(owner: type, making: _Making) -> None:
    given, space = making.given, making.space
    fields = list(cast("dict[str, Any]", cast("Any", owner).__dataclass_fields__).values())
    # dataclasses.fields() leaves out what is no field, though the constructor takes an InitVar
    kinds = {each.name: str(each._field_type) for each in fields}  # noqa: SLF001 - the only place that tells
    initial = [each for each in fields if each.init and kinds[each.name] != "_FIELD_CLASSVAR"]
    ordered = [each.name for each in initial if not each.kw_only]
    names = {each.name for each in initial}
    if not given.whole:
        raise NotTold("whose arguments are not known")
    demand(len(given.positional) <= len(ordered) and set(given.keywords) <= names, "it takes other arguments")
    meant = dict(zip(ordered, given.positional, strict=False)) | given.keywords
    for each in fields:
        kept = kinds[each.name] == "_FIELD"
        if each.name in meant:
            value = meant[each.name]
        elif each.default is not dataclasses.MISSING:
            value = each.default
        elif each.default_factory is not dataclasses.MISSING:
            empty = each.default_factory in {list, dict, set, str, int, float, tuple}
            reason = f"the value of the field {each.name}"
            value = each.default_factory() if empty else space.world.unknown(reason, space, making.node)
        else:
            demand(not (each.init and each.name in names), f"it is not given {each.name}")
            continue
        if kept:
            making.attributes[each.name] = value
    after = find_in_class(owner, "__post_init__")
    if after is None:
        return
    defined = space.world.definition(after[0])
    if defined is None:
        raise NotTold("whose __post_init__ is not known")
    making.run(defined, after[1], given._replace(whole=False))


def _store(making: _Making) -> None:
    """Put what is known into the instance; what is unknown as the world's face has it."""
    world = making.space.world
    for name, value in making.attributes.items():
        private = name.startswith("__") and not name.endswith("__")
        held = find_in_class(making.cls, name)
        if private or (held is not None and not _stores(type(held[0]))):
            continue  # a property or descriptor of the plugin's takes the value, and decides what it keeps
        if not isinstance(value, Unknown):
            object.__setattr__(making.made, name, value)
            continue
        world.leave_open(name)
        if world.face is Face.WORST:
            object.__setattr__(making.made, name, value.as_value())


def _stores(kind: type) -> bool:
    return kind is types.MemberDescriptorType or find_in_class(kind, "__set__") is None
