"""How the values of a contract cross a boundary: what can be said of it, and which values it fits.

A *shape* is a plain, immutable, comparable description of what crosses where a type stands: a copy (data), a
stream (iterators), a reference (Protocols, callables, context managers), or nothing at all. `reading` makes
shapes of type forms; each boundary makes its own plan of them. Nothing is encoded here.
"""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING, Any, ClassVar, cast, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

METHOD, ASYNC, GENERATOR, PROPERTY, ATTRIBUTE = "method", "async", "generator", "property", "attribute"
POSITIONAL, EITHER, VARIADIC, KEYWORD = "positional", "either", "variadic", "keyword"
EXTRA, OPTIONS = "extra", "options"
DATACLASS, ATTRS, NAMED_TUPLE, TYPED_DICT = "dataclass", "attrs", "namedtuple", "typeddict"

# Where the standard library keeps a class differs between versions; what it is called does not.
_HOMES = {
    **{
        each: f"{each}."
        for each in (
            *("abc", "array", "collections", "collections.abc", "contextlib", "datetime", "decimal", "fractions"),
            *("numpy", "pathlib", "typing", "uuid", "zoneinfo"),
        )
    },
    "builtins": "",
    "pathlib._local": "pathlib.",
    "_pydatetime": "datetime.",
    "_pydecimal": "decimal.",
}


def standard_name(cls: type[Any]) -> str:
    """Return ``int``, ``datetime.date``: the name of a class that data is made of; else ``""``.

    What a class says of itself is believed where the module really holds it under that name.
    """
    if cls is type(None):
        return "None"
    home = _HOMES.get(cls.__module__)
    module = None if home is None else sys.modules.get(cls.__module__)
    return "" if module is None or vars(module).get(cls.__name__) is not cls else f"{home}{cls.__name__}"


@dataclass_transform(frozen_default=True)
class Node:
    """A frozen, hashable record of the fields that a subclass annotates, without the cost of ``dataclasses``."""

    _fields: ClassVar[tuple[str, ...]] = ()
    _text: ClassVar[str] = ""

    def __init_subclass__(cls, text: str = "") -> None:
        cls._fields = tuple(cls.__annotations__)
        cls._text = text

    def __init__(self, *args: object, **named: object) -> None:
        values = {**dict(zip(self._fields, args, strict=False)), **named}
        for name in self._fields:
            self.__dict__[name] = values[name] if name in values else getattr(type(self), name)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} does not change")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={each!r}' for name, each in vars(self).items())})"

    def __str__(self) -> str:
        return self._text.format_map({name: _words(name, value) for name, value in vars(self).items()})

    def children(self) -> Iterator[Node]:
        """Yield the nodes directly below; what stands behind a `Ref` is not below it."""
        for value in vars(self).values():
            for each in cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,):
                if isinstance(each, Node):
                    yield each


