"""A bar chart of times, for the results of a benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from processes import Times

OURS, OTHERS = "#2f6f8f", "#b8bfc6"


def bars(times: Mapping[str, Times], *, title: str, path: str) -> None:
    """Write a chart of medians as an SVG file: the same times give the same bytes.

    Args:
        times: What each bar is called, and the times behind it; hotplug's stand out.
        title: What stands above.
        path: The file.
    """
    mpl.rcParams["svg.hashsalt"] = "hotplug"
    names = list(times)
    medians = [each.median for each in times.values()]
    below = [each.median - each.least for each in times.values()]
    above = [max(each.most - each.median, 0.0) for each in times.values()]
    # Any: the stubs of matplotlib leave types unknown
    figure: Any = Figure(
        figsize=(8, 0.4 * len(names) + 1.2), layout="constrained"
    )  # its stubs leave types unknown
    axes = figure.subplots()
    colours = [OURS if "hotplug" in name else OTHERS for name in names]
    drawn = axes.barh(names, medians, color=colours, xerr=[below, above], ecolor="#555555", capsize=2)
    axes.bar_label(drawn, [f"{each:.0f}" for each in medians], label_type="center", color="black")
    axes.invert_yaxis()
    axes.set_xlabel("milliseconds: median, least and the ninth of ten")
    axes.set_title(title)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None, "Creator": None})
