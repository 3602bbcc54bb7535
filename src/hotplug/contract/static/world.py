"""The plugin's modules as stand-ins, and what an import means in them."""

from __future__ import annotations

import importlib
import sys
import threading
import types
import typing
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from hotplug.contract.reflection import MISSING
from hotplug.contract.static.space import Space
from hotplug.contract.static.unknown import Face, Unknown
from hotplug.errors import ArtifactError

if TYPE_CHECKING:
    import ast
    from collections.abc import Generator

    from hotplug.contract.static.functions import Definition
    from hotplug.contract.static.sources import Sources

# Importing these does something that a reader would see, or a test would.
_NOT_IMPORTED = frozenset({"antigravity", "this", "idlelib", "turtledemo", "__main__", "__hello__", "__phello__"})
_STANDARD = sys.stdlib_module_names - _NOT_IMPORTED
_MOST_LOOKS = 5_000
_OF_CONSTRUCTION = frozenset({"__init__", "__new__", "__post_init__", "__set_name__", "__init_subclass__"})
# sys.modules and typing's registry of overloads are the interpreter's own; one reading at a time changes them.
_LOCK = threading.RLock()


class World:
    """What a plugin's source became: one stand-in for each module, class, function and instance.

    Args:
        sources: The plugin's modules.
        face: What is assumed of everything unknown.
        packages: The top-level packages that may be imported besides the standard library: the contract's.

    Attributes:
        disturbances: What the source does to its own objects that the reading does not follow, each with its
            place; any of them makes the answer undecided.
        left_open: The names of the attributes that are unknown.
        unknowns: Everything that the source does not tell, in the order in which it was met.
    """

    def __init__(self, sources: Sources, face: Face, packages: frozenset[str]) -> None:
        self.sources = sources
        self.face = face
        self.packages = packages | {"hotplug"}
        self.disturbances: dict[str, None] = {}
        self.unknowns: dict[str, Unknown] = {}
        self.left_open: set[str] = set()
        self._spaces: dict[str, Space] = {}
        self._made: dict[int, object] = {}
        self._decorators: dict[int, object] = {}
        self._by_name: dict[str, list[int]] = {}
        self._looked: dict[tuple[int, bool], int] = {}
        self._looks = 0
        self._lambdas: dict[int, tuple[ast.expr, Space]] = {}
        self._places: dict[int, str] = {}
        self._definitions: dict[int, tuple[Definition, Space]] = {}

    # What was made

    def made(self, thing: object) -> None:
        """Remember a stand-in, to tell it from the host's own objects."""
        self._made[id(thing)] = thing

    def leave_open(self, name: str) -> None:
        """Remember that an attribute of that name is unknown somewhere: no difference in it is certain."""
        self.left_open.add(name)

    def is_own(self, thing: object) -> bool:
        """Say whether the object is a stand-in for one of the plugin's."""
        return id(thing) in self._made

    def put(self, thing: object, place: str) -> None:
        """Remember where a class stands."""
        self._places[id(thing)] = place

    def place_of(self, value: object) -> str | None:
        """Return where the class of a stand-in, or the class itself, stands; None for what has no place."""
        return self._places.get(id(value)) or self._places.get(id(type(value)))

    def define(self, function: object, node: Definition, space: Space) -> None:
        """Remember the statement that a function comes from."""
        self._definitions[id(function)] = (node, space)
        self._by_name.setdefault(node.name, []).append(id(function))

    def definition(self, function: object) -> tuple[Definition, Space] | None:
        """Return the statement that one of the plugin's functions comes from, and the scope that it stands in."""
        return self._definitions.get(id(function))

    def functions_named(self, name: str) -> list[object]:
        """Return every function of the plugin's that a ``def`` of that name made."""
        return [self._made[each] for each in self._by_name.get(name, ())]

    def worth_a_look(self, step: tuple[int, bool]) -> bool:
        """Say whether looking into a function again could find more than before: since then more was defined.

        A module whose import calls more than can be followed in reasonable time is disturbed.
        """
        known = len(self._definitions)
        if self._looked.get(step) == known:
            return False
        self._looked[step] = known
        self._looks += 1
        if self._looks > _MOST_LOOKS:
            self.disturbances["the import calls more functions than are followed"] = None
            return False
        return True

    def special_methods(self) -> list[str]:
        """Return the names of the special methods that the plugin defines, those of construction left out."""
        return sorted(
            each for each in self._by_name if each[:2] == each[-2:] == "__" and each not in _OF_CONSTRUCTION
        )

    def define_lambda(self, function: object, body: ast.expr, space: Space) -> None:
        """Remember the expression that a ``lambda`` gives."""
        self._lambdas[id(function)] = (body, space)

    def lambda_body(self, function: object) -> tuple[ast.expr, Space] | None:
        """Return the expression that one of the plugin's ``lambda`` gives, and the scope that it stands in."""
        return self._lambdas.get(id(function))

    def made_decorator(self, thing: object) -> None:
        """Remember what a decorator's factory of the standard library returned: it may be applied."""
        self._decorators[id(thing)] = thing

    def is_decorator(self, thing: object) -> bool:
        """Say whether the object came from a decorator's factory of the standard library."""
        return id(thing) in self._decorators

    def unknown(
        self,
        reason: str,
        space: Space,
        node: ast.AST,
        *,
        foreign: bool = False,
        plain: bool = False,
        kind: type | None = None,
    ) -> Unknown:
        """Return something that the source does not tell, remembered with its reason and place."""
        made = Unknown(reason, space.place(node), foreign=foreign, plain=plain, kind=kind)
        self.unknowns.setdefault(f"<{reason}>", made)
        return made

    def disturb(self, what: str, space: Space, node: ast.AST) -> None:
        """Remember that the source changes its own objects in a way that is not followed."""
        self.disturbances[f"{what}  ({space.place(node)})"] = None

    # Modules

    def space_of(self, module: object) -> Space | None:
        """Return the scope of one of the plugin's own modules, or None for any other object."""
        if type(module) is not types.ModuleType:
            return None
        found = self._spaces.get(module.__name__)
        return found if found is not None and found.module is module else None

    def load(self, name: str) -> Space:
        """Return the scope of one of the plugin's modules, read when it is first asked for.

        Raises:
            ArtifactError: If there is no such module, or it is not Python that this interpreter can parse.
        """
        known = self._spaces.get(name)
        if known is not None:
            return known
        above, _, last = name.rpartition(".")
        parent = self.load(above) if above else None
        source = self.sources.find(name)
        if source is None:
            raise ArtifactError(f"has no module {name}", plugin=self.sources.plugin)
        module = types.ModuleType(name)
        module.__file__ = source.path or None
        space = Space(self, source, module)
        for own in ("__name__", "__file__", "__doc__"):
            space.names[own] = module.__dict__.get(own)
        self._spaces[name] = space
        self.made(module)
        sys.modules[name] = module
        from hotplug.contract.static.statements import read_module

        read_module(space)
        if parent is not None and last not in parent.names:
            parent.bind(last, module)
        return space

    def import_module(self, name: str, space: Space, node: ast.AST) -> object:
        """Return what ``import name`` makes of the name: a stand-in, a module of the host, or `Unknown`."""
        if self.sources.owns(name):
            try:
                return self.load(name).module
            except ArtifactError:
                if self.sources.find(name) is not None:
                    raise
                return self.unknown(f"the plugin has no module {name}", space, node)
        top = name.partition(".")[0]
        if top in _STANDARD or top in self.packages:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # a deprecated module is the author's affair
                    return importlib.import_module(name)
            except Exception as problem:  # noqa: BLE001 - what an import of the host's raises is its answer
                return self.unknown(f"{name} cannot be imported here: {type(problem).__name__}", space, node)
        return self.unknown(f"{name} is not part of the plugin", space, node, foreign=True)

    def member(self, module: object, name: str, space: Space, node: ast.AST) -> object:
        """Return what ``from module import name`` binds."""
        if isinstance(module, Unknown):
            from hotplug.contract.static.attributes import unknown_member

            return self.unknown(unknown_member(module, name), space, node, foreign=module.foreign)
        own = self.space_of(module)
        if own is not None:
            if name in own.names:
                return own.names[name]
            inner = f"{own.module.__name__}.{name}"
            if own.source.is_package and self.sources.find(inner) is not None:
                return self.load(inner).module
            return self.unknown(f"{own.module.__name__} has no name {name}", space, node)
        host = cast("types.ModuleType", module)
        found: object = getattr(host, name, MISSING)
        if found is MISSING:
            submodule = f"{host.__name__}.{name}"
            found = self.import_module(submodule, space, node) if hasattr(host, "__path__") else MISSING
        if found is MISSING:
            return self.unknown(f"{host.__name__} has no name {name}", space, node)
        return found

    def binds_unknown(self, name: str) -> bool:
        """Say whether one of the plugin's modules binds the name to something unknown."""
        return any(isinstance(each.names.get(name), Unknown) for each in self._spaces.values())

    def presented(self, module: types.ModuleType) -> types.ModuleType:
        """Return a module as a value: what is unknown in it stands for a value there, not for a type."""
        space = self.space_of(module)
        if space is None:
            return module
        shown = types.ModuleType(module.__name__)
        shown.__dict__.update(module.__dict__)
        forms = dict(space.annotations)
        for name, value in space.names.items():
            if isinstance(value, Unknown):
                shown.__dict__[name] = value.as_value()
                if self.face is Face.BEST:
                    forms[name] = typing.Any
        vars(shown)["__annotations__"] = forms
        return shown

    @contextmanager
    def reading(self) -> Generator[None]:
        """Let the stand-ins be found where the interpreter and the check look for modules, and no longer.

        ``dataclasses`` and the check find a class's globals in ``sys.modules``; ``typing`` keeps overloads by
        the names of modules. What stood there under the plugin's names stands there again afterwards.
        """
        registry = cast("dict[str, object]", getattr(typing, "_overload_registry", {}))
        with _LOCK:
            shelves = [cast("dict[str, object]", sys.modules), registry]
            kept = [self._taken(shelf) for shelf in shelves]
            try:
                yield
            finally:
                for shelf, before in zip(shelves, kept, strict=True):
                    self._taken(shelf)
                    shelf.update(before)

    def _taken(self, shelf: dict[str, object]) -> dict[str, object]:
        return {name: shelf.pop(name) for name in list(shelf) if self.sources.owns(name)}
