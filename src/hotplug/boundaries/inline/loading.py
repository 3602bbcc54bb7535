"""Loaders of what is no part of what was opened, and all the same loaded as a plugin's module."""

from __future__ import annotations

from hotplug.boundaries.inline.finding import Own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType


class Found(Own):
    """Loads a file that a plugin finds or makes while it runs: code of the plugin, but no part of what was opened.

    It is loaded as it is, each time anew.
    """

    def get_code(self, fullname: str) -> CodeType:
        """Return the module's code."""
        del fullname
        from hotplug.boundaries.inline.rewriting import compiled

        self._namespace.be_asked_for_names()
        return compiled(self.get_data(self.path), self.path, self._namespace.private)[0]


class Running:
    """The loader of a module that is loaded already: it leaves it as it is."""

    def __init__(self, module: ModuleType) -> None:
        self._spec = module.__spec__

    def create_module(self, spec: ModuleSpec) -> None:
        """Make no module."""

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing but take back that the module's spec was replaced."""
        module.__spec__ = self._spec
