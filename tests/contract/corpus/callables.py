"""Functions, lambdas, partials, classes and callable instances against Callable types and callback protocols."""
# mypy: ignore-errors
# pyright: basic
# ruff: noqa

import functools
from collections.abc import Awaitable, Coroutine
from typing import Any, Callable, Concatenate, Literal, Optional, ParamSpec, Protocol, TypeVar, Union, overload

from corpus import accept, refuse

T = TypeVar("T")
P = ParamSpec("P")

def int_to_str(x: int) -> str: return ""
def float_to_str(x: float) -> str: return ""
def bool_to_str(x: bool) -> str: return ""
def int_to_int(x: int) -> int: return 0
def nothing() -> str: return ""
def two(x: int, y: int) -> str: return ""
def one_optional(x: int, y: int = 0) -> str: return ""
def keyword_only(*, x: int) -> str: return ""
def stars(*args: int, **kwargs: int) -> str: return ""
def untyped(x): return x
def positional(x: int, /) -> str: return ""

accept("a function of the same type", int_to_str, Callable[[int], str])
accept("a function that takes more", float_to_str, Callable[[int], str])
refuse("a function that takes less", bool_to_str, Callable[[int], str])
refuse("a function that returns something else", int_to_int, Callable[[int], str])
refuse("a function of no parameters", nothing, Callable[[int], str])
refuse("a function of two parameters", two, Callable[[int], str])
accept("a function of one optional parameter more", one_optional, Callable[[int], str])
accept("an optional parameter is asked for", one_optional, Callable[[int, int], str])
refuse("a function of keywords only", keyword_only, Callable[[int], str])
accept("a function of stars", stars, Callable[[int, int, int], str])
accept("a function without annotations", untyped, Callable[[int], str])
accept("a positional-only function", positional, Callable[[int], str])
accept("a lambda", lambda x: "", Callable[[int], str])
refuse("a lambda of two parameters", lambda x, y: "", Callable[[int], str])
accept("any parameters", two, Callable[..., str])
refuse("any parameters, but another result", two, Callable[..., int])
accept("a bare Callable", two, Callable)
refuse("not callable", 5, Callable[[int], str])
refuse("not callable, nor with any parameters", "x", Callable[..., Any])
accept("a result of Any", int_to_int, Callable[[int], Any])
accept("a result of object", int_to_int, Callable[[int], object])
refuse("a result of None", int_to_int, Callable[[int], None])
accept("a union of results", int_to_int, Callable[[int], Union[int, str]])
accept("an optional result", int_to_int, Callable[[int], Optional[int]])
refuse("a parameter that is a union", int_to_int, Callable[[Union[int, str]], int])
accept("a union with a callable", int_to_int, Union[str, Callable[[int], int]])
refuse("a union with another callable", int_to_int, Union[str, Callable[[str], int]])
accept("an optional callable", None, Optional[Callable[[int], int]])

def takes_callback(f: Callable[[int], float]) -> None: ...
def takes_wide(f: Callable[[bool], float]) -> None: ...
def takes_narrow(f: Callable[[float], float]) -> None: ...
def takes_int_result(f: Callable[[int], int]) -> None: ...

accept("a callback of the same type", takes_callback, Callable[[Callable[[int], float]], None])
accept("a callback that is asked for less", takes_wide, Callable[[Callable[[int], float]], None])
refuse("a callback that is asked for more", takes_narrow, Callable[[Callable[[int], float]], None])
refuse("a callback whose result is asked for more", takes_int_result, Callable[[Callable[[int], float]], None])

def makes_adder(x: int) -> Callable[[int], int]: return lambda y: y
def makes_other(x: int) -> Callable[[str], int]: return lambda y: 0

accept("a function that returns a function", makes_adder, Callable[[int], Callable[[int], float]])
refuse("a function that returns another function", makes_other, Callable[[int], Callable[[int], float]])

class CallableInstance:
    def __call__(self, x: int) -> str: return ""

accept("a callable instance", CallableInstance(), Callable[[int], str])
refuse("a callable instance of another type", CallableInstance(), Callable[[str], str])

class Maker:
    def __init__(self, x: int) -> None: ...

accept("a class as a function that makes it", Maker, Callable[[int], Maker])
refuse("a class whose constructor takes something else", Maker, Callable[[str], Maker])
refuse("a class as a function that makes something else", Maker, Callable[[int], str])
accept("a class as a function that makes an object", Maker, Callable[[int], object])

class Plain: ...

accept("a class without a constructor of its own", Plain, Callable[[], Plain])
refuse("a class without a constructor of its own takes nothing", Plain, Callable[[int], Plain])

class WithNew:
    def __new__(cls, x: int) -> "WithNew": return super().__new__(cls)

accept("a class with __new__", WithNew, Callable[[int], WithNew])
refuse("a class with __new__ of other parameters", WithNew, Callable[[str], WithNew])

