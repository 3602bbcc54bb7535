from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hotplug.testing import MISBEHAVING

if TYPE_CHECKING:
    from hotplug.testing import PluginMaker

RAISES = {
    "raises": "RuntimeError: raised at import",
    "exits": "exited at import",
    "syntax_error": "SyntaxError: ",
    "missing_import": "ModuleNotFoundError: No module named 'no_such_module_anywhere'",
    "raises_late": "RuntimeError: raised at the end of the import",
}
SHOWS = {
    "starts_thread": "print(french.thread.is_alive()); french.stop.set(); french.thread.join()",
    "prints": "",
    "registers_atexit": "atexit._run_exitfuncs(); print(french.cleaned)",
}


def run(make_plugin: PluginMaker, source: str, program: str) -> subprocess.CompletedProcess[str]:
    folder = make_plugin.folder("root", {"french.py": source})
    return subprocess.run(
        [sys.executable, "-c", f"import atexit, french; {program}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_source_is_shown() -> None:
    assert set(MISBEHAVING) == {*RAISES, *SHOWS}


@pytest.mark.parametrize("name", RAISES)
def test_it_ends_the_import(make_plugin: PluginMaker, name: str) -> None:
    done = run(make_plugin, MISBEHAVING[name], "")
    assert done.returncode == 1
    assert RAISES[name] in done.stderr


@pytest.mark.parametrize(
    ("name", "output"),
    [("starts_thread", "True\n"), ("prints", "printed at import\n"), ("registers_atexit", "['at exit']\n")],
)
def test_it_does_what_it_says(make_plugin: PluginMaker, name: str, output: str) -> None:
    done = run(make_plugin, MISBEHAVING[name], SHOWS[name])
    assert done.returncode == 0
    assert done.stdout == output
    assert done.stderr == ("complained at import\n" if name == "prints" else "")
