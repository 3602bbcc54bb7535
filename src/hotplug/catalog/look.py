"""One look at the places of a catalog, by what was decided at that time."""

from __future__ import annotations

from hotplug.catalog.decisions import Decisions
from hotplug.catalog.installed import Installed
from hotplug.catalog.loaded import closed_error
from hotplug.catalog.order import Folder, Order
from hotplug.catalog.places import Search
from hotplug.errors import ActivationError, ArtifactError, PluginNotFound, TrustError, nearest
from hotplug.plugin import open as open_plugin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from hotplug.catalog.decisions import Arguments
    from hotplug.catalog.entry import Entry
    from hotplug.catalog.loaded import Loaded
    from hotplug.catalog.order import Place
    from hotplug.catalog.telling import Telling
    from hotplug.errors import PluginError
    from hotplug.plugin import Plugin

_TRIES = 20  # to open what is replaced each time meanwhile
_FEW = 100  # names of which one can still look at each, and that a reader takes in


class Look:
    """What was decided, and which artifact each name means; taken as a whole, and replaced as a whole.

    Attributes:
        decisions: What was decided.
        search: What reads the artifacts.
        order: Their order.

    Args:
        arguments: What the catalog was made with.
        telling: Tells what is found and refused.

    Raises:
        PolicyError: If the policy cannot be followed.
    """

    def __init__(self, arguments: Arguments, telling: Telling) -> None:
        self.decisions: Final = (decisions := Decisions(arguments))
        search = Search(decisions, telling)
        self.search: Final[Search] = search
        others = Search(decisions, telling, closed=True) if decisions.safe else search
        places: list[Place] = [Folder(path, others.folder, others.anew) for path in decisions.paths]
        if decisions.installed:
            places.append(Installed(others))
        places += (Folder(path, search.folder, search.anew) for path in decisions.fallback)
        self.read_lock()
        if search.trusted is not None and not decisions.safe:
            places.append(search.trusted.gone(decisions.symbol, decisions.disabled))
        self.order: Final = Order(places, telling)

    def read_lock(self) -> None:
        """Read what may be run, where a lock or a pin says that.

        Raises:
            TrustError: If the lock cannot be read.
        """
        lock, policy = self.decisions.lock, self.decisions.policy
        if lock is None and (policy is None or not any(each.pin for each in policy.plugins.values())):
            return
        from hotplug.catalog.trusted import Trusted
        from hotplug.trust.lock import COMMAND, Lock

        command = self.decisions.locking
        try:
            lock = Lock.read(lock) if isinstance(lock, str) else lock
        except TrustError as error:
            error.remedy = (error.remedy or "").replace(COMMAND, command())
            raise
        self.search.trusted = Trusted(lock, self.decisions.pin, command)

    def refuse(self, name: str) -> None:
        """Raise if a plugin is disabled by its name; nothing is read.

        Raises:
            PluginDisabled: If it is.
        """
        disabled = self.decisions.disabled(name)
        if disabled is not None:
            raise disabled

    def open(self, entry: Entry, loaded: Loaded[Any], *, to_load: bool) -> Plugin:
        """Open a plugin as it was decided.

        Args:
            entry: Its entry.
            loaded: What the catalog has loaded, which may be closed meanwhile.
            to_load: Whether it will be asked for its value.

        Raises:
            PluginError: Why it cannot be opened.
        """
        if entry.error is not None:
            raise entry.error.again()
        decisions, name = self.decisions, entry.name
        if to_load or decisions.kind is not None:
            decisions.config(name)  # refused before anything of it runs
        trusted = self.search.trusted
        pin = None if trusted is None else trusted.expected(entry)
        state, left = entry.state, _TRIES
        while True:
            if loaded.closed:
                raise closed_error(name)
            try:
                plugin = open_plugin(
                    entry.artifact or entry.path,
                    boundary=decisions.boundary(name),
                    limits=decisions.limits(name),
                    pin=pin,
                    provides=decisions.provides,
                )
            except TrustError as error:
                raise (error if trusted is None else trusted.told(entry, error)) from None
            except (ArtifactError, ActivationError) as error:
                now, left = self.search.current(entry), left - 1
                if (now == state and not error.outdated) or not left:
                    raise
                state = now  # it was replaced while it was opened: what failed may be neither the old nor the new
            else:
                if trusted is not None:
                    trusted.check_offer(self.search.group, entry, plugin)
                return plugin

    def value(self, plugin: Plugin, entry: Entry, contract: Any) -> Any:
        """Look up the symbol of an entry; call it, where it is to be configured.

        Raises:
            PluginError: If it is not to be had, or does not satisfy the contract.
        """
        kind = self.decisions.kind
        if kind is None:
            return plugin.lookup(entry.symbol, contract)
        from hotplug.catalog.configuring import looked_up

        config = self.decisions.config(entry.name)
        return looked_up(plugin, entry.symbol, contract, kind=kind, config=config, name=entry.name)

    def missing(self, name: str) -> PluginError:
        """Return the error for who asks to have a plugin that is not there."""
        return self.decisions.closed(name) if self.decisions.safe else self.not_found(name)

    def not_found(self, name: str) -> PluginNotFound:
        """Return the error for who asks for a name that is not there."""
        return PluginNotFound(f"there is no plugin {name!r}", remedy=self._known(name))

    def _known(self, name: str) -> str:
        names = self.order.names()
        if len(names) <= _FEW:
            names = [entry.name for entry in self.order.meant().values() if entry.ready]
        near = nearest(name, names)
        if near:
            return near.removeprefix(", ")
        return f"there are: {', '.join(names[:_FEW])}" if names else "there is none at all"
