"""A file put in the place of another one: whoever reads it meanwhile gets the old one or the new one."""

from __future__ import annotations

import os
import stat


def replace(path: str, data: bytes) -> None:
    """Put data in the place of a file, in one step and with its rights; where it is a link, of what it leads to.

    Raises:
        OSError: If it cannot be written, or is read-only; what was there stays.
    """
    from errno import EACCES
    from tempfile import mkstemp

    target = os.path.realpath(path)
    if os.path.exists(target) and not os.access(target, os.W_OK):
        raise PermissionError(EACCES, os.strerror(EACCES), target)  # its folder would allow it, its owner does not
    number, draft = mkstemp(prefix=f".{os.path.basename(target)}.", dir=os.path.dirname(target))
    try:
        with open(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _hand_over(draft, target)
        os.replace(draft, target)
    except BaseException:
        os.unlink(draft)
        raise


def _hand_over(draft: str, target: str) -> None:
    """Give a draft the owner and the permissions of the file that it replaces, or those that a new one gets."""
    try:
        old = os.stat(target)
    except FileNotFoundError:
        os.chmod(draft, 0o666 & ~umask())
        return
    from contextlib import suppress

    new = os.stat(draft)
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        try:
            os.chown(draft, old.st_uid, old.st_gid)
        except PermissionError:
            with suppress(PermissionError):  # only root gives files away; a group of one's own can be had
                os.chown(draft, -1, old.st_gid)
    os.chmod(draft, stat.S_IMODE(old.st_mode))


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
