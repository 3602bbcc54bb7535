"""How far a long work is: on standard error, and only where somebody watches."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

from hotplug.cli.reporting import is_watched

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    T = TypeVar("T")


def watched(things: Sequence[T], what: str) -> Iterator[T]:
    """Yield things one by one, and show how many there are still to come."""
    if not is_watched(sys.stderr):
        yield from things
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(things, description=what)
