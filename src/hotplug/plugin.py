"""Open an artifact, look up a symbol, close it again.

A plugin is loaded once for each identity: the same real path, the same contents, the same provisions; what runs
where it lies and what runs from a copy that was held to a pin are two. Every ``open`` returns a handle of its own;
the last one that is closed unloads the plugin. All of it may be used from any thread.
"""

from __future__ import annotations

import os
import sys
from _thread import RLock, get_ident  # a finalizer may close a plugin, wherever the collector runs

from hotplug.artifacts import fits_any_host, locate, normalised
from hotplug.boundaries import start
from hotplug.light import DEBUG, Gate, heard, overload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType
    from typing import Any, Literal, NoReturn, Self, TypeVar

    from typing_extensions import TypeForm

    from hotplug.artifacts.artifact import Artifact
    from hotplug.boundaries.instance import Instance
    from hotplug.boundaries.report import CloseReport
    from hotplug.policy import Limits

    T = TypeVar("T")
    Boundary = Literal["inline", "process"]
    Key = tuple[str, str, tuple[tuple[str, str], ...], bool, Boundary, Limits | None, bool]

_UNCHECKED = object()
_lock = RLock()
_loaded: dict[Key, _Loaded] = {}
"""Every plugin that is being opened, is open, or is being closed; changed under the lock."""
_waiting: dict[int, _Loaded] = {}
"""The plugin that each waiting thread waits for, by thread identifier; changed under the lock."""


class _Loaded:
    """One plugin, shared by its handles. ``owner`` is the thread that opens or closes it, None when it is open."""

    __slots__ = ("artifact", "closing", "done", "error", "handles", "instance", "key", "owner")

    def __init__(self, key: Key, artifact: Artifact) -> None:
        self.key = key
        self.artifact = artifact
        self.handles = 0
        self.instance: Instance | None = None
        self.error: BaseException | None = None
        self.owner: int | None = None
        self.closing = False
        self.done = Gate()

    @property
    def name(self) -> str:
        return self.artifact.name

    def close_from(self, thread: int) -> None:
        self.handles, self.owner, self.closing = 0, thread, True
        self.done = Gate()


