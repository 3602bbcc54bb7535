"""Plugins by name: which one a name means, and what a host does with it."""

from __future__ import annotations

import os
from _thread import RLock
from collections.abc import Mapping
from typing import Generic, TypeVar

from hotplug.boundaries.report import CloseReport
from hotplug.catalog.decisions import Arguments
from hotplug.catalog.entry import Facts
from hotplug.catalog.loaded import Held, Loaded
from hotplug.catalog.look import Look
from hotplug.catalog.telling import Telling
from hotplug.errors import (
    ArtifactError,
    CompatibilityError,
    PluginDisabled,
    PluginError,
    PluginNotFound,
    PolicyError,
    TrustError,
    absolute,
)
from hotplug.light import INFO, heard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType
    from typing import Self

    from typing_extensions import TypeForm

    from hotplug.catalog.changes import Changes, Loads
    from hotplug.catalog.entry import Entry
    from hotplug.plugin import Boundary, Plugin
    from hotplug.policy import Limits
    from hotplug.policy.file import Policy
    from hotplug.trust.lock import Lock

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
        lock: The lock of all that may be run, or its path: any other artifact, and one that was changed since, is
            refused. A lock that is given by its path is read again by `refresh` and `reload`.
        policy: The path of the file in which stands what the operator decided, which every `refresh` reads anew;
            or what was read from one, which stays as it is. It beats the arguments, but for its paths, which are
            searched before the others, and its fallback, which is searched after.
        config: The type of a plugin's configuration. With it a plugin's symbol must be callable with one, and
            return what satisfies the contract; each load calls it once, with what the policy's table for the
            plugin says, or else with the type's defaults.

    Raises:
        PolicyError: If the policy cannot be read, or followed here; or if ``HOTPLUG_DISABLE`` or
            ``HOTPLUG_SAFE_MODE`` has a value that means nothing.
        TrustError: If the lock cannot be read.
        ArtifactError: If a folder is relative, and the working folder is not there any more.
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
        policy: Policy | str | os.PathLike[str] | None = None,
        config: type | None = None,
    ) -> None:
        name = symbol or getattr(contract, "__name__", None)
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"{contract!r} has no name: say which symbol plugins export (symbol=…)")
        for each in (paths, fallback):
            if isinstance(each, str | os.PathLike):
                raise TypeError(f"paths and fallback are lists of folders, not {each!r}")
        self._contract = contract
        if config is not None:
            from hotplug.catalog.configuring import fit

            fit(config)
        folders = [tuple(absolute(each, ArtifactError) for each in every) for every in (paths, fallback)]
        self._given = Arguments(
            group,
            name,
            contract=_reference(contract),
            paths=folders[0],
            installed=installed,
            fallback=folders[1],
            boundary=boundary,
            limits=limits,
            provides=dict(provides or {}),
            lock=absolute(lock, TrustError) if isinstance(lock, str | os.PathLike) else lock,
            policy=absolute(policy, PolicyError) if isinstance(policy, str | os.PathLike) else policy,
            config=config,
        )
        self._telling = Telling()
        self._look = Look(self._given, self._telling)
        self._loaded: Loaded[T] = Loaded()
        self._refreshing = RLock()  # a finalizer may refresh, wherever the collector runs

    def __getitem__(self, name: str) -> Entry:
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise PluginNotFound(f"there is no plugin {name!r}")
        look = self._look
        entry = look.order.find(name)
        if entry is None:
            raise look.not_found(name)
        return entry

    def __iter__(self) -> Iterator[str]:
        return iter(self._look.order.names())

    def __len__(self) -> int:
        return len(self._look.order.names())

    def entries(self) -> tuple[Entry, ...]:
        """Return every entry in the order of the search, those that are shadowed, disabled or refused too."""
        return self._look.order.all()

    def load(self, name: str) -> T:
        """Open a plugin, look its symbol up and check it; a name that was loaded gives the same value again.

        It does so until the name is unloaded or reloaded: also where its artifact was changed or removed since,
        and where a `refresh` found that the policy or the environment disables it now. A plugin whose worker has
        ended is opened anew, if it still may be. While another thread reloads the name, the value is the old one
        or the new one.

        Raises:
            PluginNotFound: If no plugin has that name, and nothing is loaded under it.
            PluginDisabled: If the policy or the environment disables it, as the last `refresh` read them, and
                nothing is loaded under it; no place is searched for it.
            PluginClosed: If the catalog was closed.
            PluginError: Why it cannot be opened, is configured wrongly, or does not satisfy the contract; see
                :func:`hotplug.open` and :meth:`hotplug.Plugin.lookup`.
        """
        held = self._loaded.get(name)
        while held is None:
            number = self._loaded.number()
            look = self._look
            entry, plugin = self._opened(look, name, to_load=True)
            try:
                held = self._kept(look, entry, plugin, number, replace=False)
            except PluginError:
                held = self._loaded.get(name)
                if held is None:  # else another thread was faster: what it took may be what was missing here
                    raise
        return held.value

    def load_all(self) -> Loads[T]:
        """Load every name that the catalog has, and tell why others are not: disabled, or what went wrong.

        A name is loaded as `load` does it: one that was loaded before it was disabled is among the loaded ones.
        One that was loaded and that the catalog has no more is in none.

        Raises:
            PluginClosed: If the catalog was closed.
        """
        from hotplug.catalog.changes import Loads

        loads: Loads[T] = Loads({}, {}, {})
        for name in self:
            try:
                loads.loaded[name] = self.load(name)
            except PluginDisabled as error:
                loads.disabled[name] = error
            except PluginError as error:
                if self._loaded.closed:
                    raise
                loads.failed[name] = error
        return loads

    def open(self, name: str) -> Plugin:
        """Return a handle of the caller's own on a plugin.

        Raises:
            PluginNotFound: If no plugin has that name.
            PluginDisabled: If the policy or the environment disables it.
            PluginClosed: If the catalog was closed.
            PluginError: Why it cannot be opened; see :func:`hotplug.open`.
        """
        return self._opened(self._look, name, to_load=False)[1]

    def reload(self, name: str, *, timeout: float | None = 30.0) -> T:
        """Read a plugin's artifact anew and put it in the place of what was loaded under its name.

        The new one is opened, looked up and checked before the old one is released. If any of that fails, the old
        one stays and the error says why. An artifact that did not change is the plugin that it was: it does not
        run again. What was not loaded is loaded. Of the policy counts what the last `refresh` read.

        Values of the old one behave as after :meth:`hotplug.Plugin.close`: inline they keep working; of a
        process they raise `PluginClosed`, once the calls in flight have ended.

        Args:
            name: The plugin's name.
            timeout: Seconds in which calls in flight of the old one may end; None waits for none.

        Raises:
            PluginNotFound: If no plugin has that name.
            PluginDisabled: If the policy or the environment disables it.
            PluginClosed: If the catalog was closed.
            PluginError: Why the artifact, as it is now, cannot take the place of the old one.
        """
        while True:
            number = self._loaded.number()
            look = self._look
            look.refuse(name)
            look.read_lock()
            found = look.order.anew(name)
            if found is None:
                raise look.missing(name)
            entry, now = found
            try:
                plugin = look.open(now, self._loaded, to_load=True)
                held = self._kept(look, now, plugin, number, replace=True, timeout=timeout)
            except PluginError as error:
                self._telling.tell(name, now.path, Facts(now.artifact, error))
                raise
            if held is not None:
                look.order.replace(entry, now)
                if heard(INFO):
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

        What a place held that nobody had looked at before is no change. The policy's file and the environment are
        read anew, too.

        Raises:
            PolicyError: If the policy cannot be followed any more; then the catalog is as it was.
        """
        from hotplug.catalog.changes import compare

        with self._telling, self._refreshing:
            look = Look(self._given, self._telling)
            changes = compare(self._look, look, self._loaded.digests())
            self._telling.forget(entry for place in look.order.places for entry in place.everything())
            self._look = look
        return changes

    def close(self) -> dict[str, CloseReport]:
        """Unload all that ``load`` opened, and return what was said of each."""
        names = self._loaded.close()
        try:
            return {name: self.unload(name) for name in names}
        finally:
            for name in names:  # one that was interrupted keeps no other open
                self.unload(name)

    def boundary(self, name: str) -> Boundary | None:
        """Return where a plugin of that name would run; nothing is looked for or opened.

        None is where neither the policy, nor the arguments, nor ``HOTPLUG_BOUNDARY`` says it: inline, then.
        """
        return self._look.decisions.acting(name)

    def unmatched(self) -> dict[str, str]:
        """Return the names that the policy or ``HOTPLUG_DISABLE`` speaks of and that no plugin has, and where.

        Every place is read for that. In safe mode nobody knows, and nothing is returned.
        """
        decisions = self._look.decisions
        if decisions.safe:
            return {}
        names = set(self._look.order.names())
        return {name: place for name, place in decisions.named().items() if name not in names}

    def _opened(self, look: Look, name: str, *, to_load: bool) -> tuple[Entry, Plugin]:
        look.refuse(name)
        while True:
            entry = look.order.find(name)
            if entry is None:
                raise look.missing(name)
            try:
                return entry, look.open(entry, self._loaded, to_load=to_load)
            except (ArtifactError, CompatibilityError, TrustError) as error:
                # found only when all of it was read; nothing of it ran, so another may stand in for it
                self._telling.tell(name, entry.path, Facts(entry.artifact, error))
                if entry.error is not None or not look.order.refuse(entry, error):
                    raise

    def _kept(
        self,
        look: Look,
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
            held = Held(plugin, look.value(plugin, entry, self._contract))
            kept, released = self._loaded.keep(entry.name, held, number, replace=replace)
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


def _reference(contract: object) -> str:
    """Return where a contract is found, as ``module:Name``; empty where that would tell nothing."""
    module, name = getattr(contract, "__module__", None), getattr(contract, "__qualname__", None)
    named = isinstance(module, str) and isinstance(name, str) and module != "builtins" and "<" not in name
    return f"{module}:{name}" if named else ""
