"""Names of modules: what a plugin reads is real, what the interpreter sees is private, and both are accepted.

Every case runs where it is installed and imported under its real names, too: there the answer is Python's own.
"""

from __future__ import annotations

import logging
import pickle
import sys
import textwrap
from typing import Any

import pytest

import hotplug
from hotplug.testing import PluginMaker

FILES: dict[str, str | bytes] = {
    "own/__init__.py": "name = __name__\npackage = __package__\nclass Thing: pass\ndef function(): pass",
    "own/sub/__init__.py": "",
    "own/sub/deep.py": "class Deep: pass",
}
READ = {
    "__name__": ("return __name__", "own.case"),
    "__package__": ("return __package__", "own"),
    "in a package": ("return own.name, own.package", ("own", "own")),
    "in an f-string": ("return f'{__name__}:{Local.__module__}.{Local.__qualname__}'", "own.case:own.case.Local"),
    "in a class body": ("class Here:\n    where = __name__, __module__\nreturn Here.where", ("own.case",) * 2),
    "in a comprehension": ("return [__name__ for _ in range(2)]", ["own.case"] * 2),
    "as a default": ("def f(name=__name__): return name\nreturn f()", "own.case"),
    "of a class": ("return own.Thing.__module__, own.sub.deep.Deep.__module__", ("own", "own.sub.deep")),
    "of a function": ("return run.__module__, own.function.__module__", ("own.case", "own")),
    "of an instance": ("return own.Thing().__module__", "own"),
    "of a module": (
        "module = own.sub.deep\nreturn module.__name__, module.__package__",
        ("own.sub.deep", "own.sub"),
    ),
    "of what is called like a module": (
        "mod = pkg = own_module = own.sub\nreturn mod.__name__, pkg.__name__, own_module.__name__",
        ("own.sub",) * 3,
    ),
    "getattr": ("return getattr(own.Thing, '__module__'), getattr(own, '__name__', None)", ("own", "own")),
    "vars": ("return vars(own.Thing)['__module__'], vars(own)['__name__']", ("own", "own")),
    "globals": ("return globals()['__name__'], globals().get('__name__')", ("own.case",) * 2),
    "pop of a namespace": ("return dict(vars(own.Thing)).pop('__module__')", "own"),
    "of the host's": (
        "import json\nreturn json.JSONDecoder.__module__, getattr(json, '__name__')",
        ("json.decoder", "json"),
    ),
    "of a function that has no module": ("def f(): pass\ndel f.__module__\nreturn f.__module__", None),
    "what only looks alike": ("class X: __module__ = 'own__hp'\nreturn X.__module__", "own__hp"),
    "what is no string": ("class X: __module__ = 3\nreturn X.__module__, getattr(X, '__module__')", (3, 3)),
}
COMPARED = {
    "== of its name": (
        "return __name__ == 'own.case', 'own.case' == __name__, __name__ != 'own.case'",
        (True, True, False),
    ),
    "== of another": (
        "return __name__ == 'own', __name__ == '__main__', __name__ != '__main__'",
        (False, False, True),
    ),
    "== of a class": (
        "return own.Thing.__module__ == 'own', Deep.__module__ == own.Thing.__module__",
        (True, False),
    ),
    "== of private and real": (
        """
        import sys
        key = type(run).__getattribute__(run, '__mod' + 'ule__')
        return key == 'own.case', __name__ == key
        """,
        (True, True),
    ),
    "in": (
        """
        n = __name__
        return __name__ in ('own.case', 'x'), __name__ in {'own': 1}, __name__ not in ['own.case'], 'own' in n
        """,
        (True, False, False, True),
    ),
    "in a set of what is defined": (
        "seen = {each.__module__ for each in (own.Thing, Deep)}\nreturn 'own' in seen, Deep.__module__ in seen",
        (True, True),
    ),
    "startswith": (
        """
        where = Deep.__module__
        return __name__.startswith('own.'), where.startswith('own.sub'), where.startswith(('a', 'own'))
        """,
        (True, True, True),
    ),
    "startswith of its own": ("name = 'own.sub.deep'\nreturn name.startswith(own.Thing.__module__ + '.')", True),
    "startswith from": ("return __name__.startswith('case', 4), __name__.startswith('own', 1)", (True, False)),
    "split": ("return __name__.split('.'), __name__.rpartition('.')[0]", (["own", "case"], "own")),
    "a table": (
        "table = {'own': 1, 'own.sub.deep': 2}\nreturn table[own.Thing.__module__], table[Deep.__module__]",
        (1, 2),
    ),
    "a table filled by the module": (
        """
        module = own.sub
        table = {}
        table[module.__name__] = 3
        return table[module.__name__], table.get('own.sub')
        """,
        (3, 3),
    ),
    "get": (
        "table = {'own': 1}\nreturn table.get(own.Thing.__module__), table.get(__name__, 5), table.get(__name__)",
        (1, 5, None),
    ),
    "a KeyError": ("try: {}[__name__]\nexcept KeyError as error: return error.args", ("own.case",)),
    "a list by number": ("name = 1\nreturn ['a', 'b'][name]", "b"),
    "other values": (
        """
        import math
        nan = float('nan')
        class Odd:
            __module__ = nan
        return Odd.__module__ == nan, nan in [nan]
        """,
        (False, True),
    ),
    "chained": ("return 'own' < __name__ == 'own.case'", True),
    "match": ("match __name__:\n    case 'own.case': return 'matched'", "matched"),
    "replace": ("return __name__.replace('own', 'other')", "other.case"),
    "text that looks alike": (
        "return 'own__hp1_.x' == 'own.x', 'own__hp1_'.startswith('own'), {'own__hp1_': 1}.get('own', 2)",
        (False, True, 2),
    ),
}
WRITTEN = {
    "an attribute": "class Made: pass\nMade.__module__ = __name__",
    "setattr": "class Made: pass\nsetattr(Made, '__module__', __name__)",
    "a class body": "class Made:\n    __module__ = __name__",
    "a class body by its name": "class Made:\n    __module__ = 'own.case'",
    "type": "Made = type('Made', (), {'__module__': __name__})",
    "a namespace": "space = {}\nspace['__module__'] = __name__\nMade = type('Made', (), space)",
    "update": "space = {}\nspace.update(__module__=__name__)\nMade = type('Made', (), space)",
    "a keyword": "from collections import namedtuple\nMade = namedtuple('Made', 'x', module=__name__)",
    "several targets": "class Made: pass\nMade.__module__ = other = __name__",
    "of another": "class Made: pass\nMade.__module__ = run.__module__",
    "wraps": "import functools\n@functools.wraps(run)\ndef Made(): pass",
}


