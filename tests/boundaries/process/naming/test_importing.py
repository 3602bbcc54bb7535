"""The plugin's modules in a worker: under their real names, from the files that were opened."""

from __future__ import annotations

import json
import os
import py_compile
import shutil
import subprocess
import sysconfig
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import hotplug
from hotplug.artifacts import locate
from hotplug.boundaries.process.inside.importing import modules_data

from .conftest import ran

if TYPE_CHECKING:
    from hotplug.artifacts.artifact import Artifact
    from hotplug.testing import PluginMaker

WORKER = """
import json, sys
from hotplug.boundaries.process.inside.importing import Modules
from hotplug.errors import PluginError

try:
    modules = Modules(json.loads(sys.stdin.readline()))
    modules.enter()
    modules.start()
    for line in sys.stdin:
        result = eval(line)
        print(json.dumps(result))
except PluginError as error:
    print(json.dumps([type(error).__name__, str(error)]))
"""


def work(source: Any, *asked: str, path: Path | None = None) -> list[Any]:
    """Return what a worker of the plugin answers to expressions; ``modules`` are its modules."""
    artifact: Artifact = source if hasattr(source, "tree") else locate(source)
    return answers(modules_data(artifact), *asked, path=path)


def answers(data: object, *asked: str, path: Path | None = None) -> list[Any]:
    """Return what a worker that is told this of its plugin answers."""
    said = "\n".join([json.dumps(data), *asked])
    return [json.loads(line) for line in ran("-c", WORKER, said=said, path=path).splitlines()]


SOURCE = """
from importlib.metadata import entry_points, version
from importlib.resources import files
import pkgutil
import sys

from . import words
from .deep.er import depth

def told():
    import eng.words
    assert eng.words is words and sys.modules["eng"].told is told
    return [__name__, words.WORDS, depth, words.__name__, told.__module__]
def listed():
    return sorted(each.name for each in pkgutil.walk_packages(__path__, "eng."))
def read():
    return (files("eng") / "data.txt").read_text(), pkgutil.get_data("eng", "data.txt").decode()
def own_metadata():
    return version("eng-plugin"), [each.load().__module__ for each in entry_points(group="own")]
def import_late():
    from . import late
    return late.LATE
"""
FILES: dict[str, str | bytes] = {
    "eng/__init__.py": SOURCE,
    "eng/words.py": "WORDS = 'hello'",
    "eng/deep/er.py": "depth = 2",
    "eng/late.py": "LATE = 1",
    "eng/data.txt": "data",
}
POINTS = {"own": {"told": "eng:told"}}


def plugin(kind: str, make_plugin: PluginMaker) -> Any:
    if kind == "wheel":
        return make_plugin.wheel("eng-plugin", FILES, entry_points=POINTS)
    if kind == "project":
        return make_plugin.project("eng-plugin", FILES, entry_points=POINTS)
    if kind == "src":
        files = {f"src/{path}": content for path, content in FILES.items()}
        return make_plugin.project("eng-plugin", files, entry_points=POINTS)
    make_plugin.installed("eng-plugin", FILES, entry_points=POINTS)
    return hotplug.installed("eng-plugin")


@pytest.mark.parametrize("kind", ["wheel", "project", "src", "installed"])
def test_modules_have_their_real_names(kind: str, make_plugin: PluginMaker) -> None:
    source = plugin(kind, make_plugin)
    asked = [f"modules.resolve({name!r})()" for name in ("told", "listed", "read", "own_metadata", "import_late")]
    path = make_plugin.root / "site-0" if kind == "installed" else None
    told = work(source, *asked, "modules.symbols()", "modules.resolve('eng.words:WORDS')", path=path)
    assert told == [
        ["eng", "hello", 2, "eng.words", "eng"],
        ["eng.late", "eng.words"],
        ["data", "data"],
        ["1.0", ["eng"]],
        1,
        ["depth", "told", "listed", "read", "own_metadata", "import_late"],
        "hello",
    ]


