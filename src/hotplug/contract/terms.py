"""The types of the typing specification as plain data: what annotations and values are turned into.

A term is immutable, holds no cache, and prints as an author would write it. Relations between terms live in
`hotplug.contract.assignability`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hotplug.contract.reflection import class_name, identities

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from types import ModuleType

    from hotplug.contract.signature import Signature


class Term:
    """A type, as the specification speaks of it."""

    __slots__ = ()

    def key(self) -> Hashable:
        """Return what identifies the term; classes by identity, for a metaclass may lie in ``__eq__``."""
        return id(self)


class AnyTerm(Term):
    """``Any``; with a reason, a type that could not be known and is taken for Any."""

    __slots__ = ("reason",)

    def __init__(self, reason: str = "") -> None:
        self.reason = reason

    def key(self) -> Hashable:
        """Return what identifies the term."""
        return "Any"

    def __str__(self) -> str:
        return "Any"


class NeverTerm(Term):
    """``Never`` and ``NoReturn``: the type without values."""

    __slots__ = ()

    def key(self) -> Hashable:
        """Return what identifies the term."""
        return "Never"

    def __str__(self) -> str:
        return "Never"


class SelfTerm(Term):
    """``Self`` (PEP 673), to be replaced by the type that it stands in."""

    __slots__ = ()

    def key(self) -> Hashable:
        """Return what identifies the term."""
        return "Self"

    def __str__(self) -> str:
        return "Self"


class Instance(Term):
    """The instances of a class, with the arguments of its type parameters."""

    __slots__ = ("args", "cls")

    def __init__(self, cls: type, args: tuple[Term, ...] = ()) -> None:
        self.cls = cls
        self.args = args

    def key(self) -> Hashable:
        """Return what identifies the term."""
        if not self.args:
            return id(self.cls)
        return (id(self.cls), *[each.key() for each in self.args])

    def __str__(self) -> str:
        if self.cls is _NONE_TYPE:
            return "None"
        name = class_name(self.cls)
        return f"{name}[{listed(self.args)}]" if self.args else name


class TupleTerm(Term):
    """A tuple: items, then any number of one more type (or an unpacked TypeVarTuple), then items again."""

    __slots__ = ("prefix", "repeated", "suffix")

    def __init__(
        self, prefix: tuple[Term, ...], repeated: Term | None = None, suffix: tuple[Term, ...] = ()
    ) -> None:
        self.prefix = prefix
        self.repeated = repeated
        self.suffix = suffix

    def key(self) -> Hashable:
        """Return what identifies the term."""
        return (
            "tuple",
            tuple(each.key() for each in self.prefix),
            self.repeated and self.repeated.key(),
            tuple(each.key() for each in self.suffix),
        )

    def __str__(self) -> str:
        items = [str(each) for each in self.prefix]
        if self.repeated is not None:
            if not self.prefix and not self.suffix and not isinstance(self.repeated, Variable):
                return f"tuple[{self.repeated}, ...]"
            whole = isinstance(self.repeated, Variable)
            items.append(f"*{self.repeated}" if whole else f"*tuple[{self.repeated}, ...]")
        items += [str(each) for each in self.suffix]
        return f"tuple[{', '.join(items) or '()'}]"


class UnionTerm(Term):
    """A union of two or more types."""

    __slots__ = ("items",)

    def __init__(self, items: tuple[Term, ...]) -> None:
        self.items = items

    def key(self) -> Hashable:
        """Return what identifies the term."""
        return ("|", frozenset(each.key() for each in self.items))

    def __str__(self) -> str:
        texts: dict[str, None] = {}
        for each in self.items:
            texts[_joined_literals(self.items) if isinstance(each, LiteralTerm) else str(each)] = None
        return " | ".join(texts)


class LiteralTerm(Term):
    """One literal value: an int, str, bytes, bool, or the member of an enum."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def key(self) -> Hashable:
        """Return what identifies the term."""
        value = self.value
        plain = id(type(value)) in _PLAIN_LITERALS
        return ("Literal", id(type(value)), value if plain else id(value))

    def __str__(self) -> str:
        return f"Literal[{self.text()}]"

    def text(self) -> str:
        """Return the value as it stands between the brackets."""
        value = self.value
        return repr(value) if id(type(value)) in _PLAIN_LITERALS else enum_text(value)


class CallableTerm(Term):
    """Something that can be called: one signature, or the several of an overload."""

    __slots__ = ("signatures",)

    def __init__(self, signatures: tuple[Signature, ...]) -> None:
        self.signatures = signatures

    def key(self) -> Hashable:
        """Return what identifies the term."""
        return ("call", *[each.key() for each in self.signatures])

    def __str__(self) -> str:
        if len(self.signatures) == 1:
            return self.signatures[0].as_callable()
        return f"overload[{listed(self.signatures)}]"


class ClassOf(Term):
    """``type[X]``: the class itself, or one derived from it."""

    __slots__ = ("item",)

    def __init__(self, item: Term) -> None:
        self.item = item

    def key(self) -> Hashable:
        """Return what identifies the term."""
        return ("type", self.item.key())

    def __str__(self) -> str:
        return f"type[{self.item}]"


class ModuleTerm(Term):
    """A module, which may implement a protocol."""

    __slots__ = ("module",)

    def __init__(self, module: ModuleType) -> None:
        self.module = module

    def __str__(self) -> str:
        return "module"


