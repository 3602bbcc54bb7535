"""What plugins define and what the standard library makes of it: classes that are found by where they are defined.

Every case runs where it is installed and imported under its real names, too: there the answer is Python's own.
"""

from __future__ import annotations

import copy
import inspect
import pickle
import sys
import textwrap
import typing
from typing import Any

import pytest

import hotplug
from hotplug.testing import PluginMaker

FILES: dict[str, str | bytes] = {
    "own/__init__.py": "",
    "own/things.py": """
        from __future__ import annotations
        import dataclasses, enum, typing
        from collections import namedtuple
        @dataclasses.dataclass(order=True)
        class Item:
            name: str
            more: list[Item] = dataclasses.field(default_factory=list)
            none: typing.Optional[Item] = None
            kind: dataclasses.KW_ONLY = None
            count: int = 1
            shared: typing.ClassVar[int] = 3
        @dataclasses.dataclass(slots=True, frozen=True)
        class Slim:
            item: Item
        class Colour(enum.Enum):
            RED = 1
        Made = enum.Enum("Made", "ONE TWO", module=__name__)
        Pair = namedtuple("Pair", "left right", module=__name__)
        Elsewhere = namedtuple("Elsewhere", "x")
        Elsewhere.__module__ = __name__
        class Row(typing.NamedTuple):
            item: Item
        class Options(typing.TypedDict):
            item: Item
        class Plain:
            class Inner:
                pass
            def method(self):
                return self
        def function(item: Item) -> typing.Sequence[Colour]: ...
        instance = Plain()
    """,
    "own/more.py": "from own.things import Item\nclass Derived(Item): pass",
}
CASES = {
    "get_type_hints": (
        "hints = typing.get_type_hints(things.function)\nreturn hints['item'] is things.Item",
        True,
    ),
    "get_type_hints of a class": (
        "return typing.get_type_hints(things.Item)['more'] == list[things.Item]",
        True,
    ),
    "get_type_hints of an inherited class": (
        """
        from own.more import Derived
        return typing.get_type_hints(Derived)['none'] == typing.Optional[things.Item]
        """,
        True,
    ),
    "get_type_hints of a named tuple": (
        (
            "return [typing.get_type_hints(each)['item'] for each in (things.Row, things.Options, things.Slim)]"
            " == [things.Item] * 3"
        ),
        True,
    ),
    "fields": (
        "return [(each.name, each.kw_only) for each in dataclasses.fields(things.Item)]",
        [("name", False), ("more", False), ("none", False), ("count", True)],
    ),
    "replace": ("return dataclasses.replace(things.Item('a'), name='b') == things.Item('b')", True),
    "singledispatch by annotation": (
        """
        import functools
        @functools.singledispatch
        def told(value): return "object"
        @told.register
        def _(value: things.Item): return "item"
        return told(things.Item("a"))
        """,
        "item",
    ),
    "copies": (
        (
            "first = things.Item('a', [things.Item('b')])\nsecond = copy.deepcopy(first)\n"
            "return second == first, second is first, copy.copy(things.Colour.RED) is things.Colour.RED"
        ),
        (True, False, True),
    ),
    "pickles of all kinds": (
        """
        values = [
            things.Item("a", [things.Item("b")]), things.Colour.RED, things.Made.TWO, things.Pair(1, 2),
            things.Elsewhere(1), things.Row(things.Item("c")), things.Slim(things.Item("d")),
        ]
        return [pickle.loads(pickle.dumps(values, version)) == values for version in range(6)]
        """,
        [True] * 6,
    ),
    "pickles of classes and functions": (
        """
        values = [things.Item, things.Made, things.function, things.Plain.Inner, things.Plain.method]
        return pickle.loads(pickle.dumps(values)) == values
        """,
        True,
    ),
    "pickles that hold real names": (
        "return pickle.loads(b'cown.things\\nItem\\n(Va\\ntR.') == things.Item('a')",
        True,
    ),
    "pickles that hold the real name of a module that was not imported": (
        "return pickle.loads(b'cown.more\\nDerived\\n.').__mro__[1] is things.Item",
        True,
    ),
    "pickles in files": (
        "return pickle.load(io.BytesIO(b'cown.things\\nPair\\n(I1\\nI2\\ntR.')) == things.Pair(1, 2)",
        True,
    ),
    "a reader of pickles of its own": (
        """
        class Strict(pickle.Unpickler):
            def find_class(self, module, name):
                if (module, name) != ("own.things", "Pair"): raise ValueError(module)
                return super().find_class(module, name)
        return Strict(io.BytesIO(b"cown.things\\nPair\\n(I1\\nI2\\ntR.")).load() == things.Pair(1, 2)
        """,
        True,
    ),
    "functions of pickle that are held": (
        "from pickle import dumps, loads\nreturn loads(dumps(things.Colour.RED)) is things.Colour.RED",
        True,
    ),
    "getmodule": ("return inspect.getmodule(things.Item) is inspect.getmodule(things.function) is things", True),
    "getsource": ("return inspect.getsource(things.Plain.Inner)", "    class Inner:\n        pass\n"),
    "getsource of what was rewritten": (
        "return inspect.getsource(run).splitlines()[1]",
        "    from own import things",
    ),
    "where it was defined": (
        "return things.Item.__module__, things.function.__module__, things.Made.__module__, run.__module__",
        ("own.things", "own.things", "own.things", "own.case"),
    ),
    "an own enumeration": (
        (
            "Named = enum.Enum('Named', 'A', module=__name__)\nglobals()['Named'] = Named\n"
            "return pickle.loads(pickle.dumps(Named.A)) is Named.A"
        ),
        True,
    ),
    "an own enumeration without a module": (
        (
            "Bare = enum.Flag('Bare', 'A B')\nglobals()['Bare'] = Bare\n"
            "return pickle.loads(pickle.dumps(Bare.A | Bare.B)) == Bare.A | Bare.B"
        ),
        True,
    ),
    "make_dataclass": (
        (
            "Made = dataclasses.make_dataclass('Made', ['x'], namespace={'__module__': __name__})\n"
            "globals()['Made'] = Made\nreturn pickle.loads(pickle.dumps(Made(1))) == Made(1)"
        ),
        True,
    ),
    "type with a module": (
        (
            "Typed = type('Typed', (), {'__module__': 'own.case'})\nglobals()['Typed'] = Typed\n"
            "return pickle.loads(pickle.dumps(Typed)) is Typed, Typed.__module__"
        ),
        (True, "own.case"),
    ),
    "types.new_class": (
        (
            "import types\nNew = types.new_class('New', (), {}, lambda space: space.update(__module__=__name__))\n"
            "globals()['New'] = New\nreturn pickle.loads(pickle.dumps(New)) is New"
        ),
        True,
    ),
    "doctest": (
        """
        import doctest
        def added(): ...
        added.__doc__ = ">>> from own.things import Colour\\n>>> Colour.RED.value\\n1\\n"
        finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
        (test,) = finder.find(added, globs={**globals()})
        return tuple(runner.run(test))
        """,
        (0, 2),
    ),
}
IMPORTS = "    import copy, dataclasses, enum, inspect, io, pickle, typing\n"


