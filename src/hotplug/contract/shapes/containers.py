"""The classes of the standard library that contain, stream or manage other values, by their names."""

from __future__ import annotations

import typing
from typing import Any

from .shape import INTEGER, NONE, UNTYPED, Context, Items, Pairs, Plain, Shape, Stream, Tuple

PLAIN = frozenset(
    [
        "bool",
        "float",
        "complex",
        "str",
        "bytes",
        "bytearray",
        "memoryview",
        "range",
        "array.array",
        "datetime.date",
        "datetime.datetime",
        "datetime.time",
        "datetime.timedelta",
        "datetime.timezone",
        "datetime.tzinfo",
        "zoneinfo.ZoneInfo",
        "decimal.Decimal",
        "fractions.Fraction",
        "uuid.UUID",
        "pathlib.Path",
        "pathlib.PurePath",
        "pathlib.PosixPath",
        "pathlib.WindowsPath",
        "pathlib.PurePosixPath",
        "pathlib.PureWindowsPath",
    ]
)
_ITEMS = frozenset(["list", "set", "frozenset", "collections.deque"])
_PAIRS = frozenset(["dict", "collections.defaultdict", "collections.OrderedDict", "collections.Counter"])
_SEQUENCES, _SETS = ("list", "tuple", "collections.deque"), ("set", "frozenset")
_ABSTRACT = {
    "Sequence": _SEQUENCES,
    "MutableSequence": ("list", "collections.deque"),
    "Set": _SETS,
    "MutableSet": ("set",),
    "Collection": _SEQUENCES + _SETS,
    "Reversible": _SEQUENCES,
    "Iterable": _SEQUENCES + _SETS,
    "Mapping": tuple(_PAIRS),
    "MutableMapping": tuple(_PAIRS),
    "Buffer": ("bytes", "bytearray", "memoryview", "array.array"),
    "ByteString": ("bytes", "bytearray", "memoryview"),
}
# What is a sequence of its own kind: of str, of int.
_STRINGS: dict[Shape, tuple[str, ...]] = {Plain("str"): ("str",), INTEGER: ("bytes", "range")}
_STREAMS = {
    "Iterator": "iterator",
    "Generator": "generator",
    "AsyncIterable": "async iterable",
    "AsyncIterator": "async iterator",
    "AsyncGenerator": "async generator",
}
_CONTEXTS = {"contextlib.AbstractContextManager": False, "contextlib.AbstractAsyncContextManager": True}


def is_container(name: str) -> bool:
    """Say whether the standard class of that name is one of these."""
    kind = name.removeprefix("collections.abc.")
    return name in _ITEMS or name in _PAIRS or name in _CONTEXTS or kind in _ABSTRACT or kind in _STREAMS


def container(name: str, given: list[Shape]) -> list[Shape]:
    """Return what the class of that name crosses as with these arguments: the branches of a union, if several."""
    shapes = given or [UNTYPED]
    first, kind = shapes[0], name.removeprefix("collections.abc.")
    if name in _ITEMS:
        return [Items(name, first)]
    if name in _PAIRS:
        second = INTEGER if name == "collections.Counter" else shapes[1] if len(shapes) > 1 else UNTYPED
        return [Pairs(name, first, second)]
    if name in _CONTEXTS:
        return [Context(first, _CONTEXTS[name])]
    if kind in _STREAMS:
        # What is not said of a Generator[int] is None (PEP 696); of a bare one, Any.
        send, returns = [*shapes[1:], *[NONE if given else UNTYPED] * 2][:2]
        return [
            Stream(
                _STREAMS[kind],
                first,
                send if kind.endswith("Generator") else None,
                returns if kind == "Generator" else None,
            )
        ]
    branches: list[Shape] = [Stream("iterable", first)] if kind == "Iterable" else []
    for each in _ABSTRACT[kind]:
        if each == "tuple":
            branches.append(Tuple((), first))
        else:
            branches += [Plain(each)] if each in PLAIN else container(each, shapes)
    if "list" in _ABSTRACT[kind] and not kind.startswith("Mutable"):
        branches += [Plain(each) for each in _STRINGS.get(first, ())]
    return branches


def item_of(args: tuple[Any, ...]) -> str:
    """Return the name of the machine type of a NumPy array's items; empty for any."""
    kinds = typing.get_args(args[1]) if len(args) > 1 else ()
    kind: Any = kinds[0] if kinds else typing.Any
    item = kind.__name__ if kind is not typing.Any and isinstance(kind, type) else ""
    return "bool" if item == "bool_" else item
