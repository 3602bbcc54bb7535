"""What happens to plugins, told to those who listen and to ``logging``.

The logger of a plugin is ``hotplug.<plugin>`` (``hotplug.errors.logger_of``). What nobody can hear is not even put
into words: where this module was not imported, and ``logging`` lets nothing of it through, nothing is told
(``hotplug.light.heard``).
"""

from __future__ import annotations

import sys
from _thread import RLock
from typing import Literal, NamedTuple

from hotplug.light import DEBUG, INFO, WARNING, unraisable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.errors import PluginError

Kind = Literal["found", "refused", "opened", "raised", "crashed", "reloaded", "closed"]
"""What can happen: an artifact was read and fits; it cannot be opened; its code was started; it raised where a
bridge contains that; its worker ended though nobody closed it; a catalog put it in the place of an older one; its
last handle was closed."""

_LEVELS = {
    **dict.fromkeys(("found", "opened", "closed"), DEBUG),
    **dict.fromkeys(("refused", "reloaded"), INFO),
    **dict.fromkeys(("raised", "crashed"), WARNING),
}
_listeners: list[tuple[Callable[[Event], None]]] = []
"""Those who listen, each in a tuple of its own, by which it is known.

Never changed in place, replaced under the lock."""
_lock = RLock()


class Event(NamedTuple):
    """Something that happened to a plugin.

    Attributes:
        kind: What; one of `Kind`.
        plugin: The name: of the entry where a catalog tells it, else of the plugin.
        path: Where its artifact lies; None where that is not known.
        version: Its version; None where the artifact does not tell.
        reason: Why, or what came of it; may be empty.
        error: The error that says so, where there is one.
    """

    kind: Kind
    plugin: str
    path: str | None = None
    version: str | None = None
    reason: str = ""
    error: PluginError | None = None

    def __str__(self) -> str:
        """Return the text for a log; where nobody set one up, the reader sees nothing beside it.

        Only the reason may have several lines: no plugin makes one that looks like another's by its name.
        """
        from hotplug.errors import printable

        version = f" {self.version}" if self.version else ""
        place = f", {self.path}" if self.path else ""
        what = printable(f"plugin {self.plugin}{version} {self.kind}{place}", keep="")
        return f"{what}: {printable(self.reason)}" if self.reason else what


def listen(listener: Callable[[Event], None]) -> Callable[[], None]:
    """Have a function called with every `Event` from now on; return what ends that.

    Who listens twice with one function is told twice, and each of the two is ended by its own.

    It is called in the thread in which the thing happened, after it happened and with no lock held; of a crash, in
    a thread of its own. An exception of its own goes to ``sys.unraisablehook`` and stops nothing.
    """
    global _listeners  # noqa: PLW0603  (the interpreter's plugins are one world)
    mine = (listener,)
    with _lock:
        _listeners = [*_listeners, mine]

    def stop() -> None:
        global _listeners  # noqa: PLW0603
        with _lock:
            _listeners = [each for each in _listeners if each is not mine]

    return stop


def tell(event: Event) -> None:
    """Tell an event to all who listen, and to ``logging`` where somebody may have asked it to keep such things."""
    level = _LEVELS[event.kind]
    logging = sys.modules.get("logging")
    if logging is not None or event.kind in {"crashed", "raised"}:
        _log(event, level)
    for (listener,) in _listeners:
        try:
            listener(event)
        except Exception as error:  # noqa: BLE001  (a listener's own)
            unraisable(error, "Exception ignored in a listener", listener)


def _log(event: Event, level: int) -> None:
    import logging

    from hotplug.errors import logger_of

    name = logger_of(event.plugin)
    # a logger is kept for ever: none is made where it would say nothing
    if name in logging.Logger.manager.loggerDict or logging.getLogger("hotplug").isEnabledFor(level):
        logging.getLogger(name).log(level, "%s", str(event))
