"""What the standard library keeps of a plugin is gone once the plugin is unloaded; what is the host's stays."""

from __future__ import annotations

import codecs
import contextvars
import copyreg
import ctypes
import inspect
import linecache
import logging
import shutil
import sqlite3
import sys
import typing
import warnings
from multiprocessing import util
from typing import Any
from xml.dom import domreg

import pytest

import hotplug
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def overloads() -> object:
    return {name for name in typing._overload_registry if "__hp" in name}  # type: ignore[attr-defined]


def meta_path() -> object:
    return [type(finder).__name__ for finder in sys.meta_path if "Own" in type(finder).__name__]


def loggers() -> object:
    return {name for name in logging.root.manager.loggerDict if "__hp" in name or name.startswith("hooks")}


def on_root() -> object:
    return [type(each).__name__ for each in (*logging.root.handlers, *logging.root.filters)]


def handler_filters() -> object:
    return list(logging.getLogger("of.host").handlers[0].filters)


PRIVATE = "class Own: pass\nprivate = type.__dict__['__module__'].__get__(Own)\n"
"""The name that others are told, as attrs is that generates code for a class."""

CASES: dict[str, tuple[str, Callable[[], object]]] = {
    "typing's overloads": (
        (
            "import typing\n@typing.overload\ndef f(x: int) -> int: ...\n@typing.overload\n"
            "def f(x: str) -> str: ...\ndef f(x): return x"
        ),
        overloads,
    ),
    "warnings' filters by category": (
        "import warnings\nclass Own(UserWarning): pass\nwarnings.simplefilter('error', Own)",
        lambda: list(warnings.filters),
    ),
    "warnings' filters by module": (
        f"import warnings\n{PRIVATE}warnings.filterwarnings('error', module=private)",
        lambda: list(warnings.filters),
    ),
    "copyreg's reducers": (
        (
            "import copyreg\nclass Own: pass\ncopyreg.pickle(Own, lambda own: (Own, ()))\n"
            "copyreg.pickle(frozenset, lambda own: 'of host')"
        ),
        lambda: dict(copyreg.dispatch_table),
    ),
    "copyreg's extensions": (
        f"import copyreg\n{PRIVATE}copyreg.add_extension(private, 'Own', 4242)",
        lambda: (dict(copyreg._extension_registry), dict(copyreg._inverted_registry)),  # type: ignore[attr-defined]
    ),
    "loggers": (
        f"import logging\n{PRIVATE}logging.getLogger(private + '.a.b')\nlogging.getLogger('hooks.' + private)",
        loggers,
    ),
    "handlers and filters on the host's loggers": (
        (
            "import logging\nclass OwnHandler(logging.Handler): pass\nclass OwnFilter(logging.Filter): pass\n"
            "logging.getLogger().addHandler(OwnHandler())\nlogging.getLogger().addFilter(OwnFilter())"
        ),
        on_root,
    ),
    "filters on the host's handlers": (
        "import logging\nlogging.getLogger('of.host').handlers[0].addFilter(lambda record: False)",
        handler_filters,
    ),
    "the logger class": (
        "import logging\nclass Own(logging.getLoggerClass()): pass\nlogging.setLoggerClass(Own)",
        logging.getLoggerClass,
    ),
    "finders on sys.meta_path": (
        (
            "import importlib\nclass OwnFinder:\n    def find_spec(self, name, path, target=None): return None\n"
            "importlib.import_module('sys').meta_path.append(OwnFinder())"
        ),
        meta_path,
    ),
    "hooks on sys.path_hooks": (
        "import sys\ndef own_hook(path): raise ImportError\nsys.path_hooks.insert(0, own_hook)",
        lambda: list(sys.path_hooks),
    ),
    "finders in sys.path_importer_cache": (
        "import sys\nclass Own: pass\nsys.path_importer_cache['/of/the/plugin'] = Own()",
        lambda: "/of/the/plugin" in sys.path_importer_cache,
    ),
    "lines of its files": (
        "import linecache\nassert linecache.getline(__file__, 1)",
        lambda: set(linecache.cache),
    ),
    "lines of generated sources": (
        (
            f"import linecache\n{PRIVATE}name = f'<generated {{private}}.f>'\n"
            "linecache.cache[name] = (1, None, ['x'], name)"
        ),
        lambda: set(linecache.cache),
    ),
    "what inspect knows of its files": (
        "import inspect\nclass Own:\n    def f(self): pass\ninspect.getmodule(Own.f.__code__)",
        lambda: {name for name in inspect.modulesbyfile.values() if "__hp" in name},
    ),
    "shutil's formats": (
        (
            "import shutil\ndef pack(*given): ...\nshutil.register_archive_format('own', pack)\n"
            "shutil.register_unpack_format('own', ['.own'], pack)"
        ),
        lambda: (shutil.get_archive_formats(), shutil.get_unpack_formats()),
    ),
    "sqlite's adapters": (
        (
            "import sqlite3\nclass Own: pass\nsqlite3.register_adapter(Own, str)\n"
            "sqlite3.register_converter('own', lambda text: text)"
        ),
        lambda: (dict(sqlite3.adapters), dict(sqlite3.converters)),
    ),
    "kinds of functions in C": (
        "import ctypes\nclass Own(ctypes.Structure): pass\nctypes.CFUNCTYPE(ctypes.c_int, Own)",
        lambda: set(ctypes._c_functype_cache),  # type: ignore[attr-defined]
    ),
    "implementations of documents": (
        "import xml.dom\nclass Own: pass\nxml.dom.registerDOMImplementation('own', Own)",
        lambda: set(domreg.registered),
    ),
    "what is called after multiprocessing has forked": (
        (
            "from multiprocessing import util\nclass Own: pass\nown = Own()\n"
            "util.register_after_fork(own, print)\nutil.register_after_fork(util, lambda _: None)"
        ),
        lambda: len(util._afterfork_registry),  # type: ignore[attr-defined]
    ),
    "codecs": (
        (
            "import codecs\ndef search(name): return None\ncodecs.register(search)\n"
            "codecs.register_error('own', lambda error: ('', error.end))"
        ),
        lambda: has_error_handler("own"),
    ),
}
if sys.version_info < (3, 14):  # since then each class has its own
    CASES["pointers in C"] = (
        "import ctypes\nclass Own(ctypes.Structure): pass\nctypes.POINTER(Own)\nctypes.POINTER(ctypes.c_int)",
        lambda: {each for each in ctypes._pointer_type_cache if each is not ctypes.c_int},  # type: ignore[attr-defined]
    )


