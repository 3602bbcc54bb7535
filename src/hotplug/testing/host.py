"""What a test must leave as it found it: the parts of the interpreter that a plugin can reach."""

from __future__ import annotations

import importlib
import sys
import threading
import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Self

    from _typeshed.importlib import MetaPathFinderProtocol, PathEntryFinderProtocol

_T = TypeVar("_T")
_PATIENCE = 1.0  # seconds that a thread which is about to end may take
_SERVING = ("hotplug.boundaries.process.", "hotplug.events")


@dataclass(frozen=True)
class Host:
    """The state of the interpreter at one moment: modules, the import system, threads."""

    modules: dict[str, ModuleType]
    path: list[str]
    meta_path: list[MetaPathFinderProtocol]
    path_hooks: list[Callable[[str], PathEntryFinderProtocol]]
    threads: frozenset[threading.Thread]

    @classmethod
    def now(cls) -> Self:
        """Return the state as it is."""
        return cls(
            dict(sys.modules),
            list(sys.path),
            list(sys.meta_path),
            list(sys.path_hooks),
            frozenset(threading.enumerate()),
        )

    def restore(self) -> list[str]:
        """Bring the import system back to this state, and return what differed from it, a line each.

        A module of the host itself may be imported at any time: one that the finders of this state find, with
        the ``sys.path`` of this state, is no difference. Threads cannot be brought back; one that is about to
        end is waited for, one second at most. The threads with which hotplug serves its workers are the host's
        own: they start with the first worker, or with what a plugin asks first, and stay.
        """
        differences = [
            *_restored("sys.path", sys.path, self.path),
            *_restored("sys.meta_path", sys.meta_path, self.meta_path),
            *_restored("sys.path_hooks", sys.path_hooks, self.path_hooks),
        ]
        for name, module in self.modules.items():
            if name not in sys.modules:
                differences.append(f"sys.modules lost {name}")
                sys.modules[name] = module
            elif sys.modules[name] is not module:
                differences.append(f"sys.modules has another {name}: {sys.modules[name]!r}")
                sys.modules[name] = module
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of finders that are asked once more, such as setuptools'
            for name in sorted(sys.modules.keys() - self.modules.keys()):
                if not _is_host(name, sys.modules[name]):
                    differences.append(f"sys.modules gained {name}: {sys.modules[name]!r}")
                    del sys.modules[name]
        threads = frozenset(threading.enumerate()) - self.threads - {threading.current_thread()}
        differences += [f"a thread runs on: {each!r}" for each in threads if not _ends_or_serves(each)]
        if differences:
            importlib.invalidate_caches()
        return differences


def _ends_or_serves(thread: threading.Thread) -> bool:
    """Wait until a thread has ended, or is seen to be hotplug's; one that is being started is neither yet."""
    until = time.monotonic() + _PATIENCE
    while thread.ident is None or thread.is_alive():
        if _serves(thread):
            return True
        left = until - time.monotonic()
        if left <= 0:
            return False
        if thread.ident is None:
            time.sleep(0.001)
        else:
            thread.join(min(left, 0.01))
    return True


def _serves(thread: threading.Thread) -> bool:
    """Tell whether what a thread runs is hotplug's: its name would prove nothing."""
    frame = sys._current_frames().get(thread.ident or 0)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    first = None
    while frame is not None:
        name = frame.f_globals.get("__name__")
        first = first if name == threading.__name__ else name
        frame = frame.f_back
    return isinstance(first, str) and first.startswith(_SERVING)


def _restored(what: str, now: list[_T], before: list[_T]) -> list[str]:
    """Bring one list back, and say in a line what was gained and lost."""
    gained = [entry for entry in now if not any(entry is each or entry == each for each in before)]
    lost = [entry for entry in before if not any(entry is each or entry == each for each in now)]
    if now == before:
        return []
    now[:] = before
    words = [f"gained {gained!r}"] if gained else []
    words += [f"lost {lost!r}"] if lost else []
    return [f"{what} {' and '.join(words) or 'has another order'}"]


def _is_host(name: str, module: ModuleType) -> bool:
    """Tell whether the host's own finders find this module, from the same file."""
    spec = getattr(module, "__spec__", None)
    parent, _, _ = name.rpartition(".")
    if parent and parent not in sys.modules:
        return False
    path = getattr(sys.modules[parent], "__path__", None) if parent else None
    for finder in sys.meta_path:
        found = finder.find_spec(name, path)
        if found is not None:
            return spec is not None and found.origin == spec.origin
    # some packages make modules of their own: those of a host's package are the host's, but for hotplug's
    top = name.partition(".")[0]
    return bool(parent) and top != "hotplug" and _is_host(top, sys.modules[top])