class Plugin:
    """One owner's handle on an opened plugin; a context manager that closes it.

    Two handles are equal if they share one loaded plugin. A handle that is garbage-collected without having been
    closed gives a ResourceWarning, and its plugin stays loaded until the program ends: its values may be in use.
    """

    __slots__ = ("__weakref__", "_loaded", "_report")

    def __init__(self, loaded: _Loaded) -> None:
        self._loaded = loaded
        self._report: CloseReport | None = None

    @property
    def name(self) -> str:
        """The name of the plugin's distribution, else of its folder or file."""
        return self._loaded.name

    @property
    def version(self) -> str | None:
        """The plugin's version, None where the artifact does not tell."""
        return self._loaded.artifact.metadata.version

    @property
    def digest(self) -> str:
        """The digest of what was opened, ``sha256:`` and 64 hexadecimal digits."""
        return self._loaded.key[1]

    @property
    def artifact(self) -> Artifact:
        """What was opened."""
        return self._loaded.artifact

    @property
    def boundary(self) -> Boundary:
        """Where the plugin's code runs: "inline", in this interpreter, or "process", in a worker of its own."""
        return self._loaded.key[4]

    @property
    def ended(self) -> bool:
        """Whether its worker has ended for good though nobody closed it; another `open` starts a new one."""
        instance = self._loaded.instance
        return instance is not None and instance.ended

    def symbols(self) -> tuple[str, ...]:
        """Return the names that the plugin's root module exports.

        These are its ``__all__``; without one, the names that do not begin with an underscore and are neither
        imported modules nor classes or functions of other packages.

        Raises:
            PluginClosed: If this handle was closed.
        """
        return self._instance("list its symbols").symbols()

    @overload
    def lookup(self, symbol: str) -> object: ...
    @overload
    def lookup(self, symbol: str, contract: TypeForm[T]) -> T: ...
    def lookup(self, symbol: str, contract: Any = _UNCHECKED) -> object:
        """Return the value of an exported symbol.

        Inline it is the plugin's own object, with nothing in between. From a process data is a copy, and a
        Protocol, a callable or a context manager a proxy that asks the worker.

        Args:
            symbol: A path of attributes from the root module (``Greeter``), or an object reference
                (``module:Greeter``; ``module:`` is the module itself).
            contract: The type that the value must satisfy: a Protocol, a class, a Callable type, any type form.

        Raises:
            PluginClosed: If this handle was closed.
            SymbolNotFound: If the plugin exports no such symbol; the message names the nearest ones.
            ContractError: If the value does not satisfy the contract; the message names every difference.
            TransferError: If the contract, or the value, cannot cross to another process.
            PluginCrashed: If the worker has ended.
            DeadlineExceeded: If the worker did not answer in time.
        """
        if not isinstance(symbol, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"a symbol is named by a str, not {symbol!r}")
        instance = self._instance(f"look up {symbol!r}")
        if contract is _UNCHECKED:
            return instance.resolve(symbol)
        return instance.resolve_as(symbol, contract)

    def close(self, *, timeout: float | None = None) -> CloseReport:
        """Release this handle; the last one unloads the plugin. Closing twice does nothing more.

        Values of an inline plugin that the host still holds keep working, but for imports of the plugin's own
        modules, and for what looks one of these up by its name, as pickle does. Proxies of a plugin in a process
        raise `PluginClosed`, calls in flight too.

        Args:
            timeout: Seconds in which calls in flight may end before the plugin is unloaded; None waits for none.

        Returns:
            What could be freed and what could not; of a handle that was closed before, what was said then.
        """
        from hotplug.boundaries.report import CloseReport

        loaded = self._loaded
        with _lock:
            if self._report is not None:
                return self._report
            if loaded.handles > 1:
                loaded.handles -= 1
                count = loaded.handles
                reason = f"{count} other handle{'s keep' if count > 1 else ' keeps'} it open"
                self._report = CloseReport(unloaded=False, still_open=count, reason=reason)
                return self._report
            self._report = CloseReport(unloaded=False, reason="closing it was interrupted")
            loaded.close_from(get_ident())
            instance, loaded.instance = loaded.instance, None
        try:
            if instance is not None:
                self._report = instance.stop(timeout)
        finally:
            with _lock:
                if _loaded.get(loaded.key) is loaded:
                    del _loaded[loaded.key]
                loaded.owner = None
            loaded.done.open()
        if heard(DEBUG):
            _tell("closed", loaded.artifact, self._report.reason)
        return self._report

    def _instance(self, purpose: str) -> Instance:
        instance = self._loaded.instance
        if self._report is not None or instance is None:
            from hotplug.errors import PluginClosed

            raise PluginClosed(
                f"this handle was closed, it cannot {purpose}", plugin=self.name, remedy="open the plugin again"
            )
        return instance

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plugin) and self._loaded is other._loaded

    def __hash__(self) -> int:
        return hash(id(self._loaded))

    def __repr__(self) -> str:
        state = "closed" if self._report is not None else "open"
        version = f" {self.version}" if self.version else ""
        return f"<Plugin {self.name}{version} {state}, {self._loaded.artifact.path}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a handle on plugin {self.name} cannot be copied: open the plugin once more")

    def __del__(self, is_ending: Callable[[], bool] = sys.is_finalizing) -> None:  # `sys` may be gone by then
        if self._report is None and not is_ending():
            import warnings

            warnings.warn(
                f"plugin {self.name} was not closed: it stays loaded until the program ends",
                ResourceWarning,
                stacklevel=2,
                source=self,
            )


def open(  # noqa: A001  (the word that Go has for it; users say hotplug.open)
    source: str | os.PathLike[str] | Artifact,
    *,
    boundary: Boundary | None = None,
    limits: Limits | None = None,
    pin: str | None = None,
    provides: Mapping[str, str] | None = None,
) -> Plugin:
    """Open a plugin: run its root module, once for all who open the same artifact.

    Args:
        source: The path of a source folder, a ``.py`` file or a wheel; or what :func:`hotplug.installed` returned.
        boundary: Where its code runs: "inline", in this interpreter, which None means; or "process", in a worker
            process with an interpreter of its own, which may die without taking the host along.
        limits: The bounds of a worker; inline nothing can be bounded.
        pin: The digest that the artifact must have, ``sha256:`` and 64 hexadecimal digits. It is computed anew
            from the bytes, and what runs is a copy of those very bytes in the cache.
        provides: Distributions that this host gives to plugins, name and version, where the interpreter does not
            know them as installed: ``{"hotplug-greeter": "1.4"}``. They override what is installed.

    Raises:
        ArtifactError: If there is nothing at the path that can be opened; nothing of it ran.
        TrustError: If its digest is not the pinned one, or it was imported unchecked before; nothing of it ran.
        ValueError: If the pin is no digest; nothing was read.
        CompatibilityError: If it does not fit this host, with every reason; nothing of it ran.
        PolicyError: If it cannot be had in this process, or not with these limits; nothing of it ran.
        ActivationError: If its code failed, or it was opened from within its own opening.
        PluginCrashed: If its worker ended while it started.
        DeadlineExceeded: If it did not start in time.
    """
    pairs = list(provides.items()) if provides is not None and hasattr(provides, "items") else []
    if (provides and not pairs) or not all(type(each) is str for pair in pairs for each in pair):
        raise TypeError(f"provides maps names to versions, both str, not {provides!r}")
    given = tuple(sorted((normalised(name), version) for name, version in pairs))
    chosen: Boundary = "inline"
    if boundary is not None or limits is not None or "HOTPLUG_BOUNDARY" in os.environ:
        from hotplug.policy import decided

        chosen, limits = decided(boundary, limits)
    if pin is None:
        artifact = locate(source)
    else:
        from hotplug.trust.pins import pinned

        artifact = pinned(source, pin)
    key = (artifact.path, artifact.digest(), given, artifact.private, chosen, limits, artifact.verified)
    return Plugin(_acquire(key, artifact))


