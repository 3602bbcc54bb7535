"""How an exception crosses: as itself where that is safe and says everything, else as `PluginRaised`.

As themselves cross the builtin subclasses of Exception (but StopIteration and StopAsyncIteration) and the exact
classes that a contract declares with ``hotplug.contract.raises``, both with arguments and attributes that are of
builtin types. To a worker also KeyboardInterrupt and the like, which must end what runs there. An exception that
comes home is the object that it was before.

Nothing of it runs code: a class is found by name among those that this side knows anyway, and `rebuilding` takes
exceptions apart and makes them past their own code.
"""

from __future__ import annotations

import builtins
from itertools import count
from typing import Any, cast

from hotplug.boundaries.activation import class_name, text_of
from hotplug.boundaries.process.crossing import Misfit, Plan
from hotplug.boundaries.process.rebuilding import MARK, arguments_of, attributes_of, fits, held, rebuilt
from hotplug.boundaries.process.traces import plain, trace_of, untold
from hotplug.contract.shapes import Shapes, Untyped
from hotplug.errors import (
    ActivationError,
    CompatibilityError,
    ContractError,
    PluginClosed,
    PluginError,
    PluginNotFound,
    PluginRaised,
    PolicyError,
    SymbolNotFound,
    TransferError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hotplug.boundaries.process.crossing import Carrier

HOME, BUILTIN, DECLARED, OTHER, GROUP, OURS = range(6)

_NEVER = (StopIteration, StopAsyncIteration)
_BUILTIN = {
    name: each
    for name, each in vars(builtins).items()
    if isinstance(each, type) and issubclass(each, BaseException) and not issubclass(each, _NEVER)
}
_OWN = {
    each.__name__: each
    for each in (
        *(ActivationError, SymbolNotFound, TransferError, PolicyError, PluginClosed, ContractError),
        *(CompatibilityError, PluginNotFound, PluginError),
    )
}

_plan = Plan(Shapes(Untyped(), {}))
_untyped = _plan.codec(Untyped())


class OnTheOtherSide(Exception):
    """Where an exception was raised on the other side of a boundary."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}" if self.args else ""


_numbers = count(1)


class Memory:
    """The exceptions that left for the other side while this side waits for it, in case they come back.

    Attributes:
        held: They, by number; no two of a process have the same.
    """

    __slots__ = ("held",)
    _MOST = 64

    def __init__(self) -> None:
        self.held: dict[int, BaseException] = {}

    def keep(self, error: BaseException) -> int:
        """Keep an exception, and return its number."""
        number = next(_numbers)
        self.held[number] = error
        while len(self.held) > self._MOST:
            del self.held[next(iter(self.held))]
        return number

    def find(self, number: object) -> BaseException | None:
        """Return the exception of that number, if it is still kept."""
        return self.held.get(number) if isinstance(number, int) else None


class Raising:
    """What may cross as itself between these two sides, and who is named where something does not."""

    __slots__ = ("_remote", "_trusting")

    def __init__(self, remote: str, *, trusting: bool) -> None:
        """Speak for one side.

        Args:
            remote: The name of the other side, for messages: the plugin's, or ``the host``.
            trusting: Whether the other side is the host, whose word is taken.
        """
        self._remote = remote
        self._trusting = trusting

    def told(
        self,
        error: BaseException,
        carrier: Carrier,
        *,
        declared: Iterable[str] = (),
        classes: Mapping[str, type] | None = None,
        memory: Memory | None = None,
    ) -> list[Any]:
        """Return an exception as it is sent."""
        try:
            wire = self._told(error, carrier, tuple(declared), classes or {})
        except BaseException as problem:  # noqa: BLE001 - whatever a hostile exception does when it is looked at
            wire = [OTHER, [plain(class_name(type(error))), untold(problem)], [], ""]
        home: object = held(error).get(MARK)
        kept = None if memory is None else memory.keep(error)
        return [home if type(home) is int else None, kept, wire]

    def made(
        self,
        wire: object,
        carrier: Carrier,
        *,
        declared: Iterable[str] = (),
        classes: Mapping[str, type] | None = None,
        memory: Memory | None = None,
    ) -> BaseException:
        """Return the exception that was sent.

        Raises:
            Misfit: If it is not one.
        """
        try:
            home, number, rest = cast("Any", wire)
        except (TypeError, ValueError):
            raise Misfit("", "no exception") from None
        original = None if memory is None or home is None else memory.find(home)
        if original is not None:
            return original
        try:
            error = self._made(rest, carrier, tuple(declared), classes or {})
        except Exception as problem:  # noqa: BLE001 - a builtin class decides about its arguments
            raise Misfit("", f"no exception: {type(problem).__name__}") from None
        if type(number) is int:
            held(error)[MARK] = number
        return error

    def _told(
        self, error: BaseException, carrier: Carrier, declared: tuple[str, ...], classes: Mapping[str, type]
    ) -> list[Any]:
        cls = type(error)
        if _OWN.get(cls.__name__) is cls:
            return _ours(cast("PluginError", error))
        notes = [plain(each) for each in held(error).get("__notes__", ()) if type(each) is str]
        trace = trace_of(error)
        if cls is ExceptionGroup:
            group = cast("ExceptionGroup[Exception]", error)
            inner = [self._told(each, carrier, declared, classes) for each in group.exceptions]
            return [GROUP, [plain(group.message), inner], notes, trace]
        name = next((each for each in declared if classes.get(each) is cls), None)
        builtin = _BUILTIN.get(cls.__name__) is cls and (issubclass(cls, Exception) or not self._trusting)
        if name is not None or builtin:
            arguments, attributes = list(arguments_of(error)), attributes_of(error)
            try:
                content = _untyped.out([arguments, attributes], carrier)
            except Misfit:
                content = None
            if content is not None and _are_names(attributes) and fits(cls, arguments, attributes):
                return [BUILTIN if name is None else DECLARED, [name or cls.__name__, content], notes, trace]
        module = cls.__module__
        kind = class_name(cls) if module == "builtins" else f"{module}.{class_name(cls)}"
        return [OTHER, [plain(kind), plain(text_of(error))], notes, trace]

    def _made(
        self, wire: Any, carrier: Carrier, declared: tuple[str, ...], classes: Mapping[str, type]
    ) -> BaseException:
        how, content, notes, trace = wire
        if how == OURS:
            own = _own(content, self._remote)
            if type(trace) is str and trace:
                own.__cause__ = OnTheOtherSide(f"In {self._remote}:\n{trace}")
            return own
        if not all(type(each) is str for each in (*notes, trace)):
            raise ValueError
        error: BaseException
        if how == GROUP:
            said, inner = content
            made = [self._made(each, carrier, declared, classes) for each in inner]
            error = ExceptionGroup(_text(said), [each for each in made if isinstance(each, Exception)])
        elif how == OTHER:
            kind, said = content
            error = PluginRaised(_text(kind), _text(said), traceback=trace, plugin=self._remote)
        else:
            name, packed = content
            cls: type[BaseException] | None = _BUILTIN.get(name) if how == BUILTIN else classes[name]
            if cls is None or (how == DECLARED and name not in declared) or how not in (BUILTIN, DECLARED):
                raise ValueError
            if BaseException not in cls.__mro__:  # a class of the contract that is data
                raise ValueError
            if not issubclass(cls, Exception) and how == BUILTIN and not self._trusting:
                raise ValueError
            arguments, attributes = _content(_untyped.back(packed, carrier))
            if fits(cls, arguments, attributes):
                error = rebuilt(cls, arguments, attributes)
            else:
                kind = name if how == BUILTIN else f"{cls.__module__}.{class_name(cls)}"
                error = PluginRaised(kind, _unfit(arguments), traceback=trace, plugin=self._remote)
        if notes:
            held(error)["__notes__"] = list(notes)
        if trace:
            cause = OnTheOtherSide(f"In {self._remote}:\n{trace}")
            BaseException.__dict__["__cause__"].__set__(error, cause)
        return error


def _content(packed: Any) -> tuple[list[Any], dict[str, Any]]:
    if [type(each) for each in packed] != [list, dict] or not _are_names(packed[1]):
        raise ValueError
    arguments, attributes = packed
    return arguments, attributes


def _are_names(attributes: Any) -> bool:
    return all(type(name) is str and not name.startswith("__") for name in attributes)


def _unfit(arguments: list[Any]) -> str:
    import reprlib

    return f"(not an exception that can be made here, with the arguments {reprlib.repr(arguments)})"


def _ours(error: PluginError) -> list[Any]:
    more: list[Any] = []
    if isinstance(error, ContractError):
        report = error.report
        more = [
            report.subject,
            report.contract,
            [[each.path, each.expected, each.actual, each.place] for each in report.differences],
            [[each.path, each.reason] for each in report.unchecked],
            report.hint,
        ]
    elif isinstance(error, CompatibilityError):
        more = list(error.reasons)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return [
        OURS,
        [type(error).__name__, *[_maybe(each) for each in (error.reason, error.remedy, error.plugin)], more],
        [],
        "" if cause is None else trace_of(cause),
    ]


def _own(content: Any, remote: str) -> PluginError:
    """Return one of hotplug's own errors. What the host must have seen itself is not among them."""
    name, reason, remedy, plugin, more = content
    named: dict[str, Any] = {
        "plugin": _text(plugin or remote),
        "remedy": None if remedy is None else _text(remedy),
    }
    cls = _OWN[name]
    if cls is CompatibilityError:
        return CompatibilityError([_text(each) for each in more], **named)
    if cls is ContractError:
        from hotplug.contract import Difference, Report, Unchecked

        subject, contract, differences, unchecked, hint = more
        report = Report(
            _text(subject),
            _text(contract),
            [
                Difference(_text(path), _text(expected), _text(actual), None if place is None else _text(place))
                for path, expected, actual, place in differences
            ],
            [Unchecked(_text(path), _text(why)) for path, why in unchecked],
            None if hint is None else _text(hint),
        )
        return ContractError(_text(reason), report=report, **named)
    return cls(_text(reason), **named)


def _maybe(text: str | None) -> str | None:
    return None if text is None else plain(text)


def _text(given: object) -> str:
    if type(given) is not str:
        raise ValueError
    return given
