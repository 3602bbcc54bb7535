"""Modules as implementations of protocols."""
# mypy: ignore-errors
# pyright: basic
# ruff: noqa

from types import ModuleType
from typing import Any, Callable, Protocol

from corpus import accept, refuse
from corpus import sample_options


class HasTimeout(Protocol):
    timeout: int

class HasStrTimeout(Protocol):
    timeout: str

class HasFloatTimeout(Protocol):
    timeout: float

class ReadsFloatTimeout(Protocol):
    @property
    def timeout(self) -> float: ...

accept("a module's variable", sample_options, HasTimeout)
refuse("a module's variable of another type", sample_options, HasStrTimeout)
refuse("a module's variable of a narrower type", sample_options, HasFloatTimeout)
accept("a module's variable, read as a wider type", sample_options, ReadsFloatTimeout)

class HasFlags(Protocol):
    one_flag: bool
    other_flag: int

class HasBoolFlags(Protocol):
    one_flag: bool
    other_flag: bool

accept("two variables of a module", sample_options, HasFlags)
refuse("two variables of a module, one wider than asked for", sample_options, HasBoolFlags)

class HasMissing(Protocol):
    missing: int

refuse("a module without the variable", sample_options, HasMissing)

class HasRatio(Protocol):
    ratio: float

accept("a module's declared variable", sample_options, HasRatio)

class HasDeclared(Protocol):
    declared: str

accept("a module's variable without a value", sample_options, HasDeclared)

class Reporter(Protocol):
    def on_error(self, x: int) -> None: ...
    def on_success(self) -> None: ...

class WrongReporter(Protocol):
    def on_error(self, x: int) -> str: ...

class StrReporter(Protocol):
    def on_error(self, x: str) -> None: ...

class NoReporter(Protocol):
    def not_implemented(self) -> None: ...

accept("a module's functions", sample_options, Reporter)
refuse("a module's function of another result", sample_options, WrongReporter)
refuse("a module's function of other parameters", sample_options, StrReporter)
refuse("a module without the function", sample_options, NoReporter)

class Greets(Protocol):
    def greet(self, name: str) -> str: ...

accept("a module's function with an optional parameter more", sample_options, Greets)

class Fetches(Protocol):
    async def fetch(self, url: str) -> bytes: ...

class FetchesSync(Protocol):
    def fetch(self, url: str) -> bytes: ...

accept("a module's async function", sample_options, Fetches)
refuse("a module's async function for a sync one", sample_options, FetchesSync)

class GreetProperty(Protocol):
    @property
    def greet(self) -> Callable[[str], str]: ...

class ThingMaker(Protocol):
    def Thing(self, x: int) -> sample_options.Thing: ...

class ThingMakerStr(Protocol):
    def Thing(self, x: str) -> sample_options.Thing: ...

accept("a module's class as a function", sample_options, ThingMaker)
refuse("a module's class as a function of other parameters", sample_options, ThingMakerStr)

class HasThing(Protocol):
    thing: sample_options.Thing

accept("a module's variable of its class", sample_options, HasThing)

class HasLimit(Protocol):
    @property
    def limit(self) -> int: ...

class SetsLimit(Protocol):
    limit: int

refuse("a module's Final variable where assignment is asked for", sample_options, SetsLimit)

accept("a module is a module", sample_options, ModuleType)
refuse("a module is no int", sample_options, int)
accept("a module is an object", sample_options, object)
refuse("a module is not callable", sample_options, Callable[..., Any])

class HasDunders(Protocol):
    __name__: str

accept("a module has a name", sample_options, HasDunders)
