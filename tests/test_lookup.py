"""What a symbol is, what is exported, and what an author reads who got it wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pytest

import hotplug
from greeter import Greeter
from hotplug.testing import PluginMaker


def test_all_says_what_is_exported(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("some.py", "__all__ = ['_odd', 'a']\n_odd = 1\na = 2\nb = 3")
    with hotplug.open(path) as plugin:
        assert plugin.symbols() == ("_odd", "a")
        assert plugin.lookup("_odd") == 1
        with pytest.raises(hotplug.SymbolNotFound, match="some: exports no 'b'"):
            plugin.lookup("b")


def test_a_module_may_gain_names_while_they_are_listed(make_plugin: PluginMaker) -> None:
    source = """
    def gains(cls):  # as an import in another thread would let it
        globals()["late"] = 1
        return __name__

    class Meta(type):
        __module__ = property(gains)

    class Own(metaclass=Meta): pass

    after = 2
    """
    with hotplug.open(make_plugin.module("some.py", source)) as plugin:
        assert plugin.symbols() == ("gains", "after")
        assert plugin.symbols() == ("gains", "after", "late")


def test_without_all_a_plugin_exports_what_is_its_own(make_plugin: PluginMaker) -> None:
    files = {
        "__init__.py": (
            "import json\nfrom os.path import join\nfrom collections import OrderedDict\n"
            "from .words import Word, speak\nfrom math import pi, floor\n"
            "_private = 1\nvariable = OrderedDict()\nclass Own: pass\n"
        ),
        "words.py": "class Word: pass\ndef speak(): ...",
    }
    with hotplug.open(make_plugin.folder("own", files)) as plugin:
        assert set(plugin.symbols()) == {"Word", "speak", "pi", "variable", "Own"}


def test_a_path_of_attributes_is_followed(make_plugin: PluginMaker) -> None:
    with hotplug.open(make_plugin.module("deep.py", "class A:\n    class B:\n        c = 3")) as plugin:
        assert plugin.lookup("A.B.c") == plugin.lookup("deep:A.B.c") == 3
        with pytest.raises(hotplug.SymbolNotFound, match=r"deep:A\.B has no 'd'"):
            plugin.lookup("A.B.d")


@pytest.mark.parametrize(
    ("symbol", "said"),
    [
        ("greeter", "exports no 'greeter', did you mean 'Greeter'?"),
        ("Greetr", "exports no 'Greetr', did you mean 'Greeter'?"),
        ("xyz", "exports no 'xyz'; it exports Greeter, shout"),
        ("_hidden", "exports no '_hidden'"),
        ("join", "exports no 'join': wrong only imports it from posixpath"),
        ("", "'' is not the name of a symbol"),
        ("od..s:thing", "'od..s:thing' is not the name of a symbol"),
        ("wrong:nothing", "wrong has no 'nothing'"),
        ("other:thing", "has no module 'other' of its own; its top-level names are wrong"),
        ("wrong.sub:thing", "has no module 'wrong.sub'"),
        (":thing", "':thing' is not the name of a symbol"),
    ],
)
def test_a_symbol_that_is_not_there_is_answered_with_what_is(
    symbol: str, said: str, make_plugin: PluginMaker
) -> None:
    source = "from os.path import join\nGreeter = 1\ndef shout(): ...\n_hidden = 2"
    with hotplug.open(make_plugin.module("wrong.py", source)) as plugin, pytest.raises(LookupError) as caught:
        plugin.lookup(symbol)
    assert isinstance(caught.value, hotplug.SymbolNotFound)
    assert str(caught.value).startswith(f"wrong: {said}")


def test_a_plugin_without_a_root_asks_for_the_module(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("many", {"one.py": make_plugin.tripwire("one"), "two.py": "value = 2"})
    with hotplug.open(path) as plugin:
        assert plugin.symbols() == ()
        with pytest.raises(
            hotplug.SymbolNotFound, match="one, two\n.*look it up with its module, for example one:value"
        ):
            plugin.lookup("value")
        assert plugin.lookup("two:value") == 2
    assert not make_plugin.ran("one")


def test_of_several_modules_the_one_named_like_the_distribution_is_the_root(make_plugin: PluginMaker) -> None:
    path = make_plugin.wheel("My-Plugin", {"my_plugin.py": "value = 1", "other.py": "", "_private.py": ""})
    with hotplug.open(path) as plugin:
        assert plugin.lookup("value") == 1


def test_a_module_that_fails_at_its_lookup_is_an_activation_error(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("late", {"__init__.py": "", "bad.py": "import nowhere_at_all"})
    with hotplug.open(path) as plugin:
        for _ in range(2):
            with pytest.raises(
                hotplug.ActivationError, match=r"ModuleNotFoundError: No module named 'nowhere_at_all'"
            ):
                plugin.lookup("late.bad:thing")


def test_a_value_that_satisfies_the_contract_is_the_plugins_own(make_plugin: PluginMaker) -> None:
    source = """
    class French:
        def greet(self) -> str: return "Bonjour"
    Greeter = French()
    def count(word: str) -> int: return 1
    """
    with hotplug.open(make_plugin.module("french.py", source)) as plugin:
        assert plugin.lookup("Greeter", Greeter) is plugin.lookup("Greeter")
        assert plugin.lookup("count", Callable[[str], int]) is plugin.lookup("count")
        assert plugin.lookup("count", object) is plugin.lookup("count")


def test_every_difference_from_the_contract_is_named(make_plugin: PluginMaker) -> None:
    class Store(Protocol):
        def get(self, key: str) -> bytes: ...
        def put(self, key: str, value: bytes) -> None: ...

    source = "class Disk:\n    def get(self, key: int) -> bytes: ...\nstore = Disk()"
    with hotplug.open(make_plugin.module("disk.py", source)) as plugin:
        with pytest.raises(hotplug.ContractError) as caught:
            plugin.lookup("store", Store)
        paths = " ".join(difference.path for difference in caught.value.report.differences)
        assert "get" in paths
        assert "put" in paths
        assert "disk.py" in str(caught.value)
        assert str(caught.value).startswith("disk: store (an instance of disk.Disk) does not satisfy")


def test_the_contract_itself_in_place_of_an_object_is_explained(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("lazy.py", "from greeter import Greeter")
    with hotplug.open(path) as plugin:
        with pytest.raises(hotplug.ContractError, match="contract itself"):
            plugin.lookup("lazy:Greeter", Greeter)
        with pytest.raises(hotplug.SymbolNotFound, match="lazy only imports it from greeter\n.*export an object"):
            plugin.lookup("Greeter", Greeter)


def test_a_class_in_place_of_an_instance_is_explained(make_plugin: PluginMaker) -> None:
    path = make_plugin.module(
        "eager.py", "class Greeting:\n    def greet(self) -> str: return ''\nGreeter = Greeting"
    )
    with (
        hotplug.open(path) as plugin,
        pytest.raises(hotplug.ContractError, match=r"export `?Greeter = Greeting\(\)"),
    ):
        plugin.lookup("Greeter", Greeter)
