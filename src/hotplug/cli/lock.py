"""``hotplug lock``: the digests of all artifacts of a catalog, written into a file."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

from hotplug.cli.catalogs import catalog_options
from hotplug.cli.reporting import debug_option, json_option, printable_line, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotplug.catalog import Entry
    from hotplug.cli.catalogs import Selection
    from hotplug.trust.lock import Lock, Locked


@click.command("lock", short_help="Write the digest of every plugin into a lock.")
@click.option("-o", "--out", type=click.Path(), metavar="FILE", help="The lock; else as the policy file has it.")
@catalog_options
@json_option
@debug_option
def command(out: str | None, selection: Selection, *, as_json: bool) -> None:
    """Write the digest of every plugin of a catalog into a lock; none of them is run.

    A host that is given the lock runs what is in it, as it was, and nothing else. The lock is the one of -o, else
    the one that the policy file names, else hotplug.lock beside the policy file or in the working folder. What is
    refused, disabled or shadowed is not locked.

    \b
    Exit codes:
      0  written; what was left out is told
      1  it cannot be written, or an artifact cannot be read
      2  wrong usage: it is not said which catalog
    """  # noqa: D301 - click's own mark for lines that stay as they are
    from hotplug.cli.progress import watched, working
    from hotplug.trust.lock import Lock

    with working("reading the plugins"), selection.catalog(locked=False) as catalog:
        entries = catalog.entries()
    place = selection.lock_place(out)
    before = _artifacts(place)
    lock = Lock.of(watched(entries, "reading"))
    lock.write(place)
    left = [each for each in entries if not each.ready]
    found = {each.path for each in left} | {each.path for each in lock.artifacts}
    dropped = [each for each in before if each.path and each.path not in found and os.path.lexists(each.path)]
    if as_json:
        write_json(
            {
                "lock": place,
                "artifacts": [{**each._asdict(), "names": list(each.names)} for each in lock.artifacts],
                "left_out": [{"name": each.name, "path": each.path, "status": each.status} for each in left],
                "dropped": [{"names": list(each.names), "path": each.path} for each in dropped],
            }
        )
    else:
        _write(lock, left, place)
        for each in dropped:
            names = printable_line(", ".join(each.names))
            click.echo(f"not locked any more: {names}, {printable_line(each.path)}", err=True)
            click.echo(
                "  what was searched does not offer it: name its folder with --path or --fallback", err=True
            )
    policy = selection.policy
    if policy is not None and (policy.lock is None or os.path.abspath(policy.lock) != place):
        shown = os.path.relpath(place, os.path.dirname(policy.path))
        click.echo(f'next: write lock = "{printable_line(shown)}" into {printable_line(policy.path)}', err=True)
    if policy is not None:
        for key, folders in selection.folders_beside(policy).items():
            shown = ", ".join(json.dumps(each, ensure_ascii=False) for each in folders)
            place = printable_line(policy.path)
            click.echo(f"next: add to {key} in {place}: {printable_line(shown)}; else name it each time", err=True)


def _artifacts(place: str) -> Sequence[Locked]:
    """Return what is locked so far; nothing where no lock can be read."""
    from hotplug.errors import TrustError
    from hotplug.trust.lock import Lock

    try:
        return Lock.read(place).artifacts
    except TrustError:
        return ()


def _write(lock: Lock, left: list[Entry], place: str) -> None:
    from hotplug.cli.list import said

    for each in left:
        click.echo(f"not locked: {said(each)}", err=True)
    count = len(lock.artifacts)
    click.echo(f"{printable_line(place)}: {count} artifact{'' if count == 1 else 's'}")
