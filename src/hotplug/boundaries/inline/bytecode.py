"""Bytecode of plugins, kept in hotplug's own cache.

The interpreter's own cache lies beside the source, knows nothing of what is rewritten, and is switched off on many
machines (``PYTHONDONTWRITEBYTECODE``). This one is keyed by the sha256 of the source, belongs to the user alone,
and is never required: what cannot be read or written is compiled.
"""

from __future__ import annotations

import marshal
import os
import sys
import time

from hotplug.artifacts.memory import is_private
from hotplug.light import CodeType, suppress

_MAGIC: bytes = getattr(sys.modules["_frozen_importlib_external"], "MAGIC_NUMBER", b"")
VERSION = 12
"""To be raised whenever the same source is compiled to other code than before (``rewriting``)."""
_NAMING = b"__hotplug_"
"""What the names begin with of the functions that tell private names from real ones (``reached``)."""
_SUFFIX = f".{sys.implementation.cache_tag}-{sys.flags.optimize}-{VERSION}"


def recalled(folder: str, path: str, edition: bytes, filename: str) -> tuple[CodeType, bool] | None:
    """Return the code of a module and whether it asks for names, or None where it is not kept.

    Args:
        folder: The folder of the plugin's bytecode.
        path: The module's path in the plugin, with forward slashes.
        edition: What the code was made from.
        filename: What tracebacks are to show.
    """
    if not is_private(folder):
        return None
    try:
        with open(_place(folder, path), "rb") as file:
            data = file.read()
        if not data.startswith(_head(edition)):
            return None
        code: object = marshal.loads(memoryview(data)[len(_head(edition)) :])  # noqa: S302  (the user's own)
    except (OSError, ValueError, EOFError, TypeError):
        return None
    if not isinstance(code, CodeType) or code.co_filename != filename:
        return None
    return code, _NAMING in data


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
