"""Comparing what was found in a wheel that is opened with what was found where it is installed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SHOWN = 8  # names in a line; the rest is counted


@dataclass
class Findings:
    """What a process has written down.

    Attributes:
        modules: What was described, by the module's name.
        errors: The last lines of what went wrong, by the module's name.
        facts: Everything that is told once: own, leaked, refused, failed, closed, left, end.
        tried: The modules that were imported, well or not, in that order.
        running: The module that was imported or described last.
        output: The end of what it printed, and how it ended where that was not by itself.
    """

    modules: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    errors: dict[str, str] = field(default_factory=dict[str, str])
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    tried: list[str] = field(default_factory=list[str])
    running: str = ""
    output: str = ""


class Verdict(NamedTuple):
    """What came of a wheel.

    Attributes:
        kind: "same", "differs", "refused", "failed", or "not counted" where it fails when installed, too.
        details: What differs, the reasons or the error's last lines.
        unloaded: What the report of closing said, None where nothing was closed.
        survivors: What was left after closing.
    """

    kind: str
    details: tuple[str, ...] = ()
    unloaded: bool | None = None
    survivors: tuple[str, ...] = ()


def findings_of(lines: Iterable[str], output: str) -> Findings:
    """Return the findings that a probe wrote line by line."""
    found = Findings(output=output)
    for text in lines:
        line: dict[str, Any] = json.loads(text)
        if "begin" in line:
            found.running = line["begin"]
            if found.running not in found.tried:
                found.tried.append(found.running)
        elif "error" in line:
            found.errors[line["module"]] = line["error"]
        elif "module" in line:
            found.modules[line.pop("module")] = line
        else:
            found.facts.update(line)
    return found


def verdict(installed: Findings, opened: Findings, public: Iterable[str], *, deep: bool) -> Verdict:
    """Return the verdict on a wheel.

    Args:
        installed: What was found where it is installed.
        opened: What was found where it is opened.
        public: The modules that must be there for it to count as opened.
        deep: Whether every module was imported.
    """
    facts = opened.facts
    if "refused" in facts:
        return Verdict("refused", tuple(facts["refused"]))
    if "failed" in facts:
        return Verdict("failed", (facts["failed"],))
    broken = [name for name in public if name in opened.errors]
    closed: Mapping[str, Any] = facts.get("closed", {})
    report = (closed.get("unloaded"), tuple(closed.get("survivors", ())))
    if broken:
        return Verdict("failed", tuple(f"{name}: {opened.errors[name]}" for name in broken), *report)
    if "end" not in facts:
        return Verdict("failed", (f"ended during {opened.running}: {opened.output[-400:]}",), *report)
    details: list[str] = []
    for name, there in installed.modules.items():
        if name in opened.errors:
            details.append(f"{name}: {opened.errors[name]}")
        else:
            details += _differences(name, there, opened.modules[name])
    if not deep:  # what a module that fails leaves behind depends on who imported what before
        details += _listed("not imported", set(installed.facts["own"]) - set(facts["own"]) - set(facts["leaked"]))
        details += _listed("imported as well", set(facts["own"]) - set(installed.facts["own"]))
    details += _listed("the copy installed beside is imported, too:", facts["copies"])
    details += _listed("leaked into sys.modules", facts["leaked"])
    details += _listed("in sys.modules after closing", facts["left"])
    details += _listed("after closing", facts["hooked"])
    return Verdict("differs" if details else "same", tuple(details), *report)


def _differences(name: str, there: dict[str, Any], here: dict[str, Any]) -> list[str]:
    mine: dict[str, str] = here["names"]
    theirs: dict[str, str] = there["names"]
    common = [each for each in theirs if each in mine]
    other = [f"{each} ({mine[each]}, not {theirs[each]})" for each in common if mine[each] != theirs[each]]
    found = [
        *_listed("without", set(theirs) - set(mine)),
        *_listed("with", set(mine) - set(theirs)),
        *_listed("different", other),
    ]
    if there["all"] != here["all"]:
        found.append("another __all__")
    if there["version"] != here["version"]:
        found.append(f"__version__ {here['version']}, not {there['version']}")
    return [f"{name}: {each}" for each in found]


def _listed(what: str, names: Iterable[str]) -> list[str]:
    known = sorted(names)
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return [f"{what} {', '.join(known[:_SHOWN])}{more}"] if known else []
