"""What a process on Linux can ask of the system for itself and the standard library has no function for."""

from __future__ import annotations

import ctypes
import os

_NAME = 15
_PARENT_DEATH_SIGNAL = 1
_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, argument: ctypes.c_ulong | ctypes.c_char_p) -> None:
    if _libc.prctl(ctypes.c_int(option), argument, ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def end_with_parent(signal: int) -> None:
    """Have the system send this process a signal when the thread that forked it ends."""
    _prctl(_PARENT_DEATH_SIGNAL, ctypes.c_ulong(signal))


def adopt_orphans() -> None:
    """Have every process below this one whose own parent ends become a child of this one."""
    _prctl(_SUBREAPER, ctypes.c_ulong(1))


def name_process(name: bytes) -> None:
    """Give this process the name that ``ps`` and ``top`` show, its first 15 bytes."""
    _prctl(_NAME, ctypes.c_char_p(name[:15]))
