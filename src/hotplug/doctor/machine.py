"""What works on this machine, whatever the host: the interpreter, the boundaries, the cache, the environment."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable
from importlib.util import find_spec
from tempfile import TemporaryFile
from time import monotonic
from typing import TYPE_CHECKING

from hotplug import __version__
from hotplug.artifacts.memory import cache_folder, is_own
from hotplug.doctor import Finding
from hotplug.errors import DeadlineExceeded, PluginError, nearest
from hotplug.plugin import open as open_plugin
from hotplug.policy import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotplug.plugin import Boundary

PROBE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "probe.py")
_VARIABLES = {
    "HOTPLUG_BOUNDARY": "every plugin runs inline, without limits",
    "HOTPLUG_CACHE": "the cache lies there",
    "HOTPLUG_DISABLE": "these plugins are disabled",
    "HOTPLUG_POLICY": "this policy file applies",
    "HOTPLUG_SAFE_MODE": "only what the host itself brings is offered",
}
_NOT_OURS = ("HOTPLUG_SOAK", "HOTPLUG_ZOO", "HOTPLUG_ZOO_LOG")
_LITTLE = 100 << 20
"""Bytes on a disk that are soon used up."""
_ANOTHER_CACHE = "name another one: HOTPLUG_CACHE"
_BLOCK = 4096
"""Bytes that a disk takes at least."""
_SHORT = 0.1
"""Seconds after which a call of the probe must have been ended."""


def interpreter() -> Iterator[Finding]:
    """Tell the interpreter and the platform."""
    running = f"Python {platform.python_version()} ({platform.python_implementation()}), hotplug {__version__}"
    yield Finding("python", "ok", f"{running}, {sys.executable or 'no interpreter of its own'}")
    if sys.platform == "linux":
        yield Finding("python", "ok", f"{platform.system()} {platform.release()}, {platform.machine()}")
    else:
        yield Finding("python", "note", f"{platform.platform()}: hotplug is tested on Linux only")


def boundaries() -> Iterator[Finding]:
    """Run the probe behind each boundary."""
    yield _tried("inline")
    found = _tried("process")
    yield found
    if found.state == "ok":
        yield from _limits()
    yield Finding("boundary", "note", "sandbox: is not built yet; WebAssembly components are refused")


def _tried(boundary: Boundary) -> Finding:
    try:
        began = monotonic()
        with open_plugin(PROBE, boundary=boundary) as plugin:
            add = plugin.lookup("add", Callable[[int, int], int])
            if add(20, 22) != 42:  # noqa: PLR2004
                return Finding("boundary", "problem", f"{boundary}: gave a wrong answer")
            took = (monotonic() - began) * 1000
            if plugin.boundary != boundary:
                said = f"{boundary}: is not used, HOTPLUG_BOUNDARY={os.environ.get('HOTPLUG_BOUNDARY')}"
                return Finding("boundary", "note", said, "unset it, unless you debug a plugin")
    except PluginError as error:
        return Finding("boundary", "problem", f"{boundary}: {error.reason}", error.remedy)
    except Exception as error:  # noqa: BLE001  (a machine can fail in any way; that is what is asked)
        return Finding("boundary", "problem", f"{boundary}: {type(error).__name__}: {error}")
    how = ""
    if boundary == "process":
        from hotplug.boundaries.process.starting.launching import way

        how = ", forked from a zygote" if way() == "zygote" else ", started as a fresh interpreter"
        if way() != "zygote" and sys.platform == "linux":
            return Finding(
                "boundary",
                "note",
                f"{boundary}: works{how}, in {took:.0f} ms",
                "the system forbids pidfd_open, or a zygote: starting takes longer, and nothing else is different",
            )
    return Finding("boundary", "ok", f"{boundary}: works{how}, in {took:.0f} ms")


def _limits() -> Iterator[Finding]:
    """Have a call end at its deadline."""
    try:
        with open_plugin(PROBE, boundary="process", limits=Limits(deadline=_SHORT)) as plugin:
            plugin.lookup("wait", Callable[[float], None])(60.0)
    except DeadlineExceeded:
        yield Finding("limits", "ok", "process: start, deadline and concurrency are held to")
    except PluginError as error:
        yield Finding("limits", "problem", f"process: {error.reason}", error.remedy)
    else:
        yield Finding("limits", "problem", "process: a call was not ended at its deadline")
    yield Finding("limits", "note", "inline: none; memory, processor time and files: none anywhere yet")


def extras() -> Iterator[Finding]:
    """Tell what is installed of what is not needed for everything."""
    for module, use, remedy in (
        ("hatchling", "hotplug build of projects that hotplug new made", "pip install hatchling"),
        ("mypy", "hotplug check --strict", "pip install mypy"),
        ("wasmtime", "the extra sandbox; nothing uses it yet", None),
    ):
        if find_spec(module) is not None:
            yield Finding("extras", "ok", f"{module} is installed: {use}")
        else:
            yield Finding("extras", "note", f"{module} is not installed: {use}", remedy)


def cache() -> Iterator[Finding]:
    """Look at the cache folder: whose it is, how large, and whether it can be written."""
    folder = cache_folder()
    tighten = f"chmod 700 {folder}"
    try:
        status = os.stat(folder)
    except FileNotFoundError:
        hindrance = _hindrance(folder)
        if hindrance is None:
            yield Finding("cache", "note", f"{folder} is not there; it is made when it is needed")
        else:
            said = f"{folder} is not there, and cannot be made: {hindrance}: starts are slow"
            yield Finding("cache", "problem", said, _ANOTHER_CACHE)
        return
    except OSError as error:
        yield Finding("cache", "problem", f"{folder}: {error.strerror}", _ANOTHER_CACHE)
        return
    if not os.path.isdir(folder):
        yield Finding("cache", "problem", f"{folder} is no folder", _ANOTHER_CACHE)
    elif not is_own(status):
        foreign = hasattr(os, "geteuid") and status.st_uid != os.geteuid()
        why = "belongs to another user" if foreign else "can be written by others"
        remedy = _ANOTHER_CACHE if foreign else f"{tighten}, or {_ANOTHER_CACHE}"
        yield Finding("cache", "problem", f"{folder} {why}, and is not used: starts are slow", remedy)
    elif not os.access(folder, os.W_OK | os.X_OK):
        said = f"{folder} cannot be written to: starts are slow"
        yield Finding("cache", "problem", said, f"{tighten}, or {_ANOTHER_CACHE}")
    else:
        yield _kept(folder)


def _kept(folder: str) -> Finding:
    """Tell how much is in the cache, and whether more can be."""
    said = f"{folder}, {_size(_used(folder))}, yours alone"
    free = shutil.disk_usage(folder).free
    if free < _LITTLE:
        return Finding("cache", "problem", f"{said}; the disk has {_size(free)} left", "make room on it")
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(b"?" * _BLOCK)
    except OSError as error:  # a quota, a limit
        return Finding("cache", "problem", f"{said}; nothing can be written: {error.strerror}", _ANOTHER_CACHE)
    return Finding("cache", "ok", said)


def _hindrance(folder: str) -> str | None:
    """Return why a folder that is not there cannot be made; None where it can."""
    if not os.path.isabs(folder):
        return "it is looked for in the working folder, which is not there any more"
    above = folder
    while not os.path.lexists(above):
        above = os.path.dirname(above)
    if not os.path.isdir(above):
        return f"{above} is no folder"
    return None if os.access(above, os.W_OK | os.X_OK) else f"{above} cannot be written to"


def environment() -> Iterator[Finding]:
    """Tell which variables act on hotplug."""
    for name in sorted(each for each in os.environ if each.startswith("HOTPLUG_")):
        value = os.environ[name]
        if name in _VARIABLES:
            if value and not (name == "HOTPLUG_SAFE_MODE" and value != "1"):  # 0 is off, all else is refused
                yield Finding("environment", "note", f"{name}={value}: {_VARIABLES[name]}")
        elif name not in _NOT_OURS:
            near = nearest(name, _VARIABLES)
            yield Finding("environment", "problem", f"{name} is nothing that hotplug reads{near}", f"unset {name}")


def _used(folder: str) -> int:
    total = 0
    for where, _, files in os.walk(folder):
        for each in files:
            try:
                total += os.lstat(os.path.join(where, each)).st_size
            except OSError:  # it was taken away meanwhile
                continue
    return total


def _size(count: float) -> str:
    for unit in ("bytes", "KiB", "MiB"):
        if count < 1024:  # noqa: PLR2004
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"
