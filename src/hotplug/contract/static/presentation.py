"""What people and programs read of a verdict."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotplug.contract.report import Report
    from hotplug.contract.static.checkers import Opinion
    from hotplug.contract.static.verdict import Verdict

_PLACE = re.compile(r"  \((?P<place>[^()]*:\d+)\)$")


class Result(NamedTuple):
    """The answers about one symbol.

    Attributes:
        symbol: The object reference, ``eng:Greeter``.
        contract: The contract's, ``greeter:Greeter``.
        verdict: What the source says.
        opinions: What the type checkers say, where they were asked.
    """

    symbol: str
    contract: str
    verdict: Verdict
    opinions: tuple[Opinion, ...] = ()

    @property
    def answer(self) -> str:
        """Return "refused" where the source or a checker refuses, else the source's verdict."""
        if any(each.answer == "refused" for each in self.opinions):
            return "refused"
        return self.verdict.answer


def shorten(root: str, shown: str) -> Callable[[str], str]:
    """Return what makes paths below the artifact's root readable: relative to here, or to a wheel's name."""

    def replaced(text: str) -> str:
        return text.replace(f"{root}{os.sep}", shown)

    return replaced


def as_text(result: Result, short: Callable[[str], str]) -> str:
    """Return the lines for people: one for a success, else the same text as the report of a lookup."""
    verdict = result.verdict
    if verdict.answer == "undecided":
        subject = verdict.report.subject if verdict.report is not None else result.symbol
        lines = [f"{subject}: the source does not tell whether it satisfies {_contract(result)}:"]
        lines += [f"  - {each}" for each in verdict.reasons]
        if verdict.report is not None:
            lines += [f"  not checked: {each}" for each in verdict.report.unchecked]
    else:
        lines = str(verdict.report).splitlines()
    for opinion in result.opinions:
        lines.append(f"{opinion.checker}: {opinion.answer}")
        lines += [f"  {line}" for each in opinion.messages for line in each.splitlines()]
    return "\n".join(short(each) for each in lines)


def _contract(result: Result) -> str:
    report = result.verdict.report
    return report.contract if report is not None else result.contract.replace(":", ".")


def as_data(result: Result, short: Callable[[str], str]) -> Mapping[str, object]:
    """Return the same for programs; every key is always there, and ``null`` where there is nothing to say."""
    report = result.verdict.report
    return {
        "symbol": result.symbol,
        "contract": result.contract,
        "answer": result.answer,
        "differences": _differences(report, short)
        if report is not None and result.verdict.answer == "refused"
        else [],
        "unchecked": [{"path": each.path, "reason": each.reason} for each in report.unchecked]
        if report is not None
        else [],
        "undecided": [_reason(short(each)) for each in result.verdict.reasons],
        "hint": short(report.hint) if report is not None and report.hint else None,
        "checkers": [each._asdict() for each in result.opinions],
    }


def _differences(report: Report, short: Callable[[str], str]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for each in report.differences:
        file, line = _split(short(each.place or ""))
        found.append(
            {"path": each.path, "expected": each.expected, "actual": each.actual, "file": file, "line": line}
        )
    return found


def _reason(text: str) -> dict[str, object]:
    match = _PLACE.search(text)
    file, line = _split(match["place"]) if match is not None else (None, None)
    return {"reason": _PLACE.sub("", text), "file": file, "line": line}


def _split(place: str) -> tuple[str | None, int | None]:
    file, _, line = place.rpartition(":")
    return (file, int(line)) if line.isdigit() else (None, None)
