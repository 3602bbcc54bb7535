"""An installed distribution under a pin: part of the host, under its real names, from the copy that was hashed.

The interpreter's own import would read the files once more, and prefer bytecode that is in no digest. So a finder
in front of all others answers for the distribution's modules, for as long as the program runs: whoever imports one
of them, now or later, gets the code that was pinned. A package without ``__init__.py`` (PEP 420), which belongs to
several distributions, stays the interpreter's; what the distribution puts into it does not.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import BYTECODE_SUFFIXES, EXTENSION_SUFFIXES, ModuleSpec, all_suffixes

from hotplug.boundaries.as_they_stand import AsTheyStand, Extension, Source, Sourceless
from hotplug.errors import TrustError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import importlib.abc
    from collections.abc import Iterator, Sequence
    from types import ModuleType

    from hotplug.artifacts import Tree


def vouch(tree: Tree, plugin: str) -> None:
    """Have the modules of an installed distribution imported from a copy of it, from now on.

    Args:
        tree: The copy.
        plugin: The distribution's name.

    Raises:
        TrustError: If some of them were imported before, from bytes that nobody has compared.
    """
    vouched = Vouched(tree, plugin)
    for at, finder in enumerate(sys.meta_path):
        if isinstance(finder, Vouched) and finder.plugin == plugin and finder.tree.digest == tree.digest:
            if finder.tree.root != tree.root:  # the copy was made anew elsewhere
                sys.meta_path[at] = vouched
            return
    unchecked = sorted(name for name in list(sys.modules) if vouched.place(name) is not None)
    if unchecked:
        raise TrustError(
            f"its module {unchecked[0]} was imported before its pin was checked: nobody can tell from which bytes",
            plugin=plugin,
            remedy="open it with its pin before it is imported, or in a process (boundary='process'), "
            f"or a copy of its own (hotplug.installed({plugin!r}, private=True))",
        )
    sys.meta_path.insert(0, vouched)


def forget(tree: Tree) -> None:
    """Leave the modules of a distribution to the interpreter again: it was changed before anybody imported it."""
    sys.meta_path[:] = [each for each in sys.meta_path if not (isinstance(each, Vouched) and each.tree is tree)]


class Vouched:
    """Finds the modules of one distribution in its copy: what stands in ``sys.meta_path``."""

    def __init__(self, tree: Tree, plugin: str) -> None:
        self.tree = tree
        self.plugin = plugin
        self._sources = AsTheyStand(tree, plugin)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to load a module of the distribution, None for any other."""
        del target
        inside = [each for each in path or () if each.startswith(self.tree.root + os.sep)]
        place = self.place(name) or self._beside(name, inside)
        if place is None:
            return self._portion(name, inside)
        whole = self._whole(place)
        loader: importlib.abc.Loader
        if place.endswith(".py"):
            loader = Source(name, whole, place, self._sources)
        elif place.endswith(tuple(EXTENSION_SUFFIXES)):
            loader = Extension(name, whole, place, self._sources)
        else:
            loader = Sourceless(name, whole, place, self._sources)
        package = place.rpartition("/")[2].startswith("__init__.")
        spec = ModuleSpec(name, loader, origin=whole, is_package=package)
        spec.has_location = True
        if package:
            spec.submodule_search_locations = [self._guarded(os.path.dirname(whole))]
        return spec

    def place(self, name: str) -> str | None:
        """Return the path of the file that a module of that name is loaded from, None where there is none."""
        top, _, rest = name.partition(".")
        base = self.tree.tops.get(top)
        if base is None:
            return None
        if base in self.tree.files:
            return None if rest else base
        return self._file("/".join(part for part in (base, *rest.split(".")) if part))

    def invalidate_caches(self) -> None:
        """Do nothing: what is here does not change."""

    def _beside(self, name: str, folders: list[str]) -> str | None:
        """Return the path of a module in folders of the copy that its package has put into its ``__path__``."""
        for folder in folders:
            place = self._file(f"{self._relative(folder)}/{name.rpartition('.')[2]}")
            if place is not None:
                return place
        return None

    def _portion(self, name: str, folders: list[str]) -> ModuleSpec | None:
        """Return a folder without ``__init__.py`` below a package of the copy, which is a package too."""
        for folder in folders:
            inner = f"{self._relative(folder)}/{name.rpartition('.')[2]}"
            if any(path.startswith(f"{inner}/") for path in self.tree.files):
                spec = ModuleSpec(name, None, is_package=True)
                spec.submodule_search_locations = [self._guarded(self._whole(inner))]
                return spec
        return None

    def _file(self, module: str) -> str | None:
        suffixes = (*EXTENSION_SUFFIXES, ".py", *BYTECODE_SUFFIXES)
        places = (f"{module}{end}{suffix}" for end in ("/__init__", "") for suffix in suffixes)
        return next((place for place in places if place in self.tree.files), None)

    def _whole(self, place: str) -> str:
        return os.path.join(self.tree.root, *place.split("/"))

    def _relative(self, folder: str) -> str:
        return os.path.relpath(folder, self.tree.root).replace(os.sep, "/")

    def _guarded(self, folder: str) -> str:
        """Return a folder in which the interpreter's own finders find nothing."""
        below = f"{self._relative(folder)}/"
        names: dict[str, bool] = {}
        for path in self.tree.files:
            first, slash, rest = path.removeprefix(below).partition("/")
            if path.startswith(below) and (rest.startswith("__init__.") or not slash):
                stem = next((first.removesuffix(end) for end in all_suffixes() if first.endswith(end)), None)
                name = first if slash else stem
                if name is not None and name != "__init__":
                    names[name] = bool(slash) or names.get(name, False)
        sys.path_importer_cache[folder] = Listing(names)
        return folder


class Listing:
    """What ``sys.path_importer_cache`` holds for a folder of a copy: it lists its modules, and loads none.

    Args:
        names: The names of the modules, each with whether it is a package.
    """

    def __init__(self, names: dict[str, bool]) -> None:
        self._names = names

    def find_spec(self, fullname: str, target: ModuleType | None = None) -> None:
        """Find nothing: what is to be found, another finder has found before."""

    def iter_modules(self, prefix: str = "") -> Iterator[tuple[str, bool]]:
        """Yield the modules in the folder, as pkgutil lists them."""
        return ((prefix + name, package) for name, package in sorted(self._names.items()))

    def invalidate_caches(self) -> None:
        """Do nothing: what is here does not change."""
