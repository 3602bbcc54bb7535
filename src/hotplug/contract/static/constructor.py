"""One run through ``__init__`` without running it: what each attribute of the new instance is."""

from __future__ import annotations

import ast
import types
from typing import TYPE_CHECKING, TypeGuard, cast

from hotplug.contract.reflection import MISSING, find_in_class, is_heap_type, mro, namespace
from hotplug.contract.static.effects import bound_in
from hotplug.contract.static.expressions import evaluate, short

if TYPE_CHECKING:
    from hotplug.contract.static.calling import Arguments
    from hotplug.contract.static.functions import Definition
    from hotplug.contract.static.space import Space

_DEEPEST = 12


class NotTold(Exception):
    """What the instance holds cannot be told; it ends the reading of one instance."""


def demand(condition: bool, otherwise: str) -> None:
    """Refuse a call that would fail.

    Raises:
        NotTold: The condition does not hold.
    """
    if not condition:
        raise NotTold(f"which raises TypeError: {otherwise}")


def own_constructor(cls: type) -> object:
    """Return the class's own ``__init__``; the one that typing puts into protocols does nothing."""
    held = namespace(cls).get("__init__")
    return None if type(held) is types.FunctionType and held.__module__ == "typing" else held


class Constructor:
    """One run through ``__init__`` and what it calls on ``self``, keeping what each attribute is."""

    def __init__(self, cls: type, made: object, attributes: dict[str, object], space: Space) -> None:
        self._cls = cls
        self._made = made
        self._attributes = attributes
        self._space = space

    def run(self, node: Definition, home: Space, owner: type, given: Arguments, depth: int) -> None:
        """Follow one method."""
        from hotplug.contract.static.space import Space as Inner

        if depth > _DEEPEST or node.decorator_list:
            raise NotTold(f"whose {node.name} is not followed")
        inner = Inner(home.world, home.source, home.module, home, home.qualified(node.name))
        parameters = [*node.args.posonlyargs, *node.args.args]
        if not parameters:
            raise NotTold(f"whose {node.name} takes no self")
        me = parameters[0].arg
        inner.names[me] = self._made
        values = dict(zip([each.arg for each in parameters[1:]], given.positional, strict=False)) | given.keywords
        optional = parameters[len(parameters) - len(node.args.defaults) :]
        defaults = dict(zip([each.arg for each in optional], node.args.defaults, strict=True))
        defaults |= {
            each.arg: default
            for each, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            if default is not None
        }
        if given.whole:
            _demand_fit(node.args, given, set(defaults))
        for each in [*parameters[1:], *node.args.kwonlyargs]:
            if each.arg in values and given.whole:
                inner.names[each.arg] = values[each.arg]
            elif each.arg in defaults and given.whole:
                inner.names[each.arg] = evaluate(defaults[each.arg], home.home)
            else:
                reason = f"the argument {each.arg} of {node.name}()"
                inner.names[each.arg] = home.world.unknown(reason, home, each)
        for star in (node.args.vararg, node.args.kwarg):
            if star is not None:
                reason = f"the argument {star.arg} of {node.name}()"
                inner.names[star.arg] = home.world.unknown(reason, home, star)
        self._body(node.body, inner, me, owner, depth)

    def _body(self, body: list[ast.stmt], inner: Space, me: str, owner: type, depth: int) -> None:
        for index, statement in enumerate(body):
            if index and any(isinstance(each, ast.Return) for each in ast.walk(body[index - 1])):
                # it may have ended here: what follows may never be assigned
                for each in body[index:]:
                    self._other(each, inner, me)
                return
            match statement:
                case ast.Pass() | ast.Assert() | ast.Expr(value=ast.Constant()):
                    continue
                case ast.Return(value=None | ast.Constant(value=None)):
                    return
                case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name), attr=attribute)], value=value) if (
                    name == me
                ):
                    self._attributes[attribute] = self._value(value, inner, me)
                case ast.AnnAssign(target=ast.Attribute(value=ast.Name(id=name), attr=attribute), value=value) if (
                    name == me
                ):
                    if value is not None:
                        self._attributes[attribute] = self._value(value, inner, me)
                case ast.Expr(value=ast.Call() as called) if _super_call(called):
                    self._above(called, inner, owner, depth)
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if name != me:
                    inner.names[name] = self._value(value, inner, me)
                case _:
                    self._other(statement, inner, me)

    def _value(self, node: ast.expr, inner: Space, me: str) -> object:
        self._mentions(node, inner, me)
        if any(isinstance(each, ast.Name) and each.id == me for each in ast.walk(node)):
            return inner.world.unknown(f"the value of {short(node)}", inner, node)
        return evaluate(node, inner)

    def _above(self, called: ast.Call, inner: Space, owner: type, depth: int) -> None:
        from hotplug.contract.static.calling import arguments_of

        order = mro(self._cls)
        for each in order[order.index(owner) + 1 :]:
            held = own_constructor(each)
            if held is None:
                continue
            defined = inner.world.definition(held)
            if defined is not None:
                self.run(defined[0], defined[1], each, arguments_of(called, inner), depth + 1)
            elif is_heap_type(each):
                raise NotTold(f"whose __init__ is that of {each.__name__}")
            return

    def _other(self, statement: ast.stmt, inner: Space, me: str) -> None:
        """Take every attribute that a statement may assign for unknown."""
        self._mentions(statement, inner, me)
        for each in ast.walk(statement):
            if _assigns(each, me):
                reason = f"the value of {short(each)}"
                self._attributes[each.attr] = inner.world.unknown(reason, inner, each)
        for name in bound_in([statement]):
            inner.names[name] = inner.world.unknown(f"the value of {name}", inner, statement)

    def _mentions(self, node: ast.AST, inner: Space, me: str) -> None:
        """Refuse what hands ``self`` on: a callee may set anything on it."""
        from hotplug.contract.static.calling import is_harmless

        for each in ast.walk(node):
            if isinstance(each, ast.Subscript) and isinstance(each.ctx, ast.Store | ast.Del):
                self._filled(each.value, inner, me)
            if isinstance(each, ast.Attribute) and each.attr in {"__dict__", "__class__"}:
                raise NotTold(f"whose constructor changes {short(each)}")
            if not isinstance(each, ast.Call) or is_harmless(each, inner):
                continue
            for argument in [*each.args, *[one.value for one in each.keywords]]:
                if isinstance(argument, ast.Name) and argument.id == me:
                    raise NotTold(f"whose constructor passes itself to {short(each.func)}()")
            if isinstance(each.func, ast.Attribute) and _root(each.func) == me:
                self._called(each, inner, me)
            elif isinstance(each.func, ast.Attribute) and _is_super(each.func.value) and not _super_call(each):
                raise NotTold(f"whose constructor calls {short(each)}")

    def _called(self, called: ast.Call, inner: Space, me: str) -> None:
        """Take what a method of its own assigns for unknown."""
        function = cast("ast.Attribute", called.func)
        if not (isinstance(function.value, ast.Name) and function.value.id == me):
            self._filled(function.value, inner, me)
            return
        found = find_in_class(self._cls, function.attr)
        raw: object = MISSING if found is None else found[0]
        defined = inner.world.definition(raw) if type(raw) is types.FunctionType else None
        if defined is None:
            raise NotTold(f"whose constructor calls {short(called.func)}()")
        first = [each.arg for each in [*defined[0].args.posonlyargs, *defined[0].args.args]][:1]
        for each in ast.walk(defined[0]):
            if first and _assigns(each, first[0]):
                reason = f"the value of {short(each)}"
                self._attributes[each.attr] = inner.world.unknown(reason, defined[1], each)
            elif isinstance(each, ast.Call):
                names = [one.id for one in each.args if isinstance(one, ast.Name)]
                method = isinstance(each.func, ast.Attribute) and isinstance(each.func.value, ast.Name)
                if first and (
                    first[0] in names or (method and _root(cast("ast.Attribute", each.func)) == first[0])
                ):
                    raise NotTold(f"whose constructor calls {short(called.func)}()")

    def _filled(self, holder: ast.expr, inner: Space, me: str) -> None:
        """Take a container that is one of its attributes for changed: what it holds is not known any more."""
        if isinstance(holder, ast.Attribute) and isinstance(holder.value, ast.Name) and holder.value.id == me:
            held = self._attributes.get(holder.attr)
            if type(held) in {list, dict, set}:
                reason = f"what {short(holder)} holds"
                self._attributes[holder.attr] = inner.world.unknown(
                    reason, inner, holder, plain=True, kind=type(held)
                )


