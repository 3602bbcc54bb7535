"""Which values a shape fits, and which branch of a union a value takes: both sides of a boundary ask.

A copy has the exact class of its original: an instance of a subclass fits nothing, since its surplus would be
lost. Exceptions are the subclasses that the typing specification promotes and those of the standard library
that are handed out for their base; they keep their own class: a bool for an int; an int or bool for a float; a
datetime for a date; a PosixPath for a Path.

A value takes the branch of a union that has its exact class; else the first, in canonical order, that fits it:
data, then `Untyped`, then a reference. Where several by value fit they would make the same copy, and `reading`
refuses the unions where a value could cross as one of several references. So the branch is always decided.

No code of a value's class runs. That what crosses by reference satisfies its contract is for the contract check
to say; here it must have the members, by name.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from .shape import (
    NAMED_TUPLE,
    NEVER,
    TYPED_DICT,
    UNTYPED,
    Array,
    Choice,
    Context,
    Enumeration,
    Function,
    Integer,
    Interface,
    Items,
    Never,
    OneOf,
    Pairs,
    Plain,
    Raised,
    Record,
    Ref,
    Refusal,
    Shape,
    Shapes,
    Stream,
    Tuple,
    Untyped,
    standard_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    _Parts = Sequence[tuple[str, object, Shape]]

_PATHS = ("pathlib.PosixPath", "pathlib.WindowsPath")
# What has more exact classes than its own name.
_PROMOTED = {
    "float": ("float", "int", "bool"),
    "complex": ("complex", "float", "int", "bool"),
    "datetime.date": ("datetime.date", "datetime.datetime"),
    "datetime.tzinfo": ("datetime.timezone", "zoneinfo.ZoneInfo"),
    "pathlib.Path": _PATHS,
    "pathlib.PurePath": ("pathlib.PurePosixPath", "pathlib.PureWindowsPath", *_PATHS),
    "pathlib.PurePosixPath": ("pathlib.PurePosixPath", "pathlib.PosixPath"),
    "pathlib.PureWindowsPath": ("pathlib.PureWindowsPath", "pathlib.WindowsPath"),
}
_SCALARS = frozenset(
    ["None", "bool", "int", "float", "complex", "str", "bytes", "bytearray", "memoryview", "range"]
)
_CONTAINERS = frozenset(["list", "tuple", "set", "frozenset", "dict"])
# How much of a key or number is told.
_LONGEST = 100
_STREAMS = {
    "iterator": "__next__",
    "generator": "send",
    "iterable": "__iter__",
    "async iterator": "__anext__",
    "async generator": "asend",
    "async iterable": "__aiter__",
}


def fits(value: object, shape: Shape, shapes: Shapes) -> bool:
    """Say whether the value can cross as the shape; what its `Ref`s mean stands in the shapes."""
    return misfit(value, shape, shapes) is None


def misfit(value: object, shape: Shape, shapes: Shapes) -> Refusal | None:
    """Return the first place where the value cannot cross as the shape, and why; None if it can."""
    try:
        return _Fitting(shapes).misfit(value, shape, "")
    except RecursionError:
        return Refusal("", "the value is nested too deeply to cross")


def branch(value: object, union: OneOf, shapes: Shapes) -> int | None:
    """Return the index of the branch that the value takes, or None where it fits none."""
    try:
        return _Fitting(shapes).branch(value, union, "")
    except RecursionError:
        return None


def admitted(shape: Shape, shapes: Shapes) -> frozenset[str]:
    """Return the names of the exact classes that copies of the shape have; none for what crosses by reference."""
    known = shapes.resolved(shape)
    if isinstance(known, OneOf):
        return frozenset(chain.from_iterable(admitted(each, shapes) for each in known.branches))
    if isinstance(known, Record | Enumeration) and isinstance(shape, Ref):
        return frozenset(("dict" if isinstance(known, Record) and known.kind == TYPED_DICT else shape.name,))
    if isinstance(known, Plain):
        return frozenset(_PROMOTED.get(known.name, (known.name,)))
    if isinstance(known, Choice):
        return frozenset(kind for kind, _ in known.options)
    if isinstance(known, Array | Items | Pairs):
        return frozenset((known.name,))
    if isinstance(known, Integer):
        return frozenset(("int", "bool"))
    if isinstance(known, Tuple):
        return frozenset(("tuple",))
    return _SCALARS | _CONTAINERS if isinstance(known, Untyped) else frozenset()


class _Fitting:
    """One value under examination: the containers that are open, to find one that contains itself."""

    __slots__ = ("_open", "_shapes")

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._open: set[int] = set()

    def misfit(self, value: object, shape: Shape, path: str) -> Refusal | None:
        parts = self._parts(value, shape, path)
        if isinstance(parts, Refusal):
            return parts
        if not parts:
            return None
        if id(value) in self._open:
            return Refusal(path, "it contains itself, so that no copy of it can be made")
        self._open.add(id(value))
        try:
            found = (self.misfit(part, each, f"{path}{place}") for place, part, each in parts)
            return next((each for each in found if each is not None), None)
        finally:
            self._open.discard(id(value))

    def branch(self, value: object, union: OneOf, path: str) -> int | None:
        exact = self._name(type(value))
        ranked = sorted(enumerate(union.branches), key=lambda each: self._rank(each[1], exact))
        return next((index for index, each in ranked if self.misfit(value, each, path) is None), None)

    def _rank(self, shape: Shape, exact: str) -> int:
        if self._shapes.is_reference(shape):
            return 4
        if isinstance(shape, Untyped):
            return 3
        if self._shapes.holds_references(shape):
            return 2
        name = "int" if isinstance(shape, Integer) else getattr(shape, "name", "")
        return 0 if name == exact else 1

    def _parts(self, value: object, shape: Shape, path: str) -> Refusal | _Parts:
        """Return why the value itself does not fit, or its parts, each with its place and shape."""
        known = self._shapes.resolved(shape)
        if isinstance(known, OneOf):
            index = self.branch(value, known, path)
            return self._not(value, shape, path) if index is None else ()
        if isinstance(known, Untyped):
            return self._untyped(value, path)
        if isinstance(known, Function | Interface | Stream | Context):
            return self._reference(value, known, path)
        if isinstance(known, Never):
            return Refusal(path, "no value can cross here")
        if isinstance(known, Raised):
            return ()
        if not self._exact(value, shape, known):
            return self._not(value, shape, path)
        if isinstance(known, Record):
            return self._record(value, known, path)
        return self._content(value, known, path)

    def _exact(self, value: object, shape: Shape, known: Shape) -> bool:
        if isinstance(known, Record | Enumeration) and isinstance(shape, Ref):
            if isinstance(known, Record) and known.kind == TYPED_DICT:
                return type(value) is dict
            return type(value) is self._shapes.classes.get(shape.name)
        return self._name(type(value)) in admitted(known, self._shapes)

    def _name(self, cls: type) -> str:
        return standard_name(cls) or next(
            (name for name, each in self._shapes.classes.items() if each is cls), "?"
        )

    def _content(self, value: Any, known: Shape, path: str) -> Refusal | _Parts:
        if isinstance(known, Integer):
            low, high = known.lowest, known.highest
            inside = (low is None or low <= value) and (high is None or value <= high)
            return () if inside else Refusal(path, f"{_shown(value)} is not in {known}")
        if isinstance(known, Items):
            if known.name in {"list", "collections.deque"}:
                return [(f"[{index}]", each, known.item) for index, each in enumerate(value)]
            return [("{}", each, known.item) for each in value]
        if isinstance(known, Pairs):
            factory = getattr(value, "default_factory", None)
            named = standard_name(factory) if type(factory) is type else ""
            if factory is not None and named not in _SCALARS | _CONTAINERS:
                return Refusal(path, "its default_factory is not a builtin type, and does not cross")
            keys = [(" key", each, known.key) for each in value]
            return keys + [(_at(key), each, known.value) for key, each in value.items()]
        if isinstance(known, Tuple):
            return self._tuple(value, known, path)
        if isinstance(known, Choice):
            kind = self._name(cast("object", value).__class__)
            option = value if _name_of(value) else value._name_
            return () if (kind, option) in known.options else self._not(value, known, path)
        if isinstance(known, Array):
            return self._array(value.dtype, known, path)
        return self._zone(value, path)

    def _array(self, dtype: Any, known: Array, path: str) -> Refusal | _Parts:
        """Compare by the class of the items, so that neither byte order nor size matters where none is said."""
        kinds = {each.__name__.removesuffix("_") for each in dtype.type.__mro__} | {str(dtype), ""}
        if dtype.hasobject or known.item.removesuffix("_") not in kinds:
            return Refusal(path, f"its items are {dtype}, not {known.item or 'plain'}")
        return ()

    def _tuple(self, value: tuple[object, ...], known: Tuple, path: str) -> Refusal | _Parts:
        missing = len(value) - len(known.before) - len(known.after)
        if missing < 0 or (missing and known.rest is None):
            return Refusal(path, f"a tuple of {len(value)} items does not fit {known}")
        shapes = [*known.before, *[known.rest or NEVER] * missing, *known.after]
        return [(f"[{index}]", each, shapes[index]) for index, each in enumerate(value)]

    def _zone(self, value: Any, path: str) -> Refusal | _Parts:
        """Refuse dates in a time zone of a class of their author's own."""
        name = _name_of(value)
        zone = value.tzinfo if name in {"datetime.datetime", "datetime.time"} else value
        kind = _name_of(zone)
        if zone is value and kind != "zoneinfo.ZoneInfo":
            return ()
        if kind in {"None", "datetime.timezone"} or (kind == "zoneinfo.ZoneInfo" and zone.key):
            return ()
        return Refusal(path, "its time zone has no name that another interpreter would know")

    def _record(self, value: Any, known: Record, path: str) -> Refusal | _Parts:
        if known.kind == TYPED_DICT:
            fields = {each.name: each for each in known.fields}
            for name in value:
                if type(name) is not str or name not in fields:
                    return Refusal(path, f"the key {_at(name)} is not in the TypedDict, and would be lost")
            for name, field in fields.items():
                if field.required and name not in value:
                    return Refusal(path, f"the key {name!r} is missing")
            return [(f"[{name!r}]", each, fields[name].shape) for name, each in value.items()]
        if known.kind == NAMED_TUPLE:
            items = cast("tuple[object, ...]", value)
            if len(items) != len(known.fields):
                return Refusal(path, f"it has {len(items)} items, not {len(known.fields)}")
            fields_and_items = zip(known.fields, items, strict=True)
            return [(f".{field.name}", each, field.shape) for field, each in fields_and_items]
        parts: list[tuple[str, object, Shape]] = []
        for field in known.fields:
            try:
                held = object.__getattribute__(value, field.name)
            except AttributeError:
                return Refusal(f"{path}.{field.name}", "the field has no value")
            parts.append((f".{field.name}", held, field.shape))
        return parts

    def _untyped(self, value: Any, path: str) -> Refusal | _Parts:
        name = _name_of(value)
        if name in _SCALARS:
            return ()
        if name not in _CONTAINERS:
            return Refusal(path, f"a {type(value).__qualname__} cannot cross where no type is declared")
        if name == "dict":
            keys = [(" key", each, UNTYPED) for each in value]
            return keys + [(_at(key), each, UNTYPED) for key, each in value.items()]
        return [(f"[{index}]", each, UNTYPED) for index, each in enumerate(value)]

    def _reference(self, value: object, known: Shape, path: str) -> Refusal | _Parts:
        if isinstance(known, Interface):
            names = [each.name for each in known.members]
        elif isinstance(known, Stream):
            names = [_STREAMS[known.kind]]
        elif isinstance(known, Context):
            names = ["__aenter__", "__aexit__"] if known.asynchronous else ["__enter__", "__exit__"]
        else:
            return () if callable(value) else self._not(value, known, path)
        absent = [each for each in names if not _has(value, each)]
        if absent:
            return Refusal(path, f"a {type(value).__qualname__} has no {', '.join(absent)}")
        return ()

    def _not(self, value: object, shape: Shape, path: str) -> Refusal:
        return Refusal(path, f"a value of the exact class {type(value).__qualname__} does not fit {shape}")


def _name_of(value: object) -> str:
    return standard_name(type(value))


def _at(key: object) -> str:
    if type(key) is str or type(key) is bytes:
        return f"[{key[:_LONGEST]!r}]"
    if type(key) is int:
        return f"[{_shown(key)}]"
    return f"[{key!r}]" if _name_of(key) in _SCALARS - {"range"} else f"[a {type(key).__qualname__}]"


def _shown(value: int) -> str:
    """Return the number for a message: Python spells no very large ones."""
    bits = value.bit_length()
    return str(value) if bits <= _LONGEST else f"an int of {bits} bits"


def _has(value: object, name: str) -> bool:
    """Say whether the value has the member, without asking the value."""
    holders: Iterable[object] = type(value).__mro__
    if isinstance(value, type):
        holders = (*holders, *value.__mro__)
    try:
        held: object = object.__getattribute__(value, "__dict__")
    except AttributeError:
        held = {}
    return any(name in vars(each) for each in holders) or (isinstance(held, dict) and name in held)
