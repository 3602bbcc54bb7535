"""What the classes of a contract are made of: records, enums, interfaces."""

from __future__ import annotations

import types
import typing
from typing import TYPE_CHECKING, Any, cast

from .functions import function_of, head_of
from .names import Scope, annotations_of, scope_of_class
from .shape import (
    ASYNC,
    ATTRIBUTE,
    ATTRS,
    DATACLASS,
    METHOD,
    NAMED_TUPLE,
    PROPERTY,
    TYPED_DICT,
    UNTYPED,
    Enumeration,
    Field,
    Interface,
    Member,
    Record,
    Ref,
    Shape,
    standard_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .functions import Forms

    Reading = Callable[[Forms, type, Mapping[object, Shape], Ref, str], Shape]

_NOT_MEMBERS = frozenset(
    [
        "__init__",
        "__new__",
        "__init_subclass__",
        "__subclasshook__",
        "__class_getitem__",
        "__annotate__",
        "__annotate_func__",
        "_is_protocol",
        "_is_runtime_protocol",
    ]
)
# What an ABC may define: a proxy says what it is itself, and is neither copied nor pickled.
_HARMLESS = _NOT_MEMBERS | {
    *("__repr__", "__dir__", "__sizeof__", "__set_name__", "__del__", "__copy__", "__deepcopy__", "__replace__"),
    *("__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__getnewargs__", "__getnewargs_ex__"),
}
_WAY_OUT = "make it a Protocol, which crosses by reference, or a dataclass, which crosses as a copy"


def reading_of(cls: type[Any], *, exposed: bool = False) -> Reading | str:
    """Return what reads the class, or why its instances cannot cross."""
    held = vars(cls)
    if held.get("_is_protocol") is True:
        return _protocol
    if "__required_keys__" in held:
        return _typed_dict
    if tuple in cls.__mro__ and isinstance(getattr(cls, "_fields", None), tuple):
        return _named_tuple
    if "_member_names_" in held and hasattr(cls, "__members__"):
        return _enumeration
    attrs = "__attrs_attrs__" in held
    if (
        attrs
        or "__dataclass_fields__" in held
        or (hasattr(cls, "__dataclass_fields__") and not annotations_of(cls))
    ):
        # A class made by C keeps its content where no field tells of it.
        native = next((each for each in cls.__mro__[:-1] if not each.__flags__ & (1 << 9)), None)
        if native is not None:
            return f"{cls.__qualname__} derives from {native.__name__}, whose content would be lost"
        return _attrs if attrs else _dataclass
    if exposed:
        return _exposed
    abstract = cast("frozenset[str]", getattr(cls, "__abstractmethods__", frozenset[str]()))
    if abstract and not cls.__module__.startswith(("collections", "numbers")):
        concrete = sorted(name for name in {*_public(cls), *_special(cls)} if name not in abstract)
        if not concrete:
            return _abstract
        return f"{cls.__qualname__} is an ABC whose {', '.join(concrete)} is not abstract: {_WAY_OUT}"
    if issubclass(cls, BaseException):
        return f"{cls.__qualname__} is an exception, which crosses when it is raised, not as a value"
    return f"{cls.__qualname__} is a plain class, not data: {_WAY_OUT}"


def _public(cls: type[Any]) -> list[str]:
    """Return the names of the class's public members that have a value, `__call__` included."""
    held = [name for each in _authored(cls) for name in vars(each)]
    return [name for name in dict.fromkeys(held) if not name.startswith("_") or name == "__call__"]


def _special(cls: type[Any]) -> list[str]:
    """Return the names of the special methods that the class defines, and that tell of more than its machinery."""
    held = {name: value for each in _authored(cls) for name, value in vars(each).items()}
    return [
        name
        for name, value in held.items()
        if name.startswith("__") and name.endswith("__") and name not in _HARMLESS
        if isinstance(getattr(value, "__func__", value), types.FunctionType | property)
    ]


def _authored(cls: type) -> list[type]:
    """Return the MRO, bases first, without the classes that only carry the machinery."""
    machinery = {"object", "typing.Generic", "typing.Protocol", "abc.ABC"}
    return [
        each
        for each in reversed(cls.__mro__)
        if standard_name(each) not in machinery and each.__module__ != "typing_extensions"
    ]


def _lineage(
    forms: Forms, cls: type, bindings: Mapping[object, Shape], ref: Ref, path: str
) -> list[tuple[type, Scope]]:
    """Return the class and its bases, bases first, each with what its names and type parameters mean."""
    found: dict[type, Scope] = {}

    def visit(each: type, given: Mapping[object, Shape]) -> None:
        scope = found[each] = scope_of_class(each, given, ref)
        for base in cast("tuple[object, ...]", vars(each).get("__orig_bases__", each.__bases__)):
            origin = typing.get_origin(base) or base
            if isinstance(origin, type) and origin not in found and origin is not typing.Generic:
                shapes = [forms.of(form, scope, path) for form in typing.get_args(base)]
                if standard_name(origin) != "typing.Protocol":
                    visit(origin, forms.bound(getattr(origin, "__parameters__", ()), shapes, scope, path))

    visit(cls, bindings)
    if vars(cls).get("__required_keys__") is not None:
        return list(reversed(found.items()))
    return [(each, found.get(each) or scope_of_class(each, {}, ref)) for each in _authored(cls)]


def _declared(lineage: list[tuple[type, Scope]]) -> dict[str, tuple[object, Scope]]:
    """Return what each annotated name is declared as, nearest class first."""
    declared: dict[str, tuple[object, Scope]] = {}
    for cls, scope in lineage:
        for name, form in annotations_of(cls).items():
            # A TypedDict repeats its bases' annotations: the scope is that of the first.
            if name not in declared or declared[name][0] is not form:
                declared[name] = form, scope
    return declared


def _dataclass(forms: Forms, cls: Any, bindings: Mapping[object, Shape], ref: Ref, path: str) -> Shape:
    import dataclasses

    declared = _declared(_lineage(forms, cls, bindings, ref, path))
    fields: list[Field] = []
    for each in dataclasses.fields(cls):
        form, scope = declared.get(each.name, (each.type, scope_of_class(cls, bindings, ref)))
        missing = each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
        shape = forms.of(form, scope, f"{path}.{each.name}")
        fields.append(Field(each.name, shape, missing, each.init))
    return Record(DATACLASS, tuple(fields), cls.__dataclass_params__.frozen)


def _attrs(forms: Forms, cls: Any, bindings: Mapping[object, Shape], ref: Ref, path: str) -> Shape:
    declared = _declared(_lineage(forms, cls, bindings, ref, path))
    fields: list[Field] = []
    for each in cls.__attrs_attrs__:
        form = typing.Any if each.type is None else each.type
        form, scope = declared.get(each.name, (form, scope_of_class(cls, bindings, ref)))
        shape = forms.of(form, scope, f"{path}.{each.name}")
        fields.append(Field(each.name, shape, repr(each.default) == "NOTHING", each.init))
    frozen = getattr(cls.__setattr__, "__name__", "") == "_frozen_setattrs"
    return Record(ATTRS, tuple(fields), frozen)


def _named_tuple(forms: Forms, cls: Any, bindings: Mapping[object, Shape], ref: Ref, path: str) -> Shape:
    declared = _declared(_lineage(forms, cls, bindings, ref, path))
    fields: list[Field] = []
    for name in cls._fields:
        form, scope = declared.get(name, (typing.Any, Scope({})))
        fields.append(Field(name, forms.of(form, scope, f"{path}.{name}"), name not in cls._field_defaults))
    return Record(NAMED_TUPLE, tuple(fields), frozen=True)


def _typed_dict(forms: Forms, cls: Any, bindings: Mapping[object, Shape], ref: Ref, path: str) -> Shape:
    fields: list[Field] = []
    for name, (form, scope) in sorted(_declared(_lineage(forms, cls, bindings, ref, path)).items()):
        required = name in cls.__required_keys__
        # In a string the qualifier was not seen when the class was made.
        required = {"Required": True, "NotRequired": False}.get(head_of(form), required)
        fields.append(Field(name, forms.of(form, scope, f"{path}[{name!r}]"), required))
    return Record(TYPED_DICT, tuple(fields))


def _enumeration(_forms: Forms, cls: Any, _bindings: Mapping[object, Shape], _ref: Ref, _path: str) -> Shape:
    flag = hasattr(cls, "_flag_mask_")
    members = cls._member_map_
    return Enumeration(tuple((name, members[name]._value_ if flag else None) for name in cls._member_names_), flag)


def _protocol(forms: Forms, cls: type, bindings: Mapping[object, Shape], ref: Ref, path: str) -> Shape:
    return _interface(forms, cls, bindings, ref, path, wanted=lambda _name: True)


def _abstract(forms: Forms, cls: Any, bindings: Mapping[object, Shape], ref: Ref, path: str) -> Shape:
    return _interface(forms, cls, bindings, ref, path, wanted=lambda name: name in cls.__abstractmethods__)


def _exposed(forms: Forms, cls: type, bindings: Mapping[object, Shape], ref: Ref, path: str) -> Shape:
    public = frozenset(_public(cls))
    return _interface(forms, cls, bindings, ref, path, wanted=lambda name: name in public)


def _interface(
    forms: Forms,
    cls: type,
    bindings: Mapping[object, Shape],
    ref: Ref,
    path: str,
    *,
    wanted: Callable[[str], bool],
) -> Shape:
    lineage = _lineage(forms, cls, bindings, ref, path)
    found: dict[str, tuple[object, Scope]] = {}
    for each, scope in lineage:
        for name, value in vars(each).items():
            dunder = name.startswith("__") and name.endswith("__")
            if name in _NOT_MEMBERS or name.startswith("_abc_") or not wanted(name):
                continue
            if not dunder or isinstance(getattr(value, "__func__", value), types.FunctionType | property):
                found[name] = value, scope
    declared = _declared(lineage)
    inner = f"{path}." if path else ""
    members = [
        _attribute(forms, name, *each, inner) for name, each in declared.items() if not name.startswith("__")
    ]
    members += [_member(forms, name, *each, inner) for name, each in found.items() if name not in declared]
    return Interface(tuple(sorted(members, key=lambda each: each.name)))


def _attribute(forms: Forms, name: str, form: object, scope: Scope, path: str) -> Member:
    fixed = head_of(form) in {"Final", "ClassVar", "ReadOnly"}
    return Member(name, ATTRIBUTE, forms.of(form, scope, f"{path}{name}"), not fixed)


def _member(forms: Forms, name: str, value: object, scope: Scope, path: str) -> Member:
    if isinstance(value, property):
        getter = value.fget
        if not isinstance(getter, types.FunctionType):
            return Member(name, PROPERTY, UNTYPED)
        read = function_of(forms, getter, scope, f"{path}{name}")
        shape = read.result
        if read.kind == ASYNC:
            shape = forms.refuse(f"{path}{name}", "a property cannot be awaited: make it a method")
        return Member(name, PROPERTY, shape, value.fset is not None, read.raises)
    function = getattr(value, "__func__", value)
    if not isinstance(function, types.FunctionType):
        return Member(name, ATTRIBUTE, forms.of(type(value), scope, f"{path}{name}"), writable=True)
    if function.__name__ == "_overload_dummy":
        reason = "its overloads have no one shape: make it one signature with unions, or several members"
        return Member(name, METHOD, forms.refuse(f"{path}{name}", reason))
    bound = not isinstance(value, staticmethod)
    shape = function_of(forms, function, scope, f"{path}{name}", bound=bound)
    return Member(name, shape.kind, shape)
