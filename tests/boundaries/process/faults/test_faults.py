"""Faults and bad input that a plugin in a process is met with, and where each has its test.

| fault | test |
| --- | --- |
| missing, empty, garbage, truncated, right magic then junk; a directory where a file is expected, a symlink loop, NUL in the path, unreadable | over `hotplug.testing.BROKEN` here; before any boundary: `test_faults_inline` |
| deleted, replaced or edited after open; the same content at two paths | here |
| unicode, spaces and dots in names | here |
| a plain shared library, a core WebAssembly module, wrong platform tag, wrong architecture | `BROKEN` here |
| RECORD, traversal, absolute paths, links, duplicate names, a bomb | `BROKEN` here; `artifacts/test_hostile` |
| digest that differs from the pin, of the wrong length | pins are not built yet |
| bytes swapped between check and use | here: between digest and start |
| missing dependency and the like, all reasons at once, no line ran | here; native modules are no reason in a process: `naming/test_importing` |
| at import: raises, SystemExit, SyntaxError | `test_faults_start` |
| at import: starts a thread, prints, registers atexit | `test_faults_start` |
| at import: opens itself; two that open each other | `test_faults_start`: inline within the worker, in workers within workers, by calls in a circle |
| at import: endless loop, memory bomb, os._exit, segfault | `test_faults_start` |
| 64 threads open at once | `test_faults_close` |
| open in one thread while another closes | `test_faults_close` |
| a call raises; raises BaseException; cannot be copied; an exception group | `calling/` |
| returns the wrong type; circular, unserialisable or subclassed values; integers, NaN, surrogates | `crossing/`, `calling/` |
| 0 bytes to 100 MB | `crossing/`, `calling/` |
| recursion to the end of the stack | `calling/`; at import: `test_faults_start` |
| endless loop, sleep, memory bomb in a call, with a deadline | `calling/` |
| a callback that raises, re-enters, is called after its call ended; generators; cancel | `calling/` |
| many threads at once, on one plugin and on many | `calling/`; while workers are killed: `test_faults_soak` |
| os._exit, SIGKILL, SIGSEGV | `test_faults_crash`; how the system tells of it: `starting/test_starting_endings` |
| out of memory | what the system's killer does is a SIGKILL: `test_faults_crash`; a bounded bomb: `test_faults_start`, `calling/` |
| fork in the plugin, grandchildren, closes its descriptors | `test_faults_crash`; `starting/test_starting_orphans` |
| floods stdout, half lines, binary, terminal escapes | `test_faults_crash` (beside calls); `starting/test_starting_output` |
| host killed while the worker is idle, is busy | `test_faults_host`; with its zygote, with a family: `starting/test_starting_orphans` |
| Ctrl-C to the group; interpreter exit; fork of the host | `test_faults_host` |
| crash loop; slow shutdown | `test_faults_crash`, `test_faults_close` |
| used after close, closed twice, closed during a call | `test_faults_close` |
| threads, timers, signal and logging handlers left behind | `test_faults_close` |
| 2,000 cycles flat | `test_faults_soak`; of bare workers: `starting/test_starting_soak` |
| 1,000 workers killed under load | `test_faults_soak`; how fast: `benchmarks/crashing.py` |
"""  # noqa: E501  (a table)

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

import hotplug
from hotplug import boundaries
from hotplug.testing import BROKEN, PluginMaker

if TYPE_CHECKING:
    from collections.abc import Callable

LATE = {
    "__init__.py": "def late() -> int:\n    from . import words\n    return words.said",
    "words.py": "said = 1",
}


@pytest.mark.parametrize("kind", [each for each in BROKEN if each != "native_module"])
def test_a_broken_artifact_is_refused_with_its_reason(kind: str, make_plugin: PluginMaker) -> None:
    fault = BROKEN[kind]
    path = make_plugin.broken(kind)
    with pytest.raises(fault.error) as caught:
        hotplug.open(path, boundary="process")
    assert isinstance(caught.value, hotplug.PluginError)
    assert fault.explained_by(caught.value), str(caught.value)
    assert caught.value.plugin
    assert not make_plugin.ran(kind)


def test_an_extension_module_that_is_none_is_no_reason_before_it_is_imported(make_plugin: PluginMaker) -> None:
    path = make_plugin.broken("native_module")
    with hotplug.open(path, boundary="process") as plugin:
        with pytest.raises(hotplug.ActivationError, match="failed to start: ImportError: .*_fast"):
            plugin.lookup("native._fast:anything")
        assert make_plugin.ran("native_module")


