"""``hotplug new``: a plugin's project, stubbed from the contract that it is to satisfy."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

import click

from hotplug.cli.contract import import_contract
from hotplug.cli.reporting import debug_option, json_option, write_json

if TYPE_CHECKING:
    from hotplug.cli.contract import Contract


@click.command("new", short_help="Make a plugin's project from a contract.")
@click.argument("name")
@click.option(
    "--contract",
    required=True,
    metavar="MODULE:NAME",
    callback=import_contract,
    help="What the plugin is to satisfy, as it imports it, such as greeter:Greeter.",
)
@click.option("--dir", "folder", type=click.Path(), help="The project's folder, which is made; else ./NAME.")
@click.option(
    "--group", metavar="GROUP", help="The entry point group; else that of the contract's package: greeter.plugins."
)
@json_option
@debug_option
def command(name: str, contract: Contract, folder: str | None, group: str | None, *, as_json: bool) -> None:
    """Make a project for the plugin NAME, with every method that the contract asks for.

    The project has a pyproject.toml with the entry point and the dependency on the contract's distribution, a
    module whose methods raise NotImplementedError, a test and a README. What it exports satisfies the contract
    from the beginning; what it does is yours to write. The contract is imported; nothing is overwritten.

    \b
    Exit codes:
      0  made
      1  refused: the folder holds something, or nothing can be stubbed from the contract
      2  wrong usage: no such contract
    """  # noqa: D301 - click's own mark for lines that stay as they are
    from hotplug.authoring import make_project

    made = make_project(name, contract.reference, contract.form, folder=folder, group=group)
    if as_json:
        write_json({**made._asdict(), "files": list(made.files)})
        return
    shown = os.path.relpath(made.folder)
    shown = made.folder if shown.startswith(os.pardir) else shown
    for path in made.files:
        click.echo(os.path.join(shown, *path.split("/")))
    click.echo(f"{name} offers {made.reference} in {made.group}", err=True)
    if made.depends is None:
        click.echo(
            f"it is not known which distribution {contract.module} belongs to: write it into dependencies",
            err=True,
        )
    click.echo(f"next: hotplug check {shlex.quote(shown)} --contract {contract.reference}", err=True)
