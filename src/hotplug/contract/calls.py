"""Does a callable accept every call that the contract allows, and return what the contract promises?

The rules are the typing specification's ("Assignability rules for callables"), made exact: whenever a call
that the contract allows would fail for its arguments, the callable is refused.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING

from hotplug.contract.problems import Problem
from hotplug.contract.terms import Instance, Unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotplug.contract.problems import Relates
    from hotplug.contract.signature import Parameter, Signature
    from hotplug.contract.terms import Term


_BY_POSITION, _BY_NAME = "a parameter that can be given by position", "a parameter that can be given by name"
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def problems(target: Signature, source: Signature, relates: Relates) -> Iterator[Problem]:
    """Yield every reason why the source cannot be called as the target can; none means it can.

    Args:
        target: The contract's signature.
        source: The value's signature.
        relates: Decides between the types of parameters and results.
    """
    if target.rest is not None or source.rest is not None:
        from hotplug.contract.packs import with_rest

        renewed = with_rest(target, source, relates)
        if isinstance(renewed, Problem):
            yield renewed
            return
        source = renewed
    if isinstance(target.variadic and target.variadic.term, Unpacked) or isinstance(
        source.variadic and source.variadic.term, Unpacked
    ):
        from hotplug.contract.packs import with_items

        both = with_items(target, source)
        if isinstance(both, Problem):
            yield both
            return
        target, source = both
    yield from _arguments(target, source, relates)
    given, wanted = source.returns, target.returns
    if not relates.assignable(given, wanted):
        if _awaited(given) is None and _awaited(wanted) is None:
            yield Problem("return", str(wanted), str(given), (given, wanted))
        else:
            # Nobody writes Coroutine[Any, Any, bytes]: it is the keyword that is missing, or too many.
            yield Problem("return", _as_declared(wanted), _as_declared(given), (given, wanted))


def _awaited(returns: Term) -> Term | None:
    """Return what an ``async def`` is annotated with, or None for any other result."""
    if isinstance(returns, Instance) and returns.cls is Coroutine and len(returns.args) == 3:  # noqa: PLR2004
        return returns.args[2]
    return None


def _as_declared(returns: Term) -> str:
    awaited = _awaited(returns)
    return f"def -> {returns}" if awaited is None else f"async def -> {awaited}"


def _arguments(target: Signature, source: Signature, relates: Relates) -> Iterator[Problem]:
    wanted, given = target.positional, source.positional
    count, capacity = len(wanted), len(given)
    variadic = source.variadic
    loose = target.gradual
    named = {each.name for each in source.keywords}
    # Positional arguments, one by one.
    for index in range(count):
        each = wanted[index]
        path = each.name or (given[index].name if index < capacity else "") or f"#{index + 1}"
        if index < capacity:
            taken = given[index]
            if each.optional and not taken.optional and index >= target.only and taken.name == each.name:
                yield Problem(path, "an optional parameter", "a required one")
        elif variadic is not None:
            taken = variadic
        elif source.gradual:
            break
        else:
            if each.name in named:
                yield Problem(path, _BY_POSITION, "keyword only")
            else:
                yield Problem(path, _described(each, index, target), "no such parameter")
            continue
        if each.term is not taken.term and not relates.assignable(each.term, taken.term):
            yield Problem(path, str(each.term), str(taken.term), (each.term, taken.term))
    # Any number more of them.
    if target.variadic is not None and not loose:
        more = target.variadic
        if variadic is None and not source.gradual:
            yield Problem(f"*{more.name}", "any number of positional arguments", f"at most {capacity}")
        else:
            for taken in (*given[count:], *([variadic] if variadic is not None else ())):
                if not relates.assignable(more.term, taken.term):
                    yield Problem(f"*{more.name}", str(more.term), str(taken.term), (more.term, taken.term))
    if (
        target.variadic is not None
        and loose
        and variadic is not None
        and target.variadic.term is not variadic.term
    ):
        relates.assignable(target.variadic.term, variadic.term)
    # The usual case: the same names in the same places, all of them standard, and nothing else.
    if not loose and _alike(target, source):
        return
    yield from _filled(target, source)
    yield from _keywords(target, source, relates)


def _alike(target: Signature, source: Signature) -> bool:
    if target.keywords or source.keywords or target.extra is not None or target.only or source.only:
        return False
    if target.variadic is not None or len(target.positional) != len(source.positional):
        return False
    for one, other in zip(target.positional, source.positional, strict=True):
        if one.name != other.name or (one.optional and not other.optional):
            return False
    return True


def _named(each: Parameter, index: int) -> str:
    return each.name or f"#{index + 1}"


def _described(each: Parameter, index: int, signature: Signature) -> str:
    kind = "positional parameter" if index < signature.only else "parameter"
    if each.name:
        return f"a {kind}"
    return f"a {_ORDINALS[index]} {kind}" if index < len(_ORDINALS) else f"a {kind} number {index + 1}"


def _least(target: Signature) -> int:
    """Return how many positional arguments every call of the target has at least."""
    for index in range(target.only - 1, -1, -1):
        if not target.positional[index].optional:
            return index + 1
    return 0


def _filled(target: Signature, source: Signature) -> Iterator[Problem]:
    """Yield the source's required parameters that some call of the target leaves empty, or fills twice."""
    least, most = _least(target), len(target.positional)
    loose = target.gradual
    endless = target.variadic is not None and not loose
    standard = {each.name: index for index, each in enumerate(target.positional) if index >= target.only}
    by_name = {each.name: each for each in target.keywords}
    for index, each in enumerate(source.positional):
        name = each.name
        reached = most > index or endless
        if index < source.only:
            if not each.optional and index >= least and not loose:
                standing = target.positional[index] if index < most else None
                if standing is None and name in by_name:
                    yield Problem(name, _BY_NAME, "positional only")
                elif standing is None:
                    yield Problem(name, "no further required parameter", f"{name or 'one'}, which is required")
                elif index < target.only:
                    yield Problem(_named(standing, index), "an optional parameter", "a required one")
                else:
                    yield Problem(_named(standing, index), _BY_NAME, "positional only")
            continue
        at = standard.get(name)
        if not each.optional and index >= least and not loose:
            named = by_name.get(name)
            filled = (at is not None and at >= index and not target.positional[at].optional) or (
                named is not None and not named.optional
            )
            if not filled:
                if (at is not None and at >= index) or named is not None:
                    if at != index:
                        yield Problem(name, "an optional parameter", "a required one")
                    elif target.positional[index].optional:
                        # Told by the loop over positional parameters.
                        pass
                elif index < most:
                    standing = target.positional[index]
                    if index >= target.only:
                        yield Problem(standing.name, f"the name {standing.name!r}", f"the name {name!r}")
                    else:
                        yield Problem(_named(standing, index), "an optional parameter", "a required one")
                else:
                    yield Problem(name, "no further required parameter", f"{name}, which is required")
        twice = (at is not None and at > index) or (
            reached and (name in by_name or (target.extra is not None and not loose and at is None))
        )
        if twice:
            yield Problem(name, f"{name} to be given by name only", f"{name} at position {index + 1}")
    if loose:
        return
    for each in source.keywords:
        if not each.optional:
            named = by_name.get(each.name)
            if named is None and each.name in standard:
                yield Problem(each.name, _BY_POSITION, "keyword only")
            elif named is None:
                yield Problem(each.name, "no further required parameter", f"{each.name}, which is required")
            elif named.optional:
                yield Problem(each.name, "an optional parameter", "a required one")


