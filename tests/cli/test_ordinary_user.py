"""The commands in the hands of a user who may not write, or read, everything: what they can, they do without.

Root may do what permissions forbid. These tests take that right from what they start; the rest of root stays.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hotplug.testing import PluginMaker

FRENCH = 'class F:\n    def greet(self) -> str:\n        return "Salut"\n\nGreeter = F()\n'
POINTS = {"greeter.plugins": {"french": "french:Greeter"}}
ORDINARY = """
import ctypes, os, resource, sys
size, *command = sys.argv[1:]
for right in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: who is not root has neither
    ctypes.CDLL(None).prctl(24, right, 0, 0, 0)  # PR_CAPBSET_DROP
if size:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
    command.insert(0, "-B")  # Python keeps what it could write of its bytecode, and trips over it ever after
os.execv(sys.executable, [sys.executable, *command])
"""
"""Runs the interpreter with the rights of an ordinary user, and maybe with a bound for the size of files."""


class Done(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


class User:
    """Runs commands in a folder of its own, with a home and a cache of its own."""

    def __init__(self, folder: Path) -> None:
        self.home, self.work, self.cache = folder / "home", folder / "work", folder / "cache"
        for each in (self.home, self.work):
            each.mkdir()
        self.set = {"HOME": str(self.home), "TMPDIR": str(folder)}
        self.size = ""  # no bound for that of files

    def run(self, *command: object) -> Done:
        """Run ``greeter`` or ``hotplug`` with arguments."""
        module = {"greeter": "greeter", "hotplug": "hotplug.cli"}[str(command[0])]
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HOTPLUG_", "GREETER_", "XDG_", "PYTHONDONTWRITE"))
        }
        done = subprocess.run(
            [sys.executable, "-S", "-c", ORDINARY, self.size, "-m", module, *map(str, command[1:])],
            cwd=self.work,
            env={**kept, **self.set},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr + done.stdout
        return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def user(tmp_path: Path, make_plugin: PluginMaker) -> Iterator[User]:
    """Return a user with the folder ``plugins``, in which a wheel speaks French; all can be removed afterwards."""
    (tmp_path / "user").mkdir()
    made = User(tmp_path / "user")
    wheel = make_plugin.wheel("french", {"french.py": FRENCH}, entry_points=POINTS)
    (made.work / "plugins").mkdir()
    wheel.rename(made.work / "plugins" / wheel.name)
    yield made
    for where, _, _ in os.walk(tmp_path / "user"):
        os.chmod(where, 0o700)


def home_is_read_only(user: User) -> None:
    user.home.chmod(0o500)


def home_cannot_be_entered(user: User) -> None:
    user.home.chmod(0)
    user.set["XDG_CONFIG_HOME"] = str(user.work)  # a policy in it could not be read, and is not done without


def home_is_not_there(user: User) -> None:
    user.home.chmod(0o500)
    user.set["HOME"] = str(user.home / "nobody" / "home")


def cache_is_read_only(user: User) -> None:
    user.cache.mkdir(mode=0o500)
    user.set["HOTPLUG_CACHE"] = str(user.cache)


def cache_can_be_written_by_others(user: User) -> None:
    user.cache.mkdir()
    user.cache.chmod(0o777)
    user.set["HOTPLUG_CACHE"] = str(user.cache)


def cache_of_another_user(user: User) -> None:
    user.set["HOTPLUG_CACHE"] = "/" if os.geteuid() != 0 else str(user.cache)
    if os.geteuid() == 0:
        user.cache.mkdir()
        os.chown(user.cache, 65534, -1)


def cache_is_a_file(user: User) -> None:
    user.cache.write_text("mine")
    user.set["HOTPLUG_CACHE"] = str(user.cache)


def cache_is_a_link_to_nowhere(user: User) -> None:
    user.cache.symlink_to(user.home / "nowhere")
    user.set["HOTPLUG_CACHE"] = str(user.cache)


def users_caches_are_read_only(user: User) -> None:
    user.cache.mkdir(mode=0o500)
    user.set["XDG_CACHE_HOME"] = str(user.cache)


def temporary_folder_is_not_there(user: User) -> None:
    user.set["TMPDIR"] = str(user.home / "nowhere")


def plugins_are_read_only(user: User) -> None:
    for each in (*user.work.rglob("*"), user.work):
        each.chmod(0o500)


WITHOUT_CACHE = {
    home_is_read_only: ".cache/hotplug is not there, and cannot be made: .../home cannot be written to",
    home_cannot_be_entered: ".cache/hotplug: Permission denied",
    home_is_not_there: ".cache/hotplug is not there, and cannot be made: .../home cannot be written to",
    cache_is_read_only: "cache cannot be written to",
    cache_can_be_written_by_others: "cache can be written by others, and is not used",
    cache_of_another_user: "belongs to another user, and is not used",
    cache_is_a_file: "cache is no folder",
    cache_is_a_link_to_nowhere: "cache is not there, and cannot be made: .../cache is no folder",
    users_caches_are_read_only: "hotplug is not there, and cannot be made: .../cache cannot be written to",
}
SITUATIONS = [*WITHOUT_CACHE, temporary_folder_is_not_there, plugins_are_read_only]


@pytest.mark.parametrize("bring_about", SITUATIONS, ids=lambda each: each.__name__)
def test_what_cannot_be_kept_costs_time_only(bring_about: Callable[[User], None], user: User) -> None:
    bring_about(user)
    (wheel,) = (user.work / "plugins").iterdir()
    before = sorted(user.cache.rglob("*"))
    speaking = ("greeter", "--plugins", "plugins")
    for boundary in ("inline", "process"):
        assert user.run(*speaking, "--boundary", boundary, "french") == (0, "Salut\n", "")
    assert user.run(*speaking, "--list").out.splitlines()[0].split() == ["french", "1.0", str(wheel)]
    listed = user.run("hotplug", "list", "--group", "greeter.plugins", "--path", "plugins", "--no-installed")
    assert (listed.code, listed.err) == (0, "")
    assert listed.out.split()[4:7] == ["french", "1.0", "ready"]
    assert user.run("hotplug", "open", wheel, "Greeter.greet") == (0, "Salut\n", "")
    told = user.run("hotplug", "inspect", wheel)
    assert (told.code, told.out.split()[:2], told.err) == (0, ["status", "ready"], "")
    assert sorted(user.cache.rglob("*")) == before  # what is not used is left alone


@pytest.mark.parametrize(("bring_about", "said"), WITHOUT_CACHE.items())
def test_the_doctor_says_why_there_is_no_cache(bring_about: Callable[[User], None], said: str, user: User) -> None:
    bring_about(user)
    done = user.run("hotplug", "doctor")
    assert (done.code, done.err) == (1, "1 problem\n")
    ((found, remedy),) = [
        (line.split(maxsplit=2), after.strip())
        for line, after in zip(done.out.splitlines(), done.out.splitlines()[1:], strict=False)
        if line.startswith("cache")
    ]
    assert found[1] == "problem"
    first, _, last = said.partition("...")
    assert first in found[2]
    assert last in found[2]
    assert remedy.endswith("name another one: HOTPLUG_CACHE")
    assert ("chmod 700" in remedy) == (bring_about in {cache_is_read_only, cache_can_be_written_by_others})


def test_the_doctor_tries_to_write_into_the_cache(user: User) -> None:
    user.cache.mkdir(mode=0o700)
    user.set["HOTPLUG_CACHE"] = str(user.cache)
    assert "cache        ok" in user.run("hotplug", "doctor").out
    before = sorted(user.cache.rglob("*"))
    user.size = "0"
    done = user.run("hotplug", "doctor")
    assert done.code == 1
    assert "yours alone; nothing can be written: File too large" in done.out
    assert sorted(user.cache.rglob("*")) == before


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        ("0", "cannot be unpacked, neither into the cache nor elsewhere: No usable temporary directory found in "),
        ("100", "cannot be unpacked into "),
    ],
)
def test_where_nothing_can_be_written_a_wheel_is_not_to_blame(size: str, reason: str, user: User) -> None:
    (wheel,) = (user.work / "plugins").iterdir()
    user.size = size
    way_out = "  make room there, or name folders that can be written: HOTPLUG_CACHE, TMPDIR\n"
    for command in (("greeter", "--plugins", "plugins", "french"), ("hotplug", "open", wheel, "Greeter.greet")):
        done = user.run(*command)
        assert (done.code, done.out) == (1, "")
        assert f"{wheel}: {reason}" in done.err
        assert done.err.endswith(way_out)
    told = user.run("hotplug", "inspect", wheel)
    assert told.code == 1
    assert way_out.strip() in " ".join(told.out.split())


def test_a_project_is_not_built_where_nothing_can_be_written(user: User, make_plugin: PluginMaker) -> None:
    project = make_plugin.project("danish", {"danish.py": FRENCH})
    user.size = "0"
    done = user.run("hotplug", "build", project, "-o", "out")
    assert (done.code, done.out) == (1, "")
    reason = "there is no folder to build it in: No usable temporary directory found in "
    assert done.err.startswith(f"hotplug: {project}: {reason}")
    assert done.err.endswith("\n  make room there, or name a folder that can be written: TMPDIR\n")


def test_what_cannot_be_written_says_so_and_what_to_do(user: User) -> None:
    (user.work / "french.py").write_text(FRENCH)
    (user.work / "hotplug.toml").write_text('group = "greeter.plugins"\npaths = ["."]\ninstalled = false\n')
    user.work.chmod(0o500)
    denied, remedy = "cannot be written", "ask its owner for the right to, or name another place"
    for command in (
        ("build", "french.py", "-o", "out"),
        ("new", "danish", "--contract", "greeter:Greeter"),
        ("disable", "french"),
    ):
        done = user.run("hotplug", *command)
        assert (done.code, done.out) == (1, "")
        assert denied in done.err
        assert done.err.endswith(f": Permission denied\n  {remedy}\n")
    done = user.run("hotplug", "lock")
    assert (done.code, done.out) == (1, "")
    assert "hotplug.lock: the lock cannot be written: Permission denied\n" in done.err
    assert sorted(each.name for each in user.work.iterdir()) == ["french.py", "hotplug.toml", "plugins"]


def test_what_cannot_be_read_says_so_and_what_to_do(user: User) -> None:
    (wheel,) = (user.work / "plugins").iterdir()
    wheel.chmod(0)
    done = user.run("hotplug", "open", wheel, "Greeter.greet")
    remedy = "ask its owner for the right to, or name another place"
    assert done == (1, "", f"hotplug: {wheel}: cannot be read: Permission denied\n  {remedy}\n")
    listed = user.run("hotplug", "list", "--group", "greeter.plugins", "--path", "plugins", "--no-installed")
    assert remedy in " ".join(listed.out.split())


@pytest.mark.parametrize("closed", ["", ".config", ".config/greeter", ".config/greeter/hotplug.toml"])
def test_a_policy_that_cannot_be_read_is_not_taken_for_none(closed: str, user: User) -> None:
    own = user.home / ".config" / "greeter" / "hotplug.toml"
    own.parent.mkdir(parents=True)
    own.write_text("[plugins.french]\nenabled = false\n")
    (user.home / closed).chmod(0)
    said = f"{own}: the policy cannot be read: Permission denied\n"
    remedy = "  see to it that it can be read, or name another policy\n"
    for command in (("french",), ("--list",)):
        assert user.run("greeter", "--plugins", "plugins", *command) == (1, "", said + remedy)
    (user.work / "mine.toml").write_text("")
    assert user.run("greeter", "--plugins", "plugins", "--policy", "mine.toml", "french") == (0, "Salut\n", "")


def test_a_policy_in_a_working_folder_that_cannot_be_entered_is_not_taken_for_none(user: User) -> None:
    (user.work / "hotplug.toml").write_text('group = "greeter.plugins"\n')
    script = "import os; os.chmod('.', 0); from hotplug.cli import main; main()"
    for command in (("list",), ("disable", "french")):
        done = subprocess.run(
            [sys.executable, "-S", "-c", ORDINARY, "", "-c", script, *command],
            cwd=user.work,
            capture_output=True,
            text=True,
            check=False,
        )
        user.work.chmod(0o700)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(f"hotplug: {user.work / 'hotplug.toml'}: ")
        assert "Permission denied\n  " in done.stderr


def test_who_asks_for_a_language_hears_what_could_not_be_read(user: User) -> None:
    (user.work / "plugins").chmod(0)
    done = user.run("greeter", "--plugins", "plugins", "french")
    assert (done.code, done.out) == (1, "don't speak that language\n")
    assert done.err.splitlines()[1:] == ["refused: plugins; --list says why"]
    listed = user.run("greeter", "--plugins", "plugins", "--list")
    assert "refused: the folder cannot be read: Permission denied" in listed.out


def test_a_file_that_its_owner_made_read_only_is_not_replaced(user: User) -> None:
    (user.work / "hotplug.toml").write_text('group = "greeter.plugins"\npaths = ["plugins"]\ninstalled = false\n')
    assert user.run("hotplug", "lock").code == 0
    for name in ("hotplug.lock", "hotplug.toml"):
        (user.work / name).chmod(0o400)
    before = {each: each.stat().st_ino for each in user.work.iterdir()}
    done = user.run("hotplug", "lock")
    assert done.code == 1
    assert "hotplug.lock: the lock cannot be written: Permission denied\n" in done.err
    done = user.run("hotplug", "disable", "french")
    assert done.code == 1
    assert "hotplug.toml: is read-only\n" in done.err
    assert {each: each.stat().st_ino for each in user.work.iterdir()} == before


def test_a_working_folder_that_is_gone_is_named(user: User) -> None:
    gone = user.home / "gone"
    gone.mkdir()
    script = f"import os; os.chdir({str(gone)!r}); os.rmdir({str(gone)!r}); from hotplug.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "list", "--group", "greeter.plugins"],
        capture_output=True,
        text=True,
        check=False,
    )
    reason = "hotplug.toml: is looked for in the working folder, which is not there any more"
    remedy = "change to a folder that is there (cd), or name the whole path"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"hotplug: {reason}\n  {remedy}\n")
