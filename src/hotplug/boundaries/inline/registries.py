"""What the standard library keeps of a plugin in tables of its own, taken out of them when the plugin is unloaded.

Only modules that are loaded are looked at. An entry is the plugin's if the class, function or module that it is
about is the plugin's, by that one's own name: the key of a table says nothing of it.
"""
# ruff: noqa: SLF001  (few of these tables have a public way to them)

from __future__ import annotations

import os
import sys
from types import ModuleType

from hotplug.boundaries.activation import kind_of, text_of
from hotplug.light import cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from hotplug.boundaries.inline.owning import Owner


def clean(owner: Owner, root: str) -> list[str]:
    """Take a plugin's entries out of the interpreter's tables; return a line for each table where that failed.

    Args:
        owner: Tells what is the plugin's.
        root: The folder of its files.
    """

    def import_system(sys_: Any) -> None:
        for places in (sys_.meta_path, sys_.path_hooks):
            _drop(places, owner.has_callable)
        _drop_items(sys_.path_importer_cache, lambda _, finder: owner.has(finder))

    def linecache(module: Any) -> None:
        below = os.path.join(root, "")
        _drop_items(module.cache, lambda key, _: str(key).startswith(below) or owner.mentioned_in(key))

    def inspect(module: Any) -> None:
        _drop_items(module.modulesbyfile, lambda _, name: owner.has_module(name))
        _drop_items(module._filesbymodname, lambda name, _: owner.has_module(name))

    return _each(
        {
            "sys": import_system,
            "warnings": lambda module: _warnings(module, owner),
            "typing": lambda module: _drop_items(module._overload_registry, lambda key, _: owner.has_module(key)),
            "copyreg": lambda module: _copyreg(module, owner),
            "logging": lambda module: _logging(module, owner),
            "linecache": linecache,
            "inspect": inspect,
            "shutil": lambda module: _archives(module, owner),
            "sqlite3": lambda module: _sqlite(module, owner),
            "ctypes": lambda module: _ctypes(module, owner),
            "xml.dom.domreg": lambda module: _drop_items(
                module.registered, lambda _, factory: owner.has_callable(factory)
            ),
            "multiprocessing.util": lambda module: _drop_items(
                module._afterfork_registry, lambda key, value: owner.has(value) or owner.has_callable(key[2])
            ),
            "multiprocessing.reduction": lambda module: _drop_items(
                module.ForkingPickler._extra_reducers, _either(owner)
            ),
        }
    )


def clean_caches(owner: Owner) -> list[str]:
    """Empty what holds the plugin's classes only to be quicker the next time; the host fills it again."""

    def typing(module: Any) -> None:
        for empty in module._cleanups:
            empty()

    def coroutine_types(module: Any) -> None:
        kept = module._iscoroutine_typecache
        for cls in [each for each in kept if owner.has_class(each)]:
            kept.discard(cls)

    def about_own(key: Any, _: object) -> bool:
        return _is(key, tuple) and owner.has(key[1])

    def warnings(module: Any) -> None:
        modules = [each.__dict__ for each in list(sys.modules.values()) if type(each) is ModuleType]
        for registry in (module.onceregistry, *(each.get("__warningregistry__") for each in modules)):
            if _is(registry, dict):
                _drop_items(registry, about_own)

    return _each(
        {
            "typing": typing,
            "asyncio.coroutines": coroutine_types,
            "warnings": warnings,
        }
    )


def clean_codecs(owner: Owner) -> list[str]:
    """Forget a plugin's codecs and error handlers, which takes a look at every object of the host."""
    return _each({"codecs": lambda module: _codecs(module, owner)})


def _each(cleaners: dict[str, Callable[[Any], None]]) -> list[str]:
    failures: list[str] = []
    for name, cleaned in cleaners.items():
        module = sys.modules.get(name)
        if module is None:
            continue
        try:
            cleaned(module)
        except Exception as error:  # noqa: BLE001  (another interpreter, or somebody put something else there)
            failures.append(f"what {name} holds of it could not be cleared: {kind_of(error)}: {text_of(error)}")
    return failures


def _is(value: object, cls: type) -> bool:
    return type(value) is cls  # told apart for checkers, too, which would make of it what they do not know


def _drop(places: list[Any], owned: Callable[[object], bool]) -> None:
    """Take what is owned off a list, in place; nothing is compared."""
    for index in reversed(range(len(places))):
        if owned(places[index]):
            del places[index]


def _drop_items(table: Any, owned: Callable[[Any, Any], bool]) -> None:
    for key in [key for key, value in list(table.items()) if owned(key, value)]:
        table.pop(key, None)


def _either(owner: Owner) -> Callable[[object, object], bool]:
    return lambda key, value: owner.has(key) or owner.has_callable(value)


def _warnings(module: Any, owner: Owner) -> None:
    def owned(entry: tuple[Any, ...]) -> bool:
        patterns: Iterable[object] = (getattr(entry[3], "pattern", entry[3]),)
        return owner.has(entry[2]) or any(owner.mentioned_in(pattern) for pattern in patterns)

    if any(owned(entry) for entry in module.filters):
        _drop(module.filters, cast("Callable[[object], bool]", owned))
        module._filters_mutated()


def _copyreg(module: Any, owner: Owner) -> None:
    _drop_items(module.dispatch_table, _either(owner))
    for (name, attribute), code in list(module._extension_registry.items()):
        if owner.has_module(name):
            module.remove_extension(name, attribute, code)


def _ctypes(module: Any, owner: Owner) -> None:
    pointers = module._pointer_type_cache
    if _is(pointers, dict):  # else each class has its own
        _drop_items(pointers, _either(owner))
    _drop_items(module._c_functype_cache, lambda key, _: owner.has(key[0]) or any(map(owner.has, key[1])))


def _archives(module: Any, owner: Owner) -> None:
    for name, entry in list(module._ARCHIVE_FORMATS.items()):
        if owner.has_callable(entry[0]):
            module.unregister_archive_format(name)
    for name, entry in list(module._UNPACK_FORMATS.items()):
        if owner.has_callable(entry[1]):
            module.unregister_unpack_format(name)


def _sqlite(module: Any, owner: Owner) -> None:
    _drop_items(module.adapters, lambda key, value: owner.has(key[0]) or owner.has_callable(value))
    _drop_items(module.converters, lambda _, value: owner.has_callable(value))


def _codecs(module: Any, owner: Owner) -> None:
    import gc  # only the garbage collector knows the tables

    first = sys.modules["encodings"].search_function
    for places in gc.get_referrers(first):
        if _is(places, list) and places[0] is first:
            for search in [each for each in places if owner.has_callable(each)]:
                module.unregister(search)
    strict = module.lookup_error("strict")
    for table in gc.get_referrers(strict):
        if _is(table, dict) and table.get("strict") is strict and "surrogateescape" in table:
            _drop_items(table, lambda _, handler: owner.has_callable(handler))


def _logging(module: Any, owner: Owner) -> None:
    from hotplug.boundaries.inline.loggers import forget

    forget(module, owner)
