"""A catalog over made plugins, and nothing of the machine that the test runs on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hotplug
from greeter import Greeter
from greeter.driver import languages
from hotplug.light import user_folder
from hotplug.testing import CatalogMaker, PluginMaker, isolated

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUP = "greeter.plugins"
POINTS = {GROUP: {"dutch": "dutch:Greeter"}}
GOOD = "class French:\n    def greet(self) -> str:\n        return 'Bonjour'\n\nGreeter = French()\n"


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[PluginMaker]:
    """A machine on which a lot is installed, configured and lying about."""
    with PluginMaker(tmp_path_factory.mktemp("machine")) as maker:
        maker.installed("spanish", {"spanish.py": GOOD}, entry_points={GROUP: {"spanish": "spanish:Greeter"}})
        maker.module("data/greeter/plugins/latin.py", GOOD)
        monkeypatch.setenv("XDG_DATA_HOME", str(maker.root / "data"))
        monkeypatch.setenv("HOTPLUG_BOUNDARY", "nonsense")
        monkeypatch.setenv("HOTPLUG_CACHE", str(maker.root / "cache"))
        yield maker


def test_it_holds_what_was_made_and_nothing_else(
    machine: PluginMaker, make_plugin: PluginMaker, isolated_catalog: CatalogMaker
) -> None:
    make_plugin.module("plugins/french.py", GOOD)
    make_plugin.wheel(
        "swiss", {"swiss.py": GOOD}, entry_points={GROUP: {"swiss": "swiss:Greeter"}}, into="plugins"
    )
    make_plugin.installed("dutch", {"dutch.py": GOOD}, entry_points=POINTS)
    catalog = isolated_catalog(GROUP, Greeter)
    assert list(catalog) == ["french", "swiss", "dutch"]
    assert [catalog.load(name).greet() for name in catalog] == ["Bonjour"] * 3
    assert not (machine.root / "cache").exists()
    assert any(make_plugin.root.glob(".cache/**/swiss.py"))
    assert isolated_catalog.folder == make_plugin.root / "plugins"


def test_the_hosts_own_catalog_is_isolated_too(
    machine: PluginMaker, make_plugin: PluginMaker, isolated_catalog: CatalogMaker
) -> None:
    carried = ["chinese", "english", "russian", "swedish"]
    with languages() as catalog:
        assert list(catalog) == carried
    make_plugin.installed("dutch", {"dutch.py": GOOD}, entry_points=POINTS)
    own = Path(user_folder("data", "greeter"))
    assert own.is_relative_to(make_plugin.root)
    (own / "plugins").mkdir(parents=True)
    (own / "plugins" / "french.py").write_text(GOOD)
    with languages() as catalog:
        assert list(catalog) == ["french", "dutch", *carried]


def test_options_are_those_of_a_catalog_and_every_catalog_is_closed(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    make_plugin.module("elsewhere/french.py", GOOD)
    with isolated(make_plugin) as make:
        catalog = make(GROUP, Greeter, paths=[tmp_path / "elsewhere"], installed=False, boundary="process")
        proxy = catalog.load("french")
        assert type(proxy).__name__ != "French"
    with pytest.raises(hotplug.PluginClosed):
        proxy.greet()
    with pytest.raises(hotplug.PluginClosed):
        catalog.load("french")


def test_all_is_as_it_was_afterwards(machine: PluginMaker, make_plugin: PluginMaker) -> None:
    before = dict(os.environ)

    def fails() -> None:
        with isolated(make_plugin):
            assert {name for name in os.environ if name.startswith("HOTPLUG_")} == {"HOTPLUG_CACHE"}
            os.environ["HOTPLUG_NEW"] = "1"
            assert Path.home().is_relative_to(make_plugin.root)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert dict(os.environ) == before
    assert "spanish" in hotplug.Catalog(GROUP, Greeter)


def test_a_child_finds_what_is_installed_for_the_user(make_plugin: PluginMaker) -> None:
    program = "import site; print(site.getusersitepackages())"

    def told() -> str:
        return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout

    outside = told()
    with isolated(make_plugin):
        assert told() == outside


def test_what_a_test_sets_itself_counts_and_is_gone_after_it(
    monkeypatch: pytest.MonkeyPatch, isolated_catalog: CatalogMaker, make_plugin: PluginMaker
) -> None:
    make_plugin.module("plugins/french.py", GOOD)
    monkeypatch.setenv("HOTPLUG_BOUNDARY", "inline")
    catalog = isolated_catalog(GROUP, Greeter, boundary="process")
    assert type(catalog.load("french")).__name__ == "French"