def test_all_reasons_come_at_once_and_nothing_ran(make_plugin: PluginMaker) -> None:
    path = make_plugin.wheel(
        "picky",
        {"picky.py": make_plugin.tripwire("picky"), "picky/fast.so": b""},
        requires=["nowhere>=2", "greeter-host>=2,<3"],
        requires_python=">=4",
    )
    with pytest.raises(hotplug.CompatibilityError) as caught:
        hotplug.open(path, boundary="process", provides={"Greeter_Host": "1.0"})
    python, missing, unsuitable = caught.value.reasons
    assert python.startswith("it needs Python >=4, this is 3.")
    assert missing == "it needs nowhere>=2, which is not installed"
    assert unsuitable == "it needs greeter-host>=2,<3, the host gives greeter-host 1.0"
    assert not make_plugin.ran("picky")


@pytest.mark.parametrize("way", ["edited", "removed", "link", "folder", "whole folder gone"])
def test_a_module_that_is_replaced_after_the_open_is_not_run(way: str, make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("replaced", LATE)
    other = make_plugin.module("other.py", make_plugin.tripwire("other"))
    with hotplug.open(path, boundary="process") as plugin:
        late: Any = plugin.lookup("late")
        words = path / "words.py"
        if way == "edited":
            words.write_text(make_plugin.tripwire("other"))
        elif way == "whole folder gone":
            path.rename(path.with_name("elsewhere"))
        else:
            words.unlink()
        if way == "link":
            words.symlink_to(other)
        elif way == "folder":
            make_plugin.folder("replaced/words.py", {"__init__.py": make_plugin.tripwire("other")})
        with pytest.raises(hotplug.ActivationError, match="words.py (changed on disk|cannot be read any more)"):
            late()
    assert not make_plugin.ran("other")


def test_a_wheel_that_is_deleted_after_the_open_keeps_working(make_plugin: PluginMaker) -> None:
    path = make_plugin.wheel("gone", {f"gone/{name}": source for name, source in LATE.items()})
    with hotplug.open(path, boundary="process") as plugin:
        path.unlink()
        late: Any = plugin.lookup("late")
        assert late() == 1


def test_bytes_that_are_swapped_between_digest_and_start_do_not_run(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_plugin.module("swapped.py", "value = 1")
    real: Callable[..., Any] = boundaries.start

    def swapping(*given: Any) -> object:
        path.write_text(make_plugin.tripwire("swapped"))
        return real(*given)

    monkeypatch.setattr("hotplug.plugin.start", swapping)
    with pytest.raises(hotplug.ActivationError, match="swapped.py changed on disk since the plugin was opened"):
        hotplug.open(path, boundary="process")
    assert not make_plugin.ran("swapped")


def test_the_same_content_at_two_paths_is_two_workers(make_plugin: PluginMaker) -> None:
    source = "import os\npid = os.getpid()"
    one, two = (make_plugin.module(f"{each}/same.py", source) for each in ("one", "two"))
    with (
        hotplug.open(one, boundary="process") as first,
        hotplug.open(two, boundary="process") as second,
        hotplug.open(one, boundary="process") as again,
        hotplug.open(one, boundary="process", limits=hotplug.Limits(concurrency=2)) as other,
    ):
        assert first.digest == second.digest
        assert again == first
        assert len({first, second, other}) == 3
        assert len({each.lookup("pid") for each in (first, second, again, other)}) == 3


@pytest.mark.parametrize(
    "name", ["mit Leerzeichen", "v1.2.3", "été 中文", "-x", "a'b\"c", "%s {0}", "x" * 200, "new\nline", "\x1b[31m"]
)
def test_odd_names_of_folders_are_no_hindrance(name: str, make_plugin: PluginMaker) -> None:
    source = """
    from importlib.resources import files
    import pathlib, sys
    print("printed")
    def late() -> tuple[str, str, bool]:
        from inside import words
        return words.said, files("inside").joinpath("data.txt").read_text(), pathlib.Path(__file__).exists()
    """
    contents = {"inside/__init__.py": source, "inside/words.py": "said = 'été'", "inside/data.txt": "data"}
    plugin = hotplug.open(make_plugin.folder(name, contents), boundary="process")
    late: Any = plugin.lookup("inside:late")
    assert late() == ("été", "data", True)
    assert plugin.close() == hotplug.CloseReport(unloaded=True)
    assert "inside" not in sys.modules
