"""A catalog's plugins registered with pluggy, each failure contained and told.

    manager = pluggy.PluginManager("myhost")
    manager.add_hookspecs(myhost.hookspecs)
    with Catalog("myhost", object, paths=["plugins"]) as catalog, register(manager, catalog) as plugins:
        for name, error in plugins.failed.items():
            print(f"{name} is left out: {error}", file=sys.stderr)
        manager.hook.myhost_start()

Nothing of pluggy is imported: whoever has a PluginManager has pluggy. What a catalog loads is registered as it is,
a module mostly; the manager calls its functions with nothing in between, unless ``contain`` asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from hotplug.boundaries.activation import MEND, kind_of, text_of
from hotplug.bridges.containing import contained
from hotplug.errors import (
    ActivationError,
    PluginClosed,
    PluginDisabled,
    PluginError,
    PluginRaised,
    PolicyError,
    nearest,
)
from hotplug.events import Event, tell

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Self

    from pluggy import HookCaller, HookImpl, PluginManager

    from hotplug import Catalog, CloseReport

__all__ = ["Registered", "register"]

_REMEDY = "its author corrects the name, or marks it with optionalhook=True"
_NEEDED = ("register", "unregister", "get_hookcallers", "get_plugin", "get_name", "is_blocked", "hook")


def register(manager: PluginManager, catalog: Catalog[Any], *, contain: bool = False) -> Registered:
    """Load every plugin of a catalog and register it with a PluginManager, under its name in the catalog.

    One that cannot be loaded or registered is left out, and the others are registered. What it had registered
    before it failed is undone, and it is unloaded. The reasons are in ``failed``, and told as events and to
    ``logging``. Left alone is what is disabled, and what has a name that the manager has blocked or registered
    already; nothing of them is loaded. Pluggy calls what was registered last first: here, the last name.

    Args:
        manager: Where plugins are registered. Hook specifications are added before: they are what is checked.
        catalog: The plugins. Its contract is ``object`` where they are modules of functions, else the Protocol or
            class that the host expects of an object. They run inline: a module of hooks cannot be in a process.
        contain: Whether an exception of a plugin's hook is told and passed over, as if the plugin did not
            implement that hook. Without it pluggy ends the whole call, as it always does. What asks the program to
            end passes: SystemExit, KeyboardInterrupt and every other exception that is no ``Exception``.

    Raises:
        TypeError: If it is no PluginManager.
        PluginClosed: If the catalog was closed.
    """
    if not all(hasattr(manager, name) for name in _NEEDED):
        raise TypeError(f"plugins are registered with a pluggy.PluginManager, not with {manager!r}")
    registered = Registered(manager, catalog, contain=contain)
    try:
        for name in catalog:
            registered.add(name)
    except BaseException:  # Ctrl-C; nobody has what takes the others away
        registered.close()
        raise
    return registered


class Registered:
    """The plugins of a catalog that are registered with a PluginManager; a context manager that takes them away.

    Attributes:
        plugins: What is registered, by name.
        failed: Why others are not, by name.
        skipped: Why others were not even tried, by name: they are disabled, blocked, or there already.
    """

    def __init__(self, manager: PluginManager, catalog: Catalog[Any], *, contain: bool) -> None:
        self.plugins: dict[str, object] = {}
        self.failed: dict[str, PluginError] = {}
        self.skipped: dict[str, str] = {}
        self._manager = manager
        self._catalog = catalog
        self._contain = contain

    def add(self, name: str) -> bool:
        """Load one plugin and register it, such as one that `Catalog.refresh` has found; tell whether it is.

        Raises:
            PluginClosed: If the catalog was closed.
        """
        if name in self.plugins:
            return True
        self.failed.pop(name, None)
        self.skipped.pop(name, None)
        if self._manager.is_blocked(name):
            self.skipped[name] = "is blocked by the host"
            return False
        if self._manager.get_plugin(name) is not None:
            self.skipped[name] = "has the name of a plugin that the host has already"
            return False
        try:
            plugin = self._load(name)
        except PluginDisabled as error:
            self.skipped[name] = error.reason
            return False
        except PluginClosed:
            raise
        except PluginError as error:
            self._fail(name, error)
            return False
        try:
            self._register(name, plugin)
        except PluginError as error:
            del plugin  # it would be counted among the survivors
            self._catalog.unload(name)
            self._fail(name, error)
            return False
        except BaseException:
            self._catalog.unload(name)
            raise
        self.plugins[name] = plugin
        return True

    def remove(self, name: str) -> CloseReport:
        """Take one plugin away from the manager, and unload it.

        Returns:
            What could be freed and what could not. A host that keeps what a hook returned keeps its plugin's code.

        Raises:
            KeyError: If it is not registered.
        """
        plugin = self.plugins.pop(name)
        try:
            if self._manager.get_plugin(name) is plugin:
                self._manager.unregister(name=name)
        finally:
            del plugin  # it would be counted among the survivors
            report = self._catalog.unload(name)
        return report

    def check_pending(self) -> None:
        """Take away every plugin that implements a hook which nobody has specified, and does not call it optional.

        For a host that calls `PluginManager.check_pending`: before it, so that no plugin of the catalog can make
        that raise. What is taken away is in ``failed``.
        """
        known = [name for name, each in vars(self._manager.hook).items() if name[:1] != "_" and each.has_spec()]
        for name, plugin in list(self.plugins.items()):
            unknown = [
                caller.name
                for caller in self._manager.get_hookcallers(plugin) or ()
                if not caller.has_spec() and not all(each.optionalhook for each in _own(caller, plugin))
            ]
            if unknown:
                hook = min(unknown)
                reason = f"implements the hook {hook!r}, which this host does not have{nearest(hook, known)}"
                self.remove(name)
                self._fail(name, ActivationError(reason, plugin=name, remedy=_REMEDY))

    def close(self) -> dict[str, CloseReport]:
        """Take every plugin away from the manager, the last one first, and unload it; the catalog stays open.

        One that the host has unregistered itself is unloaded only.

        Returns:
            What could be freed and what could not, by name.
        """
        return {name: self.remove(name) for name in reversed(list(self.plugins))}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Registered {', '.join(self.plugins) or 'nothing'}>"

    def _load(self, name: str) -> object:
        entry = self._catalog.get(name)
        if entry is not None and entry.ready and self._catalog.boundary(name) == "process":
            raise PolicyError(
                "cannot be registered from a process: pluggy calls functions, and those of a module stay where "
                "the module is",
                plugin=name,
                remedy='run it inline (boundary="inline"), or give it a contract and call it without pluggy',
            )
        return self._catalog.load(name)

    def _register(self, name: str, plugin: object) -> None:
        manager = self._manager
        try:
            manager.register(plugin, name)
            if self._contain:
                for caller in manager.get_hookcallers(plugin) or ():
                    for each in _own(caller, plugin):
                        # the attribute is public, and what pluggy calls; its names of arguments were read before
                        each.function = contained(each, self._raised)  # type: ignore[misc]
        except BaseException as error:
            if manager.get_plugin(name) is plugin:  # an earlier hook of its own may be registered
                manager.unregister(name=name)
            if not isinstance(error, Exception | SystemExit):
                raise
            raise _refusal(name, error) from error

    def _fail(self, name: str, error: PluginError) -> None:
        self.failed[name] = error
        entry = self._catalog.get(name)
        known = None if entry is None else entry.error
        if known is None or known.reason != error.reason:  # else the catalog has told it
            self._tell("refused", name, error.reason, error)

    def _raised(self, impl: HookImpl, error: Exception) -> None:
        import traceback

        name, kind, said = impl.plugin_name, kind_of(error), text_of(error)
        lines = "".join(traceback.format_exception(error))
        hook = impl.opts.get("specname") or getattr(impl.function, "__name__", "hook")
        failure = PluginRaised(kind, said, traceback=lines, plugin=name)
        self._tell("raised", name, f"its {hook} {failure.reason}", failure)

    def _tell(self, kind: Literal["refused", "raised"], name: str, reason: str, error: PluginError | None) -> None:
        entry = self._catalog.get(name)
        path, version = (None, None) if entry is None else (entry.path, entry.version)
        tell(Event(kind, name, path, version, reason, error))


def _own(caller: HookCaller, plugin: object) -> list[HookImpl]:
    """Return what a plugin implements of a hook."""
    return [each for each in caller.get_hookimpls() if each.plugin is plugin]


def _refusal(name: str, error: Exception | SystemExit) -> ActivationError:
    """Return why a plugin is not registered; pluggy's own words begin with the plugin."""
    kind = kind_of(error)
    said = "\n".join(f"  {line}" for line in text_of(error).splitlines())
    if kind == "PluginValidationError":
        remedy = "its author writes the hook as the host specifies it"
        return ActivationError(f"does not fit the hooks of this host:\n{said}", plugin=name, remedy=remedy)
    return ActivationError(f"cannot be registered: {kind}:\n{said}", plugin=name, remedy=MEND)
