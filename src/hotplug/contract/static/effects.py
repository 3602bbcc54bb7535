"""What code that is not followed may do to the plugin's own names and objects when the module is imported."""

from __future__ import annotations

import ast
import functools
import types
from typing import TYPE_CHECKING, cast

from hotplug.contract.reflection import MISSING, find_in_class, instance_namespace, is_class
from hotplug.contract.static.expressions import short
from hotplug.contract.static.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hotplug.contract.static.space import Space

_REFLECTIVE = frozenset({"setattr", "delattr", "exec", "eval", "globals", "locals", "vars", "__import__"})
_OPERATIONS = (
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.Subscript,
    ast.With,
    ast.For,
    ast.comprehension,
    ast.JoinedStr,
)
_TABLES = frozenset({"__dict__", "__class__", "__bases__", "modules"})


def bound_in(body: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names that statements bind in their own scope, whichever way they run."""
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (each.asname or each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            yield node.id
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest
        if not isinstance(node, ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))


def look_into(function: object, space: Space, node: ast.AST, *, constructor: bool = False) -> None:
    """Look for changes to the plugin's own objects in a function that the import of the module calls.

    Args:
        function: The function, method, class or other callable.
        space: Where it is called.
        node: The call.
        constructor: Whether it makes a new instance, whose own attributes it may set.
    """
    look = _Look(space, node)
    if not look.function(function, constructor=constructor) and space.world.is_own(function):
        space.world.disturb(f"{short(node)} calls what is not followed", space, node)


def look_for(name: str, space: Space, node: ast.AST) -> None:
    """Look into every function of the plugin's that may be meant by a method of that name."""
    _Look(space, node).by_name(name, frozenset())


def look_at_operators(values: Iterable[object], space: Space, node: ast.AST) -> None:
    """Look into the special methods that an operator may call, where the plugin's own objects take part."""
    _Look(space, node).operators(values, space)


def look_over(body: Iterable[ast.AST], space: Space) -> None:
    """Look for such changes in statements that are not followed one by one."""
    listed = list(body)
    if listed:
        _Look(space, listed[0]).statements(listed, space, frozenset())


class _Look:
    """One look, through all functions that are called from there."""

    def __init__(self, space: Space, node: ast.AST) -> None:
        self._space = space
        self._node = node
        self._seen: set[tuple[int, bool]] = set()

    def function(self, function: object, *, constructor: bool = False) -> bool:
        """Look into a callable; say whether its code was found."""
        function, made = _code_behind(function)
        if function is None:
            return True  # a class without a constructor of its own
        step = (id(function), constructor or made)
        if step in self._seen:
            return True
        self._seen.add(step)
        if not self._space.world.worth_a_look(step):
            return True
        body = self._space.world.lambda_body(function)
        if body is not None:
            self.statements([body[0]], body[1], frozenset())
            return True
        defined = self._space.world.definition(function)
        if defined is None:
            return False
        node, space = defined
        own = [*node.args.posonlyargs, *node.args.args]
        mine = frozenset({own[0].arg}) if own and step[1] else frozenset[str]()
        self.statements(node.body, space.home, mine)
        return True

    def by_name(self, name: str, mine: frozenset[str]) -> None:
        for each in self._space.world.functions_named(name):
            self.function(each, constructor=bool(mine))

    def operators(self, values: Iterable[object], space: Space) -> None:
        from hotplug.contract.static.calling import own_instance

        if any(own_instance(each, space) for each in values):
            self.special_methods()

    def special_methods(self) -> None:
        for name in self._space.world.special_methods():
            self.by_name(name, frozenset())

    def statements(self, body: Iterable[ast.AST], space: Space, mine: frozenset[str]) -> None:
        for statement in body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Call):
                    self._call(node, space, mine)
                else:
                    self._one(node, space, mine)
            self._handed_on(statement, space)
            self._operators_in(statement, space)

    def _operators_in(self, statement: ast.AST, space: Space) -> None:
        from hotplug.contract.static.calling import own_name

        nodes = list(ast.walk(statement))
        if any(isinstance(each, _OPERATIONS) for each in nodes):
            values = [space.look_up(each.id) for each in nodes if isinstance(each, ast.Name)]
            if any(own_name(each, space) for each in values if each is not MISSING):
                self.special_methods()

    def _handed_on(self, statement: ast.AST, space: Space) -> None:
        """Find the plugin's own objects that a statement may hand to code that is not followed."""
        from hotplug.contract.static.calling import is_harmless, own_name

        nodes = list(ast.walk(statement))
        calls = [each for each in nodes if isinstance(each, ast.Call)]
        roots = {id(each.func) for each in calls} | {
            id(each.value) for each in nodes if isinstance(each, ast.Attribute)
        }
        active = [each for each in calls if not is_harmless(each, space)]
        if not active:
            return
        for each in nodes:
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load) and id(each) not in roots:
                held = space.look_up(each.id)
                name = own_name(held, space) if held is not MISSING else ""
                if name:
                    what = f"{name} may be changed by {short(active[0].func)}()"
                    self._space.world.disturb(what, space, each)

    def _call(self, node: ast.Call, space: Space, mine: frozenset[str]) -> None:
        function = node.func
        if isinstance(function, ast.Name):
            if function.id in _REFLECTIVE:
                self._space.world.disturb(f"{short(node)} may change what the module holds", space, node)
            else:
                self.function(space.look_up(function.id))
        elif isinstance(function, ast.Attribute):
            own = _root(function)
            if own in mine or (mine and own == "super"):
                self.by_name(function.attr, mine)
            elif own and space.look_up(own) is not MISSING and _is_path(function):
                from hotplug.contract.static.expressions import evaluate

                held = evaluate(function, space)
                if isinstance(held, Unknown) and not held.foreign:
                    self.by_name(function.attr, frozenset())
                else:
                    self.function(held)
            else:
                self.by_name(function.attr, frozenset())
        elif isinstance(function, ast.Lambda):
            self.statements([function.body], space, frozenset())

    def _one(self, node: ast.AST, space: Space, mine: frozenset[str]) -> None:
        world = self._space.world
        if isinstance(node, ast.Global):
            for name in node.names:
                world.disturb(f"{name} may be bound anew by a function", space, node)
        elif isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            root = _root(node)
            if root in mine and not (isinstance(node, ast.Attribute) and node.attr in _TABLES):
                return  # the instance that is being made
            held = space.look_up(root) if root else MISSING
            if isinstance(held, Unknown) and held.foreign:
                return
            host = held is not MISSING and not isinstance(held, Unknown) and not world.is_own(held)
            if host and isinstance(node, ast.Attribute):
                return  # what is done to the host's own objects changes none of the plugin's
            world.disturb(f"{short(node)} may be changed", space, node)
        elif isinstance(node, ast.Attribute) and node.attr in _TABLES:
            world.disturb(f"{short(node)} may be changed", space, node)


def _code_behind(function: object) -> tuple[object, bool]:
    """Return the function that a callable runs, None where there is none, and whether it makes a new instance."""
    made = False
    for _ in range(_DEEPEST):
        kind = type(function)
        if kind is types.MethodType:
            function = cast("types.MethodType", function).__func__
        elif kind is functools.partial:
            function = cast("functools.partial[object]", function).func
        elif is_class(function):
            found = find_in_class(cast("type", function), "__init__")
            made = True
            function = found[0] if found is not None and type(found[0]) is types.FunctionType else None
            if function is not None and function.__module__ in {
                "typing",
                "dataclasses",
            }:
                function = None
            return function, made
        elif "__wrapped__" in instance_namespace(function):
            function = instance_namespace(function)["__wrapped__"]
        elif kind is not types.FunctionType and (found := find_in_class(kind, "__call__")) is not None:
            return found[0], made
        else:
            break
    return function, made


_DEEPEST = 8


def _root(node: ast.expr) -> str:
    """Return the name that a path of attributes, items and calls begins with; empty where it begins otherwise."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_path(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


__all__ = ["bound_in", "look_at_operators", "look_for", "look_into", "look_over"]