@pytest.mark.parametrize("kind", ["installed", "folder", "wheel", "private"])
@pytest.mark.parametrize("case", CASES)
def test_what_a_plugin_defines_is_found_as_if_it_were_installed(
    case: str, kind: str, make_plugin: PluginMaker
) -> None:
    body = textwrap.indent(textwrap.dedent(CASES[case][0]).strip(), "    ")
    with hotplug.open(
        artifact(kind, f"def run():\n    from own import things\n{IMPORTS}{body}\n", make_plugin)
    ) as plugin:
        assert plugin.lookup("own.case:run", Any)() == CASES[case][1]


def artifact(kind: str, source: str, make_plugin: PluginMaker) -> Any:
    contents = {**FILES, "own/case.py": source}
    if kind == "folder":
        return make_plugin.folder("root", contents)
    if kind == "wheel":
        return make_plugin.wheel("own", contents)
    make_plugin.installed("own", contents)
    return hotplug.installed("own", private=kind == "private")


def test_the_host_works_with_what_a_plugin_defines(make_plugin: PluginMaker) -> None:
    with hotplug.open(artifact("folder", "", make_plugin)) as plugin:
        things: Any = plugin.lookup("own.things:")
        item: Any = things.Item("a", [things.Item("b")])
        assert copy.deepcopy(item) == item
        assert pickle.loads(pickle.dumps(item)) == item  # noqa: S301
        assert pickle.loads(pickle.dumps(things.Made.ONE)) is things.Made.ONE  # noqa: S301
        assert typing.get_type_hints(things.function)["item"] is things.Item
        found: Any = inspect.getmodule(things.Item)
        assert found is things
        assert inspect.getsource(things.Plain.Inner) == "    class Inner:\n        pass\n"
        # the interpreter finds what is defined by names that only this process has
        assert sys.modules[things.Item.__module__] is things
        assert things.Item.__module__ != "own.things"
        with pytest.raises(ModuleNotFoundError, match="No module named 'own'"):
            pickle.loads(b"cown.things\nItem\n.")  # noqa: S301


def test_a_pickle_of_an_earlier_process_is_read(make_plugin: PluginMaker) -> None:
    source = (
        "import pickle\nfrom own import things\ndef read(data): return pickle.loads(data)\nwrite = pickle.dumps"
    )
    path = artifact("folder", source, make_plugin)
    with hotplug.open(path) as plugin:
        write: Any = plugin.lookup("own.case:write")
        item = plugin.lookup("own.things:Item")
        data: bytes = write(item)
        del item
    assert b"own__hp" in data
    with hotplug.open(path) as plugin:
        read: Any = plugin.lookup("own.case:read")
        assert read(data) is plugin.lookup("own.things:Item")
        other = data.replace(b"own__hp", b"oxn__hp")
        with pytest.raises(ModuleNotFoundError, match="No module named 'oxn"):
            read(other)


def test_the_hosts_pickle_is_left_as_it_is(make_plugin: PluginMaker) -> None:
    former = pickle.loads
    with hotplug.open(artifact("folder", "import pickle\ndef load(): return pickle", make_plugin)) as plugin:
        load: Any = plugin.lookup("own.case:load")
        theirs = load()
        assert theirs is not pickle
        assert (theirs.__name__, theirs.PickleError) == ("pickle", pickle.PickleError)
        assert pickle.loads is sys.modules["pickle"].loads is former
