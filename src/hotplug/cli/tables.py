"""What people read: tables and pages of facts, whole where they are piped, folded where a terminal is narrow."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import click

from hotplug.cli.reporting import is_watched
from hotplug.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

_WIDE = 100_000
"""Columns of what is no terminal: whoever reads it wants each row on one line."""
STYLES = {
    "ready": "green",
    "refused": "red",
    "disabled": "yellow",
    "shadowed": "dim",
    "ok": "green",
    "note": "yellow",
}


class Cell(NamedTuple):
    """A text, and how it is shown where there are colours."""

    text: str
    style: str = ""


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str | Cell]]) -> None:
    """Write a table; what would steer the terminal is shown as its number."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for at, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=False, min_width=4 if at else 6)
    for row in rows:
        cells = [each if isinstance(each, Cell) else Cell(each) for each in row]
        table.add_row(*(Text(printable(each.text, keep="\n"), style=each.style) for each in cells))
    _write(table)


def write_facts(facts: Iterable[tuple[str, str | Cell]]) -> None:
    """Write names and values, one below the other; a value may have several lines."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts:
        cell = value if isinstance(value, Cell) else Cell(value)
        table.add_row(name, Text(printable(cell.text), style=cell.style))
    _write(table)


def _write(what: RenderableType) -> None:
    from rich.console import Console

    is_terminal = is_watched(sys.stdout)
    console = Console(
        file=sys.stdout,
        width=None if is_terminal else _WIDE,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    with console.capture() as captured:
        console.print(what)
    text = captured.get()
    if not is_terminal:
        text = "".join(f"{line.rstrip()}\n" for line in text.splitlines())
    click.echo(text, nl=False)
