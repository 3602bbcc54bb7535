"""What an annotation's text means where it stands: names are looked up, subscripts applied, nothing is run."""

from __future__ import annotations

import _ast
import builtins
import operator
import sys
import types
import typing
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .shape import Shape

# `compile` with this flag gives the tree without the module ast, which costs a millisecond to import.
_ONLY_TREE = 0x400
_MISSING = object()
_MEMBERS = (types.FunctionType, classmethod, staticmethod, property)

#: What stands for metadata of Annotated that only running code could read.
UNREADABLE = object()


class Unresolved(Exception):
    """An annotation's text has no meaning that can be found without running code; the argument says why."""


class Scope:
    """The names that an annotation can see, and what the type parameters and Self in it stand for."""

    __slots__ = ("bindings", "function", "globals", "itself", "owner")

    def __init__(
        self,
        globals_: Mapping[str, object],
        owner: type | None = None,
        function: types.FunctionType | None = None,
        bindings: Mapping[object, Shape] | None = None,
        itself: Shape | None = None,
    ) -> None:
        self.globals = globals_
        self.owner = owner
        self.function = function
        self.bindings = bindings or {}
        self.itself = itself

    def within(self, function: types.FunctionType) -> Scope:
        """Return the scope of a function that the owner's body defines."""
        return Scope(function.__globals__, self.owner, function, self.bindings, self.itself)

    def at(self, module: object) -> Scope:
        """Return the scope of another module, by itself or by name; the same one where it is not known."""
        home = module if isinstance(module, types.ModuleType) else sys.modules.get(str(module))
        return self if home is None else Scope(vars(home), None, None, self.bindings, self.itself)

    @property
    def module(self) -> str:
        """The name of the module."""
        return str(self.globals.get("__name__", ""))

    def look_up(self, name: str) -> object:
        """Return what the name stands for, from the innermost scope outwards.

        Raises:
            Unresolved: Nothing has this name when the program runs.
        """
        function, owner = self.function, self.owner
        for holder in (function, owner):
            for each in cast("tuple[Any, ...]", getattr(holder, "__type_params__", ())):
                if each.__name__ == name:
                    return each
        found = _MISSING if owner is None else owner.__dict__.get(name, _MISSING)
        # A method `list` hides the type `list` in its class body, but never means a type.
        if found is not _MISSING and not isinstance(found, _MEMBERS):
            return found
        if function is not None and function.__closure__ and name in function.__code__.co_freevars:
            try:
                return function.__closure__[function.__code__.co_freevars.index(name)].cell_contents
            except ValueError:
                pass
        for names in (self.globals, vars(builtins)):
            if name in names:
                return names[name]
        # A class in a function's body that names itself or a base.
        for each in () if owner is None else owner.__mro__:
            if each.__name__ == name:
                return each
        raise Unresolved(
            f"the name {name!r} is not defined when the program runs: import it outside TYPE_CHECKING"
        )

    def resolve(self, text: str) -> object:
        """Return the type form that the text spells.

        Raises:
            Unresolved: It is no type, or a name in it has no meaning.
        """
        try:
            # The parentheses let an annotation run over several lines, as PEP 484's do.
            tree = compile(f"({text}\n)", "<annotation>", "eval", _ONLY_TREE, dont_inherit=True)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            raise Unresolved(f"{text!r} is no type") from None
        return self._form(cast("_ast.Expression", tree).body, text)

    def _form(self, node: object, text: str) -> object:
        if isinstance(node, _ast.Name | _ast.Attribute):
            found = self._held(node, text)
            # An alias is met by its name again, so that one that mentions itself comes to an end.
            alias = isinstance(found, str) or typing.get_origin(found) is not None
            return typing.ForwardRef(_dotted(node)) if alias and _dotted(node) != text.strip() else found
        if isinstance(node, _ast.Constant):
            value: object = node.value
            return self._quoted(value, text) if isinstance(value, str) else value
        if isinstance(node, _ast.Subscript):
            return self._subscript(node, text)
        if isinstance(node, _ast.BinOp) and isinstance(node.op, _ast.BitOr):
            return self._applied(_either, self._form(node.left, text), self._form(node.right, text), text)
        if isinstance(node, _ast.List):
            return [self._form(each, text) for each in node.elts]
        if isinstance(node, _ast.Tuple):
            return tuple(self._form(each, text) for each in node.elts)
        if isinstance(node, _ast.Starred):
            return typing.Unpack[self._form(node.value, text)]
        raise Unresolved(f"{text!r} is more than names, subscripts and |")

    def _quoted(self, value: str, text: str) -> object:
        try:
            return typing.ForwardRef(value)
        except SyntaxError:
            raise Unresolved(f"{text!r} is no type") from None

    def _subscript(self, node: _ast.Subscript, text: str) -> object:
        origin = self._held(node.value, text)
        items = node.slice.elts if isinstance(node.slice, _ast.Tuple) else [node.slice]
        name = getattr(origin, "_name", getattr(origin, "__name__", ""))
        if name == "Literal":
            args = [self._literal(each, text) for each in items]
        elif name == "Annotated":
            args = [self._form(items[0], text), *[self._metadata(each) for each in items[1:]]]
        else:
            args = [self._form(each, text) for each in items]
        if not args and origin is not tuple:
            raise Unresolved(f"{text!r} is no type")
        return self._applied(operator.getitem, origin, args[0] if len(args) == 1 else tuple(args), text)

    def _literal(self, node: object, text: str) -> object:
        if isinstance(node, _ast.Constant):
            return cast("object", node.value)
        if isinstance(node, _ast.UnaryOp) and isinstance(node.operand, _ast.Constant):
            value: object = node.operand.value
            if isinstance(node.op, _ast.USub) and type(value) is int:
                return -value
        return self._held(node, text) if isinstance(node, _ast.Attribute) else self._form(node, text)

    def _metadata(self, node: object) -> object:
        if isinstance(node, _ast.Constant):
            return cast("object", node.value)
        try:
            return self._held(node, "")
        except Unresolved:
            return UNREADABLE

    def _applied(self, apply: Any, left: object, right: object, text: str) -> object:
        try:
            return apply(left, right)
        except Exception as problem:  # noqa: BLE001 - a generic class's own code may refuse an argument
            raise Unresolved(f"{text!r} cannot be read: {problem}") from None

    def _held(self, node: object, text: str) -> object:
        """Return the object that a name or a dotted name stands for."""
        if isinstance(node, _ast.Name):
            return self.look_up(node.id)
        if isinstance(node, _ast.Attribute):
            holder = self._held(node.value, text)
            for each in holder.__mro__ if isinstance(holder, type) else (holder,):
                held = getattr(each, "__dict__", {})
                for names in (held.get("_member_map_", {}), held):
                    if node.attr in names:
                        return names[node.attr]
            raise Unresolved(f"the name {_dotted(node)!r} is not defined when the program runs")
        raise Unresolved(f"{text!r} is more than names, subscripts and |")