def _words(name: str, value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(_item(each) for each in cast("tuple[object, ...]", value))
    if isinstance(value, bool):
        return f"{name} " if value else ""
    return "" if value is None else str(value)


def _item(each: object) -> str:
    if isinstance(each, tuple):
        # An option of a Literal or a member of an enum: a name and a value.
        name, value = cast("tuple[str, object]", each)
        return f"{name} {value!a}"
    return str(each)


class Shape(Node):
    """What crosses where a type stands; ``str()`` is its canonical text."""


class Plain(Shape, text="{name}"):
    """A value without parts, of the class of that name, as a copy: ``str``, ``bytes``, ``decimal.Decimal``."""

    name: str


class Integer(Shape, text="int[{lowest}..{highest}]"):
    """An int, of any size but for the bounds that its annotation gives; a bool stays a bool."""

    lowest: int | None = None
    highest: int | None = None

    def __str__(self) -> str:
        return "int" if self == INTEGER else super().__str__()


class Array(Shape, text="{name}<{item}>"):
    """An array with items of one machine type, ``float64``; of any if that is empty. No objects."""

    name: str
    item: str


class Items(Shape, text="{name}[{item}]"):
    """A list, set, frozenset or ``collections.deque``."""

    name: str
    item: Shape


class Pairs(Shape, text="{name}[{key},{value}]"):
    """A dict, or the defaultdict, OrderedDict or Counter of ``collections``."""

    name: str
    key: Shape
    value: Shape


class Tuple(Shape, text="tuple[{before};{rest};{after}]"):
    """A tuple: some items, then any number of others, if there is a shape for these, then some items again."""

    before: tuple[Shape, ...]
    rest: Shape | None = None
    after: tuple[Shape, ...] = ()


class Field(Node, text="{required}{init}{name!a}:{shape}"):
    """A field of a record: whether it (in a TypedDict, its key) must be given, and ``__init__`` takes it."""

    name: str
    shape: Shape
    required: bool = True
    init: bool = True


class Record(Shape, text="{frozen}{kind}({fields})"):
    """A class of named fields. Always a definition, behind a `Ref`, as are enumerations and interfaces."""

    kind: str
    fields: tuple[Field, ...]
    frozen: bool = False


class Enumeration(Shape, text="{flag}enum({members})"):
    """An enum's members cross by name, whatever their values; those of a Flag by the number of its bits."""

    members: tuple[tuple[str, int | None], ...]
    flag: bool = False


class Choice(Shape, text="literal({options})"):
    """A Literal: its values with the name of their type; of an enum's member its own name, under its enum's."""

    options: tuple[tuple[str, object], ...]


class OneOf(Shape, text="({branches})"):
    """A union: flat, each branch once, in the order of the branches' texts. The branch is told by its index."""

    branches: tuple[Shape, ...]


class Ref(Shape, text="@{name}"):
    """What the definition of that name says: ``module:Class``, ``module:Box[int]``, a recursive alias."""

    name: str


class Untyped(Shape, text="untyped"):
    """Any, object, or no annotation: values of exact builtin types, down to the last item, cross as themselves."""


class Never(Shape, text="never"):
    """No value crosses here: NoReturn, or what was refused."""


class Raised(Shape, text="raised"):
    """What ``__exit__`` is told of an exception: the boundary's rule for exceptions says how it crosses."""


class Stream(Shape, text="{kind}[{item};{send};{returns}]"):
    """Items that cross one by one: ``iterator``, ``generator``, ``iterable``, or ``async`` and one of these.

    An iterable that is no builtin container makes a new stream whenever it is iterated.
    """

    kind: str
    item: Shape
    send: Shape | None = None
    returns: Shape | None = None


class Context(Shape, text="{asynchronous}context[{item}]"):
    """A context manager, by reference; ``item`` is what ``with`` binds."""

    item: Shape
    asynchronous: bool = False


class Parameter(Node, text="{required}{kind} {name}:{shape}"):
    """A parameter: its kind (`POSITIONAL`, `EITHER`, ...), and whether a call must give it.

    The shape of a `VARIADIC` or `EXTRA` one is that of each argument; of `OPTIONS`, ``**options: Unpack[TD]``, it
    is the TypedDict of all of them (PEP 692).
    """

    name: str
    kind: str
    shape: Shape
    required: bool = True


class Function(Shape, text="{kind}({parameters})->{result}!{raises}"):
    """A callable, by reference, with the names of the exceptions that it declares.

    Parameters None is ``...``: untyped ones of any number and name. Keywords stand in the order of their names.
    """

    parameters: tuple[Parameter, ...] | None
    result: Shape
    kind: str = METHOD
    raises: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = super().__str__().removesuffix("!")
        return text.replace("()", "(...)", 1) if self.parameters is None else text


class Member(Node, text="{writable}{kind} {name}:{shape}!{raises}"):
    """A member of an interface: its kind, its shape (of a method a `Function`), what a property may raise."""

    name: str
    kind: str
    shape: Shape
    writable: bool = False
    raises: tuple[str, ...] = ()

    def __str__(self) -> str:
        return super().__str__().removesuffix("!")


class Interface(Shape, text="interface({members})"):
    """A Protocol, or an ABC that is one in all but name: crosses by reference, with these members and no more."""

    members: tuple[Member, ...]


class Refusal(Node):
    """What cannot cross: where in the contract or value (``greet(name)``, ``size.return``, ``[0].x``), and why."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


NONE = Plain("None")
INTEGER = Integer()
UNTYPED = Untyped()
NEVER = Never()


class Shapes:
    """A contract's shape with all that it names. Compares by shapes, not by the classes found for them.

    Attributes:
        root: The contract's own shape; of a class, a `Ref` into the definitions.
        definitions: Records, enumerations, interfaces and recursive aliases, by name.
        refusals: All that cannot cross; `Never` stands there. Empty if the contract can cross.
        classes: The classes of this interpreter behind the names, declared exceptions included.
    """

    __slots__ = ("classes", "definitions", "refusals", "root")

    def __init__(
        self,
        root: Shape,
        definitions: Mapping[str, Shape],
        refusals: tuple[Refusal, ...] = (),
        classes: Mapping[str, type] = types.MappingProxyType({}),
    ) -> None:
        self.root = root
        self.definitions = types.MappingProxyType(dict(sorted(definitions.items())))
        self.refusals = refusals
        self.classes = types.MappingProxyType(dict(classes))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shapes) and (self.root, self.definitions, self.refusals) == (
            other.root,
            other.definitions,
            other.refusals,
        )

    def __hash__(self) -> int:
        return hash((self.root, self.refusals))

    def __str__(self) -> str:
        return "\n".join([str(self.root), *[f"{name}={each}" for name, each in self.definitions.items()]])

    @property
    def wire_fingerprint(self) -> str:
        """``sha256:`` and 64 hex digits over the canonical text, the same on every run, machine and Python.

        Two sides that show the same one take the same plan. It is not the contract's own fingerprint, which
        `describe` gives and which is of what a type checker sees: that one tells variance, ClassVars and static
        methods apart, which cross alike; this one tells parameters' names, fields and enums' members.
        """
        import hashlib

        text = f"hotplug shapes 1\n{self}"
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"

    def resolved(self, shape: Shape) -> Shape:
        """Return what the shape says, through any `Ref`; `Never` for one that stands for nothing."""
        for _ in range(len(self.definitions) + 1):
            if not isinstance(shape, Ref):
                return shape
            shape = self.definitions.get(shape.name, NEVER)
        return NEVER

    def is_reference(self, shape: Shape) -> bool:
        """Say whether values of the shape stay where they are: references and streams."""
        return isinstance(self.resolved(shape), Function | Interface | Stream | Context)

    def holds_references(self, shape: Node) -> bool:
        """Say whether a reference or a stream may stand anywhere in a value of the shape."""
        seen: set[str] = set()  # each definition is looked at once: many that name each other have countless paths
        waiting = [shape]
        while waiting:
            each = waiting.pop()
            if isinstance(each, Function | Interface | Stream | Context):
                return True
            if isinstance(each, Ref):
                known = self.definitions.get(each.name)
                if known is not None and each.name not in seen:
                    seen.add(each.name)
                    waiting.append(known)
            else:
                waiting += each.children()
        return False
