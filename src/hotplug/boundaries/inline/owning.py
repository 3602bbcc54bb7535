"""What belongs to a plugin: told by the names of modules and by the builtins of code, without running any of it.

A value may be anything, with a ``__class__``, ``__eq__`` or ``__getattr__`` of the plugin's own. So classes and
attributes are read with the interpreter's own descriptors only, and nothing is compared but by identity.
"""

from __future__ import annotations

import sys
from types import (
    AsyncGeneratorType,
    BuiltinMethodType,
    CoroutineType,
    FrameType,
    FunctionType,
    GeneratorType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)

from hotplug.light import cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from hotplug.boundaries.inline.namespace import Namespace

_MODULE, _NAME, _MRO, _VARIABLES = (
    type.__dict__[each] for each in ("__module__", "__qualname__", "__mro__", "__dict__")
)

_DICT: Any = dict


class Owner:
    """Tells whether a value is one plugin's.

    Args:
        namespace: The plugin's modules.
    """

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace
        self._builtins = namespace.builtins

    def has_module(self, name: object) -> bool:
        """Tell whether a module's name is the plugin's."""
        return issubclass(type(name), str) and self._namespace.owns(letters(name))

    def mentioned_in(self, text: object) -> bool:
        """Tell whether a text holds the name of one of the plugin's modules, as it is in this process."""
        return type(text) is str and any(private in text for private in self._namespace.private.values())

    def has_class(self, cls: type) -> bool:
        """Tell whether a class was made in one of the plugin's modules."""
        return self.has_module(module_of(cls))

    def has_frame(self, frame: FrameType) -> bool:
        """Tell whether a frame runs the plugin's code; what that compiles has its builtins, under any name."""
        return frame.f_builtins is self._builtins or self.has_module(named_in(frame.f_globals))

    def has_function(self, function: FunctionType) -> bool:
        """Tell whether a function is the plugin's, or was made by another's decorator in its name."""
        return (
            cast("Any", function).__builtins__ is self._builtins
            or self.has_module(function.__module__)
            or self.has_module(named_in(function.__globals__))
        )

    def has(self, value: object) -> bool:
        """Tell whether a value is the plugin's: its function, class or module, or made from one of its classes."""
        cls = type(value)
        if cls is FunctionType:
            return self.has_function(cast("FunctionType", value))
        if cls is MethodType:
            method = cast("MethodType", value)
            return self.has(method.__func__) or self.has_class(type(method.__self__))
        if cls is BuiltinMethodType:
            return self.has_class(type(cast("BuiltinMethodType", value).__self__))
        if issubclass(cls, type) and self.has_class(cast("type", value)):
            return True
        if issubclass(cls, ModuleType) and self.has_module(named_in(variables_of(value) or {})):
            return True
        if cls is FrameType:
            return self.has_frame(cast("FrameType", value))
        frame = _suspended(value)
        return self.has_class(cls) if frame is None else self.has_frame(frame)

    def has_type_variable(self, value: object) -> bool:
        """Tell whether a value is one of the plugin's type variables or new types."""
        cls = type(value)
        if module_of(cls) != "typing" or cls.__name__ not in _TYPES:
            return False
        return self.has_module(cast("type", value).__module__)

    def teller(self) -> Callable[[object], bool]:
        """Return what tells the same as `has`, quicker for many values, and of a module's variables too."""
        answers: dict[int, Callable[[object], bool]] = {id(dict): self._has_variables}
        kept: list[type] = []  # a class may have a __hash__ of its own, so they are told apart by identity

        def tells(value: object) -> bool:
            cls = type(value)
            answer = answers.get(id(cls))
            if answer is None:
                kept.append(cls)
                asked = is_one_of(cls, _ASKED) or issubclass(cls, (type, ModuleType))
                answer = answers[id(cls)] = self.has if asked else _yes if self.has_class(cls) else _no
            return answer(value)

        return tells

    def _has_variables(self, value: object) -> bool:
        variables = cast("dict[str, object]", value)
        return "__builtins__" in variables and self.has_module(variables.get("__name__"))

    def has_callable(self, value: object) -> bool:
        """Tell whether calling a value runs the plugin's code, also where it is a partial of that."""
        while _is_partial(value):
            value = cast("object", getattr(value, "func"))  # noqa: B009
        return self.has(value)


