"""Where an object is: ``module:qualified.name``, and how each side finds it again.

The host looks into modules that it has imported already, and only at what their dictionaries hold: a name that a
worker sends imports nothing, and runs no property and no ``__getattr__``. The worker imports.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, cast

from hotplug.boundaries.activation import kind_of, text_of
from hotplug.boundaries.process.naming.script import declare, script_data
from hotplug.boundaries.process.naming.unnameable import IMPORTABLE, Unnameable
from hotplug.contract.reflection import (
    MISSING,
    is_class,
    is_instance,
    module_name,
    module_namespace,
    namespace,
    qualified_name,
)
from hotplug.light import import_module

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

_LOCAL = "<locals>"


def place_of_class(cls: type) -> str:
    """Return ``module:qualname`` of a class of this interpreter.

    Raises:
        Unnameable: If another interpreter would not find it there.
    """
    return place_of(cls, module_name(cls), qualified_name(cls))


def place_of(value: object, module: str, name: str) -> str:
    """Return ``module:name`` of an object that says it is there.

    Raises:
        Unnameable: If another interpreter would not find it there.
    """
    if _LOCAL in name:
        function, _, own = name.rpartition(f".{_LOCAL}.")
        raise Unnameable(
            f"{own} is defined inside of the function {function}, where no other interpreter finds it",
            "define it at the top level of a module",
        )
    if _held(sys.modules.get(module), name) is not value:
        if module == "builtins":  # the class of functions, of methods: what `types` has names for
            found = next((each for each, held in vars(sys.modules["types"]).items() if held is value), None)
            if found is not None:
                return f"types:{found}"
        raise Unnameable(
            f"{name} is not what {module or 'its module'} holds under that name, and cannot be found by it",
            "define it at the top level of a module, under its own name",
        )
    if module != "__main__":
        _check_importable(module, name)
    elif script_data() is None:
        raise Unnameable(f"{name} is defined in an interactive session, which no worker can read")
    return f"{module}:{name}"


def known_class(name: str) -> type | None:
    """Return the class of that name among the modules that are imported here; None where there is none.

    Nothing is imported and no code runs, whatever the name is: it comes from the other side.

    Args:
        name: As in shapes: ``module:Outer.Inner``, ``module:Box[int]``, or a builtin class's own name.
    """
    module, qualname = _parts(name)
    found = _held(sys.modules.get(module), qualname)
    return cast("type", found) if is_class(found) else None


def imported_class(name: str) -> type:
    """Return the class of that name; its module is imported where it was not yet.

    Raises:
        Unnameable: If there is no such module or class.
    """
    found = imported(name)
    if not is_class(found):
        raise Unnameable(f"{name.replace(':', '.')} is not a class here")
    return cast("type", found)


def imported(name: str) -> object:
    """Return the object of that name; its module is imported where it was not yet.

    Raises:
        Unnameable: If there is no such module or object.
    """
    module, qualname = _parts(name)
    if module == "__main__":
        declare(qualname.partition(".")[0])
    try:
        home = import_module(module)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        missing = type(error) is ModuleNotFoundError and error.name
        if missing and f"{module}.".startswith(f"{missing}."):
            raise Unnameable(f"there is no module {module} in the worker{_found_instead(module)}") from error
        said = f": {text}" if (text := text_of(error)) else ""
        raise Unnameable(f"importing {module} in the worker failed: {kind_of(error)}{said}", None) from error
    found = _held(home, qualname)
    if found is MISSING:
        found = home  # a module may make its names when they are asked for (PEP 562)
        for each in qualname.split("."):
            try:
                found = getattr(found, each)
            except Exception as error:
                reason = f"{module} has no {qualname} in the worker{_found_instead(module)}"
                raise Unnameable(reason) from error
    return found


def _found_instead(module: str) -> str:
    """Return which file has the name of the module, where one has."""
    home = sys.modules.get(module.partition(".")[0])
    file: object = None if home is None or module == "__main__" else getattr(home, "__file__", None)
    return f", where {home.__name__} is {file}" if home is not None and isinstance(file, str) else ""


def _parts(name: str) -> tuple[str, str]:
    """Return the module and the qualified name; a generic class's arguments are no part of it."""
    bare = name.partition("[")[0]
    module, colon, qualname = bare.rpartition(":")
    return (module, qualname) if colon else ("builtins", bare)


def _held(module: object, name: str) -> object:
    """Return what a module's dictionary, and those of the classes in it, hold under a dotted name, or MISSING."""
    if not is_instance(module, ModuleType):
        return MISSING
    first, *rest = name.split(".")
    found = module_namespace(cast("ModuleType", module)).get(first, MISSING)
    for each in rest:
        found = namespace(cast("type", found)).get(each, MISSING) if is_class(found) else MISSING
    return found


def _check_importable(module: str, name: str) -> None:
    """Refuse what stands in a module that no import in another interpreter would find.

    Raises:
        Unnameable: If the module was not imported from anywhere, or from where nothing is found any more.
    """
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names:
        return
    own = _spec(module)
    if own is None:
        raise Unnameable(f"{name} is in {module}, a module that was made while the program runs")
    found = _found(top)
    if found is None:
        raise Unnameable(
            f"{name} is in {module}, which nothing on sys.path is called, so that a worker cannot import it",
            f"{IMPORTABLE}, or put its folder on sys.path",
        )
    expected = _spec(top)
    if expected is not None and found.has_location and expected.has_location and found.origin != expected.origin:
        raise Unnameable(
            f"{name} is in {module} of {expected.origin}, and in a worker {top} would be {found.origin}",
            "rename one of the two, or change the order of sys.path",
        )


def _spec(module: str) -> ModuleSpec | None:
    return getattr(sys.modules.get(module), "__spec__", None)


def _found(top: str) -> ModuleSpec | None:
    """Return what the import system finds under a top-level name now; a plugin's private modules do not count."""
    for finder in list(sys.meta_path):
        home = finder if is_class(finder) else type(finder)
        if not module_name(cast("type", home)).startswith("hotplug."):
            try:
                found = finder.find_spec(top, None)
            except Exception:  # noqa: BLE001, S112  (someone's finder that does not like to be asked)
                continue
            if found is not None:
                return found
    return None
