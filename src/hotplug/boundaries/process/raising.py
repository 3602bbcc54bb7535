"""How an exception crosses: as itself where that is safe and says everything, else as `PluginRaised`.

As themselves cross the builtin subclasses of Exception (but StopIteration and StopAsyncIteration) and the exact
classes that a contract declares with ``hotplug.contract.raises``, both with arguments and attributes that are of
builtin types. To a worker also KeyboardInterrupt and the like, which must end what runs there. An exception that
comes home is the object that it was before.

Nothing of it runs code: a class is found by name among those that this side knows anyway, an exception is made
without its own ``__new__`` and ``__init__``, and its fields are filled past its own properties. Nor does the
builtin ``__init__`` get what it does not expect: of some arguments CPython makes an exception that ends the
process when it is printed.
"""

from __future__ import annotations

import builtins
from itertools import count
from types import MemberDescriptorType
from typing import Any, cast

from hotplug.boundaries.activation import class_name, text_of
from hotplug.boundaries.process.crossing import Misfit, Plan
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

_MARK = "__hotplug_home__"  # an exception that came from the other side knows its number there
_NEVER = (StopIteration, StopAsyncIteration)
_BUILTIN = {
    name: each
    for name, each in vars(builtins).items()
    if isinstance(each, type) and issubclass(each, BaseException) and not issubclass(each, _NEVER)
}
_FIELDS: dict[type[BaseException], tuple[str, ...]] = {
    OSError: ("errno", "strerror", "filename", "filename2", "winerror", "characters_written"),
    ImportError: ("name", "path", "name_from"),
    AttributeError: ("name",),
    NameError: ("name",),
    SystemExit: ("code",),
    StopIteration: ("value",),
}
"""What builtin exceptions hold beside their arguments, or would get from an ``__init__`` of their own."""
_IMPLIED = frozenset(name for names in _FIELDS.values() for name in names)
"""What is None where nothing is said of it."""
_TEXTS: tuple[type[BaseException], ...] = (ImportError, AttributeError, NameError)
"""Those whose fields are texts."""
_TEXT_OR_NONE = frozenset((str, type(None)))
_NUMBER_OR_NONE = frozenset((int, type(None)))
_LAST_LINE = 2**31 - 1
_BEYOND = 1 << 16  # characters past a line's end at which its error may end: so many marks stand under it
_UNICODE: tuple[tuple[type[BaseException], list[type], frozenset[type]], ...] = (
    (UnicodeDecodeError, [str], frozenset((bytes, bytearray))),
    (UnicodeEncodeError, [str], frozenset((str,))),
    (UnicodeTranslateError, [], frozenset((str,))),
)
"""What such an error tells first (its coding), and of what kind that is which could not be coded."""
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
        home: object = _held(error).get(_MARK)
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
            _held(error)[_MARK] = number
        return error

    def _told(
        self, error: BaseException, carrier: Carrier, declared: tuple[str, ...], classes: Mapping[str, type]
    ) -> list[Any]:
        cls = type(error)
        if _OWN.get(cls.__name__) is cls:
            return _ours(cast("PluginError", error))
        notes = [plain(each) for each in _held(error).get("__notes__", ()) if type(each) is str]
        trace = trace_of(error)
        if cls is ExceptionGroup:
            group = cast("ExceptionGroup[Exception]", error)
            inner = [self._told(each, carrier, declared, classes) for each in group.exceptions]
            return [GROUP, [plain(group.message), inner], notes, trace]
        name = next((each for each in declared if classes.get(each) is cls), None)
        builtin = _BUILTIN.get(cls.__name__) is cls and (issubclass(cls, Exception) or not self._trusting)
        if name is not None or builtin:
            arguments, attributes = list(_arguments(error)), _attributes(error)
            try:
                content = _untyped.out([arguments, attributes], carrier)
            except Misfit:
                content = None
            if content is not None and _are_names(attributes) and _fit(cls, arguments, attributes):
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
            if _fit(cls, arguments, attributes):
                error = _rebuilt(cls, arguments, attributes)
            else:
                kind = name if how == BUILTIN else f"{cls.__module__}.{class_name(cls)}"
                error = PluginRaised(kind, _unfit(arguments), traceback=trace, plugin=self._remote)
        if notes:
            _held(error)["__notes__"] = list(notes)
        if trace:
            cause = OnTheOtherSide(f"In {self._remote}:\n{trace}")
            BaseException.__dict__["__cause__"].__set__(error, cause)
        return error


