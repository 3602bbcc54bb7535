"""The answer: satisfied, refused, or undecided, and why."""

from __future__ import annotations

import ast
import re
import types
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from hotplug.contract.reflection import is_class
from hotplug.contract.report import Difference, Report
from hotplug.contract.static.attributes import member_of
from hotplug.contract.static.unknown import Face, Unknown
from hotplug.contract.static.world import World
from hotplug.contract.verdict import check
from hotplug.errors import SymbolNotFound

if TYPE_CHECKING:
    from hotplug.contract.static.sources import Sources
    from hotplug.contract.static.space import Space

Answer = Literal["satisfied", "refused", "undecided"]
_UNREADABLE = "that the check could not read"
_UNDEFINED = re.compile(r"the name '(?P<name>\w+)[^']*' is not defined")


class Verdict(NamedTuple):
    """What a plugin's source says of a contract.

    Attributes:
        answer: "satisfied", "refused" or "undecided".
        report: What the check found: all differences where it is refused.
        reasons: Where it is undecided, why, each with its place.
    """

    answer: Answer
    report: Report | None
    reasons: tuple[str, ...] = ()


def check_source(
    sources: Sources, module: str, path: str, contract: object, *, packages: frozenset[str], exported: bool = False
) -> Verdict:
    """Say whether a symbol satisfies a contract, from the plugin's source alone.

    Never satisfied what `hotplug.contract.check` refuses: what the source does not tell makes it undecided.

    Args:
        sources: The plugin's modules.
        module: The module that holds the symbol.
        path: The symbol, a dotted path of attributes; empty for the module itself.
        contract: Any type form, of the host's.
        packages: The top-level packages that may be imported to read the source, besides the standard
            library: those that the contract is part of.
        exported: Whether the symbol must be one of the module's exports, as a lookup without a colon asks.

    Raises:
        ArtifactError: A module is missing, or is not Python that this interpreter can parse.
        SymbolNotFound: The module has no such name, or does not export it.
        TypeError: The contract is no type.
    """
    name = path or module
    worst = World(sources, Face.WORST, packages)
    with worst.reading():
        value = _symbol(worst, module, path, contract, exported=exported)
        if isinstance(value, Unknown):
            return Verdict("undecided", None, (str(value), *worst.disturbances))
        strict = check(value, contract, name=name)
        disturbed = tuple(worst.disturbances)
    if strict and not disturbed:
        hidden = tuple(str(each) for each in strict.unchecked if _hides_unknown(each.reason, worst))
        return Verdict("undecided" if hidden else "satisfied", strict, hidden)
    if disturbed:
        return Verdict("undecided", strict, disturbed)
    best = World(sources, Face.BEST, packages)
    with best.reading():
        value = _symbol(best, module, path, contract, exported=exported)
        if isinstance(value, Unknown):
            return Verdict("undecided", None, (str(value),))
        lenient = check(value, contract, name=name)
        place = best.place_of(value) or _bound_at(best, module, path)
    certain = [each for each in lenient.differences if _is_certain(each, best)]
    if certain:
        return Verdict("refused", _placed(lenient, certain, place))
    return Verdict("undecided", lenient, _reasons(strict, worst))


def _hides_unknown(reason: str, world: World) -> bool:
    """Say whether a doubt may be none when the plugin runs: its name is bound to something unknown."""
    match = _UNDEFINED.search(reason)
    return match is not None and world.binds_unknown(match["name"])


def _is_certain(difference: Difference, world: World) -> bool:
    """Say whether a difference is one whatever the unknowns are."""
    member = re.split(r"[.(]", difference.path, maxsplit=1)[0]
    return member not in world.left_open and _UNREADABLE not in difference.actual


def _placed(report: Report, certain: list[Difference], place: str | None) -> Report:
    """Return the report of what is certain; what is missing has the place of the value's own definition."""
    told = [each if each.place else Difference(each.path, each.expected, each.actual, place) for each in certain]
    hint = report.hint and f"{report.hint}  ({place})"
    return Report(report.subject, report.contract, told, report.unchecked, hint)


def _bound_at(world: World, module: str, path: str) -> str | None:
    space = world.load(module)
    line = space.lines.get(path.partition(".")[0])
    return f"{space.source.path}:{line or 1}"


def _symbol(world: World, module: str, path: str, contract: object, *, exported: bool) -> object:
    """Return the stand-in for a symbol's value, or `Unknown`."""
    space = world.load(module)
    if not path:
        return world.presented(space.module)
    first, *rest = path.split(".")
    if first not in space.names or first in _OF_MODULES:
        raise _not_found(world, module, first)
    value = space.names[first]
    if exported and value is not contract and not _exports(world, space, first):
        raise _not_found(world, module, first)
    for name in rest:
        node = ast.Attribute(ast.Name(path, ast.Load()), name, ast.Load(), lineno=space.lines.get(first, 1))
        value = member_of(value, name, space, node)
    return world.presented(value) if type(value) is types.ModuleType else value


_OF_MODULES = frozenset({"__name__", "__file__", "__doc__"})


def _exports(world: World, space: Space, name: str) -> bool:
    """Say whether a lookup without a colon finds the name: by ``__all__``, else by what is the plugin's own."""
    declared = space.names.get("__all__")
    if type(declared) in {list, tuple}:
        return name in cast("list[object]", declared)
    return name[:1] != "_" and _is_own(space.names[name], world)


def _not_found(world: World, module: str, name: str) -> SymbolNotFound:
    from difflib import get_close_matches

    space = world.load(module)
    known = [each for each in space.names if each not in _OF_MODULES and _exports(world, space, each)]
    by_lower = {each.lower(): each for each in known}
    near = [
        by_lower[each]
        for each in get_close_matches(name.lower(), by_lower, n=3, cutoff=0.6)
        if by_lower[each] != name
    ]
    remedy: str | None = None
    if near:
        reason = f"{module} exports no {name!r}, did you mean {' or '.join(map(repr, near))}?"
    elif name in space.names and name[:1] != "_" and "__all__" not in space.names:
        reason = f"{module} exports no {name!r}: it only imports it"
        remedy = f"export an object of the plugin's own under that name: {name} = …"
    else:
        reason = f"{module} exports no {name!r}; it exports {', '.join(known) or 'nothing'}"
    return SymbolNotFound(reason, plugin=world.sources.plugin, remedy=remedy)


def _is_own(value: object, world: World) -> bool:
    if type(value) is types.ModuleType:
        return False
    if is_class(value) or type(value) in {types.FunctionType, types.BuiltinFunctionType}:
        return world.is_own(value)
    return True


def _reasons(strict: Report, world: World) -> tuple[str, ...]:
    """Return why a difference is none for sure: the unknowns that stand in its text."""
    found: dict[str, None] = {}
    for each in strict.differences:
        for text, unknown in world.unknowns.items():
            if text in each.actual or text in each.expected:
                where = f"{each.path}: " if each.path else ""
                found[f"{where}{unknown}"] = None
    if not found:
        found = {str(each): None for each in world.unknowns.values()}
    return tuple(found)


__all__ = ["Answer", "Verdict", "check_source"]
