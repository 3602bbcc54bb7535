"""Whether a version satisfies a requirement: plain cases decided here, all others by packaging.

A requirement of a name and plain release comparisons (``hotplug-greeter>=1,<2``) against a plain release (``1.4``)
is what nearly every plugin has, and importing packaging for it takes longer than opening the plugin. A property
test holds this module to packaging.
"""

from __future__ import annotations

from hotplug.artifacts import normalised

_OPERATORS = (">=", "<=", "==", "!=", "~=", ">", "<")
_DIGITS = 20  # no version has a longer number; int() refuses some that are much longer
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


def required_name(text: str) -> str:
    """Return the normalised name of the distribution that a requirement is of."""
    end = next((index for index, letter in enumerate(text) if letter not in _NAME), len(text))
    return normalised(text[:end])


def plain_requirement(text: str) -> tuple[str, str] | None:
    """Split a requirement without extras, marker and address into its normalised name and its comparisons."""
    end = next((index for index, letter in enumerate(text) if letter not in _NAME), len(text))
    name, comparisons = text[:end], text[end:].strip()
    if not name or not (name[0].isalnum() and name[-1].isalnum()):
        return None
    if comparisons and not all(_comparison(each) for each in comparisons.split(",")):
        return None
    return normalised(name), comparisons


def only_for_extra(text: str) -> tuple[str, str] | None:
    """Split a requirement whose whole marker is ``extra == "name"`` into what is before it, and the name."""
    required, semicolon, marker = text.partition(";")
    left, equals, right = (part.strip() for part in marker.partition("=="))
    quoted = right[:1] in ("'", '"') and right[-1] == right[0] and right[1:-1]
    name = right[1:-1]
    if not (semicolon and equals and left == "extra" and quoted and _NAME.issuperset(name)):
        return None
    return required.strip(), name


def satisfies(version: str, comparisons: str) -> bool:
    """Tell whether a version satisfies comparisons such as ``>=1,<2``; pre-releases count by their order.

    Raises:
        ValueError: If either is not what the version specifiers specification allows.
    """
    plain = _satisfies_plainly(version, comparisons)
    if plain is not None:
        return plain
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    return SpecifierSet(comparisons).contains(Version(version), prereleases=True)


def _satisfies_plainly(version: str, comparisons: str) -> bool | None:
    have = _release(version)
    if have is None:
        return None
    verdict = True
    for each in comparisons.split(",") if comparisons.strip() else ():
        comparison = _comparison(each)
        if comparison is None:
            return None
        operator, wanted = comparison
        verdict = verdict and _holds(_trimmed(have), operator, wanted)
    return verdict


def _holds(have: tuple[int, ...], operator: str, release: tuple[int, ...]) -> bool:
    wanted = _trimmed(release)
    match operator:
        case ">=":
            return have >= wanted
        case "<=":
            return have <= wanted
        case "==":
            return have == wanted
        case "!=":
            return have != wanted
        case ">":
            return have > wanted
        case "<":
            return have < wanted
        case _:  # ~=, at least this release of the same series
            series = release[:-1]
            return have >= wanted and (*have, *(0,) * len(series))[: len(series)] == series


def _comparison(text: str) -> tuple[str, tuple[int, ...]] | None:
    text = text.strip()
    operator = next((each for each in _OPERATORS if text.startswith(each)), None)
    if operator is None:
        return None
    release = _release(text[len(operator) :].strip())
    if release is None or (operator == "~=" and len(release) == 1):
        return None
    return operator, release


def _release(text: str) -> tuple[int, ...] | None:
    parts = text.split(".")
    if all(part.isascii() and part.isdigit() and len(part) < _DIGITS for part in parts):
        return tuple(map(int, parts))
    return None


def _trimmed(release: tuple[int, ...]) -> tuple[int, ...]:
    """Return a release without the zeros at its end, which do not count in comparisons."""
    end = len(release)
    while end and not release[end - 1]:
        end -= 1
    return release[:end]
