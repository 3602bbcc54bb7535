"""Reading classes, instances and modules without running any code of theirs.

``getattr`` on a stranger's object runs properties, ``__getattribute__``, ``__class__`` and metaclasses. Every
reading of the contract check goes through the interpreter's own slots instead, taken once from ``type``.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

Namespace = Mapping[str, object]

mro: Final = cast("Callable[[type], tuple[type, ...]]", type.__dict__["__mro__"].__get__)
bases: Final = cast("Callable[[type], tuple[type, ...]]", type.__dict__["__bases__"].__get__)
namespace: Final = cast("Callable[[type], Namespace]", type.__dict__["__dict__"].__get__)
# Both arguments must be classes; the walk compares identities and asks no __subclasscheck__.
_is_subclass: Final[Callable[[type, type], bool]] = type.__subclasscheck__
_flags = cast("Callable[[type], int]", type.__dict__["__flags__"].__get__)
_module_namespace = cast(
    "Callable[[types.ModuleType], dict[str, object]]", vars(types.ModuleType)["__dict__"].__get__
)
_name = cast("Callable[[type], str]", type.__dict__["__name__"].__get__)
_qualname = cast("Callable[[type], str]", type.__dict__["__qualname__"].__get__)

_module = cast("Callable[[type], object]", type.__dict__["__module__"].__get__)

_HEAP_TYPE: Final = 1 << 9

MISSING: Final = object()


def identities(*classes: type) -> frozenset[int]:
    """Return the classes' identities: membership by ``in`` would ask a metaclass's ``__eq__`` and ``__hash__``."""
    return frozenset(id(each) for each in classes)


def is_class(value: object) -> bool:
    """Say whether the value really is a class, whatever its ``__class__`` pretends."""
    return _is_subclass(type, type(value))


def derives(cls: type, ancestor: type) -> bool:
    """Say whether the ancestor stands in the class's method resolution order: nominal, no registration counts."""
    return _is_subclass(ancestor, cls)


def is_instance(value: object, cls: type) -> bool:
    """Say whether the value's real type derives from the class."""
    return _is_subclass(cls, type(value))


def is_heap_type(cls: type) -> bool:
    """Say whether a ``class`` statement made the class, rather than C."""
    return bool(_flags(cls) & _HEAP_TYPE)


def find_in_class(cls: type, name: str) -> tuple[object, type] | None:
    """Return what the class's MRO holds under the name, unbound, and the class that holds it."""
    for each in mro(cls):
        held = namespace(each)
        if name in held:
            return held[name], each
    return None


def instance_namespace(value: object) -> Namespace:
    """Return the instance's own attributes; empty where it has none or a property hides them."""
    found = find_in_class(type(value), "__dict__")
    if found is None or type(found[0]) is not types.GetSetDescriptorType:
        return {}
    held = cast("Any", found[0]).__get__(value)
    return cast("dict[str, object]", held) if type(held) is dict else {}


def module_namespace(module: types.ModuleType) -> dict[str, object]:
    """Return the module's globals."""
    return _module_namespace(module)


def class_name(cls: type) -> str:
    """Return the class's name for a reader: qualified, without the function that it stands in."""
    return _qualname(cls).rpartition("<locals>.")[2]


def qualified_name(cls: type) -> str:
    """Return the class's ``__qualname__``."""
    return _qualname(cls)


def bare_name(cls: type) -> str:
    """Return the class's ``__name__``."""
    return _name(cls)


def module_name(cls: type) -> str:
    """Return the name of the module that the class says it comes from; empty where it says nothing."""
    try:
        name = _module(cls)
    except AttributeError:
        return ""
    return name if type(name) is str else ""


def full_name(cls: type) -> str:
    """Return module and name, as a reader would import it; a builtin without its module."""
    module = module_name(cls)
    return class_name(cls) if module in {"", "builtins", "__main__"} else f"{module}.{class_name(cls)}"


def is_protocol(cls: type) -> bool:
    """Say whether the class itself is a protocol (PEP 544), not merely a class that implements one."""
    return namespace(cls).get("_is_protocol") is True


def is_typed_dict(cls: type) -> bool:
    """Say whether the class is a TypedDict (PEP 589)."""
    held = namespace(cls)
    return "__required_keys__" in held and "__total__" in held and derives(cls, dict)


def is_named_tuple(cls: type) -> bool:
    """Say whether the class was made by NamedTuple or namedtuple."""
    return derives(cls, tuple) and any("_fields" in namespace(each) for each in mro(cls))


def is_frozen_dataclass(cls: type) -> bool:
    """Say whether assignment to the instances' fields is refused by ``@dataclass(frozen=True)``."""
    for each in mro(cls):
        given = namespace(each).get("__dataclass_params__")
        if given is not None:
            return cast("Any", given).frozen is True
    return False


def code_place(code: types.CodeType) -> str:
    """Return ``file:line`` of a code object."""
    return f"{code.co_filename}:{code.co_firstlineno}"
