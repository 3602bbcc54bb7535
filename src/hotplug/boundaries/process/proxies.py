"""Proxies: objects that have the members of a contract and no more, and ask the other side for each.

A kind has one class of proxies. Its methods and properties are what the contract's own are to look at: names,
docstrings, signatures. Whether a proxy is an instance of a Protocol is answered without asking the worker. With an
ABC its class is registered: nothing of the ABC is inherited, and no code of its author runs for a new subclass.
"""

from __future__ import annotations

import abc
import sys
import types
import typing
from typing import Any, cast

from hotplug.boundaries.process.crossing import members_of
from hotplug.contract.shapes import Function, Interface, Member, Ref, Stream
from hotplug.contract.shapes.shape import (
    ASYNC,
    EITHER,
    EXTRA,
    GENERATOR,
    KEYWORD,
    METHOD,
    OPTIONS,
    POSITIONAL,
    VARIADIC,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.boundaries.process.kinds import Kind, Operation
    from hotplug.boundaries.process.references import Far

_FAR = "__hotplug_far__"
_CALLED = {METHOD, ASYNC, GENERATOR}
_ITERATORS = (("__next__", "__iter__"), ("__anext__", "__aiter__"))
# On Python 3.11 isinstance reads the attributes that a runtime protocol names, instead of looking for them.
_READS = sys.version_info < (3, 12)


class Incomparable(Exception):
    """What a proxy is to be compared with cannot cross."""


def proxy_of(far: Far) -> Any:
    """Return a new proxy of a lent object."""
    cls: Any = far.kind.proxy
    if cls is None:
        cls = far.kind.proxy = _class_of(far.kind)
    proxy: Any = object.__new__(cls)
    object.__setattr__(proxy, _FAR, far)
    return proxy


def far_of(value: object) -> Far | None:
    """Return what a proxy knows; None for what is no proxy."""
    cls = type(value)
    if not cls.__dict__.get("__hotplug_proxy__"):
        return None
    far: Far = cls.__dict__[_FAR].__get__(value, cls)
    return far


def _class_of(kind: Kind) -> type:
    known = kind.plan.shapes.resolved(kind.shape)
    contract = None
    if isinstance(kind.shape, Ref) and isinstance(known, Interface):
        contract = kind.plan.shapes.classes.get(kind.shape.name)
    members = members_of(kind.shape, kind.plan.shapes)
    names = tuple(each.name for each in members)
    space: dict[str, Any] = {
        "__slots__": (_FAR, "__weakref__"),
        "__hotplug_proxy__": True,
        "__doc__": None if contract is None else contract.__doc__,
        "__module__": __name__ if contract is None else contract.__module__,
        "__dir__": _dir,
        "__repr__": _repr,
        "__reduce_ex__": _reduce,
    }
    title = kind.owner or "callable"
    for operation, member in zip(kind.operations, members, strict=True):
        model = None if contract is None else _model(contract, member.name)
        if member.kind in _CALLED and isinstance(member.shape, Function):
            space[member.name] = _method(operation, member.shape, model, f"{title}.{member.name}")
        else:
            space[member.name] = _attribute(operation, member, model)
    if isinstance(known, Stream):  # an iterator is its own iterable
        space.update({own: _itself for following, own in _ITERATORS if following in names})
    if "__eq__" in space and "__hash__" not in space:
        space["__hash__"] = None
    cls = type(title.rpartition(".")[2], (), space)
    if contract is not None:
        cls.__qualname__ = contract.__qualname__
        if isinstance(contract, abc.ABCMeta) and not _is_protocol(contract):
            abc.ABCMeta.register(contract, cls)  # an ABC that is a Protocol in all but name
    return cls


def _is_protocol(cls: type) -> bool:
    return bool(cls.__dict__.get("_is_protocol"))


def _model(contract: type, name: str) -> Any:
    return next((vars(each)[name] for each in contract.__mro__ if name in vars(each)), None)


def _method(operation: Operation, shape: Function, model: Any, qualname: str) -> Callable[..., Any]:
    def method(self: Any, /, *args: Any, **named: Any) -> Any:
        far = self.__hotplug_far__
        return far.owner.call(far, operation, args, named)

    async def awaited(self: Any, /, *args: Any, **named: Any) -> Any:
        far = self.__hotplug_far__
        return await far.owner.call_async(far, operation, args, named)

    def comparison(self: Any, /, *args: Any, **named: Any) -> Any:
        far = self.__hotplug_far__
        try:
            return far.owner.call(far, operation, args, named)
        except Incomparable:
            return NotImplemented

    made: Any = awaited if operation.asynchronous else comparison if operation.compares else method
    made.__name__ = operation.name
    made.__qualname__ = qualname
    function = getattr(model, "__func__", model)
    if isinstance(function, types.FunctionType):
        made.__module__ = function.__module__
        made.__doc__ = function.__doc__
        made.__wrapped__ = function  # what inspect.signature and help() read
        if isinstance(model, staticmethod):
            made.__signature__ = _signature(shape, bound=True)
    else:
        made.__module__ = __name__
        made.__doc__ = None
        made.__signature__ = _signature(shape, bound=True)
    return cast("Callable[..., Any]", made)


def _signature(shape: Function, *, bound: bool) -> Any:
    import inspect

    kinds = {
        POSITIONAL: inspect.Parameter.POSITIONAL_ONLY,
        EITHER: inspect.Parameter.POSITIONAL_OR_KEYWORD,
        VARIADIC: inspect.Parameter.VAR_POSITIONAL,
        KEYWORD: inspect.Parameter.KEYWORD_ONLY,
        EXTRA: inspect.Parameter.VAR_KEYWORD,
        OPTIONS: inspect.Parameter.VAR_KEYWORD,
    }
    own = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)] if bound else []
    if shape.parameters is None:
        every = [("args", VARIADIC, True), ("kwargs", EXTRA, True)]
    else:
        every = [
            (each.name or f"arg{index}", each.kind, each.required) for index, each in enumerate(shape.parameters)
        ]
    given = [
        inspect.Parameter(
            name,
            kinds[kind],
            default=inspect.Parameter.empty if required or kind in {VARIADIC, EXTRA, OPTIONS} else ...,
        )
        for name, kind, required in every
    ]
    order = list(kinds.values())
    return inspect.Signature(sorted([*own, *given], key=lambda each: order.index(each.kind)))


