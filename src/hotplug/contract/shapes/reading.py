"""From type forms to shapes: what would cross a boundary where a contract says this type.

Any form that a contract may hold is read, live or in a string; a string is parsed, and its names, subscripts
and ``|`` are looked up and applied, nothing else is evaluated (PEP 484, PEP 563). What cannot cross is a
`Refusal`; all of them are collected.

Decisions, where the typing specification or DESIGN leave room:

- An abstract container crosses as a union of the builtin and ``collections`` classes that implement it, so that
  a tuple given for a ``Sequence`` stays one. An ``Iterable`` that is none of these is a stream.
- Unions are flat and sorted by text: ``int | str``, ``str | int`` and ``Union[str, int]`` are one shape (typing's
  caches give either order). At most one branch may cross by reference.
- ``Annotated[int, "u8"]`` (WIT's names, s8 to u64) and metadata with ``ge``, ``gt``, ``le``, ``lt``, as
  annotated-types has them, bound an int. All other metadata means nothing to a boundary.
- A class's type parameter that nobody bound is Any, as in the specification; one of a function alone takes its
  bound, its constraints or its default (PEP 696), else it is refused.
- A path is data: its text crosses. An enum's member crosses by its name.
- A method that returns an Awaitable or Coroutine is an async one; one that returns an Iterator is a generator.
"""

from __future__ import annotations

import contextlib
import types
import typing
from typing import TYPE_CHECKING, Any, cast