def _keywords(target: Signature, source: Signature, relates: Relates) -> Iterator[Problem]:
    """Yield the names that a call of the target may use and the source does not take, or not with that type."""
    taken = {each.name: each for index, each in enumerate(source.positional) if index >= source.only}
    places = {each.name: index for index, each in enumerate(source.positional) if index >= source.only}
    taken |= {each.name: each for each in source.keywords}
    extra = source.extra
    names: set[str] = set()
    for index, each in enumerate(target.positional):
        if index < target.only:
            continue
        names.add(each.name)
        at = places.get(each.name)
        if at == index:
            continue
        found = taken.get(each.name, extra)
        if found is None:
            if not source.gradual:
                yield _unnamed(each, index, source)
        elif not relates.assignable(each.term, found.term):
            yield Problem(each.name, str(each.term), str(found.term), (each.term, found.term))
    for each in target.keywords:
        names.add(each.name)
        found = taken.get(each.name, extra)
        if found is None:
            if not source.gradual:
                if any(each.name == one.name for one in source.positional[: source.only]):
                    yield Problem(each.name, _BY_NAME, "positional only")
                else:
                    yield Problem(each.name, f"a parameter named {each.name!r}", "no such parameter")
        elif each.term is not found.term and not relates.assignable(each.term, found.term):
            yield Problem(each.name, str(each.term), str(found.term), (each.term, found.term))
    if target.extra is None or target.gradual:
        return
    if extra is None and not source.gradual:
        yield Problem(f"**{target.extra.name}", "any keyword arguments", "none beyond the named ones")
        return
    more = target.extra
    others = [each for name, each in taken.items() if name not in names]
    for each in (*others, *([extra] if extra is not None else ())):
        if not relates.assignable(more.term, each.term):
            yield Problem(f"**{more.name}", str(more.term), str(each.term), (more.term, each.term))


def _unnamed(each: Parameter, index: int, source: Signature) -> Problem:
    if index < len(source.positional):
        standing = source.positional[index]
        if index < source.only:
            return Problem(each.name, _BY_NAME, "positional only")
        return Problem(each.name, f"the name {each.name!r}", f"the name {standing.name!r}")
    return Problem(each.name, f"a parameter named {each.name!r}", "no such parameter")
