"""What the tests of warnings share: a plugin as it behaves where it is installed, and in a private namespace."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hotplug.artifacts import locate
from hotplug.artifacts.hazards import hazards
from hotplug.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotplug.testing import PluginMaker

    Behave = Callable[..., str]
    Warned = Callable[[Path], list[tuple[str, int | None]]]


@pytest.fixture
def behave(tmp_path: Path) -> Behave:
    """Return what runs a script in a new interpreter, and returns what it prints or how it ends."""

    def run(script: str, *, path: Path | None = None) -> str:
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        given = {"PYTHONPATH": "" if path is None else str(path), "HOTPLUG_CACHE": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=work,
            env={**os.environ, **given},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip() if done.returncode == 0 else f"failed: {done.stderr.splitlines()[-1:]}"

    return run


@pytest.fixture
def warned() -> Warned:
    """Return what tells the rules and lines of an artifact's warnings."""
    return lambda path: [(each.rule, each.line) for each in hazards(locate(path))]


@pytest.fixture
def own(make_plugin: PluginMaker) -> Callable[[str, str], Path]:
    """Return a maker of the package ``own``: its ``__init__.py``, and its ``part``."""

    def make(source: str, part: str) -> Path:
        files = {"__init__.py": source, "part.py": part, "tool.py": "print('tool')\n"}
        return make_plugin.folder("root/own", files)

    return make


@pytest.fixture
def hotplug_command(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Return what runs the command in this interpreter, and returns its exit code, stdout and stderr."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main([str(each) for each in arguments], prog_name="hotplug")
        out, err = capsys.readouterr()
        code = caught.value.code or 0
        assert isinstance(code, int)
        return code, out, err

    return run
