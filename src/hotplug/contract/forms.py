"""From the type forms of a program, live or in a string, to terms.

Live forms are the objects that ``typing`` and ``types`` make; a string is parsed, and its tree is read as the
same forms: a name is looked up, a subscript applied to terms, nothing is evaluated (PEP 484, PEP 563).
"""

from __future__ import annotations

import _ast
import collections.abc
import sys
import types
import typing
from typing import TYPE_CHECKING, Any, cast

from hotplug.contract.lineage import fit_arguments
from hotplug.contract.reflection import bare_name, is_class, module_name
from hotplug.contract.scope import Scope
from hotplug.contract.signature import Signature
from hotplug.contract.terms import (
    ANY,
    BOOL,
    INT,
    LITERAL_STRING,
    NEVER,
    NONE,
    OBJECT,
    SELF,
    STR,
    AliasTerm,
    AnyTerm,
    CallableTerm,
    ClassOf,
    Instance,
    NewTypeTerm,
    Qualified,
    Term,
    TupleTerm,
    Unpacked,
    Variable,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable


_TUPLE = TupleTerm((), ANY)
_ABC_CALLABLE = cast("type", collections.abc.Callable)
CALLABLE = CallableTerm((Signature(gradual=True, open=False),))
_CLASSES: dict[type, Term] = {
    int: INT,
    str: STR,
    bool: BOOL,
    object: OBJECT,
    type(None): NONE,
    float: Instance(float),
    bytes: Instance(bytes),
    tuple: _TUPLE,
    type: ClassOf(ANY),
    _ABC_CALLABLE: CALLABLE,
}
_CLASSES[cast("type", typing.Any)] = ANY
if "typing_extensions" in sys.modules:
    _CLASSES[getattr(sys.modules["typing_extensions"], "Any", object)] = ANY
_CLASSES[object] = OBJECT
# Classes are looked up by identity: a metaclass may define __hash__.
_BY_IDENTITY = {id(cls): (cls, term) for cls, term in _CLASSES.items()}


def term_of(form: object, scope: Scope) -> Term:
    """Return the term of a type form: a class, a form of ``typing``, a string, or the tree of one.

    What cannot be read becomes an Any with the reason; it raises nothing for a form, however strange.
    """
    kind = type(form)
    if kind is type:
        return class_term(cast("type", form))
    reader = _READERS.get(id(kind))
    if reader is not None:
        return reader(form, scope)
    if is_class(form):
        return class_term(cast("type", form))
    if module_name(kind) in _FORMS_HOMES:
        return _typing_form(form, scope)
    return AnyTerm(f"an annotation that is no type: {bare_name(kind)}")


def class_term(cls: type) -> Term:
    """Return the instances of the class; what its type parameters stand for is not said."""
    known = _BY_IDENTITY.get(id(cls))
    if known is not None:
        return known[1]
    return Instance(cls)


_FORMS_HOMES = frozenset({"typing", "typing_extensions", "types", "collections.abc", "_collections_abc"})


def subscripted(origin: object, args: tuple[object, ...], scope: Scope) -> Term:
    """Return the term of ``origin[args]``."""
    from hotplug.contract.subscripts import SUBSCRIPTS, argument, callable_form, tuple_form

    if is_class(origin):
        cls = cast("type", origin)
        if cls is tuple:
            return tuple_form(args, scope)
        if cls is type:
            return ClassOf(term_of(args[0], scope)) if args else ClassOf(ANY)
        if cls is _ABC_CALLABLE:
            return callable_form(args, scope)
        if origin is typing.Annotated:  # a class until Python 3.13
            return term_of(args[0], scope)
        return Instance(cls, fit_arguments(cls, tuple(argument(each, scope) for each in args)))
    if _ALIAS_TYPE is not None and type(origin) is _ALIAS_TYPE:
        return _alias(origin, args, scope)
    if is_form(origin) and getattr(origin, "__origin__", None) is not None:
        return _generic_form(origin, args, scope)
    name = getattr(origin, "_name", None) if is_form(origin) else None
    handler = SUBSCRIPTS.get(name) if type(name) is str else None
    if handler is None:
        return AnyTerm("an annotation that is no type")
    return handler(args, scope)


def is_form(origin: object) -> bool:
    """Say whether the object is one of typing's own, whose attributes can be read."""
    return module_name(type(origin)) in _FORMS_HOMES


def _generic_form(origin: object, args: tuple[object, ...], scope: Scope) -> Term:
    """Return an alias with parameters of its own, as ``Pair = tuple[T, T]``, applied; or ``List[int]``."""
    from hotplug.contract.subscripts import argument, fit_to
    from hotplug.contract.substitution import substituted

    alias = cast("Any", origin)
    own: tuple[object, ...] = getattr(alias, "__parameters__", ())
    if not own:
        return subscripted(alias.__origin__, args, scope)
    terms = fit_to(own, tuple(argument(each, scope) for each in args))
    return substituted(term_of(origin, scope), {id(var): term for var, term in zip(own, terms, strict=False)})


def _string(form: object, scope: Scope) -> Term:
    text = cast("str", form)
    if text.isidentifier() and text != "None":
        # By far the most annotations in strings are the names of classes.
        found = scope.look_up(text)
        if type(found) is type:
            return class_term(found)
    from hotplug.contract.annotations import read_string

    return read_string(form, scope)


def _reference(form: object, scope: Scope) -> Term:
    from hotplug.contract.annotations import read_reference

    return read_reference(form, scope)


def _tree(form: object, scope: Scope) -> Term:
    from hotplug.contract.annotations import read_tree

    return read_tree(form, scope)


_TREES = (_ast.Name, _ast.Attribute, _ast.Subscript, _ast.Constant, _ast.BinOp, _ast.Starred)


def _generic_alias(form: object, scope: Scope) -> Term:
    alias = cast("Any", form)
    found = subscripted(alias.__origin__, alias.__args__, scope)
    return Unpacked(found) if getattr(alias, "__unpacked__", False) is True else found


def _typing_alias(form: object, scope: Scope) -> Term:
    alias = cast("Any", form)
    return subscripted(alias.__origin__, alias.__args__, scope)


def _annotated(form: object, scope: Scope) -> Term:
    return term_of(cast("Any", form).__origin__, scope)


def _bare_alias(form: object, _scope: Scope) -> Term:
    return class_term(cast("Any", form).__origin__)


def _union_type(form: object, scope: Scope) -> Term:
    return union(term_of(each, scope) for each in cast("Any", form).__args__)


def _variable(form: object, scope: Scope) -> Term:
    scope.open = True
    return Variable(form, cast("Any", form).__name__)


def _parameters_of_spec(form: object, scope: Scope) -> Term:
    return term_of(cast("Any", form).__origin__, scope)


def _new_type(form: object, scope: Scope) -> Term:
    new = cast("Any", form)
    return NewTypeTerm(form, new.__name__, term_of(new.__supertype__, scope))


def _alias(form: object, args: tuple[object, ...], scope: Scope) -> Term:
    """Return a PEP 695 alias; its value is a lazy expression of the interpreter's, which may fail."""
    from hotplug.contract.subscripts import argument, fit_to
    from hotplug.contract.substitution import substituted

    alias = cast("Any", form)
    terms = tuple(argument(each, scope) for each in args)
    if any(isinstance(each, Variable) for each in terms):
        scope.open = True

    def expand(terms: tuple[Term, ...]) -> Term:
        inner = Scope(scope.globals, scope.owner, scope.function, scope.known)
        try:
            value = alias.__value__
        except Exception as problem:  # noqa: BLE001 - the expression is the plugin's; whatever it raises is its answer
            return AnyTerm(f"the alias {alias.__name__} has no value: {type(problem).__name__}")
        own = alias.__type_params__
        meant: dict[int, Term] = {id(var): ANY for var in own}
        meant |= {id(var): term for var, term in zip(own, fit_to(own, terms), strict=False)}
        return substituted(term_of(value, inner), meant)

    return AliasTerm(alias.__name__, id(form), expand, terms)


def _bare_type_alias(form: object, scope: Scope) -> Term:
    return _alias(form, (), scope)


def _typing_form(form: object, scope: Scope) -> Term:
    """Return the term of a special form of typing's, which is known by its name only."""
    if getattr(form, "__origin__", None) is not None and getattr(form, "__args__", None) is not None:
        return _typing_alias(form, scope)
    name = getattr(form, "_name", None)
    if type(name) is str and name in _SPECIAL:
        if name == "Self":
            scope.open = True
        return _SPECIAL[name]
    if type(name) is str and name in {"ClassVar", "Final"}:
        return Qualified(UNSTATED, frozenset({name}))
    return AnyTerm("an annotation that is no type")


UNSTATED = AnyTerm("a qualifier without a type")
_SPECIAL: dict[str, Term] = {
    "Any": ANY,
    "Never": NEVER,
    "NoReturn": NEVER,
    "Self": SELF,
    "LiteralString": LITERAL_STRING,
    "TypeAlias": ANY,
    "Tuple": _TUPLE,
    "Callable": CALLABLE,
    "Type": ClassOf(ANY),
}


_ALIAS_TYPE = cast("type | None", getattr(typing, "TypeAliasType", None))
_READERS_BY_TYPE: dict[Any, Callable[[object, Scope], Term]] = {
    type(None): lambda _form, _scope: NONE,
    str: _string,
    types.GenericAlias: _generic_alias,
    types.UnionType: _union_type,
    type(collections.abc.Callable[[], None]): _typing_alias,
    type(typing.Callable[[], None]): _typing_alias,
    typing.ForwardRef: _reference,
    typing.TypeVar: _variable,
    typing.ParamSpec: _variable,
    typing.TypeVarTuple: _variable,
    typing.ParamSpecArgs: _parameters_of_spec,
    typing.ParamSpecKwargs: _parameters_of_spec,
    typing.NewType: _new_type,
    type(typing.Optional[int]): _typing_alias,  # noqa: UP045 - the form itself is meant
    type(typing.Annotated[int, 0]): _annotated,
    type(typing.Literal[0]): _typing_alias,
    type(typing.List): _bare_alias,  # noqa: UP006 - the form itself is meant
    **dict.fromkeys(_TREES, _tree),
}
if _ALIAS_TYPE is not None:
    _READERS_BY_TYPE[_ALIAS_TYPE] = _bare_type_alias
_READERS = {id(kind): reader for kind, reader in _READERS_BY_TYPE.items()}
