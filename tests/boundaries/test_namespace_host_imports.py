"""Whose module an import means, where the host and a plugin have one of the same name; and hooks of others."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib import metadata
from typing import Any

import pytest

import hotplug
from hotplug.testing import PluginMaker

LIBRARY = """
import importlib, importlib.util
def load(name): return importlib.import_module(name)
def call(function, *given): return function(*given)
def statement():
    import words
    return words
def find(name): return importlib.util.find_spec(name)
"""
CALLS = """
import importlib
import words
def own(): return words, importlib.import_module("words")
def call(function, *given): return function(*given)
def through(library, name): return library.load(name)
def finds(library, name): return library.find(name)
"""


@pytest.fixture
def library(make_plugin: PluginMaker) -> Any:
    make_plugin.installed("library", {"library.py": LIBRARY})
    return importlib.import_module("library")


@pytest.fixture
def words(make_plugin: PluginMaker) -> Any:
    make_plugin.installed("words", {"words.py": "said = 'host'"})
    return importlib.import_module("words")


def folder(make_plugin: PluginMaker) -> Any:
    return make_plugin.folder(
        "calls", {"calls.py": CALLS, "words.py": "said = 'plugin'", "only.py": "said = 'only'"}
    )


def test_the_host_gets_its_own(make_plugin: PluginMaker, words: Any, library: Any) -> None:
    with hotplug.open(folder(make_plugin)) as plugin:
        own: Any = plugin.lookup("own")
        assert [each.said for each in own()] == ["plugin", "plugin"]
        assert importlib.import_module("words") is __import__("words") is words
        assert library.load("words") is library.statement() is words
        with pytest.raises(ModuleNotFoundError, match="^No module named 'only'$"):
            library.load("only")
        assert library.find("only") is None


def test_a_host_that_imports_it_first_while_the_plugin_is_open_gets_its_own(make_plugin: PluginMaker) -> None:
    make_plugin.installed("words", {"words.py": "said = 'host'"})
    with hotplug.open(folder(make_plugin)) as plugin:
        assert plugin.lookup("words:said") == "plugin"
        assert importlib.util.find_spec("words").origin.startswith(sys.path[0])  # type: ignore[union-attr]
        assert importlib.import_module("words").said == "host"


def test_a_callback_of_the_hosts_gets_the_hosts(make_plugin: PluginMaker, words: Any, library: Any) -> None:
    def imports() -> Any:
        import words as found  # type: ignore[import-not-found]

        return found, importlib.import_module("words"), __import__("words")

    with hotplug.open(folder(make_plugin)) as plugin:
        call: Any = plugin.lookup("call")
        assert call(imports) == (words, words, words)
        assert call(library.statement) is words
        assert call(library.load, "words") is words
        assert call(library.call, imports) == (words, words, words)
        # a function of the standard library has no modules of its own: it means those of who calls it
        assert call(importlib.import_module, "words").said == "plugin"


def test_a_library_that_is_told_a_name_falls_back_to_the_plugins(make_plugin: PluginMaker, library: Any) -> None:
    with hotplug.open(folder(make_plugin)) as plugin:
        through: Any = plugin.lookup("through")
        assert through(library, "only") is plugin.lookup("only:")
        with pytest.raises(ModuleNotFoundError, match="^No module named 'nowhere'$"):
            through(library, "nowhere")
        call: Any = plugin.lookup("call")
        with pytest.raises(ModuleNotFoundError, match="^No module named 'words'$"):
            call(library.statement)  # it names it itself, and means the host's


def test_an_error_in_the_hosts_module_is_not_answered_with_the_plugins(
    make_plugin: PluginMaker, library: Any
) -> None:
    make_plugin.installed("words", {"words.py": "import no_such_module_anywhere"})
    with hotplug.open(folder(make_plugin)) as plugin:
        through: Any = plugin.lookup("through")
        with pytest.raises(ModuleNotFoundError, match="^No module named 'no_such_module_anywhere'$"):
            through(library, "words")


@pytest.mark.parametrize(
    "how",
    [
        "import words as found",
        "import importlib\nfound = importlib.import_module('words')",
        "import library\nfound = library.load('words')",
    ],
)
def test_a_module_of_the_host_that_starts_gets_nothing_of_a_plugin(
    how: str, make_plugin: PluginMaker, library: Any
) -> None:
    guarded = "\n".join(f"    {line}" for line in how.splitlines())
    make_plugin.installed("optional", {"optional.py": f"try:\n{guarded}\nexcept ImportError:\n    found = None\n"})
    files = {"own.py": "import words\ndef late():\n    import optional\n    return optional.found", "words.py": ""}
    with hotplug.open(make_plugin.folder("own", files)) as plugin:
        late: Any = plugin.lookup("late")
        assert late() is None


def test_finders_of_distributions_by_others_are_asked(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Theirs(metadata.Distribution):
        def read_text(self, filename: str) -> str | None:
            return "Metadata-Version: 2.1\nName: theirs\nVersion: 7\n" if filename == "METADATA" else None

        def locate_file(self, path: object) -> Any:
            raise NotImplementedError

    class Finds:
        @staticmethod
        def find_spec(name: str, path: object = None, target: object = None) -> None: ...

        @staticmethod
        def find_distributions(context: Any) -> list[Theirs]:
            return [Theirs()] if context.name in (None, "theirs") else []

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finds])
    source = "from importlib.metadata import version\ndef told(name): return version(name)"
    with hotplug.open(make_plugin.wheel("own", {"own.py": source}, version="3")) as plugin:
        told: Any = plugin.lookup("told")
        assert (told("theirs"), told("own"), metadata.version("theirs")) == ("7", "3", "7")


LAZY = """
import importlib.util, sys
def lazy(name):
    spec = importlib.util.find_spec(name)
    loader = importlib.util.LazyLoader(spec.loader)
    spec.loader = loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    return module