def is_one_of(cls: type, kinds: Iterable[type]) -> bool:
    """Tell whether a class is one of these; a metaclass may have an ``__eq__`` of its own."""
    return any(cls is each for each in kinds)


def _yes(_: object) -> bool:
    return True


def _no(_: object) -> bool:
    return False


def _is_partial(value: object) -> bool:
    functools = sys.modules.get("functools")
    return functools is not None and type(value) is functools.partial


def _suspended(value: object) -> FrameType | None:
    cls = type(value)
    if cls is GeneratorType:
        return cast("GeneratorType[object, object, object]", value).gi_frame
    if cls is CoroutineType:
        return cast("CoroutineType[object, object, object]", value).cr_frame
    if cls is AsyncGeneratorType:
        return cast("AsyncGeneratorType[object, object]", value).ag_frame
    return None


def module_of(cls: type) -> object:
    """Return a class's ``__module__``, whatever its metaclass says."""
    try:
        return cast("object", _MODULE.__get__(cls))
    except AttributeError:  # it was deleted
        return None


def cls_name(cls: type) -> str:
    """Return a class's ``__qualname__``, whatever its metaclass says."""
    return letters(_NAME.__get__(cls))


def variables_of(value: object) -> dict[str, object] | None:
    """Return an object's ``__dict__``, None where it has none; a property of that name is not run."""
    for cls in mro_of(type(value)):
        found = class_variables(cls).get("__dict__")
        if is_one_of(type(found), (GetSetDescriptorType, MemberDescriptorType)):
            variables = cast("GetSetDescriptorType", found).__get__(value)
            return variables if issubclass(type(variables), dict) else None
    return None


def mro_of(cls: type) -> tuple[type, ...]:
    """Return a class's ``__mro__``, whatever its metaclass says."""
    return cast("tuple[type, ...]", _MRO.__get__(cls))


def named_in(variables: object) -> object:
    """Return the ``__name__`` among a module's variables."""
    return _DICT.get(variables, "__name__")


def class_variables(cls: type) -> Mapping[str, object]:
    """Return a class's ``__dict__``, whatever its metaclass says."""
    return cast("Mapping[str, object]", _VARIABLES.__get__(cls))


def described(value: object) -> str:
    """Say in a few words what a value is; nothing of it is run."""
    cls = type(value)
    if cls is FunctionType:
        function = cast("FunctionType", value)
        return f"function {letters(function.__module__)}.{letters(function.__qualname__)}"
    if cls is MethodType:
        return f"method {described(cast('MethodType', value).__func__).removeprefix('function ')}"
    if cls is FrameType:
        return f"a call of {_place(cast('FrameType', value))}"
    if issubclass(cls, type):
        return f"class {full_name(cast('type', value))}"
    if cls is dict:
        return f"the variables of {letters(named_in(value))}"
    if issubclass(cls, ModuleType):
        return f"module {letters(named_in(variables_of(value) or {}))}"
    if is_one_of(cls, _KINDS):
        frame = _suspended(value)
        return f"{_KINDS[cls]} {'that has ended' if frame is None else _place(frame)}"
    return f"an instance of {full_name(cls)}"


def letters(value: object) -> str:
    """Return a str as it is spelt, whatever a subclass of str makes of it; a question mark for all else."""
    return str.__str__(cast("str", value)) if issubclass(type(value), str) else "?"


def _place(frame: FrameType) -> str:
    return f"{letters(named_in(frame.f_globals))}.{frame.f_code.co_qualname}"


def full_name(cls: type) -> str:
    """Return a class's name with its module's, whatever its metaclass says."""
    module = module_of(cls)
    return cls_name(cls) if type(module) is not str or module == "builtins" else f"{module}.{cls_name(cls)}"


_ASKED: tuple[type, ...] = (
    FunctionType,
    MethodType,
    BuiltinMethodType,
    FrameType,
    GeneratorType,
    CoroutineType,
    AsyncGeneratorType,
)
_TYPES = {"TypeVar", "ParamSpec", "TypeVarTuple", "NewType"}
_KINDS: dict[type, str] = {
    GeneratorType: "generator",
    CoroutineType: "coroutine",
    AsyncGeneratorType: "asynchronous generator",
}
