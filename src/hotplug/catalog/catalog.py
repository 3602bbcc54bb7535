"""Plugins by name: which one a name means, and what a host does with it."""

from __future__ import annotations

import os
from _thread import allocate_lock
from collections.abc import Mapping
from functools import partial
from typing import Generic, TypeVar

from hotplug.boundaries.report import CloseReport
from hotplug.catalog.entry import Facts
from hotplug.catalog.installed import Installed
from hotplug.catalog.loaded import Held, Loaded, closed_error
from hotplug.catalog.order import Folder, Order
from hotplug.catalog.places import Search
from hotplug.errors import (
    ActivationError,
    ArtifactError,
    CompatibilityError,
    PluginError,
    PluginNotFound,
    TrustError,
    nearest,
)
from hotplug.light import heard
from hotplug.plugin import open as open_plugin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType
    from typing import Self

    from typing_extensions import TypeForm

    from hotplug.catalog.changes import Changes, Loads
    from hotplug.catalog.entry import Entry
    from hotplug.catalog.order import Place
    from hotplug.plugin import Boundary, Plugin
    from hotplug.policy import Limits
    from hotplug.trust.lock import Lock

T = TypeVar("T")
_TRIES = 20  # to open what is replaced each time meanwhile
_FEW = 100  # names of which one can still look at each, and that a reader takes in


