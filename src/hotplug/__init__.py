"""Give a running Python program new abilities: open a plugin, look up a symbol, assert its type.

The public names are loaded on first use: importing this module costs next to nothing.
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug import contract as contract
    from hotplug.artifacts.artifact import Artifact as Artifact
    from hotplug.artifacts.installed import installed as installed
    from hotplug.boundaries.report import CloseReport as CloseReport
    from hotplug.catalog import Catalog as Catalog
    from hotplug.catalog import Entry as Entry
    from hotplug.catalog.changes import Changes as Changes
    from hotplug.catalog.changes import Loads as Loads
    from hotplug.errors import ActivationError as ActivationError
    from hotplug.errors import ArtifactError as ArtifactError
    from hotplug.errors import BuildError as BuildError
    from hotplug.errors import CompatibilityError as CompatibilityError
    from hotplug.errors import ContractError as ContractError
    from hotplug.errors import DeadlineExceeded as DeadlineExceeded
    from hotplug.errors import PluginClosed as PluginClosed
    from hotplug.errors import PluginCrashed as PluginCrashed
    from hotplug.errors import PluginDisabled as PluginDisabled
    from hotplug.errors import PluginError as PluginError
    from hotplug.errors import PluginNotFound as PluginNotFound
    from hotplug.errors import PluginRaised as PluginRaised
    from hotplug.errors import PolicyError as PolicyError
    from hotplug.errors import SymbolNotFound as SymbolNotFound
    from hotplug.errors import TransferError as TransferError
    from hotplug.errors import TrustError as TrustError
    from hotplug.plugin import Plugin as Plugin
    from hotplug.plugin import open as open  # noqa: A004
    from hotplug.policy import Limits as Limits
    from hotplug.policy import deadline as deadline
    from hotplug.policy.file import Policy as Policy
    from hotplug.trust.lock import Lock as Lock

__all__ = [
    "ActivationError",
    "Artifact",
    "ArtifactError",
    "BuildError",
    "Catalog",
    "Changes",
    "CloseReport",
    "CompatibilityError",
    "ContractError",
    "DeadlineExceeded",
    "Entry",
    "Limits",
    "Loads",
    "Lock",
    "Plugin",
    "PluginClosed",
    "PluginCrashed",
    "PluginDisabled",
    "PluginError",
    "PluginNotFound",
    "PluginRaised",
    "Policy",
    "PolicyError",
    "SymbolNotFound",
    "TransferError",
    "TrustError",
    "contract",
    "deadline",
    "installed",
    "open",
]

_HOMES = {
    "Artifact": "hotplug.artifacts.artifact",
    "Catalog": "hotplug.catalog",
    "Changes": "hotplug.catalog.changes",
    "CloseReport": "hotplug.boundaries.report",
    "Entry": "hotplug.catalog",
    "Limits": "hotplug.policy",
    "Loads": "hotplug.catalog.changes",
    "Lock": "hotplug.trust.lock",
    "Plugin": "hotplug.plugin",
    "Policy": "hotplug.policy.file",
    "deadline": "hotplug.policy",
    "installed": "hotplug.artifacts.installed",
    "open": "hotplug.plugin",
}


def __getattr__(name: str) -> object:
    from hotplug.light import import_module

    if name == "contract":
        return import_module("hotplug.contract")
    if name not in __all__:
        raise AttributeError(f"module 'hotplug' has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES.get(name, "hotplug.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