def has_error_handler(name: str) -> bool:
    try:
        codecs.lookup_error(name)
    except LookupError:
        return False
    return True


@pytest.fixture(autouse=True)
def loggers_of_the_host() -> Iterator[None]:
    logger = logging.getLogger("of.host")
    logger.addHandler(handler := logging.NullHandler())
    yield
    logger.removeHandler(handler)


@pytest.mark.parametrize("case", CASES)
def test_what_is_the_plugins_is_taken_out_and_the_rest_stays(case: str, make_plugin: PluginMaker) -> None:
    source, look = CASES[case]
    path = make_plugin.module("own.py", source)
    before = look()
    plugin = hotplug.open(path)
    assert look() != before, "the plugin is to register something"
    report = plugin.close()
    assert look() == before
    assert (report.survivors, report.unloaded, report.reason) == ((), True, "")


@pytest.mark.parametrize("case", CASES)
def test_a_start_that_failed_leaves_nothing_there_either(case: str, make_plugin: PluginMaker) -> None:
    source, look = CASES[case]
    path = make_plugin.module("own.py", f"{source}\nraise ValueError")
    before = look()
    with pytest.raises(hotplug.ActivationError) as caught:
        hotplug.open(path)
    assert look() == before
    assert caught.value.report is None


def test_what_a_plugin_registers_of_the_host_stays(make_plugin: PluginMaker) -> None:
    source = """
    import copyreg, logging, fractions, warnings
    copyreg.pickle(fractions.Fraction, copyreg.dispatch_table.get(complex))
    logging.getLogger("shared.name")
    warnings.filterwarnings("ignore", category=BytesWarning, module="of_host")
    """
    import fractions

    try:
        hotplug.open(make_plugin.module("own.py", source)).close()
        assert fractions.Fraction in copyreg.dispatch_table
        assert "shared.name" in logging.root.manager.loggerDict
        assert warnings.filters[0][2] is BytesWarning
    finally:
        del copyreg.dispatch_table[fractions.Fraction]
        warnings.filters.pop(0)  # type: ignore[attr-defined]


def test_what_another_plugin_registered_stays(make_plugin: PluginMaker) -> None:
    source = "import logging\nlogger = logging.getLogger(__name__)"
    kept, closed = (hotplug.open(make_plugin.module(f"{name}/own.py", source)) for name in "ab")
    names = [str(plugin.lookup("own:__name__")) for plugin in (kept, closed)]
    closed.close()
    assert [name in logging.root.manager.loggerDict for name in names] == [True, False]
    kept.close()


