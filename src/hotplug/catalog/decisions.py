"""What holds for a catalog and for each plugin of it.

Its arguments say so, unless its policy says other, unless the environment does.
"""

from __future__ import annotations

import os

from hotplug.artifacts import normalised
from hotplug.errors import PluginDisabled, PolicyError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from hotplug.plugin import Boundary
    from hotplug.policy import Limits
    from hotplug.policy.file import Policy
    from hotplug.trust.lock import Lock

_DISABLE = "HOTPLUG_DISABLE"
_SAFE = "HOTPLUG_SAFE_MODE"


class Arguments:
    """What a catalog was made with; see there."""

    def __init__(
        self,
        group: str,
        symbol: str,
        *,
        contract: str,
        paths: Sequence[str],
        installed: bool,
        fallback: Sequence[str],
        boundary: Boundary | None,
        limits: Limits | None,
        provides: Mapping[str, str],
        lock: Lock | str | None,
        policy: Policy | str | None,
        config: type | None,
    ) -> None:
        self.group = group
        self.symbol = symbol
        self.contract = contract
        """A reference to the contract, ``module:Name``; empty where it has none."""
        self.paths = paths
        self.installed = installed
        self.fallback = fallback
        self.boundary: Boundary | None = boundary
        self.limits = limits
        self.provides = provides
        self.lock = lock
        self.policy = policy
        self.config = config


class Decisions:
    """What holds at one time: the policy's file and the environment are read when it is made.

    Attributes:
        policy: What the operator decided, None where there is no policy.
        group: The entry point group.
        symbol: What an artifact without entry points must bind in its root module to be offered.
        paths: Folders that are searched first.
        installed: Whether installed distributions are searched.
        fallback: Folders that are searched last.
        provides: Distributions that the host gives, name and version.
        lock: The lock of all that may be run, or its path; None where there is none.
        kind: The type of a plugin's configuration, None where plugins have none.
        safe: Whether only what is in the fallback is offered.

    Raises:
        PolicyError: If the policy cannot be read or is not for this catalog, or a variable has a value that means
            nothing.
    """

    def __init__(self, given: Arguments) -> None:
        self._given = given
        self._off = _names(os.environ.get(_DISABLE))
        self.safe = _is_on(os.environ.get(_SAFE))
        self.policy = policy = _read(given.policy)
        self.group, self.symbol, self.installed = given.group, given.symbol, given.installed
        self.kind = given.config
        self.lock = given.lock
        self.paths, self.fallback, self.provides = given.paths, given.fallback, given.provides
        if policy is not None:
            self.symbol = policy.symbol or given.symbol
            self.lock = policy.lock or given.lock
            self.paths = [*policy.paths, *given.paths]
            self.fallback = [*given.fallback, *policy.fallback]
            self.installed = given.installed if policy.installed is None else policy.installed
            self.provides = provided(given.provides, policy.provides)
        self.paths, self.fallback = _once(self.paths), _once(self.fallback)
        self._refuse_what_cannot_be()

    def locking(self) -> str:
        """Return the command that locks what may be run, as it is now."""
        from hotplug.catalog.locking import command

        return command(self._given, self.policy)

    def disabled(self, name: str) -> PluginDisabled | None:
        """Return the error for who asks for a plugin that is disabled by its name, None if it is not."""
        if name in self._off:
            return PluginDisabled(
                _DISABLE, plugin=name, remedy=f"take it out of {_DISABLE}, which is {os.environ.get(_DISABLE)!r}"
            )
        policy = self.policy
        if policy is None or policy.of(name).enabled:
            return None
        remedy = "the host has to enable it"
        if policy.path:
            from shlex import quote

            dashes = "-- " if name.startswith("-") else ""
            remedy = f"hotplug enable --policy {quote(policy.path)} {dashes}{quote(name)}"
        return PluginDisabled(policy.place("plugins", name, "enabled"), plugin=name, remedy=remedy)

    def closed(self, name: str) -> PluginDisabled:
        """Return the error for who asks for what safe mode does not offer."""
        return PluginDisabled(_SAFE, plugin=name, remedy=f"unset {_SAFE}: it offers only what the host brings")

    def boundary(self, name: str) -> Boundary | None:
        """Return where a plugin runs."""
        own = None if self.policy is None else self.policy.of(name).boundary
        return own or self._given.boundary

    def limits(self, name: str) -> Limits | None:
        """Return the bounds of a plugin's worker, None where it has the usual ones, or no worker.

        What the policy does not bound, the argument does.
        """
        given = self._given.limits
        if self.policy is None:
            return given
        if self.boundary(name) != "process":
            return None
        own = self.policy.of(name).limits
        if not own:
            return given
        from hotplug.policy import Limits

        bounds: dict[str, Any] = {each: getattr(given, each) for each in Limits.__slots__} if given else {}
        bounds.update(own)
        return Limits(**bounds)

    def acting(self, name: str) -> Boundary | None:
        """Return where a plugin really runs, as things stand: the environment beats what was decided."""
        return "inline" if os.environ.get("HOTPLUG_BOUNDARY") == "inline" else self.boundary(name)

    def inline(self, name: str) -> bool:
        """Tell whether a plugin runs in the host's interpreter."""
        return self.acting(name) != "process"

    def pin(self, name: str) -> tuple[str, str] | None:
        """Return the digest that is pinned for a plugin, and where that stands; None where none is."""
        pin = None if self.policy is None else self.policy.of(name).pin
        return None if pin is None or self.policy is None else (pin, self.policy.place("plugins", name, "pin"))

    def config(self, name: str) -> object:
        """Return what a plugin is configured with, None in a catalog without ``config=``.

        Raises:
            PolicyError: If the policy's table for it does not fit the host's type.
        """
        table = None if self.policy is None else self.policy.of(name).config
        if self.kind is not None:
            from hotplug.catalog.configuring import configured

            return configured(self.kind, table, name, self.policy)
        if table is None or self.policy is None:
            return None
        place = self.policy.place("plugins", name, "config")
        raise PolicyError(f"{place}: this host does not configure plugins", plugin=name, remedy="take it out")

    def of(self, name: str) -> tuple[object, ...]:
        """Return all that is decided about a plugin, to be compared with what was decided before."""
        own = None if self.policy is None else self.policy.of(name)
        enabled = name not in self._off and (own is None or own.enabled)
        return enabled, self.boundary(name), self.limits(name), own and own.pin, own and own.config

    def named(self) -> dict[str, str]:
        """Return every name about which something is decided, and where."""
        found = dict.fromkeys(self._off, _DISABLE)
        if self.policy is not None:
            found |= {name: self.policy.place("plugins", name) for name in self.policy.plugins}
        return found

    def _refuse_what_cannot_be(self) -> None:
        """Refuse now, and not with the first plugin, what no plugin could have."""
        given, policy = self._given, self.policy
        boundary = given.boundary if policy is None else policy.boundary or given.boundary
        if boundary is not None or given.limits is not None:
            from hotplug.policy import decided

            limits = given.limits
            decided(boundary, limits if boundary in (given.boundary, "process") else None)
        if policy is None:
            return
        if policy.group not in (None, given.group):
            raise PolicyError(
                f"{policy.place('group')}: is for plugins of the group {policy.group!r}, this host's are of the "
                f"group {given.group!r}",
                remedy="name the policy of this host",
            )
        for name, own in policy.plugins.items():
            if own.limits and self.boundary(name) != "process":
                raise PolicyError(
                    f"{policy.place('plugins', name, 'limits')}: an inline plugin has no limits",
                    plugin=name,
                    remedy="give it boundary = 'process', or take them out",
                )


