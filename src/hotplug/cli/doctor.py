"""``hotplug doctor``: what works on this machine, and what is the matter with a host's plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hotplug.cli.catalogs import catalog_options
from hotplug.cli.reporting import debug_option, json_option, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotplug.cli.catalogs import Selection
    from hotplug.doctor import Finding

_MARKS = {"ok": "ok", "note": "note", "problem": "problem"}


@click.command("doctor", short_help="Tell what works on this machine, and which plugins are refused.")
@catalog_options
@json_option
@debug_option
@click.pass_context
def command(ctx: click.Context, selection: Selection, *, as_json: bool) -> None:
    """Tell what works on this machine, and which plugins are refused and why.

    Each boundary is tried with a plugin of hotplug's own: a worker process is really started, and a call really
    ended at its deadline. No other plugin is run. With a policy file or a group, the plugins are looked at too.

    \b
    Exit codes:
      0  all is well; notes are no fault
      1  there are problems
      2  wrong usage
    """  # noqa: D301 - click's own mark for lines that stay as they are
    from hotplug.cli.progress import working

    found: list[Finding] = []
    with working("looking at this machine") as say:
        for each in _examined(selection):
            say(f"looked at: {each.area}")
            found.append(each)
    problems = [each for each in found if each.state == "problem"]
    if as_json:
        write_json({"well": not problems, "findings": [each._asdict() for each in found]})
    else:
        _write(found, len(problems))
    ctx.exit(1 if problems else 0)


def _examined(selection: Selection) -> Iterator[Finding]:
    from hotplug.doctor import machine

    yield from machine.interpreter()
    yield from machine.boundaries()
    yield from machine.extras()
    yield from machine.cache()
    yield from machine.environment()
    yield from _plugins(selection)


def _plugins(selection: Selection) -> Iterator[Finding]:
    from hotplug.doctor import Finding
    from hotplug.doctor import plugins as look
    from hotplug.errors import PluginError, TrustError

    try:
        policy = selection.policy
    except PluginError as error:
        yield Finding("policy", "problem", error.reason, error.remedy)
        return
    if policy is None and selection.group is None:
        yield Finding(
            "policy", "note", "no policy file, and no group: plugins were not looked at", "name a --group"
        )
        return
    if policy is not None:
        yield Finding("policy", "ok", f"{policy.path} is valid")
        yield from look.folders(policy)
    if selection.group is None:
        yield Finding("policy", "note", "it names no group, so its plugins were not looked at", "name a --group")
        return
    try:
        catalog = selection.catalog()
    except PluginError as error:
        area = "lock" if isinstance(error, TrustError) else "policy"
        yield Finding(area, "problem", str(error).partition("\n")[0], error.remedy)
        return
    with catalog:
        yield from look.unmatched(catalog)
        yield from look.plugins(catalog, selection.group)


def _write(found: list[Finding], problems: int) -> None:
    from hotplug.cli.tables import STYLES, Cell, write_table

    rows: list[list[str | Cell]] = []
    for each in found:
        said = f"{each.what}\n-> {each.remedy}" if each.remedy else each.what
        style = {"problem": STYLES["refused"]}.get(each.state, STYLES.get(each.state, ""))
        rows.append([each.area, Cell(_MARKS[each.state], style), said])
    write_table(["AREA", "STATE", "FOUND"], rows)
    if problems:
        click.echo(f"{problems} problem{'s' if problems > 1 else ''}", err=True)