class NewMakesInt:
    def __new__(cls) -> int: return 1

accept("a class whose __new__ makes something else", NewMakesInt, Callable[[], int])
refuse("a class whose __new__ makes something else than itself", NewMakesInt, Callable[[], NewMakesInt])

class HasMethods:
    def method(self, x: int) -> str: return ""
    @classmethod
    def made(cls, x: int) -> "HasMethods": return cls()
    @staticmethod
    def helper(x: int) -> str: return ""

accept("a bound method", HasMethods().method, Callable[[int], str])
refuse("a bound method does not take self", HasMethods().method, Callable[[HasMethods, int], str])
accept("an unbound method takes self", HasMethods.method, Callable[[HasMethods, int], str])
refuse("an unbound method needs self", HasMethods.method, Callable[[int], str])
accept("a bound class method", HasMethods.made, Callable[[int], HasMethods])
accept("a static method of a class", HasMethods.helper, Callable[[int], str])

accept("a partial of one positional argument", functools.partial(two, 1), Callable[[int], str])
accept("a partial of one keyword argument", functools.partial(two, y=1), Callable[[int], str])
accept("a partial of all arguments", functools.partial(two, 1, 2), Callable[[], str])
refuse("a partial that still needs an argument", functools.partial(two, 1), Callable[[], str])
refuse("a partial with another result", functools.partial(two, 1), Callable[[int], int])
refuse("a partial of one keyword leaves no second position", functools.partial(two, x=1), Callable[[int], str])

@functools.lru_cache
def cached(x: int) -> str: return ""

accept("a cached function", cached, Callable[[int], str])
refuse("a cached function with another result", cached, Callable[[int], int])


class Callback(Protocol):
    def __call__(self, x: int, *, verbose: bool = ...) -> str: ...

def verbose(x: int, *, verbose: bool = False) -> str: return ""
def verbose_required(x: int, *, verbose: bool) -> str: return ""
def verbose_missing(x: int) -> str: return ""
def verbose_renamed(y: int, *, verbose: bool = False) -> str: return ""
def verbose_kwargs(x: int, **options: bool) -> str: return ""

accept("a function for a callback protocol", verbose, Callback)
refuse("a callback whose keyword is required", verbose_required, Callback)
refuse("a callback without the keyword", verbose_missing, Callback)
refuse("a callback whose parameter is named otherwise", verbose_renamed, Callback)
accept("a callback with kwargs", verbose_kwargs, Callback)

class CallbackInstance:
    def __call__(self, x: int, verbose: bool = True) -> str: return ""

accept("an instance for a callback protocol", CallbackInstance(), Callback)

class NamedCallback(Protocol):
    __name__: str
    def __call__(self) -> str: ...

accept("a function has a name", nothing, NamedCallback)

class AttributedCallback(Protocol):
    retries: int
    def __call__(self) -> str: ...

refuse("a function without the attribute", nothing, AttributedCallback)

class NotCallback:
    def __call__(self) -> str: return ""

refuse("a function is no instance of a class with __call__", nothing, NotCallback)


class Variadic(Protocol):
    def __call__(self, *values: bytes, limit: int | None = None) -> list[bytes]: ...

def variadic_good(*values: bytes, limit: int | None = None) -> list[bytes]: return []
def variadic_other(*values: bytes, most: int | None = None) -> list[bytes]: return []
def variadic_less(*values: bytes) -> list[bytes]: return []
def variadic_str(*values: bytes, limit: str | None = None) -> list[bytes]: return []
def variadic_required(*values: bytes, limit: int | None) -> list[bytes]: return []

accept("args and a keyword", variadic_good, Variadic)
refuse("args and a keyword of another name", variadic_other, Variadic)
refuse("args without the keyword", variadic_less, Variadic)
refuse("args and a keyword of another type", variadic_str, Variadic)
refuse("args and a required keyword", variadic_required, Variadic)


class Overloaded(Protocol):
    @overload
    def __call__(self, x: int) -> int: ...
    @overload
    def __call__(self, x: str) -> str: ...

@overload
def both(x: int) -> int: ...
@overload
def both(x: str) -> str: ...
def both(x: int | str) -> int | str: return x

@overload
def swapped(x: str) -> str: ...
@overload
def swapped(x: int) -> int: ...
def swapped(x: int | str) -> int | str: return x

@overload
def lacking(x: int) -> int: ...
@overload
def lacking(x: bytes) -> bytes: ...
def lacking(x: Any) -> Any: return x

def anything(x: Any) -> Any: return x
def only_int(x: int) -> int: return x
def union_result(x: int | str) -> int | str: return x

accept("the same overloads", both, Overloaded)
accept("one function that takes and gives Any", anything, Overloaded)
refuse("a function that covers one overload only", only_int, Overloaded)
refuse("a function whose result is the union", union_result, Overloaded)
refuse("overloads of which one is lacking", lacking, Overloaded)
accept("an overloaded function for one of its cases", both, Callable[[int], int])
accept("an overloaded function for the other of its cases", both, Callable[[str], str])
refuse("an overloaded function for no case of it", both, Callable[[bytes], bytes])