def _held(error: BaseException) -> dict[str, Any]:
    """Return an exception's attributes, whatever its class says of them."""
    held: dict[str, Any] = BaseException.__getattribute__(error, "__dict__")
    return held


def _arguments(error: BaseException) -> tuple[Any, ...]:
    """Return an exception's arguments, whatever its class says of them."""
    given: tuple[Any, ...] = BaseException.__dict__["args"].__get__(error)
    return given


def _fields(cls: type[BaseException]) -> dict[str, Any]:
    """Return the descriptors of what exceptions of a class hold beside their arguments and attributes."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        space = vars(base)
        if base in _FIELDS:
            found |= {name: space[name] for name in _FIELDS[base] if name in space}
        elif "__slots__" in space:
            found |= {name: each for name, each in space.items() if type(each) is MemberDescriptorType}
    return found


def _attributes(error: BaseException) -> dict[str, Any]:
    own: dict[str, Any] = {}
    for name, field in _fields(type(error)).items():
        try:
            value = field.__get__(error)
        except AttributeError:  # a slot that was never filled
            continue
        if value is not None or name not in _IMPLIED:
            own[name] = value
    return {**{name: each for name, each in _held(error).items() if name not in {"__notes__", _MARK}}, **own}


def _content(packed: Any) -> tuple[list[Any], dict[str, Any]]:
    if [type(each) for each in packed] != [list, dict] or not _are_names(packed[1]):
        raise ValueError
    arguments, attributes = packed
    return arguments, attributes


def _are_names(attributes: Any) -> bool:
    return all(type(name) is str and not name.startswith("__") for name in attributes)


def _fit(cls: type[BaseException], arguments: list[Any], attributes: dict[str, Any]) -> bool:
    """Say whether these are arguments and fields that a builtin class expects.

    CPython checks few of them: what it then prints may be memory past an object's end.
    """
    if issubclass(cls, _TEXTS):
        fields = (attributes.get(name) for base in _TEXTS if issubclass(cls, base) for name in _FIELDS[base])
        if not all(type(each) in _TEXT_OR_NONE for each in fields):
            return False
    if issubclass(cls, (SyntaxError, ImportError)) and arguments and type(arguments[0]) not in _TEXT_OR_NONE:
        return False
    if issubclass(cls, SyntaxError):
        return len(arguments) != 2 or _is_place(arguments[1])  # noqa: PLR2004  (a message and a place)
    return all(_is_coding(arguments, first, kinds) for base, first, kinds in _UNICODE if issubclass(cls, base))


def _is_place(given: Any) -> bool:
    """Say whether something is where a syntax error is: a file, a line, a column, its text, and its end."""
    if type(given) not in {tuple, list} or len(given) not in {4, 6}:
        return False
    file, line, column, text, *end = given
    if type(file) not in _TEXT_OR_NONE or type(text) not in _TEXT_OR_NONE:
        return False
    widest = len(text or "") + _BEYOND
    return all(
        type(each) in _NUMBER_OR_NONE and (each is None or -1 <= each <= most)
        for each, most in zip((line, column, *end), (_LAST_LINE, widest, _LAST_LINE, widest), strict=False)
    )


def _is_coding(arguments: list[Any], first: list[type], kinds: frozenset[type]) -> bool:
    """Say whether these are a coding, what was coded, from where to where in it that failed, and why."""
    if len(arguments) != len(first) + 4:
        return False
    *names, given, start, end, why = arguments
    if [type(each) for each in names] != first or type(why) is not str or type(given) not in kinds:
        return False
    return type(start) is type(end) is int and 0 <= start <= end <= len(given)


def _unfit(arguments: list[Any]) -> str:
    import reprlib

    return f"(not an exception that can be made here, with the arguments {reprlib.repr(arguments)})"


def _rebuilt(cls: type[BaseException], arguments: list[Any], attributes: dict[str, Any]) -> BaseException:
    maker: Any = cls
    while maker.__module__ != "builtins":
        maker = maker.__base__  # the one that says what is in memory: no other may make it
    error: BaseException = maker.__new__(cls, *arguments)
    if issubclass(cls, (UnicodeError, SyntaxError, ImportError)):
        maker.__init__(error, *arguments)  # the builtin one: it fills the fields
    BaseException.__dict__["args"].__set__(error, tuple(arguments))
    fields = _fields(cls)
    for name, each in attributes.items():
        if name in fields:
            fields[name].__set__(error, each)
        else:
            _held(error)[name] = each
    return error


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
