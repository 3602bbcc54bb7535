"""The module of a new plugin: a class, or a function, that a contract is satisfied with, and nothing behind it."""

from __future__ import annotations

import ast
import collections.abc
import enum
import inspect
from dataclasses import is_dataclass
from typing import TYPE_CHECKING, NamedTuple

from hotplug.authoring.empty import MUTABLE, empty_value
from hotplug.authoring.layout import INDENT, WIDTH, definition, docstring, expression
from hotplug.authoring.members import is_protocol, members, unknowns
from hotplug.authoring.naming import ANY, Names
from hotplug.authoring.sources import Imported, Source
from hotplug.errors import BuildError

if TYPE_CHECKING:
    from hotplug.authoring.members import Function, Member

_KEPT = {
    "asynccontextmanager", "cached_property", "classmethod", "contextmanager", "deleter", "overload", "property",
    "setter", "staticmethod",
}  # fmt: skip
"""The decorators that say what kind of member it is; all others are the contract's own affair."""
_CALLABLE: object = vars(collections.abc)["Callable"]
_NOT_BUILT = "raise NotImplementedError"


class Stub(NamedTuple):
    """The source of a new plugin's module.

    Attributes:
        text: The source.
        symbol: The name that it exports.
    """

    text: str
    symbol: str


def write_stub(reference: str, contract: object, *, plugin: str, summary: str) -> Stub:
    """Return a module that exports what satisfies a contract.

    Args:
        reference: The contract as the plugin imports it, ``greeter:Greeter``.
        contract: The contract itself.
        plugin: The plugin's name, from which its class is named.
        summary: The module's docstring.

    Raises:
        BuildError: If the contract is of a kind for which nothing can be stubbed, or its source cannot be read.
    """
    module, _, path = reference.partition(":")
    title = path.rpartition(".")[2]
    own = "".join(part[:1].upper() + part[1:] for part in plugin.replace("-", "_").replace(".", "_").split("_"))
    if isinstance(contract, type) and not hasattr(contract, "__args__") and contract.__module__ != "builtins":
        name = own if own.endswith(title) and own != title else f"{own}{title}"
        names = Names(module, {title, name, "annotations"})
        asked = members(contract, names)
        if is_protocol(contract) and [each.name for each in asked] == ["__call__"] and len(asked[0].nodes) == 1:
            symbol = _function_name(title)
            names = Names(module, {symbol, "annotations"})
            only = members(contract, names)[0]
            body, value = _Writer(names, only).function(only.functions[0], 0, name=symbol), ""
        else:
            symbol = title
            body = _class(name, contract, reference, asked, names)
            value = f"\n\n{title} = {name}()\n"
    else:
        symbol = _function_name(title)
        names = Names(module, {symbol, "annotations"})
        body, value = _callable(symbol, module, path, contract, names), ""
    written = "\n".join(body)
    lines = ['"""' + summary + '"""', "", "from __future__ import annotations", ""]
    imports = names.lines()
    text = "\n".join([*lines, *imports, *([""] if imports else []), "", written]) + "\n" + value
    return Stub(text, symbol)


def _class(name: str, contract: type, reference: str, asked: list[Member], names: Names) -> list[str]:
    module, _, path = reference.partition(":")
    base = ""
    if not is_protocol(contract):
        if _is_data(contract):
            raise _nothing_to_stub(reference)
        _refuse_what_needs_arguments(contract, reference)
        inherited = names.need(Imported(module, path.partition(".")[0]))
        base = ".".join([inherited, *path.split(".")[1:]])
        if getattr(contract, "__parameters__", ()):
            base = f"{base}[{', '.join('Any' for _ in contract.__parameters__)}]"  # type: ignore[attr-defined]
            names.need(ANY)
    values: list[str] = []
    start: list[str] = []
    methods: list[list[str]] = []
    for each in asked:
        writer = _Writer(names, each)
        if each.functions:
            methods += writer.methods()
        else:
            writer.attribute(values, start, methods)
    if start:
        methods.insert(0, [f"{INDENT}def __init__(self) -> None:", *start])
    lines = [f"class {name}({base}):" if base else f"class {name}:", *docstring(_said(contract, path), 1)]
    if values:
        lines += ["", *values]
    for method in methods:
        lines += ["", *method]
    return lines


def _is_data(contract: type) -> bool:
    return is_dataclass(contract) or issubclass(contract, enum.Enum | tuple | dict | BaseException)


def _said(contract: type, path: str) -> str:
    """Return the docstring of a class: the contract's name, and what the first line of its own says."""
    said = (contract.__dict__.get("__doc__") or "").strip().partition("\n")[0]
    text = f"Satisfies {path}: {said[:1].lower()}{said[1:]}" if said else f"Satisfies {path}."
    return text if len(text) <= WIDTH - len(INDENT) - 6 else f"Satisfies {path}."


