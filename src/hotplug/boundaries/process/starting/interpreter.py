"""How this interpreter was started, to start another like it."""

from __future__ import annotations

import subprocess
import sys

from hotplug.light import cast


def command(code: str, *arguments: int) -> list[str]:
    """Return the command that runs code in another interpreter like this one."""
    flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]  # noqa: SLF001
    return [sys.executable, *flags, "-c", code, *map(str, arguments)]


def import_path() -> list[str]:
    """Return ``sys.path`` as it is now, without what is no path at all."""
    return [each for each in cast("list[object]", sys.path) if isinstance(each, str)]
