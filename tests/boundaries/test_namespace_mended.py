"""What reviewers of the private namespace have found, each as a test that failed before it was mended."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

import hotplug

if TYPE_CHECKING:
    from hotplug.testing import PluginMaker


class Clause:
    """What a column gives when it is compared: no bool, and not to be taken for one."""

    def __init__(self, said: str) -> None:
        self.said = said

    def __bool__(self) -> bool:
        raise TypeError("a clause is neither true nor false")


class Column:
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> Clause:  # type: ignore[override]
        return Clause(f"= {other}")

    def __ne__(self, other: object) -> Clause:  # type: ignore[override]
        return Clause(f"<> {other}")

    def startswith(self, prefix: str) -> Clause:
        return Clause(f"LIKE {prefix}%")


def run(make_plugin: PluginMaker, source: str, *args: object) -> Any:
    with hotplug.open(make_plugin.folder("own", {"__init__.py": "", "run.py": source, "sub.py": ""})) as plugin:
        function: Any = plugin.lookup("own.run:run")
        return function(*args)


def test_a_comparison_may_answer_with_anything(make_plugin: PluginMaker) -> None:
    source = "def run(c): return [(c == 'own').said, (c != 'own').said, c.startswith('own').said]"
    assert run(make_plugin, source, Column()) == ["= own", "<> own", "LIKE own%"]


def test_threads_are_watched_once_however_often_threading_is_imported(make_plugin: PluginMaker) -> None:
    start = threading.Thread.start
    with hotplug.open(make_plugin.module("plain.py", "value = 1")):
        watched = threading.Thread.start
        for _ in range(3):
            importlib.import_module("threading")
        assert threading.Thread.start is watched
    assert threading.Thread.start is start


def test_the_name_of_a_module_that_is_missing_is_the_one_that_was_asked_for(make_plugin: PluginMaker) -> None:
    source = """
def run():
    try:
        import own.missing
    except ModuleNotFoundError as error:
        return error.name
"""
    assert run(make_plugin, source) == "own.missing"


def test_what_describes_an_object_to_others_has_the_real_name(make_plugin: PluginMaker) -> None:
    source = """
import json
class Thing: pass
def run():
    told = {"__class__": "Thing", "__module__": Thing.__module__}
    return json.dumps(told), "{module}".format(module="own")
"""
    text, formatted = run(make_plugin, source)
    assert json.loads(text) == {"__class__": "Thing", "__module__": "own.run"}
    assert formatted == "own"


def test_patterns_are_left_as_they_are(make_plugin: PluginMaker) -> None:
    source = """
import types
keys = types.SimpleNamespace(__module__="key", modules=dict)
def run(value):
    match value:
        case {keys.__module__: found}:
            return found
        case keys.modules():
            return "dict"
"""
    assert run(make_plugin, source, {"key": 7}) == 7
    assert run(make_plugin, source, {}) == "dict"


def test_code_depends_on_which_names_are_the_plugins(make_plugin: PluginMaker) -> None:
    source = """
def run(module): return names[0] == module.__name__
"""
    files: dict[str, str | bytes] = {"main.py": source.replace("names[0]", "'helper'")}
    folder = make_plugin.folder("both", files)
    with hotplug.open(folder) as plugin:
        plugin.lookup("main:run")
    make_plugin.folder("both", {"helper.py": ""})
    with hotplug.open(folder) as plugin:
        function: Any = plugin.lookup("main:run")
        assert function(plugin.lookup("helper:")) is True


def test_modules_may_be_listed_while_others_import(make_plugin: PluginMaker) -> None:
    source = """
import sys
def run(change):
    names = []
    for name, module in sys.modules.items():
        change()
        names.append(name)
    return "own.run" in names
"""

    def change() -> None:
        sys.modules["coming"] = sys
        del sys.modules["coming"]

    assert run(make_plugin, source, change) is True


def test_a_fresh_copy_of_a_module_can_be_made(make_plugin: PluginMaker) -> None:
    source = """
