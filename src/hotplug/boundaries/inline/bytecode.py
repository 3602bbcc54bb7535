"""The code of a plugin's modules, its bytecode, kept in hotplug's own cache, and what rewritten code asks for.

The interpreter's own cache lies beside the source, knows nothing of what is rewritten, and is switched off on
many machines (``PYTHONDONTWRITEBYTECODE``). This one is keyed by what the code was made from, belongs to the user
alone, and is never required: what cannot be read or written is compiled.
"""

from __future__ import annotations

import marshal
import os
import sys
import time

from hotplug.artifacts.memory import is_private, is_young, stamp_of
from hotplug.light import CodeType, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.artifacts import Tree
    from hotplug.artifacts.memory import Stamp
    from hotplug.errors import ActivationError

_MAGIC: bytes = getattr(sys.modules["_frozen_importlib_external"], "MAGIC_NUMBER", b"")
VERSION = 14
"""To be raised whenever the same source is compiled to other code than before (``rewriting``)."""
_BEGINS = b"__hotplug_"
"""What the names of ``NAMING`` begin with."""
_SUFFIX = f".{sys.implementation.cache_tag}-{sys.flags.optimize}-{VERSION}"

REACH = "__hotplug__"
"""The name, among a plugin's builtins, of the function that is asked for an attribute."""

GIVEN = "__hotplug_given__"
"""The name of the function that gives the host's own for such an attribute, where it is assigned to a module."""

NAMING = REAL, PRIVATE, EQUAL, UNEQUAL, AMONG, BEGINS, ITEM, GET = (
    "__hotplug_real__",
    "__hotplug_private__",
    "__hotplug_equal__",
    "__hotplug_unequal__",
    "__hotplug_among__",
    "__hotplug_begins__",
    "__hotplug_item__",
    "__hotplug_get__",
)
"""The names of the functions that tell private names from real ones: ``hotplug.boundaries.inline.naming``."""

REACHED = {
    "sys": ("modules", "path", "meta_path"),
    "importlib": ("import_module",),
    "importlib.util": ("find_spec", "spec_from_file_location"),
    "runpy": ("run_module", "run_path"),
    "pkgutil": ("get_data", "walk_packages"),
    "os": ("register_at_fork",),
}
"""The attributes that are asked of the namespace, by the module that they belong to."""


class Sources:
    """Where the code of one plugin's modules comes from.

    Args:
        tree: Its files, as they were when it was opened.
        plugin: Its name, for messages.
        opened: When that was, in nanoseconds since the epoch; now where it is not given.
    """

    def __init__(self, tree: Tree, plugin: str, opened: int | None = None) -> None:
        self._tree = tree
        self._plugin = plugin
        self._opened = time.time_ns() if opened is None else opened
        self._is_folder_private = False

    def code(self, path: str, filename: str) -> tuple[CodeType, bool]:
        """Return the code of a module, if its bytes are those that were there when the plugin was opened.

        Args:
            path: The module's path in the plugin, with forward slashes.
            filename: Where it lies.

        Returns:
            The code, and whether it asks for names (``NAMING``).

        Raises:
            ActivationError: If the file was changed or removed since.
            SyntaxError: If it is not Python.
        """
        folder = self._tree.code
        edition = bytes.fromhex(self._tree.files[path].sha256) + " ".join(self._tree.tops).encode()
        if folder is not None and self._is_as_it_was(path, filename) and self._may_read(folder):
            found = recalled(folder, self._kept_as(path), edition, filename)
            if found is not None:
                return found
        code, whole = self._compiled(self.read(path, filename), filename)
        if folder is not None and whole:
            keep(folder, self._kept_as(path), edition, code)
        return code, True

    def _is_as_it_was(self, path: str, filename: str) -> bool:
        """Tell whether a file's stamp is enough to know that its bytes are those that were there."""
        try:
            return self._is_certain(path, stamp_of(os.stat(filename)))
        except OSError as error:
            raise self._unreadable(path, error) from error

    def read(self, path: str, filename: str) -> bytes:
        """Return the bytes of a file, which are those that were there when the plugin was opened.

        Raises:
            ActivationError: If the file was changed or removed since.
        """
        try:
            with open(filename, "rb") as file:
                stamp = stamp_of(os.fstat(file.fileno()))
                data = file.read()
        except OSError as error:
            raise self._unreadable(path, error) from error
        if not self._is_certain(path, stamp):
            from hotplug.artifacts.digest import sha256

            if sha256(data) != self._tree.files[path].sha256:
                raise self._changed(f"{path} changed on disk since the plugin was opened")
        return data

    def _is_certain(self, path: str, stamp: Stamp) -> bool:
        # hotplug itself has written what it unpacked, and nobody else has a reason to
        return stamp == self._tree.files[path].stamp and (
            self._tree.manifest is not None or not is_young(stamp, self._opened)
        )

    def _compiled(self, data: bytes, filename: str) -> tuple[CodeType, bool]:
        """Return the code of a source, and whether it may be kept."""
        from hotplug.boundaries.inline.rewriting import compiled

        return compiled(data, filename, self._tree.tops)

    def _kept_as(self, path: str) -> str:
        """Return under which path the code of a module is kept."""
        return path

    def _unreadable(self, path: str, error: OSError) -> ActivationError:
        return self._changed(f"{path} cannot be read any more: {error.strerror}")

    def _may_read(self, folder: str) -> bool:
        """Tell whether only the user can have written the bytecode; asked once, who can write does not change."""
        self._is_folder_private = self._is_folder_private or is_private(folder)
        return self._is_folder_private

    def _changed(self, reason: str) -> ActivationError:
        if self._tree.manifest is not None:
            with suppress(OSError):
                os.unlink(self._tree.manifest)  # so that opening it again mends the cache
        from hotplug.errors import ActivationError

        error = ActivationError(
            reason, plugin=self._plugin, remedy="reload the plugin: close it and open it again"
        )
        error.outdated = True
        return error


def recalled(folder: str, path: str, edition: bytes, filename: str) -> tuple[CodeType, bool] | None:
    """Return the code of a module and whether it asks for names, or None where it is not kept.

    Args:
        folder: The folder of the plugin's bytecode, which only the user can write.
        path: The module's path in the plugin, with forward slashes.
        edition: What the code was made from.
        filename: What tracebacks are to show.
    """
    try:
        with open(_place(folder, path), "rb", buffering=0) as file:
            data = file.readall()
        if not data.startswith(_head(edition)):
            return None
        code: object = marshal.loads(memoryview(data)[len(_head(edition)) :])  # noqa: S302  (the user's own)
    except (OSError, ValueError, EOFError, TypeError):
        return None
    if not isinstance(code, CodeType) or code.co_filename != filename:
        return None
    return code, _BEGINS in data


def keep(folder: str, path: str, edition: bytes, code: CodeType) -> None:
    """Keep the code of a module for the next time."""
    from hotplug.artifacts.code_cache import make_code_folder

    place = _place(folder, path)
    draft = f"{place}.{os.getpid()}.{time.monotonic_ns()}"
    try:
        if not make_code_folder(folder):
            return
        with open(draft, "xb") as file:
            file.write(_head(edition) + marshal.dumps(code))
        os.replace(draft, place)
    except (OSError, ValueError):
        with suppress(OSError):
            os.unlink(draft)


def _place(folder: str, path: str) -> str:
    return os.path.join(folder, path.replace("%", "%25").replace("/", "%") + _SUFFIX)


def _head(edition: bytes) -> bytes:
    return _MAGIC + len(edition).to_bytes(4) + edition
