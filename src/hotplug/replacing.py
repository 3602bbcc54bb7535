"""A file put in the place of another one: whoever reads it meanwhile gets the old one or the new one."""

from __future__ import annotations

import os
import stat


def replace(path: str, data: bytes) -> None:
    """Put data in the place of a file, in one step and with its rights; where it is a link, of what it leads to.

    Raises:
        OSError: If it cannot be written; what was there stays.
    """
    from tempfile import mkstemp

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
        return 0o666 & ~umask()


def umask() -> int:
    """Return the rights that nobody gets to what this process makes."""
    mask = told_umask()
    if mask is None:
        mask = os.umask(0o077)  # what other threads make meanwhile is private
        os.umask(mask)
    return mask


def told_umask() -> int | None:
    """Return the umask, which most systems tell only to who sets it; a set one would be seen by other threads."""
    try:
        with open("/proc/self/status", "rb") as file:
            _, _, after = file.read().partition(b"\nUmask:")
            return int(after[:8].split(maxsplit=1)[0], 8)
    except (OSError, ValueError, IndexError):
        return None
