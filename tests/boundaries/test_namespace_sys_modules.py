"""``sys.modules`` as a plugin sees and changes it, and what the host sees of that."""

from __future__ import annotations

import json
import sys
import textwrap
import types
from typing import Any

import pytest

import hotplug
from hotplug.testing import PluginMaker

FILES: dict[str, str | bytes] = {"own/__init__.py": "", "own/words.py": "said = 'words'"}
MODULES = {
    "an item": ("import own.words\nreturn sys.modules['own.words'] is own.words", True),
    "itself": ("return sys.modules[__name__].run is run", True),
    "its package": ("return sys.modules[__package__] is sys.modules['own']", True),
    "get": ("import own.words\nreturn sys.modules.get('own.words').said", "words"),
    "get of nothing": ("return sys.modules.get('own.missing', 3), sys.modules.get('own.missing')", (3, None)),
    "in": (
        "return 'own' in sys.modules, 'own.missing' in sys.modules, 'own' not in sys.modules",
        (True, False, False),
    ),
    "a KeyError": (
        "try: sys.modules['own.missing']\nexcept KeyError as error: return error.args",
        ("own.missing",),
    ),
    "the host's": ("import json\nreturn sys.modules['json'] is json", True),
    "from sys import": ("from sys import modules\nimport own.words\nreturn modules['own.words'].said", "words"),
    "from sys import as": ("from sys import modules as all\nreturn all[__name__].run is run", True),
    "import sys as": ("import sys as s\nreturn s.modules[__name__].run is run", True),
    "held": ("m = sys\nmodules = m.modules\nreturn modules[__name__].run is run", True),
    "iteration": (
        "import own.words\nreturn sorted(each for each in sys.modules if each.startswith('own'))[:3]",
        ["own", "own.case", "own.words"],
    ),
    "items": (
        "return [name for name, module in list(sys.modules.items()) if getattr(module, 'run', None) is run]",
        ["own.case"],
    ),
    "copies": ("return dict(sys.modules)['own'] is sys.modules.copy()['own'] is (sys.modules | {})['own']", True),
    "copied": ("import copy\nreturn copy.copy(sys.modules)['own'] is ({} | sys.modules)['own']", True),
    "as a dict": (
        """
        class Std:
            def __init__(self): self.__dict__ = sys.modules
            def __getattr__(self, name): return __import__(name)
        std = Std()
        return isinstance(sys.modules, dict), std.own is sys.modules["own"], std.json is sys.modules["json"]
        """,
        (True, True, True),
    ),
    "kept as it is": (
        """
        import own.words
        first = sys.modules
        first |= {"own.words": own.words}
        names = list(reversed(first))
        return first is sys.modules, len(first) == len(names), "own.words" in names, first == dict(first)
        """,
        (True, True, True, True),
    ),
    "length": ("return len(sys.modules) == len(list(sys.modules))", True),
    "an own one is put there": (
        """
        import types
        sys.modules["own.made"] = types.ModuleType("own.made")
        sys.modules["own.made"].said = "made"
        import own.made
        from own.made import said
        return said
        """,
        "made",
    ),
    "an own one is replaced": (
        """
        import types, own.words
        better = types.ModuleType("own.words")
        better.said = "better"
        sys.modules["own.words"] = better
        from own.words import said
        return said
        """,
        "better",
    ),
    "an own one is taken out": (
        (
            "import own.words as first\ndel sys.modules['own.words']\nimport importlib\n"
            "second = importlib.import_module('own.words')\nreturn second is first, second.said"
        ),
        (False, "words"),
    ),
    "pop": (
        """
        import own.words
        found = sys.modules.pop('own.words').said
        return found, sys.modules.pop('own.words', 0)
        """,
        ("words", 0),
    ),
    "del of nothing": (
        "try:\n    del sys.modules['own.missing']\nexcept KeyError as error: return error.args",
        ("own.missing",),
    ),
    "setdefault": (
        "import own.words\nreturn sys.modules.setdefault('own.words', None) is own.words",
        True,
    ),
    "patch.dict": (
        """
        from unittest import mock
        import types, own.words
        with mock.patch.dict(sys.modules, {"own.words": types.SimpleNamespace(said="mocked")}):
            from own.words import said
        from own.words import said as after
        return said, after
        """,
        ("mocked", "words"),
    ),
    "patch.dict of the host's": (
        """
        from unittest import mock
        import json as first
        with mock.patch.dict("sys.modules", {"json": mock.Mock(dumps=lambda value: "mocked")}):
            pass
        with mock.patch.dict(sys.modules, {"json": mock.Mock(dumps=lambda value: "mocked")}):
            import json
            mocked = json.dumps(1)
        import json, json.decoder
        return mocked, json is first, json.decoder.JSONDecoder is first.JSONDecoder
        """,
        ("mocked", True, True),
    ),
    "the host's is put there and taken out": (
        """
        import types, json as first
        sys.modules["json"] = types.SimpleNamespace(said="mine")
        from json import said
        sys.modules["json"] = first
        import json, json.tool
        return said, json is first, json.tool.__spec__.name
        """,
        ("mine", True, "json.tool"),
    ),
    "the host's is covered and uncovered": (
        """
        import types, json as first
        sys.modules["json"] = types.SimpleNamespace(said="mine")
        from json import said
        del sys.modules["json"]
        sys.modules.setdefault("json", first)
        import json, importlib
        return said, json is first, importlib.import_module("json.tool").__spec__.name
        """,
        ("mine", True, "json.tool"),
    ),
}


