"""Faults and bad input that an inline plugin is met with, and where each has its test.

| fault | test |
| --- | --- |
| missing, empty, garbage, truncated, right magic then junk; a directory where a file is expected, a symlink loop, NUL in the path, unreadable | `test_open.test_a_broken_artifact_is_refused_with_its_reason` over `hotplug.testing.BROKEN`; `test_hardening.test_a_string_that_is_no_path_is_refused_as_one`; an empty file and a folder called like one here |
| deleted, replaced or edited after open | `test_identity.test_a_module_that_changed_since_the_open…`, `…a_wheel_that_is_deleted_after_the_open…`; `test_namespace_versions.test_a_file_that_changed_is_not_imported_late`; a whole folder, and a module replaced by a link, here |
| the same content at two paths | `test_identity.test_the_same_content_at_two_paths_is_two_plugins` |
| unicode, spaces and dots in names | `test_open.test_names_with_spaces_dots_and_other_letters_open`; late imports, resources and closing of such here |
| a plain shared library, a core WebAssembly module, wrong platform tag, wrong architecture | `BROKEN`: shared_library, core_wasm, wrong_tag, wrong_platform, wrong_architecture |
| RECORD, traversal, absolute paths, links, duplicate names, a bomb | `BROKEN`: record_*, traversal*, absolute_path, drive_path, link_in_zip, duplicate_names, bomb*; `artifacts/test_hostile` |
| digest that differs from the pin, of the wrong length | pins are not built yet |
| bytes swapped between check and use | `artifacts/test_cache.test_a_wheel_that_is_replaced_while_it_is_opened…`, `…a_file_that_is_edited_while_it_is_opened…`; between digest and start here |
| missing dependency and the like, all reasons at once, no line ran | `test_open.test_all_reasons_why_a_plugin_does_not_fit_come_at_once_and_nothing_ran` |
| at import: raises, SystemExit, SyntaxError | `test_open.test_code_that_fails_at_import…`, `test_hostile_errors`; exception groups, generators' exits, endless recursion here |
| at import: starts a thread | `test_identity.test_what_survives_a_failed_start_is_on_the_error`, `test_left_running` |
| at import: prints, registers atexit | `test_open.test_what_misbehaves_at_import_but_starts…`, `testing/test_misbehaving`, `test_exit_handlers` |
| at import: opens itself; two that open each other | `test_identity.test_a_plugin_that_opens_itself…`, `…a_circle_of_opens…`, `…two_plugins_that_open_each_other…`; from a thread of its own here |
| 64 threads open at once | `test_identity.test_64_threads_open_and_the_root_module_runs_once` |
| open in one thread while another closes | `test_identity.test_threads_that_open_and_close_at_once…`; in the middle of a close here |
| a call raises; raises BaseException; cannot be copied; an exception group | `test_faults_inline_calls` |
| 0 bytes to 100 MB | `test_faults_inline_calls` |
| recursion to the end of the stack | `test_faults_inline_calls` |
| a callback that raises, re-enters, is called after its call ended | `test_faults_inline_calls` |
| a generator abandoned half way; cancel before and during | `test_faults_inline_calls` |
| many threads at once, on one plugin and on many | `test_cycles.test_64_threads_that_open_close_and_call…`, `test_faults_inline_calls` |
| used after close, closed twice | `test_identity.test_closing_twice…`, `…values_that_the_host_holds…`; `test_namespace_versions` |
| closed during a call | `test_survivors.test_a_plugin_that_is_closed_by_its_own_call…`; by another thread: `test_faults_inline_calls` |
| threads, timers, signal and logging handlers left behind | `test_left_running`, `test_registries`; a timer and a handler of the host's class: `test_faults_inline_calls` |
| 2,000 cycles flat | `test_cycles`, `test_soak` |

What ends the process (os._exit, a segfault, out of memory), an endless loop and a flood of output end or hold an
inline host too; the threat model says so.
"""  # noqa: E501  (a table)

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import hotplug
from hotplug import boundaries
from hotplug.testing import PluginMaker

PATIENCE = 10.0


def test_an_empty_file_and_a_folder_called_like_one_are_what_they_are(make_plugin: PluginMaker) -> None:
    with hotplug.open(make_plugin.module("empty.py", b"")) as plugin:
        assert plugin.symbols() == ()
    path = make_plugin.folder("folder.py", {"inside.py": make_plugin.tripwire("inside")})
    with pytest.raises(hotplug.ArtifactError, match="is a folder, though its name is a file's"):
        hotplug.open(path)
    assert not make_plugin.ran("inside")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (
            "raise ExceptionGroup('several', [ValueError(1), KeyError(2)])",
            "ExceptionGroup: several (2 sub-exceptions)",
        ),
        ("raise BaseExceptionGroup('all', [KeyboardInterrupt()])", "BaseExceptionGroup: all (1 sub-exception)"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("raise StopIteration", "StopIteration"),
        ("def f(): return f()\nf()", "RecursionError: maximum recursion depth exceeded"),
        ("import asyncio\nraise asyncio.CancelledError", "CancelledError"),
        ("raise MemoryError", "MemoryError"),
        ("raise ImportError", "ImportError"),
        ("raise PluginClosed", "NameError: name 'PluginClosed' is not defined"),
    ],
)
def test_whatever_is_raised_at_import_is_told_and_leaves_nothing(
    source: str, kind: str, make_plugin: PluginMaker
) -> None:
    path = make_plugin.folder(
        "bad", {"__init__.py": "from . import fine, worse", "fine.py": "", "worse.py": source}
    )
    with pytest.raises(hotplug.ActivationError) as caught:
        hotplug.open(path)
    assert caught.value.reason.startswith(f"failed to start: {kind}")
    assert f"{path}/worse.py:" in caught.value.reason
    assert not any("__hp" in name for name in sys.modules)
    (path / "worse.py").write_text("value = 1")
    with hotplug.open(path) as plugin:  # and it can be tried again
        assert plugin.lookup("bad.worse:value") == 1


