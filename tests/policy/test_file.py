"""The policy file: what it says, where it is found, and that whatever is wrong with it is named with its line."""

from __future__ import annotations

import os

import pytest

from hotplug import Lock, PluginError, PolicyError
from hotplug.policy.file import PluginPolicy, Policy, find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

WHOLE = """\
group = "greeter.plugins"
contract = "greeter:Greeter"
symbol = "Greeter"
paths = ["plugins", "/srv/plugins"]
fallback = ["../last"]
installed = false
lock = "hotplug.lock"
boundary = "process"

[limits]
deadline = 1.0

[provides]
hotplug-greeter = "1.0"

[plugins.russian]
enabled = false

[plugins.french]
limits = { deadline = 2.5, concurrency = 4 }
pin = "sha256:0000000000000000000000000000000000000000000000000000000000000000"

[plugins.french.config]
loud = true

[plugins."my dutch"]
boundary = "inline"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hotplug.toml"


def test_what_a_file_says(path: Path) -> None:
    path.write_text(WHOLE)
    policy = Policy.read(path)
    assert policy.path == str(path)
    assert (policy.group, policy.contract, policy.symbol) == ("greeter.plugins", "greeter:Greeter", "Greeter")
    assert policy.paths == (str(path.parent / "plugins"), "/srv/plugins")
    assert policy.fallback == (str(path.parent.parent / "last"),)
    assert policy.installed is False
    assert policy.lock == str(path.parent / "hotplug.lock")
    assert (policy.boundary, policy.limits) == ("process", {"deadline": 1.0})
    assert policy.provides == {"hotplug-greeter": "1.0"}
    assert list(policy.plugins) == ["russian", "french", "my dutch"]
    assert policy.of("russian") == PluginPolicy(enabled=False, boundary="process", limits={"deadline": 1.0})
    assert policy.of("french") == PluginPolicy(
        boundary="process",
        limits={"deadline": 2.5, "concurrency": 4},
        pin="sha256:" + "0" * 64,
        config={"loud": True},
    )
    assert policy.of("my dutch") == PluginPolicy(boundary="inline")
    assert policy.of("another") == PluginPolicy(boundary="process", limits={"deadline": 1.0})


def test_where_it_says_it(path: Path) -> None:
    path.write_text(WHOLE)
    policy = Policy.read(path)
    assert policy.line("plugins", "russian", "enabled") == 17
    assert policy.line("plugins", "french", "limits", "concurrency") == 20
    assert policy.line("plugins", "my dutch") == 26
    assert policy.line("nothing") is None
    assert policy.place("plugins", "russian", "enabled") == f"{path}, line 17"


def test_an_empty_file_says_nothing(path: Path) -> None:
    path.write_text("")
    policy = Policy.read(path)
    assert policy == Policy(path=str(path))
    assert policy.of("any") == PluginPolicy()


def test_every_wrong_place_is_named_with_its_line(path: Path) -> None:
    path.write_text('pahts = []\n\n[plugins.french]\nenabled = "no"\n')
    with pytest.raises(PolicyError) as caught:
        Policy.read(path)
    assert str(caught.value).splitlines()[:3] == [
        f"{path}:",
        "  - line 1: pahts is not known, did you mean 'paths'?",
        "  - line 4: plugins.french.enabled is true or false, not a text",
    ]


def test_what_was_named_is_found_before_the_environment_and_that_before_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("given", "environment", "here"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "hotplug.toml").write_text(f'group = "{name}"')
    monkeypatch.chdir(tmp_path / "here")

    def found(given: str | None = None, *, working_folder: bool = True) -> str | None:
        policy = find(given, working_folder=working_folder)
        return None if policy is None else policy.group

    monkeypatch.setenv("HOTPLUG_POLICY", os.path.join("..", "environment", "hotplug.toml"))
    assert found("../given/hotplug.toml") == "given"
    assert found() == found(working_folder=False) == "environment"
    monkeypatch.setenv("HOTPLUG_POLICY", "")
    assert found() == "here"
    assert found(working_folder=False) is None
    monkeypatch.chdir(tmp_path)
    assert found() is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a = \n", ", line 1, column 5: is no TOML: Invalid value"),
        (b"\n\n[a", ", line 3: is no TOML: Expected ']'"),
        (b"group = '\xff'\n", ", line 1: is not UTF-8\n  save it in that encoding"),
        (b"\xef\xbb\xbfgroup = 'a'\n", ", line 1: begins with a byte order mark"),
        ("group = 'a'\n".encode("utf-16"), ", line 1: is not UTF-8"),
        (b"group = 'a'\n" * 2, ", line 2, column 12: is no TOML: Cannot overwrite"),
        (b"a = '\x1b[31m'", ", line 1, column 6: is no TOML: "),
        (b"# " + b"x" * (1 << 20), ": is larger than 1 MiB"),
        (b"a = " + b"[" * 100_000, ": is no policy: it is nested too deeply"),
        (b"a = 1" + b"0" * 5000, ": is no policy: Exceeds the limit"),
        (b"a = 1999-99-99", ", line 1, column 9: is no TOML: "),
    ],
)
def test_what_is_no_policy_says_why(data: bytes, said: str, path: Path) -> None:
    path.write_bytes(data)
    with pytest.raises(PolicyError) as caught:
        Policy.read(path)
    assert str(caught.value).startswith(f"{path}{said}")


def test_what_is_no_file_says_so_and_nobody_waits(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    said = {
        "missing": "there is no such file\n  name another one, or make it",
        "fifo": "is no file",
        ".": "is a folder\n  name the file itself",
        "loop": "the policy cannot be read: Too many levels of symbolic links",
        "a\0b": "the policy cannot be read: ",
        "n" * 300: "the policy cannot be read: File name too long",
    }
    for name, words in said.items():
        with pytest.raises(PolicyError) as caught:
            Policy.read(tmp_path / name)
        assert words in str(caught.value)


def test_what_is_no_file_is_closed_again(tmp_path: Path) -> None:
    def lowest_free() -> int:
        number = os.dup(0)
        os.close(number)
        return number

    free = lowest_free()
    for read in (Policy.read, Lock.read):
        with pytest.raises(PluginError):
            read(tmp_path)
    assert lowest_free() == free


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_what_may_not_be_read_says_so(path: Path) -> None:
    path.write_text("")
    path.chmod(0)
    with pytest.raises(PolicyError, match="the policy cannot be read: Permission denied"):
        Policy.read(path)


def test_escapes_in_names_do_not_reach_the_terminal(path: Path) -> None:
    path.write_text('[plugins."\\u001b[31mred\\u0007\\n"]\nenable = true\n')
    with pytest.raises(PolicyError) as caught:
        Policy.read(path)
    assert str(caught.value).split("\n")[0] == (
        f"{path}, line 2: plugins.'\\x1b[31mred\\x07\\n'.enable is not known, did you mean 'enabled'?"
    )


def test_a_link_to_the_file_is_where_its_relative_paths_begin(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "mine.toml").write_text('paths = ["p"]')
    (tmp_path / "hotplug.toml").symlink_to(tmp_path / "real" / "mine.toml")
    assert Policy.read(tmp_path / "hotplug.toml").paths == (str(tmp_path / "p"),)


def test_home_is_where_the_users_is(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    path.write_text('paths = ["~/plugins", "a~"]')
    assert Policy.read(path).paths == ("/home/me/plugins", str(path.parent / "a~"))


def test_an_error_says_that_the_variable_named_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTPLUG_POLICY", str(path))
    with pytest.raises(PolicyError, match="name another one, or make it; HOTPLUG_POLICY names it"):
        find(working_folder=True)


@pytest.mark.parametrize(
    ("text", "keys", "line"),
    [
        ('a = """\nb = 1\n"""\nb = 2\n', ("b",), 4),
        ("a = [\n  1,\n  # ]\n]\n[t]\nb = 2", ("t", "b"), 6),
        ("[a.b]\nc = 1\n[a]\nd = 2", ("a", "d"), 4),
        ("[a.b]\nc = 1\n[a]\nd = 2", ("a",), 1),
        ("a.'b.c'.\"d\\u0065\" = 1", ("a", "b.c", "de"), 1),
        ("x = 1\r\na = { b = { c = 1 }, d = 2 }\r\n", ("a", "b", "c"), 2),
        ("a = '''[t]\nb = 1'''\n[t]\nc = 1\n[t.u]\nb = 2", ("t", "u", "b"), 6),
        ("a = 1 # b = 2\nb = 2", ("b",), 2),
    ],
)
def test_the_line_of_a_key(text: str, keys: tuple[str, ...], line: int) -> None:
    assert Policy(source=text).line(*keys) == line
