"""What a method must accept: names, kinds, defaults and types of parameters; what it returns."""
# mypy: ignore-errors
# pyright: basic
# ruff: noqa

from typing import Any, Protocol

from corpus import accept, refuse


class Plain(Protocol):
    def run(self, a: int, b: str) -> float: ...


class Same:
    def run(self, a: int, b: str) -> float: return 0.0

accept("the very same signature", Same(), Plain)

class WiderParameter:
    def run(self, a: float, b: object) -> float: return 0.0

accept("parameters that take more", WiderParameter(), Plain)

class NarrowerParameter:
    def run(self, a: bool, b: str) -> float: return 0.0

refuse("a parameter that takes less", NarrowerParameter(), Plain)

class NarrowerReturn:
    def run(self, a: int, b: str) -> int: return 0

accept("a result that promises more", NarrowerReturn(), Plain)

class WiderReturn:
    def run(self, a: int, b: str) -> complex: return 0

refuse("a result that promises less", WiderReturn(), Plain)

class UnionReturn:
    def run(self, a: int, b: str) -> float | None: return None

refuse("a result that may be None", UnionReturn(), Plain)

class NoReturnAnnotation:
    def run(self, a: int, b: str): return 0

accept("no annotation of the result", NoReturnAnnotation(), Plain)

class NoAnnotations:
    def run(self, a, b): return 0

accept("no annotation at all", NoAnnotations(), Plain)

class OtherName:
    def run(self, a: int, c: str) -> float: return 0.0

refuse("another name of a parameter", OtherName(), Plain)

class OtherNameUnannotated:
    def run(self, a, c): return 0.0

refuse("another name of a parameter without annotation", OtherNameUnannotated(), Plain)

class Swapped:
    def run(self, b: str, a: int) -> float: return 0.0

refuse("the same names in another order", Swapped(), Plain)

class TooFew:
    def run(self, a: int) -> float: return 0.0

refuse("one parameter too few", TooFew(), Plain)

class TooMany:
    def run(self, a: int, b: str, c: int) -> float: return 0.0

refuse("one required parameter too many", TooMany(), Plain)

class OneMoreOptional:
    def run(self, a: int, b: str, c: int = 0) -> float: return 0.0

accept("one optional parameter more", OneMoreOptional(), Plain)

class OneMoreKeyword:
    def run(self, a: int, b: str, *, c: int) -> float: return 0.0

refuse("one required keyword more", OneMoreKeyword(), Plain)

class OneMoreOptionalKeyword:
    def run(self, a: int, b: str, *, c: int = 0) -> float: return 0.0

accept("one optional keyword more", OneMoreOptionalKeyword(), Plain)

class Optional_:
    def run(self, a: int = 0, b: str = "") -> float: return 0.0

accept("defaults where none are asked for", Optional_(), Plain)

class PositionalOnly:
    def run(self, a: int, b: str, /) -> float: return 0.0

refuse("positional only where names are allowed", PositionalOnly(), Plain)

class KeywordOnly:
    def run(self, *, a: int, b: str) -> float: return 0.0

refuse("keyword only where positions are allowed", KeywordOnly(), Plain)

class Everything:
    def run(self, *args: Any, **kwargs: Any) -> float: return 0.0

accept("takes everything", Everything(), Plain)

class EverythingUnannotated:
    def run(self, *args, **kwargs): return 0.0

accept("takes everything, without annotations", EverythingUnannotated(), Plain)

class TypedEverything:
    def run(self, *args: object, **kwargs: object) -> float: return 0.0

accept("takes every object", TypedEverything(), Plain)

class OnlyInts:
    def run(self, *args: int, **kwargs: int) -> float: return 0.0

refuse("takes ints only, by position or name", OnlyInts(), Plain)

class OnlyArgs:
    def run(self, *args: Any) -> float: return 0.0

refuse("takes no names", OnlyArgs(), Plain)

class OnlyKwargs:
    def run(self, **kwargs: Any) -> float: return 0.0

refuse("takes no positions", OnlyKwargs(), Plain)

class FirstAndArgs:
    def run(self, a: int, *args: str, **kwargs: str) -> float: return 0.0

accept("one parameter by name, the rest by stars", FirstAndArgs(), Plain)

