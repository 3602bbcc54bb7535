"""What an exception is made of, whether that fits a builtin class, and the exception made of it again.

None of it runs code: an exception is looked at past its own properties, and made without its own ``__new__`` and
``__init__``. Nor does the builtin ``__init__`` get what it does not expect: of some arguments CPython makes an
exception that ends the process when it is printed.
"""

from __future__ import annotations

from types import MemberDescriptorType
from typing import Any

MARK = "__hotplug_home__"  # an exception that came from the other side knows its number there
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


def held(error: BaseException) -> dict[str, Any]:
    """Return an exception's attributes, whatever its class says of them."""
    found: dict[str, Any] = BaseException.__getattribute__(error, "__dict__")
    return found


def arguments_of(error: BaseException) -> tuple[Any, ...]:
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


def attributes_of(error: BaseException) -> dict[str, Any]:
    """Return what an exception holds beside its arguments, but for its notes and its number."""
    own: dict[str, Any] = {}
    for name, field in _fields(type(error)).items():
        try:
            value = field.__get__(error)
        except AttributeError:  # a slot that was never filled
            continue
        if value is not None or name not in _IMPLIED:
            own[name] = value
    return {**{name: each for name, each in held(error).items() if name not in {"__notes__", MARK}}, **own}


def fits(cls: type[BaseException], arguments: list[Any], attributes: dict[str, Any]) -> bool:
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


def rebuilt(cls: type[BaseException], arguments: list[Any], attributes: dict[str, Any]) -> BaseException:
    """Return an exception of a class that has these arguments and attributes, where they fit."""
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
            held(error)[name] = each
    return error
