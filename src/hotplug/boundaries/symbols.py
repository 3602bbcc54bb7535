"""Symbols: what a plugin exports, and how a name finds its value, in any plugin that runs in this interpreter.

A name without a colon is a path of attributes from the root module. With a colon it is an object reference as
entry points write it (https://packaging.python.org/specifications/entry-points/#data-model).
"""

from __future__ import annotations

from hotplug.errors import SymbolNotFound, nearest
from hotplug.light import BuiltinFunctionType, FunctionType, ModuleType, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Owns = Callable[[object], bool]
    Importer = Callable[[str], ModuleType]


def exported(module: ModuleType, owns: Owns) -> tuple[str, ...]:
    """Return the public names of a module: its ``__all__``, else the names that are its plugin's own.

    Args:
        module: The root module.
        owns: Tells whether a ``__module__`` is one of the plugin's.
    """
    names = _names(module)
    declared: object = names.get("__all__")
    if type(declared) in (list, tuple):
        return tuple(name for name in cast("tuple[object, ...]", declared) if isinstance(name, str))
    return tuple(name for name, value in names.items() if name[:1] != "_" and _is_own(value, owns))


def resolve(
    symbol: str, *, plugin: str, root: str | None, tops: Iterable[str], owns: Owns, load: Importer
) -> object:
    """Return the value of a symbol.

    Args:
        symbol: ``name``, ``name.attribute``, ``module:name`` or ``module:``.
        plugin: The plugin's name, for messages.
        root: The root module's name, None where the artifact has no single one.
        tops: The plugin's own top-level names.
        owns: Tells whether a ``__module__`` is one of the plugin's.
        load: Returns one of the plugin's modules by its name.

    Raises:
        SymbolNotFound: If there is no such symbol; the message names the nearest ones.
    """
    module_name, colon, path = symbol.partition(":")
    if not all(part.isidentifier() for part in _parts(module_name, path)):
        raise SymbolNotFound(
            f"{symbol!r} is not the name of a symbol",
            plugin=plugin,
            remedy="it is name, name.attribute, module:name or module:",
        )
    if colon:
        if module_name.partition(".")[0] not in tops:
            raise SymbolNotFound(
                f"has no module {module_name!r} of its own; its top-level names are {_listed(tops)}", plugin=plugin
            )
        module = load(module_name)
        return _walk(module, module_name, path.split("."), plugin) if path else module
    if root is None:
        raise SymbolNotFound(
            f"does not tell which of its top-level names is the root: {_listed(tops)}",
            plugin=plugin,
            remedy=f"look it up with its module, for example {next(iter(tops), 'module')}:{symbol}",
        )
    module = load(root)
    known = exported(module, owns)
    parts = symbol.split(".")
    if parts[0] not in known:
        raise _not_exported(parts[0], root, module, known, plugin)
    return _walk(module, root, parts, plugin)


def _walk(module: ModuleType, module_name: str, path: list[str], plugin: str) -> object:
    value: object = module
    walked = f"{module_name}:"
    for name in path:
        try:
            value = getattr(value, name)
        except AttributeError as error:
            near = nearest(name, [each for each in dir(value) if not each.startswith("_")])
            raise SymbolNotFound(f"{walked.rstrip('.:')} has no {name!r}{near}", plugin=plugin) from error
        walked += f"{name}."
    return value


def _not_exported(name: str, root: str, module: ModuleType, known: tuple[str, ...], plugin: str) -> SymbolNotFound:
    names = _names(module)
    if name in names and "__all__" in names:
        return SymbolNotFound(f"exports no {name!r}: it is not in the __all__ of {root}", plugin=plugin)
    if name in names and not name.startswith("_"):
        value = names[name]
        if isinstance(value, ModuleType):
            return SymbolNotFound(
                f"exports no {name!r}: that is a module, {value.__name__}",
                plugin=plugin,
                remedy=f"look up what is in it: {root}.{name}:…, or the module itself: {root}.{name}:",
            )
        origin: object = getattr(value, "__module__", None) or getattr(value, "__name__", None)
        return SymbolNotFound(
            f"exports no {name!r}: {root} only imports it from {origin}",
            plugin=plugin,
            remedy=f"export an object of the plugin's own under that name: {name} = …",
        )
    near = nearest(name, [each for each in known if not each.startswith("_")])
    exports = "" if near else f"; it exports {_listed(known)}"
    return SymbolNotFound(f"exports no {name!r}{near}{exports}", plugin=plugin)


def _names(module: object) -> dict[str, object]:
    """Return a module's names; one that put another object in its place has that object's attributes."""
    if isinstance(module, ModuleType):
        return vars(module)
    return {name: getattr(module, name, None) for name in dir(module)}


def _parts(module_name: str, path: str) -> list[str]:
    return [*module_name.split("."), *path.split(".")] if path else module_name.split(".")


def _listed(names: Iterable[str]) -> str:
    shown = list(names)
    more = f" and {len(shown) - 20} more" if len(shown) > 20 else ""  # noqa: PLR2004  (what a reader takes in)
    return ", ".join(shown[:20]) + more if shown else "nothing"


def _is_own(value: object, owns: Owns) -> bool:
    kind = type(value)
    if issubclass(kind, ModuleType) or kind.__module__ in ("__future__", "typing"):
        return False  # a module, or what `from typing import Optional` binds
    if issubclass(kind, FunctionType | BuiltinFunctionType | type):
        try:
            return owns(getattr(value, "__module__", None))
        except Exception:  # noqa: BLE001  (the plugin's own metaclass)
            return True
    return True