"""


def test_lazy_modules_start_when_they_are_used(make_plugin: PluginMaker) -> None:
    source = f"{make_plugin.tripwire('host')}said = 'host'"
    make_plugin.installed("lazy-host", {"lazy_host.py": source, "lazy_other.py": source})
    files = {
        "own/__init__.py": f"{LAZY}\nwords, host = lazy('own.words'), lazy('lazy_host')",
        "own/words.py": f"{make_plugin.tripwire('own')}from . import deep\nimport own.deep\nsaid = own.deep.said",
        "own/deep.py": "said = 'plugin'",
    }
    space: dict[str, Any] = {}
    exec(LAZY, space)  # noqa: S102
    with hotplug.open(
        make_plugin.folder("own", {path.removeprefix("own/"): text for path, text in files.items()})
    ) as plugin:
        theirs: Any = plugin.lookup("own:host")
        words: Any = plugin.lookup("own:words")
        ours = space["lazy"]("lazy_other")
        assert not make_plugin.ran("own")
        assert not make_plugin.ran("host")
        assert theirs is sys.modules["lazy_host"]  # the host's, as if it had been imported
        assert (words.said, theirs.said, ours.said) == ("plugin", "host", "host")
        assert (make_plugin.runs("own"), plugin.lookup("own.words:said")) == (1, "plugin")
        del words, theirs


def test_assertions_of_the_hosts_modules_are_rewritten_by_pytest_all_the_same(make_plugin: PluginMaker) -> None:
    source = "def check(x):\n    assert x == 'expected'\n"
    make_plugin.installed("host-checks", {"host_checks.py": source})
    pytest.register_assert_rewrite("host_checks", "own_checks")
    with hotplug.open(make_plugin.module("own_checks.py", source)) as plugin:
        theirs = importlib.import_module("host_checks")
        with pytest.raises(AssertionError, match="assert 'given' == 'expected'"):
            theirs.check("given")
        check: Any = plugin.lookup("check")
        with pytest.raises(AssertionError) as caught:
            check("given")
        assert caught.value.args == ()  # it runs what was opened, and nothing else


@pytest.mark.parametrize("requires", [["library"], []])
def test_a_library_that_is_told_a_name_finds_out_how_it_is_loaded(
    requires: list[str], make_plugin: PluginMaker, words: Any, library: Any
) -> None:
    files: dict[str, str | bytes] = {
        "calls.py": CALLS,
        "only/__init__.py": "",
        "only/within.py": "",
        "later.py": "said = 'plugin'",
    }
    make_plugin.installed("later", {"later.py": "said = 'host'"})
    with hotplug.open(make_plugin.wheel("calls", files, requires=requires)) as plugin:
        finds: Any = plugin.lookup("calls:finds")
        for name, place in (("only", "only/__init__.py"), ("only.within", "only/within.py")):
            assert finds(library, name).loader.get_filename().endswith(place)
        assert (finds(library, "later").origin == importlib.util.find_spec("later").origin) is (not requires)  # type: ignore[union-attr]
        assert finds(library, "missing") is None
        assert library.find("only") is None
        del finds