class Variable(Term):
    """A TypeVar, ParamSpec or TypeVarTuple as its author wrote it: it stands for every type it may take."""

    __slots__ = ("name", "var")

    def __init__(self, var: object, name: str) -> None:
        self.var = var
        self.name = name

    def key(self) -> Hashable:
        """Return what identifies the term."""
        return ("var", id(self.var))

    def __str__(self) -> str:
        return self.name


class Inferred(Variable):
    """A type variable of the value, whose meaning is found while it is compared."""

    __slots__ = ()

    def key(self) -> Hashable:
        """Return what identifies the term."""
        return id(self)


class ParameterList(Term):
    """What a ParamSpec stands for: the parameters of a signature, without its result."""

    __slots__ = ("signature",)

    def __init__(self, signature: Signature) -> None:
        self.signature = signature

    def key(self) -> Hashable:
        """Return what identifies the term."""
        return ("parameters", self.signature.key())

    def __str__(self) -> str:
        return self.signature.parameters_text()


class Unpacked(Term):
    """``*Ts`` or ``*tuple[...]`` where a list of types is wanted (PEP 646), or ``Unpack[TD]`` (PEP 692)."""

    __slots__ = ("item",)

    def __init__(self, item: Term) -> None:
        self.item = item

    def key(self) -> Hashable:
        """Return what identifies the term."""
        return ("*", self.item.key())

    def __str__(self) -> str:
        return f"*{self.item}"


class NewTypeTerm(Term):
    """A ``NewType``: distinct to a type checker, its supertype's values when the program runs."""

    __slots__ = ("name", "newtype", "supertype")

    def __init__(self, newtype: object, name: str, supertype: Term) -> None:
        self.newtype = newtype
        self.name = name
        self.supertype = supertype

    def key(self) -> Hashable:
        """Return what identifies the term."""
        return ("newtype", id(self.newtype))

    def __str__(self) -> str:
        return self.name


class GuardTerm(Term):
    """``TypeGuard[X]`` or ``TypeIs[X]``: a bool that narrows (PEP 647, PEP 742)."""

    __slots__ = ("item", "kind")

    def __init__(self, kind: str, item: Term) -> None:
        self.kind = kind
        self.item = item

    def key(self) -> Hashable:
        """Return what identifies the term."""
        return (self.kind, self.item.key())

    def __str__(self) -> str:
        return f"{self.kind}[{self.item}]"


class AliasTerm(Term):
    """A named alias that may mention itself (PEP 695 ``type``), opened only where it is compared."""

    __slots__ = ("args", "identity", "name", "open")

    def __init__(
        self, name: str, identity: int, open_: Callable[[tuple[Term, ...]], Term], args: tuple[Term, ...] = ()
    ) -> None:
        self.name = name
        self.identity = identity
        self.open = open_
        self.args = args

    def expand(self) -> Term:
        """Return what the alias stands for."""
        return self.open(self.args)

    def key(self) -> Hashable:
        """Return what identifies the term."""
        return ("alias", self.identity, *[each.key() for each in self.args])

    def __str__(self) -> str:
        return f"{self.name}[{listed(self.args)}]" if self.args else self.name


class Qualified(Term):
    """A type under qualifiers that say how it may be used: ClassVar, Final, Required, NotRequired, ReadOnly."""

    __slots__ = ("item", "qualifiers")

    def __init__(self, item: Term, qualifiers: frozenset[str]) -> None:
        self.item = item
        self.qualifiers = qualifiers

    def key(self) -> Hashable:
        """Return what identifies the term."""
        return self.item.key()

    def __str__(self) -> str:
        return f"{'/'.join(sorted(self.qualifiers))}[{self.item}]"


_NONE_TYPE: Final = type(None)
_PLAIN_LITERALS: Final = identities(int, str, bytes, bool)

ANY: Final = AnyTerm()
UNANNOTATED: Final = AnyTerm("no annotation")
NEVER: Final = NeverTerm()
SELF: Final = SelfTerm()
NONE: Final = Instance(_NONE_TYPE)
OBJECT: Final = Instance(object)
BOOL: Final = Instance(bool)
INT: Final = Instance(int)
STR: Final = Instance(str)
# PEP 675: a str that the author wrote down. It behaves as a NewType of str that every str literal belongs to.
LITERAL_STRING: Final = NewTypeTerm("LiteralString", "LiteralString", STR)


def listed(items: Iterable[object]) -> str:
    """Return the items' texts with commas between them."""
    return ", ".join([str(each) for each in items])


def _joined_literals(items: Iterable[Term]) -> str:
    return f"Literal[{listed(each.text() for each in items if isinstance(each, LiteralTerm))}]"


def enum_text(value: object) -> str:
    """Return ``Color.RED`` for an enum's member, without asking the member."""
    try:
        own: object = object.__getattribute__(value, "_name_")
    except AttributeError:
        own = None
    return f"{class_name(type(value))}.{own}" if type(own) is str else class_name(type(value))


def same(one: Term, other: Term) -> bool:
    """Say whether two terms are the very same type."""
    return one is other or (type(one) is type(other) and one.key() == other.key())


def union(items: Iterable[Term]) -> Term:
    """Return the union of the types, flat and without repetition; of none of them, Never."""
    flat: list[Term] = []
    seen: set[Hashable] = set()
    for item in items:
        for each in item.items if isinstance(item, UnionTerm) else (item,):
            key = each.key()
            if key not in seen and not isinstance(each, NeverTerm):
                seen.add(key)
                flat.append(each)
    if not flat:
        return NEVER
    return flat[0] if len(flat) == 1 else UnionTerm(tuple(flat))
