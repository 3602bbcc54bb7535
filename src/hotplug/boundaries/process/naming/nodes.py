"""The nodes of shapes as data: what each of them is made of, for the side that writes and the side that reads.

Reading trusts nothing: every name is one that `reading` could have written where it stands, every kind is known.
"""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING, Any, cast

from hotplug.boundaries.process.naming.constants import constant_data, constant_of, number_data, number_of
from hotplug.boundaries.process.naming.unnameable import Unnameable
from hotplug.contract.shapes import shape as nodes
from hotplug.contract.shapes.containers import PLAIN
from hotplug.contract.shapes.shape import Node, Shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.boundaries.process.naming.data import Data

_ITEMS = frozenset({"list", "set", "frozenset", "collections.deque"})
_PAIRS = frozenset({"dict", "collections.defaultdict", "collections.OrderedDict", "collections.Counter"})
_SYNC_STREAMS = frozenset({"iterator", "generator", "iterable"})
_STREAMS = _SYNC_STREAMS | {f"async {each}" for each in _SYNC_STREAMS}
_RECORDS = frozenset({nodes.DATACLASS, nodes.ATTRS, nodes.NAMED_TUPLE, nodes.TYPED_DICT})
_CALLS = frozenset({nodes.METHOD, nodes.ASYNC, nodes.GENERATOR})
_MEMBERS = _CALLS | {nodes.PROPERTY, nodes.ATTRIBUTE}
_PARAMETERS = frozenset(
    {nodes.POSITIONAL, nodes.EITHER, nodes.VARIADIC, nodes.KEYWORD, nodes.EXTRA, nodes.OPTIONS}
)
_DEFINED = (nodes.Record, nodes.Enumeration, nodes.Interface)
# What no contract has among its members, since every class has it: a proxy would not be what it is.
_NO_MEMBERS = frozenset(
    [
        *("__class__", "__dict__", "__weakref__", "__slots__", "__module__", "__qualname__", "__mro_entries__"),
        *("__init__", "__new__", "__del__", "__init_subclass__", "__subclasshook__", "__class_getitem__"),
        *("__getattribute__", "__setattr__", "__delattr__", "__annotations__", "__annotate__", "__set_name__"),
        *("__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__getnewargs__", "__getnewargs_ex__"),
    ]
)


class Impossible(Exception):
    """What no reading of types could have written; the argument says what."""


class Reader:
    """Reads the nodes of one description.

    Attributes:
        refs: The definitions that were named.
    """

    def __init__(self) -> None:
        self.refs: set[str] = set()

    def items(self, data: object, count: int | None = None) -> list[object]:
        """Return the items of a list, of so many."""
        if isinstance(data, list):
            items = cast("list[object]", data)
            if count is None or len(items) == count:
                return items
        raise Impossible("its parts are not as many as they should be")

    def text(self, data: object) -> str:
        """Return a text."""
        if type(data) is not str:
            raise Impossible(f"a {type(data).__name__} stands for a text")
        return data

    def shape(self, data: object, *, definition: bool = False) -> Shape:
        """Return a shape; one of a class stands only in a definition."""
        node = self._node(data)
        if not isinstance(node, Shape) or (isinstance(node, _DEFINED) and not definition):
            raise Impossible(f"a {type(node).__name__} stands for the type of a value")
        return node

    def _node(self, data: object) -> Node:
        items = self.items(data)
        kind = _KINDS.get(self.text(items[0])) if items else None
        if kind is None:
            raise Impossible("it names a kind of type that there is not")
        parts = self.items(items[1:], len(_PARTS[kind]))
        made = kind(*(self._part(each, part) for each, part in zip(_PARTS[kind], parts, strict=True)))
        self._check(made)
        return made

    def _part(self, kind: object, data: Any) -> Any:
        if isinstance(kind, frozenset):
            if type(data) is not str or data not in cast("frozenset[str]", kind):
                raise Impossible("a name stands where only some others can")
            return data
        return _READING[cast("str", kind)](self, data)

    def _check(self, node: Node) -> None:
        """Refuse what the fields of a node cannot be together."""
        if isinstance(node, nodes.Ref):
            self.refs.add(node.name)
        elif isinstance(node, nodes.Choice):
            _unique([*map(repr, node.options)])
            for kind, value in node.options:
                if kind not in {"bool", "int", "str", "bytes"}:
                    self.refs.add(kind)
                    self.text(value)
                elif type(value).__name__ != kind:
                    raise Impossible(f"{value!r} is listed as a value of the class {kind}")
        elif isinstance(node, nodes.OneOf):
            if len(set(node.branches)) != len(node.branches) or len(node.branches) < 2:  # noqa: PLR2004
                raise Impossible("a union does not have several branches")
        elif isinstance(node, nodes.Enumeration):
            _unique([name for name, _ in node.members])
            if any((number is not None) is not node.flag for _, number in node.members):
                raise Impossible("the members of an enum are not all of one kind")
        elif isinstance(node, nodes.Record):
            _unique([each.name for each in node.fields])
            if node.kind != nodes.TYPED_DICT:
                _identifiers([each.name for each in node.fields])
        elif isinstance(node, nodes.Interface):
            names = [each.name for each in node.members]
            _unique(names)
            _identifiers(names)
            if not _NO_MEMBERS.isdisjoint(names) or any(each.startswith("__hotplug_") for each in names):
                raise Impossible("a class has members that no contract can ask for")
        elif isinstance(node, nodes.Member):
            if node.kind in _CALLS and not isinstance(node.shape, nodes.Function | nodes.Never):
                raise Impossible(f"the method {node.name} has no signature")
        elif isinstance(node, nodes.Function):
            _check_parameters(node.parameters or ())


