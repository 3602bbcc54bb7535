"""``hotplug lock`` and ``hotplug verify``: what was locked, and what is there."""

from __future__ import annotations

import json
import os
import pty
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hotplug import Catalog, TrustError
from hotplug.trust.lock import Lock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotplug.testing import PluginMaker

    Run = Callable[..., tuple[int, str, str]]

POLICY = 'group = "g.g"\ncontract = "builtins:str"\nsymbol = "Greeter"\npaths = ["p"]\ninstalled = false\n'


@pytest.fixture
def folder(make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("french", "german"):
        make_plugin.module(f"p/{name}.py", f"{make_plugin.tripwire()}Greeter = {name!r}\n")
    make_plugin.module("hotplug.toml", POLICY)
    monkeypatch.chdir(make_plugin.root)
    return make_plugin.root


def test_what_is_locked_is_verified(folder: Path, make_plugin: PluginMaker, hotplug_command: Run) -> None:
    code, out, err = hotplug_command("lock")
    assert (code, out) == (0, f"{folder}/hotplug.lock: 2 artifacts\n")
    assert f'next: write lock = "hotplug.lock" into {folder}/hotplug.toml' in err
    assert {each.names for each in Lock.read(folder / "hotplug.lock").artifacts} == {("french",), ("german",)}
    code, out, err = hotplug_command("verify")
    assert (code, err) == (0, "")
    assert [line.split()[:2] for line in out.splitlines()] == [
        ["NAME", "STATUS"],
        ["french", "same"],
        ["german", "same"],
    ]
    assert not make_plugin.ran()


def test_what_differs_is_named_and_the_exit_code_is_1(
    folder: Path, make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    hotplug_command("lock")
    make_plugin.module("p/french.py", "Greeter = 'changed'\n")
    (folder / "p" / "german.py").unlink()
    make_plugin.module("p/italian.py", "Greeter = 'new'\n")
    code, out, err = hotplug_command("verify", "--json")
    data = json.loads(out)
    assert (code, err, data["same"], data["lock"]) == (1, "", False, f"{folder}/hotplug.lock")
    assert {each["name"]: each["status"] for each in data["findings"]} == {
        "french": "differs",
        "german": "missing",
        "italian": "new",
    }
    code, out, err = hotplug_command("verify")
    assert code == 1
    assert "3 of 3 are not as they were locked" in err
    assert "hotplug lock" in err
    assert not make_plugin.ran()


def test_to_accept_what_is_there_the_command_is_named_with_the_options_that_were_given(
    folder: Path, make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    make_plugin.module("other plugins/late.py", "Greeter = 'x'\n")
    which = ["--path", "other plugins", "--no-installed", "--provides", "giver=1", "--group", "g.g"]
    code, _, err = hotplug_command("verify", *which, "--lock", "their lock")
    assert code == 1
    named = shlex.split(err.rpartition("write it: hotplug ")[2])
    assert sorted(named) == sorted(["lock", *which, "-o", "their lock"])
    assert hotplug_command(*named)[0] == 0
    make_plugin.module("other plugins/late.py", "Greeter = 'y'\n")
    code, _, err = hotplug_command("verify", *which, "--lock", "their lock")
    assert code == 1
    named = shlex.split(err.rpartition("to accept what is there: hotplug ")[2])
    assert sorted(named) == sorted(["lock", *which, "-o", "their lock"])
    assert hotplug_command(*named)[0] == 0
    assert hotplug_command("verify", *which, "--lock", "their lock")[0] == 0
    assert not make_plugin.ran()


def test_what_is_refused_shadowed_or_disabled_with_the_bytes_that_were_locked_is_the_same(
    folder: Path, make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    for name in ("far", "off"):
        make_plugin.wheel(
            name,
            {f"{name}.py": "Greeter = 'x'\n"},
            requires=["giver==1"],
            entry_points={"g.g": {name: f"{name}:Greeter"}},
            into="p",
        )
    assert hotplug_command("lock", "--provides", "giver=1")[0] == 0
    make_plugin.module("hotplug.toml", f"{POLICY}plugins.off.enabled = false\n")
    make_plugin.module("before/junk.py", "def broken(:\n")
    listed = json.loads(hotplug_command("list", "--path", folder / "before", "--json")[1])["plugins"]
    assert {each["name"]: each["status"] for each in listed} == {
        "far": "refused",
        "french": "ready",
        "german": "ready",
        "off": "disabled",
        "junk": "refused",
    }
    code, out, _ = hotplug_command("verify", "--path", folder / "before", "--json")
    found = {each["name"]: each["status"] for each in json.loads(out)["findings"]}
    assert (code, found) == (0, dict.fromkeys(("far", "french", "german", "off"), "same"))
    make_plugin.module("first/french.py", "Greeter = 'first'\n")
    make_plugin.module("hotplug.toml", POLICY.replace('["p"]', '["first", "p"]'))
    code, out, _ = hotplug_command("verify", "--json")
    rows = [(each["name"], each["status"]) for each in json.loads(out)["findings"]]
    assert (code, sorted(rows)) == (
        1,
        [("far", "same"), ("french", "new"), ("french", "same"), ("german", "same"), ("off", "same")],
    )


def test_what_cannot_be_locked_is_told(folder: Path, make_plugin: PluginMaker, hotplug_command: Run) -> None:
    make_plugin.module("p/junk.whl", "junk")
    code, out, _ = hotplug_command("lock", "--json")
    assert code == 0
    data = json.loads(out)
    assert [each["names"] for each in data["artifacts"]] == [["french"], ["german"]]
    assert [(each["name"], each["status"].partition(":")[0]) for each in data["left_out"]] == [("junk", "refused")]
    assert "not locked: junk: refused" in hotplug_command("lock")[2]


def test_the_lock_of_the_policy_is_written_and_holds(
    folder: Path, make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    make_plugin.module("hotplug.toml", POLICY + 'lock = "locks/mine.lock"\n')
    (folder / "locks").mkdir()
    code, out, err = hotplug_command("lock")
    assert (code, out, err) == (0, f"{folder}/locks/mine.lock: 2 artifacts\n", "")
    assert hotplug_command("open", "french", "Greeter")[1] == "french\n"
    make_plugin.module("p/french.py", "Greeter = 'changed'\n")
    statuses = {
        each["name"]: each["status"] for each in json.loads(hotplug_command("list", "--json")[1])["plugins"]
    }
    assert statuses == {"french": "refused", "german": "ready"}
    code, out, _ = hotplug_command("inspect", "french", "--json")
    found = json.loads(out)
    assert (code, found["locked"], found["status"]) == (1, True, "refused")
    assert "is not what was locked" in found["reasons"][0]
    code, _, err = hotplug_command("open", "french", "Greeter")
    assert code == 1
    assert "is not what was locked" in err
    assert hotplug_command("lock")[0] == 0  # the change is accepted
    assert hotplug_command("open", "french", "Greeter")[1] == "changed\n"


def test_what_is_disabled_is_told_with_its_line_whatever_the_command_line_adds(
    folder: Path, make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    make_plugin.module("hotplug.toml", POLICY + 'lock = "hotplug.lock"\n[plugins.french]\nenabled = false\n')
    said = f"french: disabled: by {folder}/hotplug.toml, line 8\n  hotplug enable --policy {folder}/hotplug.toml"
    assert f"not locked: {said}" in hotplug_command("lock")[2]
    assert said in hotplug_command("list", "--no-installed")[1]


def test_out_names_another_file(folder: Path, hotplug_command: Run) -> None:
    assert hotplug_command("lock", "-o", "other.lock")[0] == 0
    assert hotplug_command("verify", "--lock", "other.lock")[0] == 0
    assert not (folder / "hotplug.lock").exists()


def test_a_lock_that_is_not_there_or_damaged_is_refused(folder: Path, hotplug_command: Run) -> None:
    code, _, err = hotplug_command("verify")
    assert code == 1
    assert "the lock is not there" in err
    assert "hotplug lock" in err
    (folder / "hotplug.lock").write_text("version = 99\n")
    code, _, err = hotplug_command("verify")
    assert code == 1
    assert "line 1" in err


def test_doctor_names_a_lock_that_cannot_be_read(
    folder: Path, make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    make_plugin.module("hotplug.toml", POLICY + 'lock = "nowhere.lock"\n')
    code, out, _ = hotplug_command("doctor", "--json")
    bad = [each for each in json.loads(out)["findings"] if each["area"] == "lock"]
    assert code == 1
    assert [(each["state"], "nowhere.lock" in each["what"]) for each in bad] == [("problem", True)]


def watched(folder: Path, *arguments: str, **variables: str) -> tuple[int, str, str]:
    """Return a command's exit code, its standard output, and what it shows on the terminal that is its stderr."""
    master, slave = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "hotplug.cli", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=slave,
        env={**os.environ, "TERM": "xterm", **variables},
        check=False,
    )
    os.close(slave)
    shown = b""
    try:
        while data := os.read(master, 4096):
            shown += data
    except OSError:  # Linux says so at the end
        pass
    os.close(master)
    return done.returncode, done.stdout.decode(), shown.decode()


def test_progress_is_shown_on_a_terminal_only_and_not_on_standard_output(folder: Path) -> None:
    assert watched(folder, "verify", "--lock", "x.lock")[0] == 1
    code, out, shown = watched(folder, "lock")
    assert (code, out) == (0, f"{folder}/hotplug.lock: 2 artifacts\n")
    assert "reading" in shown
    assert "2/2" in shown


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("list", "reading the plugins"),
        ("inspect french", "reading french"),
        ("check p/french.py", "reading p/french.py"),
        ("inspect p/nowhere.py", "reading p/nowhere.py"),
        ("verify", "reading the plugins"),
    ],
)
def test_what_may_take_long_says_so_at_once_and_wipes_it_at_the_end(
    command: str, said: str, folder: Path, hotplug_command: Run
) -> None:
    hotplug_command("lock")
    quiet = subprocess.run(
        [sys.executable, "-m", "hotplug.cli", *command.split()], cwd=folder, capture_output=True, check=False
    )
    code, out, shown = watched(folder, *command.split())
    assert (code, out) == (quiet.returncode, quiet.stdout.decode())
    line = f"\r\x1b[K{said}\r\x1b[K"
    assert shown.startswith(line)
    if command != "verify":
        assert shown.removeprefix(line).replace("\r\n", "\n") == quiet.stderr.decode()
    assert said not in watched(folder, *command.split(), TERM="dumb")[2].replace(f"{folder}/", "")
    assert watched(folder, *command.split(), COLUMNS="9")[2].startswith(f"\r\x1b[K{said[:8]}\r\x1b[K")


@pytest.mark.parametrize("policy", ["", POLICY, None])
def test_the_command_that_an_error_names_locks_all_that_the_host_searches(
    policy: str | None, folder: Path, make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    """Also what only the host knows: its group and contract, its own folders, what it gives to plugins."""
    make_plugin.module("own folder/italian.py", "from host_contract import Contract\nGreeter = 'salve'\n")
    points = {"g.g": {"swedish": "swedish:Greeter"}}
    needs = {"requires": ["giver==1"], "entry_points": points}
    make_plugin.wheel("swedish", {"swedish.py": "Greeter = 'hej'\n"}, **needs, into="brought")  # type: ignore[arg-type]
    make_plugin.module("shared/both.py", "Greeter = 'both'\n")
    if policy is not None:
        (folder / "hotplug.toml").write_text(f'lock = "hotplug.lock"\n{policy}')
    else:
        (folder / "hotplug.toml").unlink()

    class Greeter(str):
        __slots__ = ()

    Greeter.__qualname__ = "Greeter"

    def catalog() -> Catalog[str]:
        return Catalog(
            "g.g",
            str if policy else Greeter,
            symbol="Greeter",
            paths=["p", "own folder", "not there"],
            fallback=["brought"],
            installed=False,
            provides={"giver": "1"},
            policy=None if policy is None else "hotplug.toml",
            lock=None if policy is not None else "hotplug.lock",
        )

    with pytest.raises(TrustError, match="the lock is not there") as caught:
        catalog()
    Lock(()).write("hotplug.lock")
    for name in ("french", "italian", "swedish"):
        with catalog() as found, pytest.raises(TrustError, match=f"{name}.* is not in") as caught:
            found.load(name)
    assert caught.value.remedy is not None
    words = shlex.split(caught.value.remedy.partition("run: ")[2])
    assert words[:2] == ["hotplug", "lock"]
    code, _, err = hotplug_command(*words[1:])
    assert code == 0, err
    with catalog() as found:
        assert {name: entry.status for name, entry in found.items()} == dict.fromkeys(
            ("french", "german", "italian", "swedish"), "ready"
        )
        assert sorted(Lock.read("hotplug.lock").artifacts[0].names) == ["french"]


def test_a_folder_of_the_host_that_the_policy_names_too_shadows_nothing(folder: Path) -> None:
    (folder / "hotplug.toml").write_text('paths = ["p", "./p"]\nfallback = ["q"]\n')
    (folder / "q").symlink_to("p")
    with Catalog(
        "g.g", str, symbol="Greeter", paths=["p", "q/../p"], fallback=["q"], installed=False, policy="hotplug.toml"
    ) as found:
        listed = [(entry.name, os.path.basename(os.path.dirname(entry.path))) for entry in found.entries()]
    assert listed == [("french", "p"), ("german", "p")] * 2  # of the paths, and of the fallback


def test_what_another_lock_had_is_told_where_it_is_there_and_not_found(
    folder: Path, make_plugin: PluginMaker, hotplug_command: Run
) -> None:
    make_plugin.module("more/italian.py", "Greeter = 'salve'\n")
    _, _, err = hotplug_command("lock", "--fallback", "more")
    assert f'next: add to fallback in {folder}/hotplug.toml: "{folder}/more"; else name it each time' in err
    code, out, err = hotplug_command("verify")
    assert code == 1
    assert "is locked, and was not found in the folders that were searched" in out
    _, out, err = hotplug_command("lock", "--json")
    assert json.loads(out)["dropped"] == [{"names": ["italian"], "path": f"{folder}/more/italian.py"}]
    hotplug_command("lock", "--fallback", "more")
    (folder / "p" / "french.py").unlink()
    _, out, err = hotplug_command("lock")
    assert f"not locked any more: italian, {folder}/more/italian.py" in err
    assert "french" not in err
    policy = folder / "hotplug.toml"
    policy.write_text(f'fallback = ["more"]\n{policy.read_text()}')
    _, _, err = hotplug_command("lock", "--fallback", "more")
    assert "add to" not in err
    assert "not locked any more" not in err
    assert hotplug_command("verify")[0] == 0