def test_a_single_file_leaves_what_lies_beside_it_alone(make_plugin: PluginMaker) -> None:
    make_plugin.module("beside.py", "x = 1")
    source = make_plugin.module(
        "french-1.py", "from importlib.util import find_spec\nx = find_spec('beside') is None"
    )
    assert work(source, "modules.symbols()", "modules.resolve('french_1:x')") == [["x"], True]


def test_what_lies_beside_a_file_is_the_hosts_where_that_has_it_on_its_path(make_plugin: PluginMaker) -> None:
    make_plugin.module("beside.py", "x = 1")
    source = make_plugin.module("french.py", "import beside\nx = beside.x")
    assert work(source, "modules.resolve('x')", path=make_plugin.root) == [1]


def test_a_folder_that_is_the_package_itself(make_plugin: PluginMaker) -> None:
    source = make_plugin.folder(
        "some-words",
        {"__init__.py": "from .inner import x\nimport some_words.inner\nname = __name__", "inner.py": "x = 3"},
    )
    assert work(source, "modules.resolve('x')", "modules.resolve('name')") == [3, "some_words"]


def test_a_portion_of_a_namespace_is_joined_with_that_of_the_host(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    host = tmp_path / "of_host"
    (host / "space").mkdir(parents=True)
    (host / "space" / "theirs.py").write_text("x = 'host'")
    (host / "space" / "both.py").write_text("x = 'host'")
    own = "from importlib.resources import files\nimport space.theirs, space.both, space.inner.most as most\n"
    files = {
        "space/own.py": own + "x = [space.theirs.x, space.both.x, most.x, (files('space') / 'd.txt').read_text()]",
        "space/both.py": "x = 'own'",
        "space/inner/most.py": "x = 1",
        "space/d.txt": "data",
    }
    source = make_plugin.wheel("space-own", files)
    late = "sys.path.append('/nowhere') or list(sys.modules['space'].__path__)"
    found, path = work(source, "modules.resolve('space.own:x')", late, path=host)
    assert found == ["host", "own", 1, "data"]
    assert path[1:] == [str(host / "space")]


def test_own_names_come_before_all_others(make_plugin: PluginMaker, tmp_path: Path) -> None:
    host = tmp_path / "of_host"
    host.mkdir()
    (host / "words.py").write_text("x = 'host'")
    source = make_plugin.folder(
        "root",
        {
            "own.py": "import words, colorsys\nx = words.x, colorsys.x",
            "words.py": "x = 'own'",
            "colorsys.py": "x = 5",
        },
    )
    before = "__import__('colorsys').x"
    assert work(source, "modules.resolve('own:x')", before, path=host) == [["own", 5], 5]


def test_the_names_of_what_runs_a_worker_are_taken(make_plugin: PluginMaker) -> None:
    source = make_plugin.folder("root", {"msgspec.py": ""})
    assert work(source) == [
        [
            "ActivationError",
            (
                "root: has a module called 'msgspec', which is the name of what runs it in a worker\n"
                "  give it another name"
            ),
        ]
    ]


def changed(path: Path) -> None:
    path.write_text(f"{path.read_text()}\nLATE = 2\n")


@pytest.mark.parametrize("kind", ["wheel", "project"])
def test_a_module_that_changed_since_the_open_is_not_imported(kind: str, make_plugin: PluginMaker) -> None:
    artifact = locate(plugin(kind, make_plugin))
    data = modules_data(artifact)
    root = Path(artifact.tree().root)
    changed(root / "eng" / "late.py")
    (root / "eng" / "deep" / "er.py").touch()
    (root / "eng" / "new.py").write_text("")
    told, late = answers(data, "modules.resolve('told')()", "modules.resolve('eng.late:LATE')")
    assert told[2] == 2
    assert late == [
        "ActivationError",
        (
            "eng-plugin: failed to start: eng/late.py changed on disk since the plugin was opened\n"
            "  reload the plugin: close it and open it again"
        ),
    ]
    ((kind, said),) = answers(data, "modules.resolve('eng.new:')")
    if artifact.kind == "folder":
        assert (kind, said) == ("SymbolNotFound", "eng-plugin: has no module 'eng.new'")
    else:  # the manifest is gone, so that opening it again mends the cache
        assert said.startswith(f"eng-plugin: its files in {root} are not there any more")


def test_bytecode_beside_the_source_is_not_believed(make_plugin: PluginMaker) -> None:
    source = make_plugin.folder("root", {"own.py": "x = 1", "lone.pyc": b"junk"})
    compiled = py_compile.compile(str(source / "own.py"))
    status = (source / "own.py").stat()
    (source / "own.py").write_text("x = 2")
    os.utime(source / "own.py", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert compiled is not None
    assert work(source, "modules.resolve('own:x')", "'lone' in sys.modules") == [2, False]


def test_bytecode_is_kept_in_the_cache(make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_plugin.folder("root", {"own.py": "x = 1"})
    os.utime(source / "own.py", (1, 1))
    artifact = locate(source)
    folder = artifact.tree().code
    assert folder is not None
    for _ in range(2):
        assert work(artifact, "modules.resolve('own:x')") == [1]
        assert [each.partition(".")[0] for each in os.listdir(folder)] == ["process%%own"]
    assert not (source / "__pycache__").exists()
    with hotplug.open(source) as opened:
        assert opened.lookup("own:x") == 1
    assert len(os.listdir(folder)) == 2


@pytest.mark.skipif(shutil.which("cc") is None, reason="a compiler makes the extension module")
def test_extension_modules_are_imported(make_plugin: PluginMaker, tmp_path: Path) -> None:
    code = """
    #include <Python.h>
    static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "speed", NULL, 0, NULL};
    PyMODINIT_FUNC PyInit_speed(void) {
        PyObject *made = PyModule_Create(&def);
        PyModule_AddIntConstant(made, "x", 7);
        return made;
    }
    """
    (tmp_path / "speed.c").write_text(textwrap.dedent(code))
    built = tmp_path / "speed.so"
    include = sysconfig.get_path("include")
    subprocess.run(["cc", "-shared", "-fPIC", f"-I{include}", "-o", built, tmp_path / "speed.c"], check=True)
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    library = built.read_bytes()
    files: dict[str, str | bytes] = {
        "eng.py": "import speed, eng_parts.speed as part\nx = speed.x + part.x",
        f"speed{suffix}": library,
        "eng_parts/__init__.py": "",
        "eng_parts/speed.abi3.so": library,
    }
    wheel = make_plugin.wheel("eng", files)
    assert work(wheel, "modules.resolve('eng:x')") == [14]
    artifact = locate(make_plugin.folder("root", files))
    data = modules_data(artifact)
    (make_plugin.root / "root" / f"speed{suffix}").write_bytes(b"junk")
    ((_, said),) = answers(data, "modules.load('eng')")
    assert "changed on disk since the plugin was opened" in said


def test_what_an_author_reads_when_the_start_fails(make_plugin: PluginMaker) -> None:
    source = make_plugin.folder("own", {"__init__.py": "import own.inner", "inner.py": "x = 1\n1 / 0"})
    ((kind, text),) = work(source)
    assert kind == "ActivationError"
    assert text == (
        f"own: failed to start: ZeroDivisionError: division by zero ({source}/inner.py:2)\n"
        "  mend the plugin's code, or tell its author"
    )


def test_an_installed_distribution_that_something_else_hides_is_refused(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    make_plugin.installed("eng-plugin", FILES)
    (tmp_path / "eng.py").write_text("x = 1")
    ((kind, text),) = work(hotplug.installed("eng-plugin"), path=tmp_path)
    assert kind == "ActivationError"
    assert f"the name 'eng' leads to {tmp_path / 'eng.py'}, which is not part of it" in text


def test_what_is_sent_is_plain_data(make_plugin: PluginMaker) -> None:
    for kind in ("wheel", "project"):
        data = modules_data(locate(plugin(kind, make_plugin)))
        assert json.loads(json.dumps(data)) == data
