"""An import looks, to whoever is on the stack, as where the plugin is installed; and so do a folder's finders.

Every case runs where the plugin is installed under its real names, too: there the answer is Python's own.
"""

from __future__ import annotations

import importlib
import logging
import sys
import warnings
from typing import Any

import pytest

import hotplug
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

WARNS = "import warnings\nwarnings.warn('old', DeprecationWarning, stacklevel=2)\n"
FILES: dict[str, str | bytes] = {
    "own/__init__.py": "value = 'root'",
    "own/words.py": "said = 'words'",
    **{f"own/old{number}.py": WARNS for number in range(4)},
    "own/lacking.py": "import no_such_top.at_all",
    "own/raising.py": "import own.words\nraise ValueError('raised')",
    "own/frozen.py": """
        class Frozen(Exception):
            def __setattr__(self, name, value):
                raise TypeError("it cannot be changed")
        raise Frozen("frozen")
    """,
    "own/stack.py": """
        import traceback
        def frames(function, *given):
            try:
                function(*given)
            except Exception as error:
                return [each.name for each in traceback.extract_tb(error.__traceback__)][1:], str(error)
    """,
    "own/sub/__init__.py": "value = 'sub'",
    "own/sub/deep.py": """
        import own.words
        said = "deep"
        def late():
            from own.sub import value
            return value
    """,
}
STACK = {
    "who imports what is deprecated": (
        """
        import os, sys, warnings
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            from own.old0 import warnings as first
            import own.old1
            from .old2 import warnings as third
            __import__("own.old3")
        for name in [f"own.old{number}" for number in range(4)]:
            del sys.modules[name]  # for the next time
        return {os.path.basename(each.filename) for each in seen} <= {"late.py", "at_import.py"}, len(seen)
        """,
        (True, 4),
    ),
    "no module of that name": (
        """
        from own.stack import frames
        def plain(name): __import__(name)
        return frames(plain, "no_such_top"), frames(plain, "own.missing")
        """,
        (
            (["plain"], "No module named 'no_such_top'"),
            (["plain"], "No module named 'own.missing'"),
        ),
    ),
    "a module that lacks another": (
        """
        from own.stack import frames
        def plain():
            import own.lacking
        return frames(plain)
        """,
        (["plain", "<module>"], "No module named 'no_such_top'"),
    ),
    "a module that raises": (
        """
        from own.stack import frames
        def plain():
            from own import raising
        return frames(plain)
        """,
        (["plain", "<module>"], "raised"),
    ),
    "an error that cannot be changed": (
        """
        from own.stack import frames
        def plain():
            from .frozen import Frozen
        return frames(plain)
        """,
        (["plain", "<module>"], "frozen"),
    ),
    "whom a container warns": (
        """
        import os, warnings
        class Old:
            def __getitem__(self, key): return self.get(key)
            def get(self, key, default=None): return warnings.warn("old", stacklevel=2)
            def __contains__(self, key): return warnings.warn("old", stacklevel=2)
            def __eq__(self, other): return warnings.warn("old", stacklevel=2)
        name, old = __name__, Old()
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            old.get(name, 1), __name__ in old, old == __name__
        return {os.path.basename(each.filename) for each in seen} <= {"late.py", "at_import.py"}, len(seen)
        """,
        (True, 3),
    ),
    "the arguments of the error": (
        """
        import importlib
        try:
            importlib.import_module("own.missing")
        except ImportError as error:
            return repr(error)
        """,
        """ModuleNotFoundError("No module named 'own.missing'")""",
    ),
}
FINDERS: dict[str, tuple[str, object]] = {
    "a finder by its package's name": (
        """
        import importlib.util, pkgutil, own.sub as package
        (found,) = pkgutil.walk_packages(package.__path__, package.__name__ + ".")
        spec = found.module_finder.find_spec(found.name)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.said, module.late(), module.__name__ == package.__name__ + ".deep"
        """,
        ("deep", "sub", True),
    ),
    "a finder by a name spelt out": (
        """
        import importlib.util, pkgutil, own.sub
        (found,) = pkgutil.iter_modules(own.sub.__path__, "own.sub.")
        module = importlib.util.module_from_spec(found.module_finder.find_spec("own.sub.deep"))
        module.__spec__.loader.exec_module(module)
        return module.said, module.late()
        """,
        ("deep", "sub"),
    ),
    "a finder by the module's name alone": (
        """
        import importlib.util, pkgutil, own.sub
        (found,) = pkgutil.iter_modules(own.sub.__path__)
        module = importlib.util.module_from_spec(found.module_finder.find_spec(found.name))
        module.__spec__.loader.exec_module(module)
        return module.said, module.late(), module.__name__
        """,
        ("deep", "sub", "deep"),
    ),
    "a finder of what is not there": (
        """
        import pkgutil, own.sub
        finder = pkgutil.get_importer(own.sub.__path__[0])
        return finder.find_spec("own.sub.missing"), finder.find_spec("missing"), finder.find_spec("words")
        """,
        (None, None, None),
    ),
    "a finder of the root": (
        """
        import os, pkgutil, own
        finder = pkgutil.get_importer(os.path.dirname(own.__path__[0]))
        return finder.find_spec("own").origin == own.__spec__.origin
        """,
        True,
    ),
    "a loader that loads": (
        """
        import importlib.util, sys, warnings, own.sub.deep
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loader = importlib.util.find_spec("own.words").loader
            module = loader.load_module("own.words")
        return module.said, module is sys.modules["own.words"]
        """,
        ("words", True),
    ),
}
if sys.version_info < (3, 12):
    FINDERS["a finder of earlier versions"] = (
        """
        import pkgutil, sys, warnings, own.sub
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            (found,) = pkgutil.iter_modules(own.sub.__path__, "own.sub.")
            module = found.module_finder.find_module(found.name).load_module(found.name)
            missing = found.module_finder.find_module("missing")
        return module.late(), module is sys.modules["own.sub.deep"], missing
        """,
        ("sub", True, None),
    )
