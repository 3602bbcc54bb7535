"""What a plugin is configured with: the policy's table for it, as the type that the host has for that."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from itertools import repeat
from typing import Any, cast, get_origin

import msgspec
from msgspec import inspect

from hotplug.boundaries.activation import class_name, kind_of, text_of
from hotplug.boundaries.checking import checked
from hotplug.errors import ActivationError, PluginError, PluginRaised, PolicyError, nearest
from hotplug.policy.file import located
from hotplug.policy.lines import dotted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hotplug.plugin import Plugin
    from hotplug.policy.file import Policy

_OF_TOML = (datetime, date, time)
"""What TOML has beyond what msgspec takes for granted."""
_EACH: tuple[object, ...] = ("", 0, 0.0, True, [], {}, datetime.fromtimestamp(0, UTC), date.min, time.min)
"""A value of each kind that TOML has."""
_PLACE = re.compile(r"(?P<said>.*) - at `(?P<key>key` in `)?\$(?P<way>.*)`", re.DOTALL)
_FAILED = "failed to start with its configuration"
_WAY_OUT = "correct its configuration; if that is as it should be, tell the plugin's author"
_GENERATED = ("<string>", "<attrs generated")  # the files of what dataclasses and attrs write
_PRIVATE = re.compile(r"__hp\d+_")
_CORRECT = "correct it; the plugin was not started"
_FOREIGN = "leave it out; if it is needed, tell the program's author, whose type it is"
_Fields = inspect.StructType | inspect.DataclassType | inspect.TypedDictType


def fit(config: type) -> type:
    """Return the type of a host's configuration, if it is one.

    Raises:
        TypeError: If it is not a class with fields that a table can be converted to.
    """
    try:
        info = inspect.type_info(config)
    except Exception as error:
        raise TypeError(f"config= takes a class with fields, and of {config!r}: {error}") from error
    if not isinstance(info, _Fields):
        raise TypeError(
            f"config= takes a class with fields (a dataclass, a TypedDict, of attrs or msgspec), not {config!r}"
        )
    for reason in _objections(info, set()):
        raise TypeError(f"config= takes {reason}")
    return config


def configured(config: type, table: Mapping[str, object] | None, name: str, policy: Policy | None) -> object:
    """Return a plugin's configuration.

    Args:
        config: The host's type.
        table: What the policy says, None if nothing.
        name: The plugin's name.
        policy: Where it says it.

    Raises:
        PolicyError: If the table does not fit the type, or there is none and not every field has a default.
    """
    given: Mapping[str, object] = {} if table is None else table
    foreign: list[object] = []  # what the host's type has that nothing in a file becomes

    def custom(kind: Any, value: object) -> object:
        from pathlib import Path, PurePath

        cls = get_origin(kind) or kind
        path = issubclass(cls, PurePath)
        if path and isinstance(value, str):
            return cls(located(value, policy.path if policy else "") if issubclass(cls, Path) else value)
        if _is(value, cls):
            return value
        if not path and not any(_is(each, cls) for each in _EACH):
            foreign.append(cls)
            raise TypeError(f"nothing that stands in a policy is a `{class_name(cls)}`")
        raise TypeError(f"expected `{'str' if path else class_name(cls)}`, got `{type(value).__name__}`")

    at = ("plugins", name, "config")
    for way, key, known in _unknown(inspect.type_info(config), given):
        near = nearest(key, known) or (f"; known are {', '.join(known)}" if known else "")
        raise _refusal(f"{dotted((*at, *way, key))} is not known{near}", (*at, *way, key), name, policy)
    try:
        return cast(
            "object",
            msgspec.convert(given, config, strict=True, builtin_types=_OF_TOML, str_keys=True, dec_hook=custom),
        )
    except msgspec.ValidationError as error:
        found = _PLACE.fullmatch(str(error))
        said, steps = (found["said"], found["way"]) if found else (str(error), "")
        own = error.__cause__  # what the host's type raised, which may have no text
        said = _lower(said) if own is None else said or kind_of(own)
        way = (*at, *re.findall(r"[^.\[\]]+", steps))
        where = f"{'a key of ' if found and found['key'] else ''}{dotted(at)}{steps}"
        if table is None:
            remedy = f"write a table [{dotted(at)}] into the policy"
            raise PolicyError(f"is not configured: {said}", plugin=name, remedy=remedy) from error
        raise _refusal(f"{where}: {said}", way, name, policy, _FOREIGN if foreign else _CORRECT) from error
    except RecursionError:
        raise _refusal(f"{dotted(at)} is nested too deeply", at, name, policy) from None
    except Exception as error:  # the host's own __post_init__
        said = f": {text}" if (text := text_of(error)) else ""
        raise _refusal(f"{dotted(at)}: {kind_of(error)}{said}", at, name, policy) from error


def looked_up(plugin: Plugin, symbol: str, contract: Any, *, kind: Any, config: object, name: str) -> object:
    """Look up what takes a configuration and returns what satisfies the contract; return what it returns.

    Args:
        plugin: The plugin.
        symbol: The symbol.
        contract: The type of what it returns.
        kind: The type of the configuration.
        config: The configuration.
        name: The plugin's name, for messages.

    Raises:
        ContractError: If the symbol, or what it returns, does not satisfy its part.
        ActivationError: If it raises.
    """
    make: Callable[[object], object] = plugin.lookup(symbol, cast("Any", Callable[[kind], contract]))
    try:
        value = make(config)
    except PluginRaised as error:
        reason = f"{_FAILED}: {error.reason.removeprefix('raised ')}"
        raise ActivationError(reason, plugin=name, remedy=_WAY_OUT) from error
    except (PluginError, KeyboardInterrupt):
        raise
    except BaseException as error:  # as of a module that starts, SystemExit too: it ends no host
        said = f": {text}" if (text := text_of(error)) else ""
        reason = _PRIVATE.sub("", f"{_FAILED}: {kind_of(error)}{said}")
        raise ActivationError(reason, plugin=name, remedy=_WAY_OUT) from error
    if plugin.boundary == "process":
        return value
    return checked(value, contract, symbol=symbol, plugin=name, readable=lambda text: _PRIVATE.sub("", text))


def _refusal(
    what: str, keys: tuple[str, ...], name: str, policy: Policy | None, remedy: str = _CORRECT
) -> PolicyError:
    where = "" if policy is None else f"{policy.place(*keys)}: "
    return PolicyError(f"{where}{what}", plugin=name, remedy=remedy)


def _lower(said: str) -> str:
    return said[:1].lower() + said[1:]


def _is(value: object, cls: type) -> bool:
    """Tell whether a value is of a class; of a Protocol that nobody may ask, none is."""
    try:
        return isinstance(value, cls)
    except TypeError:
        return False


def _objections(info: object, seen: set[type], *, key: bool = False) -> Iterator[str]:
    """Yield what a type is not to be made of; each class that has fields is looked at once."""
    if isinstance(info, _Fields | inspect.NamedTupleType):
        if info.cls in seen:  # K[int] and K[Path] are two
            return
        seen.add(info.cls)
        cls = get_origin(info.cls) or info.cls
        if isinstance(info, inspect.DataclassType) and (reason := _bypassed(cls)):
            yield f"what is made of its fields alone: {cls.__qualname__} {reason}"
        for field in info.fields:
            yield from _objections(field.type, seen)
        return
    if key and isinstance(info, inspect.CustomType) and not _is("", info.cls):  # msgspec would leave it a text
        yield f"tables with keys that a policy can have, not with keys of {class_name(info.cls)}"
    parts = [getattr(info, name, None) for name in ("type", "item_type", "value_type")]
    for each in (*parts, *getattr(info, "types", ()), *getattr(info, "item_types", ())):
        if isinstance(each, inspect.Type):
            yield from _objections(each, seen, key=key)
    if isinstance(keys := getattr(info, "key_type", None), inspect.Type):
        yield from _objections(keys, seen, key=True)


def _bypassed(cls: type) -> str:
    """Return what of a class would not run where its fields are set one by one; empty where nothing is lost."""
    if hasattr(cls, "__pydantic_validator__"):
        return "is of pydantic, whose checks would not run"
    code = getattr(getattr(cls, "__init__", None), "__code__", None)
    if not getattr(code, "co_filename", "").startswith(_GENERATED):
        return "has an __init__ of its own, which would not run"
    for each in getattr(cls, "__attrs_attrs__", ()):
        if each.converter is not None:
            return f"converts {each.name}, which would not be done"
    return ""


def _computed(cls: type) -> set[str]:
    """Return the fields of a class that it sets itself."""
    fields = (*getattr(cls, "__dataclass_fields__", {}).values(), *getattr(cls, "__attrs_attrs__", ()))
    return {each.name for each in fields if not each.init}


def _unknown(info: object, value: object) -> Iterator[tuple[tuple[str, ...], str, list[str]]]:
    """Yield the keys of a table that its type does not have: msgspec passes over them."""
    info = _meant(info, value)
    if isinstance(info, _Fields) and isinstance(value, dict):
        own = _computed(get_origin(info.cls) or info.cls)
        fields = {field.encode_name: field.type for field in info.fields if field.name not in own}
        tag = info.tag_field if isinstance(info, inspect.StructType) else None
        for key, inner in cast("dict[str, object]", value).items():
            if key in fields:
                for way, unknown, known in _unknown(fields[key], inner):
                    yield (key, *way), unknown, known
            elif key != tag:
                yield (), key, list(fields)
    elif isinstance(value, list):
        for kind, inner in zip(_items(info), cast("list[object]", value), strict=False):
            yield from _unknown(kind, inner)
    elif isinstance(info, inspect.DictType) and isinstance(value, dict):
        for key, inner in cast("dict[str, object]", value).items():
            for way, unknown, known in _unknown(info.value_type, inner):
                yield (key, *way), unknown, known


def _items(info: object) -> Iterable[object]:
    """Return the types of the items of a list."""
    if isinstance(info, inspect.NamedTupleType):
        return [field.type for field in info.fields]
    return info.item_types if isinstance(info, inspect.TupleType) else repeat(getattr(info, "item_type", None))


def _meant(info: object, value: object) -> object:
    """Return which type of a union a table, or a list, would be converted to; any other type as it is."""
    while isinstance(info, inspect.Metadata):
        info = info.type
    if not isinstance(info, inspect.UnionType):
        return info
    every = [_meant(each, value) for each in info.types]
    if not isinstance(value, dict):
        return next(
            (
                each
                for each in every
                if isinstance(each, inspect.CollectionType | inspect.TupleType | inspect.NamedTupleType)
            ),
            None,
        )
    tables = [each for each in every if isinstance(each, _Fields | inspect.DictType)]
    for each in tables:  # several are told apart by their tags
        if isinstance(each, inspect.StructType) and each.tag_field is not None and len(tables) > 1:
            if cast("dict[str, object]", value).get(each.tag_field) == each.tag:
                return each
        else:
            return each
    return None
