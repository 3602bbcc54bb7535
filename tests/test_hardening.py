"""What runs is what was opened; modules that replace themselves; and odd questions at the door."""

from __future__ import annotations

import os
import sys
from typing import cast

import pytest

import hotplug
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

IMPORTS = """
def absolute(name):
    __import__(name)
    return True
def relative(name):
    return __import__(name, globals(), None, ["it"], 1)
"""


def imports(plugin: hotplug.Plugin, name: str) -> bool:
    return cast("Callable[[str], bool]", plugin.lookup("absolute"))(name)


def test_a_file_that_appears_after_the_open_is_no_part_of_the_plugin(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("late", {"__init__.py": IMPORTS, "there.py": "", "sub/deep.py": ""})
    with hotplug.open(path) as plugin:
        for place in ("new.py", "sub/new.py", "fresh/__init__.py"):
            make_plugin.folder("late", {place: make_plugin.tripwire("new")})
        assert imports(plugin, "late.there")
        assert imports(plugin, "late.sub.deep")
        for name in ("new", "sub.new", "fresh"):
            with pytest.raises(ModuleNotFoundError, match=rf"^No module named 'late\.{name}'$"):
                imports(plugin, f"late.{name}")
        with pytest.raises(ModuleNotFoundError, match="No module named 'late.new'"):
            plugin.lookup("relative")("new")  # type: ignore[operator]
        with pytest.raises(hotplug.SymbolNotFound, match=r"^late: has no module 'late\.new'$"):
            plugin.lookup("late.new:value")
    assert not make_plugin.ran("new")
    with hotplug.open(path) as plugin:
        assert imports(plugin, "late.new")


@pytest.mark.parametrize("folder", ["node_modules", "env", ".tox", "__pycache__"])
def test_what_lies_in_a_folder_that_does_not_count_does_not_run(folder: str, make_plugin: PluginMaker) -> None:
    tripwire = make_plugin.tripwire("excluded")
    files: dict[str, str | bytes] = {
        "__init__.py": IMPORTS,
        f"{folder}/pyvenv.cfg": "",
        f"{folder}/it.py": tripwire,
        "it.pyc": b"x",
    }
    with hotplug.open(make_plugin.folder("whole", files)) as plugin:
        for name in (f"whole.{folder}.it", f"whole.{folder}", "whole.it"):
            with pytest.raises(ModuleNotFoundError, match="No module named 'whole"):
                imports(plugin, name)
    assert not make_plugin.ran("excluded")


def test_a_package_that_extends_its_path_to_a_foreign_folder_imports_from_there(make_plugin: PluginMaker) -> None:
    # its path begins like the plugin's own: it is foreign all the same
    foreign = make_plugin.folder("wide-open", {"other.py": "value = 7"})
    extend = f"__path__.append({str(foreign)!r})\n__path__.append(__path__[0] + '/node_modules')\n{IMPORTS}"
    own = {"__init__.py": extend, "node_modules/it.py": make_plugin.tripwire("excluded")}
    with hotplug.open(make_plugin.folder("wide", own)) as plugin:
        assert plugin.lookup("wide.other:value") == 7
        with pytest.raises(ModuleNotFoundError, match="No module named 'wide.it'"):
            imports(plugin, "wide.it")
    assert not make_plugin.ran("excluded")
    assert not any("__hp" in name for name in sys.modules)


def test_a_file_beside_a_folder_without_init_is_the_module(make_plugin: PluginMaker) -> None:
    files = {"french.py": "value = 'file'", "french/__main__.py": make_plugin.tripwire("folder")}
    with hotplug.open(make_plugin.folder("root", files)) as plugin:
        assert plugin.lookup("value") == plugin.lookup("french:value") == "file"
    inside = {"__init__.py": "", "words.py": "value = 'file'", "words/__main__.py": make_plugin.tripwire("folder")}
    with hotplug.open(make_plugin.folder("inside", inside)) as plugin:
        assert plugin.lookup("inside.words:value") == "file"
    package = {**files, "french/__init__.py": "value = 'package'"}
    with hotplug.open(make_plugin.folder("root", package)) as plugin:
        assert plugin.lookup("value") == "package"
    assert not make_plugin.ran("folder")


@pytest.mark.parametrize(
    ("replacement", "symbols", "found"),
    [
        ("object()", (), False),
        ("None", None, False),
        ("Slots()", ("value",), True),
        ("type('Holder', (), {'value': 3, 'hidden': None})()", ("hidden", "value"), True),
    ],
    ids=["object", "none", "slots", "instance"],
)
def test_a_module_that_puts_something_in_its_place_is_met(
    replacement: str, symbols: tuple[str, ...] | None, found: bool, make_plugin: PluginMaker
) -> None:
    source = f"""
    import sys
    {make_plugin.tripwire("sly").strip()}
    class Slots:
        __slots__ = ("value",)
        def __init__(self): self.value = 3
    other = 1
    sys.modules[__name__] = {replacement}
    """
    path = make_plugin.module("sly.py", source)
    with hotplug.open(path) as plugin:
        if symbols is not None:
            assert plugin.symbols() == symbols
        for symbol in ("value", "sly:value"):
            if found:
                assert plugin.lookup(symbol) == 3
            else:
                with pytest.raises(hotplug.SymbolNotFound, match="^sly: "):
                    plugin.lookup(symbol)
        with pytest.raises(hotplug.SymbolNotFound):
            plugin.lookup("other")
        assert plugin.close() == hotplug.CloseReport(unloaded=True)
    assert make_plugin.runs("sly") == 1
    assert not any("__hp" in name for name in sys.modules)


def test_a_module_that_takes_itself_out_of_the_interpreter_runs_once(make_plugin: PluginMaker) -> None:
    source = f"{make_plugin.tripwire('gone')}import sys\nvalue = object()\ndef go(): del sys.modules[__name__]"
    with hotplug.open(make_plugin.module("gone.py", source)) as plugin:
        value = plugin.lookup("value")
        plugin.lookup("go")()  # type: ignore[operator]
        assert plugin.lookup("value") is plugin.lookup("gone:value") is value
        assert plugin.symbols() == ("value", "go")
        del value
        assert plugin.close().unloaded
    assert make_plugin.runs("gone") == 1


def test_a_module_that_takes_itself_out_while_it_starts_cannot_be_opened(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("gone.py", "import sys\ndel sys.modules[__name__]")
    with pytest.raises(hotplug.ActivationError, match="^gone: failed to start: KeyError: 'gone'"):
        hotplug.open(path)
    assert not any("__hp" in name for name in sys.modules)


def test_names_that_a_module_makes_on_demand_are_had_with_the_module(make_plugin: PluginMaker) -> None:
    source = """
    def __getattr__(name):
        if name == "made": return 5
        raise AttributeError(name)
    """
    with hotplug.open(make_plugin.module("lazy.py", source)) as plugin:
        assert plugin.lookup("lazy:made") == 5
        with pytest.raises(hotplug.SymbolNotFound, match="^lazy: lazy has no 'other'$"):
            plugin.lookup("lazy:other")


def test_what_all_leaves_out_is_said_to_be_left_out(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("some.py", "__all__ = ('a', 'gone', 3)\na = 1\n_b = b = 2")
    with hotplug.open(path) as plugin:
        assert plugin.symbols() == ("a", "gone")
        for name in ("b", "_b"):
            with pytest.raises(hotplug.SymbolNotFound, match=f"exports no '{name}': it is not in the __all__ of"):
                plugin.lookup(name)
        with pytest.raises(hotplug.SymbolNotFound, match="^some: some has no 'gone'"):
            plugin.lookup("gone")
        with pytest.raises(hotplug.SymbolNotFound, match="^some: exports no 'zzz'; it exports a, gone$"):
            plugin.lookup("zzz")


def test_an_all_that_is_not_a_list_of_the_languages_own_is_passed_over(make_plugin: PluginMaker) -> None:
    source = """
    class Sly(list):
        def __iter__(self): raise SystemExit
    __all__ = Sly(["b"])
    a = 1
    """
    with hotplug.open(make_plugin.module("sly.py", source)) as plugin:
        assert plugin.symbols() == ("Sly", "a")


def test_what_is_imported_for_annotations_is_not_exported(make_plugin: PluginMaker) -> None:
    source = """
    from __future__ import annotations, division
    from typing import Any, NamedTuple, Optional, Protocol, TypeVar, Union, cast
    from collections.abc import Callable
    T = TypeVar("T")
    Maybe = Optional[int]
    value = 3
    """
    with hotplug.open(make_plugin.module("typed.py", source)) as plugin:
        assert plugin.symbols() == ("value",)
        with pytest.raises(
            hotplug.SymbolNotFound, match="exports no 'annotations': typed only imports it from __future__\n"
        ):
            plugin.lookup("annotations")


@pytest.mark.parametrize(
    "symbol",
    ["od..s:y", "a.", ".a", "odd:a:b", " a", "a b", "odd:a ", "odd.:a", "\0", "odd:\n", ":", "a-b", "odd:1", ""],
)
def test_a_string_that_names_no_symbol_is_refused_as_one(symbol: str, make_plugin: PluginMaker) -> None:
    with hotplug.open(make_plugin.module("odd.py", "a = 1")) as plugin:
        with pytest.raises(hotplug.SymbolNotFound) as caught:
            plugin.lookup(symbol)
        assert caught.value.reason == f"{symbol!r} is not the name of a symbol"
        assert caught.value.remedy == "it is name, name.attribute, module:name or module:"
        assert plugin.lookup("odd:a") == 1


def test_a_symbol_may_have_any_name_that_python_has(make_plugin: PluginMaker) -> None:
    with hotplug.open(make_plugin.module("odd.py", "été = 1\nx = 2")) as plugin:
        assert plugin.lookup("été") == plugin.lookup("odd:été") == 1
        with pytest.raises(hotplug.SymbolNotFound, match="exports no 'class'; it exports été, x"):
            plugin.lookup("class")


@pytest.mark.parametrize("source", [None, 3, b"x", [], object()], ids=["none", "int", "bytes", "list", "object"])
def test_what_is_no_path_is_a_type_error(source: object) -> None:
    with pytest.raises(TypeError, match="^a plugin is opened from a path or an artifact, not from "):
        hotplug.open(source)  # type: ignore[arg-type]


@pytest.mark.parametrize(("path", "why"), [("", "it is empty"), ("a\0b.py", "it has a NUL in it")])
def test_a_string_that_is_no_path_is_refused_as_one(path: str, why: str) -> None:
    with pytest.raises(hotplug.ArtifactError) as caught:
        hotplug.open(path)
    assert (caught.value.reason, caught.value.plugin) == (f"is not a path: {why}", repr(path))
    assert str(caught.value.remedy).startswith("name a source folder")


def test_a_path_at_which_there_is_nothing_alike_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(hotplug.ArtifactError, match="no such file or folder\n  name a source folder"):
        hotplug.open(tmp_path / "gone.whl")


def test_a_path_in_a_folder_that_is_not_there_says_both(tmp_path: Path) -> None:
    with pytest.raises(
        hotplug.ArtifactError, match=f"the folder {tmp_path}/no is not there either: name a source folder"
    ):
        hotplug.open(tmp_path / "no" / "gone.whl")


def test_a_link_to_nothing_is_called_one(tmp_path: Path) -> None:
    (tmp_path / "link.py").symlink_to(tmp_path / "gone.py")
    with pytest.raises(
        hotplug.ArtifactError,
        match=f"is a link to {tmp_path}/gone.py, where there is no such file\n  mend the link",
    ):
        hotplug.open(tmp_path / "link.py")


@pytest.mark.parametrize("name", [5, None, b"x"])
def test_what_is_no_name_of_a_distribution_is_a_type_error(name: object) -> None:
    with pytest.raises(TypeError, match=f"^a distribution is named by a str, not {name!r}$"):
        hotplug.installed(name)  # type: ignore[arg-type]


def test_provided_versions_are_strings_and_names_compare_as_pip_has_them(make_plugin: PluginMaker) -> None:
    path = make_plugin.wheel("a", {"a.py": "value = object()"}, requires=["my-host>=1"])
    with pytest.raises(TypeError, match=r"^provides maps names to versions, both str, not \{'my-host': 1\.4\}$"):
        hotplug.open(path, provides={"my-host": 1.4})  # type: ignore[dict-item]
    with (
        hotplug.open(path, provides={"My_Host": "1.4"}) as one,
        hotplug.open(path, provides={"my.host": "1.4"}) as same,
        hotplug.open(path, provides={"my-host": "1.5"}) as other,
    ):
        assert one == same
        assert one != other
        assert one.lookup("value") is same.lookup("value")


def test_an_error_passed_on_from_a_plugin_without_a_name_is_told_without_one(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("passes.py", "from hotplug.errors import PluginError\nraise PluginError('is odd')")
    with pytest.raises(hotplug.ActivationError, match=r"^passes: failed to start: is odd \("):
        hotplug.open(path)


def test_a_plugin_may_be_opened_by_a_path_of_the_hosts_own_kind(make_plugin: PluginMaker) -> None:
    class Here(os.PathLike[str]):
        def __fspath__(self) -> str:
            return str(path)

    class Bytes(os.PathLike[bytes]):
        def __fspath__(self) -> bytes:
            return bytes(path)

    path = make_plugin.module("kind.py", "value = 1")
    with hotplug.open(Here()) as plugin, hotplug.open(path) as same:
        assert plugin == same
    with pytest.raises(TypeError, match=r"^a plugin's path is a str, not b'/.*kind\.py'$"):
        hotplug.open(Bytes())  # type: ignore[arg-type]