from .classes import reading_of
from .containers import PLAIN, container, is_container, item_of
from .fitting import admitted
from .functions import function_of
from .names import UNREADABLE, Scope, Unresolved, scope_of_class
from .shape import (
    ASYNC,
    GENERATOR,
    INTEGER,
    METHOD,
    NEVER,
    NONE,
    POSITIONAL,
    UNTYPED,
    Array,
    Choice,
    Function,
    Integer,
    OneOf,
    Parameter,
    Plain,
    Ref,
    Refusal,
    Shape,
    Shapes,
    Stream,
    Tuple,
    standard_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .classes import Reading

_AWAITABLES = frozenset(f"collections.abc.{each}" for each in ("Awaitable", "Coroutine"))
_WIDTHS = {
    f"{sign}{bits}": Integer(-(1 << bits - 1), (1 << bits - 1) - 1) if sign == "s" else Integer(0, (1 << bits) - 1)
    for sign in "su"
    for bits in (8, 16, 32, 64)
}
_NOT_CLASSES: tuple[object, ...] = (typing.Any, typing.Annotated)
_DEEPEST = 30


def shapes_of(form: object, *, scope: object = None, expose: bool = False) -> Shapes:
    """Read what would cross where the form is the contract.

    Args:
        form: Any type form; or a function, whose annotations serve where there is no contract.
        scope: What a string in the form can see: a module, or a class or function in whose body it stands.
        expose: Read a plain class as an interface of its public members, where a value of it has no contract.
    """
    reader = Reader(form if expose else None)
    root = reader.read(form, _scope_of(scope))
    reader.finish()
    return Shapes(root, reader.definitions, tuple(reader.refusals), reader.classes)


def shape_of(form: object, *, scope: object = None) -> Shape:
    """Return the shape of a type form that needs no definitions beside it.

    Raises:
        TypeError: It cannot cross, or names classes: ask `shapes_of`.
    """
    shapes = shapes_of(form, scope=scope)
    if shapes.refusals or shapes.definitions:
        raise TypeError("; ".join(map(str, shapes.refusals)) or f"{shapes.root} needs its definitions")
    return shapes.root


def _scope_of(place: object) -> Scope:
    if isinstance(place, types.FunctionType):
        return Scope(place.__globals__, None, place)
    if isinstance(place, type):
        return scope_of_class(place)
    return Scope(vars(place) if isinstance(place, types.ModuleType) else {})


class Reader:
    """One contract being read."""

    def __init__(self, exposed: object) -> None:
        self.definitions: dict[str, Shape] = {}
        self.classes: dict[str, type] = {}
        self.refusals: dict[Refusal, None] = {}
        self._exposed: Any = exposed
        self._queue: list[tuple[Reading, type, Mapping[object, Shape], Ref, str]] = []
        self._unions: list[tuple[str, OneOf]] = []
        # Aliases and type variables that are being read; the aliases among them that were met again.
        self._named_before: set[str] = set()
        self._open: set[object] = set()
        self._recursive: set[str] = set()
        self._aliases: dict[Shape, Ref] = {}

    def read(self, form: object, scope: Scope) -> Shape:
        """Return the shape of a contract, or of a function."""
        if isinstance(form, types.FunctionType | types.MethodType):
            function = form.__func__ if isinstance(form, types.MethodType) else form
            if isinstance(function, types.FunctionType):
                bound = isinstance(form, types.MethodType)
                return function_of(self, function, scope, "", bound=bound)
        return self.of(form, scope, "")

    def finish(self) -> None:
        """Read the classes that were named, and find the unions that cannot be decided."""
        while self._queue:
            reading, cls, bindings, ref, path = self._queue.pop(0)
            self.definitions[ref.name] = reading(self, cls, bindings, ref, path)
        shapes = Shapes(NEVER, self.definitions)
        for path, union in self._unions:
            try:
                self._decide(path, union, shapes)
            except RecursionError:
                self.refuse(path, "an alias that stands for itself")

    def _decide(self, path: str, union: OneOf, shapes: Shapes) -> None:
        admitted(union, shapes)
        references = [each for each in union.branches if shapes.is_reference(each)]
        if len(references) > 1:
            names = " and ".join(map(str, references))
            self.refuse(
                path, f"{names} both cross by reference, and a value may be either: join them in one Protocol"
            )
        holders = [each for each in union.branches if each not in references and shapes.holds_references(each)]
        for index, one in enumerate(holders):
            for other in holders[:index]:
                if admitted(one, shapes) & admitted(other, shapes):
                    self.refuse(
                        path, f"{other} and {one} hold references, and a value may be either: wrap one of them"
                    )

    def refuse(self, path: str, reason: str) -> Shape:
        """Note what cannot cross; nothing does in its place."""
        self.refusals[Refusal(path, reason)] = None
        return NEVER

    def of(self, form: object, scope: Scope, path: str) -> Shape:
        """Return the shape of a type form."""
        try:
            shape = self._of(form, scope, path)
        except Unresolved as problem:
            return self.refuse(path, str(problem))
        except RecursionError:
            return self.refuse(path, "the type has no end")
        return self._aliases.get(shape, shape)

    def _of(self, form: object, scope: Scope, path: str) -> Shape:
        if form is None:
            return NONE
        if isinstance(form, str):
            return self._text(form, scope, path)
        if isinstance(form, typing.ForwardRef):
            module = form.__forward_module__
            return self._text(form.__forward_arg__, scope if module is None else scope.at(module), path)
        if form is tuple or form is typing.Tuple:  # noqa: UP006 - a contract may say either
            return Tuple((), UNTYPED)
        origin, args = typing.get_origin(form), typing.get_args(form)
        head: Any = form if origin is None else origin
        if head is typing.Union or head is types.UnionType:
            return self._union([self.of(each, scope, path) for each in args], path)
        if isinstance(head, type) and head not in _NOT_CLASSES:
            return self._class(head, args, scope, path)
        name = type(head).__name__
        if name == "TypeAliasType":
            return self._alias_type(head, args, scope, path)
        if name == "TypeVar":
            return self._variable(head, scope, path)
        if name == "NewType":
            return self._newtype(form, scope, path)
        return self._special(getattr(head, "_name", "") or getattr(head, "__name__", name), args, scope, path)

    def _newtype(self, form: Any, scope: Scope, path: str) -> Shape:
        return self.of(form.__supertype__, scope.at(form.__module__), path)

    def _special(self, name: str, args: tuple[Any, ...], scope: Scope, path: str) -> Shape:
        if name == "Any":
            return UNTYPED
        if name in {"Never", "NoReturn"}:
            return NEVER
        if name == "LiteralString":
            return Plain("str")
        if name in {"TypeGuard", "TypeIs"}:
            return Plain("bool")
        if name == "Self" and scope.itself is not None:
            return scope.itself
        if name == "Literal":
            return self._literal(args, scope, path)
        if name == "Annotated":
            return self._annotated(self.of(args[0], scope, path), args[1:], path)
        if name == "Unpack" and typing.is_typeddict(typing.get_origin(args[0]) or args[0]):
            return self.of(args[0], scope, path)
        if name in {"ClassVar", "Final", "Required", "NotRequired", "ReadOnly"}:
            return self.of(args[0], scope, path) if args else UNTYPED
        return self.refuse(path, f"{name} has no values that could cross: write out the type that is meant")

    def _text(self, text: str, scope: Scope, path: str) -> Shape:
        form = scope.resolve(text)
        if isinstance(form, str) or (typing.get_origin(form) is not None and text.strip().isidentifier()):
            return self._alias(f"{scope.module}:{text.strip()}", form, scope, path)
        return self.of(form, scope, path)

    def _alias(self, name: str, form: object, scope: Scope, path: str) -> Shape:
        """Return what the alias stands for; a `Ref` if it mentions itself."""
        if name in self._open:
            self._recursive.add(name)
            return Ref(name)
        if name in self.definitions:
            return Ref(name)
        self._open.add(name)
        shape = self.of(form, scope, path)
        self._open.discard(name)
        if name not in self._recursive:
            return shape
        if shape == Ref(name):
            return self.refuse(path, "an alias that stands for itself")
        self.definitions[name] = shape
        return self._aliases.setdefault(shape, Ref(name))

    def _alias_type(self, alias: Any, args: tuple[object, ...], scope: Scope, path: str) -> Shape:
        try:
            value: Any = alias.__value__
        except Exception as problem:  # noqa: BLE001 - a lazy alias is its author's code
            return self.refuse(path, f"{alias.__name__} has no value: {problem}")
        if args and standard_name(typing.get_origin(value) or type(None)) == "numpy.ndarray":
            return self.of(value[args], scope, path)  # NDArray[float64]: its items are no values of their own
        shapes = [self.of(each, scope, path) for each in args]
        bindings = self.bound(alias.__type_params__, shapes, scope, path)
        name = f"{alias.__module__}:{alias.__name__}{_listed(bindings.values())}"
        if name.count("[") > _DEEPEST:
            return self.refuse(path, "the type has no end")
        inner = scope.at(alias.__module__)
        return self._alias(name, value, Scope(inner.globals, None, None, bindings), path)

    def _variable(self, variable: Any, scope: Scope, path: str) -> Shape:
        if variable in scope.bindings:
            return scope.bindings[variable]
        if variable in self._open:
            return UNTYPED
        self._open.add(variable)
        try:
            if variable.__constraints__:
                return self._union([self.of(each, scope, path) for each in variable.__constraints__], path)
            if variable.__bound__ is not None:
                return self.of(variable.__bound__, scope, path)
            if getattr(variable, "has_default", bool)():
                return self.of(variable.__default__, scope, path)
        except NameError as problem:
            return self.refuse(path, f"{variable.__name__} cannot be read: {problem}")
        finally:
            self._open.discard(variable)
        reason = f"the type variable {variable.__name__} stands for no type: give it a bound, or say which type"
        return self.refuse(path, reason)

    def bound(
        self, parameters: Iterable[Any], shapes: list[Shape], scope: Scope, path: str
    ) -> dict[object, Shape]:
        """Return what type parameters stand for; Any, or its default, for one that was given nothing."""
        bindings: dict[object, Shape] = {}
        for index, each in enumerate(parameters):
            if type(each).__name__ != "TypeVar":
                self.refuse(path, f"{each.__name__} stands for several types: write out the types that are meant")
            if index < len(shapes):
                bindings[each] = shapes[index]
            elif getattr(each, "has_default", bool)():
                bindings[each] = self.of(each.__default__, Scope(scope.globals, bindings=bindings), path)
            else:
                bindings[each] = UNTYPED
        return bindings

    def _union(self, shapes: list[Shape], path: str) -> Shape:
        flat: list[Shape] = []
        options: set[tuple[str, object]] = set()
        for shape in shapes:
            known = self.definitions.get(shape.name) if isinstance(shape, Ref) else shape
            for each in known.branches if isinstance(known, OneOf) else (shape,):
                if isinstance(each, Choice):
                    options.update(each.options)
                elif each != NEVER:
                    flat.append(each)
        if options:
            flat.append(Choice(tuple(sorted(options, key=lambda each: (each[0], ascii(each[1]))))))
        branches = sorted(set(flat), key=str)
        if not branches:
            return NEVER
        if len(branches) == 1:
            return branches[0]
        union = OneOf(tuple(branches))
        self._unions.append((path, union))
        return union

    def _literal(self, args: tuple[Any, ...], scope: Scope, path: str) -> Shape:
        shapes: list[Shape] = []
        for each in args:
            cls = cast("object", each).__class__
            kind = standard_name(cls)
            if kind == "None":
                shapes.append(NONE)
            elif kind:
                shapes.append(Choice(((kind, each),)))
            else:
                enum = self._class(cls, (), scope, path)
                if isinstance(enum, Ref):
                    shapes.append(Choice(((enum.name, each._name_),)))
        return self._union(shapes, path)

    def _annotated(self, shape: Shape, metadata: tuple[Any, ...], path: str) -> Shape:
        if not isinstance(shape, Integer):
            return shape
        lows, highs = [shape.lowest], [shape.highest]
        for each in metadata:
            if each is UNREADABLE:
                return self.refuse(
                    path, "the bounds are code in a string: give the annotated type a name of its own"
                )
            width = _WIDTHS.get(each, INTEGER) if isinstance(each, str) else INTEGER
            lows += [width.lowest, _limit(each, "ge", 0), _limit(each, "gt", 1)]
            highs += [width.highest, _limit(each, "le", 0), _limit(each, "lt", -1)]
        low = max((each for each in lows if each is not None), default=None)
        return Integer(low, min((each for each in highs if each is not None), default=None))

    def _class(self, cls: type[Any], args: tuple[Any, ...], scope: Scope, path: str) -> Shape:
        name = standard_name(cls)
        if name in {"None", "object"}:
            return NONE if name == "None" else UNTYPED
        if name == "int" or name in PLAIN:
            return INTEGER if name == "int" else Plain(name)
        if cls is types.ModuleType or name == "type":
            return self.refuse(
                path, f"a {cls.__name__} itself does not cross: look up the members that you call by a Protocol"
            )
        if name == "numpy.ndarray":
            item = item_of(args)
            if item == "object_":
                return self.refuse(path, "an array of objects does not cross")
            return Array(name, item)
        if name == "tuple":
            return self._tuple(args, scope, path)
        if name == "collections.abc.Callable":
            return self._callable(args, scope, path)
        if name in _AWAITABLES:
            return self.refuse(path, "an awaitable crosses only as the result of a call: make the member async")
        if is_container(name):
            shapes = container(name, [self.of(each, scope, path) for each in args])
            return shapes[0] if len(shapes) == 1 else self._union(shapes, path)
        return self._named(cls, args, scope, path)

    def _tuple(self, args: tuple[Any, ...], scope: Scope, path: str) -> Shape:
        if args[1:] == (...,):
            return Tuple((), self.of(args[0], scope, path))
        before: list[Shape] = []
        after: list[Shape] = []
        rest: Shape | None = None
        for index, each in enumerate(args):
            unpacked = typing.get_args(each)[0] if typing.get_origin(each) is typing.Unpack else None
            if getattr(each, "__unpacked__", False):
                unpacked = each.__origin__[each.__args__]
            shape = self.of(each if unpacked is None else unpacked, scope, f"{path}[{index}]")
            if not isinstance(shape, Tuple) or unpacked is None:
                (before if rest is None else after).append(shape)
                continue
            (before if rest is None else after).extend(shape.before)
            if shape.rest is not None:
                rest = shape.rest
                after.extend(shape.after)
        return Tuple(tuple(before), rest, tuple(after))

    def _callable(self, args: tuple[Any, ...], scope: Scope, path: str) -> Shape:
        parameters: tuple[Parameter, ...] | None = None
        if args and isinstance(args[0], list):
            given = enumerate(cast("list[object]", args[0]))
            parameters = tuple(
                Parameter("", POSITIONAL, self.of(each, scope, f"{path}({index})")) for index, each in given
            )
        elif args and args[0] is not ...:
            return self.refuse(path, "a callable with the parameters of another: write out its parameters")
        result, kind = self.result(args[1] if args else typing.Any, scope, f"{path}.return")
        return Function(parameters, result, kind)

    def result(self, form: object, scope: Scope, path: str) -> tuple[Shape, str]:
        """Return the shape of what a call gives, and whether it is to be awaited or iterated."""
        if isinstance(form, str | typing.ForwardRef):
            text = form if isinstance(form, str) else form.__forward_arg__
            with contextlib.suppress(Unresolved):
                found = scope.resolve(text)
                form = found if standard_name(typing.get_origin(found) or type(None)) in _AWAITABLES else form
        origin, args = typing.get_origin(form), typing.get_args(form)
        if isinstance(origin, type) and standard_name(origin) in _AWAITABLES:
            return self.of(args[-1], scope, path), ASYNC
        shape = self.of(form, scope, path)
        return shape, GENERATOR if isinstance(shape, Stream) and "iterable" not in shape.kind else METHOD

    def _named(self, cls: type[Any], args: tuple[Any, ...], scope: Scope, path: str) -> Shape:
        """Return the `Ref` to a class that has a definition, which is read later."""
        read = reading_of(cls, exposed=cls is self._exposed)
        if isinstance(read, str):
            return self.refuse(path, read)
        shapes = [self.of(each, scope, path) for each in args]
        bindings = self.bound(getattr(cls, "__parameters__", ()), shapes, scope, path)
        ref = Ref(f"{cls.__module__}:{cls.__qualname__}{_listed(bindings.values())}")
        if ref.name.count("[") > _DEEPEST:
            return self.refuse(
                path, f"{cls.__qualname__} contains itself with ever other arguments: it has no end"
            )
        known = self.classes.setdefault(ref.name, cls)
        if id(known) != id(cls):
            return self.refuse(path, f"two classes have the name {ref.name}: give one of them another")
        if ref.name not in self._named_before:
            self._named_before.add(ref.name)
            self._queue.append((read, cls, bindings, ref, path))
        return ref


def _limit(metadata: object, name: str, shift: int) -> int | None:
    """Return a bound that metadata gives as annotated-types does: an attribute ge, gt, le or lt."""
    try:
        found: object = getattr(metadata, name, None)
    except Exception:  # noqa: BLE001 - metadata may be anything, and means nothing then
        return None
    return found + shift if type(found) is int else None


def _listed(shapes: Iterable[Shape]) -> str:
    text = ",".join(map(str, shapes))
    return f"[{text}]" if text else ""
