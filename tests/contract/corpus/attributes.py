"""Attributes, properties, ClassVars: their types, whether they can be set, where they live."""
# mypy: ignore-errors
# pyright: basic
# ruff: noqa

import dataclasses
import functools
from typing import Any, ClassVar, Final, NamedTuple, Protocol, Sequence

from corpus import accept, refuse


class HasName(Protocol):
    name: str

class Annotated_:
    name: str = "x"

accept("a declared attribute with a value", Annotated_(), HasName)

class Unannotated:
    name = "x"

accept("an attribute of the class without annotation", Unannotated(), HasName)

class InInit:
    def __init__(self) -> None:
        self.name = "x"

accept("an attribute assigned in __init__", InInit(), HasName)

class FromParameter:
    def __init__(self, name: str) -> None:
        self.name = name

accept("an attribute assigned from a parameter", FromParameter("x"), HasName)

class WrongInInit:
    def __init__(self) -> None:
        self.name = 5

refuse("an attribute of another type assigned in __init__", WrongInInit(), HasName)

class WrongAnnotated:
    name: int = 5

refuse("a declared attribute of another type", WrongAnnotated(), HasName)

class WrongUnannotated:
    name = 5

refuse("an attribute of another type without annotation", WrongUnannotated(), HasName)

class NoName: ...

refuse("no such attribute", NoName(), HasName)

class Declared:
    name: str

accept("declared, without a value yet", Declared(), HasName)

class ReadOnlyProperty:
    @property
    def name(self) -> str: return "x"

refuse("a read-only property where assignment is asked for", ReadOnlyProperty(), HasName)

class SettableProperty:
    @property
    def name(self) -> str: return "x"
    @name.setter
    def name(self, value: str) -> None: ...

accept("a property with a setter", SettableProperty(), HasName)

class NarrowSetter:
    @property
    def name(self) -> str: return "x"
    @name.setter
    def name(self, value: int) -> None: ...

refuse("a property whose setter takes another type", NarrowSetter(), HasName)

class MethodName:
    def name(self) -> str: return "x"

refuse("a method in the place of an attribute", MethodName(), HasName)

class FinalName:
    name: Final = "x"

refuse("a Final attribute where assignment is asked for", FinalName(), HasName)

class FinalAnnotatedName:
    name: Final[str] = "x"

refuse("a Final attribute with a type where assignment is asked for", FinalAnnotatedName(), HasName)

class ClassVarName:
    name: ClassVar[str] = "x"

refuse("a ClassVar where an instance's attribute is asked for", ClassVarName(), HasName)

@dataclasses.dataclass
class Data:
    name: str

accept("a dataclass's field", Data("x"), HasName)

@dataclasses.dataclass(frozen=True)
class Frozen:
    name: str

refuse("a frozen dataclass's field where assignment is asked for", Frozen("x"), HasName)

class Tuple_(NamedTuple):
    name: str

refuse("a named tuple's field where assignment is asked for", Tuple_("x"), HasName)

class SubOfFrozen(Frozen): ...

refuse("a field inherited from a frozen dataclass", SubOfFrozen("x"), HasName)

class Slotted:
    __slots__ = ("name",)
    name: str
    def __init__(self) -> None:
        self.name = "x"

accept("a slot", Slotted(), HasName)

class SlottedWrong:
    __slots__ = ("name",)
    name: int
    def __init__(self) -> None:
        self.name = 1

refuse("a slot of another type", SlottedWrong(), HasName)

class AnyName:
    name: Any = 5

accept("an attribute declared Any", AnyName(), HasName)

class OptionalName:
    name: str | None = "x"

refuse("an attribute that may be None", OptionalName(), HasName)

class InheritedName(Annotated_): ...

accept("an inherited attribute", InheritedName(), HasName)

class ReassignedName(Annotated_):
    name = "y"

accept("an inherited declaration with another value", ReassignedName(), HasName)


class HasNumber(Protocol):
    number: float

class IntNumber:
    number: int = 1

refuse("a narrower type where assignment is asked for", IntNumber(), HasNumber)

class IntNumberUnannotated:
    number = 1

refuse("a narrower inferred type where assignment is asked for", IntNumberUnannotated(), HasNumber)

class FloatNumber:
    number: float = 1

accept("the same type with a value of a narrower one", FloatNumber(), HasNumber)

class ObjectNumber:
    number: object = 1.0

refuse("a wider type where it is read", ObjectNumber(), HasNumber)

class WideSetter:
    @property
    def number(self) -> int: return 1
    @number.setter
    def number(self, value: float) -> None: ...

accept("a property that gives less than it takes", WideSetter(), HasNumber)

class DeclaredFloat(FloatNumber):
    def __init__(self) -> None:
        self.number = 3

accept("an inherited declaration, assigned a narrower value", DeclaredFloat(), HasNumber)


class ReadsNumber(Protocol):
    @property
    def number(self) -> float: ...

accept("a narrower type where it is only read", IntNumber(), ReadsNumber)
accept("a property where it is only read", WideSetter(), ReadsNumber)

class ReadOnlyNumber:
    @property
    def number(self) -> int: return 1

accept("a read-only property where it is only read", ReadOnlyNumber(), ReadsNumber)

class StrNumber:
    @property
    def number(self) -> str: return ""

refuse("a property of another type", StrNumber(), ReadsNumber)

@dataclasses.dataclass(frozen=True)
class FrozenNumber:
    number: int

accept("a frozen field where it is only read", FrozenNumber(1), ReadsNumber)

