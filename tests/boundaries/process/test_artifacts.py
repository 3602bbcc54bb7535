"""Whatever can be opened runs in a worker, native code too: under its real names, with data and metadata."""

from __future__ import annotations

from collections.abc import Callable
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import hotplug
from hotplug.testing import PluginMaker

if TYPE_CHECKING:
    from collections.abc import Mapping

Told = Callable[[], dict[str, Any]]
RUN = """
import pickle
import sys

from . import words
from .inner.deep import DEPTH

__all__ = ["Word", "told"]


class Word:
    pass


def told() -> dict[str, object]:
    import importlib.util

    late = importlib.import_module(f"{__name__}.late")
    return {
        "name": __name__,
        "words": words.WORDS,
        "names": [words.__name__, late.__name__, sys._getframe().f_code.co_qualname, DEPTH],
        "pickled": type(pickle.loads(pickle.dumps(Word()))).__module__,
        "there": sys.modules[__name__].told is told and __import__(__name__) is sys.modules[__name__],
        "found": importlib.util.find_spec(f"{__name__}.words").name,
    }


def data() -> list[str]:
    import pkgutil
    from importlib.resources import as_file, files

    with as_file(files(__name__).joinpath("data", "text.txt")) as path:
        opened = path.read_text()
    table = pkgutil.get_data(__name__, "table.json").decode()
    return [files(__name__).joinpath("data/text.txt").read_text(), table, opened]


def metadata() -> list[object]:
    from importlib.metadata import distributions, entry_points, metadata, version

    return [
        version("eng-plugin"),
        [[each.value, each.load().__module__] for each in entry_points(group="own")],
        metadata("eng-plugin")["Name"],
        [each.version for each in distributions() if each.name == "eng-plugin"],
        [each.version for each in distributions(name="Eng_Plugin")],
        [each.name for each in distributions(path=["/nowhere"])],
    ]
"""
PACKAGE: dict[str, str | bytes] = {
    "__init__.py": RUN.replace("co_qualname", "co_name"),
    "words.py": "WORDS = 'hello'",
    "inner/deep.py": "DEPTH = 2",
    "late.py": "",
    "data/text.txt": "text",
    "table.json": "{}",
}
"""The content of a package."""
POINTS = {"own": {"told": "eng:told"}}


