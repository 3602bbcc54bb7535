"""What a contract asks for, member by member, as it is written in the source of its classes."""

from __future__ import annotations

import abc
import ast
from typing import TYPE_CHECKING, NamedTuple

from hotplug.authoring.sources import Source, unfolded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hotplug.authoring.naming import Names

    Function = ast.FunctionDef | ast.AsyncFunctionDef

_NOT_ASKED = frozenset(
    {
        "__abstractmethods__", "__class_getitem__", "__doc__", "__init__", "__init_subclass__", "__match_args__",
        "__module__", "__new__", "__parameters__", "__post_init__", "__slots__", "__subclasshook__",
    }
)  # fmt: skip
"""What a class body may bind that is no member of a Protocol (the specification of Protocols)."""


_BARE = frozenset({"Protocol", "Generic", "object"})


class Member(NamedTuple):
    """One member of a contract.

    Attributes:
        name: Its name, as the compiler has it.
        nodes: What the source has of it: the definitions of a method or a property, or one annotated attribute.
        source: The module that they stand in.
        given: What stands in the place of its class's type variables.
    """

    name: str
    nodes: tuple[ast.stmt, ...]
    source: Source
    given: Mapping[str, ast.expr]

    @property
    def functions(self) -> list[Function]:
        """Return its definitions, where it is a method or a property."""
        return [each for each in self.nodes if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]


def is_protocol(cls: type) -> bool:
    """Tell whether a class is a Protocol itself, not merely one that satisfies it."""
    return bool(cls.__dict__.get("_is_protocol", False))


def members(contract: type, names: Names) -> list[Member]:
    """Return what a class that satisfies a contract must define, in the order in which it is declared.

    Of a Protocol these are all its members; of any other class those that are abstract, because a plugin's class
    inherits from it.
    """
    found: dict[str, Member] = {}
    given = _substitutions(contract, names)
    protocol = is_protocol(contract)
    for cls in reversed(contract.__mro__):
        if cls in given and (not protocol or is_protocol(cls) or cls.__module__ == "collections.abc"):
            for member in _own(cls, given[cls]):
                found[member.name] = member
    if protocol:
        return list(found.values())
    wanted = contract.__abstractmethods__ if isinstance(contract, abc.ABCMeta) else frozenset[str]()
    return [each for each in found.values() if each.name in wanted]


def _own(cls: type, given: Mapping[str, ast.expr]) -> Iterator[Member]:
    """Yield the members that a class's own body declares."""
    source = Source.of(cls.__module__)
    definition = source.find_class(cls.__qualname__)
    bodies: dict[str, list[ast.stmt]] = {}
    for each in () if definition is None else unfolded(definition.body):
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            bodies.setdefault(each.name, []).append(each)
        elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            bodies.setdefault(each.target.id, []).append(each)
        elif isinstance(each, ast.Assign):
            for target in each.targets:
                if isinstance(target, ast.Name):
                    bodies.setdefault(target.id, []).append(each)
    for name, nodes in bodies.items():
        if name not in _NOT_ASKED:
            yield Member(_mangled(name, cls), tuple(nodes), source, given)


def _mangled(name: str, cls: type) -> str:
    """Return what the compiler makes of a name in a class's body; another class has to spell it out."""
    own = cls.__name__.lstrip("_")
    return f"_{own}{name}" if own and name.startswith("__") and not name.endswith("__") else name


def _substitutions(contract: type, names: Names) -> dict[type, Mapping[str, ast.expr]]:
    """Return, for each class of a contract's lineage that has source, what its type variables stand for."""
    found: dict[type, Mapping[str, ast.expr]] = {contract: unknowns(contract, names)}
    waiting = [contract]
    while waiting:
        cls = waiting.pop()
        for base, arguments in _bases(cls):
            if base in found or base.__name__ in _BARE or base.__module__ in {"builtins", "abc"}:
                continue
            source, free = Source.of(cls.__module__), _free(base)
            said = [names.translated(each, source, found[cls]) for each in arguments]
            found[base] = {
                each.lstrip("*"): said[at] if at < len(said) else _unknown(each, names)
                for at, each in enumerate(free)
            }
            waiting.append(base)
    return found


def _bases(cls: type) -> Iterator[tuple[type, list[ast.expr]]]:
    """Yield the classes that a class names as its bases, with their type arguments as they are written."""
    originals: tuple[object, ...] = cls.__dict__.get("__orig_bases__", cls.__bases__)
    definition = Source.of(cls.__module__).find_class(cls.__qualname__)
    written = [] if definition is None else definition.bases
    for at, original in enumerate(originals):
        base: object = getattr(original, "__origin__", original)
        if not isinstance(base, type):
            continue
        node = written[at] if at < len(written) else None
        if isinstance(node, ast.Subscript):
            yield base, list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
        else:
            yield base, []


def unknowns(form: object, names: Names) -> dict[str, ast.expr]:
    """Return what stands in the place of the type variables of a contract that nobody has named types for."""
    return {each.lstrip("*"): _unknown(each, names) for each in _free(form)}


def _free(form: object) -> list[str]:
    parameters: tuple[object, ...] = getattr(form, "__parameters__", ()) or getattr(form, "__type_params__", ())
    kinds = {"ParamSpec": "**", "TypeVarTuple": "*"}
    return [f"{kinds.get(type(each).__name__, '')}{getattr(each, '__name__', each)}" for each in parameters]


def _unknown(parameter: str, names: Names) -> ast.expr:
    """Return what stands in the place of a type variable that nobody has named a type for."""
    if parameter.startswith("**"):
        return ast.Constant(...)
    if parameter.startswith("*"):
        return ast.Subscript(ast.Name("tuple"), ast.Tuple([names.any(), ast.Constant(...)]))
    return names.any()