class TupleNumber(NamedTuple):
    number: int

accept("a named tuple's field where it is only read", TupleNumber(1), ReadsNumber)

class FinalNumber:
    number: Final = 3

accept("a Final attribute where it is only read", FinalNumber(), ReadsNumber)

class ClassVarNumber:
    number: ClassVar[int] = 3

accept("a ClassVar where it is only read", ClassVarNumber(), ReadsNumber)

class MethodNumber:
    def number(self) -> float: return 1

refuse("a method in the place of a property", MethodNumber(), ReadsNumber)

class CachedNumber:
    @functools.cached_property
    def number(self) -> int: return 1

accept("a cached property where it is only read", CachedNumber(), ReadsNumber)

class CachedWrong:
    @functools.cached_property
    def number(self) -> str: return ""

refuse("a cached property of another type", CachedWrong(), ReadsNumber)

class UnannotatedProperty:
    @property
    def number(self): return ""

accept("a property without annotation", UnannotatedProperty(), ReadsNumber)


class SetsNumber(Protocol):
    @property
    def number(self) -> float: ...
    @number.setter
    def number(self, value: float) -> None: ...

accept("an attribute for a property that can be set", FloatNumber(), SetsNumber)
refuse("a read-only property for one that can be set", ReadOnlyNumber(), SetsNumber)
refuse("a narrower attribute for a property that can be set", IntNumber(), SetsNumber)
refuse("a frozen field for a property that can be set", FrozenNumber(1), SetsNumber)


class HasClassVar(Protocol):
    size: ClassVar[int]

class GoodClassVar:
    size: ClassVar[int] = 1

accept("a ClassVar", GoodClassVar(), HasClassVar)

class InstanceOnly:
    def __init__(self) -> None:
        self.size: int = 1

refuse("an instance's attribute where a ClassVar is asked for", InstanceOnly(), HasClassVar)

class DeclaredInstance:
    size: int = 1

refuse("an attribute not declared ClassVar where one is asked for", DeclaredInstance(), HasClassVar)

class WrongClassVar:
    size: ClassVar[str] = ""

refuse("a ClassVar of another type", WrongClassVar(), HasClassVar)

class NoClassVar: ...

refuse("no ClassVar", NoClassVar(), HasClassVar)

class ClassVarProto2(Protocol):
    items: ClassVar[Sequence[int]]

class ListClassVar:
    items: ClassVar[list[int]] = [1]

refuse("a ClassVar of a narrower type", ListClassVar(), ClassVarProto2)


class WithDefault(Protocol):
    name: str
    size: int = 0

class OnlyName:
    name: str = ""

refuse("a default in the contract is no value of the plugin's", OnlyName(), WithDefault)

class ExplicitWithDefault(WithDefault):
    name = "x"

accept("a default inherited from the contract", ExplicitWithDefault(), WithDefault)


class HasCallback(Protocol):
    callback: "Any"

accept("anything where Any is asked for", type("X", (), {"callback": 5})(), HasCallback)


class FinalProto(Protocol):
    limit: Final[int] = 1

class FinalLimit:
    limit: Final = 1

accept("a Final attribute for a Final one", FinalLimit(), FinalProto)


class Descriptor:
    def __get__(self, instance: object, owner: object = None) -> int: return 1
    def __set__(self, instance: object, value: int) -> None: ...

class UsesDescriptor:
    size = Descriptor()

class HasSize(Protocol):
    size: int

accept("a descriptor that gets and sets", UsesDescriptor(), HasSize)

class WrongDescriptor:
    def __get__(self, instance: object, owner: object = None) -> str: return ""
    def __set__(self, instance: object, value: int) -> None: ...

class UsesWrongDescriptor:
    size = WrongDescriptor()

refuse("a descriptor of another type", UsesWrongDescriptor(), HasSize)

class WrongSetDescriptor:
    def __get__(self, instance: object, owner: object = None) -> int: return 1
    def __set__(self, instance: object, value: str) -> None: ...

class UsesWrongSet:
    size = WrongSetDescriptor()

refuse("a descriptor that takes another type", UsesWrongSet(), HasSize)


class Items(Protocol):
    items: list[int]

class EmptyItems:
    def __init__(self) -> None:
        self.items: list[int] = []

accept("an empty list", EmptyItems(), Items)

class BoolItems:
    items: list[bool] = [True]

refuse("a list of a narrower type", BoolItems(), Items)

class InferredItems:
    items = [1, 2]

accept("a list whose items say its type", InferredItems(), Items)

class InferredStrItems:
    items = ["a"]

refuse("a list whose items are of another type", InferredStrItems(), Items)


class ReadsItems(Protocol):
    @property
    def items(self) -> Sequence[float]: ...

accept("a list where a wider sequence is read", BoolItems(), ReadsItems)
accept("a list of ints where a sequence of floats is read", InferredItems(), ReadsItems)


class Self_(Protocol):
    parent: "Self_ | None"

class Node:
    parent: "Self_ | None" = None

accept("an attribute of the contract's own type", Node(), Self_)

class Node2:
    parent: "Node2 | None" = None

refuse("a narrower recursive attribute", Node2(), Self_)


class Reads(Protocol):
    @property
    def parent(self) -> "Reads | None": ...

class Node3:
    @property
    def parent(self) -> "Node3 | None": return None

accept("a recursive property", Node3(), Reads)

class Node4:
    @property
    def parent(self) -> "Node4 | int": return 1

refuse("a recursive property that gives something else too", Node4(), Reads)
