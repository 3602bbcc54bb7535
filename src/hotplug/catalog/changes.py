"""What became of a catalog between two looks at its places."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.catalog.entry import Entry
    from hotplug.catalog.look import Look
    from hotplug.errors import PluginDisabled, PluginError

T = TypeVar("T")


class Changes(NamedTuple):
    """The names that a refresh found to be others than before; false if there are none.

    Attributes:
        added: Names that were not there.
        removed: Names that are not there any more; what was loaded of them stays loaded.
        changed: Names that mean another artifact, or one whose files, version or status is another; those about
            which the policy or the environment now says something else; also those whose artifact is not the one
            that is loaded any more.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    def __bool__(self) -> bool:
        return any(self)


class Loads(NamedTuple, Generic[T]):
    """What came of loading every plugin.

    Attributes:
        loaded: The values by name.
        failed: Why the others could not be loaded, by name.
        disabled: Those that are disabled and were not loaded before they were, by name, and by what.
    """

    loaded: dict[str, T]
    failed: dict[str, PluginError]
    disabled: dict[str, PluginDisabled]


def compare(old: Look, new: Look, loaded: dict[str, str]) -> Changes:
    """Return what differs between two looks; a place that had not been looked at before is as it is now.

    Args:
        old: The look before.
        new: The look now.
        loaded: The digests of what is loaded, by name.
    """
    now = {place.path: place for place in reversed(new.order.places)}  # of one that is named twice, the first
    for place in old.order.places:
        if place.path in now:
            place.take(now.pop(place.path))
    was, meant = old.order.meant(), new.order.meant()
    decided = old.decisions.of, new.decisions.of
    changed = (
        name
        for name, entry in meant.items()
        if name in was
        and (
            decided[0](name) != decided[1](name) or _differ(was[name], entry) or _is_other(entry, loaded.get(name))
        )
    )
    return Changes(
        tuple(name for name in meant if name not in was),
        tuple(name for name in was if name not in meant),
        tuple(changed),
    )


def _differ(one: Entry, other: Entry) -> bool:
    if (one.path, one.symbol, one.state) != (other.path, other.symbol, other.state):
        return True
    if one.disabled or other.disabled:
        return one.disabled != other.disabled
    if not (one.known or other.known):
        return False  # an installed distribution that nobody asked about, with the same stamps
    return (one.version, one.status) != (other.version, other.status)


def _is_other(entry: Entry, digest: str | None) -> bool:
    """Tell whether what is loaded under a name is not what its artifact is now."""
    if digest is None or entry.artifact is None:
        return False
    from hotplug.artifacts import locate
    from hotplug.errors import PluginError

    try:
        return locate(entry.artifact).digest() != digest
    except PluginError:
        return True