def _attribute(operation: Operation, member: Member, model: Any) -> property:
    def read(self: Any) -> Any:
        if _READS and _only_looking():
            return None
        far = self.__hotplug_far__
        return far.owner.read(far, operation)

    def write(self: Any, value: Any) -> None:
        far = self.__hotplug_far__
        far.owner.write(far, operation, value)

    del member
    return property(read, write if operation.writable else None, doc=getattr(model, "__doc__", None))


def _only_looking() -> bool:
    """Say whether isinstance asks if there is such an attribute, by reading it as Python 3.11 does."""
    # whoever reads the attribute
    frame = sys._getframe(2)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    codes = _looking_codes()
    return frame.f_code in codes


def _looking_codes() -> frozenset[types.CodeType]:
    global _codes  # noqa: PLW0603 - read once: the interpreter's own
    if _codes is None:
        outer: types.CodeType = cast("Any", typing)._ProtocolMeta.__instancecheck__.__code__  # noqa: SLF001
        _codes = frozenset([outer, *(each for each in outer.co_consts if isinstance(each, types.CodeType))])
    return _codes


_codes: frozenset[types.CodeType] | None = None


def _itself(self: Any) -> Any:
    return self


def _dir(self: Any) -> list[str]:
    far: Far = self.__hotplug_far__
    return sorted(each.name for each in far.kind.operations)


def _repr(self: Any) -> str:
    far: Far = self.__hotplug_far__
    return f"<{far.kind.owner or 'callable'} of {far.owner.remote}, in another process>"


def _reduce(self: Any, _protocol: int) -> Any:
    far: Far = self.__hotplug_far__
    raise TypeError(
        f"{far.kind.owner or 'callable'} of {far.owner.remote} cannot be copied: it lives in another process"
    )
