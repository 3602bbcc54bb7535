"""Errors that a plugin raises so that nobody can tell of them, and texts that would steer a terminal."""

from __future__ import annotations

import subprocess
import sys

import pytest

import hotplug
from hotplug.boundaries.activation import kind_of, text_of
from hotplug.errors import ArtifactError, PluginError, nearest, printable
from hotplug.testing import PluginMaker


class HostileName(type):
    @property
    def __name__(cls) -> str:  # type: ignore[override]
        raise SystemExit


class Nameless(Exception, metaclass=HostileName):
    pass


class Mute(Exception):
    def __str__(self) -> str:
        raise SystemExit(3)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ntext", "plain\ntext"),
        ("é中文 …", "é中文 …"),
        ("a\x1b[2Jb", r"a\x1b[2Jb"),
        ("a\rb\tc\0", r"a\rb\tc\x00"),
        ("a\x9bb\u202ec\u2028", r"a\x9bb\u202ec\u2028"),
        ("a\udcffb", r"a\udcffb"),
        ("\U000e0001", r"\U000e0001"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_by_its_number(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(text, keep="") == shown.replace("\n", r"\n")


def test_the_text_of_an_error_is_printable_and_its_plugin_stands_in_one_line() -> None:
    error = ArtifactError("is \x1b[31mred\nand more", plugin="a\nb\x07", remedy="mend\x00 it")
    assert str(error) == "a\\nb\\x07: is \\x1b[31mred\nand more\n  mend\\x00 it"
    assert error.reason == "is \x1b[31mred\nand more"


def test_an_exception_is_named_whatever_its_class_says() -> None:
    assert kind_of(Nameless("x")) == "Nameless"
    assert kind_of(ValueError()) == "ValueError"


def test_what_an_exception_says_is_told_whatever_its_str_does() -> None:
    assert text_of(Mute()) == "(its __str__ raised SystemExit)"
    assert text_of(ValueError("x")) == "x"
    assert text_of(SyntaxError("bad", ("f.py", 1, 1, ""))) == "bad"
    assert text_of(SyntaxError()) == ""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("def __str__(self): raise SystemExit(3)", r"E: (its __str__ raised SystemExit)"),
        ("def __str__(self): raise KeyboardInterrupt", r"E: (its __str__ raised KeyboardInterrupt)"),
        ("def __str__(self): return 3", r"E: (its __str__ raised TypeError)"),
        ("def __str__(self): return ''", r"E ("),
        ("def __str__(self): return '\\x1b[2J'", "E: \\x1b[2J ("),
    ],
)
@pytest.mark.parametrize("base", ["Exception", "BaseException", "ImportError"])
def test_an_exception_that_does_not_want_to_be_told_is_an_activation_error(
    body: str, said: str, base: str, make_plugin: PluginMaker
) -> None:
    path = make_plugin.module("mute.py", f"class E({base}):\n    {body}\nraise E")
    with pytest.raises(hotplug.ActivationError) as caught:
        hotplug.open(path)
    assert str(caught.value).startswith(f"mute: failed to start: {said}")
    assert f"{path}:3)" in str(caught.value)
    assert not any("__hp" in name for name in sys.modules)


def test_a_class_of_exceptions_without_a_name_is_an_activation_error(make_plugin: PluginMaker) -> None:
    source = """
    class Hostile(type):
        @property
        def __name__(cls): raise RuntimeError
    class Nameless(Exception, metaclass=Hostile): pass
    raise Nameless("still told")
    """
    with pytest.raises(hotplug.ActivationError, match="^bad: failed to start: Nameless: still told"):
        hotplug.open(make_plugin.module("bad.py", source))


def test_an_error_about_another_plugin_names_it(make_plugin: PluginMaker) -> None:
    other = make_plugin.module("other.py", "raise ValueError('its own')")
    path = make_plugin.module("opener.py", f"import hotplug\nhotplug.open({str(other)!r})")
    with pytest.raises(hotplug.ActivationError) as caught:
        hotplug.open(path)
    assert str(caught.value).startswith("opener: failed to start: other: failed to start: ValueError: its own (")


def test_an_error_raised_again_keeps_its_cause_and_is_another() -> None:
    error = PluginError("no", plugin="a", remedy="b")
    error.__cause__ = cause = OSError(28, "full")
    again = error.again()
    assert again is not error
    assert (again.__cause__, str(again), type(again)) == (cause, str(error), PluginError)


def test_names_that_are_near_are_suggested_as_they_are_written() -> None:
    assert nearest("greeter", ["Greeter", "other"]) == ", did you mean 'Greeter'?"
    assert nearest("ab", ["abc", "abd"]) == ", did you mean 'abd' or 'abc'?"
    assert nearest("xyz", ["Greeter"]) == ""
    assert nearest("gree", ["Greeter"], cutoff=0.8) == ""


def test_a_traceback_of_an_error_that_nobody_caught_does_not_steer_the_terminal(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("bad.py", "class E(Exception): pass\nraise E('\\x1b[2J')")
    done = subprocess.run(
        [sys.executable, "-c", "import sys, hotplug; hotplug.open(sys.argv[1])", path],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    last = done.stderr.rpartition("hotplug.errors.ActivationError: ")[2]
    assert last.startswith("bad: failed to start: E: \\x1b[2J (")
    assert done.returncode == 1
