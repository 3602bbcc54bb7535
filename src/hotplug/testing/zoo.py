"""A search path with everything broken and one good plugin, and a watch on programs that are let loose on it.

What a host, or a command, does with a folder of plugins must not depend on the worst of them, and must run none
of them as long as it only looks. `PluginMaker.zoo` makes the path. `Zoo.watched` is the environment of a process
that writes down each piece of the plugins' code that it imports or runs; to parse it is to read it, and no more.

    zoo = make_plugin.zoo("french", SOURCE)
    subprocess.run([..., "--list"], env=zoo.watched(), check=True)
    assert zoo.told() == zoo.ran() == []
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING
from unittest import SkipTest

from hotplug.testing.broken import BROKEN
from hotplug.testing.misbehaving import FATAL, MISBEHAVING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hotplug.testing.maker import PluginMaker

_ODD = ("mein plugin.py", "french.v2.py", "français.py", "-dash.py", "new\nline.py", "\x1b[31mred.py")
"""File names of sound plugins that a careless listing would stumble over."""

_WATCH = '''\
"""Written by hotplug.testing: notes each time that code from below some folders is imported or run."""

import os
import sys

_BELOW = tuple(each + os.sep for each in os.environ["HOTPLUG_ZOO"].split(os.pathsep))
_LOG = os.open(os.environ["HOTPLUG_ZOO_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def _note(what, path, name):
    try:
        path = os.fspath(path)
        path = os.fsdecode(path) if isinstance(path, bytes) else path
        if isinstance(path, str) and os.path.abspath(path).startswith(_BELOW):
            os.write(_LOG, f"{what} {name} of {path!r}\\n".encode("utf-8", "backslashreplace"))
    except (TypeError, OSError):  # no path; or relative to a working folder that is gone, and so not below any
        pass


def _hook(event, arguments):
    if event == "exec":
        code = arguments[0]
        _note("ran", getattr(code, "co_filename", None), getattr(code, "co_name", "?"))
    elif event == "import" and arguments[1]:
        _note("imported", arguments[1], arguments[0])


os.write(_LOG, f"watching {os.getpid()}\\n".encode())
sys.addaudithook(_hook)
'''


class Zoo:
    """A search path of folders, each with one broken artifact, and one good plugin in the last of them.

    Broken is one of each of `BROKEN`; all of `MISBEHAVING` and `FATAL` can be opened, and are not to be; and there
    are sound plugins with odd file names. Every module but the good plugin's leaves a trace when it is run.

    Args:
        maker: What makes it.
        name: The good plugin's name: that of its file.
        source: Its source. The broken ones have it too, so that a catalog takes them for plugins of the host.
        into: The folder below the maker's.

    Attributes:
        root: The folder of all.
        name: The good plugin's name.
        folders: The search path.
        kinds: What is wrong in each folder, by its name in `BROKEN`, `MISBEHAVING` or `FATAL`, or "odd names".
        skipped: What this machine cannot have, and why.
    """

    def __init__(self, maker: PluginMaker, name: str, source: str, *, into: str = "zoo") -> None:
        self.root = maker.folder(into, {})
        self.name = name
        self.kinds: dict[str, Path] = {}
        self.skipped: dict[str, str] = {}
        self._maker = maker
        self._into = into
        trap = self._trap("broken") + source
        for kind, fault in BROKEN.items():
            folder = maker.folder(f"{into}/{kind}", {})
            try:
                fault.make(folder, trap)
            except SkipTest as reason:
                self.skipped[kind] = str(reason)
            else:
                self.kinds[kind] = folder
        for kind, bad in {**MISBEHAVING, **FATAL}.items():
            text = f"{self._trap(kind)}{source}\n{bad}"
            self.kinds[kind] = maker.folder(f"{into}/{kind}", {f"{kind}.py": text})
        self.kinds["odd names"] = maker.folder(f"{into}/odd names", {})
        for file in _ODD:
            with contextlib.suppress(OSError):  # what this file system takes
                maker.module(f"{into}/odd names/{file}", self._trap("odd names") + source)
        good = maker.module(f"{into}/good/{name}.py", source).parent
        self.folders = (*self.kinds.values(), good)

    def _trap(self, kind: str) -> str:
        return self._maker.tripwire(self._trace(kind))

    def _trace(self, kind: str) -> str:
        return f"{self._into}-{kind}".replace("/", "-")

    def ran(self) -> list[str]:
        """Return what left a trace: "broken" for any of `BROKEN`, else the kind."""
        kinds = ("broken", *MISBEHAVING, *FATAL, "odd names")
        return [kind for kind in kinds if self._maker.ran(self._trace(kind))]

    def watched(self, environment: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the environment for a process, with a cache of its own, whose doings `told` tells.

        What the process starts is watched too. An audit hook is put in by a module ``sitecustomize`` at the head
        of ``PYTHONPATH``: one that is started with ``-S``, ``-I`` or ``-E`` escapes it, and `told` says so.

        Args:
            environment: What else is in it; the environment of this process where none is given.
        """
        given = dict(os.environ if environment is None else environment)
        watch = self._maker.folder(f".{self._into}-watch", {"sitecustomize.py": _WATCH})
        path = [str(watch), *filter(None, [given.get("PYTHONPATH")])]
        return {
            **given,
            "PYTHONPATH": os.pathsep.join(path),
            "HOTPLUG_CACHE": str(watch / "cache"),
            "HOTPLUG_ZOO": os.pathsep.join((str(self.root), str(watch / "cache"))),
            "HOTPLUG_ZOO_LOG": str(watch / "log"),
        }

    def told(self) -> list[str]:
        """Return what watched processes did with code of the zoo since the last asking, a line each.

        Raises:
            AssertionError: If no process was watched: then nothing was shown.
        """
        log = self._maker.root / f".{self._into}-watch" / "log"
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        if not any(line.startswith("watching ") for line in lines):
            raise AssertionError("no process was watched: was it started with Zoo.watched() as its environment?")
        return [line for line in lines if not line.startswith("watching ")]