def _refuse_what_needs_arguments(contract: type, reference: str) -> None:
    try:
        parameters = list(inspect.signature(contract.__init__).parameters.values())[1:]  # type: ignore[misc]
    except (TypeError, ValueError):
        return
    variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    wanted = [each.name for each in parameters if each.default is each.empty and each.kind not in variadic]
    if wanted:
        raise BuildError(
            f"{reference} is a class whose instances are made with arguments ({', '.join(wanted)}), "
            "and a new plugin does not know them",
            remedy="make the contract a Protocol, or write the plugin by hand",
        )


def _function_name(title: str) -> str:
    pieces = "".join(f"_{each.lower()}" if each.isupper() else each for each in title).strip("_")
    return pieces if pieces != title else f"{pieces}_"


def _callable(symbol: str, module: str, path: str, contract: object, names: Names) -> list[str]:
    """Return a function for an alias of a Callable type, from the alias as it is written."""
    origin: object = getattr(getattr(contract, "__value__", contract), "__origin__", None)
    source, name = Source.of(module).follow(path)
    statement = source.definitions.get(name)
    node: object = getattr(statement, "value", None)
    if origin is not _CALLABLE or not isinstance(node, ast.expr):
        raise _nothing_to_stub(f"{module}:{path}")
    if isinstance(node, ast.Call) and node.args:  # TypeAliasType("Shout", Callable[...])
        node = node.args[-1]
    if not (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple)):
        raise BuildError(f"{module}:{path} is an alias of another alias", remedy="name that one as the contract")
    free = unknowns(contract, names)
    asked, returns = node.slice.elts[0], node.slice.elts[-1]
    if isinstance(asked, ast.List):
        many = len(asked.elts) > 1
        kinds = [expression(names.translated(each, source, free)) for each in asked.elts]
        parameters = [f"value_{at}: {each}" if many else f"value: {each}" for at, each in enumerate(kinds, 1)]
        parameters += ["/"] if parameters else []
    else:
        any_ = names.need(ANY)
        parameters = [f"*args: {any_}", f"**kwargs: {any_}"]
    word = "def"
    if isinstance(returns, ast.Subscript) and _last(returns.value) in {"Awaitable", "Coroutine"}:
        word, inner = "async def", returns.slice
        returns = inner.elts[-1] if isinstance(inner, ast.Tuple) else inner
    said = expression(names.translated(returns, source, free))
    lines = definition(f"{word} {symbol}", parameters, f" -> {said}:", 0)
    return [*lines, *docstring(f"Satisfies {path}.", 1), f"{INDENT}{_NOT_BUILT}"]


def _nothing_to_stub(reference: str) -> BuildError:
    name = reference.rpartition(":")[2]
    return BuildError(
        f"{reference} is neither a Protocol, a class with methods nor an alias of a Callable type: "
        "there is nothing to stub",
        remedy=f"write the plugin by hand: export a value of that type under the name {name}",
    )


def _last(node: ast.expr) -> str:
    return expression(node).rpartition(".")[2]


