"""What a plugin put in the place of the interpreter's own: it stays there, since it is in use, and is named."""

from __future__ import annotations

import sys

from hotplug.boundaries.inline.owning import described

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from hotplug.boundaries.inline.owning import Owner

_HOOKS = {
    "sys": ("excepthook", "displayhook", "unraisablehook", "breakpointhook", "stdin", "stdout", "stderr"),
    "threading": ("excepthook",),
    "builtins": ("__import__", "open", "print", "input"),
    "warnings": ("showwarning", "_showwarnmsg_impl", "formatwarning"),
    "logging": ("_logRecordFactory", "lastResort"),
    "asyncio.events": ("_event_loop_policy",),
    "urllib.request": ("_opener",),
}


def in_place(owner: Owner) -> Iterator[tuple[object, str]]:
    """Yield each such value of a plugin, and a line that says where it is and what.

    Only what nothing else tells apart is looked for; what a plugin patches elsewhere is found by who holds it.
    """
    for module, names in _HOOKS.items():
        for name in names if module in sys.modules else ():
            value: object = sys.modules[module].__dict__.get(name)
            if owner.has_callable(value):
                yield value, f"{module}.{name.lstrip('_') if name[:2] != '__' else name}: {_what(value)}"
    for value, kind in ((sys.gettrace(), "trace"), (sys.getprofile(), "profile")):
        if owner.has_callable(value):
            yield value, f"{kind} function of this thread: {_what(value)}"
    yield from _signals(owner)
    gc: Any = sys.modules.get("gc")
    for value in list(gc.callbacks) if gc is not None else ():
        if owner.has_callable(value):
            yield value, f"gc.callbacks: {_what(value)}"
    contextvars: Any = sys.modules.get("contextvars")
    if contextvars is not None:
        for variable, value in contextvars.copy_context().items():
            if owner.has(value):
                yield value, f"value of the context variable {variable.name!r}: {described(value)}"


def _signals(owner: Owner) -> Iterator[tuple[object, str]]:
    signal: Any = sys.modules.get("signal")
    if signal is None:
        return
    for number in sorted(signal.valid_signals()):
        handler = signal.getsignal(number)
        if owner.has_callable(handler):
            name = getattr(number, "name", None) or number
            yield handler, f"signal handler for {name}: {_what(handler)}"


def _what(value: object) -> str:
    return described(value).removeprefix("function ").removeprefix("method ")