def provided(given: Mapping[str, str], policy: Mapping[str, str]) -> Mapping[str, str]:
    """Return which distributions plugins are given: those of the host, and in their place the policy's."""
    if not policy:
        return given
    both = (given, policy)
    return {normalised(name): version for each in both for name, version in each.items()}


def _read(given: Policy | str | None) -> Policy | None:
    if given is None:
        return None
    from hotplug.policy.file import Policy

    if not isinstance(given, Policy):
        return Policy.read(given)
    return given


def _once(folders: Sequence[str]) -> Sequence[str]:
    """Return folders without those that come a second time: nothing shadows itself."""
    if len(folders) < 2:  # noqa: PLR2004
        return folders
    first: dict[str, str] = {}
    for each in folders:
        try:
            first.setdefault(os.path.realpath(each), each)
        except ValueError:  # no folder has such a name, and the search says so
            first.setdefault(each, each)
    return list(first.values())


def _names(given: str | None) -> frozenset[str]:
    names = frozenset(name for each in (given or "").split(",") if (name := each.strip()))
    if "*" in names:
        raise PolicyError(
            f"{_DISABLE} is {given!r} in the environment, and takes names",
            remedy=f"{_SAFE}=1 disables all but what the host itself brings",
        )
    return names


def _is_on(given: str | None) -> bool:
    if given not in (None, "", "0", "1"):
        raise PolicyError(f"{_SAFE} is {given!r} in the environment", remedy="set it to 1, or unset it")
    return given == "1"