class _Writer:
    """Writes one member."""

    def __init__(self, names: Names, member: Member) -> None:
        self._names = names
        self._member = member
        self._given = member.given

    def methods(self) -> list[list[str]]:
        """Return its definitions; overloads stand together with what implements them."""
        functions = self._member.functions
        overloads = [each for each in functions if "overload" in self._decorators(each)]
        if not overloads:
            return [self.function(each, 1) for each in functions]
        lines = [line for each in overloads for line in self.function(each, 1, body="...")]
        any_ = self._names.need(ANY)
        kinds = [f"{INDENT}@{each}" for each in self._decorators(overloads[0]) if each != "overload"]
        word = "async def" if isinstance(overloads[0], ast.AsyncFunctionDef) else "def"
        first = [] if "staticmethod" in self._decorators(overloads[0]) else [overloads[0].args]
        own = [(each.posonlyargs + each.args)[0].arg for each in first if each.posonlyargs + each.args]
        head = f"{word} {self._member.name}"
        lines += kinds
        lines += definition(head, [*own, f"*args: {any_}", f"**kwargs: {any_}"], f" -> {any_}:", 1)
        return [[*lines, f"{INDENT * 2}{_NOT_BUILT}"]]

    def attribute(self, values: list[str], start: list[str], methods: list[list[str]]) -> None:
        """Write an attribute: a value of its class where that is plain, else a property.

        Args:
            values: Lines of the class's body, added to.
            start: Lines of its ``__init__``, added to.
            methods: Its methods, added to.
        """
        node, name = self._member.nodes[-1], self._member.name
        given = getattr(node, "value", None)
        value = None
        if isinstance(given, ast.expr) and not _is_ellipsis(given):
            value = self._names.translated(given, self._member.source, self._given, value=True)
        if not isinstance(node, ast.AnnAssign):
            plain = "None" if value is None else expression(value)
            values.append(f"{INDENT}{name} = {plain}{_unlike_object(name, plain)}")
            return
        kind = self._annotation(node.annotation)
        said = expression(kind)
        outer = said.partition("[")[0].rpartition(".")[2]
        wrapped = outer in {"ClassVar", "Final", "ReadOnly"} and isinstance(kind, ast.Subscript)
        inner = kind.slice if wrapped and isinstance(kind, ast.Subscript) else kind
        text = empty_value(inner) if value is None else expression(value)
        if text is not None and text in MUTABLE and outer != "ClassVar":
            values.append(f"{INDENT}{name}: {said}")
            start.append(f"{INDENT * 2}self.{name} = {text}")
        elif text is not None or wrapped:
            values.append(f"{INDENT}{name}: {said} = {text or self._cast(inner)}{_unlike_object(name, text)}")
        else:
            getter = [f"{INDENT}@property", f"{INDENT}def {name}(self) -> {said}:", f"{INDENT * 2}{_NOT_BUILT}"]
            setter = [f"{INDENT}@{name}.setter", f"{INDENT}def {name}(self, value: {said}) -> None:"]
            methods += [getter, [*setter, f"{INDENT * 2}{_NOT_BUILT}"]]

    def _cast(self, kind: ast.expr) -> str:
        return f'{self._names.need(Imported("typing", "cast"))}("{expression(kind)}", None)'

    def function(
        self, node: Function, depth: int, *, name: str | None = None, body: str = _NOT_BUILT
    ) -> list[str]:
        """Return a function's definition with nothing behind it.

        Args:
            node: The function as the contract has it.
            depth: How deep it is indented.
            name: Its name, where it is to be a function of a module: then it loses its first parameter.
            body: What stands in it.
        """
        indent = INDENT * depth
        variables: list[ast.AST] = getattr(node, "type_params", [])
        local = [str(getattr(each, "name", "")) for each in variables]
        decorators = self._decorators(node)
        bound = name is not None or not (depth == 0 or "staticmethod" in decorators)
        parameters = self._parameters(node.args, local, bound=bound)
        head = f"{'async ' if isinstance(node, ast.AsyncFunctionDef) else ''}def {name or self._member.name}"
        if variables:
            head += f"[{', '.join(ast.unparse(each) for each in variables)}]"
        returns = self._annotation(node.returns, local)
        lines = [f"{indent}@{self._spelt(each)}" for each in decorators] if depth else []
        tail = f" -> {expression(returns)}:"
        if body == "...":
            return [*lines, *definition(head, parameters[name is not None :], f"{tail} ...", depth)]
        lines += definition(head, parameters[name is not None :], tail, depth)
        said = ast.get_docstring(node)
        lines += docstring(said, depth + 1) if said else []
        return [*lines, f"{indent}{INDENT}{body}"]

    def _parameters(self, arguments: ast.arguments, local: list[str], *, bound: bool) -> list[str]:
        positional = arguments.posonlyargs + arguments.args
        without = len(positional) - len(arguments.defaults)
        found: list[str] = []
        for at, each in enumerate(positional):
            default = arguments.defaults[at - without] if at >= without else None
            found.append(each.arg if bound and not at else self._parameter(each, default, local))
            if at + 1 == len(arguments.posonlyargs):
                found.append("/")
        if bound and found[1:2] == ["/"] and len(arguments.posonlyargs) == 1:
            del found[1]  # only the bound object is positional
        if arguments.vararg:
            found.append(f"*{self._parameter(arguments.vararg, None, local)}")
        elif arguments.kwonlyargs:
            found.append("*")
        for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            found.append(self._parameter(each, default, local))
        if arguments.kwarg:
            found.append(f"**{self._parameter(arguments.kwarg, None, local)}")
        return found

    def _parameter(self, argument: ast.arg, default: ast.expr | None, local: list[str]) -> str:
        kind = self._annotation(argument.annotation, local)
        text = f"{argument.arg}: {expression(kind)}"
        if default is None:
            return text
        if _is_ellipsis(default):
            return f"{text} = {empty_value(kind) or '...'}"
        said = self._names.translated(default, self._member.source, self._given, local=local, value=True)
        return f"{text} = {expression(said)}"

    def _annotation(self, node: ast.expr | None, local: list[str] | None = None) -> ast.expr:
        if node is None:
            return self._names.any()
        return self._names.translated(node, self._member.source, self._given, local=local or ())

    def _decorators(self, node: Function) -> list[str]:
        found: list[str] = []
        for each in node.decorator_list:
            name = _last(each.func if isinstance(each, ast.Call) else each)
            name = {"abstractproperty": "property", "abstractclassmethod": "classmethod"}.get(name, name)
            if name in _KEPT:
                found.append(name)
        return found

    def _spelt(self, decorator: str) -> str:
        homes = {"overload": "typing", "cached_property": "functools"}
        if decorator in {"setter", "deleter"}:
            return f"{self._member.name}.{decorator}"
        home = homes.get(decorator, "contextlib" if decorator.endswith("contextmanager") else "")
        return self._names.need(Imported(home, decorator)) if home else decorator


def _unlike_object(name: str, value: str | None) -> str:
    """Return the comment behind a value that takes away what every object has, for which checkers want one."""
    return "  # type: ignore[assignment]" if value == "None" and hasattr(object, name) else ""


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...
