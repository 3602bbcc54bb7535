"""Installed packages that import the plugin's package back: the plugin gets a copy of its own."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import hotplug
from hotplug.artifacts import companions as companions_module
from hotplug.artifacts.companions import companions
from hotplug.artifacts.metadata import Metadata
from hotplug.testing import PluginMaker

SIEVE: dict[str, str | bytes] = {
    "sieve/__init__.py": "from . import match\nfrom .match import Match, soup_version",
    "sieve/match.py": "import soup\nclass Match:\n    soup = soup.Soup\ndef soup_version(): return soup.version",
}
SOUP: dict[str, str | bytes] = {
    "soup/__init__.py": """
        version = "plugin's"
        class Soup: pass
        import sieve
        from sieve import match
        from sieve.match import Match
        def late():
            import importlib, sieve.match
            return sieve, importlib.import_module("sieve"), importlib.import_module("sieve.match").Match
    """,
}


def soup(make_plugin: PluginMaker, requires: tuple[str, ...] = ("sieve>=1",)) -> Any:
    return make_plugin.wheel("soup", SOUP, requires=requires)


def test_a_dependency_that_imports_the_plugin_back_is_private_to_it(make_plugin: PluginMaker) -> None:
    make_plugin.installed(
        "sieve", {**SIEVE, "sieve/match.py": make_plugin.tripwire("match") + str(SIEVE["sieve/match.py"])}
    )
    with hotplug.open(soup(make_plugin)) as plugin:
        private: Any = plugin.lookup("soup:sieve")
        assert private.soup_version() == "plugin's"
        assert private.Match.soup is plugin.lookup("Soup")
        late: Any = plugin.lookup("late")
        assert late() == (private, private, private.Match)
        assert "sieve" not in sys.modules
        assert "soup" not in sys.modules
        with pytest.raises(hotplug.SymbolNotFound):
            plugin.lookup("sieve:Match")  # it is no part of what was opened
        del private, late
        assert plugin.close() == hotplug.CloseReport(unloaded=True)
    assert make_plugin.runs("match") == 1
    assert not any("sieve" in name for name in sys.modules)


def test_the_host_and_each_plugin_have_copies_that_do_not_mix(make_plugin: PluginMaker) -> None:
    make_plugin.installed("sieve", SIEVE)
    make_plugin.installed("soup", {"soup.py": "version = 'host\\'s'\nclass Soup: pass"})
    host = __import__("sieve")
    path = soup(make_plugin)
    other = make_plugin.wheel(
        "soup",
        {"soup/__init__.py": str(SOUP["soup/__init__.py"]).replace("plugin's", "2's")},
        version="2.0",
        requires=["sieve"],
    )
    with hotplug.open(path) as first, hotplug.open(other) as second:
        found: list[Any] = [first.lookup("soup:sieve"), second.lookup("soup:sieve"), host]
        assert [each.soup_version() for each in found] == ["plugin's", "2's", "host's"]
        assert len({each.Match for each in found}) == 3
        del found
    assert sys.modules["sieve"] is host


@pytest.mark.parametrize(
    ("match", "requires"),
    [
        ("soup = None\ndef f():\n    import soup\n", ("sieve",)),
        ("try:\n    import soup\nexcept ImportError:\n    soup = None\n", ("sieve",)),
        ("import soupe_du_jour as soup\n", ("sieve",)),
        ("import soup\n", ()),
    ],
    ids=["in a function", "if there is one", "another name", "not required"],
)
def test_another_dependency_is_the_hosts(match: str, requires: tuple[str, ...], make_plugin: PluginMaker) -> None:
    make_plugin.installed("soup-host", {"soup.py": "", "soupe_du_jour.py": ""})
    make_plugin.installed("sieve", {"sieve/__init__.py": "", "sieve/match.py": f"{match}class Match: pass"})
    with hotplug.open(soup(make_plugin, requires)) as plugin:
        assert plugin.lookup("soup:sieve") is sys.modules["sieve"]
        assert plugin.lookup("soup:Match") is sys.modules["sieve.match"].Match


def test_a_dependency_with_extension_modules_cannot_be_private(make_plugin: PluginMaker) -> None:
    make_plugin.installed("soup-host", {"soup.py": "version = 'host'\nclass Soup: pass"})
    make_plugin.installed("sieve", {**SIEVE, "sieve/fast.cpython-311-x86_64-linux-gnu.so": b"\x7fELF"})
    with hotplug.open(soup(make_plugin)) as plugin:
        assert plugin.lookup("soup:sieve") is sys.modules["sieve"]


def metadata(*requires: str) -> Metadata:
    return Metadata(name="soup", version="1.0", requires=requires)


def test_only_what_is_required_and_installed_is_looked_at(make_plugin: PluginMaker) -> None:
    make_plugin.installed(
        "Sieve.Kit", {"sieve/__init__.py": "", "sieve/deep.py": "from soup import Soup", "kit.py": ""}
    )
    assert companions(metadata("sieve-kit[fast]>=1; python_version > '3'", "nowhere"), ["soup"]) == {
        "sieve",
        "kit",
    }
    assert companions(metadata("nowhere"), ["soup"]) == set()
    assert companions(metadata(), ["soup"]) == set()
    assert companions(metadata("sieve-kit"), ["sou"]) == set()
    assert companions(metadata("sieve-kit"), ["stew", "soup"]) == {"sieve", "kit"}


def test_tests_of_a_dependency_do_not_make_it_private(make_plugin: PluginMaker) -> None:
    make_plugin.installed("sieve", {"sieve/__init__.py": "", "sieve/tests/test_it.py": "import soup"})
    assert companions(metadata("sieve"), ["soup"]) == set()


def test_a_distribution_that_holds_a_name_of_the_plugins_is_no_companion(make_plugin: PluginMaker) -> None:
    make_plugin.installed("sieve", {"sieve.py": "import soup", "soup.py": ""})
    assert companions(metadata("sieve"), ["soup"]) == set()


def test_the_answer_is_remembered_until_what_is_installed_changes(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotplug.artifacts.memory._RACY", -(10**18))
    asked: list[str] = []
    found: Any = vars(companions_module)["_found"]

    def finds(*given: object) -> object:
        asked.append("asked")
        return found(*given)

    monkeypatch.setattr(companions_module, "_found", finds)
    installation = make_plugin.installed("sieve", {"sieve.py": "import soup"})
    for _ in range(2):
        assert companions(metadata("sieve"), ["soup"]) == {"sieve"}
    assert len(asked) == 1
    make_plugin.installed("strainer", {"strainer.py": "import soup"})
    assert companions(metadata("sieve", "strainer"), ["soup"]) == {"sieve", "strainer"}
    assert companions(metadata("sieve"), ["soup"]) == {"sieve"}
    assert len(asked) == 3
    (installation.site / "sieve.py").write_text("")
    (installation.dist_info / "REQUESTED").touch()  # as where the same version is installed once more
    assert companions(metadata("sieve"), ["soup"]) == frozenset()
    assert len(asked) == 4


def test_a_library_that_is_told_a_name_means_the_plugins_where_it_is_required(make_plugin: PluginMaker) -> None:
    library = "import importlib\ndef load(name): return importlib.import_module(name)"
    make_plugin.installed("helper", {"helper.py": library})
    make_plugin.installed("soup-host", {"soup_words.py": "said = 'host'"})
    source = "from helper import load\ndef found(): return load('soup_words').said"
    files = {"soup.py": source, "soup_words.py": "said = 'plugin'"}
    with hotplug.open(make_plugin.wheel("soup", files, requires=["helper"])) as plugin:
        found: Any = plugin.lookup("found")
        assert found() == "plugin"
    with hotplug.open(make_plugin.wheel("soup", files, version="2.0")) as plugin:
        found = plugin.lookup("found")
        assert found() == "host"  # a stranger means its own
    files["soup_only.py"] = "said = 'only the plugin has it'"
    files["soup.py"] = source.replace("soup_words", "soup_only")
    with hotplug.open(make_plugin.wheel("soup", files, version="3.0")) as plugin:
        found = plugin.lookup("found")
        assert found() == "only the plugin has it"