import importlib.util, own.sub
def run():
    spec = importlib.util.find_spec("own.sub")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module is own.sub
"""
    assert run(make_plugin, source) is False


def test_what_a_plugin_keeps_of_a_function_that_is_answered_for_stays_the_answer(make_plugin: PluginMaker) -> None:
    source = """
import importlib
class Keeper:
    def __init__(self): self.import_module = importlib.import_module
def run(): return Keeper().import_module("own.sub").__name__.partition("__hp")[0]
"""
    assert run(make_plugin, source) == "own"


def test_a_function_that_a_plugin_puts_back_is_the_hosts_own(make_plugin: PluginMaker) -> None:
    source = """
import importlib
def run():
    former = importlib.import_module
    importlib.import_module = lambda *args: former(*args)
    found = importlib.import_module("own.sub")
    importlib.import_module = former
    return found
"""
    before = importlib.import_module
    try:
        run(make_plugin, source)
        assert importlib.import_module is before
    finally:
        importlib.import_module = before


def test_a_handle_can_be_closed_by_what_the_collector_finalizes(make_plugin: PluginMaker) -> None:
    plugin = hotplug.open(make_plugin.module("plain.py", "value = 1"))
    from hotplug import plugin as module

    with module._lock:  # pyright: ignore[reportPrivateUsage]
        assert plugin.close().unloaded


def test_a_handle_is_not_copied(make_plugin: PluginMaker) -> None:
    import copy

    with (
        hotplug.open(make_plugin.module("plain.py", "value = 1")) as plugin,
        pytest.raises(TypeError, match="copied"),
    ):
        copy.copy(plugin)


def test_an_interrupt_before_the_modules_are_taken_out_does_not_leave_them(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = hotplug.open(make_plugin.folder("own", {"__init__.py": ""}))

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    from hotplug.boundaries.inline import unloading

    with monkeypatch.context() as patch:
        patch.setattr(unloading, "Watch", interrupted)
        with pytest.raises(KeyboardInterrupt):
            plugin.close()
    assert not [name for name in sys.modules if name.startswith("own__hp")]
    with hotplug.open(make_plugin.folder("own", {"__init__.py": ""})) as again:
        assert again.lookup("own:")


def test_the_host_imports_from_a_folder_that_is_gone(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    folder = make_plugin.folder("own", {"__init__.py": ""})
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    with hotplug.open(folder):
        shutil.rmtree(folder)
        importlib.invalidate_caches()
        with pytest.raises(ModuleNotFoundError, match="nowhere_to_be_found"):
            importlib.import_module("nowhere_to_be_found")


def test_a_plugin_may_be_called_as_hotplug_is(make_plugin: PluginMaker) -> None:
    source = "import sys\ndef run(): return sys.modules['hotplug'].__name__.partition('__hp')[0]"
    with hotplug.open(make_plugin.folder("hotplug", {"__init__.py": source})) as plugin:
        function: Any = plugin.lookup("hotplug:run")
        assert function() == "hotplug"
    assert sys.modules["hotplug"] is hotplug


def test_a_host_goes_on_to_load_hotplug_beside_a_plugin_of_that_name(make_plugin: PluginMaker) -> None:
    folder = make_plugin.folder("hotplug", {"__init__.py": ""})
    code = """
import importlib.util, sys, hotplug
with hotplug.open(sys.argv[1]) as plugin:
    assert "hotplug.boundaries.inline.told" not in sys.modules
    from hotplug.boundaries.inline import pickling
    assert hotplug.Catalog.__module__ == "hotplug.catalog.catalog"
    assert importlib.util.find_spec("hotplug").name == "hotplug"
print(pickling.__name__)
"""
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("hotplug.boundaries.inline.pickling\n", "")


def test_what_is_deleted_last_of_all_imports_as_without_hotplug(make_plugin: PluginMaker) -> None:
    folder = make_plugin.folder("own", {"__init__.py": ""})
    code = """