class Catalog(Mapping[str, "Entry"], Generic[T]):
    """The plugins of one entry point group, by name; a snapshot, and a context manager that unloads them.

    A name means the first artifact that offers it: in ``paths``, then among the installed distributions, then in
    ``fallback``. In one folder the highest compatible version of a distribution wins, else the first file name.
    Each place is read when the first name is asked for that the places before it do not offer, and no more then.
    A plugin that cannot be loaded never hides one that can.

    Args:
        group: The entry point group in which plugins offer themselves.
        contract: The type that every plugin's symbol must satisfy.
        paths: Folders of artifacts, first searched; those that are not there offer nothing.
        installed: Whether installed distributions are searched.
        fallback: Folders of artifacts, last searched: what the host itself brings.
        symbol: What an artifact that declares no entry points must export to be offered under its file name;
            the contract's name where it is not given.
        boundary: Where plugins run; see :func:`hotplug.open`.
        limits: The bounds of their workers.
        provides: Distributions that this host gives to plugins, name and version; see :func:`hotplug.open`.
        lock: The lock of all that may be run, or its path: any other artifact, and one that was changed since, is
            refused. A lock that is given by its path is read again by `refresh` and `reload`.

    Raises:
        TrustError: If the lock cannot be read.
    """

    def __init__(
        self,
        group: str,
        contract: TypeForm[T],
        *,
        paths: Sequence[str | os.PathLike[str]] = (),
        installed: bool = True,
        fallback: Sequence[str | os.PathLike[str]] = (),
        symbol: str | None = None,
        boundary: Boundary | None = None,
        limits: Limits | None = None,
        provides: Mapping[str, str] | None = None,
        lock: Lock | str | os.PathLike[str] | None = None,
    ) -> None:
        name = symbol or getattr(contract, "__name__", None)
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"{contract!r} has no name: say which symbol plugins export (symbol=…)")
        for each in (paths, fallback):
            if isinstance(each, str | os.PathLike):
                raise TypeError(f"paths and fallback are lists of folders, not {each!r}")
        self._contract = contract
        self._provides = dict(provides or {})
        self._boundary: Boundary | None = boundary
        self._limits = limits
        if boundary is not None or limits is not None:
            from hotplug.policy import decided

            decided(boundary, limits)  # refused here, not with the first plugin
        search = self._search = Search(group, name, self._provides, inline=boundary != "process")
        folders = [[os.path.abspath(each) for each in every] for every in (paths, fallback)]
        self._look = partial(_places, search, *folders, installed=installed)
        self._lock = lock if lock is None or not isinstance(lock, str | os.PathLike) else os.path.abspath(lock)
        self._read_lock()
        self._order = Order(self._look())
        self._loaded: Loaded[T] = Loaded()
        self._refreshing = allocate_lock()

    def __getitem__(self, name: str) -> Entry:
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise PluginNotFound(f"there is no plugin {name!r}")
        entry = self._order.find(name)
        if entry is None:
            raise self._not_found(name)
        return entry

    def __iter__(self) -> Iterator[str]:
        return iter(self._order.names())

    def __len__(self) -> int:
        return len(self._order.names())

    def entries(self) -> tuple[Entry, ...]:
        """Return every entry in the order of the search, those that are shadowed or refused too."""
        return self._order.all()

    def load(self, name: str) -> T:
        """Open a plugin, look its symbol up and check it; a name that was loaded gives the same value again.

        A plugin whose worker has ended is opened anew. While another thread reloads the name, the value is the
        old one or the new one.

        Raises:
            PluginNotFound: If no plugin has that name.
            PluginClosed: If the catalog was closed.
            PluginError: Why it cannot be opened, or does not satisfy the contract; see :func:`hotplug.open` and
                :meth:`hotplug.Plugin.lookup`.
        """
        held = self._loaded.get(name)
        while held is None:
            number = self._loaded.number()
            entry, plugin = self._opened(name)
            held = self._kept(name, entry, plugin, number, replace=False)
        return held.value

    def load_all(self) -> Loads[T]:
        """Load every plugin: those that can be are loaded, of the others the reason is told.

        Raises:
            PluginClosed: If the catalog was closed.
        """
        from hotplug.catalog.changes import Loads

        loads: Loads[T] = Loads({}, {})
        for name in self:
            try:
                loads.loaded[name] = self.load(name)
            except PluginError as error:
                if self._loaded.closed:
                    raise
                loads.failed[name] = error
        return loads

    def open(self, name: str) -> Plugin:
        """Return a handle of the caller's own on a plugin.

        Raises:
            PluginNotFound: If no plugin has that name.
            PluginClosed: If the catalog was closed.
            PluginError: Why it cannot be opened; see :func:`hotplug.open`.
        """
        return self._opened(name)[1]

    def reload(self, name: str, *, timeout: float | None = 30.0) -> T:
        """Read a plugin's artifact anew and put it in the place of what was loaded under its name.

        The new one is opened, looked up and checked before the old one is released. If any of that fails, the old
        one stays and the error says why. An artifact that did not change is the plugin that it was: it does not
        run again. What was not loaded is loaded.

        Values of the old one behave as after :meth:`hotplug.Plugin.close`: inline they keep working; of a
        process they raise `PluginClosed`, once the calls in flight have ended.

        Args:
            name: The plugin's name.
            timeout: Seconds in which calls in flight of the old one may end; None waits for none.

        Raises:
            PluginNotFound: If no plugin has that name.
            PluginClosed: If the catalog was closed.
            PluginError: Why the artifact, as it is now, cannot take the place of the old one.
        """
        self._read_lock()
        while True:
            number = self._loaded.number()
            order = self._order
            found = order.anew(name)
            if found is None:
                raise self._not_found(name)
            entry, now = found
            try:
                held = self._kept(name, now, self._open(now), number, replace=True, timeout=timeout)
            except PluginError as error:
                self._search.tell(name, now.path, Facts(now.artifact, error))
                raise
            if held is not None:
                order.replace(entry, now)
                if heard():
                    from hotplug.events import Event, tell

                    tell(Event("reloaded", name, now.path, now.version))
                return held.value

    def unload(self, name: str) -> CloseReport:
        """Release what ``load`` opened under a name; see :meth:`hotplug.Plugin.close`."""
        held = self._loaded.take(name)
        if held is None:
            return CloseReport(unloaded=True, reason="it was not loaded")
        plugin = held.plugin
        del held  # the value; it would be counted among the survivors
        return plugin.close()

    def refresh(self) -> Changes:
        """Look at every place again, and tell what is new, gone or another; nothing that is loaded is touched.

        What a place held that nobody had looked at before is no change.
        """
        from hotplug.catalog.changes import compare

        with self._refreshing:
            self._read_lock()
            order = Order(self._look())
            changes = compare(self._order, order, self._loaded.digests())
            self._order = order
        return changes

    def close(self) -> dict[str, CloseReport]:
        """Unload all that ``load`` opened, and return what was said of each."""
        names = self._loaded.close()
        try:
            return {name: self.unload(name) for name in names}
        finally:
            for name in names:  # one that was interrupted keeps no other open
                self.unload(name)

    def _opened(self, name: str) -> tuple[Entry, Plugin]:
        while True:
            entry = self[name]
            try:
                return entry, self._open(entry)
            except (ArtifactError, CompatibilityError, TrustError) as error:
                # found only when all of it was read; nothing of it ran, so another may stand in for it
                self._search.tell(name, entry.path, Facts(entry.artifact, error))
                if entry.error is not None or not self._order.refuse(entry, error):
                    raise

    def _open(self, entry: Entry) -> Plugin:
        if entry.error is not None:
            raise entry.error.again()
        trusted = self._search.trusted
        pin = None if trusted is None else trusted.expected(entry)
        state, left = entry.state, _TRIES
        while True:
            if self._loaded.closed:
                raise closed_error(entry.name)
            try:
                plugin = open_plugin(
                    entry.artifact or entry.path,
                    boundary=self._boundary,
                    limits=self._limits,
                    pin=pin,
                    provides=self._provides,
                )
            except TrustError as error:
                raise (error if trusted is None else trusted.told(entry, error)) from None
            except (ArtifactError, ActivationError) as error:
                now, left = self._search.current(entry), left - 1
                if (now == state and not error.outdated) or not left:
                    raise
                state = now  # it was replaced while it was opened: what failed may be neither the old nor the new
            else:
                if trusted is not None:
                    trusted.check_offer(self._search.group, entry, plugin)
                return plugin

    def _read_lock(self) -> None:
        if self._lock is None:
            return
        from hotplug.catalog.trusted import Trusted
        from hotplug.trust.lock import Lock

        lock = Lock.read(self._lock) if isinstance(self._lock, str) else self._lock
        self._search.trusted = Trusted(lock, lambda _: None)

    def _kept(
        self,
        name: str,
        entry: Entry,
        plugin: Plugin,
        number: int,
        *,
        replace: bool,
        timeout: float | None = None,
    ) -> Held[T] | None:
        """Look the symbol up and keep the plugin; return what is kept, None if it was read too early for that."""
        rest: Plugin | None = plugin
        try:
            held = Held(plugin, plugin.lookup(entry.symbol, self._contract))
            kept, released = self._loaded.keep(name, held, number, replace=replace)
            rest = None if released is None else released.plugin
            del held, released  # the values; they would be counted among the survivors
        finally:
            if rest is not None:  # the symbol is not to be had, or one of two is one too many
                rest.close(timeout=timeout)
        return kept

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _not_found(self, name: str) -> PluginNotFound:
        return PluginNotFound(f"there is no plugin {name!r}", remedy=self._known(name))

    def _known(self, name: str) -> str:
        names = self._order.names()
        if len(names) <= _FEW:
            names = [entry.name for entry in self._order.meant().values() if entry.ready]
        near = nearest(name, names)
        if near:
            return near.removeprefix(", ")
        return f"there are: {', '.join(names[:_FEW])}" if names else "there is none at all"


def _places(
    search: Search,
    paths: Sequence[str | os.PathLike[str]],
    fallback: Sequence[str | os.PathLike[str]],
    *,
    installed: bool,
) -> list[Place]:
    def folder(path: str | os.PathLike[str]) -> Place:
        return Folder(partial(search.folder, os.path.abspath(path)), search.anew)

    places = [folder(path) for path in paths]
    if installed:
        places.append(Installed(search))
    places += (folder(path) for path in fallback)
    return places if search.trusted is None else [*places, search.trusted.gone(search.symbol)]