class NotAMethod:
    run = 5

refuse("an int in the place of a method", NotAMethod(), Plain)

class Nothing: ...

refuse("no such method", Nothing(), Plain)

class NoneMethod:
    run = None

refuse("None in the place of a method", NoneMethod(), Plain)

class Static:
    @staticmethod
    def run(a: int, b: str) -> float: return 0.0

accept("a static method", Static(), Plain)

class StaticWithSelf:
    @staticmethod
    def run(self, a: int, b: str) -> float: return 0.0

refuse("a static method with one parameter too many", StaticWithSelf(), Plain)

class ClassMethod:
    @classmethod
    def run(cls, a: int, b: str) -> float: return 0.0

accept("a class method", ClassMethod(), Plain)

class ForgottenSelf:
    def run(a: int, b: str) -> float: return 0.0

refuse("a method whose self was forgotten", ForgottenSelf(), Plain)

class AsProperty:
    @property
    def run(self) -> float: return 0.0

refuse("a property in the place of a method", AsProperty(), Plain)


class Lax(Protocol):
    def run(self, a: int = ..., b: str = ...) -> None: ...

class BothOptional:
    def run(self, a: int = 1, b: str = "x") -> None: ...

accept("all defaults that are asked for", BothOptional(), Lax)

class OneRequired:
    def run(self, a: int, b: str = "x") -> None: ...

refuse("a default that is asked for is missing", OneRequired(), Lax)

class StarsForOptional:
    def run(self, *args: Any, **kwargs: Any) -> None: ...

accept("stars in the place of optional parameters", StarsForOptional(), Lax)


class Keywords(Protocol):
    def run(self, *, a: int, b: str = ...) -> None: ...

class SameKeywords:
    def run(self, *, a: int, b: str = "") -> None: ...

accept("the same keywords", SameKeywords(), Keywords)

class KeywordsInOtherOrder:
    def run(self, *, b: str = "", a: int) -> None: ...

accept("the same keywords in another order", KeywordsInOtherOrder(), Keywords)

class StandardForKeywords:
    def run(self, b: str = "", a: int = 0) -> None: ...

accept("standard parameters in the place of keywords", StandardForKeywords(), Keywords)

class RequiredKeyword:
    def run(self, *, a: int, b: str) -> None: ...

refuse("a keyword is required that should be optional", RequiredKeyword(), Keywords)

class MissingKeyword:
    def run(self, *, a: int) -> None: ...

refuse("a keyword is not taken", MissingKeyword(), Keywords)

class KwargsForKeywords:
    def run(self, **kwargs: int | str) -> None: ...

accept("kwargs in the place of keywords", KwargsForKeywords(), Keywords)

class NarrowKwargs:
    def run(self, **kwargs: int) -> None: ...

refuse("kwargs of too narrow a type in the place of keywords", NarrowKwargs(), Keywords)

class PositionalOnlyForKeywords:
    def run(self, a: int, b: str = "", /) -> None: ...

refuse("positional only in the place of keywords", PositionalOnlyForKeywords(), Keywords)


class Positions(Protocol):
    def run(self, a: int, b: str, /) -> None: ...

class OtherNames:
    def run(self, x: int, y: str) -> None: ...

accept("other names where only positions count", OtherNames(), Positions)

class PositionsByArgs:
    def run(self, *args: int | str) -> None: ...

accept("args in the place of positions", PositionsByArgs(), Positions)

class PositionsByNarrowArgs:
    def run(self, a: int, *args: int) -> None: ...

refuse("args of too narrow a type", PositionsByNarrowArgs(), Positions)

class PositionsByKeywords:
    def run(self, *, a: int, b: str) -> None: ...

refuse("keywords in the place of positions", PositionsByKeywords(), Positions)


class Old(Protocol):
    def run(self, __a: int) -> None: ...

class NewName:
    def run(self, whatever: int) -> None: ...

accept("two underscores mean positional only", NewName(), Old)

class OldName:
    def run(self, __other: int) -> None: ...

accept("two underscores on both sides", OldName(), Old)

class Named(Protocol):
    def run(self, a: int) -> None: ...

refuse("two underscores where a name is asked for", OldName(), Named)


