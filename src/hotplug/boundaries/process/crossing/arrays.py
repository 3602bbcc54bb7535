"""NumPy arrays: item type, shape, order, content. Never objects, nor items whose bytes are not all of them.

NumPy is imported when the first array comes; who sends one has it.
"""

from __future__ import annotations

import re
import sys
from math import prod
from typing import TYPE_CHECKING, Any

from .scalars import text_back, text_out
from .wire import Misfit, class_of, listed, send, taken, unfit, unlike

if TYPE_CHECKING:
    from hotplug.contract.shapes import Array

    from .wire import Carrier, Ways, Wire

# Numbers by their byte order and C type, as `long` and `long long` are two classes; the others by size or unit.
_NUMBERS = "?bBhHiIlLqQefdgFDG"
_SIMPLE = re.compile(rf"[<>=|]([{_NUMBERS}]|[SUV]\d{{1,9}}|[mM]8(\[\d{{0,18}}[a-zA-Z]{{1,2}}\])?)")
# More than NumPy has; the product of very many numbers has very many digits.
_MOST_SIZES = 64
_MOST_FIELDS = 10_000
# Items without content, as an `S0` has, need no bytes for any number of them.
_MOST_EMPTY = 10_000


def array(shape: Array) -> Ways:
    """Return the ways of an ``ndarray`` with items of the shape's type."""

    def out(value: Any, carrier: Carrier) -> Wire:
        numpy: Any = sys.modules.get("numpy")
        if numpy is None or type(value) is not numpy.ndarray:
            raise unfit(value, shape)
        _fitting(value.dtype, shape)
        dtype = _dtype_out(value.dtype, numpy)
        fortran = value.flags.f_contiguous and not value.flags.c_contiguous
        return [dtype, list(value.shape), fortran, send(_flat(value, fortran=fortran), carrier)]

    def back(wire: Wire, carrier: Carrier) -> Any:
        dtype_wire, sizes, fortran, content = listed(wire, 4, shape)
        if class_of(sizes) is not list or type(fortran) is not bool:
            raise unlike(wire, shape)
        if any(type(each) is not int or each < 0 for each in sizes):
            raise unlike(wire, shape)
        if len(sizes) > _MOST_SIZES:
            raise Misfit("", f"what came for an array is none: it has {len(sizes)} dimensions")
        try:
            import numpy as np
        except ImportError:
            raise Misfit("", "NumPy is not installed here") from None
        dtype = _dtype_back(dtype_wire, np)
        _fitting(dtype, shape)
        held = taken(content, carrier)
        if prod(sizes) * dtype.itemsize != len(held) or prod(sizes) > max(len(held), _MOST_EMPTY):
            raise Misfit(
                "", f"{len(held)} bytes came for an array of shape {sizes!r:.200} and type {dtype!s:.200}"
            )
        try:
            made: Any = np.ndarray(sizes, dtype, bytearray(held), order="F" if fortran else "C")
        except (ValueError, TypeError, MemoryError, OverflowError) as problem:
            raise Misfit("", f"what came for an array is none: {problem}") from None
        return made

    return out, back


def _fitting(dtype: Any, shape: Array) -> None:
    """Refuse items of another type than the shape's.

    Raises:
        Misfit: They do not fit.
    """
    if dtype.hasobject:
        raise Misfit("", "its items are objects, which do not cross")
    if shape.item and shape.item not in {each.__name__.removesuffix("_") for each in dtype.type.__mro__} | {
        str(dtype)
    }:
        raise Misfit("", f"its items are {dtype}, not {shape.item}")


def _flat(value: Any, *, fortran: bool) -> Any:
    """Return the content as one row of bytes, without a copy where it lies in a row."""
    if not value.nbytes or not (fortran or value.flags.c_contiguous):
        return value.tobytes()
    row = (value.T if fortran else value).reshape(-1)
    return memoryview(row.view("u1"))


def _dtype_out(dtype: Any, numpy: Any) -> Wire:
    if dtype.subdtype is not None:
        inner, sizes = dtype.subdtype
        return ["rows", _dtype_out(inner, numpy), list(sizes)]
    if dtype.names is not None:
        fields: list[Wire] = []
        for name in dtype.names:
            held, offset, *titles = dtype.fields[name]
            if titles and type(titles[0]) is not str:
                raise Misfit("", f"the title of its field {name} is no text")
            fields.append([text_out(name), _dtype_out(held, numpy), offset, *map(text_out, titles)])
        return ["fields", fields, dtype.itemsize, dtype.isalignedstruct, dtype.type is numpy.record]
    found: str = f"{dtype.byteorder}{dtype.char}" if dtype.char in _NUMBERS else dtype.str
    if (
        _SIMPLE.fullmatch(found) is None
        or numpy.dtype(found) != dtype
        or numpy.dtype(found).type is not dtype.type
    ):
        raise Misfit("", f"its items are {dtype!s:.200}, which another interpreter may not know")
    return found


def _dtype_back(wire: Wire, numpy: Any) -> Any:
    try:
        if type(wire) is str:
            if _SIMPLE.fullmatch(wire) is None:
                raise unlike(wire, "a dtype")
            return numpy.dtype(wire)
        if class_of(wire) is not list or not wire:
            raise unlike(wire, "a dtype")
        if wire[0] == "rows":
            _, inner, sizes = listed(wire, 3, "a dtype")
            return numpy.dtype((_dtype_back(inner, numpy), tuple(map(_size, sizes))))
        _, fields, itemsize, aligned, record = listed(wire, 5, "a dtype")
        if class_of(fields) is not list or len(fields) > _MOST_FIELDS or type(aligned) is not bool:
            raise unlike(wire, "a dtype")
        parts: dict[str, Any] = {
            "names": [],
            "formats": [],
            "offsets": [],
            "titles": [],
            "itemsize": _size(itemsize),
        }
        for each in fields:
            if class_of(each) is not list or not 3 <= len(each) <= 4:  # noqa: PLR2004  (a title is rare)
                raise unlike(wire, "a dtype")
            name, held, offset, *titles = each
            parts["names"].append(text_back(name))
            parts["formats"].append(_dtype_back(held, numpy))
            parts["offsets"].append(_size(offset))
            parts["titles"].append(text_back(titles[0]) if titles else None)
        made = numpy.dtype(parts, align=aligned)
        return numpy.dtype((numpy.record, made)) if record is True else made
    except RecursionError:
        raise Misfit("", "a dtype is nested too deeply") from None
    except (ValueError, TypeError, OverflowError, MemoryError) as problem:
        raise Misfit("", f"what came for a dtype is none: {problem}") from None


def _size(wire: Wire) -> int:
    if type(wire) is not int or not 0 <= wire < 1 << 40:
        raise unlike(wire, "a size")
    return wire
