"""A file put in the place of another one: whoever reads it meanwhile gets the old one or the new one."""

from __future__ import annotations

import os
import stat
from tempfile import mkstemp


def replace(path: str, data: bytes) -> None:
    """Put data in the place of a file, in one step and with its rights; where it is a link, of what it leads to.

    Raises:
        OSError: If it cannot be written; what was there stays.
    """
    target = os.path.realpath(path)
    number, draft = mkstemp(prefix=f".{os.path.basename(target)}.", dir=os.path.dirname(target))
    try:
        with open(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, _mode(target))
        os.replace(draft, target)
    except BaseException:
        os.unlink(draft)
        raise


def _mode(path: str) -> int:
    """Return the permissions that a file has, or that a new one gets."""
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except FileNotFoundError:
        mask = os.umask(0o077)  # it can only be read by setting it: what other threads make meanwhile is private
        os.umask(mask)
        return 0o666 & ~mask
