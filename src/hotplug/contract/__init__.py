"""Does this value satisfy that type? The question is asked when a symbol is looked up, and answered in full.

Here live the reading of a contract (any type form: a Protocol, a class, a Callable, a union) and of a value
(an instance, a class, a module, a function), and the typing specification's assignability between the two.
The value is only looked at: no attribute of it is accessed, no property or method of it runs, and no
annotation is evaluated. What lives here knows nothing of plugins, artifacts or boundaries.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.contract.declaring import raises as raises
    from hotplug.contract.report import Difference as Difference
    from hotplug.contract.report import Report as Report
    from hotplug.contract.report import Unchecked as Unchecked
    from hotplug.contract.verdict import check as check

__all__ = ["Difference", "Report", "Unchecked", "check", "raises"]

_HOMES = {
    "Difference": "hotplug.contract.report",
    "Report": "hotplug.contract.report",
    "Unchecked": "hotplug.contract.report",
    "check": "hotplug.contract.verdict",
    "raises": "hotplug.contract.declaring",
}


def __getattr__(name: str) -> object:
    """Load a public name on its first use (PEP 562): a host that checks nothing pays for nothing."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - only the first use of a name needs it

    found: object = getattr(import_module(home), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
