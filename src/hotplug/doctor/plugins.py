"""What is the matter with a host's plugins, and with what its policy says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotplug.doctor import Finding
from hotplug.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from hotplug.catalog import Catalog, Entry
    from hotplug.policy.file import Policy


def plugins(catalog: Catalog[Any], group: str) -> Iterator[Finding]:
    """Tell which plugins can be loaded as far as can be seen, and of the others why they cannot; none is run."""
    entries = catalog.entries()
    ready = [each for each in entries if each.ready]
    names = ", ".join(each.name for each in ready)
    if not entries:
        yield Finding("plugins", "note", f"there are none in {group}")
    elif ready:
        yield Finding("plugins", "ok", f"{len(ready)} ready in {group}: {names}")
    for each in entries:
        if each.error is not None and not _is_disabled(each):
            yield Finding("plugins", "problem", f"{each.name}: {each.status}, {each.path}", each.error.remedy)
        elif not each.ready:
            yield Finding("plugins", "note", f"{each.name}: {each.status}, {each.path}")


def policy(found: Policy, catalog: Catalog[Any] | None) -> Iterator[Finding]:
    """Tell which names of a policy file mean no plugin; it was read, so it is valid."""
    yield Finding("policy", "ok", f"{found.path} is valid")
    if catalog is None:
        yield Finding("policy", "note", f"{found.path} names no group, so its plugins are not known")
        return
    yield from _unknown(found.plugins, list(catalog), lambda name: f"{found.place('plugins', name)}: {name!r}")


def disabled(given: str, catalog: Catalog[Any]) -> Iterator[Finding]:
    """Tell which names of HOTPLUG_DISABLE mean no plugin."""
    names = [each.strip() for each in given.split(",") if each.strip()]
    yield from _unknown(names, list(catalog), lambda name: f"HOTPLUG_DISABLE: {name!r}")


def _unknown(names: Iterable[str], known: Sequence[str], where: Callable[[str], str]) -> Iterator[Finding]:
    for name in names:
        if name not in known:
            near = nearest(name, known)
            yield Finding(
                "policy", "problem", f"{where(name)} is no plugin that is there{near}", "correct or remove it"
            )


def _is_disabled(entry: Entry) -> bool:
    return entry.status.startswith("disabled")