@pytest.mark.parametrize("kind", ["installed", "folder", "wheel", "private"])
@pytest.mark.parametrize("case", MODULES)
def test_a_plugin_sees_sys_modules_as_if_it_were_installed(case: str, kind: str, make_plugin: PluginMaker) -> None:
    with hotplug.open(artifact(kind, MODULES[case][0], make_plugin)) as plugin:
        assert plugin.lookup("own.case:run", Any)() == MODULES[case][1]


def artifact(kind: str, body: str, make_plugin: PluginMaker) -> Any:
    function = f"import sys\ndef run():\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n"
    contents = {**FILES, "own/case.py": function}
    if kind == "folder":
        return make_plugin.folder("root", contents)
    if kind == "wheel":
        return make_plugin.wheel("own", contents)
    make_plugin.installed("own", contents)
    return hotplug.installed("own", private=kind == "private")


def test_what_a_plugin_calls_a_module_of_its_own_making_is_its_own(make_plugin: PluginMaker) -> None:
    source = """
    import json, sys, types
    for name in ("foreign", "json.foreign"):
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].said = name
    import foreign
    from foreign import said
    import json.foreign
    from json.foreign import said as below
    import importlib
    again = importlib.import_module("json.foreign").said, importlib.import_module("foreign").said
    inside = "foreign" in sys.modules and "json.foreign" in list(sys.modules)
    def drop():
        del sys.modules["json.foreign"]
        return "json.foreign" in sys.modules
    def covers():
        sys.modules["json"] = types.ModuleType("json")
        import json as covered
        del sys.modules["json"]
        import json, json.tool
        return covered is json, json, json.tool.__spec__.name
    """
    with hotplug.open(make_plugin.module("makes.py", source)) as plugin:
        found = tuple(plugin.lookup(f"makes:{name}") for name in ("said", "below", "again", "inside"))
        assert found == ("foreign", "json.foreign", ("json.foreign", "foreign"), True)
        assert "foreign" not in sys.modules
        assert "json.foreign" not in sys.modules
        assert not hasattr(json, "foreign")
        drop: Any = plugin.lookup("drop")
        assert drop() is False
        covers: Any = plugin.lookup("covers")
        assert covers() == (False, json, "json.tool")


def test_what_a_plugin_takes_of_the_hosts_is_taken(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = types.ModuleType("of_the_host")
    monkeypatch.setitem(sys.modules, "of_the_host", module)
    source = """
    import sys
    def take(): return sys.modules.pop("of_the_host")
    def put(it): sys.modules["of_the_host"] = it
    """
    with hotplug.open(make_plugin.module("takes.py", source)) as plugin:
        take: Any = plugin.lookup("take")
        put: Any = plugin.lookup("put")
        put(module)  # as it is: the host's stays the host's
        assert sys.modules["of_the_host"] is module
        assert take() is module
        assert "of_the_host" not in sys.modules


def test_other_objects_with_such_attributes_answer_as_ever(make_plugin: PluginMaker) -> None:
    source = """
    import os.path as path
    class Sys:
        modules = {"own": 1}
        path = ["a"]
        meta_path = []
        import_module = find_spec = get_data = staticmethod(str.upper)
    sys = Sys()
    sys.path += ["b"]
    sys.meta_path = [1]
    found = sys.modules["own"], sys.path, sys.meta_path, sys.import_module("x"), sys.get_data("y")
    class Missing: pass
    try: Missing().modules
    except AttributeError as error: said = str(error)
    """
    with hotplug.open(make_plugin.module("own.py", source)) as plugin:
        assert plugin.lookup("found") == (1, ["a", "b"], [1], "X", "Y")
        assert plugin.lookup("said") == "'Missing' object has no attribute 'modules'"
