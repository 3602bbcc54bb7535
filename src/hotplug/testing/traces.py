"""What a plugin may leave in its host: the state of the process at one moment, to be compared with another."""

from __future__ import annotations

import atexit
import builtins
import gc
import locale
import logging
import os
import re
import signal
import sys
import threading
import time
import warnings
import weakref
from collections import Counter
from typing import TYPE_CHECKING, cast

from hotplug.boundaries.inline.owning import full_name

if TYPE_CHECKING:
    from collections.abc import Iterator

_PRIVATE = re.compile(r"__hp\d+_")
_PATIENCE = 1.0  # seconds that a thread which is about to end may take
_DESCRIPTORS = "/proc/self/fd"


class Trace:
    """What there is, each with how often, in words that are the same in every cycle.

    It is empty until `take`, so that what measures is there from the beginning, and not measured as growth.

    Attributes:
        lasting: What is the same in every cycle, such as an environment variable: left once is left for good.
        growing: What may come and go, such as objects and modules: it leaks if there is more after every cycle.
    """

    def __init__(self) -> None:
        self.lasting: Counter[str] = Counter()
        self.growing: Counter[str] = Counter()

    def take(self, known: frozenset[threading.Thread]) -> None:
        """Take down the state as it is, once all that nobody holds is gone.

        Args:
            known: Threads that are not waited for; the others have a second to end.
        """
        end = time.monotonic() + _PATIENCE
        for thread in frozenset(threading.enumerate()) - known - {threading.current_thread()}:
            thread.join(max(0.0, end - time.monotonic()))
        gc.collect()
        gc.collect()  # what finalizers let go of
        self.lasting.update(_lasting())
        self.growing.update(_growing())


def readable(text: str) -> str:
    """Return a text with a plugin's modules under the names that its author gave them."""
    return _PRIVATE.sub("", text)


def _lasting() -> Iterator[str]:
    for name in ("path", "meta_path", "path_hooks"):
        yield from (f"sys.{name}: {_name(each)}" for each in getattr(sys, name))
    for name in ("excepthook", "displayhook", "unraisablehook", "breakpointhook", "stdin", "stdout", "stderr"):
        yield f"sys.{name}: {_name(getattr(sys, name))}"
    yield f"threading.excepthook: {_name(threading.excepthook)}"
    yield from (f"gc.callbacks: {_name(each)}" for each in gc.callbacks)
    yield from (f"builtins: {name}" for name in vars(builtins) if name != "_")  # an interactive host's
    yield from (f"environment: {name}={value}" for name, value in os.environ.items())
    yield f"current directory: {os.getcwd()}"
    yield f"locale: {locale.setlocale(locale.LC_ALL)}"
    for number in sorted(signal.valid_signals()):
        handler = signal.getsignal(number)
        yield f"signal handler: {getattr(number, 'name', number)} {_name(handler)}"
    yield f"logging: level of root {logging.root.level}"
    yield f"logging: class of loggers {_name(logging.getLoggerClass())}"
    for name, logger in [("root", logging.root), *logging.root.manager.loggerDict.items()]:
        if isinstance(logger, logging.Logger):
            yield from (f"logging: handler on {name}: {_name(each)}" for each in logger.handlers)
            yield from (f"logging: filter on {name}: {_name(each)}" for each in logger.filters)
    for action, message, category, module, line in warnings.filters:
        texts = (str(getattr(each, "pattern", each)) for each in (message, module) if each is not None)
        kind = full_name(cast("type", category))
        yield f"warnings filter: {' '.join((action, kind, *texts))} {line or ''}".rstrip()


def _growing() -> Iterator[str]:
    yield from (f"module: {name}" for name in sys.modules)
    objects: list[object] = gc.get_objects()
    yield from (f"object: {full_name(type(each))}" for each in objects)
    del objects
    yield from (f"thread: {each.name}" for each in threading.enumerate())
    yield from (f"logger: {name}" for name in logging.root.manager.loggerDict)
    yield from ("exit handler" for _ in range(atexit._ncallbacks()))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    registry: dict[object, object] = getattr(weakref.finalize, "_registry")  # noqa: B009
    yield from (f"finalizer: {_name(getattr(info, 'func', None))}" for info in list(registry.values()))
    if os.path.isdir(_DESCRIPTORS):
        for number in os.listdir(_DESCRIPTORS):
            try:
                yield f"file descriptor: {os.readlink(f'{_DESCRIPTORS}/{number}')}"
            except OSError:  # that of this very listing
                continue


def _name(value: object) -> str:
    """Return what a value is called; of an object without a name its class."""
    if value is None or isinstance(value, (str, int)):
        return str(value)
    name = getattr(value, "__qualname__", None)
    module = getattr(value, "__module__", None)
    return f"{module}.{name}" if isinstance(name, str) else f"an instance of {full_name(type(value))}"
