"""The greeter at terminals and pipes of every kind, with plugins that want to steer them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from greeter.driver import main
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

GREETING = "class Greeting:\n    def greet(self) -> str:\n        {}\n\nGreeter = Greeting()\n"
CHINESE = ascii("你好宇宙")[1:-1]


@pytest.fixture(autouse=True)
def nothing_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GREETER_PLUGINS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def run(*arguments: str, stdout: int = subprocess.PIPE, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "greeter", *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "", **environment},
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    out, err = capsys.readouterr()
    return status, out, err


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_terminal_that_lacks_the_letters_shows_their_numbers(encoding: str) -> None:
    assert run("chinese", PYTHONIOENCODING=encoding) == (0, f"{CHINESE}\n", "")


def test_a_name_that_the_terminal_lacks_is_shown_by_its_numbers(make_plugin: PluginMaker, tmp_path: Path) -> None:
    make_plugin.module("p/中文.py", GREETING.format("raise ValueError('你好')"))
    status, out, err = run("--plugins", str(tmp_path / "p"), "中文", PYTHONIOENCODING="ascii", PYTHONUTF8="1")
    assert (status, out) == (1, "")
    assert err == rf"{ascii('中文')[1:-1]}: its greet() raised ValueError: {ascii('你好')[1:-1]}" + "\n"


def test_a_name_with_bytes_that_are_no_text_is_shown(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main([os.fsdecode(b"kling\xffon")]) == 1
    assert capfdbinary.readouterr().out == b"don't speak that language\n"
    assert main(["--plugins", os.fsdecode(b"no\xffwhere")]) == 1
    assert capfdbinary.readouterr().err == b"greeter: no\\udcffwhere is not there\n"


@pytest.mark.parametrize("arguments", [("english",), ("--list",), ("klingon",)])
def test_a_reader_that_has_enough_is_no_error_to_talk_of(arguments: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        status, _, err = run(*arguments, stdout=write)
    finally:
        os.close(write)
    assert status == 1
    assert err == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
@pytest.mark.parametrize("arguments", [("english",), ("--list",), ("klingon",)])
def test_a_disk_that_is_full_is_said_in_a_line(arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:
        status, _, err = run(*arguments, stdout=full.fileno())
    assert status == 1
    assert err == "greeter: cannot write: No space left on device\n"


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[2Jb", "a\rb", "a\x07b", "a\u202eb", "a\x9b2Jb"])
def test_what_would_steer_a_terminal_is_listed_in_a_line_by_its_number(
    name: str, make_plugin: PluginMaker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_plugin.module(f"p/{name}.py", GREETING.format("return 'hello'"))
    make_plugin.module(f"p/{name} too.py", "def broken(:")
    shown = ascii(name)[1:-1]
    status, out, err = said(capsys, "--plugins", str(tmp_path / "p"), "--list")
    assert (status, err) == (0, "")
    rows = [line for line in out.splitlines() if not line.startswith(" ")]
    assert len(rows) == 2 + 4
    for stem in (name, f"{name} too"):
        assert f"{stem:<12} {'-':<8} {tmp_path / 'p' / stem}.py".replace(name, shown) in rows
    assert all(line.isprintable() for line in out.splitlines())
    status, out, err = said(capsys, "--plugins", str(tmp_path / "p"), f"{name} too")
    assert (status, out) == (1, "")
    assert shown in err
    assert all(line.isprintable() for line in err.splitlines())


def test_control_characters_in_what_a_plugin_says_of_itself_do_not_reach_the_terminal(
    make_plugin: PluginMaker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_plugin.module("p/raises.py", "raise ValueError('\\x1b]0;title\\x07')\nGreeter = 1")
    status, out, err = said(capsys, "--plugins", str(tmp_path / "p"), "raises")
    assert (status, out) == (1, "")
    assert err.startswith("raises: failed to start: ValueError: \\x1b]0;title\\x07 (")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("raise type('Mute', (Exception,), {'__str__': lambda self: 1 / 0})", "Mute: (its __str__ raised ZeroDiv"),
        ("raise SystemExit('bye')", "SystemExit: bye"),
        ("import sys; sys.exit(7)", "SystemExit: 7"),
        ("raise type('Odd', (BaseException,), {})('even')", "Odd: even"),
        ("raise GeneratorExit('word')", "GeneratorExit: word"),
        ("raise KeyError('word')", "KeyError: 'word'"),
        ("return self.greet()", "RecursionError: maximum recursion depth exceeded"),
    ],
)
def test_a_greeting_that_fails_is_told_in_a_line_with_status_1(
    body: str, reason: str, make_plugin: PluginMaker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_plugin.module("p/fails.py", GREETING.format(body))
    status, out, err = said(capsys, "--plugins", str(tmp_path / "p"), "fails")
    assert (status, out) == (1, "")
    assert err.startswith(f"fails: its greet() raised {reason}")
    assert err.count("\n") == 1


def test_ctrl_c_in_a_greeting_passes_as_it_is(make_plugin: PluginMaker, tmp_path: Path) -> None:
    make_plugin.module("p/stops.py", GREETING.format("raise KeyboardInterrupt"))
    with pytest.raises(KeyboardInterrupt):
        main(["--plugins", str(tmp_path / "p"), "stops"])


def test_debug_shows_the_exception_of_a_greeting_itself(make_plugin: PluginMaker, tmp_path: Path) -> None:
    make_plugin.module("p/fails.py", GREETING.format("raise LookupError('word')"))
    with pytest.raises(LookupError, match="^word$") as caught:
        main(["--plugins", str(tmp_path / "p"), "--debug", "fails"])
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("exception", ["SystemExit", "type('Odd', (BaseException,), {})"])
def test_debug_shows_where_a_greeting_wanted_to_end_the_program(
    exception: str, make_plugin: PluginMaker, tmp_path: Path
) -> None:
    make_plugin.module("p/fails.py", GREETING.format(f"raise {exception}('word')"))
    status, out, err = run("--plugins", str(tmp_path / "p"), "--debug", "fails")
    assert (status, out) == (1, "")
    assert "Traceback (most recent call last):\n" in err
    assert ", in greet\n" in err


def test_words_of_a_class_of_the_plugins_own_are_printed_as_the_words_they_are(
    make_plugin: PluginMaker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sly = "class Sly(str):\n    def __str__(self): raise SystemExit(9)\n    __repr__ = __format__ = __str__\n"
    make_plugin.module("p/sly.py", sly + GREETING.format("return Sly('hello')"))
    assert said(capsys, "--plugins", str(tmp_path / "p"), "sly") == (0, "hello\n", "")


@pytest.mark.parametrize("words", ["3", "None", "b'hello'", "['hello']", "Ellipsis"])
def test_what_is_not_words_is_not_printed(
    words: str, make_plugin: PluginMaker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_plugin.module("p/odd.py", GREETING.replace(" -> str", "").format(f"return {words}"))
    kind = type(eval(words)).__name__  # noqa: S307  (one of five literals)
    assert said(capsys, "--plugins", str(tmp_path / "p"), "odd") == (
        1,
        "",
        f"odd: greet() returned {kind}, not words\n",
    )


def test_a_file_in_place_of_a_folder_of_plugins_is_said(
    make_plugin: PluginMaker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make_plugin.module("fr\x1bench.py", GREETING.format("return 'hello'"))
    shown = str(path).replace("\x1b", "\\x1b")
    assert said(capsys, "--plugins", str(path), "french") == (
        1,
        "",
        f"greeter: {shown} is no folder, name the one that it lies in\n",
    )