def test_a_handler_of_the_plugins_own_class_is_flushed_and_closed(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    source = f"""
    import logging, logging.handlers
    class Own(logging.FileHandler):
        def flush(self): did.append("flush"); super().flush()
        def close(self): did.append("close"); super().close()
    did = []
    file = Own({str(tmp_path / "log")!r})
    logging.getLogger().addHandler(file)
    late = logging.handlers.MemoryHandler(99, target=logging.NullHandler())
    late.target.handle = did.append
    logging.getLogger(__name__).addHandler(late)
    late.buffer.append("late")
    """
    plugin = hotplug.open(make_plugin.module("own.py", source))
    did: Any = plugin.lookup("own:did")
    assert plugin.close().unloaded
    assert did[:3] == ["flush", "late", "close"]


def test_a_logger_that_the_host_still_has_still_works(
    make_plugin: PluginMaker, caplog: pytest.LogCaptureFixture
) -> None:
    plugin = hotplug.open(make_plugin.module("own.py", "import logging\nlogger = logging.getLogger(__name__)"))
    logger = plugin.lookup("own:logger", logging.Logger)
    assert plugin.close().unloaded
    logger.error("still here")
    assert caplog.messages == ["still here"]


def test_type_variables_in_the_caches_of_typing_are_freed(make_plugin: PluginMaker) -> None:
    source = "import typing\nOwn = typing.TypeVar('Own')\nalias = typing.Dict[Own, typing.Callable[[Own], int]]"
    import gc
    from weakref import ref

    plugin = hotplug.open(make_plugin.module("own.py", source))
    left = ref(plugin.lookup("own:Own"))
    assert plugin.close().unloaded
    gc.collect()
    assert left() is None


def test_warnings_that_were_shown_once_are_forgotten_with_their_category(make_plugin: PluginMaker) -> None:
    source = """
    import warnings
    class Own(UserWarning): pass
    def warn(): warnings.warn("once", Own, stacklevel=2)
    """
    plugin = hotplug.open(make_plugin.module("own.py", source))
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("default")
        plugin.lookup("warn")()  # type: ignore[operator]
    assert any(type(key) is tuple and key[0] == "once" for key in globals()["__warningregistry__"])
    assert plugin.close().survivors == ()
    assert not any(type(key) is tuple and key[0] == "once" for key in globals()["__warningregistry__"])


def test_a_context_variable_that_holds_its_instance_is_told(make_plugin: PluginMaker) -> None:
    source = """
    import contextvars
    class Own:
        def f(self): pass
    variable = contextvars.ContextVar("current")
    def enter(): variable.set(Own())
    """
    plugin = hotplug.open(make_plugin.module("own.py", source))
    report = contextvars.copy_context().run(lambda: (plugin.lookup("enter")(), plugin.close()))[1]  # type: ignore[operator]
    assert report.survivors == ("value of the context variable 'current': an instance of own.Own",)


def test_a_table_that_somebody_replaced_is_told_and_stops_nothing(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linecache, "cache", None)
    monkeypatch.setattr(copyreg, "dispatch_table", table := dict(copyreg.dispatch_table))
    plugin = hotplug.open(make_plugin.module("own.py", CASES["copyreg's reducers"][0]))
    report = plugin.close()
    assert report.reason.startswith("what linecache holds of it could not be cleared: AttributeError")
    assert report.unloaded
    assert not any("__hp" in getattr(cls, "__module__", "") for cls in table)


def test_nothing_is_imported_to_be_cleaned(make_plugin: PluginMaker) -> None:
    import subprocess

    heavy = ("typing", "logging", "linecache", "inspect", "sqlite3", "shutil", "weakref", "asyncio", "threading")
    code = (
        "import sys, hotplug\nfrom hotplug.artifacts import memory\n"
        "memory._RACY = -(10**18)\n"  # else the second run may find the file young, and compile it, the third not
        "plugin = hotplug.open(sys.argv[1])\nplugin.close()\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    path = make_plugin.module("own.py", "value = 1")
    opened = code.replace("plugin.close()", "")
    outputs = [
        subprocess.run(
            [sys.executable, "-c", each, path], capture_output=True, text=True, check=True, timeout=60
        ).stdout
        for each in (opened, opened, code)  # the first makes the cache
    ]
    assert outputs[1] == outputs[2]


def test_caches_of_typing_are_left_alone_where_nothing_survives(make_plugin: PluginMaker) -> None:
    emptied: list[Any] = []
    cleanups: list[Any] = getattr(typing, "_cleanups")  # noqa: B009
    cleanups.append(lambda: emptied.append(1))
    try:
        hotplug.open(make_plugin.module("own.py", "class Own: pass")).close()
        assert not emptied
        plugin = hotplug.open(make_plugin.module("own.py", "class Own: pass"))
        held = plugin.lookup("Own")
        plugin.close()
        assert emptied
        del held
    finally:
        cleanups.pop()
