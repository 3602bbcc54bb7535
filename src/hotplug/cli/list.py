"""``hotplug list``: the plugins of a catalog, and what is the matter with those that cannot be loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hotplug.cli.catalogs import catalog_options
from hotplug.cli.reporting import debug_option, json_option, write_json
from hotplug.errors import printable, way_out

if TYPE_CHECKING:
    from hotplug.catalog import Entry
    from hotplug.cli.catalogs import Selection


@click.command("list", short_help="List the plugins of a catalog, whatever their state.")
@catalog_options
@json_option
@debug_option
def command(selection: Selection, *, as_json: bool) -> None:
    """List the plugins of a catalog: name, version, status and where each lies.

    None of them is run, and the contract is not imported: without one only plugins with entry points are found,
    with one also files and folders that export its name.

    \b
    Status:
      ready     it can be loaded, as far as can be seen without running it
      refused   it cannot; the reasons stand below the table
      shadowed  another one of that name comes first
      disabled  by the policy, or by the environment
    \b
    Exit codes:
      0  listed, whatever their status
      1  the policy file cannot be read
      2  wrong usage: it is not said which catalog
    """  # noqa: D301 - click's own mark for lines that stay as they are
    from hotplug.cli.progress import working

    with working("reading the plugins"), selection.catalog() as catalog:
        entries = catalog.entries()
    if as_json:
        policy = selection.policy
        write_json(
            {
                "group": selection.group,
                "contract": selection.contract,
                "policy": policy.path if policy else None,
                "plugins": [described(each, selection) for each in entries],
            }
        )
        return
    _write(entries, selection)


def status_of(entry: Entry) -> str:
    """Return the status in a word."""
    return entry.status.partition(" ")[0].rstrip(":")


def described(entry: Entry, selection: Selection) -> dict[str, object]:
    """Return an entry for programs; every key is always there."""
    error, artifact = entry.error, entry.artifact
    status = status_of(entry)
    return {
        "name": entry.name,
        "version": entry.version,
        "summary": entry.summary,
        "status": status,
        "reason": error.reason if error else entry.status.partition(": ")[2] or None,
        "remedy": way_out(error) if error else None,
        "by": entry.status.removeprefix("shadowed by ") if status == "shadowed" else None,
        "boundary": selection.boundary(entry.name),
        "kind": artifact.kind if artifact else None,
        "path": entry.path,
        "symbol": entry.symbol if entry.symbol.strip() else None,
    }


def _write(entries: tuple[Entry, ...], selection: Selection) -> None:
    from hotplug.cli.tables import STYLES, Cell, write_table

    if not entries:
        click.echo(f"no plugins in {selection.group}", err=True)
        click.echo("  name folders to search with --path, or install a plugin with pip", err=True)
        return
    boundaries = {each.name: selection.boundary(each.name) for each in entries}
    placed = any(boundaries.values())
    rows: list[list[str | Cell]] = []
    for each in entries:
        status = status_of(each)
        row: list[str | Cell] = [
            _flat(each.name),
            each.version or "-",
            Cell(status, STYLES.get(status, "")),
            _flat(each.path),
        ]
        rows.append([*row[:3], boundaries[each.name] or "inline", row[3]] if placed else row)
    write_table(["NAME", "VERSION", "STATUS", *(["BOUNDARY"] if placed else []), "PATH"], rows)
    for each in entries:
        if not each.ready:
            click.echo()
            click.echo(said(each))


def said(entry: Entry) -> str:
    """Return why an entry is not ready, in words for people."""
    name = printable(entry.name, keep="")
    text = printable(f"{name}: {entry.status}")
    remedy = way_out(entry.error) if entry.error else None
    return printable(f"{text}\n  {remedy}") if remedy else text


def _flat(text: str) -> str:
    return printable(text, keep="")
