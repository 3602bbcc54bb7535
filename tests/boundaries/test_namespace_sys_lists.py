"""``sys.path`` and ``sys.meta_path`` as a plugin sees and changes them: what it adds leads it alone."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

import hotplug
from hotplug.testing import PluginMaker

if TYPE_CHECKING:
    from collections.abc import Mapping

FILES: dict[str, str | bytes] = {
    "own/__init__.py": "",
    "own/words.py": "said = 'words'",
    "own/vendored/bundled.py": "said = 'bundled'",
    "own/vendored/json.py": "raise RuntimeError('shadowed')",
    "own/vendored/within/__init__.py": "from within.deep import said",
    "own/vendored/__main__.py": "said = 'main'",
    "own/vendored/within/deep.py": "import own.words\nsaid = own.words.said",
}
PATHS = {
    "append": ("sys.path.append(vendored)\nimport bundled\nreturn bundled.said", "bundled"),
    "insert": ("sys.path.insert(0, vendored)\nfrom bundled import said\nreturn said", "bundled"),
    "+=": ("sys.path += [vendored]\nimport bundled\nreturn bundled.said", "bundled"),
    "extend": ("from sys import path\npath.extend([vendored])\nimport bundled\nreturn bundled.said", "bundled"),
    "a slice": ("sys.path[:0] = [vendored]\nimport bundled\nreturn bundled.said", "bundled"),
    "a sum": ("sys.path = [vendored] + sys.path\nimport bundled\nreturn bundled.said", "bundled"),
    "import_module": (
        "sys.path.append(vendored)\nimport importlib\nreturn importlib.import_module('bundled').said",
        "bundled",
    ),
    "find_spec": (
        """
        sys.path.append(vendored)
        from importlib.util import find_spec
        return find_spec('bundled').origin[-11:]
        """,
        "/bundled.py",
    ),
    "a package that imports the plugin": ("sys.path.append(vendored)\nimport within\nreturn within.said", "words"),
    "removed": (
        (
            "sys.path.append(vendored)\nsys.path.remove(vendored)\ntry: import bundled\n"
            "except ModuleNotFoundError as error: return error.name"
        ),
        "bundled",
    ),
    "at the end, what the host has is the host's": (
        "sys.path.append(vendored)\nimport json\nreturn json.dumps(1)",
        "1",
    ),
    "one of several targets": (
        "former, sys.path = sys.path, [*sys.path, vendored]\nimport bundled\nreturn bundled.said",
        "bundled",
    ),
    "an annotated assignment": (
        "sys.path: list = [*sys.path, vendored]\nimport bundled\nreturn bundled.said",
        "bundled",
    ),
    "the program's main module is the host's": (
        "sys.path.insert(0, vendored)\nimport __main__\nreturn __main__.__name__, hasattr(__main__, 'said')",
        ("__main__", False),
    ),
    "what it is": (
        "sys.path.append(vendored)\nreturn type(sys.path) is list, sys.path[-1] == vendored",
        (True, True),
    ),
}
HELD = """
import os, sys
vendored = os.path.join(os.path.dirname(__file__), "vendored")
"""


def source_of(case: tuple[str, object]) -> str:
    return f"{HELD}def run():\n{textwrap.indent(textwrap.dedent(case[0]).strip(), '    ')}\n"


@pytest.mark.parametrize("kind", ["folder", "wheel", "private"])
@pytest.mark.parametrize("case", PATHS)
def test_what_a_plugin_adds_to_sys_path_leads_it_alone(case: str, kind: str, make_plugin: PluginMaker) -> None:
    source = artifact(kind, source_of(PATHS[case]), make_plugin)
    before, loaded = list(sys.path), sys.modules.get("json")
    with hotplug.open(source) as plugin:
        assert plugin.lookup("own.case:run", Any)() == PATHS[case][1]
        assert sys.path == before
        assert sys.modules.get("json") is loaded
        for name in ("bundled", "within"):
            with pytest.raises(ModuleNotFoundError):
                __import__(name)
    assert not any("__hp" in name or name == "bundled" for name in sys.modules)


def artifact(kind: str, source: str, make_plugin: PluginMaker, files: Mapping[str, str | bytes] = FILES) -> Any:
    contents = {**files, "own/case.py": source}
    if kind == "folder":
        return make_plugin.folder("root", contents)
    if kind == "wheel":
        return make_plugin.wheel("own", contents)
    make_plugin.installed("own", contents)
    return hotplug.installed("own", private=kind == "private")


def test_a_plugin_follows_what_the_host_does_to_sys_path(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (
        str(make_plugin.folder(name, {f"{name}_module.py": f"said = {name!r}"})) for name in ("first", "second")
    )
    source = f"""
    import importlib, sys
    sys.path.append({second!r})
    def paths(): return list(sys.path)
    def load(name): return importlib.import_module(name)
    """
    monkeypatch.setattr(sys, "path", [*sys.path])
    with hotplug.open(make_plugin.module("follows.py", source)) as plugin:
        load: Any = plugin.lookup("load")
        paths: Any = plugin.lookup("paths")
        with pytest.raises(ModuleNotFoundError, match="No module named 'first_module'"):
            load("first_module")
        sys.path.append(first)
        assert first in paths()
        assert second in paths()
        assert load("first_module") is sys.modules["first_module"]
        assert load("second_module").said == "second"
        assert "second_module" not in sys.modules
        sys.path.remove(first)
        assert first not in paths()
        assert second in paths()
    del sys.modules["first_module"]


FINDERS = """
import importlib.abc, importlib.machinery, sys, types
class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, top): self.top = top
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == self.top:
            return importlib.machinery.ModuleSpec(name, self, is_package=name == self.top)
    def create_module(self, spec): return None
    def exec_module(self, module): module.said = "made for " + module.__name__.rpartition(".")[2][:4]
