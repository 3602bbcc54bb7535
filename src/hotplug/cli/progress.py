"""How far a long work is: on standard error, and only where somebody watches."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

from hotplug.cli.reporting import is_watched, printable_line

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

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


@contextmanager
def working(what: str) -> Generator[Callable[[str], None]]:
    """Say on a line of the terminal what is done inside the block, and wipe that line at its end.

    It is written at once and by no thread: what parses a large file lets no other run. Meanwhile no garbage is
    sought: the trees that are made of large sources have none, and to look them through takes as long as to make
    them.

    Args:
        what: What is done first.

    Yields:
        What says that something else is done now.
    """
    shown = is_watched(sys.stderr) and os.environ.get("TERM") != "dumb"
    width = 0
    if shown:
        from shutil import get_terminal_size

        width = get_terminal_size().columns  # a longer line could not be wiped

    def say(words: str) -> None:
        if shown:
            click.echo(f"\r\x1b[K{printable_line(words)[: width - 1]}", err=True, nl=False)

    say(what)
    sought = gc.isenabled()
    gc.disable()
    try:
        yield say
    finally:
        if sought:
            gc.enable()
        if shown:
            click.echo("\r\x1b[K", err=True, nl=False)
