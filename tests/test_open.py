"""The three steps: what opens, what a symbol is, and what `open` refuses before anything ran."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

import pytest

import hotplug
from greeter import Greeter
from hotplug.testing import BROKEN, MISBEHAVING, PluginMaker, misbehaving

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

GREETER = """
class Greeting:
    def greet(self) -> str:
        return "Bonjour Univers"

Greeter = Greeting()
"""


def greets(path: Path | hotplug.Artifact) -> str:
    with hotplug.open(path) as plugin:
        return plugin.lookup("Greeter", Greeter).greet()


def test_opens_a_py_file(make_plugin: PluginMaker) -> None:
    assert greets(make_plugin.module("french.py", GREETER)) == "Bonjour Univers"


def test_opens_a_package_folder(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("french", {"__init__.py": "from .words import Greeter", "words.py": GREETER})
    assert greets(path) == "Bonjour Univers"


def test_opens_an_import_root(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("plugins-french", {"french/__init__.py": GREETER})
    assert greets(path) == "Bonjour Univers"


def test_opens_a_project_with_and_without_src(make_plugin: PluginMaker) -> None:
    flat = make_plugin.project("french", {"french.py": GREETER, "tests/test_it.py": "", "docs/conf.py": ""})
    below_src = make_plugin.project("french", {"src/french/__init__.py": GREETER}, into="other")
    assert greets(flat) == greets(below_src) == "Bonjour Univers"


def test_opens_a_wheel(make_plugin: PluginMaker) -> None:
    path = make_plugin.wheel(
        "french", {"french/__init__.py": "from french.words import Greeter", "french/words.py": GREETER}
    )
    assert greets(path) == "Bonjour Univers"


def test_opens_an_installed_distribution(make_plugin: PluginMaker) -> None:
    make_plugin.installed("french", {"french.py": GREETER})
    assert greets(hotplug.installed("French")) == "Bonjour Univers"


def test_opens_an_editable_install(make_plugin: PluginMaker) -> None:
    make_plugin.installed("french", {"french/__init__.py": GREETER}, editable=True)
    with hotplug.open(hotplug.installed("french")) as plugin:
        assert plugin.lookup("Greeter", Greeter).greet() == "Bonjour Univers"


def test_an_installed_distribution_that_is_not_there_says_how_to_get_it() -> None:
    with pytest.raises(hotplug.ArtifactError, match=r"nowhere: is not installed.*\n.*pip install nowhere"):
        hotplug.installed("nowhere")


def test_a_lookup_returns_the_plugins_own_object(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("own.py", "def f(): ...\nnames = {}\nthis = globals()")
    with hotplug.open(path) as plugin:
        module = plugin.lookup("own:")
        assert plugin.lookup("f") is module.f  # type: ignore[attr-defined]
        assert plugin.lookup("own:f") is plugin.lookup("f")
        assert plugin.lookup("names") is plugin.lookup("own:this")["names"]  # type: ignore[index]


def test_a_plugin_tells_what_it_is(make_plugin: PluginMaker) -> None:
    path = make_plugin.wheel("french", {"french.py": GREETER}, version="2.1")
    with hotplug.open(path) as plugin:
        assert (plugin.name, plugin.version, plugin.boundary) == ("french", "2.1", "inline")
        assert plugin.artifact.path == str(path.resolve())
        assert plugin.digest.startswith("sha256:")
        assert len(plugin.digest) == len("sha256:") + 64
        assert plugin.symbols() == ("Greeting", "Greeter")


def test_names_with_spaces_dots_and_other_letters_open(make_plugin: PluginMaker) -> None:
    assert greets(make_plugin.module("très bon.v2.py", GREETER)) == "Bonjour Univers"
    assert greets(make_plugin.folder("my.plug-in 3", {"__init__.py": GREETER})) == "Bonjour Univers"
    assert greets(make_plugin.module("中文.py", GREETER)) == "Bonjour Univers"
    assert greets(make_plugin.module("1st.py", GREETER)) == "Bonjour Univers"


def test_two_plugins_may_have_modules_of_the_same_name(make_plugin: PluginMaker) -> None:
    one = make_plugin.folder(
        "one", {"main.py": "import words\nsaid = words.said", "words.py": "said = 1", "one.py": ""}
    )
    two = make_plugin.folder("two", {"main.py": "from words import said", "words.py": "said = 2", "two.py": ""})
    with hotplug.open(one) as first, hotplug.open(two) as second:
        assert (first.lookup("main:said"), second.lookup("main:said")) == (1, 2)
    assert "words" not in sys.modules


def test_two_versions_of_one_distribution_open_at_once(make_plugin: PluginMaker) -> None:
    old = make_plugin.wheel("french", {"french.py": "version = 1"}, version="1.0")
    new = make_plugin.wheel("french", {"french.py": "version = 2"}, version="2.0")
    with hotplug.open(old) as first, hotplug.open(new) as second:
        assert (first.lookup("version"), second.lookup("version")) == (1, 2)


def test_everything_that_is_not_the_plugins_own_is_the_hosts(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("loud.py", "import logging\nimport hotplug")
    with hotplug.open(path) as plugin:
        assert plugin.lookup("loud:logging") is logging
        assert plugin.lookup("loud:hotplug") is hotplug


def test_imports_inside_functions_find_the_plugins_own_modules(make_plugin: PluginMaker) -> None:
    files = {
        "__init__.py": """
            def late():
                import lazy.words
                from lazy import more
                return lazy.words.said + more.said
        """,
        "words.py": "said = 1",
        "more.py": "from . import words\nsaid = words.said + 1",
    }
    with hotplug.open(make_plugin.folder("lazy", files)) as plugin:
        assert plugin.lookup("late", Callable[[], int])() == 3


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_artifact_is_refused_with_its_reason(kind: str, make_plugin: PluginMaker) -> None:
    fault = BROKEN[kind]
    path = make_plugin.broken(kind)
    with pytest.raises(fault.error) as caught:
        hotplug.open(path)
    assert isinstance(caught.value, hotplug.PluginError)
    assert fault.explained_by(caught.value), str(caught.value)
    assert caught.value.plugin
    assert not make_plugin.ran(kind)
    assert not any("__hp" in name for name in sys.modules)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (misbehaving.RAISES, "failed to start"),
        (misbehaving.EXITS, "SystemExit"),
        (misbehaving.SYNTAX_ERROR, "SyntaxError"),
        (misbehaving.MISSING_IMPORT, "ModuleNotFoundError"),
    ],
    ids=["raises", "exits", "syntax error", "missing import"],
)
def test_code_that_fails_at_import_is_an_activation_error(
    source: str, reason: str, make_plugin: PluginMaker
) -> None:
    path = make_plugin.module("bad.py", source)
    with pytest.raises(hotplug.ActivationError, match=reason) as caught:
        hotplug.open(path)
    assert caught.value.plugin == "bad"
    assert "bad.py:" in str(caught.value)
    assert caught.value.__cause__ is not None


def test_a_failure_deep_inside_names_the_last_line_of_the_plugin(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("deep", {"__init__.py": "from . import words", "words.py": "x = 1\nint('no')"})
    with pytest.raises(hotplug.ActivationError, match=r"ValueError: invalid literal.*words\.py:2\)"):
        hotplug.open(path)


def test_an_import_error_names_modules_as_their_author_does(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("deep", {"__init__.py": "import deep.nowhere"})
    with pytest.raises(hotplug.ActivationError, match="No module named 'deep.nowhere'"):
        hotplug.open(path)


def test_keyboard_interrupt_at_import_passes_as_it_is(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("stop.py", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        hotplug.open(path)
    assert not any("__hp" in name for name in sys.modules)


def test_all_reasons_why_a_plugin_does_not_fit_come_at_once_and_nothing_ran(make_plugin: PluginMaker) -> None:
    path = make_plugin.wheel(
        "picky",
        {"picky.py": make_plugin.tripwire("picky"), "picky/fast.so": b""},
        requires=["nowhere>=2", "greeter-host>=2,<3", "pytest; python_version < '3'", "also[extra] @ file:///x"],
        requires_python=">=4",
    )
    with pytest.raises(hotplug.CompatibilityError) as caught:
        hotplug.open(path, provides={"Greeter_Host": "1.0"})
    python, missing, unsuitable, direct, native = caught.value.reasons
    assert python.startswith("it needs Python >=4, this is 3.")
    assert missing == "it needs nowhere>=2, which is not installed"
    assert unsuitable == "it needs greeter-host>=2,<3, the host gives greeter-host 1.0"
    assert "also" in direct
    assert "picky/fast.so" in native
    assert not make_plugin.ran("picky")
    assert all(reason in str(caught.value) for reason in caught.value.reasons)


def test_a_missing_dependency_that_lies_beside_the_plugin_is_pointed_out(make_plugin: PluginMaker) -> None:
    sibling = make_plugin.wheel("words", {"words.py": ""})
    path = make_plugin.wheel("french", {"french.py": ""}, requires=["words"])
    with pytest.raises(hotplug.CompatibilityError, match=f"lies beside it: pip install .*{sibling.name}"):
        hotplug.open(path)


def test_what_the_host_provides_overrides_what_is_installed(make_plugin: PluginMaker) -> None:
    make_plugin.installed("host-api", {"host_api.py": ""}, version="1.0")
    path = make_plugin.wheel("french", {"french.py": GREETER}, requires=["host-api>=2"])
    with pytest.raises(hotplug.CompatibilityError, match=r"installed is host-api 1\.0"):
        hotplug.open(path)
    with hotplug.open(path, provides={"host-api": "2.0"}) as plugin:
        assert plugin.lookup("Greeter")


def test_a_missing_path_suggests_what_was_perhaps_meant(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_plugin.module("french.py", GREETER)
    with pytest.raises(hotplug.ArtifactError, match="no such file or folder\n.*did you mean 'french.py'"):
        hotplug.open(path.with_name("frensh.py"))
    make_plugin.installed("spanish", {"spanish.py": GREETER})
    monkeypatch.chdir(path.parent)
    with pytest.raises(hotplug.ArtifactError, match=r"spanish is installed: open hotplug\.installed"):
        hotplug.open("spanish")


def test_a_link_that_leaves_the_folder_is_refused(make_plugin: PluginMaker, tmp_path: Path) -> None:
    path = make_plugin.folder("french", {"__init__.py": make_plugin.tripwire("french")})
    (tmp_path / "secret.py").write_text("")
    (path / "words.py").symlink_to(tmp_path / "secret.py")
    with pytest.raises(hotplug.ArtifactError, match="leaves the plugin's folder"):
        hotplug.open(path)
    (path / "words.py").unlink()
    (path / "again").symlink_to(path)
    with pytest.raises(hotplug.ArtifactError, match="leads back"):
        hotplug.open(path)
    assert not make_plugin.ran("french")


def test_pyproject_that_is_not_as_specified_is_refused(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("french", {"french.py": GREETER, "pyproject.toml": "[project\n"})
    with pytest.raises(hotplug.ArtifactError, match=r"pyproject\.toml is not valid TOML.*line 1"):
        hotplug.open(path)
    for text, complaint in (
        ("project = 3", "project in pyproject.toml must be a table"),
        ("[project]\nname = 3", r"project\.name in pyproject\.toml must be a string"),
        ("[project]\nname = 'a'\ndependencies = 'b'", r"project\.dependencies in pyproject\.toml must be a list"),
        ("[project]\nname = 'a'\nentry-points.b.c = 1", r"entry-points\.b\.c in pyproject\.toml must be a string"),
    ):
        (path / "pyproject.toml").write_text(text)
        with pytest.raises(hotplug.ArtifactError, match=complaint):
            hotplug.open(path)


def test_what_misbehaves_at_import_but_starts_can_be_opened(
    make_plugin: PluginMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    with hotplug.open(make_plugin.module("prints.py", MISBEHAVING["prints"])):
        assert capsys.readouterr().out
