"""``hotplug list``: every plugin of a catalog, whatever is the matter with it."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotplug.testing import PluginMaker

    Run = Callable[..., tuple[int, str, str]]

SPEAKS = "class Greeting:\n    def greet(self) -> str: return 'hi'\nGreeter = Greeting()\n"
POINTS = {"greeter.plugins": {"french": "french:Greeter"}}
CATALOG = ("--group", "greeter.plugins", "--no-installed")
GREETERS = (*CATALOG, "--contract", "greeter:Greeter")


@pytest.fixture
def folder(make_plugin: PluginMaker) -> Path:
    """One plugin of each status, but for disabled ones."""
    old = make_plugin.wheel("french", {"french.py": SPEAKS}, entry_points=POINTS, into="p")
    make_plugin.wheel("french", {"french.py": SPEAKS}, entry_points=POINTS, version="2.0", into="p")
    make_plugin.module("p/alone.py", SPEAKS)
    make_plugin.wheel(
        "far",
        {"far.py": SPEAKS},
        entry_points={"greeter.plugins": {"far": "far:Greeter"}},
        requires=["no-such-thing>=1", "hotplug-greeter>=9"],
        into="p",
    )
    return old.parent


def test_a_row_for_each_with_its_status_and_the_reasons_below(folder: Path, hotplug_command: Run) -> None:
    code, out, err = hotplug_command("list", *GREETERS, "--path", folder)
    assert (code, err) == (0, "")
    table, _, rest = out.partition("\n\n")
    assert [line.split()[:3] for line in table.splitlines()] == [
        ["NAME", "VERSION", "STATUS"],
        ["alone", "-", "ready"],
        ["far", "1.0", "refused"],
        ["french", "1.0", "shadowed"],
        ["french", "2.0", "ready"],
    ]
    assert f"{folder}/french-2.0-py3-none-any.whl\n" in f"{table}\n"
    assert "far: refused: does not fit this host:\n  - it needs no-such-thing>=1" in rest
    assert f"french: shadowed by {folder}/french-2.0-py3-none-any.whl" in rest


def test_json_has_every_key_for_each(folder: Path, hotplug_command: Run) -> None:
    code, out, _ = hotplug_command("list", *GREETERS, "--path", folder, "--json")
    data = json.loads(out)
    assert (code, data["group"], data["contract"], data["policy"]) == (
        0,
        "greeter.plugins",
        "greeter:Greeter",
        None,
    )
    alone, far, old, new = data["plugins"]
    assert alone == {
        "name": "alone",
        "version": None,
        "summary": None,
        "status": "ready",
        "reason": None,
        "remedy": None,
        "by": None,
        "boundary": None,
        "kind": "module",
        "path": str(folder / "alone.py"),
        "symbol": "Greeter",
    }
    assert far["status"] == "refused"
    assert "hotplug-greeter>=9" in far["reason"]
    assert (old["status"], old["by"]) == ("shadowed", new["path"])
    assert all(each.keys() == alone.keys() for each in data["plugins"])


def test_a_contract_that_cannot_be_imported_is_no_matter(make_plugin: PluginMaker, hotplug_command: Run) -> None:
    make_plugin.module("p/french.py", SPEAKS)
    make_plugin.installed("bad-host", {"bad_host.py": "raise SystemExit(7)\n"})
    for contract in ("not_there:Greeter", "bad_host:Greeter"):
        code, out, err = hotplug_command(
            "list", *CATALOG, "--contract", contract, "--path", make_plugin.root / "p"
        )
        assert (code, err) == (0, "")
        assert out.splitlines()[1].split()[:3] == ["french", "-", "ready"]


def test_without_a_contract_only_entry_points_are_found(folder: Path, hotplug_command: Run) -> None:
    out = hotplug_command("list", *CATALOG, "--path", folder)[1]
    assert "french" in out
    assert "alone" not in out


def test_without_a_catalog_it_says_how_to_name_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hotplug_command: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = hotplug_command("list")
    assert (code, out) == (2, "")
    assert "--group" in err
    assert "hotplug.toml" in err


def test_an_empty_catalog_says_so(tmp_path: Path, hotplug_command: Run) -> None:
    code, out, err = hotplug_command("list", *CATALOG, "--path", tmp_path)
    assert (code, out) == (0, "")
    assert err.startswith("no plugins in greeter.plugins\n")


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path, hotplug_command: Run) -> None:
    code, _, err = hotplug_command("list", *CATALOG, "--path", tmp_path / "nowhere")
    assert code == 2
    assert "does not exist" in err


@pytest.mark.parametrize("how", ["option", "variable", "working folder"])
def test_the_policy_file_says_which_catalog(
    how: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hotplug_command: Run
) -> None:
    place = tmp_path / ("hotplug.toml" if how == "working folder" else "mine.toml")
    place.write_text(
        f'group = "greeter.plugins"\ncontract = "greeter:Greeter"\npaths = ["{folder}"]\ninstalled = false\n'
    )
    monkeypatch.chdir(tmp_path)
    if how == "variable":
        monkeypatch.setenv("HOTPLUG_POLICY", str(place))
    options = ["--policy", place] if how == "option" else []
    code, out, _ = hotplug_command("list", "--json", *options)
    data = json.loads(out)
    assert code == 0
    assert data["policy"] == str(place)
    assert [each["name"] for each in data["plugins"]] == ["alone", "far", "french", "french"]


def test_the_boundary_is_the_one_that_acts(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hotplug_command: Run
) -> None:
    place = tmp_path / "mine.toml"
    place.write_text(
        f'group = "greeter.plugins"\ncontract = "greeter:Greeter"\npaths = ["{folder}"]\ninstalled = false\n'
        '[plugins.alone]\nboundary = "process"\n'
    )

    def boundaries() -> tuple[list[str], list[str | None]]:
        table = hotplug_command("list", "--policy", place)[1].partition("\n\n")[0]
        data = json.loads(hotplug_command("list", "--policy", place, "--json")[1])
        return [line.split()[3] for line in table.splitlines()], [each["boundary"] for each in data["plugins"]]

    assert boundaries() == (["BOUNDARY", "process", *["inline"] * 3], ["process", *[None] * 3])
    monkeypatch.setenv("HOTPLUG_BOUNDARY", "inline")
    assert boundaries() == (["BOUNDARY", *["inline"] * 4], ["inline"] * 4)


def test_a_policy_file_that_is_wrong_is_refused_with_its_line(tmp_path: Path, hotplug_command: Run) -> None:
    place = tmp_path / "mine.toml"
    place.write_text('\ngruop = "greeter.plugins"\n')
    code, out, err = hotplug_command("list", "--policy", place)
    assert (code, out) == (1, "")
    assert f"{place}, line 2" in err
    assert "'group'" in err


def test_terminal_escapes_in_names_are_shown_as_numbers(make_plugin: PluginMaker, hotplug_command: Run) -> None:
    make_plugin.module("p/\x1b[31mred\n.py", SPEAKS)
    code, out, _ = hotplug_command("list", *GREETERS, "--path", make_plugin.root / "p")
    assert code == 0
    assert "\x1b" not in out
    assert "\\x1b[31mred\\n" in out
    assert len(out.splitlines()) == 2


def test_on_a_narrow_terminal_lines_are_folded_and_nothing_is_cut_off(folder: Path) -> None:
    shown = on_terminal(folder, columns=60, NO_COLOR="1").partition("\n\n")[0]
    header, *lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()
    assert all(len(line) <= 60 for line in lines)
    column = header.index("PATH")
    assert len(lines) > 4
    assert f"{folder}/french-2.0-py3-none-any.whl" in "".join(line[column:].strip() for line in lines)


def test_there_are_colours_unless_no_color_is_set(folder: Path) -> None:
    green = "\x1b[32mready"
    assert green in on_terminal(folder, columns=200)
    assert green not in on_terminal(folder, columns=200, NO_COLOR="1")


def on_terminal(folder: Path, *, columns: int, **variables: str) -> str:
    keep = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "hotplug.cli", "list", *GREETERS, "--path", str(folder)],
        stdout=slave,
        stderr=subprocess.DEVNULL,
        env={**keep, "TERM": "xterm-256color", "COLUMNS": str(columns), **variables},
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            data = os.read(master, 4096)
        except OSError:  # Linux says so at the end
            break
        if not data:
            break
        shown += data
    os.close(master)
    assert process.wait() == 0
    return shown.decode().replace("\r\n", "\n")


def test_whoever_has_read_enough_ends_it_quietly(make_plugin: PluginMaker) -> None:
    for number in range(2000):
        make_plugin.module(f"p/plugin{number:04}.py", SPEAKS)
    line = f"'{sys.executable}' -m hotplug.cli list {' '.join(GREETERS)} --path '{make_plugin.root}/p' | head -1"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("NAME")
    assert done.stderr == ""


def test_what_is_loaded_is_what_is_needed(folder: Path) -> None:
    """The help and the list import nothing that they do not use."""
    script = (
        "import sys; from hotplug.cli import main\n"
        "try: main({}, prog_name='hotplug')\n"
        "finally: print(*sys.modules)"
    )

    def loaded(*arguments: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-c", script.format(list(arguments))], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return set(done.stdout.splitlines()[-1].split())

    heavy = {"rich", "griffe", "packaging", "msgspec", "asyncio", "tomlkit", "hotplug.catalog", "hotplug.contract"}
    assert not loaded("--help") & heavy
    listed = loaded("list", *GREETERS, "--path", str(folder.parent), "--json")
    assert not listed & (heavy - {"hotplug.catalog", "packaging"})
    assert "greeter" not in listed


def test_a_source_with_nul_is_refused_with_its_path(make_plugin: PluginMaker, hotplug_command: Run) -> None:
    path = make_plugin.module("p/nul.py", "")
    path.write_bytes(b"Greeter = 1\0")
    _, out, _ = hotplug_command("list", "--group", "g", "--contract", "x:Greeter", "--path", path.parent)
    assert "null bytes" in out
    assert ":None" not in out
