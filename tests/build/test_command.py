from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hotplug.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from hotplug.testing import PluginMaker


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as caught:
        main([str(each) for each in arguments], prog_name="hotplug")
    assert isinstance(caught.value.code, int)
    return caught.value.code


def test_build_prints_the_path_of_the_wheel(
    make_plugin: PluginMaker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = make_plugin.module("french.py", "Greeter = 1")
    assert run("build", source, "-o", tmp_path / "out", "--entry-point", "g:french=french:Greeter") == 0
    out, err = capsys.readouterr()
    assert out == f"{tmp_path / 'out' / 'french-0-py3-none-any.whl'}\n"
    assert err == ""


def test_an_error_is_words_on_stderr_and_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("build", tmp_path / "nothing", "-o", tmp_path) == 1
    out, err = capsys.readouterr()
    assert out == ""
    reason = "cannot be built: No such file or directory\n  mend it, or name another one\n"
    assert err == f"hotplug: {tmp_path / 'nothing'}: {reason}"


@pytest.mark.parametrize("place", ["before", "after"])
def test_debug_shows_the_traceback_and_all_that_the_backend_printed(
    make_plugin: PluginMaker, tmp_path: Path, place: str
) -> None:
    pyproject = "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
    backend = """
        def build_wheel(folder, settings=None, metadata=None):
            for number in range(100):
                print("line", number)
            raise RuntimeError
    """
    project = make_plugin.folder("project", {"pyproject.toml": pyproject, "backend.py": backend})
    arguments = ["build", str(project), "-o", str(tmp_path / "out")]
    arguments.insert(0 if place == "before" else len(arguments), "--debug")
    done = subprocess.run(
        [sys.executable, "-m", "hotplug.cli", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "line 0\n" in done.stderr
    assert "Traceback (most recent call last)" in done.stderr
    assert "hotplug.errors.BuildError: " in done.stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["build", "x"], "Missing option '-o'"),
        (["build", "x", "-o", "y", "--entry-point", "french"], "'french' is not an entry point"),
        (["no-such-command"], "No such command 'no-such-command'"),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments) == 2
    assert reason in capsys.readouterr().err


def test_help_lists_the_commands_and_loads_only_click() -> None:
    heavy = "{'rich', 'packaging', 'hotplug.build', 'hotplug.plugin', 'hotplug.artifacts', 'zipfile'}"
    program = (
        "import sys\nfrom hotplug.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as exit:\n    assert exit.code == 0\n"
        f"print(sorted({heavy} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "build    Build a wheel" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"
