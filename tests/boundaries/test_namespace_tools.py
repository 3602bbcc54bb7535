"""What plugins reach their modules and data with in the standard library is answered as in an installed package.

Every case runs where it is installed and imported under its real names, too: there the answer is Python's own.
"""

from __future__ import annotations

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

FILES: dict[str, str | bytes] = {
    "own/__init__.py": "value = 'root'",
    "own/__main__.py": "import own.words\nresult = __name__, own.words.said",
    "own/words.py": """
        import logging
        said = 'words'
        table = {"one": 1}
        class Handler(logging.Handler):
            pass
        class Only(logging.Filter):
            pass
        def formatter(*given, **named):
            return logging.Formatter("own %(message)s")
    """,
    "own/script.py": "import own.words\nfrom . import sub\nresult = __name__, own.words.said, sub.value",
    "own/generated.txt": """
        import own.words
        from own.sub import deep
        said = own.words.said, deep.said
        def later():
            from own.sub import value
            return value
    """,
    "own/data.txt": "data",
    "own/sub/__init__.py": "value = 'sub'",
    "own/sub/deep.py": "said = 'deep'",
    "own/sub/data.txt": "deep data",
    "own/portion/inside.py": "said = 'inside'",
    "own/portion/data.txt": "portion data",
}
FINDING = {
    "find_spec": (
        "from importlib.util import find_spec\nreturn find_spec('own.sub.deep').origin[-12:]",
        "/sub/deep.py",
    ),
    "find_spec relative": (
        "import importlib.util\nreturn importlib.util.find_spec('.words', __package__).has_location",
        True,
    ),
    "find_spec getattr": (
        "import importlib.util\nreturn getattr(importlib.util, 'find_spec')('own.sub.deep').origin[-12:]",
        "/sub/deep.py",
    ),
    "find_spec getattr of the top": (
        "import importlib.util\nreturn getattr(importlib.util, 'find_spec')('own').origin[-15:]",
        "own/__init__.py",
    ),
    "find_spec of what is not there": (
        "import importlib.util\nreturn importlib.util.find_spec('own.missing')",
        None,
    ),
    "find_spec of the host's": ("import importlib.util\nreturn importlib.util.find_spec('json').name", "json"),
    "find_spec of nobody's": ("import importlib.util\nreturn importlib.util.find_spec('no_such_top')", None),
    "module_from_spec": (
        """
        from importlib.util import find_spec, module_from_spec
        spec = find_spec("own.script")
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.result[1:]
        """,
        ("words", "sub"),
    ),
    "spec_from_file_location": (
        """
        import importlib.util, os, pathlib, tempfile
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "generated.py")
            pathlib.Path(path).write_text(pathlib.Path(__file__).with_name("generated.txt").read_text())
            spec = importlib.util.spec_from_file_location("generated", path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        return module.said, module.__name__
        """,
        (("words", "deep"), "generated"),
    ),
    "iter_modules": (
        """
        import own.sub, pkgutil
        return [each.name for each in pkgutil.iter_modules(own.sub.__path__, 'own.sub.')]
        """,
        ["own.sub.deep"],
    ),
    "iter_modules without a prefix": (
        """
        import own.sub, pkgutil
        return [(each.name, each.ispkg) for each in pkgutil.iter_modules(own.sub.__path__)]
        """,
        [("deep", False)],
    ),
    "walk_packages by a name": (
        """
        import own, pkgutil
        return [i.name for i in pkgutil.walk_packages(own.__path__, 'own.') if 'sub' in i.name]
        """,
        ["own.sub", "own.sub.deep"],
    ),
    "walk_packages by its name": (
        """
        import own as package, pkgutil
        found = pkgutil.walk_packages(package.__path__, package.__name__ + ".")
        return [each.name for each in found if "sub" in each.name]
        """,
        ["own.sub", "own.sub.deep"],
    ),
    "resolve_name": ("import pkgutil\nreturn pkgutil.resolve_name('own.sub.deep:said')", "deep"),
    "resolve_name of attributes": ("import pkgutil\nreturn pkgutil.resolve_name('own.sub.deep.said')", "deep"),
}
DATA = {
    "resources of a name": (
        "from importlib.resources import files\nreturn (files('own') / 'data.txt').read_text()",
        "data",
    ),
    "resources of its package": (
        "import importlib.resources as r\nreturn r.files(__package__).joinpath('sub', 'data.txt').read_text()",
        "deep data",
    ),
    "resources of a module": (
        "import own.sub\nfrom importlib.resources import files\nreturn (files(own.sub) / 'data.txt').read_text()",
        "deep data",
    ),
    "resources of a portion": (
        "from importlib.resources import files\nreturn (files('own.portion') / 'data.txt').read_text()",
        "portion data",
    ),
    "resources as a file": (
        """
        from importlib.resources import as_file, files
        with as_file(files("own") / "data.txt") as path:
            return path.read_text()
        """,
        "data",
    ),
    "a file beside it": (
        "import pathlib\nreturn pathlib.Path(__file__).with_name('data.txt').read_text()",
        "data",
    ),
    "get_data": ("import pkgutil\nreturn pkgutil.get_data('own', 'data.txt')", b"data"),
    "get_data of its package": (
        "import pkgutil\nreturn pkgutil.get_data(__package__, 'sub/data.txt')",
        b"deep data",
    ),
    "get_data of a module that was not imported": (
        "from pkgutil import get_data\nreturn get_data('own.sub', 'data.txt')",
        b"deep data",
    ),
    "get_data getattr": (
        """
        import own.sub, pkgutil, sys
        own.sub.value = "changed"
        return getattr(pkgutil, "get_data")("own.sub", "data.txt"), sys.modules["own.sub"].value
        """,
        (b"deep data", "changed"),
    ),
}
USING = {
    "mock.patch": (
        """
        from unittest import mock
        import own.words
        with mock.patch("own.words.said", "patched"):
            return own.words.said
        """,
        "patched",
    ),
    "mock.patch.dict": (
        """
        from unittest import mock
        import own.words
        with mock.patch.dict("own.words.table", {"two": 2}):
            return dict(own.words.table)
        """,
        {"one": 1, "two": 2},
    ),
    "dictConfig": (
        """
        import logging.config, own.words
        logger = logging.getLogger(__name__ + ".configured")
        logging.config.dictConfig({
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"f": {"()": "own.words.formatter"}},
            "filters": {"o": {"()": "own.words.Only"}},
            "handlers": {"h": {"class": "own.words.Handler", "formatter": "f", "filters": ["o"]}},
            "loggers": {logger.name: {"handlers": ["h"]}},
        })
        (handler,) = logger.handlers
        (only,) = handler.filters
        logger.removeHandler(handler)
        return type(handler) is own.words.Handler, type(only) is own.words.Only, handler.formatter._fmt
        """,
        (True, True, "own %(message)s"),
    ),
    "run_module": (
        "import runpy\nreturn runpy.run_module('own.script', run_name='own.script')['result']",
        ("own.script", "words", "sub"),
    ),
    "run_module of a package": (
        "import runpy\nreturn runpy.run_module('own', run_name='__main__')['result']",
        ("__main__", "words"),
    ),
    "a loader that executes": (
        """
        import os, types
        from importlib.machinery import SourceFileLoader
        path = os.path.join(os.path.dirname(__file__), "generated.txt")
        module = types.ModuleType("made")
        SourceFileLoader("made", path).exec_module(module)
        return module.said, module.later()
        """,
        (("words", "deep"), "sub"),
    ),
    "a spec that is made of a loader": (
        """
        import importlib.util, os
        from importlib.machinery import SourceFileLoader
        path = os.path.join(os.path.dirname(__file__), "generated.txt")
        spec = importlib.util.spec_from_loader("made", SourceFileLoader("made", path))
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.said, module.later()
        """,
        (("words", "deep"), "sub"),
    ),
    "an interactive console": (
        """
        import code
        names = {"__name__": "__console__"}
        console = code.InteractiveInterpreter(names)
        console.runsource("import own.words")
        console.runsource("from own.sub import deep")
        return names["own"].words.said, names["deep"].said
        """,
        ("words", "deep"),
    ),
    "a console with builtins of its own": (
        """
        import builtins, code
        given = {"__import__": builtins.__import__, "__build_class__": builtins.__build_class__}
        names = {"__name__": "__console__", "__builtins__": given}
        console = code.InteractiveInterpreter(names)
        console.runsource("from own.sub import deep\\ndef late(): return open\\n", symbol="exec")
        try:
            names["late"]()
        except NameError as error:
            return names["deep"].said, error.name, names["__builtins__"] is given
        """,
        ("deep", "open", True),
    ),
    "pydoc.locate": (
        """
        import pydoc
        only = pydoc.locate("own.words.Only").__name__
        return pydoc.locate("own.sub.deep.said"), pydoc.locate("own.missing"), only
        """,
        ("deep", None, "Only"),
    ),
    "an enumeration of constants": (
        """
        import enum
        names = globals()
        names["NUMBER_ONE"] = 1
        kind = enum.IntEnum._convert_("Number", __name__, lambda name: name.startswith("NUMBER_"))
        return kind.NUMBER_ONE.name, names["NUMBER_ONE"] is kind.NUMBER_ONE, names["Number"] is kind
        """,
        ("NUMBER_ONE", True, True),
    ),
    "a forward reference": (
        """
        import types, typing
        from own.words import Only
        holder = types.SimpleNamespace(__annotations__={"only": typing.ForwardRef("Only", module="own.words")})
        return typing.get_type_hints(holder) == {"only": Only}
        """,
        True,
    ),
    "run_path": (
        """
        import os, runpy
        path = os.path.join(os.path.dirname(__file__), "generated.txt")
        return runpy.run_path(path)["said"]
        """,
        ("words", "deep"),
    ),
}
CASES = {**FINDING, **DATA, **USING}


@pytest.mark.parametrize("kind", ["installed", "folder", "wheel", "private"])
@pytest.mark.parametrize("case", CASES)
def test_the_standard_library_finds_what_is_the_plugins_as_if_it_were_installed(
    case: str, kind: str, gives: Callable[..., None]
) -> None:
    gives(kind, FILES, *CASES[case])
