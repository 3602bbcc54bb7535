"""Starting another interpreter like this one."""

from __future__ import annotations

import os
import subprocess
import sys

from hotplug.light import cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def start(code: str, files: Sequence[int], *arguments: int, stdout: int, stderr: int) -> subprocess.Popen[bytes]:
    """Start an interpreter, in a process group of its own, with an empty stdin.

    Args:
        code: What it runs; in ``sys.argv`` are the numbers of its files, then the arguments.
        files: The file descriptors that it has.
        arguments: Further numbers.
        stdout: The file descriptor that it prints to, or one of `subprocess`'s constants.
        stderr: As above.

    Raises:
        OSError: If the system refuses it.
    """
    import fcntl

    # A host without stdin or stdout has others of its files under their numbers.
    low = [fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, 3) if each < 3 else -1 for each in files]  # noqa: PLR2004
    given = [each if copy < 0 else copy for each, copy in zip(files, low, strict=True)]
    try:
        return subprocess.Popen(  # noqa: S603  (this interpreter, our own code)
            command(code, *given, *arguments),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            pass_fds=given,
            process_group=0,
        )
    finally:
        for copy in low:
            if copy >= 0:
                os.close(copy)


def command(code: str, *arguments: int) -> list[str]:
    """Return the command that runs code in another interpreter like this one."""
    flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]  # noqa: SLF001
    return [sys.executable, *flags, "-c", code, *map(str, arguments)]


def import_path() -> list[str]:
    """Return ``sys.path`` as it is now, without what is no path at all."""
    return [each for each in cast("list[object]", sys.path) if isinstance(each, str)]
