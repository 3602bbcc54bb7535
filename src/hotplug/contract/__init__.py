"""Does this value satisfy that type? The question is asked when a symbol is looked up, and answered in full.

Here live the reading of a contract (any type form: a Protocol, a class, a Callable, a union) and of a value
(an instance, a class, a module, a function), and the typing specification's assignability between the two.
The value is only looked at: no attribute of it is accessed, no property or method of it runs, and no
annotation is evaluated. What lives here knows nothing of plugins, artifacts or boundaries.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.contract.declaring import raises as raises
    from hotplug.contract.description import Description as Description
    from hotplug.contract.description import describe as describe
    from hotplug.contract.report import Difference as Difference
    from hotplug.contract.report import Report as Report
    from hotplug.contract.report import Unchecked as Unchecked
    from hotplug.contract.verdict import check as check

__all__ = ["Description", "Difference", "Report", "Unchecked", "check", "describe", "raises"]

_HOMES = {
    "Description": "hotplug.contract.description",
    "Difference": "hotplug.contract.report",
    "Report": "hotplug.contract.report",
    "Unchecked": "hotplug.contract.report",
    "describe": "hotplug.contract.description",
    "check": "hotplug.contract.verdict",
    "raises": "hotplug.contract.declaring",
}


def __getattr__(name: str) -> object:
    """Load a public name on its first use (PEP 562): a host that checks nothing pays for nothing."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    __import__(home)  # importlib's own package costs more than what is imported here
    found: object = getattr(sys.modules[home], name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
