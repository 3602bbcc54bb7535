"""Tracebacks as texts, whatever the exceptions do when they are looked at."""

from __future__ import annotations

from hotplug.boundaries.activation import class_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

_ON_THE_WAY = ("hotplug.boundaries.", "hotplug.light")
_LONGEST = 1 << 16  # characters


def trace_of(error: BaseException) -> str:
    """Return the traceback as Python prints it, without the frames of the boundary itself."""
    import traceback

    step = BaseException.__dict__["__traceback__"].__get__(error)
    while step is not None and step.tb_next is not None and _is_on_the_way(step.tb_frame):
        step = step.tb_next
    try:
        text = "".join(traceback.format_exception(type(error), error, step))
    except BaseException as problem:  # noqa: BLE001 - whatever a hostile exception does here
        text = untold(problem)
    text = plain(text)
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]}\n...\n{text[-half:]}"


def untold(problem: BaseException) -> str:
    """Return what is said of what a hostile exception does when it is looked at."""
    return f"(it cannot be printed: looking at it raised {class_name(type(problem))})"


def _is_on_the_way(frame: FrameType) -> bool:
    """Say whether a frame is of what leads to the plugin's code, of which its author need not read."""
    name, file = str(frame.f_globals.get("__name__")), frame.f_code.co_filename
    return name.startswith(_ON_THE_WAY) or file.startswith("<frozen importlib")


def plain(text: str) -> str:
    """Return a text that has a code: lone surrogates stand as their numbers."""
    return str.encode(text, "utf-8", "backslashreplace").decode()
