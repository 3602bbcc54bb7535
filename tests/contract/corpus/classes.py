"""Class objects, nominal classes and ABCs, type[...], explicit subclasses, Self."""
# mypy: ignore-errors
# pyright: basic
# ruff: noqa

import abc
from typing import Any, Callable, ClassVar, Generic, Protocol, Self, TypeVar

from corpus import accept, refuse

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Animal:
    def speak(self) -> str: return ""

class Dog(Animal): ...

class Lookalike:
    def speak(self) -> str: return ""

accept("an instance of the class", Animal(), Animal)
accept("an instance of a subclass", Dog(), Animal)
refuse("an instance of a lookalike", Lookalike(), Animal)
refuse("an instance of the base class", Animal(), Dog)
refuse("a class is no instance of itself", Animal, Animal)
accept("the class where the class is wanted", Animal, type[Animal])
accept("a subclass where the class is wanted", Dog, type[Animal])
refuse("a lookalike where the class is wanted", Lookalike, type[Animal])
refuse("an instance where the class is wanted", Animal(), type[Animal])
accept("any class", Animal, type)
accept("any class, spelled with Any", Animal, type[Any])
accept("any class of objects", Animal, type[object])
refuse("an instance where any class is wanted", Animal(), type)
accept("None is None", None, None)
refuse("an object is not None", object(), None)
accept("everything is an object", 5, object)
accept("a class is an object", Animal, object)

class Base(abc.ABC):
    @abc.abstractmethod
    def run(self) -> int: ...

class Concrete(Base):
    def run(self) -> int: return 1

class Duck:
    def run(self) -> int: return 1

accept("an implementation of an ABC", Concrete(), Base)
refuse("a lookalike of an ABC", Duck(), Base)

class Speaks(Protocol):
    def speak(self) -> str: ...

accept("the class of implementations", Animal, type[Speaks])
refuse("the class of something else", Duck, type[Speaks])
refuse("the protocol itself is no class of implementations", Speaks, type[Speaks])

class UnboundSpeak(Protocol):
    def speak(_self, self: Any) -> str: ...

refuse("a class object's method needs its self", Animal, Speaks)
accept("a class object's method takes its self", Animal, UnboundSpeak)

class Factory(Protocol):
    def make(self, x: int) -> str: ...

class ClassFactory:
    @classmethod
    def make(cls, x: int) -> str: return ""

class StaticFactory:
    @staticmethod
    def make(x: int) -> str: return ""

accept("a class object's class method", ClassFactory, Factory)
accept("a class object's static method", StaticFactory, Factory)

class HasProperty(Protocol):
    @property
    def size(self) -> int: ...

class PropertyClass:
    @property
    def size(self) -> int: return 1

class ClassVarClass:
    size: ClassVar[int] = 1

refuse("a class object does not compute its property", PropertyClass, HasProperty)

class HasAttribute(Protocol):
    size: int

class AttributeClass:
    size: int = 1

accept("a class object's ClassVar", ClassVarClass, HasAttribute)

class MetaAttribute(type):
    size: int = 1

class WithMeta(metaclass=MetaAttribute): ...

accept("an attribute of the metaclass", WithMeta, HasAttribute)

class WrongClassVar:
    size: ClassVar[str] = ""

refuse("a class object's ClassVar of another type", WrongClassVar, HasAttribute)
refuse("a class object without the attribute", Animal, HasAttribute)

class WantsClassVar(Protocol):
    size: ClassVar[int]

refuse("a class object for a ClassVar of instances", ClassVarClass, WantsClassVar)

class MetaMethod(type):
    def make(cls, x: int) -> str: return ""

class WithMetaMethod(metaclass=MetaMethod): ...

accept("a method of the metaclass", WithMetaMethod, Factory)
refuse("a method of the metaclass is none of the instances", WithMetaMethod(), Factory)

class CallFactory(Protocol):
    def __call__(self, x: int) -> Animal: ...

class IntAnimal(Animal):
    def __init__(self, x: int) -> None: ...

class StrAnimal(Animal):
    def __init__(self, x: str) -> None: ...

accept("a class object is called to make instances", IntAnimal, CallFactory)
refuse("a class object whose constructor takes something else", StrAnimal, CallFactory)
refuse("a class object whose constructor takes nothing", Dog, CallFactory)


class ClassMethodProto(Protocol):
    @classmethod
    def make(cls) -> int: ...

class InstanceMake:
    def make(self) -> int: return 1

class ClassMake:
    @classmethod
    def make(cls) -> int: return 1

class StaticMake:
    @staticmethod
    def make() -> int: return 1

accept("a class method for a class method", ClassMake(), ClassMethodProto)
accept("a static method for a class method", StaticMake(), ClassMethodProto)
refuse("an instance method for a class method", InstanceMake(), ClassMethodProto)

class StaticProto(Protocol):
    @staticmethod
    def make() -> int: ...

accept("a static method for a static method", StaticMake(), StaticProto)
refuse("an instance method for a static method", InstanceMake(), StaticProto)


class Explicit(Protocol):
    def done(self) -> int: return 1
    def todo(self) -> int: ...

class Inherits(Explicit):
    def todo(self) -> int: return 2

accept("an explicit subclass inherits a default", Inherits(), Explicit)

