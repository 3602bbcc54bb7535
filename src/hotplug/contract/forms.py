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
from hotplug.contract.reflection import MISSING, bare_name, identities, is_class, module_name
from hotplug.contract.scope import Scope, attribute
from hotplug.contract.signature import Parameter, Signature
from hotplug.contract.terms import (
    ANY,
    BOOL,
    INT,
    NEVER,
    NONE,
    OBJECT,
    SELF,
    STR,
    AliasTerm,
    AnyTerm,
    CallableTerm,
    ClassOf,
    GuardTerm,
    Instance,
    LiteralTerm,
    NewTypeTerm,
    ParameterList,
    Qualified,
    Term,
    TupleTerm,
    Unpacked,
    Variable,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable

# `compile` with this flag gives the tree without the module ast, which costs a millisecond to import.
_ONLY_TREE = 0x400

_TUPLE = TupleTerm((), ANY)
_CALLABLE = CallableTerm((Signature(gradual=True, open=False),))
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
    collections.abc.Callable: _CALLABLE,  # type: ignore[dict-item]
}
_CLASSES[cast("type", typing.Any)] = ANY
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
    if cls is _EXTENSION_ANY:
        return ANY
    return Instance(cls)


_FORMS_HOMES = frozenset({"typing", "typing_extensions", "types", "collections.abc", "_collections_abc"})
_EXTENSION_ANY: object = getattr(sys.modules.get("typing_extensions"), "Any", typing.Any)


def subscripted(origin: object, args: tuple[object, ...], scope: Scope) -> Term:
    """Return the term of ``origin[args]``."""
    if is_class(origin):
        cls = cast("type", origin)
        if cls is tuple:
            return _tuple(args, scope)
        if cls is type:
            return ClassOf(term_of(args[0], scope)) if args else ClassOf(ANY)
        if cls is collections.abc.Callable:
            return _callable(args, scope)
        return Instance(cls, fit_arguments(cls, tuple(argument(each, scope) for each in args)))
    if type(origin) is _ALIAS_TYPE:
        return _alias(origin, args, scope)
    if _is_form(origin) and getattr(origin, "__origin__", None) is not None:
        return _generic_form(origin, args, scope)
    name = getattr(origin, "_name", None) if _is_form(origin) else None
    handler = _SUBSCRIPTS.get(name) if type(name) is str else None
    if handler is None:
        return AnyTerm("an annotation that is no type")
    return handler(args, scope)


def _is_form(origin: object) -> bool:
    """Say whether the object is one of typing's own, whose attributes can be read."""
    return module_name(type(origin)) in _FORMS_HOMES


def _generic_form(origin: object, args: tuple[object, ...], scope: Scope) -> Term:
    """Return an alias with parameters of its own, as ``Pair = tuple[T, T]``, applied; or ``List[int]``."""
    from hotplug.contract.substitution import substituted  # noqa: PLC0415 - only aliases with arguments need it

    alias = cast("Any", origin)
    own: tuple[object, ...] = getattr(alias, "__parameters__", ())
    if not own:
        return subscripted(alias.__origin__, args, scope)
    terms = fit_to(own, tuple(argument(each, scope) for each in args))
    return substituted(term_of(origin, scope), {id(var): term for var, term in zip(own, terms, strict=False)})


def argument(form: object, scope: Scope) -> Term:
    """Return one argument of a generic class: a type, or a list of types for a ParamSpec."""
    if type(form) is _ast.List:
        return parameters(tuple(form.elts), scope)
    if type(form) is list or type(form) is tuple:
        return parameters(tuple(cast("tuple[object, ...]", form)), scope)
    if form is ... or (type(form) is _ast.Constant and form.value is ...):
        return ParameterList(Signature(gradual=True, open=False))
    found = term_of(form, scope)
    if isinstance(found, CallableTerm) and id(type(form)) in _CONCATENATES:
        return ParameterList(found.signatures[0])
    return found


