"""``pkg_resources`` as a private plugin sees it: it knows the plugin's own distribution and its modules, too.

The module asks itself, in its global variables, what is installed and which module has the data. So some of its
functions are given others: a working set that begins as the host's, with the plugin's distribution, and the names
that the plugin's modules have here. The host's working set does not change.
"""

from __future__ import annotations

from types import FunctionType, ModuleType
from typing import Any

from hotplug.light import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from importlib.metadata import Distribution

_ASKING = ("get_distribution", "load_entry_point", "get_entry_map", "get_entry_info")
"""Functions of the module that ask its ``get_provider`` and its working set."""


def stand_in(root: str, distributions: Iterable[Distribution], name_of: Callable[[str], str | None]) -> ModuleType:
    """Return a module that is ``pkg_resources``, but for what it knows.

    Args:
        root: The folder of the plugin's files.
        distributions: What the plugin consists of.
        name_of: Returns the private name of one of the plugin's modules, None for any other.
    """
    real: Any = import_module("pkg_resources")
    module = ModuleType("pkg_resources", real.__doc__)
    of_host: dict[str, Any] = real.__dict__
    known = vars(module)
    known.update(of_host)

    def get_provider(module_or_requirement: Any) -> Any:
        if isinstance(module_or_requirement, str):
            return real.get_provider(name_of(module_or_requirement) or module_or_requirement)
        return asked(module_or_requirement)

    asked = _with(known, real.get_provider)
    working_set = _working_set(real, root, distributions)
    manager = _manager(real, known)
    known.update({name: getattr(manager, name) for name in dir(manager) if not name.startswith("_")})
    known.update({name: _with(known, of_host[name]) for name in _ASKING})
    known.update(
        get_provider=get_provider,
        working_set=working_set,
        require=working_set.require,
        iter_entry_points=working_set.iter_entry_points,
        add_activation_listener=working_set.subscribe,
        run_script=working_set.run_script,
    )
    return module


def _working_set(real: Any, root: str, distributions: Iterable[Distribution]) -> Any:
    """Return a working set with the host's distributions and the plugin's."""
    own = real.WorkingSet([])
    own.__setstate__(real.working_set.__getstate__())
    own.callbacks = []  # the host's put what is required on sys.path
    for each in distributions:
        own.add(
            real.DistInfoDistribution(
                location=root,
                metadata=_texts(real, root, each),
                project_name=each.metadata["Name"],
                version=each.version,
            ),
            root,
            insert=False,
            replace=True,
        )
    return own


def _texts(real: Any, root: str, distribution: Distribution) -> Any:
    """Return what tells a distribution's metadata, and the data beside its modules."""

    def has_metadata(name: str) -> bool:
        return distribution.read_text(name) is not None

    def get_metadata(name: str) -> str:
        return distribution.read_text(name) or ""

    texts = real.PathMetadata(root, None)
    texts.has_metadata, texts.get_metadata = has_metadata, get_metadata
    return texts


def _manager(real: Any, known: dict[str, Any]) -> Any:
    """Return what finds the data of packages."""
    kind: type = real.ResourceManager
    methods = {name: value for name, value in vars(kind).items() if name.startswith("resource_")}
    asking = {name: _with(known, value) for name, value in methods.items()}
    return type("ResourceManager", (kind,), asking)()


def _with(known: dict[str, Any], function: Any) -> FunctionType:
    """Return a function that finds its global variables elsewhere."""
    return FunctionType(function.__code__, known, function.__name__, function.__defaults__, function.__closure__)
