"""The inline boundary: a plugin runs in this interpreter, and its values are its own objects.

A folder, a file or a wheel gets a private namespace: its own top-level names are its alone, everything else is
the host's. An installed distribution is part of the host already and is imported as the host imports it.
"""

from __future__ import annotations

from hotplug.light import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from hotplug.artifacts.artifact import Artifact
    from hotplug.boundaries.report import CloseReport


class Private:
    """The running code of a folder, a file or a wheel, in a namespace of its own."""

    def __init__(self, artifact: Artifact) -> None:
        from hotplug.boundaries.inline.namespace import Namespace

        self._tree = artifact.tree()
        self._plugin = artifact.name
        self._root = self._tree.root_module
        self._root_module: ModuleType | None = None
        self._namespace = Namespace(self._tree, artifact)
        try:
            self._namespace.enter()
            if self._root is not None:
                self._load(self._root)
        except BaseException as error:
            from hotplug.errors import ActivationError

            report = self._abandon()
            if isinstance(error, ActivationError) and report is not None:
                error.report = report
                error.remedy = f"left behind: {', '.join(filter(None, [*report.survivors, report.reason]))}"
            raise

    ended = False

    def symbols(self) -> tuple[str, ...]:
        """Return the public names that the root module exports."""
        from hotplug.boundaries import exported

        return () if self._root is None else exported(self._load(self._root), self._namespace.owns)

    def resolve(self, symbol: str) -> object:
        """Return the value of a symbol: the plugin's own object.

        Raises:
            SymbolNotFound: If there is none of that name.
            ActivationError: If a module that the symbol names fails to start.
        """
        from hotplug.boundaries import resolve

        try:
            return resolve(
                symbol,
                plugin=self._plugin,
                root=self._root,
                tops=self._tree.tops,
                owns=self._namespace.owns,
                load=self._load,
            )
        except LookupError as error:
            from hotplug.errors import SymbolNotFound

            if isinstance(error, SymbolNotFound):
                error.reason = self.readable(error.reason)
            raise

    def resolve_as(self, symbol: str, contract: object) -> object:
        """Return the value of a symbol, which satisfies the contract."""
        from hotplug.boundaries.checking import checked

        return checked(self.resolve(symbol), contract, symbol=symbol, plugin=self._plugin, readable=self.readable)

    def readable(self, text: str) -> str:
        """Return a text with the plugin's modules under the names that its author gave them."""
        return self._namespace.readable(text)

    def stop(self, timeout: float | None) -> CloseReport:
        """Run the plugin's exit handlers, take its modules out of the interpreter, and tell what is left."""
        if timeout is not None:
            from hotplug.boundaries.inline.calls import wait_for_calls

            wait_for_calls(self._namespace.owns, timeout)
        from hotplug.boundaries.inline.unloading import unload

        self._root_module = None
        try:
            return unload(self._namespace, self._tree.root)
        finally:
            self._namespace.leave()  # also where Ctrl-C came before it

    def _abandon(self) -> CloseReport | None:
        """Undo a start that failed; the traceback of its error holds frames, so objects are not counted."""
        from hotplug.boundaries.inline.unloading import abandon

        return abandon(self._namespace, self._tree.root)

    def _load(self, name: str) -> ModuleType:
        if name == self._root and self._root_module is not None:
            return self._root_module  # a plugin may take it out of sys.modules; it runs once all the same
        private = self._namespace.name_of(name)
        assert private is not None  # noqa: S101  (asked for by `resolve` only where the name is the plugin's own)
        try:
            module = import_module(private)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            from hotplug.boundaries.activation import failure
            from hotplug.errors import PluginClosed

            if self._namespace.closed:
                raise PluginClosed("was closed meanwhile", plugin=self._plugin) from error
            raise failure(
                error, private, plugin=self._plugin, root=self._tree.root, readable=self.readable
            ) from error
        if name == self._root:
            self._root_module = module
        return module
