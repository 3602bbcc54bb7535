"""What ``logging`` keeps of a plugin: its loggers, and its handlers and filters on the host's."""
# ruff: noqa: SLF001  (logging has no public way to its tables)

from __future__ import annotations

from hotplug.light import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from hotplug.boundaries.inline.owning import Owner


def forget(logging: Any, owner: Owner) -> None:
    """Take a plugin's loggers, handlers, filters and logger class out of ``logging``.

    Its loggers are those that are named after its modules. One that is in use still works, with the handlers that
    it has. Handlers of the plugin's own classes are closed, as they are when a program ends; those of other
    classes may be the host's, and are only flushed.

    Args:
        logging: The module.
        owner: Tells what is the plugin's.
    """
    with logging._lock:
        loggers = list(_removed(logging, owner))
        flushed = [handler for logger in loggers for handler in logger.handlers]
        closed = [handler for handler in flushed if owner.has(handler)]
        for logger in _loggers(logging):
            for handler in list(logger.handlers):
                if owner.has(handler):
                    logger.removeHandler(handler)
                    closed.append(handler)
            for filterer in (logger, *logger.handlers):
                for each in list(filterer.filters):
                    if owner.has_callable(each):
                        filterer.removeFilter(each)
        for holder, name in ((logging, "_loggerClass"), (logging.root.manager, "loggerClass")):
            cls = getattr(holder, name)
            if cls is not None and owner.has(cls):
                setattr(holder, name, next(each for each in cls.__mro__ if not owner.has(each)))
        logging.root.manager._clear_cache()
    for handler in [*closed, *flushed]:
        with suppress(Exception):  # as logging does when a program ends
            handler.flush()
    for handler in closed:
        with suppress(Exception):
            handler.close()


def _loggers(logging: Any) -> Iterator[Any]:
    yield logging.root
    for each in list(logging.root.manager.loggerDict.values()):
        if not isinstance(each, logging.PlaceHolder):
            yield each


def _removed(logging: Any, owner: Owner) -> Iterator[Any]:
    """Take the loggers that are named after the plugin's modules off the tree, and yield them."""
    table = logging.root.manager.loggerDict
    gone = {name: table.pop(name) for name in list(table) if any(map(owner.has_module, name.split(".")))}
    ids = {id(each) for each in gone.values()}
    for name, place in list(table.items()):
        if isinstance(place, logging.PlaceHolder):
            children = place.loggerMap
            for child in [child for child in children if id(child) in ids]:
                del children[child]
            if not children and any(each.startswith(f"{name}.") for each in gone):
                del table[name]
    yield from (each for each in gone.values() if not isinstance(each, logging.PlaceHolder))
