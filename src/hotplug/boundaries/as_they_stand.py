"""Loaders of a plugin's modules under the names that their author gave them, from the bytes that were opened.

Nothing in the source is rewritten; else they do what the inline boundary does (``Sources``).
"""

from __future__ import annotations

from importlib.machinery import ExtensionFileLoader, ModuleSpec, SourceFileLoader, SourcelessFileLoader

from hotplug.boundaries.inline.bytecode import Sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType


class AsTheyStand(Sources):
    """The code of a plugin's modules, compiled as it stands."""

    def check(self, path: str, filename: str) -> None:
        """Refuse a file that is not what it was when the plugin was opened.

        Raises:
            ActivationError: If it was changed or removed since.
        """
        if not self._is_as_it_was(path, filename):
            self.read(path, filename)

    def _compiled(self, data: bytes, filename: str) -> tuple[CodeType, bool]:
        return compile(data, filename, "exec", dont_inherit=True), True

    def _kept_as(self, path: str) -> str:
        return f"process//{path}"  # no path in a plugin has two slashes in a row


class Source(SourceFileLoader):
    """Loads a module from the bytes that were there when the plugin was opened."""

    def __init__(self, name: str, whole: str, path: str, sources: Sources) -> None:
        super().__init__(name, whole)
        self._path = path
        self._sources = sources

    def get_code(self, fullname: str) -> CodeType:
        """Return the module's code, kept from an earlier time if its source is the same."""
        del fullname
        return self._sources.code(self._path, self.path)[0]


class Sourceless(SourcelessFileLoader):
    """Loads a module that has no source from the bytecode that was there when the plugin was opened."""

    def __init__(self, name: str, whole: str, path: str, sources: Sources) -> None:
        super().__init__(name, whole)
        self._path = path
        self._sources = sources

    def get_data(self, path: str) -> bytes:
        """Return the bytes of a file."""
        return self._sources.read(self._path, path) if path == self.path else super().get_data(path)


class Extension(ExtensionFileLoader):
    """Loads an extension module, if its file is what it was when the plugin was opened."""

    def __init__(self, name: str, whole: str, path: str, sources: AsTheyStand) -> None:
        super().__init__(name, whole)
        self._path = path
        self._sources = sources

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module that the library makes."""
        self._sources.check(self._path, self.path)
        return super().create_module(spec)