def _either(left: Any, right: Any) -> object:
    return left | right


def _dotted(node: object) -> str:
    if isinstance(node, _ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, _ast.Name) else "?"


def scope_of_class(
    cls: type, bindings: Mapping[object, Shape] | None = None, itself: Shape | None = None
) -> Scope:
    """Return the names that annotations in the class's body can see."""
    home = sys.modules.get(cls.__module__)
    names: Mapping[str, object] = {} if home is None else vars(home)
    if names.get(cls.__name__) is not cls:
        # A private namespace is in no table of modules; the class's functions know their globals.
        for each in vars(cls).values():
            function = getattr(each, "fget", getattr(each, "__func__", each))
            if isinstance(function, types.FunctionType) and function.__module__ == cls.__module__:
                return Scope(function.__globals__, cls, function, bindings, itself)
    return Scope(names, cls, None, bindings, itself)


def annotations_of(holder: Any) -> Mapping[str, object]:
    """Return the annotations of a function or of a class's own body; on 3.14 those that resolve not as text."""
    if sys.version_info >= (3, 14):
        import annotationlib

        return annotationlib.get_annotations(holder, format=annotationlib.Format.FORWARDREF)
    if isinstance(holder, type):
        return cast("Mapping[str, object]", vars(holder).get("__annotations__", {}))
    return cast("Mapping[str, object]", getattr(holder, "__annotations__", {}))
