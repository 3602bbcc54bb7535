"""Two charts beside each other: how long a small call takes, and how many of them eight threads make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from chart import OTHERS, OURS
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calls.rounds import Samples


def panels(small: Mapping[str, Samples], crowd: Mapping[str, Samples], *, path: str) -> None:
    """Write the charts as one SVG file: the same samples give the same bytes.

    Args:
        small: The microseconds of small calls, by peer.
        crowd: The calls in a second of eight threads, by peer.
        path: The file.
    """
    mpl.rcParams["svg.hashsalt"] = "hotplug"
    names = list(small)
    colours = [OURS if "hotplug" in name else OTHERS for name in names]
    # Any: the stubs of matplotlib leave types unknown
    figure: Any = Figure(figsize=(11, 0.36 * len(names) + 1.2), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    medians = [each.median for each in small.values()]
    tails = [max(each.p99 - each.median, 0.0) for each in small.values()]
    nothing = [0.0] * len(names)
    drawn = left.barh(names, medians, color=colours, xerr=[nothing, tails], ecolor="#555555", capsize=2)
    left.bar_label(drawn, [f"{each:.0f}" for each in medians], label_type="center", color="black")
    left.set_xscale("log")
    left.set_xlim(left=1)
    left.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
    left.set_xlabel("µs of a small call: median, 99 of 100")
    thousands = [each.median / 1000 for each in crowd.values()]
    drawn = right.barh(names, thousands, color=colours)
    right.bar_label(drawn, [f"{each:.0f}" for each in thousands], padding=3, color="black")
    right.set_xlabel("thousand calls/s of 8 threads")
    left.invert_yaxis()
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None, "Creator": None})
