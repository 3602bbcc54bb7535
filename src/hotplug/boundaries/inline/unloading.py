"""Unloading a private plugin: its own clean-up, its modules, what is kept of it elsewhere, and what is left."""

from __future__ import annotations

import sys

from hotplug.boundaries.inline.in_place import in_place
from hotplug.boundaries.inline.left import Left
from hotplug.boundaries.inline.owning import Owner
from hotplug.boundaries.inline.registries import clean, clean_caches, clean_codecs
from hotplug.boundaries.inline.survivors import Survivors, Watch, limited
from hotplug.boundaries.report import CloseReport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.boundaries.inline.namespace import Namespace


def unload(namespace: Namespace, root: str) -> CloseReport:
    """Unload a plugin, and tell what is left.

    Args:
        namespace: Its modules.
        root: The folder of its files.

    Raises:
        KeyboardInterrupt: If one of the plugin's exit handlers was interrupted, after all of them and all that is
            taken out; nobody is told then what is left.
    """
    owner = Owner(namespace)
    watch = Watch(owner, namespace.loaders)
    reasons = _let_go(namespace, owner, root)
    left = Left(owner)
    kept = list(in_place(owner))
    survivors = Survivors(watch, owner, left, [value for value, _ in kept])
    lines = [*left.lines, *left.idle(survivors.reachable), *(line for _, line in kept), *survivors.lines]
    survivors.forget()
    reasons += survivors.failures
    if lines:
        reasons.append("what is listed as survivors is still in use, by the host or by a thread")
    return CloseReport(
        unloaded=not lines,
        survivors=limited([namespace.readable(line) for line in lines]),
        reason="; ".join(map(namespace.readable, reasons)),
    )


def abandon(namespace: Namespace, root: str) -> CloseReport | None:
    """Undo a start that failed, and tell what is left but for objects: the traceback of its error holds frames.

    Returns:
        None if there is nothing to tell.
    """
    owner = Owner(namespace)
    reasons = _let_go(namespace, owner, root)
    reasons += [*clean_caches(owner), *clean_codecs(owner)]
    left = Left(owner)
    lines = [*left.lines, *(line for _, line in in_place(owner))]
    if not lines and not reasons:
        return None
    return CloseReport(
        unloaded=not lines,
        survivors=limited([namespace.readable(line) for line in lines]),
        reason="; ".join(map(namespace.readable, reasons)),
    )


def _let_go(namespace: Namespace, owner: Owner, root: str) -> list[str]:
    failures: list[str] = []
    interruption: KeyboardInterrupt | None = None
    steps: list[Callable[[], list[str]]] = [lambda: _finalized(owner)]
    if "hotplug.boundaries.inline.cleanup" in sys.modules:  # else no plugin has any
        steps.insert(0, namespace.exit_handlers.run)
    try:
        for step in steps:
            try:
                failures += step()
            except KeyboardInterrupt as error:
                interruption = error
    finally:
        namespace.leave()
        failures += clean(owner, root)
    if interruption is not None:
        raise interruption
    return failures


def _finalized(owner: Owner) -> list[str]:
    weakref = sys.modules.get("weakref")
    if weakref is None or not weakref.finalize._registry:  # noqa: SLF001
        return []
    from hotplug.boundaries.inline.cleanup import run_finalizers

    return run_finalizers(owner)
