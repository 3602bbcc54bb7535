"""Annotations in text: a string is parsed, and its tree read as the type form that it spells.

A name is looked up, a subscript applied to terms; nothing is evaluated (PEP 484, PEP 563).
"""

from __future__ import annotations

import _ast
import sys
import typing
from typing import TYPE_CHECKING, cast

from hotplug.contract.forms import class_term, subscripted, term_of
from hotplug.contract.reflection import MISSING, is_class
from hotplug.contract.scope import Scope, attribute
from hotplug.contract.terms import NONE, AliasTerm, AnyTerm, Term, Unpacked, union

if TYPE_CHECKING:
    from collections.abc import Callable

# `compile` with this flag gives the tree without the module ast, which costs a millisecond to import.
_ONLY_TREE = 0x400


def parse(text: str) -> object:
    """Return the tree of an annotation's text, or None where it is no expression."""
    kept = _PARSED.get(text, MISSING)
    if kept is MISSING:
        if len(_PARSED) >= _MANY:
            _PARSED.clear()
        kept = _PARSED[text] = _parsed(text)
    return kept


# Parsing costs more than all the rest; the same few texts stand in many places. A tree holds no one's objects.
_PARSED: dict[str, object] = {}
_MANY = 1024


def _parsed(text: str) -> object:
    try:
        # The parentheses let an annotation run over several lines, as PEP 484's do.
        tree = compile(f"({text}\n)", "<annotation>", "eval", _ONLY_TREE, dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return cast("_ast.Expression", tree).body


def read_string(form: object, scope: Scope) -> Term:
    """Return the term that an annotation's text spells."""
    text = cast("str", form).strip()
    if text.isidentifier() and text != "None":
        return _named(text, scope)
    tree = parse(text)
    return AnyTerm(f"{text!r} is no type") if tree is None else term_of(tree, scope)


def _named(name: str, scope: Scope) -> Term:
    found = scope.look_up(name)
    if found is MISSING:
        return AnyTerm(f"the name {name!r} is not defined at run time")
    return _found(name, found, scope)


def _found(name: str, found: object, scope: Scope) -> Term:
    if is_class(found):
        return class_term(cast("type", found))
    identity = id(found)
    if identity in scope.active:
        outer = Scope(scope.globals, scope.owner, scope.function, scope.known)
        return AliasTerm(name, identity, lambda _args: term_of(found, outer))
    scope.active.add(identity)
    try:
        return term_of(found, scope)
    finally:
        scope.active.discard(identity)


def read_reference(form: object, scope: Scope) -> Term:
    """Return the term of a ``ForwardRef``."""
    reference = cast("typing.ForwardRef", form)
    module = reference.__forward_module__
    if module is not None:
        name = module if isinstance(module, str) else getattr(module, "__name__", "")
        home = sys.modules.get(name)
        if home is not None:
            return read_string(reference.__forward_arg__, Scope(vars(home)))
    return read_string(reference.__forward_arg__, scope)


def _name_node(form: object, scope: Scope) -> Term:
    return _named(cast("_ast.Name", form).id, scope)


def held(node: object, scope: Scope) -> object:
    """Return the object that a name or a dotted name stands for, or MISSING."""
    if type(node) is _ast.Name:
        return scope.look_up(node.id)
    if type(node) is _ast.Attribute:
        holder = held(node.value, scope)
        return MISSING if holder is MISSING else attribute(holder, node.attr)
    return MISSING


def _dotted(node: object) -> str:
    if type(node) is _ast.Attribute:
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if type(node) is _ast.Name else "?"


def _attribute_node(form: object, scope: Scope) -> Term:
    node = cast("_ast.Attribute", form)
    found = held(node, scope)
    if found is MISSING:
        holder = held(node.value, scope)
        if type(holder) is typing.ParamSpec and node.attr in {"args", "kwargs"}:
            return term_of(holder, scope)
        return AnyTerm(f"the name {_dotted(node)!r} is not defined at run time")
    return _found(_dotted(node), found, scope)


def _subscript_node(form: object, scope: Scope) -> Term:
    node = cast("_ast.Subscript", form)
    origin = held(node.value, scope)
    if origin is MISSING:
        return AnyTerm(f"the name {_dotted(node.value)!r} is not defined at run time")
    args = tuple(node.slice.elts) if type(node.slice) is _ast.Tuple else (node.slice,)
    return subscripted(origin, args, scope)


def _constant_node(form: object, scope: Scope) -> Term:
    value = cast("_ast.Constant", form).value
    if value is None:
        return NONE
    return read_string(value, scope) if type(value) is str else AnyTerm(f"{value!r} is no type")


def _or_node(form: object, scope: Scope) -> Term:
    node = cast("_ast.BinOp", form)
    if type(node.op) is not _ast.BitOr:
        return AnyTerm("an expression that is no type")
    return union((term_of(node.left, scope), term_of(node.right, scope)))


def _starred_node(form: object, scope: Scope) -> Term:
    return Unpacked(term_of(cast("_ast.Starred", form).value, scope))


def read_tree(form: object, scope: Scope) -> Term:
    """Return the term that a parsed annotation spells."""
    return _NODES[type(form)](form, scope)


_NODES: dict[type, Callable[[object, Scope], Term]] = {
    _ast.Name: _name_node,
    _ast.Attribute: _attribute_node,
    _ast.Subscript: _subscript_node,
    _ast.Constant: _constant_node,
    _ast.BinOp: _or_node,
    _ast.Starred: _starred_node,
}