import sys
class Last:
    def __init__(self, name): self.name, self.import_, self.write = name, __import__, print
    def __del__(self):
        try: self.import_(self.name)
        except ImportError as error: self.write(error)
early = sys.modules["early"] = type(sys)("early")
if sys.argv[1:]:
    import hotplug
    plugin = hotplug.open(sys.argv[1])
sys.kept = dict(sys.modules)  # modules that somebody has are emptied one by one, from the last to the first
early.last = [Last("own"), Last("wave"), Last("threading")]
"""

    def told(*arguments: str) -> tuple[str, str]:
        done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
        return done.stdout, done.stderr

    assert told(str(folder)) == told()
    assert told()[0].count("shutting down") == 3


def test_a_zip_file_that_a_plugin_puts_on_its_path_is_its_code(make_plugin: PluginMaker) -> None:
    import zipfile

    folder = make_plugin.folder("own", {"__init__.py": "", "sub.py": "said = 'sub'"})
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("packed/__init__.py", "# coding: latin-1\nfrom own.sub import said".encode("latin-1"))
        archive.writestr("packed/deep.py", "from packed import said")
        archive.writestr("packed/data.txt", "data")
    source = """
import sys
def run(place):
    sys.path.insert(0, place)
    import packed.deep
    from importlib import resources
    return packed.deep.said, resources.files("packed").joinpath("data.txt").read_text()
"""
    make_plugin.folder("own", {"run.py": source})
    with hotplug.open(folder) as plugin:
        function: Any = plugin.lookup("own.run:run")
        assert function(str(folder / "more.zip")) == ("sub", "data")
    assert "packed" not in sys.modules


def test_anything_may_be_put_into_sys_modules(make_plugin: PluginMaker) -> None:
    source = """
import sys, types, weakref
def run():
    made = types.ModuleType("made")
    made.said = 7
    sys.modules["made"] = weakref.proxy(made)
    sys.modules["strange"] = object()
    import made as found, strange
    return found.said, type(strange)
"""
    assert run(make_plugin, source) == (7, object)
    assert "made" not in sys.modules


@pytest.mark.parametrize(
    "assignment",
    [
        "setattr(sys, 'modules', sys.modules)",
        "a, sys.modules = 1, sys.modules",
        "setattr(importlib, 'import_module', importlib.import_module)",
        "vars(importlib)['import_module'] = importlib.import_module",
        "setattr(sys, 'path', sys.path)",
        "vars(sys)['meta_path'] = sys.meta_path",
    ],
)
def test_the_host_has_its_own_again_whatever_was_put_there(assignment: str, make_plugin: PluginMaker) -> None:
    before = sys.modules, sys.path, sys.meta_path, importlib.import_module
    try:
        run(make_plugin, f"import sys, importlib\ndef run():\n    {assignment}\n    import own.sub")
        after = sys.modules, sys.path, sys.meta_path, importlib.import_module
        assert [one is other for one, other in zip(before, after, strict=True)] == [True] * 4
    finally:
        sys.modules, sys.path, sys.meta_path, importlib.import_module = before


@pytest.mark.parametrize("provides", [5, {5: "6"}, {"a": 6}])
def test_what_a_host_provides_has_names_and_versions(provides: Any, make_plugin: PluginMaker) -> None:
    with pytest.raises(TypeError, match="provides maps names to versions"):
        hotplug.open(make_plugin.module("plain.py", ""), provides=provides)


def test_a_text_that_is_given_the_hosts_builtins_is_the_hosts(make_plugin: PluginMaker) -> None:
    source = """
import builtins
def run():
    names = {"__builtins__": builtins}
    try:
        exec("import own", names)
    except ModuleNotFoundError as error:
        return error.name, names["__builtins__"] is builtins
"""
    with hotplug.open(make_plugin.folder("own", {"__init__.py": source})) as plugin:
        assert plugin.lookup("run", Any)() == ("own", True)