@pytest.mark.parametrize("kind", ["installed", "folder"])
@pytest.mark.parametrize("case", [*READ, *COMPARED])
def test_a_plugin_reads_and_compares_names_as_if_it_were_installed(
    case: str, kind: str, make_plugin: PluginMaker
) -> None:
    body, expected = {**READ, **COMPARED}[case]
    with hotplug.open(artifact(kind, body, make_plugin)) as plugin:
        assert plugin.lookup("own.case:run", Any)() == expected


@pytest.mark.parametrize("kind", ["installed", "folder"])
@pytest.mark.parametrize("case", WRITTEN)
def test_what_a_plugin_names_its_module_is_found_by_the_interpreter(
    case: str, kind: str, make_plugin: PluginMaker
) -> None:
    body = f"{WRITTEN[case]}\nreturn Made, Made.__module__"
    with hotplug.open(artifact(kind, body, make_plugin)) as plugin:
        run: Any = plugin.lookup("own.case:run")
        made, name = run()
        assert name == "own.case"
        assert sys.modules[made.__module__] is plugin.lookup("own.case:")
        vars(plugin.lookup("own.case:"))["Made"] = made
        made.__qualname__ = "Made"
        assert pickle.loads(pickle.dumps(made)) is made  # noqa: S301


def artifact(kind: str, body: str, make_plugin: PluginMaker) -> Any:
    head = "import own, own.sub.deep\nfrom own.sub.deep import Deep\nclass Local: pass\n"
    source = f"{head}def run():\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n"
    contents = {**FILES, "own/case.py": source}
    if kind == "folder":
        return make_plugin.folder("root", contents)
    make_plugin.installed("own", contents)
    return hotplug.installed("own")


