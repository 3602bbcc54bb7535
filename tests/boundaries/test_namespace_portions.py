"""Packages in several places: PEP 420, pkgutil's and setuptools', the plugin's portion and the host's."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import hotplug
from hotplug.testing import PluginMaker

EXTENDED = "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n"
DECLARED = "__import__('pkg_resources').declare_namespace(__name__)\n"
KINDS = ["folder", "wheel"]


def artifact(kind: str, files: dict[str, str | bytes], make_plugin: PluginMaker) -> Any:
    return make_plugin.folder("plugin", files) if kind == "folder" else make_plugin.wheel("plugin", files)


@pytest.mark.parametrize("kind", KINDS)
def test_a_package_without_init_is_the_plugins_own(kind: str, make_plugin: PluginMaker) -> None:
    files: dict[str, str | bytes] = {
        "plugin.py": "from common.own import said\nimport common.below.deep\ndeep = common.below.deep.said\n"
        "import importlib\ndef load(name): return importlib.import_module(name)",
        "common/own.py": "from .below import deep\nsaid = 'own'",
        "common/below/deep.py": "from common import own\nsaid = 'deep'",
    }
    with hotplug.open(artifact(kind, files, make_plugin)) as plugin:
        assert plugin.lookup("plugin:said") == "own"
        assert plugin.lookup("plugin:deep") == "deep"
        load: Any = plugin.lookup("load")
        assert load("common.own") is plugin.lookup("common.own:")
        with pytest.raises(ModuleNotFoundError, match="^No module named 'common.missing'$"):
            load("common.missing")
    assert not any(name.partition(".")[0] == "common" for name in sys.modules)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("init", [None, EXTENDED], ids=["pep 420", "extend_path"])
def test_what_a_portion_lacks_is_the_hosts_and_is_not_loaded_again(
    init: str | None, kind: str, make_plugin: PluginMaker
) -> None:
    declared: dict[str, str | bytes] = {} if init is None else {"common/__init__.py": init}
    make_plugin.installed(
        "common-host",
        {
            **declared,
            "common/host.py": f"{make_plugin.tripwire('host')}said = 'host'",
            "common/below/it.py": "x = 1",
        },
    )
    source = """
    import importlib
    from common import own
    def late():
        import common.host
        from common.host import said
        from common.below.it import x
        return common.host, importlib.import_module("common.host"), said, x
    def missing():
        import common.missing
    """
    files = {**declared, "plugin.py": source, "common/own.py": "said = 'own'"}
    with hotplug.open(artifact(kind, files, make_plugin)) as plugin:
        late: Any = plugin.lookup("late")
        first, again, said, x = late()
        assert first is again is sys.modules["common.host"]
        assert (said, x) == ("host", 1)
        assert plugin.lookup("common.own:said") == "own"
        assert getattr(first.__spec__, "name", None) == first.__name__ == "common.host"
        missing: Any = plugin.lookup("missing")
        with pytest.raises(ModuleNotFoundError, match="^No module named 'common.missing'$"):
            missing()
        assert "common.own" not in sys.modules
        from_host = __import__("common.host").host
        assert from_host is first
        assert not hasattr(sys.modules["common"], "own")
    assert make_plugin.runs("host") == 1
    assert sys.modules["common.host"] is first


def test_a_package_of_its_own_gets_nothing_of_the_hosts(make_plugin: PluginMaker) -> None:
    make_plugin.installed(
        "common-host", {"common/__init__.py": "", "common/host.py": make_plugin.tripwire("host")}
    )
    files = {"common/__init__.py": "def late():\n    import common.host"}
    with hotplug.open(artifact("wheel", {**files, "plugin.py": ""}, make_plugin)) as plugin:
        late: Any = plugin.lookup("common:late")
        with pytest.raises(ModuleNotFoundError, match="^No module named 'common.host'$"):
            late()
    assert not make_plugin.ran("host")


def test_an_error_inside_the_hosts_portion_is_its_own_error(make_plugin: PluginMaker) -> None:
    make_plugin.installed("common-host", {"common/host.py": "import no_such_module_anywhere"})
    files = {"plugin.py": "def late():\n    import common.host", "common/own.py": ""}
    with hotplug.open(artifact("folder", {**files}, make_plugin)) as plugin:
        late: Any = plugin.lookup("late")
        with pytest.raises(ModuleNotFoundError, match="^No module named 'no_such_module_anywhere'$"):
            late()


def test_the_hosts_portion_is_borrowed_by_each_plugin_and_stays_when_they_close(make_plugin: PluginMaker) -> None:
    make_plugin.installed("common-host", {"common/host.py": "class Shared: pass"})
    source = "from common.host import Shared\nfrom common.own import Mine"
    paths = [
        make_plugin.wheel(name, {f"{name}.py": source, "common/own.py": "class Mine: pass"})
        for name in ("one", "two")
    ]
    with hotplug.open(paths[0]) as one, hotplug.open(paths[1]) as two:
        assert one.lookup("one:Shared") is two.lookup("two:Shared") is sys.modules["common.host"].Shared
        assert one.lookup("one:Mine") is not two.lookup("two:Mine")
        report = one.close()
        assert not any("Shared" in line for line in report.survivors)
        assert two.lookup("two:Shared").__module__ == "common.host"


def test_a_portion_in_two_folders_of_one_plugin_is_one(make_plugin: PluginMaker) -> None:
    files: dict[str, str | bytes] = {
        "plugin.py": """
            import os, sys
            sys.path.append(os.path.join(os.path.dirname(__file__), "vendored"))
            def late():
                import common.own, extra.more
                return common.own.said, extra.more.said
        """,
        "common/own.py": "said = 'own'",
        "vendored/extra/more.py": "import common.own\nsaid = common.own.said",
    }
    with hotplug.open(artifact("wheel", files, make_plugin)) as plugin:
        late: Any = plugin.lookup("late")
        assert late() == ("own", "own")
    assert not any(name.startswith("extra") for name in sys.modules)
