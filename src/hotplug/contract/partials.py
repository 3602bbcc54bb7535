"""What remains of a signature when some arguments are already given (``functools.partial``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotplug.contract.signature import Parameter, Signature
from hotplug.contract.terms import AnyTerm

if TYPE_CHECKING:
    from hotplug.contract.callables import Reading


def apply_partial(reading: Reading | None, count: int, given: dict[str, object], kept: int = 0) -> Reading | None:
    """Return the signatures that remain when some arguments are already given (``functools.partial``)."""
    if not isinstance(reading, tuple):
        return reading
    remaining = [_applied(each, count, given, kept) for each in reading]
    found = tuple(each for each in remaining if each is not None)
    return found or AnyTerm("a partial whose arguments its function does not take")


def _applied(signature: Signature, count: int, given: dict[str, object], kept: int) -> Signature | None:
    if count > len(signature.positional) - kept and signature.variadic is None and not signature.gradual:
        return None
    front, rest = signature.positional[:kept], signature.positional[kept + count :]
    only = len(front) + max(signature.only - kept - count, 0) if kept == 0 else max(signature.only - count, kept)
    positional: list[Parameter] = [*front]
    keywords: list[Parameter] = []
    met = False
    for index, each in enumerate(rest):
        if each.name in given and len(front) + index >= only:
            # From here on arguments can be given by name only, for this one could be given again.
            keywords.append(Parameter(each.name, each.term, optional=True))
            met = True
        elif met:
            keywords.append(each)
        else:
            positional.append(each)
    keywords += [
        Parameter(each.name, each.term, optional=True) if each.name in given else each
        for each in signature.keywords
    ]
    return Signature(
        tuple(positional),
        min(only, len(positional)),
        None if met else signature.variadic,
        tuple(keywords),
        signature.extra,
        signature.returns,
        gradual=signature.gradual,
        rest=signature.rest,
        open=signature.open,
    )