def test_what_the_interpreter_sees_is_private(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("root", {**FILES, "own/case.py": "from own import Thing\nname = __name__"})
    with hotplug.open(path) as plugin:
        module: Any = plugin.lookup("own.case:")
        assert module.name == "own.case"
        (key,) = [key for key, each in sys.modules.items() if each is module]
        assert key == module.__name__ == module.__spec__.name
        assert key.partition("__hp")[0] == "own"
        assert module.__package__ == module.Thing.__module__ == key.removesuffix(".case")


def test_a_name_of_no_module_is_written_as_it_is(make_plugin: PluginMaker) -> None:
    source = """
    class Made: pass
    Made.__module__ = "own.nowhere"
    class Host: pass
    Host.__module__ = "json"
    class Odd: pass
    Odd.__module__ = None
    """
    with hotplug.open(make_plugin.module("own.py", source)) as plugin:
        names = [plugin.lookup(f"own:{name}").__module__ for name in ("Made", "Host", "Odd")]
        assert names == ["own.nowhere", "json", None]


def test_a_test_of_its_own_looks_at_its_own_logger(make_plugin: PluginMaker) -> None:
    source = """
    import logging, unittest
    class Case(unittest.TestCase):
        def runTest(self):
            with self.assertLogs(__name__) as logs:
                logging.getLogger(__name__).info("hello")
            with self.assertNoLogs(logger=__name__):
                logging.getLogger("of.host").info("hello")
            self.said = [each.getMessage() for each in logs.records]
    case = Case()
    result = case.run()
    """
    with hotplug.open(make_plugin.module("own.py", source)) as plugin:
        result: Any = plugin.lookup("own:result")
        assert (result.failures, result.errors, plugin.lookup("own:case.said")) == ([], [], ["hello"])


@pytest.mark.parametrize("how", ["logging.getLogger(__name__)", "root.getChild(__name__)", "get_logger(__name__)"])
def test_loggers_are_the_plugins_own(how: str, make_plugin: PluginMaker) -> None:
    source = f"import logging\nroot = logging.getLogger()\nget_logger = logging.getLogger\nlog = {how}"
    paths = [make_plugin.module(f"{folder}/own.py", source) for folder in ("one", "two")]
    theirs = logging.getLogger("own")
    with hotplug.open(paths[0]) as one, hotplug.open(paths[1]) as two:
        loggers: list[Any] = [one.lookup("own:log"), two.lookup("own:log"), theirs]
        assert len({id(each) for each in loggers}) == 3
        assert [each.name.partition("__hp")[0] for each in loggers] == ["own"] * 3
        del loggers
    assert logging.root.manager.loggerDict.pop("own") is theirs
    assert not any("__hp" in name for name in logging.root.manager.loggerDict)


def test_an_object_that_answers_oddly_is_asked_as_in_python(make_plugin: PluginMaker) -> None:
    source = """
    class Odd:
        def __eq__(self, other): return "equal"
        __hash__ = None
        def __contains__(self, value): return value == "own"
        def __getitem__(self, key): return ("item", key)
        def get(self, *given): return ("got", *given)
        def startswith(self, *given): return ("starts", *given)
        __module__ = "x"
    odd = Odd()
    found = odd == __name__, __name__ in odd, odd[__name__], odd.get(__name__), odd.startswith(__name__)
    class Sub(str): pass
    odd.__module__ = sub = Sub("own")
    kept = odd.__module__ is sub
    class Raises:
        def __eq__(self, other): raise ZeroDivisionError
    try: Raises() == __name__
    except ZeroDivisionError: raised = True
    """
    with hotplug.open(make_plugin.module("own.py", source)) as plugin:
        name = "own"
        found = ("equal", True, ("item", name), ("got", name), ("starts", name))
        assert plugin.lookup("found") == found
        assert plugin.lookup("kept") is plugin.lookup("raised") is True
