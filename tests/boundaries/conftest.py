"""What several tests of the private namespace share: one body of code, from every kind of artifact."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

import hotplug
from hotplug.boundaries.inline import holders

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotplug.testing import PluginMaker


@pytest.fixture(autouse=True, scope="session")
def patient() -> None:
    """Let the search for who holds a plugin take its time: here it goes through all that the other tests keep."""
    holders._PATIENCE = 60.0  # pyright: ignore[reportPrivateUsage]


@pytest.fixture
def gives(make_plugin: PluginMaker) -> Callable[[str, Mapping[str, str | bytes], str, object], None]:
    """Return what runs a body in the package ``own``, late and at import, and compares what it returns."""

    def compare(kind: str, files: Mapping[str, str | bytes], body: str, expected: object) -> None:
        function = f"def run():\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n"
        contents = {**files, "own/late.py": function, "own/at_import.py": f"{function}found = run()\n"}
        source: Any
        if kind == "folder":
            source = make_plugin.folder("root", contents)
        elif kind == "wheel":
            source = make_plugin.wheel("own", contents)
        else:
            make_plugin.installed("own", contents)
            source = hotplug.installed("own", private=kind == "private")
        with hotplug.open(source) as plugin:
            assert plugin.lookup("own.late:run", Any)() == expected
        with hotplug.open(source) as plugin:
            assert plugin.lookup("own.at_import:found") == expected
        if kind != "installed":
            assert not any(name.partition(".")[0] == "own" or "__hp" in name for name in sys.modules)

    return compare
