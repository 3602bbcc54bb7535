"""``hotplug verify``: a lock, compared with what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hotplug.cli.catalogs import catalog_options
from hotplug.cli.reporting import debug_option, json_option, printable_line, write_json

if TYPE_CHECKING:
    from hotplug.cli.catalogs import Selection
    from hotplug.trust.verifying import Finding

_STYLES = {"same": "green", "differs": "red", "missing": "red", "new": "yellow"}
_REMEDY = "fetch what differs again from where you trust it; to accept what is there"


@click.command("verify", short_help="Compare the plugins with the lock.")
@click.option(
    "--lock", "given", type=click.Path(), metavar="FILE", help="The lock; else as the policy file has it."
)
@catalog_options
@json_option
@debug_option
@click.pass_context
def command(ctx: click.Context, given: str | None, selection: Selection, *, as_json: bool) -> None:
    """Compare the plugins of a catalog with the lock, by digests computed anew; none of them is run.

    Compared are bytes, and nothing else: what was locked is the same also where it is refused, shadowed or
    disabled, which `hotplug list` tells. What is not locked and would not be loaded is passed over.

    \b
    Status:
      same     its bytes are those that were locked
      differs  its bytes are others, or cannot be read
      missing  it was locked, and its place does not offer that name any more
      new      it would be loaded, and is not what was locked under that name: a host with the lock refuses it
    \b
    Exit codes:
      0  all are the same
      1  some are not, or the lock cannot be read
      2  wrong usage: it is not said which catalog
    """  # noqa: D301 - click's own mark for lines that stay as they are
    from hotplug.cli.progress import watched, working
    from hotplug.errors import TrustError
    from hotplug.trust.lock import COMMAND, Lock
    from hotplug.trust.verifying import verify

    with working("reading the plugins"), selection.catalog(locked=False) as catalog:
        entries = catalog.entries()
    lock_it = printable_line(selection.command("lock", ("-o", given)))
    try:
        lock = Lock.read(selection.lock_place(given))
    except TrustError as error:
        error.remedy = (error.remedy or "").replace(COMMAND, lock_it)
        raise
    found = list(verify(lock, watched(entries, "comparing")))
    wrong = [each for each in found if each.status != "same"]
    if as_json:
        write_json({"lock": lock.path, "same": not wrong, "findings": [each._asdict() for each in found]})
    else:
        _write(found, lock.path or "")
        if wrong:
            said = f"{len(wrong)} of {len(found)} are not as they were locked"
            click.echo(f"hotplug: {said}\n  {_REMEDY}: {lock_it}", err=True)
    ctx.exit(1 if wrong else 0)


def _write(found: list[Finding], lock: str) -> None:
    from hotplug.cli.tables import Cell, write_table

    if not found:
        click.echo(f"nothing is locked in {lock}, and nothing is there", err=True)
        return
    rows: list[list[str | Cell]] = [
        [each.name, Cell(each.status, _STYLES[each.status]), f"{each.where}\n{each.reason}".strip()]
        for each in found
    ]
    write_table(["NAME", "STATUS", "WHERE"], rows)