CASES = {**STACK, **FINDERS}


@pytest.mark.parametrize("kind", ["installed", "folder", "wheel", "private"])
@pytest.mark.parametrize("case", CASES)
def test_an_import_is_as_if_the_plugin_were_installed(case: str, kind: str, gives: Callable[..., None]) -> None:
    gives(kind, FILES, *CASES[case])


def test_the_hosts_imports_are_as_if_no_plugin_were_open(make_plugin: PluginMaker) -> None:
    make_plugin.installed("hosts", {"hosts_old.py": WARNS, "hosts_lacking.py": "import no_such_top"})
    with hotplug.open(make_plugin.module("plain.py", "value = 1")), warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        import hosts_old  # type: ignore[import-not-found]  # pyright: ignore[reportMissingImports]  # noqa: F401

        assert [each.filename for each in seen] == [__file__]
        with pytest.raises(ModuleNotFoundError) as missing:
            import no_such_top  # type: ignore[import-not-found]  # pyright: ignore[reportMissingImports]  # noqa: F401
        assert [entry.name for entry in missing.traceback] == [
            "test_the_hosts_imports_are_as_if_no_plugin_were_open"
        ]
        with pytest.raises(ModuleNotFoundError) as lacking:
            importlib.import_module("hosts_lacking")
        assert not [entry for entry in lacking.traceback if "hotplug" in entry.name or "inline" in str(entry.path)]


def test_the_finder_of_a_plugins_folder_is_the_hosts_for_the_host(make_plugin: PluginMaker) -> None:
    with hotplug.open(make_plugin.folder("root", FILES)) as plugin:
        package: Any = plugin.lookup("own.sub:")
        finder: Any = sys.path_importer_cache[package.__path__[0]]
        assert finder.find_spec("deep").name == "deep"
        assert finder.find_spec(f"{package.__name__}.deep").loader.get_filename().endswith("deep.py")
        assert finder.find_spec(f"{package.__name__}.missing") is None
    assert finder.find_spec("deep").name == "deep"


def test_what_lies_below_a_module_of_its_own_making_may_be_there_before_it(make_plugin: PluginMaker) -> None:
    source = """
    import sys, types
    made, below = types.ModuleType("made"), types.ModuleType("made.below")
    made.__path__ = []
    below.said = "below"
    sys.modules["made.below"] = below
    sys.modules["made"] = made
    import made.below
    from made.below import said
    found = sys.modules["made.below"] is below, "made.below" in list(sys.modules)
    """
    with hotplug.open(make_plugin.module("makes.py", source)) as plugin:
        assert (plugin.lookup("makes:said"), plugin.lookup("makes:found")) == ("below", (True, True))
        assert "made.below" not in sys.modules


def test_a_log_record_is_of_who_imports(make_plugin: PluginMaker, caplog: pytest.LogCaptureFixture) -> None:
    make_plugin.installed("hosts", {"hosts_log.py": "import logging\nlogging.warning('told', stacklevel=2)\n"})
    source = "def run():\n    import hosts_log\n"
    with hotplug.open(make_plugin.module("logs.py", source)) as plugin, caplog.at_level(logging.WARNING):
        run: Any = plugin.lookup("run")
        run()
    assert [each.filename for each in caplog.records if each.message == "told"] == ["logs.py"]
