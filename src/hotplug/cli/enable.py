"""``hotplug enable``: a plugin is enabled in the policy file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hotplug.cli.catalogs import catalog_options
from hotplug.cli.reporting import debug_option, json_option

if TYPE_CHECKING:
    from hotplug.cli.catalogs import Selection


@click.command("enable", short_help="Enable plugins in the policy file.")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@catalog_options
@json_option
@debug_option
def command(names: tuple[str, ...], selection: Selection, *, as_json: bool) -> None:
    """Enable plugins in the policy file; a host takes note when it is started again, or refreshes its catalog.

    The rest of the file stays as it is, comments too. A file that is named (--policy, HOTPLUG_POLICY) and not
    there is made; hotplug.toml in the working folder must be there. A name that no plugin has is written too, with
    a warning: the plugin may come. HOTPLUG_DISABLE and HOTPLUG_SAFE_MODE disable plugins whatever the file says.

    \b
    Exit codes:
      0  it is enabled, also if it was before
      1  the file cannot be read or written, or there is none
      2  wrong usage
    """  # noqa: D301 - click's own mark for lines that stay as they are
    from hotplug.cli.switching import switch

    switch(selection, names, enabled=True, as_json=as_json)
