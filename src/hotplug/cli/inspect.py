"""``hotplug inspect``: all that can be said of one plugin without running it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import click

from hotplug.cli.catalogs import catalog_options
from hotplug.cli.reporting import debug_option, json_option, write_json
from hotplug.errors import absolute, way_out

if TYPE_CHECKING:
    from hotplug.artifacts.artifact import Artifact
    from hotplug.artifacts.inspection import Inspection
    from hotplug.catalog import Entry
    from hotplug.cli.catalogs import Selection
    from hotplug.cli.tables import Cell
    from hotplug.errors import PluginError


class _Seen(NamedTuple):
    """What there is to say: of an artifact that cannot be read only the error, of a path no entry."""

    asked: str
    path: str
    entry: Entry | None
    found: Inspection | None
    error: PluginError | None


@click.command("inspect", short_help="Say all that can be said of a plugin without running it.")
@click.argument("plugin", metavar="NAME|PATH")
@catalog_options
@click.option("--installed", is_flag=True, help="NAME is that of an installed distribution.")
@json_option
@debug_option
@click.pass_context
def command(ctx: click.Context, plugin: str, selection: Selection, *, installed: bool, as_json: bool) -> None:
    """Say all that can be said of a plugin without running it.

    NAME is a name in the catalog; PATH a folder, a .py file or a wheel. Told are its metadata, its digest, what it
    exports as far as its source tells, what it needs and whether this host gives it, what it does that a private
    namespace does not hold, and what the policy file says of it. Of one that is refused, the same as far as it can
    be read, and why.

    \b
    Exit codes:
      0  it can be opened, as far as can be seen; or it is disabled, or shadowed
      1  it is refused, or cannot be read
      2  wrong usage
    """  # noqa: D301 - click's own mark for lines that stay as they are
    from hotplug.cli.progress import working

    with working(f"reading {plugin}"):
        seen = _look(plugin, selection, installed=installed)
    if as_json:
        write_json(_as_data(seen, selection))
    else:
        _write(seen, selection)
    ctx.exit(1 if _status(seen) == "refused" else 0)


def _look(plugin: str, selection: Selection, *, installed: bool) -> _Seen:
    from hotplug.artifacts import locate
    from hotplug.artifacts.inspection import inspect
    from hotplug.artifacts.installed import installed as find_installed
    from hotplug.errors import PluginError

    entry = None if installed else selection.entry(plugin)
    inline = entry is None or selection.boundary(entry.name) != "process"
    artifact: Artifact
    try:
        if installed:
            artifact = find_installed(plugin)
        else:
            artifact = (entry.artifact if entry else None) or locate(entry.path if entry else plugin)
    except PluginError as error:
        path = entry.path if entry else absolute(plugin)
        return _Seen(plugin, path, entry, None, (entry.error if entry else None) or error)
    found = inspect(artifact, selection.provides, inline=inline)
    return _Seen(plugin, artifact.path, entry, found, entry.error if entry else None)


def _reasons(seen: _Seen) -> list[str]:
    """Return why it cannot be opened, each reason once."""
    reasons = [seen.error.reason] if seen.error else []
    if seen.found:
        reasons += [each.reason for each in seen.found.problems.values()]
        told = "\n".join(reasons)
        reasons += [reason for need in seen.found.needs for reason in need.reasons if reason not in told]
    return list(dict.fromkeys(reasons))


def _remedies(seen: _Seen) -> list[str]:
    errors = [seen.error, *(seen.found.problems.values() if seen.found else ())]
    return list(dict.fromkeys(filter(None, (way_out(each) for each in errors if each))))


def _status(seen: _Seen) -> str:
    from hotplug.cli.list import status_of

    status = status_of(seen.entry) if seen.entry else "ready"
    return "refused" if status == "ready" and _reasons(seen) else status


def _as_data(seen: _Seen, selection: Selection) -> dict[str, object]:
    found, entry = seen.found, seen.entry
    return {
        "name": entry.name if entry else None,
        "status": _status(seen),
        "reasons": _reasons(seen),
        "remedies": _remedies(seen),
        "symbol": entry.symbol if entry else None,
        "boundary": selection.boundary(entry.name) if entry else None,
        "path": seen.path,
        "kind": found.kind if found else None,
        "distribution": found.name if found else None,
        "version": found.version if found else None,
        "summary": found.summary if found else None,
        "digest": found.digest if found else None,
        "needs": [{"what": each.what, "reasons": list(each.reasons)} for each in found.needs] if found else [],
        "entry_points": [
            {"group": each.group, "name": each.name, "value": each.value} for each in found.entry_points
        ]
        if found
        else [],
        "modules": list(found.modules) if found else [],
        "root": found.root if found else None,
        "symbols": list(found.symbols) if found else [],
        "warnings": [each._asdict() for each in found.hazards] if found else [],
        "policy": _policy_data(entry, selection),
        "locked": _locked(entry, selection),
    }


def _policy_data(entry: Entry | None, selection: Selection) -> dict[str, object] | None:
    policy = selection.policy
    if policy is None or entry is None:
        return None
    own = policy.of(entry.name)
    return {
        "file": policy.path,
        "enabled": own.enabled,
        "boundary": own.boundary,
        "limits": dict(own.limits),
        "pin": own.pin,
        "configured": own.config is not None,
    }


def _locked(entry: Entry | None, selection: Selection) -> bool | None:
    """Tell whether the lock has the name; None where there is no lock. What differs, the status says."""
    policy = selection.policy
    if entry is None or policy is None or policy.lock is None:
        return None
    from hotplug.trust.lock import Lock

    return Lock.read(policy.lock).named(entry.name) is not None


def _write(seen: _Seen, selection: Selection) -> None:
    from hotplug.cli.tables import STYLES, Cell, write_facts

    found, entry, status = seen.found, seen.entry, _status(seen)
    facts: list[tuple[str, str | Cell]] = []
    if entry:
        facts.append(("name", entry.name))
    facts.append(("status", Cell(status, STYLES.get(status, ""))))
    reasons = [*_reasons(seen)]
    if entry and status == "shadowed":
        reasons.insert(0, entry.status)
    facts += [("why", "\n".join(reasons))] if reasons else []
    facts += [("what to do", "\n".join(_remedies(seen)))] if _remedies(seen) else []
    facts.append(("path", seen.path))
    if found:
        facts += _said(found)
    if entry:
        facts.append(("looked up", entry.symbol))
        boundary = selection.boundary(entry.name)
        facts += [("runs", boundary)] if boundary else []
    policy = selection.policy
    if policy and entry:
        own = _policy_data(entry, selection) or {}
        words = [
            f"{key}: {_word(value)}" for key, value in own.items() if key != "file" and value not in (None, {})
        ]
        facts.append(("policy", "\n".join([*words, f"in {policy.path}"])))
        locked = _locked(entry, selection)
        facts += [] if locked is None else [("locked", f"{_word(locked)}, in {policy.lock}")]
    write_facts(facts)
    if found and found.hazards:
        from hotplug.cli import hazards

        root = f"{os.path.dirname(found.path)}{os.sep}"
        click.echo(hazards.as_text(found.hazards, lambda text: text.removeprefix(root)))


def _said(found: Inspection) -> list[tuple[str, str | Cell]]:
    facts: list[tuple[str, str | Cell]] = [
        ("kind", found.kind),
        ("distribution", f"{found.name} {found.version}" if found.version else found.name),
    ]
    if found.summary:
        facts.append(("summary", found.summary))
    if found.digest:
        facts.append(("digest", found.digest))
    needs = [f"{each.what}: {'not met' if each.reasons else 'met'}" for each in found.needs]
    facts.append(("needs", "\n".join(needs) or "nothing"))
    offers = [f"{each.name} = {each.value} ({each.group})" for each in found.entry_points]
    facts += [("entry points", "\n".join(offers))] if offers else []
    if found.modules:
        facts.append(("modules", ", ".join(found.modules)))
    if found.symbols:
        facts.append(("exports", ", ".join(found.symbols)))
    return facts


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} = {each}" for key, each in value.items())  # pyright: ignore[reportUnknownVariableType]
    return str(value)
