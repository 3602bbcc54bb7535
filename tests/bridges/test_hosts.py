"""Two hosts of pluggy as they come from the index, pytest and datasette, with plugins from a folder of wheels.

Neither is changed: an ordinary plugin of each, written as the docs say, uses the bridge.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from hotplug.testing import PluginMaker

BRIDGE = """
import os
import sys

from hotplug import Catalog
from hotplug.bridges.pluggy import register
from hotplug.events import listen


def take_from_folder(group, manager):
    def say(event):
        if event.kind in ("refused", "raised"):
            print(f"left out: {event.plugin}: {event.reason}", file=sys.__stderr__)

    listen(say)
    catalog = Catalog(group, object, paths=[os.environ["HOST_PLUGINS"]], installed=False)
    plugins = register(manager, catalog, contain=True)
    for name, reason in plugins.skipped.items():
        print(f"skipped: {name}: {reason}", file=sys.__stderr__)
"""


@dataclass(frozen=True)
class Kind:
    """A host: what makes it use the bridge, a plugin that gives it an ability, and how to see that."""

    group: str
    bridge: str
    good: str
    bad_hook: str
    command: tuple[str, ...]
    able: str
    unable: str


KINDS = {
    "pytest": Kind(
        group="pytest11",
        bridge="def pytest_addoption(pluginmanager): take_from_folder('pytest11', pluginmanager)",
        good="def pytest_report_header(): return 'able: yes'",
        bad_hook="def pytest_collection_modifyitems(items): raise LookupError('no words')",
        command=("-m", "pytest", "-p", "no:cacheprovider", "-c", os.devnull, "suite"),
        able="able: yes",
        unable="1 passed",
    ),
    "datasette": Kind(
        group="datasette",
        bridge="from datasette.plugins import pm\ntake_from_folder('datasette', pm)",
        good="from datasette import hookimpl\n@hookimpl\ndef prepare_connection(conn):\n"
        "    conn.create_function('able', 0, lambda: 'able: yes')",
        bad_hook="from datasette import hookimpl\n@hookimpl\ndef prepare_connection(conn):\n"
        "    raise LookupError('no words')",
        command=("-m", "datasette", "--get", "/_memory.json?sql=select+able()&_shape=arrays"),
        able="able: yes",
        unable="no such function: able",
    ),
}


class Host:
    """One of them, in a process of its own, with a folder of plugins."""

    def __init__(self, make: PluginMaker, kind: Kind) -> None:
        self.kind = kind
        self._make = make
        self._site = make.folder("site", {})
        self.offered = make.folder("offered", {})
        make.folder("suite", {"test_suite.py": "def test_one(): pass\n"})
        self.install("bridge", f"{BRIDGE}\n{kind.bridge}\n")

    def offer(self, name: str, source: str) -> Path:
        """Put a wheel into the folder; it is not installed."""
        trap = self._make.tripwire(name)
        points = {self.kind.group: {name: name}}
        return self._make.wheel(name, {f"{name}.py": trap + source}, entry_points=points, into="offered")

    def install(self, name: str, source: str) -> None:
        """Install a plugin as pip would: the host finds it by itself."""
        points = {self.kind.group: {name: name}}
        wheel = self._make.wheel(name, {f"{name}.py": source}, entry_points=points, into="dist")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(self._site)

    def run(self, **variables: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HOTPLUG_")}
        environment = {
            **inherited,
            "PYTHONPATH": str(self._site),
            "PYTEST_ADDOPTS": "",
            "HOST_PLUGINS": str(self.offered),
            "HOTPLUG_CACHE": str(self._make.root / "cache"),
            **variables,
        }
        command = [sys.executable, *self.kind.command]
        return subprocess.run(
            command, cwd=self._make.root, env=environment, check=False, capture_output=True, text=True
        )


@pytest.fixture(params=KINDS)
def host(request: pytest.FixtureRequest, make_plugin: PluginMaker) -> Host:
    return Host(make_plugin, KINDS[request.param])


def test_it_gains_a_plugin_from_a_folder_of_wheels(host: Host) -> None:
    before = host.run()
    assert host.kind.able not in before.stdout
    assert host.kind.unable in before.stdout, before.stderr
    host.offer("good", host.kind.good)
    done = host.run()
    assert (done.returncode, done.stderr) == (0, "")
    assert host.kind.able in done.stdout


def test_what_takes_it_down_when_it_is_installed_is_left_out_when_it_comes_by_the_bridge(host: Host) -> None:
    bad = "raise RuntimeError('out of words')"
    host.offer("good", host.kind.good)
    host.offer("bad", bad)
    (host.offered / "torn-1.0-py3-none-any.whl").write_bytes(b"PK\3\4junk")
    done = host.run()
    assert (done.returncode, host.kind.able in done.stdout) == (0, True), done.stderr
    left_out = sorted(done.stderr.splitlines())
    assert [line[:42] for line in left_out] == [
        "left out: bad: failed to start: RuntimeErr",
        "left out: torn: is damaged, or not a wheel",
    ]
    host.install("bad", bad)
    done = host.run()
    assert done.returncode != 0
    assert "RuntimeError: out of words" in done.stderr
    assert host.kind.able not in done.stdout


def test_a_hook_that_raises_ends_the_work_when_it_is_installed_and_not_by_the_bridge(host: Host) -> None:
    host.offer("good", host.kind.good)
    host.offer("bad", host.kind.bad_hook)
    done = host.run()
    assert (done.returncode, host.kind.able in done.stdout) == (0, True), done.stderr
    assert "left out: bad: its " in done.stderr
    assert "raised LookupError: no words" in done.stderr
    host.install("worse", host.kind.bad_hook)
    done = host.run()
    assert done.returncode != 0
    assert "LookupError: no words" in done.stdout + done.stderr


def test_what_ends_the_process_ends_it_until_it_is_taken_away(host: Host) -> None:
    host.offer("good", host.kind.good)
    fatal = host.offer("fatal", "import os; os._exit(7)")
    assert host.run().returncode == 7
    fatal.unlink()
    done = host.run()
    assert (done.returncode, host.kind.able in done.stdout) == (0, True), done.stderr


def test_safe_mode_brings_it_up_without_the_folder_and_disabling_one_with_the_others(
    host: Host, make_plugin: PluginMaker
) -> None:
    pytest.importorskip("hotplug.catalog.decisions", reason="the environment decides nothing yet")
    host.offer("good", host.kind.good)
    host.offer("fatal", "import os; os._exit(7)")
    assert host.run().returncode == 7
    runs = make_plugin.runs("fatal"), make_plugin.runs("good")
    done = host.run(HOTPLUG_SAFE_MODE="1")
    assert host.kind.unable in done.stdout, done.stderr
    assert host.kind.able not in done.stdout
    assert (make_plugin.runs("fatal"), make_plugin.runs("good")) == runs
    assert "skipped: fatal: " in done.stderr
    assert "HOTPLUG_SAFE_MODE" in done.stderr
    done = host.run(HOTPLUG_DISABLE="fatal")
    assert (done.returncode, host.kind.able in done.stdout) == (0, True), done.stderr
    assert make_plugin.runs("fatal") == runs[0]
    assert "skipped: fatal: " in done.stderr
    assert "skipped: good" not in done.stderr