def _assigns(node: ast.AST, me: str) -> TypeGuard[ast.Attribute]:
    """Say whether a node is ``me.name`` where it is assigned or deleted."""
    if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Store | ast.Del):
        return False
    return isinstance(node.value, ast.Name) and node.value.id == me


def _demand_fit(taken: ast.arguments, given: Arguments, optional: set[str]) -> None:
    """Refuse arguments that the parameters do not take."""
    places = [each.arg for each in [*taken.posonlyargs, *taken.args]][1:]
    demand(taken.vararg is not None or len(given.positional) <= len(places), "it takes fewer arguments")
    only = {each.arg for each in taken.posonlyargs}
    named = {*places, *[each.arg for each in taken.kwonlyargs]} - only
    strange = sorted(set(given.keywords) - named)
    demand(taken.kwarg is not None or not strange, f"it takes no {', '.join(strange)}")
    filled = set(places[: len(given.positional)])
    demand(not filled & set(given.keywords), "an argument is given twice")
    missing = sorted({*places, *named} - filled - set(given.keywords) - optional)
    demand(not missing, f"it is not given {', '.join(missing)}")


def _super_call(node: ast.Call) -> bool:
    function = node.func
    return isinstance(function, ast.Attribute) and function.attr == "__init__" and _is_super(function.value)


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _root(node: ast.Attribute) -> str:
    inner: ast.expr = node
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    return inner.id if isinstance(inner, ast.Name) else ""