def node_data(node: Node) -> Data:
    """Return a node as data: the name of its kind, and its fields."""
    kind = type(node)
    values = zip(_PARTS[kind], vars(node).values(), strict=True)
    return [kind.__name__, *(_part_data(part, value) for part, value in values)]


def _part_data(part: object, value: Any) -> Data:
    if isinstance(value, Node):
        return node_data(value)
    if part in {"numbered", "options"}:
        writing = _number_or_none if part == "numbered" else constant_data
        return [[name, writing(each)] for name, each in cast("tuple[tuple[str, Any], ...]", value)]
    if isinstance(value, tuple):
        items = cast("tuple[Node | str, ...]", value)
        return [node_data(each) if isinstance(each, Node) else each for each in items]
    return number_data(value) if type(value) is int else cast("Data", value)


def _number_or_none(value: int | None) -> Data:
    return None if value is None else number_data(value)


def _check_parameters(parameters: tuple[nodes.Parameter, ...]) -> None:
    """Refuse parameters that no ``def`` could have: of one name, or in another order."""
    _unique([each.name for each in parameters if each.name])
    _identifiers([each.name for each in parameters if each.name or each.kind != nodes.POSITIONAL])
    order = [nodes.POSITIONAL, nodes.EITHER, nodes.VARIADIC, nodes.KEYWORD, nodes.EXTRA, nodes.OPTIONS]
    ranks = [order.index(each.kind) for each in parameters]
    rest = [each for each in ranks if each in {2, 4, 5}]
    if ranks != sorted(ranks) or len(rest) != len(set(rest)) or {4, 5} <= set(rest):
        raise Impossible("a signature has its parameters in an order that there is not")
    required = [each.required for each in parameters if each.kind in {nodes.POSITIONAL, nodes.EITHER}]
    if required != sorted(required, reverse=True):
        raise Impossible("a parameter that must be given follows one that need not")


def _unique(names: list[str]) -> None:
    if len(set(names)) != len(names):
        raise Impossible("a name is given twice")


def _identifiers(names: list[str]) -> None:
    if not all(each.isidentifier() and not keyword.iskeyword(each) for each in names):
        raise Impossible("a name is no identifier")


def _flag(_reader: Reader, data: object) -> bool:
    if type(data) is not bool:
        raise Impossible(f"a {type(data).__name__} stands for yes or no")
    return data


def _number(_reader: Reader, data: object) -> int | None:
    try:
        return None if data is None else number_of(data)
    except Unnameable as problem:
        raise Impossible("a number cannot be read") from problem


def _constant(_reader: Reader, data: object) -> object:
    try:
        return constant_of(data)
    except Unnameable as problem:
        raise Impossible("a constant cannot be read") from problem


def _pairs(read: Callable[[Reader, object], object]) -> Callable[[Reader, object], object]:
    def reading(reader: Reader, data: object) -> object:
        pairs = [reader.items(each, 2) for each in reader.items(data)]
        return tuple((reader.text(name), read(reader, value)) for name, value in pairs)

    return reading


def _nodes(kind: type[Node]) -> Callable[[Reader, object], object]:
    def reading(reader: Reader, data: object) -> object:
        found = tuple(reader._node(each) for each in reader.items(data))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        if not all(isinstance(each, kind) for each in found):
            raise Impossible(f"something stands for a {kind.__name__}")
        return found

    return reading


_READING: dict[str, Callable[[Reader, Any], object]] = {
    "text": Reader.text,
    "flag": _flag,
    "number": _number,
    "shape": Reader.shape,
    "shape?": lambda reader, data: None if data is None else reader.shape(data),
    "shapes": lambda reader, data: tuple(reader.shape(each) for each in reader.items(data)),
    "texts": lambda reader, data: tuple(reader.text(each) for each in reader.items(data)),
    "fields": _nodes(nodes.Field),
    "members": _nodes(nodes.Member),
    "parameters": lambda reader, data: None if data is None else _nodes(nodes.Parameter)(reader, data),
    "numbered": _pairs(_number),
    "options": _pairs(_constant),
}
_PARTS: dict[type[Node], tuple[object, ...]] = {
    nodes.Plain: (PLAIN | {"None"},),
    nodes.Integer: ("number", "number"),
    nodes.Array: (frozenset({"numpy.ndarray"}), "text"),
    nodes.Items: (_ITEMS, "shape"),
    nodes.Pairs: (_PAIRS, "shape", "shape"),
    nodes.Tuple: ("shapes", "shape?", "shapes"),
    nodes.Field: ("text", "shape", "flag", "flag"),
    nodes.Record: (_RECORDS, "fields", "flag"),
    nodes.Enumeration: ("numbered", "flag"),
    nodes.Choice: ("options",),
    nodes.OneOf: ("shapes",),
    nodes.Ref: ("text",),
    nodes.Untyped: (),
    nodes.Never: (),
    nodes.Raised: (),
    nodes.Stream: (_STREAMS, "shape", "shape?", "shape?"),
    nodes.Context: ("shape", "flag"),
    nodes.Parameter: ("text", _PARAMETERS, "shape", "flag"),
    nodes.Function: ("parameters", "shape", _CALLS, "texts"),
    nodes.Member: ("text", _MEMBERS, "shape", "flag", "texts"),
    nodes.Interface: ("members",),
}
_KINDS = {each.__name__: each for each in _PARTS}
