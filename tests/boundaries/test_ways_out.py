"""What a reader can do about a plugin that fails to start: the same inline and in a process."""

from __future__ import annotations

import sys
from typing import Literal

import pytest

import hotplug
from hotplug.testing import PluginMaker

PYTHON = f"Python {sys.version_info.major}.{sys.version_info.minor}"
MEND = "mend the plugin's code, or tell its author"
INSTALL = "install what has that module and name it in the plugin's dependencies, or tell its author"
LACKS = "this Python lacks that part of its library: use one that has it, or tell the plugin's author"
CORRECT = f"have that line corrected, or get a version of the plugin that is made for {PYTHON}"
ROOM = "make room there, or name another place; else tell the plugin's author"
HOSTILE = "class E({}):\n    @property\n    def {}(self): raise SystemExit\nraise E"
ABSENT = "pwd" if sys.platform == "win32" else "winreg"
FAILURES = {
    "an exception": ("1 / 0", MEND),
    "an exit": ("raise SystemExit(3)", MEND),
    "a module that is not installed": ("import no_such_module", INSTALL),
    "a package that is not installed": ("import no_such_package.part", INSTALL),
    "a module that a package lacks": ("import hotplug.no_such_module", MEND),
    "a name that a module lacks": ("from os import no_such_name", MEND),
    "a module that this Python was built without": (f"import {ABSENT}", LACKS),
    "a line that is no Python": ("def greet(:", CORRECT),
    "text that is no Python": ("eval('1 +')", MEND),
    "what the system refuses": ("import errno\nraise OSError(errno.ENOSPC, 'no space')", ROOM),
    "what the system does not find": ("open('/no/such/file')", MEND),
    "an error with a number that is none": ("raise OSError([], 'odd')", MEND),
    "an error whose number cannot be read": (HOSTILE.format("OSError", "errno"), MEND),
    "an error whose file cannot be read": (HOSTILE.format("SyntaxError", "filename"), MEND),
    "an error of hotplug's that has none": ("import hotplug\nraise hotplug.ActivationError('odd')", MEND),
    "a plugin of its own that is not there": ("import hotplug\nhotplug.open('/no-such')", "name a source folder"),
    "an error of hotplug's that has one": ("import hotplug\nhotplug.open(__file__)", "open the other plugin when"),
}


@pytest.mark.parametrize("boundary", ["inline", "process"])
@pytest.mark.parametrize("kind", FAILURES)
def test_what_fails_at_import_is_told_with_a_way_out(
    kind: str, boundary: Literal["inline", "process"], make_plugin: PluginMaker
) -> None:
    source, way_out = FAILURES[kind]
    with pytest.raises(hotplug.ActivationError) as caught:
        hotplug.open(make_plugin.module("bad.py", source), boundary=boundary)
    error = caught.value
    assert error.reason.startswith("failed to start: ")
    assert error.remedy is not None
    assert error.remedy.startswith(way_out)
    assert str(error) == f"bad: {error.reason}\n  {error.remedy}"