@pytest.fixture(scope="module", autouse=True)
def threads_of_the_host(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Have the threads that the first worker starts, which stay: no test leaves them behind."""
    with PluginMaker(tmp_path_factory.mktemp("first")) as maker, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOTPLUG_CACHE", str(tmp_path_factory.mktemp("cache")))
        opened(maker.module("first.py", "")).close()


def below(folder: str, files: Mapping[str, str | bytes]) -> dict[str, str | bytes]:
    return {f"{folder}/{path}": content for path, content in files.items()}


def opened(source: Any) -> hotplug.Plugin:
    return hotplug.open(source, boundary="process")


def installed(make_plugin: PluginMaker, *, private: bool = False, editable: bool = False) -> Any:
    make_plugin.installed("eng-plugin", below("eng", PACKAGE), entry_points=POINTS, editable=editable)
    return hotplug.installed("eng-plugin", private=private)


KINDS: dict[str, Callable[[PluginMaker], Any]] = {
    "wheel": lambda make: make.wheel("eng-plugin", below("eng", PACKAGE), entry_points=POINTS),
    "project": lambda make: make.project("eng-plugin", below("eng", PACKAGE), entry_points=POINTS),
    "project below src": lambda make: make.project("eng-plugin", below("src/eng", PACKAGE), entry_points=POINTS),
    "import root": lambda make: make.folder("root", below("eng", PACKAGE)),
    "package that is the root": lambda make: make.folder("eng", PACKAGE),
    "installed": installed,
    "installed, private": lambda make: installed(make, private=True),
    "editable": lambda make: installed(make, editable=True),
}
WITHOUT_METADATA = {"import root", "package that is the root"}


@pytest.mark.parametrize("kind", KINDS)
def test_modules_run_by_their_real_names(kind: str, make_plugin: PluginMaker) -> None:
    with opened(KINDS[kind](make_plugin)) as plugin:
        assert plugin.boundary == "process"
        assert plugin.symbols() == ("Word", "told")
        assert (
            plugin.lookup("told", Told)()
            == plugin.lookup("eng:told", Told)()
            == {
                "name": "eng",
                "words": "hello",
                "names": ["eng.words", "eng.late", "told", 2],
                "pickled": "eng",
                "there": True,
                "found": "eng.words",
            }
        )


@pytest.mark.parametrize("kind", KINDS)
def test_data_files_are_read(kind: str, make_plugin: PluginMaker) -> None:
    with opened(KINDS[kind](make_plugin)) as plugin:
        assert plugin.lookup("eng:data", Callable[[], list[str]])() == ["text", "{}", "text"]


@pytest.mark.parametrize("kind", sorted(set(KINDS) - WITHOUT_METADATA))
def test_it_knows_its_own_metadata(kind: str, make_plugin: PluginMaker) -> None:
    with opened(KINDS[kind](make_plugin)) as plugin:
        assert plugin.lookup("eng:metadata", Callable[[], list[Any]])() == [
            "1.0",
            [["eng:told", "eng"]],
            "eng-plugin",
            ["1.0"],
            ["1.0"],
            [],
        ]


def test_its_own_metadata_comes_before_the_hosts_of_the_same_name(make_plugin: PluginMaker) -> None:
    make_plugin.installed("eng-plugin", {"other.py": ""}, version="7", entry_points={"own": {"told": "other:x"}})
    for kind in ("wheel", "project"):
        with opened(KINDS[kind](make_plugin)) as plugin:
            version, points, *_ = plugin.lookup("eng:metadata", Callable[[], list[Any]])()
        assert (version, points) == ("1.0", [["eng:told", "eng"]])


def test_a_single_file_runs(make_plugin: PluginMaker) -> None:
    make_plugin.module("colorsys.py", "raise RuntimeError('imported')")
    make_plugin.module("beside.py", "")
    source = """
    import colorsys, importlib.util, sys
    from os.path import dirname
    def told() -> list[object]:
        return [__name__, colorsys.ONE_THIRD > 0, importlib.util.find_spec("beside") is None]
    def added() -> str:
        sys.path.insert(0, dirname(__file__))
        import beside
        return beside.__name__
    """
    with opened(make_plugin.module("french-1.py", source)) as plugin:
        assert plugin.lookup("told", Callable[[], list[Any]])() == ["french_1", True, True]
        assert plugin.lookup("added", Callable[[], str])() == "beside"  # what it adds itself is searched


def test_a_wheel_that_spreads_over_several_places(make_plugin: PluginMaker) -> None:
    files: dict[str, str | bytes] = {
        "eng.py": "import more, _low\ndef told() -> list[int]:\n    return [more.x, _low.x]",
        "eng_plugin-1.0.data/purelib/more.py": "x = 1",
        "eng_plugin-1.0.data/platlib/_low/__init__.py": "x = 2",
        "eng_plugin-1.0.data/data/share/eng/manual.txt": "read me",
        "eng_plugin-1.0.data/scripts/eng": "#!python\n",
    }
    with opened(make_plugin.wheel("eng-plugin", files)) as plugin:
        assert plugin.lookup("eng:told", Callable[[], list[int]])() == [1, 2]
        assert plugin.lookup("_low:x", int) == 2


def test_a_namespace_package_has_portions_in_the_host_too(make_plugin: PluginMaker) -> None:
    make_plugin.installed("theirs", {"space/theirs.py": "x = 'host'"})
    own = "from space.theirs import x\ndef told() -> list[str]:\n    return [x, __name__]"
    for source in (
        make_plugin.wheel("own", {"space/own.py": own}),
        make_plugin.project("own", {"src/space/own.py": own}),
    ):
        with opened(source) as plugin:
            assert plugin.lookup("space.own:told", Callable[[], list[str]])() == ["host", "space.own"]


FOLDERS = """
import sys
from os.path import dirname, join
def seen() -> list[bool]:
    own = join(dirname(__file__), "")
    return [own.startswith(join(each, "")) for each in sys.path[:1]]
def spawned() -> str:
    from multiprocessing import get_context
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(name)
def name() -> str:
    return __name__
"""


@pytest.mark.parametrize("kind", ["wheel", "project", "src", "folder"])
def test_its_import_root_is_on_the_path(kind: str, make_plugin: PluginMaker) -> None:
    files: dict[str, str | bytes] = {"eng/__init__.py": FOLDERS}
    source = {
        "wheel": lambda: make_plugin.wheel("eng", files),
        "project": lambda: make_plugin.project("eng", files),
        "src": lambda: make_plugin.project("eng", below("src", files)),
        "folder": lambda: make_plugin.folder("root", files),
    }[kind]()
    with opened(source) as plugin:
        assert plugin.lookup("eng:seen", Callable[[], list[bool]])() == [True]
        assert plugin.lookup("eng:spawned", Callable[[], str])() == "eng"


# native code


def native_module() -> tuple[str, bytes]:
    """Return the name and the bytes of an extension module that the interpreter itself has.

    Raises:
        unittest.SkipTest: If all are built in.
    """
    for name in ("unicodedata", "audioop", "cmath", "math"):
        spec = find_spec(name)
        if spec is not None and spec.origin is not None and spec.origin.endswith(tuple(EXTENSION_SUFFIXES)):
            return name, Path(spec.origin).read_bytes()
    pytest.skip("this interpreter has no extension module in a file of its own")


SUFFIX = EXTENSION_SUFFIXES[0]
LOADED = """
import importlib
def told() -> list[object]:
    module = importlib.import_module({name!r})
    loaded = [{name!r}, module.__spec__.name, module.__file__.startswith(__file__.removesuffix("eng/__init__.py"))]
    return [*loaded, len(dir(module)) > 5]
"""


def test_native_modules_run_in_a_worker_and_are_refused_inline(make_plugin: PluginMaker) -> None:
    name, library = native_module()
    files: dict[str, str | bytes] = {
        "eng/__init__.py": LOADED.format(name=f"eng.fast.{name}"),
        f"eng/fast/{name}{SUFFIX}": library,
    }
    wheel = make_plugin.wheel("eng-fast", files)
    sources = [wheel, make_plugin.folder("root", files), make_plugin.project("eng", below("src", files))]
    for source in sources:
        with opened(source) as plugin:
            told = plugin.lookup("eng:told", Callable[[], list[Any]])()
        assert told == [f"eng.fast.{name}", f"eng.fast.{name}", True, True]
        with pytest.raises(hotplug.CompatibilityError, match="open it with boundary='process'"):
            hotplug.open(source)


def test_a_native_module_at_the_top_comes_before_the_interpreters_own(make_plugin: PluginMaker) -> None:
    name, library = native_module()
    files: dict[str, str | bytes] = {
        "eng/__init__.py": LOADED.format(name=name),
        f"{name}{SUFFIX}": library,
        f"{name}.cpython-20-none.so": b"of another interpreter",
    }
    with opened(make_plugin.wheel("eng-fast", files)) as plugin:
        assert plugin.lookup("eng:told", Callable[[], list[Any]])() == [name, name, True, True]
    with opened(make_plugin.project("eng-fast", below("src", files))) as plugin:
        assert plugin.lookup("eng:told", Callable[[], list[Any]])() == [name, name, True, True]


def test_a_wheel_may_hold_nothing_but_a_native_module(make_plugin: PluginMaker) -> None:
    name, library = native_module()
    wheel = make_plugin.wheel("eng-fast", {f"{name}{SUFFIX}": library})
    with opened(wheel) as plugin:
        assert plugin.lookup(f"{name}:__name__", str) == name
        assert plugin.lookup(f"{name}:__spec__.name", str) == name
    with pytest.raises(hotplug.CompatibilityError, match="carries native modules"):
        hotplug.open(wheel)


def test_a_package_that_is_the_root_does_not_take_the_names_of_its_parts(make_plugin: PluginMaker) -> None:
    name, library = native_module()
    source = f"import colorsys\nfrom . import {name} as own\nhas = colorsys.ONE_SIXTH, own.__spec__.name"
    inner = f"{name}{SUFFIX}"
    files: dict[str, str | bytes] = {"__init__.py": source, inner: library, f"colorsys/{inner}": library}
    with opened(make_plugin.folder("eng", files)) as plugin:
        assert plugin.lookup("has", tuple[float, str]) == (1 / 6, f"eng.{name}")


def test_what_is_native_for_another_platform_is_refused(make_plugin: PluginMaker) -> None:
    wheel = make_plugin.wheel("eng", {"eng.py": ""}, tag="cp311-cp311-amiga_68k")
    with pytest.raises(hotplug.CompatibilityError, match="amiga"):
        opened(wheel)
