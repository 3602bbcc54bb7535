"""What the reader is told of a symbol that a plugin does not have, with what was perhaps meant."""

from __future__ import annotations

from hotplug.errors import SymbolNotFound, nearest
from hotplug.light import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_SHOWN = 20  # names that a reader takes in


def no_name(symbol: str, plugin: str) -> SymbolNotFound:
    """Return the error for a text that is not of the form of a symbol's name."""
    return SymbolNotFound(
        f"{symbol!r} is not the name of a symbol",
        plugin=plugin,
        remedy="it is name, name.attribute, module:name or module:",
    )


def no_module(module_name: str, tops: Iterable[str], plugin: str) -> SymbolNotFound:
    """Return the error for a module whose top-level name is none of the plugin's."""
    return SymbolNotFound(
        f"has no module {module_name!r} of its own; its top-level names are {_listed(tops)}", plugin=plugin
    )


def no_root(symbol: str, tops: Iterable[str], plugin: str) -> SymbolNotFound:
    """Return the error for a name without a module, of a plugin that has no single root."""
    return SymbolNotFound(
        f"does not tell which of its top-level names is the root: {_listed(tops)}",
        plugin=plugin,
        remedy=f"look it up with its module, for example {next(iter(tops), 'module')}:{symbol}",
    )


def no_attribute(name: str, value: object, walked: str, plugin: str) -> SymbolNotFound:
    """Return the error for an attribute that a value does not have; ``walked`` is how it was reached."""
    near = nearest(name, [each for each in dir(value) if not each.startswith("_")])
    return SymbolNotFound(f"{walked} has no {name!r}{near}", plugin=plugin)


def not_exported(
    name: str, root: str, names: Mapping[str, object], known: Sequence[str], plugin: str
) -> SymbolNotFound:
    """Return the error for a name that a root module does not export.

    Args:
        name: The name.
        root: The root module's name.
        names: All names in the root module, with their values.
        known: Those that it exports.
        plugin: The plugin's name.
    """
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


def _listed(names: Iterable[str]) -> str:
    shown = list(names)
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return ", ".join(shown[:_SHOWN]) + more if shown else "nothing"
