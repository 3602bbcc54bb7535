"""Plugins made on the spot, whole and broken, for the tests of plugins, of hosts and of hotplug itself.

What lives here: a maker of plugins from literals, the faults that an artifact can have, sources that misbehave at
import, a search path with all of these, a check that a test left its interpreter as it found it, and one that
opening and closing a plugin leaves nothing. Under pytest all of it is there as the fixtures `make_plugin`,
`host_unchanged` and `no_leaks`, registered when hotplug is installed. What must not
live here: anything that a program needs when it is not under test.

    def test_speaks_french(make_plugin):
        path = make_plugin.module("french.py", "def greet(): return 'Bonjour Univers'")
        with hotplug.open(path) as plugin:
            assert plugin.lookup("greet")() == "Bonjour Univers"
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.testing.broken import BROKEN, Fault
    from hotplug.testing.conformance import contract_test
    from hotplug.testing.host import Host
    from hotplug.testing.installation import Installation
    from hotplug.testing.isolation import CatalogMaker, isolated
    from hotplug.testing.leaks import Leaks, leaks
    from hotplug.testing.maker import PluginMaker
    from hotplug.testing.misbehaving import FATAL, MISBEHAVING
    from hotplug.testing.zoo import Zoo

__all__ = [
    "BROKEN",
    "FATAL",
    "MISBEHAVING",
    "CatalogMaker",
    "Fault",
    "Host",
    "Installation",
    "Leaks",
    "PluginMaker",
    "Zoo",
    "contract_test",
    "isolated",
    "leaks",
]

_HOMES = {
    "BROKEN": "broken",
    "CatalogMaker": "isolation",
    "FATAL": "misbehaving",
    "Fault": "broken",
    "Host": "host",
    "Installation": "installation",
    "Leaks": "leaks",
    "MISBEHAVING": "misbehaving",
    "PluginMaker": "maker",
    "Zoo": "zoo",
    "contract_test": "conformance",
    "isolated": "isolation",
    "leaks": "leaks",
}


def __getattr__(name: str) -> object:
    """Load what is asked for on first use: pytest loads this package in every run of every user."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value: object = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