sys.meta_path.{how}
import made
import made.deep
from made.deep import said
"""


@pytest.mark.parametrize(
    "how", ["append(Finder('made'))", "insert(0, Finder('made'))", "extend([Finder('made')])"]
)
def test_a_finder_of_a_plugin_finds_for_it_alone(how: str, make_plugin: PluginMaker) -> None:
    before = list(sys.meta_path)
    with hotplug.open(make_plugin.module("finds.py", FINDERS.replace("{how}", how))) as plugin:
        assert plugin.lookup("finds:said") == "made for deep"
        with pytest.raises(ModuleNotFoundError, match="No module named 'made'"):
            __import__("made")
        assert [type(each).__name__ for each in sys.meta_path if each not in before] == ["type"]
    assert sys.meta_path == before
    assert not any("made" in name.split(".") or "made__hp" in name for name in sys.modules)


LAZY = """
import sys
asked = []
class Finder:
    def find_spec(self, name, path=None, target=None):
        asked.append(name)
        import os.path, json, decimal as needed
        from importlib.util import spec_from_loader
        return spec_from_loader(name, self) if name.startswith("made") else None
    def create_module(self, spec): return None
    def exec_module(self, module): module.said = "made"
sys.meta_path.insert(0, Finder())
import os
from made import said
"""


def test_a_finder_may_import_what_it_needs_when_it_is_asked(make_plugin: PluginMaker) -> None:
    with hotplug.open(make_plugin.module("finds.py", LAZY)) as plugin:
        assert plugin.lookup("finds:said") == "made"
        asked: Any = plugin.lookup("finds:asked")
        assert "made" in asked
        assert not {"os", "importlib"}.intersection(asked)  # those are there


INSTRUMENTING = """
import importlib.machinery, os, sys
seen = []
class Loader(importlib.machinery.SourceFileLoader):
    def source_to_code(self, data, path, **options):
        return super().source_to_code(data.replace(b"REPLACED", b"'instrumented'"), path, **options)
class Finder:
    def find_spec(self, name, path=None, target=None):
        seen.append(name)
        if name.rpartition(".")[2] in ("instrumented", "beside"):
            spec = importlib.machinery.PathFinder.find_spec(name, path, target)
            if spec is not None:
                spec.loader = Loader(name, spec.loader.path)
            return spec
sys.meta_path.insert(0, Finder())
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "vendored"))
from own import instrumented, plain
import beside
found = instrumented.said, instrumented.words.said, plain.said, beside.said, beside.words.said
"""


@pytest.mark.parametrize("kind", ["folder", "wheel", "private"])
def test_a_finder_that_a_plugin_has_put_first_loads_the_modules_of_the_plugin(
    kind: str, make_plugin: PluginMaker
) -> None:
    files = {
        "own/__init__.py": "",
        "own/words.py": "said = 'words'",
        "own/plain.py": "said = 'plain'",
        "own/instrumented.py": "import own.words as words\nsaid = REPLACED",
        "own/vendored/beside.py": "from own import words\nsaid = REPLACED",
    }
    with hotplug.open(artifact(kind, INSTRUMENTING, make_plugin, files)) as plugin:
        assert plugin.lookup("own.case:found") == ("instrumented", "words", "plain", "instrumented", "words")
        seen: Any = plugin.lookup("own.case:seen")
        assert "own.instrumented" in seen
        assert not any("own__hp" in name for name in seen)
    assert not any("__hp" in name or name == "beside" for name in sys.modules)


SIX = """
import importlib.machinery, sys, types
class Importer:
    def __init__(self, name):
        self.name = name
        self.known = {}
    def add(self, module, name): self.known[self.name + "." + name] = module
    def find_spec(self, fullname, path, target=None):
        if fullname in self.known:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=fullname.endswith("moves"))
        return None
    def create_module(self, spec):
        try: return sys.modules[spec.name]
        except KeyError: pass
        module = self.known[spec.name]
        if isinstance(module, str): module = __import__(module)
        sys.modules[spec.name] = module
        return module
    def exec_module(self, module): pass
importer = Importer(__name__)
moves = types.ModuleType(__name__ + ".moves")
moves.__path__ = []
moves.range = range
importer.add(moves, "moves")
importer.add("queue", "moves.queue")
__path__ = []
sys.meta_path.append(importer)
"""


OLD_SIX = (
    SIX[: SIX.index("    def find_spec")]
    + """
    def find_module(self, fullname, path=None):
        return self if fullname in self.known else None
    def load_module(self, fullname):
        try: return sys.modules[fullname]
        except KeyError: pass
        module = self.known[fullname]
        if isinstance(module, str): module = __import__(module)
        else: module.__loader__ = self
        sys.modules[fullname] = module
        return module
"""
    + SIX[SIX.index("importer = ") :]
)
"""As it was before Python had ``find_spec``; Python 3.12 does not ask such a finder any more."""


@pytest.mark.filterwarnings("ignore::ImportWarning")
@pytest.mark.parametrize("six", [SIX, OLD_SIX] if sys.version_info < (3, 12) else [SIX])
def test_a_finder_that_is_keyed_by_the_name_of_its_module_finds(six: str, make_plugin: PluginMaker) -> None:
    import queue

    spec = queue.__spec__
    uses = "from own.six.moves import range as found\nimport own.six.moves.queue as queue"
    files = {"own/__init__.py": "", "own/six.py": six, "own/uses.py": uses}
    with hotplug.open(make_plugin.wheel("own", files)) as plugin:
        assert plugin.lookup("own.uses:found") is range
        assert plugin.lookup("own.uses:queue") is queue
        assert queue.__spec__ is spec
    assert not any("six" in name for name in sys.modules if "__hp" in name)
