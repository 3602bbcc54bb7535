"""``sys.modules`` as a private plugin sees it: its own modules under their real names too."""

from __future__ import annotations

import sys
from _collections_abc import (
    MutableMapping,  # what collections.abc has it from; the rest of collections takes 1.5 ms
)
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import PathFinder

from hotplug.light import ModuleType, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterator, Mapping, ValuesView
    from typing import Self

    from hotplug.boundaries.inline.namespace import Namespace

_ABSENT = object()
_HOSTS = sys.modules
"""The interpreter's, whatever somebody puts into ``sys`` under that name."""


if TYPE_CHECKING:
    _Names = MutableMapping[str, ModuleType]
else:

    class _Names(dict):
        """What ``sys.modules`` is: a dict. It reads and writes as the methods of its heir say."""

        # to derive from the abstract class takes 0.15 ms
        __eq__, __hash__ = MutableMapping.__eq__, None
        get, keys, popitem = MutableMapping.get, MutableMapping.keys, MutableMapping.popitem
        setdefault, update = MutableMapping.setdefault, MutableMapping.update

        def pop(self, name: str, *default: object) -> object:
            try:
                found = self[name]
            except KeyError:
                if not default:
                    raise
                return default[0]
            del self[name]
            return found


class Modules(_Names):
    """The modules of the interpreter, with the plugin's own.

    What the plugin puts there under a name that is not its own, is there for it alone; what it takes away of the
    host's, is taken away. The dict that it is holds nothing: all that is read of it is read here.
    """

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace
        self._overlay = namespace.overlay

    def __getitem__(self, name: str) -> ModuleType:
        if name in self._overlay:
            return self._overlay[name]
        found = _HOSTS.get(self._name(name), _ABSENT)
        if found is _ABSENT:
            raise KeyError(name)
        return cast("ModuleType", found)

    def __setitem__(self, name: str, module: ModuleType) -> None:
        own = self._name(name)
        if own == name and not self._namespace.owns(name):
            if _HOSTS.get(name, _ABSENT) is module:  # put back as it is
                self._overlay.pop(name, None)
                return
            if not _is_of_host(name, module):
                if "." in name:
                    self._overlay[name] = module
                    return
                own = self._namespace.adopt(name)
        _HOSTS[own] = module

    def __delitem__(self, name: str) -> None:
        if name in self._overlay:
            del self._overlay[name]
        elif _HOSTS.pop(self._name(name), _ABSENT) is _ABSENT:
            raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def __contains__(self, name: object) -> bool:
        return name in self._overlay or (isinstance(name, str) and self._name(name) in _HOSTS)

    def __repr__(self) -> str:
        return repr(dict(self))

    def __or__(self, other: dict[str, ModuleType]) -> dict[str, ModuleType]:
        return dict(self) | other

    def __ior__(self, other: Mapping[str, ModuleType]) -> Self:
        self.update(other)
        return self

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._names())

    def __copy__(self) -> dict[str, ModuleType]:
        return self.copy()

    def clear(self) -> None:
        """Take away the plugin's own modules: who clears all, as ``mock.patch.dict`` does, fills it again."""
        self._overlay.clear()
        for name in list(_HOSTS):
            if self._namespace.owns(name):
                _HOSTS.pop(name, None)

    def copy(self) -> dict[str, ModuleType]:
        """Return the modules as a dict."""
        return dict(self)

    def items(self) -> ItemsView[str, ModuleType]:
        """Return the names and modules as they are now: other threads import meanwhile."""
        return self.copy().items()

    def values(self) -> ValuesView[ModuleType]:
        """Return the modules as they are now."""
        return self.copy().values()

    def _names(self) -> dict[str, None]:
        suffix = self._namespace.suffix  # some programs look through all modules, again and again
        names = [name.replace(suffix, "") if suffix in name else name for name in list(_HOSTS)]
        return dict.fromkeys([*self._overlay, *names])

    def _name(self, name: str) -> str:
        return self._namespace.name_of(name) or name


def _is_of_host(name: str, module: object) -> bool:
    """Tell whether a module is the one that the host would import by a name, as where it is loaded lazily."""
    if not issubclass(type(module), ModuleType) or name in _HOSTS:
        return False  # a weak proxy says that it is a module
    known: object = object.__getattribute__(module, "__dict__").get("__spec__")  # to ask a lazy one loads it
    package = _HOSTS.get(name.rpartition(".")[0])
    if not isinstance(known, ModuleSpec) or known.name != name or ("." in name and package is None):
        return False
    spec = PathFinder.find_spec(name, getattr(package, "__path__", None))
    return spec is not None and spec.has_location and spec.origin == known.origin