def parameters(forms: tuple[object, ...], scope: Scope) -> ParameterList:
    """Return the parameter list of ``[int, str]``, with unpacked tuples opened."""
    taken: list[Parameter] = []
    variadic: Parameter | None = None
    for form in forms:
        each = term_of(form, scope)
        if isinstance(each, Unpacked) and isinstance(each.item, AliasTerm):
            each = Unpacked(each.item.expand())
        if isinstance(each, Unpacked) and isinstance(each.item, TupleTerm):
            taken += [Parameter("", item) for item in each.item.prefix]
            if each.item.repeated is not None:
                variadic = Parameter("", each)
                if not each.item.prefix and not each.item.suffix and len(forms) == len(taken) + 1:
                    variadic = Parameter("", each.item.repeated)
        elif isinstance(each, Unpacked):
            variadic = Parameter("", each)
        elif variadic is None:
            taken.append(Parameter("", each))
        else:
            variadic = Parameter("", AnyTerm("types after an unpacked tuple"))
    return ParameterList(Signature(tuple(taken), len(taken), variadic))


def parse(text: str) -> object:
    """Return the tree of an annotation's text, or None where it is no expression."""
    try:
        # The parentheses let an annotation run over several lines, as PEP 484's do.
        tree = compile(f"({text}\n)", "<annotation>", "eval", _ONLY_TREE, dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return cast("_ast.Expression", tree).body


def _string(form: object, scope: Scope) -> Term:
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


def _forward(form: object, scope: Scope) -> Term:
    reference = cast("typing.ForwardRef", form)
    module = reference.__forward_module__
    if module is not None:
        name = module if isinstance(module, str) else getattr(module, "__name__", "")
        home = sys.modules.get(name)
        if home is not None:
            return _string(reference.__forward_arg__, Scope(vars(home)))
    return _string(reference.__forward_arg__, scope)


def _name_node(form: object, scope: Scope) -> Term:
    return _named(cast("_ast.Name", form).id, scope)


def _held(node: object, scope: Scope) -> object:
    """Return the object that a name or a dotted name stands for, or MISSING."""
    if type(node) is _ast.Name:
        return scope.look_up(node.id)
    if type(node) is _ast.Attribute:
        holder = _held(node.value, scope)
        return MISSING if holder is MISSING else attribute(holder, node.attr)
    return MISSING


def _dotted(node: object) -> str:
    if type(node) is _ast.Attribute:
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if type(node) is _ast.Name else "?"


def _attribute_node(form: object, scope: Scope) -> Term:
    node = cast("_ast.Attribute", form)
    found = _held(node, scope)
    if found is MISSING:
        holder = _held(node.value, scope)
        if type(holder) is typing.ParamSpec and node.attr in {"args", "kwargs"}:
            return term_of(holder, scope)
        return AnyTerm(f"the name {_dotted(node)!r} is not defined at run time")
    return _found(_dotted(node), found, scope)


def _subscript_node(form: object, scope: Scope) -> Term:
    node = cast("_ast.Subscript", form)
    origin = _held(node.value, scope)
    if origin is MISSING:
        return AnyTerm(f"the name {_dotted(node.value)!r} is not defined at run time")
    args = tuple(node.slice.elts) if type(node.slice) is _ast.Tuple else (node.slice,)
    return subscripted(origin, args, scope)


def _constant_node(form: object, scope: Scope) -> Term:
    value = cast("_ast.Constant", form).value
    if value is None:
        return NONE
    return _string(value, scope) if type(value) is str else AnyTerm(f"{value!r} is no type")


def _or_node(form: object, scope: Scope) -> Term:
    node = cast("_ast.BinOp", form)
    if type(node.op) is not _ast.BitOr:
        return AnyTerm("an expression that is no type")
    return union((term_of(node.left, scope), term_of(node.right, scope)))


def _starred_node(form: object, scope: Scope) -> Term:
    return Unpacked(term_of(cast("_ast.Starred", form).value, scope))


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
    from hotplug.contract.substitution import substituted  # noqa: PLC0415 - only aliases with arguments need it

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


def fit_to(own: tuple[object, ...], terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Return the arguments one for each parameter, a lone ParamSpec taking all of them."""
    lone = len(own) == 1 and type(own[0]) is typing.ParamSpec
    if lone and terms and not isinstance(terms[0], (ParameterList, Variable)):
        listed = tuple(Parameter("", each) for each in terms)
        return (ParameterList(Signature(listed, len(listed))),)
    return terms


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
    "LiteralString": STR,
    "TypeAlias": ANY,
    "Tuple": _TUPLE,
    "Callable": _CALLABLE,
    "Type": ClassOf(ANY),
}


def _tuple(args: tuple[object, ...], scope: Scope) -> Term:
    if len(args) == 2 and _is_ellipsis(args[1]):  # noqa: PLR2004 - `tuple[int, ...]`
        return TupleTerm((), term_of(args[0], scope))
    if len(args) == 1 and (args[0] == () or (type(args[0]) is _ast.Tuple and not args[0].elts)):
        return TupleTerm(())
    return packed_tuple([term_of(each, scope) for each in args])


def packed_tuple(items: list[Term]) -> TupleTerm:
    """Return the tuple of the items, with unpacked tuples among them opened."""
    prefix: list[Term] = []
    suffix: list[Term] = []
    repeated: Term | None = None
    for item in items:
        inner = item.item if isinstance(item, Unpacked) else None
        opened = inner if isinstance(inner, TupleTerm) else None
        if inner is None:
            (prefix if repeated is None else suffix).append(item)
            continue
        if opened is None:
            repeated = inner
            continue
        (prefix if repeated is None else suffix).extend(opened.prefix)
        if opened.repeated is not None:
            repeated = opened.repeated
            suffix.extend(opened.suffix)
    return TupleTerm(tuple(prefix), repeated, tuple(suffix))


def _is_ellipsis(form: object) -> bool:
    return form is ... or (type(form) is _ast.Constant and form.value is ...)


def _callable(args: tuple[object, ...], scope: Scope) -> Term:
    """Return a Callable: live, its parameter types stand flat before the result; in a tree, in a list."""
    if not args:
        return _CALLABLE
    returns = term_of(args[-1], scope)
    front = args[:-1]
    if len(front) == 1:
        only = front[0]
        if _is_ellipsis(only):
            return CallableTerm((Signature(returns=returns, gradual=True),))
        if type(only) is _ast.List:
            front = tuple(only.elts)
        else:
            found = term_of(only, scope)
            if isinstance(found, CallableTerm) and is_concatenate(only, scope):
                return CallableTerm((found.signatures[0].replaced(returns=returns),))
            if isinstance(found, Variable) and type(found.var) is not typing.TypeVar:
                return CallableTerm((Signature(returns=returns, rest=found),))
    return CallableTerm((parameters(front, scope).signature.replaced(returns=returns),))


def is_concatenate(form: object, scope: Scope) -> bool:
    """Say whether the form is ``Concatenate[...]``."""
    if id(type(form)) in _CONCATENATES:
        return True
    origin = _held(form.value, scope) if type(form) is _ast.Subscript else None
    return getattr(origin, "_name", None) == "Concatenate" if _is_form(origin) else False


def _concatenate(args: tuple[object, ...], scope: Scope) -> Term:
    front = parameters(args[:-1], scope).signature
    last = args[-1]
    if _is_ellipsis(last):
        return CallableTerm((Signature(front.positional, front.only, gradual=True),))
    return CallableTerm((Signature(front.positional, front.only, rest=term_of(last, scope)),))


def _literal(args: tuple[object, ...], scope: Scope) -> Term:
    return union(_one_literal(each, scope) for each in args)


def _one_literal(form: object, scope: Scope) -> Term:
    value: object = form
    if isinstance(form, _ast.AST):
        if type(form) is _ast.Constant:
            value = form.value
        elif type(form) is _ast.UnaryOp and type(form.op) is _ast.USub and type(form.operand) is _ast.Constant:
            inner = form.operand.value
            value = -inner if type(inner) is int else MISSING
        else:
            value = _held(form, scope)
    if value is MISSING:
        return AnyTerm("a literal whose value is not defined at run time")
    return NONE if value is None else LiteralTerm(value)


def _qualified(name: str) -> Callable[[tuple[object, ...], Scope], Term]:
    def read(args: tuple[object, ...], scope: Scope) -> Term:
        inner = term_of(args[0], scope)
        if isinstance(inner, Qualified):
            return Qualified(inner.item, inner.qualifiers | {name})
        return Qualified(inner, frozenset({name}))

    return read


def _guard(name: str) -> Callable[[tuple[object, ...], Scope], Term]:
    return lambda args, scope: GuardTerm(name, term_of(args[0], scope))


def _unpack(args: tuple[object, ...], scope: Scope) -> Term:
    return Unpacked(term_of(args[0], scope))


_SUBSCRIPTS: dict[str, Callable[[tuple[object, ...], Scope], Term]] = {
    "Union": lambda args, scope: union(term_of(each, scope) for each in args),
    "Optional": lambda args, scope: union((term_of(args[0], scope), NONE)),
    "Literal": _literal,
    "Annotated": lambda args, scope: term_of(args[0], scope),
    "Concatenate": _concatenate,
    "Unpack": _unpack,
    "TypeGuard": _guard("TypeGuard"),
    "TypeIs": _guard("TypeIs"),
    "Callable": _callable,
    "Tuple": _tuple,
    "Type": lambda args, scope: ClassOf(term_of(args[0], scope)),
}
_SUBSCRIPTS |= {name: _qualified(name) for name in ("ClassVar", "Final", "Required", "NotRequired", "ReadOnly")}

_ALIAS_TYPE: object = getattr(typing, "TypeAliasType", None)
_special: Any = typing
_CONCATENATES = identities(type(typing.Concatenate[int, ...]))
_READERS_BY_TYPE: dict[type, Callable[[object, Scope], Term]] = {
    type(None): lambda _form, _scope: NONE,
    str: _string,
    types.GenericAlias: _generic_alias,
    types.UnionType: _union_type,
    type(collections.abc.Callable[[], None]): _typing_alias,
    type(typing.Callable[[], None]): _typing_alias,  # noqa: UP006 - the form itself is meant
    typing.ForwardRef: _forward,
    typing.TypeVar: _variable,
    typing.ParamSpec: _variable,
    typing.TypeVarTuple: _variable,
    typing.ParamSpecArgs: _parameters_of_spec,
    typing.ParamSpecKwargs: _parameters_of_spec,
    typing.NewType: _new_type,
    type(typing.Optional[int]): _typing_alias,
    type(typing.Annotated[int, 0]): _annotated,
    type(typing.Literal[0]): _typing_alias,
    type(typing.List): _bare_alias,  # noqa: UP006 - the form itself is meant
    _ast.Name: _name_node,
    _ast.Attribute: _attribute_node,
    _ast.Subscript: _subscript_node,
    _ast.Constant: _constant_node,
    _ast.BinOp: _or_node,
    _ast.Starred: _starred_node,
}
if _ALIAS_TYPE is not None:
    _READERS_BY_TYPE[cast("type", _ALIAS_TYPE)] = _bare_type_alias
_READERS = {id(kind): reader for kind, reader in _READERS_BY_TYPE.items()}

__all__ = ["argument", "class_term", "packed_tuple", "parameters", "parse", "subscripted", "term_of"]