class Variadic(Protocol):
    def run(self, *args: int) -> None: ...

class VariadicSame:
    def run(self, *numbers: int) -> None: ...

accept("args of another name", VariadicSame(), Variadic)

class VariadicWider:
    def run(self, *numbers: float) -> None: ...

accept("args of a wider type", VariadicWider(), Variadic)

class VariadicNarrower:
    def run(self, *numbers: bool) -> None: ...

refuse("args of a narrower type", VariadicNarrower(), Variadic)

class NotVariadic:
    def run(self, a: int = 0, b: int = 0) -> None: ...

refuse("a few optional parameters in the place of args", NotVariadic(), Variadic)

class FrontAndVariadic:
    def run(self, a: int = 0, *args: int) -> None: ...

accept("an optional parameter before args", FrontAndVariadic(), Variadic)

class RequiredFrontAndVariadic:
    def run(self, a: int, *args: int) -> None: ...

refuse("a required parameter before args", RequiredFrontAndVariadic(), Variadic)


class Kwargs(Protocol):
    def run(self, **kwargs: int) -> None: ...

class KwargsSame:
    def run(self, **options: int) -> None: ...

accept("kwargs of another name", KwargsSame(), Kwargs)

class KwargsWider:
    def run(self, **options: float) -> None: ...

accept("kwargs of a wider type", KwargsWider(), Kwargs)

class KwargsNarrower:
    def run(self, **options: bool) -> None: ...

refuse("kwargs of a narrower type", KwargsNarrower(), Kwargs)

class NoKwargs:
    def run(self, a: int = 0) -> None: ...

refuse("one optional parameter in the place of kwargs", NoKwargs(), Kwargs)

class KwargsAndRequired:
    def run(self, *, a: int, **kwargs: int) -> None: ...

refuse("a required keyword beside kwargs", KwargsAndRequired(), Kwargs)


class Gradual(Protocol):
    def run(self, *args: Any, **kwargs: Any) -> int: ...

class TakesTwo:
    def run(self, a: int, *, b: str) -> int: return 0

accept("stars of Any ask for no parameters in particular", TakesTwo(), Gradual)

class ReturnsStr:
    def run(self) -> str: return ""

refuse("stars of Any still ask for a result", ReturnsStr(), Gradual)

class FirstThenAnything(Protocol):
    def run(self, a: int, /, *args, **kwargs) -> int: ...

accept("a first parameter, then anything", TakesTwo(), FirstThenAnything)

class FirstIsStr:
    def run(self, a: str, b: int) -> int: return 0

refuse("a first parameter of another type, then anything", FirstIsStr(), FirstThenAnything)


class ReturnsNone(Protocol):
    def run(self) -> None: ...

class ReturnsInt:
    def run(self) -> int: return 1

refuse("an int where None is promised", ReturnsInt(), ReturnsNone)

class ReturnsObject(Protocol):
    def run(self) -> object: ...

class ReturnsNothing:
    def run(self) -> None: ...

accept("None where any object is promised", ReturnsNothing(), ReturnsObject)

class ReturnsAny:
    def run(self) -> Any: ...

accept("Any where None is promised", ReturnsAny(), ReturnsNone)


class Default:
    def run(self, a: "int", b: "str") -> "float": return 0.0

accept("annotations in strings", Default(), Plain)

class WrongString:
    def run(self, a: "int", b: "int") -> "float": return 0.0

refuse("a wrong annotation in a string", WrongString(), Plain)

class StringUnion:
    def run(self, a: "int | None", b: "str | list[str]") -> "float": return 0.0

accept("a union in a string", StringUnion(), Plain)


class Inherited(Same): ...

accept("an inherited method", Inherited(), Plain)

class Overridden(Same):
    def run(self, a: str, b: str) -> float: return 0.0

refuse("an inherited method, overridden wrongly", Overridden(), Plain)


class Two(Protocol):
    def one(self) -> int: ...
    def two(self) -> int: ...

class OnlyOne:
    def one(self) -> int: return 1

refuse("one of two methods", OnlyOne(), Two)

class Three(OnlyOne):
    def two(self) -> int: return 1
    def three(self) -> int: return 1

accept("more methods than asked for", Three(), Two)
