"""An installed distribution: imported as the host itself would, and shared with it."""

from __future__ import annotations

import sys
from _thread import allocate_lock

from hotplug.boundaries import exported, resolve
from hotplug.boundaries.activation import started
from hotplug.boundaries.origin import check_origin
from hotplug.boundaries.report import CloseReport
from hotplug.errors import PolicyError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from hotplug.artifacts import Tree
    from hotplug.artifacts.artifact import Artifact

_lock = allocate_lock()
_imported: dict[str, str] = {}
"""The digest of each distribution as it was when hotplug first imported it, by its path; under the lock."""
_copies: dict[str, Tree] = {}
"""The copy that a distribution is imported from since it was opened with a pin, by its path; under the lock."""


class Shared:
    """The running code of an installed distribution, under its real names."""

    def __init__(self, artifact: Artifact) -> None:
        self._plugin = artifact.name
        self._tree = artifact.tree()
        self._root = self._tree.root_module
        with _lock:
            first = _imported.setdefault(artifact.path, self._tree.digest)
            copy = _copies.get(artifact.path)
        if first == self._tree.digest:
            if copy is not None and not artifact.verified:
                self._tree = copy  # since it was pinned, everybody imports it from there
        else:
            if self._in_sys_modules():
                raise PolicyError(
                    "changed on disk since it was imported, and an installed distribution is shared with the host",
                    plugin=self._plugin,
                    remedy="restart the program",
                )
            with _lock:
                _imported[artifact.path] = self._tree.digest
                copy = _copies.pop(artifact.path, None)
            if copy is not None:
                from hotplug.boundaries.inline.vouched import forget

                forget(copy)
        if artifact.verified:
            from hotplug.boundaries.inline.vouched import vouch

            vouch(self._tree, self._plugin)
            with _lock:
                _copies[artifact.path] = self._tree
        if self._root is not None:
            self._start(self._root)

    ended = False

    def symbols(self) -> tuple[str, ...]:
        """Return the public names that the root module exports."""
        return () if self._root is None else exported(self._load(self._root), self._owns)

    def resolve(self, symbol: str) -> object:
        """Return the value of a symbol: the distribution's own object.

        Raises:
            SymbolNotFound: If there is none of that name.
            ActivationError: If the name is taken by something else that is importable.
        """
        return resolve(
            symbol,
            plugin=self._plugin,
            root=self._root,
            tops=self._tree.tops,
            owns=self._owns,
            load=self._load,
        )

    def resolve_as(self, symbol: str, contract: object) -> object:
        """Return the value of a symbol, which satisfies the contract."""
        from hotplug.boundaries.checking import checked

        return checked(self.resolve(symbol), contract, symbol=symbol, plugin=self._plugin)

    def stop(self, timeout: float | None) -> CloseReport:
        """Leave the distribution to the interpreter, which cannot let go of it; calls go on as they were."""
        del timeout
        return CloseReport(
            unloaded=False,
            reason="an installed distribution is shared with the host; it stays imported until the program ends",
        )

    def _owns(self, module: object) -> bool:
        return isinstance(module, str) and module.partition(".")[0] in self._tree.tops

    def _in_sys_modules(self) -> set[str]:
        return {name for name in list(sys.modules) if self._owns(name)}

    def _start(self, root: str) -> None:
        before = self._in_sys_modules()
        check_origin(root, root=self._tree.root, files=self._tree.files, plugin=self._plugin)
        try:
            self._load(root)
        except BaseException:
            for name in self._in_sys_modules() - before:
                sys.modules.pop(name, None)  # a part that started would run beside a mended whole
            raise

    def _load(self, name: str) -> ModuleType:
        return started(name, plugin=self._plugin, root=self._tree.root)
