"""Artifacts whose path is what is wrong with them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from unittest import SkipTest

from hotplug.build.wheel import Wheel
from hotplug.testing.broken.fault import Fault

if TYPE_CHECKING:
    from pathlib import Path

_FOR_NOBODY = ("/sys/bus/cpu/drivers_probe", "/sys/bus/pci/rescan", "/proc/sysrq-trigger")
"""Files of Linux that not even root can read."""


def _missing(folder: Path, source: str) -> Path:
    del source
    return folder / "missing-1.0-py3-none-any.whl"


def _directory(folder: Path, source: str) -> Path:
    path = folder / "directory-1.0-py3-none-any.whl"
    path.mkdir()
    (path / "directory.py").write_text(source)
    return path


def _empty_folder(folder: Path, source: str) -> Path:
    del source
    (folder / "nothing").mkdir()
    return folder / "nothing"


def _symlink_loop(folder: Path, source: str) -> Path:
    del source
    first, second = folder / "first.py", folder / "second.py"
    first.symlink_to(second)
    second.symlink_to(first)
    return first


def _dangling_link(folder: Path, source: str) -> Path:
    del source
    path = folder / "dangling.py"
    path.symlink_to(folder / "gone.py")
    return path


def _link_out_of_folder(folder: Path, source: str) -> Path:
    (folder / "outside.py").write_text(source)
    (folder / "plugin").mkdir()
    (folder / "plugin" / "__init__.py").write_text(source)
    (folder / "plugin" / "inside.py").symlink_to(folder / "outside.py")
    return folder / "plugin"


def _folder_loop(folder: Path, source: str) -> Path:
    (folder / "plugin").mkdir()
    (folder / "plugin" / "__init__.py").write_text(source)
    (folder / "plugin" / "again").symlink_to(folder / "plugin")
    return folder / "plugin"


def _nul_in_path(folder: Path, source: str) -> Path:
    (folder / "plugin").write_text(source)  # what a program in C would open
    return folder / "plugin\0.py"


def _fifo(folder: Path, source: str) -> Path:
    del source
    path = folder / "fifo.py"
    os.mkfifo(path)
    return path


def _unreadable(folder: Path, source: str) -> Path:
    path = folder / "unreadable-1.0-py3-none-any.whl"
    path.write_bytes(Wheel(name="unreadable", version="1.0", files={"unreadable.py": source.encode()}).to_bytes())
    path.chmod(0)
    if not _readable(path):
        return path
    path.unlink()  # root reads what nobody may read, except for some files of the kernel
    for forbidden in _FOR_NOBODY:
        if os.path.isfile(forbidden) and not _readable(forbidden):
            path.symlink_to(forbidden)
            return path
    raise SkipTest("this user can read every file")


def _readable(path: str | Path) -> bool:
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError:
        return False
    return True


PLACES = (
    Fault(kind="missing", what="nothing is there", reason=r"no such|not exist|missing", make=_missing),
    Fault(
        kind="directory.whl",
        what="a folder with the name of a wheel",
        reason=r"folder|directory",
        make=_directory,
    ),
    Fault(
        kind="empty_folder",
        what="a folder without anything in it",
        reason=r"no (python )?module|no source|nothing|empty",
        make=_empty_folder,
    ),
    Fault(kind="symlink_loop", what="two links that lead to each other", reason=r"links", make=_symlink_loop),
    Fault(
        kind="dangling_link",
        what="a link to nothing",
        reason=r"no such|not exist|missing|nowhere",
        make=_dangling_link,
    ),
    Fault(
        kind="link_out_of_folder",
        what="a folder with a link to a file outside of it",
        reason=r"inside\.py.* leaves",
        make=_link_out_of_folder,
    ),
    Fault(
        kind="folder_loop",
        what="a folder with a link to itself in it",
        reason=r"again.* leads back",
        make=_folder_loop,
    ),
    Fault(kind="nul_in_path", what="a path with a NUL in it", reason=r"nul|null", make=_nul_in_path),
    Fault(
        kind="fifo",
        what="a pipe: whoever opens it waits for ever",
        reason=r"not a (regular )?file|neither a file|pipe|fifo",
        make=_fifo,
    ),
    Fault(
        kind="unreadable",
        what="a file that this user may not read",
        reason=r"permission|denied|cannot be read",
        make=_unreadable,
    ),
)