def _acquire(key: Key, artifact: Artifact) -> _Loaded:
    """Return the loaded plugin of that identity, with one handle more; load it if there is none."""
    me = get_ident()
    while True:
        try:
            with _lock:
                loaded = _loaded.get(key)
                ended = loaded is not None and loaded.instance is not None and loaded.instance.ended
                if loaded is None or ended:
                    loaded = _loaded[key] = _Loaded(key, artifact)
                    loaded.owner = me
                    break
                if loaded.owner is None:
                    loaded.handles += 1
                    return loaded
                # in one breath: of two threads that close a circle, the second must see the first
                _refuse_cycle(loaded, me)
                _waiting[me] = loaded
            loaded.done.wait()
        finally:
            if me in _waiting:
                with _lock:
                    del _waiting[me]
        if loaded.error is not None:
            from hotplug.errors import PluginError

            if isinstance(loaded.error, PluginError):
                raise loaded.error.again() from loaded.error  # tracebacks are not shared by threads
    instance: Instance | None = None
    try:
        if not fits_any_host(artifact):
            _check_compatibility(artifact, dict(key[2]), inline=key[4] == "inline")
        instance = start(artifact, key[4], key[5])
        with _lock:
            loaded.instance, loaded.handles, loaded.owner = instance, 1, None
    except BaseException as error:
        try:
            if instance is not None:  # Ctrl-C came between its start and its handle
                instance.stop(None)
        finally:
            with _lock:
                loaded.error = error
                _loaded.pop(key, None)
            loaded.done.open()
        raise
    loaded.done.open()
    if heard(DEBUG):
        try:
            _tell("opened", artifact)
        except BaseException:  # a listener's Ctrl-C or exit; nobody else has a handle to close
            Plugin(loaded).close()
            raise
    return loaded


def _tell(kind: Literal["opened", "closed"], artifact: Artifact, reason: str = "") -> None:
    from hotplug.events import Event, tell

    tell(Event(kind, artifact.name, artifact.path, artifact.metadata.version, reason))


def _check_compatibility(artifact: Artifact, provides: Mapping[str, str], *, inline: bool) -> None:
    from hotplug.artifacts.compatibility import objections

    reasons = objections(artifact, provides, inline=inline)
    if reasons:
        from hotplug.errors import CompatibilityError

        raise CompatibilityError(reasons, plugin=artifact.name)


def _refuse_cycle(target: _Loaded, me: int) -> None:
    """Raise if waiting for a plugin would wait for this thread itself; called under the lock."""
    chain = [target]
    owner = target.owner
    while owner is not None and owner != me:
        blocker = _waiting.get(owner)
        if blocker is None:
            return
        chain.append(blocker)
        owner = blocker.owner
    if owner is None:
        return
    from hotplug.errors import ActivationError

    names = [each.name for each in chain]
    if target.closing:
        raise ActivationError(
            f"is opened while it is being closed, by {' -> '.join(names)}",
            plugin=target.name,
            remedy="do not open it in its own exit handlers",
        )
    if len(chain) == 1:
        # what this thread opens lies between the target and here
        own = [each for each in _loaded.values() if each.owner == me]
        names = [each.name for each in own[own.index(target) :]]
    way = " -> ".join([*names, target.name])
    reason = "opens itself while it is being opened" if len(names) == 1 else f"plugins open each other: {way}"
    raise ActivationError(
        reason, plugin=target.name, remedy="open the other plugin when it is needed, not at import"
    )


def _after_fork() -> None:
    """Forget, in a forked child, what other threads were about to do: they do not exist there."""
    global _lock  # noqa: PLW0603  (one of them may hold it)
    _lock = RLock()
    _waiting.clear()
    me = get_ident()
    for key, loaded in list(_loaded.items()):
        if loaded.owner not in (None, me):
            del _loaded[key]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
