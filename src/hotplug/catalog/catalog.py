"""Plugins by name: which one a name means, and what a host does with it."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import Generic, TypeVar, cast

from hotplug.boundaries.report import CloseReport
from hotplug.catalog.places import Search
from hotplug.errors import ArtifactError, CompatibilityError, PluginClosed, PluginNotFound, nearest
from hotplug.plugin import open as open_plugin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType
    from typing import Self

    from typing_extensions import TypeForm

    from hotplug.catalog.entry import Entry
    from hotplug.errors import PluginError
    from hotplug.plugin import Boundary, Plugin
    from hotplug.policy import Limits

T = TypeVar("T")


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
        self._lock = threading.Lock()
        self._closed = False
        search = Search(group, name, self._provides, inline=boundary != "process")
        self._places = _Places(_readers(search, paths, fallback, installed=installed))
        self._loaded: dict[str, tuple[Plugin, object]] = {}

    def __getitem__(self, name: str) -> Entry:
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise PluginNotFound(f"there is no plugin {name!r}")
        entry = self._places.find(name)
        if entry is None:
            raise PluginNotFound(f"there is no plugin {name!r}", remedy=self._known(name))
        return entry

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(entry.name for entry in self.entries()))

    def __len__(self) -> int:
        return len({entry.name for entry in self.entries()})

    def entries(self) -> tuple[Entry, ...]:
        """Return every entry in the order of the search, those that are shadowed or refused too."""
        return self._places.all()

    def load(self, name: str) -> T:
        """Open a plugin, look its symbol up and check it; a name that was loaded gives the same value again.

        Raises:
            PluginNotFound: If no plugin has that name.
            PluginClosed: If the catalog was closed.
            PluginError: Why it cannot be opened, or does not satisfy the contract; see :func:`hotplug.open` and
                :meth:`hotplug.Plugin.lookup`.
        """
        with self._lock:
            known = self._loaded.get(name)
        if known is not None:
            return cast("T", known[1])
        plugin = self.open(name)
        kept = False
        try:
            value = plugin.lookup(self[name].symbol, self._contract)
            with self._lock:
                if self._closed:
                    raise self._closed_error(name)
                if name not in self._loaded:
                    self._loaded[name] = (plugin, value)
                    kept = True
        finally:
            if not kept:
                plugin.close()  # the symbol is not to be had, or another thread was faster and its handle stays
        return value

    def open(self, name: str) -> Plugin:
        """Return a handle of the caller's own on a plugin.

        Raises:
            PluginNotFound: If no plugin has that name.
            PluginClosed: If the catalog was closed.
            PluginError: Why it cannot be opened; see :func:`hotplug.open`.
        """
        while True:
            if self._closed:
                raise self._closed_error(name)
            entry = self[name]
            if entry.error is not None:
                raise entry.error.again()
            try:
                return open_plugin(
                    entry.artifact or entry.path,
                    boundary=self._boundary,
                    limits=self._limits,
                    provides=self._provides,
                )
            except (ArtifactError, CompatibilityError) as error:
                # found only when all of it was read; nothing of it ran, so another may stand in for it
                if not self._places.refuse(entry, error):
                    raise

    def unload(self, name: str) -> CloseReport:
        """Release what ``load`` opened under a name; see :meth:`hotplug.Plugin.close`."""
        with self._lock:
            known = self._loaded.pop(name, None)
        if known is None:
            return CloseReport(unloaded=True, reason="it was not loaded")
        plugin = known[0]
        del known  # the value; it would be counted among the survivors
        return plugin.close()

    def close(self) -> dict[str, CloseReport]:
        """Unload all that ``load`` opened, and return what was said of each."""
        with self._lock:
            self._closed = True
            names = list(self._loaded)
        try:
            return {name: self.unload(name) for name in names}
        finally:
            for name in names:  # one that was interrupted keeps no other open
                self.unload(name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @staticmethod
    def _closed_error(name: str) -> PluginClosed:
        return PluginClosed("the catalog was closed", plugin=name, remedy="make a new catalog")

    def _known(self, name: str) -> str:
        ready = [entry.name for entry in self.entries() if entry.ready]
        near = nearest(name, ready)
        if near:
            return near.removeprefix(", ")
        return f"there are: {', '.join(ready)}" if ready else "there is none at all"


class _Places:
    """The places of a search, each read once, when it is needed."""

    def __init__(self, readers: list[Callable[[], list[Entry]]]) -> None:
        self._unread = readers
        self._read: list[list[Entry]] = []
        self._lock = threading.RLock()

    def find(self, name: str) -> Entry | None:
        """Return the entry that a name means: the first that is ready, else the first that was refused."""
        with self._lock:
            winner = self._winner(name)
            while winner is None and self._unread:
                self._read_next()
                winner = self._winner(name)
            return winner or next((each for each in self._entries() if each.name == name), None)

    def all(self) -> tuple[Entry, ...]:
        """Read every place, and return what they offer; what another one hides says so."""
        with self._lock:
            while self._unread:
                self._read_next()
            winners = {name: self._winner(name) for name in {entry.name for entry in self._entries()}}
            return tuple(_shown(entry, winners[entry.name]) for entry in self._entries())

    def refuse(self, entry: Entry, error: PluginError) -> bool:
        """Note why an entry cannot be opened after all, and tell whether another one has its name."""
        refused = entry._replace(status=f"refused: {error.reason}", error=error)
        with self._lock:
            self._read = [[refused if each is entry else each for each in place] for place in self._read]
            found = self.find(entry.name)
            return found is not None and found.ready

    def _entries(self) -> list[Entry]:
        return [entry for place in self._read for entry in place]

    def _read_next(self) -> None:
        self._read.append(self._unread[0]())
        del self._unread[0]  # what could not be read now may be asked again

    def _winner(self, name: str) -> Entry | None:
        for place in self._read:
            rivals = [entry for entry in place if entry.name == name and entry.ready]
            if rivals:
                return _best(rivals)
        return None


def _shown(entry: Entry, winner: Entry | None) -> Entry:
    if winner is None or entry is winner or not entry.ready:
        return entry
    return entry._replace(status=f"shadowed by {winner.path}")


def _best(rivals: list[Entry]) -> Entry:
    """Return the highest version of the distribution that comes first by file name."""
    first = rivals[0]
    if len(rivals) == 1:
        return first
    from packaging.version import InvalidVersion, Version

    def release(entry: Entry) -> tuple[bool, Version]:
        try:
            return True, Version(entry.version or "")
        except InvalidVersion:
            return False, Version("0")

    same = [each for each in rivals if _distribution(each) == _distribution(first)]
    return max(same, key=release)


def _distribution(entry: Entry) -> str:
    from hotplug.artifacts.metadata import normalised

    return normalised(entry.artifact.metadata.name if entry.artifact else entry.path)


def _readers(
    search: Search,
    paths: Sequence[str | os.PathLike[str]],
    fallback: Sequence[str | os.PathLike[str]],
    *,
    installed: bool,
) -> list[Callable[[], list[Entry]]]:
    from functools import partial
    from os.path import abspath

    readers: list[Callable[[], list[Entry]]] = [partial(search.folder, abspath(path)) for path in paths]
    if installed:
        readers.append(search.installed)
    readers += [partial(search.folder, abspath(path)) for path in fallback]
    return readers
