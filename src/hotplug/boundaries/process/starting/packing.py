"""Memory laid out for what is forked: what it writes to lies together, and little else lies there.

A forked process shares the memory that it was forked with until one of the two writes to it; then it has a page
for itself, four kilobytes. To run a function is to write: objects count who refers to them, and so code, constants
and names are written to that nobody changes. They lie where they were when their module was imported, among many
that a worker never needs; and what it allocates goes into the holes that earlier work has left among all these.

So the zygote, when it is idle, copies the code of the functions that all workers run, in one piece, and fills the
holes: a worker has a sixth less memory of its own.
"""

from __future__ import annotations

import ctypes
import gc
import marshal
import sys

from hotplug.light import CodeType, FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from types import FrameType

_MARK = 100_000  # bytes: no hole is as large, and what is larger is no part of the heap
_LARGE, _MIDDLE = 65_536, 4096
_SMALL = 16  # bytes, by which sizes differ
_OVERHEAD = 8  # bytes that go with each allocation
_MOST = 4000  # holes: elsewhere than in glibc the heap may be no one piece, and there would be no end

_POOL_BITS = 14
_POOL = 1 << _POOL_BITS  # bytes, in which Python's own allocator has objects of one size
_LARGEST = 512  # bytes: larger objects are C's
_EMPTY = sys.getsizeof(b"")
_POOLS = 50  # of one size that may have holes

_kept: list[object] = []
"""The copied code, whose memory would be holes again, and what fills them."""


def pack(run: Callable[[], object], modules: Collection[str]) -> None:
    """Put the code of functions into one piece of memory.

    Args:
        run: Runs the functions whose code it is.
        modules: The names of modules all of whose functions are meant too.
    """
    seen: dict[int, CodeType] = {}

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            seen[id(frame.f_code)] = frame.f_code

    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    every = [each for each in gc.get_objects() if type(each) is FunctionType]
    meant = [each for each in every if id(each.__code__) in seen or each.__module__ in modules]
    codes = list({id(each.__code__): each.__code__ for each in meant}.values())
    _kept.append(codes)
    fill_holes()
    copied: list[CodeType] = marshal.loads(marshal.dumps(codes))  # noqa: S302  (its own)
    copies = {id(code): copy for code, copy in zip(codes, copied, strict=True)}
    for each in meant:
        each.__code__ = copies[id(each.__code__)]


def fill_holes() -> None:
    """Allocate what is free among what is in use; it is not given back."""
    for size in range(_EMPTY + _SMALL - _EMPTY % _SMALL, _LARGEST + 1, _SMALL):
        for _ in range(_POOLS):
            filling = [bytes(size - _EMPTY) for _ in range(_POOL // size)]
            _kept.append(filling)
            if len({id(each) >> _POOL_BITS for each in filling}) <= 2:  # noqa: PLR2004  (a fresh pool, and the one before)
                break
    _fill_heap()


def _fill_heap() -> None:
    """Allocate what is free in C's heap, but for its end."""
    allocate, free = ctypes.pythonapi.PyMem_RawMalloc, ctypes.pythonapi.PyMem_RawFree
    allocate.argtypes, allocate.restype = [ctypes.c_size_t], ctypes.c_void_p
    free.argtypes, free.restype = [ctypes.c_void_p], None
    left = _MOST
    mark: int = allocate(_MARK) or 0
    for size in (*range(_LARGE, _MIDDLE, -_MIDDLE), *range(_MIDDLE, 0, -_SMALL)):
        while left:
            left -= 1
            place: int = allocate(size - _OVERHEAD) or 0
            if not place or place > mark:
                free(place)
                break
    free(mark)
