"""What ``hotplug enable`` and ``hotplug disable`` have in common: one line of the policy file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import click

from hotplug.cli.reporting import printable_line, write_json
from hotplug.errors import PluginError, PolicyError
from hotplug.light import may_be_there

if TYPE_CHECKING:
    from hotplug.cli.catalogs import Selection


class _Known(NamedTuple):
    """Whether a catalog has a plugin of that name; None where nobody can tell, and why."""

    known: bool | None
    said: str


def switch(selection: Selection, names: tuple[str, ...], *, enabled: bool, as_json: bool) -> None:
    """Write into the policy file whether plugins are enabled, and say what was done.

    Raises:
        PolicyError: If there is no file and none was named, or it cannot be read or written.
    """
    place = _place(selection, names[0], enabled=enabled)
    from hotplug.policy.editing import set_enabled

    word = "enabled" if enabled else "disabled"
    is_new = not may_be_there(place)
    done: list[dict[str, object]] = []
    for name in names:
        changed = set_enabled(place, name, enabled)
        known = _known(selection, name)
        done.append({"name": name, "enabled": enabled, "changed": changed, "known": known.known})
        if known.said:
            click.echo(f"hotplug: {printable_line(known.said)}", err=True)
        if not as_json:
            already = "" if changed else ", as it was before"
            click.echo(printable_line(f"{name}: {word} in {place}{already}"))
        if enabled:
            _say_what_else_disables(name)
    if is_new and os.path.lexists(place):
        click.echo(f"hotplug: {printable_line(place)} was made", err=True)
    if as_json:
        write_json({"policy": place, "plugins": done})


def _place(selection: Selection, name: str, *, enabled: bool) -> str:
    """Return the file to be changed; one that nobody has named must be there."""
    from hotplug.policy.file import NAME, path_of

    place = path_of(selection.given_policy, working_folder=True)
    assert place is not None  # noqa: S101  (the working folder always has one to offer)
    named = selection.given_policy is not None or bool(os.environ.get("HOTPLUG_POLICY"))
    if not named and not may_be_there(place):
        word = "enable" if enabled else "disable"
        raise PolicyError(
            f"there is no {NAME} in the working folder, and no other policy file is named",
            remedy=f"name the host's: hotplug {word} {name} --policy FILE; a file that is not there is made",
        )
    return place


def _known(selection: Selection, name: str) -> _Known:
    """Tell whether there is a plugin of that name; what is the matter with the catalog keeps nobody from this."""
    from hotplug.errors import nearest

    if selection.group is None:
        return _Known(None, "")
    try:
        with selection.catalog(locked=False) as catalog:
            names = list(catalog)
    except PluginError as error:
        return _Known(None, f"whether there is a plugin {name!r} cannot be told: {error.reason}")
    if name in names:
        return _Known(known=True, said="")
    near = nearest(name, names) or ", now"
    return _Known(known=False, said=f"there is no plugin {name!r}{near}")


def _say_what_else_disables(name: str) -> None:
    for variable in ("HOTPLUG_DISABLE", "HOTPLUG_SAFE_MODE"):
        value = os.environ.get(variable, "")
        if (variable == "HOTPLUG_DISABLE" and name in [each.strip() for each in value.split(",")]) or (
            variable == "HOTPLUG_SAFE_MODE" and value not in {"", "0"}
        ):
            click.echo(
                f"hotplug: {variable}={printable_line(value)} still disables it where that is set", err=True
            )
