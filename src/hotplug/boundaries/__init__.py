"""Boundaries: where a plugin's code runs. Each turns an artifact into running code behind one small interface.

Inline is this interpreter, in a namespace private to the plugin; process is a worker process, where the plugin
has an interpreter of its own. What both need lives here beside them; first of all how a name finds its value in a
plugin, wherever that runs. What does not: who may share a plugin and when it ends (``hotplug.plugin``), and what
its values must look like (``hotplug.contract``).
"""

from __future__ import annotations

from hotplug.light import BuiltinFunctionType, FunctionType, ModuleType, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hotplug.artifacts.artifact import Artifact
    from hotplug.boundaries.instance import Instance
    from hotplug.policy import Limits

    Owns = Callable[[object], bool]
    Importer = Callable[[str], ModuleType]


def start(artifact: Artifact, boundary: str, limits: Limits | None) -> Instance:
    """Run an artifact's root module, and return the running plugin.

    Args:
        artifact: What is opened.
        boundary: "inline" or "process".
        limits: The bounds of a worker.

    Raises:
        ActivationError: If its code fails; nothing that was made for it is left.
        PolicyError: If it cannot be had in this process.
    """
    if boundary == "process":
        from hotplug.boundaries.process.instance import Process

        return Process(artifact, limits)
    if not artifact.private:
        from hotplug.boundaries.inline.shared import Shared

        return Shared(artifact)
    from hotplug.boundaries.inline import Private

    return Private(artifact)


def exported(module: ModuleType, owns: Owns) -> tuple[str, ...]:
    """Return the public names of a module: its ``__all__``, else the names that are its plugin's own.

    Args:
        module: The root module.
        owns: Tells whether a ``__module__`` is one of the plugin's.
    """
    names = names_of(module)
    declared: object = names.get("__all__")
    if type(declared) in (list, tuple):
        return tuple(name for name in cast("tuple[object, ...]", declared) if isinstance(name, str))
    return tuple(name for name, value in list(names.items()) if name[:1] != "_" and _is_own(value, owns))


def resolve(
    symbol: str, *, plugin: str, root: str | None, tops: Iterable[str], owns: Owns, load: Importer
) -> object:
    """Return the value of a symbol.

    A name without a colon is a path of attributes from the root module. With a colon it is an object reference as
    entry points write it (https://packaging.python.org/specifications/entry-points/#data-model).

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
        from hotplug.boundaries.missing import no_name

        raise no_name(symbol, plugin)
    if colon:
        if module_name.partition(".")[0] not in tops:
            from hotplug.boundaries.missing import no_module

            raise no_module(module_name, tops, plugin)
        module = load(module_name)
        return _walk(module, module_name, path.split("."), plugin) if path else module
    if root is None:
        from hotplug.boundaries.missing import no_root

        raise no_root(symbol, tops, plugin)
    module = load(root)
    known = exported(module, owns)
    parts = symbol.split(".")
    if parts[0] not in known:
        from hotplug.boundaries.missing import not_exported

        raise not_exported(parts[0], root, names_of(module), known, plugin)
    return _walk(module, root, parts, plugin)


def _walk(module: ModuleType, module_name: str, path: list[str], plugin: str) -> object:
    value: object = module
    walked = f"{module_name}:"
    for name in path:
        try:
            value = getattr(value, name)
        except AttributeError as error:
            from hotplug.boundaries.missing import no_attribute

            raise no_attribute(name, value, walked.rstrip(".:"), plugin) from error
        walked += f"{name}."
    return value


def names_of(module: object) -> dict[str, object]:
    """Return a module's names; one that put another object in its place has that object's attributes."""
    if isinstance(module, ModuleType):
        return vars(module)
    return {name: getattr(module, name, None) for name in dir(module)}


def _parts(module_name: str, path: str) -> list[str]:
    return [*module_name.split("."), *path.split(".")] if path else module_name.split(".")


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