class AbstractProto(Protocol):
    @abc.abstractmethod
    def todo(self) -> int: ...

class Implements(AbstractProto):
    def todo(self) -> int: return 1

accept("an explicit subclass implements an abstract method", Implements(), AbstractProto)


class Scalable(Protocol):
    def scale(self, by: float) -> Self: ...

class ReturnsSelf:
    def scale(self, by: float) -> Self: return self

class ReturnsOwnClass:
    def scale(self, by: float) -> "ReturnsOwnClass": return self

class ReturnsOther:
    def scale(self, by: float) -> ReturnsOwnClass: return ReturnsOwnClass()

class ReturnsInt:
    def scale(self, by: float) -> int: return 1

class InheritsOwnClass(ReturnsOwnClass): ...

class InheritsSelf(ReturnsSelf): ...

class ReturnsTypeVar:
    def scale(self: T, by: float) -> T: return self

accept("Self for Self", ReturnsSelf(), Scalable)
accept("the class itself for Self", ReturnsOwnClass(), Scalable)
refuse("another class for Self", ReturnsOther(), Scalable)
refuse("an int for Self", ReturnsInt(), Scalable)
refuse("the base class for Self", InheritsOwnClass(), Scalable)
accept("an inherited Self", InheritsSelf(), Scalable)
accept("a type variable of self for Self", ReturnsTypeVar(), Scalable)

class Copyable(Protocol):
    def copy(self: T) -> T: ...

class CopySelf:
    def copy(self) -> Self: return self

class CopyOwn:
    def copy(self) -> "CopyOwn": return self

class CopyInt:
    def copy(self) -> int: return 1

accept("Self for a type variable of self", CopySelf(), Copyable)
accept("the class itself for a type variable of self", CopyOwn(), Copyable)
refuse("an int for a type variable of self", CopyInt(), Copyable)

class Merges(Protocol):
    def merge(self, other: Self) -> None: ...

class MergesSelf:
    def merge(self, other: Self) -> None: ...

class MergesObject:
    def merge(self, other: object) -> None: ...

class MergesInt:
    def merge(self, other: int) -> None: ...

accept("a parameter of Self", MergesSelf(), Merges)
accept("a parameter of object for Self", MergesObject(), Merges)
refuse("a parameter of int for Self", MergesInt(), Merges)

class Tree(Protocol):
    @property
    def children(self) -> list[Self]: ...

class GoodTree:
    @property
    def children(self) -> "list[GoodTree]": return []

class BadTree:
    @property
    def children(self) -> "list[GoodTree]": return []

accept("a property of a list of Self", GoodTree(), Tree)
refuse("a property of a list of something else", BadTree(), Tree)

class GenericSelf(Generic[T_co]):
    def me(self) -> Self: return self

class HasMe(Protocol[T_co]):
    def me(self) -> Self: ...

accept("Self in a generic class", GenericSelf[int](), HasMe[int])

class ClassMaker(Protocol):
    @classmethod
    def make(cls) -> Self: ...

class MakesSelf:
    @classmethod
    def make(cls) -> Self: return cls()

class MakesOther:
    @classmethod
    def make(cls) -> Animal: return Animal()

accept("a class method that gives Self", MakesSelf(), ClassMaker)
refuse("a class method that gives another class", MakesOther(), ClassMaker)


class HasInit(Protocol):
    def __init__(self, x: int) -> None: ...
    def run(self) -> int: ...

accept("the constructor is no member", Duck(), HasInit)

class Empty(Protocol): ...

accept("a protocol without members", object(), Empty)
accept("a protocol without members, of a class", Animal, Empty)

class Callable_(Protocol):
    handler: Callable[[int], str]

class HandlerAttribute:
    handler: Callable[[int], str]
    def __init__(self) -> None:
        self.handler = lambda x: ""

class HandlerOther:
    def __init__(self) -> None:
        self.handler: Callable[[str], str] = lambda x: ""

accept("a callable attribute", HandlerAttribute(), Callable_)

class MethodProto(Protocol):
    def handler(self, x: int, /) -> str: ...

accept("a callable attribute for a method", HandlerAttribute(), MethodProto)

class ReadsHandler(Protocol):
    @property
    def handler(self) -> Callable[[int], str]: ...

class HandlerMethod:
    def handler(self, x: int) -> str: return ""

class HandlerMethodStr:
    def handler(self, x: str) -> str: return ""

accept("a method for a callable property", HandlerMethod(), ReadsHandler)
refuse("a method of another type for a callable property", HandlerMethodStr(), ReadsHandler)

class Eq(Protocol):
    def __eq__(self, other: object) -> bool: ...

accept("everything can be compared", Animal(), Eq)

class Hashed(Protocol):
    def __hash__(self) -> int: ...

accept("an object has a hash", Animal(), Hashed)
refuse("a list has no hash", [1], Hashed)

class Sized_(Protocol):
    def __len__(self) -> int: ...

accept("a list has a length", [1], Sized_)
accept("a str has a length", "x", Sized_)
refuse("an int has no length", 5, Sized_)

class Contextual(Protocol):
    def __enter__(self) -> int: ...
    def __exit__(self, *args: object) -> bool | None: ...

class Manager:
    def __enter__(self) -> int: return 1
    def __exit__(self, *args: object) -> None: ...

accept("a context manager", Manager(), Contextual)