def identity(x: T) -> T: return x
def first(x: T, y: T) -> T: return x
def to_list(x: T) -> list[T]: return [x]

accept("a generic function", identity, Callable[[int], int])
refuse("a generic function whose variable cannot be both", identity, Callable[[int], str])
accept("a generic function of one variable twice", first, Callable[[int, int], int])
accept("a generic function that makes a list", to_list, Callable[[int], list[int]])
refuse("a generic function that makes a list of something else", to_list, Callable[[int], list[str]])
accept("a generic function for overloads", identity, Overloaded)

N = TypeVar("N", bound=float)
A = TypeVar("A", int, str)
def bounded(x: N) -> N: return x
def constrained(x: A) -> A: return x

accept("a bound that is kept", bounded, Callable[[int], int])
refuse("a bound that is not kept", bounded, Callable[[str], str])
accept("one of the constraints", constrained, Callable[[str], str])
refuse("none of the constraints", constrained, Callable[[bytes], bytes])
accept("a constraint is what a narrower type becomes", constrained, Callable[[bool], int])
refuse("a constraint is not narrower than itself", constrained, Callable[[bool], bool])

class GenericCallback(Protocol):
    def __call__(self, x: T, /) -> T: ...

accept("a generic function for a generic callback", identity, GenericCallback)
refuse("a function of int for a generic callback", int_to_int, GenericCallback)
accept("a function of Any for a generic callback", anything, GenericCallback)

def object_to_object(x: object) -> object: return x
def object_to_never(x: object): raise SystemExit

refuse("a function of objects for a generic callback", object_to_object, GenericCallback)

class GenericListCallback(Protocol):
    def __call__(self, x: list[T], /) -> T: ...

def list_first(x: list[T]) -> T: return x[0]
def list_int(x: list[int]) -> int: return x[0]

accept("a generic function of lists", list_first, GenericListCallback)
refuse("a function of lists of int for a generic callback", list_int, GenericListCallback)

accept("Concatenate: the first parameter, then any", two, Callable[Concatenate[int, ...], str])
refuse("Concatenate: a first parameter of another type", two, Callable[Concatenate[str, ...], str])
refuse("Concatenate: no first parameter", nothing, Callable[Concatenate[int, ...], str])
refuse("Concatenate: a keyword is no first parameter", keyword_only, Callable[Concatenate[int, ...], str])

def passes_on(f: Callable[P, int], *args: P.args, **kwargs: P.kwargs) -> int: return f(*args, **kwargs)

accept("a ParamSpec takes the parameters of its callback", passes_on, Callable[[Callable[[str], int], str], int])
refuse("a ParamSpec passes on what its callback takes", passes_on, Callable[[Callable[[str], int], bytes], int])

def decorate(f: Callable[P, T]) -> Callable[P, list[T]]: raise NotImplementedError

accept("a decorator", decorate, Callable[[Callable[[int], str]], Callable[[int], list[str]]])
refuse("a decorator with another result", decorate, Callable[[Callable[[int], str]], Callable[[int], list[int]]])
refuse("a decorator of other parameters", decorate, Callable[[Callable[[int], str]], Callable[[str], list[str]]])

def literal(x: Literal["a", "b"]) -> int: return 1

accept("a literal parameter", literal, Callable[[Literal["a"]], int])
refuse("a parameter of more literals", literal, Callable[[Literal["a", "c"]], int])
refuse("a literal parameter for any str", literal, Callable[[str], int])

async def fetch(x: int) -> str: return ""
def fetch_later(x: int) -> Awaitable[str]: raise NotImplementedError
def fetch_coroutine(x: int) -> Coroutine[Any, Any, str]: raise NotImplementedError

accept("an async function gives an Awaitable", fetch, Callable[[int], Awaitable[str]])
accept("an async function gives a Coroutine", fetch, Callable[[int], Coroutine[Any, Any, str]])
refuse("an async function gives no str", fetch, Callable[[int], str])
refuse("an async function of another result", fetch, Callable[[int], Awaitable[int]])
refuse("a function of str gives no Awaitable", int_to_str, Callable[[int], Awaitable[str]])
accept("a function that gives an Awaitable", fetch_later, Callable[[int], Awaitable[str]])
refuse("an Awaitable is no Coroutine", fetch_later, Callable[[int], Coroutine[Any, Any, str]])

accept("a builtin function", len, Callable[[list[int]], int])
refuse("a builtin function of one parameter", len, Callable[[list[int], int], int])
accept("a builtin class", str, Callable[[int], str])
refuse("a builtin class gives its own instances", str, Callable[[int], bytes])
accept("print takes anything", print, Callable[[int, int], None])
accept("a bound method of a builtin", [].append, Callable[[int], None])