def test_a_plugin_that_opens_itself_in_a_thread_of_its_own_is_answered_when_it_is_open(
    make_plugin: PluginMaker,
) -> None:
    source = """
    import threading, hotplug
    opened = []
    thread = threading.Thread(target=lambda: opened.append(hotplug.open(__file__)))
    thread.start()
    """
    plugin = hotplug.open(make_plugin.module("itself.py", source))
    plugin.lookup("thread", threading.Thread).join(PATIENCE)
    (other,) = plugin.lookup("opened", list[hotplug.Plugin])
    assert other == plugin
    assert plugin.close().still_open == 1
    other.close()


def test_bytes_that_are_swapped_between_digest_and_start_do_not_run(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_plugin.module("swapped.py", "value = 1")

    def swapping(artifact: hotplug.Artifact, boundary: str, limits: hotplug.Limits | None) -> object:
        path.write_text(make_plugin.tripwire("swapped"))
        return boundaries.start(artifact, boundary, limits)

    monkeypatch.setattr("hotplug.plugin.start", swapping)
    with pytest.raises(hotplug.ActivationError, match="swapped.py changed on disk since the plugin was opened"):
        hotplug.open(path)
    assert not make_plugin.ran("swapped")


@pytest.mark.parametrize("way", ["link", "folder", "gone", "whole folder gone"])
def test_a_module_that_is_replaced_after_the_open_is_not_run(way: str, make_plugin: PluginMaker) -> None:
    files = {"__init__.py": "def late():\n    from . import words\n    return words.said", "words.py": "said = 1"}
    path = make_plugin.folder("replaced", files)
    other = make_plugin.module("other.py", make_plugin.tripwire("other"))
    with hotplug.open(path) as plugin:
        late: Any = plugin.lookup("late")
        if way == "whole folder gone":
            path.rename(path.with_name("elsewhere"))
        else:
            (path / "words.py").unlink()
        if way == "link":
            (path / "words.py").symlink_to(other)
        elif way == "folder":
            make_plugin.folder("replaced/words.py", {"__init__.py": make_plugin.tripwire("other")})
        with pytest.raises(hotplug.ActivationError, match="words.py (changed on disk|cannot be read any more)"):
            late()
    assert not make_plugin.ran("other")


@pytest.mark.parametrize("name", ["mit Leerzeichen", "v1.2.3", "été 中文", "-x", "a'b\"c", "%s {0}", "__hp3_"])
def test_odd_names_of_folders_are_no_hindrance(name: str, make_plugin: PluginMaker) -> None:
    source = """
    from importlib.resources import files
    import pathlib
    def late():
        from inside import words
        return words.said, files("inside").joinpath("data.txt").read_text(), pathlib.Path(__file__).exists()
    """
    contents = {"inside/__init__.py": source, "inside/words.py": "said = 'été'", "inside/data.txt": "data"}
    plugin = hotplug.open(make_plugin.folder(name, contents))
    late: Any = plugin.lookup("inside:late")
    assert late() == ("été", "data", True)
    del late
    assert plugin.close() == hotplug.CloseReport(unloaded=True)


def test_an_open_in_the_middle_of_a_close_waits_and_gets_a_plugin_of_its_own(make_plugin: PluginMaker) -> None:
    source = f"""
    {make_plugin.tripwire("slow").strip()}
    import atexit, threading
    closing, go = threading.Event(), threading.Event()
    @atexit.register
    def slow():
        closing.set()
        go.wait({PATIENCE})
    """
    path = make_plugin.module("slow.py", source)
    first = hotplug.open(path)
    closing, go = (first.lookup(f"slow:{name}", threading.Event) for name in ("closing", "go"))
    with ThreadPoolExecutor(2) as pool:
        report = pool.submit(first.close)
        assert closing.wait(PATIENCE)
        second = pool.submit(hotplug.open, path)
        assert not second.done()
        assert make_plugin.runs("slow") == 1
        go.set()
        report.result(PATIENCE)
        other = second.result(PATIENCE)
    assert (make_plugin.runs("slow"), other == first) == (2, False)
    other.lookup("slow:go", threading.Event).set()
    other.close()


def test_a_function_around_a_fork_that_raises_keeps_no_other_from_being_called(make_plugin: PluginMaker) -> None:
    source = """
    import os
    os.register_at_fork(after_in_parent=lambda: print("first"))
    os.register_at_fork(after_in_parent=lambda: 1 // 0)
    os.register_at_fork(after_in_parent=lambda: print("last"))
    def fork():
        child = os.fork()
        if not child:
            os._exit(0)
        os.waitpid(child, 0)
    """
    path = make_plugin.module("forks.py", source)
    code = f"import hotplug\nwith hotplug.open({str(path)!r}) as plugin: plugin.lookup('fork')()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "first\nlast\n"
    assert done.stderr.startswith("Exception ignored in: <function <lambda>")
    assert "\nZeroDivisionError: " in done.stderr
