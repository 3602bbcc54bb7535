"""The interpreter itself says that nothing of a plugin was imported or run where it was refused."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import os, sys
import hotplug
from greeter import Greeter
from hotplug import Catalog, Lock, TrustError
from hotplug.testing import PluginMaker

folder, boundary, is_refused = sys.argv[1], sys.argv[2], sys.argv[3] == "refused"
source = "class G:\\n    def greet(self) -> str:\\n        return 'hi'\\nGreeter = G()\\n"
seen = []

def watch(event, arguments):
    if event == "exec":
        file = arguments[0].co_filename
    elif event == "import":
        file = folder + "/imported" if arguments[0].partition(".")[0].partition("__hp")[0] in names else ""
    else:
        return
    if file.startswith((folder, os.environ["HOTPLUG_CACHE"])):
        seen.append((event, file))

names = ("fold", "pack", "mod", "whl", "there", "edit")
with PluginMaker(folder + "/made") as make:
    points = {"g": {"whl": "whl:Greeter"}}
    sources = [
        make.folder("p/fold", {"fold.py": source}),
        make.folder("p/pack", {"__init__.py": source}),
        make.module("p/mod.py", source),
        make.wheel("whl", {"whl.py": source}, entry_points=points, into="p"),
    ]
    make.installed("there", {"there.py": source}, entry_points={"g": {"there": "there:Greeter"}})
    make.installed("edit", {"edit.py": source}, entry_points={"g": {"edit": "edit:Greeter"}}, editable=True)
    sources += [hotplug.installed("there"), hotplug.installed("there", private=True), hotplug.installed("edit")]
    catalog = Catalog("g", Greeter, paths=[make.root / "p"], symbol="Greeter", boundary=boundary)
    from hotplug.trust.pins import digest_of
    lock = Lock.of(catalog.entries())
    if is_refused:
        lock = Lock([each._replace(digest="sha256:" + "0" * 64) for each in lock.artifacts])
    sys.addaudithook(watch)
    refused = opened = 0
    for each in sources:
        pin = "sha256:" + "0" * 64 if is_refused else digest_of(each)
        try:
            hotplug.open(each, pin=pin, boundary=boundary).close()
            opened += 1
        except TrustError:
            refused += 1
    catalog = Catalog("g", Greeter, paths=[make.root / "p"], symbol="Greeter", boundary=boundary, lock=lock)
    entries = [entry.status for entry in catalog.entries()]
    loads = catalog.load_all()
    refused += len(loads.failed)
    opened += len(loads.loaded)
    catalog.close()
    print(refused, opened, len(seen))
"""


@pytest.mark.parametrize("boundary", ["inline", "process"])
@pytest.mark.parametrize("what", ["refused", "opened"])
def test_an_audit_hook_sees_no_code_of_what_is_refused(
    boundary: str, what: str, tmp_path: Path, empty_cache: Path
) -> None:
    del empty_cache
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), boundary, what]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    refused, opened, seen = map(int, run.stdout.split())
    if what == "refused":
        assert (refused, opened, seen) == (13, 0, 0)
    else:
        assert (refused, opened) == (0, 13)
        assert (seen > 0) == (boundary == "inline")  # the watch does see code that runs here
