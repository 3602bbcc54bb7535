"""What people and programs read of what a private namespace does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hotplug.artifacts.hazards import Hazard

_MANY = 5
"""The most lines for one rule and one file."""


def as_text(found: Sequence[Hazard], short: Callable[[str], str]) -> str:
    """Return the lines for people: the warnings with the same way out stand together."""
    kinds: dict[tuple[str, str], list[Hazard]] = {}
    for each in found:
        kinds.setdefault((each.rule, each.instead), []).append(each)
    count = "1 warning" if len(found) == 1 else f"{len(found)} warnings"
    lines = [f"{count}: a private namespace does not hold this"]
    shown: dict[tuple[str, str], int] = {}
    for (rule, instead), group in kinds.items():
        more: dict[str, int] = {}
        some: list[str] = []
        for each in group:
            shown[rule, each.file] = shown.get((rule, each.file), 0) + 1
            if shown[rule, each.file] > _MANY:
                more[each.file] = more.get(each.file, 0) + 1
            else:
                place = short(each.file) if each.line is None else f"{short(each.file)}:{each.line}"
                some.append(f"  - {each.message}  ({place})")
        some += [f"  - and {count} more in {short(file)}: --json lists them" for file, count in more.items()]
        lines += [f"{rule}:", *some, f"  instead: {instead}"]
    return "\n".join(lines)


def as_data(found: Sequence[Hazard], short: Callable[[str], str]) -> list[dict[str, object]]:
    """Return all of them for programs."""
    return [{**each._asdict(), "file": short(each.file)} for each in found]
